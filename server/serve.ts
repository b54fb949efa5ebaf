// Starts a server on one file: WebSocket and HTTP on one port, a dispatcher behind them. Signals are the command line's business.
//
//   const server = await startServer({ file: 'shop.db', port: 7333 });   await server.stop();

import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { packageFile } from '../engines/package-file.ts';
import type { Durability } from '../engines/open.ts';
import { QueryError } from '../parser/error.ts';
import { Dispatcher } from './dispatcher.ts';
import { Doors } from './doors.ts';
import type { Limits } from './limits.ts';
import { type Log, quietLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { observerOf } from './observe.ts';
import { reportBugs } from './wire-error.ts';

import { isLoopback } from './origin.ts';

export { surviveBugs } from './survive-bugs.ts';
export { type LogLevel, openLog } from './log.ts';

export interface ServerOptions {
  /** `:memory:` is a temporary file that goes when the server stops. */
  readonly file: string;
  /** Default 127.0.0.1. Another than a loopback address needs a file with users. */
  readonly host?: string;
  /** Default 7333; 0 takes a free one. */
  readonly port?: number;
  /** Files in PEM form: wss and https instead of ws and http. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Origins of web pages that may connect, besides the server's own. */
  readonly origins?: readonly string[];
  /** Statements that write fail with `storage/read-only`. */
  readonly readOnly?: boolean;
  /** Where the server tells what happens; default: failures of Trefoil itself alone, on standard error. */
  readonly log?: Log;
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
  /** Reads the certificate and the key anew; connections that are open keep theirs. Fails with `protocol/tls`, and then the old ones stay. */
  reloadCertificate(): void;
  /** Lets running statements finish, rolls back the rest, closes the file. Says how many threads could not be ended: then only a signal ends the process. */
  stop(): Promise<{ readonly stuckThreads: number }>;
}

/** Fails with `auth/required` for a public address and a file without users, `storage/*` if the file does not open, `protocol/listen` if the port is taken, `protocol/tls`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const loopback = isLoopback(host);
  const tls = options.tls && readCertificate(options.tls);
  if (!loopback && (options.file === ':memory:' || !existsSync(options.file))) throw usersNeededError(host);
  const wantedPort = options.port ?? 7333;
  // Before the file is opened, so that a server that cannot start leaves no new file behind.
  const probe = createServer();
  await listen(probe, host, wantedPort);
  await new Promise((resolve) => probe.close(resolve));
  const log = options.log ?? quietLog;
  const version = packageVersion();
  // The figures ask the dispatcher only when somebody looks at them.
  const metrics: Metrics = new Metrics({ version, status: () => dispatcher.status(), topology: () => topologySize(dispatcher) });
  const observer = observerOf(log, metrics);
  reportBugs(observer.bug);
  const dispatcher = await Dispatcher.open({ ...options, usersNeeded: !loopback, observer });
  let doors: Doors;
  try {
    if (!loopback && dispatcher.users.users().length === 0) throw usersNeededError(host);
    doors = new Doors(dispatcher, { version, origins: options.origins ?? [], loopback, tls, log, metrics });
    await listen(doors.http, host, wantedPort);
  } catch (error) {
    await dispatcher.close();
    throw error;
  }
  const { port } = doors.http.address() as AddressInfo;
  let stopping: Promise<{ stuckThreads: number }> | undefined;
  const url = `${tls ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  log.info({ url, file: dispatcher.file, readOnly: options.readOnly ?? false, version }, 'listening');
  if (!loopback && tls === undefined) log.warn({ url }, 'passwords and data pass the network as they are: there is no certificate');
  return {
    host,
    port,
    url,
    file: dispatcher.file,
    reloadCertificate: () => {
      if (options.tls) doors.setCertificate(readCertificate(options.tls));
    },
    stop: () => (stopping ??= doors.stop()),
  };
}

function topologySize(dispatcher: Dispatcher): { readonly nodes: number; readonly edges: number } {
  const { bases } = dispatcher.topology;
  const sum = (count: (base: (typeof bases)[number]) => number): number => bases.reduce((total, base) => total + count(base), 0);
  return { nodes: sum((base) => base.nodes.ids.length), edges: sum((base) => base.edgeCount) };
}

function usersNeededError(host: string): QueryError {
  return new QueryError('auth/required', `Listening on ${host} lets others reach the data, so the file must have users.`, {
    hint: "Make the first one in the shell on the file: CREATE USER name PASSWORD '…'. Or listen on 127.0.0.1.",
  });
}

function readCertificate(files: { readonly cert: string; readonly key: string }): { readonly cert: Buffer; readonly key: Buffer } {
  try {
    const read = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
    // Says what is wrong with them now, not at the first connection.
    createSecureContext(read);
    return read;
  } catch (error) {
    throw new QueryError('protocol/tls', `The certificate or its key cannot be used: ${error instanceof Error ? error.message : error}.`, {
      hint: 'Both are files in PEM form, and the key is that of the certificate.',
    });
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

function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { readonly version: string }).version;
}
