// Graph algorithms through CALL: each on a graph whose answer is known.

import { expect, test } from 'vitest';
import type { CallProcedure } from '../../engines/plan/plan.ts';
import type { Type } from '../../engines/plan/type.ts';
import type { Row, Value } from '../../engines/value.ts';
import { Fixture, one, show } from './graph-fixture.ts';

/** Two triangles joined by one edge, and a node of another label alone. */
async function twoTriangles(): Promise<Fixture> {
  const f = new Fixture();
  const page = { labels: ['Page'] };
  await f.fill(
    [page, page, page, page, page, page, { labels: ['Other'] }],
    [
      [0, 'LINKS', 1],
      [1, 'LINKS', 2],
      [2, 'LINKS', 0],
      [3, 'LINKS', 4],
      [4, 'LINKS', 5],
      [5, 'LINKS', 3],
      [2, 'LINKS', 3],
      [6, 'OTHER', 0],
    ],
  );
  return f;
}

async function callOf(f: Fixture, procedure: string, yields: [string, Type][], ...args: Value[]): Promise<readonly Row[]> {
  const node: CallProcedure = {
    kind: 'callProcedure',
    input: one,
    procedure,
    arguments: [],
    yields: yields.map(([source, type], i) => ({ source, column: { id: i, name: source, type } })),
  };
  const [rows] = await f.engine.callProcedure(node, [args], f.context());
  return rows ?? [];
}

test('PageRank scores add up to 1 and the second triangle gets the more.', async () => {
  const f = await twoTriangles();
  const rows = await callOf(
    f,
    'algo.pagerank',
    [
      ['node', 'node'],
      ['score', 'float'],
    ],
    'Page',
    'LINKS',
  );
  const scores = rows.map((r) => r[1] as number);
  expect(rows.map((r) => show(r[0]))).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
  expect(scores.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  expect(scores[3]).toBeGreaterThan(scores[0] as number);
});

test('Betweenness is highest where the triangles meet.', async () => {
  const f = await twoTriangles();
  const options = new Map<string, Value>([
    ['directed', false],
    ['normalized', false],
  ]);
  const rows = await callOf(
    f,
    'algo.betweenness',
    [
      ['score', 'float'],
      ['node', 'node'],
    ],
    'Page',
    null,
    options,
  );
  expect(rows.map((r) => r[0])).toEqual([0, 0, 6, 6, 0, 0]);
});

test('Communities are the two triangles, numbered by their first node, the same every time.', async () => {
  const f = await twoTriangles();
  const first = await callOf(f, 'algo.communities', [['community', 'integer']], 'Page');
  expect(first.map((r) => r[0])).toEqual([0n, 0n, 0n, 1n, 1n, 1n]);
  expect(await callOf(f, 'algo.communities', [['community', 'integer']], 'Page')).toEqual(first);
});

test('Components follow edges in any direction, strong ones both ways.', async () => {
  const f = await twoTriangles();
  const weak = await callOf(f, 'algo.components', [['component', 'integer']]);
  expect(weak.map((r) => r[0])).toEqual([0n, 0n, 0n, 0n, 0n, 0n, 0n]);
  const strong = await callOf(f, 'algo.components', [['component', 'integer']], null, null, new Map([['strong', true]]));
  expect(strong.map((r) => r[0])).toEqual([0n, 0n, 0n, 1n, 1n, 1n, 2n]);
});

test('Wrong options are named, and an empty part of the graph gives no rows.', async () => {
  const f = await twoTriangles();
  await expect(callOf(f, 'algo.pagerank', [], 'Page', null, new Map([['dampin', 1]]))).rejects.toMatchObject({
    code: 'bind/unknown-option',
    hint: 'Did you mean "damping"?',
  });
  await expect(callOf(f, 'algo.pagerank', [], 5n)).rejects.toMatchObject({ code: 'type/argument' });
  const overLabels = f.engine.procedures().filter((p) => p.yields.some((y) => y.name === 'node'));
  expect(overLabels.length).toBeGreaterThan(3);
  for (const p of overLabels) expect(await callOf(f, p.name, [['node', 'node']], 'Nothing')).toEqual([]);
});
