// Filter: the rows for which the condition is true.

import type { Batches, RunContext } from '../engine.ts';
import type { Filter } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { layoutOf, preparePredicate } from './prepare.ts';

export async function* runFilter(plan: Filter, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const holds = preparePredicate(plan.predicate, layoutOf(plan.input));
  for await (const batch of input) {
    context.check();
    const rows = batch.filter((row) => holds(row, context));
    if (rows.length > 0) yield rows;
  }
}
