// Searches the walks of a body (plan/pattern.ts) over a graph that the caller shows edge by edge; the reference matcher and the graph
// engine both use it, each over its own graph. No waiting: before it looks at the edges of a node it asks whether what the
// conditions read is there, and yields `pending` until it is.
//
//   all walks     depth first
//   reachable     breadth first, each end once
//   the shortest  for each pair of ends, depth first with a growing length; distances to the end, found by a search backwards that
//                 ignores conditions and counts, cut what cannot arrive in time (iterative deepening A*, Korf 1985)

import { QueryError } from '../parser/error.ts';
import type { WalkBody, WalkEdge } from './plan/pattern.ts';
import { type FoundWalk, type Hop, type Mark, type Moves, movesOf } from './walk-body.ts';

/** The graph and the conditions, as the caller has them. */
export interface WalkSpace {
  /** The edges of this type and direction that leave a node; `back`: those that lead to it. */
  hops(edge: WalkEdge, node: number, back: boolean): readonly Hop[];
  /** Has the node the labels of this place? */
  fits(block: number, place: number, node: number): boolean;
  /** Do the conditions hold that can be decided once `place` edges of a turn are walked? */
  holds(block: number, turn: Turn): boolean;
  /** Is what the conditions read of the node, its edges and their ends loaded? */
  ready(node: number): boolean;
  /** Does another edge of the pattern hold this edge? */
  taken(edge: number): boolean;
  /** May the walk end here? Asked before paths are chosen. */
  mayEnd(node: number): boolean;
  /** Throws when the statement must stop. */
  check(): void;
}

/** The elements of a turn so far; nodes.length = edges.length + 1. */
export interface Turn {
  readonly nodes: readonly number[];
  readonly hops: readonly Hop[];
}

/** Longer walks are not looked for where edges may be used again and again. */
const walkEdgesMax = 10_000;
/** Walks that a search for the shortest between two nodes may begin: where fewer paths exist than are asked for, all trails would be tried. */
const walksMax = 5_000_000;

/** A walk so far: after `place` edges of turn number `turn` of a block. The start has block -1. */
interface Config {
  readonly before: Config | undefined;
  readonly hop: Hop;
  readonly node: number;
  readonly block: number;
  readonly place: number;
  readonly turn: number;
  readonly length: number;
}

/** Where a next edge may begin: its block and turn, with `place` edges of the turn walked. */
interface Onward {
  readonly block: number;
  readonly turn: number;
  readonly place: number;
}

const nowhere: Hop = { edge: -1, target: -1, meta: 0 };

/** One search; made per body and space, used for many starts. */
export class WalkSearch {
  private readonly body: WalkBody;
  private readonly space: WalkSpace;
  private readonly moves: Moves;
  private steps = 0;

  constructor(body: WalkBody, space: WalkSpace) {
    this.body = body;
    this.space = space;
    this.moves = movesOf(body);
  }

  /** Every walk from the start, in no particular order. */
  *all(start: number): Generator<'pending' | FoundWalk> {
    const first = startOf(start);
    while (!this.space.ready(start)) yield 'pending';
    if (this.accepts(first)) yield this.found(first);
    const stack: { readonly configs: readonly Config[]; at: number }[] = [{ configs: yield* this.expand(first, false), at: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const config = top.configs[top.at++];
      if (!config) {
        stack.pop();
        continue;
      }
      while (!this.space.ready(config.node)) yield 'pending';
      if (this.accepts(config)) yield this.found(config);
      stack.push({ configs: yield* this.expand(config, false), at: 0 });
    }
  }

  /** One walk to each node that can be reached, a shortest. Only for bodies of one edge, walked one way, at least 0 or 1 times. */
  *reachable(start: number): Generator<'pending' | FoundWalk> {
    const first = startOf(start);
    const seen = new Set<number>();
    while (!this.space.ready(start)) yield 'pending';
    if (this.accepts(first)) {
      seen.add(start);
      yield this.found(first);
    }
    let level: Config[] = [first];
    while (level.length > 0) {
      const next: Config[] = [];
      for (const config of level) {
        for (const reached of yield* this.expand(config, false)) {
          if (seen.has(reached.node)) continue;
          seen.add(reached.node);
          next.push(reached);
          if (this.accepts(reached)) yield this.found(reached);
        }
      }
      level = next;
    }
  }

  /** The walks that the body's `pick` chooses, for each end or for the one given. */
  *picked(start: number, end: number | undefined): Generator<'pending' | FoundWalk> {
    const ends = end === undefined ? this.ends(start) : [end];
    for (const one of ends) if (this.space.mayEnd(one)) yield* this.between(start, one);
  }

  // ---------------------------------------------------------------------------------------------- the shortest

  /** Nodes that a walk could end at if there were no conditions. */
  private ends(start: number): Set<number> {
    const ends = new Set<number>();
    const seen = new Set<string>();
    let level: { node: number; state: number }[] = [{ node: start, state: 0 }];
    if (this.moves.accepting.has(0)) ends.add(start);
    while (level.length > 0) {
      const next: { node: number; state: number }[] = [];
      for (const { node, state } of level) {
        for (const to of this.moves.onward[state] ?? []) {
          for (const hop of this.hops(to.edge, node, false)) {
            const key = `${hop.target} ${to.state}`;
            if (seen.has(key)) continue;
            seen.add(key);
            if (this.moves.accepting.has(to.state)) ends.add(hop.target);
            next.push({ node: hop.target, state: to.state });
          }
        }
      }
      level = next;
    }
    return ends;
  }

  /** Per state and node, a lower bound of the edges that are left to the end. */
  private distances(end: number): Map<number, number>[] {
    const distances = this.moves.onward.map(() => new Map<number, number>());
    let level: { node: number; state: number }[] = [...this.moves.accepting].map((state) => ({ node: end, state }));
    for (const { state } of level) distances[state]?.set(end, 0);
    for (let length = 1; level.length > 0; length++) {
      const next: { node: number; state: number }[] = [];
      for (const { node, state } of level) {
        const edge = this.moves.into[state];
        if (!edge) continue;
        const hops = this.hops(edge, node, true);
        for (const before of this.moves.before[state] ?? []) {
          const known = distances[before];
          for (const hop of hops) {
            if (!known || known.has(hop.target)) continue;
            known.set(hop.target, length);
            next.push({ node: hop.target, state: before });
          }
        }
      }
      level = next;
    }
    return distances;
  }

  private *between(start: number, end: number): Generator<'pending' | FoundWalk> {
    const { count, groups } = this.body.pick ?? { count: 1, groups: false };
    const distances = this.distances(end);
    const first = startOf(start);
    let chosen = 0;
    let begun = 0;
    let length = distances[0]?.get(start);
    const shortest = length ?? 0;
    while (length !== undefined) {
      if (this.body.mode === 'walk' && length - shortest > walkEdgesMax)
        throw tooMany(`it has gone ${walkEdgesMax} edges beyond the shortest`);
      const paths = new Set<string>();
      let longer = Number.POSITIVE_INFINITY;
      const near = (configs: readonly Config[], limit: number): Config[] =>
        configs.filter((c) => {
          const left = distances[this.moves.stateOf(c.block, c.place)]?.get(c.node);
          const whole = left === undefined ? Number.POSITIVE_INFINITY : c.length + left;
          if (whole > limit) longer = Math.min(longer, whole);
          return whole <= limit;
        });
      const stack: { readonly configs: readonly Config[]; at: number }[] = [{ configs: [first], at: 0 }];
      for (let top = stack.at(-1); top; top = stack.at(-1)) {
        const config = top.configs[top.at++];
        if (!config) {
          stack.pop();
          continue;
        }
        if (++begun > walksMax) throw tooMany(`more than ${walksMax} walks have begun`);
        while (!this.space.ready(config.node)) yield 'pending';
        if (config.length === length && config.node === end && this.accepts(config)) {
          const walk = this.found(config);
          const key = walk.hops.map((h) => h.edge).join(' ');
          if (!paths.has(key)) {
            paths.add(key);
            yield walk;
            if (!groups && ++chosen >= count) return;
          }
        }
        stack.push({ configs: near(yield* this.expand(config, true), length), at: 0 });
      }
      if (groups && paths.size > 0 && ++chosen >= count) return;
      length = Number.isFinite(longer) ? longer : undefined;
    }
  }

  // ---------------------------------------------------------------------------------------------- one step

  private hops(edge: WalkEdge, node: number, back: boolean): readonly Hop[] {
    if ((++this.steps & 255) === 0) this.space.check();
    return this.space.hops(edge, node, back);
  }

  private accepts(config: Config): boolean {
    return this.onward(config).accepts;
  }

  /** What may come after: edges of the turn, another turn, later blocks, the end. */
  private onward(config: Config): { readonly starts: readonly Onward[]; readonly accepts: boolean } {
    const { blocks } = this.body;
    const starts: Onward[] = [];
    let accepts = false;
    const boundary = (block: number, turns: number): void => {
      const here = blocks[block];
      if (!here) {
        accepts = true;
        return;
      }
      if (turns >= here.min) boundary(block + 1, 0);
      if (here.max !== undefined && turns >= here.max) return;
      if (here.edges.length > 0) starts.push({ block, turn: turns, place: 0 });
      else if (this.begins(block, config.node)) boundary(block, turns + 1);
    };
    const inside = blocks[config.block];
    if (!inside) boundary(0, 0);
    else if (config.place < inside.edges.length) starts.push({ block: config.block, turn: config.turn, place: config.place });
    else boundary(config.block, config.turn + 1);
    return { starts, accepts };
  }

  private begins(block: number, node: number): boolean {
    return this.space.fits(block, 0, node) && this.space.holds(block, { nodes: [node], hops: [] });
  }

  /** The walks that are one edge longer. `anyEdge`: edges that the pattern holds elsewhere may be used. */
  private *expand(config: Config, anyEdge: boolean): Generator<'pending', Config[]> {
    while (!this.space.ready(config.node)) yield 'pending';
    const { mode, blocks } = this.body;
    const out: Config[] = [];
    // A simple walk that is back at its start has ended.
    if (mode === 'simple' && config.length > 0 && config.node === firstNode(config)) return out;
    for (const { block, turn, place } of this.onward(config).starts) {
      const edge = blocks[block]?.edges[place];
      if (!edge || (place === 0 && !this.begins(block, config.node))) continue;
      for (const hop of this.hops(edge, config.node, false)) {
        if (mode !== 'walk' && !anyEdge && this.space.taken(hop.edge)) continue;
        if (repeats(config, hop, mode) || !this.space.fits(block, place + 1, hop.target)) continue;
        const next: Config = { before: config, hop, node: hop.target, block, place: place + 1, turn, length: config.length + 1 };
        if (this.space.holds(block, turnOf(next))) out.push(next);
      }
    }
    return out;
  }

  private found(config: Config): FoundWalk {
    const nodes: number[] = [];
    const hops: Hop[] = [];
    const marks: Mark[] = [];
    for (let at: Config | undefined = config; at; at = at.before) {
      nodes.push(at.node);
      if (at.before) hops.push(at.hop);
      if (at.before) marks.push({ block: at.block, place: at.place });
    }
    return { end: config.node, nodes: nodes.reverse(), hops: hops.reverse(), marks: marks.reverse() };
  }
}

function tooMany(what: string): QueryError {
  return new QueryError('limit/trails', `The search for paths between two nodes is too long: ${what}.`, {
    hint: 'Give the pattern a greatest length, ask for fewer paths, or exclude paths back to the start with a <> b.',
  });
}

function startOf(node: number): Config {
  return { before: undefined, hop: nowhere, node, block: -1, place: 0, turn: 0, length: 0 };
}

function firstNode(config: Config): number {
  let at = config;
  while (at.before) at = at.before;
  return at.node;
}

/** Does the edge, or the node it leads to, break the mode? */
function repeats(config: Config, hop: Hop, mode: WalkBody['mode']): boolean {
  if (mode === 'walk') return false;
  for (let at: Config | undefined = config; at; at = at.before) {
    if (at.before && at.hop.edge === hop.edge) return true;
    if (mode === 'trail' || at.node !== hop.target) continue;
    if (mode === 'acyclic' || at.before) return true;
  }
  return false;
}

function turnOf(config: Config): Turn {
  const nodes = [config.node];
  const hops: Hop[] = [];
  let at: Config = config;
  for (let place = config.place; place > 0 && at.before; place--) {
    hops.push(at.hop);
    at = at.before;
    nodes.push(at.node);
  }
  return { nodes: nodes.reverse(), hops: hops.reverse() };
}
