// Splits the condition of a join into equalities between the two sides, which a hash table can answer, and the rest.
//
//   l.a = r.b AND r.c + 1 = l.d AND l.e < r.f   →   keys (l.a, r.b), (l.d, r.c + 1); residual l.e < r.f

import { allOf, columnsOf, conjuncts, type Expr } from '../plan/expression.ts';
import { outputColumns, type Join } from '../plan/plan.ts';
import type { ColumnId, Type } from '../plan/type.ts';

interface JoinKey {
  readonly left: Expr;
  readonly right: Expr;
  /** The static types tell that equal hash keys are equal values. */
  readonly simple: boolean;
}

export interface JoinCondition {
  readonly keys: readonly JoinKey[];
  readonly residual: Expr | undefined;
}

const known = new WeakMap<Join, JoinCondition>();

/** The two parts of a join's condition. Remembered per plan object. */
export function splitJoinCondition(plan: Join): JoinCondition {
  let condition = known.get(plan);
  if (!condition) {
    condition = split(plan);
    known.set(plan, condition);
  }
  return condition;
}

function split(plan: Join): JoinCondition {
  const left = new Set(outputColumns(plan.left).map((c) => c.id));
  const right = new Set(outputColumns(plan.right).map((c) => c.id));
  const keys: JoinKey[] = [];
  const rest: Expr[] = [];
  for (const part of plan.on ? conjuncts(plan.on) : []) {
    const key = part.kind === 'binary' && part.operator === '=' ? keyOf(part.left, part.right, left, right) : undefined;
    if (key) keys.push(key);
    else rest.push(part);
  }
  return { keys, residual: allOf(rest) };
}

function keyOf(a: Expr, b: Expr, left: ReadonlySet<ColumnId>, right: ReadonlySet<ColumnId>): JoinKey | undefined {
  const simple = isSimple(a.type) && isSimple(b.type);
  if (isFrom(a, left, right) && isFrom(b, right, left)) return { left: a, right: b, simple };
  if (isFrom(b, left, right) && isFrom(a, right, left)) return { left: b, right: a, simple };
  return undefined;
}

/** Does it read columns of `side` and none of `other`? Outer columns do not count. */
function isFrom(expr: Expr, side: ReadonlySet<ColumnId>, other: ReadonlySet<ColumnId>): boolean {
  const columns = [...columnsOf(expr)];
  return columns.some((id) => side.has(id)) && !columns.some((id) => other.has(id));
}

function isSimple(type: Type): boolean {
  return type === 'integer' || type === 'text' || type === 'boolean' || type === 'node' || type === 'edge';
}
