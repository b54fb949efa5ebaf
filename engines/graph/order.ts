// Chooses where a traversal starts and in which order it walks: every start is tried with a greedy order behind it, and the
// one with the fewest estimated rows along the way wins. Estimates come from the catalogue's counts alone.

import type { Catalog } from '../catalog.ts';
import type { PatternEdge } from '../plan/pattern.ts';
import type { AccessChoice } from './access.ts';
import { type Parts, requiredLabels } from './conditions.ts';

export type Choice =
  | {
      readonly kind: 'start';
      readonly node: number;
      readonly access?: AccessChoice | undefined;
      readonly label?: string | undefined;
      readonly rows: number;
    }
  | {
      readonly kind: 'edge';
      readonly edge: number;
      readonly start: number;
      readonly end: number;
      readonly closed: boolean;
      readonly rows: number;
    };

/** Counts, and what they say about the pattern. */
export interface Estimates {
  readonly nodes: number;
  label(name: string): number;
  types(names: readonly string[]): number;
}

/** The catalogue's counts of labels and edge types. */
export function estimatesOf(catalog: Catalog): Estimates {
  const labels = new Map(catalog.labels.map((l) => [l.name, l.count]));
  const types = new Map(catalog.edgeTypes.map((t) => [t.name, t.count]));
  const sum = (counts: Iterable<number>): number => [...counts].reduce((a, b) => a + b, 0);
  const allEdges = sum(types.values());
  return {
    nodes: Math.max(1, sum(labels.values())),
    label: (name) => labels.get(name) ?? 0,
    types: (names) => (names.length === 0 ? allEdges : sum(new Set(names.map((n) => types.get(n) ?? 0)))),
  };
}

/** Nodes of a label, at least, where the statement makes some while it runs. */
const grownNodesMin = 10_000;

/** The counts as they may become while the statement makes nodes: a scan then never looks cheap. */
export function grown(estimates: Estimates): Estimates {
  return {
    nodes: Math.max(grownNodesMin, estimates.nodes),
    label: (name) => Math.max(grownNodesMin, estimates.label(name)),
    types: (names) => estimates.types(names),
  };
}

/** Rows of a node variable without any access: its rarest label, or all nodes. */
export function scanOf(parts: Parts, node: number, estimates: Estimates): { label?: string; rows: number } {
  let best: { label?: string; rows: number } = { rows: estimates.nodes };
  for (const label of requiredLabels(parts.labels[node])) {
    const rows = estimates.label(label);
    if (best.label === undefined || rows < best.rows) best = { label, rows };
  }
  return best;
}

/** The whole order. `skip` are edges that are counted apart, with the nodes behind them. */
export function chooseOrder(
  parts: Parts,
  accesses: readonly (readonly AccessChoice[])[],
  estimates: Estimates,
  skip: { readonly nodes: ReadonlySet<number>; readonly edges: ReadonlySet<number> },
): Choice[] {
  const { nodes, edges } = parts.match.pattern;
  const bound = nodes.flatMap((n, i) => (n.bound ? [i] : []));
  const known = edges.flatMap((e) => (e.bound ? [e.from, e.to] : []));
  const begin = new Set([...bound, ...known]);
  const open = nodes.flatMap((_, i) => (begin.has(i) || skip.nodes.has(i) ? [] : [i]));
  const first = begin.size > 0 || open.length === 0 ? [undefined] : open;
  const weighing: Weighing = { parts, accesses, estimates, scans: nodes.map((_, i) => scanOf(parts, i, estimates)) };
  let best: { choices: Choice[]; cost: number } | undefined;
  for (const start of worthTrying(weighing, first, begin)) {
    const planned = greedy(weighing, skip, begin, start);
    if (!best || planned.cost < best.cost) best = planned;
  }
  return best?.choices ?? [];
}

interface Weighing {
  readonly parts: Parts;
  readonly accesses: readonly (readonly AccessChoice[])[];
  readonly estimates: Estimates;
  /** What `scanOf` says, by node. */
  readonly scans: readonly { readonly label?: string; readonly rows: number }[];
}

/** Looks at edges and nodes that all orders together may take. */
const looksMax = 2_000_000;

/** All starts of a pattern of usual size; of a large one those with the fewest rows. */
function worthTrying(
  weighing: Weighing,
  starts: readonly (number | undefined)[],
  have: ReadonlySet<number>,
): readonly (number | undefined)[] {
  const { nodes, edges } = weighing.parts.match.pattern;
  const count = Math.max(1, Math.floor(looksMax / (nodes.length * (nodes.length + edges.length) + 1)));
  if (starts.length <= count) return starts;
  const rowsOf = (node: number | undefined): number => (node === undefined ? 0 : startAt(weighing, have, node, 1).rows);
  return [...starts].sort((a, b) => rowsOf(a) - rowsOf(b)).slice(0, count);
}

function greedy(
  weighing: Weighing,
  skip: { readonly nodes: ReadonlySet<number>; readonly edges: ReadonlySet<number> },
  begin: ReadonlySet<number>,
  start: number | undefined,
): { choices: Choice[]; cost: number } {
  const { parts } = weighing;
  const { nodes, edges } = parts.match.pattern;
  const have = new Set(begin);
  const done = new Set<number>(skip.edges);
  edges.forEach((e, i) => e.bound && done.add(i));
  const choices: Choice[] = [];
  let rows = 1;
  let cost = 0;
  const take = (choice: Choice): void => {
    choices.push(choice);
    rows = choice.rows;
    cost += rows;
    if (choice.kind === 'start') have.add(choice.node);
    else {
      done.add(choice.edge);
      have.add(choice.end);
    }
    // What is filtered later counts less.
    const node = choice.kind === 'start' ? choice.node : choice.closed ? -1 : choice.end;
    const answered = choice.kind === 'start' && choice.access !== undefined;
    if (node >= 0 && !answered) rows *= selectivity(parts, node);
  };
  if (start !== undefined) take(startAt(weighing, have, start, rows));
  for (;;) {
    let next: Choice | undefined;
    const offer = (choice: Choice): void => {
      if (!next || choice.rows < next.rows) next = choice;
    };
    edges.forEach((edge, index) => {
      if (done.has(index) || !(have.has(edge.from) || have.has(edge.to))) return;
      for (const choice of walks(weighing, have, edge, index, rows)) offer(choice);
    });
    const adjacent = next !== undefined;
    nodes.forEach((_, index) => {
      if (have.has(index) || skip.nodes.has(index) || (adjacent && weighing.accesses[index]?.length === 0)) return;
      const choice = startAt(weighing, have, index, rows);
      // To walk there is cheaper than to hash all nodes first.
      const found = choice.kind === 'start' && choice.access !== undefined && choice.access.access.kind !== 'hash';
      if (!adjacent || found) offer(choice);
    });
    if (!next) return { choices, cost };
    take(next);
  }
}

function startAt({ accesses, scans }: Weighing, have: ReadonlySet<number>, node: number, rows: number): Choice {
  const access = accesses[node]?.find((a) => [...a.needs].every((n) => have.has(n)));
  const scan = scans[node] as Weighing['scans'][number];
  if (access && access.rows <= Math.max(1, scan.rows)) return { kind: 'start', node, access, label: scan.label, rows: rows * access.rows };
  return { kind: 'start', node, label: scan.label, rows: rows * scan.rows };
}

/** The ways to walk an edge from what is bound. */
function walks(weighing: Weighing, have: ReadonlySet<number>, edge: PatternEdge, index: number, rows: number): Choice[] {
  const both = have.has(edge.from) && have.has(edge.to);
  const out: Choice[] = [];
  for (const [start, end] of [[edge.from, edge.to] as const, [edge.to, edge.from] as const]) {
    if (!have.has(start)) continue;
    const fan = fanOut(weighing, edge, start);
    const target = weighing.scans[end]?.rows ?? 0;
    const closed = both || start === end;
    out.push({
      kind: 'edge',
      edge: index,
      start,
      end,
      closed,
      rows: rows * (closed ? closedRows(edge, fan, target) : openRows(edge, fan, weighing.estimates.nodes)),
    });
  }
  return out;
}

function fanOut({ scans, estimates }: Weighing, edge: PatternEdge, start: number): number {
  const sources = Math.max(1, scans[start]?.rows ?? 0);
  return (estimates.types(edge.types) * (edge.direction === 'any' ? 2 : 1)) / sources;
}

function openRows(edge: PatternEdge, fan: number, nodes: number): number {
  if (!edge.quantifier) return fan;
  const depth = Math.min(edge.quantifier.max ?? 3, 3);
  const walked = Math.max(1, fan) ** depth;
  return edge.selector === 'all' ? walked : Math.min(walked, nodes);
}

function closedRows(edge: PatternEdge, fan: number, targets: number): number {
  if (!edge.quantifier) return Math.min(1, fan / Math.max(1, targets));
  return edge.selector === 'all' ? Math.max(1, fan) ** Math.min(edge.quantifier.max ?? 3, 3) : 1;
}

/** The share of nodes that the conditions on this node alone let through. */
function selectivity(parts: Parts, node: number): number {
  let share = 1;
  for (const c of parts.conditions) {
    if (c.nodes.size !== 1 || c.edges.size > 0 || !c.nodes.has(node)) continue;
    share *= c.expr.kind === 'binary' && c.expr.operator === '=' ? 0.1 : 0.5;
  }
  return share;
}
