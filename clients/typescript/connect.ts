// The client library: connects to a Trefoil server over WebSocket, in Node and in browsers. The same interface as a file opened in
// process (server/open.ts).
//
//   const db = await connect('ws://127.0.0.1:7333');
//   for await (const row of db.query('SELECT name FROM customer WHERE id = $id', { id: 1 })) console.log(row.name);
//   await db.close();

import {
  type Client,
  type ClientResult,
  type Parameters,
  progressMs,
  type QueryOptions,
  type RowObject,
} from '../../server/protocol/client.ts';
import { decodeRowsFrame } from '../../server/protocol/decode.ts';
import { encodeParameters } from '../../server/protocol/encode.ts';
import { ClientError, clientError } from '../../server/protocol/error.ts';
import { Flight } from '../../server/protocol/flight.ts';
import { type HelloAuth, protocolVersion, type ServerFrame, type WelcomeFrame } from '../../server/protocol/frames.ts';
import { InFlight } from '../../server/protocol/in-flight.ts';
import { flightResults, lastRowObjects } from '../../server/protocol/results.ts';
import { mayHoldSeveral, type ObjectRows, objectRows } from '../../server/protocol/rows.ts';
import { openSocket, type Socket } from './socket.ts';

export type {
  Client,
  ClientEdge,
  ClientErrorShape,
  ClientNode,
  ClientPath,
  ClientProgress,
  ClientResult,
  ClientSummary,
  ClientTemporal,
  ClientValue,
  Parameters,
  QueryOptions,
  RowObject,
  TemporalKind,
} from '../../server/protocol/client.ts';
export { Temporal } from '../../server/protocol/decode.ts';
export { Float, float } from '../../server/protocol/encode.ts';
export { ClientError } from '../../server/protocol/error.ts';

export interface ConnectOptions {
  readonly user?: string;
  readonly password?: string;
  /** In place of user and password. */
  readonly token?: string;
  /** Certificates to trust besides the system's own, in PEM form; for wss:// in Node. */
  readonly ca?: string;
  /** How the client calls itself; for logs. */
  readonly client?: string;
  readonly connectTimeoutMs?: number;
  /** Defaults for every query. */
  readonly windowRows?: number;
  readonly timeoutMs?: number;
  readonly typed?: boolean;
}

/** A connection, with what the server said of itself. */
export interface ServerClient extends Client {
  readonly server: Pick<WelcomeFrame, 'server' | 'version' | 'session' | 'features' | 'durability' | 'limits'>;
  /** Comes when the connection is over, whoever ended it, with the reason. */
  readonly closed: Promise<ClientError>;
}

/** Connects and says hello. Fails with `protocol/unreachable`, `protocol/version` or `auth/*`. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<ServerClient> {
  const target = splitUrl(url);
  const socket = await openSocket(target.url, options.connectTimeoutMs ?? 10_000, options.ca);
  const client = new SocketClient(socket, { ...target, ...options });
  await client.hello();
  return client;
}

function authOf({ user, password, token }: ConnectOptions): HelloAuth | undefined {
  if (token !== undefined) return { token };
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** `wss://ada:secret@host`: what stands before the @ is not part of the address. */
function splitUrl(url: string): { readonly url: string; readonly user?: string; readonly password?: string } {
  const parts = /^(wss?:\/\/)([^/?#@]*)@(.*)$/is.exec(url);
  if (parts === null) return { url };
  const [, scheme = '', account = '', rest = ''] = parts;
  const [user = '', ...password] = account.split(':');
  return {
    url: scheme + rest,
    user: decodeURIComponent(user),
    ...(password.length === 0 ? {} : { password: decodeURIComponent(password.join(':')) }),
  };
}

class SocketClient implements ServerClient {
  private readonly socket: Socket;
  private readonly options: ConnectOptions;
  private readonly flights = new InFlight<Flight>();
  private readonly welcomed: Promise<WelcomeFrame>;
  private welcome: { resolve: (frame: WelcomeFrame) => void; reject: (error: Error) => void } | undefined;
  private welcomeFrame: WelcomeFrame | undefined;
  private nextId = 1;
  /** Why nothing more can be sent. */
  private over: ClientError | undefined;
  private whenClosed: (() => void) | undefined;
  readonly closed: Promise<ClientError>;
  private tellClosed: (error: ClientError) => void = () => undefined;

  constructor(socket: Socket, options: ConnectOptions) {
    this.socket = socket;
    this.options = options;
    this.welcomed = new Promise((resolve, reject) => {
      this.welcome = { resolve, reject };
    });
    this.closed = new Promise((resolve) => {
      this.tellClosed = resolve;
    });
    socket.addEventListener('message', (event) => this.receive(event.data));
    socket.addEventListener('close', (event) => this.socketClosed(event.code, event.reason));
    socket.addEventListener('error', () => undefined);
  }

  get server(): WelcomeFrame {
    if (this.welcomeFrame === undefined) throw new Error('hello comes first');
    return this.welcomeFrame;
  }

  async hello(): Promise<void> {
    const { client } = this.options;
    const auth = authOf(this.options);
    this.send({
      type: 'hello',
      client: client ?? 'trefoil-typescript',
      version: protocolVersion,
      ...(auth === undefined ? {} : { auth }),
    });
    this.welcomeFrame = await this.welcomed;
  }

  query(text: string, parameters?: Parameters, options?: QueryOptions): ObjectRows {
    return objectRows(
      text,
      () => this.run(text, parameters, options),
      () => this.readAll(text, parameters, options),
    );
  }

  async *run(text: string, parameters: Parameters = {}, options: QueryOptions = {}): AsyncGenerator<ClientResult> {
    const { signal } = options;
    const flight = this.start(text, parameters, options);
    const abort = (): void => flight.cancel();
    signal?.addEventListener('abort', abort);
    try {
      yield* flightResults(flight);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private async readAll(text: string, parameters: Parameters = {}, options: QueryOptions = {}): Promise<RowObject[]> {
    const { signal } = options;
    const flight = this.start(text, parameters, options);
    if (signal === undefined) return lastRowObjects(flight);
    const abort = (): void => flight.cancel();
    signal.addEventListener('abort', abort);
    try {
      return await lastRowObjects(flight);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    if (this.socket.readyState === 3) return;
    const closed = new Promise<void>((resolve) => {
      this.whenClosed = resolve;
    });
    this.end(clientError('protocol/connection-lost', 'The connection was closed by this program.'));
    this.socket.close(1000, 'closed by the client');
    await closed;
  }

  private start(text: string, parameters: Parameters, options: QueryOptions): Flight {
    if (options.signal?.aborted) throw clientError('limit/cancelled', 'The statement was cancelled before it was sent.');
    if (this.over !== undefined) throw this.over;
    const id = this.nextId++;
    const typed = options.typed ?? this.options.typed ?? false;
    const windowRows = options.windowRows ?? this.options.windowRows ?? this.server.limits['windowRows'] ?? 1024;
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
    const params = encodeParameters(parameters, typed);
    const fields = {
      type: 'query',
      id,
      text,
      window: windowRows,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(options.readOnly === undefined ? {} : { readOnly: options.readOnly }),
      ...(options.onProgress && { progressMs }),
    };
    const flight = new Flight(
      {
        pull: (rows) => this.send({ type: 'pull', id, rows }),
        discard: () => this.send({ type: 'discard', id }),
        cancel: () => this.send({ type: 'cancel', id }),
      },
      { windowRows, typed, sole: !mayHoldSeveral(text), onProgress: options.onProgress },
    );
    this.flights.add(id, flight);
    // Parameters are text already: numbers in it show whether they are integers or floats.
    this.socket.send(params === '{}' ? JSON.stringify(fields) : `${JSON.stringify(fields).slice(0, -1)},"params":${params}}`);
    return flight;
  }

  private send(frame: object): void {
    if (this.over === undefined) this.socket.send(JSON.stringify(frame));
  }

  private receive(data: unknown): void {
    try {
      const text = String(data);
      this.take(JSON.parse(text) as ServerFrame, text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.end(
        error instanceof ClientError ? error : clientError('protocol/bad-frame', `The server sent a frame that cannot be read: ${reason}.`),
      );
      this.socket.close(4002, 'bad frame');
    }
  }

  private take(frame: ServerFrame, text: string): void {
    switch (frame.type) {
      case 'welcome':
        this.welcome?.resolve(frame);
        return;
      case 'head':
        this.flights.get(frame.id)?.put({ kind: 'head', columns: frame.columns });
        return;
      case 'rows': {
        const flight = this.flights.get(frame.id);
        if (flight !== undefined) flight.put({ kind: 'rows', rows: decodeRowsFrame(text, frame.rows, flight.typed) });
        return;
      }
      case 'done': {
        const { id, last, stats, notices } = frame;
        this.flights.get(id)?.put({ kind: 'done', last, summary: { stats, notices } });
        if (last) this.flights.delete(id);
        return;
      }
      case 'progress':
        this.flights.get(frame.id)?.onProgress?.(frame);
        return;
      case 'error':
        return this.failed(new ClientError(frame.error), frame.id);
      case 'pong':
        return;
    }
  }

  private failed(error: ClientError, id: number | undefined): void {
    if (id === undefined) return this.end(error);
    this.flights.get(id)?.put({ kind: 'error', error });
    this.flights.delete(id);
  }

  private socketClosed(code: number, reason: string): void {
    const tooLarge = code === 1009;
    const why = reason === '' ? `code ${code}` : `code ${code}, ${reason}`;
    this.end(
      tooLarge
        ? clientError(
            'limit/frame-bytes',
            'The statement with its parameters is larger than the server takes in one frame.',
            'Send it in parts.',
          )
        : clientError(
            'protocol/connection-lost',
            `The connection to the server is gone (${why}).`,
            'Connect again; what was not answered may or may not have been done.',
            true,
          ),
    );
    this.whenClosed?.();
  }

  /** The connection is over: everything in flight fails with the same error. */
  private end(error: ClientError): void {
    if (this.over !== undefined) return;
    this.over = error;
    this.tellClosed(error);
    this.welcome?.reject(error);
    for (const flight of this.flights.values()) flight.put({ kind: 'error', error });
    this.flights.clear();
  }
}
