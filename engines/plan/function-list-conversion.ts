// The functions that make one type of another. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const conversionList: readonly ScalarEntry[] = [
  scalar('tostring(x: any)', 'text', 'The value as text.', "tostring(1.5) → '1.5'", { aliases: ['to_string'] }),
  scalar('tointeger(x: any)', 'integer', 'The value as an integer (a float is cut); null if it is none.', "tointeger('42') → 42", {
    aliases: ['to_integer', 'toint'],
  }),
  scalar('tofloat(x: any)', 'float', 'The value as a float; null if it is none.', "tofloat('1e3') → 1000.0", { aliases: ['to_float'] }),
  scalar(
    'toboolean(x: any)',
    'boolean',
    "True or false from a boolean, an integer or the texts 'true' and 'false'; else null.",
    "toboolean('true') → true",
    {
      aliases: ['to_boolean'],
    },
  ),
];
