// What the checks work on: a connection in a read transaction, and the catalogue as it sees it.

import type { CatalogReader } from '../catalog.ts';
import type { SqliteConnection, SqliteValue } from '../driver.ts';
import { type GraphTables, graphTables } from '../graph-tables.ts';
import { readGraphList } from '../read-graphs.ts';
import type { Findings } from './findings.ts';

export interface CheckedFile {
  readonly connection: SqliteConnection;
  readonly reader: CatalogReader;
}

/** The first value of the first row, as a number. */
export function numberOf({ connection }: CheckedFile, sql: string, parameters: readonly SqliteValue[] = []): number {
  return Number(connection.get(sql, parameters)?.[0] ?? 0);
}

/** The rows of a query of any size. */
export function* eachRow({ connection }: CheckedFile, sql: string, parameters: readonly SqliteValue[] = []): Generator<SqliteValue[]> {
  const cursor = connection.cursor(sql, parameters);
  try {
    for (let rows = cursor.next(1000); rows !== undefined; rows = cursor.next(1000)) yield* rows;
  } finally {
    cursor.close();
  }
}

/** Checks each graph of the file; what is found of one that is not the default one says so. */
export function ofEachGraph({ connection }: CheckedFile, found: Findings, check: (tables: GraphTables) => void): void {
  for (const { id, name } of readGraphList(connection)) {
    found.place = id === 0 ? '' : `graph ${name}: `;
    check(graphTables(id));
  }
  found.place = '';
}
