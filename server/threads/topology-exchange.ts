// The graphs' topologies among the threads, seen from the main thread: keeps the newest base of each that any of them has made, passes it
// on to the others and to threads that start later, and lets one at a time read a graph's first base from the file. Bases are plain
// objects over SharedArrayBuffers, so passing one on copies no edges. The main thread itself never looks into it.

import type { SharedBase } from '../../engines/share-base.ts';

/** A thread that takes bases. */
export interface TopologyThread {
  sendBase(base: SharedBase): void;
  /** It may read the first base of the graph now. */
  sendTurn(graph: number): void;
  /** The graph was dropped. */
  sendGone(graph: number): void;
}

/** What is known of one graph. */
interface Exchanged {
  newest: SharedBase | undefined;
  reading: TopologyThread | undefined;
  waiting: TopologyThread[];
}

export class TopologyExchange {
  private readonly graphs = new Map<number, Exchanged>();
  private readonly threads = new Set<TopologyThread>();
  /** Bases that threads have made, ever, with those that came too late to be passed on. */
  made = 0;

  /** What a new thread starts with. */
  get bases(): readonly SharedBase[] {
    return [...this.graphs.values()].flatMap(({ newest }) => (newest ? [newest] : []));
  }

  /** Call as soon as the thread can be sent messages. */
  join(thread: TopologyThread): void {
    this.threads.add(thread);
  }

  leave(thread: TopologyThread): void {
    this.threads.delete(thread);
    for (const graph of this.graphs.keys()) this.endTurn(thread, graph);
  }

  /** A thread has made a base. One that is not newer than ours goes no further; its thread is told of ours, if they are alike. */
  offer(thread: TopologyThread, base: SharedBase): void {
    this.made++;
    const of = this.of(base.graph);
    if (of.newest !== undefined && base.number <= of.newest.number) {
      if (base.number === of.newest.number) thread.sendBase(of.newest);
      return;
    }
    of.newest = base;
    // Who waits for a turn has no need of one any more.
    of.waiting = [];
    for (const other of this.threads) if (other !== thread) other.sendBase(base);
  }

  wantTurn(thread: TopologyThread, graph: number): void {
    const of = this.of(graph);
    // A base is on its way to it.
    if (of.newest !== undefined) return;
    of.waiting.push(thread);
    nextTurn(of, graph);
  }

  endTurn(thread: TopologyThread, graph: number): void {
    const of = this.of(graph);
    of.waiting = of.waiting.filter((other) => other !== thread);
    if (of.reading !== thread) return;
    of.reading = undefined;
    nextTurn(of, graph);
  }

  /** The graph was dropped. A thread that still reads it on an older snapshot has its base in hand. */
  forget(from: TopologyThread, graph: number): void {
    const of = this.graphs.get(graph);
    if (of?.newest === undefined) return;
    of.newest = undefined;
    for (const other of this.threads) if (other !== from) other.sendGone(graph);
  }

  private of(graph: number): Exchanged {
    let of = this.graphs.get(graph);
    if (!of) this.graphs.set(graph, (of = { newest: undefined, reading: undefined, waiting: [] }));
    return of;
  }
}

function nextTurn(of: Exchanged, graph: number): void {
  if (of.reading !== undefined) return;
  of.reading = of.waiting.shift();
  of.reading?.sendTurn(graph);
}
