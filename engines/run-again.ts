// What SQLite refuses at a value (1 / 0, NaN, text times a number) is asked of the row operators again: they know the place
// of the failure in the text, and values that SQLite does not have. Only failures pay for it.

import { QueryError } from '../parser/error.ts';
import type { Row } from './value.ts';

/** Did a value fail inside SQLite? Its errors have no place, and what a column or collection refuses would be refused again. */
export function failedInSql(error: unknown): boolean {
  if (!(error instanceof QueryError) || error.span !== undefined || !error.code.startsWith('type/')) return false;
  return error.code !== 'type/column' && error.code !== 'type/document' && error.code !== 'type/not-storable';
}

/** The rows of `first`; after a failure inside SQLite those of `again`, or, if rows have gone out already, its failure. */
export async function* orAgain(first: AsyncIterable<Row[]>, again: () => AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  let begun = false;
  try {
    for await (const batch of first) {
      begun = true;
      yield batch;
    }
    return;
  } catch (error) {
    if (!failedInSql(error)) throw error;
    if (begun) {
      for await (const batch of again()) void batch;
      throw error;
    }
  }
  yield* again();
}
