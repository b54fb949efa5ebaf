// Writing elements: CREATE, SET and DELETE. The objects that rows hold and the stored elements are kept in step, what was
// done is counted, and a node never goes while it has edges.

import { QueryError } from '../../parser/error.ts';
import { groupKey } from '../compare.ts';
import type { GraphRef } from '../catalog.ts';
import type { NewEdge, NewNode, RunContext } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import { refuseOtherEnd } from '../other-graph.ts';
import { EdgeValue, NodeValue, type ObjectValue, type Value } from '../value.ts';
import { loadBatch, StatementElements } from './elements.ts';
import { Neighbours, partsOf } from './neighbours.ts';
import type { TopologyView } from './topology.ts';

export interface Writer {
  readonly storage: GraphStorage;
  readonly topology: TopologyView;
}

type Element = NodeValue | EdgeValue;

/** Stores new nodes and edges and gives their values. `constraint/deleted` for an end that is gone. */
export async function createElements(
  writer: Writer,
  items: readonly NewNode[],
  edges: readonly NewEdge[],
  context: RunContext,
  graph: GraphRef,
): Promise<{ nodes: readonly NodeValue[]; edges: readonly EdgeValue[] }> {
  const { storage, topology } = writer;
  if (items.length + edges.length === 0) return { nodes: [], edges: [] };
  for (const edge of edges) {
    for (const end of [edge.from, edge.to]) {
      refuseOtherEnd(end, graph);
      if (end instanceof NodeValue) refuseDeleted(end);
    }
  }
  topology.startedWriting();
  const nodes: NodeValue[] = [];
  for (let at = 0; at < items.length; at += loadBatch) {
    context.check();
    const batch = items.slice(at, at + loadBatch);
    const rows: { labels: number[]; properties: ObjectValue }[] = [];
    for (const item of batch) rows.push({ labels: await intern(storage.labels, item.labels), properties: withoutNulls(item.properties) });
    const ids = await storage.createNodes(rows);
    batch.forEach((item, i) => {
      const node = newNode(context, ids[i]!, graph.id);
      node.labels = [...new Set(item.labels)];
      node.properties = rows[i]!.properties;
      nodes.push(node);
      context.stats.nodesCreated++;
      context.stats.labelsAdded += node.labels.length;
      context.stats.propertiesSet += node.properties.size;
    });
  }
  const made: EdgeValue[] = [];
  const idOf = (end: NodeValue | number): number => (typeof end === 'number' ? nodes[end]!.id : end.id);
  for (let at = 0; at < edges.length; at += loadBatch) {
    context.check();
    const batch = edges.slice(at, at + loadBatch);
    const rows: { type: number; from: number; to: number; properties: ObjectValue }[] = [];
    for (const edge of batch) {
      const type = storage.types.id(edge.type) ?? (await storage.types.intern(edge.type));
      rows.push({ type, from: idOf(edge.from), to: idOf(edge.to), properties: withoutNulls(edge.properties) });
    }
    const ids = await storage.createEdges(rows);
    batch.forEach((edge, i) => {
      const row = rows[i]!;
      const value = newEdge(context, ids[i]!, edge.type, row.from, row.to, graph.id);
      value.properties = row.properties;
      made.push(value);
      context.stats.edgesCreated++;
      context.stats.propertiesSet += row.properties.size;
    });
  }
  return { nodes, edges: made };
}

function newNode(context: RunContext, id: number, graph: number): NodeValue {
  return context.elements instanceof StatementElements ? context.elements.newNode(id, graph) : context.elements.node(id, graph);
}

function newEdge({ elements }: RunContext, id: number, type: string, from: number, to: number, graph: number): EdgeValue {
  return elements instanceof StatementElements ? elements.newEdge(id, type, from, to, graph) : elements.edge(id, type, from, to, graph);
}

async function intern(names: GraphStorage['labels'], labels: readonly string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const label of new Set(labels)) ids.push(names.id(label) ?? (await names.intern(label)));
  return ids;
}

/** A node or edge has no null properties. */
function withoutNulls(properties: ObjectValue): ObjectValue {
  const kept = new Map<string, Value>();
  for (const [key, value] of properties) if (value !== null && value !== undefined) kept.set(key, value);
  return kept;
}

function refuseDeleted(element: Element): void {
  if (!element.deleted) return;
  const what = element instanceof NodeValue ? 'node' : 'edge';
  throw new QueryError('constraint/deleted', `The ${what} ${element.id} has been deleted and cannot be changed or connected.`);
}

/** What SET and REMOVE did is counted by their operator; here only what differs from the stored element is written. */
export async function saveElements(writer: Writer, changed: readonly Element[], context: RunContext): Promise<void> {
  const distinct = [...new Set(changed)];
  if (distinct.length === 0) return;
  if (context.work) context.work.changed += distinct.length;
  writer.topology.startedWriting();
  for (const element of distinct) refuseDeleted(element);
  const nodes = distinct.filter((e) => e instanceof NodeValue);
  const edges = distinct.filter((e) => e instanceof EdgeValue);
  for (let at = 0; at < nodes.length; at += loadBatch) {
    context.check();
    await saveNodes(writer.storage, nodes.slice(at, at + loadBatch));
  }
  for (let at = 0; at < edges.length; at += loadBatch) {
    context.check();
    await saveEdges(writer.storage, edges.slice(at, at + loadBatch));
  }
}

async function saveNodes(storage: GraphStorage, nodes: readonly NodeValue[]): Promise<void> {
  const before = await storage.loadNodes(nodes.map((n) => n.id));
  const properties: { id: number; properties: ObjectValue }[] = [];
  const labels: { id: number; labels: number[] }[] = [];
  for (const [i, node] of nodes.entries()) {
    const old = before[i];
    if (!old) throw new QueryError('constraint/deleted', `The node ${node.id} does not exist any more.`);
    if (node.properties) {
      node.properties = withoutNulls(node.properties);
      if (differ(old.properties, node.properties)) properties.push({ id: node.id, properties: node.properties });
    }
    if (node.labels) {
      const now = await intern(storage.labels, node.labels);
      const added = now.filter((l) => !old.labels.includes(l)).length;
      const removed = old.labels.filter((l) => !now.includes(l)).length;
      if (added + removed > 0) labels.push({ id: node.id, labels: now });
    }
  }
  if (properties.length > 0) await storage.setNodeProperties(properties);
  if (labels.length > 0) await storage.setNodeLabels(labels);
}

async function saveEdges(storage: GraphStorage, edges: readonly EdgeValue[]): Promise<void> {
  const before = await storage.loadEdges(edges.map((e) => e.id));
  const items: { id: number; properties: ObjectValue }[] = [];
  for (const [i, edge] of edges.entries()) {
    const old = before[i];
    if (!old) throw new QueryError('constraint/deleted', `The edge ${edge.id} does not exist any more.`);
    if (!edge.properties) continue;
    edge.properties = withoutNulls(edge.properties);
    if (differ(old.properties, edge.properties)) items.push({ id: edge.id, properties: edge.properties });
  }
  if (items.length > 0) await storage.setEdgeProperties(items);
}

function differ(before: ObjectValue, now: ObjectValue): boolean {
  if (before.size !== now.size) return true;
  for (const [key, value] of now) if (!before.has(key) || !isSame(before.get(key), value)) return true;
  return false;
}

/** Same value and same type: 1 and 1.0 differ. Lists and objects count as different, which only costs a write. */
function isSame(a: Value, b: Value): boolean {
  if (typeof a !== typeof b) return false;
  return typeof a === 'object' ? a === b : groupKey(a) === groupKey(b);
}

/** Deletes nodes and edges, and with `detach` the edges of the nodes. */
export async function deleteElements(writer: Writer, elements: readonly Element[], detach: boolean, context: RunContext): Promise<void> {
  const { storage, topology } = writer;
  const nodes = new Map<number, NodeValue>();
  const edges = new Map<number, EdgeValue | undefined>();
  for (const element of elements) {
    if (element.deleted) continue;
    if (element instanceof NodeValue) nodes.set(element.id, element);
    else edges.set(element.id, element);
  }
  if (nodes.size + edges.size === 0) return;
  await topology.catchUp(storage);
  topology.startedWriting();
  const incident = new Neighbours(partsOf(topology, undefined, 'both'));
  for (const node of nodes.values()) {
    context.check();
    incident.open(node.id);
    while (incident.next()) {
      if (edges.has(incident.edge)) continue;
      if (!detach)
        throw new QueryError('constraint/has-edges', `The node ${node.id} still has edges and cannot be deleted.`, {
          hint: 'DETACH DELETE deletes a node together with its edges.',
        });
      const known = context.elements instanceof StatementElements ? context.elements.knownEdge(incident.edge) : undefined;
      edges.set(incident.edge, known);
    }
  }
  await inBatches([...edges.keys()], context, (ids) => storage.deleteEdges(ids));
  await inBatches([...nodes.keys()], context, (ids) => storage.deleteNodes(ids));
  for (const edge of edges.values()) if (edge) edge.deleted = true;
  for (const node of nodes.values()) node.deleted = true;
  context.stats.edgesDeleted += edges.size;
  context.stats.nodesDeleted += nodes.size;
}

async function inBatches(ids: readonly number[], context: RunContext, run: (ids: readonly number[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < ids.length; at += loadBatch) {
    context.check();
    await run(ids.slice(at, at + loadBatch));
  }
}
