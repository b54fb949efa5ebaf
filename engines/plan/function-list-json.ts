// The functions of JSON, in text or as a value: a text is read as JSON. Paths are SQLite's: `$`, `.key`, `."a key"`, `[0]`, `[#-1]`.
// Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

const setNulls = 'a null value is set; a null target gives null';

export const jsonList: readonly ScalarEntry[] = [
  scalar('json(x: text)', 'any', 'The value that a JSON text says.', `json('{"a": [1, 2]}') → {a: [1, 2]}`, {
    aliases: ['parse_json', 'fromjson', 'json_decode', 'decode_json'],
  }),
  scalar('to_json(x: any)', 'text', 'The value as JSON text.', `to_json({a: [1, 2]}) → '{"a":[1,2]}'`, {
    aliases: ['tojson', 'json_quote', 'encode_json'],
  }),
  scalar(
    'json_pretty(x: any)',
    'text',
    'The value as JSON text with a line for each item.',
    `json_pretty({a: [1]}) → '{\\n    "a": [\\n        1\\n    ]\\n}'`,
    {
      aliases: ['jsonb_pretty'],
    },
  ),
  scalar('json_valid(x: any)', 'boolean', 'Is the text JSON? True of any other value.', "json_valid('{a') → false"),
  scalar(
    'json_type(x: any, path?: text)',
    'text',
    "SQLite's name of the type: null, true, false, integer, real, text, array, object; null if the path leads nowhere.",
    `json_type('{"a": 1.5}', '$.a') → 'real'`,
  ),
  scalar(
    'json_extract(x: any, path: text, ...paths: text)',
    'any',
    'What stands at the path, MISSING if it leads nowhere; of several paths a list.',
    `json_extract('{"a": [1, 2]}', '$.a[1]') → 2`,
    {
      aliases: ['json_value', 'json_query'],
    },
  ),
  scalar(
    'json_extract_path(x: any, ...steps: any)',
    'any',
    'What stands below the keys and positions, MISSING if they lead nowhere.',
    `json_extract_path('{"a": [1, 2]}', 'a', 1) → 2`,
    {
      aliases: ['jsonb_extract_path'],
    },
  ),
  scalar(
    'json_get(x: any, step: text|integer)',
    'any',
    'The operator ->: what stands at a key, a position or a path that starts with $; MISSING if nothing does.',
    `json_get('{"a": 1}', 'a') → 1`,
  ),
  scalar(
    'json_get_text(x: any, step: text|integer)',
    'any',
    'The operator ->>: as ->, but a list or an object as JSON text.',
    `json_get_text('{"a": [1]}', 'a') → '[1]'`,
  ),
  scalar('json_array(...values: any)', 'list', 'A list of the values.', "json_array(1, 'a', null) → [1, 'a', null]", {
    aliases: ['json_build_array', 'jsonb_build_array', 'list_value'],
    nulls: 'an item',
  }),
  scalar(
    'json_object(...pairs: any)',
    'object',
    'An object of keys and values by turns.',
    "json_object('a', 1, 'b', null) → {a: 1, b: null}",
    {
      aliases: ['json_build_object', 'jsonb_build_object'],
      nulls: 'a value; a null key is an error',
    },
  ),
  scalar(
    'json_array_length(x: any, path?: text)',
    'integer',
    'The number of items of the list, 0 of anything else; null if the path leads nowhere.',
    "json_array_length('[1, 2]') → 2",
    { aliases: ['jsonb_array_length'] },
  ),
  scalar(
    'json_set(x: any, path: text, value: any, ...more: any)',
    'any',
    'With the value at the path, whether something was there or not; paths and values by turns.',
    `json_set('{"a": 1}', '$.b', 2) → {a: 1, b: 2}`,
    {
      nulls: setNulls,
    },
  ),
  scalar(
    'json_insert(x: any, path: text, value: any, ...more: any)',
    'any',
    'With the value at the path if nothing is there.',
    `json_insert('{"a": 1}', '$.a', 9, '$.b', 2) → {a: 1, b: 2}`,
    { nulls: setNulls },
  ),
  scalar(
    'json_replace(x: any, path: text, value: any, ...more: any)',
    'any',
    'With the value at the path if something is there.',
    `json_replace('{"a": 1}', '$.a', 9, '$.b', 2) → {a: 9}`,
    { nulls: setNulls },
  ),
  scalar(
    'json_remove(x: any, ...paths: text)',
    'any',
    'Without what stands at the paths.',
    `json_remove('{"a": 1, "b": 2}', '$.a') → {b: 2}`,
  ),
  scalar(
    'json_each(x: any)',
    'list',
    'A list of {key, value, type} of the items of a list or the keys of an object.',
    `json_each('{"a": 1}') → [{key: 'a', value: 1, type: 'integer'}]`,
    { aliases: ['jsonb_each'] },
  ),
  scalar(
    'json_tree(x: any)',
    'list',
    'A list of {key, value, type, path} of the value and all that is in it.',
    "json_tree('[7]') → [{key: null, value: [7], type: 'array', path: '$'}, {key: 0, value: 7, type: 'integer', path: '$[0]'}]",
  ),
];
