// What a body (plan/pattern.ts) says without a graph: the states that a walk of it goes through, the body from its other end, and where
// in a walk its variables and its conditions are. walk-search.ts looks for the walks.

import type { WalkBody, WalkEdge } from './plan/pattern.ts';

export interface Hop {
  readonly edge: number;
  readonly target: number;
  /** Handed back as it came: what the caller wants to know of the edge. */
  readonly meta: number;
}

export interface FoundWalk {
  readonly end: number;
  readonly nodes: readonly number[];
  readonly hops: readonly Hop[];
  /** Per edge, the block and how many edges of its turn are walked with it. */
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly block: number;
  readonly place: number;
}

/** The body as states: 0 is the start, the others are after an edge of a block. Turns are not counted. */
export interface Moves {
  readonly onward: readonly (readonly { readonly state: number; readonly edge: WalkEdge }[])[];
  readonly before: readonly (readonly number[])[];
  /** The edge that leads into a state. */
  readonly into: readonly (WalkEdge | undefined)[];
  readonly accepting: ReadonlySet<number>;
  stateOf(block: number, place: number): number;
}

/** The states of a body, and which edges lead from one to another. */
export function movesOf({ blocks }: WalkBody): Moves {
  const offsets: number[] = [];
  const into: (WalkEdge | undefined)[] = [undefined];
  for (const block of blocks) {
    offsets.push(into.length - 1);
    into.push(...block.edges);
  }
  const stateOf = (block: number, place: number): number => (block < 0 ? 0 : (offsets[block] ?? 0) + place);
  const accepting = new Set<number>();
  const onward: { readonly state: number; readonly edge: WalkEdge }[][] = into.map(() => []);
  const step = (from: number, block: number, place: number): void => {
    const edge = blocks[block]?.edges[place];
    if (edge) onward[from]?.push({ state: stateOf(block, place + 1), edge });
  };
  const boundary = (from: number, block: number): void => {
    for (let b = block; ; b++) {
      const here = blocks[b];
      if (!here) {
        accepting.add(from);
        return;
      }
      if (here.max !== 0) step(from, b, 0);
      if (here.min > 0 && here.edges.length > 0) return;
    }
  };
  boundary(0, 0);
  for (const [b, block] of blocks.entries()) {
    for (let place = 1; place < block.edges.length; place++) step(stateOf(b, place), b, place);
    if (block.edges.length === 0) continue;
    const done = stateOf(b, block.edges.length);
    if (block.max === undefined || block.max > 1) step(done, b, 0);
    boundary(done, b + 1);
  }
  const before: number[][] = into.map(() => []);
  for (const [from, list] of onward.entries()) for (const { state } of list) before[state]?.push(from);
  return { onward, before, into, accepting, stateOf };
}

/** The same walks from the other end. */
export function turnedBody(body: WalkBody): WalkBody {
  const blocks = [...body.blocks].reverse().map((block) => ({
    ...block,
    nodes: [...block.nodes].reverse(),
    edges: [...block.edges].reverse().map((e) => {
      const direction = e.direction === 'any' ? e.direction : e.direction === 'forward' ? ('backward' as const) : ('forward' as const);
      return { ...e, direction };
    }),
  }));
  return { ...body, blocks };
}

/** A walk of the turned body as a walk of the body. */
export function turnedWalk(body: WalkBody, walk: FoundWalk): FoundWalk {
  const last = body.blocks.length - 1;
  const marks = [...walk.marks].reverse().map(({ block, place }) => {
    const own = last - block;
    return { block: own, place: (body.blocks[own]?.edges.length ?? 0) - place + 1 };
  });
  return { end: walk.nodes[0] ?? walk.end, nodes: [...walk.nodes].reverse(), hops: [...walk.hops].reverse(), marks };
}

/** The elements that a walk's variables stand for: per seen column (in the order of seenColumns) the places in the walk's nodes or edges. */
export function seenPlaces(
  body: WalkBody,
  marks: readonly Mark[],
): { readonly of: 'nodes' | 'edges'; readonly places: readonly number[]; readonly list: boolean }[] {
  const out: { of: 'nodes' | 'edges'; places: number[]; list: boolean }[] = [];
  let begin = 0;
  for (const [b, block] of body.blocks.entries()) {
    const own = marks.flatMap((m, i) => (m.block === b ? [{ place: m.place, at: i }] : []));
    for (const [n, { seen }] of block.nodes.entries()) {
      if (!seen) continue;
      const places =
        block.edges.length === 0
          ? [begin]
          : own.flatMap(({ place, at }) => (n === 0 ? (place === 1 ? [at] : []) : place === n ? [at + 1] : []));
      out.push({ of: 'nodes', places, list: seen.type === 'list' });
    }
    for (const [e, { seen }] of block.edges.entries()) {
      if (seen)
        out.push({ of: 'edges', places: own.flatMap(({ place, at }) => (place === e + 1 ? [at] : [])), list: seen.type === 'list' });
    }
    begin += own.length;
  }
  return out;
}

/** Per block and number of edges walked, which of its filters can be decided then: those whose last variable is known just now. */
export function filterPlaces(
  body: WalkBody,
  reads: (filter: WalkBody['blocks'][number]['filters'][number]) => ReadonlySet<number>,
): number[][][] {
  return body.blocks.map((block) => {
    const places: number[][] = block.nodes.map(() => []);
    for (const [f, filter] of block.filters.entries()) {
      const ids = reads(filter);
      const nodeAt = block.nodes.findLastIndex((n) => ids.has(n.column.id));
      const edgeAt = block.edges.findLastIndex((e) => ids.has(e.column.id));
      places[Math.max(0, nodeAt, edgeAt + 1)]?.push(f);
    }
    return places;
  });
}
