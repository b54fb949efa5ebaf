// Binds INSERT, UPDATE and DELETE of tables and collections, with RETURNING.

import { nearestName, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import { asTruth, bindExpression } from './bind-expression.ts';
import { scanCollection, scanTable, unknownSource } from './bind-from.ts';
import { steps } from './bind-graph-write.ts';
import { bindProjection } from './bind-projection.ts';
import { type BoundQuery, bindQuery } from './bind-query.ts';
import type { Expr } from './expression.ts';
import { outputColumns, type Plan } from './plan.ts';
import type { InsertPlaces } from './writes.ts';
import { type BindContext, type Builder, columnExpr, listNames, makeColumn, sameName, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';

const nothingAround = { tables: new Map() };

function newBuilder(): Builder {
  return { plan: { kind: 'one' }, scope: { items: [], form: 'select' }, around: nothingAround };
}

function source(context: BindContext, name: Ast.Name): { table: TableInfo } | { collection: CollectionInfo } {
  const table = context.catalog.table(name.text);
  if (table?.view || context.catalog.view(name.text)) {
    throw new QueryError('storage/view', `"${name.text}" is a view; its rows cannot be changed.`, {
      span: name.span,
      hint: 'Change the tables and documents that it reads.',
    });
  }
  if (table) return { table };
  const collection = context.catalog.collection(name.text);
  if (collection) return { collection };
  throw unknownSource(context, newBuilder(), name);
}

// ------------------------------------------------------------------------------------------------ INSERT

/** INSERT of rows or documents. */
export function bindInsert(context: BindContext, statement: Ast.Insert): BoundQuery {
  const target = source(context, statement.into);
  return 'table' in target ? insertRows(context, statement, target.table) : insertDocuments(context, statement, target.collection);
}

function insertRows(context: BindContext, statement: Ast.Insert, table: TableInfo): BoundQuery {
  const objects = statement.source.kind === 'documents' ? objectRows(statement.source.documents) : undefined;
  const names = objects ? objects.names : (statement.columns ?? table.columns.map((c) => ({ text: c.name, span: statement.into.span })));
  const columns = names.map((n) => tableColumn(table, n));
  const twice = columns.findIndex((c, i) => columns.indexOf(c) !== i);
  if (twice >= 0)
    throw new QueryError('bind/duplicate-alias', `The column "${columns[twice]?.name}" is named twice.`, { span: names[twice]?.span });
  const input = objects ? bindRows(context, objects.rows, columns.length, statement.span) : insertInput(context, statement, columns.length);
  const given = outputColumns(input);
  const values =
    statement.source.kind === 'defaultValues' ? [] : columns.map((c, i) => ({ source: c.name, value: columnExpr(given[i] as Column) }));
  const stored = table.columns.map((c) => makeColumn(context, c.name, c.type));
  const rows = objects?.rows ?? (statement.source.kind === 'values' ? statement.source.rows : undefined);
  const plan: Plan = { kind: 'insertRows', input, table, values, columns: stored, places: insertPlaces(statement, rows) };
  const item: ScopeItem = { kind: 'row', alias: table.name, columns: stored.map((column) => ({ name: column.name, column })) };
  return returning(context, plan, [item], statement.returning, statement.span);
}

function insertPlaces(statement: Ast.Insert, rows: readonly (readonly Ast.Expression[])[] | undefined): InsertPlaces {
  return { target: statement.into.span, rows: rows?.map((row) => row.map((value) => value.span)) };
}

function tableColumn(table: TableInfo, name: Ast.Name): TableInfo['columns'][number] {
  const found = table.columns.find((c) => sameName(c.name, name.text));
  if (found) return found;
  const names = table.columns.map((c) => c.name);
  const near = nearestName(name.text, names);
  throw new QueryError('bind/unknown-column', `The table "${table.name}" has no column "${name.text}".`, {
    span: name.span,
    hint: near === undefined ? `It has ${listNames(names)}.` : `Did you mean "${near}"?`,
  });
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

function insertInput(context: BindContext, statement: Ast.Insert, width: number): Plan {
  const { source } = statement;
  switch (source.kind) {
    case 'defaultValues':
    case 'documents':
      return { kind: 'one' };
    case 'values':
      return bindRows(context, source.rows, width, statement.span);
    case 'query': {
      const query = bindQuery(context, source.query, nothingAround);
      checkWidth(query.columns.length, width, source.query.span);
      return query.plan;
    }
  }
}

function bindRows(context: BindContext, rows: readonly (readonly Ast.Expression[])[], width: number, span: Span): Plan {
  for (const row of rows) checkWidth(row.length, width, row[0]?.span ?? span);
  return bindQuery(context, { kind: 'values', rows, span }, nothingAround).plan;
}

function checkWidth(given: number, wanted: number, span: Span): void {
  if (given !== wanted) {
    throw new QueryError(
      'bind/column-count',
      `${wanted} column${wanted === 1 ? '' : 's'} wanted, but ${given} value${given === 1 ? '' : 's'} given.`,
      { span, hint: 'Name the columns: INSERT INTO t (a, b) VALUES (1, 2).' },
    );
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
  const doc = makeColumn(context, collection.name, 'object');
  const key = makeColumn(context, 'id', 'integer');
  const plan: Plan = {
    kind: 'insertDocuments',
    input,
    collection,
    document,
    spread: document.type !== 'object',
    doc,
    key,
    places: insertPlaces(statement, documentRows(statement)),
  };
  return returning(context, plan, [{ kind: 'document', alias: collection.name, column: doc, key }], statement.returning, statement.span);
}

/** The documents that the text itself has. */
function documentRows({ source }: Ast.Insert): readonly (readonly Ast.Expression[])[] | undefined {
  if (source.kind === 'documents') return source.documents.map((d) => [d]);
  return source.kind === 'values' ? source.rows : undefined;
}

function documentInput(context: BindContext, statement: Ast.Insert): Plan {
  const { source } = statement;
  switch (source.kind) {
    case 'defaultValues':
      throw new QueryError('bind/insert-source', 'A collection has no default values.', { span: statement.span });
    case 'documents':
    case 'values': {
      const rows = documentRows(statement) ?? [];
      const plan = bindRows(context, rows, 1, statement.span);
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
      return bindQuery(context, source.query, nothingAround).plan;
  }
}

// ------------------------------------------------------------------------------------------------ UPDATE and DELETE

/** UPDATE of a table or collection. */
export function bindUpdate(context: BindContext, statement: Ast.Update): BoundQuery {
  const target = source(context, statement.target);
  return 'table' in target ? updateRows(context, statement, target.table) : updateDocuments(context, statement, target.collection);
}

function updateRows(context: BindContext, statement: Ast.Update, table: TableInfo): BoundQuery {
  const alias = (statement.alias ?? statement.target).text;
  const builder = newBuilder();
  const scan = scanTable(context, builder, table, alias, statement.target.span);
  filterBy(context, builder, statement.where);
  const [unset] = statement.unset;
  if (unset)
    throw new QueryError('bind/unset-column', 'A table column cannot be unset.', {
      span: unset.span,
      hint: `SET ${unset.root.text} = NULL`,
    });
  const set = statement.set.map((s) => {
    const path = withoutAlias(s.path, alias);
    const [first] = path.steps;
    if (first)
      throw new QueryError('bind/path-in-column', 'SET of a path inside a table column is not built.', {
        span: s.path.span,
        hint: `Set the whole column: SET ${path.root.text} = {…}`,
      });
    const span = { start: s.path.span.start, end: s.value.span.end };
    return { source: tableColumn(table, path.root).name, value: bindExpression(context, builder, s.value), span };
  });
  const twice = set.findIndex((s, i) => set.findIndex((t) => t.source === s.source) !== i);
  if (twice >= 0)
    throw new QueryError('bind/duplicate-alias', `The column "${set[twice]?.source}" is set twice.`, {
      span: statement.set[twice]?.path.span,
    });
  const columns = table.columns.map((c) => makeColumn(context, c.name, c.type));
  const plan: Plan = { kind: 'updateRows', input: builder.plan, table, key: scan.key?.id ?? -1, set, columns };
  const item: ScopeItem = { kind: 'row', alias, columns: columns.map((column) => ({ name: column.name, column })) };
  return returning(context, plan, [item], statement.returning, statement.span);
}

function updateDocuments(context: BindContext, statement: Ast.Update, collection: CollectionInfo): BoundQuery {
  const alias = (statement.alias ?? statement.target).text;
  const builder = newBuilder();
  const scan = scanCollection(context, builder, collection, alias, statement.target.span);
  filterBy(context, builder, statement.where);
  const set = statement.set.map((s) => ({
    path: wholePath(s.path, alias),
    value: bindExpression(context, builder, s.value),
    span: s.path.span,
  }));
  const unset = statement.unset.map((p) => wholePath(p, alias));
  const whole = statement.unset[unset.findIndex((p) => p.length === 0)];
  if (whole)
    throw new QueryError('type/path', 'A document cannot be unset as a whole.', { span: whole.span, hint: 'DELETE removes documents.' });
  const doc = makeColumn(context, alias, 'object');
  const keyOut = makeColumn(context, 'id', 'integer');
  const plan: Plan = {
    kind: 'updateDocuments',
    input: builder.plan,
    collection,
    key: scan.key?.id ?? -1,
    oldDoc: scan.doc.id,
    set,
    unset,
    doc,
    keyOut,
  };
  return returning(context, plan, [{ kind: 'document', alias, column: doc, key: keyOut }], statement.returning, statement.span);
}

/** DELETE from a table or collection. */
export function bindDelete(context: BindContext, statement: Ast.Delete): BoundQuery {
  const target = source(context, statement.from);
  const alias = (statement.alias ?? statement.from).text;
  const builder = newBuilder();
  const scan =
    'table' in target
      ? scanTable(context, builder, target.table, alias, statement.from.span)
      : scanCollection(context, builder, target.collection, alias, statement.from.span);
  filterBy(context, builder, statement.where);
  const key = scan.key?.id ?? -1;
  const plan: Plan =
    'table' in target
      ? { kind: 'deleteRows', input: builder.plan, table: target.table, key, span: statement.from.span }
      : { kind: 'deleteDocuments', input: builder.plan, collection: target.collection, key };
  return returning(context, plan, builder.scope.items, statement.returning, statement.span);
}

function filterBy(context: BindContext, builder: Builder, where: Ast.Expression | undefined): void {
  if (!where) return;
  const predicate = asTruth(builder, bindExpression(context, builder, where));
  builder.plan = { kind: 'filter', input: builder.plan, predicate };
}

/** `SET o.a.b = 1` with the alias o is the path a.b. */
function withoutAlias(path: Ast.Path, alias: string): Ast.Path {
  const [first, ...rest] = path.steps;
  return first?.kind === 'field' && sameName(path.root.text, alias) ? { root: first.name, steps: rest, span: path.span } : path;
}

/** The alias alone is the whole document: the empty path. */
function wholePath(written: Ast.Path, alias: string): (string | number)[] {
  if (written.steps.length === 0 && sameName(written.root.text, alias)) return [];
  const path = withoutAlias(written, alias);
  return [path.root.text, ...steps(path)];
}

/** Without RETURNING a write gives no columns, but still runs to its end. */
function returning(
  context: BindContext,
  plan: Plan,
  items: readonly ScopeItem[],
  wanted: readonly Ast.SelectItem[] | undefined,
  span: Span,
): BoundQuery {
  if (!wanted) return { plan: { kind: 'project', input: plan, items: [] }, columns: [] };
  const builder: Builder = { plan, scope: { items, form: 'select' }, around: nothingAround };
  const columns = bindProjection(context, builder, { form: 'select', distinct: false, items: wanted, groupBy: [], orderBy: [], span });
  return { plan: builder.plan, columns };
}
