// Aggregate: groups rows by the values of the keys in a hash table and feeds each group's accumulators. Groups come out in
// the order in which their first rows came in, those of one grouping set together. Without keys there is one group, also over no rows.

import { type GroupKey, rowKey } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import { placed, spanOver } from '../failure-place.ts';
import type { Aggregate, AggregateItem } from '../plan/plan.ts';
import type { Row, Value } from '../value.ts';
import { lookAfterLongWalks } from '../value-size.ts';
import { makeAccumulator } from './aggregate-functions.ts';
import { checkHeld, chunks } from './batch.ts';
import { layoutOf, prepareAll, preparePredicate } from './prepare.ts';
import { type Keyed, sortKeyed } from './sort.ts';

/** What one aggregate of one group is fed with. */
interface Feed {
  add(row: Row, context: RunContext): void;
  result(context: RunContext): Value;
}

interface Group {
  readonly keys: Row;
  readonly feeds: readonly Feed[];
}

/** The groups of one grouping set. `keys`: which keys it has, in the order of the plan's. */
interface GroupsOfSet {
  readonly keys: readonly number[];
  readonly groups: Map<GroupKey, Group>;
}

/** A row per group: its keys, then its aggregates, then what grouping() says. */
export async function* runAggregate(plan: Aggregate, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const keys = prepareAll(
    plan.keys.map((k) => k.value),
    layout,
  );
  const makeFeeds = plan.aggregates.map((item) => feedMaker(plan, item));
  const newGroup = (values: Row): Group => ({ keys: values, feeds: makeFeeds.map((make) => make()) });
  const sets = (plan.sets ?? [plan.keys.map((_, i) => i)]).map((set): GroupsOfSet => ({ keys: set, groups: new Map() }));
  const nothing = plan.keys.map(() => null);
  for (const set of sets) if (set.keys.length === 0) set.groups.set(rowKey(nothing), newGroup(nothing));
  for await (const batch of input) {
    context.check();
    for (const row of batch) {
      const values = keys.map((evaluate) => evaluate(row, context));
      for (const set of sets) {
        const group = groupOf(set, plan.sets ? values.map((v, i) => (set.keys.includes(i) ? v : null)) : values, newGroup);
        for (const feed of group.feeds) feed.add(row, context);
      }
      lookAfterLongWalks(context);
    }
    checkHeld(sets.reduce((sum, set) => sum + set.groups.size, 0));
  }
  for (const set of sets) {
    const marks = (plan.groupings ?? []).map((g) => groupingMark(g.keys, set.keys));
    for (const batch of chunks([...set.groups.values()], context)) {
      context.check();
      yield batch.map((group) => [...group.keys, ...group.feeds.map((f) => f.result(context)), ...marks]);
    }
  }
}

function groupOf({ groups }: GroupsOfSet, values: Row, make: (values: Row) => Group): Group {
  const key = rowKey(values);
  let group = groups.get(key);
  if (!group) {
    group = make(values);
    groups.set(key, group);
  }
  return group;
}

/** A bit per key, the last the lowest, set where the set lacks it. */
function groupingMark(wanted: readonly number[], present: readonly number[]): bigint {
  return wanted.reduce((mark, key) => mark * 2n + (present.includes(key) ? 0n : 1n), 0n);
}

/** The maker of what feeds one aggregate: through its filter, and in its order. */
function feedMaker(plan: Aggregate, item: AggregateItem): () => Feed {
  const layout = layoutOf(plan.input);
  const values = prepareAll(item.arguments, layout);
  const filter = item.filter && preparePredicate(item.filter, layout);
  const orderBy = item.orderBy ?? [];
  const keys = prepareAll(
    orderBy.map((k) => k.value),
    layout,
  );
  const span = spanOver(item.arguments.map((argument) => argument.span));
  const start = (): ReturnType<typeof makeAccumulator> => makeAccumulator(item.name, item.distinct, item.arguments.length, item.collations);
  return () => {
    const accumulator = start();
    const held: Keyed[] = [];
    const take = (given: Row, context: RunContext): void => {
      try {
        accumulator.add(given, context);
      } catch (error) {
        throw placed(error, span);
      }
    };
    return {
      add(row, context) {
        if (filter && !filter(row, context)) return;
        const given = values.map((evaluate) => evaluate(row, context));
        if (keys.length === 0) take(given, context);
        else {
          held.push({ row: given, keys: keys.map((evaluate) => evaluate(row, context)), position: held.length });
          if ((held.length & 0xffff) === 0) checkHeld(held.length);
        }
      },
      result(context) {
        sortKeyed(held, orderBy, context);
        for (const { row } of held) take(row, context);
        held.length = 0;
        try {
          return accumulator.result();
        } catch (error) {
          throw placed(error, span);
        }
      },
    };
  };
}
