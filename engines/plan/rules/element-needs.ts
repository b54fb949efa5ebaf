// Rule: a node or edge of which only the identity is used (joined, compared, counted, expanded from) is never loaded from disk.

import { type Expr, mapChildren } from '../expression.ts';
import type { Pattern } from '../pattern.ts';
import { outputColumns, type Plan } from '../plan.ts';
import { mapPlanChildren, planChildren, planExpressions } from '../walk.ts';
import type { ColumnId } from '../type.ts';

/** Sets `needs` of all nodes and edges of patterns. */
export function markNeeds(plan: Plan): Plan {
  const wanted = new Set<ColumnId>(outputColumns(plan).map((c) => c.id));
  const copies: { readonly from: ColumnId; readonly to: ColumnId }[] = [];
  collect(plan, wanted, copies);
  for (let grown = true; grown; ) {
    grown = false;
    for (const c of copies) {
      if (wanted.has(c.to) && !wanted.has(c.from)) {
        wanted.add(c.from);
        grown = true;
      }
    }
  }
  return apply(plan, wanted);
}

function apply(plan: Plan, wanted: ReadonlySet<ColumnId>): Plan {
  const mapped = mapPlanChildren(plan, (child) => apply(child, wanted));
  if (mapped.kind !== 'match') return mapped;
  const inPaths = new Set(
    mapped.pattern.paths
      .filter((p) => p.out && wanted.has(p.column.id))
      .flatMap((p) => [...p.nodes.map((n) => `n${n}`), ...p.edges.map((e) => `e${e}`)]),
  );
  const needs = (id: ColumnId, key: string): 'identity' | 'element' => (wanted.has(id) || inPaths.has(key) ? 'element' : 'identity');
  const pattern: Pattern = {
    ...mapped.pattern,
    nodes: mapped.pattern.nodes.map((n, i) => ({ ...n, needs: needs(n.column.id, `n${i}`) })),
    edges: mapped.pattern.edges.map((e, i) => ({ ...e, needs: needs(e.column.id, `e${i}`) })),
  };
  return { ...mapped, pattern };
}

function collect(plan: Plan, wanted: Set<ColumnId>, copies: { from: ColumnId; to: ColumnId }[]): void {
  for (const child of planChildren(plan)) collect(child, wanted, copies);
  const copy = (items: readonly { readonly column: { readonly id: ColumnId }; readonly value: Expr }[]): void => {
    for (const i of items) {
      if (i.value.kind === 'column') copies.push({ from: i.value.id, to: i.column.id });
      else use(i.value, wanted);
    }
  };
  switch (plan.kind) {
    case 'project':
      copy(plan.items);
      return;
    case 'aggregate':
      copy(plan.keys);
      for (const a of plan.aggregates) {
        if (!(a.name === 'count')) for (const x of a.arguments) use(x, wanted);
        else for (const x of a.arguments) if (x.kind !== 'column') use(x, wanted);
        for (const key of a.orderBy ?? []) use(key.value, wanted);
        if (a.filter) use(a.filter, wanted);
      }
      return;
    case 'match': {
      const own = new Set([...plan.pattern.nodes, ...plan.pattern.edges].filter((e) => !e.bound).map((e) => e.column.id));
      for (const e of planExpressions(plan)) use(e, wanted, own);
      return;
    }
    case 'set':
      plan.columns.forEach((c, i) => {
        for (const side of [plan.left, plan.right]) copies.push({ from: outputColumns(side)[i]?.id ?? -1, to: c.id });
      });
      return;
    case 'recursive':
      for (const side of [plan.base, plan.step]) for (const c of outputColumns(side)) wanted.add(c.id);
      return;
    case 'apply':
      for (const c of outputColumns(plan.subplan)) if (plan.mode !== 'exists' && plan.mode !== 'count') wanted.add(c.id);
      if (plan.operand) use(plan.operand, wanted);
      return;
    case 'setElements':
      for (const i of plan.items) {
        use(i.target, wanted);
        if (i.target.kind === 'column') wanted.add(i.target.id);
        if (i.kind === 'set' || i.kind === 'setAll') use(i.value, wanted);
        if (i.kind === 'set' || i.kind === 'remove') for (const step of i.path) if (typeof step === 'object') use(step, wanted);
      }
      return;
    default:
      for (const e of planExpressions(plan)) use(e, wanted);
  }
}

/** Marks the columns whose labels or properties the expression reads. `own`: columns whose loading the match sees to itself. */
function use(expr: Expr, wanted: Set<ColumnId>, own: ReadonlySet<ColumnId> = new Set()): void {
  if (expr.kind === 'column') {
    if (!own.has(expr.id)) wanted.add(expr.id);
    return;
  }
  const byIdentity = (e: Expr): boolean => e.kind === 'column' && (e.type === 'node' || e.type === 'edge');
  if (expr.kind === 'binary' && (expr.operator === '=' || expr.operator === '<>') && byIdentity(expr.left) && byIdentity(expr.right))
    return;
  if (expr.kind === 'is' && byIdentity(expr.operand)) return;
  if (
    expr.kind === 'call' &&
    (expr.name === 'id' || (expr.name === 'type' && expr.arguments[0]?.type === 'edge')) &&
    expr.arguments.every(byIdentity)
  )
    return;
  mapChildren(expr, (child) => {
    use(child, wanted, own);
    return child;
  });
}
