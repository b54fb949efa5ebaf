// Dates and times taken apart and put together: the parts of a value, the text that people and the wire see, the text that is stored,
// and the key by which values of a kind are ordered.
//
//   text     2015-07-21T21:40:32+02:00[Europe/Stockholm]      12:30
//   stored   2015-07-21T19:40:32Z[Europe/Stockholm]           12:30:00
//
// Stored text begins with what decides the order, so that SQLite can compare it (docs/decisions/0012-offsets-and-zones-stay.md).

import { QueryError } from '../../parser/error.ts';
import { type MomentParts, type TemporalKind, TemporalValue } from '../value.ts';
import { civilDate, epochDay, inYears, isCivil, yearMax } from './calendar.ts';
import { atLocal, offsetAt, offsetText, readOffset, readZone, type Zone } from './zone.ts';

export type MomentKind = Exclude<TemporalKind, 'duration'>;

export const nsPerDay = 86_400e9;

export function hasDate(kind: TemporalKind): boolean {
  return kind === 'date' || kind === 'localdatetime' || kind === 'datetime';
}

export function hasClock(kind: TemporalKind): boolean {
  return kind !== 'date' && kind !== 'duration';
}

export function hasOffset(kind: TemporalKind): boolean {
  return kind === 'time' || kind === 'datetime';
}

// ------------------------------------------------------------------------------------------------ text

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** `2024-02-29`; a year beyond four digits has a sign. */
export function dateText(days: number): string {
  const { year, month, day } = civilDate(days);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

function yearText(year: number): string {
  if (year < 0) return `-${String(-year).padStart(4, '0')}`;
  return year > 9999 ? `+${year}` : String(year).padStart(4, '0');
}

/** `12:30`, `12:30:15.5`. Seconds are left out where they are zero, unless `always`. */
export function clockText(nanoseconds: number, always = false): string {
  const seconds = Math.floor(nanoseconds / 1e9);
  const fraction = nanoseconds - seconds * 1e9;
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  if (seconds % 60 === 0 && fraction === 0 && !always) return text;
  const digits = fraction === 0 ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${text}:${two(seconds % 60)}${digits}`;
}

/** A value of its parts. Undefined if the day is outside the years that Trefoil has. */
export function makeMoment(kind: MomentKind, parts: MomentParts): TemporalValue | undefined {
  if (!inYears(parts.days) || (kind === 'datetime' && !inYears(instantOf(parts).days))) return undefined;
  const date = hasDate(kind) ? dateText(parts.days) : '';
  const clock = hasClock(kind) ? clockText(parts.nanoseconds) : '';
  const offset = hasOffset(kind) ? offsetText(parts.offset) + (parts.zone === undefined ? '' : `[${parts.zone}]`) : '';
  const value = new TemporalValue(kind, `${date}${date !== '' && clock !== '' ? 'T' : ''}${clock}${offset}`);
  value.parts = parts;
  return value;
}

/** A local date and time in a zone. */
export function inZone(days: number, nanoseconds: number, zone: Zone): MomentParts {
  const local = atLocal(zone, days, nanoseconds);
  return { ...local, zone: typeof zone === 'string' ? zone : undefined };
}

/** An instant, given in UTC, as a zone's clocks show it. Nanoseconds may be beyond a day or negative. */
export function instantIn(days: number, nanoseconds: number, zone: Zone): MomentParts {
  const utc = carried(days, nanoseconds);
  const offset = offsetAt(zone, utc.days, utc.nanoseconds);
  const local = carried(utc.days, utc.nanoseconds + offset * 1e9);
  return { ...local, offset, zone: typeof zone === 'string' ? zone : undefined };
}

/** The zone that a moment with an offset is in. */
export function zoneOf(parts: MomentParts): Zone {
  return parts.zone ?? parts.offset;
}

/** Nanoseconds within their day. */
export function carried(days: number, nanoseconds: number): { readonly days: number; readonly nanoseconds: number } {
  const more = Math.floor(nanoseconds / nsPerDay);
  return more === 0 ? { days, nanoseconds } : { days: days + more, nanoseconds: nanoseconds - more * nsPerDay };
}

// ------------------------------------------------------------------------------------------------ parts

const momentForm =
  /^(?:([+-]?\d+)-(\d{2})-(\d{2}))?T?(?:(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:\d{2}(?::\d{2})?)?(?:\[([^\]]+)\])?$/;

/** The parts of a date or time. `type/temporal` for a text that another program put where a date should be. */
export function momentParts(value: TemporalValue): MomentParts {
  if (value.parts !== undefined && 'offset' in value.parts) return value.parts;
  const match = momentForm.exec(value.text);
  const offset = match?.[8] === undefined ? 0 : readOffset(match[8]);
  if (match === null || offset === undefined || (hasDate(value.kind) && match[1] === undefined))
    throw new QueryError('type/temporal', `The stored text '${value.text}' is not a ${value.kind}.`);
  const parts: MomentParts = {
    days: match[1] === undefined ? 0 : epochDay(Number(match[1]), Number(match[2]), Number(match[3])),
    nanoseconds: clockNanoseconds(match[4], match[5], match[6], match[7]),
    offset,
    zone: match[9],
  };
  value.parts = parts;
  return parts;
}

/** Parts of a clock's text as nanoseconds of the day; the fraction is digits after the point. */
export function clockNanoseconds(hour = '0', minute = '0', second = '0', fraction = ''): number {
  return (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1e9 + (fraction === '' ? 0 : Number(fraction.padEnd(9, '0')));
}

/** The instant of a datetime in UTC. */
export function instantOf(parts: MomentParts): { readonly days: number; readonly nanoseconds: number } {
  return carried(parts.days, parts.nanoseconds - parts.offset * 1e9);
}

// ------------------------------------------------------------------------------------------------ stored text and order

/** The text of a day by which days sort: outside the years 0000 to 9999 a mark below or above all digits, and nine digits. */
function sortableDate(days: number): string {
  const { year, month, day } = civilDate(days);
  if (year >= 0 && year <= 9999) return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const digits = String(year < 0 ? yearMax + year : year).padStart(9, '0');
  return `${year < 0 ? '!' : '~'}${digits}-${two(month)}-${two(day)}`;
}

/** The text under which a value is stored in columns and in JSON. */
export function storedText(value: TemporalValue): string {
  const { kind, text } = value;
  if (kind === 'duration' || (kind === 'date' && text.length === 10 && text.charCodeAt(0) >= 48)) return text;
  const parts = momentParts(value);
  switch (kind) {
    case 'date':
      return sortableDate(parts.days);
    case 'localtime':
      return clockText(parts.nanoseconds, true);
    case 'time':
      return clockText(parts.nanoseconds, true) + offsetText(parts.offset);
    case 'localdatetime':
      return `${sortableDate(parts.days)}T${clockText(parts.nanoseconds, true)}`;
    case 'datetime': {
      const utc = instantOf(parts);
      const zone = parts.zone ?? (parts.offset === 0 ? undefined : offsetText(parts.offset));
      return `${sortableDate(utc.days)}T${clockText(utc.nanoseconds, true)}Z${zone === undefined ? '' : `[${zone}]`}`;
    }
  }
}

/** The part of a stored datetime that is its instant: all to the Z. */
export function storedInstant(stored: string): string {
  return stored.slice(0, stored.indexOf('Z') + 1);
}

/** A text that sorts values of one kind as time goes; the same for values that are equal. Not for durations. */
export function orderText(value: TemporalValue): string {
  value.order ??= makeOrderText(value);
  return value.order;
}

function makeOrderText(value: TemporalValue): string {
  if (value.kind === 'datetime') return storedInstant(storedText(value)).slice(0, -1);
  if (value.kind !== 'time') return storedText(value);
  // Up to 18 hours before and 42 hours after midnight UTC.
  const parts = momentParts(value);
  return String(parts.nanoseconds - parts.offset * 1e9 + nsPerDay).padStart(15, '0');
}

const day = String.raw`\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)`;
const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,8}[1-9])?`;
// Most of what is stored: it is checked and read without being taken apart. The last day of February is left to the slower way.
const plain: Readonly<Record<MomentKind, RegExp>> = {
  date: new RegExp(`^${day}$`),
  localtime: new RegExp(`^${clock}$`),
  time: new RegExp(`^${clock}Z$`),
  localdatetime: new RegExp(`^${day}T${clock}$`),
  datetime: new RegExp(`^${day}T${clock}Z$`),
};

const storedForm =
  /^(?:(\d{4}|[!~]\d{9})-(\d{2})-(\d{2}))?T?(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?)?(Z|[+-][\d:]+)?(?:\[([^\]]+)\])?$/;

/** A value from its stored text. Undefined if the text is none. */
export function readStoredMoment(kind: MomentKind, stored: string): TemporalValue | undefined {
  if (plain[kind].test(stored)) {
    if (kind === 'date') return new TemporalValue(kind, stored);
    const utc = stored.endsWith('Z');
    const bare = utc ? stored.slice(0, -1) : stored;
    const short = bare.endsWith(':00') ? bare.slice(0, -3) : bare;
    return new TemporalValue(kind, utc ? `${short}Z` : short);
  }
  const match = storedForm.exec(stored);
  if (match === null) return undefined;
  const [, year, month, dayOfMonth, hour, minute, second, fraction, offsetPart, zonePart] = match;
  if (hasDate(kind) !== (year !== undefined) || hasClock(kind) !== (hour !== undefined) || hasOffset(kind) !== (offsetPart !== undefined))
    return undefined;
  const date =
    year === undefined ? { year: 1970, month: 1, day: 1 } : { year: storedYear(year), month: Number(month), day: Number(dayOfMonth) };
  const offset = offsetPart === undefined ? 0 : readOffset(offsetPart);
  if (!isCivil(date.year, date.month, date.day) || offset === undefined || (zonePart !== undefined && kind !== 'datetime'))
    return undefined;
  const days = epochDay(date.year, date.month, date.day);
  const nanoseconds = clockNanoseconds(hour, minute, second, fraction);
  if (kind !== 'datetime') return makeMoment(kind, { days, nanoseconds, offset, zone: undefined });
  const zone = zonePart === undefined ? offset : readZone(zonePart);
  return zone === undefined ? undefined : makeMoment(kind, instantIn(days, nanoseconds - offset * 1e9, zone));
}

function storedYear(text: string): number {
  if (text.startsWith('!')) return Number(text.slice(1)) - yearMax;
  return Number(text.startsWith('~') ? text.slice(1) : text);
}
