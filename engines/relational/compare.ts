// Comparisons as SQL with Trefoil's answer: values of different types are unequal and have no order, whatever SQLite thinks.
//
// A condition that only has to be true for the right rows (`positive`) is written so that an index on a path serves:
//   doc ->> '$.a' = 5 AND json_type(doc, '$.a') IN ('integer', 'real')
// Elsewhere (under NOT, as a result) false and null must differ too, and it is a CASE over the JSON type.

import { jsonScalarOf, jsonTextOf, jsonTypeOf } from '../document/json-place.ts';
import type { Type } from '../plan/type.ts';
import type { Dialect } from '../sql/dialect.ts';
import { momentKinds, readMoment } from '../temporal/convert.ts';
import { storedText } from '../temporal/moment.ts';
import { type Fragment, joined, sql, sqlFalse, sqlNull, stringLiteral, text } from '../sql/fragment.ts';
import { type JsonValue, type NativeValue, refuse, type SqlValue, type TypeClass, typeClass } from '../sql/value.ts';
import { isTemporal, isZoned, settled, withoutAffinity, zonedKey } from './convert.ts';
import { compareZoned } from './temporal.ts';

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

export function compileComparison(dialect: Dialect, operator: Comparison, left: SqlValue, right: SqlValue, positive: boolean): Fragment {
  if (left.form === 'native' && right.form === 'native') return compareNative(dialect, operator, left, right);
  if (left.form === 'json' && right.form === 'json')
    return positive && operator === '=' && apart(left, right)
      ? equalPlaces(dialect, left, right)
      : compareJson(dialect, operator, left, right);
  if (left.form === 'json' && right.form === 'native') return compareMixed(dialect, operator, left, right, positive);
  return compareMixed(dialect, flipped(operator), right as JsonValue, left as NativeValue, positive);
}

export function flipped(operator: Comparison): Comparison {
  switch (operator) {
    case '=':
      return '=';
    case '<':
      return '>';
    case '<=':
      return '>=';
    case '>':
      return '<';
    case '>=':
      return '<=';
  }
}

/** The class in which two native values compare. Refuses what SQLite would compare in another way. */
function comparable(type: TypeClass, operator: Comparison): void {
  if (type === 'duration' && operator !== '=') refuse('durations have no order');
}

function compareNative(dialect: Dialect, operator: Comparison, left: NativeValue, right: NativeValue): Fragment {
  if (left.type === 'null' || right.type === 'null') return sqlNull;
  const leftClass = typeClass(left.type) ?? refuse(`comparison of ${left.type}`);
  const rightClass = typeClass(right.type) ?? refuse(`comparison of ${right.type}`);
  const a = settled(dialect, left);
  const b = settled(dialect, right);
  if (leftClass !== rightClass) {
    if (operator !== '=') return sqlNull;
    if (!left.nullable && !right.nullable) return sqlFalse;
    return sql`CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN 0 END`;
  }
  comparable(leftClass, operator);
  return isZoned(leftClass) ? compareZoned(dialect, operator, left, right, a, b) : binary(operator, a, b);
}

/** Null and null are the same. */
export function compileSame(dialect: Dialect, left: SqlValue, right: SqlValue): Fragment {
  if (left.form === 'json' || right.form === 'json') return refuse('sameness of document values');
  const a = settled(dialect, left);
  const b = settled(dialect, right);
  if (left.type === 'null' || right.type === 'null') return sql`(${a} IS ${b})`;
  const leftClass = typeClass(left.type) ?? refuse(`sameness of ${left.type}`);
  const rightClass = typeClass(right.type) ?? refuse(`sameness of ${right.type}`);
  if (leftClass !== rightClass) return sql`(${a} IS NULL AND ${b} IS NULL)`;
  // Texts of one instant may differ.
  return isZoned(leftClass) ? sql`(${zonedKey(dialect, leftClass, a)} IS ${zonedKey(dialect, leftClass, b)})` : sql`(${a} IS ${b})`;
}

function binary(operator: Comparison, a: Fragment, b: Fragment): Fragment {
  return sql`(${a} ${text(operator)} ${b})`;
}

/** The JSON types whose scalars stand for a class. */
export function jsonTypesOf(type: TypeClass): Fragment {
  switch (type) {
    case 'number':
      return text("('integer', 'real')");
    case 'text':
      return text("('text')");
    case 'boolean':
      return text("('true', 'false')");
    case 'bytes':
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return text("('object')");
  }
}

function compareMixed(dialect: Dialect, operator: Comparison, place: JsonValue, other: NativeValue, positive: boolean): Fragment {
  if (other.type === 'null') return sqlNull;
  const otherClass = typeClass(other.type) ?? refuse(`comparison of ${other.type}`);
  if (otherClass === 'bytes') refuse('bytes in a document');
  comparable(otherClass, operator);
  if (isTemporal(otherClass)) return compareTemporal(dialect, operator, place, other, otherClass);
  const type = jsonTypeOf(dialect, place);
  const scalar = jsonScalarOf(dialect, place);
  const types = jsonTypesOf(otherClass);
  const value = settled(dialect, other);
  const compared = binary(operator, scalar, other.isColumn ? withoutAffinity(other) : value);
  const specials = otherClass === 'number' ? specialNumbers(operator, other) : [];
  if (positive) {
    // To `->>` an infinity is text, and so above all finite numbers: only the test of the type has to let it pass.
    const upward = isFinite(other) && (operator === '>' || operator === '>=') && otherClass === 'number';
    const guard = upward ? sql`(${type} IN ${types} OR ${scalar} = ${infinity.stored})` : sql`${type} IN ${types}`;
    const guarded = sql`${compared} AND ${guard}`;
    // Written twice for a column: without affinity for an index on the path, with it for an index on the column.
    const both = other.isColumn ? sql`${guarded} AND ${binary(operator, scalar, value)}` : guarded;
    if (upward) return sql`(${both})`;
    const found = specials.map(({ stored, number }) => sql`(${scalar} = ${stored} AND ${binary(operator, number, value)})`);
    return sql`(${joined([both, ...found], ' OR ')})`;
  }
  const cases = specials.map(
    ({ stored, number }) => sql`WHEN ${type} = 'object' AND ${scalar} = ${stored} THEN ${binary(operator, number, value)} `,
  );
  // NaN compares with nothing; an infinity that cannot be the answer, and for = all else, is unequal.
  const rest =
    operator === '='
      ? sql`${type} <> 'null'`
      : otherClass === 'number'
        ? sql`${type} = 'object' AND ${scalar} IN (${joined(specialTexts, ', ')})`
        : sqlFalse;
  return sql`CASE WHEN ${type} IN ${types} THEN ${compared} ${joined(cases, '')}WHEN ${rest} AND ${value} IS NOT NULL THEN 0 END`;
}

interface SpecialNumber {
  /** As `->>` shows it: an object in JSON is text there. */
  readonly stored: Fragment;
  readonly number: Fragment;
}

const infinity: SpecialNumber = { stored: stringLiteral('{"$float":"Infinity"}'), number: text('9e999') };
const minusInfinity: SpecialNumber = { stored: stringLiteral('{"$float":"-Infinity"}'), number: text('-9e999') };
const specialTexts = [infinity.stored, minusInfinity.stored, stringLiteral('{"$float":"NaN"}')];

/** An integer or a literal. */
export function isFinite(value: NativeValue): boolean {
  return value.type === 'integer' || value.sql.kind === 'text';
}

/** The infinities for which the comparison of a place in a document with the value can be true. */
function specialNumbers(operator: Comparison, value: NativeValue): readonly SpecialNumber[] {
  if (!isFinite(value)) return [infinity, minusInfinity];
  return operator === '=' ? [] : operator === '<' || operator === '<=' ? [minusInfinity] : [infinity];
}

/** A temporal value in a document is `{"$date": "2024-01-31"}`. */
function compareTemporal(dialect: Dialect, operator: Comparison, place: JsonValue, other: NativeValue, kind: TypeClass): Fragment {
  const value = settled(dialect, other);
  const whole = jsonTextOf(dialect, place);
  const key = stringLiteral(`{"$${kind}":"`);
  const type = jsonTypeOf(dialect, place);
  if (kind === 'time') refuse('times of a document');
  const zoned = kind === 'datetime';
  if (operator === '=') {
    const scalar = jsonScalarOf(dialect, place);
    if (zoned) {
      const instant = zonedKey(dialect, kind, value);
      const same = sql`${type} = 'object' AND ${scalar} >= ${key} || ${instant} || 'Z' AND ${scalar} < ${key} || ${instant} || '['`;
      return sql`CASE WHEN ${type} <> 'null' AND ${value} IS NOT NULL THEN (${same}) END`;
    }
    return sql`CASE WHEN ${type} <> 'null' AND ${value} IS NOT NULL THEN (${type} = 'object' AND ${scalar} = ${key} || ${value} || '"}') END`;
  }
  const start = text(String(`{"$${kind}":"`.length + 1));
  const length = text(String(`{"$${kind}":"`.length));
  const held = sql`substr(${whole}, ${start}, length(${whole}) - ${length} - 2)`;
  const compared = zoned ? binary(operator, zonedKey(dialect, kind, held), zonedKey(dialect, kind, value)) : binary(operator, held, value);
  return sql`CASE WHEN ${type} = 'object' AND substr(${whole}, 1, ${length}) = ${key} THEN ${compared} END`;
}

/** A place in a document with a text that is read as a date where the place holds one. An index serves both readings. */
export function compareMoment(dialect: Dialect, operator: Comparison, place: SqlValue, literal: string, positive: boolean): Fragment {
  if (place.form === 'native') return refuse('a text read as what stands beside it');
  const known = (type: Type, value: string): NativeValue => ({ form: 'native', type, sql: stringLiteral(value), nullable: false });
  const asText = compareMixed(dialect, operator, place, known('text', literal), positive);
  const moments = momentKinds.flatMap((kind) => readMoment(kind, literal) ?? []);
  const tests = moments.map((m) => compareTemporal(dialect, operator, place, known(m.kind, storedText(m)), m.kind));
  const asMoment = operator === '=' ? sql`(${joined(tests, ' OR ')})` : sql`coalesce(${joined([...tests, sqlNull], ', ')})`;
  const type = jsonTypeOf(dialect, place);
  if (!positive) return sql`CASE WHEN ${type} = 'object' THEN ${asMoment} ELSE ${asText} END`;
  const scalar = jsonScalarOf(dialect, place);
  return sql`(${asText} OR ${scalar} >= '{"$' AND ${scalar} < '{"%' AND ${type} = 'object' AND ${asMoment})`;
}

/** Two places in documents: scalars here, lists and objects by the function that compares as Trefoil does. */
function compareJson(dialect: Dialect, operator: Comparison, left: JsonValue, right: JsonValue): Fragment {
  const leftType = jsonTypeOf(dialect, left);
  const rightType = jsonTypeOf(dialect, right);
  const compared = binary(operator, jsonScalarOf(dialect, left), jsonScalarOf(dialect, right));
  const otherwise = dialect.call('compare', stringLiteral(operator), jsonTextOf(dialect, left), jsonTextOf(dialect, right));
  const numbers = text("('integer', 'real')");
  return sql`CASE WHEN ${leftType} IN ${numbers} AND ${rightType} IN ${numbers} OR ${leftType} = 'text' AND ${rightType} = 'text' THEN ${compared} ELSE ${otherwise} END`;
}

/** Do they lie in different rows, so that an index on one may find the other's? */
function apart(left: JsonValue, right: JsonValue): boolean {
  const source = ({ base }: JsonValue): string | undefined =>
    base.kind === 'element' ? base.alias : base.sql.kind === 'column' ? base.sql.table : base.sql.kind === 'parameter' ? '' : undefined;
  const [a, b] = [source(left), source(right)];
  return a !== undefined && b !== undefined && a !== b;
}

/**
 * `=` that is only asked whether it is true, so that an index on either path serves. Equal lists, and objects, may differ as text; but as texts
 * they all begin with one character, so the index finds them as a range, which for another value is empty.
 */
function equalPlaces(dialect: Dialect, left: JsonValue, right: JsonValue): Fragment {
  const [a, b] = [jsonScalarOf(dialect, left), jsonScalarOf(dialect, right)];
  const [aType, bType] = [jsonTypeOf(dialect, left), jsonTypeOf(dialect, right)];
  const of = (types: string): Fragment => sql`${aType} IN ${text(types)} AND ${bType} IN ${text(types)}`;
  const sameType = sql`(${of("('integer', 'real')")} OR ${aType} = 'text' AND ${bType} = 'text' OR ${of("('true', 'false')")})`;
  const within = (value: Fragment, type: Fragment): Fragment =>
    sql`${value} >= CASE ${type} WHEN 'array' THEN '[' WHEN 'object' THEN '{' END AND ${value} < CASE ${type} WHEN 'array' THEN '\\' WHEN 'object' THEN '|' END`;
  const same = dialect.call('compare', stringLiteral('='), jsonTextOf(dialect, left), jsonTextOf(dialect, right));
  return sql`(${a} = ${b} AND ${sameType} OR ${within(a, bType)} AND ${within(b, aType)} AND ${aType} = ${bType} AND ${same})`;
}
