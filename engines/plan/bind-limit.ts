// Binds LIMIT, OFFSET and FETCH. WITH TIES and PERCENT become window functions over the order, so that every engine knows them:
//
//   ORDER BY a OFFSET 1 ROWS FETCH FIRST 2 ROWS WITH TIES   →   filter row_number > 1 and rank <= 2 + 1, sorted again

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression } from './bind-expression.ts';
import { allOf, type Expr } from './expression.ts';
import { type Frame, outputColumns, type Plan, type SortItem, type WindowItem } from './plan.ts';
import { type BindContext, type Builder, columnExpr, makeColumn, type Surroundings } from './scope.ts';
import { callOf } from './scalar-call.ts';

interface Bounds {
  readonly limit?: Ast.Expression | undefined;
  readonly fetch?: Ast.Fetch | undefined;
  readonly offset?: Ast.Expression | undefined;
}

/** The plan under LIMIT and OFFSET, if there are any. */
export function limitPlan(context: BindContext, input: Plan, { limit, fetch, offset }: Bounds, around: Surroundings): Plan {
  if (!limit && !offset) return input;
  const count = limit && bindAmount(context, limit, around, fetch?.percent ?? false);
  const skipped = offset && bindAmount(context, offset, around, false);
  if (count && fetch) return fetchPlan(context, input, fetch, count, skipped);
  return { kind: 'limit', input, count, offset: skipped };
}

function bindAmount(context: BindContext, e: Ast.Expression, around: Surroundings, fraction: boolean): Expr {
  const builder: Builder = { plan: { kind: 'one' }, scope: { items: [], form: 'select', outer: around.outer }, around };
  const bound = bindExpression(context, builder, e);
  if (builder.plan.kind !== 'one')
    throw new QueryError('bind/subquery-here', 'A subquery cannot stand in LIMIT or OFFSET.', { span: e.span });
  // A parameter's value is looked at when the statement runs.
  const fits = bound.type === 'integer' || bound.type === 'any' || bound.type === 'number' || (fraction && bound.type === 'float');
  if (bound.kind !== 'parameter' && !fits)
    throw new QueryError('type/limit', `LIMIT and OFFSET need an integer, not ${bound.type}.`, { span: e.span });
  if (bound.kind === 'literal' && (typeof bound.value === 'bigint' || typeof bound.value === 'number') && bound.value < 0)
    throw new QueryError('type/limit', 'LIMIT and OFFSET cannot be negative.', { span: e.span });
  return bound;
}

const whole: Frame = { unit: 'rows', start: { kind: 'preceding' }, end: { kind: 'following' }, exclude: 'nothing' };

function fetchPlan(context: BindContext, input: Plan, fetch: Ast.Fetch, limit: Expr, offset: Expr | undefined): Plan {
  const order = input.kind === 'sort' ? input.keys : [];
  const rows = input.kind === 'sort' ? input.input : input;
  if (fetch.ties && order.length === 0) {
    throw new QueryError('bind/with-ties', 'WITH TIES needs an ORDER BY that says which rows are equal.', {
      span: limit.span,
      hint: 'Write ROWS ONLY, or an ORDER BY.',
    });
  }
  const columns = outputColumns(input);
  const functions: WindowItem[] = [];
  const over = (name: string, frame: Frame): Expr => {
    const column = makeColumn(context, name, 'integer');
    functions.push({ column, name, arguments: [], ignoreNulls: false, frame });
    return columnExpr(column);
  };
  const upTo: Frame = { unit: 'rows', start: { kind: 'preceding' }, end: { kind: 'current' }, exclude: 'nothing' };
  const number = over('row_number', upTo);
  const place = fetch.ties ? over('rank', upTo) : number;
  const span = limit.span ?? { start: 0, end: 0 };
  const share = fetch.percent ? shareOf(over('count', whole), limit, span) : asInteger(limit);
  const last = offset ? arithmetic('+', share, asInteger(offset)) : share;
  const conditions = [compared('<=', place, last), ...(offset ? [compared('>', number, asInteger(offset))] : [])];
  const predicate = allOf(conditions);
  if (!predicate) return input;
  const filtered: Plan = { kind: 'filter', input: { kind: 'window', input: rows, partition: [], order, functions }, predicate };
  return { kind: 'project', input: sorted(filtered, order), items: columns.map((column) => ({ column, value: columnExpr(column) })) };
}

function sorted(input: Plan, keys: readonly SortItem[]): Plan {
  return keys.length === 0 ? input : { kind: 'sort', input, keys };
}

/** The rows that are so many in a hundred of all, rounded up. */
function shareOf(total: Expr, percent: Expr, span: NonNullable<Expr['span']>): Expr {
  const hundred: Expr = { kind: 'literal', value: 100, type: 'float' };
  const part = arithmetic('/', arithmetic('*', total, { kind: 'cast', operand: percent, to: 'float', type: 'float' }), hundred);
  return callOf('ceil', [part], span);
}

function asInteger(expr: Expr): Expr {
  return expr.type === 'integer' ? expr : { kind: 'cast', operand: expr, to: 'integer', type: 'integer', span: expr.span };
}

function arithmetic(operator: '+' | '*' | '/', left: Expr, right: Expr): Expr {
  return { kind: 'binary', operator, left, right, type: left.type === 'float' || right.type === 'float' ? 'float' : 'integer' };
}

function compared(operator: '<=' | '>', left: Expr, right: Expr): Expr {
  return { kind: 'binary', operator, left, right, type: 'boolean', span: right.span };
}
