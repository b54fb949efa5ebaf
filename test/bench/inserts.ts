// Durable inserts of one row each, by one connection and by 64: of the server, and of the bare parts that any such server stands on. The
// more the disk takes for a commit, the more 64 connections gain by sharing one; on a quick disk the processor is the limit. The bare
// parts say where that limit is on this machine.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type WebSocket, WebSocketServer } from 'ws';
import { connect } from '../../clients/typescript/connect.ts';
import { subprotocol } from '../../server/protocol/frames.ts';
import type { RunningServer } from '../../server/serve.ts';

const connections = 64;
const rounds = 5;
const roundMs = 1000;

interface Rates {
  readonly one: number;
  readonly many: number;
}

/** Lines for the report. */
export async function compareInserts(server: RunningServer): Promise<string[]> {
  const db = await connect(server.url);
  await db.query('CREATE TABLE log (id INTEGER PRIMARY KEY, x TEXT)').all();
  await db.close();
  const bare = await openBare();
  const [own, theirs] = [await openClients(server.url), await openClients(bare.url)];
  const [ours, parts]: [Rates[], Rates[]] = [[], []];
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const [us, them] = [await own.rates(), await theirs.rates()];
    if (round === 0) continue;
    ours.push(us);
    parts.push(them);
  }
  await own.close();
  await theirs.close();
  await bare.close();
  return [
    `  durable inserts, ${connections} connections against 1: ${ratio(ours)} times (at least 8 wanted; medians ${rates(ours)})`,
    `    a socket, SQLite and shared commits, with no language between: ${ratio(parts)} times (${rates(parts)})`,
  ];
}

function ratio(found: readonly Rates[]): string {
  return middle(found.map(({ one, many }) => many / one)).toFixed(1);
}

function rates(found: readonly Rates[]): string {
  const [one, many] = [middle(found.map((r) => r.one)), middle(found.map((r) => r.many))];
  return `${Math.round(one)} and ${Math.round(many)} a second`;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function openClients(url: string): Promise<{ rates(): Promise<Rates>; close(): Promise<void> }> {
  const worker = new Worker(new URL('./insert-clients.mjs', import.meta.url), { workerData: { url }, execArgv: [] });
  await once(worker, 'message');
  const perSecond = async (count: number): Promise<number> => {
    worker.postMessage({ count, timeMs: roundMs });
    return ((await once(worker, 'message')) as [number])[0];
  };
  return {
    async rates() {
      const one = await perSecond(1);
      return { one, many: await perSecond(connections) };
    },
    async close() {
      worker.postMessage({ count: 0 });
      await once(worker, 'exit');
    },
  };
}

/** Knows one statement: takes the same frames from the same clients, and inserts the value in them. */
async function openBare(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-bare-'));
  const writer = new Worker(new URL('./bare-writer.mjs', import.meta.url), {
    workerData: { file: join(folder, 'bare.db') },
    execArgv: [],
  });
  const sockets = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  });
  await once(sockets, 'listening');
  const waiting = new Map<number, { readonly socket: WebSocket; readonly id: number }>();
  let ticket = 0;
  sockets.on('connection', (socket) =>
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { readonly type: string; readonly id: number; readonly params: { readonly x: string } };
      if (frame.type === 'hello') return socket.send(bareWelcome);
      waiting.set(++ticket, { socket, id: frame.id });
      writer.postMessage({ ticket, x: frame.params.x });
    }),
  );
  writer.on('message', (tickets: readonly number[]) => {
    for (const done of tickets) {
      const { socket, id } = waiting.get(done) as { readonly socket: WebSocket; readonly id: number };
      waiting.delete(done);
      socket.send(`{"type":"head","id":${id},"columns":[]}`);
      socket.send(`{"type":"done","id":${id},"last":true,"stats":{"rows":0,"timeMs":0,"rowsInserted":1},"notices":[]}`);
    }
  });
  return {
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    async close() {
      sockets.close();
      await writer.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const bareWelcome = JSON.stringify({
  type: 'welcome',
  server: 'bare',
  version: 1,
  session: 'none',
  features: [],
  limits: { windowRows: 2048, frameBytes: 2 ** 24 },
});
