// The cheapest paths between nodes where edges have costs: Dijkstra's search (1959) with a binary heap over the topology. Costs are
// properties of edges and come from storage in batches, for many nodes of the frontier at a time.

import { QueryError } from '../../parser/error.ts';
import type { RunContext } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import { Neighbours, partsOf } from './neighbours.ts';
import type { Way } from './program.ts';
import type { TopologyView } from './topology.ts';

/** Nodes whose edges are asked for together. */
const nodesPerBatch = 256;

export interface CheapestOptions {
  /** The property that is the cost of an edge; undefined: each edge costs 1. */
  readonly weight: string | undefined;
  /** Ids of edge types; undefined: all. */
  readonly types: readonly number[] | undefined;
  readonly way: Way;
}

/** A path with what it costs; edges[i] leads from nodes[i] to nodes[i + 1], meta as in neighbours.ts. */
export interface CheapestPath {
  readonly cost: number;
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly metas: readonly number[];
}

interface Arrival {
  readonly cost: number;
  readonly node: number;
  readonly edge: number;
  readonly meta: number;
  readonly before: Arrival | undefined;
}

/** The cheapest path to the target, or to every node that can be reached if there is none, the cheapest first. `type/weight` for costs that are none. */
export async function* cheapestPaths(
  topology: TopologyView,
  storage: GraphStorage,
  context: RunContext,
  source: number,
  target: number | undefined,
  options: CheapestOptions,
): AsyncGenerator<CheapestPath> {
  const neighbours = new Neighbours(partsOf(topology, options.types, options.way), context.work);
  const costs = new EdgeCosts(storage, options.weight);
  const settled = new Set<number>();
  const best = new Map<number, number>([[source, 0]]);
  const heap = new Heap();
  heap.push({ cost: 0, node: source, edge: -1, meta: 0, before: undefined });
  for (let arrival = heap.pop(); arrival; arrival = heap.pop()) {
    if (settled.has(arrival.node)) continue;
    settled.add(arrival.node);
    if ((settled.size & 255) === 0) context.check();
    if (target === undefined || target === arrival.node) yield pathTo(arrival);
    if (target === arrival.node) return;
    await costs.load(arrival.node, heap, neighbours);
    neighbours.open(arrival.node);
    while (neighbours.next()) {
      const { target: node, edge, meta } = neighbours;
      if (settled.has(node)) continue;
      const cost = arrival.cost + costs.of(edge);
      if (cost >= (best.get(node) ?? Number.POSITIVE_INFINITY)) continue;
      best.set(node, cost);
      heap.push({ cost, node, edge, meta, before: arrival });
    }
  }
}

function pathTo(arrival: Arrival): CheapestPath {
  const nodes = [arrival.node];
  const edges: number[] = [];
  const metas: number[] = [];
  for (let at = arrival; at.before; at = at.before) {
    edges.push(at.edge);
    metas.push(at.meta);
    nodes.push(at.before.node);
  }
  return { cost: arrival.cost, nodes: nodes.reverse(), edges: edges.reverse(), metas: metas.reverse() };
}

/** The costs of edges, asked for once each. */
class EdgeCosts {
  private readonly known = new Map<number, number>();
  private readonly asked = new Set<number>();
  private readonly storage: GraphStorage;
  private readonly weight: string | undefined;

  constructor(storage: GraphStorage, weight: string | undefined) {
    this.storage = storage;
    this.weight = weight;
  }

  of(edge: number): number {
    if (this.weight === undefined) return 1;
    const cost = this.known.get(edge) ?? Number.NaN;
    if (cost >= 0) return cost;
    const what = Number.isNaN(cost) ? 'has no number' : 'has a negative number';
    throw new QueryError('type/weight', `The edge ${edge} ${what} in "${this.weight}".`, {
      hint: 'Every edge on the way needs a cost that is not negative; name the types of edges that have one.',
    });
  }

  /** Sees to the costs of a node's edges, and of those that are likely to come next. */
  async load(node: number, heap: Heap, neighbours: Neighbours): Promise<void> {
    if (this.weight === undefined || this.asked.has(node)) return;
    const wanted = new Set<number>();
    for (const next of [node, ...heap.first(nodesPerBatch)]) {
      if (this.asked.has(next)) continue;
      this.asked.add(next);
      neighbours.open(next);
      while (neighbours.next()) if (!this.known.has(neighbours.edge)) wanted.add(neighbours.edge);
    }
    const edges = [...wanted];
    const loaded = await this.storage.loadEdges(edges);
    // What is no cost is said only when a path would use it.
    edges.forEach((edge, i) => {
      const value = loaded[i]?.properties.get(this.weight ?? '');
      this.known.set(edge, typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN);
    });
  }
}

/** A binary heap of arrivals, the cheapest first. */
class Heap {
  private readonly items: Arrival[] = [];

  push(item: Arrival): void {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]!.cost <= item.cost) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): Arrival | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (!last || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]!.cost < items[child]!.cost) child++;
      if (items[child]!.cost >= last.cost) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return first;
  }

  /** Nodes near the top, in no order. */
  first(count: number): number[] {
    return this.items.slice(0, count).map((a) => a.node);
  }
}
