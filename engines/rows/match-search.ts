// Finds the ways in which a pattern matches, by backtracking over a prepared order of steps. No waiting: what the filters read
// was loaded before. Edges of the pattern match distinct edges of the graph.

import { QueryError } from '../../parser/error.ts';
import { defaultGraph } from '../catalog.ts';
import { typeName } from '../compare.ts';
import type { RunContext } from '../engine.ts';
import { refuseOtherGraph } from '../other-graph.ts';
import { type PatternEdge, type PatternNode, typeFits, type WalkBody } from '../plan/pattern.ts';
import type { ColumnId } from '../plan/type.ts';
import { EdgeValue, NodeValue, PathValue, type Row, type Value } from '../value.ts';
import { bodyWalks, placeSeen } from './match-body.ts';
import { candidateNodes, hasLabels, type StoredGraph } from './match-graph.ts';
import type { PreparedMatch, SearchStep } from './match-steps.ts';
import { type Next, reachable, type Step, shortest, trails, type Walk } from './match-walk.ts';
import { columnReader } from './prepare.ts';

interface Search {
  readonly prepared: PreparedMatch;
  readonly graph: StoredGraph;
  readonly context: RunContext;
  /** Shared by all steps; a match is a copy of it. */
  readonly row: Row;
  /** Ids of the pattern nodes known so far. */
  readonly ids: (number | undefined)[];
  readonly used: Set<number>;
  readonly candidates: Map<number, readonly number[]>;
  steps: number;
}

/** The working rows of all matches for one input row, paths filled in, final conditions not yet decided. */
export function* searchMatches(
  prepared: PreparedMatch,
  graph: StoredGraph,
  candidates: Map<number, readonly number[]>,
  input: Row,
  context: RunContext,
): Generator<Row> {
  const { pattern } = prepared.plan;
  const row: Row = [...input];
  while (row.length < prepared.layout.size) row.push(null);
  const search: Search = { prepared, graph, context, row, ids: pattern.nodes.map(() => undefined), used: new Set(), candidates, steps: 0 };
  for (const _ of run(search, 0)) {
    const match = [...row];
    for (const path of pattern.paths) match[at(search, path.column.id)] = pathValue(search, path);
    yield match;
  }
}

function at(search: Search, id: ColumnId): number {
  return search.prepared.layout.get(id) as number;
}

function tick(search: Search): void {
  if ((++search.steps & 1023) === 0) search.context.check();
}

function* run(search: Search, index: number): Generator<undefined> {
  const step = search.prepared.steps[index];
  if (!step) {
    yield undefined;
    return;
  }
  const { nodes, edges } = search.prepared.plan.pattern;
  const onward = () => (passes(search, step) ? run(search, index + 1) : []);
  switch (step.kind) {
    case 'boundNode': {
      const node = nodes[step.index] as PatternNode;
      const value = boundValue(search, node, NodeValue);
      if (value) yield* placeNode(search, step.index, value.id, onward);
      return;
    }
    case 'scan':
      for (const id of scanNodes(search, step.index)) {
        tick(search);
        yield* placeNode(search, step.index, id, onward);
      }
      return;
    case 'boundEdge': {
      const edge = edges[step.index] as PatternEdge;
      const value = boundValue(search, edge, EdgeValue);
      if (!value || !typeFits(edge, value.type)) return;
      yield* placeBoundEdge(search, edge, value, onward);
      return;
    }
    case 'edge':
      yield* placeEdges(search, edges[step.index] as PatternEdge, onward);
      return;
    case 'walk':
      yield* placeWalks(search, edges[step.index] as PatternEdge, step, onward);
      return;
  }
}

type Onward = () => Iterable<undefined>;

function passes(search: Search, step: SearchStep): boolean {
  return step.checks.every((holds) => holds(search.row, search.context));
}

function holdsForEdge(search: Search, edge: PatternEdge, one: EdgeValue, holds: (row: Row, context: RunContext) => boolean): boolean {
  if (edge.elementColumn) search.row[at(search, edge.elementColumn.id)] = one;
  return holds(search.row, search.context);
}

function graphOf({ prepared }: Search): number {
  return prepared.plan.graph?.id ?? defaultGraph;
}

/** The value of a bound variable, which may come from an outer row; undefined if nothing can match. */
function boundValue<T extends NodeValue | EdgeValue>(
  search: Search,
  variable: PatternNode | PatternEdge,
  type: new (...values: never[]) => T,
): T | undefined {
  const value: Value = columnReader(variable.column.id, search.prepared.inputLayout)(search.row, search.context);
  if (value === null || value === undefined) return undefined;
  if (value instanceof type) {
    refuseOtherGraph(value, graphOf(search), variable);
    return value.deleted ? undefined : value;
  }
  const wanted = (type as unknown) === NodeValue ? 'a node' : 'an edge';
  throw new QueryError('type/not-an-element', `The pattern needs ${wanted} where the bound variable is ${typeName(value)}.`, {
    span: variable.span,
  });
}

function scanNodes(search: Search, index: number): readonly number[] {
  let ids = search.candidates.get(index);
  if (!ids) {
    ids = candidateNodes(search.graph, search.prepared.plan.pattern.nodes[index] as PatternNode);
    search.candidates.set(index, ids);
  }
  return ids;
}

/** Goes on with the pattern node being `id`, if it can be. */
function* placeNode(search: Search, index: number, id: number, onward: Onward): Generator<undefined> {
  const known = search.ids[index];
  if (known !== undefined) {
    if (known === id) yield* onward();
    return;
  }
  const node = search.prepared.plan.pattern.nodes[index] as PatternNode;
  if (!hasLabels(search.graph, id, node.labels)) return;
  search.ids[index] = id;
  search.row[at(search, node.column.id)] = search.context.elements.node(id, graphOf(search));
  yield* onward();
  search.ids[index] = undefined;
}

function* placeBoundEdge(search: Search, edge: PatternEdge, value: EdgeValue, onward: Onward): Generator<undefined> {
  if (search.used.has(value.id)) return;
  search.used.add(value.id);
  search.row[at(search, edge.column.id)] = value;
  const ends = [[value.from, value.to] as const];
  if (edge.direction === 'any' && value.from !== value.to) ends.push([value.to, value.from]);
  for (const [from, to] of ends) {
    yield* placeNode(search, edge.from, from, () => placeNode(search, edge.to, to, onward));
  }
  search.used.delete(value.id);
}

function* placeEdges(search: Search, edge: PatternEdge, onward: Onward): Generator<undefined> {
  const { start, end, next } = leave(search, edge, []);
  for (const step of next(search.ids[start] as number)) {
    if (search.used.has(step.edge.id)) continue;
    search.used.add(step.edge.id);
    search.row[at(search, edge.column.id)] = step.edge;
    yield* placeNode(search, end, step.end, onward);
    search.used.delete(step.edge.id);
  }
}

function* placeWalks(search: Search, edge: PatternEdge, step: SearchStep, onward: Onward): Generator<undefined> {
  if (edge.body) return yield* placeBody(search, edge, edge.body, onward);
  const { start, end, next } = leave(search, edge, step.whileWalking);
  const from = search.ids[start] as number;
  // Walked from the other end or written the other way round: either turns the list, both leave it.
  const turned = (start === edge.to && edge.from !== edge.to) !== edge.reversed;
  const chosen = edge.selector === 'anyShortest' || edge.selector === 'allShortest';
  for (const walk of walks(edge, from, next, search.used)) {
    if (chosen && walk.edges.some((e) => search.used.has(e.id))) continue;
    if (chosen) for (const e of walk.edges) search.used.add(e.id);
    search.row[at(search, edge.column.id)] = turned ? [...walk.edges].reverse() : walk.edges;
    yield* placeNode(search, end, walk.end, onward);
    if (chosen) for (const e of walk.edges) search.used.delete(e.id);
  }
}

function* placeBody(search: Search, edge: PatternEdge, body: WalkBody, onward: Onward): Generator<undefined> {
  const backward = search.ids[edge.from] === undefined;
  const [start, end] = backward ? [edge.to, edge.from] : [edge.from, edge.to];
  const free = body.mode === 'walk';
  for (const walk of bodyWalks({ ...edge, body }, search.ids[start] as number, search.ids[end], backward, search.used, search)) {
    if (!free && walk.edges.some((e) => search.used.has(e.id))) continue;
    if (!free) for (const e of walk.edges) search.used.add(e.id);
    search.row[at(search, edge.column.id)] = walk.edges;
    placeSeen(body, walk, search.prepared, search.row);
    yield* placeNode(search, end, walk.end, onward);
    if (!free) for (const e of walk.edges) search.used.delete(e.id);
  }
}

/** Which walks are shortest does not depend on the other edges of the pattern; one that shares an edge with them then does not match. */
function walks(edge: PatternEdge, from: number, next: Next, used: Set<number>): Iterable<Walk> {
  const bounds = { min: edge.quantifier?.min ?? 1, max: edge.quantifier?.max ?? Number.POSITIVE_INFINITY };
  switch (edge.selector) {
    case 'all':
      return trails(from, bounds, next, used);
    case 'anyShortest':
      return shortest(from, bounds, next, false);
    case 'allShortest':
      return shortest(from, bounds, next, true);
    case 'reachable':
      return reachable(from, bounds, next);
  }
}

/** From which known end the edge is walked, and the edges of its types and direction that leave a node. */
function leave(search: Search, edge: PatternEdge, filters: readonly SearchStep['whileWalking'][number][]) {
  const backward = search.ids[edge.from] === undefined;
  const fits = (one: EdgeValue) => typeFits(edge, one.type) && filters.every((holds) => holdsForEdge(search, edge, one, holds));
  const { outgoing, incoming } = search.graph;
  const next: Next = (node) => {
    tick(search);
    const steps: Step[] = [];
    if (!backward || edge.direction === 'any') {
      for (const one of outgoing.get(node) ?? []) if (fits(one)) steps.push({ edge: one, end: one.to });
    }
    if (backward || edge.direction === 'any') {
      for (const one of incoming.get(node) ?? []) {
        const seen = edge.direction === 'any' && one.from === one.to;
        if (!seen && fits(one)) steps.push({ edge: one, end: one.from });
      }
    }
    return steps;
  };
  return backward ? { start: edge.to, end: edge.from, next } : { start: edge.from, end: edge.to, next };
}

function pathValue(search: Search, path: PreparedMatch['plan']['pattern']['paths'][number]): PathValue {
  const nodes: NodeValue[] = [search.context.elements.node(search.ids[path.nodes[0] as number] as number, graphOf(search))];
  const edges: EdgeValue[] = [];
  for (const index of path.edges) {
    const value = search.row[at(search, (search.prepared.plan.pattern.edges[index] as PatternEdge).column.id)];
    for (const edge of value instanceof EdgeValue ? [value] : (value as readonly EdgeValue[])) {
      const before = nodes.at(-1) as NodeValue;
      edges.push(edge);
      nodes.push(search.context.elements.node(edge.from === before.id ? edge.to : edge.from, before.graph));
    }
  }
  return new PathValue(nodes, edges);
}
