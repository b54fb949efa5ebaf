// The one place that knows the children and the expressions of each plan node. Rules map plans with it, and everything that
// asks "what does this subtree read?" starts here.
//
// The engine nodes are finished: `sql` has no children, and a map leaves the expressions of `sql` and `traverse` alone,
// because their programs would not follow.

import { type Expr, variablesOf, walk } from './expression.ts';
import { type Pattern, seenColumns, walkColumns } from './pattern.ts';
import { type AggregateItem, type FrameBound, type Match, outputColumns, type Plan, type Window } from './plan.ts';
import type { DocumentConflict, RowConflict, SetElementItem } from './writes.ts';
import type { ColumnId } from './type.ts';

/** The direct children, left to right. */
export function planChildren(plan: Plan): Plan[] {
  const out: Plan[] = [];
  mapPlanChildren(plan, (child) => {
    out.push(child);
    return child;
  });
  return out;
}

/** The same node with `change` applied to each direct child; the node itself if none changed. */
export function mapPlanChildren(plan: Plan, change: (child: Plan) => Plan): Plan {
  switch (plan.kind) {
    case 'one':
    case 'values':
    case 'scanTable':
    case 'scanCollection':
    case 'scanWorking':
    case 'sql':
      return plan;
    case 'unnest':
    case 'match':
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'window':
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'callProcedure':
    case 'updateRows':
    case 'deleteRows':
    case 'updateDocuments':
    case 'deleteDocuments':
    case 'createElements':
    case 'setElements':
    case 'deleteElements':
    case 'traverse': {
      const input = change(plan.input);
      return input === plan.input ? plan : { ...plan, input };
    }
    case 'insertRows': {
      const input = change(plan.input);
      const conflicts = plan.conflicts.map((c) => mapConflict(c, change));
      return input === plan.input && conflicts.every((c, i) => c === plan.conflicts[i]) ? plan : { ...plan, input, conflicts };
    }
    case 'insertDocuments': {
      const input = change(plan.input);
      const conflicts = plan.conflicts.map((c) => mapConflict(c, change));
      return input === plan.input && conflicts.every((c, i) => c === plan.conflicts[i]) ? plan : { ...plan, input, conflicts };
    }
    case 'join':
    case 'set': {
      const left = change(plan.left);
      const right = change(plan.right);
      return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
    }
    case 'apply': {
      const input = change(plan.input);
      const subplan = change(plan.subplan);
      return input === plan.input && subplan === plan.subplan ? plan : { ...plan, input, subplan };
    }
    case 'mergeElements': {
      const input = change(plan.input);
      const match = change(plan.match);
      return input === plan.input && match === plan.match ? plan : { ...plan, input, match };
    }
    case 'forEach': {
      const input = change(plan.input);
      const body = change(plan.body);
      return input === plan.input && body === plan.body ? plan : { ...plan, input, body };
    }
    case 'recursive': {
      const base = change(plan.base);
      const step = change(plan.step);
      return base === plan.base && step === plan.step ? plan : { ...plan, base, step };
    }
  }
}

/** The clause with `change` applied to its plan, which runs per conflict and reads `existing` and `excluded` from outside. */
export function mapConflict<T extends RowConflict | DocumentConflict>(conflict: T, change: (child: Plan) => Plan): T {
  if (!conflict.update) return conflict;
  const plan = change(conflict.update.plan);
  return plan === conflict.update.plan ? conflict : { ...conflict, update: { ...conflict.update, plan } };
}

/** All expressions of the node itself (not of its children), in the order written. For `traverse` those of the match it stands for. */
export function planExpressions(plan: Plan): Expr[] {
  const out: Expr[] = [];
  mapPlanExpressions(plan.kind === 'traverse' ? plan.was : plan, (expr) => {
    out.push(expr);
    return expr;
  });
  return out;
}

/** The same node with `change` applied to each whole expression of its own. */
export function mapPlanExpressions(plan: Plan, change: (expr: Expr) => Expr): Plan {
  const valued = <T extends { readonly value: Expr }>(items: readonly T[]): T[] => items.map((i) => ({ ...i, value: change(i.value) }));
  switch (plan.kind) {
    case 'one':
    case 'scanTable':
    case 'scanCollection':
    case 'scanWorking':
    case 'distinct':
    case 'set':
    case 'recursive':
    case 'deleteRows':
    case 'deleteDocuments':
    case 'forEach':
    case 'sql':
    case 'traverse':
      return plan;
    case 'values':
      return { ...plan, rows: plan.rows.map((row) => row.map(change)) };
    case 'unnest':
      return { ...plan, list: change(plan.list) };
    case 'match':
      return mapMatchExpressions(plan, change);
    case 'filter':
      return { ...plan, predicate: change(plan.predicate) };
    case 'project':
      return { ...plan, items: valued(plan.items) };
    case 'join':
      return {
        ...plan,
        ...(plan.on && { on: change(plan.on) }),
        ...(plan.keys && { keys: { ...plan.keys, value: change(plan.keys.value) } }),
      };
    case 'apply':
      return plan.operand ? { ...plan, operand: change(plan.operand) } : plan;
    case 'aggregate':
      return { ...plan, keys: valued(plan.keys), aggregates: plan.aggregates.map((a) => mapAggregate(a, change)) };
    case 'window':
      return mapWindow(plan, change);
    case 'sort':
      return { ...plan, keys: valued(plan.keys) };
    case 'limit':
      return { ...plan, ...(plan.offset && { offset: change(plan.offset) }), ...(plan.count && { count: change(plan.count) }) };
    case 'callProcedure':
      return { ...plan, arguments: plan.arguments.map(change) };
    case 'insertRows':
      return { ...plan, values: valued(plan.values) };
    case 'updateRows':
    case 'updateDocuments':
      // Two branches in one: the compiler cannot spread a union.
      return plan.kind === 'updateRows' ? { ...plan, set: valued(plan.set) } : { ...plan, set: valued(plan.set) };
    case 'insertDocuments':
      return { ...plan, document: change(plan.document) };
    case 'createElements':
    case 'mergeElements': {
      const made = <T extends { readonly properties?: Expr | undefined }>(item: T): T =>
        item.properties ? { ...item, properties: change(item.properties) } : item;
      const parts = { nodes: plan.nodes.map(made), edges: plan.edges.map(made) };
      if (plan.kind === 'createElements') return { ...plan, ...parts };
      const items = (list: readonly SetElementItem[]): SetElementItem[] => list.map((item) => mapSetItem(item, change));
      return { ...plan, ...parts, onCreate: items(plan.onCreate), onMatch: items(plan.onMatch) };
    }
    case 'setElements':
      return { ...plan, items: plan.items.map((item) => mapSetItem(item, change)) };
    case 'deleteElements':
      return { ...plan, values: plan.values.map(change) };
  }
}

function mapAggregate(item: AggregateItem, change: (expr: Expr) => Expr): AggregateItem {
  return {
    ...item,
    arguments: item.arguments.map(change),
    ...(item.orderBy && { orderBy: item.orderBy.map((k) => ({ ...k, value: change(k.value) })) }),
    ...(item.filter && { filter: change(item.filter) }),
  };
}

function mapWindow(plan: Window, change: (expr: Expr) => Expr): Window {
  const bound = (b: FrameBound): FrameBound => (b.offset ? { ...b, offset: change(b.offset) } : b);
  return {
    ...plan,
    partition: plan.partition.map(change),
    order: plan.order.map((k) => ({ ...k, value: change(k.value) })),
    functions: plan.functions.map((f) => ({
      ...f,
      arguments: f.arguments.map(change),
      ...(f.filter && { filter: change(f.filter) }),
      frame: { ...f.frame, start: bound(f.frame.start), end: bound(f.frame.end) },
    })),
  };
}

function mapMatchExpressions(plan: Match, change: (expr: Expr) => Expr): Match {
  const filtered = <T extends { readonly filters: readonly Expr[] }>(item: T): T => ({ ...item, filters: item.filters.map(change) });
  const edges = plan.pattern.edges
    .map(filtered)
    .map((e) => (e.body ? { ...e, body: { ...e.body, blocks: e.body.blocks.map(filtered) } } : e));
  const pattern: Pattern = { ...plan.pattern, nodes: plan.pattern.nodes.map(filtered), edges };
  return { ...plan, pattern, ...(plan.where && { where: change(plan.where) }) };
}

function mapSetItem(item: SetElementItem, change: (expr: Expr) => Expr): SetElementItem {
  const steps = (path: readonly (string | number | Expr)[]) => path.map((step) => (typeof step === 'object' ? change(step) : step));
  switch (item.kind) {
    case 'set':
      return { ...item, target: change(item.target), path: steps(item.path), value: change(item.value) };
    case 'setAll':
      return { ...item, target: change(item.target), value: change(item.value) };
    case 'remove':
      return { ...item, target: change(item.target), path: steps(item.path) };
    case 'addLabels':
    case 'removeLabels':
      return { ...item, target: change(item.target) };
  }
}

/** Columns that the node itself reads by id and not through an expression: bound variables of a pattern, the keys of writes and what they carry along. */
export function planColumnReads(plan: Plan): ColumnId[] {
  switch (plan.kind) {
    case 'match':
    case 'traverse': {
      const { nodes, edges } = (plan.kind === 'match' ? plan : plan.was).pattern;
      return [...nodes, ...edges].filter((e) => e.bound).map((e) => e.column.id);
    }
    case 'updateRows':
      return [plan.key, ...plan.carried.map((c) => c.id)];
    case 'deleteRows':
    case 'deleteDocuments':
      return [plan.key];
    case 'updateDocuments':
      return [plan.key, plan.oldDoc, ...plan.carried.map((c) => c.id)];
    case 'createElements':
      return plan.nodes.filter((n) => n.bound).map((n) => n.column.id);
    case 'mergeElements':
      return [
        ...plan.nodes.filter((n) => n.bound).map((n) => n.column.id),
        ...plan.keys.map((k) => k.column.id),
        plan.position.id,
        plan.found.id,
      ];
    case 'sql':
      return plan.statement.parameters.flatMap((p) => (p.kind === 'outer' ? [p.column] : []));
    case 'one':
    case 'values':
    case 'scanTable':
    case 'scanCollection':
    case 'scanWorking':
    case 'unnest':
    case 'filter':
    case 'project':
    case 'join':
    case 'apply':
    case 'aggregate':
    case 'window':
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'set':
    case 'recursive':
    case 'callProcedure':
    case 'insertRows':
    case 'insertDocuments':
    case 'setElements':
    case 'deleteElements':
    case 'forEach':
      return [];
  }
}

/** Does the node itself change data? */
function isWrite(plan: Plan): boolean {
  return (
    plan.kind === 'insertRows' ||
    plan.kind === 'updateRows' ||
    plan.kind === 'deleteRows' ||
    plan.kind === 'insertDocuments' ||
    plan.kind === 'updateDocuments' ||
    plan.kind === 'deleteDocuments' ||
    plan.kind === 'createElements' ||
    plan.kind === 'mergeElements' ||
    plan.kind === 'setElements' ||
    plan.kind === 'deleteElements'
  );
}

const knownWrites = new WeakMap<Plan, boolean>();

/** Does the plan change data anywhere? Operators that could stop early then read on to the end. */
export function planWrites(plan: Plan): boolean {
  let writes = knownWrites.get(plan);
  if (writes === undefined) {
    writes = isWrite(plan) || planChildren(plan).some(planWrites);
    knownWrites.set(plan, writes);
  }
  return writes;
}

/** Children whose columns count by position or as whole rows, so that none may be left out. */
export function wholeChildren(plan: Plan): Plan[] {
  switch (plan.kind) {
    case 'distinct':
      return [plan.input];
    case 'set':
      return [plan.left, plan.right];
    case 'recursive':
      return [plan.base, plan.step];
    case 'apply':
      return plan.mode === 'exists' || plan.mode === 'count' ? [] : [plan.subplan];
    case 'insertRows':
    case 'insertDocuments':
      return plan.conflicts.flatMap((c) => (c.update ? [c.update.plan] : []));
    default:
      return [];
  }
}

/** An id that no column and no variable of the plan has, and none above it. */
export function freeColumnId(plan: Plan): ColumnId {
  let free = 1;
  const visit = (p: Plan): void => {
    for (const c of outputColumns(p)) free = Math.max(free, c.id + 1);
    if (p.kind === 'match')
      for (const e of [...p.pattern.nodes, ...p.pattern.edges, ...p.pattern.paths])
        free = Math.max(free, e.column.id + 1, ('elementColumn' in e ? (e.elementColumn?.id ?? 0) : 0) + 1);
    if (p.kind === 'match')
      for (const { body } of p.pattern.edges)
        if (body) for (const c of [...walkColumns(body), ...seenColumns(body)]) free = Math.max(free, c.id + 1);
    for (const whole of planExpressions(p)) {
      walk(whole, (e) => {
        if (e.kind === 'column') free = Math.max(free, e.id + 1);
        for (const id of variablesOf(e)) free = Math.max(free, id + 1);
      });
    }
    for (const child of planChildren(p)) visit(child);
  };
  visit(plan);
  return free;
}
