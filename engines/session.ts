// The engine's front door: what the server and the in-process library call. One Database per thread and file; a Session per
// connection keeps the transaction. engines/open.ts makes Databases; engines/run-script.ts implements Session.

import type { UserInfo } from './catalog.ts';
import type { Credentials, Notice, RunStats, Work } from './engine.ts';
import type { StatementLog } from './statement-log.ts';
import type { Host } from './host.ts';
import type { Type } from './plan/type.ts';
import type { Model, StatementModel } from './statement-model.ts';
import type { Principal } from './users/rights.ts';
import type { Row, Value } from './value.ts';

export interface RunOptions {
  readonly parameters?: ReadonlyMap<string, Value> | undefined;
  readonly batchRows?: number | undefined;
  /** Refuse statements that write: `bind/read-only`. */
  readonly readOnly?: boolean | undefined;
  /** The session's graph, for a caller that keeps it; null: the default one. Absent: the Session keeps it. */
  readonly graph?: string | null | undefined;
  /** Whose rights the statements have. Absent: all rights, for who has the file in hand. */
  readonly principal?: Principal | undefined;
  /** The last user must not be dropped: the server listens where others reach it. */
  readonly usersNeeded?: boolean | undefined;
  /** Documents may come as JsonText: for results that are only encoded for the wire. */
  readonly rawJson?: boolean | undefined;
  /** Called between batches and inside long loops; throws to stop the statement. */
  readonly check?: (() => void) | undefined;
  /** The number under which another thread can stop it inside SQLite, if the database was opened `watched`. */
  readonly stopSlot?: number | undefined;
  /** Told how far the statement can come to be. */
  readonly progress?: Progress | undefined;
  readonly keeping?: Keeping | undefined;
  /** The server that the statement came to. */
  readonly host?: Host | undefined;
  /** What all threads of the server have run, for SHOW STATEMENTS and ADVISE. Absent: the Database's own log. */
  readonly log?: StatementLog | undefined;
  /** Test modes. */
  readonly modes?: RunModes | undefined;
}

/** Whoever shows how far a statement is. The rows that SQLite goes through are counted under the number of `stopSlot`. */
export interface Progress {
  /** The number under which SQLite counts for statements without a `stopSlot`. */
  readonly slot?: number | undefined;
  /** A statement begins, which goes through about so many rows, where that is known. */
  begin(rows: number | undefined, counts?: ProgressCounts): void;
}

/** What a statement under way counts by itself. */
export interface ProgressCounts {
  /** What comes out of SQL and of the graph. */
  readonly stats: RunStats;
  /** What is looked at in the graph. */
  readonly walked?: Pick<Work, 'entries'>;
  /** The rows that it goes through are those of `stats`, and not of scans inside SQLite. */
  readonly inStats?: true;
}

export interface RunModes {
  readonly noRules?: boolean;
  readonly noPushdown?: boolean;
  readonly reprint?: boolean;
  /** SQL counts the rows that its loops visit, for the log of statements. */
  readonly counting?: boolean;
}

/** How a caller that may stop a statement knows what stays of it all the same. */
export interface Keeping {
  /**
   * What the statement did is about to stay: in the file (`commits`), or in the open transaction. From here on it cannot be stopped.
   * Throws when it has been told to stop; then nothing may stay.
   */
  begins(commits: boolean): void;
  /** Now it stays, or it failed and does not. Not told by statements of a group, whose commit comes later. */
  ended(stays: boolean): void;
}

/** One statement's result. Consume `batches` to the end before asking for the next statement; stats and notices are complete then. */
export interface StatementResult {
  /** Empty for statements that give no rows. */
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  readonly batches: AsyncIterable<Row[]>;
  readonly stats: RunStats;
  readonly notices: readonly Notice[];
  /** 'query', 'createTable', 'begin', … */
  readonly statement: string;
  /** Of SESSION SET and RESET: the session's graph from now on; null: the default one. */
  readonly graph?: string | null | undefined;
  /** Of statements with a plan. */
  readonly planned?: Planned | undefined;
}

export interface Planned {
  readonly model: StatementModel;
  readonly models: readonly Model[];
  /** Of a run that was counted, when it is at its end. */
  readonly work?: Work | undefined;
  /** The plan was known from an earlier run. */
  readonly cached: boolean;
  /** The plan as text, a node a line. */
  print(): string;
}

/** What the server must know of a text before it chooses a thread. Never throws for bad input: an error is found again when the text is run. */
export interface Classification {
  readonly writes: boolean;
  /** Every statement is a handful of index look-ups: may run on the sockets' thread. */
  readonly light: boolean;
  /** Has BEGIN, COMMIT or ROLLBACK, or a statement about savepoints. */
  readonly controlsTransaction: boolean;
  readonly beginsReadOnly: boolean;
  /** Has BEGIN, COMMIT or ROLLBACK: whoever sends it knows that a transaction that was lost is over. */
  readonly endsTransaction: boolean;
  /** Is a ROLLBACK alone. */
  readonly rollsBack: boolean;
  /** Has only statements about the server: a transaction has nothing to do with them. */
  readonly forHost: boolean;
  /** Has SESSION SET or RESET. */
  readonly setsSession: boolean;
  /** Has a statement about users or tokens. */
  readonly changesUsers: boolean;
  /** Has SHOW STATEMENTS or ADVISE. */
  readonly readsLog: boolean;
}

export interface Session {
  readonly inTransaction: boolean;
  /** In the last text SQLite has rolled back the open transaction by itself, because a statement in it was stopped or the disk failed. */
  readonly transactionLost: boolean;
  /** Parses the whole text first (a syntax error anywhere runs nothing), then binds and runs statement by statement. A failed statement outside a transaction leaves no trace; inside one, its own changes are undone and the transaction goes on. */
  run(text: string, options?: RunOptions): AsyncIterable<StatementResult>;
  classify(text: string): Classification;
  /** Rolls back an open transaction. */
  close(): Promise<void>;
}

export interface Database {
  readonly file: string;
  readonly log: StatementLog;
  session(): Session;
  /** Lets go of the prepared plans and the constants in them (a long list, a long text). */
  forgetPlans(): void;
  /** As it is now. */
  users(): readonly UserInfo[];
  /** What a password for this name is compared with. */
  credentials(name: string): Promise<Credentials | undefined>;
  /** Who signs in with a token of this hash. */
  tokenHolder(hash: string): Promise<Principal | undefined>;
  /** Opens a transaction that the coming `run` calls of autocommitted statements share; each is a savepoint (group commit). */
  beginGroup(): Promise<void>;
  commitGroup(): Promise<void>;
  /** False when SQLite has rolled the group's transaction back by itself; then it is over, with all that was done in it. */
  groupStands(): boolean;
  close(): Promise<void>;
}
