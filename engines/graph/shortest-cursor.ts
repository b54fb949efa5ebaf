// Shortest paths over a variable-length edge: one or all of the least length per pair of ends. With both ends known the search
// runs from both sides and meets in the middle; else it runs breadth-first from the start, level by level. What a search
// marks are distances; paths are then read backwards along falling distances.

import { QueryError } from '../../parser/error.ts';
import { arrive, type Cursor, isDistinct } from './cursor.ts';
import { Neighbours, type Part } from './neighbours.ts';
import { giveStamps, type Stamps, takeStamps } from './stamps.ts';
import type { TopologyView } from './topology.ts';
import { makeTrail, type VariableLength } from './trails-cursor.ts';

/** Partial trails held where a shortest path must be searched by trails (a minimum above one, or a way back to the start). */
const partialTrailsMax = 1_000_000;

/** `pending`: conditions must be loaded first. A number is an end node whose path stands in nodes, edges and metas. */
type Step = 'pending' | number;
type DistanceAt = (node: number, distance: number) => boolean;

interface PartialTrail {
  readonly before: PartialTrail | undefined;
  readonly node: number;
  readonly edge: number;
  readonly meta: number;
  readonly length: number;
}

/** Binds the end, and the path where somebody wants to see it. */
export class ShortestCursor implements Cursor {
  private readonly setup: VariableLength;
  private readonly topology: TopologyView;
  private readonly all: boolean;
  private readonly held: Stamps[] = [];
  private search: Generator<Step> | undefined;
  private readonly nodes: number[] = [];
  private readonly edges: number[] = [];
  private readonly metas: number[] = [];
  private length = 0;

  constructor(setup: VariableLength, topology: TopologyView, all: boolean) {
    this.setup = setup;
    this.topology = topology;
    this.all = all;
  }

  open(): void {
    this.release();
    this.search = this.run(this.setup.registers.ids[this.setup.start]!);
  }

  next(): boolean {
    const { registers, arrival, place, keepTrail, filter } = this.setup;
    for (;;) {
      const step = this.search?.next();
      if (!step || step.done) {
        this.release();
        return false;
      }
      if (step.value === 'pending') {
        registers.pending = filter;
        return false;
      }
      if (!arrive(registers.ids, arrival, step.value)) continue;
      if (!this.edges.slice(0, this.length).every((edge) => isDistinct(registers, place, edge))) continue;
      if (keepTrail) registers.trails[place.edge] = makeTrail(this.setup, this.nodes, this.edges, this.metas, this.length);
      return true;
    }
  }

  private *run(start: number): Generator<Step> {
    const { registers, arrival, min, max } = this.setup;
    const end = arrival.known ? registers.ids[arrival.slot]! : undefined;
    if (min > 1) yield* this.byTrails(start, min, max, end);
    else if (end === undefined) yield* this.fromStart(start);
    else if (end !== start) yield* this.between(start, end);
    else if (min === 0) yield* this.empty(start);
    else yield* this.cycle(start);
  }

  private *empty(start: number): Generator<Step> {
    this.nodes[0] = start;
    this.length = 0;
    yield start;
  }

  private wanted(node: number): boolean {
    const { arrival } = this.setup;
    return arrival.test === undefined || arrival.test(node);
  }

  // ---------------------------------------------------------------------------------------------- one side

  private *fromStart(start: number): Generator<Step> {
    const { min, max } = this.setup;
    if (min === 0 && this.wanted(start)) yield* this.empty(start);
    const distances = this.take();
    distances.set(start, 0);
    let frontier = [start];
    for (let depth = 0; depth < max && frontier.length > 0; depth++) {
      frontier = yield* this.grow(frontier, this.setup.parts, distances, depth);
      for (const node of frontier) {
        if (this.wanted(node)) yield* this.pathsTo(node, depth + 1, (n, d) => distances.get(n) === d);
      }
    }
    if (min === 1 && this.wanted(start)) yield* this.cycle(start);
  }

  /** The next level of a search; waits for conditions first. */
  private *grow(frontier: readonly number[], parts: readonly Part[], distances: Stamps, depth: number): Generator<Step, number[]> {
    const { filter, check } = this.setup;
    yield* this.loadConditions(frontier, parts);
    const neighbours = new Neighbours(parts, this.setup.work);
    const next: number[] = [];
    let steps = 0;
    for (const node of frontier) {
      neighbours.open(node);
      while (neighbours.next()) {
        if ((++steps & 4095) === 0) check();
        if (distances.has(neighbours.target) || (filter && filter.test(neighbours.edge) !== true)) continue;
        distances.set(neighbours.target, depth + 1);
        next.push(neighbours.target);
      }
    }
    return next;
  }

  private *loadConditions(nodes: readonly number[], parts: readonly Part[]): Generator<Step> {
    const { filter } = this.setup;
    if (!filter) return;
    for (const _batch of filter.batches(parts, nodes)) yield 'pending';
  }

  /** Every path of this length to `end` (or one), read backwards: each step goes to a node that is one nearer to the start. */
  private *pathsTo(end: number, length: number, isAt: DistanceAt): Generator<Step> {
    const { backParts, filter } = this.setup;
    const stack: Neighbours[] = [];
    const enter = (level: number, node: number): void => {
      this.nodes[level] = node;
      if (level === 0) return;
      stack[level] ??= new Neighbours(backParts, this.setup.work);
      stack[level].open(node);
    };
    enter(length, end);
    let level = length;
    while (level <= length) {
      const neighbours = stack[level]!;
      if (!neighbours.next()) {
        level++;
        continue;
      }
      if (!isAt(neighbours.target, level - 1) || (filter && filter.test(neighbours.edge) !== true)) continue;
      this.edges[level - 1] = neighbours.edge;
      this.metas[level - 1] = neighbours.meta ^ 1;
      enter(level - 1, neighbours.target);
      if (level > 1) {
        level--;
        continue;
      }
      this.length = length;
      yield end;
      if (!this.all) return;
    }
  }

  // ---------------------------------------------------------------------------------------------- both sides

  private *between(start: number, end: number): Generator<Step> {
    const { parts, backParts, max } = this.setup;
    const forward = this.take();
    const backward = this.take();
    forward.set(start, 0);
    backward.set(end, 0);
    let ahead = [start];
    let behind = [end];
    let aheadDepth = 0;
    let behindDepth = 0;
    let meeting: number[] = [];
    while (meeting.length === 0) {
      if (aheadDepth + behindDepth >= max || ahead.length === 0 || behind.length === 0) return;
      if (ahead.length <= behind.length) {
        ahead = yield* this.grow(ahead, parts, forward, aheadDepth++);
        meeting = ahead.filter((n) => backward.has(n));
      } else {
        behind = yield* this.grow(behind, backParts, backward, behindDepth++);
        meeting = behind.filter((n) => forward.has(n));
      }
    }
    // Distances from the start beyond the meeting: along falling distances to the end.
    const beyond = this.take();
    for (const node of meeting) beyond.set(node, aheadDepth);
    const neighbours = new Neighbours(parts, this.setup.work);
    let level = meeting;
    let steps = 0;
    for (let left = behindDepth - 1, distance = aheadDepth + 1; left >= 0; left--, distance++) {
      const next: number[] = [];
      for (const node of level) {
        neighbours.open(node);
        while (neighbours.next()) {
          if ((++steps & 4095) === 0) this.setup.check();
          const { target, edge } = neighbours;
          if (backward.get(target) !== left || beyond.has(target)) continue;
          if (this.setup.filter && this.setup.filter.test(edge) !== true) continue;
          beyond.set(target, distance);
          next.push(target);
        }
      }
      level = next;
    }
    yield* this.pathsTo(end, aheadDepth + behindDepth, (n, d) => (d <= aheadDepth ? forward.get(n) === d : beyond.get(n) === d));
  }

  // ---------------------------------------------------------------------------------------------- back to the start

  private *cycle(start: number): Generator<Step> {
    const { parts, max } = this.setup;
    if (parts.some((p) => p.skipLoops)) {
      const length = yield* this.cycleLength(start);
      if (length <= max) yield* this.byTrails(start, 1, length, start);
      return;
    }
    const distances = this.take();
    distances.set(start, 0);
    let frontier = [start];
    const back = new Neighbours(this.setup.backParts, this.setup.work);
    for (let depth = 0; depth < max && frontier.length > 0; depth++) {
      yield* this.loadConditions(frontier, parts);
      yield* this.loadConditions([start], this.setup.backParts);
      back.open(start);
      let closes = false;
      while (!closes && back.next()) closes = distances.get(back.target) === depth && (this.setup.filter?.test(back.edge) ?? true);
      if (closes) return yield* this.pathsTo(start, depth + 1, (n, d) => distances.get(n) === d);
      frontier = yield* this.grow(frontier, parts, distances, depth);
    }
  }

  /** The length of the shortest undirected cycle through the start: where two branches of a search meet. */
  private *cycleLength(start: number): Generator<Step, number> {
    const { parts, max, filter, check } = this.setup;
    const distances = this.take();
    const branches = this.take();
    distances.set(start, 0);
    let frontier = [start];
    let best = Number.POSITIVE_INFINITY;
    const neighbours = new Neighbours(parts, this.setup.work);
    let steps = 0;
    for (let depth = 0; frontier.length > 0 && depth * 2 < Math.min(best, max); depth++) {
      yield* this.loadConditions(frontier, parts);
      const next: number[] = [];
      for (const node of frontier) {
        neighbours.open(node);
        while (neighbours.next()) {
          if ((++steps & 4095) === 0) check();
          const { target, edge } = neighbours;
          if (filter && filter.test(edge) !== true) continue;
          if (!distances.has(target)) {
            distances.set(target, depth + 1);
            branches.set(target, node === start ? edge : branches.get(node));
            next.push(target);
          } else if (node === start) best = Math.min(best, target === start ? 1 : branches.get(target) === edge ? best : 2);
          else if (target === start) best = Math.min(best, branches.get(node) === edge || depth > 1 ? best : 2);
          else if (branches.get(node) !== branches.get(target)) best = Math.min(best, depth + distances.get(target) + 1);
        }
      }
      frontier = next;
    }
    return best;
  }

  /** Breadth-first over trails. Only where distances do not decide. */
  private *byTrails(start: number, min: number, max: number, end: number | undefined): Generator<Step> {
    const { parts, filter, check } = this.setup;
    const lengths = new Map<number, number>();
    let level: PartialTrail[] = [{ before: undefined, node: start, edge: -1, meta: 0, length: 0 }];
    const neighbours = new Neighbours(parts, this.setup.work);
    for (let length = 1; length <= max && level.length > 0; length++) {
      yield* this.loadConditions([...new Set(level.map((p) => p.node))], parts);
      const next: PartialTrail[] = [];
      for (const partial of level) {
        check();
        neighbours.open(partial.node);
        while (neighbours.next()) {
          const { target, edge, meta } = neighbours;
          if (usesEdge(partial, edge) || (filter && filter.test(edge) !== true)) continue;
          next.push({ before: partial, node: target, edge, meta, length });
          if (next.length > partialTrailsMax)
            throw new QueryError('limit/trails', `The search for a shortest path holds more than ${partialTrailsMax} partial trails.`, {
              hint: 'Give the pattern a smaller maximum length.',
            });
        }
      }
      for (const partial of next) {
        if (length < min || (end !== undefined && partial.node !== end)) continue;
        const known = lengths.get(partial.node);
        if (known !== undefined && (!this.all || known < length)) continue;
        lengths.set(partial.node, length);
        this.unroll(partial);
        yield partial.node;
      }
      if (end !== undefined && lengths.has(end)) return;
      level = next;
    }
  }

  private unroll(partial: PartialTrail): void {
    this.length = partial.length;
    for (let at: PartialTrail | undefined = partial; at; at = at.before) {
      this.nodes[at.length] = at.node;
      if (at.length > 0) {
        this.edges[at.length - 1] = at.edge;
        this.metas[at.length - 1] = at.meta;
      }
    }
  }

  private take(): Stamps {
    const stamps = takeStamps(this.topology.nodeLimit);
    this.held.push(stamps);
    return stamps;
  }

  private release(): void {
    this.search = undefined;
    for (const stamps of this.held.splice(0)) giveStamps(stamps);
  }
}

function usesEdge(partial: PartialTrail, edge: number): boolean {
  for (let at: PartialTrail | undefined = partial; at; at = at.before) if (at.edge === edge) return true;
  return false;
}
