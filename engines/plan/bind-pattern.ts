// Binds the paths of a graph pattern: its nodes, its edges and what is walked as a whole become numbered parts of pattern.ts. A
// variable that is known already is bound to its column; one from a query outside is copied into the input first. The match
// around them is bind-match.ts.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindLabels } from './bind-expression.ts';
import { edgeTypes, noteMissingColon, notedLabels } from './bind-labels.ts';
import { flatten, lengths, type OpenWalk, repeatedBlock, wholeWalk, type WalkNames } from './bind-walk.ts';
import type { Expr } from './expression.ts';
import type { PatternEdge, PatternNode, PatternPath } from './pattern.ts';
import { outputColumns } from './plan.ts';
import { type BindContext, type Builder, columnExpr, findAlias, makeColumn, sameName, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';

/** A pattern that is being put together. */
export interface Building {
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

/** Adds a path of the pattern. */
export function bindPath(context: BindContext, builder: Builder, building: Building, path: Ast.PathPattern): void {
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
  if (node.variable) {
    introduce(builder, building, node.variable, 'node', building.nodes.length, column);
    if (!node.labels) noteMissingColon(context, node.variable, 'label');
  }
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
  else if (edge.variable) {
    introduce(builder, building, edge.variable, 'edge', building.edges.length, column);
    if (edge.types.length === 0 && !edge.typeTest) noteMissingColon(context, edge.variable, 'edge type');
  }
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
