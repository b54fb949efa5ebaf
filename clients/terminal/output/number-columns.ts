// Which columns of a result hold numbers, which stand at the right.

import type { WireColumn } from '../../../server/protocol/frames.ts';
import type { OutputRow } from './printer.ts';

/** A column whose type says so. */
export function alignsRight(column: WireColumn): boolean {
  return column.type === 'integer' || column.type === 'float' || column.type === 'number';
}

/** A column whose type is not known before run time, as a document's field, but that has only numbers. */
export function holdsNumbers(rows: readonly OutputRow[], index: number): boolean {
  let numbers = 0;
  for (const row of rows) {
    const value = row[index] ?? null;
    if (typeof value === 'bigint' || typeof value === 'number') numbers++;
    else if (value !== null) return false;
  }
  return numbers > 0;
}
