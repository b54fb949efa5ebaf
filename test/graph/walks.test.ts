// Walks with a body on random graphs: what the language answers must be what a plain search finds that knows nothing of blocks, distances
// and cursors: it makes every sequence of edges, keeps those that the path allows, and then chooses.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { open } from '../../server/open.ts';
import { runs } from '../long.ts';

interface Edge {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly w: number;
}
interface Graph {
  readonly nodes: readonly { readonly x: number; readonly labelled: boolean }[];
  readonly edges: readonly Edge[];
}
/** One edge of a part, and what is asked of the node behind it. */
interface Step {
  readonly direction: 'right' | 'left' | 'any';
  readonly type: 'R' | 'S' | '!S' | '';
  readonly labelled: boolean;
}
interface Part {
  readonly steps: readonly Step[];
  readonly min: number;
  readonly max: number | undefined;
  readonly rising: boolean;
}
interface Question {
  readonly parts: readonly Part[];
  readonly mode: 'TRAIL' | 'ACYCLIC' | 'SIMPLE';
  readonly pick: { readonly count: number; readonly groups: boolean } | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;
}
interface Walk {
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
}

const graphs: fc.Arbitrary<Graph> = fc
  .record({
    nodes: fc.array(fc.record({ x: fc.nat(2), labelled: fc.boolean() }), { minLength: 1, maxLength: 4 }),
    edges: fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom('R', 'S'), fc.nat(2)), { maxLength: 6, size: 'max' }),
  })
  .map(({ nodes, edges }) => ({
    nodes,
    edges: edges.map(([from, to, type, w], id) => ({ id, from: from % nodes.length, to: to % nodes.length, type, w })),
  }));

const parts: fc.Arbitrary<Part> = fc.record({
  steps: fc.array(
    fc.record({
      direction: fc.constantFrom('right' as const, 'right' as const, 'left' as const, 'any' as const),
      type: fc.constantFrom('R' as const, 'S' as const, '!S' as const, '' as const),
      labelled: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  min: fc.nat(2),
  max: fc.constantFrom(undefined, 2, 3),
  rising: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const questions: fc.Arbitrary<Question> = fc.record({
  parts: fc.array(parts, { minLength: 1, maxLength: 2 }),
  mode: fc.constantFrom('TRAIL' as const, 'TRAIL' as const, 'ACYCLIC' as const, 'SIMPLE' as const),
  pick: fc.option(fc.record({ count: fc.integer({ min: 1, max: 3 }), groups: fc.boolean() }), { nil: undefined }),
  start: fc.option(fc.nat(3), { nil: undefined }),
  end: fc.option(fc.nat(3), { nil: undefined }),
});

function textOf({ parts, mode, pick, start, end }: Question, count: number): string {
  const written = parts.map((part, p) => {
    const nodes = part.steps.map((s, i) => {
      const type = s.type === '' ? '' : `:${s.type}`;
      const edge = s.direction === 'left' ? `<-[${type}]-` : `-[${type}]-${s.direction === 'right' ? '>' : ''}`;
      return `${edge}(n${p}_${i + 1}${s.labelled ? ':L' : ''})`;
    });
    const where = part.rising ? ` WHERE n${p}_0.x <= n${p}_${part.steps.length}.x` : '';
    return `((n${p}_0)${nodes.join('')}${where}){${part.min},${part.max ?? ''}}`;
  });
  const selector = pick ? `SHORTEST ${pick.count} ${mode} ${pick.groups ? 'GROUPS' : ''}` : mode;
  const at = (name: string, node: number | undefined): string => (node === undefined ? `(${name})` : `(${name} {i: ${node % count}})`);
  return `MATCH p = ${selector} ${at('a', start)}${written.join('')}${at('b', end)} RETURN DISTINCT [n IN nodes(p) | n.i] AS nodes, [e IN edges(p) | e.i] AS edges`;
}

/** Every walk that the question allows, by trying all. */
function allWalks(graph: Graph, { parts, mode, start, end }: Question): Walk[] {
  const found = new Map<string, Walk>();
  const count = graph.nodes.length;
  const allowed = (walk: Walk): boolean => {
    if (new Set(walk.edges).size < walk.edges.length) return false;
    if (mode === 'TRAIL') return true;
    const closed = mode === 'SIMPLE' && walk.nodes.length > 1 && walk.nodes[0] === walk.nodes.at(-1);
    const nodes = closed ? walk.nodes.slice(1) : walk.nodes;
    return new Set(nodes).size === nodes.length;
  };
  const holds = (walk: Walk): boolean => end === undefined || walk.nodes.at(-1) === end % count;
  const turn = (walk: Walk, part: Part, step: number, then: (walk: Walk) => void): void => {
    const asked = part.steps[step];
    const here = walk.nodes.at(-1) ?? 0;
    if (!asked) {
      const first = walk.nodes.at(-1 - part.steps.length) ?? 0;
      if (!part.rising || (graph.nodes[first]?.x ?? 0) <= (graph.nodes[here]?.x ?? 0)) then(walk);
      return;
    }
    for (const e of graph.edges) {
      if (asked.type !== '' && (asked.type === '!S' ? e.type === 'S' : e.type !== asked.type)) continue;
      const ends = new Set<number>();
      if (asked.direction !== 'left' && e.from === here) ends.add(e.to);
      if (asked.direction !== 'right' && e.to === here) ends.add(e.from);
      for (const to of ends) {
        const longer = { nodes: [...walk.nodes, to], edges: [...walk.edges, e.id] };
        if (new Set(longer.edges).size < longer.edges.length || (asked.labelled && !graph.nodes[to]?.labelled)) continue;
        turn(longer, part, step + 1, then);
      }
    }
  };
  const go = (walk: Walk, at: number, turns: number): void => {
    const part = parts[at];
    if (!part) {
      if (allowed(walk) && holds(walk)) found.set(JSON.stringify(walk), walk);
      return;
    }
    if (turns >= part.min) go(walk, at + 1, 0);
    if (part.max === undefined || turns < part.max) turn(walk, part, 0, (longer) => go(longer, at, turns + 1));
  };
  for (let node = 0; node < count; node++) if (start === undefined || start % count === node) go({ nodes: [node], edges: [] }, 0, 0);
  return [...found.values()];
}

const pairOf = (walk: Walk): string => `${walk.nodes[0]} ${walk.nodes.at(-1)}`;

/** Are these the walks, or a right choice among them? */
function expectChosen(answer: readonly Walk[], all: readonly Walk[], pick: Question['pick']): void {
  const known = new Set(all.map((w) => JSON.stringify(w)));
  for (const walk of answer) expect(known).toContain(JSON.stringify(walk));
  for (const pair of new Set(all.map(pairOf))) {
    const lengths = all
      .filter((w) => pairOf(w) === pair)
      .map((w) => w.edges.length)
      .sort((a, b) => a - b);
    const least = [...new Set(lengths)].slice(0, pick?.count);
    const wanted = !pick ? lengths : pick.groups ? lengths.filter((l) => least.includes(l)) : lengths.slice(0, pick.count);
    const got = answer
      .filter((w) => pairOf(w) === pair)
      .map((w) => w.edges.length)
      .sort((a, b) => a - b);
    expect(got).toEqual(wanted);
  }
}

async function ask(graph: Graph, question: Question): Promise<Walk[]> {
  const db = await open(':memory:');
  try {
    for (const [i, n] of graph.nodes.entries()) await db.query(`CREATE (:N${n.labelled ? ':L' : ''} {i: ${i}, x: ${n.x}})`).all();
    for (const e of graph.edges)
      await db.query(`MATCH (a {i: ${e.from}}), (b {i: ${e.to}}) CREATE (a)-[:${e.type} {i: ${e.id}, w: ${e.w}}]->(b)`).all();
    const rows = await db.query(textOf(question, graph.nodes.length)).all();
    return rows.map((r) => ({ nodes: (r.nodes as unknown[]).map(Number), edges: (r.edges as unknown[]).map(Number) }));
  } finally {
    await db.close();
  }
}

test('Repeated parts, selectors and modes answer as a plain search does.', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, questions, async (graph, question) => {
      expectChosen(await ask(graph, question), allWalks(graph, question), question.pick);
    }),
    { numRuns: runs(50) },
  );
}, 120_000);
