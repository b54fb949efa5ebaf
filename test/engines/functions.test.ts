// The function registry against the implementations, and what each function gives.

import { describe, expect, test } from 'vitest';
import { checkCall, functionNames, listFunctions, lookupAggregate, lookupFunction } from '../../engines/plan/functions.ts';
import { foreignFunctions } from '../../engines/plan/foreign-functions.ts';
import type { Type } from '../../engines/plan/type.ts';
import { accumulatorNames } from '../../engines/rows/aggregate-functions.ts';
import { scalarFunctions } from '../../engines/rows/functions.ts';
import { parseTemporal } from '../../engines/temporal/parse.ts';
import { EdgeValue, NodeValue, PathValue, type Value } from '../../engines/value.ts';
import { bin, call, col, context, evaluate, fn, lit, outcome } from './expressions.ts';

describe('the registry', () => {
  test('Every listed function is there, and every function is listed.', () => {
    const listed = listFunctions();
    expect(listed.filter((f) => f.kind === 'scalar').map((f) => f.name)).toEqual([...scalarFunctions.keys()].sort());
    expect(listed.filter((f) => f.kind === 'aggregate').map((f) => f.name)).toEqual([...accumulatorNames()].sort());
  });
  test('Names are found in any case and by alias.', () => {
    expect(lookupFunction('toUpper')?.name).toBe('upper');
    expect(lookupFunction('CEILING')?.name).toBe('ceil');
    expect(lookupAggregate('GROUP_CONCAT')?.name).toBe('string_agg');
    expect(lookupFunction('constructor')).toBe(undefined);
    expect(functionNames()).toContain('current_timestamp');
  });
  test('What a function of another database is called here is there.', () => {
    for (const [name, instead] of foreignFunctions()) {
      const called = [...instead.matchAll(/\b([a-z_0-9]+)\(/gi)].map((m) => m[1] ?? '').filter((n) => !['CAST', 'UNNEST'].includes(n));
      for (const n of called) expect([name, n, (lookupFunction(n) ?? lookupAggregate(n)) !== undefined]).toEqual([name, n, true]);
    }
  });
  test('Every function says what it does in one sentence.', () => {
    for (const f of listFunctions()) expect(f.description).toMatch(/^\S.*[.…?]$/);
  });
  const check = (name: string, ...types: Type[]): Value =>
    outcome(() => checkCall(lookupFunction(name) ?? lookupAggregate(name) ?? expect.fail(name), types, undefined));
  test('A call is checked for the number of its arguments.', () => {
    expect([
      check('abs'),
      check('abs', 'integer', 'integer'),
      check('pi', 'integer'),
      check('coalesce'),
      check('round', 'float', 'integer', 'text', 'integer'),
    ]).toEqual(Array(5).fill('bind/arguments'));
    expect(() => checkCall(lookupFunction('substr') ?? expect.fail(), ['text'], undefined)).toThrow(
      'The function substr takes 2 or 3 arguments, not 1.',
    );
  });
  test('A call is checked for types that can never fit.', () => {
    expect([check('abs', 'text'), check('lower', 'integer'), check('sum', 'text'), check('nodes', 'node')]).toEqual([
      'type/argument',
      'type/argument',
      'type/operand',
      'type/argument',
    ]);
    expect([check('abs', 'any'), check('lower', 'null'), check('round', 'any', 'any')]).toEqual(['number', 'text', 'number']);
  });
  test('Result types follow the arguments.', () => {
    expect([
      check('abs', 'integer'),
      check('sum', 'integer'),
      check('sum', 'any'),
      check('max', 'text'),
      check('coalesce', 'null', 'integer', 'integer'),
    ]).toEqual(['integer', 'integer', 'number', 'text', 'integer']);
    expect([
      check('coalesce', 'integer', 'float'),
      check('coalesce', 'integer', 'text'),
      check('reverse', 'list'),
      check('iif', 'boolean', 'text'),
    ]).toEqual(['number', 'any', 'list', 'text']);
  });
  test('An argument whose type shows only at run time is checked then.', () => {
    expect([fn('abs', 'x'), fn('lower', 1n), fn('substr', 'abc', 'x'), fn('labels', 1n)]).toEqual(Array(4).fill('type/argument'));
  });
  test('A null or MISSING argument gives null, except where nulls are the point.', () => {
    for (const f of listFunctions()) {
      const count = f.parameters.length;
      if (f.kind === 'aggregate' || count === 0 || f.takesNull) continue;
      for (const nothing of [null, undefined]) expect([f.name, fn(f.name, ...Array<Value>(count).fill(nothing))]).toEqual([f.name, null]);
    }
  });
});

const cases: readonly (readonly [name: string, args: readonly Value[], expected: Value])[] = [
  ['abs', [-5n], 5n],
  ['abs', [-1.5], 1.5],
  ['abs', [-9223372036854775808n], 'type/overflow'],
  ['ceil', [1.2], 2],
  ['ceil', [3n], 3n],
  ['floor', [-1.2], -2],
  ['round', [2.5], 3],
  ['round', [-2.5], -3],
  ['round', [2.345, 2n], 2.35],
  ['round', [1.005, 2n], 1],
  ['round', [1234n, -2n], 1200n],
  ['round', [1250n, -2n], 1300n],
  ['round', [-1250n, -2n], -1300n],
  ['round', [5n, 2n], 5n],
  ['sign', [-2.5], -1n],
  ['sqrt', [9n], 3],
  ['ln', [1n], 0],
  ['log', [Math.E], 1],
  ['log10', [1000n], 3],
  ['pow', [2n, 3n], 8],
  ['mod', [-7n, 3n], -1n],
  ['degrees', [Math.PI], 180],
  ['atan2', [0n, 1n], 0],
  ['greatest', [1n, 2.5, 2n], 2.5],
  ['least', ['b', 'a'], 'a'],
  ['nullif', [1n, 1], null],
  ['nullif', [1n, 2n], 1n],
  ['nullif', [1n, null], 1n],
  ['typeof', [1], 'float'],
  ['typeof', [null], 'null'],
  ['truth', [0n], false],
  ['truth', [0.5], true],
  ['truth', [null], null],
  ['length', ['a\u{1f600}b'], 3n],
  ['size', [[1n, 2n]], 2n],
  ['size', [new Map([['a', 1n]])], 1n],
  ['char_length', ['日本'], 2n],
  ['lower', ['ÄB'], 'äb'],
  ['toUpper', ['äb'], 'ÄB'],
  ['trim', ['  a b  '], 'a b'],
  ['trim', ['xxaxx', 'x'], 'a'],
  ['ltrim', ['xyzabc', 'zyx'], 'abc'],
  ['rtrim', ['a  '], 'a'],
  ['substr', ['hello', 2n], 'ello'],
  ['substr', ['hello', 2n, 3n], 'ell'],
  ['substr', ['hello', -3n, 2n], 'll'],
  ['substr', ['hello', 0n, 2n], 'h'],
  ['substr', ['hello', 3n, -2n], 'he'],
  ['substr', ['a\u{1f600}b', 2n, 1n], '\u{1f600}'],
  ['substring', ['hello', 1n, 3n], 'ell'],
  ['substring', ['hello', 9n], ''],
  ['substring', ['hello', -1n], 'type/argument'],
  ['left', ['hello', 2n], 'he'],
  ['right', ['hello', 2n], 'lo'],
  ['right', ['hello', 9n], 'hello'],
  ['replace', ['aXbX', 'X', '--'], 'a--b--'],
  ['replace', ['a', '', 'x'], 'a'],
  ['split', ['a,b,', ','], ['a', 'b', '']],
  ['split', ['a\u{1f600}', ''], ['a', '\u{1f600}']],
  ['reverse', ['a\u{1f600}b'], 'b\u{1f600}a'],
  ['reverse', [[1n, 2n]], [2n, 1n]],
  ['instr', ['\u{1f600}ab', 'b'], 3n],
  ['instr', ['a', 'b'], 0n],
  ['repeat', ['ab', 3n], 'ababab'],
  ['repeat', ['ab', 1_000_000_000n], 'limit/text'],
  ['lpad', ['7', 3n, '0'], '007'],
  ['lpad', ['1234', 3n, '0'], '123'],
  ['rpad', ['7', 4n, 'ab'], '7aba'],
  ['concat', ['a', null, 1n, 1, true], 'a11.0true'],
  ['hex', ['aé'], '61C3A9'],
  ['hex', [new Uint8Array([255])], 'FF'],
  ['unicode', ['\u{1f600}'], 128512n],
  ['char', [72n, 105n], 'Hi'],
  ['startsWith', ['abc', 'ab'], true],
  ['toString', [1], '1.0'],
  ['toString', [[1n, 'a']], 'type/argument'],
  ['toInteger', ['42'], 42n],
  ['toInteger', ['4.9'], 4n],
  ['toInteger', [-4.9], -4n],
  ['toInteger', ['x'], null],
  ['toInteger', [[1n]], 'type/argument'],
  ['toInteger', [Number.POSITIVE_INFINITY], null],
  ['toFloat', ['1e3'], 1000],
  ['toFloat', ['x'], null],
  ['toBoolean', ['TRUE'], true],
  ['toBoolean', ['x'], null],
  ['json', ['{"$a":[1,1.0]}'], new Map([['$a', [1n, 1]]])],
  ['json', ['{'], 'type/json'],
  ['to_json', [new Map<string, Value>([['$a', [1n, 1]]])], '{"$a":[1,1.0]}'],
  ['range', [1n, 5n, 2n], [1n, 3n, 5n]],
  ['range', [3n, 1n, -1n], [3n, 2n, 1n]],
  ['range', [1n, 0n], []],
  ['range', [1n, 5n, 0n], 'type/argument'],
  ['range', [0n, 1_000_000_000_000n], 'limit/list'],
  ['head', [[1n, 2n]], 1n],
  ['head', [[]], null],
  ['last', [[1n, 2n]], 2n],
  ['tail', [[1n, 2n]], [2n]],
  ['keys', [new Map([['a', 1n]])], ['a']],
  ['values', [new Map([['a', 1n]])], [1n]],
  ['array_contains', [[1n, 2n], 2], true],
  ['array_distinct', [[1n, 1, null, 'a', null]], [1n, null, 'a']],
  ['array_sort', [[2n, 'a', null, 1]], ['a', 1, 2n, null]],
  [
    'merge',
    [
      new Map([
        ['a', 1n],
        ['b', 1n],
      ]),
      new Map([['b', 2n]]),
    ],
    new Map([
      ['a', 1n],
      ['b', 2n],
    ]),
  ],
];

describe('functions', () => {
  test.each(cases)('%s(%s) is %s.', (name, args, expected) => {
    expect(fn(name, ...args)).toStrictEqual(expected);
  });

  test('coalesce and iif evaluate only what they need.', () => {
    const failing = bin('/', lit(1n), lit(0n));
    expect(evaluate(call('coalesce', col(0), failing), ['x'])).toBe('x');
    expect(evaluate(call('coalesce', lit(null), lit(undefined)))).toBe(null);
    expect(evaluate(call('iif', lit(false), failing, lit('no')))).toBe('no');
    expect(evaluate(call('iif', lit(null), failing))).toBe(null);
  });

  test('Elements tell their parts.', () => {
    const properties = new Map<string, Value>([['name', 'Ada']]);
    const node = new NodeValue(1, ['Person'], properties);
    const edge = new EdgeValue(5, 'KNOWS', 1, 2, new Map());
    const path = new PathValue([node, new NodeValue(2, [], new Map())], [edge]);
    expect([fn('labels', node), fn('properties', node), fn('keys', node), fn('id', node), fn('elementId', edge)]).toEqual([
      ['Person'],
      properties,
      ['name'],
      1n,
      '5',
    ]);
    expect([fn('type', edge), fn('nodes', path), fn('relationships', path), fn('length', path)]).toEqual([
      'KNOWS',
      path.nodes,
      path.edges,
      1n,
    ]);
    const run = context();
    expect(evaluate(call('startNode', col(0)), [edge], run)).toBe(run.elements.node(1, 0));
    node.deleted = true;
    expect(fn('properties', node)).toBe('type/deleted-element');
  });

  test('Time functions give the statement’s instant in UTC.', () => {
    expect(fn('now')).toEqual(parseTemporal('datetime', '2024-02-29T12:30:00.25Z'));
    expect(fn('current_date')).toEqual(parseTemporal('date', '2024-02-29'));
    expect(fn('date')).toEqual(parseTemporal('date', '2024-02-29'));
    expect(fn('localtime')).toEqual(parseTemporal('localtime', '12:30:00.25'));
  });

  test('Temporal values are made from text, from each other and from parts.', () => {
    const date = parseTemporal('date', '2024-02-29');
    const parts = (...entries: [string, Value][]): Value => new Map(entries);
    expect(fn('date', '2024-02-29')).toEqual(date);
    expect(fn('date', parseTemporal('datetime', '2024-02-29T23:00Z'))).toEqual(date);
    expect(fn('date', parts(['year', 2024n], ['month', 2n], ['day', 29n]))).toEqual(date);
    expect(fn('datetime', parts(['year', 2024n], ['hour', 5n], ['timezone', '+01:00']))).toEqual(
      parseTemporal('datetime', '2024-01-01T05:00+01:00'),
    );
    expect(fn('duration', parts(['days', 1n], ['hours', 1.5]))).toEqual(parseTemporal('duration', 'P1DT1H30M'));
    expect([
      fn('date', '2024-02-30'),
      fn('date', parts(['yaer', 1n])),
      fn('date', parts(['month', 1n])),
      fn('duration', 'x'),
      fn('time', date ?? null),
    ]).toEqual(['type/temporal', 'type/temporal', 'type/temporal', 'type/temporal', 'type/argument']);
  });

  test('A UUID is new each time.', () => {
    expect(fn('uuid')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(fn('uuid')).not.toBe(fn('uuid'));
  });
});
