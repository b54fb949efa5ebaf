// The reading threads. A statement takes one for itself and gives it back; when all are taken for longer than readerSpawnMs another
// is started, up to a number, so that long queries do not hold up short ones. Beyond that number statements share threads whose own
// statements only wait for their clients, so that nobody who reads slowly keeps others from reading. What is left waits in order.

import { QueryError } from '../../parser/error.ts';
import { Thread, type ThreadOptions } from './thread.ts';

export interface ReaderOptions extends Omit<ThreadOptions, 'role' | 'readOnly'> {
  readonly count: number;
  readonly countMax: number;
}

/** Waits for a reader. `fail` is called instead of `take` when none will come. */
export interface ReaderWait {
  take(thread: Thread): void;
  fail(error: unknown): void;
}

export class Readers {
  private readonly options: ReaderOptions;
  private readonly threads = new Set<Thread>();
  /** How many statements and transactions have each thread. */
  private readonly users = new Map<Thread, number>();
  private idle: { readonly thread: Thread; readonly sinceMs: number }[] = [];
  private waiting: ReaderWait[] = [];
  /** Threads that are not open yet: each will take one of those who wait. */
  private starting = 0;
  private spawnTimer: NodeJS.Timeout | undefined;
  private readonly idleTimer: NodeJS.Timeout;
  private closing = false;
  private readonly lost = new Set<Thread>();

  constructor(options: ReaderOptions) {
    this.options = options;
    this.idleTimer = setInterval(() => this.retire(), options.limits.readerIdleMs).unref();
  }

  async start(): Promise<void> {
    for (let i = 0; i < this.options.count; i++) this.spawn();
    await Promise.all([...this.threads].map((thread) => thread.ready));
  }

  /** Gives back a function that withdraws the wish. */
  take(wait: ReaderWait): () => void {
    const { limits } = this.options;
    const idle = this.closing ? undefined : this.idle.pop();
    if (idle !== undefined) this.hand(idle.thread, wait);
    else if (this.closing) wait.fail(new QueryError('limit/stopping', 'The server is stopping.', { retryable: true }));
    else if (this.waiting.length >= limits.readerQueueStatements) {
      wait.fail(
        new QueryError('limit/queue', `${limits.readerQueueStatements} statements wait for a reading thread already.`, {
          retryable: true,
          hint: 'Send it again later.',
        }),
      );
    } else {
      this.waiting.push(wait);
      this.spawnTimer ??= setTimeout(() => this.grow(), limits.readerSpawnMs);
    }
    return () => {
      this.waiting = this.waiting.filter((other) => other !== wait);
    };
  }

  give(thread: Thread): void {
    if (thread.gone || this.closing) return;
    const others = (this.users.get(thread) ?? 1) - 1;
    this.users.set(thread, others);
    if (others === 0) this.free(thread);
  }

  get count(): number {
    return this.threads.size;
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.idleTimer);
    clearTimeout(this.spawnTimer);
    for (const wait of this.waiting.splice(0)) wait.fail(new QueryError('limit/stopping', 'The server is stopping.', { retryable: true }));
    for (const thread of this.threads) this.lost.add(thread);
    await Promise.all([...this.threads].map((thread) => thread.close()));
    await Promise.all([...this.lost].map((thread) => thread.waitForEnd()));
  }

  /** Threads that were given up and still have not ended. */
  get stuckCount(): number {
    return [...this.lost].filter((thread) => !thread.ended).length;
  }

  private free(thread: Thread): void {
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push({ thread, sinceMs: performance.now() });
    else this.hand(thread, next);
  }

  private hand(thread: Thread, wait: ReaderWait): void {
    this.users.set(thread, (this.users.get(thread) ?? 0) + 1);
    wait.take(thread);
  }

  private grow(): void {
    this.spawnTimer = undefined;
    if (this.waiting.length === 0 || this.closing) return;
    const { readerSpawnMs } = this.options.limits;
    const full = this.threads.size >= this.options.countMax;
    if (full) this.share();
    else if (this.starting < this.waiting.length) this.spawn();
    if (this.waiting.length > 0) this.spawnTimer = setTimeout(() => this.grow(), full ? readerSpawnMs : readerSpawnMs * 10);
  }

  /** Gives what waits to threads that compute nothing, though somebody has them. */
  private share(): void {
    for (const thread of this.threads) {
      const users = this.users.get(thread) ?? 0;
      if (thread.busy || thread.gone || users === 0 || users >= this.options.limits.readerStatements) continue;
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.hand(thread, next);
    }
  }

  private spawn(): void {
    const { count: _, countMax: __, ...options } = this.options;
    const thread = new Thread({ ...options, role: 'reader', readOnly: true });
    let opened = false;
    this.starting++;
    this.threads.add(thread);
    thread.whenGone(() => {
      this.threads.delete(thread);
      this.users.delete(thread);
      this.idle = this.idle.filter((other) => other.thread !== thread);
      setTimeout(() => this.refill(), opened ? 0 : 1000).unref();
      this.lost.add(thread);
    });
    thread.ready.then(
      () => {
        opened = true;
        this.starting--;
        if (!thread.gone && !this.closing) this.free(thread);
      },
      (error: unknown) => {
        this.starting--;
        if (this.threads.size === 0) for (const wait of this.waiting.splice(0)) wait.fail(error);
      },
    );
  }

  private refill(): void {
    if (!this.closing && this.threads.size < this.options.count) this.spawn();
  }

  private retire(): void {
    const before = performance.now() - this.options.limits.readerIdleMs;
    for (const entry of [...this.idle]) {
      if (this.threads.size <= this.options.count || entry.sinceMs > before) continue;
      this.idle = this.idle.filter((other) => other !== entry);
      this.threads.delete(entry.thread);
      this.users.delete(entry.thread);
      void entry.thread.close();
    }
  }
}
