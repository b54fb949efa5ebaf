// Binds ON CONFLICT: which rows or documents are in the way, and what becomes of them. The new values of DO UPDATE are a small plan
// that runs for each conflict and reads the row that is there and the one that was to come (`excluded`) as outer columns.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import { bindCondition } from './bind-expression.ts';
import { bindDocumentChanges, bindRowChanges, tableColumn, wholePath, withoutAlias } from './bind-changes.ts';
import type { Expr } from './expression.ts';
import type { Plan } from './plan.ts';
import { type BindContext, type Builder, listNames, makeColumn, makeTableColumn, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';
import type { DocumentConflict, RowConflict } from './writes.ts';

type Path = readonly (string | number)[];

/** The clauses of an INSERT into a table, in order. */
export function bindRowConflicts(context: BindContext, statement: Ast.Insert, table: TableInfo, alias: string): RowConflict[] {
  refuseBoth(statement);
  const columns = table.columns.filter((c) => !c.generated && !c.alwaysIdentity).map((c) => c.name);
  const clauses = statement.upsert ? [upsertClause(statement, table.unique.length > 0, columns)] : statement.onConflict;
  if (statement.upsert && statement.source.kind === 'defaultValues') {
    throw new QueryError('bind/insert-source', 'UPSERT needs values: DEFAULT VALUES say nothing of the keys.', {
      span: statement.into.span,
      hint: 'Write INSERT INTO … DEFAULT VALUES.',
    });
  }
  return clauses.map((clause, i) => {
    checkTarget(clauses, i);
    const targets = clause.target ? [rowTarget(context, clause.target, table, alias)] : table.unique;
    const existing = table.columns.map((c) => makeTableColumn(context, c));
    const excluded = table.columns.map((c) => makeTableColumn(context, c));
    const named = (columns: readonly Column[], hidden: boolean) =>
      columns.map((column, at) => ({ name: column.name, column, info: table.columns[at] as TableInfo['columns'][number], hidden }));
    const items: ScopeItem[] = [
      { kind: 'row', alias, columns: named(existing, false) },
      { kind: 'row', alias: 'excluded', columns: named(excluded, true) },
    ];
    const conflict = { targets, any: !clause.target, existing, excluded };
    if (!clause.update) return conflict;
    const builder = builderOver(context, items);
    filterBy(context, builder, clause.update.where);
    const set = bindRowChanges(context, builder, clause.update, table, alias);
    const plan = valuesPlan(
      context,
      builder,
      set.map((s) => s.value),
    );
    return { ...conflict, update: { plan, set: set.map(({ value: _, ...rest }) => rest) } };
  });
}

/** The clauses of an INSERT into a collection, in order. */
export function bindDocumentConflicts(
  context: BindContext,
  statement: Ast.Insert,
  collection: CollectionInfo,
  alias: string,
): DocumentConflict[] {
  refuseBoth(statement);
  const unique = uniquePaths(context, collection);
  const clauses = statement.upsert ? [upsertClause(statement, unique.length > 0)] : statement.onConflict;
  return clauses.map((clause, i) => {
    checkTarget(clauses, i);
    const targets = clause.target ? [documentTarget(clause.target, unique, collection, alias)] : unique;
    const existing = makeColumn(context, alias, 'object');
    const key = makeColumn(context, 'id', 'integer');
    const excluded = makeColumn(context, 'excluded', 'object');
    context.documents.set(existing.id, { collection, steps: [] });
    const conflict = { targets, any: !clause.target, existing: [existing, key], excluded: [excluded] };
    if (!clause.update) return conflict;
    // The excluded document is a value, so that a bare name is a field of the one that is there.
    const builder = builderOver(context, [
      { kind: 'document', alias, column: existing, key },
      { kind: 'value', alias: 'excluded', column: excluded },
    ]);
    filterBy(context, builder, clause.update.where);
    const { set, unset } = bindDocumentChanges(context, builder, clause.update, alias);
    const plan = valuesPlan(
      context,
      builder,
      set.map((s) => s.value),
    );
    return { ...conflict, update: { plan, set: set.map(({ value: _, ...rest }) => rest), unset } };
  });
}

/** UPSERT: `ON CONFLICT DO UPDATE SET` every column, or the document as a whole, to what was to come. */
function upsertClause(statement: Ast.Insert, hasKeys: boolean, columns?: readonly string[]): Ast.OnConflict {
  const { span, text } = statement.into;
  if (!hasKeys) {
    const what = columns ? 'primary key or unique constraint' : 'unique index';
    throw new QueryError('bind/conflict-target', `"${text}" has no ${what}, so UPSERT could only insert.`, {
      span,
      hint: columns ? 'Write INSERT.' : `Make one, as in CREATE UNIQUE INDEX ON ${text} (number), or write INSERT.`,
    });
  }
  const excluded: Ast.Expression = { kind: 'identifier', name: 'excluded', span };
  const set = columns?.map((name): Ast.Assignment => {
    const column = { text: name, span };
    return { kind: 'value', path: { root: column, steps: [], span }, value: { kind: 'field', value: excluded, name: column, span } };
  });
  const whole: Ast.Assignment = { kind: 'value', path: { root: statement.alias ?? statement.into, steps: [], span }, value: excluded };
  return { update: { set: set ?? [whole], unset: [] }, span };
}

function refuseBoth({ or, onConflict: [first] }: Ast.Insert): void {
  if (!or || or === 'abort' || !first) return;
  throw new QueryError('bind/conflict-target', `INSERT OR ${or.toUpperCase()} and ON CONFLICT both say what becomes of a conflict.`, {
    span: first.span,
    hint: 'Leave one of them out.',
  });
}

function checkTarget(clauses: readonly Ast.OnConflict[], at: number): void {
  const clause = clauses[at];
  if (!clause || clause.target || at === clauses.length - 1) return;
  throw new QueryError('bind/conflict-target', 'Only the last ON CONFLICT may leave out its columns.', { span: clause.span });
}

type Target = NonNullable<Ast.OnConflict['target']>;

function rowTarget(_context: BindContext, target: Target, table: TableInfo, alias: string): readonly string[] {
  refuseWhere(target);
  const names = target.keys.map((key) => {
    const path = withoutAlias(key, alias);
    const [step] = path.steps;
    if (step) throw new QueryError('bind/conflict-target', 'ON CONFLICT names columns of the table.', { span: key.span });
    return tableColumn(table, path.root).name;
  });
  const found = table.unique.find((set) => sameSet(set, names));
  if (found) return found;
  throw new QueryError(
    'bind/conflict-target',
    `No primary key and no unique constraint of "${table.name}" has just the columns ${listNames(names)}.`,
    {
      span: target.span,
      hint: table.unique.length === 0 ? 'The table has none.' : `It has ${table.unique.map((set) => `(${set.join(', ')})`).join(', ')}.`,
    },
  );
}

function documentTarget(target: Target, unique: readonly (readonly Path[])[], collection: CollectionInfo, alias: string): readonly Path[] {
  refuseWhere(target);
  const paths = target.keys.map((key) => wholePath(key, alias));
  const words = paths.map((path) => path.join('.'));
  const found = unique.find((set) =>
    sameSet(
      set.map((path) => JSON.stringify(path)),
      paths.map((path) => JSON.stringify(path)),
    ),
  );
  if (found) return found;
  throw new QueryError('bind/conflict-target', `The collection "${collection.name}" has no unique index on just ${listNames(words)}.`, {
    span: target.span,
    hint: `CREATE UNIQUE INDEX ON ${collection.name} (${words.join(', ')})`,
  });
}

function refuseWhere({ where }: Target): void {
  if (!where) return;
  throw new QueryError('bind/conflict-target', 'ON CONFLICT (…) WHERE, for partial indexes, is not built.', {
    span: where.span,
    hint: 'Leave out the columns: then any conflict counts.',
  });
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const lower = new Set(a.map((name) => name.toLowerCase()));
  return a.length === b.length && b.every((name) => lower.has(name.toLowerCase()));
}

function uniquePaths({ catalog }: BindContext, collection: CollectionInfo): (readonly Path[])[] {
  const unique = catalog.indexes.filter((i) => i.unique && !i.words && i.on.kind === 'collection' && i.on.name === collection.name);
  // An index over elements is never unique, so no path has a wildcard.
  return unique.map((i) => i.keys as readonly Path[]);
}

function builderOver(context: BindContext, items: readonly ScopeItem[]): Builder {
  return { plan: { kind: 'one' }, scope: { items, form: 'select' }, around: { tables: context.tables } };
}

function filterBy(context: BindContext, builder: Builder, where: Ast.Expression | undefined): void {
  if (!where) return;
  const predicate = bindCondition(context, builder, where);
  builder.plan = { kind: 'filter', input: builder.plan, predicate };
}

function valuesPlan(context: BindContext, builder: Builder, values: readonly Expr[]): Plan {
  const items = values.map((value, i) => ({ column: makeColumn(context, `value${i + 1}`, value.type), value }));
  return { kind: 'project', input: builder.plan, items };
}
