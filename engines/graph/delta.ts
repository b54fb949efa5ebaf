// What changed since the base: an overlay in maps, built by applying the storage's change log in order. Every change costs
// constant time whatever the degree of its nodes, and the overlay is dropped as a whole after a rollback.

import type { GraphChange } from '../storage.ts';
import { Bits } from './bits.ts';
import { lowerBound } from './csr.ts';
import type { NodeSet, SharedBase } from './base.ts';

/** Members that differ from the base's set. */
export class SetChange {
  readonly added = new Set<number>();
  readonly removed = new Set<number>();
  get size(): number {
    return this.added.size + this.removed.size;
  }
}

/** One direction of one type: new edges per node (edge id → neighbour), and how many of the base's edges of a node are gone. */
export interface Overlay {
  readonly added: Map<number, Map<number, number>>;
  readonly removed: Map<number, number>;
}

export interface TypeChange {
  readonly out: Overlay;
  readonly in: Overlay;
  addedCount: number;
  removedCount: number;
}

interface AddedEdge {
  readonly type: number;
  readonly from: number;
  readonly to: number;
}

/** The changes since one base. */
export class Delta {
  readonly nodes = new SetChange();
  readonly labels = new Map<number, SetChange>();
  readonly types = new Map<number, TypeChange>();
  /** Edges of the base that are gone. An id may be in use again for an added edge. */
  readonly removedEdges = new Bits();
  /** How many changes were applied. */
  size = 0;
  nodeLimit = 0;
  private readonly addedEdges = new Map<number, AddedEdge>();
  private readonly base: SharedBase;

  constructor(base: SharedBase) {
    this.base = base;
    this.nodeLimit = base.nodeLimit;
  }

  apply(change: GraphChange): void {
    this.size++;
    switch (change.kind) {
      case 'addNode':
        this.see(change.id);
        join(this.nodes, contains(this.base.nodes, change.id), change.id);
        return;
      case 'removeNode':
        leave(this.nodes, contains(this.base.nodes, change.id), change.id);
        for (const label of new Set([...this.base.labels.keys(), ...this.labels.keys()])) this.unlabel(label, change.id);
        return;
      case 'addLabel':
        join(this.label(change.label), this.inBase(change.label, change.id), change.id);
        return;
      case 'removeLabel':
        this.unlabel(change.label, change.id);
        return;
      case 'addEdge':
        this.addEdge(change.id, change);
        return;
      case 'removeEdge':
        this.removeEdge(change.id, change);
        return;
    }
  }

  private see(node: number): void {
    if (node >= this.nodeLimit) this.nodeLimit = node + 1;
  }

  private inBase(label: number, node: number): boolean {
    const set = this.base.labels.get(label);
    return set !== undefined && contains(set, node);
  }

  private label(label: number): SetChange {
    let change = this.labels.get(label);
    if (!change) this.labels.set(label, (change = new SetChange()));
    return change;
  }

  private unlabel(label: number, node: number): void {
    const inBase = this.inBase(label, node);
    if (inBase || this.labels.get(label)?.added.has(node)) leave(this.label(label), inBase, node);
  }

  private type(type: number): TypeChange {
    let change = this.types.get(type);
    if (!change) {
      const overlay = (): Overlay => ({ added: new Map(), removed: new Map() });
      this.types.set(type, (change = { out: overlay(), in: overlay(), addedCount: 0, removedCount: 0 }));
    }
    return change;
  }

  private addEdge(id: number, edge: AddedEdge): void {
    this.see(edge.from);
    this.see(edge.to);
    const change = this.type(edge.type);
    this.addedEdges.set(id, { type: edge.type, from: edge.from, to: edge.to });
    put(change.out.added, edge.from, id, edge.to);
    put(change.in.added, edge.to, id, edge.from);
    change.addedCount++;
  }

  private removeEdge(id: number, edge: AddedEdge): void {
    const change = this.type(edge.type);
    if (this.addedEdges.delete(id)) {
      take(change.out.added, edge.from, id);
      take(change.in.added, edge.to, id);
      change.addedCount--;
      return;
    }
    if (!this.removedEdges.add(id)) return;
    count(change.out.removed, edge.from);
    count(change.in.removed, edge.to);
    change.removedCount++;
  }
}

/** Is the node in the set? */
export function contains(set: NodeSet, node: number): boolean {
  if (set.bits) return (((set.bits[node >>> 5] ?? 0) >>> (node & 31)) & 1) === 1;
  return set.ids[lowerBound(set.ids, node, 0, set.ids.length)] === node;
}

function join(change: SetChange, inBase: boolean, id: number): void {
  if (inBase) change.removed.delete(id);
  else change.added.add(id);
}

function leave(change: SetChange, inBase: boolean, id: number): void {
  if (inBase) change.removed.add(id);
  else change.added.delete(id);
}

function put(map: Map<number, Map<number, number>>, node: number, edge: number, other: number): void {
  const edges = map.get(node);
  if (edges) edges.set(edge, other);
  else map.set(node, new Map([[edge, other]]));
}

function take(map: Map<number, Map<number, number>>, node: number, edge: number): void {
  const edges = map.get(node);
  edges?.delete(edge);
  if (edges?.size === 0) map.delete(node);
}

function count(map: Map<number, number>, node: number): void {
  map.set(node, (map.get(node) ?? 0) + 1);
}
