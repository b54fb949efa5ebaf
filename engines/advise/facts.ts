// What the plan of a logged statement tells ADVISE: how it walks tables, documents and nodes, and by which
// comparisons it looks for something.

import type { GraphRef } from '../catalog.ts';
import type { Expr } from '../plan/expression.ts';
import { columnsOf, conjuncts } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { planChildren } from '../plan/walk.ts';
import type { ColumnId } from '../plan/type.ts';

/** A table, a collection or the nodes with a label. */
export interface Place {
  readonly kind: 'table' | 'collection' | 'label';
  readonly name: string;
  /** Of a label; absent: the default graph. */
  readonly graph?: GraphRef | undefined;
}

/** Names; null is a step into the elements of a list. */
export type PlacePath = readonly (string | null)[];

/** A comparison of what a place holds with something else. */
export interface Comparison {
  readonly place: Place;
  readonly path: PlacePath;
  readonly equality: boolean;
}

export interface Facts {
  readonly places: readonly Place[];
  readonly comparisons: readonly Comparison[];
  /** Places of which something else is asked too. */
  readonly filtered: ReadonlySet<Place>;
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

interface Origin {
  readonly place: Place;
  readonly path: PlacePath;
}

interface Found {
  readonly places: Map<string, Place>;
  readonly comparisons: Comparison[];
  readonly filtered: Set<Place>;
  readonly walked: Set<string>;
  readonly collected: Set<string>;
  readonly unnested: Map<string, string>;
  readonly expanded: Set<string>;
  readonly origins: Map<ColumnId, Origin>;
  readonly predicates: Expr[];
  joins: boolean;
  aggregates: boolean;
}

export function factsOf(plan: Plan): Facts {
  const found: Found = {
    places: new Map(),
    comparisons: [],
    filtered: new Set(),
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
  for (const predicate of found.predicates) for (const e of conjuncts(predicate)) notePredicate(e, found);
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
      if (from?.place.kind !== 'collection') return;
      found.unnested.set(from.place.name, from.path.filter((step) => step !== null).join('.'));
      found.origins.set(plan.element.id, { place: from.place, path: [...from.path, null] });
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

function noteMatch({ pattern, where, graph }: Plan & { kind: 'match' }, found: Found): void {
  for (const node of pattern.nodes) {
    if (node.labels?.kind !== 'label') continue;
    const place = notePlace(found, 'label', node.labels.name, graph);
    found.origins.set(node.column.id, { place, path: [] });
    if (pattern.edges.length > 0) found.expanded.add(placeKey(place));
    found.predicates.push(...node.filters);
  }
  if (where) found.predicates.push(where);
}

/** The same for two places that are one. */
export function placeKey({ kind, name, graph }: Place): string {
  return JSON.stringify([kind, name, graph?.id ?? 0]);
}

/** `label Person of the graph g` */
export function placeText({ kind, name, graph }: Place): string {
  return `${kind} ${name}${graph ? ` of the graph ${graph.name}` : ''}`;
}

function notePlace(found: Found, kind: Place['kind'], name: string, graph?: GraphRef): Place {
  const key = placeKey({ kind, name, graph });
  const place = found.places.get(key) ?? { kind, name, graph };
  found.places.set(key, place);
  return place;
}

function pathOf(e: Expr, found: Found): Origin | undefined {
  if (e.kind === 'column') return found.origins.get(e.id);
  if (e.kind !== 'field') return undefined;
  const below = pathOf(e.value, found);
  return below && { place: below.place, path: [...below.path, e.name] };
}

/** What the predicate compares, and of which places it asks what no comparison says. */
function notePredicate(e: Expr, found: Found): void {
  const from = found.comparisons.length;
  noteComparison(e, found);
  const compared = new Set(found.comparisons.slice(from).map((c) => c.place));
  for (const id of columnsOf(e)) {
    const place = found.origins.get(id)?.place;
    if (place && !compared.has(place)) found.filtered.add(place);
  }
}

function noteComparison(e: Expr, found: Found): void {
  const note = (at: Origin | undefined, equality: boolean): void => {
    if (at && at.path.length > 0) found.comparisons.push({ ...at, equality });
  };
  if (e.kind === 'in') {
    note(pathOf(e.operand, found), true);
    note(itemOf(e.list, found), true);
  } else if (e.kind === 'quantified' && e.quantifier === 'any') {
    const item = itemOf(e.list, found);
    if (item) found.origins.set(e.variable, item);
    for (const part of conjuncts(e.condition)) noteComparison(part, found);
  } else if (e.kind === 'binary' && /^(=|<|<=|>|>=)$/.test(e.operator)) {
    note(pathOf(e.left, found), e.operator === '=');
    note(pathOf(e.right, found), e.operator === '=');
  }
}

/** Where the items of a list come from. */
function itemOf(list: Expr, found: Found): Origin | undefined {
  if (list.kind !== 'each') {
    const at = pathOf(list, found);
    return at && { place: at.place, path: [...at.path, null] };
  }
  if (list.of !== 'items') return undefined;
  const item = itemOf(list.value, found);
  if (item) found.origins.set(list.variable, item);
  return list.result.kind === 'each' ? itemOf(list.result, found) : pathOf(list.result, found);
}
