// Binds INSERT of rows and documents.

import { plural, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import { tableColumn } from './bind-changes.ts';
import { bindDocumentConflicts, bindRowConflicts } from './bind-conflict.ts';
import { type BoundQuery, bindQuery } from './bind-query.ts';
import { implicitColumns, withoutGenerated } from './generated-columns.ts';
import { returning, targetOf } from './bind-write.ts';
import type { Expr } from './expression.ts';
import { outputColumns, type Plan } from './plan.ts';
import { type BindContext, columnExpr, listNames, makeColumn, makeTableColumn, sameName, type ScopeItem } from './scope.ts';
import type { InsertPlaces, WriteResolution } from './writes.ts';
import type { Column } from './type.ts';

/** INSERT of rows or documents. */
export function bindInsert(context: BindContext, statement: Ast.Insert): BoundQuery {
  const target = targetOf(context, statement.into);
  return 'table' in target ? insertRows(context, statement, target.table) : insertDocuments(context, statement, target.collection);
}

function insertRows(context: BindContext, statement: Ast.Insert, table: TableInfo): BoundQuery {
  const objects = statement.source.kind === 'documents' ? objectRows(statement.source.documents) : undefined;
  const allRows = objects?.rows ?? (statement.source.kind === 'values' ? statement.source.rows : undefined);
  const all =
    objects?.names ?? statement.columns ?? implicitColumns(table, allRows).map((c) => ({ text: c.name, span: statement.into.span }));
  const hint =
    statement.columns || objects
      ? `The columns are ${listNames(all.map((name) => name.text))}.`
      : 'Name the columns: INSERT INTO t (a, b) VALUES (1, 2).';
  for (const row of allRows ?? []) checkWidth(row.length, all.length, row[0]?.span ?? statement.span, hint);
  const hasValues = statement.source.kind !== 'defaultValues';
  const { names, rows } = hasValues
    ? withoutGenerated(table, { names: all, rows: allRows }, statement.overriding === true)
    : { names: all, rows: undefined };
  const columns = names.map((n) => tableColumn(table, n));
  const twice = columns.findIndex((c, i) => columns.indexOf(c) !== i);
  if (twice >= 0)
    throw new QueryError('bind/duplicate-alias', `The column "${columns[twice]?.name}" is named twice.`, { span: names[twice]?.span });
  const input = rows ? bindRows(context, rows, statement.span) : insertInput(context, statement, columns.length, hint);
  const given = outputColumns(input);
  const values =
    statement.source.kind === 'defaultValues' ? [] : columns.map((c, i) => ({ source: c.name, value: columnExpr(given[i] as Column) }));
  const stored = table.columns.map((c) => makeTableColumn(context, c));
  const alias = (statement.alias ?? statement.into).text;
  const plan: Plan = {
    kind: 'insertRows',
    input,
    table,
    values,
    ...(rows && defaultsIn(rows)),
    or: resolutionOf(statement.or),
    conflicts: bindRowConflicts(context, statement, table, alias),
    columns: stored,
    places: insertPlaces(statement, rows),
  };
  const item: ScopeItem = { kind: 'row', alias, columns: stored.map((column) => ({ name: column.name, column })) };
  return returning(context, plan, [item], statement.returning, statement.span);
}

/** FAIL and ROLLBACK are the session's: to the plan they are failures like others. */
export function resolutionOf(or: Ast.ConflictResolution | undefined): WriteResolution | undefined {
  return or === 'ignore' || or === 'replace' ? or : undefined;
}

function defaultsIn(rows: readonly (readonly Ast.Assigned[])[]): { defaults: number[][] } | undefined {
  const defaults = rows.map((row) => row.flatMap((value, i) => (value.kind === 'default' ? [i] : [])));
  return defaults.some((places) => places.length > 0) ? { defaults } : undefined;
}

function insertPlaces(statement: Ast.Insert, rows: readonly (readonly Ast.Assigned[])[] | undefined): InsertPlaces {
  return { target: statement.into.span, rows: rows?.map((row) => row.map((value) => value.span)) };
}

/** `INSERT INTO customer {id: 1, name: 'Ada'}`: the keys are the columns. */
function objectRows(documents: readonly Ast.Expression[]): { names: readonly Ast.Name[]; rows: (readonly Ast.Expression[])[] } {
  const names: Ast.Name[] = [];
  for (const d of documents) {
    if (d.kind !== 'object') {
      throw new QueryError('bind/insert-source', 'A table takes rows: VALUES, a query, or object literals.', {
        span: d.span,
        hint: 'For a list of objects write INSERT INTO t (a, b) SELECT r.a, r.b FROM UNNEST($rows) AS r.',
      });
    }
    for (const e of d.entries) if (!names.some((n) => sameName(n.text, e.key.text))) names.push(e.key);
  }
  const rows = documents.map((d) =>
    names.map((n): Ast.Expression => {
      const entry = d.kind === 'object' ? d.entries.find((e) => sameName(e.key.text, n.text)) : undefined;
      if (!entry)
        throw new QueryError('bind/insert-source', `The key "${n.text}" is missing from one of the objects.`, {
          span: d.span,
          hint: 'Give every object the same keys, or insert them one by one.',
        });
      return entry.value;
    }),
  );
  return { names, rows };
}

function insertInput(context: BindContext, statement: Ast.Insert, width: number, hint: string): Plan {
  const { source } = statement;
  switch (source.kind) {
    case 'defaultValues':
    case 'documents':
      return { kind: 'one' };
    case 'values':
      return bindRows(context, source.rows, statement.span);
    case 'query': {
      const query = bindQuery(context, source.query, { tables: context.tables });
      checkWidth(query.columns.length, width, source.query.span, hint);
      return query.plan;
    }
  }
}

/** Rows of values, as many in each as there are columns. */
function bindRows(context: BindContext, rows: readonly (readonly Ast.Assigned[])[], span: Span): Plan {
  const values = rows.map((row) =>
    row.map((v): Ast.Expression => (v.kind === 'default' ? { kind: 'literal', value: null, span: v.span } : v)),
  );
  return bindQuery(context, { kind: 'values', rows: values, span }, { tables: context.tables }).plan;
}

function checkWidth(given: number, wanted: number, span: Span, hint: string): void {
  if (given !== wanted) {
    throw new QueryError('bind/column-count', `${plural(wanted, 'column')} wanted, but ${plural(given, 'value')} given.`, { span, hint });
  }
}

function insertDocuments(context: BindContext, statement: Ast.Insert, collection: CollectionInfo): BoundQuery {
  if (statement.columns)
    throw new QueryError('bind/insert-source', 'A collection has no columns to name.', {
      span: statement.columns[0]?.span,
      hint: 'INSERT INTO orders {…}',
    });
  const input = documentInput(context, statement);
  const given = outputColumns(input);
  const [only] = given;
  const single = only !== undefined && given.length === 1 && (only.type === 'object' || only.type === 'any' || only.type === 'list');
  const document: Expr = single
    ? columnExpr(only, statement.span)
    : { kind: 'object', entries: given.map((c) => ({ key: c.name, value: columnExpr(c) })), type: 'object' };
  const alias = (statement.alias ?? statement.into).text;
  const doc = makeColumn(context, alias, 'object');
  const key = makeColumn(context, 'id', 'integer');
  const plan: Plan = {
    kind: 'insertDocuments',
    input,
    collection,
    document,
    spread: document.type !== 'object',
    or: resolutionOf(statement.or),
    conflicts: bindDocumentConflicts(context, statement, collection, alias),
    doc,
    key,
    places: insertPlaces(statement, documentRows(statement)),
  };
  return returning(context, plan, [{ kind: 'document', alias, column: doc, key }], statement.returning, statement.span);
}

/** The documents that the text itself has. */
function documentRows({ source }: Ast.Insert): readonly (readonly Ast.Expression[])[] | undefined {
  if (source.kind === 'documents') return source.documents.map((d) => [d]);
  if (source.kind !== 'values') return undefined;
  return source.rows.map((row) =>
    row.map((value) => {
      if (value.kind !== 'default') return value;
      throw new QueryError('bind/insert-source', 'A collection has no default values.', { span: value.span });
    }),
  );
}

function documentInput(context: BindContext, statement: Ast.Insert): Plan {
  const { source } = statement;
  switch (source.kind) {
    case 'defaultValues':
      throw new QueryError('bind/insert-source', 'A collection has no default values.', { span: statement.span });
    case 'documents':
    case 'values': {
      const rows = documentRows(statement) ?? [];
      for (const row of rows) checkWidth(row.length, 1, row[0]?.span ?? statement.span, 'A document is written as {customer: 1}.');
      const plan = bindRows(context, rows, statement.span);
      const type = outputColumns(plan)[0]?.type ?? 'any';
      if (type !== 'object' && type !== 'list' && type !== 'any') {
        throw new QueryError('type/document', `A collection holds objects, not ${type}.`, {
          span: rows[0]?.[0]?.span ?? statement.span,
          hint: 'INSERT INTO orders {customer: 1}',
        });
      }
      return plan;
    }
    case 'query':
      return bindQuery(context, source.query, { tables: context.tables }).plan;
  }
}
