// The plan walkers and free columns.

import { describe, expect, it } from 'vitest';
import { freeColumns } from '../../engines/plan/free-columns.ts';
import type { Plan } from '../../engines/plan/plan.ts';
import { mapPlanChildren, mapPlanExpressions, planChildren, planExpressions, planWrites } from '../../engines/plan/walk.ts';
import { binary, col, lit, read, values } from './plans.ts';

const [a, b, c, d] = [col(1), col(2), col(3), col(4)];
const input = values([a], [1n]);
const free = (plan: Plan) => [...freeColumns(plan)].sort();

describe('free columns', () => {
  it('An expression over the input is bound, another column is free.', () => {
    expect(free({ kind: 'filter', input, predicate: binary(read(a), '=', read(b)) })).toEqual([2]);
    expect(free({ kind: 'project', input, items: [{ column: b, value: read(b) }] })).toEqual([2]);
    expect(free({ kind: 'values', columns: [b], rows: [[read(c)]] })).toEqual([3]);
    expect(free({ kind: 'limit', input, count: read(a) })).toEqual([1]);
  });
  it('A lateral right side sees the left, another does not.', () => {
    const right: Plan = { kind: 'values', columns: [b], rows: [[read(a)]] };
    expect(free({ kind: 'join', type: 'inner', left: input, right, lateral: true })).toEqual([]);
    expect(free({ kind: 'join', type: 'inner', left: input, right, lateral: false })).toEqual([1]);
  });
  it('A subplan sees the input of its apply, and what is further out stays free.', () => {
    const subplan: Plan = { kind: 'values', columns: [c], rows: [[binary(read(a), '+', read(d))]] };
    expect(free({ kind: 'apply', input, subplan, mode: 'scalar', column: b })).toEqual([4]);
  });
  it('The columns of a subplan are not visible to the operand.', () => {
    expect(free({ kind: 'apply', input, subplan: values([c], [1n]), mode: 'in', operand: read(c), column: b })).toEqual([3]);
  });
  it('Bound variables, keys of writes and outer parameters of SQL are reads; pattern variables are not.', () => {
    const part = { out: true, filters: [read(c), read(b)], needs: 'identity' } as const;
    const pattern = { nodes: [{ column: b, bound: true, ...part }, { column: c, bound: false, ...part }], edges: [], paths: [] }; // biome-ignore format: table
    expect(free({ kind: 'match', input, pattern, optional: false })).toEqual([2]);
    const table = { name: 't', columns: [], primaryKey: [], unique: [], foreignKeys: [], rows: 0 };
    expect(free({ kind: 'deleteRows', input, table, key: 9 })).toEqual([9]);
    const statement = { text: '', parameters: [{ kind: 'outer', column: 7, as: 'native' }], results: [] } as const;
    expect(free({ kind: 'sql', statement, columns: [a], was: { kind: 'filter', input, predicate: read(d) } })).toEqual([4, 7]);
  });
});

describe('walkers', () => {
  const filter: Plan = { kind: 'filter', input, predicate: binary(read(a), '=', lit(1n)) };
  it('Mapping nothing gives the same node; mapping a child gives a new one.', () => {
    expect(mapPlanChildren(filter, (child) => child)).toBe(filter);
    expect(mapPlanChildren(filter, () => ({ kind: 'one' }))).toEqual({ ...filter, input: { kind: 'one' } });
    expect(planChildren({ kind: 'apply', input, subplan: filter, mode: 'count', column: b })).toEqual([input, filter]);
  });
  it('Expressions are found and mapped.', () => {
    const sort: Plan = { kind: 'sort', input, keys: [{ value: read(a), descending: true, nulls: 'last' }] };
    expect(planExpressions(sort)).toEqual([read(a)]);
    expect(mapPlanExpressions(sort, () => lit(5n))).toEqual({ ...sort, keys: [{ value: lit(5n), descending: true, nulls: 'last' }] });
    const join: Plan = {
      kind: 'join',
      type: 'inner',
      left: input,
      right: values([b]),
      on: read(a),
      lateral: false,
      keys: { first: 'left', value: read(b), slot: 0 },
    };
    expect(planExpressions(join)).toEqual([read(a), read(b)]);
    expect(planExpressions({ kind: 'join', type: 'inner', left: input, right: input, lateral: false })).toEqual([]);
  });
  it('A write anywhere below is seen.', () => {
    const remove: Plan = { kind: 'deleteElements', input, values: [], detach: false };
    expect(planWrites({ kind: 'limit', input: { kind: 'distinct', input: remove } })).toBe(true);
    expect(planWrites(filter)).toBe(false);
  });
});
