// Random patterns over random graphs: the engine must give the same matches as the naive matcher, a count the same number,
// and a topology that caught up by deltas the same as one read anew.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Labels } from '../../engines/plan/expression.ts';
import type { PatternEdge, PatternNode } from '../../engines/plan/pattern.ts';
import type { Match } from '../../engines/plan/plan.ts';
import { NodeValue, type Row } from '../../engines/value.ts';
import { binary, call, column, edge, field, Fixture, literal, matchOf, node, one, show } from './graph-fixture.ts';
import { type NaiveEdge, type NaivePattern, naiveMatches } from './naive-match.ts';
import { runs } from '../long.ts';

const labelNames = ['A', 'B'];
const typeNames = ['R', 'S'];

const labelsArbitrary: fc.Arbitrary<Labels> = fc.oneof(
  fc.constantFrom<Labels>({ kind: 'label', name: 'A' }, { kind: 'label', name: 'B' }, { kind: 'label', name: 'Unknown' }, { kind: 'any' }),
  fc.constantFrom<Labels>(
    { kind: 'or', left: { kind: 'label', name: 'A' }, right: { kind: 'label', name: 'B' } },
    { kind: 'and', left: { kind: 'label', name: 'A' }, right: { kind: 'not', operand: { kind: 'label', name: 'B' } } },
  ),
);

const graphArbitrary = fc.record({
  nodes: fc.array(fc.record({ labels: fc.subarray(labelNames), x: fc.option(fc.bigInt({ min: 0n, max: 2n }), { nil: undefined }) }), {
    minLength: 1,
    maxLength: 4,
    size: 'max',
  }),
  edges: fc.array(fc.tuple(fc.nat(4), fc.constantFrom(...typeNames), fc.nat(4), fc.bigInt({ min: 0n, max: 1n })), {
    maxLength: 6,
    size: 'max',
  }),
});
type Graph = typeof graphArbitrary extends fc.Arbitrary<infer T> ? T : never;

const quantifiers = [
  undefined,
  undefined,
  { min: 0 },
  { min: 1 },
  { min: 0, max: 1 },
  { min: 1, max: 2 },
  { min: 2, max: 3 },
  { min: 2 },
] as const;

/** Mostly undefined, so that most patterns match something. */
function seldom<T>(arbitrary: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight, arbitrary });
}

const nodeArbitrary = fc.record({
  labels: seldom(labelsArbitrary),
  x: seldom(fc.bigInt({ min: 0n, max: 2n })),
  bound: seldom(fc.oneof({ weight: 10, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constant(null) })),
});

const edgeArbitrary = fc.record({
  from: fc.nat(2),
  to: fc.nat(2),
  any: fc.boolean(),
  types: fc.oneof({ weight: 2, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: fc.subarray(typeNames) }),
  w: seldom(fc.bigInt({ min: 0n, max: 1n })),
  quantifier: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: fc.constantFrom(...quantifiers) }),
  reversed: fc.boolean(),
});

const patternArbitrary = fc.record({
  nodes: fc.array(nodeArbitrary, { minLength: 1, maxLength: 3, size: 'max' }),
  edges: fc.array(edgeArbitrary, { maxLength: 3, size: 'max' }),
  where: seldom(fc.record({ kind: fc.constantFrom('x<' as const, 'id<' as const, '<>' as const), left: fc.nat(2), right: fc.nat(2) }), 2),
  index: fc.boolean(),
  out: fc.boolean(),
});
type Shape = typeof patternArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** At most one edge of a pattern has no maximum: the naive matcher tries every combination of trails. */
function tamed(shape: Shape): Shape {
  let open = 0;
  return {
    ...shape,
    edges: shape.edges.map((e) => {
      if (!e.quantifier || ('max' in e.quantifier && e.quantifier.max < 3) || open++ === 0) return e;
      return { ...e, quantifier: { min: 1, max: 2 } as const };
    }),
  };
}

async function fill(fixture: Fixture, graph: Graph): Promise<number[]> {
  const count = graph.nodes.length;
  return fixture.fill(
    graph.nodes.map((n) => ({ labels: n.labels, properties: n.x === undefined ? {} : { x: n.x } })),
    graph.edges.map(([from, type, to, w]) => [from % count, type, to % count, { w }] as const),
  );
}

/** The pattern for the engine, for the naive matcher, and the input row that binds what is bound. */
function build(
  shape: Shape,
  ids: readonly number[],
  selector: NaiveEdge['selector'] = 'all',
): { match: Match; naive: NaivePattern; row: Row } {
  const count = shape.nodes.length;
  const bound = shape.nodes.map((n) => (n.bound === undefined ? undefined : n.bound === null ? null : ids[n.bound % ids.length]!));
  const row: Row = bound.filter((b) => b !== undefined).map((b) => (b === null ? null : new NodeValue(b)));
  const boundColumns = shape.nodes.flatMap((_, i) =>
    bound[i] === undefined ? [] : [{ id: 100 + i, name: `n${i}`, type: 'node' as const }],
  );
  const nodes: PatternNode[] = shape.nodes.map((n, i) =>
    node(100 + i, {
      bound: bound[i] !== undefined,
      labels: n.labels,
      filters: n.x === undefined ? [] : [binary('=', field(column(100 + i), 'x'), literal(n.x))],
    }),
  );
  const edges: PatternEdge[] = shape.edges.map((e, i) => {
    const element = e.quantifier ? 300 + i : 200 + i;
    return edge(200 + i, e.from % count, e.to % count, {
      direction: e.any ? 'any' : 'forward',
      types: e.types,
      quantifier: e.quantifier,
      elementColumn: e.quantifier ? { id: 300 + i, name: 'r', type: 'edge' } : undefined,
      filters: e.w === undefined ? [] : [binary('=', field(column(element, 'edge'), 'w'), literal(e.w))],
      out: shape.out && !(e.quantifier && selector === 'reachable'),
      selector: e.quantifier ? selector : 'all',
      reversed: e.reversed,
    });
  });
  const where = shape.where && { ...shape.where, left: shape.where.left % count, right: shape.where.right % count };
  const sides = where && [column(100 + where.left), column(100 + where.right)];
  const condition =
    where && sides
      ? where.kind === '<>'
        ? binary('<>', sides[0]!, sides[1]!)
        : where.kind === 'id<'
          ? binary('<', call('id', sides[0]!), call('id', sides[1]!))
          : binary('<', field(sides[0]!, 'x'), field(sides[1]!, 'x'))
      : undefined;
  const input = boundColumns.length > 0 ? ({ kind: 'values', rows: [], columns: boundColumns } as const) : one;
  const match = matchOf(nodes, edges, { input, where: condition });
  const naive: NaivePattern = {
    nodes: shape.nodes.map((n, i) => ({ labels: n.labels, x: n.x, fixed: bound[i] })),
    edges: shape.edges.map((e) => ({ ...e, from: e.from % count, to: e.to % count, selector: e.quantifier ? selector : 'all' })),
    where,
  };
  return { match, naive, row };
}

/** An engine row in the form of the naive matcher: nodes first, then edges in the order from → to. */
function showRow(shape: Shape, match: Match, row: Row, selector: NaiveEdge['selector']): string {
  const width = match.input.kind === 'values' ? match.input.columns.length : 0;
  let nextBound = 0;
  let nextOut = width;
  const parts = match.pattern.nodes.map((n) => show(row[n.bound ? nextBound++ : nextOut++]));
  for (const e of match.pattern.edges) {
    if (!e.out) continue;
    let value = row[nextOut++];
    if (Array.isArray(value)) value = e.reversed ? [...value].reverse() : value;
    parts.push(Array.isArray(value) && selector === 'anyShortest' ? String(value.length) : show(value));
  }
  return parts.join(' ');
}

/** The naive matches without the edges when the engine does not put them out. */
function expected(shape: Shape, naive: NaivePattern, fixture: Fixture): string[] {
  const matches = naiveMatches(fixture.storage, naive);
  const width = shape.nodes.length;
  return (shape.out ? matches : matches.map((m) => m.split(' ').slice(0, width).join(' '))).sort();
}

async function compare(fixture: Fixture, shape: Shape, ids: readonly number[], selector: NaiveEdge['selector'] = 'all'): Promise<void> {
  const { match, naive, row } = build(shape, ids, selector);
  const wanted = expected(shape, naive, fixture);
  const rows = await fixture.rows(match, [row]);
  expect(rows.map((r) => showRow(shape, match, r, selector)).sort()).toEqual(wanted);
  const optional = await fixture.rows({ ...match, optional: true }, [row, row]);
  expect(optional).toHaveLength(2 * Math.max(1, wanted.length));
  if (selector !== 'all') return;
  const bare: Match = { ...match, pattern: { ...match.pattern, edges: match.pattern.edges.map((e) => ({ ...e, out: false })) } };
  expect(await fixture.count(bare, [row, row])).toBe(BigInt(2 * wanted.length));
}

test('Random patterns match exactly what the naive matcher finds, listed and counted.', async () => {
  await fc.assert(
    fc.asyncProperty(graphArbitrary, patternArbitrary.map(tamed), async (graph, shape) => {
      const fixture = new Fixture();
      const ids = await fill(fixture, graph);
      if (shape.index) fixture.storage.indexes.add('A.x');
      await compare(fixture, shape, ids);
    }),
    { numRuns: runs(67) },
  );
}, 60_000);

test('Chains and cycles whose ends must differ are counted as they are listed.', async () => {
  const chains = fc
    .tuple(fc.array(nodeArbitrary, { minLength: 3, maxLength: 3 }), fc.array(edgeArbitrary, { minLength: 2, maxLength: 3 }), fc.nat(1))
    .map(
      ([nodes, edges, left]): Shape => ({
        nodes: nodes.map((n) => ({ ...n, x: undefined })),
        edges: edges.map((e, i) => ({ ...e, from: i % 3, to: (i + 1) % 3, w: undefined, quantifier: undefined })),
        where: { kind: '<>', left, right: 2 },
        index: false,
        out: false,
      }),
    );
  await fc.assert(
    fc.asyncProperty(graphArbitrary, chains, async (graph, shape) => {
      const fixture = new Fixture();
      await compare(fixture, shape, await fill(fixture, graph));
    }),
    { numRuns: runs(67) },
  );
}, 60_000);

test('Shortest and reachable edges agree with picking among all trails.', async () => {
  const single = patternArbitrary.map((s) => ({
    ...s,
    nodes: s.nodes.slice(0, 2),
    edges: s.edges.slice(0, 1).map((e) => ({ ...e, from: 0, to: s.nodes.length > 1 ? 1 : 0, quantifier: e.quantifier ?? { min: 1 } })),
  }));
  await fc.assert(
    fc.asyncProperty(
      graphArbitrary,
      single,
      fc.constantFrom('anyShortest' as const, 'allShortest' as const, 'reachable' as const),
      async (graph, shape, selector) => {
        const fixture = new Fixture();
        const ids = await fill(fixture, graph);
        await compare(fixture, shape, ids, selector);
      },
    ),
    { numRuns: runs(83) },
  );
}, 60_000);

const changeArbitrary = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'addNode' as const,
      'addEdge' as const,
      'addEdge' as const,
      'removeEdge' as const,
      'removeNode' as const,
      'labels' as const,
    ),
    a: fc.nat(8),
    b: fc.nat(8),
    type: fc.constantFrom(...typeNames),
    labels: fc.subarray(labelNames),
  }),
  { maxLength: 12 },
);
type Change = (typeof changeArbitrary extends fc.Arbitrary<infer T> ? T : never)[number];

async function applyChange(fixture: Fixture, change: Change): Promise<void> {
  const { storage } = fixture;
  const nodes = [...storage.nodesById.keys()];
  const edges = [...storage.edgesById.keys()];
  const at = (list: readonly number[], i: number): number => list[i % list.length]!;
  const labels: number[] = [];
  for (const name of change.labels) labels.push(await storage.labels.intern(name));
  if (change.kind === 'addNode' || nodes.length === 0) {
    await storage.createNodes([{ labels, properties: new Map([['x', 1n]]) }]);
  } else if (change.kind === 'addEdge') {
    const type = await storage.types.intern(change.type);
    await storage.createEdges([{ type, from: at(nodes, change.a), to: at(nodes, change.b), properties: new Map([['w', 1n]]) }]);
  } else if (change.kind === 'removeEdge') {
    if (edges.length > 0) await storage.deleteEdges([at(edges, change.a)]);
  } else if (change.kind === 'removeNode') {
    const id = at(nodes, change.a);
    await storage.deleteEdges([...storage.edgesById].filter(([, e]) => e.from === id || e.to === id).map(([e]) => e));
    await storage.deleteNodes([id]);
  } else {
    await storage.setNodeLabels([{ id: at(nodes, change.a), labels }]);
  }
}

const edgesMax = 9;

test('A topology that catches up change by change sees what a new one reads.', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphArbitrary,
      changeArbitrary,
      changeArbitrary,
      patternArbitrary.map(tamed),
      async (graph, changes, undone, shape) => {
        const fixture = new Fixture();
        const ids = await fill(fixture, graph);
        await fixture.engine.catchUp();
        for (const change of changes) {
          await applyChange(fixture, change);
          if (change.a % 2 === 0) await fixture.engine.catchUp();
        }
        const alive = [...fixture.storage.nodesById.keys()];
        // Of so many edges between so few nodes there are millions of trails.
        if (alive.length === 0 || fixture.storage.edgesById.size > edgesMax) return;
        await compare(fixture, shape, alive);
        // What is rolled back leaves nothing behind, even if its change numbers are used again.
        fixture.storage.begin();
        fixture.engine.startedWriting();
        for (const change of undone) await applyChange(fixture, change);
        await fixture.engine.catchUp();
        fixture.storage.rollback();
        fixture.engine.rolledBack();
        fixture.engine.transactionEnded();
        for (const change of changes.slice(0, 3)) await applyChange(fixture, change);
        const left = [...fixture.storage.nodesById.keys()];
        if (left.length > 0 && fixture.storage.edgesById.size <= edgesMax) await compare(fixture, shape, left);
        expect(ids.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: runs(40) },
  );
}, 60_000);
