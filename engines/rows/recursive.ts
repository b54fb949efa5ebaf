// A recursive query, semi-naive: the base, then the step over only the rows that the last round added, until a round adds none.

import { QueryError } from '../../parser/error.ts';
import type { GroupKey } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import { recursionRoundsMax } from '../limits.ts';
import type { Recursive } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { checkHeld } from './batch.ts';
import { addNew } from './distinct.ts';
import { deriveContext } from './prepare.ts';
import type { RunPlan } from './run.ts';

/** The rows of all rounds, as they come. */
export async function* runRecursive(plan: Recursive, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const seen = new Set<GroupKey>();
  let added: Row[] = [];
  const keepNew = async function* (batches: Batches): AsyncGenerator<Row[]> {
    for await (const batch of batches) {
      context.check();
      const rows = plan.all ? batch : batch.filter((row) => addNew(seen, row));
      for (const row of rows) added.push(row);
      checkHeld(seen.size + added.length);
      if (rows.length > 0) yield rows;
    }
  };
  yield* keepNew(run(plan.base, context));
  for (let round = 1; added.length > 0; round++) {
    if (round > recursionRoundsMax) {
      throw new QueryError('limit/recursion', `The recursive query is not done after ${recursionRoundsMax} rounds.`, {
        hint: 'Does it run in a circle? UNION instead of UNION ALL drops rows that were seen before.',
      });
    }
    context.check();
    const working = new Map(context.working).set(plan.recursion, added);
    added = [];
    yield* keepNew(run(plan.step, deriveContext(context, { working })));
  }
}
