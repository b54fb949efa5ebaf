// Equality, comparison, the total order and group keys: laws over random values, and the cases people trip over.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, compareText, equals, groupKey, order, rowKey, typeName } from '../../engines/compare.ts';
import { parseTemporal } from '../../engines/temporal/parse.ts';
import { EdgeValue, NodeValue, PathValue, type Value } from '../../engines/value.ts';
import { anyValue } from './arbitrary-values.ts';
import { runs } from '../long.ts';

const big = 2n ** 53n;

describe('equality', () => {
  test('null and MISSING equal nothing, not even themselves.', () => {
    for (const a of [null, undefined]) for (const b of [null, undefined, 1n, 'a', []]) expect(equals(a, b)).toBe(null);
  });
  test('Integers and floats are equal by exact value.', () => {
    expect(equals(1n, 1)).toBe(true);
    expect(equals(big, 2 ** 53)).toBe(true);
    expect(equals(big + 1n, 2 ** 53)).toBe(false);
    expect(equals(1n, 1.5)).toBe(false);
    expect(equals(0n, -0)).toBe(true);
  });
  test('NaN equals nothing.', () => {
    expect(equals(Number.NaN, Number.NaN)).toBe(false);
    expect(equals(Number.NaN, 1n)).toBe(false);
  });
  test('Values of different types are unequal.', () => {
    expect(equals(true, 1n)).toBe(false);
    expect(equals('1', 1n)).toBe(false);
    expect(equals([], new Map())).toBe(false);
    expect(equals(new NodeValue(1), new EdgeValue(1, 'T', 1, 1))).toBe(false);
  });
  test('A null inside a list or an object leaves equality open unless something else differs.', () => {
    expect(equals([1n, null], [1n, null])).toBe(null);
    expect(equals([1n, null], [2n, null])).toBe(false);
    expect(equals([null], [1n, 2n])).toBe(false);
    expect(equals(new Map([['a', null]]), new Map([['a', 1n]]))).toBe(null);
    expect(equals(new Map([['a', null]]), new Map([['b', 1n]]))).toBe(false);
  });
  test('The order of an object’s keys does not matter.', () => {
    const a = new Map<string, Value>([
      ['x', 1n],
      ['y', 2n],
    ]);
    const b = new Map<string, Value>([
      ['y', 2],
      ['x', 1],
    ]);
    expect(equals(a, b)).toBe(true);
    expect(groupKey(a)).toBe(groupKey(b));
  });
  test('Elements are equal by id, and instants by time.', () => {
    expect(equals(new NodeValue(1), new NodeValue(1))).toBe(true);
    expect(equals(new NodeValue(1), new NodeValue(2))).toBe(false);
    expect(equals(parseTemporal('datetime', '2024-01-01T02:00+02:00'), parseTemporal('datetime', '2024-01-01T00:00Z'))).toBe(true);
    expect(equals(parseTemporal('date', '2024-01-01'), parseTemporal('localdatetime', '2024-01-01T00:00'))).toBe(false);
    expect(equals(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
  });
});

describe('comparison', () => {
  test('Only values of one kind compare.', () => {
    expect(compare(1n, 'a')).toBe(null);
    expect(compare(true, 1n)).toBe(null);
    expect(compare(null, 1n)).toBe(null);
    expect(compare(parseTemporal('date', '2024-01-01'), parseTemporal('datetime', '2024-01-01'))).toBe(null);
    expect(compare(parseTemporal('duration', 'P1D'), parseTemporal('duration', 'P2D'))).toBe(null);
    expect(compare(new Map(), new Map())).toBe(null);
  });
  test('Numbers compare exactly, and NaN compares false.', () => {
    expect(compare(big + 1n, 2 ** 53)).toBeGreaterThan(0);
    expect(compare(1n, 1.5)).toBeLessThan(0);
    expect(compare(Number.NaN, 1n)).toBe(Number.NaN);
  });
  test('Text compares by code point, not by UTF-16 unit.', () => {
    expect(compareText('\uffff', '\u{1f600}')).toBeLessThan(0);
    expect(compareText('a', 'ab')).toBeLessThan(0);
    expect(compareText('B', 'a')).toBeLessThan(0);
  });
  test('Text order is the order of UTF-8 bytes.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
  test('Lists compare item by item, and a null that matters leaves it open.', () => {
    expect(compare([1n, 2n], [1n, 3n])).toBeLessThan(0);
    expect(compare([1n], [1n, 0n])).toBeLessThan(0);
    expect(compare([1n, null], [2n, null])).toBeLessThan(0);
    expect(compare([null], [null])).toBe(null);
  });
  test('Instants compare by time, also with fractions.', () => {
    const at = (text: string): Value => parseTemporal('datetime', text);
    expect(compare(at('2024-01-01T00:00:00Z'), at('2024-01-01T00:00:00.5Z'))).toBeLessThan(0);
    expect(compare(at('2024-01-01T00:00:00.55Z'), at('2024-01-01T00:00:00.5Z'))).toBeGreaterThan(0);
    expect(compare(at('2024-01-01T03:00:00+02:00'), at('2024-01-01T02:00:00Z'))).toBeLessThan(0);
  });
});

describe('the total order', () => {
  test('It ranks types: objects first, null last.', () => {
    const node = new NodeValue(1);
    const ranked: Value[] = [
      new Map(),
      node,
      new EdgeValue(1, 'T', 1, 1),
      [],
      new PathValue([node], []),
      'a',
      false,
      1n,
      Number.NaN,
      parseTemporal('date', '2024-01-01'),
      new Uint8Array(),
      null,
    ];
    expect([...ranked].reverse().sort(order)).toEqual(ranked);
  });
  test('It is a total order.', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        expect(order(a, a)).toBe(0);
        expect(Math.sign(order(a, b))).toBe(0 - Math.sign(order(b, a)));
        const [x, y, z] = [a, b, c].sort(order);
        expect(order(x, y)).toBeLessThanOrEqual(0);
        expect(order(y, z)).toBeLessThanOrEqual(0);
        expect(order(x, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: runs(500) },
    );
  });
  test('Group keys are equal exactly where the order sees no difference.', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const same = order(a, b) === 0;
        expect(new Set([groupKey(a)]).has(groupKey(b))).toBe(same);
        expect(rowKey([a, 'x']) === rowKey([b, 'x'])).toBe(same);
        expect(rowKey([[a]]) === rowKey([[b]])).toBe(same);
      }),
      { numRuns: runs(750) },
    );
  });
  test('Where `=` says true the order sees no difference, and where it says false it does.', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const same = equals(a, b);
        if (same === true) expect(order(a, b)).toBe(0);
        // NaN is unequal to itself but one value to DISTINCT.
        if (same === false && !containsNaN(a)) expect(order(a, b)).not.toBe(0);
      }),
      { numRuns: runs(750) },
    );
  });
  test('Where `<` has an answer the order agrees.', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const result = compare(a, b);
        if (result !== null && !Number.isNaN(result)) expect(Math.sign(order(a, b))).toBe(Math.sign(result));
      }),
      { numRuns: runs(500) },
    );
  });
});

function containsNaN(value: Value): boolean {
  if (Array.isArray(value)) return value.some(containsNaN);
  if (value instanceof Map) return [...value.values()].some(containsNaN);
  return Number.isNaN(value);
}

describe('group keys', () => {
  test('Rows of several values do not run into each other.', () => {
    expect(rowKey(['a', 'b'])).not.toBe(rowKey(['ab', '']));
    expect(rowKey([1n, 1n])).toBe(rowKey([1, 1]));
    expect(rowKey([null, 1n])).toBe(rowKey([undefined, 1]));
    expect(rowKey([true])).not.toBe(rowKey(['true']));
    expect(rowKey([1n])).not.toBe(rowKey(['1']));
  });
});

test('Type names are the words of the language.', () => {
  const names = [
    null,
    undefined,
    true,
    1n,
    1,
    'a',
    new Uint8Array(),
    [],
    new Map(),
    new NodeValue(1),
    parseTemporal('date', '2024-01-01'),
  ].map(typeName);
  expect(names).toEqual(['null', 'missing', 'boolean', 'integer', 'float', 'text', 'bytes', 'list', 'object', 'node', 'date']);
});
