// What the random trees of arbitrary-ast.ts are made of: names, texts, literals, labels, paths, and the ways to put parts together.

import fc from 'fast-check';
import type * as ast from '../../parser/ast.ts';

export const ZERO = { start: 0, end: 0 };
/** Counted over all kinds of nodes together, so that trees stay small. */
export const DEPTH = { maxDepth: 3, depthIdentifier: fc.createDepthIdentifier(), withCrossShrink: true } as const;

export const words = fc.constantFrom(
  'a',
  'b',
  'n',
  'person',
  'Orders',
  'select',
  'order',
  'left',
  'count',
  'end',
  'match',
  'exists',
  'x y',
  'ü',
  'it`s',
  '日本',
  '1st',
  '_',
  'all',
  'value',
  'array',
  'key',
);
export const freeWords = fc.constantFrom(
  'a',
  'b',
  'f',
  'sum',
  'count',
  'left',
  'coalesce',
  'exists',
  'any',
  'cast',
  'try_cast',
  'trim',
  'glob',
  'algo.pagerank',
  'reduce',
);
export const name: fc.Arbitrary<ast.Name> = words.map((text) => ({ text, span: ZERO }));
export const functionName: fc.Arbitrary<ast.Name> = freeWords.map((text) => ({ text, span: ZERO }));

/** Leaves out the keys whose value is undefined, as the parser does. */
export function node<T>(shape: { [K in keyof T]: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> {
  return fc
    .record(shape as unknown as Record<string, fc.Arbitrary<unknown>>)
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T);
}
export const is = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);
export const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });
export const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> => fc.array(arbitrary, { minLength: 1, maxLength });
export const few = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 2 });

export const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom("it's", 'a\\b', '\\n', '\n', '"', '--', '/*', '\\u0041', "\\'", ';', '‘'),
);
export const literal: fc.Arbitrary<ast.Literal> = fc.oneof(
  fc
    .oneof(
      is(null),
      fc.boolean(),
      text,
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0n, 1n, -1n, -(2n ** 63n), 1, -0, 0.5, 1e300, 5e-324),
      fc.uint8Array({ maxLength: 3 }),
    )
    .map((value): ast.Literal => ({ kind: 'literal', value, span: ZERO })),
  is<ast.Literal>({ kind: 'literal', value: null, missing: true, span: ZERO }),
);

export const labels: fc.Arbitrary<ast.LabelExpression> = fc.letrec<{ labels: ast.LabelExpression }>((tie) => ({
  labels: fc.oneof(
    DEPTH,
    node<ast.LabelExpression & { kind: 'label' }>({ kind: is('label'), name }),
    is<ast.LabelExpression>({ kind: 'any', span: ZERO }),
    node<ast.LabelExpression & { kind: 'not' }>({ kind: is('not'), operand: tie('labels') }),
    node<ast.LabelExpression & { kind: 'and' }>({ kind: is('and'), left: tie('labels'), right: tie('labels') }),
    node<ast.LabelExpression & { kind: 'or' }>({ kind: is('or'), left: tie('labels'), right: tie('labels') }),
  ),
})).labels;

export const quantifier: fc.Arbitrary<ast.Quantifier> = node<ast.Quantifier>({
  min: fc.nat(3),
  max: maybe(fc.integer({ min: 3, max: 6 })),
  notation: fc.constantFrom('star', 'braces'),
  span: is(ZERO),
});

export const step: fc.Arbitrary<ast.PathStep> = fc.oneof(
  node<ast.PathStep & { kind: 'field' }>({ kind: is('field'), name }),
  node<ast.PathStep & { kind: 'index' }>({ kind: is('index'), index: fc.integer({ min: -3, max: 9 }), span: is(ZERO) }),
);
export const pathWith = (minLength: number): fc.Arbitrary<ast.Path> =>
  node<ast.Path>({ root: name, steps: fc.array(step, { minLength, maxLength: 3 }), span: is(ZERO) });

/** `o.items[0]` as an expression. */
export const dottedPath: fc.Arbitrary<ast.Expression> = fc.tuple(words, name).map(([root, field]) => ({
  kind: 'field',
  value: { kind: 'identifier', name: root, span: ZERO },
  name: field,
  span: ZERO,
}));

export const wildcardOf = fc.constantFrom<ast.Wildcard['of'][]>('items', 'values');

/** `a[$p].b` */
export const dynamicPlace = name.map(({ text }): ast.Expression => {
  const index: ast.Expression = { kind: 'parameter', name: 'p', span: ZERO };
  const value: ast.Expression = { kind: 'index', value: { kind: 'identifier', name: text, span: ZERO }, index, span: ZERO };
  return { kind: 'field', value, name: { text: 'b', span: ZERO }, span: ZERO };
});
