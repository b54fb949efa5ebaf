// Messages between the main thread and its workers as flat lists. A message is copied by structured clone, which takes several times as
// long for objects, with their names, as for the same values in one list; and an answered statement sends three of them.
//
//   unpackEach(pack([{ kind: 'free', ticket: 7, left: 'none', graph: null }]), take) → take({ kind: 'free', ticket: 7, … })

import type { WireColumn, WireNotice } from '../protocol/frames.ts';
import type { Measure } from '../observe.ts';
import type { FromWorker, TransactionLeft } from './messages.ts';
import type { OutEvent } from './outlet.ts';

/** What follows each other in a list: a number that says what comes, its values, and the next number. */
const kinds = { other: 0, head: 1, done: 2, free: 3 } as const;

/** A list that can be sent, and is for `unpackEach` only. */
export type Packed = readonly unknown[];

/** Those that are sent for each statement are taken apart, the others go as they are. */
export function pack(messages: readonly FromWorker[]): Packed {
  const list: unknown[] = [];
  for (const message of messages) {
    if (message.kind === 'free') list.push(kinds.free, message.ticket, message.left, message.graph);
    else if (message.kind !== 'out') list.push(kinds.other, message);
    else if (message.event.kind === 'head') list.push(kinds.head, message.ticket, unlessEmpty(message.event.columns));
    else if (message.event.kind === 'done') packDone(list, message.ticket, message.event);
    else list.push(kinds.other, message);
  }
  return list;
}

function packDone(list: unknown[], ticket: number, { last, stats, notices, measure }: OutEvent & { kind: 'done' }): void {
  const names = Object.keys(stats);
  list.push(kinds.done, ticket, last, unlessEmpty(notices), names.length);
  for (const name of names) list.push(name, stats[name]);
  list.push(measure?.model, measure?.planCached, measure?.workMs, measure?.slow);
}

/** Hands the messages over one after another. */
export function unpackEach(list: Packed, take: (message: FromWorker) => void): void {
  const reader = new Reader(list);
  while (!reader.atEnd) take(readMessage(reader));
}

/** What `pack` wrote is read in the same order, so each value has the type that it was written with. */
class Reader {
  private readonly list: Packed;
  private at = 0;

  constructor(list: Packed) {
    this.list = list;
  }

  get atEnd(): boolean {
    return this.at >= this.list.length;
  }

  next<T>(): T {
    return this.list[this.at++] as T;
  }
}

function readMessage(reader: Reader): FromWorker {
  const kind = reader.next<number>();
  if (kind === kinds.other) return reader.next<FromWorker>();
  const ticket = reader.next<number>();
  switch (kind) {
    case kinds.free:
      return { kind: 'free', ticket, left: reader.next<TransactionLeft>(), graph: reader.next<string | null>() };
    case kinds.head:
      return { kind: 'out', ticket, event: { kind: 'head', columns: reader.next<readonly WireColumn[] | null>() ?? [] } };
    default:
      return { kind: 'out', ticket, event: readDone(reader) };
  }
}

function readDone(reader: Reader): OutEvent & { kind: 'done' } {
  const last = reader.next<boolean>();
  const notices = reader.next<readonly WireNotice[] | null>() ?? [];
  const stats: { rows: number; timeMs: number; [name: string]: number } = { rows: 0, timeMs: 0 };
  for (let left = reader.next<number>(); left > 0; left--) stats[reader.next<string>()] = reader.next<number>();
  return { kind: 'done', last, stats, notices, measure: readMeasure(reader) };
}

function readMeasure(reader: Reader): Measure | undefined {
  const model = reader.next<Measure['model'] | undefined>();
  const measure = { planCached: reader.next<boolean | undefined>(), workMs: reader.next<number>(), slow: reader.next<Measure['slow']>() };
  return model && { model, ...measure };
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
