// Graph patterns in the plan: what a `match` node (plan.ts) looks for. Numbered nodes and edges, plain closed data.
//
//   (p:Person)-[:BORN_IN]->()  →  nodes: p:Person, #1; edges: 0 → 1 of type BORN_IN

import type { Span } from '../../parser/error.ts';
import type { Expr, Labels } from './expression.ts';
import type { Column } from './type.ts';

/**
 * The patterns of one MATCH. Edges match distinct edges of the graph (openCypher's relationship uniqueness), nodes need not be distinct.
 * A variable that the input already binds has `bound: true` and its column is the input's; a null there gives no match.
 */
export interface Pattern {
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
  readonly paths: readonly PatternPath[];
}

export interface PatternNode {
  /** Every node has a column; anonymous ones are named '' and put out only if `out`. */
  readonly column: Column;
  readonly bound: boolean;
  readonly out: boolean;
  /** Absent: any. */
  readonly labels?: Labels | undefined;
  /** Each sees this node's column, the input's columns and outer rows. `{name: 'USA'}` is `column.name = 'USA'`. */
  readonly filters: readonly Expr[];
  /** What later steps want to know: `element` loads labels and properties of every result; `identity` only the id. */
  readonly needs: 'identity' | 'element';
  /** Of a bound variable: its name in the text. */
  readonly span?: Span | undefined;
}

export interface PatternEdge {
  /** An edge, or for a quantified edge the list of edges in the order walked. */
  readonly column: Column;
  readonly bound: boolean;
  readonly out: boolean;
  /** Indexes into `nodes`. Stored direction is from → to when `direction` is 'forward'; `any` matches both. */
  readonly from: number;
  readonly to: number;
  readonly direction: 'forward' | 'any';
  /** Empty: any type. */
  readonly types: readonly string[];
  /** What the type must be where that is more than alternatives; `types` is empty then. */
  readonly typeTest?: Labels | undefined;
  /** For a quantified edge the filter sees each single edge through `elementColumn`, and no other variable of the pattern (the binder refuses that). */
  readonly filters: readonly Expr[];
  readonly quantifier?: { readonly min: number; readonly max?: number | undefined } | undefined;
  /** Only with `quantifier`: the column by which `filters` see one edge. */
  readonly elementColumn?: Column | undefined;
  readonly needs: 'identity' | 'element';
  /** Of a bound variable: its name in the text. */
  readonly span?: Span | undefined;
  /** From the pattern as written: did the text walk this edge from `to` to `from`? Edge lists and paths are in the order of the text. */
  readonly reversed: boolean;
  /**
   * `all`: every trail. `anyShortest`: one shortest per pair of end nodes; `allShortest`: all of that length (both only on a quantified edge).
   * `reachable`: each end node once, the length being ≥ min: set by a rule where neither the edge list nor a path nor the multiplicity is wanted.
   */
  readonly selector: 'all' | 'anyShortest' | 'allShortest' | 'reachable';
  /** A walk of more than one repeated edge. Its `column` is the list of all edges; types, filters and elementColumn are not used. */
  readonly body?: WalkBody | undefined;
}

/**
 * What a walk is made of: blocks one after the other, each walked `min` to `max` times. The last node of a turn is the first of the next.
 *
 *   (x)((a)-[r:R]->(b) WHERE a.x < b.x){1,3}(y)  →  an edge from x to y with one block: nodes a, b; edge r; one filter
 */
export interface WalkBody {
  readonly blocks: readonly WalkBlock[];
  /** `trail`: no edge twice, also none of other edges of the pattern; `acyclic`: no node twice; `simple`: none but the first as the last; `walk`: free. */
  readonly mode: 'walk' | 'trail' | 'acyclic' | 'simple';
  /** Of the walks between two end nodes only the shortest `count`, or those of the `count` smallest lengths. Absent: all. */
  readonly pick?: { readonly count: number; readonly groups: boolean } | undefined;
}

export interface WalkBlock {
  readonly min: number;
  readonly max?: number | undefined;
  /** nodes.length = edges.length + 1; edges[i] joins nodes[i] and nodes[i + 1]. */
  readonly nodes: readonly WalkNode[];
  readonly edges: readonly WalkEdge[];
  /** Hold for each turn. They see the columns of this block's nodes and edges, the input's columns and outer rows. */
  readonly filters: readonly Expr[];
}

export interface WalkNode {
  /** One node, for the filters. */
  readonly column: Column;
  readonly labels?: Labels | undefined;
  /** What the outside sees: the list of the nodes of all turns, or the node where the block has no quantifier. Absent: nothing. */
  readonly seen?: Column | undefined;
}

export interface WalkEdge {
  readonly column: Column;
  readonly direction: 'forward' | 'backward' | 'any';
  readonly types: readonly string[];
  readonly typeTest?: Labels | undefined;
  readonly seen?: Column | undefined;
}

/** The columns of a walk's own variables that the outside sees, in order. */
export function seenColumns(body: WalkBody): Column[] {
  return body.blocks.flatMap((b) => [...b.nodes, ...b.edges].flatMap((e) => e.seen ?? []));
}

/** Every column that a walk's filters can read. */
export function walkColumns(body: WalkBody): Column[] {
  return body.blocks.flatMap((b) => [...b.nodes, ...b.edges].map((e) => e.column));
}

/** A path variable: the indexes into `nodes` and `edges` in the order written. */
export interface PatternPath {
  readonly column: Column;
  readonly out: boolean;
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
}

/** Does an edge of this type fit? */
export function typeFits({ types, typeTest }: Pick<PatternEdge, 'types' | 'typeTest'>, type: string): boolean {
  if (typeTest) return hasType(typeTest, type);
  return types.length === 0 || types.includes(type);
}

function hasType(test: Labels, type: string): boolean {
  switch (test.kind) {
    case 'label':
      return test.name === type;
    case 'not':
      return !hasType(test.operand, type);
    case 'and':
      return hasType(test.left, type) && hasType(test.right, type);
    case 'or':
      return hasType(test.left, type) || hasType(test.right, type);
    case 'any':
      return true;
  }
}

/** The columns that a pattern adds to its input, in order. */
export function patternColumns(pattern: Pattern): Column[] {
  const out: Column[] = [];
  for (const node of pattern.nodes) if (node.out && !node.bound) out.push(node.column);
  for (const edge of pattern.edges) if (edge.out && !edge.bound) out.push(edge.column);
  for (const edge of pattern.edges) if (edge.body) out.push(...seenColumns(edge.body));
  for (const path of pattern.paths) if (path.out) out.push(path.column);
  return out;
}
