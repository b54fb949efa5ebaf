// Variable length, end nodes only: a breadth-first search that visits each node once. The start itself counts as reached
// again only if a trail leads back to it: along directed edges any way back will do, but against undirected ones the way back
// must not be the way out, so the search remembers by which first edge it came (its branch).

import { arrive, type Cursor } from './cursor.ts';
import { Neighbours } from './neighbours.ts';
import { giveStamps, type Stamps, takeStamps } from './stamps.ts';
import type { TopologyView } from './topology.ts';
import { TrailsCursor, type VariableLength } from './trails-cursor.ts';

/** Binds each end once. */
export class ReachCursor implements Cursor {
  private readonly setup: VariableLength;
  private readonly topology: TopologyView;
  private readonly neighbours: Neighbours;
  private readonly undirected: boolean;
  /** For a minimum above one, only trails tell what is reachable. */
  private readonly trails: TrailsCursor | undefined;
  private readonly seen = new Set<number>();
  private found: number[] = [];
  private position = 0;
  private frontier: number[] = [];
  private depth = 0;
  private start = -1;
  private cycle = false;
  /** The conditions of the frontier's edges, while they are being loaded. */
  private asking: Generator<undefined> | undefined;
  private distances: Stamps | undefined;
  private branches: Stamps | undefined;

  constructor(setup: VariableLength, topology: TopologyView) {
    this.setup = setup;
    this.topology = topology;
    this.neighbours = new Neighbours(setup.parts, setup.work);
    this.undirected = setup.parts.some((p) => p.skipLoops);
    this.trails = setup.min > 1 ? new TrailsCursor({ ...setup, keepTrail: false }) : undefined;
  }

  open(): void {
    if (this.trails) {
      this.seen.clear();
      this.trails.open();
      return;
    }
    this.release();
    this.start = this.setup.registers.ids[this.setup.start]!;
    this.distances = takeStamps(this.topology.nodeLimit);
    if (this.undirected) this.branches = takeStamps(this.topology.nodeLimit);
    this.distances.set(this.start, 0);
    this.cycle = this.setup.min === 0;
    this.found = this.cycle ? [this.start] : [];
    this.position = 0;
    this.frontier = this.setup.max > 0 ? [this.start] : [];
    this.depth = 0;
    this.asking = undefined;
  }

  next(): boolean {
    if (this.trails) return this.nextByTrails(this.trails);
    const { registers, arrival } = this.setup;
    for (;;) {
      while (this.position < this.found.length) if (arrive(registers.ids, arrival, this.found[this.position++]!)) return true;
      if (this.frontier.length === 0) {
        this.release();
        return false;
      }
      if (!this.ready()) return false;
      this.level();
    }
  }

  private nextByTrails(trails: TrailsCursor): boolean {
    const { registers, arrival } = this.setup;
    while (trails.next()) {
      const end = registers.ids[arrival.slot]!;
      if (this.seen.has(end)) continue;
      this.seen.add(end);
      return true;
    }
    return false;
  }

  /** Are the conditions of all edges of the frontier known? */
  private ready(): boolean {
    const { filter, registers, parts } = this.setup;
    if (!filter) return true;
    this.asking ??= filter.batches(parts, this.frontier);
    if (this.asking.next().done) {
      this.asking = undefined;
      return true;
    }
    registers.pending = filter;
    return false;
  }

  private level(): void {
    const { filter, max, check } = this.setup;
    const distances = this.distances!;
    const next: number[] = [];
    this.found = [];
    this.position = 0;
    let steps = 0;
    for (const node of this.frontier) {
      this.neighbours.open(node);
      while (this.neighbours.next()) {
        if ((++steps & 4095) === 0) check();
        const { target, edge } = this.neighbours;
        if (filter && filter.test(edge) !== true) continue;
        if (!distances.has(target)) {
          distances.set(target, this.depth + 1);
          this.branches?.set(target, node === this.start ? edge : this.branches.get(node));
          next.push(target);
          this.found.push(target);
        } else if (!this.cycle && this.closes(node, target, edge, max)) {
          this.cycle = true;
          this.found.push(this.start);
        }
      }
    }
    this.depth++;
    this.frontier = this.depth < max ? next : [];
  }

  /** Does this edge show a way back to the start within `max`? */
  private closes(node: number, target: number, edge: number, max: number): boolean {
    const branches = this.branches;
    if (!branches || !this.distances) return target === this.start;
    if (node === this.start) return target === this.start || (branches.get(target) !== edge && max >= 2);
    if (target === this.start) return this.depth === 1 && branches.get(node) !== edge && max >= 2;
    return branches.get(node) !== branches.get(target) && this.depth + this.distances.get(target) + 1 <= max;
  }

  private release(): void {
    if (this.distances) giveStamps(this.distances);
    if (this.branches) giveStamps(this.branches);
    this.distances = undefined;
    this.branches = undefined;
  }
}
