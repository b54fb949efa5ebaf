// Distinct: the first of each set of equal rows, in the order they come. Null equals null, 1 equals 1.0.

import { type GroupKey, rowKey } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import type { Row } from '../value.ts';
import { lookAfterLongWalks } from '../value-size.ts';
import { checkHeld } from './batch.ts';

/** The input without repeated rows. */
export async function* runDistinct(input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const seen = new Set<GroupKey>();
  for await (const batch of input) {
    context.check();
    const rows = batch.filter((row) => {
      lookAfterLongWalks(context);
      return addNew(seen, row);
    });
    checkHeld(seen.size);
    if (rows.length > 0) yield rows;
  }
}

/** Adds the row; false if an equal one was there. */
export function addNew(seen: Set<GroupKey>, row: Row): boolean {
  const before = seen.size;
  return seen.add(rowKey(row)).size > before;
}
