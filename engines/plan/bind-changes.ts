// Binds what UPDATE and ON CONFLICT DO UPDATE change: SET of columns or paths, UNSET, and values that a query gives.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { ColumnInfo, TableInfo } from '../catalog.ts';
import { bindExpression } from './bind-expression.ts';
import { steps } from './bind-graph-write.ts';
import { bindRowSubquery } from './bind-subquery.ts';
import { checkSettable } from './generated-columns.ts';
import type { Expr } from './expression.ts';
import { type BindContext, type Builder, listNames, sameName } from './scope.ts';
import type { UpdateDocuments, UpdateRows } from './writes.ts';

type Changes = Pick<Ast.Update, 'set' | 'unset'>;

/** SET of a table's columns. */
export function bindRowChanges(
  context: BindContext,
  builder: Builder,
  { set, unset }: Changes,
  table: TableInfo,
  alias: string,
): UpdateRows['set'] {
  const [first] = unset;
  if (first) {
    throw new QueryError('bind/unset-column', 'A table column cannot be unset.', {
      span: first.span,
      hint: `SET ${first.root.text} = NULL`,
    });
  }
  const bound = assignedValues(context, builder, set).flatMap(({ path, ...rest }) => {
    const column = setColumn(table, path, alias);
    if (!rest.isDefault) checkSettable(table, column, rest.pathSpan);
    // DEFAULT is what a generated column has anyway.
    return column.generated ? [] : [{ source: column.name, ...rest }];
  });
  if (bound.length === 0) return unchanged(context, builder, table, alias);
  const last = bound.filter((s, i) => !bound.some((t, j) => j > i && t.source === s.source));
  for (const { source, pathSpan } of bound.filter((s) => !last.includes(s)))
    context.notices.push({
      code: 'notice/set-twice',
      message: `The column "${source}" is set twice; the last value counts.`,
      span: pathSpan,
    });
  return last.map(({ source, value, span, isDefault }) => ({ source, value, span, ...(isDefault && { isDefault }) }));
}

/** Only DEFAULTs of generated columns: the rows are written as they are. */
function unchanged(context: BindContext, builder: Builder, table: TableInfo, alias: string): UpdateRows['set'] {
  const source = table.columns.find((column) => !column.generated && !column.alwaysIdentity)?.name ?? '';
  const span = { start: 0, end: 0 };
  const row: Ast.Expression = { kind: 'identifier', name: alias, span };
  const value = bindExpression(context, builder, { kind: 'field', value: row, name: { text: source, span }, span });
  return [{ source, value }];
}

function setColumn(table: TableInfo, written: Ast.Path, alias: string): ColumnInfo {
  const path = withoutAlias(written, alias);
  if (path.steps.length > 0) {
    throw new QueryError('bind/path-in-column', 'SET of a path inside a table column is not built.', {
      span: written.span,
      hint: `Set the whole column: SET ${path.root.text} = {…}`,
    });
  }
  return tableColumn(table, path.root);
}

/** SET and UNSET of paths in a document. */
export function bindDocumentChanges(
  context: BindContext,
  builder: Builder,
  changes: Changes,
  alias: string,
): Pick<UpdateDocuments, 'set' | 'unset'> {
  const set = assignedValues(context, builder, changes.set).map(({ path, value, pathSpan, isDefault }) => {
    if (isDefault) throw new QueryError('bind/insert-source', 'A document has no default values.', { span: value.span });
    return { path: wholePath(path, alias), value, span: pathSpan };
  });
  const unset = changes.unset.map((p) => wholePath(p, alias));
  const whole = changes.unset[unset.findIndex((p) => p.length === 0)];
  if (whole)
    throw new QueryError('type/path', 'A document cannot be unset as a whole.', { span: whole.span, hint: 'DELETE removes documents.' });
  return { set, unset };
}

interface AssignedValue {
  readonly path: Ast.Path;
  readonly pathSpan: Span;
  readonly value: Expr;
  readonly span: Span;
  readonly isDefault: boolean;
}

function assignedValues(context: BindContext, builder: Builder, set: readonly Ast.Assignment[]): AssignedValue[] {
  return set.flatMap((s): AssignedValue[] => {
    switch (s.kind) {
      case 'value': {
        const isDefault = s.value.kind === 'default';
        const value = s.value.kind === 'default' ? defaultMark(s.value.span) : bindExpression(context, builder, s.value);
        return [{ path: s.path, pathSpan: s.path.span, value, span: { start: s.path.span.start, end: s.value.span.end }, isDefault }];
      }
      case 'query': {
        const values = bindRowSubquery(context, builder, s.query, s.paths.length, s.span);
        return s.paths.map((path, i) => ({ path, pathSpan: path.span, value: values[i] as Expr, span: s.span, isDefault: false }));
      }
    }
  });
}

/** Stands where DEFAULT was written; the storage knows the value. */
function defaultMark(span: Span): Expr {
  return { kind: 'literal', value: null, type: 'null', span };
}

/** A column of the table by name. */
export function tableColumn(table: TableInfo, name: Ast.Name): TableInfo['columns'][number] {
  const found = table.columns.find((c) => sameName(c.name, name.text));
  if (found) return found;
  const names = table.columns.map((c) => c.name);
  const near = didYouMean(name.text, names);
  throw new QueryError('bind/unknown-column', `The table "${table.name}" has no column "${name.text}".`, {
    span: name.span,
    hint: near ?? `It has ${listNames(names)}.`,
  });
}

/** `SET o.a.b = 1` with the alias o is the path a.b. */
export function withoutAlias(path: Ast.Path, alias: string): Ast.Path {
  const [first, ...rest] = path.steps;
  return first?.kind === 'field' && sameName(path.root.text, alias) ? { root: first.name, steps: rest, span: path.span } : path;
}

/** The alias alone is the whole document: the empty path. */
export function wholePath(written: Ast.Path, alias: string): (string | number)[] {
  if (written.steps.length === 0 && sameName(written.root.text, alias)) return [];
  const path = withoutAlias(written, alias);
  return [path.root.text, ...steps(path)];
}
