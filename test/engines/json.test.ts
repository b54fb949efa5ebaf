// JSON: what is written is read back as the same value; what is not JSON is refused with a place.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { order } from '../../engines/compare.ts';
import { floatText, needsWireRewrite, parseJson, plainJson, storageJson, wireJson, wireRow } from '../../engines/json.ts';
import { EdgeValue, JsonText, NodeValue, PathValue, TemporalValue, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { storable } from './arbitrary-values.ts';
import { runs } from '../long.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof QueryError) return error.code;
    throw error;
  }
  return 'no error';
}

function nested(depth: number): Value {
  let value: Value = 1n;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('round trips', () => {
  test('Storage text reads back as the same value.', () => {
    fc.assert(
      fc.property(storable, (value) => {
        expect(parseJson(storageJson(value))).toStrictEqual(value);
      }),
      { numRuns: runs(600) },
    );
  });
  test('Wire text reads back as the same value.', () => {
    fc.assert(
      fc.property(storable, (value) => {
        expect(parseJson(wireJson(value), { tags: 'wire' })).toStrictEqual(value);
      }),
      { numRuns: runs(400) },
    );
  });
  test('All encodings are JSON.', () => {
    fc.assert(
      fc.property(storable, (value) => {
        for (const text of [storageJson(value), wireJson(value), plainJson(value)]) JSON.parse(text);
      }),
    );
  });
  test('Storage text that needs no rewriting is wire text.', () => {
    fc.assert(
      fc.property(storable, (value) => {
        const text = storageJson(value);
        if (!needsWireRewrite(text)) expect(wireJson(value)).toBe(text);
      }),
      { numRuns: runs(400) },
    );
  });
  test('Plain JSON text, spaced out, reads as JSON.parse reads it.', () => {
    const plain = (value: Value): unknown => {
      if (typeof value === 'bigint') return Number(value);
      if (Array.isArray(value)) return value.map(plain);
      if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]));
      return value;
    };
    fc.assert(
      fc.property(fc.json(), (text) => {
        const spaced = JSON.stringify(JSON.parse(text), null, 2);
        const expected = JSON.parse(spaced, (_key, v: unknown) => (Object.is(v, -0) ? 0 : v)) as unknown;
        const actual = JSON.parse(JSON.stringify(plain(parseJson(spaced, { tags: 'plain' })))) as unknown;
        expect(actual).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('keys that start with $', () => {
  const keyed: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Value>('$', '$$x', '2024-01-01', 'NaN', 'AQI=', 1n),
      storable,
      fc
        .array(
          fc.tuple(
            fc.constantFrom('$', '$$', '$$$', '$x', '$$x', '$date', '$$date', '$map', '$int', '$float', '$bytes', 'a'),
            tie('value'),
          ),
          {
            maxLength: 3,
          },
        )
        .map((entries) => new Map(entries)),
    ),
  })).value;
  test('They come back from storage, and from storage over the wire.', () => {
    fc.assert(
      fc.property(keyed, (value) => {
        const text = storageJson(value);
        expect(parseJson(text)).toStrictEqual(value);
        expect(parseJson(wireJson(new JsonText(text)), { tags: 'wire' })).toStrictEqual(value);
      }),
      { numRuns: runs(600) },
    );
  });
  test('JSON of any other program can be read and sent on.', () => {
    const foreign = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        fc.constantFrom<unknown>('2024-02-3 0', '2024-02-03', 'x y', 1, null),
        fc.dictionary(fc.constantFrom('$', '$$x', '$x', '$date', '$int', '$map', '$node', 'a'), tie('json'), { maxKeys: 2 }),
        fc.array(tie('json'), { maxLength: 2 }),
      ),
    })).json;
    fc.assert(
      fc.property(foreign, fc.boolean(), (json, escaped) => {
        const text = escaped ? JSON.stringify(json).replaceAll('$', '\\u0024') : JSON.stringify(json);
        const value = parseJson(text);
        expect(parseJson(storageJson(value))).toStrictEqual(value);
        expect(parseJson(wireJson(new JsonText(text)), { tags: 'wire' })).toStrictEqual(value);
      }),
      { numRuns: runs(600) },
    );
  });
});

describe('writing', () => {
  test('Floats always show that they are floats.', () => {
    expect([1, -0, 0.1, 1e21, 1e-7, 1e20, 123456789012345680000].map(floatText)).toEqual([
      '1.0',
      '-0.0',
      '0.1',
      '1e+21',
      '1e-7',
      '100000000000000000000.0',
      '123456789012345680000.0',
    ]);
  });
  test('MISSING is null in a list and left out of an object.', () => {
    expect(storageJson(undefined)).toBe('null');
    expect(wireJson([undefined, 1n])).toBe('[null,1]');
    expect(
      wireJson(
        new Map([
          ['a', undefined],
          ['b', null],
        ]),
      ),
    ).toBe('{"b":null}');
  });
  test('What JSON cannot say is an object with one $ key.', () => {
    expect(storageJson(Number.NaN)).toBe('{"$float":"NaN"}');
    expect(storageJson(new Uint8Array([255, 0]))).toBe('{"$bytes":"/wA="}');
    expect(storageJson(new TemporalValue('date', '2024-02-29'))).toBe('{"$date":"2024-02-29"}');
    expect(
      storageJson(
        new Map([
          ['$x', 1n],
          ['y', 2n],
        ]),
      ),
    ).toBe('{"$$x":1,"y":2}');
  });
  test('Integers beyond 2^53 are $int on the wire only.', () => {
    expect(storageJson(9007199254740993n)).toBe('9007199254740993');
    expect(wireJson(9007199254740993n)).toBe('{"$int":"9007199254740993"}');
    expect(wireJson(-9007199254740991n)).toBe('-9007199254740991');
    expect(parseJson('{"$int":"9007199254740993"}', { tags: 'wire' })).toBe(9007199254740993n);
  });
  test('Elements go to the wire but not into storage.', () => {
    const a = new NodeValue(1, ['Person'], new Map<string, Value>([['name', 'Ada']]));
    const b = new NodeValue(2, [], new Map());
    const e = new EdgeValue(7, 'KNOWS', 1, 2, new Map<string, Value>([['since', 1]]));
    expect(wireJson(a)).toBe('{"$node":{"id":1,"labels":["Person"],"properties":{"name":"Ada"}}}');
    expect(wireJson(e)).toBe('{"$edge":{"id":7,"type":"KNOWS","from":1,"to":2,"properties":{"since":1.0}}}');
    expect(wireJson(new PathValue([a, b], [e]))).toBe(`{"$path":{"nodes":[${wireJson(a)},${wireJson(b)}],"edges":[${wireJson(e)}]}}`);
    expect(codeOf(() => storageJson([a]))).toBe('type/not-storable');
    expect(() => wireJson(new NodeValue(3))).toThrow('not loaded');
  });
  test('Rows are an array of arrays.', () => {
    expect(wireRow([])).toBe('[]');
    expect(wireRow([null, 1.5, [1n, 'a']])).toBe('[null,1.5,[1,"a"]]');
  });
  test('Control characters and lone surrogates are escaped.', () => {
    for (const text of ['\u0000', '\u001f', '"\\', '\ud800', 'a'.repeat(300), '\u2028']) expect(JSON.parse(wireJson(text))).toBe(text);
  });
});

describe('reading', () => {
  test('Integers are integers up to 64 bits and floats beyond.', () => {
    expect(parseJson('9223372036854775807')).toBe(9223372036854775807n);
    expect(parseJson('-9223372036854775808')).toBe(-9223372036854775808n);
    expect(parseJson('9223372036854775808')).toBe(9223372036854775808);
    expect(parseJson('-0')).toBe(0n);
    expect(Object.is(parseJson('-0.0'), -0)).toBe(true);
    expect(parseJson('1e2')).toBe(100);
  });
  test('Text that is not JSON is refused.', () => {
    const bad = [
      '',
      ' ',
      '{',
      '[1,]',
      '{"a":1,}',
      '{a:1}',
      '01',
      '1.',
      '.5',
      '+1',
      '"a',
      '"\n"',
      '"\\x"',
      'nul',
      'NaN',
      '1 2',
      '[1 2]',
      '{"a" 1}',
      '-',
      '1.5.5',
      '1e5e5',
      '1e',
    ];
    for (const text of bad) expect([text, codeOf(() => parseJson(text))]).toEqual([text, 'type/json']);
  });
  test('A $ object that stands for nothing is refused on the wire, and an object like any other elsewhere.', () => {
    for (const text of [
      '{"$x":1}',
      '{"$date":"2024-02-30"}',
      '{"$int":5}',
      '{"$float":"1"}',
      '{"$bytes":"*"}',
      '{"$map":1}',
      '{"$node":{}}',
    ]) {
      expect([text, codeOf(() => parseJson(text, { tags: 'wire' }))]).toEqual([text, 'type/tag']);
      expect(parseJson(text, { tags: 'plain' })).toBeInstanceOf(Map);
      expect(parseJson(text)).toStrictEqual(parseJson(text, { tags: 'plain' }));
    }
    expect(parseJson('{"$x":1,"y":2}')).toStrictEqual(
      new Map([
        ['$x', 1n],
        ['y', 2n],
      ]),
    );
  });
  test('Temporal values come in canonical form.', () => {
    expect(parseJson('{"$datetime":"2024-01-01T02:00+02:00"}')).toStrictEqual(new TemporalValue('datetime', '2024-01-01T02:00+02:00'));
  });
  test('The last of equal keys wins.', () => {
    expect(parseJson('{"a":1,"a":2}')).toStrictEqual(new Map([['a', 2n]]));
  });
  test('Values may nest a thousand deep.', () => {
    expect(order(parseJson('['.repeat(1000) + ']'.repeat(1000)), 1n)).not.toBe(0);
    expect(codeOf(() => parseJson('['.repeat(1001) + ']'.repeat(1001)))).toBe('limit/depth');
    expect(codeOf(() => parseJson('['.repeat(1_000_000)))).toBe('limit/depth');
    expect(storageJson(nested(1000))).toHaveLength(2001);
    expect(codeOf(() => storageJson(nested(1001)))).toBe('limit/depth');
  });
});
