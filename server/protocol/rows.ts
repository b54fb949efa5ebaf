// `Client.query` made from `Client.run`: the rows of a text's only or last statement as objects. Both clients, over a socket
// and in process, share it.

import type { ClientResult, ClientValue, RowObject } from './client.ts';

export type ObjectRows = AsyncIterable<RowObject> & { all(): Promise<RowObject[]> };

/**
 * The last result's rows. A text with one statement streams; one that may hold several (a `;` that is not at its end) is read
 * statement by statement into memory, because only the end tells which was the last. `readAll`: a shorter way to the same rows at once.
 */
export function objectRows(text: string, run: () => AsyncIterable<ClientResult>, readAll?: () => Promise<RowObject[]>): ObjectRows {
  const rows = (): AsyncGenerator<RowObject> => (mayHoldSeveral(text) ? lastRows(run()) : onlyRows(run()));
  return {
    [Symbol.asyncIterator]: rows,
    async all() {
      if (readAll !== undefined) return readAll();
      const all: RowObject[] = [];
      for await (const row of rows()) all.push(row);
      return all;
    },
  };
}

/** False: the text is one statement for certain. */
export function mayHoldSeveral(text: string): boolean {
  return /;\s*\S/.test(text);
}

async function* onlyRows(results: AsyncIterable<ClientResult>): AsyncGenerator<RowObject> {
  for await (const result of results) {
    const names = result.columns.map((column) => column.name);
    for await (const row of result) yield rowObject(names, row);
  }
}

async function* lastRows(results: AsyncIterable<ClientResult>): AsyncGenerator<RowObject> {
  let last: RowObject[] = [];
  for await (const result of results) {
    const names = result.columns.map((column) => column.name);
    last = [];
    for await (const row of result) last.push(rowObject(names, row));
  }
  yield* last;
}

/** Of columns with the same name the last one stands. */
export function rowObject(names: readonly string[], row: readonly ClientValue[]): RowObject {
  const object: { [name: string]: ClientValue } = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const value = row[i] ?? null;
    if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
    else object[name] = value;
  }
  return object;
}
