// The slowest matcher there is: tries every node for every variable and every trail for every edge. What the graph engine must
// agree with on small graphs.

import type { Labels } from '../../engines/plan/expression.ts';
import type { MemoryStorage } from './memory-storage.ts';

export interface NaiveNode {
  readonly labels?: Labels | undefined;
  /** Must be this node. Null: matches nothing. */
  readonly fixed?: number | null | undefined;
  readonly x?: bigint | undefined;
}
export interface NaiveEdge {
  readonly from: number;
  readonly to: number;
  readonly any: boolean;
  readonly types: readonly string[];
  readonly w?: bigint | undefined;
  readonly quantifier?: { readonly min: number; readonly max?: number | undefined } | undefined;
  readonly selector: 'all' | 'anyShortest' | 'allShortest' | 'reachable';
}
/** A comparison of two nodes: by property x or by id. */
export interface NaiveWhere {
  readonly kind: 'x<' | 'id<' | '<>';
  readonly left: number;
  readonly right: number;
}

export interface NaivePattern {
  readonly nodes: readonly NaiveNode[];
  readonly edges: readonly NaiveEdge[];
  readonly where?: NaiveWhere | undefined;
}

interface Trail {
  readonly edges: readonly number[];
}

/** Each match as text: node ids, then per edge its id or the list of ids; anyShortest shows the length, reachable nothing. */
export function naiveMatches(storage: MemoryStorage, pattern: NaivePattern): string[] {
  const all = [...storage.nodesById.keys()];
  const out: string[] = [];
  const chosen: number[] = [];
  const fits = (node: NaiveNode, id: number): boolean => {
    const stored = storage.nodesById.get(id)!;
    if (node.fixed !== undefined && node.fixed !== id) return false;
    if (node.x !== undefined && stored.properties.get('x') !== node.x) return false;
    return (
      !node.labels ||
      holds(
        node.labels,
        stored.labels.map((l) => storage.labels.name(l)),
      )
    );
  };
  const chooseEdges = (index: number, used: ReadonlySet<number>, shown: readonly string[]): void => {
    const edge = pattern.edges[index];
    if (!edge) {
      out.push([...chosen.map((c) => `n${c}`), ...shown].join(' '));
      return;
    }
    for (const trail of optionsFor(storage, edge, chosen[edge.from]!, chosen[edge.to]!)) {
      const counts = edge.selector !== 'reachable';
      if (counts && trail.edges.some((e) => used.has(e))) continue;
      chooseEdges(index + 1, counts ? new Set([...used, ...trail.edges]) : used, [...shown, ...showTrail(edge, trail)]);
    }
  };
  const chooseNodes = (index: number): void => {
    const node = pattern.nodes[index];
    if (!node) {
      if (passes(storage, pattern.where, chosen)) chooseEdges(0, new Set(), []);
      return;
    }
    for (const id of all) {
      if (!fits(node, id)) continue;
      chosen[index] = id;
      chooseNodes(index + 1);
    }
  };
  chooseNodes(0);
  return out;
}

function showTrail(edge: NaiveEdge, trail: Trail): string[] {
  if (!edge.quantifier) return [`e${trail.edges[0]}`];
  if (edge.selector === 'reachable') return [];
  if (edge.selector === 'anyShortest') return [String(trail.edges.length)];
  return [`[${trail.edges.map((e) => `e${e}`).join(',')}]`];
}

function passes(storage: MemoryStorage, where: NaiveWhere | undefined, chosen: readonly number[]): boolean {
  if (!where) return true;
  const left = chosen[where.left]!;
  const right = chosen[where.right]!;
  if (where.kind === '<>') return left !== right;
  if (where.kind === 'id<') return left < right;
  const x = (id: number): bigint | undefined => storage.nodesById.get(id)!.properties.get('x') as bigint | undefined;
  const a = x(left);
  const b = x(right);
  return a !== undefined && b !== undefined && a < b;
}

function holds(labels: Labels, has: readonly string[]): boolean {
  switch (labels.kind) {
    case 'label':
      return has.includes(labels.name);
    case 'not':
      return !holds(labels.operand, has);
    case 'and':
      return holds(labels.left, has) && holds(labels.right, has);
    case 'or':
      return holds(labels.left, has) || holds(labels.right, has);
    case 'any':
      return has.length > 0;
  }
}

function optionsFor(storage: MemoryStorage, edge: NaiveEdge, from: number, to: number): Trail[] {
  const min = edge.quantifier ? edge.quantifier.min : 1;
  const max = edge.quantifier ? (edge.quantifier.max ?? Number.POSITIVE_INFINITY) : 1;
  const trails: Trail[] = [];
  const walk = (at: number, edges: readonly number[]): void => {
    if (edges.length >= min && at === to) trails.push({ edges });
    if (edges.length >= max) return;
    for (const [id, e] of storage.edgesById) {
      if (edges.includes(id) || (edge.types.length > 0 && !edge.types.includes(storage.types.name(e.type)))) continue;
      if (edge.w !== undefined && e.properties.get('w') !== edge.w) continue;
      if (e.from === at) walk(e.to, [...edges, id]);
      if (edge.any && e.to === at && e.from !== e.to) walk(e.from, [...edges, id]);
    }
  };
  walk(from, []);
  if (edge.selector === 'all' || trails.length === 0) return trails;
  const least = Math.min(...trails.map((t) => t.edges.length));
  const shortest = trails.filter((t) => t.edges.length === least);
  return edge.selector === 'allShortest' ? shortest : shortest.slice(0, 1);
}
