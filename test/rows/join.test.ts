// Joins: hash and nested loop, all four types, both build sides, lateral, pushed keys.

import { describe, expect, it } from 'vitest';
import { order } from '../../engines/compare.ts';
import { keysPushedMax } from '../../engines/limits.ts';
import type { Expr } from '../../engines/plan/expression.ts';
import type { Join, Plan } from '../../engines/plan/plan.ts';
import type { Row } from '../../engines/value.ts';
import { makeContext, MemoryRows } from './memory-context.ts';
import { binary, col, lit, read, run, runAll, source, values } from './plans.ts';

const a = col(1, 'a');
const b = col(2, 'b');
const c = col(3, 'c');
const d = col(4, 'd');
const sized = (batchRows: number) => makeContext({ batchRows });

const left = values([a, b], [1n, 'l1'], [2, 'l2'], [null, 'ln'], [3n, 'l3'], [1n, 'l1b']);
const right = values([c, d], [1, 'r1'], [2n, 'r2'], [2n, 'r2b'], [undefined, 'rn'], [9n, 'r9']);
const equal = binary(read(a), '=', read(c));

function join(change: Partial<Join> = {}): Join {
  return { kind: 'join', type: 'inner', left, right, on: equal, lateral: false, ...change };
}

/** 'l1-r1' for each row, sorted; '.' for the nulls of an outer join. */
function pairs(rows: readonly Row[]): string[] {
  return rows.map((r) => `${r[1] ?? '.'}-${r[3] ?? '.'}`).sort((x, y) => order(x, y));
}

const inner = ['l1-r1', 'l1b-r1', 'l2-r2', 'l2-r2b'];
const leftOnly = ['l3-.', 'ln-.'];
const rightOnly = ['.-r9', '.-rn'];

describe.each([
  ['hash, the right side built', equal, undefined],
  ['hash, the left side built', equal, 'left'],
  ['hash, equality written the other way round', binary(read(c), '=', read(a)), undefined],
  ['nested loop', binary(binary(read(a), '<=', read(c)), 'and', binary(read(a), '>=', read(c))), undefined],
  ['nested loop, the left side built', binary(lit(false), 'or', equal), 'left'],
] as const)('%s', (_title, on: Expr, first) => {
  const keys = first ? { keys: { first, value: read(a), slot: 0 } } : {};
  it.each([
    ['inner', inner],
    ['left', [...inner, ...leftOnly]],
    ['right', [...inner, ...rightOnly]],
    ['full', [...inner, ...leftOnly, ...rightOnly]],
  ] as const)('%s join', async (type, expected) => {
    expect(pairs(await runAll(join({ type, on, ...keys }), sized))).toEqual([...expected].sort((x, y) => order(x, y)));
  });
});

describe('join', () => {
  it('The residual condition decides matches of outer joins.', async () => {
    const on = binary(equal, 'and', binary(read(d), '<>', lit('r1')));
    expect(pairs(await runAll(join({ type: 'full', on }), sized))).toEqual(
      ['l2-r2', 'l2-r2b', 'l1-.', 'l1b-.', ...leftOnly, ...rightOnly, '.-r1'].sort((x, y) => order(x, y)),
    );
  });
  it('A condition that is null matches nothing.', async () => {
    expect(pairs(await runAll(join({ type: 'left', on: binary(equal, 'and', lit(null)) }), sized))).toEqual([
      'l1-.',
      'l1b-.',
      'l2-.',
      'l3-.',
      'ln-.',
    ]);
  });
  it('Without a condition every pair is a row, and the columns are left, then right.', async () => {
    const rows = await runAll({ kind: 'join', type: 'inner', left, right, lateral: false }, sized);
    expect(rows).toHaveLength(25);
    expect(rows[0]).toEqual([1n, 'l1', 1, 'r1']);
    expect(await runAll(join({ keys: { first: 'left', value: read(a), slot: 0 } }), sized)).toContainEqual([1n, 'l1', 1, 'r1']);
  });
  it('NaN and lists that hold a null are not equal, although they group together.', async () => {
    const l = values([a], [Number.NaN], [[1n, null]], [[1n]], [new Map([['k', null]])]);
    const r = values([c], [Number.NaN], [[1n, null]], [[1]], [new Map([['k', null]])]);
    expect(await runAll(join({ left: l, right: r }), sized)).toEqual([[[1n], [1]]]);
  });
  it('Two equalities and expressions over one side are hash keys too.', async () => {
    const l = values([a, b], [1n, 1n], [1n, 2n], [null, 1n]);
    const r = values([c, d], [2n, 1n], [2n, 3n], [2n, null]);
    const on = binary(binary(binary(read(a), '+', lit(1n)), '=', read(c)), 'and', binary(read(d), '=', read(b)));
    expect(await runAll(join({ left: l, right: r, on }), sized)).toEqual([[1n, 1n, 2n, 1n]]);
  });
  it('It does not read the other side when nothing can come of it, and closes it when stopped early.', async () => {
    const rows = new MemoryRows();
    const unused = rows.source('unused', [[[1n, 'x']]]);
    const empty = values([c, d]);
    expect(await run(join({ left: source('unused', [a, b]), right: empty }), makeContext({ rows }))).toEqual([]);
    expect(unused.started).toBe(0);
    const used = rows.source('used', [[[1n, 'x']], [[1n, 'y']], [[1n, 'z']]]);
    const plan: Plan = { kind: 'limit', input: join({ left: source('used', [a, b]) }), count: lit(1n) };
    expect(await run(plan, makeContext({ rows, batchRows: 1 }))).toEqual([[1n, 'x', 1, 'r1']]);
    expect(used).toMatchObject({ pulled: 1, closed: true });
  });
});

describe('pushed keys', () => {
  const inKeys: Expr = { kind: 'inKeys', operand: read(c), slot: 7, type: 'boolean' };
  const keys = { first: 'left', value: read(a), slot: 7 } as const;

  it('The other side sees the distinct keys without nulls.', async () => {
    const filtered: Plan = { kind: 'filter', input: right, predicate: inKeys };
    expect(pairs(await runAll(join({ type: 'right', right: filtered, keys }), sized))).toEqual(inner);
  });
  it('Too many keys leave the slot empty, and the other side runs whole.', async () => {
    const many = values([a, b], ...Array.from({ length: keysPushedMax + 1 }, (_, i): Row => [BigInt(i), 'x']));
    const filtered: Plan = { kind: 'filter', input: values([c, d], [-1n, 'r']), predicate: inKeys };
    expect(await run(join({ type: 'right', left: many, right: filtered, keys }), makeContext())).toEqual([[null, null, -1n, 'r']]);
    const few = values([a, b], ...Array.from({ length: keysPushedMax }, (_, i): Row => [BigInt(i), 'x']));
    expect(await run(join({ type: 'right', left: few, right: filtered, keys }), makeContext())).toEqual([]);
  });
});

describe('lateral join', () => {
  const perRow: Plan = { kind: 'unnest', input: { kind: 'one' }, list: read(b), element: c, outer: false };
  const lists = values([a, b], [1n, [10n, 20n]], [2n, []], [3n, [30n]]);

  it('The right side runs per left row and sees its columns.', async () => {
    const plan = { kind: 'join', type: 'inner', left: lists, right: perRow, lateral: true } as const;
    expect((await runAll(plan, sized)).map((r) => [r[0], r[2]])).toEqual([
      [1n, 10n],
      [1n, 20n],
      [3n, 30n],
    ]);
  });
  it('A left lateral join keeps left rows without a match; the condition decides.', async () => {
    const plan = { kind: 'join', type: 'left', left: lists, right: perRow, lateral: true, on: binary(read(c), '>', lit(10n)) } as const;
    expect((await runAll(plan, sized)).map((r) => [r[0], r[2]])).toEqual([
      [1n, 20n],
      [2n, null],
      [3n, 30n],
    ]);
  });
  it('Outer columns nest: the innermost plan sees rows two levels up.', async () => {
    const innermost: Plan = { kind: 'values', columns: [d], rows: [[binary(read(a), '+', read(c))]] };
    const middle: Plan = { kind: 'join', type: 'inner', left: perRow, right: innermost, lateral: true };
    const plan: Plan = { kind: 'join', type: 'inner', left: lists, right: middle, lateral: true };
    expect((await runAll(plan, sized)).map((r) => r[3])).toEqual([11n, 21n, 33n]);
  });
});
