// An open result of a connection, read bit by bit. better-sqlite3 refuses to write while one is open, so before a write the
// connection lets each open cursor take its remaining rows into memory: it then still shows what was there before the write.

import { QueryError } from '../../../parser/error.ts';
import type { SqliteValue } from './driver.ts';
import { translateError } from './errors.ts';

/** Rows that a cursor takes into memory when a write interrupts it. */
export const spilledRowsMax = 1_000_000;

/** An open result. `next` gives up to `max` more rows, undefined at the end. */
export class Cursor {
  readonly #closed: (cursor: Cursor) => void;
  #iterator: IterableIterator<SqliteValue[]> | undefined;
  #spilled: SqliteValue[][] = [];
  #spilledFrom = 0;
  #overflowed = false;

  constructor(iterator: IterableIterator<SqliteValue[]>, closed: (cursor: Cursor) => void) {
    this.#closed = closed;
    this.#iterator = iterator;
  }

  next(max: number): SqliteValue[][] | undefined {
    if (this.#spilledFrom < this.#spilled.length) {
      const batch = this.#spilled.slice(this.#spilledFrom, this.#spilledFrom + max);
      this.#spilledFrom += batch.length;
      return batch;
    }
    if (this.#overflowed) {
      throw new QueryError(
        'limit/open-result',
        `A write came while this result was being read, and it has more than ${spilledRowsMax} rows left.`,
        {
          hint: 'Read the result to its end before writing, or use another connection.',
        },
      );
    }
    const rows = this.#read(max);
    return rows.length === 0 ? undefined : rows;
  }

  #read(max: number): SqliteValue[][] {
    const rows: SqliteValue[][] = [];
    if (!this.#iterator) return rows;
    try {
      while (rows.length < max) {
        const step = this.#iterator.next();
        if (step.done) {
          this.#finish();
          break;
        }
        rows.push(step.value);
      }
    } catch (error) {
      this.#finish();
      throw translateError(error);
    }
    return rows;
  }

  /** Takes the rest into memory, so that the connection is free. */
  spill(): void {
    if (!this.#iterator) return;
    const rest = this.#read(spilledRowsMax);
    this.#spilled = this.#spilled.slice(this.#spilledFrom).concat(rest);
    this.#spilledFrom = 0;
    if (this.#iterator) {
      this.#overflowed = true;
      this.close();
    }
  }

  close(): void {
    this.#iterator?.return?.();
    this.#finish();
  }

  #finish(): void {
    this.#iterator = undefined;
    this.#closed(this);
  }
}
