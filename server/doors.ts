// The listening sockets, the sessions that came through them, and who is let in: the origin of a page, the name that the server is called
// by, and the user that signs in.

import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Accounts, type SignInAttempt } from './accounts.ts';
import { Connection } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import { answerHttp, type HttpOptions } from './http.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { originAllowed } from './origin.ts';
import { subprotocol } from './protocol/frames.ts';

export interface DoorOptions {
  readonly version: string;
  /** Origins of web pages that may connect, besides the server's own. */
  readonly origins: readonly string[];
  /** It listens on a loopback address. */
  readonly loopback: boolean;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** The listening sockets and the connections that came through them. */
export class Doors {
  readonly http: Server | SecureServer;
  private readonly sockets: WebSocketServer;
  private readonly dispatcher: Dispatcher;
  private readonly options: DoorOptions;
  private readonly accounts: Accounts;
  private readonly connections = new Set<Connection>();
  private stopped = false;

  constructor(dispatcher: Dispatcher, options: DoorOptions) {
    this.dispatcher = dispatcher;
    this.options = options;
    this.accounts = new Accounts(dispatcher.users, dispatcher.limits, options.loopback, (attempt) => this.signInTold(attempt));
    this.sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: dispatcher.limits.frameBytes,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    const httpOptions: HttpOptions = {
      dispatcher,
      version: options.version,
      startedMs: performance.now(),
      origins: options.origins,
      loopback: options.loopback,
      accounts: this.accounts,
      metrics: options.metrics,
      stopping: () => this.stopped,
      queries: 0,
    };
    const answer = (...[request, response]: Parameters<Parameters<typeof createServer>[1] & object>): void =>
      void answerHttp(request, response, httpOptions);
    this.http = options.tls ? createSecureServer(options.tls, answer) : createServer(answer);
    this.http.maxConnections = dispatcher.limits.connections + 2 * dispatcher.limits.httpQueries;
    this.http.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** For connections that are made from now on. */
  setCertificate(tls: { readonly cert: Buffer; readonly key: Buffer }): void {
    if ('setSecureContext' in this.http) this.http.setSecureContext(tls);
  }

  private signInTold(attempt: SignInAttempt): void {
    const { log, metrics } = this.options;
    metrics.signIn(attempt.outcome);
    if (attempt.outcome === 'ok') log.debug({ ...attempt }, 'signed in');
    else log.warn({ ...attempt }, 'sign-in refused');
  }

  async stop(): Promise<{ stuckThreads: number }> {
    this.stopped = true;
    const { log } = this.options;
    log.info({ connections: this.connections.size }, 'stopping');
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    this.http.closeIdleConnections();
    await this.dispatcher.drain();
    for (const connection of this.connections) connection.close(1001, 'the server is stopping');
    await this.dispatcher.close();
    await this.allGone(1000);
    for (const connection of this.connections) connection.terminate();
    this.http.closeAllConnections();
    await closed;
    const { stuckThreads } = this.dispatcher.status();
    log.info({ stuckThreads }, 'stopped');
    return { stuckThreads };
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
    const { connections, connectionsBeforeHello } = this.dispatcher.limits;
    const strangers = [...this.connections].filter((connection) => !connection.greeted).length;
    if (this.stopped || this.connections.size >= connections || strangers >= connectionsBeforeHello)
      return refuse('503 Service Unavailable');
    if (!originAllowed(request, this.options)) return refuse('403 Forbidden');
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(subprotocol)) return refuse('400 Bad Request');
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, socket, {
        limits: this.dispatcher.limits,
        server: `trefoil/${this.options.version}`,
        durability: this.dispatcher.durability,
        signIn: (auth) => this.accounts.signIn(auth, request.socket.remoteAddress ?? ''),
        openSession: (holder) => this.dispatcher.session(holder),
        closeSession: (session) => this.dispatcher.closeSession(session),
      });
      this.connections.add(connection);
      const { log } = this.options;
      const address = request.socket.remoteAddress ?? '';
      log.debug({ address }, 'connection opened');
      webSocket.on('close', (code) => {
        this.connections.delete(connection);
        log.debug({ address, code }, 'connection closed');
      });
    });
  }
}
