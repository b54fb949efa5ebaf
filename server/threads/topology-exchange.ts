// The graph's topology among the threads, seen from the main thread: keeps the newest base that any of them has made, passes it
// on to the others and to threads that start later, and lets one at a time read a first base from the file. Bases are plain
// objects over SharedArrayBuffers, so passing one on copies no edges. The main thread itself never looks into it.

import type { SharedBase } from '../../engines/share-base.ts';

/** A thread that takes bases. */
export interface TopologyThread {
  sendBase(base: SharedBase): void;
  /** It may read the first base now. */
  sendTurn(): void;
}

export class TopologyExchange {
  private newest: SharedBase | undefined;
  private readonly threads = new Set<TopologyThread>();
  private reading: TopologyThread | undefined;
  private waiting: TopologyThread[] = [];
  /** Bases that threads have made, ever, with those that came too late to be passed on. */
  made = 0;

  /** What a new thread starts with. */
  get base(): SharedBase | undefined {
    return this.newest;
  }

  /** Call as soon as the thread can be sent messages. */
  join(thread: TopologyThread): void {
    this.threads.add(thread);
  }

  leave(thread: TopologyThread): void {
    this.threads.delete(thread);
    this.endTurn(thread);
  }

  /** A thread has made a base. One that is not newer than ours goes no further; its thread is told of ours, if they are alike. */
  offer(thread: TopologyThread, base: SharedBase): void {
    this.made++;
    if (this.newest !== undefined && base.number <= this.newest.number) {
      if (base.number === this.newest.number) thread.sendBase(this.newest);
      return;
    }
    this.newest = base;
    // Who waits for a turn has no need of one any more.
    this.waiting = [];
    for (const other of this.threads) if (other !== thread) other.sendBase(base);
  }

  wantTurn(thread: TopologyThread): void {
    // A base is on its way to it.
    if (this.newest !== undefined) return;
    this.waiting.push(thread);
    this.nextTurn();
  }

  endTurn(thread: TopologyThread): void {
    this.waiting = this.waiting.filter((other) => other !== thread);
    if (this.reading !== thread) return;
    this.reading = undefined;
    this.nextTurn();
  }

  private nextTurn(): void {
    if (this.reading !== undefined) return;
    this.reading = this.waiting.shift();
    this.reading?.sendTurn();
  }
}
