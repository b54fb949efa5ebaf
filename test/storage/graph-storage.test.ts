import { describe, expect, test } from 'vitest';
import type { GraphChange } from '../../engines/storage.ts';
import { changesKept } from '../../engines/sql/sqlite/change-log.ts';
import type { SqliteStorage } from '../../engines/sql/sqlite/storage.ts';
import { TemporalValue, type Value } from '../../engines/value.ts';
import { failure, index, name, object, withStorage } from './opened.ts';

async function ids(storage: SqliteStorage, label?: number): Promise<number[]> {
  const out: number[] = [];
  for await (const chunk of storage.graph.nodes(label)) out.push(...chunk);
  return out;
}

async function edges(storage: SqliteStorage, type?: number): Promise<number[][]> {
  const out: number[][] = [];
  for await (const chunk of storage.graph.edges(type)) {
    for (let i = 0; i < chunk.id.length; i++) out.push([chunk.id[i] ?? -1, chunk.type[i] ?? -1, chunk.from[i] ?? -1, chunk.to[i] ?? -1]);
  }
  return out;
}

const none = object({});

describe('nodes and edges', () => {
  test('are stored with labels, types and properties', () =>
    withStorage(async ({ graph }) => {
      const person = await graph.labels.intern('Person');
      const admin = await graph.labels.intern('Admin');
      const knows = await graph.types.intern('KNOWS');
      const properties = object({ name: 'Ada', list: [1n, 1.5], $odd: true });
      const [a = 0, b = 0] = await graph.createNodes([
        { labels: [person, admin], properties },
        { labels: [], properties: none },
      ]);
      const [e = 0] = await graph.createEdges([{ type: knows, from: a, to: b, properties: object({ since: 2020n }) }]);
      expect(await graph.loadNodes([b, 99, a])).toEqual([
        { labels: [], properties: none },
        undefined,
        { labels: [person, admin], properties },
      ]);
      expect(await graph.loadEdges([e, 99])).toEqual([{ type: knows, from: a, to: b, properties: object({ since: 2020n }) }, undefined]);
    }));

  test('are listed in full and by label and type', () =>
    withStorage(async (storage) => {
      const { graph } = storage;
      const person = await graph.labels.intern('Person');
      const [x, y] = [await graph.types.intern('X'), await graph.types.intern('Y')];
      await graph.createNodes([
        { labels: [person], properties: none },
        { labels: [], properties: none },
        { labels: [person], properties: none },
      ]);
      await graph.createEdges([
        { type: x, from: 1, to: 2, properties: none },
        { type: y, from: 2, to: 3, properties: none },
      ]);
      expect([await ids(storage), await ids(storage, person)]).toEqual([
        [1, 2, 3],
        [1, 3],
      ]);
      expect([await edges(storage), await edges(storage, y)]).toEqual([
        [
          [1, x, 1, 2],
          [2, y, 2, 3],
        ],
        [[2, y, 2, 3]],
      ]);
      const catalog = storage.catalog();
      expect(catalog.labels.map((label) => [label.name, label.count])).toEqual([['Person', 2]]);
      expect(catalog.edgeTypes.map((type) => [type.name, type.count])).toEqual([
        ['X', 1],
        ['Y', 1],
      ]);
    }));

  test('are read in chunks over gaps in the ids', () =>
    withStorage(async (storage) => {
      const { graph } = storage;
      const type = await graph.types.intern('T');
      const created = await graph.createNodes(Array.from({ length: 60_000 }, () => ({ labels: [], properties: none })));
      expect(await ids(storage)).toEqual(created);
      await graph.createEdges([{ type, from: 1, to: 2, properties: none }]);
      storage.connection.run("UPDATE sqlite_sequence SET seq = 700000 WHERE name = 'trefoil_edge'");
      await graph.createEdges([{ type, from: 2, to: 3, properties: none }]);
      expect((await edges(storage)).map((edge) => edge[0])).toEqual([1, 700001]);
      expect(await graph.highestEdgeId()).toBe(700001);
    }));

  test('never take an id again', () =>
    withStorage(async ({ graph }) => {
      const [first = 0] = await graph.createNodes([{ labels: [], properties: none }]);
      await graph.deleteNodes([first]);
      expect(await graph.createNodes([{ labels: [], properties: none }])).toEqual([first + 1]);
      expect(await graph.highestNodeId()).toBe(first + 1);
    }));

  test('a node with edges is not deleted, and an edge needs its nodes', () =>
    withStorage(async ({ graph }) => {
      const type = await graph.types.intern('T');
      await graph.createNodes([{ labels: [], properties: none }]);
      await graph.createEdges([{ type, from: 1, to: 1, properties: none }]);
      expect((await failure(() => graph.deleteNodes([1]))).code).toBe('constraint/has-edges');
      expect((await failure(() => graph.createEdges([{ type, from: 1, to: 9, properties: none }]))).code).toBe('constraint/no-node');
    }));

  test('no id passes 31 bits', () =>
    withStorage(async (storage) => {
      await storage.graph.createNodes([{ labels: [], properties: none }]);
      storage.connection.run("UPDATE sqlite_sequence SET seq = 2147483647 WHERE name = 'trefoil_node'");
      expect((await failure(() => storage.graph.createNodes([{ labels: [], properties: none }]))).code).toBe('limit/element-ids');
    }));
});

describe('the change log', () => {
  const kinds = (changes: readonly GraphChange[] | undefined) =>
    changes?.map(({ number, kind, ...rest }) => [number, kind, ...Object.values(rest)]);

  test('tells every change in order, from any number on', () =>
    withStorage(async ({ graph }) => {
      const [a, b] = [await graph.labels.intern('A'), await graph.labels.intern('B')];
      const type = await graph.types.intern('T');
      expect(await graph.changeNumber()).toBe(0);
      await graph.createNodes([
        { labels: [a], properties: none },
        { labels: [], properties: none },
      ]);
      await graph.createEdges([{ type, from: 1, to: 2, properties: none }]);
      await graph.setNodeProperties([{ id: 1, properties: object({ x: 1n }) }]);
      await graph.setNodeLabels([{ id: 1, labels: [b] }]);
      await graph.deleteEdges([1]);
      await graph.deleteNodes([1]);
      const all = [
        [1, 'addNode', 1],
        [2, 'addNode', 2],
        [3, 'addLabel', 1, a],
        [4, 'addEdge', 1, type, 1, 2],
        [5, 'removeLabel', 1, a],
        [6, 'addLabel', 1, b],
        [7, 'removeEdge', 1, type, 1, 2],
        [8, 'removeLabel', 1, b],
        [9, 'removeNode', 1],
      ];
      expect(await graph.changeNumber()).toBe(9);
      expect(kinds(await graph.changesSince(0))).toEqual(all);
      expect(kinds(await graph.changesSince(1))).toEqual(all.slice(1));
      expect(await graph.changesSince(9)).toEqual([]);
    }));

  test('forgets the oldest, keeps the newest, and says so', () =>
    withStorage(async ({ graph, connection }) => {
      const batch = Array.from({ length: 10_000 }, () => ({ labels: [], properties: none }));
      await connection.begin();
      for (let i = 0; i < changesKept / batch.length + 2; i++) await graph.createNodes(batch);
      await connection.commit();
      const newest = await graph.changeNumber();
      expect(await graph.changesSince(0)).toBeUndefined();
      expect(await graph.changesSince(newest - changesKept)).toHaveLength(changesKept);
    }));

  test('a rolled-back change leaves no number', () =>
    withStorage(async ({ graph, connection }) => {
      await graph.createNodes([{ labels: [], properties: none }]);
      await connection.begin();
      await graph.createNodes([{ labels: [], properties: none }]);
      await connection.rollback();
      expect(await graph.changeNumber()).toBe(1);
    }));

  test('a very large batch is counted only', () =>
    withStorage(async ({ graph }) => {
      await graph.createNodes(Array.from({ length: 30_000 }, () => ({ labels: [], properties: none })));
      expect(await graph.changeNumber()).toBe(30_000);
      expect(await graph.changesSince(0)).toBeUndefined();
      expect(await graph.changesSince(30_000)).toEqual([]);
    }));
});

describe('label indexes', () => {
  const values: Value[] = [
    1n,
    1.0,
    2n,
    2.5,
    '1',
    'ab',
    'abc',
    'b',
    true,
    false,
    [1n],
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    new TemporalValue('date', '2020-01-01'),
    'zü',
    'z\u{10ffff}x',
  ];

  async function indexed(
    work: (
      storage: SqliteStorage,
      find: (test: Parameters<SqliteStorage['graph']['findNodes']>[2]) => Promise<Value[] | undefined>,
    ) => Promise<void>,
  ) {
    await withStorage(async (storage) => {
      const thing = await storage.graph.labels.intern('Thing');
      const nodes = values.map((v) => ({ labels: [thing], properties: object({ v: object({ w: v }) }) }));
      // Half are there before the index and half come after it.
      await storage.graph.createNodes(nodes.slice(0, 8));
      await storage.createIndex(index(':Thing', [['v', 'w']]));
      await storage.graph.createNodes([...nodes.slice(8), { labels: [], properties: object({ v: object({ w: 1n }) }) }]);
      await work(storage, async (test) => {
        const found = await storage.graph.findNodes(thing, ['v', 'w'], test);
        return found && [...found].map((id) => values[id - 1]);
      });
    });
  }

  test('find by equality as the language has it', () =>
    indexed(async (_, find) => {
      expect(await find({ kind: 'equal', values: [1n] })).toEqual([1n, 1.0]);
      expect(await find({ kind: 'equal', values: [1.0, 1n] })).toEqual([1n, 1.0]);
      expect(await find({ kind: 'equal', values: [true] })).toEqual([true]);
      expect(await find({ kind: 'equal', values: ['1'] })).toEqual(['1']);
      expect(await find({ kind: 'equal', values: [null, undefined, Number.NaN, 'none'] })).toEqual([]);
      expect(await find({ kind: 'equal', values: [Number.POSITIVE_INFINITY] })).toEqual([Number.POSITIVE_INFINITY]);
      expect(await find({ kind: 'equal', values: [new TemporalValue('date', '2020-01-01')] })).toEqual([
        new TemporalValue('date', '2020-01-01'),
      ]);
      expect(await find({ kind: 'equal', values: [...'cdefghij', 'ab', 2n, 2.5, false] })).toEqual([2n, 2.5, 'ab', false]);
    }));

  test('cannot tell the equality of lists', () =>
    indexed(async (_, find) => {
      expect(await find({ kind: 'equal', values: [[1n]] })).toBeUndefined();
    }));

  test('find ranges of one kind of value', () =>
    indexed(async (_, find) => {
      expect(await find({ kind: 'range', low: { value: 1n, inclusive: false } })).toEqual([2n, 2.5, Number.POSITIVE_INFINITY]);
      expect(await find({ kind: 'range', high: { value: 2n, inclusive: true } })).toEqual([1n, 1.0, 2n]);
      expect(await find({ kind: 'range', low: { value: 'ab', inclusive: true }, high: { value: 'b', inclusive: false } })).toEqual([
        'ab',
        'abc',
      ]);
      expect(await find({ kind: 'range', high: { value: 'ab', inclusive: false } })).toEqual(['1']);
      expect(await find({ kind: 'range', low: { value: false, inclusive: false } })).toEqual([true]);
      expect(await find({ kind: 'range', low: { value: 1n, inclusive: true }, high: { value: 'x', inclusive: true } })).toEqual([]);
      expect(await find({ kind: 'range', low: { value: null, inclusive: true } })).toEqual([]);
      expect(await find({ kind: 'range', low: { value: [1n], inclusive: true } })).toBeUndefined();
    }));

  test('find prefixes', () =>
    indexed(async (_, find) => {
      expect(await find({ kind: 'prefix', text: 'ab' })).toEqual(['ab', 'abc']);
      expect(await find({ kind: 'prefix', text: 'z\u{10ffff}' })).toEqual(['z\u{10ffff}x']);
      expect(await find({ kind: 'prefix', text: '' })).toEqual(['1', 'ab', 'abc', 'b', 'zü', 'z\u{10ffff}x']);
    }));

  test('follow changes of properties, labels and nodes', () =>
    indexed(async (storage, find) => {
      const { graph } = storage;
      await graph.setNodeProperties([{ id: 1, properties: object({ v: object({ w: 'ab' }) }) }]);
      await graph.setNodeLabels([{ id: 6, labels: [] }]);
      await graph.deleteNodes([2]);
      expect(await find({ kind: 'equal', values: ['ab'] })).toEqual([1n]);
      expect(await find({ kind: 'equal', values: [1n] })).toEqual([]);
      await graph.setNodeLabels([{ id: 6, labels: [graph.labels.id('Thing') ?? 0] }]);
      expect(await find({ kind: 'equal', values: ['ab'] })).toEqual([1n, 'ab']);
    }));

  test('unique ones refuse a second node and let two nodes exchange values', () =>
    withStorage(async (storage) => {
      const { graph } = storage;
      const person = await graph.labels.intern('Person');
      await storage.createIndex(index(':Person', [['name']], { unique: true }));
      await graph.createNodes(['a', 'b', null, null].map((v) => ({ labels: [person], properties: object({ name: v }) })));
      const error = await failure(() => graph.createNodes([{ labels: [person], properties: object({ name: 'a' }) }]));
      expect([error.code, error.message]).toEqual(['constraint/unique', "There is already a node :Person with name = 'a'."]);
      await graph.setNodeProperties([
        { id: 1, properties: object({ name: 'b' }) },
        { id: 2, properties: object({ name: 'a' }) },
      ]);
      expect([...((await graph.findNodes(person, ['name'], { kind: 'equal', values: ['a'] })) ?? [])]).toEqual([2]);
    }));

  test('are there by label and path until dropped', () =>
    withStorage(async (storage) => {
      const { graph } = storage;
      await storage.createIndex(index(':Person', [['name']]));
      expect(graph.indexOn('Person', ['name'])?.name).toBe('Person_name_idx');
      expect(graph.indexOn('person', ['name'])).toBeUndefined();
      await storage.dropIndex({ kind: 'dropIndex', name: name('person_name_idx'), ifExists: false, span: { start: 0, end: 0 } });
      expect(graph.indexOn('Person', ['name'])).toBeUndefined();
      expect(storage.connection.all("SELECT name FROM sqlite_schema WHERE name GLOB 'trefoil_index_*'")).toEqual([]);
    }));
});
