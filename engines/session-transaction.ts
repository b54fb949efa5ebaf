// The transaction of one session: BEGIN, COMMIT and ROLLBACK, and the engine that holds it meanwhile. Statements (run-script.ts)
// ask here for an engine to read with and for a transaction to write in.

import { didYouMean, QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import type { EnginePool, Lease } from './database.ts';
import type { Engine, Stop } from './engine.ts';
import type { Keeping } from './session.ts';

/** An engine for a statement. */
export interface Loan extends Lease {
  /** No transaction is open on it: the statement may begin one to read in, and ends it before the release. */
  readonly free: boolean;
}

/** How the statement under way is stopped, and who hears what stays of it. */
interface Stopping extends Stop {
  readonly keeping?: Keeping | undefined;
}

/** What a broken constraint undoes: the statement, nothing of what it did so far, or the whole transaction. */
export type OnConstraint = 'abort' | 'fail' | 'rollback';

/** One for all statements, since none runs inside another, and a name that stays is prepared once. */
const statementSavepoint = 'trefoil_statement';

interface Held {
  readonly lease: Lease;
  readonly readOnly: boolean;
  readonly startedAt: Date;
  /** A SAVEPOINT began it, and its RELEASE ends it. */
  readonly bySavepoint: boolean;
}

export class SessionTransaction {
  private readonly pool: EnginePool;
  private held: Held | undefined;
  /** The user's savepoints, the innermost last. */
  private readonly names: string[] = [];
  /** SQLite rolled the last transaction back by itself. */
  lost = false;

  constructor(pool: EnginePool) {
    this.pool = pool;
  }

  /** The engine that holds the open transaction; undefined outside of one. */
  get engine(): Engine | undefined {
    return this.held?.lease.engine;
  }

  /** When the open transaction began; undefined outside of one. */
  get startedAt(): Date | undefined {
    return this.held?.startedAt;
  }

  get readOnly(): boolean {
    return this.held?.readOnly ?? false;
  }

  async begin(statement: Pick<Ast.Begin, 'readOnly' | 'span'>, stop: Stopping, bySavepoint = false): Promise<void> {
    if (this.held) {
      throw new QueryError('bind/transaction', 'A transaction is open already.', {
        span: statement.span,
        hint: 'COMMIT or ROLLBACK it first; transactions do not nest.',
      });
    }
    const lease = await this.pool.acquire();
    const { transactions } = lease.engine;
    try {
      if (statement.readOnly) await transactions.beginRead();
      else await transactions.begin(stop.check);
      // The first read fixes the snapshot.
      lease.engine.catalog();
      stop.keeping?.begins(false);
    } catch (error) {
      if (transactions.inTransaction) await transactions.rollback();
      lease.release();
      throw error;
    }
    this.held = { lease, readOnly: statement.readOnly, startedAt: new Date(), bySavepoint };
    this.lost = false;
    stop.keeping?.ended(true);
  }

  async end(statement: Ast.Commit | Ast.Rollback, stop: Stopping): Promise<void> {
    const { held } = this;
    if (!held) {
      const what = statement.kind === 'commit' ? 'commit' : 'roll back';
      throw new QueryError('bind/transaction', `There is no transaction to ${what}.`, {
        span: statement.span,
        hint: 'Start one with BEGIN.',
      });
    }
    if (statement.kind === 'rollback') return keep(stop, false, () => this.rollBack());
    await this.commit(held, stop);
  }

  private async commit({ lease, readOnly }: Held, stop: Stopping): Promise<void> {
    // If this fails the transaction stays open, to be tried again or rolled back.
    await keep(stop, !readOnly, () => lease.engine.transactions.commit());
    this.letGo();
  }

  /** SAVEPOINT, RELEASE and ROLLBACK TO. As in SQLite, a SAVEPOINT outside of a transaction begins one, which its RELEASE commits. */
  async savepoint(statement: Ast.Savepoint, stop: Stopping): Promise<void> {
    if (statement.kind === 'savepoint') {
      if (!this.held) await this.begin({ readOnly: false, span: statement.span }, stop, true);
      await this.held?.lease.engine.transactions.savepoint(savepointName(this.names.length));
      this.names.push(statement.name.text);
      return;
    }
    const at = this.names.findLastIndex((name) => name.toLowerCase() === statement.name.text.toLowerCase());
    const { held } = this;
    if (at < 0 || !held) throw unknownSavepoint(statement, this.names);
    const { engine } = held.lease;
    if (statement.kind === 'rollbackTo') {
      await keep(stop, false, () => engine.transactions.rollbackTo(savepointName(at)));
      this.names.length = at + 1;
    } else if (at === 0 && held.bySavepoint) {
      await this.commit(held, stop);
    } else {
      await engine.transactions.release(savepointName(at));
      this.names.length = at;
    }
  }

  /** VACUUM writes the whole file anew, which SQLite does only outside of transactions. */
  async vacuum({ span }: Ast.Maintain, stop: Stop): Promise<void> {
    if (this.held) throw new QueryError('bind/transaction', 'VACUUM cannot stand in a transaction.', { span, hint: 'COMMIT first.' });
    const lease = await this.pool.acquire();
    try {
      lease.engine.setCheck(stop);
      lease.engine.schema.vacuum();
    } finally {
      lease.engine.setCheck();
      lease.release();
    }
  }

  /** Rolls back what is open. */
  async rollBack(): Promise<void> {
    try {
      await this.engine?.transactions.rollback();
    } finally {
      this.letGo();
    }
  }

  private letGo(): void {
    const { held } = this;
    this.held = undefined;
    this.names.length = 0;
    held?.lease.release();
  }

  /** An engine to read with: that of the open transaction, or one to be given back. */
  async lend(): Promise<Loan> {
    if (this.held) return { engine: this.held.lease.engine, free: false, release: () => {} };
    const lease = await this.pool.acquire();
    return { engine: lease.engine, free: true, release: () => lease.release() };
  }

  /** Runs `work` in a transaction of its own; in the session's transaction or in a group, in a savepoint, so that a failure undoes this statement alone. */
  async write<T>(stop: Stopping, work: (engine: Engine) => Promise<T>, onConstraint: OnConstraint = 'abort'): Promise<T> {
    const around = this.engine ?? this.pool.group;
    if (around) return this.inSavepoint(around, stop, work, onConstraint);
    const lease = await this.pool.acquire();
    const { engine } = lease;
    let stays = false;
    const commit = async (): Promise<void> => {
      await keep(stop, true, () => engine.transactions.commit());
      stays = true;
    };
    try {
      await engine.transactions.begin(stop.check);
      const result = await checked(engine, stop, work).catch(orKeep(engine, onConstraint, commit));
      await commit();
      return result;
    } catch (error) {
      if (!stays) await engine.transactions.rollback();
      throw error;
    } finally {
      lease.release();
    }
  }

  private async inSavepoint<T>(
    engine: Engine,
    stop: Stopping,
    work: (engine: Engine) => Promise<T>,
    onConstraint: OnConstraint,
  ): Promise<T> {
    const name = statementSavepoint;
    const { transactions } = engine;
    await transactions.savepoint(name);
    let stays = false;
    const release = async (): Promise<void> => {
      // In a group it stays with the commit of all.
      if (this.held) await keep(stop, false, () => transactions.release(name));
      else {
        stop.keeping?.begins(false);
        await transactions.release(name);
      }
      stays = true;
    };
    try {
      const result = await checked(engine, stop, work).catch(orKeep(engine, onConstraint, release));
      await release();
      return result;
    } catch (error) {
      if (stays) throw error;
      if (transactions.inTransaction && onConstraint === 'rollback' && isConstraint(error) && this.engine === engine) {
        await transactions.rollback();
      } else if (transactions.inTransaction) {
        await transactions.rollbackTo(name);
        await transactions.release(name);
      } else {
        // SQLite ended the transaction itself, as it does when the disk is full, and when a write is stopped from outside.
        await transactions.rollback();
        this.lost = this.engine === engine;
      }
      if (!transactions.inTransaction && this.engine === engine) this.letGo();
      throw error;
    }
  }
}

/** For OR FAIL: what the statement did before the row that broke a constraint stays. */
function orKeep(engine: Engine, onConstraint: OnConstraint, stay: () => Promise<void>): (error: unknown) => Promise<never> {
  return async (error) => {
    if (onConstraint === 'fail' && isConstraint(error) && engine.transactions.inTransaction) await stay();
    throw error;
  };
}

/** `work` makes lasting what the statement did, unless it was told to stop before. */
async function keep({ keeping }: Stopping, commits: boolean, work: () => Promise<void>): Promise<void> {
  keeping?.begins(commits);
  let stays = false;
  try {
    await work();
    stays = true;
  } finally {
    keeping?.ended(stays);
  }
}

/** A foreign key is looked at when the statement is over, so nothing of it can stay. */
function isConstraint(error: unknown): boolean {
  return error instanceof QueryError && error.code.startsWith('constraint/') && error.code !== 'constraint/foreign-key';
}

/** `work` with the check at hand for long SQL statements, and asked once more before anything is committed. */
async function checked<T>(engine: Engine, stop: Stop, work: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    engine.setCheck(stop);
    const result = await work(engine);
    stop.check?.();
    return result;
  } finally {
    engine.setCheck();
  }
}

/** Names of ours, by depth: the user's may be anything, and the same twice. */
function savepointName(depth: number): string {
  return `user_${depth}`;
}

function unknownSavepoint(statement: Ast.Savepoint, names: readonly string[]): QueryError {
  const near = didYouMean(statement.name.text, names);
  return new QueryError('bind/unknown-savepoint', `There is no savepoint "${statement.name.text}".`, {
    span: statement.name.span,
    hint: near ?? 'SAVEPOINT name makes one; COMMIT and ROLLBACK end all.',
  });
}
