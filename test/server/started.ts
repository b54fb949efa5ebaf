// A server on a free port for one test file, and a bare WebSocket that speaks frames, so that tests see what is on the wire.

import { WebSocket } from 'ws';
import { connect, type ConnectOptions, type ServerClient } from '../../clients/typescript/connect.ts';
import { ClientError } from '../../server/protocol/error.ts';
import { subprotocol } from '../../server/protocol/frames.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../server/serve.ts';
import { stopAfterFile } from './to-stop.ts';

/** A frame of the server as parsed; tests look into it. */
export interface Frame {
  readonly type: string;
  readonly id?: number;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly last?: boolean;
  readonly stats?: { readonly rows: number; readonly [name: string]: number };
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean; readonly span?: object };
  readonly [field: string]: unknown;
}

/** One reader thread unless said otherwise; stopped after the file's tests. */
export async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ file: ':memory:', port: 0, readers: 1, ...options });
  stopAfterFile(() => server.stop());
  return server;
}

export async function client(server: RunningServer, options: ConnectOptions = {}): Promise<ServerClient> {
  const connected = await connect(server.url, options);
  stopAfterFile(() => connected.close());
  return connected;
}

/** A WebSocket whose frames are read one by one. */
export class Wire {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly frames: Frame[] = [];
  private wake: (() => void) | undefined;
  private over = false;

  constructor(url: string, options: { protocol?: string; origin?: string } = {}) {
    this.socket = new WebSocket(url, [options.protocol ?? subprotocol], options.origin === undefined ? {} : { origin: options.origin });
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.wake?.();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.over = true;
        this.wake?.();
        resolve({ code, reason: String(reason) });
      });
    });
    stopAfterFile(async () => this.socket.terminate());
  }

  static async open(server: RunningServer, hello: object | false = {}): Promise<Wire> {
    const wire = new Wire(server.url);
    await new Promise((resolve) => wire.socket.on('open', resolve));
    if (hello !== false) {
      wire.send({ type: 'hello', client: 'test', version: 1, ...hello });
      await wire.next();
    }
    return wire;
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  async next(): Promise<Frame> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame !== undefined) return frame;
      if (this.over) throw new Error('the connection is closed');
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Frames of one query up to its last. Frames of others are dropped. */
  async until(id: number): Promise<Frame[]> {
    const found: Frame[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame.id !== id) continue;
      found.push(frame);
      if (frame.type === 'error' || (frame.type === 'done' && frame.last === true)) return found;
    }
  }

  async ask(id: number, text: string, fields: object = {}): Promise<Frame[]> {
    this.send({ type: 'query', id, text, ...fields });
    return this.until(id);
  }

  /** What has come so far: everything before the answer to a ping that is sent a moment later. */
  async soFar(): Promise<Frame[]> {
    await new Promise((resolve) => setTimeout(resolve, 30));
    this.send({ type: 'ping' });
    const found: Frame[] = [];
    for (let frame = await this.next(); frame.type !== 'pong'; frame = await this.next()) found.push(frame);
    return found;
  }
}

export function rowsOf(frames: readonly Frame[]): (readonly unknown[])[] {
  return frames.flatMap((frame) => frame.rows ?? []);
}

export function codeOf(frames: readonly Frame[]): string | undefined {
  return frames.at(-1)?.error?.code;
}

/** The code of the error that a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
  return 'no failure';
}

/** Makes table `n` with x = 1 … count. */
export async function numbers(db: ServerClient, count: number): Promise<void> {
  await db.query('CREATE TABLE n (x INTEGER PRIMARY KEY)').all();
  await db.query('INSERT INTO n SELECT q.r FROM (UNWIND range(1, $count) AS r RETURN r) AS q', { count }).all();
}

/** Runs for hours if nobody stops it. Needs `numbers` of 1000 or more. */
export const endless = 'SELECT count(*) AS c FROM n AS a, n AS b, n AS c, n AS d WHERE a.x + b.x + c.x + d.x = 7';

/** Runs for years, of no table. */
export const endlessList =
  'UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b UNWIND range(1, 100000) AS c WITH a + b + c AS s WHERE s = 1 RETURN s';

export async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
