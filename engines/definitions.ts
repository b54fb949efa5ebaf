// What SHOW DEFINITIONS tells: the statements that make the tables, collections, indexes and views that are there. The dialect reads
// them (engines/sql/sqlite/definitions.ts).

export interface Definition {
  /** The first five can be made before there are rows; the rest is quicker, or only possible, behind them. */
  readonly kind: 'table' | 'collection' | 'paths' | 'graph' | 'document index' | 'index' | 'foreign key' | 'schema' | 'view' | 'counter';
  /** What it belongs to or is called. */
  readonly name: string;
  /** Text of the language, without a semicolon; null when SQLite's definition says what the language cannot. */
  readonly statement: string | null;
  /** Why there is no statement, or what it leaves out. */
  readonly remark?: string;
}
