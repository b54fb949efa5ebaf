// Variable length, every trail: a depth-first search that never uses an edge twice, as openCypher has it. Its own stack makes
// it a cursor like the others. Conditions on single edges may have to be loaded first: then it says so and is called again.

import type { Work } from '../engine.ts';
import { arrive, type Arrival, type Cursor, type EdgePlace, isDistinct } from './cursor.ts';
import type { ElementFilter } from './element-filter.ts';
import { Neighbours, type Part } from './neighbours.ts';
import type { Registers, Trail } from './state.ts';

/** What every cursor of a quantified edge is told. */
export interface VariableLength {
  readonly registers: Registers;
  readonly parts: readonly Part[];
  /** The same edges walked from the other end. */
  readonly backParts: readonly Part[];
  readonly start: number;
  readonly arrival: Arrival;
  readonly place: EdgePlace;
  readonly min: number;
  readonly max: number;
  /** Walked from the pattern edge's `from`. */
  readonly forward: boolean;
  readonly filter: ElementFilter | undefined;
  /** Somebody wants to see the trail. */
  readonly keepTrail: boolean;
  /** Throws when the statement must stop. */
  readonly check: () => void;
  readonly work: Work;
}

/** Trail edges up to this depth are searched one by one, deeper ones through a set. */
const linearDepth = 12;

/** Binds the end of each trail, and the trail where somebody wants to see it. */
export class TrailsCursor implements Cursor {
  private readonly setup: VariableLength;
  private readonly stack: Neighbours[] = [];
  private readonly nodes: number[] = [];
  private readonly edges: number[] = [];
  private readonly metas: number[] = [];
  private readonly deep = new Set<number>();
  private depth = -1;
  private fresh = false;
  private retry = false;
  private steps = 0;

  constructor(setup: VariableLength) {
    this.setup = setup;
  }

  open(): void {
    this.depth = 0;
    this.fresh = true;
    this.retry = false;
    this.deep.clear();
    this.enter(this.setup.registers.ids[this.setup.start]!);
  }

  next(): boolean {
    const { registers, min, max, place, filter } = this.setup;
    if (this.fresh) {
      this.fresh = false;
      if (min === 0 && this.found(this.nodes[0]!)) return true;
    }
    while (this.depth >= 0) {
      const neighbours = this.stack[this.depth]!;
      if (this.depth >= max || !(this.retry || neighbours.next())) {
        this.leave();
        continue;
      }
      if ((++this.steps & 1023) === 0) this.setup.check();
      const { edge, target, meta } = neighbours;
      if (!this.retry && (this.used(edge) || !isDistinct(registers, place, edge))) continue;
      this.retry = false;
      if (filter) {
        const passes = filter.test(edge);
        if (passes === undefined) {
          filter.want(this.setup.parts, this.nodes[this.depth]!);
          registers.pending = filter;
          this.retry = true;
          return false;
        }
        if (!passes) continue;
      }
      this.edges[this.depth] = edge;
      this.metas[this.depth] = meta;
      if (this.depth >= linearDepth) this.deep.add(edge);
      this.depth++;
      this.enter(target);
      if (this.depth >= min && this.found(target)) return true;
    }
    return false;
  }

  private enter(node: number): void {
    this.nodes[this.depth] = node;
    let neighbours = this.stack[this.depth];
    if (!neighbours) this.stack.push((neighbours = new Neighbours(this.setup.parts, this.setup.work)));
    neighbours.open(node);
  }

  private leave(): void {
    this.depth--;
    if (this.depth >= linearDepth) this.deep.delete(this.edges[this.depth]!);
  }

  private used(edge: number): boolean {
    const shallow = Math.min(this.depth, linearDepth);
    for (let i = 0; i < shallow; i++) if (this.edges[i] === edge) return true;
    return this.depth > linearDepth && this.deep.has(edge);
  }

  private found(node: number): boolean {
    const { registers, arrival, place, keepTrail } = this.setup;
    if (!arrive(registers.ids, arrival, node)) return false;
    if (keepTrail) registers.trails[place.edge] = makeTrail(this.setup, this.nodes, this.edges, this.metas, this.depth);
    return true;
  }
}

/** Copies a walk of `length` edges in the order of the pattern. */
export function makeTrail(
  setup: VariableLength,
  nodes: readonly number[],
  edges: readonly number[],
  metas: readonly number[],
  length: number,
): Trail {
  const walked = { nodes: nodes.slice(0, length + 1), edges: edges.slice(0, length), metas: metas.slice(0, length) };
  if (setup.forward) return walked;
  return { nodes: walked.nodes.reverse(), edges: walked.edges.reverse(), metas: walked.metas.reverse().map((m) => m ^ 1) };
}
