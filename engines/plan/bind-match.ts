// Binds MATCH in both forms, and the pattern tests and comprehensions in expressions: its paths (bind-pattern.ts), the conditions in
// them (bind-pattern-filters.ts), and its WHERE, which may need the matched rows. A match that uses nothing of its input is joined to it.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { patternPartsMax } from '../limits.ts';
import { bindCondition } from './bind-expression.ts';
import { graphInUse } from './bind-graph.ts';
import { bindPath, type Building } from './bind-pattern.ts';
import { bindFilters, readReached } from './bind-pattern-filters.ts';
import { allOf, type Expr, reachesElements } from './expression.ts';
import { freeColumns } from './free-columns.ts';
import { type Pattern, patternColumns } from './pattern.ts';
import { outputColumns, type Plan } from './plan.ts';
import { addItem, type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import type { Column } from './type.ts';

/** Adds a match to the builder: its variables become names of the scope. */
export function bindMatch(
  context: BindContext,
  builder: Builder,
  patterns: readonly Ast.PathPattern[],
  where: Ast.Expression | undefined,
  optional: boolean,
): void {
  refuseLarge(patterns);
  const left = builder.plan;
  const building: Building = {
    nodes: [],
    edges: [],
    paths: [],
    variables: new Map(),
    added: [],
    written: [],
    walks: [],
    bodies: [],
    conditions: [],
  };
  for (const p of patterns) bindPath(context, builder, building, p);
  for (const item of building.added) builder.scope = addItem(builder.scope, item, patterns[0]?.span ?? { start: 0, end: 0 });
  for (const { bound, column } of [...building.nodes, ...building.edges])
    if (!bound) context.elementGraphs.set(column.id, context.catalog.graph.id);
  bindFilters(context, builder, building);
  readReached(context, builder, building);
  const pattern: Pattern = { nodes: building.nodes, edges: building.edges, paths: building.paths };
  const match: Plan & { kind: 'match' } = { kind: 'match', input: builder.plan, pattern, optional, ...graphInUse(context) };
  const walks = allOf(building.walks.map(({ walked, known }) => sameWalk(walked, known)));
  const condition = [...building.conditions, ...(where ? [where] : [])].reduce<Ast.Expression | undefined>(
    (left, right) => (left ? { kind: 'binary', operator: 'AND', left, right, span: right.span } : right),
    undefined,
  );
  builder.plan = condition ? withWhere(context, builder, match, condition, walks) : walks ? { ...match, where: walks } : match;
  builder.plan = detach(builder.plan, left);
}

/** Each edge is compared with each other one, and orders of walking are tried. */
function refuseLarge(patterns: readonly Ast.PathPattern[]): void {
  if (patterns.reduce((sum, p) => sum + 1 + p.edges.length, 0) <= patternPartsMax) return;
  throw new QueryError('limit/query-size', `A pattern has more than ${patternPartsMax} paths and edges.`, {
    span: patterns[0]?.span,
    hint: 'Take it apart with WITH, or write what repeats as a quantified path: ()-[:T]->{1,100}().',
  });
}

/** WHERE belongs to the match. A subquery in it, or an element that only it reaches, needs the matched rows: then an optional match becomes a lateral left join. */
function withWhere(
  context: BindContext,
  builder: Builder,
  match: Plan & { kind: 'match' },
  where: Ast.Expression,
  walks: Expr | undefined,
): Plan {
  const over: Builder = { plan: match, scope: builder.scope, around: builder.around };
  const withWalks = (asked: Expr): Expr => allOf(walks ? [walks, asked] : [asked]) as Expr;
  const condition = withWalks(bindCondition(context, over, where));
  if (over.plan === match && !reachesElements(condition)) return { ...match, where: condition };
  if (!match.optional) return { kind: 'filter', input: over.plan, predicate: condition };
  const rows = outputColumns(match.input).map((c) => ({ column: c, value: columnExpr(c) }));
  const copies = rows.map((r) => ({ column: makeColumn(context, r.column.name, r.column.type), value: r.value }));
  const renamed = new Map(copies.map((c, i) => [rows[i]?.column.id ?? -1, c.column]));
  const inner: Plan & { kind: 'match' } = {
    ...match,
    optional: false,
    input: { kind: 'project', input: { kind: 'one' }, items: copies },
    pattern: rename(match.pattern, renamed),
  };
  const filtered: Builder = { plan: inner, scope: builder.scope, around: builder.around };
  const predicate = withWalks(bindCondition(context, filtered, where));
  const found = patternColumns(match.pattern).map((c) => ({ column: c, value: columnExpr(c) }));
  return {
    kind: 'join',
    type: 'left',
    left: match.input,
    lateral: true,
    right: { kind: 'project', input: { kind: 'filter', input: filtered.plan, predicate }, items: found },
  };
}

function rename(pattern: Pattern, columns: ReadonlyMap<number, Column>): Pattern {
  return {
    ...pattern,
    nodes: pattern.nodes.map((n) => (n.bound ? { ...n, column: columns.get(n.column.id) ?? n.column } : n)),
    edges: pattern.edges.map((e) => (e.bound ? { ...e, column: columns.get(e.column.id) ?? e.column } : e)),
  };
}

function sameWalk(walked: Column, known: Expr): Expr {
  return { kind: 'binary', operator: '=', left: columnExpr(walked), right: known, type: 'boolean', span: known.span };
}

/** A match that uses nothing of its input is joined to it instead, so that it runs once. */
function detach(plan: Plan, left: Plan): Plan {
  if (plan.kind !== 'match' || plan.input !== left || left.kind === 'one') return plan;
  if (plan.pattern.nodes.some((n) => n.bound) || plan.pattern.edges.some((e) => e.bound)) return plan;
  const alone: Plan & { kind: 'match' } = { ...plan, input: { kind: 'one' } };
  const ids = new Set(outputColumns(left).map((c) => c.id));
  const refers = [...freeColumns(alone)].some((id) => ids.has(id));
  if (!refers) return { kind: 'join', type: plan.optional ? 'left' : 'inner', left, right: { ...alone, optional: false }, lateral: false };
  if (plan.optional || !plan.where || refersInPattern(plan.pattern, ids)) return plan;
  const { where, ...bare } = alone;
  return { kind: 'join', type: 'inner', left, right: bare, on: where, lateral: false };
}

function refersInPattern(pattern: Pattern, ids: ReadonlySet<number>): boolean {
  const free = freeColumns({ kind: 'match', input: { kind: 'one' }, pattern, optional: false });
  return [...free].some((id) => ids.has(id));
}
