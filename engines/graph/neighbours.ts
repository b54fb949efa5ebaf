// Walks the edges of one node: base rows and overlay, one type after the other, out, in or both ways. A self-loop shows up
// once however it is walked. The innermost loop of every traversal.

import type { Work } from '../engine.ts';
import { slotOf } from './csr.ts';
import type { Way } from './program.ts';
import type { Adjacency, TopologyView } from './topology.ts';

/** One type in one direction. `meta` is the type's id times two, plus one for edges that are walked against their direction. */
export interface Part {
  readonly adjacency: Adjacency;
  readonly direction: 'out' | 'in';
  readonly meta: number;
  /** Self-loops were seen by the other direction of the same type. */
  readonly skipLoops: boolean;
}

/** The parts for some types (undefined: all) walked one way. */
export function partsOf(topology: TopologyView, types: readonly number[] | undefined, way: Way): Part[] {
  const parts: Part[] = [];
  for (const type of types ?? topology.typesInUse()) {
    if (way !== 'in') parts.push({ adjacency: topology.adjacency(type, 'out'), direction: 'out', meta: type * 2, skipLoops: false });
    if (way !== 'out')
      parts.push({ adjacency: topology.adjacency(type, 'in'), direction: 'in', meta: type * 2 + 1, skipLoops: way === 'both' });
  }
  return parts;
}

const none = new Uint32Array(0);

/** Opened at a node, steps from edge to edge. */
export class Neighbours {
  target = 0;
  edge = 0;
  /** Of the current edge: see Part. */
  meta = 0;
  private readonly parts: readonly Part[];
  private readonly work: Work;
  private node = 0;
  private part = 0;
  private inOverlay = false;
  private position = 0;
  private end = 0;
  private targets: ArrayLike<number> = none;
  private edges: ArrayLike<number> = none;
  private checkRemoved = false;
  private skipLoops = false;

  /** `work`: counts the edges, a run of them when it is begun. */
  constructor(parts: readonly Part[], work: Work = { entries: 0, changed: 0 }) {
    this.parts = parts;
    this.work = work;
  }

  open(node: number): void {
    this.node = node;
    this.part = -1;
    this.inOverlay = true;
    this.position = 0;
    this.end = 0;
  }

  /** Steps to the next edge and sets target, edge and meta. */
  next(): boolean {
    for (;;) {
      while (this.position < this.end) {
        const at = this.position++;
        const target = this.targets[at]!;
        const edge = this.edges[at]!;
        if (this.skipLoops && target === this.node) continue;
        if (this.checkRemoved && this.parts[this.part]!.adjacency.removed.has(edge)) continue;
        this.target = target;
        this.edge = edge;
        return true;
      }
      if (!this.nextRun()) return false;
    }
  }

  /** The next run of edges: the base's row of a part, then its overlay, then the next part. */
  private nextRun(): boolean {
    for (;;) {
      if (!this.inOverlay) {
        this.inOverlay = true;
        const added = this.parts[this.part]!.adjacency.overlay?.added.get(this.node);
        if (!added) continue;
        this.edges = [...added.keys()];
        this.targets = [...added.values()];
        this.position = 0;
        this.end = this.edges.length;
        this.work.entries += this.end;
        this.checkRemoved = false;
        return true;
      }
      const part = this.parts[++this.part];
      if (!part) {
        this.part--;
        return false;
      }
      this.inOverlay = false;
      this.meta = part.meta;
      this.skipLoops = part.skipLoops;
      const csr = part.adjacency.csr;
      if (!csr) continue;
      const slot = slotOf(csr, this.node);
      if (slot < 0) continue;
      this.position = csr.offsets[slot]!;
      this.end = csr.offsets[slot + 1]!;
      if (this.position === this.end) continue;
      this.work.entries += this.end - this.position;
      this.targets = csr.targets;
      this.edges = csr.edges;
      this.checkRemoved = part.adjacency.overlay !== undefined && part.adjacency.overlay.removed.has(this.node);
      return true;
    }
  }
}
