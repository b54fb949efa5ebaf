// The functions that choose among their arguments. Part of function-list.ts.

import { oneOf, sameAsFirst, scalar, type ScalarEntry } from './function-entry.ts';

export const choiceList: readonly ScalarEntry[] = [
  scalar('greatest(first: any, ...others: any)', oneOf, 'The largest argument; null if one is null.', 'greatest(1, 2.5, 2) → 2.5'),
  scalar('least(first: any, ...others: any)', oneOf, 'The smallest argument; null if one is null.', "least('b', 'a') → 'a'"),
  scalar('coalesce(first: any, ...others: any)', oneOf, 'The first argument that is not null.', "coalesce(null, 'x', 'y') → 'x'", {
    aliases: ['ifnull'],
    nulls: 'skipped',
  }),
  scalar('nullif(a: any, b: any)', sameAsFirst, 'Null if both are equal, else the first.', 'nullif(1, 2) → 1', { nulls: 'equals nothing' }),
  scalar(
    'iif(condition: boolean|number, then: any, otherwise?: any)',
    (types) => oneOf(types.slice(1)),
    'The second argument if the first is true, else the third.',
    "iif(1 < 2, 'yes', 'no') → 'yes'",
    { aliases: ['if'], nulls: 'a null condition is not true' },
  ),
  scalar('truth(x: boolean|number)', 'boolean', 'A number as a truth value: true unless it is 0.', 'truth(2) → true'),
  scalar(
    'readLike(text: text, value: any)',
    'any',
    'The text as a date or a date and time if the value is one; else the text as it is.',
    "readLike('2024-01-31', date('2024-01-01')) → date('2024-01-31')",
  ),
];
