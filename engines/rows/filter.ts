// Filter: the rows for which the condition is true. A hashed one, in a subplan that runs once per outer row, reads its input the first
// time only and then looks its rows up.

import { type GroupKey, groupKey } from '../compare.ts';
import type { Batches, RunContext, RunStats } from '../engine.ts';
import type { Filter } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { checkHeld, chunks } from './batch.ts';
import { emptyLayout, layoutOf, prepare, preparePredicate } from './prepare.ts';

/** The rows that pass. */
export async function* runFilter(plan: Filter, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const holds = preparePredicate(plan.predicate, layoutOf(plan.input));
  for await (const batch of input) {
    context.check();
    const rows = batch.filter((row) => holds(row, context));
    if (rows.length > 0) yield rows;
  }
}

type RowsByKey = ReadonlyMap<GroupKey, readonly Row[]>;

/** By statement (they share their counts) and filter. */
const hashes = new WeakMap<RunStats, Map<Filter, RowsByKey>>();

/** `input` is asked for only if the statement has not read it yet. */
export async function* runHashedFilter(
  plan: Filter,
  key: NonNullable<Filter['hash']>,
  input: () => Batches,
  context: RunContext,
): AsyncGenerator<Row[]> {
  let known = hashes.get(context.stats);
  if (!known) hashes.set(context.stats, (known = new Map()));
  let byKey = known.get(plan);
  if (!byKey) known.set(plan, (byKey = await hashRows(plan, key, input(), context)));
  const value = prepare(key.outer, emptyLayout)([], context);
  const found = value === null || value === undefined ? undefined : byKey.get(groupKey(value));
  if (!found) return;
  // Equal keys are not always `=`, and the predicate may have more conditions.
  const holds = preparePredicate(plan.predicate, layoutOf(plan.input));
  const rows = found.filter((row) => holds(row, context));
  yield* chunks(rows, context);
}

async function hashRows(plan: Filter, key: NonNullable<Filter['hash']>, input: Batches, context: RunContext): Promise<RowsByKey> {
  const valueOf = prepare(key.inner, layoutOf(plan.input));
  const byKey = new Map<GroupKey, Row[]>();
  let held = 0;
  for await (const batch of input) {
    context.check();
    for (const row of batch) {
      const value = valueOf(row, context);
      if (value === null || value === undefined) continue;
      const group = groupKey(value);
      const rows = byKey.get(group);
      if (rows) rows.push(row);
      else byKey.set(group, [row]);
    }
    held += batch.length;
    checkHeld(held);
  }
  return byKey;
}
