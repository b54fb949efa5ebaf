// The functions of text. Positions and lengths count code points. Part of function-list.ts.

import { sameAsFirst, scalar, type ScalarEntry } from './function-entry.ts';

export const textList: readonly ScalarEntry[] = [
  scalar(
    'length(x: text|list|object|path|bytes)',
    'integer',
    'Characters of a text, items of a list, keys of an object, edges of a path.',
    "length('grüße') → 5",
    { aliases: ['len'] },
  ),
  scalar('size(x: text|list|object|bytes)', 'integer', 'Characters of a text, items of a list, keys of an object.', 'size([1, 2, 3]) → 3'),
  scalar('char_length(x: text)', 'integer', 'The number of characters (code points).', "char_length('😀é') → 2", {
    aliases: ['character_length'],
  }),
  scalar('lower(x: text)', 'text', 'The text in lower case.', "lower('ÄB') → 'äb'", { aliases: ['tolower', 'lcase'] }),
  scalar('upper(x: text)', 'text', 'The text in upper case.', "upper('grüße') → 'GRÜSSE'", { aliases: ['toupper', 'ucase'] }),
  scalar(
    'trim(x: text, characters?: text)',
    'text',
    'The text without spaces (or the characters given) at both ends.',
    "trim('  x ') → 'x'",
    {
      aliases: ['btrim'],
    },
  ),
  scalar(
    'ltrim(x: text, characters?: text)',
    'text',
    'The text without spaces (or the characters given) at its start.',
    "ltrim('xxa', 'x') → 'a'",
  ),
  scalar(
    'rtrim(x: text, characters?: text)',
    'text',
    'The text without spaces (or the characters given) at its end.',
    "rtrim('a  ') → 'a'",
  ),
  scalar(
    'substr(x: text, start: integer, length?: integer)',
    'text',
    'A part of a text; the first character is 1, a negative start counts from the end (SQL).',
    "substr('abcdef', 2, 3) → 'bcd'",
  ),
  scalar(
    'substring(x: text, start: integer, length?: integer)',
    'text',
    'A part of a text; the first character is 0 (openCypher).',
    "substring('abcdef', 2, 3) → 'cde'",
  ),
  scalar('left(x: text, length: integer)', 'text', 'The first characters.', "left('grüße', 3) → 'grü'"),
  scalar('right(x: text, length: integer)', 'text', 'The last characters.', "right('grüße', 2) → 'ße'"),
  scalar(
    'replace(x: text, search: text, replacement: text)',
    'text',
    'The text with every occurrence replaced.',
    "replace('a-b-c', '-', '+') → 'a+b+c'",
  ),
  scalar(
    'split(x: text, separator: text)',
    'list',
    'The parts of a text between separators; an empty separator gives its characters.',
    "split('a,b,,c', ',') → ['a', 'b', '', 'c']",
  ),
  scalar('reverse(x: text|list)', sameAsFirst, 'The text or list backwards.', "reverse('abc') → 'cba'"),
  scalar(
    'instr(x: text, search: text)',
    'integer',
    'Where the searched text first occurs, counted from 1; 0 if it does not.',
    "instr('hello', 'l') → 3",
    {
      aliases: ['strpos'],
    },
  ),
  scalar('repeat(x: text, times: integer)', 'text', 'The text so many times.', "repeat('ab', 3) → 'ababab'"),
  scalar(
    'lpad(x: text, length: integer, fill?: text)',
    'text',
    'The text filled up at its start to the length, or cut to it.',
    "lpad('7', 3, '0') → '007'",
  ),
  scalar(
    'rpad(x: text, length: integer, fill?: text)',
    'text',
    'The text filled up at its end to the length, or cut to it.',
    "rpad('7', 3, '.') → '7..'",
  ),
  scalar('concat(...values: any)', 'text', 'All values as text, joined.', "concat('a', null, 1) → 'a1'", { nulls: 'left out' }),
  scalar('hex(x: text|bytes)', 'text', 'The bytes (of a text its UTF-8) in hexadecimal.', "hex('AZ') → '415A'"),
  scalar('startswith(x: text, prefix: text)', 'boolean', 'Does the text start so?', "startswith('Trefoil', 'Tre') → true", {
    aliases: ['starts_with'],
  }),
  scalar('endswith(x: text, suffix: text)', 'boolean', 'Does the text end so?', "endswith('Trefoil', 'oil') → true", {
    aliases: ['ends_with'],
  }),
  scalar('unicode(x: text)', 'integer', 'The code point of the first character.', "unicode('A') → 65", { aliases: ['ascii'] }),
  scalar('char(...codes: integer)', 'text', 'The text of these code points.', "char(104, 105) → 'hi'", { aliases: ['chr'] }),
];
