// The change log of the graph: what the in-memory topology of every thread reads to catch up. Written in the transaction of the
// change itself. A row is a batch of changes of one kind; its number is that of its last change.

import type { GraphChange } from '../../storage.ts';
import type { SqliteConnection } from './driver.ts';

/** At least this many of the newest changes are kept. */
export const changesKept = 100_000;
/** Old rows are removed once for so many changes. */
const pruneEvery = 10_000;
/** A larger batch is only counted, not listed: whoever is behind reads everything anew, which is faster. */
const changesListedMax = 20_000;

type Kind = GraphChange['kind'];

export class ChangeLog {
  readonly #connection: SqliteConnection;
  readonly #table: string;

  constructor(connection: SqliteConnection, table: string) {
    this.#connection = connection;
    this.#table = table;
  }

  number(): number {
    const row = this.#connection.get(`SELECT max(number) FROM ${this.#table}`, [], 'number');
    return (row?.[0] as number | null) ?? 0;
  }

  /** `items`: JSON texts, one per change: `id` for nodes, `[id,label]` for labels, `[id,type,from,to]` for edges. */
  append(kind: Kind, items: readonly string[]): void {
    if (items.length === 0) return;
    const before = this.number();
    const number = before + items.length;
    const listed = items.length <= changesListedMax;
    this.#connection.run(`INSERT INTO ${this.#table} (number, count, kind, items) VALUES (?, ?, ?, ?)`, [
      BigInt(number),
      BigInt(items.length),
      listed ? kind : 'many',
      listed ? `[${items.join(',')}]` : '[]',
    ]);
    if (Math.floor(before / pruneEvery) !== Math.floor(number / pruneEvery)) {
      this.#connection.run(`DELETE FROM ${this.#table} WHERE number <= ?`, [BigInt(number - changesKept)]);
    }
  }

  /** The changes after a number, or undefined if they are not all there any more. */
  since(after: number): GraphChange[] | undefined {
    const rows = this.#connection.all(
      `SELECT number, count, kind, items FROM ${this.#table} WHERE number > ? ORDER BY number`,
      [BigInt(after)],
      'number',
    );
    const changes: GraphChange[] = [];
    let next = after + 1;
    for (const [last, count, kind, items] of rows as [number, number, Kind | 'many', string][]) {
      const first = last - count + 1;
      if (kind === 'many' || first > next) return undefined;
      const listed = JSON.parse(items) as (number | number[])[];
      for (let i = next - first; i < listed.length; i++) changes.push(changeOf(kind, first + i, listed[i] ?? 0));
      next = last + 1;
    }
    return changes;
  }
}

function changeOf(kind: Kind, number: number, item: number | number[]): GraphChange {
  const [a = 0, b = 0, c = 0, d = 0] = typeof item === 'number' ? [item] : item;
  switch (kind) {
    case 'addNode':
    case 'removeNode':
      return { number, kind, id: a };
    case 'addLabel':
    case 'removeLabel':
      return { number, kind, id: a, label: b };
    case 'addEdge':
    case 'removeEdge':
      return { number, kind, id: a, type: b, from: c, to: d };
  }
}
