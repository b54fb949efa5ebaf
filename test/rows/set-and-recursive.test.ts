// Set operations, recursion, procedure calls, profile counts.

import { describe, expect, it } from 'vitest';
import type { Plan, Recursive, SetOperation } from '../../engines/plan/plan.ts';
import { makeContext } from './memory-context.ts';
import { binary, col, lit, read, run, runAll, values } from './plans.ts';

const a = col(1, 'a');
const b = col(2, 'b');
const n = col(3, 'n');
const m = col(4, 'm');
const sized = (batchRows: number) => makeContext({ batchRows });

describe('set operations', () => {
  const left = values([a], [1n], [1n], [2n], [null], [null], [3n]);
  const right = values([b], [1], [undefined], [4n], [4n]);
  it.each([
    ['union', true, [1n, 1n, 2n, null, null, 3n, 1, undefined, 4n, 4n]],
    ['union', false, [1n, 2n, null, 3n, 4n]],
    ['intersect', true, [1n, null]],
    ['intersect', false, [1n, null]],
    ['except', true, [1n, 2n, null, 3n]],
    ['except', false, [2n, 3n]],
  ] as const)('%s, all: %s', async (operator, all, expected) => {
    const plan: SetOperation = { kind: 'set', operator, all, left, right, columns: [n] };
    expect((await runAll(plan, sized)).map((r) => r[0])).toEqual(expected);
  });
  it('INTERSECT ALL keeps as many as both sides have.', async () => {
    const plan: SetOperation = { kind: 'set', operator: 'intersect', all: true, left: right, right: right, columns: [n] };
    expect(await runAll(plan, sized)).toHaveLength(4);
  });
});

describe('recursive', () => {
  const counting = (to: bigint, all: boolean): Recursive => ({
    kind: 'recursive',
    recursion: 1,
    all,
    columns: [n],
    base: values([a], [1n], [1n]),
    step: {
      kind: 'filter',
      input: {
        kind: 'project',
        input: { kind: 'scanWorking', recursion: 1, columns: [n] },
        items: [{ column: m, value: binary(read(n), '+', lit(1n)) }],
      },
      predicate: binary(read(m), '<=', lit(to)),
    },
  });
  it('UNION drops rows seen before, UNION ALL keeps them.', async () => {
    expect((await runAll(counting(3n, false), sized)).map((r) => r[0])).toEqual([1n, 2n, 3n]);
    expect((await runAll(counting(3n, true), sized)).map((r) => r[0])).toEqual([1n, 1n, 2n, 2n, 3n, 3n]);
  });
  it('A circle ends under UNION.', async () => {
    const edges = values([col(5), col(6)], [1n, 2n], [2n, 3n], [3n, 1n]);
    const plan: Recursive = {
      kind: 'recursive',
      recursion: 2,
      all: false,
      columns: [n],
      base: values([a], [1n]),
      step: {
        kind: 'project',
        input: {
          kind: 'join',
          type: 'inner',
          left: { kind: 'scanWorking', recursion: 2, columns: [n] },
          right: edges,
          on: binary(read(n), '=', read(col(5))),
          lateral: false,
        },
        items: [{ column: m, value: read(col(6)) }],
      },
    };
    expect((await runAll(plan, sized)).map((r) => r[0])).toEqual([1n, 2n, 3n]);
  });
  it('A recursion without end is stopped.', async () => {
    const turning: Recursive = {
      kind: 'recursive',
      recursion: 1,
      all: true,
      columns: [n],
      base: values([a], [1n]),
      step: { kind: 'scanWorking', recursion: 1, columns: [n] },
    };
    await expect(run(turning, makeContext({ batchRows: 1 }))).rejects.toMatchObject({ code: 'limit/recursion' });
  }, 60_000);
  it('A limit above stops an endless recursion.', async () => {
    const endless: Plan = { kind: 'limit', input: counting(2n ** 40n, true), count: lit(5n) };
    expect(await run(endless, makeContext({ batchRows: 2 }))).toEqual([[1n], [1n], [2n], [2n], [3n]]);
  });
  it('One recursion can run inside another run of itself.', async () => {
    const plan: Plan = { kind: 'join', type: 'inner', left: counting(3n, false), right: counting(2n, false), lateral: true };
    expect(await run(plan, makeContext({ batchRows: 1 }))).toHaveLength(6);
  });
});

describe('procedures and profiles', () => {
  it('A procedure adds its rows to each input row.', async () => {
    const plan: Plan = {
      kind: 'callProcedure',
      input: values([a], [2n], [0n], [1n]),
      procedure: 'test.count',
      arguments: [read(a)],
      yields: [{ source: 'i', column: b }],
    };
    expect(await runAll(plan, sized)).toEqual([
      [2n, 0n],
      [2n, 1n],
      [1n, 0n],
    ]);
  });
  it('A profile counts rows and calls per node, the sort under a limit too.', async () => {
    const input = values([a], [3n], [1n], [2n]);
    const sort: Plan = { kind: 'sort', input, keys: [{ value: read(a), descending: false, nulls: 'last' }] };
    const plan: Plan = { kind: 'limit', input: sort, count: lit(2n) };
    const profile = new Map();
    await run(plan, makeContext({ profile, batchRows: 1 }));
    expect(profile.get(plan)).toMatchObject({ rows: 2, calls: 1 });
    expect(profile.get(sort)).toMatchObject({ rows: 2, calls: 1 });
    expect(profile.get(input)).toMatchObject({ rows: 3, calls: 1 });
    expect(profile.get(input).timeMs).toBeGreaterThan(0);
  });
  it('Every operator asks whether it must stop.', async () => {
    const stop = makeContext({
      check: () => {
        throw new Error('stopped');
      },
    });
    await expect(run({ kind: 'distinct', input: values([a], [1n]) }, stop)).rejects.toThrow('stopped');
  });
});
