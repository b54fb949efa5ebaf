// One query's way out of its thread: head, rows, done and error events in order, rows only as far as the client's window and the
// socket's bytes allow. Who produces rows waits here; when the thread must not wait (a write before its commit, a result in whose
// way the next statement stands) the outlet buffers up to a limit instead.
//
//   outlet.grant(100, 1 << 20); outlet.head(columns); await outlet.rows(batch); outlet.done({…, last: true});

import { wireRow } from '../../engines/json.ts';
import type { Row } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import type { Measure } from '../observe.ts';
import type { WireColumn, WireError, WireNotice, WireStats } from '../protocol/frames.ts';

/** What leaves the outlet. `rows` is finished JSON text of `count` rows. */
export type OutEvent =
  | { readonly kind: 'head'; readonly columns: readonly WireColumn[] }
  | { readonly kind: 'rows'; readonly text: string; readonly count: number }
  | {
      readonly kind: 'done';
      readonly last: boolean;
      readonly stats: WireStats;
      readonly notices: readonly WireNotice[];
      /** Not for the client. */
      readonly measure?: Measure | undefined;
    }
  | { readonly kind: 'error'; readonly error: WireError };

/** What a query gives to the one who sent it. */
export type QueryEvent = OutEvent | ProgressEvent;

/** How far the statement under way is: it leaves beside the others and never through an outlet. */
export interface ProgressEvent {
  readonly kind: 'progress';
  readonly read: number;
  readonly of?: number;
  /** `of` is of what the thread itself counts. Not for the client. */
  readonly inStats?: true;
}

type Waiting = Exclude<OutEvent, { kind: 'rows' }> | RowsWaiting;

/** `rows` while there is credit to come soon, `texts` (one JSON text a row) once they are buffered and counted. */
interface RowsWaiting {
  readonly kind: 'batch';
  readonly rows: readonly Row[] | undefined;
  readonly texts: readonly string[];
  readonly count: number;
  /** Of a write that is done: whatever its size, it is given out. */
  readonly kept?: true;
  at: number;
}

export interface OutletLimits {
  readonly frameRows: number;
  readonly frameTargetBytes: number;
  readonly bufferedResultBytes: number;
  /** Of one row. */
  readonly connectionBufferBytes: number;
  readonly stallMs: number;
}

export class Outlet {
  private readonly send: (event: OutEvent) => void;
  private readonly limits: OutletLimits;
  private queue: Waiting[] = [];
  private creditRows = 0;
  private creditBytes = 0;
  private buffering = false;
  private bufferedBytes = 0;
  private held = false;
  private wake: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  private stallTimer: NodeJS.Timeout | undefined;
  private closed = false;
  /** The client wants no more rows. */
  discarded = false;
  private sentBytes = 0;
  /** A row that may not leave. */
  private tooLarge: QueryError | undefined;
  /** Rows that were buffered, ever. */
  bufferedRows = 0;
  /** Set when the buffer is over its limit; the statement's check throws it. */
  overflow: QueryError | undefined;

  private readonly waits: ((waiting: boolean) => void) | undefined;

  /** `waits` is told when the producer begins and ends to wait for credit. */
  constructor(limits: OutletLimits, send: (event: OutEvent) => void, waits?: (waiting: boolean) => void) {
    this.limits = limits;
    this.send = send;
    this.waits = waits;
  }

  /** True once the last event has left. */
  get empty(): boolean {
    return this.queue.length === 0;
  }

  /** Bytes of rows that have been written down: those that have left, and those that are kept. */
  get bytes(): number {
    return this.sentBytes + this.bufferedBytes;
  }

  grant(rows: number, bytes: number): void {
    this.creditRows += rows;
    this.creditBytes += bytes;
    this.pump();
  }

  head(columns: readonly WireColumn[]): void {
    this.put({ kind: 'head', columns });
  }

  done(last: boolean, stats: WireStats, notices: readonly WireNotice[], measure?: Measure): void {
    this.put({ kind: 'done', last, stats, notices, measure });
  }

  /** Ends the output. Rows of the failed statement that are still waiting are dropped: the error makes them void. Results before it stay. */
  fail(error: WireError): void {
    this.dropRows(this.queue.findLastIndex((item) => item.kind === 'done') + 1);
    this.put({ kind: 'error', error });
  }

  /**
   * Takes a batch. Gives a promise when the producer must wait before the next one; it rejects when the client lets the result stall. Throws, or
   * rejects with, `limit/result-bytes` for a row that is too large.
   */
  rows(batch: readonly Row[]): Promise<void> | undefined {
    if (this.discarded || batch.length === 0) return undefined;
    if (this.buffering) this.queue.push(this.texts(batch));
    else this.queue.push({ kind: 'batch', rows: batch, texts: [], count: batch.length, at: 0 });
    this.pump();
    if (this.tooLarge !== undefined) throw this.tooLarge;
    if (this.queue.length === 0 || this.buffering) return undefined;
    return new Promise((resolve, reject) => {
      this.wake = { resolve, reject };
      this.waits?.(true);
    });
  }

  /** Takes rows that a finished write left in memory anyway: nobody waits for them to leave, and they count towards no limit. */
  keep(batch: readonly Row[]): void {
    if (this.discarded || batch.length === 0) return;
    this.queue.push({ kind: 'batch', rows: batch, texts: [], count: batch.length, kept: true, at: 0 });
    this.pump();
  }

  /** From now on nothing waits: what has no credit is kept, up to limits.bufferedResultBytes. */
  buffer(): void {
    if (this.buffering) return;
    this.buffering = true;
    this.queue = this.queue.map((item) => (item.kind === 'batch' && item.rows !== undefined ? this.texts(item.rows.slice(item.at)) : item));
    this.release(undefined);
  }

  /** Nothing leaves until `letGo`: for results whose commit is still to come. */
  hold(): void {
    this.held = true;
    this.buffer();
  }

  letGo(): void {
    this.held = false;
    this.pump();
  }

  /** Forgets everything that was held: the statement runs once more. */
  restart(): void {
    this.queue = [];
    this.bufferedBytes = 0;
    this.bufferedRows = 0;
    this.overflow = undefined;
  }

  /** Replaces everything that was held by an error. */
  abandon(error: WireError): void {
    this.queue = [];
    this.held = false;
    this.put({ kind: 'error', error });
  }

  discard(): void {
    this.discarded = true;
    this.dropRows(0);
    this.pump();
    this.release(undefined);
  }

  /** The statement was told to stop: whoever waits here goes on and finds out. */
  interrupt(error: unknown): void {
    this.release(error);
  }

  /** Nobody listens any more. */
  close(): void {
    this.closed = true;
    this.queue = [];
    this.discarded = true;
    clearTimeout(this.stallTimer);
    this.release(undefined);
  }

  private put(event: Exclude<OutEvent, { kind: 'rows' }>): void {
    this.queue.push(event);
    this.pump();
  }

  private texts(batch: readonly Row[]): RowsWaiting {
    const texts = batch.map(wireRow);
    this.bufferedRows += texts.length;
    for (const text of texts) this.bufferedBytes += text.length;
    if (this.bufferedBytes > this.limits.bufferedResultBytes) this.overflow ??= overflowError(this.limits.bufferedResultBytes);
    return { kind: 'batch', rows: undefined, texts, count: texts.length, at: 0 };
  }

  private dropRows(from: number): void {
    this.queue = this.queue.filter((item, i) => i < from || item.kind !== 'batch');
  }

  private release(error: unknown): void {
    const { wake } = this;
    this.wake = undefined;
    if (wake !== undefined) this.waits?.(false);
    if (error === undefined) wake?.resolve();
    else wake?.reject(error);
  }

  private pump(): void {
    if (this.held || this.closed) return;
    let index = 0;
    for (; index < this.queue.length; index++) {
      const item = this.queue[index] as Waiting;
      if (item.kind !== 'batch') this.send(item);
      else if (!this.sendRows(item)) break;
    }
    if (index > 0) this.queue.splice(0, index);
    clearTimeout(this.stallTimer);
    this.stallTimer = undefined;
    if (this.queue.length === 0) this.release(undefined);
    else this.stallTimer = setTimeout(() => this.stalled(), this.limits.stallMs).unref();
  }

  /** Sends what the credit allows; true when the whole batch has left. */
  private sendRows(item: RowsWaiting): boolean {
    while (item.at < item.count) {
      if (this.creditRows <= 0 || this.creditBytes <= 0) return false;
      const { text, count } = this.frameOf(item, Math.min(item.count - item.at, this.creditRows, this.limits.frameRows));
      if (this.tooLarge !== undefined) {
        this.release(this.tooLarge);
        return false;
      }
      item.at += count;
      this.creditRows -= count;
      this.creditBytes -= text.length;
      if (item.rows === undefined) this.bufferedBytes -= text.length;
      this.sentBytes += text.length;
      this.send({ kind: 'rows', text, count });
    }
    return true;
  }

  /** The next rows, at least one, up to `rowsMax` and until the frame has its size. */
  private frameOf(item: RowsWaiting, rowsMax: number): { readonly text: string; readonly count: number } {
    let text = '';
    let count = 0;
    while (count < rowsMax && text.length < this.limits.frameTargetBytes) {
      const at = item.at + count;
      const row = item.rows === undefined ? (item.texts[at] as string) : wireRow(item.rows[at] as Row);
      if (row.length > this.limits.connectionBufferBytes && item.kept !== true) this.tooLarge = rowError(this.limits.connectionBufferBytes);
      text += count === 0 ? row : `,${row}`;
      count++;
    }
    return { text: `[${text}]`, count };
  }

  private stalled(): void {
    const seconds = this.limits.stallMs / 1000;
    const error = new QueryError('limit/stalled', `The client left the result unread for ${seconds} seconds.`, {
      hint: 'Read results to their end, or discard them.',
    });
    if (this.wake !== undefined) return this.release(error);
    this.abandon({ code: error.code, message: error.message, retryable: false, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

function rowError(bytes: number): QueryError {
  return new QueryError('limit/result-bytes', `A row of the result is larger than ${bytes} bytes.`, {
    hint: 'Ask for parts of it, as with substr(text, start, length) or list[from..to].',
  });
}

function overflowError(bytes: number): QueryError {
  return new QueryError('limit/result-buffer', `A result that has to be kept until the client reads it is larger than ${bytes} bytes.`, {
    hint: 'Within a transaction read a result to its end before the next statement; outside, send a large query in a text of its own.',
  });
}
