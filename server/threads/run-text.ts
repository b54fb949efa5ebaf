// Runs one text in a session and sends what comes out through an outlet: head, rows and done of each statement, or an error.
// The same loop serves the worker threads and the light statements on the sockets' thread.

import type { RunStats } from '../../engines/engine.ts';
import type { Host } from '../../engines/host.ts';
import { counterNames } from '../../engines/run-context.ts';
import type { Keeping, Progress, RunOptions, Session, StatementResult } from '../../engines/session.ts';
import type { StatementLog } from '../../engines/statement-log.ts';
import type { Principal } from '../../engines/users/rights.ts';
import type { Row, Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { maskSecrets } from '../../parser/mask-secrets.ts';
import type { Measure } from '../observe.ts';
import type { WireColumn, WireNotice, WireStats } from '../protocol/frames.ts';
import { wireError, wireSpan } from '../wire-error.ts';
import type { Outlet } from './outlet.ts';

export interface TextRun {
  readonly text: string;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly readOnly: boolean;
  /** The session's graph; null: the default one. */
  readonly graph: string | null;
  /** Told of another one that a statement has chosen. */
  readonly onGraph: (graph: string | null) => void;
  /** Absent: all rights. */
  readonly principal: Principal | undefined;
  readonly usersNeeded?: boolean;
  /** limits.slowStatementMs */
  readonly slowMs: number;
  /** Throws when the statement must stop. */
  readonly check: () => void;
  /** For results of reads. */
  readonly limits?: { readonly resultRows: number; readonly resultBytes: number };
  /** Of a text that the sockets' thread runs. */
  readonly host?: Host | undefined;
  readonly log?: StatementLog | undefined;
  /** Its number in StopSlots. */
  readonly stopSlot?: number | undefined;
  readonly progress?: Progress | undefined;
  readonly keeping?: Keeping | undefined;
}

/** Never throws: failures leave through the outlet. Except those of `passOn`, which are thrown on and nothing has left then. */
export async function runText(session: Session, run: TextRun, outlet: Outlet, passOn?: (error: unknown) => boolean): Promise<void> {
  let done: { stats: WireStats; notices: readonly WireNotice[]; measure: Measure } | undefined;
  let started = performance.now();
  const { text, parameters, readOnly, check, stopSlot, progress, keeping, host, log, graph, principal, usersNeeded = false } = run;
  // Objects of one shape: those that are put together from parts cost a statement several microseconds.
  const options: RunOptions = {
    parameters,
    readOnly,
    graph,
    check,
    stopSlot,
    progress,
    host,
    keeping,
    log,
    rawJson: true,
    usersNeeded,
    principal,
    modes: undefined,
  };
  const statements = session.run(text, options)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await statements.next();
      if (done !== undefined) outlet.done(next.done === true, done.stats, done.notices, done.measure);
      else if (next.done === true) outlet.done(true, wireStats(0, started, undefined), []);
      if (next.done === true) return;
      done = undefined;
      if (next.value.graph !== undefined) run.onGraph(next.value.graph);
      outlet.head(wireColumns(next.value));
      const waited = { ms: 0 };
      const rows = await sendBatches(next.value, run, outlet, waited);
      const measure = measureOf(next.value, performance.now() - started - waited.ms, run);
      done = { stats: wireStats(rows, started, next.value.stats), notices: wireNotices(next.value, text), measure };
      started = performance.now();
    }
  } catch (error) {
    await statements.return?.().catch(() => undefined);
    if (passOn?.(error) === true) throw error;
    if (done !== undefined) outlet.done(false, done.stats, done.notices, done.measure);
    outlet.fail(wireError(reasonOf(error, run), text));
  }
}

/** For the client, ever. */
interface Waited {
  ms: number;
}

/** Characters of a slow statement that the log gets. */
const loggedCharsMax = 4000;

function measureOf({ planned }: StatementResult, workMs: number, run: TextRun): Measure {
  const slow = run.slowMs > 0 && workMs >= run.slowMs;
  return {
    model: planned?.model ?? 'none',
    planCached: planned?.cached,
    workMs: Math.round(workMs * 1000) / 1000,
    slow: slow
      ? { text: maskSecrets(run.text).slice(0, loggedCharsMax), plan: (planned?.print() ?? '').slice(0, loggedCharsMax) }
      : undefined,
  };
}

/** SQLite says only that it was stopped; the check knows why. */
function reasonOf(error: unknown, run: TextRun): unknown {
  if (!(error instanceof QueryError && error.code === 'limit/cancelled')) return error;
  try {
    run.check();
    return error;
  } catch (reason) {
    return reason;
  }
}

/** Gives the number of rows. A write has been committed by now, so nothing may stop its result any more; a read stops where it is. */
async function sendBatches(result: StatementResult, run: TextRun, outlet: Outlet, waited: Waited): Promise<number> {
  const iterator = result.batches[Symbol.asyncIterator]();
  const wrote = hasWritten(result);
  const before = outlet.bytes;
  let rows = 0;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return rows;
    rows += next.value.length;
    if (!wrote) checkRows(rows, run);
    if (wrote) outlet.keep(next.value);
    else if (outlet.discarded || !(await sendRead(next.value, { run, outlet, waited }, iterator))) {
      await iterator.return?.();
      return rows;
    }
    if (!wrote) checkBytes(outlet.bytes - before, run);
  }
}

const lessHint = 'Ask for less with WHERE or LIMIT, or in several queries.';

/** Before they leave. */
function checkRows(rows: number, { limits }: TextRun): void {
  if (limits !== undefined && rows > limits.resultRows)
    throw new QueryError('limit/result-rows', `The result has more than ${limits.resultRows} rows.`, { hint: lessHint });
}

/** Once they have been written down: the error makes them void. */
function checkBytes(bytes: number, { limits }: TextRun): void {
  if (limits !== undefined && bytes > limits.resultBytes)
    throw new QueryError('limit/result-bytes', `The result is larger than ${limits.resultBytes} bytes.`, { hint: lessHint });
}

/** False: the client wants no more. An error of waiting is thrown into the engine and on. */
async function sendRead(
  batch: Row[],
  { run, outlet, waited }: { readonly run: TextRun; readonly outlet: Outlet; readonly waited: Waited },
  iterator: AsyncIterator<Row[]>,
): Promise<boolean> {
  try {
    const wait = outlet.rows(batch);
    if (wait !== undefined) {
      const since = performance.now();
      await wait;
      waited.ms += performance.now() - since;
    }
    run.check();
  } catch (error) {
    if (iterator.throw === undefined) await iterator.return?.();
    else await iterator.throw(error);
    throw error;
  }
  return !outlet.discarded;
}

/** The engine hands out a write's result when the write is done, so its counters are complete. */
export function hasWritten(result: StatementResult): boolean {
  return result.statement.startsWith('create') || counterNames.some((name) => name !== 'rowsRead' && result.stats[name] > 0);
}

export function wireColumns(result: StatementResult): readonly WireColumn[] {
  return result.columns.map((column) => ({ name: column.name, type: column.type }));
}

/** Counters that are zero are left out. */
export function wireStats(rows: number, started: number, counters: RunStats | undefined): WireStats {
  const stats: { rows: number; timeMs: number; [name: string]: number } = {
    rows,
    timeMs: Math.round((performance.now() - started) * 1000) / 1000,
  };
  if (counters !== undefined) for (const name of counterNames) if (counters[name] !== 0) stats[name] = counters[name];
  return stats;
}

export function wireNotices(result: StatementResult, text: string): readonly WireNotice[] {
  return result.notices.map((notice) => ({
    code: notice.code,
    message: notice.message,
    ...(notice.span === undefined ? {} : { span: wireSpan(notice.span, text) }),
  }));
}
