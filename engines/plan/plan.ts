// The plan algebra: what a statement does, engine-neutral, plain closed data that prints as JSON. The binder builds it, rules
// rewrite it, the cut (engines/cut.ts) replaces whole subtrees by the two engine nodes `sql` and `traverse`, and
// engines/rows runs what is left. Every node says what it produces (`outputColumns`), what an absent field means, and what
// it costs if that surprises.

import type { Span } from '../../parser/error.ts';
import type { CollectionInfo, GraphRef, TableInfo } from '../catalog.ts';
import type { SqlStatement, TraversalProgram } from '../engine.ts';
import type { Expr } from './expression.ts';
import { type Pattern, patternColumns } from './pattern.ts';
import type { Collation, Column } from './type.ts';
import type {
  CreateElements,
  DeleteDocuments,
  DeleteElements,
  DeleteRows,
  ForEach,
  InsertDocuments,
  InsertRows,
  MergeElements,
  SetElements,
  UpdateDocuments,
  UpdateRows,
} from './writes.ts';

export type Plan =
  | One
  | Values
  | ScanTable
  | ScanCollection
  | ScanWorking
  | Unnest
  | Match
  | Filter
  | Project
  | Join
  | Apply
  | Aggregate
  | Window
  | Distinct
  | Sort
  | Limit
  | SetOperation
  | Recursive
  | CallProcedure
  | InsertRows
  | UpdateRows
  | DeleteRows
  | InsertDocuments
  | UpdateDocuments
  | DeleteDocuments
  | CreateElements
  | MergeElements
  | ForEach
  | SetElements
  | DeleteElements
  | Sql
  | Traverse;

/** One row without columns. */
export interface One {
  readonly kind: 'one';
}

/** Literal rows. The expressions see only outer rows and parameters. */
export interface Values {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expr[])[];
  readonly columns: readonly Column[];
}

/** All rows of a table. Only the columns listed are read. `key` is the rowid, wanted by writes and by `id()`. */
export interface ScanTable {
  readonly kind: 'scanTable';
  readonly table: TableInfo;
  readonly columns: readonly { readonly source: string; readonly column: Column }[];
  readonly key?: Column | undefined;
  /** SQLite is to use no index for it, so that rows come in the order of their keys. */
  readonly notIndexed?: true;
}

/** All documents of a collection: `doc` is the document (type object), `key` its id. */
export interface ScanCollection {
  readonly kind: 'scanCollection';
  readonly collection: CollectionInfo;
  readonly doc: Column;
  readonly key?: Column | undefined;
}

/** Inside `recursive.step`: the rows that the last round added. Inside `mergeElements.match`: the rows to be matched. */
export interface ScanWorking {
  readonly kind: 'scanWorking';
  readonly recursion: number;
  readonly columns: readonly Column[];
}

/**
 * For each input row, a row per element of a list (0-based `position` if wanted). Null, MISSING and an empty list give no row, or one row
 * with nulls if `outer`. A value that is not a list gives one row with that value (as SQL++ does for scalars in FROM).
 */
export interface Unnest {
  readonly kind: 'unnest';
  readonly input: Plan;
  readonly list: Expr;
  readonly element: Column;
  readonly position?: Column | undefined;
  readonly outer: boolean;
  /** UNPIVOT: a row per key of an object instead, `position` the key (`_1` for what is no object). */
  readonly keys?: true;
}

/** For each input row, the input's columns with one row per way the pattern matches; `optional`: one row with nulls if none does. */
export interface Match {
  readonly kind: 'match';
  readonly input: Plan;
  readonly pattern: Pattern;
  /** Conditions on a whole match; part of it, so they decide whether `optional` gives nulls. */
  readonly where?: Expr | undefined;
  readonly optional: boolean;
  /** The statement itself makes what is looked for: there may be far more of it than the catalogue counts. */
  readonly growing?: boolean | undefined;
  /** Absent: the default graph. So for all nodes that have it. */
  readonly graph?: GraphRef | undefined;
}

/** The rows for which the predicate is true (not null, not false). */
export interface Filter {
  readonly kind: 'filter';
  readonly input: Plan;
  readonly predicate: Expr;
  /** Set before the cut, in a subplan that runs once per outer row: read the input once in the statement and find its rows by `inner` = `outer`, which is one of the predicate's conditions. */
  readonly hash?: { readonly inner: Expr; readonly outer: Expr } | undefined;
}

/** Puts out exactly `items`. An item that is a plain column may keep its id. */
export interface Project {
  readonly kind: 'project';
  readonly input: Plan;
  readonly items: readonly { readonly column: Column; readonly value: Expr }[];
}

/** Left's columns, then right's. `lateral`: right refers to columns of left and is run once per left row. No `on`: every pair. Only inner and left may be lateral. */
export interface Join {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly left: Plan;
  readonly right: Plan;
  readonly on?: Expr | undefined;
  readonly lateral: boolean;
  /** Set by the cut: run `first` to the end, put the distinct values of `value` over its rows into RunContext.keys[slot], then run the other side (which has an inKeys filter on that slot). */
  readonly keys?: { readonly first: 'left' | 'right'; readonly value: Expr; readonly slot: number } | undefined;
}

/**
 * Adds one column from a subquery, run per input row (once if it refers to no column of the input).
 * `scalar`: its single column; no row gives null; more than one row is `type/more-than-one-row`. `exists`: boolean. `in`: does `operand` equal a row, with null logic.
 * `count`: how many rows. `collect`: list of the single column. `rows`: list of objects, one per row, keys are the column names.
 */
export interface Apply {
  readonly kind: 'apply';
  readonly input: Plan;
  readonly subplan: Plan;
  readonly mode: 'scalar' | 'exists' | 'in' | 'count' | 'collect' | 'rows';
  readonly operand?: Expr | undefined;
  /** Mode `in`: false where null logic says null. */
  readonly nullIsFalse?: boolean | undefined;
  readonly column: Column;
  /** Where a scalar subquery with too many rows is shown. */
  readonly span?: Span | undefined;
}

/**
 * The input's columns, then one per function. The functions share partitions and order; each has a frame of its own. Rows come out in the order
 * of the partitions and of the window. Holds all rows.
 */
export interface Window {
  readonly kind: 'window';
  readonly input: Plan;
  readonly partition: readonly Expr[];
  readonly order: readonly SortItem[];
  readonly functions: readonly WindowItem[];
}
export interface WindowItem {
  readonly column: Column;
  /** A window function or an aggregate; `count(*)` is `count` without arguments. */
  readonly name: string;
  readonly arguments: readonly Expr[];
  /** Of aggregates: each list of arguments once. */
  readonly distinct?: true;
  /** As those of AggregateItem. */
  readonly collations?: AggregateItem['collations'];
  /** Of aggregates over ordered values: how the first argument orders the rows of a frame. */
  readonly sorted?: Omit<SortItem, 'value'>;
  /** Of aggregates: the rows for which it is true. */
  readonly filter?: Expr | undefined;
  readonly ignoreNulls: boolean;
  readonly frame: Frame;
}
/** Which rows of the partition a function sees. `rows` counts rows, `groups` rows that are equal in the order as one, `range` adds to the order's only key. */
export interface Frame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'nothing' | 'row' | 'group' | 'ties';
}
export interface FrameBound {
  readonly kind: 'preceding' | 'current' | 'following';
  /** Without columns. Absent: unbounded, or the current row. */
  readonly offset?: Expr | undefined;
}

/** Groups by `keys` (none: one group, also over no rows). Keys compare as DISTINCT does: null equals null, 1 equals 1.0. */
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly input: Plan;
  readonly keys: readonly { readonly column: Column; readonly value: Expr }[];
  readonly aggregates: readonly AggregateItem[];
  /** Grouping sets: a group per set and its values, keys that the set lacks are null. Absent: one set of all keys. */
  readonly sets?: readonly (readonly number[])[] | undefined;
  /** `grouping(a, b)`: an integer with a bit per key, the last the lowest, set where the set lacks the key. */
  readonly groupings?: readonly { readonly column: Column; readonly keys: readonly number[] }[] | undefined;
}
export interface AggregateItem {
  readonly column: Column;
  /** `count(*)` is `count` without arguments. */
  readonly name: string;
  readonly arguments: readonly Expr[];
  readonly distinct: boolean;
  /** By which collation DISTINCT compares each argument. Absent: exactly. */
  readonly collations?: readonly (Collation['name'] | undefined)[];
  /** The order in which it sees the values. Absent: as the rows come. */
  readonly orderBy?: readonly SortItem[] | undefined;
  /** The rows for which it is true. */
  readonly filter?: Expr | undefined;
}

export interface Distinct {
  readonly kind: 'distinct';
  readonly input: Plan;
}

/** Stable. Null (and MISSING) is the largest value: last when ascending, unless `nulls` says otherwise. */
export interface Sort {
  readonly kind: 'sort';
  readonly input: Plan;
  readonly keys: readonly SortItem[];
}
export interface SortItem {
  readonly value: Expr;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last';
}

/** Both are non-negative integers at run time, else `type/limit`. Absent: none. */
export interface Limit {
  readonly kind: 'limit';
  readonly input: Plan;
  readonly count?: Expr | undefined;
  readonly offset?: Expr | undefined;
}

/** Columns are matched by position; output ids are `columns`. Without `all` duplicates go. */
export interface SetOperation {
  readonly kind: 'set';
  readonly operator: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: Plan;
  readonly right: Plan;
  readonly columns: readonly Column[];
}

/** A recursive common table expression: base, then step over the rows of the last round until a round adds none. Without `all` rows seen before are dropped. */
export interface Recursive {
  readonly kind: 'recursive';
  readonly recursion: number;
  readonly base: Plan;
  readonly step: Plan;
  readonly all: boolean;
  readonly columns: readonly Column[];
}

/** Per input row: input's columns and the procedure's. `void`: it has no results, and the row passes once. */
export interface CallProcedure {
  readonly kind: 'callProcedure';
  readonly input: Plan;
  readonly procedure: string;
  readonly arguments: readonly Expr[];
  readonly yields: readonly { readonly source: string; readonly column: Column }[];
  readonly void?: boolean | undefined;
  /** It walks the graph in memory. */
  readonly topology?: boolean | undefined;
  readonly graph?: GraphRef | undefined;
  /** The procedure's name in the text. */
  readonly span?: Span | undefined;
}

// The engine nodes, made by the cut.

/** A whole subtree of tables and collections as one SQL statement. Costs what SQLite takes. `was` is the subtree it stands for. */
export interface Sql {
  readonly kind: 'sql';
  readonly statement: SqlStatement;
  readonly columns: readonly Column[];
  readonly was: Plan;
}
/** A match as a traversal program; `program` prints itself for EXPLAIN. */
export interface Traverse {
  readonly kind: 'traverse';
  readonly input: Plan;
  readonly program: TraversalProgram;
  readonly was: Match;
  /** Only for a program compiled with countOnly: instead of the pattern's columns, how many matches the input row has (≥ 1; a row without matches is left out). */
  readonly count?: Column | undefined;
}

/** The columns that a plan node puts out, in the order of its rows. */
export function outputColumns(plan: Plan): readonly Column[] {
  let columns = columnsOfPlan.get(plan);
  if (columns === undefined) {
    columns = makeColumns(plan);
    columnsOfPlan.set(plan, columns);
  }
  return columns;
}

/** Most nodes put out what their inputs do and more, and every rule asks every node. */
const columnsOfPlan = new WeakMap<Plan, readonly Column[]>();

function makeColumns(plan: Plan): readonly Column[] {
  switch (plan.kind) {
    case 'one':
      return [];
    case 'values':
    case 'scanWorking':
    case 'set':
    case 'recursive':
    case 'insertRows':
    case 'sql':
      return plan.columns;
    case 'updateRows':
      return [...plan.columns, ...plan.carried];
    case 'scanTable':
      return [...plan.columns.map((c) => c.column), ...(plan.key ? [plan.key] : [])];
    case 'scanCollection':
      return plan.key ? [plan.doc, plan.key] : [plan.doc];
    case 'unnest':
      return [...outputColumns(plan.input), plan.element, ...(plan.position ? [plan.position] : [])];
    case 'match':
      return [...outputColumns(plan.input), ...patternColumns(plan.pattern)];
    case 'traverse':
      return [...outputColumns(plan.input), ...(plan.count ? [plan.count] : patternColumns(plan.was.pattern))];
    case 'filter':
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'deleteRows':
    case 'deleteDocuments':
    case 'setElements':
    case 'deleteElements':
    case 'forEach':
      return outputColumns(plan.input);
    case 'project':
      return plan.items.map((i) => i.column);
    case 'join':
      return [...outputColumns(plan.left), ...outputColumns(plan.right)];
    case 'apply':
      return [...outputColumns(plan.input), plan.column];
    case 'aggregate':
      return [...plan.keys.map((k) => k.column), ...plan.aggregates.map((a) => a.column), ...(plan.groupings ?? []).map((g) => g.column)];
    case 'window':
      return [...outputColumns(plan.input), ...plan.functions.map((f) => f.column)];
    case 'callProcedure':
      return [...outputColumns(plan.input), ...plan.yields.map((y) => y.column)];
    case 'insertDocuments':
      return [plan.doc, plan.key];
    case 'updateDocuments':
      return [plan.doc, plan.keyOut, ...plan.carried];
    case 'createElements':
    case 'mergeElements':
      return [
        ...outputColumns(plan.input),
        ...plan.nodes.filter((n) => n.out && !n.bound).map((n) => n.column),
        ...plan.edges.filter((e) => e.out).map((e) => e.column),
        ...plan.paths.filter((p) => p.out).map((p) => p.column),
      ];
  }
}
