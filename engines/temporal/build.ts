// Temporal values from a map of parts: `date({year: 1984, week: 10, dayOfWeek: 3})`, `datetime({date: d, time: t, timezone: 'Europe/London'})`.
// The parts of a date are one of four groups (month and day; week; day of the year; quarter). Parts that lack come from a base value,
// if there is one, else they are the first; of what is given each part needs the larger ones before it.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import { type MomentParts, type ObjectValue, TemporalValue, type Value } from '../value.ts';
import { civilDate, dayOfWeek, quarterOf, quarterStart, weekOf } from './calendar.ts';
import { temporalOf, withZone, zoneOfValue } from './convert.ts';
import { hasClock, hasDate, hasOffset, inZone, instantIn, makeMoment, momentParts, type MomentKind } from './moment.ts';
import { civil, ordinalDate, quarterDate, weekDate } from './parse.ts';
import { readZone, type Zone } from './zone.ts';

/** What the maker of a value needs to know. */
export interface Making {
  readonly now: Date;
  readonly span: Span | undefined;
}

const dateParts = ['year', 'month', 'day', 'week', 'dayOfWeek', 'ordinalDay', 'quarter', 'dayOfQuarter'] as const;
const clockParts = ['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'] as const;
type DatePart = (typeof dateParts)[number];
type ClockPart = (typeof clockParts)[number];

/** The names that a map for that kind may have. */
function partNames(kind: MomentKind): readonly string[] {
  return [
    ...(hasDate(kind) ? [...dateParts, 'date'] : []),
    ...(hasClock(kind) ? [...clockParts, 'time'] : []),
    ...(kind === 'datetime' ? ['epochSeconds', 'epochMillis'] : []),
    ...(kind === 'datetime' || kind === 'localdatetime' ? ['datetime'] : []),
    'timezone',
  ];
}

/** A value of the parts; null if one of them is null. `type/temporal` says what is wrong with them. */
export function fromParts(kind: MomentKind, map: ObjectValue, making: Making): TemporalValue | null {
  checkNames(kind, map, partNames(kind), making.span);
  for (const value of map.values()) if (value === null || value === undefined) return null;
  const zone = zonePart(map, making.span);
  if (map.size === 0) return fail(`A ${kind} needs at least one part.`, making.span, `Parts are ${partNames(kind).join(', ')}.`);
  if (map.size === 1 && zone !== undefined) return temporalOf(kind, making.now, zone);
  if (map.has('epochSeconds') || map.has('epochMillis')) return fromEpoch(map, zone ?? 0, making.span);
  const whole = basePart(map, 'datetime', making.span);
  const dateBase = whole ?? basePart(map, 'date', making.span);
  const clockBase = whole ?? basePart(map, 'time', making.span);
  if (dateBase && !hasDate(dateBase.kind)) return fail(`A ${dateBase.kind} has no date.`, making.span);
  if (clockBase && !hasClock(clockBase.kind) && !whole) return fail(`A ${clockBase.kind} has no time.`, making.span);
  const days = hasDate(kind) ? dateOf(map, dateBase && momentParts(dateBase).days, kind, making.span) : 0;
  const base = clockBase && hasClock(clockBase.kind) ? momentParts(clockBase).nanoseconds : undefined;
  const nanoseconds = hasClock(kind) ? clockOf(map, base, kind, making.span) : 0;
  const own = clockBase && zoneOfValue(clockBase);
  return made(kind, partsIn(kind, days, nanoseconds, own, zone, clockBase, making), making.span);
}

/** Local date and time in the zone they are said in, then in the zone that is asked for. */
function partsIn(
  kind: MomentKind,
  days: number,
  nanoseconds: number,
  own: Zone | undefined,
  asked: Zone | undefined,
  base: TemporalValue | undefined,
  making: Making,
): MomentParts {
  const local: MomentParts = { days, nanoseconds, offset: 0, zone: undefined };
  if (kind === 'datetime') {
    const here = inZone(days, nanoseconds, own ?? asked ?? 0);
    return asked === undefined || own === undefined ? here : withZone(kind, here, asked, true, making);
  }
  if (kind !== 'time') return local;
  // A time has an offset only: that of its base, at the base's own date.
  const here = { ...local, offset: own !== undefined && base ? momentParts(base).offset : 0 };
  return asked === undefined ? here : withZone(kind, here, asked, own !== undefined, making);
}

/** The value with parts of it replaced: what the third argument of truncate does. A time zone is put on, the clock stays. */
export function withParts(kind: MomentKind, base: MomentParts, map: ObjectValue, keep: 0 | 3 | 6, making: Making): TemporalValue | null {
  const names = partNames(kind).filter((name) => !['date', 'time', 'datetime', 'epochSeconds', 'epochMillis'].includes(name));
  checkNames(kind, map, names, making.span);
  for (const value of map.values()) if (value === null || value === undefined) return null;
  const zone = zonePart(map, making.span) ?? base.zone ?? base.offset;
  const days = hasDate(kind) ? dateOf(map, base.days, kind, making.span) : 0;
  const nanoseconds = hasClock(kind) ? clockOf(map, base.nanoseconds, kind, making.span, keep) : 0;
  const local: MomentParts = { days, nanoseconds, offset: 0, zone: undefined };
  if (!hasOffset(kind)) return made(kind, local, making.span);
  return made(kind, withZone(kind as 'time' | 'datetime', local, zone, false, making), making.span);
}

function made(kind: MomentKind, parts: MomentParts, span: Span | undefined): TemporalValue {
  const value = makeMoment(kind, parts);
  return value ?? fail(`The ${kind} is outside the years -999999999 to 999999999.`, span);
}

function fail(message: string, span: Span | undefined, hint?: string): never {
  throw new QueryError('type/temporal', message, { span, hint });
}

function checkNames(kind: string, map: ObjectValue, names: readonly string[], span: Span | undefined): void {
  for (const key of map.keys()) {
    if (names.includes(key)) continue;
    const near = didYouMean(key, names);
    fail(`"${key}" is not a part of a ${kind}.`, span, near ?? `Parts are ${names.join(', ')}.`);
  }
}

/** As checkNames, for the parts of a duration. */
export function checkDurationParts(map: ObjectValue, names: readonly string[], span: Span | undefined): void {
  checkNames('duration', map, names, span);
}

function zonePart(map: ObjectValue, span: Span | undefined): Zone | undefined {
  const value = map.get('timezone');
  if (value === undefined) return undefined;
  return zoneOfText(value, span);
}

/** A zone from its text; `type/temporal` if there is no such zone. */
export function zoneOfText(value: Value, span: Span | undefined): Zone {
  const zone = typeof value === 'string' ? readZone(value) : undefined;
  if (zone !== undefined) return zone;
  const shown = typeof value === 'string' ? `'${value}'` : 'a value that is no text';
  return fail(`There is no time zone ${shown}.`, span, "A zone is an offset such as '+02:00' or a name such as 'Europe/Stockholm'.");
}

function basePart(map: ObjectValue, name: 'date' | 'time' | 'datetime', span: Span | undefined): TemporalValue | undefined {
  const value = map.get(name);
  if (value === undefined) return undefined;
  const fits = value instanceof TemporalValue && value.kind !== 'duration' && (name !== 'datetime' || hasDate(value.kind));
  return fits
    ? value
    : fail(`The part "${name}" must be a ${name === 'time' ? 'time or a value with a time' : 'date or a value with a date'}.`, span);
}

function integer(map: ObjectValue, name: string, low: number, high: number, span: Span | undefined): number | undefined {
  const value = map.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== 'bigint') return fail(`The part "${name}" must be an integer.`, span);
  if (value < BigInt(low) || value > BigInt(high)) return fail(`The part "${name}" must be ${low} to ${high}, not ${value}.`, span);
  return Number(value);
}

// ------------------------------------------------------------------------------------------------ the date

const groups: readonly (readonly DatePart[])[] = [['month', 'day'], ['week', 'dayOfWeek'], ['ordinalDay'], ['quarter', 'dayOfQuarter']];

function dateOf(map: ObjectValue, base: number | undefined, kind: MomentKind, span: Span | undefined): number {
  const used = groups.filter((group) => group.some((name) => map.has(name)));
  if (used.length > 1) {
    const given = used.map((group) => group.find((name) => map.has(name)) ?? '');
    return fail(
      `"${given[0]}" and "${given[1]}" do not go together.`,
      span,
      'A date is said by month and day, by week, by quarter or by ordinalDay.',
    );
  }
  const year = integer(map, 'year', -999_999_999, 999_999_999, span);
  if (base === undefined) {
    if (year === undefined) return fail(`A ${kind} needs a year.`, span);
    if (map.has('day') && !map.has('month')) return fail('"day" needs "month".', span);
    if (map.has('dayOfWeek') && !map.has('week')) return fail('"dayOfWeek" needs "week".', span);
    if (map.has('dayOfQuarter') && !map.has('quarter')) return fail('"dayOfQuarter" needs "quarter".', span);
  }
  const part = (name: DatePart, high: number): number | undefined => integer(map, name, 1, high, span);
  const old = base === undefined ? undefined : civilDate(base);
  const group = used[0]?.[0] ?? 'month';
  let days: number | undefined;
  if (group === 'week') {
    const of = base === undefined ? undefined : weekOf(base);
    const weekDay = part('dayOfWeek', 7) ?? (base === undefined ? 1 : dayOfWeek(base));
    days = weekDate(year ?? of?.weekYear ?? 0, part('week', 53) ?? of?.week ?? 1, weekDay);
  } else if (group === 'ordinalDay') {
    days = ordinalDate(year ?? old?.year ?? 0, part('ordinalDay', 366) ?? 1);
  } else if (group === 'quarter') {
    const quarter = part('quarter', 4) ?? quarterOf(old?.month ?? 1);
    const day = base === undefined || !old ? 1 : base - quarterStart(old.year, quarterOf(old.month)) + 1;
    days = quarterDate(year ?? old?.year ?? 0, quarter, part('dayOfQuarter', 92) ?? day);
  } else {
    days = civil(year ?? old?.year ?? 0, part('month', 12) ?? old?.month ?? 1, part('day', 31) ?? old?.day ?? 1);
  }
  return days ?? fail('There is no such day.', span, 'The day must exist in its month, quarter or year, and the week in its year.');
}

// ------------------------------------------------------------------------------------------------ the time of day

/** `keep`: how many digits of the base's fraction stay when a finer part is given. */
function clockOf(map: ObjectValue, base: number | undefined, kind: MomentKind, span: Span | undefined, keep: 0 | 3 | 6 = 0): number {
  if (base === undefined) {
    if (!hasDate(kind) && !map.has('hour')) return fail(`A ${kind} needs an hour.`, span);
    const larger: readonly (readonly [ClockPart, ClockPart])[] = [
      ['minute', 'hour'],
      ['second', 'minute'],
      ['millisecond', 'second'],
      ['microsecond', 'second'],
      ['nanosecond', 'second'],
    ];
    for (const [name, needed] of larger) if (map.has(name) && !map.has(needed)) return fail(`"${name}" needs "${needed}".`, span);
  }
  const old = Math.floor((base ?? 0) / 1e9);
  const hour = integer(map, 'hour', 0, 23, span) ?? Math.floor(old / 3600);
  const minute = integer(map, 'minute', 0, 59, span) ?? Math.floor(old / 60) % 60;
  const second = integer(map, 'second', 0, 59, span) ?? old % 60;
  return (hour * 3600 + minute * 60 + second) * 1e9 + fractionOf(map, (base ?? 0) % 1e9, span, keep);
}

function fractionOf(map: ObjectValue, old: number, span: Span | undefined, keep: 0 | 3 | 6): number {
  if (!map.has('millisecond') && !map.has('microsecond') && !map.has('nanosecond')) return old;
  const milli = integer(map, 'millisecond', 0, 999, span);
  const kept3 = milli !== undefined || keep >= 3;
  const micro = integer(map, 'microsecond', 0, kept3 ? 999 : 999_999, span);
  const kept6 = micro !== undefined || keep >= 6;
  const nano = integer(map, 'nanosecond', 0, kept6 ? 999 : kept3 ? 999_999 : 999_999_999, span);
  const base = keep === 0 ? 0 : old;
  const millis = milli === undefined ? Math.floor(base / 1e6) * 1e6 : milli * 1e6;
  const micros = micro === undefined ? Math.floor((base % 1e6) / 1e3) * 1e3 : micro * 1e3;
  return millis + micros + (nano ?? 0);
}

// ------------------------------------------------------------------------------------------------ since 1970

function fromEpoch(map: ObjectValue, zone: Zone, span: Span | undefined): TemporalValue {
  for (const key of map.keys())
    if (!['epochSeconds', 'epochMillis', 'nanosecond', 'timezone'].includes(key)) fail(`"${key}" does not go with an epoch.`, span);
  if (map.has('epochSeconds') && map.has('epochMillis')) fail('"epochSeconds" and "epochMillis" do not go together.', span);
  const name = map.has('epochSeconds') ? 'epochSeconds' : 'epochMillis';
  const count = map.get(name);
  if (typeof count !== 'bigint') return fail(`The part "${name}" must be an integer.`, span);
  const nanosecond = integer(map, 'nanosecond', 0, name === 'epochSeconds' ? 999_999_999 : 999_999, span) ?? 0;
  return epochDatetime(count * (name === 'epochSeconds' ? 1_000_000_000n : 1_000_000n) + BigInt(nanosecond), zone, span);
}

/** The datetime so many nanoseconds after 1970 began. */
export function epochDatetime(nanoseconds: bigint, zone: Zone, span: Span | undefined): TemporalValue {
  const perDay = 86_400_000_000_000n;
  const days = nanoseconds / perDay - (nanoseconds % perDay < 0n ? 1n : 0n);
  if (days > 400_000_000_000n || days < -400_000_000_000n) fail('The datetime is outside the years -999999999 to 999999999.', span);
  return made('datetime', instantIn(Number(days), Number(nanoseconds - days * perDay), zone), span);
}
