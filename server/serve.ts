// Starts a server on one file: WebSocket and HTTP on one port, a dispatcher behind them. Signals are the command line's business.
//
//   const server = await startServer({ file: 'shop.db', port: 7333 });   await server.stop();

import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Durability } from '../engines/open.ts';
import { QueryError } from '../parser/error.ts';
import { Connection } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { answerHttp, isLoopback, originAllowed } from './http.ts';
import type { Limits } from './limits.ts';
import { subprotocol } from './protocol/frames.ts';

export { readLimit } from './limits.ts';

export interface ServerOptions {
  /** `:memory:` is a temporary file that goes when the server stops. */
  readonly file: string;
  /** Default 127.0.0.1. Another than a loopback address needs a token. */
  readonly host?: string;
  /** Default 7333; 0 takes a free one. */
  readonly port?: number;
  /** What clients must send as `hello.auth.token` or `Authorization: Bearer`. */
  readonly token?: string;
  /** Origins of web pages that may connect, besides the server's own. */
  readonly origins?: readonly string[];
  readonly readOnly?: boolean;
  readonly readers?: number;
  readonly readersMax?: number;
  readonly limits?: Partial<Limits>;
  /** Default `full`: a write is answered when it is on the disk. `normal`: the last ones may be lost when the power fails, not when the server dies. */
  readonly durability?: Durability;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** `ws://127.0.0.1:7333` */
  readonly url: string;
  readonly file: string;
  /** Lets running statements finish, rolls back the rest, closes the file. Says how many threads could not be ended: then only a signal ends the process. */
  stop(): Promise<{ readonly stuckThreads: number }>;
}

/** Fails with `auth/required` for a public address without a token, `storage/*` if the file does not open, `protocol/listen` if the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const loopback = isLoopback(host);
  if (!loopback && options.token === undefined) {
    throw new QueryError('auth/required', `Listening on ${host} lets others reach the data, so it needs a token.`, {
      hint: 'Give a token, or listen on 127.0.0.1.',
    });
  }
  if (options.token === '') throw new QueryError('auth/required', 'The token is empty.');
  const wantedPort = options.port ?? 7333;
  // Before the file is opened, so that a server that cannot start leaves no new file behind.
  const probe = createServer();
  await listen(probe, host, wantedPort);
  await new Promise((resolve) => probe.close(resolve));
  const dispatcher = await Dispatcher.open(options);
  const doors = new Doors(dispatcher, options, loopback);
  try {
    await listen(doors.http, host, wantedPort);
  } catch (error) {
    await dispatcher.close();
    throw error;
  }
  const { port } = doors.http.address() as AddressInfo;
  let stopping: Promise<{ stuckThreads: number }> | undefined;
  return {
    host,
    port,
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${port}`,
    file: dispatcher.file,
    stop: () => (stopping ??= doors.stop()),
  };
}

/** The listening sockets and the connections that came through them. */
class Doors {
  readonly http: Server;
  private readonly sockets: WebSocketServer;
  private readonly dispatcher: Dispatcher;
  private readonly options: ServerOptions;
  private readonly loopback: boolean;
  private readonly connections = new Set<Connection>();
  private readonly version = packageVersion();
  private stopped = false;

  constructor(dispatcher: Dispatcher, options: ServerOptions, loopback: boolean) {
    this.dispatcher = dispatcher;
    this.options = options;
    this.loopback = loopback;
    this.sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: dispatcher.limits.frameBytes,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    const httpOptions = {
      dispatcher,
      version: this.version,
      startedMs: performance.now(),
      origins: options.origins ?? [],
      loopback,
      authenticate: (auth: unknown) => this.authenticate(auth),
      stopping: () => this.stopped,
      queries: 0,
    };
    this.http = createServer((request, response) => void answerHttp(request, response, httpOptions));
    this.http.maxConnections = dispatcher.limits.connections + 2 * dispatcher.limits.httpQueries;
    this.http.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  async stop(): Promise<{ stuckThreads: number }> {
    this.stopped = true;
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    this.http.closeIdleConnections();
    await this.dispatcher.drain();
    for (const connection of this.connections) connection.close(1001, 'the server is stopping');
    await this.dispatcher.close();
    await this.allGone(1000);
    for (const connection of this.connections) connection.terminate();
    this.http.closeAllConnections();
    await closed;
    return { stuckThreads: this.dispatcher.status().stuckThreads };
  }

  private async allGone(timeMs: number): Promise<void> {
    const until = performance.now() + timeMs;
    while (this.connections.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refuse = (line: string): void => {
      socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    if (this.stopped || this.connections.size >= this.dispatcher.limits.connections) return refuse('503 Service Unavailable');
    const origins = this.options.origins ?? [];
    if (!originAllowed(request, { origins, loopback: this.loopback })) return refuse('403 Forbidden');
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(subprotocol)) return refuse('400 Bad Request');
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, socket, {
        limits: this.dispatcher.limits,
        server: `trefoil/${this.version}`,
        authenticate: (auth) => this.authenticate(auth),
        openSession: () => this.dispatcher.session(),
        closeSession: (session) => this.dispatcher.closeSession(session),
      });
      this.connections.add(connection);
      webSocket.on('close', () => this.connections.delete(connection));
    });
  }

  private authenticate(auth: unknown): void {
    const { token } = this.options;
    if (token === undefined) return;
    const given = typeof auth === 'object' && auth !== null && 'token' in auth ? auth.token : undefined;
    if (given === undefined)
      throw new QueryError('auth/required', 'This server asks for a token.', { hint: 'Give the token that it was started with.' });
    if (typeof given !== 'string' || !sameText(given, token)) throw new QueryError('auth/failed', 'The token is wrong.');
  }
}

/** Fails with `protocol/listen`. */
function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      reject(new QueryError('protocol/listen', `The server cannot listen: ${error.message}.`, { hint: 'Choose another port or host.' }));
    };
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

/** In time that does not tell how much of it is right. */
function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function packageVersion(): string {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { name?: string; version?: string };
      if (name === 'trefoil-db' && version !== undefined) return version;
    } catch {
      // Sources and build stand at different depths.
    }
  }
  return '0.0.0';
}
