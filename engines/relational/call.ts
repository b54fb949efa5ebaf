// Scalar functions as SQL. Where SQLite's own give exactly what engines/rows gives, those; else those of engines/rows (apply-function.ts).

import type { CallExpr, Expr } from '../plan/expression.ts';
import { temporalOfText } from '../temporal/convert.ts';
import { type MomentKind, storedText } from '../temporal/moment.ts';
import { lookupFunction } from '../plan/functions.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, joined, raising, sql, sqlNull, stringLiteral, text } from '../sql/fragment.ts';
import { type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { jsonTextOf, nullTest } from '../document/json-place.ts';
import type { Type } from '../plan/type.ts';
import { compileApply } from './apply-function.ts';
import { compileCollationKey } from './collation.ts';
import { compileComparison } from './compare.ts';
import { computedJson, native, settled, settledValue, toNumber } from './convert.ts';
import { compileCase, compileCondition, compileValue, jsonOrMissing, unifiedType } from './expression.ts';
import type { Compilation, Scope } from './scope.ts';
import { textArgument, toText } from './text.ts';

export function compileCall(cx: Compilation, expr: CallExpr, scope: Scope): SqlValue {
  const info = lookupFunction(expr.name);
  if (!info) return refuse(`function ${expr.name}`);
  const { name } = info;
  const { dialect } = cx;
  const [first, second, third] = expr.arguments;
  const value = (argument: Expr | undefined): SqlValue =>
    argument ? compileValue(cx, argument, scope) : refuse(`${name} without argument`);
  const textOf = (argument: Expr | undefined, index: number): Fragment => textArgument(dialect, value(argument), name, index);
  switch (name) {
    case 'coalesce':
      return compileCoalesce(cx, expr.arguments.map(value));
    case 'nullif': {
      const a = value(first);
      const same = compileComparison(dialect, '=', a, value(second), true);
      if (a.form === 'json' || a.missing)
        return computedJson(sql`CASE WHEN ${same} THEN 'null' ELSE ${jsonOrMissing(cx, a)} END`, 'missing');
      return native(
        a.type === 'any' ? refuse('nullif of an untyped column') : a.type,
        sql`CASE WHEN ${same} THEN NULL ELSE ${settled(dialect, a)} END`,
      );
    }
    case 'iif': {
      if (!first || !second) return refuse('iif');
      // It takes numbers for truth values, which a condition of CASE does not.
      const when: Expr =
        first.type === 'boolean' ? first : { kind: 'call', name: 'truth', arguments: [first], type: 'boolean', span: first.span };
      return compileCase(cx, [{ when, then: second }], third, scope);
    }
    case 'truth':
      return compileTruth(cx, value(first), first, scope);
    case 'collation_key':
      return compileCollationKey(cx, expr, scope);
    case 'abs': {
      const number = numeric(cx, value(first), name);
      // + 0 makes 0.0 of -0.0.
      return native(number.type, sql`(abs(${number.sql}) + 0)`, number.nullable);
    }
    case 'ceil':
    case 'floor': {
      if (second) return compileApply(cx, info, expr, scope);
      const number = numeric(cx, value(first), name);
      return native(number.type, sql`${text(name)}(${number.sql})`, number.nullable);
    }
    case 'sign':
      return native('integer', sql`sign(${numeric(cx, value(first), name).sql})`);
    case 'lower':
    case 'upper':
      return native('text', dialect.call(name, textOf(first, 0)));
    case 'char_length':
      return native('integer', dialect.call('char_length', textOf(first, 0)));
    case 'length':
    case 'size': {
      const operand = value(first);
      if (operand.form === 'native') return native('integer', dialect.call('char_length', textArgument(dialect, operand, name, 0)));
      return compileApply(cx, info, expr, scope);
    }
    case 'trim':
    case 'ltrim':
    case 'rtrim': {
      if (!second) return native('text', sql`${text(name)}(${textOf(first, 0)})`);
      return native('text', sql`${text(name)}(${textOf(first, 0)}, ${textOf(second, 1)})`);
    }
    case 'instr':
      return native('integer', sql`instr(${textOf(first, 0)}, ${textOf(second, 1)})`);
    case 'tostring': {
      const operand = value(first);
      if (operand.form === 'json' || !plainText.has(operand.type)) return compileApply(cx, info, expr, scope);
      return operand.type === 'null' ? operand : native('text', toText(dialect, operand), operand.nullable);
    }
    case 'tofloat': {
      const operand = value(first);
      if (operand.form === 'native' && operand.type === 'integer') return native('float', sql`CAST(${settled(dialect, operand)} AS REAL)`);
      return operand.form === 'native' && operand.type === 'float' ? operand : compileApply(cx, info, expr, scope);
    }
    case 'tointeger': {
      const operand = value(first);
      return operand.form === 'native' && operand.type === 'integer' ? operand : compileApply(cx, info, expr, scope);
    }
    case 'now':
    case 'current_date':
    case 'current_time':
    case 'localtimestamp':
      return ofNow(
        dialect,
        name === 'now' ? 'datetime' : name === 'current_date' ? 'date' : name === 'current_time' ? 'time' : 'localdatetime',
      );
    case 'date':
    case 'datetime':
    case 'localdatetime':
    case 'time':
    case 'localtime': {
      if (!first) return ofNow(dialect, name);
      // Written out as text it is a constant.
      const constant = first?.kind === 'literal' && typeof first.value === 'string' ? temporalOfText(name, first.value) : undefined;
      return constant ? native(name, stringLiteral(storedText(constant)), false) : compileApply(cx, info, expr, scope);
    }
    case 'typeof':
      return native('text', dialect.call('type_name', jsonOrMissing(cx, value(first))), false);
    case 'bitand':
    case 'bitor':
    case 'shiftleft':
    case 'shiftright':
    case 'bitnot': {
      const operands = expr.arguments.map(value);
      if (!operands.every((v): v is NativeValue => v.form === 'native' && v.type === 'integer')) return compileApply(cx, info, expr, scope);
      const [a, b] = operands.map((v) => settled(dialect, v));
      if (!a) return refuse(name);
      return native('integer', b ? sql`(${a} ${text(bitOperators[name])} ${b})` : sql`(~${a})`);
    }
    default:
      return compileApply(cx, info, expr, scope);
  }
}

const bitOperators = { bitand: '&', bitor: '|', shiftleft: '<<', shiftright: '>>', bitnot: '~' } as const;

/** The types whose text SQL writes by itself. */
const plainText: ReadonlySet<Type> = new Set<Type>(['text', 'integer', 'float', 'number', 'boolean', 'null']);

/** The moment at which the statement started. */
function ofNow(dialect: Dialect, kind: MomentKind): NativeValue {
  // A definition has no statement around it.
  if (dialect.inSchema) refuse('the time in a definition');
  return native(kind, { kind: 'parameter', parameter: { kind: 'now', as: kind } }, false);
}

function numeric(cx: Compilation, value: SqlValue, name: string): NativeValue {
  const number = toNumber(cx.dialect, value, (type) =>
    cx.dialect.call('argument', type, stringLiteral(name), text('1'), stringLiteral('number')),
  );
  return number.type === 'null' ? native('null', sqlNull) : settledValue(cx.dialect, number);
}

function compileTruth(cx: Compilation, value: SqlValue, expr: Expr | undefined, scope: Scope): NativeValue {
  if (value.form === 'native') {
    if (value.type === 'boolean' && expr) return native('boolean', compileCondition(cx, expr, scope, false), value.nullable);
    if (value.type === 'integer' || value.type === 'float' || value.type === 'number')
      return native('boolean', sql`(${settled(cx.dialect, value)} <> 0)`, value.nullable);
    if (value.type === 'null') return native('boolean', sqlNull);
    return refuse(`${value.type} as a truth value`);
  }
  return native('boolean', raising(cx.dialect.call('truth', jsonTextOf(cx.dialect, value))));
}

function compileCoalesce(cx: Compilation, values: readonly SqlValue[]): SqlValue {
  const { dialect } = cx;
  const type = unifiedType(values);
  if (values.length === 1 && type !== undefined) return values[0] as SqlValue;
  if (type !== undefined) {
    const natives = values as readonly NativeValue[];
    const list = natives.map((v) => settled(dialect, v));
    return native(
      type,
      sql`coalesce(${joined(list, ', ')})`,
      natives.every((v) => v.nullable),
    );
  }
  const parts = values.map((v) => {
    if (v.form === 'json') return sql`CASE WHEN NOT ${nullTest(dialect, v)} THEN ${jsonTextOf(dialect, v)} END`;
    return sql`nullif(${jsonOrMissing(cx, v)}, 'null')`;
  });
  return computedJson(sql`coalesce(${joined([...parts, text("'null'")], ', ')})`);
}
