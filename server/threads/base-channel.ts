// A worker's end of threads/topology-exchange.ts: tells the main thread of bases made here, takes those made elsewhere, and waits for
// its turn before it reads a first base from the file.

import { type BaseChannel, ShareBase, type SharedBase } from '../../engines/share-base.ts';
import type { FromWorker } from './messages.ts';

/** How often one who waits for a turn looks whether its statement must stop. */
const checkEveryMs = 10;

/** A turn that this thread waits for. */
interface Asking {
  answered: boolean;
  wake: (() => void) | undefined;
}

export class WorkerBaseChannel implements BaseChannel {
  readonly share: ShareBase;
  private readonly send: (message: FromWorker) => void;
  /** By graph. */
  private readonly asking = new Map<number, Asking>();

  /** `send` passes on at once. */
  constructor(first: readonly SharedBase[], send: (message: FromWorker) => void) {
    this.send = send;
    this.share = new ShareBase(this);
    for (const base of first) this.share.receive(base);
  }

  receiveBase(base: SharedBase): void {
    this.share.receive(base);
    answer(this.asking.get(base.graph));
  }

  receiveTurn(graph: number): void {
    const asking = this.asking.get(graph);
    // Who wanted it may have been stopped.
    if (asking) answer(asking);
    else this.send({ kind: 'endTurn', graph });
  }

  receiveGone(graph: number): void {
    this.share.drop(graph);
  }

  onNewBase(base: SharedBase): void {
    this.send({ kind: 'base', base });
  }

  onGone(graph: number): void {
    this.send({ kind: 'graphGone', graph });
  }

  async takeTurn(graph: number, check: () => void): Promise<() => void> {
    while (this.asking.has(graph)) {
      // Another statement of this thread asks already, which is rare enough to look again and again.
      await new Promise((resolve) => setTimeout(resolve, checkEveryMs));
      check();
    }
    if (this.share.newest(graph) !== undefined) return () => undefined;
    const asking: Asking = { answered: false, wake: undefined };
    this.asking.set(graph, asking);
    this.send({ kind: 'wantTurn', graph });
    const leave = (): void => this.send({ kind: 'endTurn', graph });
    try {
      while (!asking.answered) {
        await pause(asking);
        check();
      }
    } catch (error) {
      leave();
      throw error;
    } finally {
      this.asking.delete(graph);
    }
    return leave;
  }
}

function answer(asking: Asking | undefined): void {
  if (!asking) return;
  asking.answered = true;
  asking.wake?.();
}

function pause(asking: Asking): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, checkEveryMs);
    asking.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
