// Batches of rows: cutting a list of rows into batches and reading an input to its end. No operator ever puts out an empty batch.

import type { Batches, RunContext } from '../engine.ts';
import { rowsInMemoryMax } from '../limits.ts';
import { QueryError } from '../../parser/error.ts';
import type { Row } from '../value.ts';

/** The rows in batches of at most `context.batchRows`. */
export function* chunks<T>(rows: readonly T[], context: { readonly batchRows: number }): Generator<T[]> {
  for (let i = 0; i < rows.length; i += context.batchRows) yield rows.slice(i, i + context.batchRows);
}

/** All rows of an input. `limit/rows-in-memory` if there are too many. */
export async function drain(input: Batches, context: RunContext): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of input) {
    context.check();
    for (const row of batch) rows.push(row);
    checkHeld(rows.length);
  }
  return rows;
}

/** Throws if an operator holds more rows than it may. */
export function checkHeld(rows: number): void {
  if (rows <= rowsInMemoryMax) return;
  throw new QueryError('limit/rows-in-memory', `One step of this statement holds more than ${rowsInMemoryMax} rows in memory.`, {
    hint: 'Filter earlier, or aggregate before sorting and joining.',
  });
}
