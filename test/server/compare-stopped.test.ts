// COMPARE and EXPLAIN MODELS that are stopped while they run: by cancel, by their time, by a connection that goes, by a process that is
// killed. Nothing of what their forms made may stay in the file.

import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { connect } from '../../clients/typescript/connect.ts';
import { firstDifference } from '../../engines/compare/first-difference.ts';
import { startChild } from './child.ts';
import { client, codeOf, endless, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-compare-'));
const file = join(folder, 'a.trefoil');
const server = await start({ file, readers: 1, readersMax: 2 });
const admin = await client(server);
await numbers(admin, 1000);
await admin
  .query(
    "CREATE TABLE kept (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO kept VALUES (1, 'x'); CREATE COLLECTION docs; INSERT INTO docs {k: 1}",
  )
  .all();
await admin.query('CREATE (:Kept {k: 1})-[:KEPT]->(:Kept {k: 2})').all();

/** A form that makes something of every kind and then writes for hours. */
const made = `CREATE TABLE made (a INTEGER); INSERT INTO made SELECT x FROM n; ALTER TABLE kept ADD COLUMN c TEXT; UPDATE kept SET b = 'y', c = 'z';
  CREATE INDEX made_a ON made (a); CREATE COLLECTION others; INSERT INTO others {k: 2}; INSERT INTO docs {k: 3};
  CREATE (:Made {k: 3})-[:MADE]->(:Made); MATCH (k:Kept {k: 1}) DETACH DELETE k; CREATE INDEX ON :Made (k)`;
const writing = `COMPARE { RELATIONAL ${made}; INSERT INTO made ${endless}; CHECK SELECT 1 AS one; GRAPH CREATE (:Made); CHECK RETURN 1 AS one }`;
/** The first form is done and undone when the second one runs. */
const second = `COMPARE { RELATIONAL ${made}; CHECK SELECT 1 AS one; GRAPH CREATE (:Made {k: 4}); UPDATE kept SET b = (${endless}); CHECK RETURN 1 AS one }`;
const reading = `COMPARE { RELATIONAL ${endless}; GRAPH RETURN 1 AS c }`;
const explained = `EXPLAIN MODELS SELECT count(*) AS c FROM n AS a, n AS b, n AS c, n AS d WHERE a.x + b.x + c.x + d.x = 7`;

/** All that the file holds, as SQLite sees it. */
function contents(of = file): Record<string, unknown> {
  const raw = new Database(of, { readonly: true });
  try {
    const schema = raw.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all() as {
      type: string;
      name: string;
    }[];
    const rows = schema
      .filter((s) => s.type === 'table')
      .map(({ name }) => [name, raw.prepare(`SELECT * FROM "${name.replaceAll('"', '""')}"`).all()]);
    return { schema, rows: Object.fromEntries(rows), check: raw.pragma('integrity_check', { simple: true }) };
  } finally {
    raw.close();
  }
}

const before = contents();

async function expectUntouched(): Promise<void> {
  expect(contents()).toEqual(before);
  // The threads know nothing of it either.
  expect(await admin.query('MATCH (k:Kept) OPTIONAL MATCH (k)-[e]-() RETURN count(DISTINCT k) AS n, count(e) AS e').all()).toEqual([
    { n: 2, e: 2 },
  ]);
  expect(await admin.query('SELECT * FROM kept').all()).toEqual([{ a: 1, b: 'x' }]);
  expect((await admin.query('SHOW LABELS').all()).map((row) => row['label'])).toEqual(['Kept']);
  await admin.query("BEGIN; INSERT INTO kept VALUES (2, 'w'); CREATE (:Other); ROLLBACK").all();
  expect(readdirSync(folder).filter((name) => !name.startsWith('a.trefoil'))).toEqual([]);
}

async function runs(part: string): Promise<boolean> {
  const found = await admin.query('SHOW RUNNING').all();
  return found.some((row) => String(row['statement']).startsWith(part) && row['state'] === 'running');
}

it.each([
  ['the first form writes', writing],
  ['the second form writes', second],
  ['a form reads', reading],
  ['the query of EXPLAIN MODELS reads', explained],
])('Cancelled while %s, it leaves nothing.', async (_, text) => {
  const wire = await Wire.open(server);
  wire.send({ type: 'query', id: 1, text });
  await waitFor(() => runs(text.slice(0, 10)));
  await new Promise((resolve) => setTimeout(resolve, 200));
  wire.send({ type: 'cancel', id: 1 });
  expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
  await waitFor(async () => !(await runs(text.slice(0, 10))));
  await expectUntouched();
});

it('Stopped by its time it leaves nothing.', async () => {
  const wire = await Wire.open(server);
  for (const text of [writing, second, reading]) expect(codeOf(await wire.ask(1, text, { timeoutMs: 300 }))).toBe('limit/timeout');
  await expectUntouched();
});

it('Stopped inside a transaction it undoes its own, and the transaction goes on.', async () => {
  const wire = await Wire.open(server);
  await wire.ask(1, "BEGIN; INSERT INTO kept VALUES (5, 'own')");
  expect(codeOf(await wire.ask(2, second, { timeoutMs: 300 }))).toBe('limit/timeout');
  expect(rowsOf(await wire.ask(3, 'SELECT a, b FROM kept'))).toEqual([
    [1, 'x'],
    [5, 'own'],
  ]);
  expect(codeOf(await wire.ask(4, 'SELECT a FROM made'))).toBe('bind/unknown-table');
  expect(codeOf(await wire.ask(5, 'ROLLBACK'))).toBeUndefined();
  await expectUntouched();
});

it('A connection that goes takes it along.', async () => {
  for (const text of [writing, second]) {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text });
    await waitFor(() => runs('COMPARE'));
    wire.socket.terminate();
    await waitFor(async () => !(await runs('COMPARE')));
    await expectUntouched();
  }
});

it('A process that is killed leaves nothing of it in the file.', async () => {
  const own = join(mkdtempSync(join(tmpdir(), 'trefoil-compare-')), 'k.trefoil');
  const { child, url } = await startChild(own);
  const db = await connect(url);
  await numbers(db, 1000);
  await db.query("CREATE TABLE kept (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO kept VALUES (1, 'x'); CREATE COLLECTION docs").all();
  await db.query('CREATE (:Kept {k: 1})-[:KEPT]->(:Kept {k: 2})').all();
  const asItWas = contents(own);
  const lost = expect(db.query(second).all()).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGKILL');
  await once(child, 'close');
  await lost;
  expect(contents(own)).toEqual(asItWas);
});

it('Two large answers are held against each other in steps, between which it is stopped.', () => {
  const answer = { columns: 1, rows: Array.from({ length: 100_000 }, (_, i) => [BigInt(i)]) };
  const stopAt = (steps: number) => () => {
    if (steps-- === 0) throw new Error('stopped');
  };
  expect(firstDifference(answer, answer)).toBeUndefined();
  expect(() => firstDifference(answer, answer, stopAt(1))).toThrow('stopped');
  // Among the rows of the other too.
  expect(() => firstDifference(answer, answer, stopAt(15))).toThrow('stopped');
});

afterAll(() => {
  expect(contents()).toEqual(before);
});
