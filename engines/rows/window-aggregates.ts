// Aggregates over frames, for the rows of one partition.
//
//   frames that start with the partition     fed row by row, asked after each: one pass
//   count, sum, total, avg                   rows that leave the frame are taken out again: one pass; sums are exact, rounded once
//   min, max without EXCLUDE                 a queue of the candidates: one pass
//   others                                   each frame from its start: as long as all frames together

import type { RunContext } from '../engine.ts';
import { placed, spanOver } from '../failure-place.ts';
import { order } from '../compare.ts';
import type { WindowItem } from '../plan/plan.ts';
import { checkRoom } from '../room.ts';
import type { Row, Value } from '../value.ts';
import { makeAccumulator } from './aggregate-functions.ts';
import { numberOf } from './aggregate-statistics.ts';
import { inRange } from './arithmetic.ts';
import { ExactSum } from './exact-sum.ts';
import { type Keyed, sortKeyed } from './sort.ts';
import { type Frames, groupAround, partsOf } from './window-frames.ts';

/** The aggregate for each row. `given`: the arguments of each row, undefined where FILTER leaves it out. */
export function overFrames(frames: Frames, given: readonly (Row | undefined)[], item: WindowItem, context: RunContext): Value[] {
  try {
    return valuesOver(frames, given, item, context);
  } catch (error) {
    throw placed(error, spanOver(item.arguments.map((argument) => argument.span)));
  }
}

function valuesOver(frames: Frames, given: readonly (Row | undefined)[], item: WindowItem, context: RunContext): Value[] {
  if (item.sorted) return anew(frames, given, item, context);
  if (frames.exclude === 'nothing' && frames.starts.every((start) => start === 0)) return growing(frames, given, item, context);
  if (item.distinct) return anew(frames, given, item, context);
  const moving = movingMakers[item.name];
  if (moving && given.length > 0) return sliding(frames, given, moving(item));
  if ((item.name === 'min' || item.name === 'max') && frames.exclude === 'nothing')
    return extremes(frames, given, item.name === 'min' ? -1 : 1);
  return anew(frames, given, item, context);
}

/** A list or an object that an accumulator goes on filling. */
function settledCopy(value: Value): Value {
  if (Array.isArray(value)) {
    checkRoom(value.length * 8);
    return [...value];
  }
  return value instanceof Map ? new Map(value) : value;
}

function growing(frames: Frames, given: readonly (Row | undefined)[], item: WindowItem, context: RunContext): Value[] {
  const accumulator = makeAccumulator(item.name, item.distinct === true, item.arguments.length, item.collations);
  let added = 0;
  let value: Value;
  let fresh = false;
  return given.map((_, i) => {
    const end = frames.ends[i] as number;
    // What is copied for the row may be long.
    context.check();
    if (!fresh || end > added) {
      for (; added < end; added++) {
        const row = given[added];
        if (row) accumulator.add(row, context);
        if ((added & 0x3ff) === 0) context.check();
      }
      value = settledCopy(accumulator.result());
      fresh = true;
    }
    return value;
  });
}

function anew(frames: Frames, given: readonly (Row | undefined)[], item: WindowItem, context: RunContext): Value[] {
  let before = '';
  let value: Value;
  return given.map((_, i) => {
    context.check();
    const parts = partsOf(frames, i);
    const key = parts.join(';');
    if (i > 0 && key === before) return value;
    before = key;
    const accumulator = makeAccumulator(item.name, item.distinct === true, item.arguments.length, item.collations);
    for (const row of rowsOf(parts, given, item, context)) accumulator.add(row, context);
    value = accumulator.result();
    return value;
  });
}

/** The rows of a frame, for aggregates over ordered values in the order of their first argument. */
function rowsOf(
  parts: readonly (readonly [number, number])[],
  given: readonly (Row | undefined)[],
  item: WindowItem,
  context: RunContext,
): Row[] {
  const held: Keyed[] = [];
  for (const [from, to] of parts) {
    for (let at = from; at < to; at++) {
      const row = given[at];
      if (row) held.push({ row, keys: row, position: at });
      if ((at & 0x3ff) === 0) context.check();
    }
  }
  const [value] = item.arguments;
  if (item.sorted && value) sortKeyed(held, [{ ...item.sorted, value }], context);
  return held.map(({ row }) => row);
}

// ------------------------------------------------------------------------------------------------ what can be taken out again

interface Moving {
  /** `sign` −1 takes the row out again. */
  change(row: Row, sign: 1 | -1): void;
  result(): Value;
}

function sliding(frames: Frames, given: readonly (Row | undefined)[], moving: Moving): Value[] {
  let from = 0;
  let to = 0;
  const change = (at: number, sign: 1 | -1): void => {
    const row = given[at];
    if (row) moving.change(row, sign);
  };
  return given.map((_, i) => {
    const start = frames.starts[i] as number;
    const end = frames.ends[i] as number;
    for (; to < end; to++) change(to, 1);
    for (; from < start; from++) if (from < to) change(from, -1);
    to = Math.max(to, from);
    if (frames.exclude === 'nothing') return moving.result();
    const left = excluded(frames, i);
    for (const at of left) change(at, -1);
    const value = moving.result();
    for (const at of left) change(at, 1);
    return value;
  });
}

/** The rows inside the stretch that EXCLUDE takes out. */
function excluded(frames: Frames, i: number): number[] {
  const start = frames.starts[i] as number;
  const end = frames.ends[i] as number;
  const kept = partsOf(frames, i);
  const out: number[] = [];
  const [from, to] = frames.exclude === 'row' ? [i, i + 1] : groupAround(frames.partition, i);
  for (let at = Math.max(from, start); at < Math.min(to, end); at++) {
    if (!kept.some(([a, b]) => at >= a && at < b)) out.push(at);
  }
  return out;
}

const movingMakers: Readonly<Record<string, (item: WindowItem) => Moving>> = {
  count: (item) => {
    let count = 0;
    return {
      change([value], sign) {
        if (item.arguments.length === 0 || (value !== null && value !== undefined)) count += sign;
      },
      result: () => BigInt(count),
    };
  },
  sum: () => movingSum('sum', (sum) => (sum.count === 0 ? null : sum.floats === 0 ? inRange(sum.integers, undefined) : sum.total())),
  total: () => movingSum('total', (sum) => sum.total()),
  avg: () => movingSum('avg', (sum) => (sum.count === 0 ? null : (sum.floats === 0 ? Number(sum.integers) : sum.total()) / sum.count)),
};

function movingSum(name: string, finish: (sum: ExactSum) => Value): Moving {
  const sum = new ExactSum();
  return {
    change([value], sign) {
      if (value !== null && value !== undefined) sum.change(numberOf(value, name), sign);
    },
    result: () => finish(sum),
  };
}

/** The queue holds rows that are still the extreme of what follows them, best first; of equal values the first counts. */
function extremes(frames: Frames, given: readonly (Row | undefined)[], direction: 1 | -1): Value[] {
  const queue: number[] = [];
  let head = 0;
  let added = 0;
  const valueAt = (at: number | undefined): Value => (at === undefined ? null : given[at]?.[0]);
  return given.map((_, i) => {
    const start = frames.starts[i] as number;
    for (; added < (frames.ends[i] as number); added++) {
      const value = valueAt(added);
      if (value === null || value === undefined) continue;
      while (queue.length > head && order(value, valueAt(queue.at(-1))) * direction > 0) queue.pop();
      queue.push(added);
    }
    while (head < queue.length && (queue[head] as number) < start) head++;
    return head < queue.length ? valueAt(queue[head]) : null;
  });
}
