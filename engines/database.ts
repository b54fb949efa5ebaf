// A Database: the engines (connections) that this thread has on one file, lent to sessions for a statement or a transaction.
// A file has as many as are in use at once; `:memory:` has a single one, so sessions take turns.

import { QueryError } from '../parser/error.ts';
import type { Catalog, UserInfo } from './catalog.ts';
import type { Credentials, Engine } from './engine.ts';
import { PlanCache } from './prepare-statement.ts';
import { ScriptSession } from './run-script.ts';
import type { Database, Session } from './session.ts';
import type { Principal } from './users/rights.ts';
import { StatementLog } from './statement-log.ts';

export interface Lease {
  readonly engine: Engine;
  release(): void;
}

/** What a session sees of its Database. */
export interface EnginePool {
  /** An engine outside a transaction, to be released. */
  acquire(): Promise<Lease>;
  /** As it is now: what another statement of this thread reads in its snapshot may be older. */
  newestCatalog(): Catalog;
  plansOf(engine: Engine): PlanCache;
  /** A database in memory, empty and for one statement. */
  openScratch(): Promise<EnginePool & Database>;
  catalog(): Catalog;
  /** What has been run, here or on all threads. */
  readonly log: StatementLog;
  /** The engine of the open group commit. */
  readonly group: Engine | undefined;
  /** True if there is one engine only: reads are drained before the next statement runs. */
  readonly buffered: boolean;
}

/** How long a session waits for the only engine of a `:memory:` database. */
const engineWaitMs = 5_000;
/** Idle connections kept open. */
const idleEnginesMax = 4;

/** One per thread and file. */
export class EngineDatabase implements Database, EnginePool {
  readonly file: string;
  readonly buffered: boolean;
  group: Engine | undefined;
  private groupLease: Lease | undefined;
  private readonly openEngine: () => Promise<Engine>;
  private readonly idle: Engine[] = [];
  private readonly plans = new Map<Engine, PlanCache>();
  private readonly waiting: ((engine: Engine) => void)[] = [];
  private readonly first: Engine;
  private closed = false;

  readonly openScratch: () => Promise<EnginePool & Database>;
  readonly log: StatementLog;

  constructor(
    file: string,
    first: Engine,
    openEngine: () => Promise<Engine>,
    openScratch: () => Promise<EnginePool & Database>,
    log = new StatementLog(),
  ) {
    this.log = log;
    this.file = file;
    this.openScratch = openScratch;
    this.buffered = file === ':memory:';
    this.openEngine = openEngine;
    this.first = first;
    this.idle.push(first);
  }

  session(): Session {
    return new ScriptSession(this);
  }

  catalog(): Catalog {
    return this.first.catalog();
  }

  newestCatalog(): Catalog {
    return (this.group ?? this.idle.at(-1) ?? this.first).catalog();
  }

  users(): readonly UserInfo[] {
    return this.newestCatalog().users;
  }

  credentials(name: string): Promise<Credentials | undefined> {
    return (this.idle.at(-1) ?? this.first).users.credentials(name);
  }

  tokenHolder(hash: string): Promise<Principal | undefined> {
    return (this.idle.at(-1) ?? this.first).users.tokenHolder(hash);
  }

  plansOf(engine: Engine): PlanCache {
    let cache = this.plans.get(engine);
    if (!cache) {
      cache = new PlanCache();
      this.plans.set(engine, cache);
    }
    return cache;
  }

  forgetPlans(): void {
    for (const cache of this.plans.values()) cache.clear();
  }

  async acquire(): Promise<Lease> {
    if (this.closed) throw new QueryError('storage/closed', 'The database is closed.');
    const engine = this.idle.pop() ?? (this.buffered ? await this.wait() : await this.openEngine());
    let released = false;
    return {
      engine,
      release: () => {
        if (released) return;
        released = true;
        this.giveBack(engine);
      },
    };
  }

  private giveBack(engine: Engine): void {
    const next = this.waiting.shift();
    if (next) next(engine);
    else if (this.closed || (this.idle.length >= idleEnginesMax && engine !== this.first)) {
      this.plans.delete(engine);
      engine.close();
    } else this.idle.push(engine);
  }

  private wait(): Promise<Engine> {
    return new Promise((resolve, reject) => {
      const take = (engine: Engine): void => {
        clearTimeout(timer);
        resolve(engine);
      };
      const timer = setTimeout(() => {
        const at = this.waiting.indexOf(take);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(
          new QueryError('storage/busy', `Another transaction has held the database for ${engineWaitMs / 1000} seconds.`, {
            retryable: true,
            hint: 'Try again when it has ended.',
          }),
        );
      }, engineWaitMs);
      this.waiting.push(take);
    });
  }

  async beginGroup(): Promise<void> {
    const lease = await this.acquire();
    try {
      await lease.engine.transactions.begin();
    } catch (error) {
      lease.release();
      throw error;
    }
    this.group = lease.engine;
    this.groupLease = lease;
  }

  /** If the commit fails, everything since beginGroup is undone and the error is thrown. */
  async commitGroup(): Promise<void> {
    const lease = this.groupLease;
    if (!lease) return;
    this.group = undefined;
    this.groupLease = undefined;
    try {
      await lease.engine.transactions.commit();
    } catch (error) {
      await lease.engine.transactions.rollback();
      throw error;
    } finally {
      lease.release();
    }
  }

  groupStands(): boolean {
    const lease = this.groupLease;
    if (lease === undefined || lease.engine.transactions.inTransaction) return true;
    this.group = undefined;
    this.groupLease = undefined;
    lease.release();
    return false;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.groupLease) {
      await this.groupLease.engine.transactions.rollback();
      this.groupLease.release();
    }
    if (this.idle.includes(this.first)) this.first.schema.dropTemporary();
    for (const engine of this.idle) engine.close();
    this.idle.length = 0;
  }
}
