// Temporal values from text: all forms of ISO 8601 that openCypher accepts, basic and extended, whole and cut off, with weeks, ordinal days
// and quarters; and a space for the T, as SQL writes it.
//
//   parseTemporal('date', '2015-W30-2')                       → 2015-07-21
//   parseTemporal('datetime', '20150721T2140[Europe/London]')  → 2015-07-21T21:40+01:00[Europe/London]

import { type TemporalKind, TemporalValue } from '../value.ts';
import { epochDay, firstWeek, isCivil, quarterStart, weekOf } from './calendar.ts';
import { readDuration } from './duration.ts';
import { clockNanoseconds, hasOffset, inZone, instantIn, makeMoment, readStoredMoment, type MomentKind } from './moment.ts';
import { readOffset, readZone } from './zone.ts';

/** Reads the text as that kind. Undefined if it is not one. */
export function parseTemporal(kind: TemporalKind, text: string): TemporalValue | undefined {
  const bare = text.trim();
  return kind === 'duration' ? readDuration(bare) : parseMoment(kind, bare);
}

/** A value from the text it is stored under, or from what another program wrote instead. Undefined if it is none. */
export function readStored(kind: TemporalKind, stored: string): TemporalValue | undefined {
  if (kind === 'duration') return readDuration(stored);
  return readStoredMoment(kind, stored) ?? parseMoment(kind, stored);
}

/** As readStored; what cannot be read becomes a value that says so when it is used. For columns, whose type is declared. */
export function readColumn(kind: TemporalKind, stored: string): TemporalValue {
  return readStored(kind, stored) ?? new TemporalValue(kind, stored);
}

function parseMoment(kind: MomentKind, text: string): TemporalValue | undefined {
  if (kind === 'date') {
    const days = readDate(text);
    return days === undefined ? undefined : makeMoment(kind, { days, nanoseconds: 0, offset: 0, zone: undefined });
  }
  if (kind === 'time' || kind === 'localtime') {
    const clock = readClock(text);
    if (clock === undefined || clock.zone !== undefined || (kind === 'localtime' && clock.offset !== undefined)) return undefined;
    return makeMoment(kind, { days: 0, nanoseconds: clock.nanoseconds, offset: clock.offset ?? 0, zone: undefined });
  }
  const cut = text.search(/[Tt ](?=\d)/);
  const days = readDate(cut < 0 ? text.replace(/\[[^\]]*\]$/, '') : text.slice(0, cut));
  const clock = readClock(cut < 0 ? `00${/\[[^\]]*\]$/.exec(text)?.[0] ?? ''}` : text.slice(cut + 1));
  if (days === undefined || clock === undefined) return undefined;
  const local = { days, nanoseconds: clock.nanoseconds };
  if (!hasOffset(kind)) {
    const bare = clock.offset === undefined && clock.zone === undefined;
    return bare ? makeMoment(kind, { ...local, offset: 0, zone: undefined }) : undefined;
  }
  if (clock.zone === undefined) return makeMoment(kind, { ...local, offset: clock.offset ?? 0, zone: undefined });
  if (clock.offset === undefined) return makeMoment(kind, inZone(days, clock.nanoseconds, clock.zone));
  // With both, the offset says which instant it is; it must be one that the zone has then, or Z, which stands for the instant alone.
  const found = instantIn(days, clock.nanoseconds - clock.offset * 1e9, clock.zone);
  return found.offset === clock.offset || clock.isUtc ? makeMoment(kind, found) : undefined;
}

const dateForm =
  /^(\d{4}|[+-]\d{4,9})(?:-?W(\d{2})(?:-?([1-7]))?|-?Q([1-4])(?:-?(\d{1,2}))?|-(\d{2})(?:-(\d{2}))?|-(\d{3})|(\d{2})(\d{2})|(\d{2})|(\d{3}))?$/;

/** The day number of a date's text; parts that lack are the first. */
function readDate(text: string): number | undefined {
  const match = dateForm.exec(text);
  if (match === null) return undefined;
  const year = Number(match[1]);
  const [week, weekDay, quarter, quarterDay] = [match[2], match[3], match[4], match[5]].map((n) =>
    n === undefined ? undefined : Number(n),
  );
  if (week !== undefined) return weekDate(year, week, weekDay ?? 1);
  if (quarter !== undefined) return quarterDate(year, quarter, quarterDay ?? 1);
  const ordinal = match[8] ?? match[12];
  if (ordinal !== undefined) return ordinalDate(year, Number(ordinal));
  return civil(year, Number(match[6] ?? match[9] ?? match[11] ?? 1), Number(match[7] ?? match[10] ?? 1));
}

/** The day number. Undefined if there is no such day. */
export function civil(year: number, month: number, day: number): number | undefined {
  return isCivil(year, month, day) ? epochDay(year, month, day) : undefined;
}

/** The day number of an ISO week date. Undefined if the year has no such week. */
export function weekDate(year: number, week: number, weekDay: number): number | undefined {
  const days = firstWeek(year) + (week - 1) * 7 + weekDay - 1;
  return week >= 1 && weekDay >= 1 && weekDay <= 7 && weekOf(days).weekYear === year ? days : undefined;
}

/** The day number of a day of a year. Undefined if the year has no such day. */
export function ordinalDate(year: number, ordinal: number): number | undefined {
  const start = epochDay(year, 1, 1);
  return ordinal >= 1 && ordinal <= epochDay(year + 1, 1, 1) - start ? start + ordinal - 1 : undefined;
}

/** The day number of a day of a quarter. Undefined if the quarter has no such day. */
export function quarterDate(year: number, quarter: number, day: number): number | undefined {
  if (quarter < 1 || quarter > 4) return undefined;
  const start = quarterStart(year, quarter);
  return day >= 1 && day <= quarterStart(year, quarter + 1) - start ? start + day - 1 : undefined;
}

const clockForm =
  /^(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?|(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?)?(?:\s*(Z|z|[+-][\d:]+))?(?:\[([^\]]+)\])?$/;

interface Clock {
  readonly nanoseconds: number;
  readonly offset: number | undefined;
  readonly isUtc: boolean;
  readonly zone: string | number | undefined;
}

function readClock(text: string): Clock | undefined {
  const match = clockForm.exec(text);
  if (match === null) return undefined;
  const [hour, minute, second] = [match[1] ?? '0', match[2] ?? match[5] ?? '0', match[3] ?? match[6] ?? '0'];
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = match[8] === undefined ? undefined : readOffset(match[8]);
  const zone = match[9] === undefined ? undefined : readZone(match[9]);
  if ((match[8] !== undefined && offset === undefined) || (match[9] !== undefined && zone === undefined)) return undefined;
  return {
    nanoseconds: clockNanoseconds(hour, minute, second, match[4] ?? match[7]),
    offset,
    isUtc: match[8]?.toUpperCase() === 'Z',
    zone,
  };
}
