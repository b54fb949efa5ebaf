// Static types of columns and expressions. `any` is "not known before run time": what a document path gives.

import type { TemporalKind } from '../value.ts';

export type Type =
  | 'any'
  /** The type of the literal NULL and of MISSING. */
  | 'null'
  | 'boolean'
  | 'integer'
  | 'float'
  /** Integer or float, not known which. */
  | 'number'
  | 'text'
  | 'bytes'
  | TemporalKind
  | 'list'
  | 'object'
  | 'node'
  | 'edge'
  | 'path';

/** The id of a column, unique within one bound statement. After binding there are no names to look up. */
export type ColumnId = number;

/** A column that a plan node puts out. `name` is for people and result heads only. A value may always be null. */
export interface Column {
  readonly id: ColumnId;
  readonly name: string;
  readonly type: Type;
  readonly collation?: Collation | undefined;
}

/** NOCASE takes A to Z for a to z, RTRIM leaves spaces at the end out; both as in SQLite. */
export interface Collation {
  readonly name: 'nocase' | 'rtrim' | 'binary';
  /** Said by COLLATE in the query, so that it goes before that of a column. */
  readonly explicit: boolean;
}
