// How many rows a statement has gone through, of what SQLite counts in its scans and what the engine counts behind them.

import type { RunStats } from '../engines/engine.ts';

/** What the engine knows: what is read comes before what is written of it. */
export function goneThrough({ rowsRead, rowsInserted, rowsUpdated, rowsDeleted, nodesCreated, edgesCreated }: RunStats): number {
  return Math.max(rowsRead, rowsInserted + rowsUpdated + rowsDeleted + nodesCreated + edgesCreated);
}

/** `scanned`: by SQLite. A total is one of scans, and a join may give more rows than it scans; `inStats`: it is one of what `read` counts. */
export function rowsSoFar(
  scanned: number,
  { read, of, inStats }: { readonly read: number; readonly of?: number; readonly inStats?: true },
): number {
  if (inStats) return read;
  return of !== undefined && scanned > 0 ? scanned : Math.max(read, scanned);
}
