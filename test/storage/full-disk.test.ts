// A disk that is full fails the statement and not the file. The limit is SQLite's own on the pages of a file, which answers as a disk
// without space does: set on the connections from outside, as Trefoil has no words for it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ask, execute } from '../../clients/terminal/execute.ts';
import { checkFile, type Client, open } from '../../server/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-full-'));
const file = join(folder, 'full.db');
const connections = new Set<Database.Database>();
let db: Client;

beforeAll(async () => {
  const pragma = Database.prototype.pragma;
  vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, ...words) {
    connections.add(this);
    return pragma.apply(this, words);
  });
  db = await open(file);
  await execute(
    db,
    `CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE COLLECTION c; CREATE INDEX ON :N (k);
     INSERT INTO t SELECT i, 'before' FROM range(1, 300) AS i; INSERT INTO c {k: 1}; CREATE (:N {k: 1})-[:E]->(:N {k: 2})`,
  );
});
afterAll(async () => {
  vi.restoreAllMocks();
  await db.close();
  rmSync(folder, { recursive: true });
});

/** The disk has no page more than the file has, or room again. */
function setFull(full: boolean): void {
  for (const connection of connections) {
    if (!connection.open) continue;
    const pages = connection.pragma('page_count', { simple: true });
    connection.pragma(`max_page_count = ${full ? String(pages) : '1000000'}`);
  }
}

const counts = async (): Promise<unknown> =>
  (
    await ask(
      db,
      'SELECT (SELECT count(*) FROM t) AS t, (SELECT count(*) FROM c) AS c, (MATCH (n:N) RETURN count(*)) AS n, (SELECT max(b) FROM t) AS b',
    )
  ).rows;

const large = "repeat('x', 5000)";

test.each([
  `INSERT INTO t SELECT 1000 + i, ${large} FROM range(1, 100) AS i`,
  `UPDATE t SET b = ${large}`,
  `INSERT INTO c SELECT {k: i, b: ${large}} FROM range(1, 100) AS i`,
  `UNWIND range(1, 100) AS i CREATE (:N {k: 10 + i, b: ${large}})`,
  `CREATE TABLE u AS SELECT i, ${large} AS b FROM range(1, 100) AS i`,
  'CREATE TABLE v (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT UNIQUE); CREATE INDEX v_b ON t (b, a); CREATE INDEX v_c ON t (a, b)',
])('A full disk fails %s, and the next statements work.', async (statement) => {
  const before = await counts();
  setFull(true);
  await expect(execute(db, statement)).rejects.toMatchObject({ code: 'storage/full' });
  expect(await counts()).toEqual(before);
  await execute(db, "UPDATE t SET b = 'beyond' WHERE a = 7; UPDATE t SET b = 'before' WHERE a = 7");
  setFull(false);
  await execute(db, `INSERT INTO t VALUES (9000, ${large}); DELETE FROM t WHERE a = 9000`);
  expect(await counts()).toEqual(before);
});

async function loseTransaction(): Promise<void> {
  setFull(true);
  await execute(db, "BEGIN; INSERT INTO t VALUES (5000, 'inside')");
  await expect(execute(db, `INSERT INTO t SELECT 6000 + i, ${large} FROM range(1, 100) AS i`)).rejects.toMatchObject({
    code: 'storage/full',
  });
  setFull(false);
}

test('A full disk that fails an INSERT of many rows in a transaction ends it, as SQLite does, and nothing of it stays.', async () => {
  const before = await counts();
  await loseTransaction();
  // Nothing runs by itself that was meant for the transaction, until the program says that it knows.
  await expect(execute(db, "INSERT INTO t VALUES (5001, 'alone')")).rejects.toMatchObject({ code: 'storage/rolled-back', retryable: true });
  await expect(execute(db, 'SAVEPOINT s')).rejects.toMatchObject({ code: 'storage/rolled-back' });
  await expect(execute(db, 'COMMIT')).rejects.toMatchObject({ code: 'storage/rolled-back' });
  expect((await ask(db, 'SELECT a FROM t WHERE a >= 5000')).rows).toEqual([]);
  expect(await counts()).toEqual(before);
});

test('ROLLBACK ends a transaction that a full disk has ended already, and the next one is like any other.', async () => {
  const before = await counts();
  await loseTransaction();
  await execute(db, 'ROLLBACK');
  await expect(execute(db, 'SELECT nothing FROM t')).rejects.toMatchObject({ code: 'bind/unknown-name' });
  await execute(db, "BEGIN; INSERT INTO t VALUES (5000, 'inside'); ROLLBACK");
  expect(await counts()).toEqual(before);
});

test('The file is whole afterwards.', async () => {
  for await (const { name, problems } of checkFile(file)) expect(problems, name).toEqual([]);
});
