// Random values of the whole value model, for property tests. Small ranges, so that equal and nearly equal values meet often.

import fc from 'fast-check';
import { parseTemporal } from '../../engines/temporal/parse.ts';
import { EdgeValue, NodeValue, PathValue, type TemporalKind, type TemporalValue, type Value } from '../../engines/value.ts';

function temporal(kind: TemporalKind, text: string): TemporalValue {
  const value = parseTemporal(kind, text);
  if (value === undefined) throw new Error(`${text} is not a ${kind}`);
  return value;
}

const two = (max: number, min = 0) => fc.integer({ min, max }).map((n) => String(n).padStart(2, '0'));
const year = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1999, max: 2001 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('+12000', '-0044', '-0001', '+999999999', '-999999998') },
);
const dateText = fc.tuple(year, two(12, 1), two(28, 1)).map((parts) => parts.join('-'));
const clockText = fc
  .tuple(two(23), two(59), two(59), fc.constantFrom('', '.5', '.55', '.500', '.000000001'))
  .map(([hour, minute, second, fraction]) => `${hour}:${minute}:${second}${fraction}`);
const zone = fc.constantFrom('Z', '+02:00', '-0130', '');
const namedZone = fc.constantFrom('Z', '+02:00', '-0130', '', '[Europe/Stockholm]', '[UTC]');

export const temporals: fc.Arbitrary<TemporalValue> = fc.oneof(
  dateText.map((d) => temporal('date', d)),
  clockText.map((t) => temporal('localtime', t)),
  fc.tuple(clockText, zone).map(([t, z]) => temporal('time', t + z)),
  fc.tuple(dateText, clockText).map(([d, t]) => temporal('localdatetime', `${d}T${t}`)),
  fc.tuple(dateText, clockText, namedZone).map(([d, t, z]) => temporal('datetime', `${d}T${t}${z}`)),
  fc.constantFrom('P1D', 'PT24H', 'PT0S', 'P1Y', 'P12M', 'P-1D', 'PT1.5S', 'P1M30D', 'P30D').map((d) => temporal('duration', d)),
);

export const texts = fc.oneof(
  fc.string({ maxLength: 6, unit: 'grapheme' }),
  fc.constantFrom('', 'a', 'A', '1', '\0', '\0s', 's1:a', '$date', '"', '\\', '\n', '\u{1f600}', '\uffff', 'null'),
);

export const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(BigInt),
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, 2 ** 53, -(2 ** 63), -(2n ** 63n), 2 ** 63, 2 ** 60, 2n ** 60n, 1e300, -0, 0.5),
);

const bytes = fc.uint8Array({ maxLength: 4 }).map((b) => new Uint8Array(b));

/** What a document can hold. */
export const storable: fc.Arbitrary<Value> = fc.letrec<{ value: Value; list: Value; object: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    numbers,
    texts,
    bytes,
    temporals,
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc
    .array(fc.tuple(fc.oneof(texts, fc.constantFrom('$map', '$date', '$int', 'a', 'b')), tie('value')), { maxLength: 3 })
    .map((entries) => new Map(entries)),
})).value;

const ids = fc.integer({ min: 1, max: 3 });
const nodes = ids.map((id) => new NodeValue(id, [], new Map()));
const edges = ids.map((id) => new EdgeValue(id, 'T', 1, 2, new Map()));
const paths = fc.oneof(
  nodes.map((n) => new PathValue([n], [])),
  fc.tuple(nodes, edges, nodes).map(([a, e, b]) => new PathValue([a, b], [e])),
);

/** Any value, elements and MISSING too. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: storable },
  { weight: 1, arbitrary: fc.oneof<fc.Arbitrary<Value>[]>(nodes, edges, paths, fc.constant(undefined), fc.array(nodes, { maxLength: 2 })) },
);
