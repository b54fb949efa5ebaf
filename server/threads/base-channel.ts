// A worker's end of threads/topology-exchange.ts: tells the main thread of bases made here, takes those made elsewhere, and waits for
// its turn before it reads a first base from the file.

import { type BaseChannel, ShareBase, type SharedBase } from '../../engines/share-base.ts';
import type { FromWorker } from './messages.ts';

/** How often one who waits for a turn looks whether its statement must stop. */
const checkEveryMs = 10;

export class WorkerBaseChannel implements BaseChannel {
  readonly share: ShareBase;
  private readonly send: (message: FromWorker) => void;
  private wake: (() => void) | undefined;
  private asking = false;
  private answered = false;

  /** `send` passes on at once. */
  constructor(first: SharedBase | undefined, send: (message: FromWorker) => void) {
    this.send = send;
    this.share = new ShareBase(this);
    if (first !== undefined) this.share.receive(first);
  }

  receiveBase(base: SharedBase): void {
    this.share.receive(base);
    this.answer();
  }

  receiveTurn(): void {
    // Who wanted it may have been stopped.
    if (!this.asking) this.send({ kind: 'endTurn' });
    else this.answer();
  }

  onNewBase(base: SharedBase): void {
    this.send({ kind: 'base', base });
  }

  async takeTurn(check: () => void): Promise<() => void> {
    while (this.asking) {
      // Another statement of this thread asks already, which is rare enough to look again and again.
      await new Promise((resolve) => setTimeout(resolve, checkEveryMs));
      check();
    }
    if (this.share.newest !== undefined) return () => undefined;
    this.asking = true;
    this.answered = false;
    this.send({ kind: 'wantTurn' });
    const leave = (): void => this.send({ kind: 'endTurn' });
    try {
      while (!this.answered) {
        await this.pause();
        check();
      }
    } catch (error) {
      leave();
      throw error;
    } finally {
      this.asking = false;
      this.wake = undefined;
    }
    return leave;
  }

  private answer(): void {
    this.answered = true;
    this.wake?.();
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, checkEveryMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
