// Temporal values from text: checked and brought to one canonical ISO 8601 text, so that equal values have equal texts and
// text order is time order. A value with an offset is turned to UTC (`Z`), as PostgreSQL does; years are 0000 to 9999;
// fractions of a second have up to nine digits and no zeros at the end.
//
//   parseTemporal('datetime', '2024-02-29T12:00+02:00')  → 2024-02-29T10:00:00Z
//   parseTemporal('duration', 'P1Y2M10DT90M')            → P1Y2M10DT1H30M

import type { TemporalKind } from './value.ts';
import { TemporalValue } from './value.ts';

const dateForm = /^(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?$/;
const timeForm = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?(?:\s*(Z|z|[+-]\d{2}(?::?\d{2})?)(?:\[[^\]]*\])?)?$/;
const durationForm =
  /^([-+])?P(?=.)(?:([-+]?\d+)Y)?(?:([-+]?\d+)M)?(?:([-+]?[\d.]+)W)?(?:([-+]?[\d.]+)D)?(?:T(?=.)(?:([-+]?[\d.]+)H)?(?:([-+]?[\d.]+)M)?(?:([-+]?[\d.]+)S)?)?$/;

interface Clock {
  readonly seconds: number;
  /** Digits after the point without zeros at the end. */
  readonly fraction: string;
  /** East of UTC; undefined if the text names no offset. */
  readonly offsetMinutes: number | undefined;
}

/** Reads the text as that kind. Undefined if it is not one. */
export function parseTemporal(kind: TemporalKind, text: string): TemporalValue | undefined {
  const trimmed = text.trim();
  switch (kind) {
    case 'date': {
      const day = readDate(trimmed);
      return day === undefined ? undefined : new TemporalValue('date', dateText(day));
    }
    case 'localtime':
    case 'time': {
      const clock = readClock(trimmed);
      if (clock === undefined || (kind === 'localtime' && clock.offsetMinutes !== undefined)) return undefined;
      const seconds = clock.seconds - (clock.offsetMinutes ?? 0) * 60;
      return new TemporalValue(kind, clockText(((seconds % 86400) + 86400) % 86400, clock.fraction) + (kind === 'time' ? 'Z' : ''));
    }
    case 'localdatetime':
    case 'datetime': {
      const [dayText, clockPart, more] = trimmed.split(/[Tt ](?=\d)/);
      const day = readDate(dayText ?? '');
      const clock = clockPart === undefined ? { seconds: 0, fraction: '', offsetMinutes: undefined } : readClock(clockPart);
      if (day === undefined || clock === undefined || more !== undefined) return undefined;
      if (kind === 'localdatetime' && clock.offsetMinutes !== undefined) return undefined;
      return instant(kind, day * 86400 + clock.seconds - (clock.offsetMinutes ?? 0) * 60, clock.fraction);
    }
    case 'duration':
      return readDuration(trimmed);
  }
}

/** Days since 1970-01-01. */
function readDate(text: string): number | undefined {
  const parts = dateForm.exec(text);
  if (parts === null) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 86_400_000 : undefined;
}

function readClock(text: string): Clock | undefined {
  const parts = timeForm.exec(text);
  if (parts === null) return undefined;
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = parts[5];
  let offsetMinutes: number | undefined;
  if (offset !== undefined) {
    const digits = offset.replace(/\D/g, '').padEnd(4, '0');
    offsetMinutes = (offset.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
    if (Math.abs(offsetMinutes) > 18 * 60) return undefined;
  }
  return { seconds: hour * 3600 + minute * 60 + second, fraction: (parts[4] ?? '').replace(/0+$/, ''), offsetMinutes };
}

function instant(kind: 'datetime' | 'localdatetime', epochSeconds: number, fraction: string): TemporalValue | undefined {
  const day = Math.floor(epochSeconds / 86400);
  const date = dateText(day);
  if (date.length !== 10) return undefined;
  return new TemporalValue(kind, `${date}T${clockText(epochSeconds - day * 86400, fraction)}${kind === 'datetime' ? 'Z' : ''}`);
}

/** Longer than ten characters outside the years 0000 to 9999. */
function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, -14);
}

function clockText(seconds: number, fraction: string): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === '' ? text : `${text}.${fraction}`;
}

// ------------------------------------------------------------------------------------------------ durations

interface DurationParts {
  readonly months: number;
  readonly days: number;
  readonly nanoseconds: bigint;
}

function readDuration(text: string): TemporalValue | undefined {
  const parts = durationForm.exec(text);
  if (parts === null || !/\d[A-Z]$/.test(text)) return undefined;
  const sign = parts[1] === '-' ? -1 : 1;
  const months = sign * (Number(parts[2] ?? 0) * 12 + Number(parts[3] ?? 0));
  let days = 0;
  let nanoseconds = 0n;
  for (const [index, secondsEach] of [604800n, 86400n, 3600n, 60n, 1n].entries()) {
    const amount = parts[index + 4];
    if (amount === undefined) continue;
    const exact = decimalTimes(amount, secondsEach * 1_000_000_000n);
    if (exact === undefined) return undefined;
    const wholeDays = index < 2 ? exact / 86_400_000_000_000n : 0n;
    days += sign * Number(wholeDays);
    nanoseconds += BigInt(sign) * (exact - wholeDays * 86_400_000_000_000n);
  }
  if (!Number.isSafeInteger(months) || !Number.isSafeInteger(days)) return undefined;
  return new TemporalValue('duration', durationText({ months, days, nanoseconds }));
}

/** `amount` × `unit`, the rest below one cut off. Undefined if `amount` is not a decimal number. */
function decimalTimes(amount: string, unit: bigint): bigint | undefined {
  const parts = /^([-+]?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (parts === null) return undefined;
  const digits = parts[3] ?? '';
  const size = (BigInt((parts[2] ?? '') + digits) * unit) / 10n ** BigInt(digits.length);
  return parts[1] === '-' ? -size : size;
}

function durationText({ months, days, nanoseconds }: DurationParts): string {
  let text = 'P';
  const years = Math.trunc(months / 12);
  if (years !== 0) text += `${years}Y`;
  if (months % 12 !== 0) text += `${months % 12}M`;
  if (days !== 0) text += `${days}D`;
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  const seconds = size / 1_000_000_000n;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  let time = '';
  if (seconds >= 3600n) time += `${sign}${seconds / 3600n}H`;
  if ((seconds / 60n) % 60n !== 0n) time += `${sign}${(seconds / 60n) % 60n}M`;
  if (seconds % 60n !== 0n || fraction !== '') time += `${sign}${seconds % 60n}${fraction === '' ? '' : `.${fraction}`}S`;
  if (time !== '') text += `T${time}`;
  return text === 'P' ? 'PT0S' : text;
}

function durationParts(text: string): DurationParts {
  const parts = durationForm.exec(text) ?? [];
  const count = (index: number): number => Number(parts[index] ?? 0);
  const nanoseconds =
    (decimalTimes(parts[6] ?? '0', 3600n) ?? 0n) * 1_000_000_000n +
    (decimalTimes(parts[7] ?? '0', 60n) ?? 0n) * 1_000_000_000n +
    (decimalTimes(parts[8] ?? '0', 1_000_000_000n) ?? 0n);
  return { months: count(2) * 12 + count(3), days: count(5), nanoseconds };
}

// ------------------------------------------------------------------------------------------------ instants, conversions, fields

/** The instant as that kind, in UTC. */
export function temporalOf(kind: Exclude<TemporalKind, 'duration'>, when: Date): TemporalValue {
  const value = parseTemporal('datetime', when.toISOString());
  const converted = value && convertTemporal(kind, value);
  if (converted === undefined) throw new Error(`no ${kind} of ${when.getTime()}`);
  return converted;
}

/** A value as another kind: a date has midnight, a local value is read as UTC. Undefined where a part is lacking. */
export function convertTemporal(kind: TemporalKind, value: TemporalValue): TemporalValue | undefined {
  if (kind === value.kind) return value;
  if (kind === 'duration' || value.kind === 'duration') return undefined;
  const hasDate = value.kind === 'date' || value.kind === 'datetime' || value.kind === 'localdatetime';
  const hasTime = value.kind !== 'date';
  const local = value.text.endsWith('Z') ? value.text.slice(0, -1) : value.text;
  const date = hasDate ? local.slice(0, 10) : undefined;
  const time = hasTime ? (hasDate ? local.slice(11) : local) : '00:00:00';
  switch (kind) {
    case 'date':
      return date === undefined ? undefined : new TemporalValue('date', date);
    case 'localtime':
      return hasTime ? new TemporalValue('localtime', time) : undefined;
    case 'time':
      return hasTime ? new TemporalValue('time', `${time}Z`) : undefined;
    case 'localdatetime':
      return date === undefined ? undefined : new TemporalValue('localdatetime', `${date}T${time}`);
    case 'datetime':
      return date === undefined ? undefined : new TemporalValue('datetime', `${date}T${time}Z`);
  }
}

const dateFields = ['year', 'quarter', 'month', 'week', 'day', 'dayOfWeek', 'ordinalDay'];
const timeFields = ['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'];
const durationFields = ['years', 'months', 'days', 'hours', 'minutes', 'seconds'];

/** The names that `temporalField` knows for a kind. */
export function temporalFields(kind: TemporalKind): readonly string[] {
  switch (kind) {
    case 'date':
      return dateFields;
    case 'localtime':
    case 'time':
      return timeFields;
    case 'localdatetime':
      return [...dateFields, ...timeFields];
    case 'datetime':
      return [...dateFields, ...timeFields, 'epochSeconds', 'epochMillis'];
    case 'duration':
      return durationFields;
  }
}

/** `.year`, `.hour` and so on; undefined for a name that the kind lacks. Fields of a duration are totals of their group: months counts years too, minutes counts hours. */
export function temporalField(value: TemporalValue, name: string): bigint | undefined {
  if (!temporalFields(value.kind).includes(name)) return undefined;
  if (value.kind === 'duration') return durationField(durationParts(value.text), name);
  const local = convertTemporal('localdatetime', value)?.text ?? `1970-01-01T${value.text.replace('Z', '')}`;
  const fraction = local.slice(20).padEnd(9, '0');
  const at = new Date(`${local.slice(0, 19)}Z`);
  const dayOfWeek = at.getUTCDay() || 7;
  switch (name) {
    case 'year':
      return BigInt(at.getUTCFullYear());
    case 'quarter':
      return BigInt(Math.floor(at.getUTCMonth() / 3) + 1);
    case 'month':
      return BigInt(at.getUTCMonth() + 1);
    case 'day':
      return BigInt(at.getUTCDate());
    case 'dayOfWeek':
      return BigInt(dayOfWeek);
    case 'ordinalDay':
      return BigInt(ordinalDay(at));
    case 'week': {
      // ISO 8601: the week belongs to the year that holds its Thursday.
      const thursday = new Date(at.getTime() + (4 - dayOfWeek) * 86_400_000);
      return BigInt(Math.ceil(ordinalDay(thursday) / 7));
    }
    case 'hour':
      return BigInt(at.getUTCHours());
    case 'minute':
      return BigInt(at.getUTCMinutes());
    case 'second':
      return BigInt(at.getUTCSeconds());
    case 'millisecond':
      return BigInt(fraction.slice(0, 3));
    case 'microsecond':
      return BigInt(fraction.slice(0, 6));
    case 'nanosecond':
      return BigInt(fraction);
    case 'epochSeconds':
      return BigInt(at.getTime() / 1000);
    default:
      return BigInt(at.getTime()) + BigInt(fraction.slice(0, 3));
  }
}

function ordinalDay(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000) + 1;
}

function durationField(parts: DurationParts, name: string): bigint {
  switch (name) {
    case 'years':
      return BigInt(Math.trunc(parts.months / 12));
    case 'months':
      return BigInt(parts.months);
    case 'days':
      return BigInt(parts.days);
    case 'hours':
      return parts.nanoseconds / 3_600_000_000_000n;
    case 'minutes':
      return parts.nanoseconds / 60_000_000_000n;
    default:
      return parts.nanoseconds / 1_000_000_000n;
  }
}
