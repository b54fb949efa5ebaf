// The window functions that are no aggregates: what engines/plan/functions.ts reads at start. See engines/rows/window-functions.ts for
// what they do.

import type { Type } from './type.ts';
import { commonType } from './typing.ts';

interface Entry {
  readonly signature: string;
  readonly aliases: readonly string[];
  readonly result: Type | ((types: readonly Type[]) => Type);
  readonly description: string;
  readonly pure: boolean;
  readonly takesNull: boolean;
  /** Takes IGNORE NULLS. */
  readonly skipsNulls: boolean;
}

function ranking(signature: string, result: Type, description: string): Entry {
  return { signature, aliases: [], result, description, pure: true, takesNull: true, skipsNulls: false };
}

function reading(signature: string, description: string): Entry {
  const result = (types: readonly Type[]): Type => commonType([types[0] ?? 'any', types[2] ?? 'null']);
  return { signature, aliases: [], result, description, pure: true, takesNull: true, skipsNulls: true };
}

export const windowList: readonly Entry[] = [
  ranking('row_number()', 'integer', 'The number of the row in its partition, from 1.'),
  ranking('rank()', 'integer', 'The number of the first row that is equal in the order: 1, 2, 2, 4.'),
  ranking('dense_rank()', 'integer', 'The number of the group of equal rows: 1, 2, 2, 3.'),
  ranking('percent_rank()', 'float', 'The rank less 1 as a fraction of the other rows; 0.0 for a single row.'),
  ranking('cume_dist()', 'float', 'The fraction of rows up to the last that is equal in the order.'),
  ranking('ntile(buckets: integer)', 'integer', 'The number of the bucket when the rows are dealt out in order into so many.'),
  reading(
    'lag(value: any, offset?: integer, default?: any)',
    'The value some rows before (1 if not said); null or the default if there is none.',
  ),
  reading(
    'lead(value: any, offset?: integer, default?: any)',
    'The value some rows after (1 if not said); null or the default if there is none.',
  ),
  reading('first_value(value: any)', 'The value of the first row of the frame.'),
  reading('last_value(value: any)', 'The value of the last row of the frame.'),
  reading('nth_value(value: any, n: integer)', 'The value of row n of the frame, from 1; null if it has fewer.'),
];
