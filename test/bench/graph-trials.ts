// Trials over the graph, in process, against graphology and against SQLite's joins on the same edges.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import graphology from 'graphology';
import { openDatabase } from '../../engines/open.ts';
import type { Value } from '../../engines/value.ts';
import { edgeList, makeGraph, runAll } from './data.ts';
import type { Trial } from './trial.ts';

const nodes = 20_000;
const degree = 5;

export async function graphTrials(): Promise<{ trials: Trial[]; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-bench-'));
  const file = join(folder, 'bench.db');
  const database = await openDatabase({ file });
  const session = database.session();
  const edges = edgeList(nodes, degree);
  await makeGraph(session, nodes, edges);

  const raw = new Database(':memory:');
  raw.exec('CREATE TABLE edge (a INTEGER, b INTEGER)');
  const insert = raw.prepare('INSERT INTO edge VALUES (?, ?)');
  raw.transaction(() => {
    for (const [a, b] of edges) insert.run(a, b);
  })();
  raw.exec('CREATE INDEX edge_a ON edge (a, b); CREATE INDEX edge_b ON edge (b, a)');
  const graph = new graphology.MultiDirectedGraph();
  for (let i = 0; i < nodes; i++) graph.addNode(i);
  for (const [a, b] of edges) graph.addDirectedEdge(a, b);

  const starts = Array.from({ length: 200 }, (_, i) => (i * 97) % nodes);
  const ask = async (text: string): Promise<Value[]> => {
    const answers: Value[] = [];
    for (const s of starts)
      answers.push(
        (
          await runAll(
            session,
            text,
            new Map<string, Value>([
              ['s', BigInt(s)],
              ['t', BigInt((s * 31 + 7) % nodes)],
            ]),
          )
        )[0]?.[0] ?? 0n,
      );
    return answers;
  };
  const twoHops = raw.prepare('SELECT count(DISTINCT y.b) FROM edge x JOIN edge y ON y.a = x.b WHERE x.a = ?').pluck();

  const trials: Trial[] = [
    {
      name: 'distinct neighbours two hops away, 200 starts',
      unit: 'start',
      units: 200,
      contenders: [
        {
          name: 'Trefoil in process, whole statement',
          run: () => ask('MATCH (:Person {id: $s})-[:KNOWS]->()-[:KNOWS]->(b) RETURN count(DISTINCT b)'),
        },
        { name: 'SQLite join', run: () => starts.map((s) => twoHops.get(s)) },
        { name: 'graphology', run: () => starts.map((s) => countTwoHops(graph, s)) },
      ],
    },
    {
      name: 'shortest path between 200 pairs',
      unit: 'pair',
      units: 200,
      contenders: [
        {
          name: 'Trefoil in process, whole statement',
          run: () => ask('MATCH p = ANY SHORTEST (:Person {id: $s})-[:KNOWS]->{1,}(:Person {id: $t}) RETURN length(p)'),
        },
        { name: 'graphology, breadth first by hand', run: () => starts.map((s) => distance(graph, s, (s * 31 + 7) % nodes)) },
      ],
    },
    {
      name: `triangles in ${edges.length.toLocaleString('en')} edges`,
      unit: 'query',
      units: 1,
      rounds: 3,
      contenders: [
        {
          name: 'Trefoil in process',
          run: async () => (await runAll(session, 'MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c)-[:KNOWS]->(a) RETURN count(*)'))[0]?.[0],
        },
        {
          name: 'SQLite join',
          run: () =>
            raw
              .prepare(
                'SELECT count(*) FROM edge x JOIN edge y ON y.a = x.b JOIN edge z ON z.a = y.b AND z.b = x.a WHERE x.rowid <> y.rowid AND y.rowid <> z.rowid AND x.rowid <> z.rowid',
              )
              .pluck()
              .get(),
        },
      ],
    },
    {
      name: 'all paths of two edges, counted',
      unit: 'query',
      units: 1,
      rounds: 3,
      contenders: [
        {
          name: 'Trefoil in process',
          run: async () => (await runAll(session, 'MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN count(*)'))[0]?.[0],
        },
        {
          name: 'SQLite join',
          run: () => raw.prepare('SELECT count(*) FROM edge x JOIN edge y ON y.a = x.b WHERE x.rowid <> y.rowid').pluck().get(),
        },
      ],
    },
  ];
  return {
    trials,
    async close() {
      raw.close();
      await session.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Graph = InstanceType<typeof graphology.MultiDirectedGraph>;

function countTwoHops(graph: Graph, start: number): number {
  const found = new Set<string>();
  graph.forEachOutNeighbor(start, (middle) => graph.forEachOutNeighbor(middle, (end) => void found.add(end)));
  return found.size;
}

function distance(graph: Graph, from: number, to: number): number {
  const seen = new Set([String(from)]);
  let frontier = [String(from)];
  for (let steps = 1; frontier.length > 0; steps++) {
    const next: string[] = [];
    for (const node of frontier) {
      for (const other of graph.outNeighbors(node)) {
        if (other === String(to)) return steps;
        if (!seen.has(other)) {
          seen.add(other);
          next.push(other);
        }
      }
    }
    frontier = next;
  }
  return 0;
}
