// Stopping a server: what runs may finish, what is open is rolled back, and the file is whole afterwards.

import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connect } from '../../clients/typescript/connect.ts';
import { open } from '../../server/open.ts';
import { type RunningServer, startServer } from '../../server/serve.ts';
import { codeOf, endless, failure, numbers, waitFor, Wire } from './started.ts';

const folder = await mkdtemp(join(tmpdir(), 'trefoil-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'stop.db');

async function unfinished(server: RunningServer): Promise<number> {
  const health = await fetch(`${server.url.replace('ws', 'http')}/health`);
  return ((await health.json()) as { unfinishedQueries: number }).unfinishedQueries;
}

it('Stopping lets statements finish, rolls back transactions, closes with 1001, and leaves no log beside the file.', async () => {
  const server = await startServer({ file, port: 0, readers: 1 });
  const db = await connect(server.url);
  await numbers(db, 2000);
  const wire = await Wire.open(server);
  await wire.ask(1, 'BEGIN');
  await wire.ask(2, 'INSERT INTO n VALUES (-1)');
  let over = false;
  const finishing = db.query('SELECT count(*) AS c FROM n AS a, n AS b WHERE a.x + b.x > 0').all();
  void finishing.finally(() => {
    over = true;
  });
  await waitFor(async () => over || (await unfinished(server)) > 0);
  const stopped = server.stop();
  expect(codeOf(await wire.ask(3, 'INSERT INTO n VALUES (-2)'))).toBe('limit/stopping');
  expect(await finishing).toEqual([{ c: 4_000_000 }]);
  expect((await wire.closed).code).toBe(1001);
  expect(await stopped).toEqual({ stuckThreads: 0 });
  expect(await server.stop()).toEqual({ stuckThreads: 0 });
  expect(await failure(db.query('SELECT 1').all())).toBe('protocol/connection-lost');
  expect(await failure(connect(server.url))).toBe('protocol/unreachable');
  expect(existsSync(`${file}-wal`)).toBe(false);
  const after = await open(file);
  expect(await after.query('SELECT min(x) AS low, count(*) AS c FROM n').all()).toEqual([{ low: 1, c: 2000 }]);
  await after.close();
});

it('Stopping ends what does not finish in time.', async () => {
  const server = await startServer({ file, port: 0, readers: 1, limits: { stopGraceMs: 50 } });
  const db = await connect(server.url);
  const running = failure(db.query(endless).all());
  await waitFor(async () => (await unfinished(server)) > 0);
  await server.stop();
  expect(await running).toBe('limit/stopping');
});

it('A temporary file goes with its server.', async () => {
  const server = await startServer({ file: ':memory:', port: 0, readers: 1 });
  expect(existsSync(server.file)).toBe(true);
  await server.stop();
  expect(existsSync(server.file)).toBe(false);
});
