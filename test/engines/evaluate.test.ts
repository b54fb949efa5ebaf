// The evaluator: what each operator and each kind of expression gives, its null logic and its errors.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, equals } from '../../engines/compare.ts';
import type { RunContext } from '../../engines/engine.ts';
import type { Expr } from '../../engines/plan/expression.ts';
import { compileExpression } from '../../engines/rows/evaluate.ts';
import { ElementNotLoaded } from '../../engines/rows/element-not-loaded.ts';
import { mapLoading } from '../../engines/rows/load-as-needed.ts';
import { parseTemporal } from '../../engines/temporal/parse.ts';
import { EdgeValue, NodeValue, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { anyValue } from './arbitrary-values.ts';
import { bin, both, call, col, context, evaluate, lit, outcome } from './expressions.ts';
import { runs } from '../long.ts';

const max = 9223372036854775807n;
const min = -max - 1n;

describe('arithmetic', () => {
  test.each<[Parameters<typeof both>[0], Value, Value, Value]>([
    ['+', 1n, 2n, 3n],
    ['+', 1n, 2.5, 3.5],
    ['+', max, 1n, 'type/overflow'],
    ['+', max, 1, 9223372036854775808],
    ['-', min, 1n, 'type/overflow'],
    ['*', max, 2n, 'type/overflow'],
    ['*', 3n, -4n, -12n],
    ['/', 7n, 2n, 3n],
    ['/', -7n, 2n, -3n],
    ['/', 7n, 2, 3.5],
    ['/', 1n, 0n, 'type/division-by-zero'],
    ['/', 1n, 0, Number.POSITIVE_INFINITY],
    ['/', 0, 0n, Number.NaN],
    ['/', min, -1n, 'type/overflow'],
    ['%', -7n, 3n, -1n],
    ['%', 7n, -3n, 1n],
    ['%', 5.5, 2n, 1.5],
    ['%', 1n, 0n, 'type/division-by-zero'],
    ['^', 2n, 10n, 1024],
    ['^', 2n, -1n, 0.5],
    ['+', 'a', 'b', 'ab'],
    ['+', 'a', 1n, 'a1'],
    ['+', 1, 'a', '1.0a'],
    ['+', 'a', true, 'type/operand'],
    ['+', [1n], [2n], [1n, 2n]],
    ['+', [1n], 2n, [1n, 2n]],
    ['+', 1n, [2n], [1n, 2n]],
    ['+', [1n], null, null],
    ['+', null, 1n, null],
    ['+', undefined, 'a', null],
    ['-', 'a', 1n, 'type/operand'],
    ['*', true, 1n, 'type/operand'],
    ['||', 'a', 1n, 'a1'],
    ['||', true, 1, 'true1.0'],
    ['||', [1n], [2n], [1n, 2n]],
    ['||', [1n], 2n, 'type/operand'],
    ['||', 'a', null, null],
  ])('%s of %s and %s is %s.', (operator, left, right, expected) => {
    expect(both(operator, left, right)).toStrictEqual(expected);
  });

  test('Unary minus overflows at the end of the range.', () => {
    const negative = (value: Value): Value =>
      outcome(() => evaluate({ kind: 'unary', operator: 'negate', operand: lit(value), type: 'any' }));
    expect([negative(5n), negative(1.5), negative(null), negative(min), negative('a')]).toStrictEqual([
      -5n,
      -1.5,
      null,
      'type/overflow',
      'type/operand',
    ]);
  });

  test('An error names the operator, both types and the place.', () => {
    try {
      evaluate(bin('*', col(0), lit(1n)), ['a']);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(QueryError);
      expect((error as QueryError).message).toBe('The operator * does not work on text and integer.');
      expect((error as QueryError).span).toEqual({ start: 3, end: 8 });
    }
  });
});

describe('comparison', () => {
  test('All forms of a comparison agree with compare and equals.', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(both('=', a, b)).toBe(equals(a, b));
        const same = equals(a, b);
        expect(both('<>', a, b)).toBe(same === null ? null : !same);
        const result = compare(a, b);
        expect(both('<', a, b)).toBe(result === null ? null : result < 0);
        expect(both('<=', a, b)).toBe(result === null ? null : result <= 0);
        expect(both('>', a, b)).toBe(result === null ? null : result > 0);
        expect(both('>=', a, b)).toBe(result === null ? null : result >= 0);
      }),
      { numRuns: runs(500) },
    );
  });
  test('IN over a literal list gives what IN over any other list gives.', () => {
    fc.assert(
      fc.property(anyValue, fc.array(anyValue, { maxLength: 4 }), (value, list) => {
        const literal = evaluate({ kind: 'in', operand: col(0), list: lit(list), type: 'boolean' }, [value]);
        expect(literal).toBe(evaluate({ kind: 'in', operand: col(0), list: col(1), type: 'boolean' }, [value, list]));
      }),
      { numRuns: runs(500) },
    );
  });
  test('IN follows null logic.', () => {
    const isIn = (value: Value, list: Value): Value =>
      outcome(() => evaluate({ kind: 'in', operand: lit(value), list: lit(list), type: 'boolean' }));
    expect(isIn(1n, [1, null])).toBe(true);
    expect(isIn(2n, [1n, null])).toBe(null);
    expect(isIn(2n, [1n])).toBe(false);
    expect(isIn(null, [1n])).toBe(null);
    expect(isIn(null, [])).toBe(false);
    expect(isIn(1n, null)).toBe(null);
    expect(isIn(1n, 1n)).toBe('type/operand');
  });
  test('Pushed keys narrow, and an empty slot lets all through.', () => {
    const expr: Expr = { kind: 'inKeys', operand: col(0), slot: 3, type: 'boolean' };
    expect(evaluate(expr, [1n])).toBe(true);
    const keys = context({ keys: new Map([[3, [1, 'a']]]) });
    expect([1n, 2n, 'a', null].map((v) => evaluate(expr, [v], keys))).toEqual([true, false, true, false]);
  });
});

describe('logic', () => {
  const three = [true, false, null] as const;
  test('AND, OR and XOR are three-valued.', () => {
    for (const a of three) {
      for (const b of three) {
        expect(both('and', a, b)).toBe(a === false || b === false ? false : a === null || b === null ? null : true);
        expect(both('or', a, b)).toBe(a === true || b === true ? true : a === null || b === null ? null : false);
        expect(both('xor', a, b)).toBe(a === null || b === null ? null : a !== b);
      }
    }
  });
  test('A decided AND or OR does not evaluate its right side.', () => {
    const failing = bin('=', bin('/', lit(1n), lit(0n)), lit(1n));
    expect(evaluate(bin('and', lit(false), failing))).toBe(false);
    expect(evaluate(bin('or', lit(true), failing))).toBe(true);
    expect(outcome(() => evaluate(bin('and', lit(true), failing)))).toBe('type/division-by-zero');
  });
  test('Only booleans are truth values.', () => {
    expect(both('and', true, 1n)).toBe('type/operand');
    expect(both('or', 'a', false)).toBe('type/operand');
    expect(outcome(() => evaluate({ kind: 'unary', operator: 'not', operand: lit(0n), type: 'boolean' }))).toBe('type/operand');
  });
  test('IS tests never give null.', () => {
    const is = (value: Value, test: 'null' | 'missing' | 'true' | 'false', negated = false): Value =>
      evaluate({ kind: 'is', operand: col(0), test, negated, type: 'boolean' }, [value]);
    expect([is(null, 'null'), is(undefined, 'null'), is(1n, 'null'), is(1n, 'null', true)]).toEqual([true, true, false, true]);
    expect([is(null, 'missing'), is(undefined, 'missing')]).toEqual([false, true]);
    expect([is(null, 'true'), is(true, 'true'), is(null, 'false', true)]).toEqual([false, true, true]);
  });
  test('CASE takes the first true branch and evaluates no other.', () => {
    const failing = bin('/', lit(1n), lit(0n));
    const expr = (value: Value): Expr => ({
      kind: 'case',
      branches: [
        { when: bin('=', col(0), lit(1n)), then: lit('one') },
        { when: bin('=', col(0), lit(2n)), then: failing },
      ],
      otherwise: lit(value),
      type: 'any',
    });
    expect(evaluate(expr('other'), [1n])).toBe('one');
    expect(evaluate(expr('other'), [null])).toBe('other');
    expect(outcome(() => evaluate(expr('other'), [2n]))).toBe('type/division-by-zero');
    expect(evaluate({ kind: 'case', branches: [{ when: lit(null), then: failing }], type: 'any' })).toBe(null);
  });
});

describe('text tests', () => {
  const like = (text: Value, pattern: Value, escape?: Value): Value =>
    outcome(() =>
      evaluate(
        { kind: 'like', operand: col(0), pattern: lit(pattern), escape: escape === undefined ? undefined : lit(escape), type: 'boolean' },
        [text],
      ),
    );
  test.each<[Value, Value, Value]>([
    ['hello', 'H%O', true],
    ['hello', 'h_llo', true],
    ['hello', 'h_lo', false],
    ['hello', '', false],
    ['', '%', true],
    ['É', 'é', false],
    ['a\nb', 'a%b', true],
    ['\u{1f600}', '_', true],
    ['abcabc', '%abc', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    [null, '%', null],
    ['a', null, null],
    [1n, '1', null],
  ])('%s LIKE %s is %s.', (text, pattern, expected) => {
    expect(like(text, pattern)).toBe(expected);
  });
  test('An escape takes the meaning from % and _.', () => {
    expect([like('50%', '50!%', '!'), like('500', '50!%', '!'), like('a!', 'a!!', '!'), like('a', 'a!', '!')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([like('a', 'a', 'xy'), like('a', 'a', '')]).toEqual(['type/escape', 'type/escape']);
  });
  test('A LIKE pattern of many runs does not take for ever.', () => {
    expect(like('a'.repeat(5000), `${'%a'.repeat(50)}b`)).toBe(false);
  });
  test('STARTS WITH, ENDS WITH and CONTAINS give null unless both are text.', () => {
    expect([both('starts with', 'abc', 'ab'), both('ends with', 'abc', 'bc'), both('contains', 'abc', 'b')]).toEqual([true, true, true]);
    expect([both('starts with', 'abc', 'b'), both('contains', 1n, '1'), both('contains', 'a', null)]).toEqual([false, null, null]);
  });
  test('=~ matches the whole text.', () => {
    expect([both('=~', 'abc', 'a.c'), both('=~', 'abcd', 'a.c'), both('=~', 'ABC', '(?i)a|abc'), both('=~', 'ab', 'a|b')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([both('=~', 'a', '('), both('=~', null, 'a'), both('=~', 'a-b', 'a\\-b')]).toEqual(['type/regex', null, true]);
  });
});

describe('reading parts', () => {
  const field = (value: Value, name: string): Value =>
    outcome(() => evaluate({ kind: 'field', value: col(0), name, type: 'any', span: { start: 0, end: 1 } }, [value]));
  const index = (value: Value, at: Value, inPath = true): Value =>
    outcome(() => evaluate({ kind: 'index', value: col(0), index: lit(at), inPath, type: 'any' }, [value]));
  test('A field of an object, a node or an edge; MISSING if it is absent.', () => {
    const properties = new Map<string, Value>([['name', 'Ada']]);
    for (const value of [properties, new NodeValue(1, [], properties), new EdgeValue(1, 'T', 1, 2, properties)]) {
      expect([field(value, 'name'), field(value, 'Name')]).toEqual(['Ada', undefined]);
    }
    expect([field(null, 'a'), field(undefined, 'a'), field(1n, 'a'), field([], 'a')]).toEqual([undefined, undefined, undefined, undefined]);
  });
  test('A deleted element has no properties, and one that is not loaded is a bug.', () => {
    const node = new NodeValue(1, [], new Map());
    node.deleted = true;
    expect(field(node, 'name')).toBe('type/deleted-element');
    expect(() => field(new NodeValue(1), 'name')).toThrow('not loaded');
  });
  test('Temporal values have fields.', () => {
    const at = parseTemporal('datetime', '2024-02-29T12:30:15.250Z');
    expect([field(at, 'year'), field(at, 'month'), field(at, 'second'), field(at, 'millisecond'), field(at, 'yaer')]).toEqual([
      2024n,
      2n,
      15n,
      250n,
      undefined,
    ]);
  });
  test('Indexes count from 0, negative ones from the end.', () => {
    const list = [1n, 2n, 3n];
    expect([index(list, 0n), index(list, -1n), index(list, 3n), index(list, null), index(null, 0n)]).toEqual([
      1n,
      3n,
      undefined,
      null,
      undefined,
    ]);
    expect([index(new Map([['a', 1n]]), 'a'), index('abc', 0n), index(list, 'a'), index(list, 1)]).toEqual([
      1n,
      undefined,
      undefined,
      'type/operand',
    ]);
  });
  test('Slices leave out their end.', () => {
    const slice = (from?: Value, to?: Value): Value =>
      outcome(() =>
        evaluate({
          kind: 'slice',
          value: lit([1n, 2n, 3n]),
          from: from === undefined ? undefined : lit(from),
          to: to === undefined ? undefined : lit(to),
          type: 'list',
        }),
      );
    expect([slice(1n, 2n), slice(undefined, -1n), slice(-2n), slice(2n, 1n), slice(0n, null), slice(0, 1n)]).toEqual([
      [2n],
      [1n, 2n],
      [2n, 3n],
      [],
      null,
      'type/operand',
    ]);
  });
  test('Label tests ask nodes for labels and edges for their type.', () => {
    const test = (value: Value, labels: Extract<Expr, { kind: 'labelTest' }>['labels']): Value =>
      outcome(() => evaluate({ kind: 'labelTest', operand: col(0), labels, type: 'boolean' }, [value]));
    const a = { kind: 'label', name: 'A' } as const;
    const b = { kind: 'label', name: 'B' } as const;
    const node = new NodeValue(1, ['A'], new Map());
    expect([
      test(node, a),
      test(node, b),
      test(node, { kind: 'or', left: a, right: b }),
      test(node, { kind: 'and', left: a, right: b }),
    ]).toEqual([true, false, true, false]);
    expect([
      test(node, { kind: 'not', operand: b }),
      test(node, { kind: 'any' }),
      test(new EdgeValue(1, 'A', 1, 2), a),
      test(null, a),
      test(1n, a),
    ]).toEqual([true, true, true, null, 'type/operand']);
  });
});

describe('lists and variables', () => {
  test('A comprehension filters and maps, and sees the row.', () => {
    const expr: Expr = {
      kind: 'comprehension',
      variable: 9,
      list: col(1),
      where: bin('>', col(9), lit(1n)),
      result: bin('*', col(9), col(0)),
      type: 'list',
    };
    expect(evaluate(expr, [10n, [1n, 2n, null, 3n]])).toEqual([20n, 30n]);
    expect(evaluate(expr, [10n, null])).toBe(null);
    expect(outcome(() => evaluate(expr, [10n, 5n]))).toBe('type/operand');
  });
  test('Comprehensions nest, and both variables are seen inside.', () => {
    const inner: Expr = {
      kind: 'comprehension',
      variable: 8,
      list: col(9),
      result: bin('+', bin('*', col(8), lit(10n)), call('size', col(9))),
      type: 'list',
    };
    const expr: Expr = { kind: 'comprehension', variable: 9, list: col(0), result: inner, type: 'list' };
    const row: Value[] = [[[1n, 2n], [3n]]];
    expect(evaluate(expr, row)).toEqual([[12n, 22n], [31n]]);
    expect(row).toHaveLength(1);
  });
  test('Quantifiers are three-valued.', () => {
    const quantified = (quantifier: 'all' | 'any' | 'none' | 'single', list: Value): Value =>
      evaluate({ kind: 'quantified', quantifier, variable: 9, list: col(0), condition: bin('>', col(9), lit(1n)), type: 'boolean' }, [
        list,
      ]);
    const lists: Value[] = [[], [1n], [2n], [1n, 2n], [2n, 3n], [null], [1n, null], [2n, null], [2n, 2n, null], null];
    expect(lists.map((l) => quantified('all', l))).toEqual([true, false, true, false, true, null, false, null, null, null]);
    expect(lists.map((l) => quantified('any', l))).toEqual([false, false, true, true, true, null, null, true, true, null]);
    expect(lists.map((l) => quantified('none', l))).toEqual([true, true, false, false, false, null, null, false, false, null]);
    expect(lists.map((l) => quantified('single', l))).toEqual([false, false, true, true, false, null, null, null, false, null]);
  });
  test('Lists turn MISSING to null, objects leave it out.', () => {
    expect(evaluate({ kind: 'list', items: [col(0), lit(1n)], type: 'list' }, [undefined])).toEqual([null, 1n]);
    const object: Expr = {
      kind: 'object',
      entries: [
        { key: 'a', value: col(0) },
        { key: 'b', value: lit(null) },
      ],
      type: 'object',
    };
    expect(evaluate(object, [undefined])).toEqual(new Map([['b', null]]));
  });
});

test('Elements that only an expression comes across are loaded for the whole batch at once.', async () => {
  const loads: number[] = [];
  const run = context();
  const elements = {
    node: (id: number): NodeValue => run.elements.node(id, 0),
    load: async (wanted: readonly NodeValue[]): Promise<void> => {
      loads.push(wanted.length);
      for (const node of wanted) node.properties = new Map([['name', `n${node.id}`]]);
    },
  };
  const loading = context({ elements: elements as unknown as RunContext['elements'] });
  const start = compileExpression({ kind: 'field', value: call('startNode', col(0)), name: 'name', type: 'any' }, new Map([[0, 0]]));
  const rows = [1, 2, 1].map((from) => [new EdgeValue(from, 'T', from, 9)]);
  expect(() => start(rows[0] ?? [], loading)).toThrow(ElementNotLoaded);
  expect(await mapLoading(rows, loading, (row) => start(row, loading))).toEqual(['n1', 'n2', 'n1']);
  expect(loads).toEqual([2]);
});

describe('where values come from', () => {
  test('A column that the layout lacks is read from the outer row.', () => {
    expect(compileExpression(col(5), new Map())([], context({ outer: new Map([[5, 'outer']]) }))).toBe('outer');
    expect(compileExpression(col(5), new Map())([], context({ outer: new Map([[5, undefined]]) }))).toBe(undefined);
    expect(() => compileExpression(col(5), new Map())([], context())).toThrow('neither in the row');
  });
  test('Parameters come from the context.', () => {
    const expr: Expr = { kind: 'parameter', name: 'p', type: 'integer' };
    expect(evaluate(expr, [], context({ parameters: new Map([['p', 5n]]) }))).toBe(5n);
    expect(() => evaluate(expr)).toThrow('was not given');
  });
  test('A constant that fails does so only when it is evaluated.', () => {
    const evaluator = compileExpression(bin('/', lit(1n), lit(0n)), new Map());
    expect(outcome(() => evaluator([], context()))).toBe('type/division-by-zero');
  });
  test('What is volatile is not folded.', () => {
    const evaluator = compileExpression(call('now'), new Map());
    expect(evaluator([], context({ now: new Date(0) }))).not.toEqual(evaluator([], context({ now: new Date(5000) })));
    const random = compileExpression(call('rand'), new Map());
    expect(random([], context())).not.toBe(random([], context()));
  });
});

describe('CAST', () => {
  const cast = (value: Value, to: Extract<Expr, { kind: 'cast' }>['to']): Value =>
    outcome(() => evaluate({ kind: 'cast', operand: col(0), to, type: to }, [value]));
  test.each<[Value, Extract<Expr, { kind: 'cast' }>['to'], Value]>([
    ['42', 'integer', 42n],
    [' +42 ', 'integer', 42n],
    ['4.2', 'integer', 'type/cast'],
    ['x', 'integer', 'type/cast'],
    ['9223372036854775808', 'integer', 'type/cast'],
    [4.9, 'integer', 4n],
    [-4.9, 'integer', -4n],
    [Number.NaN, 'integer', 'type/cast'],
    [2 ** 63, 'integer', 'type/cast'],
    [true, 'integer', 1n],
    [[1n], 'integer', 'type/cast'],
    ['4.5', 'float', 4.5],
    ['1e3', 'float', 1000],
    [4n, 'float', 4],
    ['4', 'number', 4n],
    ['4.5', 'number', 4.5],
    [1, 'text', '1.0'],
    [12n, 'text', '12'],
    [false, 'text', 'false'],
    [[1n, 'a'], 'text', '[1,"a"]'],
    ['yes', 'boolean', true],
    [0n, 'boolean', false],
    ['maybe', 'boolean', 'type/cast'],
    [null, 'integer', null],
    [undefined, 'integer', null],
    ['[1,2]', 'list', [1n, 2n]],
    ['{"a":1}', 'list', 'type/cast'],
    ['{"a":1}', 'object', new Map([['a', 1n]])],
    ['2024-02-30', 'date', 'type/cast'],
    ['2024-02-29T10:00', 'date', parseTemporal('date', '2024-02-29')],
    ['a', 'bytes', new Uint8Array([97])],
  ])('%s as %s is %s.', (value, to, expected) => {
    expect(cast(value, to)).toStrictEqual(expected);
  });
});
