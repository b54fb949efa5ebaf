// What the server tells of itself by statements, and KILL: seen over the wire, because it is about other connections.

import { expect, it } from 'vitest';
import { defaultLimits } from '../../server/limits.ts';
import { client, codeOf, endless, type Frame, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const server = await start({ readers: 1, readersMax: 3, durability: 'normal', limits: { connections: 50 } });
const admin = await client(server);
await numbers(admin, 2000);

interface Running {
  readonly id: number;
  readonly session: number;
  readonly state: string;
  readonly since: string;
  readonly rows: number;
  readonly statement: string;
}

async function running(part: string): Promise<Running | undefined> {
  const found = (await admin.query('SHOW RUNNING').all()) as unknown as readonly Running[];
  return found.find((row) => row.statement.includes(part) && !row.statement.startsWith('SHOW'));
}

it('SHOW RUNNING lists the statements of all sessions, and KILL stops one.', async () => {
  const wire = await Wire.open(server);
  wire.send({ type: 'query', id: 1, text: `${endless}\n  -- to be killed` });
  await waitFor(async () => (await running('to be killed'))?.state === 'running');
  const row = await running('to be killed');
  expect(row?.statement).not.toContain('\n');
  expect(row?.rows).toBe(0);
  await admin.query(`KILL ${row?.id}`).all();
  expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
  expect(rowsOf(await wire.ask(2, 'SELECT x FROM n WHERE x = 7'))).toEqual([[7]]);
  expect(await running('to be killed')).toBeUndefined();
});

it('A result that its client does not take is shown as sending, with the rows that have gone.', async () => {
  const wire = await Wire.open(server);
  wire.send({ type: 'query', id: 1, text: 'SELECT a.x FROM n AS a, n AS b /* slowly taken */', window: 10 });
  await waitFor(async () => (await running('slowly taken'))?.state === 'sending');
  expect((await running('slowly taken'))?.rows).toBe(10);
  wire.send({ type: 'cancel', id: 1 });
  expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
});

it('A write that waits for the writer is shown as waiting, and KILL takes it back.', async () => {
  const [holder, waiter] = [await Wire.open(server), await Wire.open(server)];
  await holder.ask(1, 'BEGIN');
  waiter.send({ type: 'query', id: 1, text: 'DELETE FROM n WHERE x = 1' });
  await waitFor(async () => (await running('DELETE FROM n'))?.state === 'waiting');
  await holder.ask(2, `KILL ${(await running('DELETE FROM n'))?.id}`);
  expect(codeOf(await waiter.until(1))).toBe('limit/cancelled');
  await holder.ask(3, 'COMMIT');
  expect(await admin.query('SELECT count(*) AS c FROM n').all()).toEqual([{ c: 2000 }]);
});

it('KILL SESSION ends a connection, what it runs and its transaction.', async () => {
  const wire = await Wire.open(server, { client: 'doomed' });
  await wire.ask(1, 'BEGIN; DELETE FROM n');
  const sessions = (await admin.query('SHOW SESSIONS').all()) as unknown as readonly {
    session: number;
    client: string;
    transaction: boolean;
  }[];
  const own = sessions.find((row) => row.client === 'doomed');
  expect(own?.transaction).toBe(true);
  await admin.query(`KILL SESSION ${own?.session}`).all();
  expect((await wire.closed).reason).toBe('limit/killed');
  expect(await admin.query('SELECT count(*) AS c FROM n').all()).toEqual([{ c: 2000 }]);
  expect(codeOf(await (await Wire.open(server)).ask(1, 'DELETE FROM n WHERE x = 2000'))).toBeUndefined();
  const busy = await Wire.open(server, { client: 'busy' });
  busy.send({ type: 'query', id: 1, text: endless });
  await busy.soFar();
  await admin.query(`KILL SESSION ${(await running(endless.slice(0, 30)))?.session}`).all();
  await busy.closed;
  const told: (string | undefined)[] = [];
  for (let frame: Frame | undefined = await busy.next(); frame; frame = await busy.next().catch(() => undefined))
    told.push(frame.error?.code);
  // Once for the statement and once for the connection.
  expect(told).toEqual(['limit/killed', 'limit/killed']);
});

it('SHOW LIMITS lists every limit with its value, and SHOW SETTINGS how the server was started.', async () => {
  const limits = (await admin.query('SHOW LIMITS').all()) as unknown as readonly { limit: string; value: number; default: number }[];
  expect(limits.map((row) => row.limit)).toEqual(Object.keys(defaultLimits));
  expect(limits.find((row) => row.limit === 'connections')).toMatchObject({ value: 50, default: 1000 });
  const settings = await admin.query('SHOW SETTINGS').all();
  expect(settings).toContainEqual(expect.objectContaining({ setting: 'durability', value: 'normal' }));
  expect((await client(server)).server.durability).toBe('normal');
});

it('SHOW STATEMENTS and ADVISE answer for all threads together, by themselves and among statements of a thread.', async () => {
  const db = await client(server);
  await db.query('CREATE TABLE logged (id INTEGER PRIMARY KEY, a INTEGER, secret TEXT); CREATE INDEX lone ON logged (secret)').all();
  await db.query("INSERT INTO logged VALUES (1, 2, 'sesame')").all();
  for (const id of [1, 2]) await db.query(`SELECT a FROM logged WHERE id = ${id}`).all();
  for (const a of [2, 3, 4]) await db.query(`SELECT count(*) AS c FROM logged, n WHERE logged.a + n.x = ${a}`).all();
  const rows = await db.query('SHOW STATEMENTS').all();
  const of = (part: string): unknown => rows.find((row) => String(row['statement']).includes(part))?.['count'];
  expect([of('INSERT INTO logged'), of('WHERE id ='), of('FROM logged, n')]).toEqual([1, 2, 3]);
  expect(JSON.stringify(rows)).not.toContain('sesame');
  for (let id = 3; id <= 96; id++) await db.query(`SELECT a FROM logged WHERE id = ${id}`).all();
  const advice = expect.objectContaining({ advice: 'unused index', subject: 'lone', runs: 100 });
  expect(await db.query('ADVISE').all()).toContainEqual(advice);
  const wire = await Wire.open(server);
  expect(rowsOf(await wire.ask(1, 'BEGIN; ADVISE'))).toContainEqual(expect.arrayContaining(['unused index', 'lone', 100]));
  expect(JSON.stringify(rowsOf(await wire.ask(2, 'SELECT count(*) AS c FROM n; SHOW STATEMENTS; COMMIT')))).toContain('INSERT INTO logged');
  // Too long to be looked into, so it was not told of the other threads.
  const comment = `/* ${'long '.repeat(20_000)} */`;
  expect(codeOf(await wire.ask(3, `${comment} ADVISE`))).toBe('bind/no-server');
});

it('SHOW RUNNING shows no passwords.', async () => {
  const wire = await Wire.open(server);
  wire.send({ type: 'query', id: 1, text: `${endless} /* masked: PASSWORD 'open sesame' */` });
  await waitFor(async () => (await running('masked'))?.state === 'running');
  expect((await running('masked'))?.statement).not.toContain('sesame');
  wire.send({ type: 'cancel', id: 1 });
  await wire.until(1);
});
