// How far a statement is: what SQLite counts of it for another thread, and how many rows the planner says that it goes through.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabase, openInterrupter } from '../../engines/open.ts';
import { openConnection } from '../../engines/sql/sqlite/driver.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-progress-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('The rows of a full scan are counted while it goes on, also when the statement was prepared before, and those of an index twice.', () => {
  const interrupter = openInterrupter();
  const connection = openConnection(join(folder, 'a.db'), { watched: true });
  if (!interrupter) return connection.close();
  let steps: number[] = [];
  connection.database.function('seen', { deterministic: true, safeIntegers: false }, (x: unknown) => {
    steps.push(interrupter.steps(7));
    return x as number;
  });
  connection.script('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (3), (1), (2), (4), (5)');
  const scan = 'SELECT count(seen(a)) FROM t';
  connection.all(scan);
  expect(steps).toEqual([0, 0, 0, 0, 0]);
  for (const again of [1, 2]) {
    steps = [];
    connection.watch(7, true);
    connection.all(scan);
    connection.get('SELECT 1');
    expect([again, steps, interrupter.steps(7), interrupter.steps(8)]).toEqual([again, [0, 1, 2, 3, 4], 4, 0]);
    connection.watch(undefined);
    expect(interrupter.steps(7)).toBe(0);
  }
  steps = [];
  connection.watch(7, true);
  connection.run('CREATE INDEX i ON t (seen(a))');
  expect([steps, interrupter.steps(7)]).toEqual([[0, 1, 2, 3, 4], 8]);
  connection.watch(7);
  connection.watch(undefined);
  // Unless it is asked for, nothing is counted.
  connection.watch(7);
  connection.all('SELECT a FROM t WHERE a > 0');
  expect(interrupter.steps(7)).toBe(0);
  // A cursor that stays open beside others, and a connection that is closed in the middle.
  connection.watch(undefined);
  connection.watch(7, true);
  const cursor = connection.cursor('SELECT a FROM t');
  cursor.next(2);
  connection.all('SELECT b.a FROM t AS b');
  expect(interrupter.steps(7)).toBe(5);
  cursor.close();
  connection.close();
  expect(interrupter.steps(7)).toBe(0);
  interrupter.close();
});

it('How many rows a statement goes through is known where one table or collection is read once.', async () => {
  const database = await openDatabase({ file: ':memory:' });
  const session = database.session();
  let told: (number | undefined)[] = [];
  const progress = { begin: (rows: number | undefined) => void told.push(rows) };
  const rowsOf = async (text: string): Promise<(number | undefined)[]> => {
    told = [];
    for await (const result of session.run(text, { progress })) for await (const batch of result.batches) void batch;
    return told;
  };
  await rowsOf('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3); CREATE COLLECTION c; INSERT INTO c {l: [1]}, {l: [2]}');
  expect(await rowsOf('SELECT a % 2, count(*) FROM t WHERE a > 1 GROUP BY a % 2 ORDER BY 1')).toEqual([3]);
  expect(await rowsOf('SELECT l FROM c AS o, o.l AS l')).toEqual([2]);
  expect(await rowsOf('UPDATE t SET a = a + 1')).toEqual([3]);
  expect(await rowsOf('INSERT INTO t SELECT a FROM t WHERE a > 2')).toEqual([3]);
  expect(await rowsOf('SELECT * FROM t, c')).toEqual([undefined]);
  expect(await rowsOf('SELECT a FROM t WHERE EXISTS (SELECT 1 FROM c WHERE c.x = t.a)')).toEqual([undefined]);
  expect(await rowsOf('MATCH (n) RETURN n')).toEqual([undefined]);
  expect(await rowsOf('CREATE INDEX ON t (a)')).toEqual([10]);
  expect(await rowsOf('CREATE INDEX ON c (l[*])')).toEqual([4]);
  await session.close();
  await database.close();
});
