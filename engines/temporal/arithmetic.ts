// Dates and times with durations, and what lies between two of them.
//
//   date('2024-01-31') + P1M                          → 2024-02-29
//   duration.between(2024-01-31, 2024-03-01)          → P1M1D

import { QueryError, type Span } from '../../parser/error.ts';
import { type DurationParts, type MomentParts, TemporalValue, type Value } from '../value.ts';
import { addMonths, civilDate, modulo } from './calendar.ts';
import { addDurations, durationOf, durationParts, makeDuration, scaleDuration } from './duration.ts';
import {
  carried,
  hasClock,
  hasDate,
  hasOffset,
  instantIn,
  instantOf,
  inZone,
  makeMoment,
  momentParts,
  nsPerDay,
  zoneOf,
} from './moment.ts';

const dayLength = BigInt(nsPerDay);

/** A date or time and a duration: months first, then days, then time. Of the time a date takes whole days; a time of day goes round the clock. */
export function addDuration(value: TemporalValue, duration: TemporalValue, sign: 1 | -1, span: Span | undefined): TemporalValue {
  const { months, days, nanoseconds } = durationParts(duration);
  const parts = momentParts(value);
  if (value.kind === 'duration') throw new Error('a duration is no moment');
  const time = BigInt(sign) * nanoseconds;
  const wholeDays = time / dayLength;
  const rest = Number(time % dayLength);
  if (!hasDate(value.kind)) {
    const moved = makeMoment(value.kind, { ...parts, nanoseconds: modulo(parts.nanoseconds + rest, nsPerDay) });
    return moved ?? outside(value, span);
  }
  // Beyond any calendar already: so that the counting below stays exact.
  if (
    Math.abs(months) > 30_000_000_000 ||
    Math.abs(days) > 900_000_000_000 ||
    wholeDays > 900_000_000_000n ||
    wholeDays < -900_000_000_000n
  )
    return outside(value, span);
  const moved = addMonths(parts.days, sign * months) + sign * days;
  if (value.kind === 'date') return makeMoment('date', { ...parts, days: moved + Number(wholeDays) }) ?? outside(value, span);
  if (value.kind === 'localdatetime') {
    const sum = carried(moved + Number(wholeDays), parts.nanoseconds + rest);
    return makeMoment(value.kind, { ...parts, ...sum }) ?? outside(value, span);
  }
  const zone = zoneOf(parts);
  const local = moved === parts.days ? parts : inZone(moved, parts.nanoseconds, zone);
  const from = instantOf(local);
  return makeMoment('datetime', instantIn(from.days + Number(wholeDays), from.nanoseconds + rest, zone)) ?? outside(value, span);
}

function outside(value: TemporalValue, span: Span | undefined): never {
  throw new QueryError('type/overflow', `The ${value.kind} is outside the years -999999999 to 999999999.`, { span });
}

// ------------------------------------------------------------------------------------------------ differences

export type Measure = 'between' | 'months' | 'days' | 'seconds';

/**
 * The duration from one moment to another. What one lacks it takes from the other: a date has midnight, a time of day the other's day, a local
 * value the other's zone. If neither has a date, only their time counts.
 */
export function durationBetween(measure: Measure, from: TemporalValue, to: TemporalValue): TemporalValue {
  const [a, b] = aligned(from, to);
  const zone = hasOffset(from.kind) || hasOffset(to.kind) ? zoneOf(a) : undefined;
  const instantTime = (parts: MomentParts): bigint => {
    const at = zone === undefined ? parts : instantOf(parts);
    return BigInt(at.days) * dayLength + BigInt(at.nanoseconds);
  };
  const none: DurationParts = { months: 0, days: 0, nanoseconds: 0n };
  if (measure === 'seconds') return makeDuration({ ...none, nanoseconds: instantTime(b) - instantTime(a) });
  const months = measure === 'days' ? 0 : monthsUntil(a, b);
  if (measure === 'months') return makeDuration({ ...none, months });
  const later: MomentParts = { ...a, days: addMonths(a.days, months) };
  const days = daysUntil(later, b);
  if (measure === 'days') return makeDuration({ ...none, days });
  const start = { ...later, days: later.days + days };
  const there = zone === undefined ? start : inZone(start.days, start.nanoseconds, zone);
  return makeDuration({ months, days, nanoseconds: instantTime(b) - instantTime(start.days === a.days ? a : there) });
}

/** Both with date, time and the zone of the first, if any has one. */
function aligned(from: TemporalValue, to: TemporalValue): [MomentParts, MomentParts] {
  const [x, y] = [momentParts(from), momentParts(to)];
  const day = hasDate(from.kind) ? x.days : hasDate(to.kind) ? y.days : 0;
  const otherDay = hasDate(to.kind) ? y.days : day;
  const zone = hasOffset(from.kind) ? zoneOf(x) : hasOffset(to.kind) ? zoneOf(y) : undefined;
  const clock = (value: TemporalValue, parts: MomentParts): number => (hasClock(value.kind) ? parts.nanoseconds : 0);
  const place = (value: TemporalValue, parts: MomentParts, days: number): MomentParts => {
    const local: MomentParts = { days, nanoseconds: clock(value, parts), offset: 0, zone: undefined };
    if (zone === undefined) return local;
    if (value.kind === 'datetime') return parts;
    return inZone(days, local.nanoseconds, value.kind === 'time' ? parts.offset : zone);
  };
  const start = place(from, x, day);
  const end = place(to, y, otherDay);
  if (zone === undefined) return [start, end];
  const instant = instantOf(end);
  return [start, instantIn(instant.days, instant.nanoseconds, zoneOf(start))];
}

/** Whole months, less the last where the clock has not come round to it. */
function monthsUntil(a: MomentParts, b: MomentParts): number {
  const end = civilDate(clockAdjusted(a, b));
  const start = civilDate(a.days);
  const packed = (date: { year: number; month: number; day: number }): number => (date.year * 12 + date.month - 1) * 32 + date.day;
  return Math.trunc((packed(end) - packed(start)) / 32) + 0;
}

function daysUntil(a: MomentParts, b: MomentParts): number {
  return clockAdjusted(a, b) - a.days;
}

/** The last day that is whole days away from the first moment. */
function clockAdjusted(a: MomentParts, b: MomentParts): number {
  if (b.days > a.days && b.nanoseconds < a.nanoseconds) return b.days - 1;
  return b.days < a.days && b.nanoseconds > a.nanoseconds ? b.days + 1 : b.days;
}

/** What `a - b` gives for two moments of one kind: days and time, as PostgreSQL counts. */
function differenceOf(a: TemporalValue, b: TemporalValue): TemporalValue {
  const parts = durationBetween('seconds', b, a);
  const total = durationParts(parts).nanoseconds;
  if (!hasDate(a.kind)) return parts;
  const days = total / dayLength;
  return makeDuration({ months: 0, days: Number(days), nanoseconds: total - days * dayLength });
}

// ------------------------------------------------------------------------------------------------ operators

/**
 * `+ - * /` where an operand is temporal: a moment and a duration, two moments, a duration and a number; and, as in SQL, a date and a number of days,
 * where two dates are so many days apart. Undefined for other operands.
 */
export function operateOnTemporals(operator: string, left: Value, right: Value, span: Span | undefined): Value {
  const a = left instanceof TemporalValue ? left : undefined;
  const b = right instanceof TemporalValue ? right : undefined;
  if (operator === '+' || operator === '-') {
    const sign = operator === '+' ? 1 : -1;
    if (a && b) return operator === '+' ? sumOf(a, b, span) : minus(a, b, span);
    if (a?.kind === 'date' && typeof right === 'bigint') return addDuration(a, daysOf(right, span), sign, span);
    if (operator === '+' && b?.kind === 'date' && typeof left === 'bigint') return addDuration(b, daysOf(left, span), 1, span);
    return undefined;
  }
  const isNumber = (value: Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';
  if (a?.kind === 'duration' && isNumber(right) && (operator === '*' || operator === '/')) return scaleDuration(a, operator, right, span);
  return operator === '*' && b?.kind === 'duration' && isNumber(left) ? scaleDuration(b, '*', left, span) : undefined;
}

function daysOf(count: bigint, span: Span | undefined): TemporalValue {
  const days = durationOf('days', count);
  if (days === undefined) throw new QueryError('type/overflow', 'The result is beyond the range of a date.', { span });
  return days;
}

function sumOf(a: TemporalValue, b: TemporalValue, span: Span | undefined): Value {
  if (a.kind === 'duration' && b.kind === 'duration') return addDurations(a, b, 1, span);
  if (b.kind === 'duration') return addDuration(a, b, 1, span);
  if (a.kind === 'duration') return addDuration(b, a, 1, span);
  // A day and a clock's time make a moment, as in SQL.
  const [date, clock] = a.kind === 'date' ? [a, b] : [b, a];
  if (date.kind !== 'date' || hasDate(clock.kind)) return undefined;
  const parts = momentParts(clock);
  return makeMoment(clock.kind === 'time' ? 'datetime' : 'localdatetime', { ...parts, days: momentParts(date).days }) ?? undefined;
}

function minus(a: TemporalValue, b: TemporalValue, span: Span | undefined): Value {
  if (b.kind === 'duration') return a.kind === 'duration' ? addDurations(a, b, -1, span) : addDuration(a, b, -1, span);
  if (a.kind === 'duration' || hasDate(a.kind) !== hasDate(b.kind)) return undefined;
  if (a.kind === 'date' && b.kind === 'date') return BigInt(momentParts(a).days - momentParts(b).days);
  return differenceOf(a, b);
}
