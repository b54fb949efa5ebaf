// The bridge to graphology: projects a part of the topology into its graph object and runs its algorithms. graphology costs
// start-up time, so it is imported when the first procedure runs. Its algorithms cannot be interrupted, so their input is limited.

import { QueryError } from '../../parser/error.ts';
import type { GraphStorage } from '../storage.ts';
import { Neighbours, partsOf } from './neighbours.ts';
import type { TopologyView } from './topology.ts';

/** Nodes and edges of a projection: beyond, `limit/projection`. */
const projectionNodesMax = 1_000_000;
const projectionEdgesMax = 5_000_000;
/** Nodes times (nodes + edges) of a betweenness: beyond, `limit/projection`. */
const betweennessWorkMax = 5_000_000_000;

/** A part of the graph: nodes in ascending order, and its edges; parallel edges are one with a weight. */
export interface Projection {
  readonly nodes: readonly number[];
  readonly edges: readonly { readonly from: number; readonly to: number; readonly weight: number }[];
}

type Scores = ReadonlyMap<number, number>;
type Mapping = Readonly<Record<string, number>>;

/** The nodes with a label (undefined: all) and the edges of a type between them. */
export function projectionOf(
  topology: TopologyView,
  storage: GraphStorage,
  label: string | undefined,
  type: string | undefined,
  check: () => void,
): Projection {
  const labelId = label === undefined ? undefined : storage.labels.id(label);
  const typeId = type === undefined ? undefined : storage.types.id(type);
  const ids = label !== undefined && labelId === undefined ? new Uint32Array(0) : topology.nodeIds(labelId);
  refuseLarge('nodes', ids.length, projectionNodesMax);
  const nodes = [...ids].sort((a, b) => a - b);
  const inside = new Set(nodes);
  const types = type === undefined ? undefined : typeId === undefined ? [] : [typeId];
  const neighbours = new Neighbours(partsOf(topology, types, 'out'));
  const edges: { from: number; to: number; weight: number }[] = [];
  for (const [i, from] of nodes.entries()) {
    if ((i & 1023) === 0) check();
    const weights = new Map<number, number>();
    neighbours.open(from);
    while (neighbours.next()) if (inside.has(neighbours.target)) weights.set(neighbours.target, (weights.get(neighbours.target) ?? 0) + 1);
    for (const [to, weight] of weights) edges.push({ from, to, weight });
    refuseLarge('edges', edges.length, projectionEdgesMax);
  }
  return { nodes, edges };
}

function refuseLarge(what: string, count: number, max: number): void {
  if (count <= max) return;
  throw new QueryError('limit/projection', `The algorithm's part of the graph has more than ${max} ${what}.`, {
    hint: 'Name a label or an edge type to make it smaller.',
  });
}

/** Scores that add up to 1. `limit/iterations` if they do not settle. */
export async function runPagerank(projection: Projection, damping: number, iterations: number, tolerance: number): Promise<Scores> {
  if (projection.nodes.length === 0) return new Map();
  const { default: pagerank } = await import('graphology-metrics/centrality/pagerank.js');
  const graph = await directed(projection);
  const options = { alpha: damping, maxIterations: iterations, tolerance, getEdgeWeight: 'weight' };
  try {
    return scoresOf(callable(pagerank)(graph, options));
  } catch (error) {
    throw new QueryError('limit/iterations', `PageRank did not settle within ${iterations} iterations.`, {
      hint: `Give more iterations or a larger tolerance. (${error instanceof Error ? error.message : String(error)})`,
    });
  }
}

/** Scores by the shortest paths through a node. `limit/projection` for a part of the graph that would take hours. */
export async function runBetweenness(projection: Projection, isDirected: boolean, normalized: boolean): Promise<Scores> {
  refuseLarge('steps of work', projection.nodes.length * (projection.nodes.length + projection.edges.length), betweennessWorkMax);
  const { default: betweenness } = await import('graphology-metrics/centrality/betweenness.js');
  const graph = isDirected ? await directed(projection) : await undirected(projection);
  // Two nodes or fewer have nothing between them, and normalising would divide by zero.
  if (projection.nodes.length < 3) return new Map(projection.nodes.map((id) => [id, 0]));
  return scoresOf(callable(betweenness)(graph, { getEdgeWeight: null, normalized }));
}

/** Louvain communities, numbered from 0 by their smallest node. */
export async function runCommunities(projection: Projection, resolution: number, seed: number): Promise<Scores> {
  if (projection.edges.length === 0) return new Map(projection.nodes.map((id, i) => [id, i]));
  const { default: louvain } = await import('graphology-communities-louvain');
  const graph = await undirected(projection);
  const communities = scoresOf(callable(louvain)(graph, { getEdgeWeight: 'weight', resolution, rng: seededRandom(seed) }));
  return renumber(projection.nodes, communities);
}

/** Connected components (`strong`: along the directions), numbered from 0 by their smallest node. */
export async function runComponents(projection: Projection, strong: boolean): Promise<Scores> {
  const components = await import('graphology-components');
  const graph = await directed(projection);
  const find = strong ? components.stronglyConnectedComponents : components.connectedComponents;
  const groups = (find as unknown as (g: object) => string[][])(graph);
  const found = new Map<number, number>();
  groups.forEach((group, i) => {
    for (const id of group) found.set(Number(id), i);
  });
  return renumber(projection.nodes, found);
}

/** Groups numbered from 0 by their smallest node. */
function renumber(nodes: readonly number[], groups: Scores): Scores {
  const numbers = new Map<number, number>();
  const out = new Map<number, number>();
  for (const id of nodes) {
    const group = groups.get(id);
    if (group === undefined) continue;
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    out.set(id, numbers.get(group) ?? 0);
  }
  return out;
}

interface GraphologyGraph {
  addNode(key: string): void;
  addEdge(from: string, to: string, attributes: { weight: number }): void;
  edge(from: string, to: string): string | undefined;
  updateEdgeAttribute(edge: string, name: 'weight', update: (weight: number) => number): void;
}

async function newGraph(type: 'directed' | 'undirected'): Promise<GraphologyGraph> {
  const { default: Graph } = await import('graphology');
  const make = Graph as unknown as new (options: { type: string; multi: boolean; allowSelfLoops: boolean }) => GraphologyGraph;
  return new make({ type, multi: false, allowSelfLoops: true });
}

async function directed(projection: Projection): Promise<GraphologyGraph> {
  const graph = await newGraph('directed');
  for (const id of projection.nodes) graph.addNode(String(id));
  for (const { from, to, weight } of projection.edges) graph.addEdge(String(from), String(to), { weight });
  return graph;
}

/** Edges there and back become one with both weights. */
async function undirected(projection: Projection): Promise<GraphologyGraph> {
  const graph = await newGraph('undirected');
  for (const id of projection.nodes) graph.addNode(String(id));
  for (const { from, to, weight } of projection.edges) {
    const known = graph.edge(String(from), String(to));
    if (known === undefined) graph.addEdge(String(from), String(to), { weight });
    else graph.updateEdgeAttribute(known, 'weight', (before) => before + weight);
  }
  return graph;
}

/** The packages are CommonJS; their types describe them as if they were not. */
function callable(imported: unknown): (graph: GraphologyGraph, options: object) => Mapping {
  return imported as (graph: GraphologyGraph, options: object) => Mapping;
}

function scoresOf(mapping: Mapping): Scores {
  return new Map(Object.entries(mapping).map(([id, score]) => [Number(id), score]));
}

/** mulberry32: a small generator that gives the same numbers for the same seed. */
function seededRandom(seed: number): () => number {
  let state = Math.floor(seed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
