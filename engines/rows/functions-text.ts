// Functions of text. Positions and lengths count code points, not UTF-16 units; a text without surrogates needs no detour.
// `substr` counts from 1 and takes negative starts, as in SQL; `substring` counts from 0, as in openCypher.

import { QueryError } from '../../parser/error.ts';
import type { Value } from '../value.ts';
import { valueText } from './conversion.ts';
import type { CallSite, Implementation } from './functions.ts';

/** The longest text that a function makes, in UTF-16 units; beyond: `limit/text`. */
export const textUnitsMax = 100_000_000;

const surrogate = /[\ud800-\udbff]/;

/** The number of code points. */
export function characterCount(text: string): number {
  let count = text.length;
  if (surrogate.test(text)) count = [...text].length;
  return count;
}

/** Like String.slice with 0 ≤ start, counting code points. */
export function sliceCharacters(text: string, start: number, end: number): string {
  return surrogate.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
}

/** SQLite's substr: 1-based, a negative start counts from the end, a negative length takes what stands before. */
function substr(text: string, start: number, length: number): string {
  const before = length < 0;
  let from = start;
  let count = Math.abs(length);
  if (from < 0) {
    from += characterCount(text);
    if (from < 0) {
      count = Math.max(0, count + from);
      from = 0;
    }
  } else if (from > 0) from--;
  else if (count > 0) count--;
  if (before) {
    from -= count;
    if (from < 0) {
      count += from;
      from = 0;
    }
  }
  return sliceCharacters(text, from, from + Math.max(0, count));
}

function natural(value: Value, what: string, site: CallSite): number {
  const number = Number(value as bigint);
  if (number < 0)
    throw new QueryError('type/argument', `The ${what} that ${site.name} is given must not be negative.`, { span: site.span });
  return number;
}

/** `limit/text` for a text that would be too long. */
export function checkLength(units: number, site: CallSite): void {
  if (units > textUnitsMax)
    throw new QueryError('limit/text', `${site.name} would make a text of more than ${textUnitsMax} characters.`, { span: site.span });
}

function trim(text: string, characters: string | undefined, start: boolean, end: boolean): string {
  const set = characters === undefined ? new Set([' ']) : new Set(characters);
  const parts = characters !== undefined && surrogate.test(characters) ? [...text] : text;
  let from = 0;
  let to = parts.length;
  while (start && from < to && set.has(parts[from] as string)) from++;
  while (end && to > from && set.has(parts[to - 1] as string)) to--;
  return typeof parts === 'string' ? parts.slice(from, to) : parts.slice(from, to).join('');
}

function pad(text: string, length: number, fill: string, atStart: boolean, site: CallSite): string {
  checkLength(length, site);
  const missing = length - characterCount(text);
  if (missing <= 0) return sliceCharacters(text, 0, length);
  if (fill === '') return text;
  const filling = sliceCharacters(fill.repeat(Math.ceil(missing / characterCount(fill))), 0, missing);
  return atStart ? filling + text : text + filling;
}

function replace(text: string, search: string, replacement: string, site: CallSite): string {
  if (search === '') return text;
  const parts = text.split(search);
  checkLength(text.length + (parts.length - 1) * replacement.length, site);
  return parts.join(replacement);
}

function position(text: string, search: string): bigint {
  const at = text.indexOf(search);
  return at < 0 ? 0n : BigInt(characterCount(text.slice(0, at)) + 1);
}

function fromCodes(codes: readonly Value[], site: CallSite): string {
  return codes
    .map((code) => {
      const number = Number(code as bigint);
      if (number < 0 || number > 0x10ffff) throw new QueryError('type/argument', `${number} is not a code point.`, { span: site.span });
      return String.fromCodePoint(number);
    })
    .join('');
}

const text = (value: Value): string => value as string;

function collationKey(value: Value, collation: Value, site: CallSite): Value {
  if (typeof value !== 'string') return value;
  switch (String(collation).toUpperCase()) {
    case 'NOCASE':
      return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    case 'RTRIM':
      return value.replace(/ +$/, '');
    case 'BINARY':
      return value;
    default:
      throw new QueryError('type/argument', 'The collation must be BINARY, NOCASE or RTRIM.', { span: site.span });
  }
}

export const textFunctions: Readonly<Record<string, Implementation>> = {
  collation_key: ([x, collation], site) => collationKey(x, collation, site),
  char_length: ([x]) => BigInt(characterCount(text(x))),
  lower: ([x]) => text(x).toLowerCase(),
  upper: ([x]) => text(x).toUpperCase(),
  trim: ([x, characters]) => trim(text(x), characters as string | undefined, true, true),
  ltrim: ([x, characters]) => trim(text(x), characters as string | undefined, true, false),
  rtrim: ([x, characters]) => trim(text(x), characters as string | undefined, false, true),
  substr: ([x, start, length]) =>
    substr(text(x), Number(start as bigint), length === undefined ? Number.MAX_SAFE_INTEGER : Number(length as bigint)),
  substring: ([x, start, length], site) => {
    const from = natural(start, 'start', site);
    return sliceCharacters(text(x), from, length === undefined ? Number.MAX_SAFE_INTEGER : from + natural(length, 'length', site));
  },
  left: ([x, length], site) => sliceCharacters(text(x), 0, natural(length, 'length', site)),
  right: ([x, length], site) => {
    const count = characterCount(text(x));
    return sliceCharacters(text(x), Math.max(0, count - natural(length, 'length', site)), count);
  },
  replace: ([x, search, replacement], site) => replace(text(x), text(search), text(replacement), site),
  split: ([x, separator]) => (separator === '' ? [...text(x)] : text(x).split(text(separator))),
  reverse: ([x]) => (Array.isArray(x) ? [...x].reverse() : [...text(x)].reverse().join('')),
  instr: ([x, search]) => position(text(x), text(search)),
  repeat: ([x, times], site) => {
    const count = natural(times, 'number', site);
    checkLength(text(x).length * count, site);
    return text(x).repeat(count);
  },
  lpad: ([x, length, fill], site) => pad(text(x), natural(length, 'length', site), (fill as string | undefined) ?? ' ', true, site),
  rpad: ([x, length, fill], site) => pad(text(x), natural(length, 'length', site), (fill as string | undefined) ?? ' ', false, site),
  concat: (args) => args.map(valueText).join(''),
  startswith: ([x, prefix]) => text(x).startsWith(text(prefix)),
  endswith: ([x, suffix]) => text(x).endsWith(text(suffix)),
  unicode: ([x]) => {
    const code = text(x).codePointAt(0);
    return code === undefined ? null : BigInt(code);
  },
  char: (codes, site) => fromCodes(codes, site),
};
