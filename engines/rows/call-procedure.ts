// CALL: per input row, the rows that the procedure gives for the row's arguments.

import { QueryError } from '../../parser/error.ts';
import type { Batches, RunContext } from '../engine.ts';
import { placed } from '../failure-place.ts';
import type { CallProcedure } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { layoutOf, prepareAll } from './prepare.ts';

/** The input's rows, each with every row of the procedure behind it. */
export async function* runCallProcedure(plan: CallProcedure, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const evaluators = prepareAll(plan.arguments, layoutOf(plan.input));
  const answer = context.procedures.prepare(plan, context);
  let out: Row[] = [];
  for await (const batch of input) {
    context.check();
    for (const row of batch) {
      const values = evaluators.map((evaluate) => evaluate(row, context));
      if (plan.void) out.push(row);
      for await (const results of inItsPlace(plan, answer(values))) {
        if (plan.void) continue;
        for (const result of results) {
          out.push([...row, ...result]);
          if (out.length < context.batchRows) continue;
          context.check();
          yield out;
          out = [];
        }
      }
      if (out.length < context.batchRows) continue;
      yield out;
      out = [];
    }
  }
  if (out.length > 0) yield out;
}

/** What is wrong with arguments is nearly always an option, and the options come last. */
async function* inItsPlace(plan: CallProcedure, results: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  try {
    yield* results;
  } catch (error) {
    const own = error instanceof QueryError && error.code.startsWith('procedure/');
    throw placed(error, (own ? undefined : plan.arguments.at(-1)?.span) ?? plan.span);
  }
}
