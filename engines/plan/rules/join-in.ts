// Rule: a query that runs for each row and only reads patterns and lists becomes part of the rows' own plan, so that its patterns are looked
// for over many rows at once and not anew for each.
//
//   join inner lateral L (project x (match … (project r one)))   becomes   project L's columns, x (match … (project L's columns, r L))

import type { Expr } from '../expression.ts';
import { outputColumns, type Plan, type Project } from '../plan.ts';
import { mapPlanChildren, planChildren, planWrites } from '../walk.ts';
import type { Column } from '../type.ts';

/** The plan with every such query joined in. */
export function joinIn(plan: Plan): Plan {
  const mapped = mapPlanChildren(plan, joinIn);
  if (mapped.kind !== 'join' || !mapped.lateral || mapped.type !== 'inner' || mapped.on) return mapped;
  if (planWrites(mapped.left) || !canJoin(mapped.right, mapped.left)) return mapped;
  const columns = outputColumns(mapped);
  // The join's own columns, in its order.
  return {
    kind: 'project',
    input: graft(mapped.right, mapped.left),
    items: columns.map((column) => ({ column, value: columnOf(column) })),
  };
}

type Rowwise = Extract<Plan, { kind: 'project' | 'filter' | 'match' | 'unnest' | 'apply' }>;

/** From each row that comes in come its own rows, whatever the others are. */
function isRowwise(plan: Plan): plan is Rowwise {
  return plan.kind === 'project' || plan.kind === 'filter' || plan.kind === 'match' || plan.kind === 'unnest' || plan.kind === 'apply';
}

/** Steps over the one row. Lists alone stay where SQLite may join them to a table. */
function canJoin(plan: Plan, rows: Plan): boolean {
  let patterns = 0;
  let at = plan;
  while (isRowwise(at)) {
    if (at.kind === 'match') patterns++;
    at = at.input;
  }
  return at.kind === 'one' && (patterns > 0 || !readsStored(rows));
}

function readsStored(plan: Plan): boolean {
  return plan.kind === 'scanTable' || plan.kind === 'scanCollection' || planChildren(plan).some(readsStored);
}

/** `plan` over `rows` in the place of its one row. Their columns are handed on through all of it. */
function graft(plan: Plan, rows: Plan): Plan {
  if (!isRowwise(plan)) return rows;
  const input = graft(plan.input, rows);
  return plan.kind === 'project' ? widened(plan, input, outputColumns(rows)) : { ...plan, input };
}

function widened(plan: Project, input: Plan, kept: readonly Column[]): Project {
  const own = new Set(plan.items.map((i) => i.column.id));
  const passed = kept.filter((c) => !own.has(c.id)).map((column) => ({ column, value: columnOf(column) }));
  return { ...plan, input, items: [...passed, ...plan.items] };
}

function columnOf(column: Column): Expr {
  return { kind: 'column', id: column.id, name: column.name, type: column.type };
}
