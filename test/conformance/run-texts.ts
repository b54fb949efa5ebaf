// What the runners ask: a database that takes a text and gives rows. Two kinds: a session in this process, and a client of a server
// (wire.ts).

import type { Database, Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';

/** A case that takes longer is stopped and fails. */
export const caseTimeoutMs = 10_000;

export interface Gathered {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export interface Subject {
  /** The rows of the last statement of the text that gives columns. Throws QueryError. */
  gather(text: string, parameters?: ReadonlyMap<string, Value>): Promise<Gathered>;
  close(): Promise<void>;
}

/** A session of a database in this process, which is closed with it. */
export function sessionSubject(database: Database): Subject {
  const session: Session = database.session();
  return {
    async gather(text, parameters = new Map()) {
      const end = performance.now() + caseTimeoutMs;
      const check = (): void => {
        if (performance.now() > end) throw new Error(`stopped after ${caseTimeoutMs} ms`);
      };
      let last: Gathered = { columns: [], rows: [] };
      for await (const result of session.run(text, { parameters, check })) {
        const rows: Value[][] = [];
        for await (const batch of result.batches) for (const row of batch) rows.push(row);
        if (result.columns.length > 0) last = { columns: result.columns.map((c) => c.name), rows };
      }
      return last;
    },
    async close() {
      await session.close();
      await database.close();
    },
  };
}
