// The bases of the graphs among the engines of one file: what one of them has read or merged, the others take. Within a thread that is
// one variable a graph; server/threads/topology-exchange.ts carries it from thread to thread, so that a graph is in memory once.

import type { SharedBase } from './graph/base.ts';
import type { TopologyGraphEngine } from './graph/graph-engine.ts';

export type { SharedBase } from './graph/base.ts';

/** The way to other threads. */
export interface BaseChannel {
  /** A base was made here. Called once for each, never for one that came from elsewhere. */
  onNewBase(base: SharedBase): void;
  /** The graph was dropped. */
  onGone(graph: number): void;
  /**
   * Called before the first base of a graph is read from storage. Resolves when no other thread is at that, perhaps with a base in hand by
   * now; `check` is asked meanwhile and may throw. The function that it gives is called when the reading is over, well or not.
   */
  takeTurn(graph: number, check: () => void): Promise<() => void>;
}

/** One per thread and file. */
export class ShareBase {
  private readonly channel: BaseChannel | undefined;
  /** The newest of each graph. */
  private readonly current = new Map<number, SharedBase>();
  /** Those that are no news to the other threads. */
  private readonly told = new WeakSet<SharedBase>();

  constructor(channel?: BaseChannel) {
    this.channel = channel;
  }

  newest(graph: number): SharedBase | undefined {
    return this.current.get(graph);
  }

  /** Takes a base from another thread, unless ours is newer. Of two that are alike that one stands, so that all have the same. */
  receive(base: SharedBase): void {
    this.told.add(base);
    const known = this.current.get(base.graph);
    if (known === undefined || base.number >= known.number) this.current.set(base.graph, base);
  }

  /** Brings an engine's topology of a graph to its snapshot, with the newest base that fits in. */
  async catchUp(graph: number, engine: TopologyGraphEngine, check: () => void): Promise<void> {
    const cold = !this.current.has(graph) && engine.exportBase() === undefined;
    const leave = cold ? await this.channel?.takeTurn(graph, check) : undefined;
    try {
      const known = this.current.get(graph);
      if (known) engine.adoptBase(known);
      await engine.catchUp();
      this.publish(engine.exportBase());
    } finally {
      leave?.();
    }
  }

  /** Gives up what is kept of graphs that were dropped. */
  forget(gone: Iterable<number>): void {
    for (const graph of gone) if (this.current.delete(graph)) this.channel?.onGone(graph);
  }

  /** Another thread says that the graph was dropped. */
  drop(graph: number): void {
    this.current.delete(graph);
  }

  private publish(base: SharedBase | undefined): void {
    if (!base) return;
    const known = this.current.get(base.graph);
    if (known === undefined || base.number > known.number) this.current.set(base.graph, base);
    if (this.told.has(base)) return;
    this.told.add(base);
    this.channel?.onNewBase(base);
  }
}
