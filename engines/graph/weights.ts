// Counting without enumerating: where only the number of matches is wanted, leaves of the pattern that nothing else refers to
// are cut off, and each becomes a weight at the node where it hung: the number of ways it matches from there. A pattern that
// is a tree without repeated edge types shrinks to one node.

import type { Pattern } from '../plan/pattern.ts';
import type { Parts } from './conditions.ts';
import type { IdCheck, Way, Weight } from './program.ts';

/** Per edge, the edges that a match must keep distinct from it: types overlap and no check already rules it out. */
export function distinctEdges(pattern: Pattern, checks: readonly IdCheck[]): number[][] {
  return pattern.edges.map((edge, index) =>
    pattern.edges.flatMap((other, otherIndex) => {
      if (edge.body?.mode === 'walk' || other.body?.mode === 'walk') return [];
      if (otherIndex === index || edge.selector === 'reachable' || other.selector === 'reachable') return [];
      const overlap = edge.types.length === 0 || other.types.length === 0 || edge.types.some((t) => other.types.includes(t));
      if (!overlap) return [];
      if (edge.quantifier || other.quantifier) return [otherIndex];
      const straight = refuted(checks, [edge.from, other.from], [edge.to, other.to]);
      const any = edge.direction === 'any' || other.direction === 'any';
      const crossed = !any || refuted(checks, [edge.from, other.to], [edge.to, other.from]);
      return straight && crossed ? [] : [otherIndex];
    }),
  );
}

/** Do the checks rule out that both pairs of nodes are the same node? */
function refuted(checks: readonly IdCheck[], first: readonly [number, number], second: readonly [number, number]): boolean {
  const same = new Map<number, number>();
  const root = (n: number): number => (same.has(n) ? root(same.get(n) ?? n) : n);
  for (const [a, b] of [first, second]) if (root(a) !== root(b)) same.set(root(a), root(b));
  return checks.some((c) => (c.operator === '<>' || c.operator === '<' || c.operator === '>') && root(c.left) === root(c.right));
}

export interface CutOff {
  readonly weights: readonly Weight[];
  readonly nodes: ReadonlySet<number>;
  readonly edges: ReadonlySet<number>;
}

/** Cuts leaves as long as there are any; `root` always stays. */
export function cutLeaves(parts: Parts, distinct: readonly (readonly number[])[], root: number): CutOff {
  const { nodes, edges } = parts.match.pattern;
  const goneNodes = new Set<number>();
  const goneEdges = new Set<number>();
  const hanging = new Map<number, Weight[]>();
  const read = new Set<number>([root]);
  for (const c of parts.conditions) for (const n of c.nodes) read.add(n);
  for (const c of parts.checks) read.add(c.left).add(c.right);
  const readEdges = new Set(parts.conditions.flatMap((c) => [...c.edges]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [index, edge] of edges.entries()) {
      if (goneEdges.has(index) || edge.quantifier || edge.bound || edge.from === edge.to) continue;
      if (readEdges.has(index) || (distinct[index]?.length ?? 0) > 0) continue;
      const leaf = [edge.to, edge.from].find(
        (n) => !read.has(n) && !nodes[n]?.bound && edges.every((e, i) => i === index || goneEdges.has(i) || (e.from !== n && e.to !== n)),
      );
      if (leaf === undefined) continue;
      const at = leaf === edge.to ? edge.from : edge.to;
      const way: Way = edge.direction === 'any' ? 'both' : at === edge.from ? 'out' : 'in';
      const list = hanging.get(at) ?? [];
      list.push({ at, edge: index, end: leaf, way, below: hanging.get(leaf) ?? [] });
      hanging.set(at, list);
      hanging.delete(leaf);
      goneNodes.add(leaf);
      goneEdges.add(index);
      changed = true;
    }
  }
  return { weights: [...hanging.values()].flat(), nodes: goneNodes, edges: goneEdges };
}
