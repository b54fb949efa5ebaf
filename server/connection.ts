// One WebSocket connection: hello first, then frames in and frames out. It owns a session; when the socket goes, everything that
// belongs to it is stopped and rolled back.

import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { QueryError } from '../parser/error.ts';
import type { Holder } from './accounts.ts';
import { type Limits, welcomeLimits } from './limits.ts';
import { protocolVersion, type WelcomeFrame } from './protocol/frames.ts';
import { InFlight } from './protocol/in-flight.ts';
import type { QueryHandle, QueryRequest } from './query.ts';
import { FrameError, type ReadFrame, readFrame } from './read-frame.ts';
import type { DispatchSession } from './session.ts';
import type { QueryEvent } from './threads/outlet.ts';
import { wireError } from './wire-error.ts';

export interface ConnectionOptions {
  readonly limits: Limits;
  readonly server: string;
  readonly durability: NonNullable<WelcomeFrame['durability']>;
  /** Fails with `auth/*` when the hello does not satisfy. */
  signIn(auth: unknown): Promise<Holder>;
  openSession(holder: Holder): DispatchSession;
  closeSession(session: DispatchSession): void;
}

/** Of frames that come before the sign-in is answered. */
const earlyBytesMax = 1024 * 1024;

interface Flight {
  readonly handle: QueryHandle;
  readonly bytes: number;
}

export class Connection {
  private readonly socket: WebSocket;
  private readonly stream: Duplex;
  private corked = false;
  private readonly options: ConnectionOptions;
  private readonly flights = new InFlight<Flight>();
  private session: DispatchSession | undefined;
  /** Frames that came while the sender signs in; undefined before and after. */
  private early: { readonly frame: ReadFrame; readonly bytes: number }[] | undefined;
  private earlyBytes = 0;
  private flightBytes = 0;
  /** Of frames of rows that have not left yet: each query has few, and those who leave them unread hear of it by `limit/stalled`. */
  private rowBytes = 0;
  private alive = true;
  private readonly helloTimer: NodeJS.Timeout;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(socket: WebSocket, stream: Duplex, options: ConnectionOptions) {
    this.socket = socket;
    this.stream = stream;
    this.options = options;
    const { limits } = options;
    this.helloTimer = setTimeout(() => {
      this.refuse(new QueryError('protocol/hello-first', `No hello came within ${limits.helloMs} ms.`));
    }, limits.helloMs);
    this.heartbeat = setInterval(() => this.beat(), limits.heartbeatMs);
    socket.on('message', (data, binary) => this.receive(data, binary));
    socket.on('pong', () => {
      this.alive = true;
    });
    socket.on('close', () => this.ended());
    // A broken frame: ws closes the connection with the fitting code.
    socket.on('error', () => undefined);
  }

  /** True once its user has been let in. */
  get greeted(): boolean {
    return this.session !== undefined;
  }

  /** The server stops. */
  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private receive(data: unknown, binary: boolean): void {
    this.alive = true;
    this.guarded(() => {
      if (binary) throw new FrameError('protocol/bad-frame', 'Frames are texts; this one is binary.');
      const text = String(data);
      this.handle(readFrame(text), text.length);
    });
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof FrameError && error.id !== undefined && this.session !== undefined && !this.flights.has(error.id)) {
        this.sendError(error, error.id);
      } else this.refuse(error);
    }
  }

  private handle(frame: ReadFrame, bytes: number): void {
    if (this.early !== undefined) return this.keepForLater(frame, bytes);
    if (frame.type === 'hello') return this.hello(frame);
    if (this.session === undefined) throw new FrameError('protocol/hello-first', 'The first frame must be a hello.');
    switch (frame.type) {
      case 'query':
        return this.query(this.session, frame.id, frame.request, bytes);
      case 'pull':
        return this.flights.get(frame.id)?.handle.pull(frame.rows);
      case 'discard':
        return this.flights.get(frame.id)?.handle.discard();
      case 'cancel':
        return this.flights.get(frame.id)?.handle.cancel();
      case 'ping':
        return this.send('{"type":"pong"}');
    }
  }

  private hello(frame: ReadFrame & { type: 'hello' }): void {
    if (this.session !== undefined) throw new FrameError('protocol/hello-first', 'Hello was said already.');
    if (frame.version !== protocolVersion) {
      throw new FrameError(
        'protocol/version',
        `The client speaks version ${frame.version}; this server speaks ${protocolVersion}.`,
        'Use a client of this version.',
      );
    }
    clearTimeout(this.helloTimer);
    this.early = [];
    this.options.signIn(frame.auth).then(
      (holder) => this.welcome(frame.client, holder),
      (error: unknown) => this.refuse(error),
    );
  }

  /** Checking a password takes its time, and clients need not wait for the welcome before they send more. */
  private keepForLater(frame: ReadFrame, bytes: number): void {
    const { limits } = this.options;
    this.earlyBytes += bytes;
    if (this.earlyBytes > earlyBytesMax || (this.early?.length ?? 0) >= limits.connectionQueries)
      throw queueError('Too much was sent before the sign-in was answered.');
    this.early?.push({ frame, bytes });
  }

  private welcome(client: string, holder: Holder): void {
    const { options, early = [] } = this;
    this.early = undefined;
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.session = options.openSession(holder);
    this.session.client = client;
    this.session.whenEnded = (error) => this.refuse(error);
    this.send(
      JSON.stringify({
        type: 'welcome',
        server: options.server,
        version: protocolVersion,
        session: `s${this.session.key}`,
        features: [],
        durability: options.durability,
        limits: welcomeLimits(options.limits),
      }),
    );
    for (const { frame, bytes } of early) this.guarded(() => this.handle(frame, bytes));
  }

  private query(session: DispatchSession, id: number, request: QueryRequest, bytes: number): void {
    const { limits } = this.options;
    if (this.flights.has(id))
      throw new FrameError('protocol/duplicate-id', `Query ${id} is not finished; its number cannot be used again yet.`);
    if (this.flights.size >= limits.connectionQueries) {
      return this.sendError(queueError(`${limits.connectionQueries} queries of this connection are unfinished.`), id);
    }
    if (this.flightBytes + bytes > limits.connectionQueryBytes) {
      return this.sendError(
        queueError(`The unfinished queries of this connection are larger than ${limits.connectionQueryBytes} bytes.`),
        id,
      );
    }
    const prefix = `,"id":${id},`;
    let last = false;
    const handle = session.run(request, (event) => {
      last = event.kind === 'error' || (event.kind === 'done' && event.last);
      if (last) this.land(id);
      return this.sendEvent(event, prefix);
    });
    if (last) return;
    this.flights.add(id, { handle, bytes });
    this.flightBytes += bytes;
  }

  private land(id: number): void {
    this.flightBytes -= this.flights.get(id)?.bytes ?? 0;
    this.flights.delete(id);
  }

  /** For rows: resolves when they have left for the network. */
  private sendEvent(event: QueryEvent, prefix: string): Promise<void> | undefined {
    if (event.kind !== 'rows') {
      this.send(`{"type":"${event.kind}"${prefix}${fieldsText(event)}}`);
      return undefined;
    }
    this.cork();
    const { socket } = this;
    return new Promise((resolve, reject) => {
      const before = socket.bufferedAmount;
      let bytes = 0;
      socket.send(`{"type":"rows"${prefix}"rows":${event.text}}`, (error) => {
        this.rowBytes -= bytes;
        if (error) reject(error);
        else resolve();
      });
      bytes = Math.max(0, socket.bufferedAmount - before);
      this.rowBytes += bytes;
    });
  }

  private send(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.cork();
    this.socket.send(text);
    if (this.socket.bufferedAmount - this.rowBytes > this.options.limits.connectionBufferBytes) this.socket.terminate();
  }

  /** Frames that are sent together leave in one system call. */
  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.stream.cork();
    process.nextTick(() => {
      this.corked = false;
      this.stream.uncork();
    });
  }

  private sendError(error: unknown, id: number): void {
    this.send(JSON.stringify({ type: 'error', id, error: wireError(error, '') }));
  }

  /** The failure is the connection's: it is told and closed. */
  private refuse(error: unknown): void {
    const told = wireError(error, '');
    this.send(JSON.stringify({ type: 'error', error: told }));
    this.socket.close(told.code === 'internal/bug' ? 1011 : 1008, told.code);
  }

  private beat(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    this.socket.ping();
  }

  private ended(): void {
    clearTimeout(this.helloTimer);
    clearInterval(this.heartbeat);
    this.flights.clear();
    if (this.session !== undefined) this.options.closeSession(this.session);
  }
}

function fieldsText(event: Exclude<QueryEvent, { kind: 'rows' }>): string {
  switch (event.kind) {
    case 'head':
      return `"columns":${JSON.stringify(event.columns)}`;
    case 'done':
      return `"last":${event.last},"stats":${JSON.stringify(event.stats)},"notices":${JSON.stringify(event.notices)}`;
    case 'error':
      return `"error":${JSON.stringify(event.error)}`;
    case 'progress':
      return `"read":${event.read}${event.of === undefined ? '' : `,"of":${event.of}`}`;
  }
}

function queueError(message: string): QueryError {
  return new QueryError('limit/queue', message, { retryable: true, hint: 'Wait for some of them to finish.' });
}
