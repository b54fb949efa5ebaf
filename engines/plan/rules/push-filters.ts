// Rule: filters go down as far as they mean the same, so that indexes and patterns can use them and joins get conditions.
//
//   filter a.x = b.y and a.z > 1 (join A B)   becomes   join on a.x = b.y (filter a.z > 1 A) B

import { allOf, columnsOf, conjuncts, type Expr, mapChildren, reachesElements, walk } from '../expression.ts';
import { isPureCall, lookupFunction } from '../functions.ts';
import { type PatternEdge, type PatternNode, seenColumns } from '../pattern.ts';
import { type Aggregate, type Join, type Match, outputColumns, type Plan, type Project, type SetOperation, type Window } from '../plan.ts';
import { mapPlanChildren, planWrites } from '../walk.ts';
import type { ColumnId } from '../type.ts';

/** The plan with every filter as low as it may stand. */
export function pushFilters(plan: Plan): Plan {
  return push(plan, []);
}

/** The plan with `predicates` (over its output columns) placed as low as possible. */
export function push(plan: Plan, predicates: readonly Expr[]): Plan {
  switch (plan.kind) {
    case 'filter':
      return push(plan.input, [...conjuncts(plan.predicate), ...predicates]);
    case 'project':
      return pushThroughProject(plan, predicates);
    case 'join':
      return pushIntoJoin(plan, predicates);
    case 'match':
      return pushIntoMatch(plan, predicates);
    case 'unnest': {
      const own = new Set([plan.element.id, ...(plan.position ? [plan.position.id] : [])]);
      const { below, above } = split(predicates, own);
      return filtered({ ...plan, input: push(plan.input, below) }, above);
    }
    case 'apply': {
      const { below, above } = split(predicates, new Set([plan.column.id]));
      return filtered({ ...plan, input: push(plan.input, below), subplan: push(plan.subplan, []) }, above);
    }
    case 'aggregate':
      return pushThroughAggregate(plan, predicates);
    case 'window':
      return pushThroughWindow(plan, predicates);
    case 'distinct':
    case 'sort':
      return { ...plan, input: push(plan.input, predicates) };
    case 'set':
      return pushIntoSet(plan, predicates);
    default:
      return filtered(
        mapPlanChildren(plan, (child) => push(child, [])),
        predicates,
      );
  }
}

/** A filter by all of the predicates; the plan itself for none. */
export function filtered(plan: Plan, predicates: readonly Expr[]): Plan {
  const predicate = allOf(predicates);
  return predicate ? { kind: 'filter', input: plan, predicate } : plan;
}

/** `above`: those that read one of `own`. Volatile ones stay above too. */
function split(predicates: readonly Expr[], own: ReadonlySet<ColumnId>): { below: Expr[]; above: Expr[] } {
  const below: Expr[] = [];
  const above: Expr[] = [];
  for (const p of predicates) (isVolatile(p) || [...columnsOf(p)].some((id) => own.has(id)) ? above : below).push(p);
  return { below, above };
}

/** Does it call a function that may answer otherwise the next time? */
export function isVolatile(expr: Expr): boolean {
  let volatile = false;
  walk(expr, (e) => {
    const info = e.kind === 'call' ? lookupFunction(e.name) : undefined;
    if (e.kind === 'call' && info && !isPureCall(info, e.arguments.length)) volatile = true;
  });
  return volatile;
}

function substitute(expr: Expr, values: ReadonlyMap<ColumnId, Expr>): Expr {
  if (expr.kind === 'column') return values.get(expr.id) ?? expr;
  return mapChildren(expr, (child) => substitute(child, values));
}

function pushThroughProject(plan: Project, predicates: readonly Expr[]): Plan {
  const values = new Map(plan.items.map((i) => [i.column.id, i.value]));
  const volatile = new Set(plan.items.filter((i) => isVolatile(i.value)).map((i) => i.column.id));
  const { below, above } = split(predicates, volatile);
  return filtered(
    {
      ...plan,
      input: push(
        plan.input,
        below.map((p) => substitute(p, values)),
      ),
    },
    above,
  );
}

function pushThroughAggregate(plan: Aggregate, predicates: readonly Expr[]): Plan {
  const values = new Map(plan.keys.map((k) => [k.column.id, k.value]));
  const own = new Set([...plan.aggregates, ...(plan.groupings ?? [])].map((a) => a.column.id));
  const { below, above } = plan.keys.length === 0 || plan.sets ? { below: [], above: [...predicates] } : split(predicates, own);
  const constant = below.filter((p) => ![...columnsOf(p)].some((id) => values.has(id)));
  const onKeys = below.filter((p) => !constant.includes(p));
  return filtered(
    {
      ...plan,
      input: push(
        plan.input,
        onKeys.map((p) => substitute(p, values)),
      ),
    },
    [...constant, ...above],
  );
}

/** Only what leaves out whole partitions may go below. */
function pushThroughWindow(plan: Window, predicates: readonly Expr[]): Plan {
  const parts = new Set(plan.partition.flatMap((e) => (e.kind === 'column' ? [e.id] : [])));
  const below: Expr[] = [];
  const above: Expr[] = [];
  for (const p of predicates) {
    const used = [...columnsOf(p)];
    (!isVolatile(p) && used.length > 0 && used.every((id) => parts.has(id)) ? below : above).push(p);
  }
  return filtered({ ...plan, input: push(plan.input, below) }, above);
}

function pushIntoSet(plan: SetOperation, predicates: readonly Expr[]): Plan {
  const side = (child: Plan): Plan => {
    const outputs = outputColumns(child);
    const values = new Map(
      plan.columns.map((c, i): [ColumnId, Expr] => [
        c.id,
        { kind: 'column', id: outputs[i]?.id ?? -1, name: c.name, type: outputs[i]?.type ?? c.type },
      ]),
    );
    return push(
      child,
      predicates.map((p) => substitute(p, values)),
    );
  };
  if (plan.operator !== 'union' || predicates.some(isVolatile)) {
    return filtered({ ...plan, left: push(plan.left, []), right: push(plan.right, []) }, predicates);
  }
  return { ...plan, left: side(plan.left), right: side(plan.right) };
}

// ------------------------------------------------------------------------------------------------ joins

function pushIntoJoin(plan: Join, predicates: readonly Expr[]): Plan {
  // Every row of the left makes the right side write, whatever becomes of the row.
  if (planWrites(plan.right)) return filtered({ ...plan, left: push(plan.left, []), right: push(plan.right, []) }, predicates);
  const leftIds = idsOf(plan.left);
  const rightIds = idsOf(plan.right);
  const side = (p: Expr): 'left' | 'right' | 'both' => {
    if (isVolatile(p)) return 'both';
    const used = columnsOf(p);
    const inLeft = [...used].some((id) => leftIds.has(id));
    const inRight = [...used].some((id) => rightIds.has(id));
    return inRight ? (inLeft ? 'both' : 'right') : 'left';
  };
  const toLeft: Expr[] = [];
  const toRight: Expr[] = [];
  const on: Expr[] = [];
  const above: Expr[] = [];
  const keepsLeft = plan.type === 'left' || plan.type === 'full';
  const keepsRight = plan.type === 'right' || plan.type === 'full';
  for (const p of plan.on ? conjuncts(plan.on) : []) {
    const s = side(p);
    if (s === 'left' && !keepsLeft) toLeft.push(p);
    else if (s === 'right' && !keepsRight) toRight.push(p);
    else on.push(p);
  }
  for (const p of predicates) {
    const s = side(p);
    if (reachesElements(p)) {
      above.push(p);
      continue;
    }
    // A filter above an outer join may go to the side whose rows are kept, never to the other.
    if (s === 'left' && !keepsRight) toLeft.push(p);
    else if (s === 'right' && !keepsLeft) toRight.push(p);
    else if (plan.type === 'inner') on.push(p);
    else above.push(p);
  }
  if (plan.lateral && plan.type === 'inner') {
    // The right side sees the left's columns, so it can filter by them itself.
    toRight.push(...on.splice(0));
  }
  const { on: _on, ...bare } = plan;
  const condition = allOf(on);
  const join: Plan = { ...bare, left: push(plan.left, toLeft), right: push(plan.right, toRight), ...(condition ? { on: condition } : {}) };
  return filtered(join, above);
}

function idsOf(plan: Plan): Set<ColumnId> {
  return new Set(outputColumns(plan).map((c) => c.id));
}

// ------------------------------------------------------------------------------------------------ patterns

/** A condition on one variable becomes a filter of its node or edge; one on the input goes to the input. */
function pushIntoMatch(plan: Match, predicates: readonly Expr[]): Plan {
  const inputIds = idsOf(plan.input);
  const own = new Map<ColumnId, { kind: 'node' | 'edge'; index: number } | { kind: 'other' }>();
  for (const [index, n] of plan.pattern.nodes.entries()) if (!n.bound) own.set(n.column.id, { kind: 'node', index });
  for (const [index, e] of plan.pattern.edges.entries())
    if (!e.bound) own.set(e.column.id, e.quantifier ? { kind: 'other' } : { kind: 'edge', index });
  for (const p of plan.pattern.paths) own.set(p.column.id, { kind: 'other' });
  for (const { body } of plan.pattern.edges) if (body) for (const column of seenColumns(body)) own.set(column.id, { kind: 'other' });
  const nodes = [...plan.pattern.nodes];
  const edges = [...plan.pattern.edges];
  const where: Expr[] = [];
  const toInput: Expr[] = [];
  const above: Expr[] = [];
  const place = (p: Expr, rest: Expr[]): void => {
    const used = [...columnsOf(p)].filter((id) => own.has(id));
    const target = used.length === 1 ? own.get(used[0] ?? -1) : undefined;
    if (isVolatile(p) || !target || target.kind === 'other') rest.push(p);
    else if (target.kind === 'node') addToNode(nodes, target.index, p);
    else addToEdge(edges, target.index, p);
  };
  for (const p of plan.where ? conjuncts(plan.where) : []) place(p, where);
  for (const p of predicates) {
    const used = [...columnsOf(p)];
    // A filter operator loads what the expression reaches; a pattern does not.
    if (reachesElements(p)) above.push(p);
    else if (!isVolatile(p) && !used.some((id) => own.has(id)) && used.some((id) => inputIds.has(id))) toInput.push(p);
    else if (plan.optional) above.push(p);
    else place(p, where);
  }
  const { where: _where, ...bare } = plan;
  const condition = allOf(where);
  const match: Plan = {
    ...bare,
    input: push(plan.input, toInput),
    pattern: { ...plan.pattern, nodes, edges },
    ...(condition ? { where: condition } : {}),
  };
  return filtered(match, above);
}

function addToNode(nodes: PatternNode[], index: number, p: Expr): void {
  const node = nodes[index];
  if (!node) return;
  if (p.kind === 'labelTest' && p.operand.kind === 'column')
    nodes[index] = { ...node, labels: node.labels ? { kind: 'and', left: node.labels, right: p.labels } : p.labels };
  else nodes[index] = { ...node, filters: [...node.filters, p] };
}

function addToEdge(edges: PatternEdge[], index: number, p: Expr): void {
  const edge = edges[index];
  if (edge) edges[index] = { ...edge, filters: [...edge.filters, p] };
}
