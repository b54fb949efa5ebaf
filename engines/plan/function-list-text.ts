// The functions of text. Positions and lengths count code points. Regular expressions are JavaScript's. Part of function-list.ts.

import { sameAsFirst, scalar, type ScalarEntry } from './function-entry.ts';

const lengths: readonly ScalarEntry[] = [
  scalar(
    'collation_key(x: any, collation: text)',
    sameAsFirst,
    'A text as the collation compares it: NOCASE in small letters (A to Z), RTRIM without spaces at its end. Other values stay.',
    "collation_key('Ab ', 'RTRIM') → 'Ab'",
  ),
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
  scalar('octet_length(x: text|bytes)', 'integer', 'The number of bytes, of a text in UTF-8.', "octet_length('é') → 2"),
  scalar('bit_length(x: text|bytes)', 'integer', 'The number of bits, of a text in UTF-8.', "bit_length('é') → 16"),
];

const forms: readonly ScalarEntry[] = [
  scalar('lower(x: text)', 'text', 'The text in lower case.', "lower('ÄB') → 'äb'", { aliases: ['tolower', 'lcase'] }),
  scalar('upper(x: text)', 'text', 'The text in upper case.', "upper('grüße') → 'GRÜSSE'", { aliases: ['toupper', 'ucase'] }),
  scalar(
    'initcap(x: text)',
    'text',
    'Each word with a capital letter, the rest in lower case.',
    "initcap('ada LOVELACE') → 'Ada Lovelace'",
    {
      aliases: ['title'],
    },
  ),
  scalar(
    'trim(x: text, characters?: text)',
    'text',
    'The text without spaces (or the characters given) at both ends.',
    "trim('  x ') → 'x'",
    { aliases: ['btrim'] },
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
  scalar('reverse(x: text|list)', sameAsFirst, 'The text or list backwards.', "reverse('abc') → 'cba'"),
  scalar('repeat(x: text, times: integer)', 'text', 'The text so many times.', "repeat('ab', 3) → 'ababab'", { aliases: ['replicate'] }),
  scalar(
    'normalize(x: text, form?: text)',
    'text',
    "The text in a Unicode normal form: 'NFC' (if none is given), 'NFD', 'NFKC', 'NFKD'.",
    "length(normalize('é', 'NFD')) → 2",
  ),
  scalar(
    'quote(x: any)',
    'text',
    'The value as SQL writes it; lists and objects as JSON text in quotes.',
    "quote('it''s') → '''it''''s'''",
    {
      aliases: ['quote_literal', 'quote_nullable'],
      nulls: "'NULL'",
    },
  ),
];

const parts: readonly ScalarEntry[] = [
  scalar(
    'substr(x: text, start: integer, length?: integer)',
    'text',
    'A part of a text; the first character is 1, a negative start counts from the end (SQL).',
    "substr('abcdef', 2, 3) → 'bcd'",
    { aliases: ['mid'] },
  ),
  scalar(
    'substring(x: text, start: integer, length?: integer)',
    'text',
    'A part of a text; the first character is 0 (openCypher). SQL says substring(x FROM 2 FOR 3), which counts from 1.',
    "substring('abcdef', 2, 3) → 'cde'",
  ),
  scalar('left(x: text, length: integer)', 'text', 'The first characters.', "left('grüße', 3) → 'grü'"),
  scalar('right(x: text, length: integer)', 'text', 'The last characters.', "right('grüße', 2) → 'ße'"),
  scalar(
    'split(x: text, separator: text)',
    'list',
    'The parts of a text between separators; an empty separator gives its characters.',
    "split('a,b,,c', ',') → ['a', 'b', '', 'c']",
  ),
  scalar(
    'split_part(x: text, separator: text, number: integer)',
    'text',
    'One part between separators, from 1; a negative number counts from the end; empty if there is none.',
    "split_part('a,b,c', ',', 2) → 'b'",
  ),
  scalar(
    'string_to_array(x: text, separator: text, null?: text)',
    'list',
    'The parts between separators, none of an empty text; parts that are the third text are null.',
    "string_to_array('a,-,c', ',', '-') → ['a', null, 'c']",
    { aliases: ['string_to_list'] },
  ),
  scalar(
    'replace(x: text, search: text, replacement: text)',
    'text',
    'The text with every occurrence replaced.',
    "replace('a-b-c', '-', '+') → 'a+b+c'",
  ),
  scalar(
    'translate(x: text, from: text, to: text)',
    'text',
    'Each character of the second text becomes the one at its place in the third, or nothing.',
    "translate('12345', '143', 'ax') → 'a2x5'",
  ),
  scalar(
    'overlay(x: text, replacement: text, start: integer, length?: integer)',
    'text',
    'The text with so many characters from the start (from 1) replaced, by default as many as the replacement has.',
    "overlay('Txxxfoil', 're', 2, 3) → 'Trefoil'",
  ),
  scalar('concat(...values: any)', 'text', 'All values as text, joined.', "concat('a', null, 1) → 'a1'", { nulls: 'left out' }),
  scalar(
    'concat_ws(separator: text, ...values: any)',
    'text',
    'The values as text, joined by the separator.',
    "concat_ws('-', 'a', null, 1) → 'a-1'",
    { nulls: 'left out; a null separator gives null' },
  ),
];

const searches: readonly ScalarEntry[] = [
  scalar(
    'instr(x: text, search: text)',
    'integer',
    'Where the searched text first occurs, counted from 1; 0 if it does not. SQL says position(search IN x) too.',
    "instr('hello', 'l') → 3",
    {
      aliases: ['strpos', 'position'],
    },
  ),
  scalar('startswith(x: text, prefix: text)', 'boolean', 'Does the text start so?', "startswith('Trefoil', 'Tre') → true", {
    aliases: ['starts_with'],
  }),
  scalar('endswith(x: text, suffix: text)', 'boolean', 'Does the text end so?', "endswith('Trefoil', 'oil') → true", {
    aliases: ['ends_with'],
  }),
  scalar('contains(x: text, search: text)', 'boolean', 'Does the text contain the other?', "contains('Trefoil', 'foil') → true"),
  scalar(
    'glob(pattern: text, x: text)',
    'boolean',
    'Does the whole text fit the pattern? * is any run, ? one character, [a-c] one of these, [^a-c] none; the operator x GLOB pattern.',
    "glob('T*[a-m]', 'Trefoil') → true",
  ),
  scalar(
    'similar_to(x: text, pattern: text, escape?: text)',
    'boolean',
    'Does the whole text fit the SQL pattern? % is any run, _ one character, and |, *, +, ?, {2,3}, (…) and […] are as in regular expressions; the operator x SIMILAR TO pattern.',
    "similar_to('abc', '(a|b)_c') → true",
  ),
  scalar(
    'regexp_like(x: text, pattern: text, flags?: text)',
    'boolean',
    'Does the regular expression match somewhere? Flags: i any case, s . is any character, m ^ and $ at lines.',
    "regexp_like('Trefoil', '^tre', 'i') → true",
    {
      aliases: ['regexp_contains'],
    },
  ),
  scalar(
    'regexp_count(x: text, pattern: text, flags?: text)',
    'integer',
    'How often the regular expression matches.',
    "regexp_count('banana', 'an') → 2",
  ),
  scalar(
    'regexp_instr(x: text, pattern: text, flags?: text)',
    'integer',
    'Where the first match starts, from 1; 0 without match.',
    "regexp_instr('banana', 'n.n') → 3",
  ),
  scalar(
    'regexp_substr(x: text, pattern: text, flags?: text)',
    'text',
    'The first match; null without match.',
    "regexp_substr('order 17 of 30', '\\d+') → '17'",
  ),
  scalar(
    'regexp_match(x: text, pattern: text, flags?: text)',
    'list',
    'The groups of the first match, or all of it if there is no group; null without match.',
    "regexp_match('2024-01-31', '(\\d+)-(\\d+)') → ['2024', '01']",
  ),
  scalar(
    'regexp_matches(x: text, pattern: text, flags?: text)',
    'list',
    'A list as of regexp_match for each match.',
    "regexp_matches('a1 b2', '(\\w)(\\d)') → [['a', '1'], ['b', '2']]",
  ),
  scalar(
    'regexp_replace(x: text, pattern: text, replacement: text, flags?: text)',
    'text',
    'The text with the first match replaced, with the flag g all; $1 or \\1 is a group.',
    "regexp_replace('a1b2', '(\\w)(\\d)', '$2$1', 'g') → '1a2b'",
  ),
  scalar(
    'regexp_split_to_array(x: text, pattern: text, flags?: text)',
    'list',
    'The parts between matches.',
    "regexp_split_to_array('a, b;c', '[,;] *') → ['a', 'b', 'c']",
    { aliases: ['regexp_split'] },
  ),
  scalar(
    'levenshtein(x: text, y: text)',
    'integer',
    'How many characters must be changed, added or taken away to make one text of the other.',
    "levenshtein('kitten', 'sitting') → 3",
    { aliases: ['edit_distance'] },
  ),
  scalar('soundex(x: text)', 'text', 'A letter and three digits, alike for English words that sound alike.', "soundex('Robert') → 'R163'"),
];

const codes: readonly ScalarEntry[] = [
  scalar(
    'format(template: text, ...values: any)',
    'text',
    'A template filled with values: %s text, %d integer, %f %e %g float, %x %X %o hexadecimal and octal, %c character, %L as SQL writes it, %I a name, %% a percent sign; 1$, -, 0, +, width and .precision between.',
    "format('%05.1f %s|%-4s|', 2.345, 'a', 'b') → '002.3 a|b   |'",
    {
      aliases: ['printf'],
      nulls: 'an empty text; a null template gives null',
    },
  ),
  scalar('unicode(x: text)', 'integer', 'The code point of the first character.', "unicode('A') → 65", { aliases: ['ascii'] }),
  scalar('char(...codes: integer)', 'text', 'The text of these code points.', "char(104, 105) → 'hi'", { aliases: ['chr'] }),
  scalar('hex(x: text|bytes)', 'text', 'The bytes (of a text its UTF-8) in hexadecimal.', "hex('AZ') → '415A'"),
  scalar('unhex(x: text)', 'bytes', 'The bytes that hexadecimal digits say; null if they are none.', "unhex('415A') → x'415a'"),
  scalar('to_base64(x: text|bytes)', 'text', 'The bytes (of a text its UTF-8) in base64.', "to_base64('Ada') → 'QWRh'", {
    aliases: ['base64', 'base64_encode'],
  }),
  scalar('from_base64(x: text)', 'bytes', 'The bytes that base64 says; null if it is none.', "from_base64('QWRh') → x'416461'", {
    aliases: ['base64_decode', 'unbase64'],
  }),
  scalar('encode(x: text|bytes, format: text)', 'text', "The bytes as 'hex' or 'base64'.", "encode(x'ff', 'hex') → 'ff'"),
  scalar('md5(x: text|bytes)', 'text', 'The MD5 sum in hexadecimal.', "md5('a') → '0cc175b9c0f1b6a831c399e269772661'"),
  scalar('sha1(x: text|bytes)', 'text', 'The SHA-1 sum in hexadecimal.', "left(sha1('a'), 8) → '86f7e437'"),
  scalar('sha256(x: text|bytes)', 'text', 'The SHA-256 sum in hexadecimal.', "left(sha256('a'), 8) → 'ca978112'"),
  scalar('sha512(x: text|bytes)', 'text', 'The SHA-512 sum in hexadecimal.', "left(sha512('a'), 8) → '1f40fc92'"),
];

export const textList: readonly ScalarEntry[] = [...lengths, ...forms, ...parts, ...searches, ...codes];
