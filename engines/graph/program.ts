// The traversal program: what engines/graph makes of a Match. Plain data; traverse.ts and walk.ts make cursors over the topology of it.
//
//   stages  walk (cursors over integers, no waiting) · lookup (batched index look-ups) · filter (conditions that read properties)
//
// A program prints itself: one step per cursor, look-up and filter, for EXPLAIN.

import type { TraversalProgram } from '../engine.ts';
import type { Expr, Labels } from '../plan/expression.ts';
import type { Match } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';

export interface Program extends TraversalProgram {
  readonly match: Match;
  readonly countOnly: boolean;
  readonly stages: readonly Stage[];
  /** Subtrees that are only counted: each match multiplies by their weights at a node. */
  readonly weights: readonly Weight[];
  /** The last step of a count, where it need not be walked either. */
  readonly tally?: Tally | undefined;
  /** Per pattern node, all that is asked of its labels. */
  readonly labels: readonly (Labels | undefined)[];
  /** Edges that some column, condition or path wants to see. */
  readonly visible: readonly boolean[];
  /** Per edge, the edges that must differ from it. */
  readonly distinctFrom: readonly (readonly number[])[];
}

export type Stage = Walk | Lookup | Conditions;

export interface Walk {
  readonly kind: 'walk';
  readonly moves: readonly Move[];
}

/** For each row so far, the nodes found by values that the row gives. One query to storage per batch. */
export interface Lookup {
  readonly kind: 'lookup';
  readonly node: number;
  readonly access: Access;
}

export interface Conditions {
  readonly kind: 'filter';
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly expr: Expr;
  readonly nodes: ReadonlySet<number>;
  readonly edges: ReadonlySet<number>;
  /** All columns that the expression reads. */
  readonly reads: ReadonlySet<ColumnId>;
  /** Reads a column of the input row. */
  readonly readsInput: boolean;
  /** Columns of elements whose labels or properties it reads; others are read only by identity. */
  readonly loads: ReadonlySet<ColumnId>;
  /** For a filter of one edge of a quantified pattern: that edge, and the column that stands for the element. */
  readonly element?: { readonly edge: number; readonly column: ColumnId } | undefined;
}

export type Way = 'out' | 'in' | 'both';

/** One step of a walk. `checks` compare ids as soon as they are known. */
export type Move = (
  | { readonly kind: 'bound'; readonly node: number }
  /** A node that a look-up has bound: only its checks are left to do. */
  | { readonly kind: 'again'; readonly node: number }
  | { readonly kind: 'scan'; readonly node: number; readonly label?: string | undefined }
  /** Nodes found once per run; falls back to a scan when the access cannot be used at run time. */
  | { readonly kind: 'list'; readonly node: number; readonly access: Access; readonly label?: string | undefined }
  /** An edge that the input binds; binds or checks both ends. */
  | { readonly kind: 'boundEdge'; readonly edge: number }
  | { readonly kind: 'expand'; readonly edge: number; readonly start: number; readonly end: number; readonly way: Way }
  /** Both ends are known: is there an edge? */
  | { readonly kind: 'close'; readonly edge: number; readonly start: number; readonly end: number; readonly way: Way }
  /** A walk with a body. `closed`: the end is known already. `forward`: walked from the pattern edge's `from`. */
  | {
      readonly kind: 'walk';
      readonly edge: number;
      readonly start: number;
      readonly end: number;
      readonly way: Way;
      readonly forward: boolean;
      readonly closed: boolean;
    }
  /** Variable length without a body. */
  | {
      readonly kind: 'trails' | 'reach' | 'shortest';
      readonly edge: number;
      readonly start: number;
      readonly end: number;
      readonly way: Way;
      readonly forward: boolean;
      readonly closed: boolean;
      readonly filters: readonly Condition[];
    }
) & { readonly checks: readonly IdCheck[] };

export type MoveOf<K extends Move['kind']> = Move & { readonly kind: K };

/** A comparison of the ids of two nodes. */
export interface IdCheck {
  readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
  readonly left: number;
  readonly right: number;
}

/** How many ways the subtree behind an edge matches from a node. */
export interface Weight {
  readonly at: number;
  readonly edge: number;
  readonly end: number;
  readonly way: Way;
  readonly below: readonly Weight[];
}

/**
 * The last expand of a count without walking it: the weight of all edges at a node, less those that lead to nodes which the end must
 * differ from, and less the edges that are taken already.
 */
export interface Tally {
  readonly weight: Weight;
  readonly otherNodes: readonly number[];
  readonly otherEdges: readonly number[];
}

/** How to find the nodes of a pattern variable without scanning. */
export type Access =
  | { readonly kind: 'ids'; readonly value: AccessValue; readonly conditions: readonly Condition[] }
  | {
      readonly kind: 'index';
      readonly label: string;
      readonly path: readonly (string | number)[];
      readonly index: string;
      readonly value: AccessValue;
      /** What the access stands for: evaluated one by one where the index cannot answer for a value. */
      readonly conditions: readonly Condition[];
    }
  /** A property without an index, looked up more than once: the nodes by its value, made while the statement runs. */
  | {
      readonly kind: 'hash';
      /** Absent: all nodes. */
      readonly label: string | undefined;
      readonly path: readonly (string | number)[];
      readonly value: AccessValue & { readonly kind: 'equal' };
      readonly conditions: readonly Condition[];
    };

export type AccessValue =
  | { readonly kind: 'equal'; readonly value: Expr }
  | { readonly kind: 'in'; readonly list: Expr }
  | { readonly kind: 'keys'; readonly slot: number }
  | { readonly kind: 'range'; readonly low?: Bound | undefined; readonly high?: Bound | undefined }
  | { readonly kind: 'prefix'; readonly value: Expr };

export interface Bound {
  readonly value: Expr;
  readonly inclusive: boolean;
}
