// The operators without an input: one row, literal rows, and the rows that the last round of a recursion added.

import type { RunContext } from '../engine.ts';
import type { ScanWorking, Values } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { chunks } from './batch.ts';
import { emptyLayout, prepareAll } from './prepare.ts';

/** One row without columns. */
export async function* runOne(): AsyncGenerator<Row[]> {
  yield [[]];
}

/** The literal rows. */
export async function* runValues(plan: Values, context: RunContext): AsyncGenerator<Row[]> {
  for (const batch of chunks(plan.rows, context)) {
    context.check();
    yield batch.map((row) => prepareAll(row, emptyLayout).map((evaluate) => evaluate([], context)));
  }
}

/** The rows that the last round added. */
export async function* runScanWorking(plan: ScanWorking, context: RunContext): AsyncGenerator<Row[]> {
  const rows = context.working.get(plan.recursion);
  if (!rows) throw new Error(`The working rows of recursion ${plan.recursion} are read outside its step.`);
  for (const batch of chunks(rows, context)) {
    context.check();
    yield batch;
  }
}
