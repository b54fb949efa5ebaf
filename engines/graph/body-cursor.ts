// Walks with a body (plan/pattern.ts) over the topology: a cursor around the search of engines/walk-search.ts. What the body's
// conditions read is loaded for all edges of a node at a time, while the cursor waits.

import { columnsOf } from '../plan/expression.ts';
import type { PatternEdge, WalkBody, WalkEdge } from '../plan/pattern.ts';
import type { EdgeValue, NodeValue, Row } from '../value.ts';
import { filterPlaces, type FoundWalk, type Hop, turnedBody, turnedWalk } from '../walk-body.ts';
import { WalkSearch, type WalkSpace } from '../walk-search.ts';
import { arrive, type Arrival, type Cursor, type EdgePlace, isDistinct, type NodeTest } from './cursor.ts';
import { Neighbours, type Part, partsOf } from './neighbours.ts';
import type { Way } from './program.ts';
import type { Run } from './run.ts';
import type { Registers } from './state.ts';

export interface BodySetup {
  readonly run: Run;
  readonly registers: Registers;
  readonly edge: PatternEdge & { readonly body: WalkBody };
  readonly start: number;
  readonly arrival: Arrival;
  readonly place: EdgePlace;
  /** Walked from the pattern edge's `from`. */
  readonly forward: boolean;
  readonly keepTrail: boolean;
}

/** Binds the end of each walk, and the walk where somebody wants to see it. */
export class BodyCursor implements Cursor {
  private readonly setup: BodySetup;
  private readonly body: WalkBody;
  private readonly search: WalkSearch;
  private readonly space: BodySpace;
  private walks: Generator<'pending' | FoundWalk> | undefined;

  constructor(setup: BodySetup) {
    this.setup = setup;
    this.body = setup.forward ? setup.edge.body : turnedBody(setup.edge.body);
    this.space = new BodySpace(setup, this.body);
    this.search = new WalkSearch(this.body, this.space);
  }

  open(): void {
    const { registers, start, arrival, edge } = this.setup;
    const from = registers.ids[start]!;
    if (this.body.pick) this.walks = this.search.picked(from, arrival.known ? registers.ids[arrival.slot]! : undefined);
    else this.walks = edge.selector === 'reachable' ? this.search.reachable(from) : this.search.all(from);
  }

  next(): boolean {
    const { registers, arrival, place, keepTrail, forward, edge } = this.setup;
    for (;;) {
      const step = this.walks?.next();
      if (!step || step.done) return false;
      if (step.value === 'pending') {
        registers.pending = this.space;
        return false;
      }
      const walk = step.value;
      if (!arrive(registers.ids, arrival, walk.end)) continue;
      if (this.body.pick && this.body.mode !== 'walk' && !walk.hops.every((h) => isDistinct(registers, place, h.edge))) continue;
      if (keepTrail) {
        const { nodes, hops, marks } = forward ? walk : turnedWalk(edge.body, walk);
        const metas = hops.map((h) => (forward ? h.meta : h.meta ^ 1));
        registers.trails[place.edge] = { nodes, edges: hops.map((h) => h.edge), metas, marks };
      }
      return true;
    }
  }
}

/** The topology and the conditions as the search asks for them. */
class BodySpace implements WalkSpace {
  private readonly setup: BodySetup;
  private readonly body: WalkBody;
  private readonly tests: readonly (readonly (NodeTest | undefined)[])[];
  private readonly parts = new Map<WalkEdge, readonly [Neighbours, Neighbours]>();
  private readonly conditions: readonly (readonly (readonly ((row: Row) => boolean)[])[])[];
  private readonly width: number;
  /** Does any condition read more than ids? */
  private readonly loads: boolean;
  private readonly wanted = new Set<NodeValue | EdgeValue>();
  private readonly asked = new Set<number>();
  private row = -1;

  constructor(setup: BodySetup, body: WalkBody) {
    const { run } = setup;
    this.setup = setup;
    this.body = body;
    this.tests = body.blocks.map((b) => b.nodes.map((n) => n.labels && run.labelTest(n.labels)));
    for (const edge of body.blocks.flatMap((b) => b.edges)) {
      const types = run.typesOf(edge);
      const way: Way = edge.direction === 'any' ? 'both' : edge.direction === 'forward' ? 'out' : 'in';
      const opposite: Way = way === 'both' ? way : way === 'out' ? 'in' : 'out';
      const walked = (parts: readonly Part[]): Neighbours => new Neighbours(parts, run.work);
      this.parts.set(edge, [walked(partsOf(run.topology, types, way)), walked(partsOf(run.topology, types, opposite))]);
    }
    this.loads = body.blocks.some((b) => b.filters.length > 0);
    this.width = run.emptyRow.length;
    const places = filterPlaces(body, columnsOf);
    this.conditions = body.blocks.map((block, b) => {
      const columns = [...block.nodes, ...block.edges].map((e) => e.column.id);
      const tests = block.filters.map((f) => run.conditionOver(f, columns));
      return (places[b] ?? []).map((ready) => ready.flatMap((f) => tests[f] ?? []));
    });
  }

  hops(edge: WalkEdge, node: number, back: boolean): Hop[] {
    const neighbours = this.parts.get(edge)?.[back ? 1 : 0];
    const hops: Hop[] = [];
    neighbours?.open(node);
    while (neighbours?.next()) hops.push({ edge: neighbours.edge, target: neighbours.target, meta: neighbours.meta });
    return hops;
  }

  fits(block: number, place: number, node: number): boolean {
    const test = this.tests[block]?.[place];
    return test === undefined || test(node);
  }

  holds(block: number, { nodes, hops }: { readonly nodes: readonly number[]; readonly hops: readonly Hop[] }): boolean {
    const ready = this.conditions[block]?.[hops.length] ?? [];
    if (ready.length === 0) return true;
    const { run, registers } = this.setup;
    const row: Row = [...(run.rows[registers.row] ?? run.emptyRow)];
    const own = this.body.blocks[block]!;
    own.nodes.forEach((_, i) => {
      const id = nodes[i];
      row[this.width + i] = id === undefined ? null : run.context.elements.node(id, run.storage.graph);
    });
    own.edges.forEach((_, i) => {
      const hop = hops[i];
      row[this.width + own.nodes.length + i] = hop ? this.edgeOf(hop, nodes[i]!) : null;
    });
    return ready.every((holds) => holds(row));
  }

  ready(node: number): boolean {
    if (!this.loads) return true;
    const { run, registers } = this.setup;
    if (this.row !== registers.row) {
      this.row = registers.row;
      this.asked.clear();
      const own = new Set(this.body.blocks.flatMap((b) => b.filters.flatMap((f) => [...columnsOf(f)])));
      for (const element of run.inputElements(own, [run.rows[registers.row] ?? run.emptyRow])) this.want(element);
    }
    if (!this.asked.has(node)) {
      this.asked.add(node);
      this.want(run.context.elements.node(node, run.storage.graph));
      for (const edge of this.parts.keys()) {
        for (const hop of this.hops(edge, node, false)) {
          this.want(this.edgeOf(hop, node));
          this.want(run.context.elements.node(hop.target, run.storage.graph));
        }
      }
    }
    return this.wanted.size === 0;
  }

  async load(): Promise<void> {
    const wanted = [...this.wanted];
    this.wanted.clear();
    await this.setup.run.load(wanted);
  }

  taken(edge: number): boolean {
    return !isDistinct(this.setup.registers, this.setup.place, edge);
  }

  mayEnd(node: number): boolean {
    const { test } = this.setup.arrival;
    return test === undefined || test(node);
  }

  check(): void {
    this.setup.run.context.check();
  }

  private want(element: NodeValue | EdgeValue): void {
    if (element.properties === undefined) this.wanted.add(element);
  }

  private edgeOf({ edge, target, meta }: Hop, from: number): EdgeValue {
    const { storage, context } = this.setup.run;
    const type = storage.types.name(meta >>> 1);
    const [start, end] = (meta & 1) === 1 ? [target, from] : [from, target];
    return context.elements.edge(edge, type, start, end, storage.graph);
  }
}
