// CALL: per input row, the rows that the graph engine's procedure gives for the row's arguments.

import type { Batches, RunContext } from '../engine.ts';
import { inPlace } from '../failure-place.ts';
import type { CallProcedure } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { layoutOf, prepareAll } from './prepare.ts';

/** The input's rows, each with every row of the procedure behind it. */
export async function* runCallProcedure(plan: CallProcedure, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const evaluators = prepareAll(plan.arguments, layoutOf(plan.input));
  // What is wrong with arguments is nearly always an option, and the options come last.
  const span = plan.arguments.at(-1)?.span;
  let out: Row[] = [];
  for await (const batch of input) {
    context.check();
    const argumentRows = batch.map((row) => evaluators.map((evaluate) => evaluate(row, context)));
    const results = await inPlace(span, context.graph.callProcedure(plan, argumentRows, context));
    for (const [i, row] of batch.entries()) {
      for (const result of results[i] ?? []) {
        out.push([...row, ...result]);
        if (out.length < context.batchRows) continue;
        context.check();
        yield out;
        out = [];
      }
    }
  }
  if (out.length > 0) yield out;
}
