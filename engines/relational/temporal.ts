// Stored dates and times as SQL. Their text sorts as time goes, but for two kinds: a datetime ends in `Z` and perhaps a zone, which are
// not part of its instant, and a time has its own offset. Equal values of these two may have different texts.
//
//   2015-07-21T19:40:32Z[Europe/Stockholm]     the instant is all up to the Z

import { temporalFieldType, temporalFields } from '../temporal/fields.ts';
import type { TemporalKind } from '../value.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, sql, stringLiteral, text } from '../sql/fragment.ts';
import { type NativeValue, refuse } from '../sql/value.ts';
import { isTemporal, native, zonedKey } from './convert.ts';

/** How long the text of an instant is down to the second. */
const secondLength = 19;

export type Order = '=' | '<' | '<=' | '>' | '>=';

/** A comparison of two values of one zoned kind. A bare column is compared as a range of its text first, so that an index on it serves. */
export function compareZoned(dialect: Dialect, operator: Order, left: NativeValue, right: NativeValue, a: Fragment, b: Fragment): Fragment {
  const kind = left.type;
  const exact = sql`${zonedKey(dialect, kind, a)} ${text(operator)} ${zonedKey(dialect, kind, b)}`;
  if (kind !== 'datetime' || !(left.isColumn || right.isColumn)) return sql`(${exact})`;
  const [column, other, direction] = left.isColumn ? [a, b, operator] : [b, a, flip(operator)];
  const key = zonedKey(dialect, kind, other);
  switch (direction) {
    case '=':
      // All texts that begin with the instant and its Z, and no others: `[` comes after Z.
      return sql`(${column} >= ${appended(key, 'Z')} AND ${column} < ${appended(key, '[')})`;
    case '<':
    case '<=':
      return sql`(${column} < ${appended(cut(other), '[')} AND ${exact})`;
    case '>':
    case '>=':
      return sql`(${column} >= ${key} AND ${exact})`;
  }
}

function appended(fragment: Fragment, end: string): Fragment {
  return fragment.kind === 'string' ? stringLiteral(fragment.value + end) : sql`${fragment} || ${stringLiteral(end)}`;
}

function cut(stored: Fragment): Fragment {
  return stored.kind === 'string'
    ? stringLiteral(stored.value.slice(0, secondLength))
    : sql`substr(${stored}, 1, ${text(String(secondLength))})`;
}

function flip(operator: Order): Order {
  return operator === '=' ? '=' : operator === '<' ? '>' : operator === '<=' ? '>=' : operator === '>' ? '<' : '<=';
}

/** Where each part of a date and time stands in stored text. */
const dateParts: Readonly<Record<string, readonly [number, number]>> = { year: [1, 4], month: [6, 2], day: [9, 2] };
const clockParts: Readonly<Record<string, readonly [number, number]>> = { hour: [1, 2], minute: [4, 2], second: [7, 2] };

/** A field: digits of the text where they stand at a known place, else a function of ours. */
export function temporalPart(dialect: Dialect, value: NativeValue, name: string): NativeValue {
  const kind = value.type as TemporalKind;
  if (!isTemporal(value.type) || !temporalFields(kind).includes(name)) return refuse(`field of ${value.type}`);
  const computed = dialect.call('temporal_field', stringLiteral(kind), value.sql, stringLiteral(name));
  const type = temporalFieldType(name);
  const dated = kind === 'date' || kind === 'datetime' || kind === 'localdatetime';
  const place = dated ? (dateParts[name] ?? moved(clockParts[name])) : kind === 'duration' ? undefined : clockParts[name];
  if (place === undefined) return { ...native(type, computed), missing: true };
  const digits = sql`CAST(substr(${value.sql}, ${text(String(place[0]))}, ${text(String(place[1]))}) AS INTEGER)`;
  // A year of more than four digits has a mark before it, and a datetime with a zone is stored in UTC.
  const plain =
    kind === 'datetime'
      ? sql`substr(${value.sql}, -1) = 'Z' AND ${value.sql} < ':' AND ${value.sql} >= '0'`
      : sql`${value.sql} < ':' AND ${value.sql} >= '0'`;
  const part = dated ? sql`CASE WHEN ${plain} THEN ${digits} ELSE ${computed} END` : digits;
  return { ...native(type, part), missing: true };
}

function moved(place: readonly [number, number] | undefined): readonly [number, number] | undefined {
  return place && [place[0] + 11, place[1]];
}
