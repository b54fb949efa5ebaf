// The piece between whoever asks (sockets, the interactive shell, a program) and the threads: it opens a file with one writer, some
// readers and a Database of its own for light reads, and gives out sessions. Usable without any socket.
//
//   const dispatcher = await Dispatcher.open({ file: 'shop.db' });
//   const session = dispatcher.session();
//   const query = session.run({ text: 'SELECT 1' }, (event) => console.log(event));   query.cancel();

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionEndedError, userOf } from '../engines/users/rights.ts';
import type { UserInfo } from '../engines/catalog.ts';
import { QueryError } from '../parser/error.ts';
import type { Holder, UserSource } from './accounts.ts';
import { type Durability, openDatabase } from '../engines/open.ts';
import { noObserver, type Observer } from './observe.ts';
import { StatementLog } from '../engines/statement-log.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { ServerHost, type Setting } from './host.ts';
import { DispatchSession, type House } from './session.ts';
import { Inline } from './threads/inline.ts';
import { Readers } from './threads/readers.ts';
import { StopSlots } from './threads/stop-slots.ts';
import { TopologyExchange } from './threads/topology-exchange.ts';
import { Writer } from './threads/writer.ts';

export interface DispatcherOptions {
  /** `:memory:` is a temporary file, because threads cannot share memory databases; it is removed at the end. */
  readonly file: string;
  readonly readOnly?: boolean;
  /** Others reach the server: the last user must stay. */
  readonly usersNeeded?: boolean;
  readonly observer?: Observer;
  /** Reading threads; default: processors less one, at least one. */
  readonly readers?: number;
  /** Reading threads at most, while long queries hold the others; default: readers + 4. */
  readonly readersMax?: number;
  readonly limits?: Partial<Limits>;
  /** How sure a commit is when it is acknowledged; default `full`: it is on the disk. */
  readonly durability?: Durability;
}

export interface DispatcherStatus {
  readonly sessions: number;
  readonly unfinishedQueries: number;
  readonly readers: number;
  /** Threads that could not be ended. While there are any the process can only be ended by a signal. */
  readonly stuckThreads: number;
}

export class Dispatcher {
  readonly file: string;
  readonly limits: Limits;
  /** What the threads share of the graph. */
  readonly topology: TopologyExchange;
  private readonly temporary: string | undefined;
  private readonly writer: Writer;
  private readonly readers: Readers;
  private readonly stopSlots: StopSlots;
  readonly durability: Durability;
  private readonly house: House & { stopping: boolean };
  private readonly sessions = new Set<DispatchSession>();
  private nextKey = 1;
  private closing: Promise<void> | undefined;
  private readonly reviewTimer: NodeJS.Timeout;

  private constructor(
    file: string,
    temporary: string | undefined,
    limits: Limits,
    parts: {
      writer: Writer;
      readers: Readers;
      inline: Inline;
      topology: TopologyExchange;
      stopSlots: StopSlots;
      durability: Durability;
      settings: readonly Setting[];
      observer: Observer;
      statements: StatementLog;
    },
  ) {
    this.file = file;
    this.temporary = temporary;
    this.limits = limits;
    this.writer = parts.writer;
    this.readers = parts.readers;
    this.topology = parts.topology;
    this.stopSlots = parts.stopSlots;
    this.durability = parts.durability;
    const host = new ServerHost(this.sessions, limits, () => parts.settings);
    this.house = {
      limits,
      writer: parts.writer,
      readers: parts.readers,
      inline: parts.inline,
      stopping: false,
      host,
      observer: parts.observer,
      statements: parts.statements,
      usersChanged: () => this.reviewSessions(),
    };
    this.reviewTimer = setInterval(() => this.reviewSessions(), limits.userReviewMs).unref();
  }

  /** Fails as opening the file does. */
  static async open(options: DispatcherOptions): Promise<Dispatcher> {
    const limits = { ...defaultLimits, ...options.limits };
    const temporary = options.file === ':memory:' ? await mkdtemp(join(tmpdir(), 'trefoil-')) : undefined;
    const file = temporary === undefined ? options.file : join(temporary, 'memory.db');
    const count = Math.max(1, options.readers ?? availableParallelism() - 1);
    const topology = new TopologyExchange();
    const stopSlots = new StopSlots();
    const statements = new StatementLog();
    const shared = {
      statements,
      file,
      limits,
      topology,
      stopSlots,
      durability: options.durability ?? 'full',
      usersNeeded: options.usersNeeded ?? false,
      observer: options.observer ?? noObserver,
    };
    const countMax = Math.max(count, options.readersMax ?? count + 4);
    const settings = settingsOf({ ...options, readers: count, readersMax: countMax }, stopSlots);
    const writer = new Writer({ ...shared, role: 'writer', readOnly: options.readOnly ?? false });
    const readers = new Readers({ ...shared, count, countMax });
    try {
      // The writer first: it creates and migrates.
      await writer.ready;
      const started = readers.start();
      const inline = new Inline(await openDatabase({ file, readOnly: true, log: statements }), limits);
      // The first parse builds the grammar; better now than while clients wait.
      inline.classify('SELECT 1');
      await started;
      const { observer, durability } = shared;
      return new Dispatcher(file, temporary, limits, {
        writer,
        readers,
        inline,
        topology,
        stopSlots,
        durability,
        settings,
        observer,
        statements,
      });
    } catch (error) {
      await Promise.all([writer.close(), readers.close()]);
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  /** Without a holder the session has all rights. */
  session(holder: Holder | 'operator' = 'operator'): DispatchSession {
    const session = new DispatchSession(this.house, this.nextKey++, holder);
    this.sessions.add(session);
    return session;
  }

  closeSession(session: DispatchSession): void {
    this.sessions.delete(session);
    session.close();
  }

  /** Where users are read, as they are now. */
  get users(): UserSource {
    return this.house.inline;
  }

  /** Ends the sessions whose users are gone, or were given a new password. The one that made the first user goes on as that user. */
  private reviewSessions(): void {
    const held = [...this.sessions].filter((session) => session.holder !== 'operator');
    if (held.length === 0 || this.closing !== undefined) return;
    const users = this.newestUsers();
    const first = users?.[0];
    if (users === undefined) return;
    for (const session of held) {
      // Its own change may be in the file and not yet answered; it is looked at when that is over.
      if (session.touchesUsers) continue;
      const { holder } = session;
      if (typeof holder === 'object') {
        if (userOf(holder, users) === undefined) session.end(sessionEndedError());
      } else if (first !== undefined) {
        if (session.changedUsers) session.holder = { user: first.id, passwordNumber: first.passwordNumber };
        else
          session.end(
            new QueryError('auth/required', 'The file has users now, so everyone signs in.', { hint: 'Connect again, and sign in.' }),
          );
      }
    }
  }

  /** Undefined while the file cannot be read; the next review tries again. */
  private newestUsers(): readonly UserInfo[] | undefined {
    try {
      return this.house.inline.users();
    } catch (error) {
      if (error instanceof QueryError) return undefined;
      throw error;
    }
  }

  status(): DispatcherStatus {
    let unfinishedQueries = 0;
    for (const session of this.sessions) unfinishedQueries += session.unfinished;
    return {
      sessions: this.sessions.size,
      unfinishedQueries,
      readers: this.readers.count,
      stuckThreads: this.writer.stuckCount + this.readers.stuckCount,
    };
  }

  /** New statements fail from now on; running ones may finish for limits.stopGraceMs, then they are stopped. */
  async drain(): Promise<void> {
    this.house.stopping = true;
    const { stopGraceMs, cancelGraceMs, terminateGraceMs } = this.limits;
    if (await this.quietWithin(stopGraceMs)) return;
    for (const session of this.sessions) session.stopAll();
    await this.quietWithin(cancelGraceMs + terminateGraceMs);
  }

  /** Drains, rolls back what is open, closes the threads (the writer last, which checkpoints). */
  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  private async closeNow(): Promise<void> {
    clearInterval(this.reviewTimer);
    await this.drain();
    for (const session of [...this.sessions]) this.closeSession(session);
    await this.house.inline.close();
    await this.readers.close();
    await this.writer.close();
    this.stopSlots.close();
    if (this.temporary !== undefined) await rm(this.temporary, { recursive: true, force: true });
  }

  private async quietWithin(timeMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeMs);
    });
    const quiet = Promise.all([...this.sessions].map((session) => session.idle())).then(() => true);
    const inTime = await Promise.race([quiet, late]);
    clearTimeout(timer);
    return inTime;
  }
}

function settingsOf(options: DispatcherOptions, stopSlots: StopSlots): readonly Setting[] {
  const { durability = 'full', readOnly = false, readers, readersMax } = options;
  return [
    {
      name: 'durability',
      value: durability,
      description: 'full: a write is answered when it is on the disk. normal: the last may be lost when the power fails.',
    },
    { name: 'readOnly', value: String(readOnly), description: 'Whether statements that write are refused.' },
    { name: 'readers', value: String(readers), description: 'Reading threads that are always there.' },
    { name: 'readersMax', value: String(readersMax), description: 'Reading threads at most, while long queries hold the others.' },
    {
      name: 'interrupts',
      value: String(stopSlots.available),
      description: 'Whether statements can be stopped wherever they are inside SQLite.',
    },
  ];
}
