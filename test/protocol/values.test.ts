// The wire encoding at both ends of a client: programs' values to JSON text, and rows back to values.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, wireRow } from '../../engines/json.ts';
import { EdgeValue, NodeValue, PathValue } from '../../engines/value.ts';
import { clientValue } from '../../server/client-values.ts';
import { decodeRows, decodeRowsFrame, GraphNode, Temporal } from '../../server/protocol/decode.ts';
import { encodeParameters, float } from '../../server/protocol/encode.ts';
import type { Parameters } from '../../server/protocol/client.ts';
import { storable } from '../engines/arbitrary-values.ts';
import { runs } from '../long.ts';

describe('encodeParameters', () => {
  it.each([
    [{ a: 1, b: -0, c: 1.5, d: 2 ** 53, e: 1e300 }, '{"a":1,"b":0,"c":1.5,"d":9007199254740992.0,"e":1e+300}'],
    [{ a: float(1), b: float(-0), c: float(Number.NaN) }, '{"a":1.0,"b":-0.0,"c":{"$float":"NaN"}}'],
    [{ a: 1n, b: 2n ** 53n, c: -(2n ** 63n) }, '{"a":1,"b":{"$int":"9007199254740992"},"c":{"$int":"-9223372036854775808"}}'],
    [{ a: { $x: 1 }, b: new Map([['k', [null, true]]]) }, '{"a":{"$map":{"$x":1}},"b":{"k":[null,true]}}'],
    [
      { a: new Uint8Array([255]), b: new Date(0), c: new Temporal('duration', 'P1D') },
      '{"a":{"$bytes":"/w=="},"b":{"$datetime":"1970-01-01T00:00:00.000Z"},"c":{"$duration":"P1D"}}',
    ],
    [{ 'a "b"': 'line\n' }, '{"a \\"b\\"":"line\\n"}'],
  ] as [object, string][])('writes case %#', (parameters, text) => {
    expect(encodeParameters(parameters as Parameters)).toBe(text);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('writes every number as a float and only bigint as an integer when it is typed', () => {
    expect(encodeParameters({ a: 1, b: 1n, c: [2, -0] }, true)).toBe('{"a":1.0,"b":1,"c":[2.0,-0.0]}');
  });

  it('names the place of what it refuses', () => {
    expect(() => encodeParameters({ order: { items: [{ qty: undefined }] } })).toThrow('$order.items[0].qty is undefined');
    expect(() => encodeParameters({ n: new GraphNode(1, [], {}) })).toThrow('$n is a node');
  });

  it('takes an object with the fields of a value for an object', () => {
    const temporal = { $type: 'temporal', kind: 'date', text: '2024-01-31' };
    expect(encodeParameters({ t: temporal })).toBe(`{"t":{"$map":${JSON.stringify(temporal)}}}`);
    // A copy of its fields is no date either.
    expect(encodeParameters({ t: { ...new Temporal('date', '2024-01-31') } })).toBe(`{"t":{"$map":${JSON.stringify(temporal)}}}`);
    expect(encodeParameters({ n: { $type: 'node', id: 1 } })).toBe('{"n":{"$map":{"$type":"node","id":1}}}');
  });
});

describe('decodeRows', () => {
  it('reads every kind of value', () => {
    const node = '{"$node":{"id":1,"labels":["P"],"properties":{"$map":{"$x":1}}}}';
    const edge = '{"$edge":{"id":2,"type":"T","from":1,"to":1,"properties":{}}}';
    const [row] = decodeRows(
      `[[{"$int":"-9007199254740993"},{"$float":"-Infinity"},{"$map":{"$a":{"$date":"2024-01-02"}}},${node},${edge},{"$path":{"nodes":[${node},${node}],"edges":[${edge}]}},{"a":{"b":[{"$bytes":"AQI="}]}}]]`,
      false,
    );
    const p = { $type: 'node', id: 1, labels: ['P'], properties: { $x: 1 } };
    const t = { $type: 'edge', id: 2, type: 'T', from: 1, to: 1, properties: {} };
    expect(row).toEqual([
      -9007199254740993n,
      Number.NEGATIVE_INFINITY,
      { $a: new Temporal('date', '2024-01-02') },
      p,
      t,
      { $type: 'path', nodes: [p, p], edges: [t] },
      { a: { b: [new Uint8Array([1, 2])] } },
    ]);
  });

  it('tells integers from floats only when it is typed', () => {
    const text = '[[1, 1.0, 1e2, -0.0, [2, {"a": 3}], "4", "\\"\\\\"]]';
    expect(decodeRows(text, false)).toEqual([[1, 1, 100, -0, [2, { a: 3 }], '4', '"\\']]);
    expect(decodeRows(text, true)).toEqual([[1n, 1, 100, -0, [2n, { a: 3n }], '4', '"\\']]);
    const frame = '{"rows":[[1]],"id":1,"type":"rows"}';
    expect(decodeRowsFrame(frame, (JSON.parse(frame) as { rows: unknown }).rows, true)).toEqual([[1n]]);
  });

  it('keeps a key named __proto__ a key', () => {
    for (const typed of [true, false]) {
      const [[value]] = decodeRows('[[{"__proto__":{"a":true},"b":{"$int":"1"}}]]', typed) as [[object]];
      expect(Object.keys(value)).toEqual(['__proto__', 'b']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  it('refuses what it does not know', () => {
    for (const text of ['[[{"$later":1}]]', '[[{"$bytes":1}]]', '[5,"$"]', '{"a":"$"}']) {
      expect(() => decodeRows(text, false)).toThrow(expect.objectContaining({ code: 'protocol/bad-value' }));
    }
    for (const text of ['[[1}', '[[tru]]', '[[01x]]', '[["a]]', '[[1]] 2', '[[1 2]]', '[[{"a" 1}]]']) {
      expect(() => decodeRows(text, true), text).toThrow(expect.objectContaining({ code: 'protocol/bad-value' }));
    }
  });

  it('gives what the in-process client gives, for any value', () => {
    fc.assert(
      fc.property(storable, fc.boolean(), (value, typed) => {
        expect(decodeRows(`[${wireRow([value])}]`, typed)).toEqual([[clientValue(value, typed)]]);
      }),
      { numRuns: runs(150) },
    );
  });

  it('gives nodes, edges and paths as the in-process client does', () => {
    const a = new NodeValue(1, ['A', 'B'], new Map([['$odd', 1n]]));
    const b = new NodeValue(2, [], new Map());
    const edge = new EdgeValue(3, 'T', 1, 2, new Map([['since', 1842n]]));
    const row = [a, edge, new PathValue([a, b], [edge])];
    for (const typed of [true, false])
      expect(decodeRows(`[${wireRow(row)}]`, typed)).toEqual([row.map((value) => clientValue(value, typed))]);
  });
});

it('Parameters arrive as the engine values that they stand for.', () => {
  expect(parseJson(encodeParameters({ a: 1, b: float(1), c: 2n ** 60n }), { tags: 'wire' })).toEqual(
    new Map<string, unknown>([
      ['a', 1n],
      ['b', 1],
      ['c', 2n ** 60n],
    ]),
  );
});
