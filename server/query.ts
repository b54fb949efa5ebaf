// One query on the main thread, from its arrival to its last event: how much of the window is open, which thread runs it, and how
// it is stopped. server/session.ts decides when and where it runs.

import { QueryError } from '../parser/error.ts';
import type { Value } from '../engines/value.ts';
import type { Limits } from './limits.ts';
import type { StatementEnd } from './observe.ts';
import { rowsSoFar } from './rows-so-far.ts';
import type { StopReason } from './threads/flag-word.ts';
import type { Outlet, OutEvent, ProgressEvent, QueryEvent } from './threads/outlet.ts';
import { stopErrorOf } from './threads/stop-error.ts';
import type { ThreadRun } from './threads/thread.ts';
import { wireError } from './wire-error.ts';

export interface QueryRequest {
  readonly text: string;
  readonly parameters?: ReadonlyMap<string, Value>;
  /** Rows that may be on their way before `pull`. Default limits.windowRows. */
  readonly windowRows?: number;
  readonly timeoutMs?: number;
  readonly readOnly?: boolean;
  /** How far apart `progress` events come at least; absent: there are none. */
  readonly progressMs?: number;
}

/** No closer together than this, whatever is asked for. */
const progressLeastMs = 100;

/** Takes the events of a query in order. A promise for a `rows` event holds back further ones until those bytes have left. */
export type Sink = (event: QueryEvent) => void | Promise<void>;

/** What a caller holds of a query. */
export interface QueryHandle {
  /** Opens the window by so many rows. */
  pull(rows: number): void;
  /** Drops the rows that are still to come; `done` follows. */
  discard(): void;
  /** Stops it; the last event is an error `limit/cancelled`, unless it had ended. */
  cancel(): void;
}

let nextId = 1;

export type QueryState = 'waiting' | 'placing' | 'running' | 'free';

export class Query implements QueryHandle {
  /** Its number, for SHOW RUNNING and KILL. */
  readonly id: number = nextId++;
  readonly since = new Date();
  rowsSent = 0;
  readonly request: QueryRequest;
  private readonly limits: Limits;
  private readonly sink: Sink;
  private readonly timer: NodeJS.Timeout;
  private readonly ticker: NodeJS.Timeout | undefined;
  /** What the thread said of how far it is, and what the client was told. */
  private reached: ProgressEvent = { kind: 'progress', read: 0 };
  private told = this.reached;
  private run: ThreadRun | undefined;
  private outlet: Outlet | undefined;
  private owedBytes = 0;
  private discarded = false;
  private stopReason: StopReason | undefined;
  /** Rows that the client would take now. */
  creditRows: number;
  state: QueryState = 'waiting';
  /** The last event has been handed over. */
  ended = false;
  /** An autocommitted text that only reads: it need not hold up what comes after it. */
  autoRead = false;
  autoWrite = false;
  /** It asks for what all threads have run. */
  readsLog = false;
  /** Set while it waits for a thread. */
  withdraw: (() => void) | undefined;
  whenEnded: (() => void) | undefined;
  /** Told of each statement that has ended. */
  whenMeasured: ((end: Omit<StatementEnd, 'session'>) => void) | undefined;
  whenStalled: (() => void) | undefined;

  constructor(request: QueryRequest, sink: Sink, limits: Limits) {
    this.request = request;
    this.sink = sink;
    this.limits = limits;
    this.creditRows = Math.min(request.windowRows ?? limits.windowRows, limits.windowRowsMax);
    const timeoutMs = Math.min(request.timeoutMs ?? limits.statementTimeoutMs, limits.statementTimeoutMs);
    this.timer = setTimeout(() => this.stop('timeout'), timeoutMs);
    if (request.progressMs !== undefined)
      this.ticker = setInterval(() => this.tellProgress(), Math.max(request.progressMs, progressLeastMs));
  }

  pull(rows: number): void {
    const more = Math.min(rows, this.limits.windowRowsMax - this.creditRows);
    if (more <= 0 || this.ended) return;
    this.creditRows += more;
    this.run?.grant(more, 0);
    this.outlet?.grant(more, 0);
  }

  discard(): void {
    if (this.discarded || this.ended) return;
    this.discarded = true;
    this.run?.discard();
    this.outlet?.discard();
  }

  cancel(): void {
    this.stop('cancelled');
  }

  /** For people: `queued` behind others of its session, `waiting` for a thread, `running`, `sending` to a client that has to take it. */
  get situation(): string {
    if (this.stopReason !== undefined) return 'stopping';
    if (this.state === 'waiting') return 'queued';
    if (this.state === 'placing') return 'waiting';
    return this.state === 'free' || this.stalled ? 'sending' : 'running';
  }

  /** True when nothing moves before the client opens the window. */
  get stalled(): boolean {
    return this.state === 'running' && this.creditRows <= 0 && !this.discarded && this.outlet === undefined;
  }

  /** The result of a read that the next statement waits for is kept by its thread. */
  buffer(): void {
    this.run?.buffer();
  }

  stop(reason: StopReason): void {
    if (this.ended) return;
    this.stopReason ??= reason;
    switch (this.state) {
      case 'waiting':
      case 'placing':
        this.withdraw?.();
        return this.fail(stopErrorOf(reason, this.limits));
      case 'running': {
        const end = this.run?.stop(reason);
        if (end === 'never') this.fail(stopErrorOf(reason, this.limits));
        else if (this.autoRead || end === 'undone') {
          // Its thread may still have to stop, or to undo what it did.
          setTimeout(() => this.fail(stopErrorOf(reason, this.limits)), this.limits.cancelAnswerMs).unref();
        }
        return;
      }
      case 'free':
        // What it did is done. A write says so, without the rest of its rows.
        return this.autoRead ? this.fail(stopErrorOf(reason, this.limits)) : this.discard();
    }
  }

  /** The writer was not free in time. */
  giveUpWaiting(): void {
    if (this.run?.takeBack('busy') === true || this.state === 'placing') {
      this.withdraw?.();
      this.fail(stopErrorOf('busy', this.limits));
    }
  }

  /** For the check of a statement on the main thread. */
  throwIfStopped(): void {
    if (this.stopReason !== undefined) throw stopErrorOf(this.stopReason, this.limits);
  }

  runsOn(run: ThreadRun): void {
    this.state = 'running';
    this.withdraw = undefined;
    this.run = run;
    if (this.discarded) run.discard();
  }

  runsInline(outlet: Outlet): void {
    this.state = 'running';
    this.outlet = outlet;
    outlet.grant(this.creditRows, Number.POSITIVE_INFINITY);
    if (this.discarded) outlet.discard();
  }

  leavesInline(): void {
    this.runsAgain();
    this.outlet?.close();
    this.outlet = undefined;
  }

  /** Its thread is gone before it did anything, so it is placed anew. */
  runsAgain(): void {
    this.state = 'placing';
    this.run = undefined;
  }

  fail(error: unknown): void {
    if (this.ended) return;
    this.deliver({ kind: 'error', error: wireError(error, this.request.text) });
    this.run?.forget();
    this.outlet?.close();
  }

  /** Its thread is gone. */
  lost(error: OutEvent & { kind: 'error' }): void {
    if (this.stopReason === undefined) this.deliver(error);
    else this.deliver({ kind: 'error', error: wireError(stopErrorOf(this.stopReason, this.limits), this.request.text) });
  }

  deliver(told: QueryEvent): void {
    if (this.ended) return;
    if (told.kind === 'progress') {
      this.reached = told;
      return;
    }
    const event = this.observed(told);
    const last = event.kind === 'error' || (event.kind === 'done' && event.last);
    if (event.kind === 'rows') {
      this.creditRows -= event.count;
      this.rowsSent += event.count;
    }
    if (last) this.end();
    const flushed = this.sink(event);
    if (event.kind === 'rows') {
      const bytes = event.text.length;
      if (flushed === undefined) this.flushed(bytes);
      else
        flushed.then(
          () => this.flushed(bytes),
          () => this.stop('cancelled'),
        );
      if (this.creditRows <= 0 && !last) this.whenStalled?.();
    }
    if (last) this.whenEnded?.();
  }

  private tellProgress(): void {
    if (this.state !== 'running' || this.run === undefined) return;
    const { kind, of } = this.reached;
    const event = { kind, read: rowsSoFar(this.run.steps(), this.reached), ...(of === undefined ? {} : { of }) };
    if (event.read === this.told.read && of === this.told.of) return;
    this.told = event;
    void this.sink(event);
  }

  /** What is for the figures and the log stays here. */
  private observed(event: OutEvent): OutEvent {
    if (event.kind === 'error') this.whenMeasured?.({ model: 'unknown', workMs: 0, outcome: event.error.code, rows: 0 });
    if (event.kind !== 'done' || event.measure === undefined) return event;
    const { last, stats, notices, measure } = event;
    const { model, planCached, workMs, slow } = measure;
    this.whenMeasured?.({ model, planCached, workMs, slow, outcome: 'ok', rows: stats.rows });
    return { kind: 'done', last, stats, notices };
  }

  /** Nobody listens any more: stop it, and say why if there is a reason. */
  abandon(error?: unknown): void {
    if (this.ended) return;
    const { state } = this;
    this.end();
    if (error !== undefined) void this.sink({ kind: 'error', error: wireError(error, this.request.text) });
    this.stopReason ??= 'cancelled';
    if (state === 'waiting' || state === 'placing') this.withdraw?.();
    else this.run?.stop('cancelled');
    this.run?.forget();
    this.outlet?.close();
    this.whenEnded?.();
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    clearInterval(this.ticker);
  }

  private flushed(bytes: number): void {
    if (this.run === undefined) return;
    this.owedBytes += bytes;
    if (this.owedBytes < this.limits.readAheadBytes / 4) return;
    this.run.grant(0, this.owedBytes);
    this.owedBytes = 0;
  }
}

export function stoppingError(): QueryError {
  return new QueryError('limit/stopping', 'The server is stopping.', {
    retryable: true,
    hint: 'Send the statement again when it is back.',
  });
}
