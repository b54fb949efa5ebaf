// Binds FROM. Items are joined from left to right, comma and JOIN alike; every item sees all to its left. An item that refers
// to the left is a lateral join; a MATCH that shares variables with the left runs over the left's rows.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { sameCollation } from './collation.ts';
import { inGraph } from './bind-graph.ts';
import { bindMatch } from './bind-match.ts';
import { bindQuery, isValueQuery, nameOfItem } from './bind-query.ts';
import { inside } from './bind-subquery.ts';
import { bindTableFunction } from './bind-table-function.ts';
import { bindView } from './bind-view.ts';
import { type Expr, reachesElements } from './expression.ts';
import { freeColumns } from './free-columns.ts';
import { placeOfExpr } from './known-paths.ts';
import { outputColumns, type Plan } from './plan.ts';
import { withReached } from './reached-elements.ts';
import {
  addItem,
  type BindContext,
  type Builder,
  columnExpr,
  findAlias,
  listNames,
  makeColumn,
  sameName,
  type Scope,
  type ScopeItem,
} from './scope.ts';
import { commonType } from './typing.ts';
import type { Column } from './type.ts';

/** Joins `item` to what `builder` has. */
export function bindFrom(context: BindContext, builder: Builder, item: Ast.FromItem): void {
  if (item.kind === 'join') {
    bindFrom(context, builder, item.left);
    bindJoin(context, builder, item);
  } else {
    joinItem(context, builder, item, 'inner', undefined);
  }
}

type SimpleItem = Exclude<Ast.FromItem, Ast.FromJoin>;

function bindJoin(context: BindContext, builder: Builder, join: Ast.FromJoin): void {
  const type = join.type === 'comma' || join.type === 'cross' ? 'inner' : join.type;
  if (join.right.kind === 'join') {
    // Only parentheses build this shape: bind the right side by itself, as one item.
    const right = rightBuilder(builder);
    bindFrom(context, right, join.right);
    attachRight(context, builder, right, type, join, join.right.span);
    return;
  }
  joinItem(context, builder, join.right, type, join);
}

function rightBuilder(builder: Builder): Builder {
  return { plan: { kind: 'one' }, scope: { items: [], form: builder.scope.form, outer: builder.scope }, around: inside(builder) };
}

function joinItem(
  context: BindContext,
  builder: Builder,
  item: SimpleItem,
  type: 'inner' | 'left' | 'right' | 'full',
  join: Ast.FromJoin | undefined,
): void {
  if (item.kind === 'match' && !item.graphTable && matchNeedsLeft(builder, item)) {
    joinMatchOverLeft(context, builder, item, type, join);
    return;
  }
  const right = rightBuilder(builder);
  bindItem(context, right, item);
  attachRight(context, builder, right, type, join, item.span);
}

/** Joins what `right` holds to the left and merges the scopes. */
function attachRight(
  context: BindContext,
  builder: Builder,
  right: Builder,
  type: 'inner' | 'left' | 'right' | 'full',
  join: Ast.FromJoin | undefined,
  span: Span,
): void {
  const left = builder.plan;
  const leftIds = new Set(outputColumns(left).map((c) => c.id));
  const lateral = [...freeColumns(right.plan)].some((id) => leftIds.has(id));
  if (lateral && (type === 'right' || type === 'full')) {
    throw new QueryError('bind/lateral-join', `The right side of a ${type.toUpperCase()} JOIN cannot refer to the left side.`, {
      span: join?.right.span,
    });
  }
  if (left.kind === 'one' && builder.scope.items.length === 0) {
    builder.plan = right.plan;
    builder.scope = { ...builder.scope, items: right.scope.items };
    return;
  }
  const leftItems = builder.scope.items;
  for (const i of right.scope.items) builder.scope = addItem(builder.scope, i, span);
  const merged = join && (join.natural || join.using) ? usingColumns(join, leftItems, right.scope.items) : undefined;
  builder.plan = { kind: 'join', type, left, right: right.plan, on: merged?.on, lateral };
  if (merged) {
    applyUsing(context, builder, merged, type);
    return;
  }
  if (join?.on) bindOn(context, builder, builder.plan, join.on);
}

/** ON. A subquery in it, or an element that only it reaches, stands over the joined rows, so an inner join becomes a filter and an outer one a lateral right side. */
function bindOn(context: BindContext, builder: Builder, plan: Plan & { kind: 'join' }, on: Ast.Expression): void {
  const over: Builder = { plan, scope: builder.scope, around: builder.around };
  const bound = bindCondition(context, over, on);
  const { join, condition } = withReached(context, plan, bound);
  if (over.plan === plan && !reachesElements(condition)) {
    builder.plan = { ...join, on: condition };
    return;
  }
  if (plan.type === 'inner') {
    builder.plan = { kind: 'filter', input: over.plan, predicate: bound };
    return;
  }
  if (plan.type !== 'left') {
    const what = over.plan === plan ? 'startNode or endNode of a computed value' : 'A subquery';
    throw new QueryError('bind/subquery-here', `${what} cannot stand in the ON of a RIGHT or FULL JOIN.`, { span: on.span });
  }
  const inner: Builder = { plan: plan.right, scope: builder.scope, around: builder.around };
  const predicate = bindCondition(context, inner, on);
  builder.plan = { ...plan, right: { kind: 'filter', input: inner.plan, predicate }, lateral: true };
}

interface Using {
  readonly on: Expr | undefined;
  readonly names: readonly { readonly name: string; readonly left: Column; readonly right: Column }[];
}

function usingColumns(join: Ast.FromJoin, left: readonly ScopeItem[], right: readonly ScopeItem[]): Using {
  const columnsOf = (items: readonly ScopeItem[]): { name: string; column: Column }[] =>
    items.flatMap((i) => (i.kind === 'row' ? i.columns.filter((c) => !c.hidden) : []));
  const leftColumns = columnsOf(left);
  const rightColumns = columnsOf(right);
  const wanted = join.using
    ? join.using
    : rightColumns.filter((r) => leftColumns.some((l) => sameName(l.name, r.name))).map((r) => ({ text: r.name, span: join.span }));
  const names = wanted.map((n) => {
    const l = leftColumns.find((c) => sameName(c.name, n.text));
    const r = rightColumns.find((c) => sameName(c.name, n.text));
    if (!l || !r) {
      throw new QueryError('bind/unknown-column', `USING needs a column "${n.text}" on both sides.`, {
        span: n.span,
        hint: `Left has ${listNames(leftColumns.map((c) => c.name))}; right has ${listNames(rightColumns.map((c) => c.name))}.`,
      });
    }
    return { name: n.text, left: l.column, right: r.column };
  });
  const on = names
    .map<Expr>((n) => {
      const [a, b] = sameCollation(columnExpr(n.left), columnExpr(n.right));
      return { kind: 'binary', operator: '=', left: a, right: b, type: 'boolean' };
    })
    .reduce<Expr | undefined>((a, b) => (a ? { kind: 'binary', operator: 'and', left: a, right: b, type: 'boolean' } : b), undefined);
  return { on, names };
}

/** USING leaves one column of each name: the left's, or for RIGHT and FULL the first that is not null. */
function applyUsing(context: BindContext, builder: Builder, using: Using, type: 'inner' | 'left' | 'right' | 'full'): void {
  const hide = new Set(using.names.map((n) => n.right.id));
  const replaced = new Map<number, Column>();
  if (type === 'right' || type === 'full') {
    const items = outputColumns(builder.plan).map((c) => ({ column: c, value: columnExpr(c) }));
    const extra = using.names.map((n) => {
      const column = makeColumn(context, n.name, commonType([n.left.type, n.right.type]));
      replaced.set(n.left.id, column);
      return {
        column,
        value: { kind: 'call' as const, name: 'coalesce', arguments: [columnExpr(n.left), columnExpr(n.right)], type: column.type },
      };
    });
    builder.plan = { kind: 'project', input: builder.plan, items: [...items, ...extra] };
  }
  builder.scope = {
    ...builder.scope,
    items: builder.scope.items.map((i) =>
      i.kind === 'row'
        ? {
            ...i,
            columns: i.columns.map((c) =>
              hide.has(c.column.id) ? { ...c, hidden: true } : { ...c, column: replaced.get(c.column.id) ?? c.column },
            ),
          }
        : i,
    ),
  };
}

// ------------------------------------------------------------------------------------------------ MATCH over the left

/** Does the pattern share a variable with the left, or refer to it? */
function matchNeedsLeft(builder: Builder, item: Ast.FromMatch): boolean {
  if (builder.scope.items.length === 0) return false;
  const text = JSON.stringify([item.patterns, item.where], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  ).toLowerCase();
  return builder.scope.items.some((i) => i.alias !== '' && text.includes(`"${i.alias.toLowerCase()}"`));
}

/** Has it a pattern or a query inside? */
function hasQuery(syntax: unknown): boolean {
  if (typeof syntax !== 'object' || syntax === null) return false;
  if ('patterns' in syntax || 'query' in syntax || 'pattern' in syntax) return true;
  return Object.values(syntax).some(hasQuery);
}

function joinMatchOverLeft(
  context: BindContext,
  builder: Builder,
  item: Ast.FromMatch,
  type: 'inner' | 'left' | 'right' | 'full',
  join: Ast.FromJoin | undefined,
): void {
  if (type === 'right' || type === 'full') {
    throw new QueryError('bind/lateral-join', `The right side of a ${type.toUpperCase()} JOIN cannot refer to the left side.`, {
      span: item.span,
    });
  }
  const where =
    type === 'left' && join?.on
      ? item.where
        ? { kind: 'binary' as const, operator: 'AND' as const, left: item.where, right: join.on, span: join.on.span }
        : join.on
      : item.where;
  if (item.graph && type === 'left' && join?.on && hasQuery(join.on)) {
    throw new QueryError('bind/lateral-join', 'ON cannot ask a query here: it would be of the graph that the pattern is of.', {
      span: join.on.span,
      hint: 'Ask it in a WHERE behind the join.',
    });
  }
  inGraph(context, item.graph, () => bindMatch(context, builder, item.patterns, where, type === 'left'));
  if (type === 'inner' && join?.on) {
    const condition = bindCondition(context, builder, join.on);
    builder.plan = { kind: 'filter', input: builder.plan, predicate: condition };
  }
}

// ------------------------------------------------------------------------------------------------ single items

function bindItem(context: BindContext, builder: Builder, item: SimpleItem): void {
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
    const what = last?.kind === 'row' ? `It has only ${count} columns.` : 'Only a row of columns can have other names for them.';
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
  const columns = table.columns.map((info) => {
    const { collation } = info;
    const column = makeColumn(context, info.name, info.type);
    return { name: info.name, column: collation ? { ...column, collation: { name: collation, explicit: false } } : column, info };
  });
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
      `The query has ${bound.columns.length} columns, but ${item.columns.length} names are given.`,
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
