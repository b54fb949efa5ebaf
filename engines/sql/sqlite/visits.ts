// Counts the rows that a statement's loops visit: the other side of count-visits.ts, called from SQLite through trefoil_visit.

import type { SqliteConnection, SqliteValue } from './driver.ts';

export class Visits {
  readonly #connection: SqliteConnection;
  readonly #loops: ReadonlySet<string>;
  #count = 0;

  /** `text` is the counting statement. A derived table that SQLite has merged into the query round it has no loop, and its rows are counted there. */
  constructor(connection: SqliteConnection, text: string, parameters: readonly SqliteValue[]) {
    const steps = connection.explain(text, parameters).map((row) => /^(?:SCAN|SEARCH) (\S+)/.exec(String(row[3]))?.[1]);
    this.#connection = connection;
    this.#loops = new Set(['', ...steps.filter((alias) => alias !== undefined)]);
  }

  add(item: string): void {
    if (this.#loops.has(item)) this.#count++;
  }

  /** What `step` gives, and how many rows were visited on the way. Several statements may be open at once: each counts its own steps. */
  during<T>(step: () => T): { result: T; count: number } {
    this.#count = 0;
    this.#connection.visits = this;
    try {
      return { result: step(), count: this.#count };
    } finally {
      this.#connection.visits = undefined;
    }
  }
}
