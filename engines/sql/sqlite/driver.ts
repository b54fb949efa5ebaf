// One connection to a SQLite file: pragmas, a statement cache by text, cursors and transactions. Everything else in this
// folder goes through it; better-sqlite3 is named only in this folder.
//
// better-sqlite3 refuses to write while a result is being read on the same connection, and cannot read one statement twice at
// once. So a cursor that is open when a write comes reads its remaining rows into memory first (it then still shows what
// was there before the write), and a text whose statement is in use is prepared a second time.

import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryError } from '../../../parser/error.ts';
import { recentlyUsed } from '../../recently-used.ts';
import { Cursor } from './cursor.ts';
import { busyError, sqliteCode, translateError, translating } from './errors.ts';
import { interruptFile } from './interrupt-file.ts';
import { throwPlainFailures } from './plain-failures.ts';

/** What better-sqlite3 takes and gives: integers are bigint (or number, if asked for), floats number. */
export type SqliteValue = null | bigint | number | string | Uint8Array;
type Bindable = SqliteValue | Record<string, SqliteValue>;
type Statement = Database.Statement<Bindable[], SqliteValue[]>;

/** How integers come out: `bigint` exactly; `number` is faster and for ids and counts below 2^53. */
export type Integers = 'bigint' | 'number';

/** Of each way that integers come out. */
const statementsCached = 500;
/** How long SQLite itself waits for a lock that another process holds for a moment. It blocks the thread. */
export const busyTimeoutMs = 500;
/** How long BEGIN waits for the only writer, without blocking the thread. */
export const lockWaitMs = 5_000;

/** Pages that a connection keeps in memory. */
const cacheKiB = 65_536;
/**
 * The same for a connection that another thread may stop. SQLite sorts in pieces as large as its cache, and nothing stops it within
 * a piece: 64 MiB take seconds, 4 MiB some 50 ms, and a whole sort takes no longer in small pieces.
 */
const watchedCacheKiB = 4096;
/** Changed pages stay in memory up to this number all the same, so that a large write does not write them twice. */
const dirtyPages = 16_384;

export interface ConnectionOptions {
  readonly readOnly?: boolean;
  readonly lockWaitMs?: number;
  /** Another thread may stop its statements (`watch`), or end this thread while it is inside SQLite. */
  readonly watched?: boolean;
  /** `full` (the default): a commit is on the disk when it returns. `normal`: the last commits may be lost when the power fails. */
  readonly durability?: Durability;
}

export type Durability = 'full' | 'normal';

/** Opens or creates a file; `:memory:` is a database of its own. Throws `storage/*`. */
export function openConnection(file: string, options: ConnectionOptions = {}): SqliteConnection {
  const readOnly = options.readOnly ?? false;
  if (file !== ':memory:') checkPath(file, readOnly);
  if (options.watched) throwPlainFailures();
  const database = translating(() => new Database(file, { readonly: readOnly && file !== ':memory:', timeout: busyTimeoutMs }));
  try {
    database.defaultSafeIntegers(true);
    database.pragma('foreign_keys = ON');
    database.pragma('recursive_triggers = ON');
    // An index over an expression calls our functions; none of those that may stand in a schema does more than compute.
    database.pragma('trusted_schema = ON');
    database.pragma('cell_size_check = ON');
    database.pragma(`cache_size = -${options.watched ? watchedCacheKiB : cacheKiB}`);
    database.pragma(`cache_spill = ${dirtyPages}`);
    database.pragma('mmap_size = 0');
    // Reads the header: tells a file that is no database.
    database.pragma('schema_version');
    if (!readOnly) {
      database.pragma('journal_mode = WAL');
      database.pragma(`synchronous = ${options.durability === 'normal' ? 'NORMAL' : 'FULL'}`);
    }
  } catch (error) {
    database.close();
    throw namedError(translateError(error), file);
  }
  const connection = new SqliteConnection(database, file, readOnly, options.lockWaitMs ?? lockWaitMs);
  if (options.watched) connection.allowWatching();
  return connection;
}

function checkPath(file: string, readOnly: boolean): void {
  const folder = dirname(file);
  if (!existsSync(folder)) throw new QueryError('storage/cannot-open', `The folder "${folder}" does not exist.`);
  if (!existsSync(file)) {
    if (readOnly)
      throw new QueryError('storage/cannot-open', `There is no file "${file}".`, { hint: 'A file opened for reading only must exist.' });
    if (!may(folder, constants.W_OK)) throw new QueryError('storage/cannot-open', `The folder "${folder}" may not be written.`);
    return;
  }
  if (!may(file, constants.R_OK)) throw new QueryError('storage/cannot-open', `The file "${file}" may not be read.`);
  if (statSync(file).isDirectory()) throw new QueryError('storage/cannot-open', `"${file}" is a folder, not a file.`);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function namedError(error: unknown, file: string): unknown {
  if (!(error instanceof QueryError)) return error;
  return new QueryError(error.code, `${error.message.slice(0, -1)}: "${file}".`, { hint: error.hint, retryable: error.retryable });
}

export class SqliteConnection {
  /** For registering functions; statements go through the methods below. */
  readonly database: Database.Database;
  readonly file: string;
  readonly readOnly: boolean;
  /** Grows whenever this connection changed the catalogue or undid such a change. */
  catalogEpoch = 0;
  /** Who counts the rows that the statement under way visits. */
  visits: { add(item: string): void } | undefined;
  /** Statements under way can be stopped by another thread, wherever in SQLite they are. */
  interruptible = false;
  #watchedSlot: number | undefined;
  /** What the statement under way goes through is counted. */
  #following = false;
  #followed: string | undefined;
  #catalogTouched = false;
  /** Of those that may write. */
  #transactions = 0;
  #writes = false;
  readonly #lockWaitMs: number;
  readonly #statements = {
    bigint: recentlyUsed<Statement>(statementsCached),
    number: recentlyUsed<Statement>(statementsCached),
  };
  #cursors: readonly Cursor[] = [];

  constructor(database: Database.Database, file: string, readOnly: boolean, waitMs: number) {
    this.database = database;
    this.file = file;
    this.readOnly = readOnly;
    this.#lockWaitMs = waitMs;
  }

  get open(): boolean {
    return this.database.open;
  }

  get inTransaction(): boolean {
    return this.database.inTransaction;
  }

  /** The number of the open transaction if it may write: as long as it is the same, nobody else has committed anything. */
  get writeTransaction(): number | undefined {
    return this.#writes && this.inTransaction ? this.#transactions : undefined;
  }

  /** All rows of a short result. */
  all(text: string, parameters: readonly SqliteValue[] = [], integers: Integers = 'bigint'): SqliteValue[][] {
    this.#count(text);
    return translating(() => this.#statement(text, integers).all(...bindable(text, parameters)));
  }

  /** SQLite's plan of a statement. Not kept: an EXPLAIN does not notice by itself that the schema has changed, but a statement that reads does. */
  explain(text: string, parameters: readonly SqliteValue[]): SqliteValue[][] {
    this.get('SELECT 1 FROM sqlite_schema');
    return translating(() => {
      const statement = this.database.prepare(`EXPLAIN QUERY PLAN ${text}`);
      return statement
        .raw(true)
        .safeIntegers(false)
        .all(...bindable(text, parameters)) as SqliteValue[][];
    });
  }

  /** The first row. */
  get(text: string, parameters: readonly SqliteValue[] = [], integers: Integers = 'bigint'): SqliteValue[] | undefined {
    return translating(() => this.#statement(text, integers).get(...bindable(text, parameters)));
  }

  /** A write without rows; gives the number of rows changed and the last rowid. */
  run(text: string, parameters: readonly SqliteValue[] = []): { changes: number; lastRowid: bigint } {
    this.settle();
    this.#count(text);
    return translating(() => {
      const result = this.#statement(text, 'bigint').run(...bindable(text, parameters));
      return { changes: result.changes, lastRowid: BigInt(result.lastInsertRowid) };
    });
  }

  /** The row that was inserted last. */
  lastRowid(): bigint {
    return this.get('SELECT last_insert_rowid()')?.[0] as bigint;
  }

  /** A write with RETURNING. */
  runReturning(text: string, parameters: readonly SqliteValue[] = []): SqliteValue[][] {
    this.settle();
    return this.all(text, parameters);
  }

  /** Several statements without parameters, not cached. */
  script(text: string): void {
    this.settle();
    translating(() => this.database.exec(text));
  }

  /** A result to be read bit by bit. Close it, or read it to its end. */
  cursor(text: string, parameters: readonly SqliteValue[] = [], integers: Integers = 'bigint'): Cursor {
    this.#count(text);
    const forget = (closed: Cursor): void => {
      this.#cursors = this.#cursors.filter((other) => other !== closed);
    };
    const cursor = translating(() => new Cursor(this.#statement(text, integers).iterate(...bindable(text, parameters)), forget));
    this.#cursors = [...this.#cursors, cursor];
    return cursor;
  }

  /** Loads the extension behind `watch`, if it was built. Between statements. */
  allowWatching(): void {
    const file = this.interruptible ? undefined : interruptFile();
    if (file === undefined) return;
    this.settle();
    translating(() => this.database.loadExtension(file));
    this.interruptible = true;
  }

  /**
   * The statement under way is the one with this number, which `interrupter` of interrupt.ts can stop; undefined: none is. `follow`: the
   * rows that it goes through are counted for whoever asks the interrupter.
   */
  watch(slot: number | undefined, follow = false): void {
    if (!this.interruptible || slot === this.#watchedSlot) return;
    this.#watchedSlot = slot;
    this.#following = follow && slot !== undefined;
    this.#followed = undefined;
    this.#ownFunction('SELECT trefoil_watch(?)', slot ?? -1);
  }

  /** The SQL statement that is run next is one of the statement that is followed. */
  #count(text: string): void {
    if (!this.#following || text === this.#followed) return;
    this.#followed = text;
    this.#ownFunction('SELECT trefoil_follow(?)', text);
  }

  #ownFunction(call: string, argument: number | string): void {
    for (;;) {
      try {
        this.#statement(call, 'number').get(argument);
        return;
      } catch (error) {
        // Late for the statement, and in the way of its end.
        if (sqliteCode(error) !== 'SQLITE_INTERRUPT') throw translateError(error);
      }
    }
  }

  /** Frees the connection of open cursors before a write. */
  settle(): void {
    for (const cursor of this.#cursors) cursor.spill();
  }

  /** Starts a transaction that may write, waiting for the writer before it. Throws `storage/busy`, and what `check` throws while it waits. */
  async begin(check?: () => void): Promise<void> {
    const deadline = Date.now() + this.#lockWaitMs;
    this.settle();
    for (;;) {
      if (this.#tryBegin()) return;
      if (Date.now() >= deadline) throw busyError();
      await sleep(2);
      check?.();
    }
  }

  #tryBegin(): boolean {
    // SQLite's own waiting would block the thread, and with it the writer that is waited for if it runs on this thread.
    this.#statement('PRAGMA busy_timeout = 0', 'number').get();
    try {
      this.#statement('BEGIN IMMEDIATE', 'number').run();
      this.#transactions++;
      this.#writes = true;
      return true;
    } catch (error) {
      if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) return false;
      throw translateError(error);
    } finally {
      this.#statement(`PRAGMA busy_timeout = ${busyTimeoutMs}`, 'number').get();
    }
  }

  /** Starts a transaction that only reads; its snapshot is that of its first read. */
  async beginRead(): Promise<void> {
    this.#writes = false;
    this.run('BEGIN DEFERRED');
  }

  async commit(): Promise<void> {
    this.run('COMMIT');
    this.#writes = false;
    this.#catalogTouched = false;
  }

  /** Undoes everything; no error if SQLite has ended the transaction already. */
  async rollback(): Promise<void> {
    if (this.inTransaction) this.run('ROLLBACK');
    this.#writes = false;
    this.#undone();
    this.#catalogTouched = false;
  }

  async savepoint(name: string): Promise<void> {
    this.run(`SAVEPOINT ${savepointName(name)}`);
  }

  async release(name: string): Promise<void> {
    this.run(`RELEASE ${savepointName(name)}`);
    if (!this.inTransaction) this.#catalogTouched = false;
  }

  /** Undoes what came after the savepoint; the savepoint stays. */
  async rollbackTo(name: string): Promise<void> {
    this.run(`ROLLBACK TO ${savepointName(name)}`);
    this.#undone();
  }

  #undone(): void {
    if (this.#catalogTouched) this.catalogEpoch++;
  }

  /** To be called by whatever changes tables, collections, indexes, labels or edge types through this connection. */
  touchCatalog(): void {
    this.catalogEpoch++;
    this.#catalogTouched = this.inTransaction;
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close();
    for (const cache of Object.values(this.#statements)) cache.clear();
    this.database.close();
  }

  #statement(text: string, integers: Integers): Statement {
    const cache = this.#statements[integers];
    const known = cache.get(text);
    if (known && !known.busy) return known;
    const statement: Statement = this.database.prepare(text);
    if (statement.reader) statement.raw(true);
    if (integers === 'number') statement.safeIntegers(false);
    if (!known) cache.set(text, statement);
    return statement;
  }
}

/** better-sqlite3 takes the values of `?1`, `?2` by name, those of `?` by position. A text has only one kind. */
function bindable(text: string, parameters: readonly SqliteValue[]): readonly Bindable[] {
  if (parameters.length === 0 || !text.includes('?1')) return parameters;
  const named: Record<string, SqliteValue> = {};
  for (let i = 0; i < parameters.length; i++) named[i + 1] = parameters[i] ?? null;
  return [named];
}

function savepointName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
