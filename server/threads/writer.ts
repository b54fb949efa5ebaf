// The one writing thread, seen from the main thread: autocommitted statements go to it as they come (it lets those that wait together
// share a commit); a session with a transaction owns it until the end of that. What cannot go yet waits here in order of arrival.

import { QueryError } from '../../parser/error.ts';
import { Thread, type ThreadOptions } from './thread.ts';

/** Waits for the writer. */
export interface WriterWait {
  /** Set by the writer: those that have it together with this one. */
  sharing?: Sharing;
  /** True: it wants the writer for itself, until `release`. */
  readonly exclusive: boolean;
  take(thread: Thread): void;
  fail(error: unknown): void;
}

interface Sharing {
  statements: number;
}

export class Writer {
  private readonly options: ThreadOptions;
  private thread: Thread;
  private opened = false;
  private owner: WriterWait | undefined;
  private waiting: WriterWait[] = [];
  private sharing: Sharing = { statements: 0 };
  private closing = false;
  private ending: Promise<void> | undefined;
  private readonly lost = new Set<Thread>();

  constructor(options: ThreadOptions) {
    this.options = options;
    this.thread = this.spawn();
  }

  get ready(): Promise<void> {
    return this.thread.ready;
  }

  /** Calls `take` now or later. Gives back a function that withdraws the wish while it waits: true if it did. */
  take(wait: WriterWait): () => boolean {
    const { writerQueueStatements, writerQueueTransactions } = this.options.limits;
    if (this.closing) wait.fail(new QueryError('limit/stopping', 'The server is stopping.', { retryable: true }));
    else if (this.waiting.length + this.sharing.statements >= writerQueueStatements) {
      wait.fail(
        new QueryError('limit/queue', `${writerQueueStatements} statements wait for the writer already.`, {
          retryable: true,
          hint: 'Send it again later.',
        }),
      );
    } else if (wait.exclusive && this.waiting.filter((other) => other.exclusive).length >= writerQueueTransactions) {
      wait.fail(
        new QueryError('limit/queue', `${writerQueueTransactions} transactions wait for the writer already.`, {
          retryable: true,
          hint: 'Send it again later.',
        }),
      );
    } else {
      this.waiting.push(wait);
      this.pump();
    }
    return () => {
      const before = this.waiting.length;
      this.waiting = this.waiting.filter((other) => other !== wait);
      if (this.waiting.length === before) return false;
      this.pump();
      return true;
    };
  }

  /** After `take`: the statement, or the owner's transaction, has ended. */
  release(wait: WriterWait): void {
    if (wait.exclusive) {
      if (this.owner === wait) this.owner = undefined;
    } else if (wait.sharing !== undefined) wait.sharing.statements--;
    this.pump();
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const wait of this.waiting.splice(0)) wait.fail(new QueryError('limit/stopping', 'The server is stopping.', { retryable: true }));
    await this.ending;
    this.lost.add(this.thread);
    await this.thread.close();
    await Promise.all([...this.lost].map((thread) => thread.waitForEnd()));
  }

  /** Threads that were given up and still have not ended. */
  get stuckCount(): number {
    return [...this.lost].filter((thread) => !thread.ended).length;
  }

  private pump(): void {
    while (this.opened && this.owner === undefined && !this.closing) {
      const next = this.waiting[0];
      if (next === undefined || (next.exclusive && this.sharing.statements > 0)) return;
      this.waiting.shift();
      if (next.exclusive) this.owner = next;
      else this.share(next);
      next.take(this.thread);
    }
  }

  private share(wait: WriterWait): void {
    wait.sharing = this.sharing;
    this.sharing.statements++;
  }

  private spawn(): Thread {
    const thread = new Thread(this.options);
    this.opened = false;
    thread.ready.then(
      () => {
        this.opened = true;
        this.pump();
      },
      (error: unknown) => {
        for (const wait of this.waiting.splice(0)) wait.fail(error);
      },
    );
    thread.whenGone(() => {
      const wasOpen = this.opened;
      this.opened = false;
      this.owner = undefined;
      this.sharing = { statements: 0 };
      this.lost.add(thread);
      if (this.closing) return;
      this.ending = new Promise((resolve) => {
        setTimeout(
          () => {
            if (!this.closing) this.thread = this.spawn();
            resolve();
          },
          wasOpen ? 0 : 1000,
        );
      });
    });
    return thread;
  }
}
