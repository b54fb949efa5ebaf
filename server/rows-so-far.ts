// How many rows a statement has gone through, of what SQLite counts in its scans and what the engine counts behind them.

import type { ProgressCounts } from '../engines/session.ts';

/** What the engine knows: what is read comes before what is written of it, and what a match looks at before what it gives. */
export function goneThrough(counts: ProgressCounts | undefined): number {
  if (!counts) return 0;
  const { rowsRead, rowsInserted, rowsUpdated, rowsDeleted, nodesCreated, edgesCreated } = counts.stats;
  return Math.max(rowsRead, rowsInserted + rowsUpdated + rowsDeleted + nodesCreated + edgesCreated, counts.walked?.entries ?? 0);
}

/** `scanned`: by SQLite. A total is one of scans, and a join may give more rows than it scans; `inStats`: it is one of what `read` counts. */
export function rowsSoFar(
  scanned: number,
  { read, of, inStats }: { readonly read: number; readonly of?: number; readonly inStats?: true },
): number {
  if (inStats) return read;
  return of !== undefined && scanned > 0 ? scanned : Math.max(read, scanned);
}
