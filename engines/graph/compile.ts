// Match → traversal program: takes the conditions apart, cuts off what is only counted, chooses the order, and lays the moves
// out in stages so that every condition runs as soon as what it reads is known.

import type { Catalog } from '../catalog.ts';
import { type PatternEdge, seenColumns } from '../plan/pattern.ts';
import type { Match } from '../plan/plan.ts';
import { type AccessChoice, accessesOf, type IndexOn } from './access.ts';
import { type Parts, takeApart } from './conditions.ts';
import { chooseOrder, type Choice, estimatesOf, type Estimates, grown, scanOf } from './order.ts';
import { printSteps } from './print.ts';
import type { Condition, IdCheck, Move, Program, Stage, Tally, Way, Weight } from './program.ts';
import { cutLeaves, type CutOff, distinctEdges } from './weights.ts';

/** Compiles a pattern. Reads only the catalogue and which indexes exist. */
export function compileMatch(match: Match, countOnly: boolean, catalog: Catalog, indexOn: IndexOn): Program {
  const parts = takeApart(match);
  const estimates = match.growing ? grown(estimatesOf(catalog)) : estimatesOf(catalog);
  const accesses = match.pattern.nodes.map((n, i) => (n.bound ? [] : accessesOf(parts, i, indexOn, estimates, catalog.indexes)));
  const distinctFrom = distinctEdges(match.pattern, parts.checks);
  const cut = countOnly ? bestCut(parts, distinctFrom, accesses, estimates) : nothingCut;
  const choices = chooseOrder(parts, accesses, estimates, cut);
  const laidOut = new StageBuilder(parts).build(choices);
  const { stages, weights, tally } = countOnly ? withTally(laidOut, cut.weights, distinctFrom) : { stages: laidOut, weights: cut.weights };
  const program = { match, countOnly, stages, weights, tally, labels: parts.labels, visible: visibleEdges(parts), distinctFrom };
  return { ...program, steps: printSteps(program, choices) };
}

const nothingCut: CutOff = { weights: [], nodes: new Set(), edges: new Set() };

/** Of a pattern with more nodes only the one with the fewest rows is tried as the root that stays. */
const rootsMax = 64;

/** Of the ways to cut leaves off, the one that leaves the fewest nodes to walk; then the one with the cheapest start. */
function bestCut(
  parts: Parts,
  distinctFrom: readonly (readonly number[])[],
  accesses: readonly (readonly AccessChoice[])[],
  estimates: Estimates,
): CutOff {
  const { nodes } = parts.match.pattern;
  const rowsAt = nodes.map((node, i) =>
    node.bound ? 0 : (accesses[i]?.find((a) => a.needs.size === 0)?.rows ?? scanOf(parts, i, estimates).rows),
  );
  let roots = [...nodes.keys()];
  if (roots.length > rootsMax) roots = roots.sort((a, b) => (rowsAt[a] ?? 0) - (rowsAt[b] ?? 0)).slice(0, 1);
  let best: { cut: CutOff; rows: number } | undefined;
  for (const root of roots) {
    const cut = cutLeaves(parts, distinctFrom, root);
    const rows = rowsAt[root] ?? 0;
    if (!best || cut.nodes.size > best.cut.nodes.size || (cut.nodes.size === best.cut.nodes.size && rows < best.rows)) best = { cut, rows };
  }
  return best?.cut ?? nothingCut;
}

/** Takes the last expand of a count out of the walk if all that is asked of its end can be answered by subtracting. */
function withTally(
  stages: readonly Stage[],
  weights: readonly Weight[],
  distinctFrom: readonly (readonly number[])[],
): { stages: readonly Stage[]; weights: readonly Weight[]; tally?: Tally } {
  const stage = stages[stages.length - 1];
  const move = stage?.kind === 'walk' ? stage.moves[stage.moves.length - 1] : undefined;
  if (stage?.kind !== 'walk' || move?.kind !== 'expand') return { stages, weights };
  const { edge, start, end, way } = move;
  const others: number[] = [];
  for (const check of move.checks) {
    const other = check.left === end ? check.right : check.right === end ? check.left : end;
    if (check.operator !== '<>' || other === end) return { stages, weights };
    others.push(other);
  }
  const before = stage.moves.slice(0, -1);
  const rest = stages.slice(0, -1);
  const below = weights.filter((w) => w.at === end);
  return {
    stages: before.length > 0 ? [...rest, { kind: 'walk', moves: before }] : rest,
    weights: weights.filter((w) => w.at !== end),
    tally: { weight: { at: start, edge, end, way, below }, otherNodes: [...new Set(others)], otherEdges: distinctFrom[edge] ?? [] },
  };
}

function visibleEdges(parts: Parts): boolean[] {
  const { edges, paths } = parts.match.pattern;
  const seen = (e: PatternEdge): boolean => e.body !== undefined && seenColumns(e.body).length > 0;
  return edges.map(
    (e, i) => e.out || seen(e) || parts.conditions.some((c) => c.edges.has(i)) || paths.some((p) => p.out && p.edges.includes(i)),
  );
}

class StageBuilder {
  private readonly stages: Stage[] = [];
  private moves: Move[] = [];
  private readonly parts: Parts;
  private readonly nodes = new Set<number>();
  private readonly edges = new Set<number>();
  private readonly waiting: Set<Condition>;
  private readonly checks: Set<IdCheck>;

  constructor(parts: Parts) {
    this.parts = parts;
    this.waiting = new Set(parts.conditions);
    this.checks = new Set(parts.checks);
  }

  build(choices: readonly Choice[]): Stage[] {
    const { nodes, edges } = this.parts.match.pattern;
    this.filter();
    nodes.forEach((n, node) => {
      if (n.bound) this.move([node], [], (checks) => ({ kind: 'bound', node, checks }));
    });
    edges.forEach((e, edge) => {
      if (e.bound) this.move([e.from, e.to], [edge], (checks) => ({ kind: 'boundEdge', edge, checks }));
    });
    for (const choice of choices) {
      if (choice.kind === 'start') this.start(choice);
      else this.walk(choice);
    }
    this.flush();
    return this.stages;
  }

  private start(choice: Choice & { kind: 'start' }): void {
    const { node, access, label } = choice;
    if (!access) return this.move([node], [], (checks) => ({ kind: 'scan', node, label, checks }));
    for (const answered of access.answers) this.waiting.delete(answered);
    if (access.constant) return this.move([node], [], (checks) => ({ kind: 'list', node, access: access.access, label, checks }));
    this.flush();
    this.stages.push({ kind: 'lookup', node, access: access.access });
    // The checks on its id ride on a move that only binds it again.
    this.nodes.add(node);
    const checks = this.readyChecks();
    if (checks.length > 0) this.moves.push({ kind: 'again', node, checks });
    this.filter();
  }

  private walk(choice: Choice & { kind: 'edge' }): void {
    const { edge: index, start, end, closed } = choice;
    const edge = this.parts.match.pattern.edges[index] as PatternEdge;
    const forward = start === edge.from;
    const way: Way = edge.direction === 'any' ? 'both' : forward ? 'out' : 'in';
    this.move([end], [index], (checks): Move => {
      if (!edge.quantifier) return { kind: closed ? 'close' : 'expand', edge: index, start, end, way, checks };
      if (edge.body) return { kind: 'walk', edge: index, start, end, way, forward, closed, checks };
      const kind = edge.selector === 'all' ? 'trails' : edge.selector === 'reachable' ? 'reach' : 'shortest';
      return { kind, edge: index, start, end, way, forward, closed, filters: this.parts.elements.get(index) ?? [], checks };
    });
  }

  private move(nodes: readonly number[], edges: readonly number[], make: (checks: readonly IdCheck[]) => Move): void {
    for (const n of nodes) this.nodes.add(n);
    for (const e of edges) this.edges.add(e);
    this.moves.push(make(this.readyChecks()));
    this.filter();
  }

  private readyChecks(): IdCheck[] {
    const ready = [...this.checks].filter((c) => this.nodes.has(c.left) && this.nodes.has(c.right));
    for (const check of ready) this.checks.delete(check);
    return ready;
  }

  /** Puts a filter stage behind what is there if a condition has become ready. */
  private filter(): void {
    const ready = [...this.waiting].filter(
      (c) => [...c.nodes].every((n) => this.nodes.has(n)) && [...c.edges].every((e) => this.edges.has(e)),
    );
    if (ready.length === 0) return;
    for (const c of ready) this.waiting.delete(c);
    this.flush();
    this.stages.push({ kind: 'filter', conditions: ready });
  }

  private flush(): void {
    if (this.moves.length > 0) this.stages.push({ kind: 'walk', moves: this.moves });
    this.moves = [];
  }
}
