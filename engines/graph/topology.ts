// The topology as one reader's snapshot sees it: the shared base and the delta over it. `catchUp` brings it to the snapshot's
// change number at the start of a statement; `rolledBack` forgets what was never committed.
//
//   base (clean, shared)  +  delta (changes since)  =  what the statement sees
//
// A base merged inside a transaction that has written holds uncommitted edges. It is kept apart: never shared, and given up
// for the last clean base when the transaction rolls back.

import type { GraphStorage } from '../storage.ts';
import { emptyBase, mergeBase, type NodeSet, readBase, type SharedBase } from './base.ts';
import type { Bits } from './bits.ts';
import { type Csr, slotOf } from './csr.ts';
import { contains, Delta, type Overlay, type SetChange } from './delta.ts';

/** Changes in the delta, at least, before it is merged into a new base. */
const deltaChangesMin = 10_000;
/** Share of the base's edges that the delta may reach before it is merged. */
const deltaShare = 0.05;

/** The neighbours of one type in one direction: the base's rows and the overlay. */
export interface Adjacency {
  readonly type: number;
  readonly csr: Csr | undefined;
  readonly overlay: Overlay | undefined;
  /** To be asked for edges of `csr` only, and only for nodes in `overlay.removed`. */
  readonly removed: Bits;
}

/** One per connection. */
export class TopologyView {
  private base: SharedBase = emptyBase;
  /** The newest base without uncommitted changes; undefined until one was read. */
  private clean: SharedBase | undefined;
  private offered: SharedBase | undefined;
  private delta = new Delta(emptyBase);
  /** Lists that base and delta make together; -1 is all nodes. Dropped with every change. */
  private readonly lists = new Map<number, Uint32Array>();
  private seen = -1;
  /** True from the first write of a transaction until it ends. */
  private writing = false;

  /** The change number that the view shows; -1 before the first catchUp. */
  get number(): number {
    return this.seen;
  }

  get nodeLimit(): number {
    return this.delta.nodeLimit;
  }

  get edgeCount(): number {
    let count = this.base.edgeCount;
    for (const change of this.delta.types.values()) count += change.addedCount - change.removedCount;
    return count;
  }

  get nodeCount(): number {
    return this.base.nodes.ids.length + this.delta.nodes.added.size - this.delta.nodes.removed.size;
  }

  /** Brings the view to the snapshot that the storage reads now. One look-up if nothing changed. */
  async catchUp(storage: GraphStorage): Promise<void> {
    const now = await storage.changeNumber();
    if (now === this.seen) return;
    this.lists.clear();
    this.takeOffered(now);
    const better = this.clean !== undefined && this.clean.number > this.base.number && this.clean.number <= now;
    if (this.seen > now || better) this.reset();
    const changes = this.seen < 0 && !this.clean ? undefined : await storage.changesSince(Math.max(this.seen, this.base.number));
    if (changes === undefined || this.base.number > now) {
      this.install(await readBase(storage, now), now);
      return;
    }
    for (const change of changes) this.delta.apply(change);
    this.seen = now;
    if (this.delta.size > Math.max(deltaChangesMin, this.base.edgeCount * deltaShare))
      this.install(mergeBase(this.base, this.delta, now), now);
  }

  /** Call before the first write of a transaction (the engine's own writes do it). */
  startedWriting(): void {
    this.writing = true;
  }

  /** Call after COMMIT, and after ROLLBACK when `rolledBack` was called: nothing that the view has seen is uncommitted any more. */
  transactionEnded(): void {
    if (!this.writing) return;
    this.writing = false;
    if (this.seen >= 0) this.clean = this.base;
  }

  /**
   * Call after ROLLBACK or a failed statement: the delta goes, and a base that saw uncommitted changes too. The next catchUp reads the log
   * anew. The transaction may go on with earlier writes, so only `transactionEnded` says that it is over.
   */
  rolledBack(): void {
    this.reset();
  }

  /** The newest base that holds only committed changes, for other threads. */
  exportBase(): SharedBase | undefined {
    return this.clean;
  }

  /** Offers a base made by another thread. It is taken at the next catchUp if it is newer than ours and not newer than the snapshot. */
  adoptBase(shared: SharedBase): void {
    this.offered = shared;
  }

  private takeOffered(now: number): void {
    const offered = this.offered;
    if (!offered || offered.number > now || this.writing) return;
    this.offered = undefined;
    // One of the same number is taken too: then all threads have the same memory.
    if (this.clean && (offered === this.clean || offered.number < this.clean.number)) return;
    this.clean = offered;
    this.reset();
  }

  private reset(): void {
    this.lists.clear();
    this.base = this.clean ?? emptyBase;
    this.delta = new Delta(this.base);
    this.seen = this.clean ? this.base.number : -1;
  }

  private install(base: SharedBase, now: number): void {
    this.base = base;
    this.delta = new Delta(base);
    this.seen = now;
    if (!this.writing && (!this.clean || base.number >= this.clean.number)) this.clean = base;
  }

  // ---------------------------------------------------------------------------------------------- reading

  hasNode(node: number): boolean {
    return isMember(this.base.nodes, this.delta.nodes, node);
  }

  hasLabel(label: number, node: number): boolean {
    return isMember(this.base.labels.get(label), this.delta.labels.get(label), node);
  }

  /** A fast test for one label; valid until the next catchUp. */
  labelTest(label: number): (node: number) => boolean {
    const set = this.base.labels.get(label);
    const change = this.delta.labels.get(label);
    if (change && change.size > 0) return (node) => isMember(set, change, node);
    if (!set) return () => false;
    const bits = set.bits;
    if (bits) return (node) => (((bits[node >>> 5] ?? 0) >>> (node & 31)) & 1) === 1;
    return (node) => contains(set, node);
  }

  labelCount(label: number): number {
    const change = this.delta.labels.get(label);
    return (this.base.labels.get(label)?.ids.length ?? 0) + (change ? change.added.size - change.removed.size : 0);
  }

  labelsInUse(): number[] {
    return [...new Set([...this.base.labels.keys(), ...this.delta.labels.keys()])];
  }

  /** The nodes with a label, or all. */
  nodeIds(label?: number): Uint32Array {
    const set = label === undefined ? this.base.nodes : this.base.labels.get(label);
    const change = label === undefined ? this.delta.nodes : this.delta.labels.get(label);
    if (!change || change.size === 0) return set?.ids ?? new Uint32Array(0);
    const known = this.lists.get(label ?? -1);
    if (known) return known;
    const kept = set ? set.ids.filter((id) => !change.removed.has(id)) : new Uint32Array(0);
    const all = new Uint32Array(kept.length + change.added.size);
    all.set(kept);
    all.set(Uint32Array.from(change.added).sort(), kept.length);
    this.lists.set(label ?? -1, all);
    return all;
  }

  /** All edge types that may have edges. */
  typesInUse(): number[] {
    return [...new Set([...this.base.types.keys(), ...this.delta.types.keys()])];
  }

  typeCount(type: number): number {
    const change = this.delta.types.get(type);
    return (this.base.types.get(type)?.count ?? 0) + (change ? change.addedCount - change.removedCount : 0);
  }

  adjacency(type: number, direction: 'out' | 'in'): Adjacency {
    const change = this.delta.types.get(type);
    return { type, csr: this.base.types.get(type)?.[direction], overlay: change?.[direction], removed: this.delta.removedEdges };
  }
}

/** How many edges a node has here. */
export function degreeOf(adjacency: Adjacency, node: number): number {
  let degree = 0;
  const { csr, overlay } = adjacency;
  if (csr) {
    const slot = slotOf(csr, node);
    if (slot >= 0) degree = csr.offsets[slot + 1]! - csr.offsets[slot]!;
  }
  if (overlay) degree += (overlay.added.get(node)?.size ?? 0) - (overlay.removed.get(node) ?? 0);
  return degree;
}

function isMember(set: NodeSet | undefined, change: SetChange | undefined, node: number): boolean {
  if (change && change.size > 0) {
    if (change.added.has(node)) return true;
    if (change.removed.has(node)) return false;
  }
  return set !== undefined && contains(set, node);
}
