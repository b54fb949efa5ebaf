// A WebSocket as this client needs one: the platform's own where there is one (browsers, newer Node), else the package `ws`. Both
// speak the same event interface; only that much of it is typed here.

import { clientError } from '../../server/protocol/error.ts';
import { subprotocol } from '../../server/protocol/frames.ts';

export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'error', listener: (event?: { readonly message?: string }) => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

type SocketConstructor = new (url: string, protocols: string[], options?: { readonly ca: string[] }) => Socket;

/** Opens a socket; `protocol/unreachable` if that fails or takes too long. */
export async function openSocket(url: string, timeoutMs: number, ca?: string): Promise<Socket> {
  const Constructor = await socketConstructor(ca !== undefined);
  let socket: Socket;
  try {
    socket = ca === undefined ? new Constructor(url, [subprotocol]) : new Constructor(url, [subprotocol], { ca: await trusted(ca) });
  } catch (error) {
    throw clientError(
      'protocol/unreachable',
      `${url} is no address of a server: ${messageOf(error)}.`,
      'It looks like ws://127.0.0.1:7333.',
    );
  }
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(
        clientError('protocol/unreachable', `No Trefoil server answers at ${url} (${why}).`, 'Is it running, and is the port right?', true),
      );
    };
    const timer = setTimeout(() => {
      fail(`waited ${timeoutMs} ms`);
      socket.close();
    }, timeoutMs);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.addEventListener('error', (event) => fail(event?.message || 'the connection was refused'));
    socket.addEventListener('close', (event) => fail(`closed with ${event.code}`));
  });
}

/** The system's own are trusted still. */
async function trusted(ca: string): Promise<string[]> {
  const { rootCertificates } = await import('node:tls');
  return [...rootCertificates, ca];
}

/** The platform's own takes no certificates. */
async function socketConstructor(withCertificates: boolean): Promise<SocketConstructor> {
  const own = (globalThis as { readonly WebSocket?: SocketConstructor }).WebSocket;
  if (own !== undefined && !withCertificates) return own;
  const { WebSocket } = await import('ws');
  return WebSocket as unknown as SocketConstructor;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
