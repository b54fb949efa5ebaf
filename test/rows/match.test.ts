// The reference match: cases by hand, and random small graphs against an oracle that tries every assignment.

import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../engines/engine.ts';
import type { Labels } from '../../engines/plan/expression.ts';
import type { Pattern, PatternEdge, PatternNode } from '../../engines/plan/pattern.ts';
import type { Match, Plan } from '../../engines/plan/plan.ts';
import { outputColumns } from '../../engines/plan/plan.ts';
import { EdgeValue, NodeValue, PathValue, type Row, type Value } from '../../engines/value.ts';
import { makeContext, MemoryGraph } from './memory-context.ts';
import { binary, col, field, lit, read, run, runAll, values } from './plans.ts';

const one: Plan = { kind: 'one' };
const label = (name: string): Labels => ({ kind: 'label', name });

function node(id: number, change: Partial<PatternNode> = {}): PatternNode {
  return { column: col(id, `n${id}`, 'node'), bound: false, out: true, filters: [], needs: 'element', ...change };
}

function edge(id: number, from: number, to: number, change: Partial<PatternEdge> = {}): PatternEdge {
  return {
    column: col(id, `e${id}`, 'edge'),
    bound: false,
    out: true,
    from,
    to,
    direction: 'forward',
    types: [],
    filters: [],
    needs: 'element',
    reversed: false,
    selector: 'all',
    ...change,
  };
}

function long(id: number, from: number, to: number, min: number, max: number | undefined, change: Partial<PatternEdge> = {}): PatternEdge {
  return edge(id, from, to, { quantifier: { min, max }, elementColumn: col(id + 1000, '', 'edge'), ...change });
}

function match(pattern: Partial<Pattern>, change: Partial<Match> = {}): Match {
  return { kind: 'match', input: one, pattern: { nodes: [], edges: [], paths: [], ...pattern }, optional: false, ...change };
}

/** Elements as ids, so that rows compare and print. */
function ids(value: Value): unknown {
  if (value instanceof NodeValue || value instanceof EdgeValue) return value.id;
  if (value instanceof PathValue) return { nodes: value.nodes.map((n) => n.id), edges: value.edges.map((e) => e.id) };
  return Array.isArray(value) ? value.map(ids) : value;
}

async function matches(plan: Plan, memory: MemoryGraph): Promise<unknown[][]> {
  const sized = (batchRows: number): RunContext => makeContext({ memory, batchRows });
  const rows = await runAll(plan, sized);
  for (const row of rows) expect(row).toHaveLength(outputColumns(plan).length);
  return rows.map((row) => row.map(ids)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** 1:P → 2:P → 3:Q by R (ids 4, 5), 1 → 3 by S (6), 3 → 3 by R (7). */
function small(): MemoryGraph {
  const memory = new MemoryGraph();
  for (const [name, v] of [['P', 1n], ['P', 2n], ['Q', 3n]] as const) memory.addNode([name], { v }); // biome-ignore format: table
  memory.addEdge(1, 'R', 2, { w: 1n });
  memory.addEdge(2, 'R', 3, { w: 2n });
  memory.addEdge(1, 'S', 3, { w: 3n });
  memory.addEdge(3, 'R', 3, { w: 4n });
  return memory;
}

describe('nodes and single edges', () => {
  it('Labels select nodes; an unknown label matches none.', async () => {
    expect(await matches(match({ nodes: [node(1)] }), small())).toEqual([[1], [2], [3]]);
    expect(await matches(match({ nodes: [node(1, { labels: label('P') })] }), small())).toEqual([[1], [2]]);
    expect(await matches(match({ nodes: [node(1, { labels: { kind: 'not', operand: label('P') } })] }), small())).toEqual([[3]]);
    expect(await matches(match({ nodes: [node(1, { labels: { kind: 'or', left: label('Q'), right: label('X') } })] }), small())).toEqual([
      [3],
    ]);
    expect(await matches(match({ nodes: [node(1, { labels: { kind: 'any' } })] }), small())).toHaveLength(3);
    expect(await matches(match({ nodes: [node(1, { labels: label('X') })] }), small())).toEqual([]);
  });
  it('Direction and type select edges; an undirected self-loop matches once.', async () => {
    const pattern = (change: Partial<PatternEdge>) => match({ nodes: [node(1), node(2)], edges: [edge(3, 0, 1, change)] });
    expect(await matches(pattern({ types: ['R'] }), small())).toEqual([[1, 2, 4], [2, 3, 5], [3, 3, 7]]); // biome-ignore format: table
    expect(await matches(pattern({ types: ['X'] }), small())).toEqual([]);
    expect(await matches(pattern({ direction: 'any' }), small())).toHaveLength(7);
  });
  it('No edge matches twice, a node may.', async () => {
    const nodes = [node(1), node(2), node(3)];
    const edges = [edge(4, 0, 1, { direction: 'any' }), edge(5, 1, 2, { direction: 'any' })];
    const rows = await matches(match({ nodes, edges }), small());
    expect(rows.every((row) => row[3] !== row[4])).toBe(true);
    expect(rows).toContainEqual([1, 3, 3, 6, 7]);
  });
  it('Filters read properties of their own element and of others.', async () => {
    const [n, m, e] = [node(1), node(2), edge(3, 0, 1)];
    const own = { ...n, filters: [binary(field(read(n.column), 'v'), '=', lit(1))] };
    expect(await matches(match({ nodes: [own, m], edges: [e] }), small())).toEqual([[1, 2, 4], [1, 3, 6]]); // biome-ignore format: table
    const cross = { ...n, filters: [binary(field(read(n.column), 'v'), '=', field(read(m.column), 'v'))] };
    expect(await matches(match({ nodes: [cross, m], edges: [e] }), small())).toEqual([[3, 3, 7]]);
    const heavy = { ...e, filters: [binary(field(read(e.column), 'w'), '>', lit(2n))] };
    expect(await matches(match({ nodes: [n, m], edges: [heavy] }), small())).toEqual([[1, 3, 6], [3, 3, 7]]); // biome-ignore format: table
  });
  it('Patterns without a common variable give every pair.', async () => {
    expect(await matches(match({ nodes: [node(1), node(2)] }), small())).toHaveLength(9);
  });
  it('What is wanted whole is loaded, what is not put out is not in the rows.', async () => {
    const [row] = await run(
      match({ nodes: [node(1, { out: false }), node(2)], edges: [edge(3, 0, 1, { types: ['S'] })] }),
      makeContext({ memory: small() }),
    );
    expect(row?.map((v) => (v as NodeValue).properties?.size)).toEqual([1, 1]);
  });
});

describe('bound variables and optional', () => {
  const memory = small();
  const bound = col(50, 'b', 'node');
  const from = (context: RunContext, ...items: (number | null)[]): Plan =>
    values([bound], ...items.map((id): Row => [id === null ? null : context.elements.node(id, 0)]));
  const pattern = { nodes: [node(50, { column: bound, bound: true, out: false }), node(2)], edges: [edge(3, 0, 1, { types: ['R'] })] };

  it('A bound node starts the pattern; null and deleted nodes match nothing.', async () => {
    const context = makeContext({ memory });
    const rows = await run(match(pattern, { input: from(context, 1, null, 3) }), context);
    expect(rows.map((r) => r.map(ids))).toEqual([[1, 2, 4], [3, 3, 7]]); // biome-ignore format: table
    const labelled = { ...pattern, nodes: [{ ...pattern.nodes[0], labels: label('Q') } as PatternNode, node(2)] };
    expect((await run(match(labelled, { input: from(context, 1, 3) }), context)).map((r) => r.map(ids))).toEqual([[3, 3, 7]]);
    context.elements.node(1, 0).deleted = true;
    expect(await run(match(pattern, { input: from(context, 1) }), context)).toEqual([]);
  });
  it('Optional gives nulls where nothing matches; WHERE decides.', async () => {
    const context = makeContext({ memory, batchRows: 1 });
    const where = binary(field(read(col(2)), 'v'), '<', lit(3n));
    const rows = await run(match(pattern, { input: from(context, 1, null, 3), optional: true, where }), context);
    expect(rows.map((r) => r.map(ids))).toEqual([[1, 2, 4], [null, null, null], [3, null, null]]); // biome-ignore format: table
  });
  it('A bound node may come from an outer row.', async () => {
    const context = makeContext({ memory });
    const outer = new Map<number, Value>([[50, context.elements.node(2, 0)]]);
    expect((await run(match(pattern), { ...context, outer })).map((r) => r.map(ids))).toEqual([[3, 5]]);
  });
  it('A bound edge fixes its ends, both ways round without a direction.', async () => {
    const context = makeContext({ memory });
    const e = col(60, 'e', 'edge');
    const input = values([e], [context.elements.edge(6, 'S', 1, 3, 0)], [context.elements.edge(7, 'R', 3, 3, 0)], [null]);
    const withEdge = (change: Partial<PatternEdge>) =>
      match({ nodes: [node(1), node(2)], edges: [edge(60, 0, 1, { column: e, bound: true, out: false, ...change })] }, { input });
    expect((await run(withEdge({}), context)).map((r) => r.map(ids))).toEqual([[6, 1, 3], [7, 3, 3]]); // biome-ignore format: table
    expect((await run(withEdge({ direction: 'any' }), context)).map((r) => r.map(ids))).toEqual([[6, 1, 3], [6, 3, 1], [7, 3, 3]]); // biome-ignore format: table
    expect((await run(withEdge({ types: ['S'] }), context)).map((r) => r.map(ids))).toEqual([[6, 1, 3]]);
  });
  it('A value that is no node is refused.', async () => {
    await expect(run(match(pattern, { input: values([bound], [5n]) }), makeContext({ memory }))).rejects.toMatchObject({
      code: 'type/not-an-element',
    });
  });
});

describe('quantified edges', () => {
  const ends = [node(1), node(2)];
  it('Trails of the given lengths, each edge once; 0 is the node itself.', async () => {
    const rows = await matches(
      match({ nodes: [node(1, { labels: label('P') }), node(2)], edges: [long(3, 0, 1, 0, undefined, { types: ['R'] })] }),
      small(),
    );
    expect(rows).toEqual([
      [1, 1, []],
      [1, 2, [4]],
      [1, 3, [4, 5, 7]],
      [1, 3, [4, 5]],
      [2, 2, []],
      [2, 3, [5, 7]],
      [2, 3, [5]],
    ]);
    expect(await matches(match({ nodes: ends, edges: [long(3, 0, 1, 2, 2)] }), small())).toEqual([[1, 3, [4, 5]], [1, 3, [6, 7]], [2, 3, [5, 7]]]); // biome-ignore format: table
  });
  it('The filter sees each edge; a list and a path follow the text.', async () => {
    const e = long(3, 0, 1, 1, undefined);
    const element = e.elementColumn ?? e.column;
    const filtered = { ...e, filters: [binary(field(read(element), 'w'), '<', lit(3n))] };
    expect(await matches(match({ nodes: ends, edges: [filtered] }), small())).toEqual([[1, 2, [4]], [1, 3, [4, 5]], [2, 3, [5]]]); // biome-ignore format: table
    // (n2)<-[*]-(n1) as text: the list starts at n2.
    const reversed = match({
      nodes: ends,
      edges: [{ ...filtered, reversed: true }],
      paths: [{ column: col(9, 'p', 'path'), out: true, nodes: [1, 0], edges: [0] }],
    });
    expect(await matches(reversed, small())).toContainEqual([1, 3, [5, 4], { nodes: [3, 2, 1], edges: [5, 4] }]);
  });
  it('A path with single and long edges loads all its elements; WHERE may read it.', async () => {
    const path = col(9, 'p', 'path');
    const plan = match(
      {
        nodes: [node(1), node(2), node(3)],
        edges: [edge(4, 0, 1, { types: ['R'] }), long(5, 1, 2, 0, 1, { types: ['R'] })],
        paths: [{ column: path, out: true, nodes: [0, 1, 2], edges: [0, 1] }],
      },
      { where: binary({ kind: 'call', name: 'length', arguments: [read(path)], type: 'integer' }, '=', lit(2n)) },
    );
    const rows = await run(plan, makeContext({ memory: small() }));
    expect(rows.map((r) => ids(r[5]))).toEqual([{ nodes: [1, 2, 3], edges: [4, 5] }, { nodes: [2, 3, 3], edges: [5, 7] }]); // biome-ignore format: table
    for (const row of rows) for (const n of (row[5] as PathValue).nodes) expect(n.properties?.size).toBe(1);
  });
  it('A path as long as the graph does not run out of stack.', async () => {
    const memory = new MemoryGraph();
    for (let i = 0; i < 1000; i++) memory.addNode([]);
    for (let i = 1; i < 1000; i++) memory.addEdge(i, 'R', i + 1);
    const first = node(1, { filters: [binary({ kind: 'call', name: 'id', arguments: [read(col(1))], type: 'integer' }, '=', lit(1n))] });
    for (const selector of ['all', 'anyShortest', 'reachable'] as const) {
      const plan = match({
        nodes: [first, node(2)],
        edges: [long(3, 0, 1, 0, undefined, { selector })],
      });
      expect(await run(plan, makeContext({ memory }))).toHaveLength(1000);
    }
  });
});

// ------------------------------------------------------------------------------------------------ the oracle

interface Trail {
  readonly start: number;
  readonly end: number;
  readonly edges: readonly number[];
}

/** All trails of a graph up to its number of edges, by growing every trail by every edge. */
function allTrails(memory: MemoryGraph, any: boolean): Trail[] {
  let last: Trail[] = [...memory.nodes.keys()].map((id) => ({ start: id, end: id, edges: [] }));
  const all = [...last];
  while (last.length > 0) {
    const grown: Trail[] = [];
    for (const trail of last) {
      for (const [id, e] of memory.edges) {
        if (trail.edges.includes(id)) continue;
        if (e.from === trail.end) grown.push({ start: trail.start, end: e.to, edges: [...trail.edges, id] });
        if (any && e.to === trail.end && e.from !== e.to) grown.push({ start: trail.start, end: e.from, edges: [...trail.edges, id] });
      }
    }
    all.push(...grown);
    last = grown;
  }
  return all;
}

function randomGraph(seed: number): MemoryGraph {
  let state = seed * 2654435761 + 12345;
  const random = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return (state >>> 8) % below;
  };
  const memory = new MemoryGraph();
  const nodes = 2 + random(3);
  for (let i = 0; i < nodes; i++) memory.addNode([]);
  const edges = 1 + random(5);
  for (let i = 0; i < edges; i++) memory.addEdge(1 + random(nodes), 'R', 1 + random(nodes));
  return memory;
}

describe('random graphs against every trail', () => {
  const sorted = (rows: readonly unknown[][]) => rows.map((r) => JSON.stringify(r)).sort();
  const seeds = Array.from({ length: 20 }, (_, i) => i);

  it.each([
    [0, undefined],
    [1, undefined],
    [2, undefined],
    [1, 2],
    [0, 0],
    [3, 4],
  ])('lengths %s to %s', async (min, max) => {
    for (const seed of seeds) {
      const memory = randomGraph(seed);
      for (const direction of ['forward', 'any'] as const) {
        const fitting = allTrails(memory, direction === 'any').filter((t) => t.edges.length >= min && t.edges.length <= (max ?? 99));
        const least = new Map<string, number>();
        const pair = (t: Trail) => `[${t.start},${t.end}]`;
        for (const t of fitting) least.set(pair(t), Math.min(t.edges.length, least.get(pair(t)) ?? 99));
        const ask = (selector: PatternEdge['selector']) =>
          matches(match({ nodes: [node(1), node(2)], edges: [long(3, 0, 1, min, max, { direction, selector })] }), memory);
        const shortestOnes = fitting.filter((t) => t.edges.length === least.get(pair(t)));
        const triple = (t: Trail) => [t.start, t.end, t.edges];
        const context = `seed ${seed}, ${direction}`;
        expect(sorted(await ask('all')), context).toEqual(sorted(fitting.map(triple)));
        expect(sorted(await ask('allShortest')), context).toEqual(sorted(shortestOnes.map(triple)));
        const pairs = [...least.keys()].sort();
        expect(sorted((await ask('reachable')).map((r) => r.slice(0, 2))), context).toEqual(pairs);
        const some = await ask('anyShortest');
        expect(sorted(some.map((r) => r.slice(0, 2))), context).toEqual(pairs);
        const allowed = new Set(sorted(shortestOnes.map(triple)));
        for (const row of some) expect(allowed, context).toContain(JSON.stringify(row));
      }
    }
  });

  it('Two edges in a row, one with a direction and one without, from either bound end.', async () => {
    for (const seed of seeds) {
      const memory = randomGraph(seed);
      const expected: number[][] = [];
      for (const [e, one] of memory.edges) {
        for (const [f, two] of memory.edges) {
          if (e === f) continue;
          if (two.from === one.to) expected.push([one.from, one.to, two.to, e, f]);
          if (two.to === one.to && two.from !== two.to) expected.push([one.from, one.to, two.from, e, f]);
        }
      }
      for (const start of [undefined, 0, 1, 2]) {
        const context = makeContext({ memory });
        const nodes = [node(1), node(2), node(3)].map((n, i) => (i === start ? { ...n, bound: true } : n));
        const edges = [edge(4, 0, 1), edge(5, 1, 2, { direction: 'any' })];
        const input =
          start === undefined
            ? one
            : values([nodes[start]?.column ?? col(0)], ...[...memory.nodes.keys()].map((id): Row => [context.elements.node(id, 0)]));
        const plan = match({ nodes, edges }, { input });
        const order = [1, 2, 3, 4, 5].map((id) => outputColumns(plan).findIndex((c) => c.id === id));
        const rows = (await run(plan, context)).map((row) => order.map((at) => ids(row[at])));
        expect(sorted(rows), `seed ${seed}, bound ${start}`).toEqual(sorted(expected));
      }
    }
  });
});
