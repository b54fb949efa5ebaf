// The functions that choose among their arguments. Part of function-list.ts.

import { oneOf, sameAsFirst, scalar, type ScalarEntry } from './function-entry.ts';
import type { Type } from './type.ts';

/** Of the arguments after the first: result, value, result, …, and a default if their number is odd. */
const decoded = (types: readonly Type[]): Type => oneOf(types.slice(1).filter((_, i, all) => i % 2 === 1 || i === all.length - 1));

export const choiceList: readonly ScalarEntry[] = [
  scalar('greatest(first: any, ...others: any)', oneOf, 'The largest argument in the order of ORDER BY.', 'greatest(1, 2.5, 2) → 2.5', {
    aliases: ['max'],
  }),
  scalar('least(first: any, ...others: any)', oneOf, 'The smallest argument in the order of ORDER BY.', "least('b', 'a') → 'a'", {
    aliases: ['min'],
  }),
  scalar('coalesce(first: any, ...others: any)', oneOf, 'The first argument that is not null.', "coalesce(null, 'x', 'y') → 'x'", {
    aliases: ['ifnull', 'nvl', 'ifmissingornull'],
    nulls: 'skipped',
  }),
  scalar('nullif(a: any, b: any)', sameAsFirst, 'Null if both are equal, else the first.', 'nullif(1, 2) → 1', { nulls: 'equals nothing' }),
  scalar('missingif(a: any, b: any)', sameAsFirst, 'MISSING if both are equal, else the first.', 'missingif(1, 2) → 1', {
    nulls: 'equals nothing',
  }),
  scalar(
    'ifmissing(first: any, ...others: any)',
    oneOf,
    'The first argument that is not MISSING.',
    "ifmissing({a: 1}.b, 'none') → 'none'",
    {
      nulls: 'taken; MISSING is skipped',
    },
  ),
  scalar('ifnan(first: number, ...others: number)', oneOf, 'The first argument that is not NaN.', "ifnan(tofloat('NaN'), 0) → 0"),
  scalar('ifinf(first: number, ...others: number)', oneOf, 'The first argument that is no infinity.', 'ifinf(1.0 / 0, 0) → 0'),
  scalar(
    'ifnanorinf(first: number, ...others: number)',
    oneOf,
    'The first argument that is neither NaN nor an infinity.',
    'ifnanorinf(1.0 / 0, 0) → 0',
  ),
  scalar(
    'nvl2(x: any, notnull: any, null: any)',
    (types) => oneOf(types.slice(1)),
    'The second argument if the first is not null, else the third.',
    "nvl2(null, 'some', 'none') → 'none'",
    {
      nulls: 'chooses the third',
    },
  ),
  scalar(
    'iif(condition: boolean|number, then: any, otherwise?: any)',
    (types) => oneOf(types.slice(1)),
    'The second argument if the first is true, else the third.',
    "iif(1 < 2, 'yes', 'no') → 'yes'",
    { aliases: ['if'], nulls: 'a null condition is not true' },
  ),
  scalar(
    'decode(x: any, ...choices: any)',
    decoded,
    'x is compared with the arguments 2, 4, … and the one behind the first equal is given; else the last if one is left over, else null.',
    "decode(2, 1, 'one', 2, 'two', 'many') → 'two'",
    { nulls: 'equals null' },
  ),
  scalar('truth(x: boolean|number)', 'boolean', 'A number as a truth value: true unless it is 0.', 'truth(2) → true'),
  scalar(
    'readLike(text: text, value: any)',
    'any',
    'The text as a date or a date and time if the value is one; else the text as it is.',
    "readLike('2024-01-31', date('2024-01-01')) → date('2024-01-31')",
    { nulls: 'a null value is no date' },
  ),
];
