// Cursors: one per move of a walk. `open` looks at what is bound so far, each `next` binds one more possibility and says
// whether there was one. A walk is a stack of them, so it can stop and go on anywhere.

import type { Work } from '../engine.ts';
import { Neighbours, type Part } from './neighbours.ts';
import type { Registers } from './state.ts';

export interface Cursor {
  open(): void;
  /** False: no more; or, with `registers.pending` set, not yet. */
  next(): boolean;
}

/** A test of a node's id. */
export type NodeTest = (node: number) => boolean;

/** What must hold once a move has bound its variables: labels of the node, comparisons of ids. */
export interface Arrival {
  readonly slot: number;
  /** The node is known already, so what arrives must be the same. */
  readonly known: boolean;
  readonly test: NodeTest | undefined;
  readonly checks: ((ids: Int32Array) => boolean) | undefined;
}

/** Binds the node if it may be bound. */
export function arrive(ids: Int32Array, arrival: Arrival, node: number): boolean {
  if (arrival.known) {
    if (ids[arrival.slot] !== node) return false;
  } else {
    ids[arrival.slot] = node;
  }
  if (arrival.test !== undefined && !arrival.test(node)) return false;
  return arrival.checks === undefined || arrival.checks(ids);
}

/** Tries a list of ids one by one. */
export class ListCursor implements Cursor {
  private position = 0;
  private readonly registers: Registers;
  private readonly list: Uint32Array;
  private readonly arrival: Arrival;
  private readonly work: Work;

  constructor(registers: Registers, list: Uint32Array, arrival: Arrival, work: Work) {
    this.registers = registers;
    this.list = list;
    this.arrival = arrival;
    this.work = work;
  }

  /** How many of them have been tried. */
  get reached(): { readonly done: number; readonly of: number } {
    return { done: this.position, of: this.list.length };
  }

  open(): void {
    this.position = 0;
  }

  next(): boolean {
    const { list, arrival } = this;
    const ids = this.registers.ids;
    const before = this.position;
    let found = false;
    while (!found && this.position < list.length) found = arrive(ids, arrival, list[this.position++]!);
    this.work.entries += this.position - before;
    return found;
  }
}

/** One possibility, or none: what the input row binds. */
export class OnceCursor implements Cursor {
  private done = false;
  private readonly bind: () => boolean;

  constructor(bind: () => boolean) {
    this.bind = bind;
  }

  open(): void {
    this.done = false;
  }

  next(): boolean {
    if (this.done) return false;
    this.done = true;
    return this.bind();
  }
}

/** Tries each of a few possibilities that `find` gives; `bind` takes one. */
export class ChoiceCursor<T> implements Cursor {
  private choices: readonly T[] = [];
  private position = 0;
  private readonly find: () => readonly T[];
  private readonly bind: (choice: T) => boolean;

  constructor(find: () => readonly T[], bind: (choice: T) => boolean) {
    this.find = find;
    this.bind = bind;
  }

  open(): void {
    this.choices = this.find();
    this.position = 0;
  }

  next(): boolean {
    while (this.position < this.choices.length) if (this.bind(this.choices[this.position++] as T)) return true;
    return false;
  }
}

/** Where an edge goes in the registers, and which earlier edges it must differ from. */
export interface EdgePlace {
  readonly edge: number;
  readonly slot: number;
  readonly metaSlot: number;
  /** Flips the meta of edges that are walked from the pattern's `to`. */
  readonly flip: number;
  readonly distinctSlots: readonly number[];
  readonly distinctTrails: readonly number[];
}

/** Is the edge none of those that it must differ from? */
export function isDistinct(registers: Registers, place: EdgePlace, edge: number): boolean {
  for (const slot of place.distinctSlots) if (registers.ids[slot] === edge) return false;
  for (const trail of place.distinctTrails) if (registers.trails[trail]?.edges.includes(edge)) return false;
  return true;
}

/** From a bound node along single edges. */
export class ExpandCursor implements Cursor {
  private readonly registers: Registers;
  private readonly neighbours: Neighbours;
  private readonly start: number;
  private readonly arrival: Arrival;
  private readonly place: EdgePlace;
  private readonly free: boolean;

  constructor(registers: Registers, parts: readonly Part[], start: number, arrival: Arrival, place: EdgePlace, work: Work) {
    this.registers = registers;
    this.neighbours = new Neighbours(parts, work);
    this.start = start;
    this.arrival = arrival;
    this.place = place;
    this.free = place.distinctSlots.length === 0 && place.distinctTrails.length === 0;
  }

  open(): void {
    this.neighbours.open(this.registers.ids[this.start]!);
  }

  next(): boolean {
    const { neighbours, registers, place, arrival } = this;
    const ids = registers.ids;
    while (neighbours.next()) {
      if (!arrive(ids, arrival, neighbours.target)) continue;
      if (!this.free && !isDistinct(registers, place, neighbours.edge)) continue;
      ids[place.slot] = neighbours.edge;
      ids[place.metaSlot] = neighbours.meta ^ place.flip;
      return true;
    }
    return false;
  }
}
