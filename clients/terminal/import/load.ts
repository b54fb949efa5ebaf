// The heart of every import: rows in, batches out, all in one transaction. A batch that the database refuses is halved until
// the bad row stands alone, so that its line can be told (`stop`: everything is rolled back) or left out (`skip`).

import type { Client } from '../../../server/protocol/client.ts';
import { isQueryFailure, TerminalError } from '../error-text.ts';
import { execute } from '../execute.ts';

/** A record on its way: a row ready for the database, or the reason why it is none. */
export type Incoming =
  | { readonly kind: 'row'; readonly row: unknown; readonly place: string; readonly bytes: number }
  | { readonly kind: 'bad'; readonly reason: string; readonly place: string; readonly bytes: number };

export interface LoadOptions {
  readonly client: Client;
  readonly file: string;
  readonly onError: 'stop' | 'skip';
  /** Commit after this many rows; absent: once, at the end. */
  readonly commitRows?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tells of a bad row under `skip`. */
  readonly onBadRow: (message: string) => void;
  readonly onProgress: (bytes: number) => void;
}

export interface LoadReport {
  /** `row`, `document`, `node` or `edge`. */
  readonly noun: string;
  /** Rows, documents, nodes or edges that are in. */
  loaded: number;
  bad: number;
}

/** A batch refused: rows that have no place, told apart from rows that are in. */
export interface Refusal {
  readonly row: unknown;
  readonly reason: string;
}

/** Writes a batch and returns the rows that it left out. Throws when the database refuses the batch as a whole. */
export type WriteBatch = (rows: readonly unknown[]) => Promise<readonly Refusal[]>;

/** What a loader needs: rows on their way and the statement that takes them. */
export interface Prepared {
  readonly records: AsyncIterable<Incoming>;
  readonly writeBatch: WriteBatch;
  /** What the report counts. */
  readonly noun: string;
}

/** Rows in one statement. */
const batchRowsMax = 1000;
/** Bytes of the file that one statement takes at most, give or take a record: well below what a server accepts in one frame. */
const batchBytesMax = 1024 * 1024;
/** Rows put aside because their foreign key has no target yet: perhaps it stands further down in the same file. */
const deferredRowsMax = 100_000;

interface Pending {
  readonly row: unknown;
  readonly place: string;
}

/**
 * Loads one file in a transaction, in which `prepare` may make the table too. Under `stop` the first bad row throws, and nothing of
 * the open transaction stays.
 */
export async function load(prepare: () => Promise<Prepared>, options: LoadOptions): Promise<LoadReport> {
  const { client } = options;
  await execute(client, 'BEGIN');
  try {
    const prepared = await prepare();
    const report: LoadReport = { noun: prepared.noun, loaded: 0, bad: 0 };
    const loader = new Loader(prepared.writeBatch, options, report);
    for await (const item of prepared.records) {
      if (loader.add(item)) await loader.flush();
      options.onProgress(item.bytes);
    }
    await loader.finish();
    await execute(client, 'COMMIT');
    return report;
  } catch (error) {
    await execute(client, 'ROLLBACK').catch(() => undefined);
    throw error;
  }
}

class Loader {
  private readonly writeBatch: WriteBatch;
  private readonly options: LoadOptions;
  private readonly report: LoadReport;
  private batch: Pending[] = [];
  private deferred: Pending[] = [];
  private uncommitted = 0;
  private batchStartBytes = 0;

  constructor(writeBatch: WriteBatch, options: LoadOptions, report: LoadReport) {
    this.writeBatch = writeBatch;
    this.options = options;
    this.report = report;
  }

  /** True when the batch is full. */
  add(item: Incoming): boolean {
    this.options.signal?.throwIfAborted();
    if (item.kind === 'bad') {
      this.bad(item.place, item.reason);
      return false;
    }
    this.batch.push(item);
    const full = this.batch.length >= Math.min(batchRowsMax, this.options.commitRows ?? batchRowsMax);
    if (!full && item.bytes - this.batchStartBytes < batchBytesMax) return false;
    this.batchStartBytes = item.bytes;
    return true;
  }

  async finish(): Promise<void> {
    await this.flush();
    // Rows may refer to each other in any order: again, as long as it helps.
    for (let before = this.deferred.length + 1; this.deferred.length > 0 && this.deferred.length < before; ) {
      before = this.deferred.length;
      const again = this.deferred;
      this.deferred = [];
      await this.write(again, true);
    }
    const left = this.deferred;
    this.deferred = [];
    for (const row of left) await this.write([row], false);
  }

  async flush(): Promise<void> {
    const rows = this.batch;
    if (rows.length === 0) return;
    this.batch = [];
    await this.write(rows, true);
    this.uncommitted += rows.length;
    if (this.options.commitRows !== undefined && this.uncommitted >= this.options.commitRows) {
      this.uncommitted = 0;
      await execute(this.options.client, 'COMMIT');
      await execute(this.options.client, 'BEGIN');
    }
  }

  private async write(rows: readonly Pending[], mayDefer: boolean): Promise<void> {
    if (rows.length === 0) return;
    let refused: readonly Refusal[];
    try {
      refused = await this.writeBatch(rows.map((pending) => pending.row));
    } catch (error) {
      const first = rows[0];
      if (!first || !isRowFailure(error)) throw error;
      if (rows.length > 1) {
        const middle = Math.ceil(rows.length / 2);
        await this.write(rows.slice(0, middle), mayDefer);
        return this.write(rows.slice(middle), mayDefer);
      }
      if (mayDefer && error.code === 'constraint/foreign-key' && this.deferred.length < deferredRowsMax) this.deferred.push(first);
      else this.bad(first.place, error.message);
      return;
    }
    this.report.loaded += rows.length - refused.length;
    for (const { row, reason } of refused) this.bad(rows.find((pending) => pending.row === row)?.place ?? '', reason);
  }

  private bad(place: string, reason: string): void {
    const message = `${this.options.file}, ${place}: ${reason}`;
    if (this.options.onError === 'stop') {
      const kept = this.options.commitRows === undefined ? 'Nothing of this file was loaded.' : 'Batches committed before it stay.';
      throw new TerminalError(message, `${kept} --on-error skip leaves bad rows out.`);
    }
    this.report.bad++;
    this.options.onBadRow(message);
  }
}

/** Failures that belong to a row's values, not to the statement or the connection. */
function isRowFailure(error: unknown): error is Error & { readonly code: string } {
  return isQueryFailure(error) && /^((constraint|type)\/|protocol\/parameter$)/.test(error.code);
}
