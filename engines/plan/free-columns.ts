// The columns that a plan reads and does not produce itself: what it takes from outer rows. A subplan of `apply` with none of
// the input's columns among them runs once; a lateral join hands on exactly these.

import { columnsOf } from './expression.ts';
import { seenColumns, walkColumns } from './pattern.ts';
import { outputColumns, type Plan } from './plan.ts';
import type { Column, ColumnId } from './type.ts';
import type { InsertDocuments, InsertRows } from './writes.ts';
import { planChildren, planColumnReads, planExpressions } from './walk.ts';

const known = new WeakMap<Plan, ReadonlySet<ColumnId>>();

/** The ids of the columns that must come from outside when the plan runs. Remembered per plan object. */
export function freeColumns(plan: Plan): ReadonlySet<ColumnId> {
  let free = known.get(plan);
  if (!free) {
    free = findFree(plan);
    known.set(plan, free);
  }
  return free;
}

function findFree(plan: Plan): Set<ColumnId> {
  const free = new Set<ColumnId>();
  const add = (ids: Iterable<ColumnId>, except: ReadonlySet<ColumnId>) => {
    for (const id of ids) if (!except.has(id)) free.add(id);
  };
  const visible = visibleColumns(plan);
  for (const child of planChildren(plan)) {
    const left = plan.kind === 'join' && plan.lateral && child === plan.right ? plan.left : undefined;
    const around = plan.kind === 'insertRows' || plan.kind === 'insertDocuments' ? conflictColumns(plan, child) : [];
    const each = plan.kind === 'forEach' && child === plan.body ? plan.input : left;
    const input = plan.kind === 'apply' && child === plan.subplan ? plan.input : each;
    add(freeColumns(child), new Set(input ? ids(outputColumns(input)) : ids(around)));
  }
  for (const expr of planExpressions(plan)) add(columnsOf(expr), visible);
  add(planColumnReads(plan), visible);
  if (plan.kind === 'sql') add(freeColumns(plan.was), new Set());
  return free;
}

/** What ON CONFLICT hands to its plan. */
function conflictColumns(plan: InsertRows | InsertDocuments, child: Plan): readonly Column[] {
  const found = plan.conflicts.find((c) => c.update?.plan === child);
  return found ? [...found.existing, ...found.excluded] : [];
}

/** What the node's own expressions can read without looking outside: the children's columns and variables of the node itself. */
function visibleColumns(plan: Plan): Set<ColumnId> {
  const visible = new Set<ColumnId>();
  // A limit's numbers and literal rows see only outer rows; the children of `set` and `recursive` have no expressions above them.
  if (plan.kind === 'limit' || plan.kind === 'values') return visible;
  const inputs = plan.kind === 'apply' || plan.kind === 'forEach' ? [plan.input] : planChildren(plan);
  for (const child of inputs) for (const id of ids(outputColumns(child))) visible.add(id);
  if (plan.kind === 'match' || plan.kind === 'traverse') {
    const { nodes, edges, paths } = (plan.kind === 'match' ? plan : plan.was).pattern;
    for (const item of [...nodes, ...edges]) if (!item.bound) visible.add(item.column.id);
    for (const edge of edges) {
      if (edge.elementColumn) visible.add(edge.elementColumn.id);
      if (edge.body) for (const column of [...walkColumns(edge.body), ...seenColumns(edge.body)]) visible.add(column.id);
    }
    for (const path of paths) visible.add(path.column.id);
  }
  return visible;
}

function ids(columns: readonly Column[]): ColumnId[] {
  return columns.map((c) => c.id);
}
