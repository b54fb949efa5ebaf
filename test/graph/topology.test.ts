// The topology as a cache: what a view shows after catching up, rolling back, merging, and sharing its base; and writes
// through the engine.

import { expect, test } from 'vitest';
import { degreeOf, TopologyView } from '../../engines/graph/topology.ts';
import { Neighbours, partsOf } from '../../engines/graph/neighbours.ts';
import { NodeValue, type Value } from '../../engines/value.ts';
import { edge, Fixture, label, matchOf, node, showRows } from './graph-fixture.ts';
import { MemoryStorage } from './memory-storage.ts';

/** The targets of a node's outgoing edges of all types. */
function targets(view: TopologyView, from: number): number[] {
  const neighbours = new Neighbours(partsOf(view, undefined, 'out'));
  const out: number[] = [];
  neighbours.open(from);
  while (neighbours.next()) out.push(neighbours.target);
  return out.sort((a, b) => a - b);
}

async function star(count: number): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const type = await storage.types.intern('T');
  for (let id = 1; id <= count; id++) storage.nodesById.set(id, { labels: [], properties: new Map() });
  for (let id = 2; id <= count; id++) storage.edgesById.set(id, { type, from: 1, to: id, properties: new Map() });
  return storage;
}

test('Many changes at one node with very many edges stay cheap, and are merged into a new base.', async () => {
  const storage = await star(100_000);
  const view = new TopologyView();
  await view.catchUp(storage);
  expect(degreeOf(view.adjacency(1, 'out'), 1)).toBe(99_999);
  const first = view.exportBase();
  const change = (kind: 'addEdge' | 'removeEdge', id: number, to: number) =>
    storage.changes.push({ number: storage.changes.length + 1, kind, id, type: 1, from: 1, to });
  for (let i = 0; i < 4_000; i++) change('addEdge', 1_000_000 + i, 2 + (i % 7));
  for (let i = 0; i < 4_000; i++) change(i % 2 === 0 ? 'removeEdge' : 'addEdge', i % 2 === 0 ? 1_000_000 + i : 2_000_000 + i, 2 + (i % 7));
  for (let i = 2; i < 1_000; i++) change('removeEdge', i, i);
  await view.catchUp(storage);
  expect(degreeOf(view.adjacency(1, 'out'), 1)).toBe(99_999 + 4_000 - 998);
  expect(targets(view, 1)).toHaveLength(99_999 + 4_000 - 998);
  expect(view.exportBase()).toBe(first);
  for (let i = 0; i < 2_000; i++) change('addEdge', 3_000_000 + i, 5);
  await view.catchUp(storage);
  expect(view.exportBase()).not.toBe(first);
  expect(view.edgeCount).toBe(99_999 + 6_000 - 998);
  expect(targets(view, 1)).toHaveLength(99_999 + 6_000 - 998);
  expect(view.exportBase()?.number).toBe(storage.changes.length);
});

test('A base merged inside a transaction that wrote is not shared, and is given up when it rolls back.', async () => {
  const storage = await star(10);
  const view = new TopologyView();
  await view.catchUp(storage);
  const clean = view.exportBase();
  view.startedWriting();
  for (let i = 0; i < 12_000; i++) storage.changes.push({ number: i + 1, kind: 'addEdge', id: 100 + i, type: 1, from: 2, to: 3 });
  await view.catchUp(storage);
  expect(view.edgeCount).toBe(9 + 12_000);
  expect(view.exportBase()).toBe(clean);
  storage.changes.length = 0;
  view.rolledBack();
  view.transactionEnded();
  storage.changes.push({ number: 1, kind: 'addEdge', id: 100, type: 1, from: 4, to: 5 });
  await view.catchUp(storage);
  expect([view.edgeCount, targets(view, 2), targets(view, 4)]).toEqual([10, [], [5]]);
});

test('Another view takes a shared base only when its snapshot is as new, and then reads only what came later.', async () => {
  const storage = await star(5);
  const writer = new TopologyView();
  storage.changes.push({ number: 1, kind: 'addNode', id: 1 });
  await writer.catchUp(storage);
  const shared = structuredClone(writer.exportBase());
  expect(shared?.types.get(1)?.out.targets.buffer).toBeInstanceOf(SharedArrayBuffer);
  const reader = new TopologyView();
  if (shared) reader.adoptBase(shared);
  const late = {
    ...storage,
    changeNumber: async () => 2,
    changesSince: async (after: number) =>
      after === 1 ? [{ number: 2, kind: 'addEdge' as const, id: 77, type: 1, from: 3, to: 4 }] : undefined,
  };
  await reader.catchUp(Object.assign(Object.create(storage) as MemoryStorage, late));
  expect(targets(reader, 3)).toEqual([4]);
  const early = new TopologyView();
  if (shared) early.adoptBase(shared);
  const empty = new MemoryStorage();
  await early.catchUp(empty);
  expect(early.edgeCount).toBe(0);
});

test('An older snapshot of the same file is read on its own.', async () => {
  const storage = await star(5);
  for (let i = 1; i <= 3; i++) storage.changes.push({ number: i, kind: 'addNode', id: i });
  const view = new TopologyView();
  await view.catchUp(storage);
  const old = new MemoryStorage();
  old.changes.push({ number: 1, kind: 'addNode', id: 1 });
  old.nodesById.set(1, { labels: [], properties: new Map() });
  await view.catchUp(old);
  expect([view.number, view.nodeCount, view.edgeCount]).toEqual([1, 1, 0]);
  await view.catchUp(storage);
  expect([view.number, view.edgeCount]).toEqual([3, 4]);
});

// ------------------------------------------------------------------------------------------------ writes

test('What a statement creates can be matched, changed and deleted in the same statement; has-edges sees it.', async () => {
  const f = new Fixture();
  const context = f.context();
  const properties = (entries: Record<string, Value>) => new Map(Object.entries(entries));
  const made = await f.engine.createElements(
    [
      { labels: ['A', 'A'], properties: properties({ x: 1n, gone: null }) },
      { labels: [], properties: properties({}) },
    ],
    [{ type: 'T', from: 0, to: 1, properties: properties({ w: 2n }) }],
    context,
  );
  const [a, b] = made.nodes;
  if (!a || !b) throw new Error('two nodes');
  expect(showRows([[a, b, made.edges[0]]])).toEqual(['n1 n2 e1']);
  expect(a.properties?.has('gone')).toBe(false);
  const match = matchOf([node(1, { labels: label('A') }), node(2)], [edge(3, 0, 1, { types: ['T'] })]);
  const rows = await f.rows(match, [[]], context);
  expect(showRows(rows)).toEqual(['n1 n2 e1']);
  expect(rows[0]?.[0]).toBe(a);
  a.labels = ['B'];
  a.properties = properties({ x: 5n });
  await f.engine.saveElements([a, a], context);
  expect(await f.rows(match, [[]], context)).toEqual([]);
  expect(f.storage.nodesById.get(1)?.properties.get('x')).toBe(5n);
  await expect(f.engine.deleteElements([a], false, context)).rejects.toMatchObject({ code: 'constraint/has-edges' });
  expect(a.deleted).toBe(false);
  await f.engine.deleteElements([a], true, context);
  expect([a.deleted, made.edges[0]?.deleted, b.deleted]).toEqual([true, true, false]);
  await f.engine.deleteElements([a, b], false, context);
  expect([f.storage.nodesById.size, f.storage.edgesById.size]).toEqual([0, 0]);
  expect(context.stats).toMatchObject({
    nodesCreated: 2,
    edgesCreated: 1,
    labelsAdded: 1,
    propertiesSet: 2,
    nodesDeleted: 2,
    edgesDeleted: 1,
  });
  await expect(f.engine.createElements([], [{ type: 'T', from: a, to: b, properties: new Map() }], context)).rejects.toMatchObject({
    code: 'constraint/deleted',
  });
  expect(a).toBeInstanceOf(NodeValue);
});
