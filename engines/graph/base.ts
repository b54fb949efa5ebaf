// The immutable base of the topology: which nodes exist, who has which label, and the edges of each type both ways, as they
// were at one change number. Read from storage once, then merged with deltas; a plain object of shared arrays and numbers, so
// that worker threads take it as it is.

import type { GraphStorage } from '../storage.ts';
import { sharedUint32 } from './bits.ts';
import { buildCsr, type Csr, eachEdge, type EdgeList } from './csr.ts';
import type { Delta } from './delta.ts';

export interface SharedBase {
  /** The number of the graph. */
  readonly graph: number;
  /** The change number that this base has seen. */
  readonly number: number;
  /** Above every node id. */
  readonly nodeLimit: number;
  readonly nodes: NodeSet;
  readonly labels: ReadonlyMap<number, NodeSet>;
  readonly types: ReadonlyMap<number, TypeEdges>;
  readonly edgeCount: number;
}

/** A set of nodes: ascending ids, and bits by id unless the set is so small that a binary search does. */
export interface NodeSet {
  readonly ids: Uint32Array;
  readonly bits: Uint32Array | undefined;
}

export interface TypeEdges {
  readonly count: number;
  readonly out: Csr;
  readonly in: Csr;
}

/** A set smaller than the id range by this factor has no bits. */
const bitsRatio = 64;

export const emptyBase: SharedBase = {
  graph: -1,
  number: 0,
  nodeLimit: 0,
  nodes: { ids: new Uint32Array(0), bits: undefined },
  labels: new Map(),
  types: new Map(),
  edgeCount: 0,
};

/** Ascending ids to a set. */
export function nodeSet(ids: Uint32Array, nodeLimit: number): NodeSet {
  if (ids.length * bitsRatio < nodeLimit) return { ids, bits: undefined };
  const bits = sharedUint32((nodeLimit + 31) >>> 5);
  for (let i = 0; i < ids.length; i++) bits[ids[i]! >>> 5]! |= 1 << (ids[i]! & 31);
  return { ids, bits };
}

/** Reads everything. The caller holds a snapshot, so the parts agree. Not stopped with the statement: the next one would begin anew. */
export async function readBase(storage: GraphStorage, number: number): Promise<SharedBase> {
  const nodeIds = await collect(storage.nodes());
  let nodeLimit = (nodeIds[nodeIds.length - 1] ?? 0) + 1;
  const lists = new Map<number, GrowingEdges>();
  for await (const chunk of storage.edges()) {
    for (let i = 0; i < chunk.id.length; i++) {
      const type = chunk.type[i]!;
      let list = lists.get(type);
      if (!list) lists.set(type, (list = new GrowingEdges()));
      const from = chunk.from[i]!;
      const to = chunk.to[i]!;
      if (from >= nodeLimit) nodeLimit = from + 1;
      if (to >= nodeLimit) nodeLimit = to + 1;
      list.push(from, to, chunk.id[i]!);
    }
  }
  const labels = new Map<number, NodeSet>();
  for (const name of storage.labels.names()) {
    const id = storage.labels.id(name);
    if (id === undefined) continue;
    const ids = await collect(storage.nodes(id));
    if (ids.length > 0) labels.set(id, nodeSet(ids, nodeLimit));
  }
  return finish({ graph: storage.graph, number }, nodeLimit, nodeSet(nodeIds, nodeLimit), labels, lists, new Map());
}

/** A new base from an older one and what came since. Types and labels that did not change keep their arrays. */
export function mergeBase(base: SharedBase, delta: Delta, number: number): SharedBase {
  const nodeLimit = Math.max(base.nodeLimit, delta.nodeLimit);
  const nodes = delta.nodes.size > 0 ? nodeSet(mergeIds(base.nodes.ids, delta.nodes), nodeLimit) : base.nodes;
  const labels = new Map(base.labels);
  for (const [label, change] of delta.labels) {
    if (change.size === 0) continue;
    const ids = mergeIds(base.labels.get(label)?.ids ?? new Uint32Array(0), change);
    if (ids.length > 0) labels.set(label, nodeSet(ids, nodeLimit));
    else labels.delete(label);
  }
  const kept = new Map(base.types);
  const lists = new Map<number, GrowingEdges>();
  for (const [type, change] of delta.types) {
    kept.delete(type);
    const old = base.types.get(type);
    const list = new GrowingEdges((old?.count ?? 0) + change.addedCount);
    if (old) {
      eachEdge(old.out, (from, to, edge) => {
        if (!delta.removedEdges.has(edge)) list.push(from, to, edge);
      });
    }
    for (const [from, edges] of change.out.added) for (const [edge, to] of edges) list.push(from, to, edge);
    lists.set(type, list);
  }
  return finish({ graph: base.graph, number }, nodeLimit, nodes, labels, lists, kept);
}

function finish(
  of: Pick<SharedBase, 'graph' | 'number'>,
  nodeLimit: number,
  nodes: NodeSet,
  labels: Map<number, NodeSet>,
  lists: ReadonlyMap<number, GrowingEdges>,
  types: Map<number, TypeEdges>,
): SharedBase {
  for (const [type, list] of lists) if (list.count > 0) types.set(type, { count: list.count, ...buildCsr(list, nodeLimit) });
  let edgeCount = 0;
  for (const edges of types.values()) edgeCount += edges.count;
  return { ...of, nodeLimit, nodes, labels, types, edgeCount };
}

/** The base's ids without the removed ones, and the added ones, ascending. */
function mergeIds(ids: Uint32Array, change: { readonly added: ReadonlySet<number>; readonly removed: ReadonlySet<number> }): Uint32Array {
  const added = Uint32Array.from(change.added).sort();
  const merged = sharedUint32(ids.length + added.length);
  let count = 0;
  let next = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    while (next < added.length && added[next]! < id) merged[count++] = added[next++]!;
    if (!change.removed.has(id)) merged[count++] = id;
  }
  while (next < added.length) merged[count++] = added[next++]!;
  return merged.subarray(0, count);
}

async function collect(chunks: AsyncIterable<Uint32Array>): Promise<Uint32Array> {
  const parts: Uint32Array[] = [];
  let count = 0;
  for await (const part of chunks) {
    parts.push(part);
    count += part.length;
  }
  const all = sharedUint32(count);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

class GrowingEdges implements EdgeList {
  from: Uint32Array;
  to: Uint32Array;
  id: Uint32Array;
  count = 0;

  constructor(capacity = 1024) {
    this.from = new Uint32Array(capacity);
    this.to = new Uint32Array(capacity);
    this.id = new Uint32Array(capacity);
  }

  push(from: number, to: number, id: number): void {
    if (this.count === this.from.length) {
      const capacity = Math.max(1024, this.count * 2);
      this.from = grown(this.from, capacity);
      this.to = grown(this.to, capacity);
      this.id = grown(this.id, capacity);
    }
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.id[this.count++] = id;
  }
}

function grown(values: Uint32Array, capacity: number): Uint32Array {
  const larger = new Uint32Array(capacity);
  larger.set(values);
  return larger;
}
