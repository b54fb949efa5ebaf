// Frames: for each row of a sorted partition the stretch of rows that its frame covers, and what EXCLUDE takes out of it. Both ends of a
// stretch never move backwards from one row to the next.

import { QueryError } from '../../parser/error.ts';
import { order, typeName } from '../compare.ts';
import type { Evaluator, RunContext } from '../engine.ts';
import type { Frame, FrameBound, SortItem, Window } from '../plan/plan.ts';
import type { Row, Value } from '../value.ts';
import { layoutOf, prepare } from './prepare.ts';

/** The rows of a partition in order. Rows that are equal in the order form a group. */
export interface Partition {
  readonly rows: readonly Row[];
  /** The first key of the order, for RANGE with an offset. */
  readonly firstKeys: readonly Value[];
  readonly groupOf: Uint32Array;
  /** Where each group starts. */
  readonly groupStarts: readonly number[];
}

/** A frame with its offsets known. */
export interface Bounds {
  readonly frame: Frame;
  readonly start: number;
  readonly end: number;
  readonly range?: RangeBounds | undefined;
}

interface RangeBounds {
  readonly key: SortItem;
  /** The value of the key at which the frame starts or ends for a row. */
  readonly startKey?: ((row: Row, key: Value) => Value) | undefined;
  readonly endKey?: ((row: Row, key: Value) => Value) | undefined;
}

/** Evaluates and checks the offsets: `type/frame`. */
export function prepareBounds(plan: Window, frame: Frame, context: RunContext): Bounds {
  const key = plan.order[0];
  if (frame.unit !== 'range' || !key) {
    return { frame, start: countOf(frame.start, frame.unit, context), end: countOf(frame.end, frame.unit, context) };
  }
  const startKey = shifted(plan, key, frame.start, context);
  const endKey = shifted(plan, key, frame.end, context);
  return { frame, start: 0, end: 0, range: { key, startKey, endKey } };
}

function offsetOf(bound: FrameBound, context: RunContext): Value {
  return bound.offset ? prepare(bound.offset, new Map())([], context) : 0n;
}

function countOf(bound: FrameBound, unit: string, context: RunContext): number {
  const value = offsetOf(bound, context);
  if (typeof value === 'bigint' && value >= 0n) return Number(value);
  const found = typeof value === 'bigint' ? String(value) : typeName(value);
  throw new QueryError('type/frame', `The offset of ${unit.toUpperCase()} must be an integer that is not negative, not ${found}.`, {
    span: bound.offset?.span,
  });
}

function shifted(plan: Window, key: SortItem, bound: FrameBound, context: RunContext): RangeBounds['startKey'] {
  if (!bound.offset) return undefined;
  const offset = offsetOf(bound, context);
  if (offset === null || offset === undefined || ((typeof offset === 'bigint' || typeof offset === 'number') && !(offset >= 0))) {
    throw new QueryError('type/frame', 'The offset of a frame must not be null or negative.', { span: bound.offset.span });
  }
  const back = (bound.kind === 'preceding') !== key.descending;
  const evaluate: Evaluator = prepare(
    { kind: 'binary', operator: back ? '-' : '+', left: key.value, right: bound.offset, type: 'any', span: bound.offset.span },
    layoutOf(plan.input),
  );
  return (row, value) => {
    // Beyond 64 bits is no error here: no row is there.
    if (typeof value === 'bigint' && typeof offset === 'bigint') return back ? value - offset : value + offset;
    return evaluate(row, context);
  };
}

/** The frames of all rows of a partition. */
export interface Frames {
  readonly partition: Partition;
  readonly exclude: Frame['exclude'];
  /** From `starts[i]` to before `ends[i]`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Where the frame of each row starts and ends. */
export function framesOf(partition: Partition, bounds: Bounds): Frames {
  const size = partition.rows.length;
  const starts = new Uint32Array(size);
  const ends = new Uint32Array(size);
  const place = placer(partition, bounds);
  for (let i = 0; i < size; i++) {
    const start = Math.min(Math.max(place.start(i), 0), size);
    starts[i] = start;
    ends[i] = Math.max(start, Math.min(Math.max(place.end(i), 0), size));
  }
  return { partition, exclude: bounds.frame.exclude, starts, ends };
}

/** Both may lie outside of the partition. */
interface Placer {
  start(i: number): number;
  end(i: number): number;
}

function placer(partition: Partition, bounds: Bounds): Placer {
  const { start, end, unit } = bounds.frame;
  const size = partition.rows.length;
  const steps = unit === 'rows' ? rowSteps : unit === 'groups' || !bounds.range ? groupSteps(partition) : undefined;
  const sign = { preceding: -1, current: 0, following: 1 };
  const search = steps ? undefined : rangeSearch(partition, bounds.range as RangeBounds);
  return {
    start(i) {
      if (start.kind === 'preceding' && !start.offset) return 0;
      return steps ? steps.first(i, sign[start.kind] * bounds.start) : (search as RangeSearch).start(i);
    },
    end(i) {
      if (end.kind === 'following' && !end.offset) return size;
      return steps ? steps.after(i, sign[end.kind] * bounds.end) : (search as RangeSearch).end(i);
    },
  };
}

interface Steps {
  /** Where the unit that is `by` units away starts. */
  first(i: number, by: number): number;
  /** Where it ends. */
  after(i: number, by: number): number;
}

const rowSteps: Steps = { first: (i, by) => i + by, after: (i, by) => i + by + 1 };

function groupSteps({ rows, groupOf, groupStarts }: Partition): Steps {
  const startOf = (group: number): number => (group < 0 ? 0 : (groupStarts[group] ?? rows.length));
  return {
    first: (i, by) => startOf((groupOf[i] as number) + by),
    after: (i, by) => startOf((groupOf[i] as number) + by + 1),
  };
}

type RangeSearch = Placer;

/** Rows whose key is null are a group of their own, which no offset reaches. */
function rangeSearch(partition: Partition, { key, startKey, endKey }: RangeBounds): RangeSearch {
  const { rows, firstKeys } = partition;
  const groups = groupSteps(partition);
  const isNull = (i: number): boolean => firstKeys[i] === null || firstKeys[i] === undefined;
  let low = 0;
  let high = rows.length;
  if (rows.length > 0 && isNull(0)) low = groups.after(0, 0);
  else if (rows.length > 0 && isNull(rows.length - 1)) high = groups.first(rows.length - 1, 0);
  const compare = (i: number, value: Value): number => (key.descending ? -1 : 1) * order(firstKeys[i], value);
  /** The first row with a key that comes after the value, or is equal to it if `orEqual`. */
  const search = (value: Value, orEqual: boolean): number => {
    let from = low;
    let to = high;
    while (from < to) {
      const middle = (from + to) >> 1;
      const compared = compare(middle, value);
      if (compared > 0 || (orEqual && compared === 0)) to = middle;
      else from = middle + 1;
    }
    return from;
  };
  return {
    start: (i) => (!startKey || isNull(i) ? groups.first(i, 0) : search(startKey(rows[i] as Row, firstKeys[i]), true)),
    end: (i) => (!endKey || isNull(i) ? groups.after(i, 0) : search(endKey(rows[i] as Row, firstKeys[i]), false)),
  };
}

/** The rows that are equal to row `i` in the order, from the first number to before the second. */
export function groupAround({ groupOf, groupStarts, rows }: Partition, i: number): readonly [number, number] {
  const group = groupOf[i] as number;
  return [groupStarts[group] ?? 0, groupStarts[group + 1] ?? rows.length];
}

/** The parts of a row's frame that EXCLUDE leaves, in order, some of them empty: from each first number to before the second. */
export function partsOf(frames: Frames, i: number): readonly (readonly [number, number])[] {
  const start = frames.starts[i] as number;
  const end = frames.ends[i] as number;
  if (frames.exclude === 'nothing') return [[start, end]];
  const whole = frames.exclude === 'row' ? ([i, i + 1] as const) : groupAround(frames.partition, i);
  const clip = (from: number, to: number): readonly [number, number] => [Math.max(from, start), Math.min(to, end)];
  const own = frames.exclude === 'ties' ? [clip(i, i + 1)] : [];
  return [clip(start, whole[0]), ...own, clip(whole[1], end)];
}
