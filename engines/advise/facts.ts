// What the plan of a logged statement tells ADVISE: how it walks tables, documents and nodes, and by which
// comparisons it looks for something.

import type { Expr } from '../plan/expression.ts';
import { conjuncts } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { planChildren } from '../plan/walk.ts';
import type { ColumnId } from '../plan/type.ts';

/** A table, a collection or the nodes with a label. */
export interface Place {
  readonly kind: 'table' | 'collection' | 'label';
  readonly name: string;
}

/** A comparison of what a place holds with something else. */
export interface Comparison {
  readonly place: Place;
  readonly path: readonly string[];
  readonly equality: boolean;
}

export interface Facts {
  readonly places: readonly Place[];
  readonly comparisons: readonly Comparison[];
  /** Tables in the step of a recursion. */
  readonly walked: ReadonlySet<string>;
  /** Tables in queries whose rows are collected into a list. */
  readonly collected: ReadonlySet<string>;
  /** Arrays that are unnested, by collection. */
  readonly unnested: ReadonlyMap<string, string>;
  /** Labels that occur in a pattern with edges. */
  readonly expanded: ReadonlySet<string>;
  readonly joins: boolean;
  readonly aggregates: boolean;
}

interface Found {
  readonly places: Map<string, Place>;
  readonly comparisons: Comparison[];
  readonly walked: Set<string>;
  readonly collected: Set<string>;
  readonly unnested: Map<string, string>;
  readonly expanded: Set<string>;
  readonly origins: Map<ColumnId, { readonly place: Place; readonly path: readonly string[] }>;
  readonly predicates: Expr[];
  joins: boolean;
  aggregates: boolean;
}

export function factsOf(plan: Plan): Facts {
  const found: Found = {
    places: new Map(),
    comparisons: [],
    walked: new Set(),
    collected: new Set(),
    unnested: new Map(),
    expanded: new Set(),
    origins: new Map(),
    predicates: [],
    joins: false,
    aggregates: false,
  };
  visit(plan, found, { step: false, list: false });
  for (const predicate of found.predicates) for (const e of conjuncts(predicate)) noteComparison(e, found);
  return { ...found, places: [...found.places.values()] };
}

interface Around {
  readonly step: boolean;
  readonly list: boolean;
}

function visit(plan: Plan, found: Found, around: Around): void {
  notePlan(plan, found, around);
  if (plan.kind === 'recursive') {
    visit(plan.base, found, around);
    visit(plan.step, found, { ...around, step: true });
  } else if (plan.kind === 'apply') {
    visit(plan.input, found, around);
    visit(plan.subplan, found, { ...around, list: around.list || plan.mode === 'collect' || plan.mode === 'rows' });
  } else for (const child of planChildren(plan)) visit(child, found, around);
}

function notePlan(plan: Plan, found: Found, around: Around): void {
  switch (plan.kind) {
    case 'scanTable': {
      const place = notePlace(found, 'table', plan.table.name);
      for (const { source, column } of plan.columns) found.origins.set(column.id, { place, path: [source] });
      if (around.step) found.walked.add(plan.table.name);
      if (around.list) found.collected.add(plan.table.name);
      return;
    }
    case 'scanCollection':
      found.origins.set(plan.doc.id, { place: notePlace(found, 'collection', plan.collection.name), path: [] });
      return;
    case 'unnest': {
      // The documents are on the left of a lateral join, which was gone through before.
      const from = pathOf(plan.list, found);
      if (from?.place.kind === 'collection') found.unnested.set(from.place.name, from.path.join('.'));
      return;
    }
    case 'filter':
      found.predicates.push(plan.predicate);
      return;
    case 'join':
      if (plan.right.kind !== 'unnest') found.joins = true;
      if (plan.on) found.predicates.push(plan.on);
      return;
    case 'aggregate':
      found.aggregates = true;
      return;
    case 'match':
      noteMatch(plan, found);
      return;
    case 'insertRows':
    case 'updateRows':
    case 'deleteRows':
      notePlace(found, 'table', plan.table.name);
      return;
    case 'insertDocuments':
    case 'updateDocuments':
    case 'deleteDocuments':
      notePlace(found, 'collection', plan.collection.name);
      return;
    default:
      return;
  }
}

/** Indexes on labels of a graph with a name are left to its user. */
function noteMatch({ pattern, where, graph }: Plan & { kind: 'match' }, found: Found): void {
  for (const node of pattern.nodes) {
    if (node.labels?.kind !== 'label' || graph !== undefined) continue;
    const place = notePlace(found, 'label', node.labels.name);
    found.origins.set(node.column.id, { place, path: [] });
    if (pattern.edges.length > 0) found.expanded.add(place.name);
    found.predicates.push(...node.filters);
  }
  if (where) found.predicates.push(where);
}

function notePlace(found: Found, kind: Place['kind'], name: string): Place {
  const key = `${kind} ${name}`;
  const place = found.places.get(key) ?? { kind, name };
  found.places.set(key, place);
  return place;
}

function pathOf(e: Expr, found: Found): { place: Place; path: readonly string[] } | undefined {
  if (e.kind === 'column') return found.origins.get(e.id);
  if (e.kind !== 'field') return undefined;
  const below = pathOf(e.value, found);
  return below && { place: below.place, path: [...below.path, e.name] };
}

function noteComparison(e: Expr, found: Found): void {
  const note = (side: Expr, equality: boolean): void => {
    const at = pathOf(side, found);
    if (at && at.path.length > 0) found.comparisons.push({ ...at, equality });
  };
  if (e.kind === 'in') return note(e.operand, true);
  if (e.kind !== 'binary' || !/^(=|<|<=|>|>=)$/.test(e.operator)) return;
  const equality = e.operator === '=';
  note(e.left, equality);
  note(e.right, equality);
}
