// The proof of COMPARE and EXPLAIN MODELS: are two answers the same bag of rows? Equal is what DISTINCT takes for equal: 1 and 1.0, and
// null and MISSING.

import { plural } from '../../parser/error.ts';
import { type GroupKey, rowKey } from '../compare.ts';
import { wireJson } from '../json.ts';
import type { Row } from '../value.ts';

export interface Answered {
  readonly columns: number;
  readonly rows: readonly Row[];
}

/** Rows that are gone through between two looks at whether to stop. */
const rowsBetweenChecks = 10_000;

/** Undefined if both are the same bag of rows; else a sentence with the first row that one has more often. `check` throws where it must stop. */
export function firstDifference(a: Answered, b: Answered, check: () => void = () => {}): string | undefined {
  if (a.columns !== b.columns) return `it has ${plural(b.columns, 'column')} instead of ${a.columns}`;
  const counts = new Map<GroupKey, number>();
  let seen = 0;
  const keyOf = (row: Row): GroupKey => {
    if (++seen % rowsBetweenChecks === 0) check();
    return rowKey(row);
  };
  for (const row of a.rows) {
    const key = keyOf(row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const row of b.rows) {
    const key = keyOf(row);
    const left = counts.get(key) ?? 0;
    if (left === 0) return `it has the row ${showRow(row)}, which the other lacks`;
    counts.set(key, left - 1);
  }
  if (a.rows.length === b.rows.length) return undefined;
  const missing = a.rows.find((row) => (counts.get(keyOf(row)) ?? 0) > 0);
  return missing ? `it lacks the row ${showRow(missing)}` : undefined;
}

function showRow(row: Row): string {
  return `(${row.map(wireJson).join(', ')})`;
}
