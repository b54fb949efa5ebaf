// The functions that ask for the type of a value. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const typeList: readonly ScalarEntry[] = [
  scalar('typeof(x: any)', 'text', "The name of the value's type: integer, text, list, …", "typeof(1.0) → 'float'", {
    aliases: ['valuetype'],
    nulls: "'null' or 'missing'",
  }),
];
