// The interfaces between the row operators and the engines below them: what an SQL statement and a traversal program are to
// the rest, the context of one run, and what one connection can do. engines/rows, relational, document and graph know each
// other only through this file and storage.ts; engines/open.ts puts real objects behind them.
//
// Everything that may reach a disk or a network is asynchronous and works on batches, so that another dialect fits later.

import type { Span } from '../parser/error.ts';
import type { Catalog, GraphRef, IndexInfo } from './catalog.ts';
import type { Definition } from './definitions.ts';
import type { Expr } from './plan/expression.ts';
import type { CallProcedure, Match, Plan, Sql, Traverse } from './plan/plan.ts';
import type { Column, ColumnId, Type } from './plan/type.ts';
import type { GraphStorage, RowStorage } from './storage.ts';
import type { Role } from '../parser/ast.ts';
import type { Principal } from './users/rights.ts';
import type { EdgeValue, NodeValue, ObjectValue, Row, Value, TemporalKind } from './value.ts';

export type Batches = AsyncIterable<Row[]>;

// ------------------------------------------------------------------------------------------------ SQL

/** One finished SQL statement with what its parameters are and how its result columns are read. */
export interface SqlStatement {
  readonly text: string;
  /** Bound by position, in order. */
  readonly parameters: readonly SqlParameter[];
  readonly results: readonly SqlResult[];
  /** Of a statement with a `keys` parameter: the same without that condition. To be run when a slot is empty, or when a key is a list, an object, bytes or a float that is not finite. */
  readonly withoutKeys?: SqlStatement;
}

export type SqlParameter =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'parameter'; readonly name: string; readonly as: SqlBinding }
  | { readonly kind: 'outer'; readonly column: ColumnId; readonly as: SqlBinding }
  /** The moment at which the statement started (RunContext.now), as that kind. */
  | { readonly kind: 'now'; readonly as: Exclude<TemporalKind, 'duration'> }
  /** The keys of RunContext.keys[slot] as one JSON array; null when the slot is empty. */
  | { readonly kind: 'keys'; readonly slot: number };

/** `native`: as SQLite's own type (boolean as 0/1, temporal as text). `json`: as JSON text in the storage encoding. */
export type SqlBinding = 'native' | 'json';

/** How a result column comes out. `native` needs the static type to make booleans and temporals; `json` is JSON text in the storage encoding (SQL NULL is null, the text is parsed). `missing`: SQL NULL means MISSING. */
export interface SqlResult {
  readonly form: 'native' | 'json';
  readonly type: Type;
  readonly missing?: boolean;
}

// ------------------------------------------------------------------------------------------------ graph

/** A compiled traversal. Opaque to all but engines/graph, but it can say what it does, a line per step. */
export interface TraversalProgram {
  readonly steps: readonly { readonly name: string; readonly detail: string; readonly index?: string; readonly estimatedRows?: number }[];
}

/** One node and edge object per element and statement. */
export interface ElementCache {
  node(id: number, graph: number): NodeValue;
  edge(id: number, type: string, from: number, to: number, graph: number): EdgeValue;
  /** Fills labels and properties of those that are not loaded, in batches. */
  load(elements: readonly (NodeValue | EdgeValue)[]): Promise<void>;
}

/** The graph engine as the row operators and the binder's rules see it. Implemented by engines/graph/graph-engine.ts. */
export interface GraphEngine {
  /** Chooses start and order, and moves filters to where they cost least. Pure planning: reads only the catalogue and counts. */
  compile(match: Match, options: { readonly countOnly: boolean }): TraversalProgram;
  /** Input rows in, input columns + pattern columns out. With `countOnly` in the program, each input row gives its columns and one bigint count (a multiplicity) instead. */
  traverse(node: Traverse, input: Batches, context: RunContext): Batches;
  /** `work` counts what they load. */
  elements(work?: Work): ElementCache;
  createElements(
    items: readonly NewNode[],
    edges: readonly NewEdge[],
    context: RunContext,
    /** Absent: the default graph. */
    graph?: GraphRef,
  ): Promise<{ nodes: readonly NodeValue[]; edges: readonly EdgeValue[] }>;
  /** Stores elements with ids of their own. `constraint/element-id` for one that is taken. */
  restoreElements(elements: RestoredElements, check: () => void): Promise<void>;
  /** Writes the new property objects and labels of elements that were changed in place. */
  saveElements(changed: readonly (NodeValue | EdgeValue)[], context: RunContext): Promise<void>;
  /** `constraint/has-edges` for a node with edges left unless `detach`. Marks the values `deleted`. */
  deleteElements(elements: readonly (NodeValue | EdgeValue)[], detach: boolean, context: RunContext): Promise<void>;
  callProcedure(node: CallProcedure, argumentRows: readonly Row[], context: RunContext): Promise<readonly (readonly Row[])[]>;
  procedures(): readonly ProcedureInfo[];
  /** After ROLLBACK or a failed statement: forget what is not committed. */
  rolledBack(): void;
}

export interface NewNode {
  readonly labels: readonly string[];
  readonly properties: ObjectValue;
}
/** An end is an existing node or the index of a new one in the same call. */
export interface NewEdge {
  readonly type: string;
  readonly from: NodeValue | number;
  readonly to: NodeValue | number;
  readonly properties: ObjectValue;
}

/** Elements that bring their ids along. */
export interface RestoredElements {
  readonly graph: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly labels: readonly string[];
    readonly properties: ObjectValue;
    readonly span: Span;
  }[];
  readonly edges: readonly {
    readonly id: number;
    readonly type: string;
    readonly from: number;
    readonly to: number;
    readonly properties: ObjectValue;
    readonly span: Span;
  }[];
}

export interface ProcedureInfo {
  /** `algo.pagerank` */
  readonly name: string;
  readonly description: string;
  /** Each may be null. Those that are optional come last. */
  readonly arguments: readonly { readonly name: string; readonly type: Type; readonly optional: boolean; readonly description: string }[];
  /** Empty: it is called for what it does, once for each row. */
  readonly yields: readonly { readonly name: string; readonly type: Type }[];
  /** It walks the graph in memory, which is brought up to date before. */
  readonly topology?: boolean;
  /** It tells what the graph in use has. */
  readonly ofGraph?: boolean;
}

/** A procedure that the program brings which opened the database. */
export interface HostProcedure extends ProcedureInfo {
  /** Gets a value for every argument, null for one that is left out. Each row has a value for every column of `yields`, in their order. */
  run(values: Row, context: { check(): void }): AsyncIterable<Row>;
}

/** All procedures of a database: those of the graph, those that read the catalogue, and the program's own. */
export interface Procedures {
  list(): readonly ProcedureInfo[];
  /** What answers the calls of one run of a plan node: the arguments of a row in, its results in batches out, with the columns that the call yields. */
  prepare(node: CallProcedure, context: RunContext): (values: Row) => AsyncIterable<readonly Row[]>;
}

// ------------------------------------------------------------------------------------------------ one run

/** What one statement's operators share while it runs. */
export interface RunContext {
  readonly catalog: Catalog;
  readonly rows: RowStorage;
  readonly graph: GraphEngine;
  readonly procedures: Procedures;
  /** Of the graph with the number. */
  graphStorage(graph: number): GraphStorage;
  readonly elements: ElementCache;
  readonly parameters: ReadonlyMap<string, Value>;
  /** Values of outer columns, for subplans of `apply` and lateral joins. */
  readonly outer: ReadonlyMap<ColumnId, Value>;
  /** Filled by joins that push keys: distinct, no nulls. */
  readonly keys: Map<number, readonly Value[]>;
  /** Rows of the last round, by recursion. */
  readonly working: Map<number, readonly Row[]>;
  readonly batchRows: number;
  /** The plan is one SQL statement whose rows go to the wire: JSON may stay text. */
  readonly rawJson?: boolean | undefined;
  /** What an `sql` node stands for, cut anew so that only bare scans are SQL. */
  readonly byRows?: ((plan: Plan & { readonly kind: 'sql' }) => Plan) | undefined;
  /** When `now()` is: one instant per statement. */
  readonly now: Date;
  /** When the transaction that the statement runs in began; absent outside of one. */
  readonly transactionStart?: Date | undefined;
  /** Throws `limit/cancelled` or `limit/timeout` when the statement must stop. Cheap; call it at least once per batch and per thousand steps of any loop. */
  check(): void;
  readonly stats: RunStats;
  /** COMPARE: counts what the engines look at. SQL statements count only if they were compiled for it (`counting`). */
  readonly work?: Work | undefined;
  /** Somebody follows the statement: counts what is looked at in the graph. */
  readonly walked?: Work | undefined;
  /** Somebody follows the statement, and its only source is a match: told how many of the nodes that the match starts from are done. */
  readonly reached?: ((nodes: number, of: number) => void) | undefined;
  readonly notices: Notice[];
  /** EXPLAIN ANALYZE: counts per plan node. */
  readonly profile?: Map<Plan, { rows: number; timeMs: number; calls: number }> | undefined;
}

/** Entries read: rows, documents and list elements in the loops of SQL statements, behind their index constraints; in the graph nodes found, edges looked at, and elements whose properties are loaded. */
export interface Work {
  entries: number;
  /** Nodes and edges that SET and REMOVE changed, and rows that foreign keys took along. */
  changed: number;
}

export interface RunStats {
  /** Rows that SQL statements and matches that traversals put out. */
  rowsRead: number;
  rowsInserted: number;
  rowsUpdated: number;
  rowsDeleted: number;
  nodesCreated: number;
  nodesDeleted: number;
  edgesCreated: number;
  edgesDeleted: number;
  labelsAdded: number;
  labelsRemoved: number;
  propertiesSet: number;
  propertiesRemoved: number;
}

export interface Notice {
  readonly code: string;
  readonly message: string;
  readonly span?: { readonly start: number; readonly end: number } | undefined;
}

/** Compiled once per operator; `row` is laid out by the operator's layout; column ids that the layout lacks are read from `context.outer`. */
export type Evaluator = (row: Row, context: RunContext) => Value;
export type Layout = ReadonlyMap<ColumnId, number>;

/** engines/cut.ts asks an engine whether it can run a whole subtree. Undefined: it cannot, or not with the same answer. */
export type CompileSql = (
  plan: Plan,
  options: {
    readonly outer: ReadonlyMap<ColumnId, Column>;
    readonly interruptible: boolean;
    /** The statement counts the rows that its loops visit, into RunContext.work. */
    readonly counting?: boolean;
    /** Known indexes: whether a join on a document path is worth giving to SQLite. */
    readonly indexes?: readonly IndexInfo[];
  },
) => Sql | undefined;

/** Used by engines that evaluate residual conditions: engines/rows/evaluate.ts is handed in as this. */
export type CompileExpression = (expr: Expr, layout: Layout) => Evaluator;

// ------------------------------------------------------------------------------------------------ one connection

/** Begins and ends transactions on one connection. */
export interface Transactions {
  readonly inTransaction: boolean;
  /** May write: waits for the writer before it, at most a limit (`storage/busy`) and while `check` does not throw. */
  begin(check?: () => void): Promise<void>;
  /** A snapshot; its moment is the first read. */
  beginRead(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  savepoint(name: string): Promise<void>;
  release(name: string): Promise<void>;
  rollbackTo(name: string): Promise<void>;
}

/** Changes of schema. Each runs inside the transaction that the session began. */
export interface SchemaStorage {
  change(statement: SchemaStatement, context: SchemaContext): Promise<readonly Notice[]>;
  /** Drops what this process made for itself. To be called when it closes the file for good. */
  dropTemporary(): void;
  /** Outside of transactions only. */
  vacuum(): void;
  /** The statements that make what is there, in an order in which they can run. */
  definitions(): readonly Definition[];
}

export interface SchemaContext {
  readonly catalog: Catalog;
  /** The number of the graph in use. */
  readonly graph: number;
  readonly check: () => void;
  /** Told by what goes through rows by itself how many of how many it has been through; throws to stop it. */
  readonly reached?: (rows: number, of: number) => void;
  /** The rows of a query, run inside the transaction. */
  readonly query: (text: string) => Promise<readonly Row[]>;
}

export type SchemaStatement =
  | import('../parser/ast.ts').CreateTable
  | import('../parser/ast.ts').DropTable
  | import('../parser/ast.ts').CreateCollection
  | import('../parser/ast.ts').DropCollection
  | import('../parser/ast.ts').CreateView
  | import('../parser/ast.ts').DropView
  | import('../parser/ast.ts').AlterTable
  | import('../parser/ast.ts').Rename
  | import('../parser/ast.ts').CreateGraph
  | import('../parser/ast.ts').DropGraph
  | import('../parser/ast.ts').AlterCollection
  | import('../parser/ast.ts').Maintain
  | import('../parser/ast.ts').CreateIndex
  | import('../parser/ast.ts').DropIndex
  | import('../parser/ast.ts').Reindex;

/** What a sign-in is compared with. */
export interface Credentials {
  readonly principal: Principal;
  /** As users/password.ts makes it. */
  readonly password: string;
}

/** Users and their tokens on disk. Changes run inside the transaction that the session began. */
export interface UserStorage {
  credentials(name: string): Promise<Credentials | undefined>;
  tokenHolder(hash: string): Promise<Principal | undefined>;
  create(name: string, password: string, roles: readonly Role[]): Promise<void>;
  setPassword(user: number, password: string): Promise<void>;
  setRoles(user: number, roles: readonly Role[]): Promise<void>;
  /** With its tokens. */
  drop(user: number): Promise<void>;
  createToken(name: string, user: number, hash: string): Promise<void>;
  dropToken(token: number): Promise<void>;
}

/** How a statement is stopped while it is under way, and followed. Fields as in RunOptions. */
export interface Stop {
  readonly check?: (() => void) | undefined;
  readonly stopSlot?: number | undefined;
  readonly progress?: { readonly slot?: number | undefined } | undefined;
}

/** One connection to the stored data with all that works on it. A Database keeps a few of them per thread. */
export interface Engine {
  catalog(): Catalog;
  readonly transactions: Transactions;
  readonly rows: RowStorage;
  /** Of the graph with the number. */
  graphStorage(graph: number): GraphStorage;
  readonly graph: GraphEngine;
  readonly procedures: Procedures;
  readonly schema: SchemaStorage;
  readonly users: UserStorage;
  readonly compileSql: CompileSql;
  /** What the storage says it will do with a statement: one line per step, deepest last. For EXPLAIN. */
  explainSql(statement: SqlStatement): readonly { readonly depth: number; readonly detail: string }[];
  /** About how many rows the statement goes through in full scans; undefined where that cannot be told. */
  scannedBySql(statement: SqlStatement): number | undefined;
  /** SQL statements can be stopped from outside (RunOptions.stopSlot), so that reads need no check of their own. */
  readonly interruptible: boolean;
  /** The check that runs inside long SQL statements while one is under way, and the number under which it can be stopped from outside. */
  setCheck(stop?: Stop): void;
  /** Brings the topologies of graphs up to the snapshot. To be called inside the statement's transaction, before a plan that walks them is run. */
  catchUp(context: { readonly check: () => void; readonly graphs: Iterable<number> }): Promise<void>;
  close(): void;
}
