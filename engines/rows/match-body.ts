// Walks with a body (plan/pattern.ts) for the reference match: shows the stored graph to the search of engines/walk-search.ts and
// evaluates the body's conditions on the working row. What they read was loaded before.

import { defaultGraph } from '../catalog.ts';
import type { RunContext } from '../engine.ts';
import { columnsOf } from '../plan/expression.ts';
import { type PatternEdge, seenColumns, typeFits, type WalkBody, type WalkEdge } from '../plan/pattern.ts';
import type { ColumnId } from '../plan/type.ts';
import type { EdgeValue, Row, Value } from '../value.ts';
import { filterPlaces, type FoundWalk, type Hop, seenPlaces, turnedBody, turnedWalk } from '../walk-body.ts';
import { WalkSearch } from '../walk-search.ts';
import { hasLabels, type StoredGraph } from './match-graph.ts';
import type { PreparedMatch } from './match-steps.ts';
import { preparePredicate } from './prepare.ts';

export interface BodyWalk {
  readonly end: number;
  readonly edges: readonly EdgeValue[];
  /** The values of seenColumns, in their order. */
  readonly seen: readonly Value[];
}

interface Where {
  readonly prepared: PreparedMatch;
  readonly graph: StoredGraph;
  readonly context: RunContext;
  readonly row: Row;
}

function graphOf({ prepared }: Pick<Where, 'prepared'>): number {
  return prepared.plan.graph?.id ?? defaultGraph;
}

/** The walks from one end of the edge, in the order of its body. `end`: the other end where it is known; `used`: edges it may not take. */
export function* bodyWalks(
  edge: PatternEdge & { readonly body: WalkBody },
  start: number,
  end: number | undefined,
  backward: boolean,
  used: ReadonlySet<number>,
  where: Where,
): Generator<BodyWalk> {
  const { graph, context } = where;
  const body = backward ? turnedBody(edge.body) : edge.body;
  const edges: EdgeValue[] = [];
  const hopOf = (one: EdgeValue, target: number): Hop => ({ edge: one.id, target, meta: edges.push(one) - 1 });
  const search = new WalkSearch(body, {
    hops: (step, node, back) => hopsOf(graph, step, node, back, hopOf),
    fits: (block, place, node) => hasLabels(graph, node, body.blocks[block]?.nodes[place]?.labels),
    holds: conditionsOf(body, where, edges),
    ready: () => true,
    taken: (id) => used.has(id),
    mayEnd: () => true,
    check: () => context.check(),
  });
  const found = body.pick ? search.picked(start, end) : edge.selector === 'reachable' ? search.reachable(start) : search.all(start);
  for (const walk of found) {
    if (walk === 'pending') continue;
    const right: FoundWalk = backward ? turnedWalk(edge.body, walk) : walk;
    const list = right.hops.map((h) => edges[h.meta] as EdgeValue);
    const values = {
      nodes: (i: number): Value => context.elements.node(right.nodes[i] as number, graphOf(where)),
      edges: (i: number): Value => list[i] as EdgeValue,
    };
    const seen = seenPlaces(edge.body, right.marks).map(
      (s): Value => (s.list ? s.places.map(values[s.of]) : values[s.of](s.places[0] as number)),
    );
    yield { end: walk.end, edges: list, seen };
  }
}

function hopsOf(graph: StoredGraph, step: WalkEdge, node: number, back: boolean, hopOf: (one: EdgeValue, target: number) => Hop): Hop[] {
  const hops: Hop[] = [];
  const out = step.direction === 'any' || (step.direction === 'forward') !== back;
  const into = step.direction === 'any' || (step.direction === 'backward') !== back;
  if (out) for (const one of graph.outgoing.get(node) ?? []) if (typeFits(step, one.type)) hops.push(hopOf(one, one.to));
  for (const one of into ? (graph.incoming.get(node) ?? []) : []) {
    if (typeFits(step, one.type) && !(out && one.from === one.to)) hops.push(hopOf(one, one.from));
  }
  return hops;
}

function conditionsOf(body: WalkBody, { prepared, context, row }: Where, edges: readonly EdgeValue[]) {
  const at = (id: ColumnId): number => prepared.layout.get(id) as number;
  const places = filterPlaces(body, columnsOf);
  const predicates = body.blocks.map((b) => b.filters.map((f) => preparePredicate(f, prepared.layout)));
  return (block: number, turn: { readonly nodes: readonly number[]; readonly hops: readonly Hop[] }): boolean => {
    const ready = places[block]?.[turn.hops.length] ?? [];
    if (ready.length === 0) return true;
    const own = body.blocks[block];
    turn.nodes.forEach((id, i) => own?.nodes[i] && (row[at(own.nodes[i].column.id)] = context.elements.node(id, graphOf({ prepared }))));
    turn.hops.forEach((hop, i) => own?.edges[i] && (row[at(own.edges[i].column.id)] = edges[hop.meta]));
    return ready.every((f) => predicates[block]?.[f]?.(row, context) ?? true);
  };
}

/** Puts the values of a walk's own variables into the working row. */
export function placeSeen(body: WalkBody, walk: BodyWalk, prepared: PreparedMatch, row: Row): void {
  seenColumns(body).forEach((column, i) => {
    row[prepared.layout.get(column.id) as number] = walk.seen[i];
  });
}
