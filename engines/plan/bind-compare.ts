// Binds comparisons: of values, of rows `(a, b) < (c, d)` item by item as SQL has it, `x IS DISTINCT FROM y`, BETWEEN
// and chains.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { isMomentText } from '../temporal/convert.ts';
import { bindExpression, negate } from './bind-expression.ts';
import { sameCollation } from './collation.ts';
import { type BinaryOperator, type Expr, walk } from './expression.ts';
import { isPureCall, lookupFunction } from './functions.ts';
import { type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import { binaryType, checkBinary } from './typing.ts';
import type { Type } from './type.ts';

/** A value, or the values of a row. */
type Side = Expr | readonly Expr[];

function isRow(side: Side): side is readonly Expr[] {
  return Array.isArray(side);
}

/** An operand that may be a row. */
function bindSide(context: BindContext, builder: Builder, e: Ast.Expression): Side {
  return e.kind === 'row' ? e.items.map((i) => bindExpression(context, builder, i)) : bindExpression(context, builder, e);
}

/** A row stands where only a value can. */
export function rowAsValue(e: Ast.RowValue): QueryError {
  return new QueryError('bind/row-here', 'A row of values can only be compared with another row.', {
    span: e.span,
    hint: 'As in (a, b) = (1, 2) or (a, b) IN (SELECT x, y FROM …). A list is written [a, b].',
  });
}

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Is it one of `=`, `<>`, `<`, `<=`, `>`, `>=`? */
export function isComparison(operator: string): operator is Ast.ComparisonOperator {
  return comparisons.has(operator);
}

/** `a < b`, `(a, b) < (c, d)` */
export function bindComparison(
  context: BindContext,
  builder: Builder,
  e: Ast.Binary & { readonly operator: Ast.ComparisonOperator },
): Expr {
  const left = bindSide(context, builder, e.left);
  return compare(e.operator, left, bindSide(context, builder, e.right), e.span);
}

/** A comparison of two values or two rows. */
export function compare(operator: Ast.ComparisonOperator, left: Side, right: Side, span: Span): Expr {
  if (!isRow(left) && !isRow(right)) return operation(operator, left, right, span);
  const pairs = pairsOf(left, right, span);
  switch (operator) {
    case '=':
      return all(
        pairs.map(([a, b]) => operation('=', a, b, span)),
        span,
      );
    case '<>':
      return negate(
        all(
          pairs.map(([a, b]) => operation('=', a, b, span)),
          span,
        ),
        true,
        span,
      );
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(operator, pairs, span);
  }
}

/** `a < c OR (a = c AND b < d)` */
function ordered(operator: '<' | '<=' | '>' | '>=', [first, ...rest]: readonly (readonly [Expr, Expr])[], span: Span): Expr {
  const [a, b] = first as readonly [Expr, Expr];
  if (rest.length === 0) return operation(operator, a, b, span);
  const strict = operator === '<' || operator === '<=' ? '<' : '>';
  const right = logical('and', operation('=', a, b, span), ordered(operator, rest, span), span);
  return logical('or', operation(strict, a, b, span), right, span);
}

function pairsOf(left: Side, right: Side, span: Span): (readonly [Expr, Expr])[] {
  const [a, b] = [isRow(left) ? left : [left], isRow(right) ? right : [right]];
  if (a.length !== b.length || !isRow(left) || !isRow(right)) {
    throw new QueryError(
      'bind/column-count',
      `Both sides need the same number of values: the left has ${a.length}, the right ${b.length}.`,
      {
        span,
      },
    );
  }
  return a.map((x, i) => [x, b[i] as Expr] as const);
}

function logical(operator: 'and' | 'or', left: Expr, right: Expr, span: Span): Expr {
  return { kind: 'binary', operator, left, right, type: 'boolean', span };
}

function all(conditions: readonly Expr[], span: Span): Expr {
  return conditions.reduce((left, right) => logical('and', left, right, span));
}

/** An operator on two values, with its types checked; a text beside a date is read as one where they are compared. */
export function operation(operator: BinaryOperator, givenLeft: Expr, givenRight: Expr, span: Span): Expr {
  const compares = isComparison(operator);
  const left = compares ? asTemporal(givenLeft, givenRight) : givenLeft;
  const right = compares ? asTemporal(givenRight, givenLeft) : givenRight;
  checkBinary(operator, left.type, right.type, span);
  const [a, b] = compares ? sameCollation(left, right) : [left, right];
  return { kind: 'binary', operator, left: a, right: b, type: binaryType(operator, left.type, right.type), span };
}

const temporalKinds: readonly Type[] = ['date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration'];

/** A text written beside a date is meant as a date: `day > '2026-01-01'`. Else the types would differ and nothing ever match. */
function asTemporal(expr: Expr, other: Expr): Expr {
  const beside = other.type;
  // What a document holds shows only at run time.
  if (beside === 'any' && expr.kind === 'literal' && typeof expr.value === 'string' && isMomentText(expr.value))
    return { kind: 'call', name: 'readlike', arguments: [expr, other], type: 'any', span: expr.span };
  if (expr.type !== 'text' || !temporalKinds.includes(beside) || (expr.kind !== 'literal' && expr.kind !== 'parameter')) return expr;
  return { kind: 'cast', operand: expr, to: beside, type: beside, span: expr.span };
}

/** `a < b <= c`: the operands in the middle stand in two comparisons. */
export function bindChain(context: BindContext, builder: Builder, e: Ast.ComparisonChain): Expr {
  const operands = [e.first, ...e.rest.map((r) => r.operand)].map((o) => bindExpression(context, builder, o));
  const from = (at: number, left: Expr): Expr => {
    const step = e.rest[at] as Ast.ComparisonChain['rest'][number];
    const right = operands[at + 1] as Expr;
    if (at === e.rest.length - 1) return operation(step.operator, left, right, e.span);
    return evaluatedOnce(context, right, (middle) =>
      logical('and', operation(step.operator, left, middle, e.span), from(at + 1, middle), e.span),
    );
  };
  return from(0, operands[0] as Expr);
}

/** A condition in which an operand stands twice: one that could differ each time (rand()) becomes the item of a list of one. */
function evaluatedOnce(context: BindContext, operand: Expr, build: (operand: Expr) => Expr): Expr {
  let differs = false;
  walk(operand, (e) => {
    const info = e.kind === 'call' ? lookupFunction(e.name) : undefined;
    if (e.kind === 'call' && info && !isPureCall(info, e.arguments.length)) differs = true;
  });
  if (!differs) return build(operand);
  const item = makeColumn(context, '', operand.type);
  const list: Expr = { kind: 'list', items: [operand], type: 'list', span: operand.span };
  const condition = build(columnExpr(item, operand.span));
  return { kind: 'quantified', quantifier: 'any', variable: item.id, list, condition, type: 'boolean', span: operand.span };
}

/** BETWEEN, of rows too. */
export function bindBetween(context: BindContext, builder: Builder, e: Ast.Between): Expr {
  const operand = bindSide(context, builder, e.operand);
  const low = bindSide(context, builder, e.low);
  const high = bindSide(context, builder, e.high);
  const within = (x: Side): Expr => {
    const straight = logical('and', compare('>=', x, low, e.span), compare('<=', x, high, e.span), e.span);
    if (!e.symmetric) return straight;
    return logical('or', straight, logical('and', compare('>=', x, high, e.span), compare('<=', x, low, e.span), e.span), e.span);
  };
  return negate(isRow(operand) ? within(operand) : evaluatedOnce(context, operand, within), e.negated);
}

/** `x IS [NOT] DISTINCT FROM y`: never null; two nulls are not distinct. */
export function bindDistinct(context: BindContext, builder: Builder, e: Ast.DistinctFrom): Expr {
  const left = bindSide(context, builder, e.left);
  const right = bindSide(context, builder, e.right);
  if (!isRow(left) && !isRow(right)) return negate(same(left, right, e.span), !e.negated, e.span);
  return negate(
    all(
      pairsOf(left, right, e.span).map(([a, b]) => same(a, b, e.span)),
      e.span,
    ),
    !e.negated,
    e.span,
  );
}

function same(left: Expr, right: Expr, span: Span): Expr {
  const [a, b] = sameCollation(asTemporal(left, right), asTemporal(right, left));
  return { kind: 'binary', operator: 'is same', left: a, right: b, type: 'boolean', span };
}

/** `(a, b) IN ((1, 2), (3, 4))` */
export function bindRowInList(context: BindContext, builder: Builder, e: Ast.InList & { readonly operand: Ast.RowValue }): Expr {
  const operand = bindSide(context, builder, e.operand);
  if (e.list.kind !== 'list' || !e.list.parenthesised)
    throw new QueryError('bind/row-here', 'A row is looked for in rows: (a, b) IN ((1, 2), (3, 4)), or in a query.', { span: e.span });
  const no: Expr = { kind: 'literal', value: false, type: 'boolean', span: e.span };
  const tests = e.list.items.map((item) => compare('=', operand, bindSide(context, builder, item), e.span));
  return negate(tests.length === 0 ? no : tests.reduce((a, b) => logical('or', a, b, e.span)), e.negated, e.span);
}
