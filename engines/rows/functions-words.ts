// More functions of text: parts between separators, replacing characters, comparing words. The basic ones are in functions-text.ts.

import { didYouMean, QueryError } from '../../parser/error.ts';
import { checkRoom } from '../room.ts';
import type { Value } from '../value.ts';
import { valueText } from './conversion.ts';
import { formatText } from './format-text.ts';
import type { CallSite, Implementation } from './functions.ts';
import { sliceCharacters, splitText } from './functions-text.ts';
import { checkLength, joinTexts, TextBuilder } from './growing.ts';
import { quoted } from './quoted.ts';

const text = (value: Value): string => value as string;

/** `type/argument` for part 0. */
function splitPart(x: string, separator: string, number: bigint, site: CallSite): string {
  if (number === 0n) throw new QueryError('type/argument', 'split_part counts parts from 1, or from -1 at the end.', { span: site.span });
  if (separator === '') return number === 1n || number === -1n ? x : '';
  return number > 0n ? partFromStart(x, separator, number) : partFromEnd(x, separator, -number);
}

function partFromStart(x: string, separator: string, number: bigint): string {
  let from = 0;
  for (let n = 1n; n < number; n++) {
    const at = x.indexOf(separator, from);
    if (at < 0) return '';
    from = at + separator.length;
  }
  const to = x.indexOf(separator, from);
  return x.slice(from, to < 0 ? undefined : to);
}

/** Parts are counted from the end, but found from the start, as separators may overlap. */
function partFromEnd(x: string, separator: string, number: bigint): string {
  let parts = 1n;
  for (let at = x.indexOf(separator); at >= 0; at = x.indexOf(separator, at + separator.length)) parts++;
  return number > parts ? '' : partFromStart(x, separator, parts - number + 1n);
}

function stringToArray(x: string, separator: string, nothing: Value, site: CallSite): Value {
  if (x === '') return [];
  const parts: readonly string[] = separator === '' ? [x] : splitText(x, separator, site);
  return nothing === undefined ? parts : parts.map((part) => (part === nothing ? null : part));
}

function translate(x: string, from: string, to: string, site: CallSite): string {
  const targets = [...to];
  const table = new Map<string, string>();
  [...from].forEach((character, i) => {
    if (!table.has(character)) table.set(character, targets[i] ?? '');
  });
  const made = new TextBuilder(site);
  for (const character of x) made.add(table.get(character) ?? character);
  return made.text();
}

function overlay(x: string, replacement: string, start: bigint, length: bigint, site: CallSite): string {
  if (start < 1n || length < 0n)
    throw new QueryError('type/argument', 'overlay needs a start from 1 and a length that is not negative.', { span: site.span });
  checkLength(x.length + replacement.length, site);
  const from = Number(start) - 1;
  return sliceCharacters(x, 0, from) + replacement + sliceCharacters(x, from + Number(length), Number.MAX_SAFE_INTEGER);
}

function initcap(x: string, site: CallSite): string {
  const made = new TextBuilder(site);
  const lower = x.toLowerCase();
  let from = 0;
  for (const { 0: word, index } of lower.matchAll(/[\p{L}\p{N}]+/gu)) {
    const first = String.fromCodePoint(word.codePointAt(0) as number);
    made.add(lower.slice(from, index));
    made.add(first.toUpperCase());
    made.add(word.slice(first.length));
    from = index + word.length;
  }
  made.add(lower.slice(from));
  return made.text();
}

/** One character may become 18, of two bytes each. */
const normalizedBytesMax = 36;

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'];

function normalize(x: string, form: string, site: CallSite): string {
  const wanted = forms.find((name) => name === form.toUpperCase());
  if (wanted) {
    if (/[^\0-\x7f]/.test(x)) checkRoom(x.length * normalizedBytesMax);
    const made = x.normalize(wanted);
    checkLength(made.length, site);
    return made;
  }
  const near = didYouMean(form, forms, (word) => `'${word}'`);
  throw new QueryError('type/argument', `There is no normal form '${form}'.`, {
    span: site.span,
    hint: near ?? `There are ${forms.join(', ')}.`,
  });
}

/** The pairs of characters that levenshtein compares at most; beyond: `limit/text`. */
const comparisonsMax = 100_000_000;

/** Wagner and Fischer's algorithm with one row. */
function levenshtein(x: string, y: string, site: CallSite): bigint {
  const [a, b] = [[...x], [...y]];
  if (a.length * b.length > comparisonsMax)
    throw new QueryError('limit/text', `levenshtein would compare more than ${comparisonsMax} pairs of characters.`, { span: site.span });
  const row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0] as number;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      row[j] = Math.min(above + 1, (row[j - 1] as number) + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1));
      diagonal = above;
    }
  }
  return BigInt(row[b.length] as number);
}

const soundexCodes: Readonly<Record<string, string>> = Object.fromEntries(
  ['BFPV', 'CGJKQSXZ', 'DT', 'L', 'MN', 'R'].flatMap((letters, i) => [...letters].map((letter) => [letter, `${i + 1}`])),
);

/** As SQLite: `?000` where there is no English letter. */
function soundex(x: string): string {
  const letters = x.toUpperCase().replace(/[^A-Z]/g, '');
  if (letters === '') return '?000';
  let code = letters.charAt(0);
  let before = soundexCodes[code];
  for (const letter of letters.slice(1)) {
    const digit = soundexCodes[letter];
    if (digit !== undefined && digit !== before) code += digit;
    // H and W do not part two letters of one sound.
    if (letter !== 'H' && letter !== 'W') before = digit;
  }
  return code.slice(0, 4).padEnd(4, '0');
}

const isNothing = (value: Value): boolean => value === null || value === undefined;

export const wordFunctions: Readonly<Record<string, Implementation>> = {
  split_part: ([x, separator, number], site) => splitPart(text(x), text(separator), number as bigint, site),
  string_to_array: ([x, separator, nothing], site) => stringToArray(text(x), text(separator), nothing, site),
  translate: ([x, from, to], site) => translate(text(x), text(from), text(to), site),
  overlay: ([x, replacement, start, length], site) =>
    overlay(text(x), text(replacement), start as bigint, (length as bigint | undefined) ?? BigInt([...text(replacement)].length), site),
  initcap: ([x], site) => initcap(text(x), site),
  normalize: ([x, form], site) => normalize(text(x), (form as string | undefined) ?? 'NFC', site),
  contains: ([x, search]) => text(x).includes(text(search)),
  concat_ws: ([separator, ...values], site) =>
    isNothing(separator)
      ? null
      : joinTexts(
          values.filter((value) => !isNothing(value)),
          valueText,
          text(separator),
          site,
        ),
  format: ([template, ...values], site) => (isNothing(template) ? null : formatText(text(template), values, site)),
  quote: ([x]) => quoted(x),
  levenshtein: ([x, y], site) => levenshtein(text(x), text(y), site),
  soundex: ([x]) => soundex(text(x)),
};
