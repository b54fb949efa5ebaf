// Binds one item of FROM: a table, a collection, a view or a common table expression by its name, an array, a query, a pattern, or a
// function that returns rows. bind-from.ts joins them.

import { plural, didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import { bindExpression } from './bind-expression.ts';
import { inGraph } from './bind-graph.ts';
import { bindMatch } from './bind-match.ts';
import { bindQuery, isValueQuery, nameOfItem } from './bind-query.ts';
import { bindTableFunction } from './bind-table-function.ts';
import { bindView } from './bind-view.ts';
import { placeOfExpr } from './known-paths.ts';
import type { Plan } from './plan.ts';
import {
  addItem,
  type BindContext,
  type Builder,
  findAlias,
  listNames,
  makeColumn,
  makeTableColumn,
  sameName,
  type Scope,
  type ScopeItem,
} from './scope.ts';
import type { Column } from './type.ts';

export type SimpleItem = Exclude<Ast.FromItem, Ast.FromJoin>;

/** Makes the builder what one item brings: its rows, and its names. */
export function bindItem(context: BindContext, builder: Builder, item: SimpleItem): void {
  switch (item.kind) {
    case 'named':
      bindNamed(context, builder, item);
      return;
    case 'unnest':
      bindUnnest(context, builder, item);
      return;
    case 'query':
      bindDerived(context, builder, item);
      return;
    case 'match':
      inGraph(context, item.graphTable?.graph ?? item.graph, () => {
        if (item.graphTable) bindGraphTable(context, builder, item);
        else bindMatch(context, builder, item.patterns, item.where, false);
      });
      return;
    case 'call':
      bindTableFunction(context, builder, item);
      return;
  }
}

/** INDEXED BY must name an index of the table. Which index is used is left to SQLite, whose choice the checks in our statements could take away. */
function checkIndexedBy(context: BindContext, { name, indexedBy }: Ast.FromNamed): void {
  if (!indexedBy) return;
  const there = context.catalog.indexes.filter((i) => i.on.kind !== 'label' && sameName(i.on.name, name.text));
  if (there.some((i) => sameName(i.name, indexedBy.text))) return;
  throw new QueryError('bind/unknown-index', `"${name.text}" has no index "${indexedBy.text}".`, {
    span: indexedBy.span,
    hint: there.length === 0 ? 'It has none.' : `It has ${listNames(there.map((i) => i.name))}.`,
  });
}

function bindNamed(context: BindContext, builder: Builder, item: Ast.FromNamed): void {
  checkIndexedBy(context, item);
  bindSource(context, builder, item);
  if (item.columns) renameColumns(builder, item.columns);
}

/** `t AS a (x, y)`: the first columns by other names. */
function renameColumns(builder: Builder, names: readonly Ast.Name[]): void {
  const last = builder.scope.items.at(-1);
  const count = last?.kind === 'row' ? last.columns.length : 0;
  const more = names[count];
  if (last?.kind !== 'row' || more) {
    const what = last?.kind === 'row' ? `It has only ${plural(count, 'column')}.` : 'Only a row of columns can have other names for them.';
    throw new QueryError('bind/column-count', what, { span: (more ?? names[0])?.span });
  }
  const columns = last.columns.map((c, i) => ({ ...c, name: names[i]?.text ?? c.name }));
  builder.scope = { ...builder.scope, items: [...builder.scope.items.slice(0, -1), { ...last, columns }] };
}

function bindSource(context: BindContext, builder: Builder, item: Ast.FromNamed): void {
  const alias = (item.alias ?? item.name).text;
  const common = builder.around.tables.get(item.name.text.toLowerCase());
  if (common) {
    const bound = common.bind();
    builder.plan = bound.plan;
    const columns = bound.columns.map((column) => ({ name: column.name, column }));
    builder.scope = addItem(builder.scope, rowItem(alias, columns, bound.value === true), item.span);
    return;
  }
  const table = context.catalog.table(item.name.text);
  if (table) {
    const scan = scanTable(context, builder, table, alias, item.span);
    if (item.indexedBy === null) builder.plan = { ...scan, notIndexed: true };
    return;
  }
  const collection = context.catalog.collection(item.name.text);
  if (collection) {
    scanCollection(context, builder, collection, alias, item.span);
    return;
  }
  const view = context.catalog.view(item.name.text);
  if (view) {
    bindView(context, builder, view, alias, item.span);
    return;
  }
  const value = findAlias(builder.scope.outer, item.name.text);
  if (value && value.kind !== 'row') {
    bindUnnest(context, builder, {
      kind: 'unnest',
      value: { kind: 'identifier', name: item.name.text, span: item.name.span },
      ...(item.alias ? { alias: item.alias } : {}),
      keyword: false,
      span: item.span,
    });
    return;
  }
  throw unknownSource(context, builder, item.name);
}

/** Makes the builder a scan of a whole table under an alias. */
export function scanTable(
  context: BindContext,
  builder: Builder,
  table: TableInfo,
  alias: string,
  span: Span,
): Plan & { kind: 'scanTable' } {
  const columns = table.columns.map((info) => ({ name: info.name, column: makeTableColumn(context, info), info }));
  const key = makeColumn(context, 'rowid', 'integer');
  const plan: Plan & { kind: 'scanTable' } = {
    kind: 'scanTable',
    table,
    columns: columns.map((c) => ({ source: c.name, column: c.column })),
    key,
  };
  builder.plan = plan;
  // What another program made WITHOUT ROWID, and its views, have no key to ask for.
  builder.scope = addItem(builder.scope, { kind: 'row', alias, columns, ...(table.rowid !== null && { key }) }, span);
  return plan;
}

/** Makes the builder a scan of a whole collection under an alias. */
export function scanCollection(
  context: BindContext,
  builder: Builder,
  collection: CollectionInfo,
  alias: string,
  span: Span,
): Plan & { kind: 'scanCollection' } {
  const doc = makeColumn(context, alias, 'object');
  context.documents.set(doc.id, { collection, steps: [] });
  const key = makeColumn(context, 'id', 'integer');
  const plan: Plan & { kind: 'scanCollection' } = { kind: 'scanCollection', collection, doc, key };
  builder.plan = plan;
  builder.scope = addItem(builder.scope, { kind: 'document', alias, column: doc, key }, span);
  return plan;
}

/** An unknown table or collection: the nearest name, or what exists. */
export function unknownSource(context: BindContext, builder: Builder, name: Ast.Name): QueryError {
  const names = [
    ...context.catalog.tables.map((t) => t.name),
    ...context.catalog.collections.map((c) => c.name),
    ...context.catalog.views.map((v) => v.name),
    ...builder.around.tables.keys(),
  ];
  const near = didYouMean(name.text, names);
  const list = listOfDocument(context, builder.scope.outer, name.text);
  const hint = list ? `A list inside a document is named with it: ${list}.` : (near ?? hintOfNames(names));
  return new QueryError('bind/unknown-table', `There is no table or collection "${name.text}".`, { span: name.span, hint });
}

/** `o.items` where a document o in sight has the field. */
function listOfDocument(context: BindContext, scope: Scope | undefined, field: string): string | undefined {
  for (let s = scope; s; s = s.outer) {
    for (const i of s.items) {
      const place = i.kind === 'document' ? context.documents.get(i.column.id) : undefined;
      if (place?.steps.length === 0 && place.collection.fields.includes(field)) return `${i.alias}.${field}`;
    }
  }
  return undefined;
}

function hintOfNames(names: readonly string[]): string {
  if (names.length === 0) return 'The database has none yet.';
  return names.length === 1 ? `There is one: ${names[0]}.` : `There are ${listNames(names)}.`;
}

function bindUnnest(context: BindContext, builder: Builder, item: Ast.FromPath): void {
  const list = bindExpression(context, builder, item.value);
  const alias = item.alias?.text ?? nameOfPath(item.value) ?? '';
  const element = makeColumn(context, alias, 'any');
  const place = item.unpivot ? undefined : placeOfExpr(context, list);
  if (place) context.documents.set(element.id, { collection: place.collection, steps: [...place.steps, null] });
  const position = item.position && makeColumn(context, item.position.text, item.unpivot ? 'text' : 'integer');
  const keys = item.unpivot ? { keys: true as const } : {};
  builder.plan = { kind: 'unnest', input: builder.plan, list, element, position, outer: false, ...keys };
  builder.scope = addItem(builder.scope, { kind: 'document', alias, column: element }, item.span);
  if (position) builder.scope = addItem(builder.scope, { kind: 'value', alias: position.name, column: position }, item.span);
}

function nameOfPath(e: Ast.Expression): string | undefined {
  return e.kind === 'field' ? e.name.text : e.kind === 'identifier' ? e.name : undefined;
}

function bindDerived(context: BindContext, builder: Builder, item: Ast.FromQuery): void {
  const bound = bindQuery(context, item.query, { tables: builder.around.tables, outer: builder.scope.outer });
  if (item.columns && item.columns.length !== bound.columns.length) {
    throw new QueryError(
      'bind/column-count',
      `The query has ${plural(bound.columns.length, 'column')}, but ${plural(item.columns.length, 'name')} here.`,
      { span: item.span },
    );
  }
  const columns = bound.columns.map((column, i) => ({ name: item.columns?.[i]?.text ?? column.name, column }));
  builder.plan = bound.plan;
  const value = item.alias !== undefined && !item.columns && isValueQuery(item.query);
  builder.scope = addItem(builder.scope, rowItem(item.alias?.text ?? '', columns, value), item.span);
}

/** What a query in FROM brings: a row of columns, or for SELECT VALUE the value itself. */
function rowItem(alias: string, columns: readonly { name: string; column: Column }[], value: boolean): ScopeItem {
  const only = value ? columns[0] : undefined;
  return only ? { kind: 'document', alias, column: only.column } : { kind: 'row', alias, columns };
}

function bindGraphTable(context: BindContext, builder: Builder, item: Ast.FromMatch): void {
  const graph = item.graphTable;
  if (!graph) return;
  const inner: Builder = {
    plan: { kind: 'one' },
    scope: { items: [], form: 'select', outer: builder.scope.outer },
    around: { tables: builder.around.tables, outer: builder.scope.outer },
  };
  bindMatch(context, inner, item.patterns, item.where, false);
  const columns: { name: string; column: Column }[] = [];
  const items = graph.columns.map((c, i) => {
    if (c.kind === 'star') throw new QueryError('bind/star', 'COLUMNS needs expressions, not *.', { span: c.span });
    const value = bindExpression(context, inner, c.value);
    const column = makeColumn(context, nameOfItem(c, i), value.type);
    columns.push({ name: column.name, column });
    return { column, value };
  });
  builder.plan = { kind: 'project', input: inner.plan, items };
  builder.scope = addItem(builder.scope, { kind: 'row', alias: item.alias?.text ?? '', columns }, item.span);
}
