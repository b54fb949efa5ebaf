// What the graph engine refuses: counts and searches beyond its named limits.

import { expect, test } from 'vitest';
import type { CallProcedure } from '../../engines/plan/plan.ts';
import type { Value } from '../../engines/value.ts';
import { edge, Fixture, matchOf, node, one } from './graph-fixture.ts';

const call = (procedure: string): CallProcedure => ({ kind: 'callProcedure', input: one, procedure, arguments: [], yields: [] });

test('A count that no float holds exactly is refused, not rounded.', async () => {
  const f = new Fixture();
  const types = Array.from({ length: 18 }, (_, i) => `T${i}`);
  await f.fill(
    [{}, {}],
    types.flatMap((t, i) => Array.from({ length: 8 }, () => [i % 2, t, (i + 1) % 2] as const)),
  );
  const chain = (length: number) =>
    matchOf(
      Array.from({ length: length + 1 }, (_, i) => node(i, { out: false })),
      types.slice(0, length).map((t, i) => edge(100 + i, i, i + 1, { types: [t], out: false })),
    );
  expect(await f.count(chain(17))).toBe(8n ** 17n);
  await expect(f.count(chain(18))).rejects.toMatchObject({ code: 'limit/count' });
});

test('A shortest path with a minimum stops when it holds too many partial trails.', async () => {
  const f = new Fixture();
  const nodes = Array.from({ length: 9 }, () => ({}));
  const all = nodes.flatMap((_, i) => nodes.slice(0, i).map((_, j) => [i, 'T', j] as const));
  await f.fill(nodes, all);
  const far = { quantifier: { min: 30 }, selector: 'anyShortest', direction: 'any', out: false } as const;
  await expect(f.rows(matchOf([node(1), node(2)], [edge(3, 0, 1, far)]))).rejects.toMatchObject({ code: 'limit/trails' });
}, 60_000);

test('Algorithms refuse a part of the graph that is too large for them, and say when they do not settle.', async () => {
  const f = new Fixture();
  for (let id = 1; id <= 80_000; id++) f.storage.nodesById.set(id, { labels: [], properties: new Map() });
  f.storage.changes.push({ number: 1, kind: 'addNode', id: 1 });
  await expect(f.engine.callProcedure(call('algo.betweenness'), [[]], f.context())).rejects.toMatchObject({ code: 'limit/projection' });
  const small = new Fixture();
  await small.fill(
    [{}, {}, {}],
    [
      [0, 'T', 1],
      [1, 'T', 2],
    ],
  );
  const hard = new Map<string, Value>([
    ['iterations', 1n],
    ['tolerance', 0n],
  ]);
  await expect(small.engine.callProcedure(call('algo.pagerank'), [[null, null, hard]], small.context())).rejects.toMatchObject({
    code: 'limit/iterations',
  });
}, 60_000);
