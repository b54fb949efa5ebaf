// A file opened in the caller's own thread, without sockets and threads between. One session: statements run one at a time. A
// result that the program is still reading when it sends the next statement is read into memory first, so that loops may nest.

import { openDatabase } from '../engines/open.ts';
import type { Database, Session, StatementResult } from '../engines/session.ts';
import type { Row } from '../engines/value.ts';
import { QueryError } from '../parser/error.ts';
import { clientValue } from './client-values.ts';
import type { FileProgress } from './file-progress.ts';
import { rolledBackError } from './lost-transaction.ts';
import { parameterValues } from './parameters.ts';
import { hostProcedures, type Procedure, refuseInProcedure } from './procedures.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { Client, ClientProgress, ClientResult, ClientSummary, ClientValue, Parameters, QueryOptions } from './protocol/client.ts';
import { ClientError, clientError } from './protocol/error.ts';
import type { WireColumn } from './protocol/frames.ts';
import { type ObjectRows, objectRows } from './protocol/rows.ts';
import { MemoryWatch } from './threads/memory-watch.ts';
import { wireColumns, wireNotices, wireStats } from './threads/run-text.ts';
import { wireError } from './wire-error.ts';

export interface FileClientOptions {
  readonly readOnly?: boolean;
  readonly typed?: boolean;
  readonly procedures?: readonly Procedure[];
  readonly limits?: Partial<Pick<Limits, 'memoryBytes'>>;
}

export async function openFileClient(file: string, options: FileClientOptions): Promise<Client> {
  const procedures = hostProcedures(options.procedures ?? [], options.typed ?? false);
  const database = await openDatabase({ file, readOnly: options.readOnly ?? false, procedures });
  const { memoryBytes } = { ...defaultLimits, ...options.limits };
  const memory = new MemoryWatch(memoryBytes, () => database.forgetPlans());
  return new FileClient(database, options.typed ?? false, memory);
}

/** Lets one statement in at a time; asks the one inside to read on into memory when another waits. */
class Gate {
  private inside: FileResult | undefined;
  private taken = false;
  private readonly waiting: (() => void)[] = [];

  async enter(): Promise<void> {
    if (this.taken) {
      void this.inside?.spill();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.taken = true;
  }

  holds(result: FileResult): void {
    this.inside = result;
    if (this.waiting.length > 0) void result.spill();
  }

  leave(): void {
    this.inside = undefined;
    const next = this.waiting.shift();
    if (next === undefined) this.taken = false;
    else next();
  }
}

class FileClient implements Client {
  private readonly database: Database;
  private readonly session: Session;
  private readonly typed: boolean;
  private readonly memory: MemoryWatch;
  private readonly gate = new Gate();
  private progress: FileProgress | undefined;
  private closed = false;
  /** SQLite rolled the transaction back by itself, and the program has not ended it yet. */
  private lost = false;

  constructor(database: Database, typed: boolean, memory: MemoryWatch) {
    this.memory = memory;
    this.database = database;
    this.session = database.session();
    this.typed = typed;
  }

  query(text: string, parameters?: Parameters, options?: QueryOptions): ObjectRows {
    return objectRows(text, () => this.run(text, parameters, options));
  }

  async *run(text: string, parameters: Parameters = {}, options: QueryOptions = {}): AsyncGenerator<ClientResult> {
    if (this.closed) throw clientError('protocol/connection-lost', 'The file was closed by this program.');
    refuseInProcedure();
    const typed = options.typed ?? this.typed;
    const stopped = stopCheck(options);
    const progress = options.onProgress && (await this.follow(options.onProgress));
    const check = (): void => {
      stopped();
      this.memory.check();
      progress?.tick();
    };
    const readOnly = options.readOnly ?? false;
    const run = { parameters: parameterValues(parameters, typed), readOnly, check, ...(progress && { progress }) };
    const { gate } = this;
    if (this.lost) await this.endLost(text);
    this.memory.countFromNow();
    const statements = this.session.run(text, run)[Symbol.asyncIterator]();
    let result: FileResult | undefined;
    try {
      for (;;) {
        await gate.enter();
        result = await this.nextResult(statements, { text, typed });
        if (result === undefined) return;
        yield result;
        await result.discard();
      }
    } catch (error) {
      this.lost ||= this.session.transactionLost;
      throw toClientError(error, text);
    } finally {
      await result?.discard().catch(() => undefined);
      await statements.return?.();
    }
  }

  /** Loaded for those who want to know how far a statement is, so that a single command starts quickly. */
  private async follow(onProgress: (progress: ClientProgress) => void): Promise<FileProgress> {
    this.progress ??= new (await import('./file-progress.ts')).FileProgress();
    return this.progress.follow(onProgress);
  }

  /** Fails unless the text is a ROLLBACK alone, for which a transaction is opened that it can end. */
  private async endLost(text: string): Promise<void> {
    const { endsTransaction, rollsBack } = this.session.classify(text);
    if (endsTransaction) this.lost = false;
    if (!rollsBack) throw toClientError(rolledBackError(), text);
    for await (const begun of this.session.run('BEGIN READ ONLY')) void begun;
  }

  /** Called inside the gate; leaves it when no statement is left or the next one fails, else the result does at its end. */
  private async nextResult(statements: AsyncIterator<StatementResult>, options: FileResultOptions): Promise<FileResult | undefined> {
    const started = performance.now();
    let next: IteratorResult<StatementResult>;
    try {
      next = await statements.next();
    } catch (error) {
      this.gate.leave();
      throw error;
    }
    if (next.done === true) {
      this.gate.leave();
      return undefined;
    }
    const result = new FileResult(next.value, started, options, () => this.gate.leave());
    this.gate.holds(result);
    return result;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.gate.enter();
    await this.session.close();
    await this.database.close();
    this.memory.close();
    this.progress?.close();
    this.gate.leave();
  }
}

interface FileResultOptions {
  readonly text: string;
  readonly typed: boolean;
}

class FileResult implements ClientResult {
  readonly columns: readonly WireColumn[];
  private readonly result: StatementResult;
  private readonly options: FileResultOptions;
  private readonly batches: AsyncIterator<Row[]>;
  private readonly spilled: Row[][] = [];
  private readonly leave: () => void;
  private readonly started: number;
  private rows = 0;
  private failure: unknown;
  private end: ClientSummary | undefined;
  /** One reader of `batches` at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(result: StatementResult, started: number, options: FileResultOptions, leave: () => void) {
    this.result = result;
    this.columns = wireColumns(result);
    this.options = options;
    this.batches = result.batches[Symbol.asyncIterator]();
    this.started = started;
    this.leave = leave;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ClientValue[]> {
    for (let batch = await this.next(); batch !== undefined; batch = await this.next()) {
      for (const row of batch) yield this.clientRow(row);
    }
  }

  private clientRow(row: Row): ClientValue[] {
    try {
      return row.map((value) => clientValue(value, this.options.typed));
    } catch (error) {
      throw toClientError(error, this.options.text);
    }
  }

  async summary(): Promise<ClientSummary> {
    await this.discard();
    return this.end as ClientSummary;
  }

  async discard(): Promise<void> {
    await this.inTurn(() => this.stopEarly());
    if (this.failure !== undefined) throw toClientError(this.failure, this.options.text);
  }

  /** Reads the rest into memory, because another statement wants to run. */
  async spill(): Promise<void> {
    await this.inTurn(async () => {
      for (let batch = await this.read(); batch !== undefined; batch = await this.read()) this.spilled.push(batch);
    });
  }

  private async next(): Promise<Row[] | undefined> {
    const batch = await this.inTurn(async () => this.spilled.shift() ?? (await this.read()));
    if (batch === undefined && this.failure !== undefined) throw toClientError(this.failure, this.options.text);
    return batch;
  }

  private inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(step);
    this.turn = turn;
    return turn;
  }

  /** Never throws: a failure ends the rows and is kept. */
  private async read(): Promise<Row[] | undefined> {
    if (this.end !== undefined || this.failure !== undefined) return undefined;
    try {
      const next = await this.batches.next();
      if (next.done !== true) {
        this.rows += next.value.length;
        return next.value;
      }
      this.finish();
    } catch (error) {
      this.failure = error;
      this.leave();
    }
    return undefined;
  }

  private async stopEarly(): Promise<void> {
    this.spilled.length = 0;
    if (this.end !== undefined || this.failure !== undefined) return;
    // Leaving a read early ends it; a write has been done by now.
    await this.batches.return?.();
    this.finish();
  }

  private finish(): void {
    const { result, options } = this;
    this.end = { stats: wireStats(this.rows, this.started, result.stats), notices: wireNotices(result, options.text) };
    this.leave();
  }
}

/** In this thread nothing can interrupt a running statement but its own check: the clock and an abort that came between its steps. */
function stopCheck(options: QueryOptions): () => void {
  const { signal, timeoutMs } = options;
  const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
  return () => {
    if (signal?.aborted) throw new QueryError('limit/cancelled', 'The statement was cancelled.');
    if (performance.now() > until) throw new QueryError('limit/timeout', `The statement took longer than ${timeoutMs} ms.`);
  };
}

function toClientError(error: unknown, text: string): ClientError {
  return error instanceof ClientError ? error : new ClientError(wireError(error, text));
}
