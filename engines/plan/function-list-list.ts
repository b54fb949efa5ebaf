// The functions of lists. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const listList: readonly ScalarEntry[] = [
  scalar(
    'range(from: integer, to: integer, step?: integer)',
    'list',
    'The integers from … to …, both included.',
    'range(1, 10, 3) → [1, 4, 7, 10]',
  ),
  scalar('head(x: list)', 'any', 'The first item.', 'head([3, 1, 2]) → 3'),
  scalar('last(x: list)', 'any', 'The last item.', 'last([3, 1, 2]) → 2'),
  scalar('tail(x: list)', 'list', 'All items but the first.', 'tail([3, 1, 2]) → [1, 2]'),
  scalar('array_length(x: list)', 'integer', 'The number of items.', 'array_length([3, 1]) → 2', { aliases: ['cardinality'] }),
  scalar('array_contains(x: list, value: any)', 'boolean', 'Is the value in the list?', 'array_contains([1, 2], 2.0) → true', {
    aliases: ['list_contains'],
  }),
  scalar('array_distinct(x: list)', 'list', 'The list without repeated items.', "array_distinct([1, 1.0, 'x', 'x']) → [1, 'x']", {
    aliases: ['list_distinct'],
  }),
  scalar('array_sort(x: list)', 'list', 'The items in the order of ORDER BY.', "array_sort([3, null, 'b', 1]) → ['b', 1, 3, null]", {
    aliases: ['list_sort'],
  }),
];
