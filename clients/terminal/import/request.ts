// What an import is asked to do, as plain data. The words for it are in ../import-words.ts.

export interface ImportRequest {
  /** Files, or one or more folders. */
  readonly files: readonly string[];
  /** The table's or collection's name. */
  readonly into?: string;
  /** Absent: what exists under that name, else a table for CSV and a collection for JSON. */
  readonly kind?: ImportKind;
  /** The graph that nodes and edges go into; absent: the one in use. */
  readonly use?: string;
  /** Each record becomes a node with these labels. */
  readonly labels: readonly string[];
  readonly delimiter?: string;
  /** Types by column name, lower case. */
  readonly types: ReadonlyMap<string, string>;
  readonly header: boolean;
  /** The primary key of a table that is made. */
  readonly key: readonly string[];
  readonly onError: 'stop' | 'skip';
  /** Commit after this many rows; absent: one transaction per file. */
  readonly batchRows?: number;
  /** A script run first; each CSV then goes into the table of its name. */
  readonly schema?: string;
  /** Each CSV of a folder becomes a table named after it. */
  readonly tables: boolean;
  readonly edgeTypeCase: 'keep' | 'upper-snake';
}

export type ImportKind = 'table' | 'collection' | 'graph';

/** Types that --types takes, with the words that other systems use for them. */
export const typeWords: ReadonlyMap<string, string> = new Map([
  ...['integer', 'int', 'long', 'short', 'byte', 'bigint', 'smallint'].map((word) => [word, 'integer'] as const),
  ...['float', 'double', 'real', 'number', 'decimal', 'numeric'].map((word) => [word, 'float'] as const),
  ...['boolean', 'bool'].map((word) => [word, 'boolean'] as const),
  ...['text', 'string', 'char', 'varchar'].map((word) => [word, 'text'] as const),
  ...['date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration', 'json'].map((word) => [word, word] as const),
]);
