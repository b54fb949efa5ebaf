// The graph's base among the engines of one file: what one of them has read or merged, the others take. Within a thread that is
// one variable; server/threads/topology-exchange.ts carries it from thread to thread, so that a graph is in memory once.

import type { TopologyGraphEngine } from './graph/graph-engine.ts';
import type { SharedBase } from './graph/base.ts';

export type { SharedBase } from './graph/base.ts';

/** The way to other threads. */
export interface BaseChannel {
  /** A base was made here. Called once for each, never for one that came from elsewhere. */
  onNewBase(base: SharedBase): void;
  /**
   * Called before the first base is read from storage. Resolves when no other thread is at that, perhaps with a base in hand by
   * now; `check` is asked meanwhile and may throw. The function that it gives is called when the reading is over, well or not.
   */
  takeTurn(check: () => void): Promise<() => void>;
}

/** One per thread and file. */
export class ShareBase {
  private readonly channel: BaseChannel | undefined;
  private current: SharedBase | undefined;
  /** Those that are no news to the other threads. */
  private readonly told = new WeakSet<SharedBase>();

  constructor(channel?: BaseChannel) {
    this.channel = channel;
  }

  get newest(): SharedBase | undefined {
    return this.current;
  }

  /** Takes a base from another thread, unless ours is newer. Of two that are alike that one stands, so that all have the same. */
  receive(base: SharedBase): void {
    this.told.add(base);
    if (this.current === undefined || base.number >= this.current.number) this.current = base;
  }

  /** Brings an engine's topology to its snapshot, with the newest base that fits in. */
  async catchUp(graph: TopologyGraphEngine, check: () => void): Promise<void> {
    const cold = this.current === undefined && graph.exportBase() === undefined;
    const leave = cold ? await this.channel?.takeTurn(check) : undefined;
    try {
      if (this.current) graph.adoptBase(this.current);
      await graph.catchUp();
      this.publish(graph.exportBase());
    } finally {
      leave?.();
    }
  }

  private publish(base: SharedBase | undefined): void {
    if (!base) return;
    if (this.current === undefined || base.number > this.current.number) this.current = base;
    if (this.told.has(base)) return;
    this.told.add(base);
    this.channel?.onNewBase(base);
  }
}
