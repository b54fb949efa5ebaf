// Rule: where only the set of results counts (below DISTINCT, EXISTS, IN, min, max, count(DISTINCT …)), a variable-length edge whose
// edges nobody looks at becomes a breadth-first search that gives each end node once, instead of one row per trail.

import { type PatternEdge, seenColumns, type WalkBody } from '../pattern.ts';
import type { Match, Plan } from '../plan.ts';
import { mapPlanChildren } from '../walk.ts';

/** Sets the selector `reachable` where it gives the same answer. */
export function markReachable(plan: Plan): Plan {
  return mark(plan, false);
}

/** `asSet`: more or fewer copies of a row of this plan make no difference to the answer. */
function mark(plan: Plan, asSet: boolean): Plan {
  switch (plan.kind) {
    case 'distinct':
      return { ...plan, input: mark(plan.input, true) };
    case 'apply':
      return { ...plan, input: mark(plan.input, asSet), subplan: mark(plan.subplan, plan.mode === 'exists' || plan.mode === 'in') };
    case 'aggregate':
      return {
        ...plan,
        input: mark(
          plan.input,
          plan.aggregates.every((a) => a.distinct || a.name === 'min' || a.name === 'max'),
        ),
      };
    case 'filter':
    case 'project':
    case 'sort':
    case 'join':
    case 'unnest':
      return mapPlanChildren(plan, (child) => mark(child, asSet));
    case 'set': {
      const inner = asSet || (plan.operator === 'union' && !plan.all);
      return { ...plan, left: mark(plan.left, inner), right: mark(plan.right, inner) };
    }
    case 'match':
      return { ...withReachable(plan, asSet), input: mark(plan.input, asSet) };
    default:
      return mapPlanChildren(plan, (child) => mark(child, false));
  }
}

function withReachable(plan: Match, asSet: boolean): Match {
  if (!asSet) return plan;
  const edges = plan.pattern.edges.map((e, i) => (canReach(plan, e, i) ? { ...e, selector: 'reachable' as const } : e));
  return { ...plan, pattern: { ...plan.pattern, edges } };
}

/** With min ≤ 1 a shortest walk is a trail, so breadth-first search finds exactly the ends of trails; other edges of the pattern must not compete for the same edges. */
function canReach(plan: Match, edge: PatternEdge, index: number): boolean {
  if (!edge.quantifier || edge.selector !== 'all' || edge.out || edge.quantifier.min > 1) return false;
  if (edge.body)
    return reachesByBody(edge.body) && !plan.pattern.paths.some((p) => p.edges.includes(index)) && plan.pattern.edges.length === 1;
  if (edge.direction === 'any' && edge.quantifier.min !== 0) return false;
  if (plan.pattern.paths.some((p) => p.edges.includes(index))) return false;
  return plan.pattern.edges.every((other, i) => i === index || disjoint(other.types, edge.types));
}

function disjoint(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((t) => b.includes(t));
}

/** One edge per turn, walked one way, nothing seen of it: breadth-first search decides each step by itself. */
function reachesByBody(body: WalkBody): boolean {
  const [block] = body.blocks;
  if (body.blocks.length !== 1 || body.pick || body.mode !== 'trail' || !block || block.edges.length !== 1 || block.min > 1) return false;
  return block.edges[0]?.direction !== 'any' && seenColumns(body).length === 0;
}
