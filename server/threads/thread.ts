// The main thread's end of one worker: starts it, hands statements over, passes on what comes out, stops statements through the
// shared flags, and notices when the worker is gone. A worker that does not stop in time is terminated; if it is stuck inside a
// step of SQLite that may never succeed, and then it counts as lost.

import { Worker } from 'node:worker_threads';
import { packageFile } from '../../engines/package-file.ts';
import type { SharedBase } from '../../engines/share-base.ts';
import { QueryError } from '../../parser/error.ts';
import type { Limits } from '../limits.ts';
import type { WireError } from '../protocol/frames.ts';
import { ClientError } from '../protocol/error.ts';
import type { StatementLog } from '../../engines/statement-log.ts';
import type { Durability } from '../../engines/open.ts';
import { flags, giveUp, hasCommitted, isLate, type Leftover, type StopReason, takeBack, tell } from './flag-word.ts';
import {
  busyWord,
  type FromWorker,
  type Role,
  type RunOrder,
  slotCount,
  type ToWorker,
  type TransactionLeft,
  type WorkerData,
} from './messages.ts';
import type { Observer } from '../observe.ts';
import type { QueryEvent } from './outlet.ts';
import { type Packed, unpackEach } from './packing.ts';
import { heapLimits, memoryError } from './memory-watch.ts';
import type { StopSlots } from './stop-slots.ts';
import { Ticketed, TicketOffice } from './tickets.ts';
import type { TopologyExchange, TopologyThread } from './topology-exchange.ts';

export interface ThreadOptions {
  readonly file: string;
  readonly role: Role;
  readonly readOnly: boolean;
  readonly usersNeeded: boolean;
  readonly limits: Limits;
  readonly topology: TopologyExchange;
  readonly stopSlots: StopSlots;
  readonly durability: Durability;
  readonly observer: Observer;
  /** Of all threads together. */
  readonly statements: StatementLog;
}

/** A statement that does not stop at its next check is stopped inside SQLite after this time, and then again and again. */
const interruptAfterMs = 20;
const interruptEveryMs = 10;

export interface RunListener {
  event(event: QueryEvent): void;
  /** The statement has ended; its output may still wait for credit. `graph` is the session's now. */
  free(left: TransactionLeft, graph: string | null): void;
  /** The worker is gone. */
  lost(left: Leftover): void;
}

interface Running {
  readonly listener: RunListener;
  readonly slot: number;
  readonly grouped: boolean;
  freed: boolean;
  /** Something of it was committed; known when it is freed, since its slot is another's then. */
  committed: boolean;
  ended: boolean;
}

/** A statement handed to a worker. */
export interface ThreadRun {
  grant(rows: number, bytes: number): void;
  buffer(): void;
  discard(): void;
  /** The output is of no interest any more. */
  forget(): void;
  /** Rows that it has gone through inside SQLite, if it is followed. */
  steps(): number;
  /** True: it had not begun and never will. */
  takeBack(reason: StopReason): boolean;
  /** `never`: it had not begun. `undone`: it stops, and nothing of it stays. `told`: its end will say what happened. */
  stop(reason: StopReason): 'never' | 'undone' | 'told';
}

export class Thread implements TopologyThread {
  readonly role: Role;
  /** Resolves when the database is open; rejects if it cannot be. */
  readonly ready: Promise<void>;
  private readonly limits: Limits;
  private readonly topology: TopologyExchange;
  private readonly statements: StatementLog;
  private readonly stopSlots: StopSlots;
  private readonly observer: Observer;
  private readonly firstStopSlot: number | undefined;
  private readonly worker: Worker;
  private readonly words = new Int32Array(new SharedArrayBuffer((slotCount + 1) * 4));
  private readonly freeSlots = Array.from({ length: slotCount }, (_, i) => slotCount - 1 - i);
  private readonly running = new Ticketed<Running>();
  private readonly tickets = new TicketOffice();
  private readonly exit: Promise<void>;
  private outbox: ToWorker[] = [];
  private onGone: (() => void) | undefined;
  /** Its heap was full: what it ran asked for too much. */
  outOfMemory = false;
  /** No statement may be given to it any more. */
  gone = false;
  /** The worker has really ended; a terminated one that is stuck inside SQLite has not. */
  ended = false;

  constructor(options: ThreadOptions) {
    this.role = options.role;
    this.limits = options.limits;
    const { topology, stopSlots, observer, statements, ...rest } = options;
    this.observer = observer;
    this.statements = statements;
    this.topology = topology;
    this.stopSlots = stopSlots;
    const firstStopSlot = stopSlots.take();
    this.firstStopSlot = firstStopSlot;
    const data: WorkerData = { ...rest, flags: this.words, bases: topology.bases, firstStopSlot };
    // Workers need JavaScript: under a runner that loads the sources they come from the build.
    // Node's switches for the program (`--input-type` with `-e`, loaders) are not meant for our file.
    this.worker = new Worker(packageFile('dist/server/threads/worker.js'), {
      workerData: data,
      execArgv: [],
      name: `trefoil-${options.role}`,
      resourceLimits: heapLimits(options.limits.memoryBytes),
    });
    topology.join(this);
    const { promise, resolve, reject } = defer();
    this.ready = promise;
    promise.catch(() => undefined);
    const take = (message: FromWorker): void => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'refused') reject(new ClientError(message.error));
      else this.receive(message);
    };
    this.worker.on('message', (messages: Packed) => unpackEach(messages, take));
    const lost = (reason: unknown): void => {
      reject(reason);
      this.lose();
    };
    this.worker.on('error', (error: Error & { readonly code?: string }) => {
      this.outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      observer.bug(`the ${this.role} thread`, error.stack ?? error.message);
      lost(error);
    });
    this.exit = new Promise((ended) => {
      this.worker.on('exit', () => {
        lost(new QueryError('storage/worker-lost', 'The thread ended before it was ready.'));
        this.ended = true;
        if (firstStopSlot !== undefined) stopSlots.giveBack(firstStopSlot);
        ended();
      });
    });
  }

  /** False while it has nothing to do but to wait for clients. */
  get busy(): boolean {
    return Atomics.load(this.words, busyWord) === 1;
  }

  /** Called once, when the worker can take no more statements. */
  whenGone(callback: () => void): void {
    this.onGone = callback;
  }

  /** Undefined when the worker has no slot left. */
  run(order: RunOrder, listener: RunListener): ThreadRun | undefined {
    const slot = this.freeSlots.pop();
    if (slot === undefined) return undefined;
    const ticket = this.tickets.take();
    Atomics.store(this.words, slot, flags.waiting);
    const { grouped } = order;
    this.running.set(ticket, { listener, slot, grouped, freed: false, committed: false, ended: false });
    this.send({ kind: 'run', ticket, slot, order });
    return {
      grant: (rows, bytes) => this.send({ kind: 'grant', ticket, rows, bytes }),
      buffer: () => this.send({ kind: 'buffer', ticket }),
      discard: () => this.send({ kind: 'discard', ticket }),
      forget: () => this.forget(ticket),
      steps: () => (this.firstStopSlot === undefined ? 0 : this.stopSlots.steps(this.firstStopSlot + slot)),
      takeBack: (reason) => this.running.get(ticket)?.freed === false && takeBack(this.words, slot, reason),
      stop: (reason) => this.stop(ticket, slot, reason, grouped),
    };
  }

  sendBase(base: SharedBase): void {
    this.send({ kind: 'base', base });
  }

  sendTurn(graph: number): void {
    this.send({ kind: 'turn', graph });
  }

  sendGone(graph: number): void {
    this.send({ kind: 'graphGone', graph });
  }

  endSession(session: number): void {
    this.send({ kind: 'endSession', session });
  }

  /** Closes its database and ends it. Resolves when it has ended, or is terminated, or is known to be stuck. */
  async close(): Promise<void> {
    this.gone = true;
    this.onGone = undefined;
    this.send({ kind: 'close' });
    if (await within(this.exit, this.limits.terminateGraceMs)) return;
    await this.terminate();
  }

  /** Waits a little for the end of a worker that was terminated. */
  async waitForEnd(): Promise<void> {
    await within(this.exit, this.limits.terminateGraceMs);
  }

  /** Ends it at once; what it was doing is lost and never committed. */
  async terminate(): Promise<void> {
    this.lose();
    void this.worker.terminate();
    if (!(await within(this.exit, this.limits.terminateGraceMs))) this.worker.unref();
  }

  /** What is sent in one turn of the event loop leaves together. */
  private send(message: ToWorker): void {
    if (this.outbox.length === 0) setImmediate(() => this.flush());
    this.outbox.push(message);
  }

  private flush(): void {
    this.worker.postMessage(this.outbox);
    this.outbox = [];
  }

  private forget(ticket: number): void {
    const run = this.running.get(ticket);
    if (run === undefined) return;
    run.ended = true;
    this.send({ kind: 'forget', ticket });
    if (run.freed) this.over(ticket);
  }

  /** The worker has no more to say about it. */
  private over(ticket: number): void {
    if (this.running.get(ticket) === undefined) return;
    this.running.delete(ticket);
    this.tickets.giveBack(ticket);
  }

  private stop(ticket: number, slot: number, reason: StopReason, sole: boolean): 'never' | 'undone' | 'told' {
    if (this.running.get(ticket)?.freed !== false) return 'told';
    if (takeBack(this.words, slot, reason)) return 'never';
    const end = tell(this.words, slot, reason, sole);
    if (end === 'over') return 'told';
    this.send({ kind: 'wake', ticket });
    this.stopInside(ticket, slot);
    return end;
  }

  /** It is told. Where it does not look, SQLite is stopped from outside; where that does not help either, the thread ends. */
  private stopInside(ticket: number, slot: number): void {
    const { cancelGraceMs } = this.limits;
    let begun = performance.now();
    const timer = setInterval(() => {
      if (isLate(this.words, slot)) begun = performance.now();
      const passedMs = performance.now() - begun;
      if (this.gone || this.running.get(ticket)?.freed !== false) clearInterval(timer);
      else if (passedMs >= cancelGraceMs) {
        clearInterval(timer);
        void this.terminate();
      } else if (passedMs >= interruptAfterMs && this.firstStopSlot !== undefined) this.stopSlots.interrupt(this.firstStopSlot + slot);
    }, interruptEveryMs).unref();
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'out') {
      const run = this.running.get(message.ticket);
      if (run === undefined || run.ended) return;
      const { event } = message;
      run.ended = event.kind === 'error' || (event.kind === 'done' && event.last);
      run.listener.event(event);
      if (run.ended && run.freed) this.over(message.ticket);
    } else if (message.kind === 'free') {
      const run = this.running.get(message.ticket);
      if (run === undefined) return;
      run.freed = true;
      run.committed = hasCommitted(this.words, run.slot);
      this.freeSlots.push(run.slot);
      run.listener.free(message.left, message.graph);
      if (run.ended) this.over(message.ticket);
    } else if (message.kind === 'statements') for (const entry of message.news) this.statements.add(entry);
    else if (message.kind === 'base') this.topology.offer(this, message.base);
    else if (message.kind === 'wantTurn') this.topology.wantTurn(this, message.graph);
    else if (message.kind === 'endTurn') this.topology.endTurn(this, message.graph);
    else if (message.kind === 'graphGone') this.topology.forget(this, message.graph);
    else if (message.kind === 'commit') this.observer.commit(message.statements);
    else if (message.kind === 'bug') this.observer.bug(message.incident, message.stack);
  }

  private lose(): void {
    const first = !this.gone;
    this.gone = true;
    const lost = this.running.values().map(({ listener, slot, ...run }) => {
      if (!run.freed) return { listener, left: giveUp(this.words, slot, run.grouped) };
      return { listener, left: run.committed ? ('perhaps committed' as const) : ('undone' as const) };
    });
    this.running.clear();
    this.topology.leave(this);
    if (first) this.onGone?.();
    for (const { listener, left } of lost) listener.lost(left);
  }
}

/** False when the time is over first. */
async function within(promise: Promise<unknown>, timeMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeMs);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

function defer(): { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** The error of a statement whose worker is gone. */
export function lostError(outcomeUnknown: boolean): WireError {
  return outcomeUnknown
    ? {
        code: 'storage/outcome-unknown',
        message: 'The writing thread ended before it said whether this statement was committed.',
        hint: 'Look at the data before you send the statement again.',
        retryable: false,
      }
    : {
        code: 'storage/worker-lost',
        message: 'The thread that ran this statement ended; nothing of it was committed.',
        hint: 'Send it again.',
        retryable: true,
      };
}

/** The thread ended because its heap was full, long before any commit. */
export function outOfMemoryError(memoryBytes: number): WireError {
  const { code, message, hint } = memoryError(memoryBytes);
  return { code, message, retryable: false, ...(hint === undefined ? {} : { hint }) };
}
