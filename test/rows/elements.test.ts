// CREATE, SET, REMOVE and DELETE of nodes and edges.

import { describe, expect, it } from 'vitest';
import type { Plan } from '../../engines/plan/plan.ts';
import type { CreateElements, SetElementItem } from '../../engines/plan/writes.ts';
import { EdgeValue, NodeValue, PathValue, type Value } from '../../engines/value.ts';
import { makeContext, MemoryGraph } from './memory-context.ts';
import { binary, col, field, lit, read, run, values } from './plans.ts';

const a = col(1, 'a');
const n = col(2, 'n', 'node');
const m = col(3, 'm', 'node');
const r = col(4, 'r', 'edge');
const p = col(5, 'p', 'path');
const object = (entries: Record<string, Value>) => new Map(Object.entries(entries));

describe('create', () => {
  const create = (input: Plan, change: Partial<CreateElements> = {}): CreateElements => ({
    kind: 'createElements',
    input,
    nodes: [
      {
        column: n,
        bound: false,
        out: true,
        labels: ['P'],
        properties: { kind: 'object', entries: [{ key: 'v', value: read(a) }], type: 'object' },
      },
      { column: m, bound: false, out: false, labels: [] },
    ],
    edges: [{ column: r, out: true, type: 'R', from: 1, to: 0 }],
    paths: [{ column: p, out: true, nodes: [1, 0], edges: [0] }],
    ...change,
  });

  it('All rows go to the graph engine in one call, and each row gets its own elements.', async () => {
    const memory = new MemoryGraph();
    const rows = await run(create(values([a], [1n], [null], [3n])), makeContext({ memory, batchRows: 2 }));
    expect(memory.createCalls).toEqual([{ nodes: 6, edges: 3 }]);
    expect([...memory.nodes.values()].map((x) => x.properties)).toEqual([
      object({ v: 1n }),
      object({}),
      object({}),
      object({}),
      object({ v: 3n }),
      object({}),
    ]);
    for (const [, node, edge, path] of rows) {
      expect((edge as EdgeValue).to).toBe((node as NodeValue).id);
      expect((edge as EdgeValue).from).toBe((node as NodeValue).id + 1);
      expect((path as PathValue).nodes.map((x) => x.id)).toEqual([(edge as EdgeValue).from, (edge as EdgeValue).to]);
    }
  });
  it('A bound node is used as it is; null and other values are refused.', async () => {
    const memory = new MemoryGraph();
    const id = memory.addNode(['Old']);
    const context = makeContext({ memory });
    const bound = {
      nodes: [{ column: n, bound: true, out: true, labels: [] }],
      edges: [{ column: r, out: true, type: 'SELF', from: 0, to: 0 }],
      paths: [],
    };
    const node = context.elements.node(id, 0);
    expect(await run(create(values([n], [node]), bound), context)).toEqual([
      [node, expect.objectContaining({ type: 'SELF', from: id, to: id })],
    ]);
    for (const wrong of [null, 5n]) {
      await expect(run(create(values([n], [wrong]), bound), context)).rejects.toMatchObject({ code: 'type/not-an-element' });
    }
    node.deleted = true;
    await expect(run(create(values([n], [node]), bound), context)).rejects.toMatchObject({ code: 'constraint/deleted' });
  });
  it('A property that cannot be stored is refused.', async () => {
    await expect(run(create(values([a], [new NodeValue(1)])), makeContext())).rejects.toMatchObject({ code: 'type/not-storable' });
    const nodes = [{ column: n, bound: false, out: true, labels: [], properties: lit('x') }];
    await expect(run(create(values([a], [1n]), { nodes, edges: [], paths: [] }), makeContext())).rejects.toMatchObject({
      code: 'type/properties',
    });
  });
});

describe('set', () => {
  const set = (input: Plan, ...items: SetElementItem[]): Plan => ({ kind: 'setElements', input, items });
  function oneNode(properties: Record<string, Value>, labels: string[] = ['P']) {
    const memory = new MemoryGraph();
    const id = memory.addNode(labels, properties);
    const context = makeContext({ memory, batchRows: 1 });
    return { memory, id, context, node: context.elements.node(id, 0), properties: () => memory.nodes.get(id)?.properties };
  }

  it('A later row sees what an earlier row set, and the element is saved once.', async () => {
    const { memory, context, node, id, properties } = oneNode({ v: 0n });
    const item: SetElementItem = { kind: 'set', target: read(n), path: ['v'], value: binary(field(read(n), 'v'), '+', lit(1n)) };
    expect(await run(set(values([n], [node], [node], [node]), item), context)).toHaveLength(3);
    expect(properties()).toEqual(object({ v: 3n }));
    expect(memory.saved).toEqual([id]);
    expect(context.stats.propertiesSet).toBe(3);
  });
  it('Null removes a property, a deeper path builds objects, and what did not change is not saved.', async () => {
    const { memory, context, node, properties } = oneNode({ v: 0n, w: 1n });
    await run(set(values([n], [node]), { kind: 'set', target: read(n), path: ['v'], value: lit(0n) }), context);
    expect(memory.saved).toEqual([]);
    await run(
      set(
        values([n], [node]),
        { kind: 'set', target: read(n), path: ['v'], value: lit(null) },
        { kind: 'set', target: read(n), path: ['deep', 'x'], value: lit(1n) },
        { kind: 'remove', target: read(n), path: ['w'] },
        { kind: 'remove', target: read(n), path: ['absent'] },
      ),
      context,
    );
    expect(properties()).toEqual(object({ deep: object({ x: 1n }) }));
    expect(context.stats).toMatchObject({ propertiesSet: 1, propertiesRemoved: 2 });
  });
  it('Setting 1 over 1.0 is a change.', async () => {
    const { context, node, properties } = oneNode({ v: 1 });
    await run(set(values([n], [node]), { kind: 'set', target: read(n), path: ['v'], value: lit(1n) }), context);
    expect(properties()).toEqual(object({ v: 1n }));
  });
  it('SET n = object replaces, += merges, null values remove.', async () => {
    const { context, node, properties } = oneNode({ v: 1n, w: 2n });
    const all = (value: Value, merge: boolean): SetElementItem => ({ kind: 'setAll', target: read(n), value: lit(value), merge });
    await run(set(values([n], [node]), all(object({ w: null, x: 3n }), true)), context);
    expect(properties()).toEqual(object({ v: 1n, x: 3n }));
    await run(set(values([n], [node]), all(object({ y: 4n, z: null }), false)), context);
    expect(properties()).toEqual(object({ y: 4n }));
    expect(context.stats).toMatchObject({ propertiesSet: 2, propertiesRemoved: 3 });
    await expect(run(set(values([n], [node]), all(5n, false)), context)).rejects.toMatchObject({ code: 'type/properties' });
  });
  it('SET n = m copies the properties of another element.', async () => {
    const { memory, context, node, properties } = oneNode({ v: 1n });
    const other = context.elements.node(memory.addNode([], { q: 7n }), 0);
    await run(set(values([n, m], [node, other]), { kind: 'setAll', target: read(n), value: read(m), merge: false }), context);
    expect(properties()).toEqual(object({ q: 7n }));
  });
  it('Labels come once and go once.', async () => {
    const { memory, context, node, id } = oneNode({}, ['P', 'Q']);
    const items: SetElementItem[] = [
      { kind: 'addLabels', target: read(n), labels: ['P', 'R'] },
      { kind: 'removeLabels', target: read(n), labels: ['Q', 'X'] },
    ];
    await run(set(values([n], [node], [node]), ...items), context);
    expect(memory.nodes.get(id)?.labels).toEqual(['P', 'R']);
    expect(context.stats).toMatchObject({ labelsAdded: 1, labelsRemoved: 1 });
  });
  it('A null target is left alone; another value, an edge as the target of labels, and a deleted element are refused.', async () => {
    const { memory, context, node } = oneNode({});
    const item: SetElementItem = { kind: 'set', target: read(n), path: ['v'], value: lit(1n) };
    expect(await run(set(values([n], [null], [undefined]), item), context)).toHaveLength(2);
    expect(memory.saved).toEqual([]);
    await expect(run(set(values([n], [5n]), item), context)).rejects.toMatchObject({ code: 'type/not-an-element' });
    const labels: SetElementItem = { kind: 'addLabels', target: read(n), labels: ['X'] };
    await expect(run(set(values([n], [new EdgeValue(9, 'R', 1, 1)]), labels), context)).rejects.toMatchObject({
      code: 'type/not-an-element',
    });
    node.deleted = true;
    await expect(run(set(values([n], [node]), item), context)).rejects.toMatchObject({ code: 'constraint/deleted' });
  });
  it('A value that cannot be stored is refused.', async () => {
    const { context, node } = oneNode({});
    const item: SetElementItem = { kind: 'set', target: read(n), path: ['v'], value: read(n) };
    await expect(run(set(values([n], [node]), item), context)).rejects.toMatchObject({ code: 'type/not-storable' });
  });
});

describe('delete', () => {
  it('Everything goes in one call, each element once; null is left alone, a path takes its elements along.', async () => {
    const memory = new MemoryGraph();
    const [x, y] = [memory.addNode([]), memory.addNode([])];
    const e = memory.addEdge(x, 'R', y);
    const context = makeContext({ memory, batchRows: 1 });
    const [node, other, edge] = [context.elements.node(x, 0), context.elements.node(y, 0), context.elements.edge(e, 'R', x, y, 0)];
    const input = values([n, p], [node, null], [node, new PathValue([node, other], [edge])], [undefined, null]);
    expect(await run({ kind: 'deleteElements', input, values: [read(n), read(p)], detach: false }, context)).toHaveLength(3);
    expect(memory.deleteCalls).toEqual([3]);
    expect(memory.nodes.size + memory.edges.size).toBe(0);
    const wrong: Plan = { kind: 'deleteElements', input: values([n], ['x']), values: [read(n)], detach: false };
    await expect(run(wrong, context)).rejects.toMatchObject({ code: 'type/not-an-element' });
  });
});
