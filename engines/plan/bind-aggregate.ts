// Grouping. Items of a grouping query are bound over the ungrouped input; aggregate calls are collected on the way and
// replaced by columns; afterwards every part that equals a grouping key becomes that key's column, and what is left over
// of the input is an error.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { sortItem } from './bind-query.ts';
import { misplaced } from './bind-window.ts';
import { collationOf, isCollated, ownKey } from './collation.ts';
import { columnsOf, type Expr, mapChildren } from './expression.ts';
import { freeColumns } from './free-columns.ts';
import { type AggregateFunction, checkAggregate, lookupAggregate, lookupFunction } from './functions.ts';
import { type Aggregate, type AggregateItem, outputColumns, type Plan, type SortItem } from './plan.ts';
import { addItem, type BindContext, type Builder, columnExpr, type GroupingCalls, makeColumn } from './scope.ts';
import { isWindowCall, syntaxChildren } from './syntax-children.ts';
import type { Column, ColumnId } from './type.ts';

export interface GroupKey {
  readonly column: Column;
  readonly value: Expr;
  /** Of a key with a collation: what was written, which the group shows by its least text. */
  readonly written?: Expr | undefined;
}

/** Called by the expression binder for `sum(x)` and the like. */
export function bindAggregateCall(context: BindContext, builder: Builder, e: Ast.FunctionCall | Ast.CountStar): Expr {
  const { aggregates } = builder;
  const info = lookupAggregate(e.kind === 'countStar' ? 'count' : e.name.text);
  if (!info) throw new Error('not an aggregate');
  if (!aggregates) {
    throw new QueryError('bind/aggregate-here', `The aggregate ${info.name}() cannot stand here.`, {
      span: e.span,
      hint: 'Use it in the select list, HAVING, ORDER BY, RETURN or WITH.',
    });
  }
  const bind = (x: Ast.Expression): Expr => bindExpression(context, aggregates.input, x);
  if (e.tail?.nulls)
    throw misused(`${info.name}() does not take ${e.tail.nulls.toUpperCase()} NULLS.`, e.span, 'Aggregates leave nulls out.');
  const filter = e.tail?.filter && bindCondition(context, aggregates.input, e.tail.filter);
  const { args: given, orderBy } = e.kind === 'countStar' ? { args: [], orderBy: undefined } : argumentsOf(e, info, bind);
  const args = readNumbers(builder, info.name, given);
  const distinct = e.kind === 'call' && e.distinct;
  if (distinct && orderBy?.some((k) => !args.some((a) => sameExpr(ownKey(a), k.value) || sameExpr(a, k.value))))
    throw new QueryError('bind/order-by-distinct', 'With DISTINCT, an aggregate can be ordered only by its arguments.', { span: e.span });
  if (distinct && args.length === 0)
    throw new QueryError('bind/arguments', `With DISTINCT, ${info.name}() needs an argument.`, {
      span: e.span,
      hint: `Write ${info.name}(DISTINCT x).`,
    });
  const type = checkAggregate(
    info,
    args.map((a) => a.type),
    e.span,
  );
  const item: AggregateItem = {
    column: makeColumn(context, info.name, type),
    ...byCollation(info.name, args, distinct),
    distinct,
    ...(orderBy && { orderBy }),
    ...(filter && { filter }),
  };
  const same = aggregates.items.find((other) => sameAggregate(other, item));
  if (same) return columnExpr(same.column, e.span);
  aggregates.items.push(item);
  return columnExpr(item.column, e.span);
}

/** min, max, min_by and max_by look at the key of text with a collation; count(DISTINCT x) counts keys; the others tell values apart by collations. */
export function byCollation(
  name: string,
  args: readonly Expr[],
  distinct: boolean,
): Pick<AggregateItem, 'name' | 'arguments' | 'collations'> {
  const [value, by] = args;
  if (!value || !args.some(isCollated)) return { name, arguments: args };
  if (name === 'min' || name === 'max') return { name: `${name}_by`, arguments: [value, ownKey(value)] };
  if (name === 'count' && distinct) return { name, arguments: args.map(ownKey) };
  const given = by && (name === 'min_by' || name === 'max_by') ? [value, ownKey(by)] : args;
  return { name, arguments: given, ...(distinct && { collations: args.map((a) => collationOf(a)?.name) }) };
}

/** The arguments and the order; `f(p) WITHIN GROUP (ORDER BY x)` is `f(x, p)`, which sees its values in the order of x. */
function argumentsOf(
  e: Ast.FunctionCall,
  info: AggregateFunction,
  bind: (x: Ast.Expression) => Expr,
): { args: readonly Expr[]; orderBy: readonly SortItem[] | undefined } {
  const within = e.tail?.withinGroup;
  if (e.distinct && e.name.text.toLowerCase() === 'group_concat' && e.arguments.length > 1) {
    throw misused(
      'With DISTINCT, group_concat() takes no separator, as in SQLite.',
      e.span,
      'string_agg(DISTINCT x, separator) takes one.',
    );
  }
  const args = e.arguments.map(bind);
  const orderBy = (within ?? e.orderBy)?.map((k) => sortItem(k, bind(k.value)));
  if (within && e.orderBy) throw misused('ORDER BY inside the parentheses does not go with WITHIN GROUP.', e.span);
  if (!info.ordered && within) throw misused(`${info.name}() does not take WITHIN GROUP.`, e.span, `Write ${info.name}(x ORDER BY y).`);
  if (!info.ordered) return { args, orderBy };
  if (!within) {
    const [value] = args;
    if (e.orderBy) throw misused(`${info.name}() orders its values itself.`, e.span, 'WITHIN GROUP (ORDER BY …) says another order.');
    return { args, orderBy: value && [{ value, descending: false, nulls: 'last' }] };
  }
  const [key, more] = orderBy ?? [];
  if (!key || more) throw misused(`${info.name}() takes one key in WITHIN GROUP.`, e.span);
  if (e.distinct) throw misused('DISTINCT does not go with WITHIN GROUP.', e.span);
  return { args: [key.value, ...args], orderBy };
}

/** The SELECT form adds up text as SQLite does: by the number at its start. In a pipeline, and where a document holds the text, it is an error. */
export function readNumbers(builder: Builder, aggregate: string, args: readonly Expr[]): readonly Expr[] {
  if (builder.scope.form !== 'select' || !['sum', 'total', 'avg'].includes(aggregate)) return args;
  return args.map((a) => (a.type === 'text' ? { kind: 'call', name: 'leading_number', arguments: [a], type: 'number', span: a.span } : a));
}

function misused(message: string, span: Span, hint?: string): QueryError {
  return new QueryError('bind/aggregate', message, { span, hint });
}

function sameAggregate(a: AggregateItem, b: AggregateItem): boolean {
  return shapeOfItem(a) === shapeOfItem(b);
}

const itemShapes = new WeakMap<AggregateItem, string>();

function shapeOfItem(item: AggregateItem): string {
  let text = itemShapes.get(item);
  if (text === undefined) {
    const orderBy = item.orderBy?.map((k) => [shape(k.value), k.descending, k.nulls]);
    text = JSON.stringify([
      item.name,
      item.distinct,
      item.collations,
      item.arguments.map(shape),
      orderBy,
      item.filter && shape(item.filter),
    ]);
    itemShapes.set(item, text);
  }
  return text;
}

/** `grouping(a, b)`: which of these keys the grouping set lacks. */
export function bindGroupingCall(context: BindContext, builder: Builder, e: Ast.FunctionCall): Expr {
  const { aggregates } = builder;
  if (!aggregates?.groupings) {
    throw new QueryError('bind/aggregate-here', 'grouping() needs GROUP BY.', { span: e.span });
  }
  const keys = e.arguments.map((x) => bindExpression(context, aggregates.input, x));
  return aggregates.groupings.add(keys, e.span);
}

/** A builder whose expressions may hold aggregates over `input`. */
export function groupingBuilder(
  input: Builder,
  groupings: GroupingCalls | undefined,
): Builder & { readonly aggregates: NonNullable<Builder['aggregates']> } {
  return { plan: input.plan, scope: input.scope, around: input.around, aggregates: { items: [], input, subqueries: [], groupings } };
}

type Grouping = NonNullable<Aggregate['groupings']>[number];

/** Collects the calls of grouping(). */
export function groupingCalls(
  context: BindContext,
  { keys, sets }: { readonly keys: readonly GroupKey[]; readonly sets?: Aggregate['sets'] },
): GroupingCalls & { readonly made: readonly Grouping[] } {
  const made: Grouping[] = [];
  return {
    made,
    add(wanted, span) {
      const places = wanted.map((e) => keys.findIndex((k) => sameExpr(k.written ?? k.value, e)));
      if (wanted.length === 0 || wanted.length > 62 || places.includes(-1)) {
        throw new QueryError('bind/not-grouped', 'grouping() takes 1 to 62 expressions of GROUP BY.', { span });
      }
      if (!sets) return { kind: 'literal', value: 0n, type: 'integer', span };
      const column = makeColumn(context, 'grouping', 'integer');
      made.push({ column, keys: places });
      return columnExpr(column, span);
    },
  };
}

/** GROUP AS: the rows of the group as objects, with a key for each variable of FROM. */
export function bindGroupAs(context: BindContext, grouping: ReturnType<typeof groupingBuilder>, name: Ast.Name): void {
  const { items } = grouping.aggregates.input.scope;
  const entries = items.flatMap((i) => {
    if (i.kind !== 'row') return [{ key: i.alias, value: columnExpr(i.column) }];
    const columns = i.columns.map((c) => ({ key: c.name, value: columnExpr(c.column) }));
    return i.alias === '' ? columns : [{ key: i.alias, value: { kind: 'object', entries: columns, type: 'object' } satisfies Expr }];
  });
  const column = makeColumn(context, name.text, 'list');
  const row: Expr = { kind: 'object', entries, type: 'object', span: name.span };
  grouping.aggregates.items.push({ column, name: 'collect', arguments: [row], distinct: false });
  grouping.scope = addItem(grouping.scope, { kind: 'value', alias: name.text, column }, name.span);
}

/** LETTING: names for expressions over the group. */
export function bindLetting(context: BindContext, grouping: ReturnType<typeof groupingBuilder>, lets: readonly Ast.Let[]): void {
  for (const { name, value } of lets) {
    const aliases = new Map(grouping.scope.aliases);
    aliases.set(name.text.toLowerCase(), bindExpression(context, grouping, value));
    grouping.scope = { ...grouping.scope, aliases };
  }
}

/** A grouping key; a plain column keeps its id. */
export function makeKey(context: BindContext, written: Expr, name: string): GroupKey {
  const value = ownKey(written);
  if (value !== written) return { column: makeColumn(context, name, value.type), value, written };
  if (value.kind === 'column') return { column: { id: value.id, name: value.name, type: value.type }, value };
  return { column: makeColumn(context, name, value.type), value };
}

/** The aggregate node over `input`, then the subqueries that stood beside the aggregates. */
export function groupPlan(
  input: Builder,
  { keys, sets, groupings }: Pick<Aggregate, 'keys' | 'sets' | 'groupings'>,
  grouping: ReturnType<typeof groupingBuilder>,
  grouped: (e: Expr) => Expr,
  /** Columns that are computed only over the groups. */
  after: ReadonlySet<ColumnId>,
): Plan {
  const { items: aggregates } = grouping.aggregates;
  let plan: Plan = sets
    ? { kind: 'aggregate', input: input.plan, keys, aggregates, sets, ...(groupings && { groupings }) }
    : { kind: 'aggregate', input: input.plan, keys: distinctKeys(keys), aggregates };
  for (const wrap of grouping.aggregates.subqueries) {
    const before = new Set(outputColumns(plan).map((c) => c.id));
    plan = wrap(plan);
    if (plan.kind === 'apply') {
      if (plan.operand) {
        if ([...columnsOf(plan.operand)].some((id) => after.has(id))) throw misplaced(false, plan.operand.span);
        plan = { ...plan, operand: grouped(plan.operand) };
      }
      const inputIds = new Set(outputColumns(input.plan).map((c) => c.id));
      for (const id of freeColumns(plan.subplan)) {
        if (inputIds.has(id) && !before.has(id)) {
          throw new QueryError(
            'bind/not-grouped',
            'A subquery beside an aggregate may refer only to grouping keys that are plain columns.',
            {
              hint: 'Put the value into GROUP BY, or compute it in a query in FROM.',
            },
          );
        }
      }
    }
  }
  return plan;
}

function distinctKeys(keys: readonly GroupKey[]): GroupKey[] {
  const seen = new Set<ColumnId>();
  return keys.filter((k) => !seen.has(k.column.id) && seen.add(k.column.id));
}

/** Rewrites an item of a grouping query to the grouped columns. */
export function toGrouped(
  expr: Expr,
  keys: readonly GroupKey[],
  input: Builder,
  form: 'GROUP BY' | 'pipeline',
  shown: (key: GroupKey) => Expr,
): Expr {
  const inputIds = new Set(outputColumns(input.plan).map((c) => c.id));
  const rewrite = (e: Expr): Expr => {
    const key = keys.find((k) => sameExpr(k.value, e));
    if (key) return columnExpr(key.column, e.span);
    const collated = keys.find((k) => k.written && sameExpr(k.written, e));
    if (collated) return shown(collated);
    if (e.kind === 'column' && inputIds.has(e.id)) throw notGrouped(e, form);
    return mapChildren(e, rewrite);
  };
  return rewrite(expr);
}

function notGrouped(e: Expr & { kind: 'column' }, form: 'GROUP BY' | 'pipeline'): QueryError {
  const name = e.name === '' ? 'This value' : `"${e.name}"`;
  const hint =
    form === 'GROUP BY'
      ? 'Add it to GROUP BY, or put it into an aggregate such as min().'
      : 'Give it an item of its own, or put it into an aggregate.';
  return new QueryError('bind/not-grouped', `${name} is neither a grouping key nor inside an aggregate.`, { span: e.span, hint });
}

/** Equal but for spans and the names kept for people. */
export function sameExpr(a: Expr, b: Expr): boolean {
  return shape(a) === shape(b);
}

const shapes = new WeakMap<Expr, string>();

function shape(e: Expr): string {
  let text = shapes.get(e);
  if (text === undefined) {
    text = makeShape(e);
    shapes.set(e, text);
  }
  return text;
}

function makeShape(e: Expr): string {
  return JSON.stringify(e, (key, value: unknown) => {
    if (key === 'span' || key === 'collation') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number') return `${value}f`;
    if (isColumn(value)) return { column: `${value.id}` };
    return value;
  });
}
function isColumn(value: unknown): value is Expr & { kind: 'column' } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'column';
}

/** Does the written expression hold an aggregate of this query (not of one inside it)? */
export function hasAggregate(e: Ast.Expression): boolean {
  if (!isWindowCall(e) && (e.kind === 'countStar' || (e.kind === 'call' && isAggregateCall(e)))) return true;
  return syntaxChildren(e).some(hasAggregate);
}

/** A name that is a scalar function too is an aggregate only with one argument. */
export function isAggregateCall(e: Ast.FunctionCall): boolean {
  return lookupAggregate(e.name.text) !== undefined && (e.arguments.length === 1 || lookupFunction(e.name.text) === undefined);
}
