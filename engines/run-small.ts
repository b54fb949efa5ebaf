// Statements that give a small table or nothing, as SHOW and COMMIT do: their work is done when their result is there.

import type { Engine, Notice, RunStats } from './engine.ts';
import { fromArray } from './result-batches.ts';
import { emptyStats } from './run-context.ts';
import type { RunOptions, StatementResult } from './session.ts';
import type { SessionTransaction } from './session-transaction.ts';
import type { TableOfRows } from './show.ts';

/** The rows of a table as a statement's result. */
export function small(statement: string, { columns, rows }: TableOfRows): StatementResult {
  return { columns, batches: fromArray(rows.length > 0 ? [[...rows]] : []), stats: emptyStats(), notices: [], statement };
}

/** A result without columns. */
export function nothing(statement: string): StatementResult {
  return { columns: [], batches: fromArray([]), stats: emptyStats(), notices: [], statement };
}

export interface SmallRun {
  readonly writes: boolean;
  readonly kind: string;
  readonly work: (engine: Engine, notices: Notice[], stats: RunStats) => Promise<TableOfRows>;
}

/** Does the work in the transaction that is open, or in one of its own. */
export async function runSmall(
  transaction: SessionTransaction,
  options: RunOptions,
  { writes, kind, work }: SmallRun,
): Promise<StatementResult> {
  const notices: Notice[] = [];
  const stats = emptyStats();
  const run = async (engine: Engine): Promise<StatementResult> => ({
    ...small(kind, await work(engine, notices, stats)),
    notices,
    stats,
  });
  if (writes) return transaction.write(options, run);
  const loan = await transaction.lend();
  const { engine } = loan;
  try {
    engine.setCheck(options);
    if (loan.free) await engine.transactions.beginRead();
    return await run(engine);
  } finally {
    engine.setCheck();
    if (loan.free && engine.transactions.inTransaction) await engine.transactions.commit();
    loan.release();
  }
}
