// Guesses how many rows a table has, for the planner: cheap enough to be asked at each planning.

import type { SqliteConnection } from './driver.ts';
import { quoteName } from './quote.ts';

const sampledRows = 200;

/**
 * How many rows a table has, at the cost of a look at its first 200 and its last: exact if it has fewer, else the range of its keys
 * thinned as the first keys are. A table without rowid counts as a thousand unless ANALYZE knows better.
 */
export function estimateRows(connection: SqliteConnection, table: string, rowid: string | null): number {
  if (!connection.open) return 0;
  if (rowid === null) return analyzedRows(connection, table) ?? 1000;
  const name = quoteName(table);
  const row = connection.get(
    `SELECT count(*), min(k), max(k), (SELECT max(${rowid}) FROM main.${name})
     FROM (SELECT ${rowid} AS k FROM main.${name} ORDER BY ${rowid} LIMIT ${sampledRows})`,
    [],
    'number',
  );
  const [count, first, last, highest] = row as number[];
  if (count === undefined || first === undefined || last === undefined || highest === undefined || count < sampledRows) return count ?? 0;
  return Math.max(count, Math.round(((highest - first + 1) * count) / (last - first + 1)));
}

function analyzedRows(connection: SqliteConnection, table: string): number | undefined {
  if (!connection.get("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'")) return undefined;
  const row = connection.get('SELECT stat FROM main.sqlite_stat1 WHERE tbl = ? LIMIT 1', [table]);
  return row ? Number.parseInt(String(row[0]), 10) : undefined;
}
