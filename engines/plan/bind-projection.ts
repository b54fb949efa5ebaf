// The end of a query, for both forms: grouping, the projected items, DISTINCT, ORDER BY, OFFSET and LIMIT. SELECT says what it
// groups by; RETURN and WITH group by the items that hold no aggregate.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { printExpression } from '../../parser/print.ts';
import {
  bindGroupAs,
  bindLetting,
  type GroupKey,
  groupingBuilder,
  groupingCalls,
  groupPlan,
  hasAggregate,
  makeKey,
  sameExpr,
  toGrouped,
} from './bind-aggregate.ts';
import { bindCondition, bindExpression, literal } from './bind-expression.ts';
import { limitPlan } from './bind-limit.ts';
import { nameOfItem, positionOf, sortItem } from './bind-query.ts';
import { bindWindows, misplaced } from './bind-window.ts';
import { collationOf, collationOfKey, isCollated, keyed, ownKey, withoutKey } from './collation.ts';
import { columnsOf, type Expr, mapChildren, variablesOf } from './expression.ts';
import { groupingSets } from './grouping-sets.ts';
import { type Frame, outputColumns, type Plan, type SortItem } from './plan.ts';
import {
  type BindContext,
  type Builder,
  columnExpr,
  makeColumn,
  nameOfExpression,
  type QueryForm,
  sameName,
  type ScopeItem,
} from './scope.ts';
import { type WindowCall, windowCalls } from './syntax-children.ts';
import type { Column } from './type.ts';

export interface ProjectionSyntax {
  readonly form: QueryForm;
  readonly distinct: boolean;
  readonly items: readonly Ast.SelectItem[];
  readonly groupBy: readonly Ast.GroupItem[];
  readonly distinctOn?: readonly Ast.Expression[] | undefined;
  readonly windows?: readonly Ast.NamedWindow[] | undefined;
  readonly qualify?: Ast.Expression | undefined;
  readonly having?: Ast.Expression | undefined;
  readonly groupAs?: Ast.Name | undefined;
  readonly letting?: readonly Ast.Let[] | undefined;
  readonly orderBy: readonly Ast.SortKey[];
  readonly limit?: Ast.Expression | undefined;
  readonly fetch?: Ast.Fetch | undefined;
  readonly offset?: Ast.Expression | undefined;
  /** The WHERE of a WITH that reads names from before it: asked of the result, with what it needs carried along. */
  readonly where?: Ast.Expression | undefined;
  /** WITH * where there is no variable keeps the rows and names nothing. */
  readonly emptyStar?: boolean | undefined;
  readonly span: Span;
}

/** Collections with more top-level fields than this give `*` as one document. */
const starFieldsMax = 200;

interface Item {
  readonly name: string;
  readonly value: Expr;
  readonly syntax?: Ast.Expression;
}

/** Replaces the builder's plan by the projected one; returns the result's columns. The scope is left as it was. */
export function bindProjection(context: BindContext, builder: Builder, p: ProjectionSyntax): readonly Column[] {
  const written = p.items.flatMap((i) => (i.kind === 'star' ? [] : [i.value]));
  for (const k of p.orderBy) written.push(k.value);
  if (p.qualify) written.push(p.qualify);
  const groups = p.groupBy.length > 0 || p.having !== undefined || written.some(hasAggregate);
  const calls = [...written, ...(p.distinctOn ?? [])].flatMap(windowCalls);
  const bound = groups ? bindGrouped(context, builder, p, calls) : bindPlain(context, builder, p, calls);
  if (bound.distinctOn) builder.plan = firstOfEach(context, builder.plan, bound.distinctOn, bound.keys);
  const columns = bound.items.map((i) => projected(context, i));
  const items = bound.items.map((i, n) => ({ column: columns[n] as Column, value: i.value }));
  const hidden: { column: Column; value: Expr }[] = [];
  const keys: SortItem[] = bound.keys.map((k) => {
    const bare = withoutKey(k.value);
    const over = (column: Column): SortItem => ({ ...k, value: keyed(columnExpr(column), collationOfKey(k.value)) });
    const at = items.findIndex((i) => sameExpr(i.value, bare));
    const item = items[at];
    if (item) return over(item.column);
    if (p.distinct)
      throw new QueryError('bind/order-by-distinct', 'With DISTINCT, ORDER BY can use only what is selected.', {
        span: k.value.span ?? p.span,
      });
    const column = makeColumn(context, '', k.value.type);
    hidden.push({ column, value: bare });
    return over(column);
  });
  const where = bound.where && overResult(context, bound.where, items, p, hidden);
  builder.plan = { kind: 'project', input: builder.plan, items: [...items, ...hidden] };
  if (p.distinct) builder.plan = distinctPlan(context, builder.plan, columns);
  if (keys.length > 0) builder.plan = { kind: 'sort', input: builder.plan, keys };
  builder.plan = limitPlan(context, builder.plan, p, builder.around);
  if (where) builder.plan = { kind: 'filter', input: builder.plan, predicate: where };
  if (hidden.length > 0)
    builder.plan = { kind: 'project', input: builder.plan, items: columns.map((column) => ({ column, value: columnExpr(column) })) };
  return columns;
}

/** DISTINCT. Of rows that a collation takes for equal the least text of each column is shown. */
function distinctPlan(context: BindContext, input: Plan, columns: readonly Column[]): Plan {
  const collated = columns.map((c) => isCollated(columnExpr(c)));
  if (!collated.includes(true)) return { kind: 'distinct', input };
  const keys = columns.map((c, i) =>
    collated[i] ? makeKey(context, ownKey(columnExpr(c)), c.name) : makeKey(context, columnExpr(c), c.name),
  );
  const shown = columns.map((c, i) => (collated[i] ? makeColumn(context, c.name, c.type) : undefined));
  const aggregates = columns.flatMap((c, i) => {
    const column = shown[i];
    return column ? [{ column, name: 'min', arguments: [columnExpr(c)], distinct: false }] : [];
  });
  const items = columns.map((column, i) => ({ column, value: columnExpr(shown[i] ?? column) }));
  return { kind: 'project', input: { kind: 'aggregate', input, keys, aggregates }, items };
}

/** DISTINCT ON: the first row in the order for each value of the keys. */
function firstOfEach(context: BindContext, input: Plan, partition: readonly Expr[], order: readonly SortItem[]): Plan {
  const column = makeColumn(context, 'row_number', 'integer');
  const frame: Frame = { unit: 'rows', start: { kind: 'preceding' }, end: { kind: 'current' }, exclude: 'nothing' };
  const functions = [{ column, name: 'row_number', arguments: [], ignoreNulls: false, frame }];
  const first: Expr = { kind: 'binary', operator: '=', left: columnExpr(column), right: literal(1n), type: 'boolean' };
  return { kind: 'filter', input: { kind: 'window', input, partition, order, functions }, predicate: first };
}

/** A condition over the input, moved to the result: parts that are projected become its columns, others are carried in `hidden`. */
function overResult(
  context: BindContext,
  where: Expr,
  items: readonly { column: Column; value: Expr }[],
  p: ProjectionSyntax,
  hidden: { column: Column; value: Expr }[],
): Expr {
  const inner = new Set<number>();
  const rewrite = (e: Expr): Expr => {
    const item = items.find((i) => sameExpr(i.value, e));
    if (item && e.kind !== 'literal') return columnExpr(item.column, e.span);
    for (const id of variablesOf(e)) inner.add(id);
    if (e.kind !== 'column' || inner.has(e.id)) return mapChildren(e, rewrite);
    if (p.distinct)
      throw new QueryError('bind/unknown-name', `"${e.name}" is no longer there: WITH DISTINCT keeps only what it names.`, {
        span: e.span ?? p.span,
      });
    const column = makeColumn(context, '', e.type);
    hidden.push({ column, value: e });
    return columnExpr(column, e.span);
  };
  return rewrite(where);
}

/** A plain column keeps its id unless the same one is projected twice. */
function projected(context: BindContext, item: Item): Column {
  const column = makeColumn(context, item.name, item.value.type);
  const collation = collationOf(item.value);
  return collation ? { ...column, collation: { name: collation.name, explicit: false } } : column;
}

interface BoundItems {
  readonly items: readonly Item[];
  readonly keys: readonly SortItem[];
  readonly where?: Expr | undefined;
  readonly distinctOn?: readonly Expr[] | undefined;
}

function bindPlain(context: BindContext, builder: Builder, p: ProjectionSyntax, calls: readonly WindowCall[]): BoundItems {
  if (calls.length > 0 || p.windows) {
    const windows = bindWindows(context, builder, calls, p.windows ?? []);
    builder.plan = windows.over(builder.plan);
    builder.windows = windows.columns;
  }
  const items = p.items.flatMap((i, n) => bindItem(context, builder, i, n, p));
  const bound = withAliases(builder, items, () => {
    const qualify = p.qualify && bindCondition(context, builder, p.qualify);
    const { keys, distinctOn } = bindOrder(context, builder, items, p);
    const where = p.where && bindCondition(context, builder, p.where);
    if (qualify) builder.plan = { kind: 'filter', input: builder.plan, predicate: qualify };
    return { items, keys, where, distinctOn };
  });
  builder.windows = undefined;
  return bound;
}

/** ORDER BY and DISTINCT ON, which name items by alias and position. */
function bindOrder(
  context: BindContext,
  builder: Builder,
  items: readonly Item[],
  p: ProjectionSyntax,
): { keys: SortItem[]; distinctOn: Expr[] | undefined } {
  const bind = (e: Ast.Expression): Expr => aliased(e, items, p) ?? bindExpression(context, builder, e);
  return { keys: p.orderBy.map((k) => sortItem(k, bind(k.value))), distinctOn: p.distinctOn?.map((e) => ownKey(bind(e))) };
}

/** Runs `work` while the names of the items stand in the builder's scope. */
function withAliases<T>(builder: Builder, items: readonly Item[], work: () => T): T {
  const { scope } = builder;
  builder.scope = {
    ...scope,
    aliases: new Map([...(scope.aliases ?? []), ...items.map((i): [string, Expr] => [i.name.toLowerCase(), i.value])]),
  };
  const result = work();
  builder.scope = scope;
  return result;
}

function bindItem(context: BindContext, builder: Builder, i: Ast.SelectItem, n: number, p: ProjectionSyntax): Item[] {
  if (i.kind === 'star') return expandStar(context, builder, i, p);
  return [{ name: itemName(i, n, p), value: bindExpression(context, builder, i.value), syntax: i.value }];
}

/** SELECT names a path by its last step; RETURN by its text, as openCypher does. */
function itemName(i: Ast.SelectItem & { kind: 'expression' }, n: number, p: ProjectionSyntax): string {
  if (i.alias) return i.alias.text;
  if (p.form === 'select' || i.value.kind === 'identifier') return nameOfItem(i, n, printExpression(i.value));
  return i.written ?? printExpression(i.value);
}

/** An ORDER BY key that is an output alias or a position. */
function aliased(e: Ast.Expression, items: readonly Item[], p: ProjectionSyntax): Expr | undefined {
  if (e.kind === 'identifier') {
    const named = items.filter((i) => sameName(i.name, e.name));
    const first = named[0];
    if (first && (named.length === 1 || named.every((i) => sameExpr(i.value, first.value)))) return first.value;
    if (named.length > 1)
      throw new QueryError('bind/ambiguous-name', `ORDER BY "${e.name}" could be several of the selected columns.`, { span: e.span });
    return undefined;
  }
  if (e.kind === 'literal' && typeof e.value === 'bigint') {
    const at = positionOf(
      e,
      items.map((i) => ({ id: 0, name: i.name, type: i.value.type })),
    );
    return at && items[Number(e.value) - 1]?.value;
  }
  return undefined;
}

function expandStar(context: BindContext, builder: Builder, star: Ast.SelectItem & { kind: 'star' }, p: ProjectionSyntax): Item[] {
  const { of } = star;
  const items = of ? builder.scope.items.filter((i) => sameName(i.alias, of.text)) : builder.scope.items;
  if (of && items.length === 0) throw new QueryError('bind/unknown-name', `There is no alias "${of.text}" in FROM.`, { span: of.span });
  if (items.length === 0 && !p.emptyStar)
    throw new QueryError('bind/star', '* needs something to stand for: a FROM or a clause before it.', { span: star.span });
  // A pipeline's variables have no order of their own, so they come by name; those of a FROM come as they stand there.
  const ordered = p.form === 'pipeline' ? [...items].sort((a, b) => (a.alias < b.alias ? -1 : a.alias > b.alias ? 1 : 0)) : items;
  return ordered.flatMap((i): Item[] => {
    if (i.kind === 'row' && p.form === 'select')
      return i.columns
        .filter((c) => of !== undefined || !c.hidden)
        .map((c) => ({ name: c.name, value: columnExpr((of === undefined && c.merged) || c.column, star.span) }));
    if (i.kind === 'row')
      return [
        {
          name: i.alias,
          value: { kind: 'object', entries: i.columns.map((c) => ({ key: c.name, value: columnExpr(c.column) })), type: 'object' },
        },
      ];
    const fields = i.kind === 'document' && p.form === 'select' ? fieldsOf(context, i.column) : [];
    if (fields.length > 0)
      return fields.map((name) => ({
        name,
        value: { kind: 'field', value: columnExpr(i.column, star.span), name, type: 'any', span: star.span },
      }));
    return [{ name: i.alias, value: columnExpr(i.column, star.span) }];
  });
}

/** The fields that `*` stands for: those that documents of the collection have had. None: the document as one value. */
function fieldsOf(context: BindContext, column: Column): readonly string[] {
  const place = context.documents.get(column.id);
  return place && place.steps.length === 0 && place.collection.fields.length <= starFieldsMax ? place.collection.fields : [];
}

// ------------------------------------------------------------------------------------------------ grouping

function bindGrouped(context: BindContext, builder: Builder, p: ProjectionSyntax, calls: readonly WindowCall[]): BoundItems {
  const keys = p.form === 'select' && !groupsByAll(builder, p) ? selectKeys(context, builder, p) : implicitKeys(context, builder, p);
  const groupings = p.form === 'select' ? groupingCalls(context, keys) : undefined;
  const grouping = groupingBuilder(builder, groupings);
  const windows = calls.length > 0 || p.windows ? bindWindows(context, grouping, calls, p.windows ?? []) : undefined;
  grouping.windows = windows?.columns;
  if (p.groupAs) bindGroupAs(context, grouping, p.groupAs);
  if (p.letting) bindLetting(context, grouping, p.letting);
  const items = p.items.flatMap((i, n): Item[] => {
    if (i.kind === 'star') return expandStar(context, builder, i, p);
    const implicit = keys.implicit.get(i);
    return [{ name: itemName(i, n, p), value: implicit ?? bindExpression(context, grouping, i.value), syntax: i.value }];
  });
  const written = withAliases(grouping, items, () => ({
    having: p.having && withoutWindows(grouping, () => bindCondition(context, grouping, p.having as Ast.Expression)),
    ...bindOrder(context, grouping, items, p),
    qualify: p.qualify && bindCondition(context, grouping, p.qualify),
    where: p.where && bindCondition(context, grouping, p.where),
  }));
  const form = p.form === 'select' ? 'GROUP BY' : 'pipeline';
  const ungrouped = { ...builder };
  const shown = new Map<GroupKey, Expr>();
  const show = (key: GroupKey): Expr => {
    const known = shown.get(key);
    if (known) return known;
    const { written = key.value } = key;
    const column = makeColumn(context, key.column.name, written.type);
    grouping.aggregates.items.push({ column, name: 'min', arguments: [written], distinct: false });
    const least = { ...columnExpr(column, written.span), ...(written.collation && { collation: written.collation }) };
    const made = keys.sets ? whereThere(key.column, least) : least;
    shown.set(key, made);
    return made;
  };
  const grouped = (e: Expr): Expr => toGrouped(e, keys.keys, ungrouped, form, show);
  const after = new Set([...(windows?.columns.values() ?? [])].flatMap((e) => [...columnsOf(e)]));
  if (written.having && [...columnsOf(written.having)].some((id) => after.has(id))) throw misplaced(false, written.having.span);
  const bound = {
    items: items.map((i) => ({ ...i, value: grouped(i.value) })),
    keys: written.keys.map((k) => ({ ...k, value: grouped(k.value) })),
    where: written.where && grouped(written.where),
    distinctOn: written.distinctOn?.map(grouped),
  };
  const filter = (predicate: Expr | undefined): void => {
    if (predicate) builder.plan = { kind: 'filter', input: builder.plan, predicate: grouped(predicate) };
  };
  builder.plan = groupPlan(builder, { ...keys, groupings: groupings?.made }, grouping, grouped, after);
  filter(written.having);
  if (windows) builder.plan = windows.over(builder.plan, grouped);
  filter(written.qualify);
  return bound;
}

/** What a group shows for a key: null in the rows of a grouping set that lacks it. */
function whereThere(key: Column, shown: Expr): Expr {
  const when: Expr = { kind: 'is', operand: columnExpr(key), test: 'null', negated: true, type: 'boolean' };
  const { type, collation } = shown;
  return { kind: 'case', branches: [{ when, then: shown }], type, ...(collation && { collation }) };
}

/** HAVING comes before windows are computed. */
function withoutWindows<T>(builder: Builder, work: () => T): T {
  const { windows } = builder;
  builder.windows = undefined;
  const result = work();
  builder.windows = windows;
  return result;
}

interface Keys {
  readonly keys: readonly GroupKey[];
  readonly implicit: ReadonlyMap<Ast.SelectItem, Expr>;
  readonly sets?: readonly (readonly number[])[] | undefined;
}

/** `GROUP BY ALL`: by every item without an aggregate. */
function groupsByAll(builder: Builder, p: ProjectionSyntax): boolean {
  const [only, more] = p.groupBy;
  return only?.kind === 'identifier' && !more && /^all$/i.test(only.name) && !isInputName(builder.scope.items, only.name);
}

/** GROUP BY: expressions over the input, output aliases, or positions. Grouping by a primary key frees the table's other columns. */
function selectKeys(context: BindContext, builder: Builder, p: ProjectionSyntax): Keys {
  // An item that is a key word for word is the key: bound again, a subquery in it would be another one.
  const implicit = new Map<Ast.SelectItem, Expr>();
  const keys: GroupKey[] = [];
  const byText = new Map<string, number>();
  const placeOf = (e: Ast.Expression): number => {
    const syntax = groupSyntax(builder, e, p);
    const written = printExpression(syntax);
    const known = byText.get(written);
    if (known !== undefined) return known;
    const key = makeKey(context, bindExpression(context, builder, syntax), nameOfExpression(e) ?? '');
    const same = keys.findIndex((k) => sameExpr(k.value, key.value));
    const place = same >= 0 ? same : keys.push(key) - 1;
    byText.set(written, place);
    for (const i of p.items) if (i.kind === 'expression' && printExpression(i.value) === written) implicit.set(i, key.written ?? key.value);
    return place;
  };
  const sets = groupingSets(p.groupBy, p.span).map((set) => [...new Set(set.map(placeOf))]);
  const [only, more] = sets;
  if (only && !more) return { keys: [...keys, ...dependentColumns(builder, keys)], implicit };
  return { keys, implicit, sets };
}

function groupSyntax(builder: Builder, e: Ast.Expression, p: ProjectionSyntax): Ast.Expression {
  if (e.kind === 'literal' && typeof e.value === 'bigint') {
    const item = p.items[Number(e.value) - 1];
    if (item?.kind !== 'expression')
      throw new QueryError('bind/group-by-position', `GROUP BY ${e.value} is not one of the selected expressions.`, { span: e.span });
    return item.value;
  }
  if (e.kind === 'identifier' && !isInputName(builder.scope.items, e.name)) {
    const item = p.items.find((i) => i.kind === 'expression' && i.alias !== undefined && sameName(i.alias.text, e.name));
    if (item?.kind === 'expression') return item.value;
  }
  return e;
}

function isInputName(items: readonly ScopeItem[], name: string): boolean {
  return items.some((i) => sameName(i.alias, name) || (i.kind === 'row' && i.columns.some((c) => sameName(c.name, name))));
}

function dependentColumns(builder: Builder, keys: readonly GroupKey[]): GroupKey[] {
  const ids = new Set(keys.flatMap((k) => (k.value.kind === 'column' ? [k.value.id] : [])));
  const available = new Set(outputColumns(builder.plan).map((c) => c.id));
  return builder.scope.items.flatMap((i) => {
    if (i.kind !== 'row' || !i.columns.some((c) => c.info?.isRowid && ids.has(c.column.id))) return [];
    return i.columns
      .filter((c) => available.has(c.column.id) && !ids.has(c.column.id))
      .map((c) => ({ column: c.column, value: columnExpr(c.column) }));
  });
}

/** RETURN and WITH: every item without an aggregate is a key. */
function implicitKeys(context: BindContext, builder: Builder, p: ProjectionSyntax): Keys {
  const implicit = new Map<Ast.SelectItem, Expr>();
  const keys: GroupKey[] = [];
  for (const [n, i] of p.items.entries()) {
    if (i.kind === 'star') {
      for (const item of expandStar(context, builder, i, p)) keys.push(makeKey(context, item.value, item.name));
    } else if (!hasAggregate(i.value) && windowCalls(i.value).length === 0) {
      const value = bindExpression(context, builder, i.value);
      implicit.set(i, value);
      keys.push(makeKey(context, value, itemName(i, n, p)));
    }
  }
  return { keys, implicit };
}
