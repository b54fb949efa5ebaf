// Text operators as SQL: joining, LIKE, STARTS WITH and its like, CAST.

import { jsonScalarOf, jsonTypeOf } from '../document/json-place.ts';
import type { BinaryOperator, LikeExpr } from '../plan/expression.ts';
import type { Type } from '../plan/type.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, raising, sql, sqlNull, stringLiteral, text } from '../sql/fragment.ts';
import { type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { isTemporal, native, settled, settledValue } from './convert.ts';
import { compileValue } from './expression.ts';
import { temporalOfText } from '../temporal/convert.ts';
import { readInterval } from '../temporal/duration.ts';
import { storedText } from '../temporal/moment.ts';
import type { Compilation, Scope } from './scope.ts';

/** `||`, and `+` with a text on one side. */
export function compileConcatenation(dialect: Dialect, left: SqlValue, right: SqlValue): NativeValue {
  if (left.form === 'json' || right.form === 'json') return refuse('|| may join lists');
  if (left.type === 'null' || right.type === 'null') return native('null', sqlNull);
  return native('text', sql`(${toText(dialect, left)} || ${toText(dialect, right)})`, left.nullable || right.nullable);
}

/** The canonical text of a native value. */
export function toText(dialect: Dialect, value: NativeValue): Fragment {
  const inner = settled(dialect, value);
  switch (value.type) {
    case 'text':
      return inner;
    case 'integer':
      return sql`CAST(${inner} AS TEXT)`;
    case 'float':
    case 'number':
      return dialect.call('number_text', inner);
    case 'boolean':
      return sql`CASE ${inner} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`;
    default:
      return refuse(`${value.type} as text`);
  }
}

/** The text, or SQL NULL for a value of another type. */
function textOrNull(dialect: Dialect, value: SqlValue): Fragment {
  if (value.form === 'json') return sql`CASE WHEN ${jsonTypeOf(dialect, value)} = 'text' THEN ${jsonScalarOf(dialect, value)} END`;
  if (value.type === 'any') refuse('text operator on an untyped column');
  return value.type === 'text' ? settled(dialect, value) : sqlNull;
}

/** An argument that must be text: null stays null, another type raises. */
export function textArgument(dialect: Dialect, value: SqlValue, name: string, index: number): Fragment {
  if (value.form === 'native') {
    if (value.type === 'null') return sqlNull;
    return value.type === 'text' ? settled(dialect, value) : refuse(`${name} of ${value.type}`);
  }
  const type = jsonTypeOf(dialect, value);
  const complaint = raising(dialect.call('argument', type, stringLiteral(name), text(String(index + 1)), stringLiteral('text')));
  return sql`CASE ${type} WHEN 'text' THEN ${jsonScalarOf(dialect, value)} ELSE ${complaint} END`;
}

export function compileLike(cx: Compilation, expr: LikeExpr, scope: Scope): Fragment {
  const { dialect } = cx;
  const operand = textOrNull(dialect, compileValue(cx, expr.operand, scope));
  const pattern = textOrNull(dialect, compileValue(cx, expr.pattern, scope));
  if (!expr.escape) return dialect.like(operand, pattern);
  const escape = expr.escape.kind === 'literal' ? expr.escape.value : undefined;
  if (typeof escape !== 'string' || [...escape].length !== 1 || escape === '\u0000') return refuse('ESCAPE');
  return dialect.like(operand, pattern, stringLiteral(escape));
}

export function compileTextTest(
  dialect: Dialect,
  operator: Extract<BinaryOperator, 'starts with' | 'ends with' | 'contains'>,
  left: SqlValue,
  right: SqlValue,
): Fragment {
  const a = textOrNull(dialect, left);
  const b = textOrNull(dialect, right);
  switch (operator) {
    case 'starts with':
      return sql`(instr(${a}, ${b}) = 1)`;
    case 'contains':
      return sql`(instr(${a}, ${b}) > 0)`;
    case 'ends with':
      return dialect.call('ends_with', a, b);
  }
}

/** CAST where SQLite's result is provably the same. */
export function compileCast(dialect: Dialect, value: SqlValue, to: Type): SqlValue {
  if (value.form === 'json') return to === 'any' ? value : refuse('CAST of a document value');
  if (value.type === 'null') return native(to === 'any' ? 'null' : to, sqlNull);
  // Text that is written out is a constant.
  if (value.sql.kind === 'string' && value.type === 'text' && isTemporal(to)) {
    const constant = temporalOfText(to, value.sql.value) ?? (to === 'duration' ? readInterval(value.sql.value) : undefined);
    return constant ? native(to, stringLiteral(storedText(constant)), false) : refuse(`a text that is no ${to}`);
  }
  if (value.type === to) return value;
  if (to === 'any') return value;
  if (to === 'text') return native('text', toText(dialect, settledValue(dialect, value)), value.nullable);
  if (value.type === 'integer' && to === 'float') return native('float', sql`CAST(${settled(dialect, value)} AS REAL)`, value.nullable);
  if (value.type === 'integer' && to === 'number') return value;
  if (value.type === 'float' && to === 'number') return refuse('number of a float');
  if (value.type === 'integer' && to === 'boolean') return native('boolean', sql`(${settled(dialect, value)} <> 0)`, value.nullable);
  if (value.type === 'boolean' && to === 'integer') return native('integer', settled(dialect, value), value.nullable);
  return refuse(`CAST of ${value.type} to ${to}`);
}
