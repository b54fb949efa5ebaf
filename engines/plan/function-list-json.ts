// The functions of JSON text. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const jsonList: readonly ScalarEntry[] = [
  scalar('json(x: text)', 'any', 'The value that a JSON text says.', `json('{"a": [1, 2]}') → {a: [1, 2]}`, {
    aliases: ['parse_json', 'fromjson'],
  }),
  scalar('to_json(x: any)', 'text', 'The value as JSON text.', `to_json({a: [1, 2]}) → '{"a":[1,2]}'`, { aliases: ['tojson'] }),
];
