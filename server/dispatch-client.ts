// A file opened in process whose statements run in threads, as in the server: several at a time, and any can be cancelled. The same
// interface as a connection to a server; open.ts is the way in.

import { Dispatcher } from './dispatcher.ts';
import { parameterValues } from './parameters.ts';
import { type Client, type ClientResult, type Parameters, progressMs, type QueryOptions } from './protocol/client.ts';
import { decodeRows } from './protocol/decode.ts';
import { ClientError, clientError } from './protocol/error.ts';
import { Flight, type FlightEvent } from './protocol/flight.ts';
import { flightResults } from './protocol/results.ts';
import { mayHoldSeveral, type ObjectRows, objectRows } from './protocol/rows.ts';
import type { QueryHandle } from './query.ts';
import type { DispatchSession } from './session.ts';
import type { OutEvent } from './threads/outlet.ts';
import type { OpenOptions } from './open.ts';

/** Opens a file, or a temporary one for `:memory:`. */
export async function openDispatchClient(file: string, options: OpenOptions): Promise<Client> {
  return new DispatchClient(await Dispatcher.open({ ...options, file }), options.typed ?? false);
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
    if (this.closed) return;
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
      ...(options.onProgress && { progressMs }),
    };
    handle = this.session.run(request, (event) => {
      if (event.kind === 'progress') options.onProgress?.(event);
      else flight.put(flightEvent(event, typed));
    });
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
