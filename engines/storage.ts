// What is stored, as the engines and the row operators read and write it: the graph, and tables and collections. Implemented where SQL
// text may stand, in engines/sql/sqlite. Everything is asynchronous and works on batches, so that another dialect fits later.

import type { CollectionInfo, TableInfo } from './catalog.ts';
import type { Batches, RunContext, SqlStatement, Work } from './engine.ts';
import type { UpdateDocuments, WriteResolution } from './plan/writes.ts';
import type { ObjectValue, Row, Value } from './value.ts';

// ------------------------------------------------------------------------------------------------ graph

/** The graph's reads and writes on disk. Ids are row ids below 2^31; label and type ids are small. */
export interface GraphStorage {
  /** The number of the graph. */
  readonly graph: number;
  readonly labels: NameTable;
  readonly types: NameTable;
  /** The number of the newest change that this snapshot sees (0: none). Every change of topology or labels has one. */
  changeNumber(): Promise<number>;
  /** Changes with after < number, in order. `undefined`: they are no longer all stored; read everything anew. */
  changesSince(after: number): Promise<readonly GraphChange[] | undefined>;
  highestNodeId(): Promise<number>;
  highestEdgeId(): Promise<number>;
  /** All edges of all types, or of one, in chunks; each chunk is parallel arrays. */
  edges(type?: number): AsyncIterable<{ id: Uint32Array; type: Uint32Array; from: Uint32Array; to: Uint32Array }>;
  /** Ascending. All nodes, or those with a label. */
  nodes(label?: number): AsyncIterable<Uint32Array>;
  /** In the order of `ids`; undefined for one that does not exist. */
  loadNodes(ids: readonly number[]): Promise<readonly ({ labels: readonly number[]; properties: ObjectValue } | undefined)[]>;
  loadEdges(ids: readonly number[]): Promise<readonly ({ type: number; from: number; to: number; properties: ObjectValue } | undefined)[]>;
  /** Node ids by a property, through the label's index. Undefined if there is no index on (label, path). `=` takes several values (any of them). Equality as in Trefoil (1 = 1.0, true ≠ 1). */
  findNodes(label: number, path: readonly (string | number)[], test: PropertyTest): Promise<Uint32Array | undefined>;
  indexOn(label: string, path: readonly (string | number)[]): { readonly name: string } | undefined;
  /** `id`: the one that it must get, of which there must be none; else the next. */
  createNodes(nodes: readonly { id?: number; labels: readonly number[]; properties: ObjectValue }[]): Promise<readonly number[]>;
  createEdges(
    edges: readonly { id?: number; type: number; from: number; to: number; properties: ObjectValue }[],
  ): Promise<readonly number[]>;
  setNodeProperties(items: readonly { id: number; properties: ObjectValue }[]): Promise<void>;
  setEdgeProperties(items: readonly { id: number; properties: ObjectValue }[]): Promise<void>;
  setNodeLabels(items: readonly { id: number; labels: readonly number[] }[]): Promise<void>;
  deleteEdges(ids: readonly number[]): Promise<void>;
  /** Those of the ids that an element has, in whatever graph of the file: no two have the same. */
  takenIds(kind: 'node' | 'edge', ids: readonly number[]): Promise<ReadonlySet<number>>;
  /** The next new element gets an id above this one. */
  leaveIds(kind: 'node' | 'edge', highest: number): Promise<void>;
  /** The nodes must have no edges left. */
  deleteNodes(ids: readonly number[]): Promise<void>;
}

export type PropertyTest =
  | { readonly kind: 'equal'; readonly values: readonly Value[] }
  | {
      readonly kind: 'range';
      readonly low?: { readonly value: Value; readonly inclusive: boolean };
      readonly high?: { readonly value: Value; readonly inclusive: boolean };
    }
  | { readonly kind: 'prefix'; readonly text: string };

/** Names of labels or edge types and their ids. */
export interface NameTable {
  id(name: string): number | undefined;
  name(id: number): string;
  /** Makes the name if it is new (a write). */
  intern(name: string): Promise<number>;
  names(): readonly string[];
}

export type GraphChange =
  | { readonly number: number; readonly kind: 'addNode' | 'removeNode'; readonly id: number }
  | { readonly number: number; readonly kind: 'addLabel' | 'removeLabel'; readonly id: number; readonly label: number }
  | {
      readonly number: number;
      readonly kind: 'addEdge' | 'removeEdge';
      readonly id: number;
      readonly type: number;
      readonly from: number;
      readonly to: number;
    };

// ------------------------------------------------------------------------------------------------ storage of tables and documents

/** The error to throw for one that a row or document gave: `row` counts from 0 within the call, `column` is there if the failure is about one value. */
export type FailurePlace = (error: unknown, row: number, column?: string) => unknown;

type DocumentPath = readonly (string | number)[];

/** What becomes of a row that breaks a constraint: left out, put in the place of those in its way, or left out only if it meets others in `nothing` (undefined: in anything unique). */
export type ConflictRule<Key> =
  | { readonly kind: WriteResolution }
  | { readonly kind: 'nothing'; readonly targets: readonly (readonly Key[] | undefined)[] };

/** Writes to tables and collections. Rows in, stored rows out. Constraint failures are QueryErrors `constraint/*`. */
export interface RowStorage {
  /** Runs a read. */
  query(statement: SqlStatement, context: RunContext): Batches;
  /** `rows` hold values for `columns`; the other columns take their defaults. Returns whole rows as stored, in the table's column order; undefined for one that was left out. Values are checked against the column types (`type/column`). */
  insertRows(
    table: TableInfo,
    columns: readonly string[],
    rows: readonly Row[],
    place?: FailurePlace,
    conflict?: ConflictRule<string>,
  ): Promise<readonly (Row | undefined)[]>;
  /**
   * `work` inserts rows into the table and does nothing else. Their foreign keys are looked at when it is over, since one row may name another
   * that comes after it.
   */
  insertingTogether<T>(table: TableInfo, work: () => Promise<T>): Promise<T>;
  /** Foreign keys name its rows, so rows that are to go together must go in one call. */
  isReferredTo(table: TableInfo): Promise<boolean>;
  /** The row that has these values in these columns, which are unique together. */
  findRow(table: TableInfo, columns: readonly string[], values: Row): Promise<{ readonly key: bigint; readonly row: Row } | undefined>;
  /** What the columns get when no value is given for them: null where there is no default. */
  defaultValues(table: TableInfo, columns: readonly string[]): Promise<Row>;
  /** The row that an INSERT of these values would store, in the table's column order: generated columns are computed, others that are not given are null. */
  completedRow(table: TableInfo, columns: readonly string[], row: Row): Promise<Row>;
  /** Undefined for a row that `ignore` left as it was. */
  updateRows(
    table: TableInfo,
    columns: readonly string[],
    items: readonly { key: bigint; values: Row }[],
    place?: FailurePlace,
    or?: WriteResolution,
  ): Promise<readonly (Row | undefined)[]>;
  /** Changes all rows whose keys and new values the statement gives, and says how many; undefined if that cannot be done, and then nothing is changed. */
  updateInBulk(table: TableInfo, columns: readonly string[], statement: SqlStatement, context: RunContext): Promise<number | undefined>;
  updateDocumentsInBulk(
    collection: CollectionInfo,
    changes: Pick<UpdateDocuments, 'set' | 'unset'>,
    statement: SqlStatement,
    context: RunContext,
  ): Promise<number | undefined>;
  /** `work`: also counts what goes with them because of foreign keys. */
  deleteRows(table: TableInfo, keys: readonly bigint[], work?: Work): Promise<void>;
  insertDocuments(
    collection: CollectionInfo,
    documents: readonly ObjectValue[],
    place?: FailurePlace,
    conflict?: ConflictRule<DocumentPath>,
  ): Promise<readonly (bigint | undefined)[]>;
  /** The document that has the same values at the paths, which are unique together. */
  findDocument(
    collection: CollectionInfo,
    paths: readonly DocumentPath[],
    document: ObjectValue,
  ): Promise<{ readonly key: bigint; readonly document: ObjectValue } | undefined>;
  /** False for a document that `ignore` left as it was. */
  updateDocuments(
    collection: CollectionInfo,
    items: readonly { key: bigint; document: ObjectValue }[],
    or?: WriteResolution,
  ): Promise<readonly boolean[]>;
  deleteDocuments(collection: CollectionInfo, keys: readonly bigint[]): Promise<void>;
  /** Documents with keys of their own. `constraint/primary-key` for one that is taken. */
  restoreDocuments(
    collection: CollectionInfo,
    items: readonly { key: bigint; document: ObjectValue }[],
    place: (error: unknown, at: number) => unknown,
  ): Promise<void>;
  /** Notes the paths of this object, as if a document had had them. */
  notePaths(collection: CollectionInfo, object: ObjectValue): Promise<void>;
}
