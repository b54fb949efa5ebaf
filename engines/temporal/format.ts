// Dates and times as text by a pattern: the letters of to_char (PostgreSQL) and the signs of strftime (SQLite, C).
//
//   toChar(date('2024-02-29'), 'DD Mon YYYY')    29 Feb 2024
//   strftime('%d/%m/%Y', date('2024-02-29'))      29/02/2024

import { QueryError, type Span } from '../../parser/error.ts';
import type { TemporalValue } from '../value.ts';
import { temporalField } from './fields.ts';
import { clockText, dateText, hasClock, hasDate, momentParts } from './moment.ts';

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const weekDays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const padded = (n: bigint, width: number): string => (n < 0n ? `-${String(-n).padStart(width, '0')}` : String(n).padStart(width, '0'));

/** What a sign may ask of the value. */
interface Asked {
  number(name: string): bigint;
  text(name: string): string;
}

function ask(value: TemporalValue, sign: string, span: Span | undefined): Asked {
  const field = (name: string): bigint | string => {
    const found = temporalField(value, name);
    if (found !== undefined) return found;
    throw new QueryError('type/temporal', `A ${value.kind} has no ${name}, which "${sign}" asks for.`, { span });
  };
  return { number: (name) => BigInt(field(name)), text: (name) => String(field(name)) };
}

const twelve = (hour: bigint): bigint => ((hour + 11n) % 12n) + 1n;

/** `+02`, `+05:30` of an offset's text. */
function offsetDigits(text: string, colon: boolean): string {
  const offset = text === 'Z' ? '+00:00' : text;
  return colon ? offset : offset.replaceAll(':', '');
}

// ------------------------------------------------------------------------------------------------ to_char

type Writer = (asked: Asked) => string;

const monthName = (a: Asked): string => months[Number(a.number('month')) - 1] ?? '';
const dayName = (a: Asked): string => weekDays[Number(a.number('dayOfWeek')) - 1] ?? '';
const number =
  (name: string, width: number): Writer =>
  (a) =>
    padded(a.number(name), width);

/** Longer patterns stand before those that they begin with. Numbers have a fixed width and names of months and days nine letters, unless FM stands before. */
const toCharSigns: readonly (readonly [string, Writer])[] = [
  ['YYYY', number('year', 4)],
  ['IYYY', number('weekYear', 4)],
  ['HH24', number('hour', 2)],
  ['HH12', (a) => padded(twelve(a.number('hour')), 2)],
  ['SSSSS', (a) => String(a.number('hour') * 3600n + a.number('minute') * 60n + a.number('second'))],
  ['SSSS', (a) => String(a.number('hour') * 3600n + a.number('minute') * 60n + a.number('second'))],
  ['MONTH', (a) => monthName(a).toUpperCase().padEnd(9)],
  ['Month', (a) => monthName(a).padEnd(9)],
  ['month', (a) => monthName(a).toLowerCase().padEnd(9)],
  ['MON', (a) => monthName(a).slice(0, 3).toUpperCase()],
  ['Mon', (a) => monthName(a).slice(0, 3)],
  ['mon', (a) => monthName(a).slice(0, 3).toLowerCase()],
  ['DAY', (a) => dayName(a).toUpperCase().padEnd(9)],
  ['Day', (a) => dayName(a).padEnd(9)],
  ['day', (a) => dayName(a).toLowerCase().padEnd(9)],
  ['DDD', number('ordinalDay', 3)],
  ['TZH', (a) => offsetDigits(a.text('offset'), true).slice(0, 3)],
  ['TZM', (a) => offsetDigits(a.text('offset'), true).slice(4, 6)],
  ['TZ', (a) => a.text('timezone').replace(/^Z$/, 'UTC')],
  ['OF', (a) => offsetDigits(a.text('offset'), true).replace(/:00$/, '')],
  ['DY', (a) => dayName(a).slice(0, 3).toUpperCase()],
  ['Dy', (a) => dayName(a).slice(0, 3)],
  ['dy', (a) => dayName(a).slice(0, 3).toLowerCase()],
  ['YY', (a) => padded(((a.number('year') % 100n) + 100n) % 100n, 2)],
  ['MM', number('month', 2)],
  ['MI', number('minute', 2)],
  ['MS', number('millisecond', 3)],
  ['US', number('microsecond', 6)],
  ['NS', number('nanosecond', 9)],
  ['DD', number('day', 2)],
  ['ID', number('dayOfWeek', 1)],
  ['IW', number('week', 2)],
  ['WW', (a) => padded((a.number('ordinalDay') + 6n) / 7n, 2)],
  ['HH', (a) => padded(twelve(a.number('hour')), 2)],
  ['SS', number('second', 2)],
  ['AM', (a) => (a.number('hour') < 12n ? 'AM' : 'PM')],
  ['PM', (a) => (a.number('hour') < 12n ? 'AM' : 'PM')],
  ['am', (a) => (a.number('hour') < 12n ? 'am' : 'pm')],
  ['pm', (a) => (a.number('hour') < 12n ? 'am' : 'pm')],
  ['CC', (a) => padded((a.number('year') + 99n) / 100n, 2)],
  ['Q', number('quarter', 1)],
  ['D', (a) => String((a.number('dayOfWeek') % 7n) + 1n)],
];

/** The letters that are looked for in any case: numbers look the same in both. */
const anyCase = new Set([
  'YYYY',
  'IYYY',
  'HH24',
  'HH12',
  'SSSSS',
  'SSSS',
  'DDD',
  'YY',
  'MM',
  'MI',
  'MS',
  'US',
  'NS',
  'DD',
  'ID',
  'IW',
  'WW',
  'HH',
  'SS',
  'CC',
]);

/** `st` of 1st and 21st, `th` of 11th. */
function ordinalEnding(digits: string): string {
  if (/1\d$/.test(digits)) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[Number(digits.slice(-1))] ?? 'th';
}

/** The value by a pattern of PostgreSQL's to_char. Text in double quotes, and whatever is no pattern, stands as it is. */
export function toChar(value: TemporalValue, pattern: string, span: Span | undefined): string {
  let out = '';
  let at = 0;
  while (at < pattern.length) {
    const rest = pattern.slice(at, at + 8);
    if (rest.startsWith('"')) {
      const end = pattern.indexOf('"', at + 1);
      out += pattern.slice(at + 1, end < 0 ? undefined : end);
      at = end < 0 ? pattern.length : end + 1;
      continue;
    }
    const bare = /^fm/i.test(rest) ? rest.slice(2) : rest;
    const found = toCharSigns.find(([sign]) => bare.startsWith(sign) || (anyCase.has(sign) && bare.toUpperCase().startsWith(sign)));
    if (found === undefined) {
      out += pattern[at];
      at++;
      continue;
    }
    const written = found[1](ask(value, found[0], span));
    out += bare === rest ? written : written.trimEnd().replace(/^(-?)0+(?=\d)/, '$1');
    at += rest.length - bare.length + found[0].length;
    const ordinal = /^\d+$/.test(written) ? /^th/i.exec(pattern.slice(at, at + 2))?.[0] : undefined;
    if (ordinal === undefined) continue;
    out += ordinal === 'TH' ? ordinalEnding(written).toUpperCase() : ordinalEnding(written);
    at += 2;
  }
  return out;
}

// ------------------------------------------------------------------------------------------------ strftime

const strftimeSigns: Readonly<Record<string, Writer>> = {
  Y: number('year', 4),
  y: (a) => padded(((a.number('year') % 100n) + 100n) % 100n, 2),
  m: number('month', 2),
  d: number('day', 2),
  e: (a) => String(a.number('day')).padStart(2),
  H: number('hour', 2),
  k: (a) => String(a.number('hour')).padStart(2),
  I: (a) => padded(twelve(a.number('hour')), 2),
  l: (a) => String(twelve(a.number('hour'))).padStart(2),
  M: number('minute', 2),
  S: number('second', 2),
  f: (a) => `${padded(a.number('second'), 2)}.${padded(a.number('millisecond'), 3)}`,
  p: (a) => (a.number('hour') < 12n ? 'AM' : 'PM'),
  P: (a) => (a.number('hour') < 12n ? 'am' : 'pm'),
  j: number('ordinalDay', 3),
  u: number('dayOfWeek', 1),
  w: (a) => String(a.number('dayOfWeek') % 7n),
  V: number('week', 2),
  G: number('weekYear', 4),
  g: (a) => padded(((a.number('weekYear') % 100n) + 100n) % 100n, 2),
  U: (a) => padded((a.number('ordinalDay') + 6n - (a.number('dayOfWeek') % 7n)) / 7n, 2),
  W: (a) => padded((a.number('ordinalDay') + 6n - ((a.number('dayOfWeek') + 6n) % 7n)) / 7n, 2),
  b: (a) => monthName(a).slice(0, 3),
  B: monthName,
  a: (a) => dayName(a).slice(0, 3),
  A: dayName,
  z: (a) => offsetDigits(a.text('offset'), false),
  Z: (a) => a.text('timezone').replace(/^Z$/, 'UTC'),
};

/** The value by the signs of strftime. `type/temporal` for a sign that it does not have. */
export function strftime(pattern: string, value: TemporalValue, span: Span | undefined): string {
  return pattern.replace(/%([^])?/g, (_all, letter: string | undefined) => {
    switch (letter) {
      case '%':
        return '%';
      case 'F':
        return hasDate(value.kind) ? dateText(momentParts(value).days) : ask(value, '%F', span).text('year');
      case 'T':
        return hasClock(value.kind)
          ? clockText(Math.floor(momentParts(value).nanoseconds / 1e9) * 1e9, true)
          : ask(value, '%T', span).text('hour');
      case 'R':
        return strftime('%H:%M', value, span);
      case 's':
        return String(epochOf(value, span));
      default: {
        const writer = letter !== undefined && Object.hasOwn(strftimeSigns, letter) ? strftimeSigns[letter] : undefined;
        if (writer !== undefined) return writer(ask(value, `%${letter}`, span));
        throw new QueryError('type/temporal', `There is no sign %${letter ?? ''} in strftime.`, {
          span,
          hint: `Signs are ${[...Object.keys(strftimeSigns), 'F', 'T', 'R', 's', '%'].map((s) => `%${s}`).join(' ')}.`,
        });
      }
    }
  });
}

/** Whole seconds since 1970; a value without an offset is read as UTC. */
export function epochOf(value: TemporalValue, span: Span | undefined): bigint {
  if (!hasDate(value.kind)) throw new QueryError('type/temporal', `A ${value.kind} has no date.`, { span });
  const parts = momentParts(value);
  return BigInt(parts.days) * 86_400n + BigInt(Math.floor(parts.nanoseconds / 1e9) - parts.offset);
}
