// Functions of text. Positions and lengths count code points, not UTF-16 units; a text without surrogates needs no detour.
// `substr` counts from 1 and takes negative starts, as in SQL; `substring` counts from 0, as in openCypher.

import { QueryError } from '../../parser/error.ts';
import type { Collation } from '../plan/type.ts';
import type { Value } from '../value.ts';
import { valueText } from './conversion.ts';
import type { CallSite, Implementation } from './functions.ts';
import { checkGrowing, checkItems, checkLength, joinTexts } from './growing.ts';

const surrogate = /[\ud800-\udbff]/;

/** The number of code points. */
export function characterCount(text: string): number {
  let count = text.length;
  if (surrogate.test(text)) for (let at = 0; at < text.length; at += 1) if (isPair(text, at)) count--;
  return count;
}

/** A character of two units begins here. */
function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** Where the text is after so many code points from `at`, in units. */
function unitsAfter(text: string, at: number, characters: number): number {
  let units = at;
  for (let passed = 0; passed < characters && units < text.length; passed++) units += isPair(text, units) ? 2 : 1;
  return units;
}

/** Like String.slice with 0 ≤ start, counting code points. */
export function sliceCharacters(text: string, start: number, end: number): string {
  if (!surrogate.test(text)) return text.slice(start, end);
  const from = unitsAfter(text, 0, start);
  return text.slice(from, unitsAfter(text, from, end - start));
}

/** The code points, last first. */
function reversed(text: string): string {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at++) units[text.length - 1 - at] = text.charCodeAt(at);
  for (let at = 0; at + 1 < units.length; at++) {
    const [first, second] = [units[at] as number, units[at + 1] as number];
    if ((first & 0xfc00) !== 0xdc00 || (second & 0xfc00) !== 0xd800) continue;
    units[at++] = second;
    units[at] = first;
  }
  return Buffer.from(units.buffer).toString('utf16le');
}

/** The parts between separators; of an empty one, the code points. */
export function splitText(text: string, separator: string, site: CallSite): string[] {
  const parts: string[] = [];
  if (separator === '') {
    for (const character of text) checkGrowing(parts.push(character), site);
    checkItems(parts.length, site);
    return parts;
  }
  let from = 0;
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
    checkGrowing(parts.push(text.slice(from, at)), site);
    from = at + separator.length;
  }
  checkItems(parts.push(text.slice(from)), site);
  return parts;
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
  let found = 0;
  for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + search.length)) found++;
  checkLength(text.length + found * (replacement.length - search.length), site);
  return text.replaceAll(search, replacement.replaceAll('$', '$$$$'));
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

/** A text as the collation compares it; other values stay. */
export function collationKey(value: Value, collation: Collation['name'] | undefined): Value {
  if (typeof value !== 'string') return value;
  if (collation === 'nocase') return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return collation === 'rtrim' ? value.replace(/ +$/, '') : value;
}

function collationOf(name: Value, site: CallSite): Collation['name'] {
  const found = String(name).toLowerCase();
  if (found === 'nocase' || found === 'rtrim' || found === 'binary') return found;
  throw new QueryError('type/argument', 'The collation must be BINARY, NOCASE or RTRIM.', { span: site.span });
}

export const textFunctions: Readonly<Record<string, Implementation>> = {
  collation_key: ([x, collation], site) => (typeof x === 'string' ? collationKey(x, collationOf(collation, site)) : x),
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
  split: ([x, separator], site) => splitText(text(x), text(separator), site),
  reverse: ([x]) => (Array.isArray(x) ? [...x].reverse() : reversed(text(x))),
  instr: ([x, search]) => position(text(x), text(search)),
  repeat: ([x, times], site) => {
    const count = natural(times, 'number', site);
    checkLength(text(x).length * count, site);
    return text(x).repeat(count);
  },
  lpad: ([x, length, fill], site) => pad(text(x), natural(length, 'length', site), (fill as string | undefined) ?? ' ', true, site),
  rpad: ([x, length, fill], site) => pad(text(x), natural(length, 'length', site), (fill as string | undefined) ?? ' ', false, site),
  concat: (args, site) => joinTexts(args, valueText, '', site),
  startswith: ([x, prefix]) => text(x).startsWith(text(prefix)),
  endswith: ([x, suffix]) => text(x).endsWith(text(suffix)),
  unicode: ([x]) => {
    const code = text(x).codePointAt(0);
    return code === undefined ? null : BigInt(code);
  },
  char: (codes, site) => fromCodes(codes, site),
};
