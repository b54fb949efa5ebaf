// Walks of variable length for the reference match: all trails, shortest trails, and the nodes that can be reached. A trail
// uses no edge twice. `next` says which edges leave a node; types, direction and filters are its business.
//
// For a minimum of 0 or 1, breadth-first search finds the shortest: a shortest walk between different nodes never repeats an
// edge, and a shortest trail back to the start is an edge plus a shortest way back without it. For a higher minimum a walk
// found by breadth might repeat an edge, so trails are enumerated by length; that can take long and is fine for a reference.

import type { EdgeValue } from '../value.ts';

export interface Step {
  readonly edge: EdgeValue;
  readonly end: number;
}
export type Next = (node: number) => readonly Step[];

export interface Walk {
  readonly end: number;
  /** In the order walked. Empty for `reachable`, where nobody asks. */
  readonly edges: readonly EdgeValue[];
}

export interface Bounds {
  readonly min: number;
  /** Infinity: none. */
  readonly max: number;
}

/** Every trail of min to max edges. `used` are edges it may not use; while a trail is put out, its own edges are in it too. */
export function* trails(start: number, { min, max }: Bounds, next: Next, used: Set<number>): Generator<Walk> {
  if (min === 0) yield { end: start, edges: [] };
  if (max === 0) return;
  const path: EdgeValue[] = [];
  const stack: { readonly steps: readonly Step[]; at: number }[] = [{ steps: next(start), at: 0 }];
  const stepBack = () => {
    const edge = path.pop();
    if (edge) used.delete(edge.id);
  };
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const step = top.steps[top.at++];
    if (!step) {
      stack.pop();
      stepBack();
    } else if (!used.has(step.edge.id)) {
      path.push(step.edge);
      used.add(step.edge.id);
      if (path.length >= min) yield { end: step.end, edges: [...path] };
      if (path.length < max) stack.push({ steps: next(step.end), at: 0 });
      else stepBack();
    }
  }
}

/** One shortest trail (of at least `min` edges) to each node, or all of that length. */
export function* shortest(start: number, bounds: Bounds, next: Next, all: boolean): Generator<Walk> {
  if (bounds.min > 1) {
    yield* shortestByLength(start, bounds, next, all);
    return;
  }
  const search = breadthFirst(start, bounds.max, next);
  for (const [end, { distance }] of search) {
    if (end !== start) yield* walksBack(search, end, distance, all);
  }
  if (bounds.min === 0) yield { end: start, edges: [] };
  else yield* shortestClosed(start, bounds.max, next, all);
}

/** Each node that a trail of min to max edges ends at, once. */
export function* reachable(start: number, bounds: Bounds, next: Next): Generator<Walk> {
  const ends = new Set<number>();
  const walks = bounds.min > 1 ? trails(start, bounds, next, new Set()) : shortest(start, bounds, next, false);
  for (const { end } of walks) {
    if (ends.has(end)) continue;
    ends.add(end);
    yield { end, edges: [] };
  }
}

interface Found {
  readonly distance: number;
  /** The last edges of the shortest ways here, each with the node before. */
  readonly from: Step[];
}

function breadthFirst(start: number, max: number, next: Next, avoid?: number): Map<number, Found> {
  const found = new Map<number, Found>([[start, { distance: 0, from: [] }]]);
  let frontier = [start];
  for (let distance = 1; frontier.length > 0 && distance <= max; distance++) {
    const reached: number[] = [];
    for (const node of frontier) {
      for (const { edge, end } of next(node)) {
        if (edge.id === avoid) continue;
        const known = found.get(end);
        if (!known) {
          found.set(end, { distance, from: [{ edge, end: node }] });
          reached.push(end);
        } else if (known.distance === distance) known.from.push({ edge, end: node });
      }
    }
    frontier = reached;
  }
  return found;
}

/** The shortest ways to `end`, read off a search from its end. */
function* walksBack(search: ReadonlyMap<number, Found>, end: number, distance: number, all: boolean): Generator<Walk> {
  for (const { edges } of trails(end, { min: distance, max: distance }, (node) => search.get(node)?.from ?? [], new Set())) {
    yield { end, edges: [...edges].reverse() };
    if (!all) return;
  }
}

function* shortestClosed(start: number, max: number, next: Next, all: boolean): Generator<Walk> {
  let length = max;
  const ways: { readonly first: EdgeValue; readonly node: number; readonly search: Map<number, Found>; readonly length: number }[] = [];
  for (const { edge, end } of next(start)) {
    const search = breadthFirst(end, length - 1, next, edge.id);
    const rest = search.get(start)?.distance;
    if (rest === undefined || rest + 1 > length) continue;
    length = rest + 1;
    ways.push({ first: edge, node: end, search, length });
  }
  for (const way of ways) {
    if (way.length !== length) continue;
    for (const { edges } of walksBack(way.search, start, length - 1, all)) {
      yield { end: start, edges: [way.first, ...edges] };
      if (!all) return;
    }
  }
}

function* shortestByLength(start: number, { min, max }: Bounds, next: Next, all: boolean): Generator<Walk> {
  const open = new Set(breadthFirst(start, max, next).keys());
  for (let length = min; length <= max && open.size > 0; length++) {
    const ended = new Set<number>();
    let any = false;
    for (const walk of trails(start, { min: length, max: length }, next, new Set())) {
      any = true;
      if (!open.has(walk.end) || (!all && ended.has(walk.end))) continue;
      ended.add(walk.end);
      yield walk;
    }
    for (const end of ended) open.delete(end);
    if (!any) return;
  }
}
