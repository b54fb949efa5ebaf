// What the operators + - * / % ^ || and unary minus do with two values. Integers are 64 bit and overflow is an error; a null
// or MISSING operand gives null. Called by the evaluators and by functions.

import { listItemsMax } from '../limits.ts';
import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { operandError } from '../plan/typing.ts';
import { operateOnTemporals } from '../temporal/arithmetic.ts';
import { scaleDuration } from '../temporal/duration.ts';
import { checkRoom } from '../room.ts';
import { TemporalValue, type Value } from '../value.ts';
import { valueText } from './conversion.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | '||';

export const integerMax = 9223372036854775807n;
export const integerMin = -9223372036854775808n;

/** The integer itself if 64 bits hold it, else `type/overflow`. */
export function inRange(value: bigint, span: Span | undefined): bigint {
  if (value > integerMax || value < integerMin) {
    throw new QueryError('type/overflow', 'The result is beyond the range of a 64 bit integer.', {
      span,
      hint: 'Make an operand a float, as in toFloat(x), if an approximation will do.',
    });
  }
  return value;
}

function isNothing(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** `left operator right` for any two values. */
export function operate(operator: ArithmeticOperator, left: Value, right: Value, span: Span | undefined): Value {
  if (isNothing(left) || isNothing(right)) return null;
  if (operator === '||') return concatenate(left, right, span);
  if (isNumber(left) && isNumber(right)) {
    if (typeof left === 'bigint' && typeof right === 'bigint') return integers(operator, left, right, span);
    return floats(operator, Number(left), Number(right));
  }
  if (operator === '+') {
    if (typeof left === 'string' && (typeof right === 'string' || isNumber(right))) return left + valueText(right);
    if (typeof right === 'string' && isNumber(left)) return valueText(left) + right;
    if (Array.isArray(left)) return joinLists(left, Array.isArray(right) ? right : [right], span);
    if (Array.isArray(right)) return joinLists([left], right, span);
  }
  const moved = operateOnTemporals(operator, left, right, span);
  if (moved !== undefined) return moved;
  throw operandError(operator, typeName(left), typeName(right), span);
}

function integers(operator: Exclude<ArithmeticOperator, '||'>, left: bigint, right: bigint, span: Span | undefined): Value {
  switch (operator) {
    case '+':
      return inRange(left + right, span);
    case '-':
      return inRange(left - right, span);
    case '*':
      return inRange(left * right, span);
    case '/':
      if (right === 0n) throw divisionByZero(span);
      return inRange(left / right, span);
    case '%':
      if (right === 0n) throw divisionByZero(span);
      return left % right;
    case '^':
      return Number(left) ** Number(right);
  }
}

function floats(operator: Exclude<ArithmeticOperator, '||'>, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}

function divisionByZero(span: Span | undefined): QueryError {
  return new QueryError('type/division-by-zero', 'An integer cannot be divided by zero.', {
    span,
    hint: 'nullif(x, 0) as the divisor gives null instead.',
  });
}

function joinLists(left: readonly Value[], right: readonly Value[], span: Span | undefined): Value {
  if (left.length + right.length > listItemsMax)
    throw new QueryError('limit/list', `The list would have more than ${listItemsMax} items.`, { span });
  checkRoom((left.length + right.length) * 8);
  return left.concat(right);
}

function concatenate(left: Value, right: Value, span: Span | undefined): Value {
  if (Array.isArray(left) && Array.isArray(right)) return joinLists(left, right, span);
  const joins = (value: Value): boolean => typeof value === 'string' || isNumber(value) || typeof value === 'boolean';
  if (joins(left) && joins(right)) return valueText(left) + valueText(right);
  throw operandError('||', typeName(left), typeName(right), span);
}

/** Unary minus. */
export function negate(value: Value, span: Span | undefined): Value {
  if (typeof value === 'bigint') return inRange(-value, span);
  if (typeof value === 'number') return -value;
  if (isNothing(value)) return null;
  if (value instanceof TemporalValue && value.kind === 'duration') return scaleDuration(value, '*', -1n, span);
  throw new QueryError('type/operand', `The operator - does not work on ${typeName(value)}.`, { span });
}
