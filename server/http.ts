// HTTP on the WebSocket's port: GET /health, and POST /query, which answers with the frames of the protocol as JSON Lines.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { QueryError } from '../parser/error.ts';
import type { Accounts, Holder } from './accounts.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Metrics } from './metrics.ts';
import { originAllowed } from './origin.ts';
import type { WireError } from './protocol/frames.ts';
import { FrameError, readObject, readRequest } from './read-frame.ts';
import type { QueryEvent } from './threads/outlet.ts';
import { wireError } from './wire-error.ts';

export interface HttpOptions {
  readonly dispatcher: Dispatcher;
  readonly version: string;
  readonly startedMs: number;
  readonly origins: readonly string[];
  readonly loopback: boolean;
  readonly accounts: Accounts;
  readonly metrics: Metrics;
  readonly stopping: () => boolean;
  /** How many queries are being answered. */
  queries: number;
}

export async function answerHttp(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  if (!originAllowed(request, options)) {
    const what =
      request.headers.origin === undefined ? 'The server is not called by this name.' : 'Pages of this origin may not use the server.';
    return answerError(response, 403, new QueryError('auth/origin', what));
  }
  if (path === '/health') {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answerError(response, 405, methodError('GET'));
    const ok = !options.stopping();
    const uptimeMs = Math.round(performance.now() - options.startedMs);
    return answerJson(response, ok ? 200 : 503, { ok, version: options.version, uptimeMs, ...options.dispatcher.status() });
  }
  if (path === '/metrics') return answerMetrics(request, response, options);
  if (path !== '/query') return answerError(response, 404, new QueryError('protocol/not-found', `There is nothing at ${path}.`));
  if (request.method !== 'POST') return answerError(response, 405, methodError('POST'));
  options.queries++;
  try {
    const holder = await options.accounts.signIn(shownBy(request), request.socket.remoteAddress ?? '');
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') throw new FrameError('protocol/content-type', 'The body must be application/json.');
    const { httpQueries } = options.dispatcher.limits;
    if (options.queries > httpQueries) {
      throw new QueryError('limit/queue', `${httpQueries} HTTP queries are being answered already.`, {
        retryable: true,
        hint: 'Send it again later.',
      });
    }
    const body = await readBody(request, options.dispatcher.limits.frameBytes);
    await answerQuery(body, response, options.dispatcher, holder);
  } catch (error) {
    const told = wireError(error, '');
    answerError(response, statusOf(told), told);
  } finally {
    options.queries--;
  }
}

/** Whoever may sign in may read the figures; without users everybody who reaches the server. */
async function answerMetrics(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  if (request.method !== 'GET') return answerError(response, 405, methodError('GET'));
  try {
    await options.accounts.signIn(shownBy(request), request.socket.remoteAddress ?? '');
    const { type, body } = await options.metrics.text();
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    response.end(body);
  } catch (error) {
    const told = wireError(error, '');
    answerError(response, statusOf(told), told);
  }
}

async function answerQuery(body: string, response: ServerResponse, dispatcher: Dispatcher, holder: Holder): Promise<void> {
  const fields = readObject(body);
  const request = readRequest(fields, body);
  const id = typeof fields['id'] === 'number' ? fields['id'] : 0;
  const session = dispatcher.session(holder);
  try {
    await new Promise<void>((resolve) => {
      const window = Math.min(request.windowRows ?? dispatcher.limits.windowRows, dispatcher.limits.windowRowsMax);
      const query = session.run({ ...request, windowRows: window }, (event) => {
        if (!response.headersSent) {
          response.writeHead(event.kind === 'error' ? statusOf(event.error) : 200, {
            'Content-Type': 'application/x-ndjson',
            'Cache-Control': 'no-store',
          });
        }
        const flushed = writeEvent(response, event, id);
        if (event.kind === 'error' || (event.kind === 'done' && event.last)) resolve();
        if (event.kind !== 'rows') return undefined;
        return flushed.then(() => query.pull(event.count));
      });
      response.on('close', () => {
        query.cancel();
        resolve();
      });
    });
  } finally {
    dispatcher.closeSession(session);
  }
  response.end();
}

/** Resolves when the response takes more. */
function writeEvent(response: ServerResponse, event: QueryEvent, id: number): Promise<void> {
  const { kind, ...fields } = event;
  const rest = event.kind === 'rows' ? `"rows":${event.text}}` : JSON.stringify(fields).slice(1);
  const more = response.write(`{"type":"${kind}","id":${id},${rest}\n`);
  return more ? Promise.resolve() : new Promise((resolve) => response.once('drain', resolve));
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > bytesMax) throw new QueryError('limit/frame-bytes', `The body is larger than ${bytesMax} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What a request shows of its sender, as `hello.auth` would. */
function shownBy(request: IncomingMessage): { readonly token: string } | { readonly user: string; readonly password: string } | undefined {
  const header = request.headers.authorization ?? '';
  const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (token !== undefined) return { token };
  const basic = /^Basic +(\S+) *$/i.exec(header)?.[1];
  if (basic === undefined) return undefined;
  const [user = '', ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { user, password: password.join(':') };
}

function statusOf(error: WireError): number {
  const { code } = error;
  if (code === 'auth/origin' || code === 'auth/denied') return 403;
  if (code === 'auth/too-many') return 429;
  if (code.startsWith('auth/')) return 401;
  if (code === 'protocol/content-type') return 415;
  if (code === 'limit/frame-bytes') return 413;
  if (code === 'limit/stopping' || code === 'limit/queue' || code === 'storage/busy') return 503;
  return code === 'internal/bug' ? 500 : 400;
}

function methodError(method: string): QueryError {
  return new QueryError('protocol/method', `Use ${method} here.`);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function answerError(response: ServerResponse, status: number, error: QueryError | WireError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="trefoil", charset="UTF-8", Bearer');
  // The rest of a body that is too large is not read.
  if (status === 413) response.setHeader('Connection', 'close');
  answerJson(response, status, { type: 'error', error: error instanceof QueryError ? wireError(error, '') : error });
}
