// Temporal values from text: checked and brought to one canonical ISO 8601 text, so that equal values have equal texts and
// text order is time order. A value with an offset is turned to UTC (`Z`), as PostgreSQL does; years are 0000 to 9999;
// fractions of a second have up to nine digits and no zeros at the end. The calendar is Temporal's (temporal-polyfill).
//
//   parseTemporal('datetime', '2024-02-29T12:00+02:00')  → 2024-02-29T10:00:00Z
//   parseTemporal('duration', 'P1Y2M10DT90M')            → P1Y2M10DT1H30M

import { createRequire } from 'node:module';
import { durationField, durationFields, readDuration } from './duration.ts';
import type { TemporalKind } from './value.ts';
import { TemporalValue } from './value.ts';

type Temporal = typeof import('temporal-polyfill').Temporal;
type PlainTime = ReturnType<Temporal['PlainTime']['from']>;

let loaded: Temporal | undefined;

/** Loaded when the first value needs it: loading takes longer than most statements. */
function temporal(): Temporal {
  loaded ??= (createRequire(import.meta.url)('temporal-polyfill') as typeof import('temporal-polyfill')).Temporal;
  return loaded;
}

// Canonical text is its own value. What is stored is canonical, so reading a million dates needs neither Temporal nor its time.
// The last day of February is left to Temporal.
const day = String.raw`\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)`;
const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,8}[1-9])?`;
const canonical: Readonly<Record<Exclude<TemporalKind, 'duration'>, RegExp>> = {
  date: new RegExp(`^${day}$`),
  localtime: new RegExp(`^${clock}$`),
  time: new RegExp(`^${clock}Z$`),
  localdatetime: new RegExp(`^${day}T${clock}$`),
  datetime: new RegExp(`^${day}T${clock}Z$`),
};

// The forms that openCypher accepts; they are more than Temporal's: a year or a month alone, one or two parts of a clock.
const dateForm = /^(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?$/;
const timeForm = /^(\d{2})(?::?(\d{2})(?::?([0-5]\d)(?:[.,](\d{1,9}))?)?)?(?:\s*(Z|z|[+-]\d{2}(?::?\d{2})?)(?:\[[^\]]*\])?)?$/;
const offsetHoursMax = 18;

/** Reads the text as that kind. Undefined if it is not one. */
export function parseTemporal(kind: TemporalKind, text: string): TemporalValue | undefined {
  if (kind === 'duration') return readDuration(text.trim());
  if (canonical[kind].test(text)) return new TemporalValue(kind, text);
  const read = canonicalText(kind, text.trim());
  // Temporal writes years beyond four digits with a sign, as in +010000.
  return read === undefined || /^[+-]/.test(read) ? undefined : new TemporalValue(kind, read);
}

function canonicalText(kind: Exclude<TemporalKind, 'duration'>, text: string): string | undefined {
  try {
    switch (kind) {
      case 'date':
        return readDate(text)?.toString();
      case 'localtime':
      case 'time': {
        const read = readClock(text);
        if (read === undefined || (kind === 'localtime' && read.offsetMinutes !== undefined)) return undefined;
        return read.time.subtract({ minutes: read.offsetMinutes ?? 0 }).toString() + (kind === 'time' ? 'Z' : '');
      }
      case 'localdatetime':
      case 'datetime': {
        const [dayText = '', clockText, more] = text.split(/[Tt ](?=\d)/);
        const read = readClock(clockText ?? '00');
        if (read === undefined || more !== undefined || (kind === 'localdatetime' && read.offsetMinutes !== undefined)) return undefined;
        const local = readDate(dayText)?.toPlainDateTime(read.time);
        return local && local.subtract({ minutes: read.offsetMinutes ?? 0 }).toString() + (kind === 'datetime' ? 'Z' : '');
      }
    }
  } catch (error) {
    // Temporal throws this for a day or an hour that does not exist.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readDate(text: string): ReturnType<Temporal['PlainDate']['from']> | undefined {
  const parts = dateForm.exec(text);
  return parts === null ? undefined : temporal().PlainDate.from(`${parts[1]}-${parts[2] ?? '01'}-${parts[3] ?? '01'}`);
}

function readClock(text: string): { readonly time: PlainTime; readonly offsetMinutes: number | undefined } | undefined {
  const parts = timeForm.exec(text);
  if (parts === null) return undefined;
  const time = temporal().PlainTime.from(`${parts[1]}:${parts[2] ?? '00'}:${parts[3] ?? '00'}.${parts[4] ?? '0'}`);
  const offset = parts[5];
  if (offset === undefined) return { time, offsetMinutes: undefined };
  const digits = offset.replace(/\D/g, '').padEnd(4, '0');
  const offsetMinutes = (offset.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
  return Math.abs(offsetMinutes) > offsetHoursMax * 60 ? undefined : { time, offsetMinutes };
}

/** The instant as that kind, in UTC. */
export function temporalOf(kind: Exclude<TemporalKind, 'duration'>, when: Date): TemporalValue {
  const value = parseTemporal('datetime', when.toISOString().replace(/\.?0+Z$/, 'Z'));
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

/** The kinds that a text beside a document's value may be read as. */
export const momentKinds = ['date', 'datetime', 'localdatetime'] as const;

/** The text as a value of that kind, as CAST reads it: the date of '2024-01-31T10:00', midnight of '2024-01-31'. */
export function readMoment(kind: (typeof momentKinds)[number], text: string): TemporalValue | undefined {
  const direct = parseTemporal(kind, text);
  if (direct !== undefined) return direct;
  const whole = parseTemporal('datetime', text);
  return whole && convertTemporal(kind, whole);
}

/** Does the text look like a date, with or without a time behind it? A year alone does not. */
export function isMomentText(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && readMoment('datetime', text) !== undefined;
}

const dateFields = ['year', 'quarter', 'month', 'week', 'day', 'dayOfWeek', 'ordinalDay'];
const timeFields = ['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'];

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

/** `.year`, `.hour` and so on; undefined for a name that the kind lacks. A millisecond counts whole milliseconds, a nanosecond all of the second's fraction. */
export function temporalField(value: TemporalValue, name: string): bigint | undefined {
  if (!temporalFields(value.kind).includes(name)) return undefined;
  if (value.kind === 'duration') return durationField(value.text, name);
  const local = temporal().PlainDateTime.from(convertTemporal('localdatetime', value)?.text ?? `1970-01-01T${value.text.replace('Z', '')}`);
  const microseconds = local.millisecond * 1000 + local.microsecond;
  switch (name) {
    case 'year':
    case 'month':
    case 'day':
    case 'dayOfWeek':
    case 'hour':
    case 'minute':
    case 'second':
    case 'millisecond':
      return BigInt(local[name]);
    case 'quarter':
      return BigInt(Math.ceil(local.month / 3));
    case 'ordinalDay':
      return BigInt(local.dayOfYear);
    case 'week':
      return BigInt(local.weekOfYear ?? 0);
    case 'microsecond':
      return BigInt(microseconds);
    case 'nanosecond':
      return BigInt(microseconds * 1000 + local.nanosecond);
    default: {
      const { epochMilliseconds } = local.toZonedDateTime('UTC');
      return BigInt(name === 'epochSeconds' ? Math.floor(epochMilliseconds / 1000) : epochMilliseconds);
    }
  }
}
