// Aggregate: groups rows by the values of the keys in a hash table and feeds each group's accumulators. Groups come out in
// the order in which their first rows came in. Without keys there is one group, also over no rows.

import { type GroupKey, rowKey } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import type { Aggregate } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { makeAccumulator } from './aggregate-functions.ts';
import { checkHeld, chunks } from './batch.ts';
import { layoutOf, prepareAll } from './prepare.ts';

interface Group {
  readonly keys: Row;
  readonly accumulators: ReturnType<typeof makeAccumulator>[];
}

/** A row per group: its keys, then its aggregates. */
export async function* runAggregate(plan: Aggregate, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const keys = prepareAll(
    plan.keys.map((k) => k.value),
    layout,
  );
  const items = plan.aggregates.map((item) => prepareAll(item.arguments, layout));
  const newGroup = (values: Row): Group => ({
    keys: values,
    accumulators: plan.aggregates.map((item) => makeAccumulator(item.name, item.distinct, item.arguments.length)),
  });
  const groups = new Map<GroupKey, Group>();
  if (keys.length === 0) groups.set(rowKey([]), newGroup([]));
  for await (const batch of input) {
    context.check();
    for (const row of batch) {
      const values = keys.map((evaluate) => evaluate(row, context));
      const key = rowKey(values);
      let group = groups.get(key);
      if (!group) {
        group = newGroup(values);
        groups.set(key, group);
      }
      for (let i = 0; i < items.length; i++) {
        const argumentValues = items[i]?.map((evaluate) => evaluate(row, context)) ?? [];
        group.accumulators[i]?.add(argumentValues, context);
      }
    }
    checkHeld(groups.size);
  }
  for (const batch of chunks([...groups.values()], context)) {
    context.check();
    yield batch.map((group) => [...group.keys, ...group.accumulators.map((a) => a.result())]);
  }
}
