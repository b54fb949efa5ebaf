// What a traversal holds while it runs: the registers of a walk (ids of the nodes and edges matched so far), and frames, the
// batches of finished registers that go from stage to stage. Ids are plain integers; values are made only when rows go out.

import type { Mark } from '../walk-body.ts';

/** A matched variable-length edge, from the pattern edge's `from` to its `to`. nodes.length = edges.length + 1. */
export interface Trail {
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  /** Per edge: the type's id times two, plus one if the edge runs against the order of `nodes`. */
  readonly metas: readonly number[];
  /** Of a walk with a body: where each edge stands in it. */
  readonly marks?: readonly Mark[];
}

/**
 * Where things stand in the registers: node i at i, the id of edge j at nodes + j, its meta (see Trail) at nodes + edges + j.
 */
export interface Slots {
  readonly nodes: number;
  readonly edges: number;
  readonly size: number;
}

/** The slots for so many nodes and edges. */
export function slotsOf(nodes: number, edges: number): Slots {
  return { nodes, edges, size: nodes + 2 * edges };
}

/** The registers of one walk. */
export class Registers {
  readonly ids: Int32Array;
  readonly trails: (Trail | undefined)[];
  /** Index of the input row within its batch. */
  row = 0;
  /** Set by a cursor that cannot go on before something is loaded. Its `next` is called again afterwards. */
  pending: { load(): Promise<void> } | undefined;

  constructor(slots: Slots) {
    this.ids = new Int32Array(slots.size).fill(-1);
    this.trails = new Array<Trail | undefined>(slots.edges).fill(undefined);
  }
}

/** A batch of matches so far, column by column. */
export class Frame {
  size = 0;
  readonly capacity: number;
  readonly rows: Int32Array;
  readonly columns: readonly Int32Array[];
  readonly trails: readonly (Trail | undefined)[][];

  constructor(slots: Slots, capacity: number) {
    this.capacity = capacity;
    this.rows = new Int32Array(capacity);
    this.columns = Array.from({ length: slots.size }, () => new Int32Array(capacity));
    this.trails = Array.from({ length: slots.edges }, () => []);
  }

  /** Appends the registers. */
  push(registers: Registers): void {
    const at = this.size++;
    this.rows[at] = registers.row;
    const ids = registers.ids;
    for (let slot = 0; slot < ids.length; slot++) this.columns[slot]![at] = ids[slot]!;
    for (let edge = 0; edge < registers.trails.length; edge++) this.trails[edge]![at] = registers.trails[edge];
  }

  /** Copies entry `at` into the registers. */
  load(at: number, registers: Registers): void {
    registers.row = this.rows[at]!;
    const ids = registers.ids;
    for (let slot = 0; slot < ids.length; slot++) ids[slot] = this.columns[slot]![at]!;
    for (let edge = 0; edge < registers.trails.length; edge++) registers.trails[edge] = this.trails[edge]![at];
  }

  /** Keeps the entries for which `keep` is true, in order. */
  compact(keep: (at: number) => boolean): void {
    let to = 0;
    for (let at = 0; at < this.size; at++) {
      if (!keep(at)) continue;
      if (to !== at) {
        this.rows[to] = this.rows[at]!;
        for (const column of this.columns) column[to] = column[at]!;
        for (const trails of this.trails) trails[to] = trails[at];
      }
      to++;
    }
    this.size = to;
  }
}
