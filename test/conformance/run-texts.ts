// Runs a text in a session and gathers everything it gives. Both runners ask the engine only through this.

import type { Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';

/** A case that takes longer is stopped and fails. */
export const caseTimeoutMs = 10_000;

export interface Gathered {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** The rows of the last statement of the text that gives columns. Throws what the engine throws. */
export async function gather(session: Session, text: string, parameters: ReadonlyMap<string, Value> = new Map()): Promise<Gathered> {
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
}
