// Binds graph patterns: MATCH in both forms, pattern tests, and the patterns of CREATE. A variable that is known already
// is bound to its column; one from a query outside is copied into the input first.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { patternPartsMax } from '../limits.ts';
import { bindCondition, bindExpression, bindLabels } from './bind-expression.ts';
import { graphInUse } from './bind-graph.ts';
import { allOf, columnsOf, conjuncts, type Expr, reachesElements } from './expression.ts';
import { freeColumns } from './free-columns.ts';
import { noteUnknownProperty } from './known-paths.ts';
import { type Pattern, patternColumns, type PatternEdge, type PatternNode, type PatternPath } from './pattern.ts';
import { edgeTypes, notedLabels } from './bind-labels.ts';
import { closeWalk, flatten, lengths, type OpenWalk, repeatedBlock, wholeWalk, type WalkNames } from './bind-walk.ts';
import { outputColumns, type Plan } from './plan.ts';
import { reachedBefore } from './reached-elements.ts';
import { addItem, type BindContext, type Builder, columnExpr, findAlias, makeColumn, sameName, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';

interface Building {
  readonly nodes: PatternNode[];
  readonly edges: PatternEdge[];
  readonly paths: PatternPath[];
  readonly variables: Map<string, { readonly kind: 'node' | 'edge' | 'path'; readonly index: number }>;
  readonly added: ScopeItem[];
  /** Lists of edges known before: a variable-length edge walks exactly these. */
  readonly walks: { readonly walked: Column; readonly known: Expr }[];
  /** Elements as written whose conditions wait until every variable is known. */
  readonly written: { readonly element: Ast.NodePattern | Ast.EdgePattern; readonly kind: 'node' | 'edge'; readonly index: number }[];
  readonly bodies: { readonly index: number; readonly walk: OpenWalk }[];
  /** The WHERE of parentheses that have no quantifier: part of the match's own. */
  readonly conditions: Ast.Expression[];
}

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

function bindPath(context: BindContext, builder: Builder, building: Building, path: Ast.PathPattern): void {
  const selector = selectorOf(path);
  const flat = flatten(path);
  const old = path.selector === 'shortestPath' || path.selector === 'allShortestPaths';
  if (old && (path.edges.length !== 1 || !path.edges[0]?.quantifier || path.edges[0].inside)) {
    throw new QueryError('bind/shortest', 'A shortest path needs a pattern with exactly one variable-length edge.', {
      span: path.span,
      hint: 'As in shortestPath((a)-[:KNOWS*]-(b)).',
    });
  }
  if (selector !== 'all' && flat.edges.length === 0)
    throw new QueryError('bind/shortest', 'A path that is chosen among others needs an edge.', { span: path.span });
  const whole = path.mode !== undefined && path.mode !== 'trail';
  const [nodes, edges] =
    selector === 'picked' || whole
      ? wholePath(context, builder, building, path, flat)
      : pathParts(context, builder, building, flat, selector);
  if (!path.variable) return;
  const column = makeColumn(context, path.variable.text, 'path');
  introduce(builder, building, path.variable, 'path', building.paths.length, column);
  building.paths.push({ column, out: true, nodes, edges });
}

type Flat = ReturnType<typeof flatten>;

/** Nodes and edges of the pattern one by one. */
function pathParts(
  context: BindContext,
  builder: Builder,
  building: Building,
  flat: Flat,
  selector: PatternEdge['selector'],
): readonly [number[], number[]] {
  building.conditions.push(...flat.conditions);
  const nodes = flat.nodes.map((n) => nodeIndex(context, builder, building, n));
  const edges = flat.edges.map((e, i) => {
    const [before, after] = [nodes[i] ?? 0, nodes[i + 1] ?? 0];
    if (!e.inside) return edgeIndex(context, builder, building, selector, e, before, after);
    const block = repeatedBlock(context, walkNames(context, builder, building), e);
    return walkIndex(context, building, { blocks: [block], mode: 'trail', ...lengths([block]) }, before, after);
  });
  return [nodes, edges];
}

/** A path with a selector or a mode: one walk between its ends. */
function wholePath(
  context: BindContext,
  builder: Builder,
  building: Building,
  path: Ast.PathPattern,
  flat: Flat,
): readonly [number[], number[]] {
  const from = nodeIndex(context, builder, building, flat.nodes[0] as Ast.NodePattern);
  const last = flat.nodes.at(-1) as Ast.NodePattern;
  if (flat.edges.length === 0) return [[from], []];
  const to = nodeIndex(context, builder, building, last);
  const groups = path.selector === 'shortestGroups' || path.selector === 'allShortest';
  const pick = path.selector === 'all' ? undefined : { count: path.count ?? 1, groups };
  const walk = wholeWalk(context, walkNames(context, builder, building), flat, path.mode ?? 'trail', pick);
  if (walk.mode === 'walk' && !pick && walk.max === undefined)
    throw new QueryError('bind/unbounded-walk', 'A WALK may go round for ever, so it needs a greatest length or a selector.', {
      span: path.span,
      hint: 'Give the repetition an upper bound, write ANY or SHORTEST before WALK, or take TRAIL.',
    });
  return [[from, to], [walkIndex(context, building, walk, from, to)]];
}

function walkNames(context: BindContext, builder: Builder, building: Building): WalkNames {
  return {
    introduce: (name, column) => introduce(builder, building, name, 'edge', -1, column),
    node: (n) => (n.labels ? { labels: notedLabels(context, n.labels) } : {}),
    edge: (e) => edgeTypes(context, e),
  };
}

function walkIndex(context: BindContext, building: Building, walk: OpenWalk, from: number, to: number): number {
  const index = building.edges.length;
  building.bodies.push({ index, walk });
  building.edges.push({
    column: makeColumn(context, '', 'list'),
    bound: false,
    out: false,
    from,
    to,
    direction: 'forward',
    types: [],
    filters: [],
    quantifier: { min: walk.min, max: walk.max },
    needs: 'element',
    reversed: false,
    selector: 'all',
    body: { blocks: [], mode: walk.mode },
  });
  return index;
}

function introduce(
  builder: Builder,
  building: Building,
  name: Ast.Name,
  kind: 'node' | 'edge' | 'path',
  index: number,
  column: Column,
): void {
  const key = name.text.toLowerCase();
  const known = building.variables.get(key) ?? builder.scope.items.find((i) => sameName(i.alias, name.text));
  if (known) {
    throw new QueryError('bind/variable-kind', `The variable "${name.text}" already stands for something else.`, {
      span: name.span,
      hint: 'Choose another name.',
    });
  }
  building.variables.set(key, { kind, index });
  building.added.push({ kind: 'value', alias: name.text, column });
}

function nodeIndex(context: BindContext, builder: Builder, building: Building, node: Ast.NodePattern): number {
  const index = indexOfNode(context, builder, building, node);
  building.written.push({ element: node, kind: 'node', index });
  return index;
}

function indexOfNode(context: BindContext, builder: Builder, building: Building, node: Ast.NodePattern): number {
  if (node.variable) {
    const seen = building.variables.get(node.variable.text.toLowerCase());
    if (seen?.kind === 'node') {
      addLabels(building, seen.index, node);
      return seen.index;
    }
    const bound = boundColumn(context, builder, node.variable, 'node');
    if (bound) {
      building.variables.set(node.variable.text.toLowerCase(), { kind: 'node', index: building.nodes.length });
      return (
        building.nodes.push({
          column: bound,
          bound: true,
          out: false,
          labels: node.labels && notedLabels(context, node.labels),
          filters: [],
          needs: 'element',
          span: node.variable.span,
        }) - 1
      );
    }
  }
  const column = makeColumn(context, node.variable?.text ?? '', 'node');
  if (node.variable) introduce(builder, building, node.variable, 'node', building.nodes.length, column);
  const labels = node.labels && notedLabels(context, node.labels);
  return building.nodes.push({ column, bound: false, out: node.variable !== undefined, labels, filters: [], needs: 'element' }) - 1;
}

function addLabels(building: Building, index: number, node: Ast.NodePattern): void {
  const known = building.nodes[index];
  if (!node.labels || !known) return;
  const labels = bindLabels(node.labels);
  building.nodes[index] = { ...known, labels: known.labels ? { kind: 'and', left: known.labels, right: labels } : labels };
}

/** The column of a variable that exists before this pattern; one from outside is copied into the input. */
export function boundColumn(context: BindContext, builder: Builder, name: Ast.Name, kind: 'node' | 'edge'): Column | undefined {
  const item = findAlias(builder.scope, name.text);
  if (!item) return undefined;
  if (item.kind !== 'value' || (item.column.type !== kind && item.column.type !== 'any' && item.column.type !== 'null')) {
    const what = item.kind === 'value' ? `a value of type ${item.column.type}` : item.kind === 'row' ? 'a table row' : 'a document';
    throw new QueryError('bind/variable-kind', `The variable "${name.text}" is ${what}, not ${kind === 'node' ? 'a node' : 'an edge'}.`, {
      span: name.span,
    });
  }
  if (outputColumns(builder.plan).some((c) => c.id === item.column.id)) return item.column;
  const copy = makeColumn(context, name.text, item.column.type);
  const kept = outputColumns(builder.plan).map((c) => ({ column: c, value: columnExpr(c) }));
  builder.plan = { kind: 'project', input: builder.plan, items: [...kept, { column: copy, value: columnExpr(item.column, name.span) }] };
  return copy;
}

function edgeIndex(
  context: BindContext,
  builder: Builder,
  building: Building,
  chosen: PatternEdge['selector'],
  edge: Ast.EdgePattern,
  before: number,
  after: number,
): number {
  building.written.push({ element: edge, kind: 'edge', index: building.edges.length });
  const [from, to] = edge.direction === 'left' ? [after, before] : [before, after];
  const shared = {
    from,
    to,
    direction: edge.direction === 'any' ? ('any' as const) : ('forward' as const),
    ...edgeTypes(context, edge),
    filters: [],
    needs: 'element' as const,
    reversed: edge.direction === 'left',
  };
  const selector = edge.quantifier ? chosen : 'all';
  if (edge.variable) {
    if (building.variables.has(edge.variable.text.toLowerCase())) {
      throw new QueryError('bind/variable-kind', `The edge variable "${edge.variable.text}" is used twice in one pattern.`, {
        span: edge.variable.span,
        hint: 'Edges of one MATCH are distinct, so give each its own name.',
      });
    }
    const bound = edge.quantifier ? undefined : boundColumn(context, builder, edge.variable, 'edge');
    if (bound) {
      building.variables.set(edge.variable.text.toLowerCase(), { kind: 'edge', index: building.edges.length });
      return building.edges.push({ ...shared, column: bound, bound: true, out: false, selector, span: edge.variable.span }) - 1;
    }
  }
  const column = makeColumn(context, edge.variable?.text ?? '', edge.quantifier ? 'list' : 'edge');
  const known = edge.variable && edge.quantifier && knownWalk(builder, edge.variable);
  if (known) building.walks.push({ walked: column, known });
  else if (edge.variable) introduce(builder, building, edge.variable, 'edge', building.edges.length, column);
  const quantified = edge.quantifier
    ? {
        quantifier: { min: edge.quantifier.min, max: edge.quantifier.max },
        elementColumn: makeColumn(context, edge.variable?.text ?? '', 'edge'),
      }
    : {};
  return building.edges.push({ ...shared, ...quantified, column, bound: false, out: edge.variable !== undefined, selector }) - 1;
}

/** The variable of a variable-length edge that is a list already, as in `WITH [r1, r2] AS rs MATCH (a)-[rs*]->(b)`. */
function knownWalk(builder: Builder, name: Ast.Name): Expr | undefined {
  const item = findAlias(builder.scope, name.text);
  const isList = item?.kind === 'value' && (item.column.type === 'list' || item.column.type === 'any' || item.column.type === 'null');
  return isList ? columnExpr(item.column, name.span) : undefined;
}

/** `picked`: a walk as a whole. One shortest path, or all of them, over a single repeated edge have searches of their own. */
function selectorOf(path: Ast.PathPattern): PatternEdge['selector'] | 'picked' {
  if (path.selector === 'all') return 'all';
  if (path.selector === 'shortestPath') return 'anyShortest';
  if (path.selector === 'allShortestPaths') return 'allShortest';
  const [edge] = path.edges;
  const plain = path.edges.length === 1 && edge?.quantifier && !edge.inside && (path.count ?? 1) === 1;
  if (!plain || (path.mode !== undefined && path.mode !== 'trail')) return 'picked';
  return path.selector === 'allShortest' || path.selector === 'shortestGroups' ? 'allShortest' : 'anyShortest';
}

/** Property maps and inline WHERE become filters on their node or edge. They may use every variable of the match. */
function bindFilters(context: BindContext, builder: Builder, building: Building): void {
  for (const { element, kind, index } of building.written) {
    if (kind === 'node') {
      const node = building.nodes[index];
      if (node) building.nodes[index] = { ...node, filters: [...node.filters, ...filtersOf(context, builder, element, node.column)] };
      continue;
    }
    const edge = building.edges[index];
    if (!edge) continue;
    const filters = filtersOf(context, builder, element, edge.elementColumn ?? edge.column);
    if (edge.quantifier) for (const f of filters) refuseOpenVariables(building, f);
    building.edges[index] = { ...edge, filters: [...edge.filters, ...filters] };
  }
  for (const { index, walk } of building.bodies) {
    const edge = building.edges[index];
    const bindOne = (over: Builder, element: Ast.NodePattern | Ast.EdgePattern, column: Column): Expr[] =>
      filtersOf(context, over, element, column);
    const body = closeWalk(context, builder, walk, bindOne, (f) => refuseOpenVariables(building, f));
    if (edge) building.edges[index] = { ...edge, body };
  }
}

/** Nodes at the ends of edges known before the pattern are read before it; those of its own edges are not there yet. */
function readReached(context: BindContext, builder: Builder, building: Building): void {
  for (const elements of [building.nodes, building.edges] as { filters: readonly Expr[] }[][]) {
    for (const [i, element] of elements.entries()) {
      const { input, conditions } = reachedBefore(context, builder.plan, builder.scope.outer, element.filters);
      const open = conditions.find(reachesElements);
      if (open) {
        throw new QueryError('bind/subquery-here', 'startNode and endNode of an edge cannot stand inside the pattern that brings it.', {
          span: open.span,
          hint: 'Move the condition to the WHERE after MATCH.',
        });
      }
      builder.plan = input;
      elements[i] = { ...element, filters: conditions };
    }
  }
}

/** A filter of a quantified edge is asked while the path is walked, when the other variables of the match may not be known. */
function refuseOpenVariables(building: Building, filter: Expr): void {
  const open = new Set(
    [...building.nodes.filter((n) => !n.bound), ...building.edges.filter((e) => !e.bound), ...building.paths].map((v) => v.column.id),
  );
  for (const item of building.added) if (item.kind === 'value') open.add(item.column.id);
  if (![...columnsOf(filter)].some((id) => open.has(id))) return;
  throw new QueryError(
    'bind/quantified-filter',
    'A condition inside a variable-length pattern cannot read another variable of the same pattern.',
    { span: filter.span, hint: 'Put the condition into WHERE, over the list of edges.' },
  );
}

function filtersOf(context: BindContext, builder: Builder, element: Ast.NodePattern | Ast.EdgePattern, column: Column): Expr[] {
  const filters: Expr[] = [];
  if (element.properties?.kind === 'parameter')
    throw new QueryError('bind/parameter-properties', 'The properties to look for are written out: a parameter may stand for each value.', {
      span: element.properties.span,
      hint: 'As in (n {name: $name}), or WHERE properties(n) = $properties.',
    });
  const properties = element.properties && bindExpression(context, builder, element.properties);
  if (properties?.kind === 'object') {
    const keys = element.properties?.kind === 'object' ? element.properties.entries.map((e) => e.key) : [];
    for (const key of keys) noteUnknownProperty(context, columnExpr(column), key.text, key.span);
    for (const entry of properties.entries) {
      const value: Expr = { kind: 'field', value: columnExpr(column), name: entry.key, type: 'any', span: entry.value.span };
      filters.push({ kind: 'binary', operator: '=', left: value, right: entry.value, type: 'boolean', span: entry.value.span });
    }
  } else if (properties) {
    filters.push({
      kind: 'call',
      name: 'has_properties',
      arguments: [columnExpr(column), properties],
      type: 'boolean',
      span: properties.span,
    });
  }
  if (element.where) {
    const before = builder.plan;
    const own: Builder =
      element.variable && column.type === 'edge'
        ? {
            ...builder,
            scope: {
              ...builder.scope,
              items: [
                ...builder.scope.items.filter((i) => !sameName(i.alias, element.variable?.text ?? '')),
                { kind: 'value', alias: element.variable.text, column },
              ],
            },
          }
        : builder;
    const condition = bindCondition(context, own, element.where);
    if (own.plan !== before)
      throw new QueryError('bind/subquery-here', 'A subquery cannot stand in a WHERE inside a pattern.', {
        span: element.where.span,
        hint: 'Move the condition to the WHERE after MATCH.',
      });
    filters.push(...conjuncts(condition));
  }
  return filters;
}
