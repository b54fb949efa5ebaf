// Operators with one input: values, filter, project, unnest, distinct, limit, sort, aggregate.

import { describe, expect, it } from 'vitest';
import type { Plan, SortItem } from '../../engines/plan/plan.ts';
import type { Row, Value } from '../../engines/value.ts';
import { makeContext, MemoryRows } from './memory-context.ts';
import { binary, col, lit, read, run, runAll, source, values } from './plans.ts';

const a = col(1, 'a');
const b = col(2, 'b');
const c = col(3, 'c');
const sized = (batchRows: number) => makeContext({ batchRows });

describe('values, filter and project', () => {
  it('One gives one row without columns.', async () => {
    expect(await runAll({ kind: 'one' }, sized)).toEqual([[]]);
  });

  it('A filter keeps rows whose condition is true, not null and not false.', async () => {
    const input = values([a], [1n], [null], [3n], [undefined], [5n]);
    expect(await runAll({ kind: 'filter', input, predicate: binary(read(a), '>', lit(2n)) }, sized)).toEqual([[3n], [5n]]);
  });

  it('A condition that is not a boolean is refused.', async () => {
    const plan: Plan = { kind: 'filter', input: values([a], [1n]), predicate: lit('yes') };
    await expect(run(plan, makeContext())).rejects.toMatchObject({ code: 'type/operand' });
  });

  it('A projection puts out exactly its items.', async () => {
    const input = values([a, b], [1n, 10n], [2n, 20n]);
    const items = [
      { column: c, value: binary(read(a), '+', read(b)) },
      { column: a, value: read(a) },
    ];
    expect(await runAll({ kind: 'project', input, items }, sized)).toEqual([
      [11n, 1n],
      [22n, 2n],
    ]);
  });

  it('Literal rows see outer columns.', async () => {
    const plan: Plan = { kind: 'values', columns: [b], rows: [[binary(read(a), '+', lit(1n))]] };
    expect(await run(plan, makeContext({ outer: new Map([[1, 41n]]) }))).toEqual([[42n]]);
  });

  it('A scan that the cut forgot is a bug and says so.', async () => {
    const scan: Plan = {
      kind: 'scanCollection',
      collection: { name: 'x', table: 'x', rows: 0, fields: [], paths: new Set(), pathsComplete: true },
      doc: a,
    };
    expect(() => run(scan, makeContext())).toThrow('scanCollection');
  });
});

describe('unnest', () => {
  const input = values([a, b], [1n, [10n, 20n]], [2n, []], [3n, null], [4n, undefined], [5n, 'x'], [6n, [null]]);
  it('Null, MISSING and the empty list give no row; a value that is no list gives itself.', async () => {
    const plan: Plan = { kind: 'unnest', input, list: read(b), element: c, outer: false };
    expect((await runAll(plan, sized)).map((r) => [r[0], r[2]])).toEqual([
      [1n, 10n],
      [1n, 20n],
      [5n, 'x'],
      [6n, null],
    ]);
  });
  it('The outer form keeps rows without elements, and positions count from 0.', async () => {
    const plan: Plan = { kind: 'unnest', input, list: read(b), element: c, position: col(4), outer: true };
    expect((await runAll(plan, sized)).map((r) => [r[0], r[2], r[3]])).toEqual([
      [1n, 10n, 0n],
      [1n, 20n, 1n],
      [2n, null, null],
      [3n, null, null],
      [4n, null, null],
      [5n, 'x', 0n],
      [6n, null, 0n],
    ]);
  });
});

describe('distinct', () => {
  it('Null equals null and MISSING, 1 equals 1.0, text and number differ.', async () => {
    const input = values([a], [1n], [1], [null], [undefined], ['1'], [Number.NaN], [Number.NaN], [[1n]], [[1]]);
    expect(await runAll({ kind: 'distinct', input }, sized)).toEqual([[1n], [null], ['1'], [Number.NaN], [[1n]]]);
  });
});

describe('limit', () => {
  const five = values([a], [1n], [2n], [3n], [4n], [5n]);
  const limit = (input: Plan, count?: Value, offset?: Value): Plan => ({
    kind: 'limit',
    input,
    ...(count === undefined ? {} : { count: lit(count) }),
    ...(offset === undefined ? {} : { offset: lit(offset) }),
  });
  it('Count and offset cut across batches.', async () => {
    expect(await runAll(limit(five, 2n, 1n), sized)).toEqual([[2n], [3n]]);
    expect(await runAll(limit(five, 2n), sized)).toEqual([[1n], [2n]]);
    expect(await runAll(limit(five, undefined, 3n), sized)).toEqual([[4n], [5n]]);
    expect(await runAll(limit(five, 10n, 9n), sized)).toEqual([]);
    expect(await runAll(limit(five, 0n), sized)).toEqual([]);
    expect(await runAll(limit(five, 2n ** 62n), sized)).toHaveLength(5);
  });
  it('It stops pulling and closes the input.', async () => {
    const rows = new MemoryRows();
    const from = rows.source('s', [[[1n], [2n]], [[3n], [4n]], [[5n]]]);
    expect(await run(limit(source('s', [a]), 3n), makeContext({ rows }))).toEqual([[1n], [2n], [3n]]);
    expect(from).toMatchObject({ pulled: 2, closed: true });
  });
  it('A limit of 0 reads nothing.', async () => {
    const rows = new MemoryRows();
    const from = rows.source('s', [[[1n]]]);
    expect(await run(limit(source('s', [a]), 0n), makeContext({ rows }))).toEqual([]);
    expect(from.started).toBe(0);
  });
  it.each([[-1n], [1.5], ['3'], [null]])('A limit of %s is refused.', async (count) => {
    await expect(run(limit(five, count), makeContext())).rejects.toMatchObject({ code: 'type/limit' });
  });
});

describe('sort', () => {
  const item = (value: Value | undefined, change: Partial<SortItem> = {}): SortItem => ({
    value: value === undefined ? read(a) : lit(value),
    descending: false,
    nulls: 'last',
    ...change,
  });
  const input = values([a, b], [2n, 'x'], [null, 'n'], [1, 'y'], [undefined, 'm'], [1n, 'z'], ['t', 's'], [3n, 'w']);
  const names = (rows: Row[]) => rows.map((r) => r[1]).join('');

  it('It is stable, 1 and 1.0 tie, text sorts before numbers, nulls last.', async () => {
    expect(names(await runAll({ kind: 'sort', input, keys: [item(undefined)] }, sized))).toBe('syzxwnm');
  });
  it('Descending with nulls first.', async () => {
    const keys = [item(undefined, { descending: true, nulls: 'first' })];
    expect(names(await runAll({ kind: 'sort', input, keys }, sized))).toBe('nmwxyzs');
  });
  it('Descending with nulls last.', async () => {
    const keys = [item(undefined, { descending: true, nulls: 'last' })];
    expect(names(await runAll({ kind: 'sort', input, keys }, sized))).toBe('wxyzsnm');
  });
  it('Under a limit it gives the same first rows as the whole sort, ties included.', async () => {
    const rows: Row[] = Array.from({ length: 300 }, (_, i) => [BigInt((i * 7919) % 17), BigInt(i)]);
    const sort: Plan = { kind: 'sort', input: values([a, b], ...rows), keys: [item(undefined)] };
    const whole = await runAll(sort, sized);
    for (const [count, offset] of [
      [0n, 0n],
      [1n, 0n],
      [7n, 3n],
      [40n, 290n],
      [500n, 0n],
    ] as const) {
      const plan: Plan = { kind: 'limit', input: sort, count: lit(count), offset: lit(offset) };
      expect(await runAll(plan, sized)).toEqual(whole.slice(Number(offset), Number(offset + count)));
    }
  });
});

describe('aggregate', () => {
  const plan = (input: Plan, keyed: boolean): Plan => ({
    kind: 'aggregate',
    input,
    keys: keyed ? [{ column: col(10), value: read(a) }] : [],
    aggregates: [
      { column: col(11), name: 'count', arguments: [], distinct: false },
      { column: col(12), name: 'count', arguments: [read(b)], distinct: false },
      { column: col(13), name: 'sum', arguments: [read(b)], distinct: true },
    ],
  });
  const input = values([a, b], [1n, 5n], [null, 1n], [1, 5n], ['x', null], [undefined, 2n]);

  it('Groups keys as DISTINCT does, in the order of their first rows.', async () => {
    expect(await runAll(plan(input, true), sized)).toEqual([
      [1n, 2n, 2n, 5n],
      [null, 2n, 2n, 3n],
      ['x', 1n, 0n, null],
    ]);
  });
  it('Without keys there is one group, also over no rows.', async () => {
    expect(await runAll(plan(input, false), sized)).toEqual([[5n, 4n, 8n]]);
    expect(await runAll(plan(values([a, b]), false), sized)).toEqual([[0n, 0n, null]]);
  });
  it('With keys there is no group over no rows.', async () => {
    expect(await runAll(plan(values([a, b]), true), sized)).toEqual([]);
  });
});
