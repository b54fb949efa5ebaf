// Trials over the wire: round trips against a bare ws echo, and durable inserts from many connections against one commit each.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { WebSocket, WebSocketServer } from 'ws';
import { connect, type ServerClient } from '../../clients/typescript/connect.ts';
import { startServer } from '../../server/serve.ts';
import type { Trial } from './trial.ts';

const reads = 500;
const inserts = 2_000;

export async function concurrencyTrials(): Promise<{ trials: Trial[]; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-bench-'));
  const server = await startServer({ file: join(folder, 'bench.db'), port: 0 });
  const clients = await Promise.all(Array.from({ length: 64 }, () => connect(server.url)));
  const [first] = clients as [ServerClient];
  await first.query('CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)').all();
  await first
    .query("INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i, 'row ' || i FROM n")
    .all();
  await first.query('CREATE TABLE log (id INTEGER PRIMARY KEY, x TEXT)').all();
  const echo = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  echo.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
  await new Promise((resolve) => echo.once('listening', resolve));
  const address = echo.address();
  const bare = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
  await new Promise((resolve) => bare.once('open', resolve));
  const raw = new Database(join(folder, 'raw.db'));
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = FULL');
  raw.exec('CREATE TABLE log (id INTEGER PRIMARY KEY, x TEXT)');
  const insert = raw.prepare('INSERT INTO log (x) VALUES (?)');

  const insertBy = async (connections: readonly ServerClient[]): Promise<void> => {
    const each = inserts / connections.length;
    await Promise.all(
      connections.map(async (c) => {
        for (let i = 0; i < each; i++) await c.query('INSERT INTO log (x) VALUES ($x)', { x: 'hello' }).all();
      }),
    );
  };
  const durability = 'journal WAL, synchronous FULL, each acknowledged after its commit';
  const trials: Trial[] = [
    {
      name: `${reads} point reads over one connection`,
      unit: 'round trip',
      units: reads,
      contenders: [
        {
          name: 'Trefoil, client library',
          async run() {
            for (let i = 0; i < reads; i++) await first.query('SELECT x FROM t WHERE id = $id', { id: i + 1 }).all();
          },
        },
        {
          name: 'ws echo of a text of 100 bytes',
          async run() {
            for (let i = 0; i < reads; i++) {
              const answered = new Promise((resolve) => bare.once('message', resolve));
              bare.send('x'.repeat(100));
              await answered;
            }
          },
        },
      ],
    },
    ...[1, 16, 64].map(
      (n): Trial => ({
        name: `${inserts.toLocaleString('en')} inserts from ${n} connection${n === 1 ? '' : 's'}`,
        unit: 'insert',
        units: inserts,
        durability,
        rounds: 3,
        contenders: [
          { name: 'Trefoil, client library', run: () => insertBy(clients.slice(0, n)) },
          {
            name: 'better-sqlite3 in process, one commit each',
            run() {
              for (let i = 0; i < inserts; i++) insert.run('hello');
            },
          },
        ],
      }),
    ),
  ];
  return {
    trials,
    async close() {
      bare.terminate();
      echo.close();
      raw.close();
      for (const c of clients) await c.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
