// FOREACH, and CALL { … } that only writes: per input row, a subplan run to its end for what it changes.

import type { Batches, RunContext } from '../engine.ts';
import { freeColumns } from '../plan/free-columns.ts';
import type { ForEach } from '../plan/writes.ts';
import type { Row } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { contextWithRow, layoutOf, placesOf } from './prepare.ts';
import type { RunPlan } from './run.ts';

/** The input's rows, once the body has run for all of them. */
export async function* runForEach(plan: ForEach, input: Batches, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const places = placesOf(freeColumns(plan.body), layoutOf(plan.input));
  const rows = await drain(input, context);
  for (const row of rows) {
    for await (const _batch of run(plan.body, contextWithRow(context, row, places))) context.check();
  }
  yield* chunks(rows, context);
}
