// Accumulators: nulls skipped, exact integer sums, compensated float sums, DISTINCT, and the answer over nothing.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { order } from '../../engines/compare.ts';
import { makeAccumulator } from '../../engines/rows/aggregate-functions.ts';
import type { Value } from '../../engines/value.ts';
import { anyValue } from './arbitrary-values.ts';
import { context, outcome } from './expressions.ts';

const run = context();

function over(name: string, values: readonly Value[], distinct = false): Value {
  return outcome(() => {
    const accumulator = makeAccumulator(name, distinct, 1);
    for (const value of values) accumulator.add([value], run);
    return accumulator.result();
  });
}

test.each<[string, Value[], Value]>([
  ['count', [1n, null, undefined, 'a'], 2n],
  ['count', [], 0n],
  ['sum', [1n, 2n, null], 3n],
  ['sum', [1n, 2.5], 3.5],
  ['sum', [], null],
  ['sum', [null], null],
  ['sum', [9223372036854775807n, 1n], 'type/overflow'],
  ['sum', [9223372036854775807n, 1n, -1n], 9223372036854775807n],
  ['sum', [1e100, 1n, -1e100], 1],
  ['sum', [0.1, 0.2, 0.3, -0.6], 2.7755575615628914e-17],
  ['sum', [Number.POSITIVE_INFINITY, 1], Number.POSITIVE_INFINITY],
  ['sum', ['a'], 'type/operand'],
  ['sum', [true], 'type/operand'],
  ['total', [1n, 2n], 3],
  ['total', [9223372036854775807n, 1n], 9223372036854775808],
  ['total', [], 0],
  ['total', ['a'], 'type/operand'],
  ['avg', [1n, 2n], 1.5],
  ['avg', [2n, 4n], 3],
  ['avg', [9007199254740993n, 9007199254740993n], 9007199254740992],
  ['avg', [], null],
  ['min', [2n, 1.5, null], 1.5],
  ['max', [2n, 1.5, null], 2n],
  ['max', ['a', 'b'], 'b'],
  ['min', [], null],
  ['collect', [1n, null, 'a'], [1n, 'a']],
  ['collect', [], []],
  ['string_agg', ['a', null, 1n], 'a,1'],
  ['group_concat', [], null],
  ['stddev', [2n, 4n, 4n, 4n, 5n, 5n, 7n, 9n], Math.sqrt(32 / 7)],
  ['stddevp', [2n, 4n, 4n, 4n, 5n, 5n, 7n, 9n], 2],
  ['stddev', [1n], null],
  ['stddevp', [1n], 0],
  ['any_value', [null, 'a', 'b'], 'a'],
  ['every', [true, null, true], true],
  ['every', [true, false, true], false],
  ['some', [false, null, true], true],
  ['bool_or', [null], null],
  ['bool_and', [1n], 'type/operand'],
])('%s of %s is %s.', (name, values, expected) => {
  expect(over(name, values)).toStrictEqual(expected);
});

describe('DISTINCT', () => {
  test('Each value counts once; 1 and 1.0 are one value.', () => {
    expect(over('count', [1n, 1, 2n, null, 2n], true)).toBe(2n);
    expect(over('sum', [5n, 5n, 1n], true)).toBe(6n);
    expect(over('collect', ['a', 'b', 'a'], true)).toEqual(['a', 'b']);
  });
});

test('count without arguments counts rows.', () => {
  const accumulator = makeAccumulator('count', false, 0);
  for (let i = 0; i < 3; i++) accumulator.add([], run);
  expect(accumulator.result()).toBe(3n);
});

test('string_agg takes its separator from each row.', () => {
  const accumulator = makeAccumulator('string_agg', false, 2);
  for (const value of ['a', null, 'b', 'c']) accumulator.add([value, ' / '], run);
  expect(accumulator.result()).toBe('a / b / c');
});

test('min and max are the ends of the total order.', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { minLength: 1 }), (values) => {
      const present = values.filter((v) => v !== null && v !== undefined).sort(order);
      expect(order(over('min', values), present[0])).toBe(0);
      expect(order(over('max', values), present.at(-1))).toBe(0);
    }),
  );
});

test('A float sum is nearer to the exact sum than plain addition.', () => {
  const values = Array.from({ length: 1000 }, () => 0.1);
  expect(over('sum', values)).toBe(100);
  expect(values.reduce((a, b) => a + b)).not.toBe(100);
});
