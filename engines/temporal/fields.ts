// The fields of temporal values: `.year`, `.weekYear`, `.offset`, `.secondsOfMinute`.

import type { TemporalKind, TemporalValue } from '../value.ts';
import { civilDate, dayOfWeek, epochDay, quarterOf, quarterStart, weekOf } from './calendar.ts';
import { durationParts } from './duration.ts';
import { instantOf, momentParts } from './moment.ts';
import { offsetText } from './zone.ts';

const dateFields = ['year', 'quarter', 'month', 'week', 'weekYear', 'day', 'dayOfWeek', 'weekDay', 'ordinalDay', 'dayOfQuarter'];
const clockFields = ['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'];
const offsetFields = ['timezone', 'offset', 'offsetMinutes', 'offsetSeconds'];
const durationFields = [
  'years',
  'quarters',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'quartersOfYear',
  'monthsOfYear',
  'monthsOfQuarter',
  'daysOfWeek',
  'minutesOfHour',
  'secondsOfMinute',
  'millisecondsOfSecond',
  'microsecondsOfSecond',
  'nanosecondsOfSecond',
];

const fieldsOf: Readonly<Record<TemporalKind, readonly string[]>> = {
  date: dateFields,
  localtime: clockFields,
  time: [...clockFields, ...offsetFields],
  localdatetime: [...dateFields, ...clockFields],
  datetime: [...dateFields, ...clockFields, ...offsetFields, 'epochSeconds', 'epochMillis'],
  duration: durationFields,
};

/** The names that `temporalField` knows for a kind. */
export function temporalFields(kind: TemporalKind): readonly string[] {
  return fieldsOf[kind];
}

/** The type of a field that the kind has. */
export function temporalFieldType(name: string): 'text' | 'integer' {
  return name === 'timezone' || name === 'offset' ? 'text' : 'integer';
}

/** Undefined for a name that the kind lacks. A millisecond counts whole milliseconds, a nanosecond all of the second's fraction. */
export function temporalField(value: TemporalValue, name: string): bigint | string | undefined {
  if (!fieldsOf[value.kind].includes(name)) return undefined;
  if (value.kind === 'duration') return durationField(value, name);
  const parts = momentParts(value);
  const seconds = Math.floor(parts.nanoseconds / 1e9);
  switch (name) {
    case 'hour':
      return BigInt(Math.floor(seconds / 3600));
    case 'minute':
      return BigInt(Math.floor(seconds / 60) % 60);
    case 'second':
      return BigInt(seconds % 60);
    case 'millisecond':
      return BigInt(Math.floor((parts.nanoseconds % 1e9) / 1e6));
    case 'microsecond':
      return BigInt(Math.floor((parts.nanoseconds % 1e9) / 1e3));
    case 'nanosecond':
      return BigInt(parts.nanoseconds % 1e9);
    case 'timezone':
      return parts.zone ?? offsetText(parts.offset);
    case 'offset':
      return offsetText(parts.offset);
    case 'offsetMinutes':
      return BigInt(Math.trunc(parts.offset / 60));
    case 'offsetSeconds':
      return BigInt(parts.offset);
    case 'epochSeconds':
    case 'epochMillis': {
      const utc = instantOf(parts);
      const epoch = BigInt(utc.days) * 86_400n + BigInt(Math.floor(utc.nanoseconds / 1e9));
      return name === 'epochSeconds' ? epoch : epoch * 1000n + BigInt(Math.floor((utc.nanoseconds % 1e9) / 1e6));
    }
    default:
      return BigInt(dateField(parts.days, name));
  }
}

function dateField(days: number, name: string): number {
  const { year, month, day } = civilDate(days);
  switch (name) {
    case 'year':
      return year;
    case 'month':
      return month;
    case 'day':
      return day;
    case 'quarter':
      return quarterOf(month);
    case 'week':
      return weekOf(days).week;
    case 'weekYear':
      return weekOf(days).weekYear;
    case 'dayOfWeek':
    case 'weekDay':
      return dayOfWeek(days);
    case 'ordinalDay':
      return days - epochDay(year, 1, 1) + 1;
    default:
      return days - quarterStart(year, quarterOf(month)) + 1;
  }
}

/** The names of one group are totals of it (months counts years too, minutes counts hours); those with Of are what is left of the larger one. */
function durationField(value: TemporalValue, name: string): bigint {
  const { months, days, nanoseconds } = durationParts(value);
  const wholeMonths = BigInt(months);
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = nanoseconds % 1_000_000_000n;
  switch (name) {
    case 'years':
      return wholeMonths / 12n;
    case 'quarters':
      return wholeMonths / 3n;
    case 'months':
      return wholeMonths;
    case 'weeks':
      return BigInt(days) / 7n;
    case 'days':
      return BigInt(days);
    case 'hours':
      return seconds / 3600n;
    case 'minutes':
      return seconds / 60n;
    case 'seconds':
      return seconds;
    case 'milliseconds':
      return nanoseconds / 1_000_000n;
    case 'microseconds':
      return nanoseconds / 1_000n;
    case 'nanoseconds':
      return nanoseconds;
    case 'quartersOfYear':
      return (wholeMonths % 12n) / 3n;
    case 'monthsOfYear':
      return wholeMonths % 12n;
    case 'monthsOfQuarter':
      return wholeMonths % 3n;
    case 'daysOfWeek':
      return BigInt(days) % 7n;
    case 'minutesOfHour':
      return (seconds / 60n) % 60n;
    case 'secondsOfMinute':
      return seconds % 60n;
    case 'millisecondsOfSecond':
      return fraction / 1_000_000n;
    case 'microsecondsOfSecond':
      return fraction / 1_000n;
    default:
      return fraction;
  }
}
