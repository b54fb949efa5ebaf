// Between the forms of a value: native to JSON text, JSON to number or boolean with a look at the type, and the look at
// arithmetic results that SQLite would let pass (an integer overflow becomes REAL, a NaN becomes NULL).

import { jsonScalarOf, jsonTextOf, jsonTypeOf, numberJson } from '../document/json-place.ts';
import type { Type } from '../plan/type.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, joined, raising, sql, stringLiteral } from '../sql/fragment.ts';
import { type JsonValue, type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { storedInstant } from '../temporal/moment.ts';
import type { TemporalKind } from '../value.ts';

export const numericJson: Fragment = { kind: 'text', text: "('integer', 'real')" };

export function native(type: Type, fragment: Fragment, nullable = true): NativeValue {
  return { form: 'native', type, sql: fragment, nullable };
}

/** Dates, times and durations. */
export function isTemporal(type: Type): type is TemporalKind {
  return (
    type === 'date' || type === 'time' || type === 'localtime' || type === 'datetime' || type === 'localdatetime' || type === 'duration'
  );
}

/** May two equal values of the type have different texts, or values be out of order as text? */
export function isZoned(type: Type): boolean {
  return type === 'datetime' || type === 'time';
}

/** SQL text that is equal for equal values of a zoned kind and sorts as they do: a datetime's instant without the Z, which would sort after the point of a fraction. */
export function zonedKey(dialect: Dialect, kind: Type, stored: Fragment): Fragment {
  if (kind === 'time') return dialect.call('time_key', stored);
  if (stored.kind === 'string') return stringLiteral(storedInstant(stored.value).slice(0, -1));
  return sql`substr(${stored}, 1, instr(${stored}, 'Z') - 1)`;
}

/** JSON text that was computed. */
export function computedJson(fragment: Fragment, absent: 'null' | 'missing' = 'null', type: Type = 'any'): JsonValue {
  return { form: 'json', type, base: { kind: 'value', sql: fragment, binary: false, absent }, steps: [] };
}

/** The SQL of a native value with the checks that its arithmetic still owes. */
export function settled(dialect: Dialect, value: NativeValue): Fragment {
  if (!value.unsettled) return value.sql;
  if (value.type === 'integer') {
    const overflow = raising(
      dialect.call('raise', stringLiteral('type/overflow'), stringLiteral('The result of the operation is beyond 64-bit integers.')),
    );
    return sql`CASE typeof(${value.sql}) WHEN 'real' THEN ${overflow} ELSE ${value.sql} END`;
  }
  const nulls = value.unsettled.map((leaf) => sql`${leaf} IS NULL`);
  const complaint = raising(
    dialect.call('raise', stringLiteral('type/not-a-number'), stringLiteral('The result of the operation is not a number (NaN).')),
  );
  return sql`coalesce(${value.sql}, CASE WHEN NOT (${joined(nulls, ' OR ')}) THEN ${complaint} END)`;
}

export function settledValue(dialect: Dialect, value: NativeValue): NativeValue {
  return value.unsettled ? native(value.type, settled(dialect, value), value.nullable) : value;
}

/** The same value without the affinity of a column, so that a comparison converts nothing and an index on the other side serves. */
export function withoutAffinity(value: NativeValue): Fragment {
  return value.isColumn ? sql`+${value.sql}` : value.sql;
}

/** The value as JSON. Refuses bytes, and values of other tools' columns. */
export function toJson(dialect: Dialect, value: SqlValue): JsonValue {
  if (value.form === 'json') return value;
  const inner = settled(dialect, value);
  switch (value.type) {
    case 'null':
      return computedJson(sql`NULL`);
    case 'integer':
      return computedJson(sql`CAST(${inner} AS TEXT)`, value.missing ? 'missing' : 'null');
    case 'text':
      if (value.missing) return computedJson(sql`CASE WHEN ${inner} IS NOT NULL THEN ${dialect.jsonQuote(inner)} END`, 'missing');
      return computedJson(dialect.jsonQuote(inner));
    case 'float':
    case 'number':
      return computedJson(numberJson(dialect, inner));
    case 'boolean':
      return computedJson(sql`CASE ${inner} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`);
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return computedJson(sql`('{' || ${stringLiteral(`"$${value.type}":"`)} || ${inner} || '"}')`);
    case 'any':
    case 'bytes':
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
      return refuse(`${value.type} as JSON`);
  }
}

/** A number for arithmetic, sums and functions; null stays null; whatever else raises what `complaint` makes of the JSON type. */
export function toNumber(dialect: Dialect, value: SqlValue, complaint: (type: Fragment) => Fragment): NativeValue {
  if (value.form === 'native') {
    if (value.type === 'integer' || value.type === 'float' || value.type === 'number' || value.type === 'null') return value;
    return refuse(`${value.type} as a number`);
  }
  const type = jsonTypeOf(dialect, value);
  const scalar = jsonScalarOf(dialect, value);
  const otherwise = raising(sql`coalesce(${dialect.call('special_number', type, scalar)}, ${complaint(type)})`);
  return native('number', sql`CASE WHEN ${type} IN ${numericJson} THEN ${scalar} ELSE ${otherwise} END`);
}

/** A truth value; null stays null; whatever else raises `type/operand`. */
export function toBoolean(dialect: Dialect, value: SqlValue): NativeValue {
  if (value.form === 'native') {
    if (value.type === 'boolean' || value.type === 'null') return native('boolean', settled(dialect, value), value.nullable);
    return refuse(`${value.type} as a condition`);
  }
  const type = jsonTypeOf(dialect, value);
  return native(
    'boolean',
    sql`CASE ${type} WHEN 'true' THEN 1 WHEN 'false' THEN 0 WHEN 'null' THEN NULL ELSE ${raising(dialect.call('boolean', type))} END`,
  );
}

/**
 * One SQL value that is equal for two values exactly if DISTINCT takes them for one: numbers and text as they are, booleans as one-byte
 * blobs, lists and the like as a blob of their key. NULL for null and MISSING.
 */
export function distinctKey(dialect: Dialect, value: SqlValue): Fragment {
  if (value.form === 'native') {
    if (value.type === 'any') return refuse('key of an untyped column');
    const whole = settled(dialect, value);
    return isZoned(value.type) ? zonedKey(dialect, value.type, whole) : whole;
  }
  const type = jsonTypeOf(dialect, value);
  const scalar = jsonScalarOf(dialect, value);
  const key = dialect.call('group_key', jsonTextOf(dialect, value));
  return sql`CASE WHEN ${type} IN ('integer', 'real', 'text') THEN ${scalar} WHEN ${type} = 'true' THEN x'01' WHEN ${type} = 'false' THEN x'00' WHEN ${type} = 'null' THEN NULL ELSE ${key} END`;
}
