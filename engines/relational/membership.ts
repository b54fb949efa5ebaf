// IN over lists, and the test against keys that a join pushed. A list of literals becomes `x IN (1, 2)`, a list parameter
// `x IN (SELECT value FROM jsonb_each(?))`, both of which an index on x serves.

import { jsonScalarOf, jsonTextOf, jsonTypeOf } from '../document/json-place.ts';
import type { Expr, InExpr, InKeysExpr } from '../plan/expression.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, joined, sql, sqlFalse, sqlNull, stringLiteral, text } from '../sql/fragment.ts';
import { type JsonValue, type NativeValue, refuse, type SqlValue, typeClass } from '../sql/value.ts';
import type { Value } from '../value.ts';
import { compileComparison, jsonTypesOf } from './compare.ts';
import { isZoned, settled } from './convert.ts';
import { compileValue } from './expression.ts';
import { compileInPlace } from './list-membership.ts';
import { compileInEach } from './over-list.ts';
import { compileLiteral } from './literal.ts';
import type { Compilation, Scope } from './scope.ts';

/** SQLite takes as long to prepare a list of expressions as the square of its length. */
const expressionsMax = 500;

export function compileIn(cx: Compilation, expr: InExpr, scope: Scope, positive: boolean): Fragment {
  if (expr.list.kind === 'each')
    return positive ? compileInEach(cx, expr.operand, expr.list, scope) : refuse('IN over a path with wildcards');
  if (expr.list.kind === 'list' && expr.list.items.length > expressionsMax) refuse('IN over a long list of expressions');
  const items = itemsOf(cx, expr.list, scope);
  const operand = compileValue(cx, expr.operand, scope);
  if (!items) {
    const list = compileValue(cx, expr.list, scope);
    if (list.form !== 'json') return refuse('IN over no list');
    if (expr.list.kind === 'parameter' && list.type === 'list' && positive) return inParameter(cx.dialect, operand, list);
    if (list.base.kind === 'value' && list.base.sql.kind !== 'column' && list.base.sql.kind !== 'parameter')
      refuse('IN over a computed list');
    return compileInPlace(cx, operand, list, positive);
  }
  if (items.length === 0) return sqlFalse;
  if (operand.form === 'native' && operand.type === 'null') return sqlNull;
  const hasNull = items.some((item) => item.form === 'native' && item.type === 'null');
  const present = items.filter((item) => !(item.form === 'native' && item.type === 'null'));
  const plain = present.every((item) => item.form === 'native' && !item.nullable && simpleClass(item) !== undefined);
  if (!plain) return anyOf(cx.dialect, operand, present, hasNull, positive);
  const natives = present as NativeValue[];
  return operand.form === 'native'
    ? nativeIn(cx.dialect, operand, natives, hasNull, positive)
    : jsonIn(cx.dialect, operand, natives, hasNull, positive);
}

function simpleClass(value: NativeValue): 'number' | 'text' | 'boolean' | undefined {
  const known = typeClass(value.type);
  return known === 'number' || known === 'text' || known === 'boolean' ? known : undefined;
}

/** The items of a list that is written out. */
function itemsOf(cx: Compilation, list: Expr, scope: Scope): SqlValue[] | undefined {
  if (list.kind === 'list') return list.items.map((item) => compileValue(cx, item, scope));
  if (list.kind !== 'literal' || !Array.isArray(list.value)) return undefined;
  return (list.value as readonly Value[]).map((value) => compileLiteral({ kind: 'literal', value: value ?? null, type: 'any' }));
}

/** One comparison per item. */
function anyOf(dialect: Dialect, operand: SqlValue, items: readonly SqlValue[], hasNull: boolean, positive: boolean): Fragment {
  const tests = items.map((item) => compileComparison(dialect, '=', operand, item, positive));
  if (hasNull && !positive) tests.push(sqlNull);
  return tests.length === 0 ? sqlFalse : sql`(${joined(tests, ' OR ')})`;
}

function nativeIn(dialect: Dialect, operand: NativeValue, items: readonly NativeValue[], hasNull: boolean, positive: boolean): Fragment {
  if (operand.type === 'any') refuse('IN on an untyped column');
  const same = items.filter((item) => typeClass(item.type) === typeClass(operand.type));
  const value = settled(dialect, operand);
  const list = same.map((item) => item.sql);
  if (hasNull && !positive) list.push(sqlNull);
  if (list.length > 0) return sql`(${value} IN (${joined(list, ', ')}))`;
  return positive ? sqlFalse : sql`CASE WHEN ${value} IS NOT NULL THEN 0 END`;
}

function jsonIn(dialect: Dialect, operand: JsonValue, items: readonly NativeValue[], hasNull: boolean, positive: boolean): Fragment {
  const type = jsonTypeOf(dialect, operand);
  const scalar = jsonScalarOf(dialect, operand);
  const groups = (['number', 'text', 'boolean'] as const).flatMap((group) => {
    const list = items.filter((item) => simpleClass(item) === group).map((item) => item.sql);
    return list.length > 0 ? [{ types: jsonTypesOf(group), list }] : [];
  });
  if (positive) {
    const tests = groups.map(({ types, list }) => sql`(${scalar} IN (${joined(list, ', ')}) AND ${type} IN ${types})`);
    return tests.length === 0 ? sqlFalse : sql`(${joined(tests, ' OR ')})`;
  }
  const otherwise = hasNull ? sqlNull : sqlFalse;
  const cases = groups.map(({ types, list }) => {
    const all = hasNull ? [...list, sqlNull] : list;
    return sql`WHEN ${type} IN ${types} THEN ${scalar} IN (${joined(all, ', ')}) `;
  });
  return sql`CASE ${joined(cases, '')}WHEN ${type} <> 'null' THEN ${otherwise} END`;
}

/** Only whether it is true counts here. */
function inParameter(dialect: Dialect, operand: SqlValue, list: JsonValue): Fragment {
  const each = dialect.jsonEach(jsonTextOf(dialect, list));
  if (operand.form === 'native') {
    const known = simpleClass(operand) ?? refuse('IN over a list parameter');
    return sql`(${settled(dialect, operand)} IN (SELECT value FROM ${each} WHERE type IN ${jsonTypesOf(known)}))`;
  }
  const type = jsonTypeOf(dialect, operand);
  const scalar = jsonScalarOf(dialect, operand);
  const whole = jsonTextOf(dialect, operand);
  const numbersAndTexts = text("('integer', 'real', 'text')");
  const found = sql`${scalar} IN (SELECT value FROM ${each} WHERE type IN ${numbersAndTexts}) AND ${type} IN ${numbersAndTexts}`;
  const otherwise = dialect.call('in_list', whole, jsonTextOf(dialect, list));
  return sql`(${found} OR (${type} IN ('true', 'false', 'array', 'object') AND ${otherwise}))`;
}

/**
 * The keys narrow one side of a join whose condition is tested again, so a few rows too many do no harm. The statement is used only while
 * every key is a number, text, boolean or temporal value; see SqlStatement.withoutKeys.
 */
export function compileInKeys(cx: Compilation, expr: InKeysExpr, scope: Scope): Fragment {
  const { dialect } = cx;
  if (cx.withoutKeys) return text('1');
  const operand = compileValue(cx, expr.operand, scope);
  const each = dialect.jsonEach({ kind: 'parameter', parameter: { kind: 'keys', slot: expr.slot } });
  if (operand.form === 'json')
    return sql`(${jsonScalarOf(dialect, operand)} IN (SELECT CASE type WHEN 'object' THEN json(value) ELSE value END FROM ${each}))`;
  const value = settled(dialect, operand);
  const known = typeClass(operand.type);
  if (known === undefined || known === 'bytes') return refuse('keys of that type');
  if (known === 'number' || known === 'text' || known === 'boolean')
    return sql`(${value} IN (SELECT value FROM ${each} WHERE type IN ${jsonTypesOf(known)}))`;
  if (isZoned(known)) return refuse('keys of that type');
  const path = stringLiteral(`$."$${known}"`);
  return sql`(${value} IN (SELECT value ->> ${path} FROM ${each} WHERE type = 'object'))`;
}
