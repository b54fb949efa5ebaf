// Conditions joined by AND, where some may raise: an error must not come from a row that the conditions before would have dropped, so one that
// may raise is guarded by them. An index can serve a comparison only if the guard stands round the computed side:
//
//   a.id = b.x / b.y, guarded by b.y <> 0     becomes   a.id = CASE WHEN b.y <> 0 THEN b.x / b.y END

import { elementLookups } from '../document/element-lookup.ts';
import type { Expr } from '../plan/expression.ts';
import { type Fragment, holdsAlways, mayRaise, sql, tablesOf } from '../sql/fragment.ts';
import { Refusal, type SqlValue } from '../sql/value.ts';
import { type Comparison, compileComparison, flipped } from './compare.ts';
import { native, settled } from './convert.ts';
import { both, compileCondition, compileValue } from './expression.ts';
import type { Compilation, Scope } from './scope.ts';

/** Adds a condition. One that may raise is tested only where those before it hold. */
export function addCondition(conditions: readonly Fragment[], condition: Fragment): readonly Fragment[] {
  const before = conditions.filter(isTested);
  if (before.length === 0 || !mayRaise(condition)) return [...conditions, condition];
  // One that may raise holds only where all before it do.
  const last = before.findLastIndex(mayRaise);
  const guard = before.slice(Math.max(last, 0)).reduce((a, b) => both(a, b));
  return [...conditions, sql`CASE WHEN ${guard} THEN ${condition} END`];
}

/** Those that only narrow for an index guard nothing. */
function isTested(condition: Fragment): boolean {
  return !holdsAlways(condition) && !(condition.kind === 'sequence' && condition.lookup);
}

/** Adds what an expression asks for. */
export function addPart(cx: Compilation, given: readonly Fragment[], part: Expr, scope: Scope): readonly Fragment[] {
  const conditions = [...given, ...elementLookups(cx, part, scope)];
  const condition = compileCondition(cx, part, scope, true);
  const before = conditions.filter(isTested);
  if (before.length === 0 || !mayRaise(condition)) return [...conditions, condition];
  const seeking = guardedInside(cx, before, part, scope);
  return seeking ? [...conditions, seeking] : addCondition(conditions, condition);
}

function guardedInside(cx: Compilation, before: readonly Fragment[], part: Expr, scope: Scope): Fragment | undefined {
  const operator = comparisonOf(part);
  if (!operator || part.kind !== 'binary' || before.filter(mayRaise).length > 2) return undefined;
  const left = compileValue(cx, part.left, scope);
  const right = compileValue(cx, part.right, scope);
  return seek(cx, before, operator, left, right) ?? seek(cx, before, flipped(operator), right, left);
}

/** `place` can be sought by an index, `computed` is what raises and reads nothing of the place's table. */
function seek(
  cx: Compilation,
  before: readonly Fragment[],
  operator: Comparison,
  place: SqlValue,
  computed: SqlValue,
): Fragment | undefined {
  if (computed.form !== 'native' || (place.form === 'native' ? !place.isColumn : place.base.kind !== 'document')) return undefined;
  const value = settled(cx.dialect, computed);
  const at = tablesOf(place.form === 'native' ? place.sql : place.base.kind === 'document' ? place.base.sql : value);
  const apart = (f: Fragment): boolean => ![...tablesOf(f)].some((table) => at.has(table));
  if (!mayRaise(value) || !apart(value)) return undefined;
  const guards = before.filter(apart);
  const guarded = guards.length === 0 ? value : sql`CASE WHEN ${guards.reduce((a, b) => both(a, b))} THEN ${value} END`;
  try {
    return compileComparison(cx.dialect, operator, place, native(computed.type, guarded), true);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function comparisonOf(part: Expr): Comparison | undefined {
  if (part.kind !== 'binary') return undefined;
  const { operator } = part;
  return operator === '=' || operator === '<' || operator === '<=' || operator === '>' || operator === '>=' ? operator : undefined;
}
