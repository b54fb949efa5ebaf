// Bound expressions to SQL values. Whatever SQL cannot say with the evaluator's answer (engines/rows/evaluate.ts) is refused,
// and the row operators run it.

import { jsonTextOf, jsonTypeOf, mayBeMissing, missingTest, nullTest, stepInto } from '../document/json-place.ts';
import type { Expr, IsExpr } from '../plan/expression.ts';
import type { Type } from '../plan/type.ts';
import { type Fragment, joined, mayRaise, sql, sqlFalse, sqlNull, text } from '../sql/fragment.ts';
import { type JsonValue, type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { compileArithmetic, compileNegate } from './arithmetic.ts';
import { compileCall } from './call.ts';
import { compileCollated } from './collation.ts';
import { type Comparison, compareMoment, compileComparison, compileSame, flipped } from './compare.ts';
import { computedJson, native, settled, settledValue, toBoolean, toJson } from './convert.ts';
import { compileBinding, compileLiteral } from './literal.ts';
import { compileIn, compileInKeys } from './membership.ts';
import { compileComprehension, compileEach, compileQuantified } from './over-list.ts';
import { type Compilation, findColumn, type Scope } from './scope.ts';
import { temporalPart } from './temporal.ts';
import { compileCast, compileConcatenation, compileLike, compileTextTest } from './text.ts';

export function compileValue(cx: Compilation, expr: Expr, scope: Scope): SqlValue {
  const { dialect } = cx;
  switch (expr.kind) {
    case 'literal':
      return compileLiteral(expr);
    case 'parameter':
      return compileBinding(expr.type, { kind: 'parameter', name: expr.name });
    case 'column': {
      const known = findColumn(scope, expr.id);
      if (known) return known;
      const outer = cx.outer.get(expr.id) ?? refuse(`column ${expr.id} is not in sight`);
      return compileBinding(outer.type, { kind: 'outer', column: expr.id });
    }
    case 'field': {
      const value = compileValue(cx, expr.value, scope);
      if (value.form === 'native') return temporalPart(dialect, value, expr.name);
      return stepInto(value, expr.name);
    }
    case 'index': {
      const value = compileValue(cx, expr.value, scope);
      if (value.form === 'native' || expr.index.kind !== 'literal' || !expr.inPath) return refuse('index');
      const at = expr.index.value;
      if (typeof at === 'bigint') return stepInto(value, Number(at));
      return typeof at === 'string' ? stepInto(value, at) : refuse('index');
    }
    case 'unary': {
      const operand = expr.operator === 'not' ? undefined : compileValue(cx, expr.operand, scope);
      if (operand) return compileNegate(dialect, operand);
      return native('boolean', sql`(NOT ${compileCondition(cx, expr.operand, scope, false)})`);
    }
    case 'binary':
      return compileBinary(cx, expr, scope);
    case 'is':
      return native('boolean', compileIs(cx, expr, scope), false);
    case 'like':
    case 'in':
      return native('boolean', compileCondition(cx, expr, scope, false));
    case 'case':
      return compileCase(cx, expr.branches, expr.otherwise, scope);
    case 'cast':
      if (expr.orNull) return refuse('TRY_CAST');
      return compileCast(dialect, compileValue(cx, expr.operand, scope), expr.to);
    case 'call':
      return compileCall(cx, expr, scope);
    case 'quantified':
      return native('boolean', compileCondition(cx, expr, scope, false));
    case 'comprehension':
      return compileComprehension(cx, expr, scope);
    case 'each':
      return compileEach(cx, expr, scope);
    case 'inKeys':
    case 'slice':
    case 'list':
    case 'object':
    case 'reduce':
    case 'labelTest':
      return refuse(expr.kind);
  }
}

function compileBinary(cx: Compilation, expr: Extract<Expr, { kind: 'binary' }>, scope: Scope): SqlValue {
  switch (expr.operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      const left = compileValue(cx, expr.left, scope);
      const right = compileValue(cx, expr.right, scope);
      if (expr.operator === '+' && left.form === 'native' && right.form === 'native' && (left.type === 'text' || right.type === 'text'))
        return compileConcatenation(cx.dialect, left, right);
      return compileArithmetic(cx.dialect, expr.operator, left, right, expr.right);
    }
    case '||':
      return compileConcatenation(cx.dialect, compileValue(cx, expr.left, scope), compileValue(cx, expr.right, scope));
    case '^':
    case '=~':
      return refuse(expr.operator);
    default:
      return native('boolean', compileCondition(cx, expr, scope, false));
  }
}

/** A truth value as SQL: 1, 0 or NULL. `positive`: only whether it is true counts, so false may stand for null. */
export function compileCondition(cx: Compilation, expr: Expr, scope: Scope, positive: boolean): Fragment {
  const { dialect } = cx;
  if (expr.kind === 'like') return compileLike(cx, expr, scope);
  if (expr.kind === 'in') return compileIn(cx, expr, scope, positive);
  if (expr.kind === 'quantified') return compileQuantified(cx, expr, scope, positive);
  if (expr.kind === 'inKeys') return positive ? compileInKeys(cx, expr, scope) : refuse('pushed keys under another operator');
  if (expr.kind === 'unary' && expr.operator === 'not') return sql`(NOT ${compileCondition(cx, expr.operand, scope, false)})`;
  if (expr.kind !== 'binary') return settled(dialect, toBoolean(dialect, compileValue(cx, expr, scope)));
  switch (expr.operator) {
    case 'and':
    case 'or': {
      const left = compileCondition(cx, expr.left, scope, positive);
      const right = compileCondition(cx, expr.right, scope, positive);
      return expr.operator === 'and' ? both(left, right) : either(left, right, positive);
    }
    case 'xor': {
      const left = compileCondition(cx, expr.left, scope, false);
      const right = compileCondition(cx, expr.right, scope, false);
      return sql`(${left} <> ${right})`;
    }
    case '<>':
      return sql`(NOT ${compileOrdering(cx, '=', expr.left, expr.right, scope, false)})`;
    case 'is same':
      return compileSame(dialect, compileValue(cx, expr.left, scope), compileValue(cx, expr.right, scope));
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrdering(cx, expr.operator, expr.left, expr.right, scope, positive);
    case 'starts with':
    case 'ends with':
    case 'contains':
      return compileTextTest(dialect, expr.operator, compileValue(cx, expr.left, scope), compileValue(cx, expr.right, scope));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
    case '||':
    case '=~':
      return settled(dialect, toBoolean(dialect, compileValue(cx, expr, scope)));
  }
}

function compileOrdering(cx: Compilation, operator: Comparison, left: Expr, right: Expr, scope: Scope, positive: boolean): Fragment {
  const collated = compileCollated(cx, operator, left, right, scope);
  if (collated) return collated;
  const [a, b] = [readText(left), readText(right)];
  if (b !== undefined) return compareMoment(cx.dialect, operator, compileValue(cx, left, scope), b, positive);
  if (a !== undefined) return compareMoment(cx.dialect, flipped(operator), compileValue(cx, right, scope), a, positive);
  return compileComparison(cx.dialect, operator, compileValue(cx, left, scope), compileValue(cx, right, scope), positive);
}

/** The text that is read as the date that stands beside it; see bind-expression.ts. */
function readText(expr: Expr): string | undefined {
  const text = expr.kind === 'call' && expr.name === 'readlike' ? expr.arguments[0] : undefined;
  return text?.kind === 'literal' && typeof text.value === 'string' ? text.value : undefined;
}

/**
 * AND; what may raise on the right is not looked at where the left is false, as in the evaluator. SQLite itself makes `x AND 0` a plain 0, which
 * ORDER BY and GROUP BY would take for the number of a column; so it is one here already.
 */
export function both(left: Fragment, right: Fragment): Fragment {
  if (isFalse(left)) return sqlFalse;
  if (isFalse(right)) return mayRaise(left) ? sql`(${left} AND CASE WHEN 1 THEN 0 END)` : sqlFalse;
  // The left is written once, because it is the long side of a chain.
  return mayRaise(right)
    ? sql`CASE ${left} WHEN 1 THEN ${right} WHEN 0 THEN 0 ELSE CASE WHEN NOT ${right} THEN 0 END END`
    : sql`(${left} AND ${right})`;
}

function isFalse(fragment: Fragment): boolean {
  return fragment.kind === 'text' && fragment.text === '0';
}

function either(left: Fragment, right: Fragment, positive: boolean): Fragment {
  if (!mayRaise(right)) return sql`(${left} OR ${right})`;
  if (positive) return sql`CASE WHEN ${left} THEN 1 ELSE ${right} END`;
  return sql`CASE ${left} WHEN 1 THEN 1 WHEN 0 THEN ${right} ELSE CASE WHEN ${right} THEN 1 END END`;
}

function compileIs(cx: Compilation, expr: IsExpr, scope: Scope): Fragment {
  const { dialect } = cx;
  const value = compileValue(cx, expr.operand, scope);
  const not = (test: Fragment): Fragment => (expr.negated ? sql`(NOT ${test})` : test);
  switch (expr.test) {
    case 'null':
      if (value.form === 'json') return not(nullTest(dialect, value));
      return expr.negated ? sql`(${settled(dialect, value)} IS NOT NULL)` : sql`(${settled(dialect, value)} IS NULL)`;
    case 'missing':
      if (value.form === 'json') return not(missingTest(dialect, value));
      if (value.missing) return expr.negated ? sql`(${value.sql} IS NOT NULL)` : sql`(${value.sql} IS NULL)`;
      return text(expr.negated ? '1' : '0');
    case 'true':
    case 'false': {
      if (value.form === 'json') return not(sql`(${jsonTypeOf(dialect, value)} IS ${text(`'${expr.test}'`)})`);
      if (value.type !== 'boolean') return text(expr.negated ? '1' : '0');
      return not(sql`(${settled(dialect, value)} IS ${text(expr.test === 'true' ? '1' : '0')})`);
    }
  }
}

/** The searched CASE: native if all results have one type or all are numbers, else JSON. */
export function compileCase(
  cx: Compilation,
  branches: readonly { readonly when: Expr; readonly then: Expr }[],
  otherwise: Expr | undefined,
  scope: Scope,
): SqlValue {
  const whens = branches.map((b) => compileCondition(cx, b.when, scope, true));
  const results = [...branches.map((b) => b.then), ...(otherwise ? [otherwise] : [])].map((e) => compileValue(cx, e, scope));
  const { type, values } = unified(cx, results);
  const cases = whens.map((when, i) => sql`WHEN ${when} THEN ${values[i] ?? sqlNull} `);
  const rest = otherwise ? sql`ELSE ${values[values.length - 1] ?? sqlNull} ` : type === undefined ? text("ELSE 'null' ") : text('');
  const fragment = sql`CASE ${joined(cases, '')}${rest}END`;
  return type === undefined ? computedJson(fragment, 'missing') : native(type, fragment);
}

/** Values that may stand for each other: all native of one type (numbers: 'number'), or all as JSON text in which SQL NULL is MISSING. */
export function unified(cx: Compilation, values: readonly SqlValue[]): { type: Type | undefined; values: readonly Fragment[] } {
  const type = unifiedType(values);
  if (type !== undefined) return { type, values: values.map((v) => settled(cx.dialect, v as NativeValue)) };
  return { type: undefined, values: values.map((v) => jsonOrMissing(cx, v)) };
}

/** The common native type; undefined if there is none. */
export function unifiedType(values: readonly SqlValue[]): Type | undefined {
  let type: Type = 'null';
  for (const value of values) {
    if (value.form === 'json' || value.type === 'any' || value.missing) return undefined;
    if (value.type === 'null' || value.type === type) continue;
    if (type === 'null') type = value.type;
    else if (isNumber(type) && isNumber(value.type)) type = 'number';
    else return undefined;
  }
  return type;
}

function isNumber(type: Type): boolean {
  return type === 'integer' || type === 'float' || type === 'number';
}

/** JSON text in which null is the text `null` and SQL NULL is MISSING. */
export function jsonOrMissing(cx: Compilation, value: SqlValue): Fragment {
  const json = toJson(cx.dialect, value.form === 'native' ? settledValue(cx.dialect, value) : value);
  return jsonText(cx, json);
}

function jsonText(cx: Compilation, json: JsonValue): Fragment {
  const whole = jsonTextOf(cx.dialect, json);
  return mayBeMissing(json) ? whole : sql`coalesce(${whole}, 'null')`;
}
