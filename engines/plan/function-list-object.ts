// The functions of objects. None changes its argument: each gives a new object. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const objectList: readonly ScalarEntry[] = [
  scalar('keys(x: object|node|edge)', 'list', 'The keys of an object, node or edge.', "keys({a: 1, b: null}) → ['a', 'b']", {
    aliases: ['object_keys', 'object_names', 'json_object_keys', 'jsonb_object_keys', 'json_keys'],
  }),
  scalar('values(x: object|node|edge)', 'list', 'The values of an object, node or edge.', 'values({a: 1, b: null}) → [1, null]', {
    aliases: ['object_values'],
  }),
  scalar(
    'merge_patch(document: any, patch: any)',
    'any',
    'The document changed by a merge patch (RFC 7396): objects are merged at any depth, null removes a key.',
    'merge_patch({a: 1, b: {c: 2}}, {a: null, b: {d: 3}}) → {b: {c: 2, d: 3}}',
    { nulls: 'a null patch gives null' },
  ),
  scalar(
    'object_pairs(x: object)',
    'list',
    'A list of {name, val} for each key.',
    "object_pairs({a: 1, b: 2}) → [{name: 'a', val: 1}, {name: 'b', val: 2}]",
  ),
  scalar(
    'object_from_pairs(x: list)',
    'object',
    'An object of a list of {name, val} or [key, value]; later ones win.',
    "object_from_pairs([['a', 1], {name: 'b', val: 2}]) → {a: 1, b: 2}",
    {
      aliases: ['map_from_entries'],
    },
  ),
  scalar('object_length(x: object)', 'integer', 'The number of keys.', 'object_length({a: 1, b: null}) → 2'),
  scalar('object_has(x: object, key: text)', 'boolean', 'Is there the key?', "object_has({a: null}, 'a') → true"),
  scalar(
    'object_add(x: object, key: text, value: any)',
    'object',
    'With the key, unless it is there already.',
    "object_add({a: 1}, 'b', 2) → {a: 1, b: 2}",
    {
      nulls: 'a null value is added; a null object or key gives null',
    },
  ),
  scalar(
    'object_put(x: object, key: text, value: any)',
    'object',
    'With the key, whether it was there or not; a MISSING value takes it away.',
    "object_put({a: 1}, 'a', 2) → {a: 2}",
    {
      nulls: 'a null value is put; a null object or key gives null',
    },
  ),
  scalar('object_remove(x: object, ...keys: text)', 'object', 'Without the keys.', "object_remove({a: 1, b: 2}, 'a') → {b: 2}"),
  scalar(
    'object_rename(x: object, from: text, to: text)',
    'object',
    'With another name for a key, at the same place.',
    "object_rename({a: 1, b: 2}, 'a', 'c') → {c: 1, b: 2}",
  ),
  scalar(
    'object_replace(x: object, old: any, new: any)',
    'object',
    'With the new value wherever a key has the old one.',
    'object_replace({a: 1, b: 2, c: 1}, 1, 9) → {a: 9, b: 2, c: 9}',
    {
      nulls: 'a null new value is put; else null',
    },
  ),
  scalar(
    'object_concat(...objects: object)',
    'object',
    'An object with the keys of all; later ones win.',
    'object_concat({a: 1}, {b: 2}, {a: 3}) → {a: 3, b: 2}',
  ),
  scalar('object_unwrap(x: object)', 'any', 'The value of the only key; null if there is not exactly one.', 'object_unwrap({a: 7}) → 7'),
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
