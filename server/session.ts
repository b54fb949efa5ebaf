// A session of the server: one connection's statements in order of arrival, each given to the thread that suits it, and the
// connection's transaction. Light reads run on the main thread, other reads on a reader's snapshot, writes on the writer. Within a
// transaction everything goes to the thread that holds it.

import type { Classification } from '../engines/session.ts';
import type { StatementLog } from '../engines/statement-log.ts';
import type { Host } from '../engines/host.ts';
import { QueryError } from '../parser/error.ts';
import { hasRole, type Principal, userOf } from '../engines/users/rights.ts';
import type { Holder } from './accounts.ts';
import { encodeParameterMap } from './parameters.ts';
import type { Limits } from './limits.ts';
import type { Observer } from './observe.ts';
import type { WireError } from './protocol/frames.ts';
import { mayHoldSeveral } from './protocol/rows.ts';
import { Query, type QueryHandle, type QueryRequest, type Sink, stoppingError } from './query.ts';
import type { Inline } from './threads/inline.ts';
import type { Leftover } from './threads/flag-word.ts';
import type { TransactionLeft } from './threads/messages.ts';
import { rolledBackError } from './lost-transaction.ts';
import { Outlet, type OutEvent } from './threads/outlet.ts';
import type { Readers } from './threads/readers.ts';
import { lostError, outOfMemoryError, type RunListener, type Thread } from './threads/thread.ts';
import type { Writer, WriterWait } from './threads/writer.ts';

/** What all sessions of a dispatcher work with. */
export interface House {
  readonly limits: Limits;
  readonly inline: Inline;
  readonly readers: Readers;
  readonly writer: Writer;
  readonly stopping: boolean;
  /** What statements about the server ask. */
  readonly host: Host;
  readonly observer: Observer;
  readonly statements: StatementLog;
  /** A statement about users has ended. */
  usersChanged(): void;
}

/** An open transaction: where it is, and how its thread is given back. */
interface Holding {
  readonly thread: Thread;
  readonly writes: boolean;
  release(): void;
}

/** What a timer can wait. */
const timerMsMax = 2 ** 31 - 1;

export class DispatchSession {
  private readonly house: House;
  /** Its number, for SHOW SESSIONS and KILL SESSION. */
  readonly key: number;
  readonly since = new Date();
  /** What the client calls itself. */
  client: string | undefined;
  /** Whose rights its statements have; `operator` is who has the file in hand. */
  holder: Holder | 'operator';
  /** True while the end of its statement about users is told. */
  changedUsers = false;
  /** Told when the session is ended by the server. */
  whenEnded: ((error: QueryError) => void) | undefined;
  private readonly queue: Query[] = [];
  /** Started, and their threads still at work for them. */
  private readonly working: Query[] = [];
  /** Not ended yet. */
  private readonly open: Query[] = [];
  private holding: Holding | undefined;
  /** Why the transaction that the client believes to be in is gone. */
  private lostTransaction: QueryError | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private silenceTimer: NodeJS.Timeout | undefined;
  private silentSinceMs = 0;
  private closed = false;
  /** The graph that its statements use; null: the default one. */
  private graph: string | null = null;
  /** A statement about users runs, or stands in the open transaction. */
  touchesUsers = false;
  private whenQuiet: (() => void)[] = [];

  constructor(house: House, key: number, holder: Holder | 'operator') {
    this.house = house;
    this.key = key;
    this.watchSilence();
    this.holder = holder;
  }

  get unfinished(): number {
    return this.open.length;
  }

  /** Queries that have not ended. */
  get unended(): Iterable<Query> {
    return this.open;
  }

  get inTransaction(): boolean {
    return this.holding !== undefined;
  }

  /** Starts a query; its events come through `sink`, the last of them is an error or a `done` with `last`. */
  run(request: QueryRequest, sink: Sink): QueryHandle {
    const query = new Query(request, sink, this.house.limits);
    if (this.house.stopping || this.closed) {
      query.fail(stoppingError());
      return query;
    }
    const { queryBytes } = this.house.limits;
    if (request.text.length > queryBytes || Buffer.byteLength(request.text) > queryBytes) {
      query.fail(
        new QueryError('limit/query-bytes', `The text of the query is longer than ${queryBytes} bytes.`, {
          hint: 'Hand values over as parameters.',
        }),
      );
      return query;
    }
    this.open.push(query);
    query.whenMeasured = (end) => {
      // Looking the name up costs more than a light read.
      const user = end.slow && this.user;
      const { model, planCached, workMs, slow, outcome, rows } = end;
      this.house.observer.statement({ model, planCached, workMs, slow, outcome, rows, session: this.key, user });
    };
    query.whenEnded = () => {
      remove(this.open, query);
      remove(this.queue, query);
      if (query.state !== 'running') this.leave(query);
      this.quiet();
    };
    this.queue.push(query);
    this.pump();
    return query;
  }

  /** Told to stop: running statements end with `limit/stopping`. */
  stopAll(): void {
    for (const query of [...this.open]) query.stop('stopping');
  }

  /** Resolves when nothing runs or waits. */
  idle(): Promise<void> {
    return this.open.length === 0 && this.working.length === 0 ? Promise.resolve() : new Promise((resolve) => this.whenQuiet.push(resolve));
  }

  /** Stops what runs and rolls back an open transaction. */
  close(): void {
    this.closed = true;
    clearTimeout(this.silenceTimer);
    for (const query of [...this.open]) query.abandon();
    this.endTransactionIfClosed();
  }

  /** Closes a connection that asks nothing for very long. One timer looks when it last did, so that a statement need not set one. */
  private watchSilence(): void {
    this.silentSinceMs = performance.now();
    if (this.silenceTimer === undefined && !this.closed) this.lookAfter(this.house.limits.sessionIdleMs);
  }

  private lookAfter(timeMs: number): void {
    this.silenceTimer = setTimeout(() => this.lookForSilence(), Math.min(timeMs, timerMsMax)).unref();
  }

  private lookForSilence(): void {
    this.silenceTimer = undefined;
    if (this.closed || this.holding !== undefined || this.open.length > 0 || this.working.length > 0) return;
    const { sessionIdleMs } = this.house.limits;
    const leftMs = this.silentSinceMs + sessionIdleMs - performance.now();
    if (leftMs > 0) return this.lookAfter(leftMs);
    this.end(
      new QueryError('limit/session-idle', `Nothing was asked for ${sessionIdleMs} ms.`, { retryable: true, hint: 'Connect again.' }),
    );
  }

  /** What runs fails with the error, and so does the session. */
  end(error: QueryError): void {
    this.closed = true;
    clearTimeout(this.silenceTimer);
    for (const query of [...this.open]) query.abandon(error);
    this.endTransactionIfClosed();
    this.whenEnded?.(error);
  }

  /** Its user's name. */
  get user(): string | undefined {
    const { principal } = this;
    return principal && userOf(principal, this.house.inline.users())?.name;
  }

  private get principal(): Principal | undefined {
    return typeof this.holder === 'object' ? this.holder : undefined;
  }

  /** What a reader may not write is refused by a reading thread, and a reader's transaction keeps nobody from writing. */
  private readsOnly(query: Query, kind: Classification): boolean {
    if (query.request.readOnly === true) return true;
    const { principal } = this;
    if (principal === undefined || kind.changesUsers || !(kind.writes || kind.controlsTransaction)) return false;
    return !hasRole(userOf(principal, this.house.inline.users())?.roles ?? [], 'writer');
  }

  // ---------------------------------------------------------------------------------------------- order

  private pump(): void {
    for (let next = this.queue[0]; next !== undefined; next = this.queue[0]) {
      if (this.working.length > 0 && !this.mayOvertake(next)) return;
      this.queue.shift();
      this.working.push(next);
      clearTimeout(this.idleTimer);
      next.state = 'placing';
      try {
        this.start(next);
      } catch (error) {
        next.fail(error);
      }
    }
  }

  /** A read outside transactions has its snapshot, so while its client lets it wait others may run; writes that commit by themselves follow each other in the writer's own queue. */
  private mayOvertake(next: Query): boolean {
    const { working } = this;
    if (this.holding !== undefined) {
      for (const query of working) query.buffer();
      return false;
    }
    if (working.every((query) => query.autoRead && query.stalled)) return true;
    if (!working.every((query) => query.autoWrite || (query.autoRead && query.stalled))) return false;
    const kind = this.house.inline.classify(next.request.text);
    return kind.writes && !kind.controlsTransaction && !this.readsOnly(next, kind);
  }

  /** Its thread does nothing for it any more. */
  private leave(query: Query): void {
    query.state = 'free';
    remove(this.working, query);
    if (this.touchesUsers && this.holding === undefined) this.userChangeEnded();
    if (this.closed) this.endTransactionIfClosed();
    else this.pump();
    if (this.holding !== undefined && this.working.length === 0 && this.queue.length === 0) this.watchIdle();
    this.quiet();
  }

  private userChangeEnded(): void {
    this.touchesUsers = false;
    this.changedUsers = true;
    this.house.usersChanged();
    this.changedUsers = false;
  }

  private quiet(): void {
    if (this.open.length > 0 || this.working.length > 0) return;
    for (const resolve of this.whenQuiet.splice(0)) resolve();
    this.watchSilence();
  }

  // ---------------------------------------------------------------------------------------------- place

  private start(query: Query): void {
    const { inline } = this.house;
    if (this.holding?.thread.gone) this.loseTransaction(queryError(lostError(false)));
    const { holding } = this;
    const kind = inline.classify(query.request.text);
    query.readsLog = kind.readsLog;
    if (kind.forHost) return void this.runInline(query, true);
    if (holding !== undefined) {
      this.touchesUsers ||= kind.changesUsers;
      return this.runHeld(query, holding);
    }
    if (this.lostTransaction !== undefined) return this.answerLost(query, kind, this.lostTransaction);
    this.touchesUsers ||= kind.changesUsers;
    const only = this.readsOnly(query, kind);
    const reads = only || !kind.writes;
    if (reads && !kind.controlsTransaction) {
      // What follows a change of the session's graph waits for it.
      query.autoRead = !kind.setsSession;
      if (kind.light) void this.runInline(query);
      else this.takeReader(query, false);
    } else if (reads && (kind.beginsReadOnly || only)) this.takeReader(query, true);
    else this.takeWriter(query, kind.controlsTransaction);
  }

  private async runInline(query: Query, forHost = false): Promise<void> {
    const { inline, limits, host } = this.house;
    const outlet = new Outlet(limits, (event) => query.deliver(event));
    query.runsInline(outlet);
    const { text, parameters, readOnly } = query.request;
    const { principal } = this;
    const order = {
      text,
      parameters: parameters ?? new Map(),
      readOnly: readOnly === true,
      principal,
      host,
      forHost,
      graph: this.graph,
      onGraph: (graph: string | null) => {
        this.graph = graph;
      },
      check: () => query.throwIfStopped(),
    };
    try {
      const ran = await inline.run(order, outlet);
      if (ran || query.ended) return this.leave(query);
      query.leavesInline();
      this.takeReader(query, false);
    } catch (error) {
      query.fail(error);
      this.leave(query);
    }
  }

  private takeReader(query: Query, keep: boolean): void {
    const { readers } = this.house;
    query.withdraw = readers.take({
      take: (thread) => {
        const release = (): void => readers.give(thread);
        this.runOn(query, thread, keep ? this.key : 0, false, (left) => {
          if (left === 'open') this.holding = { thread, writes: false, release };
          else release();
        });
      },
      fail: (error) => query.fail(error),
    });
  }

  private takeWriter(query: Query, exclusive: boolean): void {
    const { writer, limits } = this.house;
    query.autoWrite = !exclusive;
    // Later statements of a text must see the earlier ones committed.
    const grouped = !exclusive && !mayHoldSeveral(query.request.text);
    const wait: WriterWait = {
      exclusive,
      take: (thread) => {
        const release = (): void => writer.release(wait);
        this.runOn(query, thread, exclusive ? this.key : 0, grouped, (left) => {
          clearTimeout(timer);
          if (left === 'open') this.holding = { thread, writes: true, release };
          else release();
          if (left === 'lost') this.loseTransaction(rolledBackError());
        });
      },
      fail: (error) => query.fail(error),
    };
    const timer = setTimeout(() => query.giveUpWaiting(), limits.writerWaitMs).unref();
    const withdraw = writer.take(wait);
    if (query.state === 'placing') query.withdraw = () => void withdraw();
  }

  private runHeld(query: Query, holding: Holding): void {
    this.runOn(query, holding.thread, this.key, false, (left) => {
      if (left === 'open') return;
      if (this.holding === holding) this.holding = undefined;
      holding.release();
      if (left === 'lost') this.loseTransaction(rolledBackError());
    });
  }

  /** `freed` is called once, also when the thread is lost. */
  private runOn(query: Query, thread: Thread, key: number, grouped: boolean, freed: (left: TransactionLeft) => void): void {
    if (query.ended) {
      freed('none');
      return;
    }
    const { limits } = this.house;
    const { text, parameters, readOnly } = query.request;
    const listener: RunListener = {
      event: (event) => query.deliver(event),
      free: (left, graph) => {
        if (graph !== order.graph) this.graph = graph;
        freed(left);
        this.leave(query);
      },
      lost: (left) => this.threadLost(query, thread, left, freed),
    };
    const order = {
      session: key,
      text,
      parameters: parameters === undefined || parameters.size === 0 ? undefined : encodeParameterMap(parameters),
      rows: query.creditRows,
      bytes: limits.readAheadBytes,
      readOnly: readOnly === true,
      principal: this.principal,
      grouped,
      graph: this.graph,
      log: query.readsLog ? this.house.statements.snapshot() : undefined,
      followed: query.request.progressMs !== undefined,
    };
    query.whenStalled = () => this.pump();
    const run = thread.run(order, listener);
    if (run !== undefined) return query.runsOn(run);
    freed('none');
    query.fail(new QueryError('limit/queue', 'The thread has too many statements waiting.', { retryable: true }));
  }

  // ---------------------------------------------------------------------------------------------- transaction

  private threadLost(query: Query, thread: Thread, left: Leftover, freed: (left: TransactionLeft) => void): void {
    const held = this.holding?.thread === thread;
    freed('none');
    if (left === 'untouched' && !held && !query.ended) {
      query.runsAgain();
      return this.start(query);
    }
    const error = thread.outOfMemory ? outOfMemoryError(this.house.limits.memoryBytes) : lostError(left === 'perhaps committed');
    if (held) this.loseTransaction(queryError(error));
    query.lost({ kind: 'error', error } satisfies OutEvent);
    this.leave(query);
  }

  private loseTransaction(error: QueryError): void {
    this.lostTransaction = error;
    this.holding = undefined;
    clearTimeout(this.idleTimer);
  }

  private watchIdle(): void {
    const { transactionIdleMs } = this.house.limits;
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      const { holding } = this;
      if (holding === undefined || this.working.length > 0) return;
      this.loseTransaction(
        new QueryError('limit/transaction-idle', `The transaction was rolled back: nothing was done in it for ${transactionIdleMs} ms.`, {
          hint: 'Send ROLLBACK, then start it again.',
          retryable: true,
        }),
      );
      holding.thread.endSession(this.key);
      holding.release();
    }, transactionIdleMs).unref();
  }

  /** Until the client ends the transaction that it believes to be in, nothing runs: half of it would be committed by itself. */
  private answerLost(query: Query, kind: Classification, error: QueryError): void {
    if (kind.endsTransaction) this.lostTransaction = undefined;
    if (kind.rollsBack) {
      query.deliver({ kind: 'head', columns: [] });
      query.deliver({ kind: 'done', last: true, stats: { rows: 0, timeMs: 0 }, notices: [] });
    } else query.fail(error);
  }

  private endTransactionIfClosed(): void {
    const { holding } = this;
    if (holding === undefined || this.working.length > 0) return;
    this.holding = undefined;
    clearTimeout(this.idleTimer);
    holding.thread.endSession(this.key);
    holding.release();
  }
}

function remove(list: Query[], query: Query): void {
  const at = list.indexOf(query);
  if (at >= 0) list.splice(at, 1);
}

function queryError({ code, message, retryable }: WireError): QueryError {
  return new QueryError(code, message, { retryable, hint: 'Send ROLLBACK, then start it again.' });
}
