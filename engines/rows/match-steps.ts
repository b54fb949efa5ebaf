// Prepares the reference match of one Match node: where each variable stands in the working row, in which order the pattern
// is searched, and after which step each filter can be decided.

import type { Layout, RunContext } from '../engine.ts';
import { columnsOf, type Expr } from '../plan/expression.ts';
import { type Pattern, type PatternEdge, type PatternNode, seenColumns, walkColumns } from '../plan/pattern.ts';
import { outputColumns, type Match } from '../plan/plan.ts';
import type { Column, ColumnId } from '../plan/type.ts';
import type { Row, Value } from '../value.ts';
import { layoutOf, layoutOfColumns, preparePredicate } from './prepare.ts';

export type Predicate = (row: Row, context: RunContext) => boolean;

export type SearchStep = {
  readonly kind: 'boundNode' | 'scan' | 'boundEdge' | 'edge' | 'walk';
  /** Index into the pattern's nodes or edges. */
  readonly index: number;
  /** Filters that are decided after the step. */
  readonly checks: readonly Predicate[];
  /** `walk` only: filters of each edge that are known while walking. */
  readonly whileWalking: readonly Predicate[];
};

export interface PreparedMatch {
  readonly plan: Match;
  /** The working row: the input's columns, then every variable of the pattern, anonymous ones too. */
  readonly layout: Layout;
  /** The input's columns alone: a bound variable that is not among them comes from an outer row. */
  readonly inputLayout: Layout;
  readonly steps: readonly SearchStep[];
  /** Decided on whole matches, with everything loaded: `where`, and filters that read paths. */
  readonly final: readonly Predicate[];
  /** Columns of nodes and edges whose properties filters read during the search. */
  readonly readEarly: ReadonlySet<ColumnId>;
}

const known = new WeakMap<Match, PreparedMatch>();

/** Remembered per plan object. */
export function prepareMatch(plan: Match): PreparedMatch {
  let prepared = known.get(plan);
  if (!prepared) {
    prepared = buildMatch(plan);
    known.set(plan, prepared);
  }
  return prepared;
}

/** A filter with the pattern variables that must be known first. */
interface PendingFilter {
  readonly holds: Predicate;
  readonly needs: readonly ColumnId[];
  /** The quantified edge that it looks at edge by edge. */
  readonly each: number | undefined;
}

function buildMatch(plan: Match): PreparedMatch {
  const { pattern } = plan;
  const layout = workingLayout(plan);
  const variables = new Set([...pattern.nodes, ...pattern.edges, ...pattern.paths].map((v) => v.column.id));
  for (const { body } of pattern.edges) if (body) for (const column of seenColumns(body)) variables.add(column.id);
  const readEarly = new Set<ColumnId>();
  let pending: PendingFilter[] = [];
  const addFilter = (expr: Expr, own: ColumnId, each: number | undefined) => {
    const reads = [...columnsOf(expr)];
    for (const id of reads) readEarly.add(id);
    const needs = new Set(reads.filter((id) => variables.has(id)));
    if (each === undefined) needs.add(own);
    pending.push({ holds: preparePredicate(expr, layout), needs: [...needs], each });
  };
  for (const node of pattern.nodes) for (const expr of node.filters) addFilter(expr, node.column.id, undefined);
  for (const [i, edge] of pattern.edges.entries()) {
    for (const expr of edge.filters) addFilter(expr, edge.column.id, edge.quantifier ? i : undefined);
  }
  const assigned = new Set<ColumnId>();
  const steps = searchOrder(pattern, variables).map(({ kind, index }): SearchStep => {
    const whileWalking: Predicate[] = [];
    if (kind === 'walk') {
      const ready = (f: PendingFilter) => f.each === index && f.needs.every((id) => assigned.has(id));
      whileWalking.push(...pending.filter(ready).map((f) => f.holds));
      pending = pending.filter((f) => !ready(f));
    }
    for (const column of columnsAfter(pattern, kind, index)) assigned.add(column.id);
    const decided = (f: PendingFilter) =>
      f.needs.every((id) => assigned.has(id)) && (f.each === undefined || assigned.has((pattern.edges[f.each] as PatternEdge).column.id));
    const checks = pending.filter(decided).map((f) => overList(f, pattern, layout));
    pending = pending.filter((f) => !decided(f));
    return { kind, index, checks, whileWalking };
  });
  const final = pending.map((f) => overList(f, pattern, layout));
  if (plan.where) final.push(preparePredicate(plan.where, layout));
  return { plan, layout, inputLayout: layoutOf(plan.input), steps, final, readEarly };
}

/** A filter of a quantified edge that could not be decided while walking must hold for each edge of the list. */
function overList({ holds, each }: PendingFilter, pattern: Pattern, layout: Layout): Predicate {
  const edge = each === undefined ? undefined : pattern.edges[each];
  if (!edge?.elementColumn) return holds;
  const list = layout.get(edge.column.id) as number;
  const element = layout.get(edge.elementColumn.id) as number;
  return (row, context) =>
    (row[list] as readonly Value[]).every((one) => {
      row[element] = one;
      return holds(row, context);
    });
}

function workingLayout(plan: Match): Layout {
  const input = outputColumns(plan.input);
  const present = new Set(input.map((c) => c.id));
  const added: Column[] = [];
  const add = (column: Column | undefined) => {
    if (!column || present.has(column.id)) return;
    present.add(column.id);
    added.push(column);
  };
  for (const node of plan.pattern.nodes) add(node.column);
  for (const edge of plan.pattern.edges) {
    add(edge.column);
    add(edge.elementColumn);
    if (edge.body) for (const column of [...walkColumns(edge.body), ...seenColumns(edge.body)]) add(column);
  }
  for (const path of plan.pattern.paths) add(path.column);
  return layoutOfColumns([...input, ...added]);
}

/** The variables that are known once the step is done. */
function columnsAfter(pattern: Pattern, kind: SearchStep['kind'], index: number): Column[] {
  if (kind === 'boundNode' || kind === 'scan') return pattern.nodes[index] ? [pattern.nodes[index].column] : [];
  const edge = pattern.edges[index];
  if (!edge) return [];
  return [
    edge.column,
    ...(edge.body ? seenColumns(edge.body) : []),
    ...[edge.from, edge.to].flatMap((n) => pattern.nodes[n]?.column ?? []),
  ];
}

/** How promising a scan of the node is: filters before labels. */
function narrowness(node: PatternNode): number {
  return (node.filters.length > 0 ? 2 : 0) + (node.labels ? 1 : 0);
}

/** Bound variables first; then edges from known nodes, single ones before long ones; a scan where nothing is known. */
function searchOrder(pattern: Pattern, variables: ReadonlySet<ColumnId>): { readonly kind: SearchStep['kind']; readonly index: number }[] {
  const steps: { kind: SearchStep['kind']; index: number }[] = [];
  const nodes = new Set<number>();
  const edges = new Set<number>();
  const takeNode = (kind: 'boundNode' | 'scan', index: number) => {
    nodes.add(index);
    steps.push({ kind, index });
  };
  const takeEdge = (kind: 'boundEdge' | 'edge' | 'walk', index: number, edge: PatternEdge) => {
    edges.add(index);
    nodes.add(edge.from).add(edge.to);
    steps.push({ kind, index });
  };
  for (const [i, node] of pattern.nodes.entries()) if (node.bound) takeNode('boundNode', i);
  for (const [i, edge] of pattern.edges.entries()) {
    if (edge.bound && edge.quantifier) throw new Error(`The edge list ${edge.column.id} is bound, which the binder does not allow.`);
    if (edge.bound) takeEdge('boundEdge', i, edge);
  }
  const isKnown = (id: ColumnId) =>
    [...nodes].some((n) => pattern.nodes[n]?.column.id === id) || [...edges].some((e) => pattern.edges[e]?.column.id === id);
  // A selector picks among the walks that pass its filters, so those must be decidable while walking.
  const filtersKnown = (edge: PatternEdge) => edge.filters.every((f) => [...columnsOf(f)].every((id) => !variables.has(id) || isKnown(id)));
  const rank = (edge: PatternEdge) => (edge.quantifier ? (edge.selector === 'all' && !edge.body?.pick ? 1 : 2) : 0);
  while (steps.length < pattern.nodes.length + pattern.edges.length) {
    const open = [...pattern.edges.entries()]
      .filter(([i, e]) => !edges.has(i) && (nodes.has(e.from) || nodes.has(e.to)) && (rank(e) < 2 || filtersKnown(e)))
      .sort(([, a], [, b]) => rank(a) - rank(b))[0];
    if (open) {
      takeEdge(open[1].quantifier ? 'walk' : 'edge', open[0], open[1]);
      continue;
    }
    const start = [...pattern.nodes.entries()].filter(([i]) => !nodes.has(i)).sort(([, a], [, b]) => narrowness(b) - narrowness(a))[0];
    if (start) takeNode('scan', start[0]);
    else {
      const rest = [...pattern.edges.entries()].find(([i]) => !edges.has(i));
      if (!rest) break;
      takeEdge(rest[1].quantifier ? 'walk' : 'edge', rest[0], rest[1]);
    }
  }
  return steps;
}
