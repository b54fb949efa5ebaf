// Dates and times as PostgreSQL, SQLite and MySQL name them: date_trunc, date_part, age, to_char, strftime, make_date, … What is
// openCypher's is in functions-temporal.ts.

import { didYouMean, QueryError } from '../../parser/error.ts';
import { addDuration, durationBetween } from '../temporal/arithmetic.ts';
import { epochDatetime, zoneOfText } from '../temporal/build.ts';
import { addMonths, civilDate, daysInMonth, epochDay } from '../temporal/calendar.ts';
import { convertTemporal, temporalOf, temporalOfText, withZone } from '../temporal/convert.ts';
import { durationLength, durationOf, durationParts, makeDuration, readInterval, unitOfWord } from '../temporal/duration.ts';
import { temporalField } from '../temporal/fields.ts';
import { epochOf, strftime, toChar } from '../temporal/format.ts';
import { hasClock, hasDate, inZone, makeMoment, momentParts, zoneOf } from '../temporal/moment.ts';
import { civil } from '../temporal/parse.ts';
import { truncateTo } from '../temporal/truncate.ts';
import { type TemporalKind, TemporalValue, type Value } from '../value.ts';
import { making } from './functions-temporal.ts';
import type { CallSite, Implementation } from './functions.ts';

function fail(site: CallSite, message: string, hint?: string): never {
  throw new QueryError('type/temporal', message, { span: site.span, hint });
}

/** A temporal value, or a text that says one. */
function moment(value: Value, site: CallSite): TemporalValue {
  if (value instanceof TemporalValue) return value;
  const text = String(value);
  for (const kind of ['date', 'datetime', 'localtime', 'time'] as const) {
    const read = temporalOfText(kind, text);
    // A text with a time is more than a date.
    if (read !== undefined && !(kind === 'date' && /[Tt :]\d/.test(text))) return read;
  }
  return fail(
    site,
    `The text '${text}' is not a date or time.`,
    "A date is written as in '2024-02-29', a time as in '2024-02-29T12:30:00'.",
  );
}

function interval(value: Value, site: CallSite): TemporalValue {
  if (value instanceof TemporalValue) return value;
  const read = readInterval(String(value));
  return read ?? fail(site, `The text '${String(value)}' is not a duration.`, "A duration is written as in 'P1DT2H' or '1 day 2 hours'.");
}

// ------------------------------------------------------------------------------------------------ parts

/** SQL's names of parts, in lower case, and the fields they are. */
const partFields: Readonly<Record<string, string>> = {
  year: 'year',
  isoyear: 'weekYear',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  day: 'day',
  doy: 'ordinalDay',
  dayofyear: 'ordinalDay',
  isodow: 'dayOfWeek',
  hour: 'hour',
  minute: 'minute',
  timezone: 'offsetSeconds',
};
const otherParts = [
  'dow',
  'dayofweek',
  'decade',
  'century',
  'millennium',
  'second',
  'milliseconds',
  'microseconds',
  'epoch',
  'timezone_hour',
  'timezone_minute',
  'julian',
];

/** What a duration has under the names of parts. */
const durationFields: Readonly<Record<string, string>> = {
  year: 'years',
  quarter: 'quartersOfYear',
  month: 'monthsOfYear',
  week: 'weeks',
  day: 'days',
  hour: 'hours',
  minute: 'minutesOfHour',
};

function datePart(name: Value, given: Value, site: CallSite): Value {
  const part = partName(String(name));
  const value = moment(given, site);
  const none = (): never => fail(site, `A ${value.kind} has no ${String(name).toLowerCase()}.`);
  if (part === undefined) {
    const names = [...Object.keys(partFields), ...otherParts];
    const near = didYouMean(String(name).toLowerCase(), names, (word) => word);
    return fail(site, `There is no part "${String(name)}" of a date.`, near ?? `Parts are ${names.join(', ')}.`);
  }
  if (part === 'epoch') return epoch(value, site);
  const of = (field: string): bigint => {
    const found = temporalField(value, field);
    return typeof found === 'bigint' ? found : none();
  };
  const table = value.kind === 'duration' ? durationFields : partFields;
  if (Object.hasOwn(table, part)) return of(table[part] as string);
  const [seconds, fraction] =
    value.kind === 'duration' ? (['secondsOfMinute', 'nanosecondsOfSecond'] as const) : (['second', 'nanosecond'] as const);
  switch (part) {
    case 'second':
      return Number(of(seconds)) + Number(of(fraction)) / 1e9;
    case 'milliseconds':
      return Number(of(seconds)) * 1e3 + Number(of(fraction)) / 1e6;
    case 'microseconds':
      return of(seconds) * 1_000_000n + of(fraction) / 1_000n;
  }
  if (value.kind === 'duration') return none();
  switch (part) {
    case 'dow':
    case 'dayofweek':
      return of('dayOfWeek') % 7n;
    case 'decade':
      return floorDivide(of('year'), 10n);
    case 'century':
      return floorDivide(of('year') + 99n, 100n);
    case 'millennium':
      return floorDivide(of('year') + 999n, 1000n);
    case 'timezone_hour':
      return of('offsetSeconds') / 3600n;
    case 'timezone_minute':
      return (of('offsetSeconds') / 60n) % 60n;
    default:
      return hasDate(value.kind) ? julian(value) : none();
  }
}

function partName(text: string): string | undefined {
  const lower = text.toLowerCase();
  return [lower, lower.replace(/s$/, ''), `${lower}s`].find((name) => Object.hasOwn(partFields, name) || otherParts.includes(name));
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}

/** Seconds since 1970, or of a duration or time of day. */
function epoch(value: TemporalValue, site: CallSite): number {
  if (value.kind === 'duration') return Number(durationLength(value)) / 1e9;
  const parts = momentParts(value);
  if (!hasDate(value.kind)) return parts.nanoseconds / 1e9 - parts.offset;
  return Number(epochOf(value, site.span)) + (parts.nanoseconds % 1e9) / 1e9;
}

/** Days since noon of November 24, 4714 BC, in UTC. */
function julian(value: TemporalValue): number {
  const parts = momentParts(value);
  return parts.days + 2_440_587.5 + (parts.nanoseconds - parts.offset * 1e9) / 86_400e9;
}

// ------------------------------------------------------------------------------------------------ the rest

/** Years, months, days and time from b to a, as PostgreSQL counts them. */
function age(a: TemporalValue, b: TemporalValue, site: CallSite): TemporalValue {
  if (!hasDate(a.kind) || !hasDate(b.kind)) return fail(site, 'age needs values with a date.');
  return durationBetween('between', b, a);
}

/** How often a unit begins after a and up to b. */
function countBoundaries(unit: Value, from: Value, to: Value, site: CallSite): bigint {
  const [a, b] = [moment(from, site), moment(to, site)];
  const name =
    unitOfWord(String(unit)) ??
    fail(
      site,
      `There is no unit '${String(unit)}'.`,
      'Units are year, quarter, month, week, day, hour, minute, second, millisecond, microsecond.',
    );
  const kind: TemporalKind =
    hasDate(a.kind) && hasDate(b.kind) ? (hasClock(a.kind) || hasClock(b.kind) ? 'datetime' : 'date') : 'localtime';
  const cut = (value: TemporalValue): TemporalValue => {
    const whole = convertTemporal(kind === 'date' ? 'localdatetime' : kind, value);
    if (whole === undefined) return fail(site, `datediff does not work on ${a.kind} and ${b.kind}.`);
    return truncateTo(whole.kind as 'datetime', name.slice(0, -1), whole, new Map(), making(site)) as TemporalValue;
  };
  if (name === 'nanoseconds') return durationParts(durationBetween('seconds', a, b)).nanoseconds;
  const [start, end] = [cut(a), cut(b)];
  const { year: y1, month: m1 } = civilDate(momentParts(start).days);
  const { year: y2, month: m2 } = civilDate(momentParts(end).days);
  switch (name) {
    case 'years':
      return BigInt(y2 - y1);
    case 'quarters':
      return BigInt((y2 - y1) * 4 + Math.ceil(m2 / 3) - Math.ceil(m1 / 3));
    case 'months':
      return BigInt((y2 - y1) * 12 + m2 - m1);
    case 'weeks':
    case 'days': {
      const days = momentParts(end).days - momentParts(start).days;
      return BigInt(name === 'weeks' ? Math.round(days / 7) : days);
    }
    default:
      return (
        durationParts(durationBetween('seconds', start, end)).nanoseconds / durationParts(durationOf(name, 1n) as TemporalValue).nanoseconds
      );
  }
}

function makeDate(year: Value, month: Value, day: Value, site: CallSite): number {
  return civil(Number(year), Number(month), Number(day)) ?? fail(site, `There is no day ${String(year)}-${String(month)}-${String(day)}.`);
}

function makeClock(hour: Value, minute: Value, second: Value, site: CallSite): number {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s >= 60) return fail(site, `There is no time ${h}:${m}:${s}.`);
  return (h * 3600 + m * 60) * 1e9 + Math.round(s * 1e9);
}

/** A value in a zone: of a local one the instant at which clocks there show it, of an instant what clocks there show, as AT TIME ZONE in SQL. */
function atTimeZone(zoneText: Value, value: TemporalValue, site: CallSite): TemporalValue {
  const zone = zoneOfText(zoneText, site.span);
  const parts = momentParts(value);
  switch (value.kind) {
    case 'datetime':
      return made(
        makeMoment('localdatetime', { ...withZone('datetime', parts, zone, true, making(site)), offset: 0, zone: undefined }),
        site,
      );
    case 'time':
      return made(makeMoment('time', withZone('time', parts, zone, true, making(site))), site);
    case 'localtime':
      return made(makeMoment('time', withZone('time', parts, zone, false, making(site))), site);
    case 'date':
    case 'localdatetime':
      return made(makeMoment('datetime', inZone(parts.days, parts.nanoseconds, zone)), site);
    case 'duration':
      return fail(site, 'A duration has no time zone.');
  }
}

function made(value: TemporalValue | undefined, site: CallSite): TemporalValue {
  return value ?? fail(site, 'The result is outside the years -999999999 to 999999999.');
}

function moved(value: Value, by: Value, sign: 1 | -1, site: CallSite): TemporalValue {
  const from = moment(value, site);
  if (from.kind === 'duration') return fail(site, 'A duration is no date or time.');
  const duration = typeof by === 'bigint' ? made(durationOf('days', by), site) : interval(by, site);
  const time = durationParts(duration).nanoseconds;
  // A date and hours make a date and time, as in SQL.
  const base = from.kind === 'date' && time % 86_400_000_000_000n !== 0n ? made(convertTemporal('localdatetime', from), site) : from;
  return addDuration(base, duration, sign, site.span);
}

function lastDay(value: Value, site: CallSite): TemporalValue {
  const date = convertTemporal('date', moment(value, site)) ?? fail(site, 'A time of day has no month.');
  const { year, month } = civilDate(momentParts(date).days);
  return made(makeMoment('date', { ...momentParts(date), days: epochDay(year, month, daysInMonth(year, month)) }), site);
}

function makeInterval(values: readonly Value[], site: CallSite): TemporalValue {
  const names = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const;
  let sum = { months: 0, days: 0, nanoseconds: 0n };
  for (const [index, value] of values.entries()) {
    const one = durationParts(made(durationOf(names[index] ?? 'seconds', value as bigint | number), site));
    sum = { months: sum.months + one.months, days: sum.days + one.days, nanoseconds: sum.nanoseconds + one.nanoseconds };
  }
  return makeDuration(sum);
}

/** PostgreSQL's justify_interval: days beyond 30 become months, hours beyond 24 days. */
function justified(value: TemporalValue): TemporalValue {
  const parts = durationParts(value);
  const perDay = 86_400_000_000_000n;
  const days = parts.days + Number(parts.nanoseconds / perDay);
  return makeDuration({ months: parts.months + Math.trunc(days / 30), days: days % 30, nanoseconds: parts.nanoseconds % perDay });
}

/** `year(x)`, `hour(x)` and so on. */
function partFunction(part: string): Implementation {
  return ([x], site) => datePart(part, x, site);
}

export const sqlTimeFunctions: Readonly<Record<string, Implementation>> = {
  now: (_args, site) => temporalOf('datetime', site.context.now),
  current_date: (_args, site) => temporalOf('date', site.context.now),
  current_time: (_args, site) => temporalOf('time', site.context.now),
  localtimestamp: (_args, site) => temporalOf('localdatetime', site.context.now),
  transaction_timestamp: (_args, site) => temporalOf('datetime', site.context.transactionStart ?? site.context.now),
  clock_timestamp: () => temporalOf('datetime', new Date()),
  date_trunc: ([unit, x, zone], site) => {
    const value = moment(x, site);
    if (value.kind === 'duration') return fail(site, 'A duration cannot be cut to a unit.');
    if (zone === undefined || value.kind !== 'datetime') return truncateTo(value.kind, String(unit), value, new Map(), making(site));
    const there = makeMoment('datetime', withZone('datetime', momentParts(value), zoneOfText(zone, site.span), true, making(site)));
    return truncateTo('datetime', String(unit), made(there, site), new Map(), making(site));
  },
  date_part: ([name, x], site) => datePart(name, x, site),
  quarter: partFunction('quarter'),
  ...Object.fromEntries(
    ['year', 'month', 'day', 'week', 'hour', 'minute', 'dayofyear', 'dayofweek'].map((part) => [part, partFunction(part)]),
  ),
  second: ([x], site) => BigInt(Math.floor(Number(datePart('second', x, site)))),
  dayname: ([x], site) => toChar(moment(x, site), 'FMDay', site.span),
  monthname: ([x], site) => toChar(moment(x, site), 'FMMonth', site.span),
  last_day: ([x], site) => lastDay(x, site),
  age: ([a, b], site) =>
    b === undefined ? age(temporalOf('date', site.context.now), moment(a, site), site) : age(moment(a, site), moment(b, site), site),
  date_add: ([x, by], site) => moved(x, by, 1, site),
  date_sub: ([x, by], site) => moved(x, by, -1, site),
  add_months: ([x, months], site) => {
    const value = moment(x, site);
    if (!hasDate(value.kind)) return fail(site, `A ${value.kind} has no month.`);
    const parts = momentParts(value);
    const count = Number(months);
    if (Math.abs(count) > 30_000_000_000) return fail(site, 'The result is outside the years -999999999 to 999999999.');
    const days = addMonths(parts.days, count);
    // The clock stays; the zone may have another offset then.
    if (value.kind === 'datetime' && days !== parts.days)
      return made(makeMoment('datetime', inZone(days, parts.nanoseconds, zoneOf(parts))), site);
    return made(makeMoment(value.kind as 'date', { ...parts, days }), site);
  },
  datediff: ([unit, from, to], site) => countBoundaries(unit, from, to, site),
  make_date: ([year, month, day], site) =>
    made(makeMoment('date', { days: makeDate(year, month, day, site), nanoseconds: 0, offset: 0, zone: undefined }), site),
  make_time: ([hour, minute, second], site) =>
    made(makeMoment('localtime', { days: 0, nanoseconds: makeClock(hour, minute, second, site), offset: 0, zone: undefined }), site),
  make_timestamp: ([year, month, day, hour, minute, second], site) => {
    const nanoseconds = makeClock(hour, minute, second, site);
    return made(makeMoment('localdatetime', { days: makeDate(year, month, day, site), nanoseconds, offset: 0, zone: undefined }), site);
  },
  make_timestamptz: ([year, month, day, hour, minute, second, zone], site) => {
    const nanoseconds = makeClock(hour, minute, second, site);
    const where = zone === undefined ? 0 : zoneOfText(zone, site.span);
    return made(makeMoment('datetime', inZone(makeDate(year, month, day, site), nanoseconds, where)), site);
  },
  make_interval: (args, site) => makeInterval(args, site),
  justify_interval: ([x]) => justified(x as TemporalValue),
  to_timestamp: ([seconds], site) => {
    if (typeof seconds === 'number' && !Number.isFinite(seconds))
      throw new QueryError('type/temporal', `${seconds} seconds are no moment.`, { span: site.span });
    // Beyond any calendar already, and the greatest floats have no microseconds.
    if (typeof seconds === 'number' && Math.abs(seconds) > 1e20)
      return fail(site, 'The datetime is outside the years -999999999 to 999999999.');
    const exact = typeof seconds === 'bigint' ? seconds * 1_000_000n : BigInt(Math.round(Number(seconds) * 1e6));
    return epochDatetime(exact * 1000n, 0, site.span);
  },
  to_char: ([x, pattern], site) => {
    const value = moment(x, site);
    return value.kind === 'duration' ? fail(site, 'to_char does not write durations.') : toChar(value, String(pattern), site.span);
  },
  strftime: ([pattern, x], site) => {
    const value = x === undefined ? temporalOf('datetime', site.context.now) : moment(x, site);
    return value.kind === 'duration' ? fail(site, 'strftime does not write durations.') : strftime(String(pattern), value, site.span);
  },
  timezone: ([zone, x], site) => atTimeZone(zone, x as TemporalValue, site),
  unixepoch: ([x], site) => epochOf(x === undefined ? temporalOf('datetime', site.context.now) : moment(x, site), site.span),
  julianday: ([x], site) => {
    const value = x === undefined ? temporalOf('datetime', site.context.now) : moment(x, site);
    return hasDate(value.kind) ? julian(value) : fail(site, `A ${value.kind} has no date.`);
  },
};
