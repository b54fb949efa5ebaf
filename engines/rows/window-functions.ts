// The window functions that are no aggregates. Ranks look at the partition, the others at frames; each gives a value per row.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { WindowItem } from '../plan/plan.ts';
import type { Row, Value } from '../value.ts';
import { type Frames, type Partition, partsOf } from './window-frames.ts';

/** `given`: the arguments for each row. */
type OverPartition = (partition: Partition, given: readonly Row[], item: WindowItem) => readonly Value[];
type OverFrames = (frames: Frames, given: readonly Row[], item: WindowItem) => readonly Value[];

const rank = ({ groupOf, groupStarts }: Partition, i: number): number => (groupStarts[groupOf[i] as number] ?? 0) + 1;

export const rankFunctions: ReadonlyMap<string, OverPartition> = new Map<string, OverPartition>([
  ['row_number', ({ rows }) => rows.map((_, i) => BigInt(i + 1))],
  ['rank', (partition) => partition.rows.map((_, i) => BigInt(rank(partition, i)))],
  ['dense_rank', ({ rows, groupOf }) => rows.map((_, i) => BigInt((groupOf[i] as number) + 1))],
  ['percent_rank', (p) => p.rows.map((_, i) => (p.rows.length < 2 ? 0 : (rank(p, i) - 1) / (p.rows.length - 1)))],
  [
    'cume_dist',
    ({ rows, groupOf, groupStarts }) => rows.map((_, i) => (groupStarts[(groupOf[i] as number) + 1] ?? rows.length) / rows.length),
  ],
  ['ntile', ({ rows }, given, item) => ntile(rows.length, given[0]?.[0], item)],
  ['lag', (_, given, item) => shifted(given, item, -1)],
  ['lead', (_, given, item) => shifted(given, item, 1)],
]);

/** The first buckets get the rows that are left over. */
function ntile(rows: number, buckets: Value, item: WindowItem): Value[] {
  if (buckets === null || buckets === undefined) return Array.from({ length: rows }, () => null);
  const count = positive(buckets, item, 0, 'ntile needs a number of buckets above 0');
  const small = Math.floor(rows / count);
  const large = rows % count;
  const edge = large * (small + 1);
  return Array.from({ length: rows }, (_, i) =>
    BigInt(i < edge ? Math.floor(i / (small + 1)) + 1 : large + Math.floor((i - edge) / Math.max(small, 1)) + 1),
  );
}

function positive(value: Value, item: WindowItem, argument: number, sentence: string): number {
  if (typeof value === 'bigint' && value > 0n) return Number(value);
  const found = typeof value === 'bigint' ? String(value) : typeName(value);
  throw new QueryError('type/argument', `${sentence}, not ${found}.`, { span: item.arguments[argument]?.span });
}

function isNull(value: Value): boolean {
  return value === null || value === undefined;
}

/** lag and lead: `direction` −1 and 1. */
function shifted(given: readonly Row[], item: WindowItem, direction: 1 | -1): Value[] {
  const filled = item.ignoreNulls ? placesOfValues(given) : undefined;
  return given.map(([, distance, otherwise], i) => {
    const by = distanceOf(distance, item);
    if (by === null) return null;
    const at = filled ? stepOver(filled, i, by * direction) : i + by * direction;
    const row = at === undefined ? undefined : given[at];
    return row ? row[0] : item.arguments.length > 2 ? otherwise : null;
  });
}

function distanceOf(value: Value, item: WindowItem): number | null {
  if (item.arguments.length < 2) return 1;
  if (isNull(value)) return null;
  if (typeof value === 'bigint') return Number(value);
  throw new QueryError('type/argument', `The offset of ${item.name} must be an integer, not ${typeName(value)}.`, {
    span: item.arguments[1]?.span,
  });
}

/** Where the rows are whose first argument is not null. */
function placesOfValues(given: readonly Row[]): number[] {
  return given.flatMap(([value], i) => (isNull(value) ? [] : [i]));
}

/** The place `by` values before or after row `i`; a distance of 0 is the row itself. */
function stepOver(places: readonly number[], i: number, by: number): number | undefined {
  if (by === 0) return i;
  const next = firstAtLeast(places, by > 0 ? i + 1 : i);
  return places[by > 0 ? next + by - 1 : next + by];
}

/** The index of the first place that is not before `from`. */
function firstAtLeast(places: readonly number[], from: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) >= from) high = middle;
    else low = middle + 1;
  }
  return low;
}

// ------------------------------------------------------------------------------------------------ over frames

export const frameFunctions: ReadonlyMap<string, OverFrames> = new Map<string, OverFrames>([
  ['first_value', (frames, given, item) => pick(frames, given, item, () => 1)],
  ['last_value', (frames, given, item) => pick(frames, given, item, () => -1)],
  [
    'nth_value',
    (frames, given, item) =>
      pick(frames, given, item, (row) => (isNull(row[1]) ? null : positive(row[1], item, 1, 'nth_value needs a number above 0'))),
  ],
]);

/** `nth`: the number of the row in its frame, from 1; −1 for the last. */
function pick(frames: Frames, given: readonly Row[], item: WindowItem, nth: (row: Row) => number | null): Value[] {
  const filled = item.ignoreNulls ? placesOfValues(given) : undefined;
  return given.map((row, i) => {
    const n = nth(row);
    if (n === null) return null;
    const parts = filled
      ? partsOf(frames, i).map(([a, b]) => [firstAtLeast(filled, a), firstAtLeast(filled, b)] as const)
      : partsOf(frames, i);
    const at = n < 0 ? lastOf(parts) : nthOf(parts, n);
    if (at === undefined) return null;
    return given[filled ? (filled[at] as number) : at]?.[0] ?? null;
  });
}

function nthOf(parts: readonly (readonly [number, number])[], n: number): number | undefined {
  let left = n;
  for (const [from, to] of parts) {
    const size = Math.max(0, to - from);
    if (left <= size) return from + left - 1;
    left -= size;
  }
  return undefined;
}

function lastOf(parts: readonly (readonly [number, number])[]): number | undefined {
  for (const [from, to] of parts.toReversed()) if (to > from) return to - 1;
  return undefined;
}
