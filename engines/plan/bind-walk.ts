// Binds what is walked as a whole: quantified path patterns, and paths with a selector or a mode. They become one edge of the
// pattern with a body (pattern.ts); the variables inside stand for one element in the body's conditions and for lists outside.
//
//   ((a)-[r:R]->(b) WHERE a.x < b.x){1,3}                one block
//   SHORTEST 2 (x)-[:R]->+(m:M)-[s:S]->(y)               three blocks: R repeated, m alone with s, …

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { asTruth, bindExpression } from './bind-expression.ts';
import { columnsOf, conjuncts, type Expr } from './expression.ts';
import type { WalkBlock, WalkBody, WalkEdge, WalkNode } from './pattern.ts';
import { type BindContext, type Builder, makeColumn, sameName, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';

/** A block whose conditions are not bound yet. */
export interface OpenBlock {
  readonly min: number;
  readonly max?: number | undefined;
  readonly nodes: WalkNode[];
  readonly edges: WalkEdge[];
  /** The elements as written, with the columns that their conditions read. */
  readonly written: { readonly element: Ast.NodePattern | Ast.EdgePattern; readonly column: Column }[];
  readonly conditions: Ast.Expression[];
  readonly names: Map<string, Column>;
}

export interface OpenWalk {
  readonly blocks: OpenBlock[];
  readonly mode: WalkBody['mode'];
  readonly pick?: WalkBody['pick'];
  readonly min: number;
  readonly max?: number | undefined;
}

/** What the pattern's binder lends: new outside names, and labels with their notices. */
export interface WalkNames {
  introduce(name: Ast.Name, column: Column): void;
  node(node: Ast.NodePattern): Pick<WalkNode, 'labels'>;
  edge(edge: Ast.EdgePattern): Pick<WalkEdge, 'types' | 'typeTest'>;
}

type Flat = Pick<Ast.InnerPath, 'nodes' | 'edges'> & { readonly conditions: Ast.Expression[] };

/** A path without the parentheses that have no quantifier; their conditions are handed out. */
export function flatten(path: Ast.InnerPath): Flat {
  const nodes: Ast.NodePattern[] = [];
  const edges: Ast.EdgePattern[] = [];
  const conditions: Ast.Expression[] = [];
  for (const [i, node] of path.nodes.entries()) {
    const edge = path.edges[i - 1];
    if (!edge) nodes.push(node);
    else if (edge.inside && !edge.quantifier) {
      const inner = flatten(edge.inside);
      const [first, ...rest] = inner.nodes;
      if (first) joinNode(nodes, first);
      nodes.push(...rest);
      edges.push(...inner.edges);
      conditions.push(...inner.conditions);
      joinNode(nodes, node);
    } else {
      edges.push(edge);
      nodes.push(node);
    }
  }
  if (path.where) conditions.push(path.where);
  return { nodes, edges, conditions };
}

/** The last node is also this one: at a parenthesis at most one of both is written. */
function joinNode(nodes: Ast.NodePattern[], node: Ast.NodePattern): void {
  const last = nodes.at(-1);
  if (!last || last.implied) nodes.splice(Math.max(0, nodes.length - 1), 1, node);
  else if (!node.implied)
    throw new QueryError('bind/two-nodes', 'Two nodes stand side by side without an edge between them.', {
      span: node.span,
      hint: 'A parenthesised path without a quantifier begins and ends with nodes of its own.',
    });
}

/** One repeated part: `((a)-[r:R]->(b) WHERE …){1,3}`. */
export function repeatedBlock(context: BindContext, names: WalkNames, edge: Ast.EdgePattern): OpenBlock {
  const inside: Flat = edge.inside
    ? flatten(edge.inside)
    : {
        nodes: [
          { implied: true, span: edge.span },
          { implied: true, span: edge.span },
        ],
        edges: [edge],
        conditions: [],
      };
  if (inside.edges.length === 0)
    throw new QueryError('bind/repeated-node', 'What is repeated needs an edge.', {
      span: edge.span,
      hint: 'As in ((a)-[:KNOWS]->(b)){1,3}.',
    });
  if (edge.inside) refuseNested(inside.edges);
  const block = emptyBlock(edge.quantifier?.min ?? 1, edge.quantifier ? edge.quantifier.max : 1);
  for (const [i, node] of inside.nodes.entries()) {
    const before = inside.edges[i - 1];
    if (before) addEdge(context, names, block, before, 'list');
    block.nodes.push(walkNode(context, names, block, node, 'list'));
  }
  block.conditions.push(...inside.conditions);
  return block;
}

function refuseNested(edges: readonly Ast.EdgePattern[]): void {
  const nested = edges.find((e) => e.quantifier);
  if (!nested) return;
  throw new QueryError('bind/nested-quantifier', 'A repeated part cannot have repetition inside.', {
    span: nested.span,
    hint: 'Write the parts one after the other, or give the number of edges inside.',
  });
}

function emptyBlock(min: number, max: number | undefined): OpenBlock {
  return { min, max, nodes: [], edges: [], written: [], conditions: [], names: new Map() };
}

function named(block: OpenBlock, name: Ast.Name | undefined, column: Column): void {
  if (name) block.names.set(name.text.toLowerCase(), column);
}

function walkNode(
  context: BindContext,
  names: WalkNames,
  block: OpenBlock,
  node: Ast.NodePattern,
  seenAs: 'list' | 'node' | 'ends',
): WalkNode {
  const known = seenAs !== 'ends' && node.variable && block.names.get(node.variable.text.toLowerCase());
  if (known && node.variable)
    throw new QueryError('bind/variable-kind', `The variable "${node.variable.text}" is used twice inside one walk.`, {
      span: node.variable.span,
      hint: 'Give the second node another name and compare them in WHERE.',
    });
  const column = makeColumn(context, node.variable?.text ?? '', 'node');
  named(block, node.variable, column);
  // The ends of a walk are nodes of the pattern, which has their labels and conditions.
  if (seenAs === 'ends') return { column };
  block.written.push({ element: node, column });
  const seen = node.variable && makeColumn(context, node.variable.text, seenAs);
  if (node.variable && seen) names.introduce(node.variable, seen);
  return { column, ...names.node(node), ...(seen && { seen }) };
}

function addEdge(context: BindContext, names: WalkNames, block: OpenBlock, edge: Ast.EdgePattern, seenAs: 'list' | 'edge'): void {
  const column = makeColumn(context, edge.variable?.text ?? '', 'edge');
  named(block, edge.variable, column);
  block.written.push({ element: edge, column });
  const seen = edge.variable && makeColumn(context, edge.variable.text, seenAs);
  if (edge.variable && seen) names.introduce(edge.variable, seen);
  const direction = edge.direction === 'right' ? 'forward' : edge.direction === 'left' ? 'backward' : 'any';
  block.edges.push({ column, direction, ...names.edge(edge), ...(seen && { seen }) });
}

/** A whole path as one walk between its first and its last node. */
export function wholeWalk(context: BindContext, names: WalkNames, path: Flat, mode: WalkBody['mode'], pick: WalkBody['pick']): OpenWalk {
  const last = path.nodes.length - 1;
  const blocks: OpenBlock[] = [];
  let open = emptyBlock(1, 1);
  const nodeAt = (i: number): WalkNode =>
    walkNode(context, names, open, path.nodes[i] as Ast.NodePattern, i === 0 || i === last ? 'ends' : 'node');
  open.nodes.push(nodeAt(0));
  for (const [i, edge] of path.edges.entries()) {
    if (edge.quantifier) {
      blocks.push(open, repeatedBlock(context, names, edge));
      open = emptyBlock(1, 1);
    } else addEdge(context, names, open, edge, 'edge');
    open.nodes.push(nodeAt(i + 1));
  }
  blocks.push(open);
  for (const condition of path.conditions) placeCondition(blocks, condition);
  const kept = blocks.filter((b) => b.edges.length > 0 || b.written.length > 0 || b.conditions.length > 0);
  return { blocks: kept, mode, pick, ...lengths(kept) };
}

/** Fewest and most edges of some blocks. */
export function lengths(blocks: readonly OpenBlock[]): { min: number; max?: number } {
  let min = 0;
  let max: number | undefined = 0;
  for (const b of blocks) {
    min += b.min * b.edges.length;
    max = max === undefined || b.max === undefined ? undefined : max + b.max * b.edges.length;
  }
  return { min, ...(max !== undefined && { max }) };
}

/** The WHERE of parentheses goes to the block that has all its variables. */
function placeCondition(blocks: readonly OpenBlock[], condition: Ast.Expression): void {
  const used = [...identifiers(condition)].map((n) => n.toLowerCase());
  const all = new Set(blocks.flatMap((b) => [...b.names.keys()]));
  const own = used.filter((n) => all.has(n));
  const single = blocks.find((b) => b.max === 1 && b.min === 1 && own.every((n) => b.names.has(n)));
  if (single) {
    single.conditions.push(condition);
    return;
  }
  throw new QueryError('bind/path-condition', 'A condition inside a path that is chosen as a whole can read one part of it only.', {
    span: condition.span,
    hint: 'Put it inside the repeated part, or after the pattern, where it filters the paths chosen.',
  });
}

function* identifiers(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* identifiers(item);
  else if (value !== null && typeof value === 'object') {
    const { kind, name } = value as { kind?: unknown; name?: unknown };
    if (kind === 'identifier' && typeof name === 'string') yield name;
    else for (const inner of Object.values(value)) yield* identifiers(inner);
  }
}

/** The body with its conditions; `filtersOf` binds those of one element, `refuse` stops those that read other variables of the pattern. */
export function closeWalk(
  context: BindContext,
  builder: Builder,
  walk: OpenWalk,
  filtersOf: (builder: Builder, element: Ast.NodePattern | Ast.EdgePattern, column: Column) => Expr[],
  refuse: (filter: Expr) => void,
): WalkBody {
  const blocks = walk.blocks.map((block): WalkBlock => {
    const inner = new Set(block.names.keys());
    const columns = [...block.nodes, ...block.edges];
    const own: ScopeItem[] = columns.flatMap(({ column }) =>
      column.name !== '' && block.names.get(column.name.toLowerCase())?.id === column.id
        ? [{ kind: 'value' as const, alias: column.name, column }]
        : [],
    );
    const items = [...builder.scope.items.filter((i) => ![...inner].some((n) => sameName(i.alias, n))), ...own];
    const over: Builder = { ...builder, scope: { ...builder.scope, items } };
    const filters = block.written.flatMap(({ element, column }) => filtersOf(over, element, column));
    for (const condition of block.conditions) {
      const bound = asTruth(over, bindExpression(context, over, condition));
      if (over.plan !== builder.plan)
        throw new QueryError('bind/subquery-here', 'A subquery cannot stand in a WHERE inside a pattern.', {
          span: condition.span,
          hint: 'Move the condition to the WHERE after MATCH.',
        });
      filters.push(...conjuncts(bound));
    }
    for (const filter of filters) if (columnsOf(filter).size > 0) refuse(filter);
    return { min: block.min, max: block.max, nodes: block.nodes, edges: block.edges, filters };
  });
  return { blocks, mode: walk.mode, pick: walk.pick };
}
