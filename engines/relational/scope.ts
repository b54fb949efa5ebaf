// What compiling one statement carries along: the dialect, the columns that are in sight, and names for FROM items.

import type { IndexInfo } from '../catalog.ts';
import type { Dialect } from '../sql/dialect.ts';
import type { SqlValue } from '../sql/value.ts';
import type { Column, ColumnId } from '../plan/type.ts';

/** The part of engines/document that relational operators ask for, handed in by engines/compile-sql.ts. */
export interface Compilation {
  readonly dialect: Dialect;
  /** Columns of outer rows, which become parameters. */
  readonly outer: ReadonlyMap<ColumnId, Column>;
  readonly interruptible: boolean;
  /** Leave out conditions on pushed keys. */
  readonly withoutKeys: boolean;
  readonly indexes: readonly IndexInfo[];
  /** The collection of each FROM item that is one, by the item's alias. */
  readonly collections: Map<string, string>;
  /** A name that no other FROM item of the statement has. */
  alias(prefix: string): string;
}

export interface Scope {
  readonly columns: ReadonlyMap<ColumnId, SqlValue>;
  /** The query around, for correlated subqueries. */
  readonly parent?: Scope | undefined;
}

export const emptyScope: Scope = { columns: new Map() };

export function findColumn(scope: Scope, id: ColumnId): SqlValue | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.columns.get(id);
    if (found) return found;
  }
  return undefined;
}
