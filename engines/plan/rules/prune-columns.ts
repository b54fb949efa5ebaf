// Rule: columns that nobody reads are not read from disk, not computed and not carried along.

import { columnsOf } from '../expression.ts';
import { outputColumns, type Plan } from '../plan.ts';
import { mapPlanChildren, planChildren, planColumnReads, planExpressions, wholeChildren } from '../walk.ts';
import type { WalkBody } from '../pattern.ts';
import type { Column, ColumnId } from '../type.ts';

/** The plan without the columns that nobody reads; those that it puts out stay. */
export function pruneColumns(plan: Plan): Plan {
  let current = plan;
  for (let round = 0; round < 8; round++) {
    const read = new Set<ColumnId>(outputColumns(current).map((c) => c.id));
    collect(current, read);
    const next = prune(current, read);
    if (JSON.stringify(widths(next)) === JSON.stringify(widths(current))) return next;
    current = next;
  }
  return current;
}

function widths(plan: Plan): unknown {
  return [outputColumns(plan).length, ...planChildren(plan).map(widths)];
}

function collect(plan: Plan, read: Set<ColumnId>): void {
  for (const e of planExpressions(plan)) columnsOf(e, read);
  for (const id of planColumnReads(plan)) read.add(id);
  for (const whole of wholeChildren(plan)) for (const c of outputColumns(whole)) read.add(c.id);
  for (const child of planChildren(plan)) collect(child, read);
}

function prune(plan: Plan, read: ReadonlySet<ColumnId>): Plan {
  const mapped = mapPlanChildren(plan, (child) => prune(child, read));
  switch (mapped.kind) {
    case 'scanTable': {
      const columns = mapped.columns.filter((c) => read.has(c.column.id));
      const { key, ...bare } = mapped;
      return { ...bare, columns, ...(key && read.has(key.id) ? { key } : {}) };
    }
    case 'scanCollection': {
      const { key, ...bare } = mapped;
      return { ...bare, ...(key && read.has(key.id) ? { key } : {}) };
    }
    case 'project':
      return { ...mapped, items: mapped.items.filter((i) => read.has(i.column.id)) };
    case 'aggregate':
      return { ...mapped, aggregates: mapped.aggregates.filter((a) => read.has(a.column.id)) };
    case 'window': {
      const functions = mapped.functions.filter((f) => read.has(f.column.id));
      return functions.length > 0 ? { ...mapped, functions } : mapped.input;
    }
    case 'unnest': {
      const { position, ...bare } = mapped;
      return { ...bare, ...(position && read.has(position.id) ? { position } : {}) };
    }
    case 'callProcedure':
      return { ...mapped, yields: mapped.yields.filter((y) => read.has(y.column.id)) };
    case 'match': {
      const keep = <T extends { readonly out: boolean; readonly column: { readonly id: ColumnId } }>(x: T): T =>
        x.out && !read.has(x.column.id) ? { ...x, out: false } : x;
      const pattern = {
        nodes: mapped.pattern.nodes.map(keep),
        edges: mapped.pattern.edges.map(keep).map((e) => (e.body ? { ...e, body: pruneBody(e.body, read) } : e)),
        paths: mapped.pattern.paths.filter((p) => p.out && read.has(p.column.id)),
      };
      return { ...mapped, pattern };
    }
    case 'createElements':
    case 'mergeElements': {
      const keep = <T extends { readonly out: boolean; readonly column: { readonly id: ColumnId } }>(x: T): T =>
        x.out && !read.has(x.column.id) ? { ...x, out: false } : x;
      return {
        ...mapped,
        nodes: mapped.nodes.map(keep),
        edges: mapped.edges.map(keep),
        paths: mapped.paths.filter((p) => read.has(p.column.id)),
      };
    }
    default:
      return mapped;
  }
}

function pruneBody(body: WalkBody, read: ReadonlySet<ColumnId>): WalkBody {
  const keep = <T extends { readonly seen?: Column | undefined }>({ seen, ...rest }: T) => ({
    ...rest,
    ...(seen && read.has(seen.id) ? { seen } : {}),
  });
  return { ...body, blocks: body.blocks.map((b) => ({ ...b, nodes: b.nodes.map(keep), edges: b.edges.map(keep) })) };
}
