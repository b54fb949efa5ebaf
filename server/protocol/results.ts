// What a program reads of one query in flight: its statements' results one after another, each an async iterable of rows.

import type { ClientResult, ClientSummary, ClientValue, RowObject } from './client.ts';
import type { WireColumn } from './frames.ts';
import type { Flight } from './flight.ts';
import { rowObject } from './rows.ts';

/** The results of a flight. Leaving the loop early drops the rest. */
export async function* flightResults(flight: Flight): AsyncGenerator<ClientResult> {
  try {
    for (;;) {
      const event = await flight.next();
      if (event.kind === 'rows') continue;
      if (event.kind === 'done') {
        if (event.last) return;
        continue;
      }
      const result = new FlightResult(flight, event.columns);
      yield result;
      await result.discard();
      if (result.last) return;
    }
  } finally {
    flight.discard();
  }
}

/** The rows of a flight's last statement as objects: what `query(…).all()` gives, without an iterator for each step between. */
export async function lastRowObjects(flight: Flight): Promise<RowObject[]> {
  let names: readonly string[] = [];
  let objects: RowObject[] = [];
  for (;;) {
    const event = await flight.next();
    switch (event.kind) {
      case 'head':
        names = event.columns.map((column) => column.name);
        objects = [];
        break;
      case 'rows':
        for (const row of event.rows) objects.push(rowObject(names, row));
        flight.taken(event.rows.length);
        break;
      case 'done':
        if (event.last) return objects;
    }
  }
}

class FlightResult implements ClientResult {
  readonly columns: readonly WireColumn[];
  private readonly flight: Flight;
  private end: ClientSummary | undefined;
  private failure: unknown;
  last = false;

  constructor(flight: Flight, columns: readonly WireColumn[]) {
    this.flight = flight;
    this.columns = columns;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ClientValue[]> {
    for (let rows = await this.nextRows(); rows !== undefined; rows = await this.nextRows()) {
      for (const row of rows) yield row;
      this.flight.taken(rows.length);
    }
  }

  async summary(): Promise<ClientSummary> {
    await this.discard();
    return this.end as ClientSummary;
  }

  /** Goes to the statement's end without keeping rows. Of a text's only statement the server need not send the rest; before later ones it is read. */
  async discard(): Promise<void> {
    if (this.flight.sole && this.end === undefined) this.flight.discard();
    for (let rows = await this.nextRows(); rows !== undefined; rows = await this.nextRows()) this.flight.taken(rows.length);
  }

  private async nextRows(): Promise<readonly (readonly ClientValue[])[] | undefined> {
    if (this.failure !== undefined) throw this.failure;
    if (this.end !== undefined) return undefined;
    try {
      const event = await this.flight.next();
      if (event.kind === 'rows') return event.rows;
      if (event.kind === 'done') {
        this.end = event.summary;
        this.last = event.last;
      }
      return undefined;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
