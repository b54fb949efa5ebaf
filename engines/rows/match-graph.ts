// The stored graph as the reference match sees it: adjacency in plain Maps, read from the storage once per run of the
// operator. Deliberately simple; the graph engine has its own topology, and the two are tested against each other.

import { defaultGraph } from '../catalog.ts';
import type { RunContext } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import type { Labels } from '../plan/expression.ts';
import type { Pattern, PatternEdge, PatternNode } from '../plan/pattern.ts';
import type { Match } from '../plan/plan.ts';
import type { EdgeValue } from '../value.ts';

export interface StoredGraph {
  readonly outgoing: ReadonlyMap<number, readonly EdgeValue[]>;
  readonly incoming: ReadonlyMap<number, readonly EdgeValue[]>;
  readonly edges: readonly EdgeValue[];
  /** Ascending; empty unless the pattern needs all nodes. */
  readonly nodes: readonly number[];
  readonly labels: ReadonlyMap<string, ReadonlySet<number>>;
  /** Nodes with any label; empty unless the pattern asks. */
  readonly labelled: ReadonlySet<number>;
}

/** Reads what the pattern can touch: edges of its types, nodes of its labels, and all nodes where one has no label. */
export async function readGraph({ pattern, graph }: Pick<Match, 'pattern' | 'graph'>, context: RunContext): Promise<StoredGraph> {
  const storage = context.graphStorage(graph?.id ?? defaultGraph);
  const edges = await readEdges(pattern, storage, context);
  const outgoing = new Map<number, EdgeValue[]>();
  const incoming = new Map<number, EdgeValue[]>();
  for (const edge of edges) {
    append(outgoing, edge.from, edge);
    append(incoming, edge.to, edge);
  }
  const names = new Set<string>();
  let wantsLabelled = false;
  const walked = pattern.edges.flatMap((e) => e.body?.blocks.flatMap((b) => b.nodes) ?? []);
  for (const node of [...pattern.nodes, ...walked]) wantsLabelled = collectLabels(node.labels, names) || wantsLabelled;
  const labels = new Map<string, Set<number>>();
  for (const name of wantsLabelled ? storage.labels.names() : names) labels.set(name, new Set(await readNodes(name, storage, context)));
  const labelled = new Set<number>();
  if (wantsLabelled) for (const set of labels.values()) for (const id of set) labelled.add(id);
  const asks = pattern.edges.some((e) => e.body?.blocks.some((b) => b.filters.length > 0));
  const wantsAll = asks || pattern.nodes.some((node) => !node.bound && positiveLabel(node.labels) === undefined);
  return { outgoing, incoming, edges, nodes: wantsAll ? await readNodes(undefined, storage, context) : [], labels, labelled };
}

async function readEdges(pattern: Pattern, storage: GraphStorage, context: RunContext): Promise<EdgeValue[]> {
  const out: EdgeValue[] = [];
  const single = pattern.edges.flatMap((e): Pick<PatternEdge, 'types'>[] => e.body?.blocks.flatMap((b) => b.edges) ?? [e]);
  const wanted = new Set(single.flatMap((e) => e.types));
  const sources = single.some((e) => e.types.length === 0) ? [undefined] : [...wanted];
  for (const name of sources) {
    const type = name === undefined ? undefined : storage.types.id(name);
    if (name !== undefined && type === undefined) continue;
    for await (const chunk of storage.edges(type)) {
      context.check();
      for (let i = 0; i < chunk.id.length; i++) {
        const typeText = storage.types.name(chunk.type[i] as number);
        out.push(context.elements.edge(chunk.id[i] as number, typeText, chunk.from[i] as number, chunk.to[i] as number, storage.graph));
      }
    }
  }
  return out;
}

async function readNodes(label: string | undefined, storage: GraphStorage, context: RunContext): Promise<number[]> {
  const id = label === undefined ? undefined : storage.labels.id(label);
  if (label !== undefined && id === undefined) return [];
  const out: number[] = [];
  for await (const chunk of storage.nodes(id)) {
    context.check();
    for (const node of chunk) out.push(node);
  }
  return out;
}

function append(map: Map<number, EdgeValue[]>, key: number, edge: EdgeValue): void {
  const list = map.get(key);
  if (list) list.push(edge);
  else map.set(key, [edge]);
}

/** Adds the names; true if the expression asks for any label at all. */
function collectLabels(labels: Labels | undefined, into: Set<string>): boolean {
  switch (labels?.kind) {
    case undefined:
      return false;
    case 'label':
      into.add(labels.name);
      return false;
    case 'not':
      return collectLabels(labels.operand, into);
    case 'and':
    case 'or': {
      const left = collectLabels(labels.left, into);
      return collectLabels(labels.right, into) || left;
    }
    case 'any':
      return true;
  }
}

/** A label that every match must have, if the expression has one. */
function positiveLabel(labels: Labels | undefined): string | undefined {
  switch (labels?.kind) {
    case 'label':
      return labels.name;
    case 'and':
      return positiveLabel(labels.left) ?? positiveLabel(labels.right);
    case undefined:
    case 'not':
    case 'or':
    case 'any':
      return undefined;
  }
}

/** The nodes that the pattern node can be, ascending, by labels alone. */
export function candidateNodes(graph: StoredGraph, node: PatternNode): number[] {
  const label = positiveLabel(node.labels);
  const from = label === undefined ? graph.nodes : [...(graph.labels.get(label) ?? [])];
  return from.filter((id) => hasLabels(graph, id, node.labels));
}

/** Does the node have what the label expression asks for? */
export function hasLabels(graph: StoredGraph, node: number, labels: Labels | undefined): boolean {
  switch (labels?.kind) {
    case undefined:
      return true;
    case 'label':
      return graph.labels.get(labels.name)?.has(node) ?? false;
    case 'not':
      return !hasLabels(graph, node, labels.operand);
    case 'and':
      return hasLabels(graph, node, labels.left) && hasLabels(graph, node, labels.right);
    case 'or':
      return hasLabels(graph, node, labels.left) || hasLabels(graph, node, labels.right);
    case 'any':
      return graph.labelled.has(node);
  }
}
