// Sort: stable, by keys that are evaluated once per row. Under a LIMIT only the rows that can still be among the first are
// kept, in a heap whose top is the last of them.

import { order } from '../compare.ts';
import type { Batches, Evaluator, RunContext } from '../engine.ts';
import { topRowsMax } from '../limits.ts';
import type { Sort, SortItem } from '../plan/plan.ts';
import type { Row, Value } from '../value.ts';
import { lookAfterLongWalks } from '../value-size.ts';
import { checkHeld, chunks } from './batch.ts';
import { layoutOf, prepare } from './prepare.ts';

/** A row with the values that it is sorted by. */
export interface Keyed {
  readonly row: Row;
  readonly keys: readonly Value[];
  /** Position in the input: settles ties, so that the order is stable. */
  readonly position: number;
}

type CompareKeyed = (a: Keyed, b: Keyed) => number;

/** `rowsMax`: how many rows of the result are wanted at most. */
export async function* runSort(plan: Sort, input: Batches, context: RunContext, rowsMax?: number): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const evaluators = plan.keys.map((k) => prepare(k.value, layout));
  const compareRows = compareBy(plan.keys);
  const bounded = rowsMax !== undefined && rowsMax <= topRowsMax;
  const kept: Keyed[] = [];
  let position = 0;
  for await (const batch of input) {
    context.check();
    for (const row of batch) {
      const item = { row, keys: evaluators.map((e: Evaluator) => e(row, context)), position: position++ };
      if (bounded) keepFirst(kept, item, rowsMax, compareRows);
      else kept.push(item);
      lookAfterLongWalks(context);
    }
    checkHeld(kept.length);
  }
  sortKeyed(kept, plan.keys, context);
  for (const batch of chunks(kept, context)) {
    context.check();
    yield batch.map((item) => item.row);
  }
}

/** Sorts in place. */
export function sortKeyed(items: Keyed[], keys: readonly SortItem[], context: RunContext): void {
  const compareRows = compareBy(keys);
  let compared = 0;
  items.sort((a, b) => {
    if ((++compared & 0xffff) === 0) context.check();
    lookAfterLongWalks(context);
    return compareRows(a, b);
  });
}

function compareBy(items: readonly SortItem[]): CompareKeyed {
  return (a, b) => {
    for (let i = 0; i < items.length; i++) {
      const result = compareKey(a.keys[i], b.keys[i], items[i] as SortItem);
      if (result !== 0) return result;
    }
    return a.position - b.position;
  };
}

/** How two keys stand to each other: 0 for equal ones. */
export function compareKey(a: Value, b: Value, item: SortItem): number {
  const aNull = a === null || a === undefined;
  const bNull = b === null || b === undefined;
  if (aNull || bNull) {
    if (aNull && bNull) return 0;
    return aNull === (item.nulls === 'first') ? -1 : 1;
  }
  return item.descending ? -order(a, b) : order(a, b);
}

/** Keeps the `size` first items of all that came: a binary heap with the last of them at 0. */
function keepFirst(heap: Keyed[], item: Keyed, size: number, compareRows: CompareKeyed): void {
  if (size === 0) return;
  if (heap.length < size) {
    heap.push(item);
    siftUp(heap, compareRows);
  } else if (compareRows(item, heap[0] as Keyed) < 0) {
    heap[0] = item;
    siftDown(heap, compareRows);
  }
}

function siftUp(heap: Keyed[], compareRows: CompareKeyed): void {
  let at = heap.length - 1;
  const item = heap[at] as Keyed;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (compareRows(heap[parent] as Keyed, item) >= 0) break;
    heap[at] = heap[parent] as Keyed;
    at = parent;
  }
  heap[at] = item;
}

function siftDown(heap: Keyed[], compareRows: CompareKeyed): void {
  const item = heap[0] as Keyed;
  let at = 0;
  while (true) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && compareRows(heap[child + 1] as Keyed, heap[child] as Keyed) > 0) child++;
    if (compareRows(heap[child] as Keyed, item) <= 0) break;
    heap[at] = heap[child] as Keyed;
    at = child;
  }
  heap[at] = item;
}
