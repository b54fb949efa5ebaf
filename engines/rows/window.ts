// Window: sorts all rows by partition and order, then computes each function over each partition. Holds all rows in memory, with the values
// that the functions read.

import type { Batches, Evaluator, RunContext } from '../engine.ts';
import type { SortItem, Window, WindowItem } from '../plan/plan.ts';
import type { Row, Value } from '../value.ts';
import { checkHeld, chunks } from './batch.ts';
import { layoutOf, prepareAll, preparePredicate } from './prepare.ts';
import { compareKey, type Keyed, sortKeyed } from './sort.ts';
import { overFrames } from './window-aggregates.ts';
import { framesOf, type Partition, prepareBounds } from './window-frames.ts';
import { frameFunctions, rankFunctions } from './window-functions.ts';

/** The input's rows, sorted, each with the values of the functions. */
export async function* runWindow(plan: Window, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const partition: SortItem[] = plan.partition.map((value) => ({ value, descending: false, nulls: 'first' }));
  const keys = [...partition, ...plan.order];
  const evaluators = prepareAll(
    keys.map((k) => k.value),
    layout,
  );
  const rows: Keyed[] = [];
  for await (const batch of input) {
    context.check();
    for (const row of batch) rows.push({ row, keys: evaluators.map((e: Evaluator) => e(row, context)), position: rows.length });
    checkHeld(rows.length);
  }
  sortKeyed(rows, keys, context);
  const functions = plan.functions.map((item) => prepareFunction(plan, item, context));
  for (let start = 0; start < rows.length; ) {
    let end = start + 1;
    while (end < rows.length && sameKeys(rows[start] as Keyed, rows[end] as Keyed, partition, 0)) end++;
    const part = partitionOf(rows.slice(start, end), plan.order, partition.length);
    const values = functions.map((compute) => compute(part, context));
    const out = part.rows.map((row, i): Row => [...row, ...values.map((column) => column[i])]);
    for (const batch of chunks(out, context)) {
      context.check();
      yield batch;
    }
    start = end;
  }
}

function sameKeys(a: Keyed, b: Keyed, keys: readonly SortItem[], from: number): boolean {
  return keys.every((key, i) => compareKey(a.keys[from + i], b.keys[from + i], key) === 0);
}

function partitionOf(rows: readonly Keyed[], order: readonly SortItem[], from: number): Partition {
  const groupOf = new Uint32Array(rows.length);
  const groupStarts: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (i === 0 || !sameKeys(rows[i - 1] as Keyed, rows[i] as Keyed, order, from)) groupStarts.push(i);
    groupOf[i] = groupStarts.length - 1;
  }
  return { rows: rows.map((r) => r.row), firstKeys: rows.map((r) => r.keys[from]), groupOf, groupStarts };
}

type Compute = (partition: Partition, context: RunContext) => readonly Value[];

function prepareFunction(plan: Window, item: WindowItem, context: RunContext): Compute {
  const layout = layoutOf(plan.input);
  const values = prepareAll(item.arguments, layout);
  const argumentsOf = ({ rows }: Partition): Row[] => rows.map((row) => values.map((evaluate) => evaluate(row, context)));
  const ranking = rankFunctions.get(item.name);
  if (ranking) return (partition) => ranking(partition, argumentsOf(partition), item);
  const bounds = prepareBounds(plan, item.frame, context);
  const reading = frameFunctions.get(item.name);
  if (reading) return (partition) => reading(framesOf(partition, bounds), argumentsOf(partition), item);
  const filter = item.filter && preparePredicate(item.filter, layout);
  return (partition) => {
    const kept = partition.rows.map((row) => !filter || filter(row, context));
    const given = partition.rows.map((row, i) => (kept[i] ? values.map((evaluate) => evaluate(row, context)) : undefined));
    return overFrames(framesOf(partition, bounds), given, item, context);
  };
}
