// Grouping. Items of a grouping query are bound over the ungrouped input; aggregate calls are collected on the way and
// replaced by columns; afterwards every part that equals a grouping key becomes that key's column, and what is left over
// of the input is an error.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression } from './bind-expression.ts';
import { type Expr, mapChildren } from './expression.ts';
import { freeColumns } from './free-columns.ts';
import { checkAggregate, lookupAggregate, lookupFunction } from './functions.ts';
import { type AggregateItem, outputColumns, type Plan } from './plan.ts';
import { type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import type { Column, ColumnId } from './type.ts';

export interface GroupKey {
  readonly column: Column;
  readonly value: Expr;
}

/** Called by the expression binder for `sum(x)` and the like. */
export function bindAggregateCall(
  context: BindContext,
  builder: Builder,
  name: string,
  args: readonly Ast.Expression[],
  distinct: boolean,
  span: Span,
): Expr {
  const { aggregates } = builder;
  if (!aggregates) {
    throw new QueryError('bind/aggregate-here', `The aggregate ${name}() cannot stand here.`, {
      span,
      hint: 'Use it in the select list, HAVING, ORDER BY, RETURN or WITH.',
    });
  }
  const fn = lookupAggregate(name);
  const bound = args.map((a) => bindExpression(context, aggregates.input, a));
  const type = fn
    ? checkAggregate(
        fn,
        bound.map((b) => b.type),
        span,
      )
    : 'any';
  const item: AggregateItem = { column: makeColumn(context, name, type), name, arguments: bound, distinct };
  const same = aggregates.items.find((i) => i.name === name && i.distinct === distinct && sameExprs(i.arguments, bound));
  if (same) return columnExpr(same.column, span);
  aggregates.items.push(item);
  return columnExpr(item.column, span);
}

/** A builder whose expressions may hold aggregates over `input`. */
export function groupingBuilder(input: Builder): Builder & { readonly aggregates: NonNullable<Builder['aggregates']> } {
  return { plan: input.plan, scope: input.scope, around: input.around, aggregates: { items: [], input, subqueries: [] } };
}

/** A grouping key; a plain column keeps its id. */
export function makeKey(context: BindContext, value: Expr, name: string): GroupKey {
  if (value.kind === 'column') return { column: { id: value.id, name: value.name, type: value.type }, value };
  return { column: makeColumn(context, name, value.type), value };
}

/** The aggregate node over `input`, then the subqueries that stood beside the aggregates. */
export function groupPlan(
  input: Builder,
  keys: readonly GroupKey[],
  grouping: ReturnType<typeof groupingBuilder>,
  grouped: (e: Expr) => Expr,
): Plan {
  let plan: Plan = { kind: 'aggregate', input: input.plan, keys: distinctKeys(keys), aggregates: grouping.aggregates.items };
  for (const wrap of grouping.aggregates.subqueries) {
    const before = new Set(outputColumns(plan).map((c) => c.id));
    plan = wrap(plan);
    if (plan.kind === 'apply') {
      if (plan.operand) plan = { ...plan, operand: grouped(plan.operand) };
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
export function toGrouped(expr: Expr, keys: readonly GroupKey[], input: Builder, form: 'GROUP BY' | 'pipeline'): Expr {
  const inputIds = new Set(outputColumns(input.plan).map((c) => c.id));
  const rewrite = (e: Expr): Expr => {
    const key = keys.find((k) => sameExpr(k.value, e));
    if (key) return columnExpr(key.column, e.span);
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
function sameExprs(a: readonly Expr[], b: readonly Expr[]): boolean {
  return a.length === b.length && a.every((x, i) => sameExpr(x, b[i] as Expr));
}
function shape(e: Expr): string {
  return JSON.stringify(e, (key, value: unknown) => {
    if (key === 'span') return undefined;
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
  switch (e.kind) {
    case 'countStar':
      return true;
    case 'call':
      return isAggregateCall(e) || e.arguments.some(hasAggregate);
    case 'literal':
    case 'parameter':
    case 'identifier':
    case 'exists':
    case 'subquery':
    case 'patternTest':
      return false;
    case 'field':
      return hasAggregate(e.value);
    case 'index':
      return hasAggregate(e.value) || hasAggregate(e.index);
    case 'slice':
      return [e.value, e.from, e.to].some((x) => x !== undefined && hasAggregate(x));
    case 'unary':
    case 'is':
    case 'cast':
    case 'labelTest':
    case 'inQuery':
      return hasAggregate(e.operand);
    case 'binary':
      return hasAggregate(e.left) || hasAggregate(e.right);
    case 'between':
      return hasAggregate(e.operand) || hasAggregate(e.low) || hasAggregate(e.high);
    case 'in':
      return hasAggregate(e.operand) || hasAggregate(e.list);
    case 'like':
      return hasAggregate(e.operand) || hasAggregate(e.pattern);
    case 'case':
      return [e.operand, e.otherwise, ...e.branches.flatMap((b) => [b.when, b.then])].some((x) => x !== undefined && hasAggregate(x));
    case 'list':
      return e.items.some(hasAggregate);
    case 'object':
      return e.entries.some((x) => hasAggregate(x.value));
    case 'comprehension':
    case 'quantified':
      return hasAggregate(e.list);
  }
}

/** A name that is a scalar function too is an aggregate only with one argument. */
export function isAggregateCall(e: Ast.FunctionCall): boolean {
  return lookupAggregate(e.name.text) !== undefined && (e.arguments.length === 1 || lookupFunction(e.name.text) === undefined);
}
