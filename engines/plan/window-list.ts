// The window functions that are no aggregates: what engines/plan/functions.ts reads at start. See engines/rows/window-functions.ts for
// what they do.

import type { FunctionEntry } from './function-entry.ts';
import type { Type } from './type.ts';
import { commonType } from './typing.ts';

/** The example is a call over the rows of exampleRows, and its values in the order of x. */
interface Entry extends FunctionEntry {
  /** Takes IGNORE NULLS. */
  readonly skipsNulls: boolean;
}

function ranking(signature: string, result: Type, description: string, example: string): Entry {
  return { signature, aliases: [], result, description, example, pure: true, takesNull: true, skipsNulls: false };
}

function reading(signature: string, description: string, example: string): Entry {
  const result = (types: readonly Type[]): Type => commonType([types[0] ?? 'any', types[2] ?? 'null']);
  return { signature, aliases: [], result, description, example, pure: true, takesNull: true, skipsNulls: true };
}

export const windowList: readonly Entry[] = [
  ranking('row_number()', 'integer', 'The number of the row in its partition, from 1.', 'row_number() OVER (ORDER BY s, x) → [1, 3, 2, 4]'),
  ranking(
    'rank()',
    'integer',
    'The number of the first row that is equal in the order: 1, 2, 2, 4.',
    'rank() OVER (ORDER BY s) → [1, 3, 1, 4]',
  ),
  ranking('dense_rank()', 'integer', 'The number of the group of equal rows: 1, 2, 2, 3.', 'dense_rank() OVER (ORDER BY s) → [1, 2, 1, 3]'),
  ranking(
    'percent_rank()',
    'float',
    'The rank less 1 as a fraction of the other rows; 0.0 for a single row.',
    'percent_rank() OVER (ORDER BY s) → [0.0, 0.6666666666666666, 0.0, 1.0]',
  ),
  ranking(
    'cume_dist()',
    'float',
    'The fraction of rows up to the last that is equal in the order.',
    'cume_dist() OVER (ORDER BY s) → [0.5, 0.75, 0.5, 1.0]',
  ),
  ranking(
    'ntile(buckets: integer)',
    'integer',
    'The number of the bucket when the rows are dealt out in order into so many.',
    'ntile(2) OVER (ORDER BY x) → [1, 1, 2, 2]',
  ),
  reading(
    'lag(value: any, offset?: integer, default?: any)',
    'The value some rows before (1 if not said); null or the default if there is none.',
    'lag(y, 1, 0) OVER (ORDER BY x) → [0, 10, 20, null]',
  ),
  reading(
    'lead(value: any, offset?: integer, default?: any)',
    'The value some rows after (1 if not said); null or the default if there is none.',
    'lead(y) IGNORE NULLS OVER (ORDER BY x) → [20, 30, 30, null]',
  ),
  reading(
    'first_value(value: any)',
    'The value of the first row of the frame.',
    'first_value(x) OVER (PARTITION BY s ORDER BY x) → [1, 2, 1, 4]',
  ),
  reading(
    'last_value(value: any)',
    'The value of the last row of the frame.',
    'last_value(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) → [2, 3, 4, 4]',
  ),
  reading(
    'nth_value(value: any, n: integer)',
    'The value of row n of the frame, from 1; null if it has fewer.',
    'nth_value(x, 2) OVER (ORDER BY x) → [null, 2, 2, 2]',
  ),
];
