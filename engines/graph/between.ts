// The edges between two nodes that are both known: looked up on the side with fewer edges. Where one side stays the same for
// many look-ups, as in triangles, its neighbours are marked, and most look-ups end at the mark.

import type { Work } from '../engine.ts';
import { lowerBound, slotOf } from './csr.ts';
import { type Arrival, type Cursor, type EdgePlace, isDistinct } from './cursor.ts';
import { Neighbours, type Part } from './neighbours.ts';
import type { Registers } from './state.ts';
import { type Stamps, takeStamps } from './stamps.ts';
import { type Adjacency, degreeOf, type TopologyView } from './topology.ts';

export interface TwoSidedPart extends Part {
  /** The same edges from the other end. */
  readonly opposite: Adjacency;
}

/** The parts with their edges from the other end. */
export function withOpposite(topology: TopologyView, parts: readonly Part[]): TwoSidedPart[] {
  return parts.map((part) => ({ ...part, opposite: topology.adjacency(part.adjacency.type, part.direction === 'out' ? 'in' : 'out') }));
}

/** Edge ids found; the array is used again and again, only the first `count` count. */
export interface FoundEdges {
  readonly ids: number[];
  count: number;
}

/** Look-ups from one start before its neighbours are marked, and how many neighbours marking may cost per look-up so far. */
const sameStartMin = 8;
const markedPerLookup = 16;

/** Binds each edge between two nodes that are bound. */
export class CloseCursor implements Cursor {
  private readonly found: FoundEdges = { ids: [], count: 0 };
  private readonly metas: number[] = [];
  private position = 0;
  private readonly registers: Registers;
  private readonly parts: readonly TwoSidedPart[];
  private readonly start: number;
  private readonly end: number;
  private readonly arrival: Arrival;
  private readonly place: EdgePlace;
  private readonly marks: MarkedNeighbours;
  private readonly work: Work;

  /** `start` is the end that was bound first. */
  constructor(
    registers: Registers,
    topology: TopologyView,
    parts: readonly TwoSidedPart[],
    start: number,
    end: number,
    arrival: Arrival,
    place: EdgePlace,
    work: Work,
  ) {
    this.registers = registers;
    this.parts = parts;
    this.start = start;
    this.end = end;
    this.arrival = arrival;
    this.place = place;
    this.work = work;
    this.marks = new MarkedNeighbours(topology, parts, work);
  }

  open(): void {
    this.position = 0;
    this.found.count = 0;
    const ids = this.registers.ids;
    const start = ids[this.start]!;
    const end = ids[this.end]!;
    if (this.marks.excludes(start, end)) return;
    for (const part of this.parts) {
      if (part.skipLoops && start === end) continue;
      const before = this.found.count;
      between(part.adjacency, part.opposite, start, end, this.found);
      for (let i = before; i < this.found.count; i++) this.metas[i] = part.meta;
    }
    this.work.entries += this.found.count;
  }

  next(): boolean {
    const { registers, place } = this;
    const ids = registers.ids;
    while (this.position < this.found.count) {
      const edge = this.found.ids[this.position]!;
      const meta = this.metas[this.position++]!;
      if (!isDistinct(registers, place, edge)) continue;
      if (this.arrival.checks && !this.arrival.checks(ids)) return false;
      ids[place.slot] = edge;
      ids[place.metaSlot] = meta ^ place.flip;
      return true;
    }
    return false;
  }
}

class MarkedNeighbours {
  private last = -1;
  private lookups = 0;
  private marked = false;
  private stamps: Stamps | undefined;
  private readonly topology: TopologyView;
  private readonly parts: readonly TwoSidedPart[];
  private readonly neighbours: Neighbours;

  constructor(topology: TopologyView, parts: readonly TwoSidedPart[], work: Work) {
    this.topology = topology;
    this.parts = parts;
    this.neighbours = new Neighbours(parts, work);
  }

  /** True if it is known that no edge leads from start to end. */
  excludes(start: number, end: number): boolean {
    if (start !== this.last) {
      this.last = start;
      this.lookups = 0;
      this.marked = false;
      return false;
    }
    if (!this.marked) {
      if (++this.lookups < sameStartMin || this.degree(start) > this.lookups * markedPerLookup) return false;
      this.stamps ??= takeStamps(this.topology.nodeLimit);
      this.stamps.clear(this.topology.nodeLimit);
      this.neighbours.open(start);
      while (this.neighbours.next()) this.stamps.set(this.neighbours.target, 1);
      this.marked = true;
    }
    return this.stamps !== undefined && !this.stamps.has(end);
  }

  private degree(node: number): number {
    let degree = 0;
    for (const part of this.parts) degree += degreeOf(part.adjacency, node);
    return degree;
  }
}

/** Adds the ids of the edges from `start` to `end` to `found`. `opposite` has the same edges from the other side. */
export function between(adjacency: Adjacency, opposite: Adjacency, start: number, end: number, found: FoundEdges): void {
  const swap = degreeOf(opposite, end) < degreeOf(adjacency, start);
  const { csr, overlay, removed } = swap ? opposite : adjacency;
  const node = swap ? end : start;
  const other = swap ? start : end;
  if (csr) {
    const slot = slotOf(csr, node);
    if (slot >= 0) {
      const stop = csr.offsets[slot + 1]!;
      const check = overlay?.removed.has(node) ?? false;
      for (let at = lowerBound(csr.targets, other, csr.offsets[slot]!, stop); at < stop && csr.targets[at] === other; at++) {
        const edge = csr.edges[at]!;
        if (!check || !removed.has(edge)) found.ids[found.count++] = edge;
      }
    }
  }
  const added = overlay?.added.get(node);
  if (added) for (const [edge, target] of added) if (target === other) found.ids[found.count++] = edge;
}
