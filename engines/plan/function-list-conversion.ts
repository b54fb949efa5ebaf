// The functions that make one type of another. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const conversionList: readonly ScalarEntry[] = [
  scalar('tostring(x: text|number|boolean|temporal|bytes)', 'text', 'The value as text.', "tostring(1.5) → '1.5'", {
    aliases: ['to_string'],
    checkedLate: true,
  }),
  scalar(
    'tointeger(x: number|text)',
    'integer',
    'A number (a float is cut) or what a text says as an integer; null if it says none.',
    "tointeger('42') → 42",
    { aliases: ['to_integer', 'toint'], checkedLate: true },
  ),
  scalar('tofloat(x: number|text)', 'float', 'A number or what a text says as a float; null if it says none.', "tofloat('1e3') → 1000.0", {
    aliases: ['to_float'],
    checkedLate: true,
  }),
  scalar(
    'toboolean(x: boolean|integer|text)',
    'boolean',
    "True or false from a boolean, an integer or the texts 'true' and 'false'; null from another text.",
    "toboolean('true') → true",
    { aliases: ['to_boolean'], checkedLate: true },
  ),
  scalar('tonumber(x: any)', 'number', 'The value as an integer or else as a float; null if it is none.', "tonumber('1.5') → 1.5"),
  scalar(
    'leading_number(x: text)',
    'number',
    "The number that a text starts with, 0 if it starts with none: what SQLite's sum, avg and total read.",
    "leading_number('12 pens') → 12",
  ),
  scalar(
    'tostringornull(x: any)',
    'text',
    'The value as text; null of a list, an object, a node, an edge or a path.',
    'tostringornull([1]) → null',
  ),
  scalar(
    'tointegerornull(x: any)',
    'integer',
    'The value as an integer; null if it is none, whatever its type.',
    'tointegerornull([1]) → null',
  ),
  scalar('tofloatornull(x: any)', 'float', 'The value as a float; null if it is none, whatever its type.', "tofloatornull('x') → null"),
  scalar(
    'tobooleanornull(x: any)',
    'boolean',
    'The value as true or false; null if it is none, whatever its type.',
    "tobooleanornull('false') → false",
  ),
  scalar('tostringlist(x: list)', 'list', 'Each item as toStringOrNull has it.', "tostringlist([1, 2.5, true]) → ['1', '2.5', 'true']"),
  scalar('tointegerlist(x: list)', 'list', 'Each item as toIntegerOrNull has it.', "tointegerlist(['1', 2.7, 'x']) → [1, 2, null]"),
  scalar('tofloatlist(x: list)', 'list', 'Each item as toFloatOrNull has it.', "tofloatlist(['1', 2]) → [1.0, 2.0]"),
  scalar('tobooleanlist(x: list)', 'list', 'Each item as toBooleanOrNull has it.', "tobooleanlist(['true', 0, 'x']) → [true, false, null]"),
  scalar('toarray(x: any)', 'list', 'A list as it is, anything else as the one item of a list.', 'toarray(1) → [1]'),
];
