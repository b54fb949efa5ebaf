// The functions of objects. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const objectList: readonly ScalarEntry[] = [
  scalar('keys(x: object|node|edge)', 'list', 'The keys of an object, node or edge.', "keys({a: 1, b: null}) → ['a', 'b']", {
    aliases: ['object_keys'],
  }),
  scalar('values(x: object|node|edge)', 'list', 'The values of an object, node or edge.', 'values({a: 1, b: null}) → [1, null]', {
    aliases: ['object_values'],
  }),
  scalar(
    'merge(a: object, b: object)',
    'object',
    'An object with the keys of both; the second wins.',
    'merge({a: 1, b: 2}, {b: 3}) → {a: 1, b: 3}',
    {
      aliases: ['object_merge'],
    },
  ),
];
