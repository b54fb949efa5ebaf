// Joins. Inner ones put both sides' FROM items side by side; in left and full ones a side that is more than one plain item
// becomes a derived table, because SQLite must know as a whole whether it has a row.

import { freeColumns } from '../plan/free-columns.ts';
import type { Join } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { columnsOf, type Expr } from '../plan/expression.ts';
import { addCondition, addPart } from './conditions.ts';
import { compileValue } from './expression.ts';
import { type Fragment, mayRaise } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { type Around, compilePlan, conjuncts, needing } from './operators.ts';
import { derivedReads, flatRelation, flattened, nullableSide, type Relation, wrap } from './relation.ts';
import type { Compilation, Scope } from './scope.ts';

export function compileJoin(cx: Compilation, plan: Join, around: Around): Relation {
  if (plan.keys) refuse('join that pushes keys');
  const inner = needing(around, plan.on ? [plan.on] : [], plan.lateral ? freeColumns(plan.right) : []);
  const left = compilePlan(cx, plan.left, inner);
  const flatLeft = flattened(cx, left, inner.needed);
  const rightAround = plan.lateral ? { ...inner, scope: { columns: flatLeft.columns, parent: around.scope } } : inner;
  const right = compilePlan(cx, plan.right, rightAround);
  if (!plan.lateral && !worthIt(cx, plan, flatLeft, right)) refuse('join without an index');
  const joined = joinRelations(cx, plan, flatLeft, right, inner);
  if (plan.lateral) {
    const aliases = new Set(flatLeft.from.map((item) => item.alias));
    if (derivedReads(joined.from.slice(flatLeft.from.length), aliases)) refuse('lateral derived table');
  }
  return joined;
}

/**
 * SQLite makes an index of its own for a join on a column, but not for one on an expression or a path: it would look at every pair, where
 * the row operators hash. So one of the equalities must lead to a column or an indexed path of the side that is looked up.
 */
function worthIt(cx: Compilation, plan: Join, left: Relation, right: Relation): boolean {
  const equalities = plan.on ? conjuncts(plan.on).filter((part) => part.kind === 'binary' && part.operator === '=') : [];
  if (equalities.length === 0) return true;
  const sideOf = (expr: Expr): Relation | undefined => {
    const ids = [...columnsOf(expr)];
    return [left, right].find((side) => ids.length > 0 && ids.every((id) => side.columns.has(id)));
  };
  const sought = plan.type === 'left' ? [right] : plan.type === 'right' ? [left] : [left, right];
  let between = 0;
  for (const part of equalities) {
    if (part.kind !== 'binary') continue;
    const [a, b] = [sideOf(part.left), sideOf(part.right)];
    if (!a || !b || a === b) continue;
    between++;
    for (const [expr, side, other] of [
      [part.left, a, part.right],
      [part.right, b, part.left],
    ] as const) {
      const otherSide = side === a ? b : a;
      if (sought.includes(side) && findable(cx, expr, side, other) && !computedJson(cx, other, otherSide)) return true;
    }
  }
  return between === 0;
}

/** A computation over documents may raise at every row, and no index serves a condition that has to be guarded as a whole. */
function computedJson(cx: Compilation, expr: Expr, side: Relation): boolean {
  const value = compileValue(cx, expr, { columns: side.columns });
  return value.form === 'json' && value.base.kind === 'value' && mayRaise(value.base.sql);
}

function findable(cx: Compilation, expr: Expr, side: Relation, other: Expr): boolean {
  const value = compileValue(cx, expr, { columns: side.columns });
  if (value.form === 'native') return value.isColumn === true || value.sql.kind === 'column';
  if (value.base.kind !== 'document' || value.base.sql.kind !== 'column') return false;
  const { table } = value.base.sql;
  const item = side.from.find((i) => i.alias === table);
  const name = item?.source.kind === 'table' ? item.source.name : undefined;
  const path = JSON.stringify(value.steps);
  return cx.indexes.some(
    (index) =>
      index.on.kind === 'collection' && index.on.name.toLowerCase() === name?.toLowerCase() && JSON.stringify(index.keys[0]) === path,
  );
}

function joinRelations(cx: Compilation, plan: Join, left: Relation, right: Relation, around: Around): Relation {
  switch (plan.type) {
    case 'inner':
      return innerJoin(cx, plan, left, right, around);
    case 'left':
      return leftJoin(cx, plan, left, right, around);
    case 'right':
      if (plan.lateral) refuse('lateral right join');
      return leftJoin(cx, plan, flattened(cx, right, around.needed), left, around);
    case 'full': {
      if (plan.lateral) refuse('lateral full join');
      return fullJoin(cx, plan, left, right, around);
    }
  }
}

function innerJoin(cx: Compilation, plan: Join, left: Relation, right: Relation, around: Around): Relation {
  const flat = flattened(cx, right, around.needed);
  const second = flat.sealed ? wrap(cx, flat, around.needed) : flat;
  const columns = new Map([...left.columns, ...second.columns]);
  const from = [
    ...left.from,
    ...second.from.map((item, i) => (i === 0 && item.join !== 'cross' ? { ...item, join: 'cross' as const } : item)),
  ];
  let where: readonly Fragment[] = left.where;
  for (const condition of second.where) where = addCondition(where, condition);
  where = withOn(cx, plan, where, columns, around);
  return { ...flatRelation(from, where, columns), ...(left.sealed && { sealed: true }) };
}

function withOn(
  cx: Compilation,
  plan: Join,
  conditions: readonly Fragment[],
  columns: ReadonlyMap<ColumnId, SqlValue>,
  around: Around,
): readonly Fragment[] {
  const scope: Scope = { columns, parent: around.scope };
  return plan.on ? conjuncts(plan.on).reduce((all, part) => addPart(cx, all, part, scope), conditions) : conditions;
}

/** `preserved` keeps all its rows. */
function leftJoin(cx: Compilation, plan: Join, preserved: Relation, optional: Relation, around: Around): Relation {
  if (preserved.from.length === 0) return refuse('left join of nothing');
  const { item, on, columns: added } = nullableSide(cx, optional, around.needed, true);
  const columns = new Map([...preserved.columns, ...added]);
  const conditions = withOn(cx, plan, on, columns, around);
  const from = [...preserved.from, { ...item, join: 'left' as const, on: conditions }];
  return { ...flatRelation(from, preserved.where, columns), ...(preserved.sealed && { sealed: true }) };
}

function fullJoin(cx: Compilation, plan: Join, left: Relation, right: Relation, around: Around): Relation {
  const first = nullableSide(cx, left, around.needed, false);
  const second = nullableSide(cx, right, around.needed, false);
  const columns = new Map([...first.columns, ...second.columns]);
  const conditions = withOn(cx, plan, [], columns, around);
  const from = [first.item, { ...second.item, join: 'full' as const, on: conditions }];
  return { ...flatRelation(from, [], columns), sealed: true };
}
