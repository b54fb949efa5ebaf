// Subqueries: the six modes, null logic of IN, running once or per row, memory, early stop.

import { describe, expect, it } from 'vitest';
import type { Apply, Plan } from '../../engines/plan/plan.ts';
import type { Row, Value } from '../../engines/value.ts';
import { makeContext, MemoryRows } from './memory-context.ts';
import { binary, col, lit, read, run, runAll, source, values } from './plans.ts';

const a = col(1, 'a');
const x = col(2, 'x');
const y = col(3, 'y');
const out = col(9, 'out');
const sized = (batchRows: number) => makeContext({ batchRows });
const input = values([a], [1n], [2n]);

function apply(mode: Apply['mode'], subplan: Plan, change: Partial<Apply> = {}): Apply {
  return { kind: 'apply', input, subplan, mode, column: out, ...change };
}

async function answers(plan: Plan): Promise<Value[]> {
  return (await runAll(plan, sized)).map((r) => r.at(-1));
}

describe('modes over a subquery of its own', () => {
  const two = values([x, y], [10n, 'p'], [20n, undefined]);
  const none = values([x, y]);
  it('scalar: the value, or null over no rows', async () => {
    expect(await answers(apply('scalar', values([x], [7n])))).toEqual([7n, 7n]);
    expect(await answers(apply('scalar', none))).toEqual([null, null]);
  });
  it('scalar: more than one row is refused, in one batch or two', async () => {
    for (const batchRows of [1, 2]) {
      await expect(run(apply('scalar', two), makeContext({ batchRows }))).rejects.toMatchObject({ code: 'type/more-than-one-row' });
    }
  });
  it('exists, count, collect and rows', async () => {
    expect(await answers(apply('exists', two))).toEqual([true, true]);
    expect(await answers(apply('exists', none))).toEqual([false, false]);
    expect(await answers(apply('count', two))).toEqual([2n, 2n]);
    expect(await answers(apply('count', none))).toEqual([0n, 0n]);
    expect(await answers(apply('collect', two))).toEqual([
      [10n, 20n],
      [10n, 20n],
    ]);
    const [list] = await answers(apply('rows', two));
    expect(list).toEqual([
      new Map<string, Value>([
        ['x', 10n],
        ['y', 'p'],
      ]),
      new Map([['x', 20n]]),
    ]);
  });
});

describe('in', () => {
  const operands = values([a], [1n], [2], [null], [9n], ['1'], [Number.NaN], [[1n]]);
  const isIn = (...members: Value[]) =>
    answers(apply('in', values([x], ...members.map((m): Row => [m])), { input: operands, operand: read(a) }));
  it('Over no rows it is false, for null too.', async () => {
    expect(await isIn()).toEqual([false, false, false, false, false, false, false]);
  });
  it('Without nulls it is true or false, and null for a null operand.', async () => {
    expect(await isIn(1, 2n, Number.NaN)).toEqual([true, true, null, false, false, false, false]);
  });
  it('A null among the rows leaves what is not found open.', async () => {
    expect(await isIn(1n, undefined)).toEqual([true, null, null, null, null, null, null]);
  });
  it('A null inside a list leaves only lists of that length open.', async () => {
    expect(await isIn([null], [1n, 2n])).toEqual([false, false, null, false, false, false, null]);
    expect(await isIn([null], [1])).toEqual([false, false, null, false, false, false, true]);
  });
  it('Several columns are compared with a list.', async () => {
    const plan = apply('in', values([x, y], [1n, 10n], [2n, 20n]), { operand: { kind: 'list', items: [read(a), lit(10)], type: 'list' } });
    expect(await answers(plan)).toEqual([true, false]);
  });
});

describe('when it runs', () => {
  const perRow: Plan = { kind: 'filter', input: source('s', [x]), predicate: binary(read(x), '<=', read(a)) };

  it('A subquery that reads nothing of the input runs once, and not at all without rows.', async () => {
    const rows = new MemoryRows();
    const from = rows.source('s', [[[1n]], [[2n]]]);
    const plan = apply('count', source('s', [x]));
    expect(await run(plan, makeContext({ rows, batchRows: 1 }))).toEqual([
      [1n, 2n],
      [2n, 2n],
    ]);
    expect(from.started).toBe(1);
    expect(await run(apply('count', source('s', [x]), { input: values([a]) }), makeContext({ rows }))).toEqual([]);
    expect(from.started).toBe(1);
  });
  it('A correlated one runs per distinct value; 1 and 1.0, null and MISSING count as distinct.', async () => {
    const rows = new MemoryRows();
    const from = rows.source('s', [[[1n], [2n], [3n]]]);
    const plan = apply('count', perRow, { input: values([a], [1n], [2n], [1n], [1], [null], [undefined], [null]) });
    expect((await run(plan, makeContext({ rows }))).map((r) => r[1])).toEqual([1n, 2n, 1n, 1n, 0n, 0n, 0n]);
    expect(from.started).toBe(5);
  });
  it('A correlated subquery can tell 1 from 1.0.', async () => {
    const half: Plan = { kind: 'values', columns: [x], rows: [[binary(read(a), '/', lit(2n))]] };
    expect(await answers(apply('scalar', half, { input: values([a], [1n], [1], [1n]) }))).toEqual([0n, 0.5, 0n]);
  });
  it('exists stops at the first row and closes the subquery.', async () => {
    const rows = new MemoryRows();
    const from = rows.source('s', [[[1n]], [[2n]], [[3n]]]);
    expect(await run(apply('exists', source('s', [x])), makeContext({ rows }))).toEqual([
      [1n, true],
      [2n, true],
    ]);
    expect(from).toMatchObject({ pulled: 1, closed: true });
  });
  it('Nested subqueries see the rows of all levels.', async () => {
    const innermost: Plan = { kind: 'values', columns: [y], rows: [[binary(binary(read(a), '*', lit(100n)), '+', read(x))]] };
    const middle: Plan = {
      kind: 'project',
      input: { kind: 'apply', input: values([x], [5n], [6n]), subplan: innermost, mode: 'scalar', column: col(20) },
      items: [{ column: col(21), value: read(col(20)) }],
    };
    expect(await answers(apply('collect', middle))).toEqual([
      [105n, 106n],
      [205n, 206n],
    ]);
  });
});
