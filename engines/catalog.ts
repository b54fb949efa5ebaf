// What exists: tables, collections, labels, edge types and indexes, as the binder sees them. Read from the file by the
// storage (engines/sql/sqlite/catalog.ts); immutable; a change of schema gives a new one with a higher version.

import type { Role } from '../parser/ast.ts';
import type { Type } from './plan/type.ts';

export interface Catalog {
  /** Grows with every change of schema that this connection can see; part of the plan cache's key. */
  readonly version: number;
  /** Names match without regard to case. */
  table(name: string): TableInfo | undefined;
  collection(name: string): CollectionInfo | undefined;
  view(name: string): ViewInfo | undefined;
  readonly tables: readonly TableInfo[];
  readonly collections: readonly CollectionInfo[];
  readonly views: readonly ViewInfo[];
  /** The default graph first. */
  readonly graphs: readonly GraphInfo[];
  /** The graph in use: the four lists below are its own, and of the labels' indexes `indexes` has its own. */
  readonly graph: GraphRef;
  /** In the order in which they were made. */
  readonly users: readonly UserInfo[];
  readonly labels: readonly LabelInfo[];
  readonly edgeTypes: readonly LabelInfo[];
  readonly nodeProperties: KnownProperties;
  readonly edgeProperties: KnownProperties;
  readonly indexes: readonly IndexInfo[];
  /** Those of all graphs: their names are one set. */
  readonly everyIndex: readonly IndexInfo[];
  /** The same catalogue with another graph in use, by its number. */
  using(graph: number): Catalog;
}

/** The default graph's number; the others have numbers above. */
export const defaultGraph = 0;

export interface GraphRef {
  readonly id: number;
  readonly name: string;
}

export interface GraphInfo extends GraphRef {
  /** How many there are: exact. Asked for anew at each access, and nodes are counted. */
  readonly nodes: number;
  readonly edges: number;
  readonly labels: readonly LabelInfo[];
  readonly edgeTypes: readonly LabelInfo[];
  readonly nodeProperties: KnownProperties;
  readonly edgeProperties: KnownProperties;
}

export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  /** Column names of the primary key, in order; empty: none. */
  readonly primaryKey: readonly string[];
  /** Sets of columns that are UNIQUE or the primary key. */
  readonly unique: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  /** An estimate, from sqlite_stat1 or the highest rowid. Asked for anew at each access. */
  readonly rows: number;
  /** The name by which SQL reaches the row's key: `rowid` unless a column has that name. `null`: the table has none and can only be read. */
  readonly rowid?: string | null;
  /** A view that another tool made: can only be read. */
  readonly view?: true;
}

/** `columns` hold the values that `references`, columns of `table`, have in one of its rows. */
export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
}

export interface ColumnInfo {
  readonly name: string;
  /** `any` for a column of a table that another tool made without STRICT. */
  readonly type: Type;
  /** As written in CREATE TABLE: `VARCHAR(30)`. */
  readonly declared: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** The INTEGER PRIMARY KEY: the rowid itself. */
  readonly isRowid: boolean;
  /** The column is a BLOB with JSONB in the storage encoding; else the value is SQLite's own. */
  readonly json?: true;
  /** Absent: text is compared exactly. */
  readonly collation?: 'nocase' | 'rtrim';
  /** Computed from other columns, by SQL that SQLite keeps; it cannot be written. */
  readonly generated?: { readonly sql: string };
  /** Numbered, and takes a given number only after OVERRIDING SYSTEM VALUE. */
  readonly alwaysIdentity?: true;
  /** The text's greatest length in characters: 30 for `VARCHAR(30)`. */
  readonly lengthMax?: number;
}

/** A view of ours: a query under a name, as text of the language. SQLite's own views are tables here. */
export interface ViewInfo {
  readonly name: string;
  /** The names of its columns; absent: those of the query. */
  readonly columns?: readonly string[];
  readonly text: string;
  /** Seen by this process alone. */
  readonly temporary: boolean;
}

/** A user of the file, without anything secret. */
export interface UserInfo {
  readonly id: number;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Grows with each new password. */
  readonly passwordNumber: number;
  readonly tokens: readonly { readonly id: number; readonly name: string; readonly created: string }[];
}

export interface CollectionInfo {
  readonly name: string;
  /** The SQLite table that holds it (`id`, `doc`). */
  readonly table: string;
  readonly rows: number;
  /** The top-level fields that documents have had, in the order they first occurred. */
  readonly fields: readonly string[];
  /** All paths that documents have had, as documentPathText prints them. */
  readonly paths: ReadonlySet<string>;
  /** False: there are so many paths that not all were noted. */
  readonly pathsComplete: boolean;
  /** The text of the JSON Schema that documents must fit. */
  readonly schema?: string;
}

/** `items[].sku`; null is a step into the elements of a list. Names with other than letters, digits and _ stand in backquotes. */
export function documentPathText(steps: readonly (string | null)[]): string {
  return steps
    .map((step, i) => {
      if (step === null) return '[]';
      const name = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(step) ? step : `\`${step.replaceAll('`', '``')}\``;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}

export interface LabelInfo {
  readonly id: number;
  readonly name: string;
  /** How many nodes or edges have it: exact or an estimate. */
  readonly count: number;
}

/** The properties that nodes, or edges, have ever had. */
export interface KnownProperties {
  readonly names: ReadonlySet<string>;
  /** False: there are so many that not all were noted. */
  readonly complete: boolean;
}

export interface IndexInfo {
  readonly name: string;
  /** `graph`: of a label, where it is not the default one. */
  readonly on: { readonly kind: 'table' | 'collection' | 'label'; readonly name: string; readonly graph?: number };
  /** Each key is a path; for a table the path is one column. */
  /** null in a path is a step into all elements of a list. */
  readonly keys: readonly (readonly (string | number | null)[])[];
  readonly unique: boolean;
  /** Of an index with expressions, other collations, or for a part of the rows: its keys and condition as text, in the place of `keys`, which is empty. */
  readonly words?: { readonly keys: readonly string[]; readonly where?: string };
  /** The table that holds the entries of an index over elements; `value` and `doc`. */
  readonly elements?: string;
}
