// Arithmetic as SQL. Between static integers or floats it is SQLite's own, and the result owes a check (see `settled`); where a
// type shows only at run time, a function of ours computes, because SQLite would let an integer overflow pass as a float.

import type { BinaryOperator, Expr } from '../plan/expression.ts';
import type { Type } from '../plan/type.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, raising, sql, stringLiteral, text } from '../sql/fragment.ts';
import { type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { jsonScalarOf, jsonTextOf, jsonTypeOf } from '../document/json-place.ts';
import { binaryType } from '../plan/typing.ts';
import { computedJson, isTemporal, native, numericJson, settled, toJson, toNumber } from './convert.ts';

export type Arithmetic = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%'>;

export function compileArithmetic(dialect: Dialect, operator: Arithmetic, left: SqlValue, right: SqlValue, rightExpr: Expr): SqlValue {
  if (operator === '+' && (left.form === 'json' || right.form === 'json')) return byFunction(dialect, 'plus', left, right);
  if (operator === '-' && (left.form === 'json' || right.form === 'json') && mayBeMoments(left) && mayBeMoments(right))
    return byFunction(dialect, 'minus', left, right);
  if (left.form === 'json' || right.form === 'json') return checked(dialect, operator, left, right);
  if (isTemporal(left.type) || isTemporal(right.type)) return reckoned(dialect, operator, left, right);
  const a = toNumber(dialect, left, () => refuse('operand'));
  const b = toNumber(dialect, right, () => refuse('operand'));
  if (a.type === 'null' || b.type === 'null') return native('null', text('NULL'));
  const both = a.type === b.type ? a.type : 'number';
  if (both === 'integer') return integers(dialect, operator, a, b, rightExpr);
  // One float decides for floats, whatever number the other is.
  const isFloat = a.type === 'float' || b.type === 'float';
  if (isFloat && operator !== '%') return floats(dialect, operator, a, b, rightExpr);
  if (isFloat) refuse('modulo of floats');
  const computed = dialect.call('arithmetic', stringLiteral(operator), settled(dialect, a), settled(dialect, b));
  return native('number', raising(computed));
}

/** Where a type shows only at run time, what is no number comes to the function as a blob of its type's name. */
function checked(dialect: Dialect, operator: Arithmetic, left: SqlValue, right: SqlValue): NativeValue {
  const operand = (value: SqlValue): Fragment => {
    if (value.form === 'native')
      return settled(
        dialect,
        toNumber(dialect, value, () => refuse('operand')),
      );
    const type = jsonTypeOf(dialect, value);
    const scalar = jsonScalarOf(dialect, value);
    return sql`CASE WHEN ${type} IN ${numericJson} THEN ${scalar} WHEN ${type} <> 'null' THEN ${dialect.call('operand_mark', type, scalar)} END`;
  };
  if (left.type === 'null' || right.type === 'null') return native('null', text('NULL'));
  const type = left.type === 'float' || right.type === 'float' ? 'float' : 'number';
  return native(type, raising(dialect.call('arithmetic', stringLiteral(operator), operand(left), operand(right))));
}

/** Dates, times and durations, by a function of ours. */
function reckoned(dialect: Dialect, operator: Arithmetic, left: NativeValue, right: NativeValue): NativeValue {
  if (left.type === 'null' || right.type === 'null') return native('null', text('NULL'));
  if (operator === '%' || left.type === 'any' || right.type === 'any') return refuse('an operand of unknown type');
  const operands = [left, right].flatMap((value) => [stringLiteral(value.type), settled(dialect, value)]);
  const type = binaryType(operator, left.type, right.type);
  return native(type, raising(dialect.call('reckon', stringLiteral(operator), ...operands)), left.nullable || right.nullable);
}

/** Could it be a date as well as a number? */
function mayBeMoments(value: SqlValue): boolean {
  return (value.form === 'json' && value.type !== 'number') || isTemporal(value.type);
}

/** It may join texts or lists, or reckon with dates, so a function of ours decides. */
function byFunction(dialect: Dialect, name: 'plus' | 'minus', left: SqlValue, right: SqlValue): SqlValue {
  const a = jsonTextOf(dialect, toJson(dialect, left));
  const b = jsonTextOf(dialect, toJson(dialect, right));
  return computedJson(raising(dialect.call(name, a, b)));
}

function integers(dialect: Dialect, operator: Arithmetic, a: NativeValue, b: NativeValue, rightExpr: Expr): NativeValue {
  const nullable = a.nullable || b.nullable;
  const plain = (fragment: Fragment): NativeValue => ({ form: 'native', type: 'integer', sql: fragment, nullable, unsettled: [] });
  if (operator !== '/' && operator !== '%') return plain(sql`(${a.sql} ${text(operator)} ${b.sql})`);
  const left = settled(dialect, a);
  const right = settled(dialect, b);
  const divided = sql`(${left} ${text(operator)} ${right})`;
  if (rightExpr.kind === 'literal' && typeof rightExpr.value === 'bigint' && rightExpr.value !== 0n) return plain(divided);
  const complaint = raising(
    dialect.call('raise', stringLiteral('type/division-by-zero'), stringLiteral('An integer cannot be divided by zero.')),
  );
  return plain(sql`CASE WHEN ${right} = 0 AND ${left} IS NOT NULL THEN ${complaint} ELSE ${divided} END`);
}

function floats(dialect: Dialect, operator: Arithmetic, a: NativeValue, b: NativeValue, rightExpr: Expr): NativeValue {
  const leaves = [...floatLeaves(dialect, a), ...floatLeaves(dialect, b)];
  // An integer operand settles first: whether it overflowed cannot be seen later.
  const left = a.type === 'float' ? a.sql : asFloat(a.type, settled(dialect, a));
  const right = b.type === 'float' ? b.sql : asFloat(b.type, settled(dialect, b));
  let result = sql`(${left} ${text(operator)} ${right})`;
  if (operator === '/') {
    const divisor = rightExpr.kind === 'literal' ? rightExpr.value : undefined;
    const safe = (typeof divisor === 'bigint' || typeof divisor === 'number') && Number(divisor) !== 0;
    if (!safe)
      result = sql`CASE WHEN ${right} = 0 THEN ${raising(dialect.call('arithmetic', stringLiteral('/'), left, right))} ELSE ${result} END`;
  }
  return { form: 'native', type: 'float', sql: result, nullable: a.nullable || b.nullable, unsettled: leaves };
}

/** A dynamic number that happens to be an integer must count as a float. */
function asFloat(type: Type, fragment: Fragment): Fragment {
  return type === 'float' ? fragment : sql`CAST(${fragment} AS REAL)`;
}

function floatLeaves(dialect: Dialect, value: NativeValue): readonly Fragment[] {
  return value.type === 'float' && value.unsettled ? value.unsettled : [settled(dialect, value)];
}

export function compileNegate(dialect: Dialect, operand: SqlValue): NativeValue {
  const value = toNumber(dialect, operand, (type) => dialect.call('operand', stringLiteral('The operator - does not work on'), type));
  switch (value.type) {
    case 'null':
      return value;
    case 'integer':
      return { form: 'native', type: 'integer', sql: sql`(-${value.sql})`, nullable: value.nullable, unsettled: [] };
    case 'float':
      // SQLite's minus makes 0.0 of 0.0 and not -0.0.
      return { ...native('float', sql`(${value.sql} * -1.0)`, value.nullable), ...(value.unsettled && { unsettled: value.unsettled }) };
    default:
      return native('number', raising(dialect.call('arithmetic', stringLiteral('*'), settled(dialect, value), text('-1'))));
  }
}
