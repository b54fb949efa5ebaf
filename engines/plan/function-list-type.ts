// The functions that ask for the type of a value. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const typeList: readonly ScalarEntry[] = [
  scalar('typeof(x: any)', 'text', "The name of the value's type: integer, text, list, …", "typeof(1.0) → 'float'", {
    aliases: ['valuetype', 'pg_typeof'],
    nulls: "'null' or 'missing'",
  }),
  scalar('is_boolean(x: any)', 'boolean', 'Is it true or false?', 'is_boolean(true) → true', { aliases: ['isboolean'] }),
  scalar('is_integer(x: any)', 'boolean', 'Is it an integer?', 'is_integer(1.0) → false', { aliases: ['isinteger'] }),
  scalar('is_float(x: any)', 'boolean', 'Is it a float?', 'is_float(1.0) → true', { aliases: ['isfloat'] }),
  scalar('is_number(x: any)', 'boolean', 'Is it an integer or a float?', "is_number('1') → false", { aliases: ['isnumber'] }),
  scalar('is_text(x: any)', 'boolean', 'Is it text?', "is_text('1') → true", { aliases: ['is_string', 'isstring'] }),
  scalar('is_bytes(x: any)', 'boolean', 'Are these bytes?', "is_bytes(x'00') → true", { aliases: ['is_binary', 'isbinary'] }),
  scalar('is_temporal(x: any)', 'boolean', 'Is it a date, a time or a duration?', "is_temporal(date('2024-01-31')) → true"),
  scalar('is_list(x: any)', 'boolean', 'Is it a list?', 'is_list([1]) → true', { aliases: ['is_array', 'isarray', 'islist'] }),
  scalar('is_object(x: any)', 'boolean', 'Is it an object?', 'is_object({a: 1}) → true', { aliases: ['isobject'] }),
  scalar('is_atom(x: any)', 'boolean', 'Is it a boolean, a number or text?', "is_atom('a') → true", { aliases: ['isatom'] }),
];
