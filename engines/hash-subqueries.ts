// Before the cut: finds correlated subqueries that would read a whole table, collection or query again for each row round them, because
// no index leads to what they compare. Such a filter is hashed: its input is read once, and each row finds its own by the key.
//
//   apply exists (filter u.tid = t.id (scanTable u))     becomes   apply in t.id (project u.tid (scanTable u))
//   apply count  (filter u.tid = t.id (scanTable u))     becomes   apply count (filter u.tid = t.id, hashed (scanTable u))

import type { Catalog } from './catalog.ts';
import { estimateRows } from './plan/estimate.ts';
import { columnsOf, conjuncts, type Expr } from './plan/expression.ts';
import { freeColumns } from './plan/free-columns.ts';
import { type Apply, type Filter, outputColumns, type Plan } from './plan/plan.ts';
import { filtered, isVolatile } from './plan/rules/push-filters.ts';
import type { ColumnId } from './plan/type.ts';
import { freeColumnId, mapPlanChildren, planChildren, planExpressions, planWrites } from './plan/walk.ts';

/** With fewer pairs of rows than this, or fewer rows round the subquery, looking at all of them costs less than hashing. */
const hashedFromPairs = 200_000;
const hashedFromOuterRows = 10;

/** The plan with those filters marked (`filter.hash`), or the subquery turned into membership. */
export function hashSubqueries(plan: Plan, catalog: Catalog): Plan {
  let next = freeColumnId(plan);
  const visit = (p: Plan): Plan => {
    const mapped = mapPlanChildren(p, visit);
    if (mapped.kind === 'apply') {
      const subplan = hashed(mapped.subplan, rowsOf(mapped.input, catalog), catalog);
      return subplan === mapped.subplan ? mapped : (asMembership({ ...mapped, subplan }, next++) ?? { ...mapped, subplan });
    }
    if (mapped.kind === 'join' && mapped.lateral) {
      const right = hashed(mapped.right, rowsOf(mapped.left, catalog), catalog);
      return right === mapped.right ? mapped : { ...mapped, right };
    }
    return mapped;
  };
  return visit(plan);
}

/** The estimate, which does not know that a key finds one row. */
function rowsOf(plan: Plan, catalog: Catalog): number {
  let at = plan;
  while (at.kind === 'project' || at.kind === 'apply' || at.kind === 'sort') at = at.input;
  if (at.kind !== 'filter') return estimateRows(plan, catalog);
  const { input } = at;
  const own = new Set(outputColumns(input).map((c) => c.id));
  const one = conjuncts(at.predicate).some((p) => {
    if (p.kind !== 'binary' || p.operator !== '=') return false;
    const fixed = (e: Expr): boolean => ![...columnsOf(e)].some((id) => own.has(id));
    return (isKey(input, p.left) && fixed(p.right)) || (isKey(input, p.right) && fixed(p.left));
  });
  return one ? 1 : estimateRows(plan, catalog);
}

/** Does the expression read the whole of a unique key? */
function isKey(plan: Plan, expr: Expr): boolean {
  if (plan.kind !== 'scanTable') return false;
  const place = placeOf(plan, expr);
  if (!place || place.path.length > 1) return false;
  const column = String(place.path[0]).toLowerCase();
  return place.path.length === 0 || plan.table.unique.some((key) => key.length === 1 && key[0]?.toLowerCase() === column);
}

/** Marks the filters of a subplan that runs `outerRows` times. */
function hashed(plan: Plan, outerRows: number, catalog: Catalog): Plan {
  if (outerRows < hashedFromOuterRows || freeColumns(plan).size === 0) return plan;
  const mapped = mapPlanChildren(plan, (child) => hashed(child, outerRows, catalog));
  if (mapped.kind !== 'filter' || !repeatable(mapped.input)) return mapped;
  if (outerRows * estimateRows(mapped.input, catalog) < hashedFromPairs) return mapped;
  const inner = new Set(outputColumns(mapped.input).map((c) => c.id));
  const parts = conjuncts(mapped.predicate);
  const keys = parts.map((p) => keyOf(p, inner));
  if (keys.some((key) => key && findable(mapped.input, key.inner, key.outer, catalog))) return mapped;
  const key = keys.find((k) => k !== undefined);
  if (!key) return mapped;
  const own = parts.filter((p) => [...columnsOf(p)].every((id) => inner.has(id)) && !isVolatile(p));
  const correlated = filtered(
    filtered(mapped.input, own),
    parts.filter((p) => !own.includes(p)),
  );
  return correlated.kind === 'filter' ? { ...correlated, hash: key } : mapped;
}

/** `inner = outer`, one side over the filter's input alone, the other over the rows round the subquery alone. */
function keyOf(part: Expr, inner: ReadonlySet<ColumnId>): Filter['hash'] {
  if (part.kind !== 'binary' || part.operator !== '=' || isVolatile(part)) return undefined;
  for (const [a, b] of [
    [part.left, part.right],
    [part.right, part.left],
  ] as const) {
    const own = [...columnsOf(a)];
    const others = [...columnsOf(b)];
    if (own.length > 0 && others.length > 0 && own.every((id) => inner.has(id)) && !others.some((id) => inner.has(id))) {
      return { inner: a, outer: b };
    }
  }
  return undefined;
}

/** Does it give the same rows whenever it runs in this statement? */
function repeatable(plan: Plan): boolean {
  if (freeColumns(plan).size > 0 || planWrites(plan)) return false;
  const still = (p: Plan): boolean => p.kind !== 'scanWorking' && !planExpressions(p).some(isVolatile) && planChildren(p).every(still);
  return still(plan);
}

/** Is there an index or a key that begins with the expression? Two values of unknown type are not compared through an index. */
function findable(plan: Plan, expr: Expr, other: Expr, catalog: Catalog): boolean {
  const place = placeOf(plan, expr);
  if (!place) return false;
  const { scan, path } = place;
  if (path.length === 0) return true;
  if (scan.kind === 'scanCollection') {
    const name = scan.collection.name.toLowerCase();
    return catalog.indexes.some((i) => i.on.kind === 'collection' && i.on.name.toLowerCase() === name && same(i.keys[0], path));
  }
  const column = String(path[0]).toLowerCase();
  if (path.length > 1) return false;
  const name = scan.table.name.toLowerCase();
  return (
    scan.table.columns.some((c) => c.isRowid && c.name.toLowerCase() === column) ||
    scan.table.unique.some((key) => key[0]?.toLowerCase() === column) ||
    catalog.indexes.some(
      (i) => i.on.kind === 'table' && i.on.name.toLowerCase() === name && String(i.keys[0]?.[0]).toLowerCase() === column,
    )
  );
}

function same(a: readonly (string | number | null)[] | undefined, b: readonly (string | number)[]): boolean {
  return a?.length === b.length && a.every((step, i) => step === b[i]);
}

type Scan = Plan & { readonly kind: 'scanTable' | 'scanCollection' };

/** The stored place that an expression reads: a column, or a path of a document. An empty path is the row's own key. */
function placeOf(plan: Plan, expr: Expr): { scan: Scan; path: readonly (string | number)[] } | undefined {
  const steps: (string | number)[] = [];
  let at = expr;
  for (; at.kind !== 'column'; at = at.value) {
    if (at.kind === 'field') steps.unshift(at.name);
    else if (at.kind === 'index' && at.index.kind === 'literal' && typeof at.index.value === 'bigint')
      steps.unshift(Number(at.index.value));
    else return undefined;
  }
  const { id } = at;
  if (plan.kind === 'scanTable') {
    const source = plan.columns.find((c) => c.column.id === id)?.source;
    if (plan.key?.id === id) return { scan: plan, path: [] };
    return source === undefined ? undefined : { scan: plan, path: [source, ...steps] };
  }
  if (plan.kind === 'scanCollection') {
    if (plan.key?.id === id) return { scan: plan, path: [] };
    return plan.doc.id === id && steps.length > 0 ? { scan: plan, path: steps } : undefined;
  }
  if (plan.kind === 'project') {
    const value = plan.items.find((i) => i.column.id === id)?.value;
    const place = value && placeOf(plan.input, value);
    return place && { scan: place.scan, path: [...place.path, ...steps] };
  }
  if (plan.kind === 'aggregate' || plan.kind === 'window' || plan.kind === 'set' || plan.kind === 'recursive' || plan.kind === 'limit')
    return undefined;
  const below = planChildren(plan).find((child) => outputColumns(child).some((c) => c.id === id));
  return below && placeOf(below, expr);
}

/** EXISTS over one hashed equality asks whether a value is among others. */
function asMembership(plan: Apply, columnId: ColumnId): Apply | undefined {
  if (plan.mode !== 'exists') return undefined;
  let below = plan.subplan;
  while (below.kind === 'project' || below.kind === 'distinct' || below.kind === 'sort') below = below.input;
  if (below.kind !== 'filter' || !below.hash || conjuncts(below.predicate).length > 1) return undefined;
  const { inner, outer } = below.hash;
  const column = { id: columnId, name: '', type: inner.type };
  const subplan: Plan = { kind: 'project', input: below.input, items: [{ column, value: inner }] };
  return { ...plan, mode: 'in', operand: outer, nullIsFalse: true, subplan };
}
