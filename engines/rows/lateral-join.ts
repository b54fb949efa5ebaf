// Lateral join: the right side refers to the left's columns and runs once per left row, with the row as outer values.

import type { RunContext } from '../engine.ts';
import { freeColumns } from '../plan/free-columns.ts';
import { outputColumns, type Join } from '../plan/plan.ts';
import { planWrites } from '../plan/walk.ts';
import type { Row } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { contextWithRow, layoutOf, placesOf, preparePredicate } from './prepare.ts';
import type { RunPlan } from './run.ts';

/** The joined rows, in the order of the left ones. */
export async function* runLateralJoin(plan: Join, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  if (plan.type === 'right' || plan.type === 'full') throw new Error(`A ${plan.type} join cannot be lateral.`);
  const places = placesOf(freeColumns(plan.right), layoutOf(plan.left));
  const holds = plan.on && preparePredicate(plan.on, layoutOf(plan));
  const nulls: Row = new Array(outputColumns(plan.right).length).fill(null);
  let out: Row[] = [];
  // A right side that writes must not change what the left still reads.
  const left = planWrites(plan.right) ? chunks(await drain(run(plan.left, context), context), context) : run(plan.left, context);
  for await (const batch of left) {
    for (const left of batch) {
      let found = false;
      for await (const rightBatch of run(plan.right, contextWithRow(context, left, places))) {
        context.check();
        for (const right of rightBatch) {
          const joined = [...left, ...right];
          if (holds && !holds(joined, context)) continue;
          found = true;
          out.push(joined);
          if (out.length < context.batchRows) continue;
          yield out;
          out = [];
        }
      }
      if (!found && plan.type === 'left') out.push([...left, ...nulls]);
      if (out.length >= context.batchRows) {
        yield out;
        out = [];
      }
    }
    context.check();
  }
  if (out.length > 0) yield out;
}
