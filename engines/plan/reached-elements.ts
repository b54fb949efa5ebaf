// startNode and endNode in conditions that cannot load what they reach, those of joins and those inside patterns: the nodes become
// columns of an input, where they are loaded. An equality with one in a join can then be hashed.
//
//   … JOIN MATCH ()-[e]->() ON endNode(e).name = c.name   →   right side: project e, n = endNode(e); ON n.name = c.name

import { type Expr, mapChildren, reachesElements } from './expression.ts';
import { type Join, outputColumns, type Plan } from './plan.ts';
import { type BindContext, columnExpr, makeColumn, type Scope } from './scope.ts';
import type { Column } from './type.ts';

/** New columns by call, so that a call written twice is one column. */
type Added = Map<string, { readonly column: Column; readonly value: Expr }>;

/** The join with those columns and the condition over them. A call whose argument is no edge of one side stays in the condition. */
export function withReached(context: BindContext, join: Join, condition: Expr): { readonly join: Join; readonly condition: Expr } {
  if (!reachesElements(condition)) return { join, condition };
  const left: Added = new Map();
  const right: Added = new Map();
  const ids = { left: idsOf(join.left), right: idsOf(join.right) };
  // A computed value may turn out to be no edge, which matters only if the condition comes so far.
  const replaced = takeOut(context, condition, ({ id, type }) =>
    type !== 'edge' ? undefined : ids.left.has(id) ? left : ids.right.has(id) ? right : undefined,
  );
  return { join: { ...join, left: withColumns(join.left, left), right: withColumns(join.right, right) }, condition: replaced };
}

/** The input of a pattern with those columns, and the pattern's conditions over them. What reaches from the pattern's own edges stays. */
export function reachedBefore(
  context: BindContext,
  input: Plan,
  outer: Scope | undefined,
  conditions: readonly Expr[],
): { readonly input: Plan; readonly conditions: readonly Expr[] } {
  if (!conditions.some(reachesElements)) return { input, conditions };
  const added: Added = new Map();
  const known = idsOf(input);
  for (let s = outer; s; s = s.outer) for (const item of s.items) if (item.kind === 'value') known.add(item.column.id);
  const replaced = conditions.map((condition) => takeOut(context, condition, ({ id }) => (known.has(id) ? added : undefined)));
  return { input: withColumns(input, added), conditions: replaced };
}

/** Puts columns for the calls; `into` says where a call of this argument goes, if anywhere. */
function takeOut(context: BindContext, expr: Expr, into: (edge: Expr & { kind: 'column' }) => Added | undefined): Expr {
  const [edge] = expr.kind === 'call' && (expr.name === 'startnode' || expr.name === 'endnode') ? expr.arguments : [];
  const added = edge?.kind === 'column' ? into(edge) : undefined;
  if (expr.kind !== 'call' || edge?.kind !== 'column' || !added) return mapChildren(expr, (child) => takeOut(context, child, into));
  const key = `${expr.name} ${edge.id}`;
  const known = added.get(key) ?? { column: makeColumn(context, '', 'node'), value: expr };
  added.set(key, known);
  return columnExpr(known.column, expr.span);
}

function idsOf(plan: Plan): Set<number> {
  return new Set(outputColumns(plan).map((column) => column.id));
}

function withColumns(plan: Plan, added: Added): Plan {
  if (added.size === 0) return plan;
  const kept = outputColumns(plan).map((column) => ({ column, value: columnExpr(column) }));
  return { kind: 'project', input: plan, items: [...kept, ...added.values()] };
}
