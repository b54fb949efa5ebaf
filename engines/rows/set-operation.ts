// UNION, INTERSECT and EXCEPT, as sets or (with ALL) as bags. Columns match by position; rows come in the order of the left
// input, for UNION followed by those of the right.

import { type GroupKey, rowKey } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import type { SetOperation } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { checkHeld } from './batch.ts';
import { addNew, runDistinct } from './distinct.ts';

/** The rows of both sides put together. */
export function runSetOperation(plan: SetOperation, left: Batches, right: Batches, context: RunContext): Batches {
  switch (plan.operator) {
    case 'union':
      return plan.all ? concatenate(left, right, context) : runDistinct(concatenate(left, right, context), context);
    case 'intersect':
    case 'except':
      return intersectOrExcept(plan, left, right, context);
  }
}

async function* concatenate(left: Batches, right: Batches, context: RunContext): AsyncGenerator<Row[]> {
  for (const input of [left, right]) {
    for await (const batch of input) {
      context.check();
      yield batch;
    }
  }
}

async function* intersectOrExcept(plan: SetOperation, left: Batches, right: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const counts = new Map<GroupKey, number>();
  for await (const batch of right) {
    context.check();
    for (const row of batch) {
      const key = rowKey(row);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    checkHeld(counts.size);
  }
  const wantsMatch = plan.operator === 'intersect';
  const seen = new Set<GroupKey>();
  const keep = (row: Row): boolean => {
    const key = rowKey(row);
    const count = counts.get(key) ?? 0;
    if (plan.all) {
      // As bags: each row on the right pairs off one on the left.
      if (count > 0) counts.set(key, count - 1);
      return count > 0 === wantsMatch;
    }
    return count > 0 === wantsMatch && addNew(seen, row);
  };
  for await (const batch of left) {
    context.check();
    const rows = batch.filter(keep);
    if (rows.length > 0) yield rows;
  }
}
