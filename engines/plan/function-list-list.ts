// The functions of lists. Positions count from 0, as in list[0]. None changes its argument. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

const parts: readonly ScalarEntry[] = [
  scalar(
    'range(from: integer, to: integer, step?: integer)',
    'list',
    'The integers from … to …, both included.',
    'range(1, 10, 3) → [1, 4, 7, 10]',
    { checkedLate: true },
  ),
  scalar(
    'array_range(from: integer, to: integer, step?: integer)',
    'list',
    'The integers from … up to but not …',
    'array_range(0, 6, 2) → [0, 2, 4]',
  ),
  scalar(
    'generate_series(from: number|temporal, to: number|temporal, step?: number|duration)',
    'list',
    'From … to …, in steps of 1 or as given; in FROM a row for each.',
    'generate_series(5, 1, -2) → [5, 3, 1]',
  ),
  scalar('head(x: list)', 'any', 'The first item.', 'head([3, 1, 2]) → 3'),
  scalar('last(x: list)', 'any', 'The last item.', 'last([3, 1, 2]) → 2'),
  scalar('tail(x: list)', 'list', 'All items but the first.', 'tail([3, 1, 2]) → [1, 2]'),
  scalar(
    'array_slice(x: list, from: integer, to?: integer)',
    'list',
    'The items from … up to but not …; a negative position counts from the end; as x[from..to].',
    'array_slice([3, 1, 2], 1) → [1, 2]',
    {
      aliases: ['list_slice'],
    },
  ),
  scalar('array_length(x: list)', 'integer', 'The number of items.', 'array_length([3, 1]) → 2', {
    aliases: ['cardinality', 'json_array_len'],
  }),
  scalar('isempty(x: list|object|text)', 'boolean', 'Has it no items, keys or characters?', 'isempty([]) → true', {
    aliases: ['is_empty'],
  }),
];

const searches: readonly ScalarEntry[] = [
  scalar('array_contains(x: list, value: any)', 'boolean', 'Is the value in the list?', 'array_contains([1, 2], 2.0) → true', {
    aliases: ['list_contains', 'list_has', 'array_has'],
  }),
  scalar('array_overlaps(x: list, y: list)', 'boolean', 'Have both lists an item in common?', 'array_overlaps([1, 2], [2, 3]) → true', {
    aliases: ['list_has_any', 'array_has_any'],
  }),
  scalar(
    'array_position(x: list, value: any)',
    'integer',
    'The position of the first equal item, from 0; -1 if there is none.',
    "array_position(['a', 'b'], 'b') → 1",
    {
      aliases: ['list_position', 'list_indexof'],
    },
  ),
  scalar('array_count(x: list)', 'integer', 'The number of items that are not null.', 'array_count([1, null, 2]) → 2'),
  scalar('array_sum(x: list)', 'number', 'The sum of the numbers, nulls skipped; 0 of none.', 'array_sum([1, 2.5, null]) → 3.5', {
    aliases: ['list_sum'],
  }),
  scalar('array_avg(x: list)', 'float', 'The mean of the numbers, nulls skipped; null of none.', 'array_avg([1, 2]) → 1.5', {
    aliases: ['list_avg'],
  }),
  scalar(
    'array_min(x: list)',
    'any',
    'The smallest item in the order of ORDER BY, nulls skipped; null of none.',
    'array_min([3, 1, 2]) → 1',
    { aliases: ['list_min'] },
  ),
  scalar(
    'array_max(x: list)',
    'any',
    'The largest item in the order of ORDER BY, nulls skipped; null of none.',
    'array_max([3, 1, 2]) → 3',
    { aliases: ['list_max'] },
  ),
  scalar('array_ifnull(x: list)', 'any', 'The first item that is not null; null of none.', "array_ifnull([null, 'b']) → 'b'"),
  scalar(
    'array_to_string(x: list, separator: text, null?: text)',
    'text',
    'The items as text, joined; nulls are left out, or stand as the text given.',
    "array_to_string([1, null, 'b'], '-') → '1-b'",
    {
      aliases: ['array_join', 'list_join'],
    },
  ),
];

const changes: readonly ScalarEntry[] = [
  scalar('array_append(x: list, ...values: any)', 'list', 'With the values at the end.', 'array_append([1], 2, 3) → [1, 2, 3]', {
    aliases: ['list_append'],
    nulls: 'a null value is appended; a null list gives null',
  }),
  scalar('array_prepend(value: any, x: list)', 'list', 'With the value at the start.', 'array_prepend(1, [2]) → [1, 2]', {
    aliases: ['list_prepend'],
    nulls: 'a null value is put; a null list gives null',
  }),
  scalar('array_put(x: list, value: any)', 'list', 'With the value at the end, unless it is in the list.', 'array_put([1, 2], 2) → [1, 2]'),
  scalar(
    'array_insert(x: list, position: integer, value: any)',
    'list',
    'With the value at the position, the rest behind it.',
    'array_insert([1, 3], 1, 2) → [1, 2, 3]',
    {
      nulls: 'a null value is inserted; else null',
    },
  ),
  scalar(
    'array_remove(x: list, ...values: any)',
    'list',
    'Without items that equal one of the values.',
    'array_remove([1, 2, 1, 3], 1) → [2, 3]',
    {
      nulls: 'a null value takes nulls away; a null list gives null',
    },
  ),
  scalar(
    'array_replace(x: list, old: any, new: any)',
    'list',
    'With the new value wherever an item is the old one.',
    'array_replace([1, 2, 1], 1, 9) → [9, 2, 9]',
    {
      nulls: 'null is a value like others; a null list gives null',
    },
  ),
  scalar('array_concat(...lists: list)', 'list', 'The items of all lists.', 'array_concat([1], [2, 3], []) → [1, 2, 3]', {
    aliases: ['array_cat', 'list_concat', 'list_cat'],
  }),
  scalar('array_repeat(value: any, times: integer)', 'list', 'The value so many times.', "array_repeat('a', 3) → ['a', 'a', 'a']", {
    nulls: 'a null value is repeated; a null number gives null',
  }),
  scalar('array_distinct(x: list)', 'list', 'The list without repeated items.', "array_distinct([1, 1.0, 'x', 'x']) → [1, 'x']", {
    aliases: ['list_distinct'],
  }),
  scalar('array_sort(x: list)', 'list', 'The items in the order of ORDER BY.', "array_sort([3, null, 'b', 1]) → ['b', 1, 3, null]", {
    aliases: ['list_sort'],
  }),
  scalar('array_reverse(x: list)', 'list', 'The items backwards.', 'array_reverse([1, 2, 3]) → [3, 2, 1]', { aliases: ['list_reverse'] }),
  scalar(
    'array_flatten(x: list, depth?: integer)',
    'list',
    'Lists inside the list replaced by their items, so many levels deep (1).',
    'array_flatten([1, [2, [3]]]) → [1, 2, [3]]',
    { aliases: ['flatten', 'list_flatten'] },
  ),
  scalar(
    'array_union(x: list, ...others: list)',
    'list',
    'The items that are in one of the lists, each once.',
    'array_union([1, 2], [2, 3]) → [1, 2, 3]',
    { aliases: ['list_union'] },
  ),
  scalar(
    'array_intersect(x: list, ...others: list)',
    'list',
    'The items that are in all lists, each once.',
    'array_intersect([1, 2, 2], [2, 3]) → [2]',
    { aliases: ['list_intersect'] },
  ),
  scalar(
    'array_except(x: list, y: list)',
    'list',
    'The items of the first list that are not in the second, each once.',
    'array_except([1, 2, 3], [2]) → [1, 3]',
    { aliases: ['list_except'] },
  ),
  scalar(
    'array_symdiff(x: list, y: list)',
    'list',
    'The items that are in exactly one of both lists, each once.',
    'array_symdiff([1, 2], [2, 3]) → [1, 3]',
  ),
  scalar(
    'array_zip(x: list, ...others: list)',
    'list',
    'A list of the first items, of the second items, … as far as the shortest list goes.',
    "array_zip([1, 2], ['a', 'b']) → [[1, 'a'], [2, 'b']]",
    { aliases: ['list_zip'] },
  ),
  scalar(
    'array_star(x: list)',
    'object',
    'A list of objects as one object of lists.',
    'array_star([{a: 1}, {a: 2, b: 3}]) → {a: [1, 2], b: [null, 3]}',
  ),
];

export const listList: readonly ScalarEntry[] = [...parts, ...searches, ...changes];
