// Rule: where a query reads only some paths of a document, the scan gives those paths instead of the whole document, so that what
// SQLite hands to the row operators is small and little JSON is parsed.
//
//   project o.a.b (scanCollection orders as o)   becomes   project #7 (project o.a.b as #7 (scanCollection orders as o))

import { type Expr, mapChildren } from '../expression.ts';
import { outputColumns, type Plan, type ScanCollection } from '../plan.ts';
import type { Column, ColumnId } from '../type.ts';
import {
  freeColumnId,
  mapPlanChildren,
  mapPlanExpressions,
  planChildren,
  planColumnReads,
  planExpressions,
  wholeChildren,
} from '../walk.ts';

/** With more paths than this the whole document is cheaper to take. */
const pathsMax = 12;

interface Narrowed {
  readonly scan: ScanCollection;
  /** By the path's text. */
  readonly paths: Map<string, { readonly expr: Expr; readonly column: Column }>;
  whole: boolean;
}

/** The plan with the paths as columns of their own. */
export function narrowDocuments(plan: Plan): Plan {
  const scans = new Map<ColumnId, Narrowed>();
  findScans(plan, scans);
  if (scans.size === 0) return plan;
  for (const c of outputColumns(plan)) wholeUse(scans, c.id);
  let nextColumn = freeColumnId(plan);
  const newColumn = (): ColumnId => nextColumn++;
  collect(plan, scans, newColumn);
  for (const [id, n] of scans) if (n.whole || n.paths.size === 0 || n.paths.size > pathsMax) scans.delete(id);
  return scans.size === 0 ? plan : rebuild(plan, scans);
}

/**
 * A scan on the side of an outer join that may lack a row is left alone: there the document is null, and a path below null is MISSING, but a
 * column of its own would be null.
 */
function findScans(plan: Plan, scans: Map<ColumnId, Narrowed>): void {
  if (plan.kind === 'scanCollection') scans.set(plan.doc.id, { scan: plan, paths: new Map(), whole: false });
  for (const child of planChildren(plan)) {
    const mayLackRow =
      plan.kind === 'join' &&
      ((child === plan.right && (plan.type === 'left' || plan.type === 'full')) ||
        (child === plan.left && (plan.type === 'right' || plan.type === 'full')));
    if (!mayLackRow) findScans(child, scans);
  }
}

function wholeUse(scans: ReadonlyMap<ColumnId, Narrowed>, id: ColumnId): void {
  const n = scans.get(id);
  if (n) n.whole = true;
}

/** Notes every path that is read, and every document that is wanted whole. */
function collect(plan: Plan, scans: Map<ColumnId, Narrowed>, newColumn: () => ColumnId): void {
  for (const id of planColumnReads(plan)) wholeUse(scans, id);
  for (const whole of wholeChildren(plan)) for (const c of outputColumns(whole)) wholeUse(scans, c.id);
  for (const e of planExpressions(plan)) collectIn(e, scans, newColumn);
  for (const child of planChildren(plan)) collect(child, scans, newColumn);
}

function collectIn(expr: Expr, scans: Map<ColumnId, Narrowed>, newColumn: () => ColumnId): void {
  const path = pathOf(expr, scans);
  if (path) {
    if (!path.narrowed.paths.has(path.text)) {
      path.narrowed.paths.set(path.text, { expr, column: { id: newColumn(), name: path.name, type: 'any' } });
    }
    return;
  }
  if (expr.kind === 'column') wholeUse(scans, expr.id);
  mapChildren(expr, (child) => {
    collectIn(child, scans, newColumn);
    return child;
  });
}

/** `o.a.b[0]` with constant steps, over a scanned document. */
function pathOf(expr: Expr, scans: ReadonlyMap<ColumnId, Narrowed>): { narrowed: Narrowed; text: string; name: string } | undefined {
  if (expr.kind === 'field') {
    if (expr.value.kind === 'column') {
      const narrowed = scans.get(expr.value.id);
      return narrowed && { narrowed, text: JSON.stringify(expr.name), name: `${expr.value.name}.${expr.name}` };
    }
    const parent = pathOf(expr.value, scans);
    return (
      parent && { narrowed: parent.narrowed, text: `${parent.text}.${JSON.stringify(expr.name)}`, name: `${parent.name}.${expr.name}` }
    );
  }
  if (expr.kind === 'index' && expr.index.kind === 'literal' && typeof expr.index.value === 'bigint') {
    const parent = pathOf(expr.value, scans);
    return (
      parent && { narrowed: parent.narrowed, text: `${parent.text}[${expr.index.value}]`, name: `${parent.name}[${expr.index.value}]` }
    );
  }
  return undefined;
}

function rebuild(plan: Plan, scans: ReadonlyMap<ColumnId, Narrowed>): Plan {
  if (plan.kind === 'scanCollection') {
    const narrowed = scans.get(plan.doc.id);
    if (!narrowed) return plan;
    const key = plan.key ? [{ column: plan.key, value: columnExpr(plan.key) }] : [];
    return {
      kind: 'project',
      input: plan,
      items: [...[...narrowed.paths.values()].map((p) => ({ column: p.column, value: p.expr })), ...key],
    };
  }
  const inside = mapPlanChildren(plan, (child) => rebuild(child, scans));
  return mapPlanExpressions(inside, (e) => replace(e, scans));
}

function replace(expr: Expr, scans: ReadonlyMap<ColumnId, Narrowed>): Expr {
  const path = pathOf(expr, scans);
  const known = path?.narrowed.paths.get(path.text);
  if (known) return { ...columnExpr(known.column), span: expr.span };
  return mapChildren(expr, (child) => replace(child, scans));
}

function columnExpr(column: Column): Expr {
  return { kind: 'column', id: column.id, name: column.name, type: column.type };
}
