// A worker thread: one Database, statements one after another; one whose client reads slowly lets the next begin, on another
// connection to the file. A reader runs what the main thread sends it on snapshots; the writer lets autocommitted statements that wait together share one commit. Started by threads/thread.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { decodeParameterMap } from '../parameters.ts';
import { openDatabase } from '../../engines/open.ts';
import type { Database, Keeping, Progress, ProgressCounts, Session } from '../../engines/session.ts';
import { StatementLog } from '../../engines/statement-log.ts';
import type { Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import type { WireError } from '../protocol/frames.ts';
import { goneThrough } from '../rows-so-far.ts';
import { reportBugs, wireError } from '../wire-error.ts';
import { WorkerBaseChannel } from './base-channel.ts';
import { finish, groupCommits, keepingBegins, keepingEnded, restart, start, told } from './flag-word.ts';
import { busyWord, type FromWorker, type RunMessage, type ToWorker, type TransactionLeft, type WorkerData } from './messages.ts';
import { MemoryWatch } from './memory-watch.ts';
import { Outlet, type OutEvent } from './outlet.ts';
import { pack } from './packing.ts';
import { runText, type TextRun } from './run-text.ts';
import { stopError } from './stop-error.ts';
import { Ticketed } from './tickets.ts';

const data = workerData as WorkerData;
const { limits } = data;
const words = data.flags;

const bases = new WorkerBaseChannel(data.bases, (message) => {
  post(message);
  flush();
});

const memory = new MemoryWatch(limits.memoryBytes, () => opened?.forgetPlans());
let opened: Database | undefined;

const noParameters: ReadonlyMap<string, Value> = new Map();

const smallChars = 8192;
const quickMs = 5;

interface Job {
  readonly message: RunMessage;
  readonly outlet: Outlet;
  /** The session's graph when the statement has run; null: the default one. */
  graph: string | null;
  /** It has run in a group and was not told to stop: what it did waits for the commit of all. */
  stands: boolean;
  /** Resolves when the statement first waits for its client. */
  readonly waits: Promise<void>;
}

type Task =
  | { readonly kind: 'run'; readonly job: Job }
  | { readonly kind: 'endSession'; readonly session: number }
  | { readonly kind: 'close' };

/** Of this thread; the main thread has that of all. */
let log: StatementLog | undefined;
const tasks: Task[] = [];
const outlets = new Ticketed<Outlet>();
const runs = new Ticketed<Job>();
const sessions = new Map<number, Session>();
/** Statements under way, by session. */
const openRuns = new Map<number, Promise<unknown>>();
let working = false;
let outbox: FromWorker[] = [];
/** Statements under way that do not wait for their clients. */
let computing = 0;

function compute(change: 1 | -1): void {
  computing += change;
  Atomics.store(words, busyWord, computing > 0 ? 1 : 0);
}

/** Messages leave together: at the latest when the event loop turns, as it does whenever something waits. */
function post(message: FromWorker): void {
  if (outbox.length === 0) setImmediate(flush);
  outbox.push(message);
}

function flush(): void {
  if (outbox.length === 0) return;
  // Before the end of a statement is told, so that whoever then asks for the log finds it there.
  const news = log?.takeNews() ?? [];
  if (news.length > 0) outbox.unshift({ kind: 'statements', news });
  parentPort?.postMessage(pack(outbox));
  outbox = [];
}

function receive(database: Database, message: ToWorker): void {
  switch (message.kind) {
    case 'run':
      tasks.push({ kind: 'run', job: openJob(message) });
      return wake(database);
    case 'grant':
      outlets.get(message.ticket)?.grant(message.rows, message.bytes);
      return flush();
    case 'buffer':
      outlets.get(message.ticket)?.buffer();
      return flush();
    case 'discard':
      outlets.get(message.ticket)?.discard();
      return flush();
    case 'wake': {
      const job = runs.get(message.ticket);
      const reason = job && told(words, job.message.slot);
      if (reason !== undefined) job?.outlet.interrupt(stopError(reason, limits));
      return;
    }
    case 'forget':
      outlets.get(message.ticket)?.close();
      outlets.delete(message.ticket);
      return;
    case 'base':
      return bases.receiveBase(message.base);
    case 'turn':
      return bases.receiveTurn(message.graph);
    case 'graphGone':
      return bases.receiveGone(message.graph);
    case 'endSession':
    case 'close':
      tasks.push(message);
      wake(database);
  }
}

/** Work begins when what has come together is here: what waits together shares a commit, and a message is one statement. */
function wake(database: Database): void {
  if (working) return;
  working = true;
  setImmediate(() => void work(database));
}

function openJob(message: RunMessage): Job {
  const { ticket } = message;
  const opened = performance.now();
  let firstWait: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => {
    firstWait = resolve;
  });
  const send = (event: OutEvent): void => {
    post({ kind: 'out', ticket, event });
    // A short result goes in one message with its end, which comes at once; a statement that takes its time is not held back.
    if (event.kind === 'rows' && (event.text.length > smallChars || performance.now() - opened > quickMs)) flush();
    else if (event.kind === 'error' || (event.kind === 'done' && event.last)) outlets.delete(ticket);
  };
  const outlet = new Outlet(limits, send, (waiting) => {
    compute(waiting ? -1 : 1);
    firstWait();
  });
  outlet.grant(message.order.rows, message.order.bytes);
  outlets.set(ticket, outlet);
  return { message, outlet, graph: message.order.graph, stands: false, waits };
}

/** One statement after another, until nothing waits. Between them the event loop turns, so that messages come in. */
async function work(database: Database): Promise<void> {
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    if (task.kind === 'close') return close(database);
    if (task.kind === 'endSession') {
      await openRuns.get(task.session);
      await endSession(task.session);
    } else if (task.job.message.order.grouped) await runGroup(database, takeGroup(task.job));
    else await runUntilItWaits(database, task.job);
    flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  working = false;
}

function takeGroup(first: Job): Job[] {
  const group = [first];
  while (group.length < limits.groupStatements) {
    const next = tasks[0];
    if (next?.kind !== 'run' || !next.job.message.order.grouped) break;
    group.push(next.job);
    tasks.shift();
  }
  return group;
}

/** Each statement is a savepoint in one transaction, and is answered only when that is committed. */
async function runGroup(database: Database, group: readonly Job[]): Promise<void> {
  const share = group.length > 1;
  const held: Job[] = [];
  let next = 0;
  try {
    if (share) await database.beginGroup();
    const begun = performance.now();
    while (next < group.length && (next === 0 || performance.now() - begun < limits.groupMs)) {
      const job = group[next++] as Job;
      if (!start(words, job.message.slot)) {
        free(job, 'none');
        continue;
      }
      held.push(job);
      job.outlet.hold();
      await execute(session(database, 0), job);
      // The transaction went down with this statement. What the others did in it is undone, so they run again.
      if (share && !database.groupStands()) {
        const stopped = held.filter((other) => other === job || !other.stands);
        for (const other of stopped) {
          other.outlet.letGo();
          free(other, 'none');
        }
        const rest = [...held.filter((other) => !stopped.includes(other)).map(again), ...group.slice(next)];
        tasks.unshift(...rest.map((other): Task => ({ kind: 'run', job: other })));
        return;
      }
    }
    // This thread was given up, so it is about to end.
    if (share && !groupCommits(words, slotsOf(held))) return;
    if (share) await database.commitGroup();
    if (held.length > 0) post({ kind: 'commit', statements: held.length });
    for (const job of held) job.outlet.letGo();
  } catch (error) {
    failGroup(held, group.slice(next), wireError(error, ''));
    next = group.length;
  }
  for (const job of held) free(job, 'none');
  tasks.unshift(...group.slice(next).map((job): Task => ({ kind: 'run', job })));
}

/** As it was before it ran. */
function again(job: Job): Job {
  job.outlet.restart();
  restart(words, job.message.slot);
  return job;
}

/** No transaction or no commit: nothing of the group has happened. `rest` had not begun yet. */
function failGroup(held: readonly Job[], rest: readonly Job[], error: WireError): void {
  for (const job of held) job.outlet.abandon(error);
  for (const job of rest) {
    if (start(words, job.message.slot)) job.outlet.abandon(error);
    free(job, 'none');
  }
}

/** A reader goes on to the next statement while this one waits for its client; each has a connection to the file of its own. */
async function runUntilItWaits(database: Database, job: Job): Promise<void> {
  const { session: key } = job.message.order;
  const run = runAlone(database, job);
  if (data.role === 'writer') return run;
  const before = openRuns.get(key);
  const open = Promise.all([before, run]);
  openRuns.set(key, open);
  void open.then(() => {
    if (openRuns.get(key) === open) openRuns.delete(key);
  });
  await Promise.race([run, job.waits]);
}

async function runAlone(database: Database, job: Job): Promise<void> {
  const key = job.message.order.session;
  if (!start(words, job.message.slot)) return free(job, sessions.get(key)?.inTransaction ? 'open' : 'none');
  const own = session(database, key);
  // No client that reads slowly may hold up the writer, unless it has it for itself.
  if (data.role === 'writer' && key === 0) job.outlet.buffer();
  await execute(own, job);
  const { inTransaction, transactionLost } = own;
  if (key !== 0 && !inTransaction) await endSession(key);
  free(job, inTransaction ? 'open' : transactionLost ? 'lost' : 'none');
}

async function execute(own: Session, job: Job): Promise<void> {
  const { message, outlet } = job;
  const { order } = message;
  runs.set(message.ticket, job);
  compute(1);
  try {
    const parameters = order.parameters === undefined ? noParameters : decodeParameterMap(order.parameters);
    const { firstStopSlot } = data;
    const progress = order.followed ? new ProgressReport(message.ticket) : undefined;
    const run: TextRun = {
      stopSlot: firstStopSlot === undefined ? undefined : firstStopSlot + message.slot,
      progress,
      text: order.text,
      parameters,
      readOnly: order.readOnly,
      limits,
      graph: order.graph,
      onGraph: (graph) => {
        job.graph = graph;
      },
      principal: order.principal,
      usersNeeded: data.usersNeeded,
      slowMs: limits.slowStatementMs,
      log: order.log && new StatementLog(order.log),
      keeping: keepingOf(message.slot),
      check() {
        memory.check();
        progress?.tellNow();
        const reason = told(words, message.slot);
        if (reason !== undefined) throw stopError(reason, limits);
        if (outlet.overflow !== undefined) throw outlet.overflow;
      },
    };
    await runText(own, run, outlet);
  } catch (error) {
    outlet.fail(wireError(error, order.text));
  }
  compute(-1);
  runs.delete(message.ticket);
  finish(words, message.slot);
  job.stands = told(words, message.slot) === undefined;
}

/** Of those that are to be committed. */
function slotsOf(held: readonly Job[]): number[] {
  return held.filter((job) => job.stands).map((job) => job.message.slot);
}

function keepingOf(slot: number): Keeping {
  return {
    begins(commits) {
      if (!keepingBegins(words, slot, commits)) throw stopError(told(words, slot) ?? 0, limits);
    },
    ended: (stays) => keepingEnded(words, slot, stays),
  };
}

const progressEveryMs = 100;

/** Tells the main thread what this one knows of how far a statement is. What SQLite goes through, the main thread sees by itself. */
class ProgressReport implements Progress {
  private readonly ticket: number;
  private rows: number | undefined;
  private counts: ProgressCounts | undefined;
  private told = performance.now();

  constructor(ticket: number) {
    this.ticket = ticket;
  }

  begin(rows: number | undefined, counts?: ProgressCounts): void {
    this.rows = rows;
    this.counts = counts;
    this.tell();
  }

  tellNow(): void {
    if (performance.now() - this.told >= progressEveryMs) this.tell();
  }

  private tell(): void {
    this.told = performance.now();
    const { ticket, rows, counts } = this;
    const of = rows === undefined ? {} : { of: rows };
    post({ kind: 'out', ticket, event: { kind: 'progress', read: goneThrough(counts), ...of, ...(counts?.inStats && { inStats: true }) } });
    flush();
  }
}

function free(job: Job, left: TransactionLeft): void {
  post({ kind: 'free', ticket: job.message.ticket, left, graph: job.graph });
}

function session(database: Database, key: number): Session {
  let own = sessions.get(key);
  if (own === undefined) {
    own = database.session();
    sessions.set(key, own);
  }
  return own;
}

async function endSession(key: number): Promise<void> {
  const own = sessions.get(key);
  sessions.delete(key);
  try {
    await own?.close();
  } catch (error) {
    wireError(error, '');
  }
  post({ kind: 'sessionEnded', session: key });
}

async function close(database: Database): Promise<void> {
  for (const outlet of outlets.values()) outlet.close();
  await Promise.all(openRuns.values());
  for (const key of [...sessions.keys()]) await endSession(key);
  await database.close();
  flush();
  parentPort?.close();
}

async function main(): Promise<void> {
  let database: Database;
  try {
    const { file, readOnly, durability } = data;
    database = await openDatabase({ file, readOnly, durability, watched: true, shareBase: bases.share });
  } catch (error) {
    post({ kind: 'refused', error: wireError(error, '') });
    flush();
    parentPort?.close();
    return;
  }
  opened = database;
  log = database.log;
  log.partial = true;
  parentPort?.on('message', (messages: readonly ToWorker[]) => {
    for (const message of messages) receive(database, message);
  });
  post({ kind: 'ready' });
  flush();
  // The first parse builds the grammar; better now than while a client waits.
  session(database, 0).classify('SELECT 1');
}

reportBugs((incident, stack) => post({ kind: 'bug', incident, stack }));
if (data.role === undefined) throw new QueryError('internal/bug', 'This file is started as a worker thread.');
await main();
