// The library's entry: opens a file in process and gives the same interface as a connection to a server. Without `threads`
// statements run in the caller's thread; with them they run as in the server, so that a long one can be cancelled.
//
//   const db = await open('shop.db');
//   for await (const row of db.query('SELECT name FROM customer')) console.log(row.name);

import { Dispatcher } from './dispatcher.ts';
import { openFileClient } from './file-client.ts';
import type { Limits } from './limits.ts';
import { parameterValues } from './parameters.ts';
import type { Client, ClientResult, Parameters, QueryOptions } from './protocol/client.ts';
import { decodeRows } from './protocol/decode.ts';
import { ClientError, clientError } from './protocol/error.ts';
import { Flight, type FlightEvent } from './protocol/flight.ts';
import { flightResults } from './protocol/results.ts';
import { mayHoldSeveral, type ObjectRows, objectRows } from './protocol/rows.ts';
import type { QueryHandle } from './query.ts';
import type { DispatchSession } from './session.ts';
import type { OutEvent } from './threads/outlet.ts';
import { wireError } from './wire-error.ts';

export type {
  Client,
  ClientEdge,
  ClientErrorShape,
  ClientNode,
  ClientPath,
  ClientResult,
  ClientSummary,
  ClientTemporal,
  ClientValue,
  Parameters,
  QueryOptions,
  RowObject,
  TemporalKind,
} from './protocol/client.ts';
export { Temporal } from './protocol/decode.ts';
export { Float, float } from './protocol/encode.ts';
export { ClientError } from './protocol/error.ts';

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Default for every query. */
  readonly typed?: boolean;
  /** Run statements in threads: several at a time, and any can be cancelled. `:memory:` is a temporary file then. */
  readonly threads?: boolean;
  /** With `threads`. */
  readonly readers?: number;
  readonly limits?: Partial<Limits>;
}

/** Opens a file, or `:memory:`. Fails with a ClientError `storage/*`. */
export async function open(file: string, options: OpenOptions = {}): Promise<Client> {
  try {
    if (options.threads !== true) return await openFileClient(file, options);
    return new DispatchClient(await Dispatcher.open({ ...options, file }), options.typed ?? false);
  } catch (error) {
    throw error instanceof ClientError ? error : new ClientError(wireError(error, ''));
  }
}

class DispatchClient implements Client {
  private readonly dispatcher: Dispatcher;
  private readonly session: DispatchSession;
  private readonly typed: boolean;
  private closed = false;

  constructor(dispatcher: Dispatcher, typed: boolean) {
    this.dispatcher = dispatcher;
    this.session = dispatcher.session();
    this.typed = typed;
  }

  query(text: string, parameters?: Parameters, options?: QueryOptions): ObjectRows {
    return objectRows(text, () => this.run(text, parameters, options));
  }

  async *run(text: string, parameters: Parameters = {}, options: QueryOptions = {}): AsyncGenerator<ClientResult> {
    const { signal } = options;
    if (this.closed) throw clientError('protocol/connection-lost', 'The file was closed by this program.');
    if (signal?.aborted) throw clientError('limit/cancelled', 'The statement was cancelled before it was sent.');
    const flight = this.start(text, parameters, options);
    const abort = (): void => flight.cancel();
    signal?.addEventListener('abort', abort);
    try {
      yield* flightResults(flight);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.dispatcher.close();
  }

  private start(text: string, parameters: Parameters, options: QueryOptions): Flight {
    const typed = options.typed ?? this.typed;
    const windowRows = options.windowRows ?? this.dispatcher.limits.windowRows;
    let handle: QueryHandle | undefined;
    const sender = {
      pull: (rows: number) => handle?.pull(rows),
      discard: () => handle?.discard(),
      cancel: () => handle?.cancel(),
    };
    const flight = new Flight(sender, { windowRows, typed, sole: !mayHoldSeveral(text) });
    const request = {
      text,
      windowRows,
      parameters: parameterValues(parameters, typed),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.readOnly === undefined ? {} : { readOnly: options.readOnly }),
    };
    handle = this.session.run(request, (event) => flight.put(flightEvent(event, typed)));
    return flight;
  }
}

function flightEvent(event: OutEvent, typed: boolean): FlightEvent {
  switch (event.kind) {
    case 'head':
      return event;
    case 'rows':
      return { kind: 'rows', rows: decodeRows(event.text, typed) };
    case 'done':
      return { kind: 'done', last: event.last, summary: { stats: event.stats, notices: event.notices } };
    case 'error':
      return { kind: 'error', error: new ClientError(event.error) };
  }
}
