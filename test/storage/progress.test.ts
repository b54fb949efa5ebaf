// How far a statement is: what SQLite counts of it for another thread, and how many rows the planner says that it goes through.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabase, openInterrupter } from '../../engines/open.ts';
import type { Progress, ProgressCounts } from '../../engines/session.ts';
import { openConnection } from '../../engines/sql/sqlite/driver.ts';
import { type QueryPlanStep, scanTotal } from '../../engines/sql/sqlite/scan-total.ts';

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

it('Where every scan of a statement runs once, SQLite counts as many rows as its plan says.', () => {
  const interrupter = openInterrupter();
  const connection = openConnection(join(folder, 'b.db'), { watched: true });
  if (!interrupter) return connection.close();
  const rows: Record<string, number> = { t: 300, u: 200 };
  connection.script('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER)');
  for (const [table, count] of Object.entries(rows))
    connection.run(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) INSERT INTO ${table} SELECT i, i % 50 FROM n`);
  const [t, u, third] = ['main."t" AS "t1"', 'main."u" AS "t2"', 'main."u" AS "t3"'];
  const known: readonly (readonly [text: string, total: number])[] = [
    [`SELECT count(*) FROM ${t}, ${u} WHERE t2.t = t1.a`, 500],
    [`SELECT count(*) FROM ${t}, ${u} WHERE t2.id = t1.a`, 300],
    [`SELECT count(*) FROM ${t} LEFT JOIN ${u} ON t2.t = t1.a`, 500],
    [`SELECT t1.a, count(*) FROM ${t} WHERE t1.a IN (SELECT t2.t FROM ${u} WHERE t2.id > 0) GROUP BY t1.a`, 300],
    [`SELECT count(*) FROM ${t} WHERE t1.a IN (SELECT t2.t FROM ${u} WHERE t2.t % 7 <> 9)`, 500],
    [`SELECT d4.x FROM (SELECT t1.a AS x FROM ${t} UNION ALL SELECT t2.t AS x FROM ${u}) AS "d4" GROUP BY d4.x`, 500],
    [`SELECT t1.a FROM ${t} UNION SELECT t2.t FROM ${u} ORDER BY 1`, 500],
    [`SELECT d4.x FROM (SELECT t1.a AS x, count(*) AS n FROM ${t} GROUP BY t1.a) AS "d4" WHERE d4.n > 1`, 300],
  ];
  for (const [text, total] of known) {
    expect([text, scanTotal(plan(text), text, (table) => rows[table])]).toEqual([text, total]);
    connection.watch(7, true);
    connection.all(text);
    const counted = interrupter.steps(7);
    expect([text, counted <= total, counted >= total - 3]).toEqual([text, true, true]);
    connection.watch(undefined);
  }
  const unknown = [
    `SELECT count(*) FROM ${t}, ${u}`,
    `SELECT count(*) FROM ${t}, ${u} WHERE t2.id = t1.id AND (SELECT count(*) FROM ${third} WHERE t3.t % 3 = t1.a) > 0`,
    `SELECT t1.a FROM ${t} WHERE t1.id = 7`,
    `SELECT count(*) FROM ${t} FULL JOIN ${u} ON t2.t = t1.a`,
    `WITH RECURSIVE w("c") AS (SELECT t1.a FROM ${t} UNION ALL SELECT w.c + 1 FROM w, ${u} WHERE w.c < 3) SELECT count(*) FROM w`,
    `SELECT count(*) FROM main."gone" AS "t1"`,
  ];
  connection.script('CREATE TABLE gone (a)');
  expect(unknown.map((text) => scanTotal(plan(text), text, (table) => rows[table]))).toEqual(unknown.map(() => undefined));
  connection.close();
  interrupter.close();

  function plan(text: string): QueryPlanStep[] {
    const depths = new Map<unknown, number>([[0, -1]]);
    return connection.explain(text, []).map(([id, parent, , detail]) => {
      const depth = (depths.get(parent) ?? -1) + 1;
      depths.set(id, depth);
      return { depth, detail: String(detail) };
    });
  }
});

it('How many rows a statement goes through is known where each table and collection is read once.', async () => {
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
  expect(await rowsOf('SELECT t.a FROM t JOIN c ON c.id = t.a')).toEqual([7]);
  expect(await rowsOf('SELECT a, count(*) FROM t WHERE a IN (SELECT x.a FROM t AS x WHERE x.a % 2 = 1) GROUP BY a')).toEqual([10]);
  expect(await rowsOf('SELECT a FROM t UNION SELECT id FROM c')).toEqual([7]);
  expect(await rowsOf('SELECT t.a FROM t JOIN MATCH (n) ON n.a = t.a')).toEqual([undefined]);
  expect(await rowsOf('SELECT a FROM t WHERE EXISTS (SELECT 1 FROM c WHERE c.x = t.a)')).toEqual([undefined]);
  expect(await rowsOf('MATCH (n) RETURN n')).toEqual([undefined]);
  expect(await rowsOf('EXPLAIN ANALYZE SELECT a FROM t WHERE a > 1')).toEqual([5]);
  expect(await rowsOf('EXPLAIN SELECT a FROM t WHERE a > 1')).toEqual([]);
  expect(await rowsOf('CREATE INDEX ON t (a)')).toEqual([10]);
  expect(await rowsOf('CREATE INDEX ON c (l[*])')).toEqual([4]);
  await rowsOf('CREATE (:N {a: 1}), (:N {a: 2}), (:M)');
  expect(await rowsOf('CREATE INDEX n_a ON :N (a)')).toEqual([undefined, 2]);
  expect(await rowsOf('REINDEX n_a')).toEqual([undefined, 2]);
  await session.close();
  await database.close();
});

it('A match tells how many of the nodes that it starts from are done, also where a condition stands between its walks.', async () => {
  const database = await openDatabase({ file: ':memory:' });
  const session = database.session();
  const done = async (text: string): Promise<{ of: number | undefined; walked: number; reads: number[] }> => {
    const told: { of?: number | undefined; counts?: ProgressCounts | undefined } = {};
    const progress: Progress = { begin: (of, counts) => void Object.assign(told, { of, counts }) };
    const reads: number[] = [];
    const check = (): void => void (told.counts?.inStats && reads.push(told.counts.stats.rowsRead));
    for await (const result of session.run(text, { progress, check })) for await (const batch of result.batches) void batch;
    return { of: told.of, walked: told.counts?.walked?.entries ?? 0, reads };
  };
  await done('FROM generate_series(1, 300) AS i CREATE (:A {x: i}); MATCH (a:A), (b:A) WHERE a.x % 10 = b.x % 10 CREATE (a)-[:E]->(b)');
  for (const text of [
    'MATCH (a:A)-[:E]->(b)-[:E]->(c) WHERE id(a) + id(b) + id(c) = -1 RETURN count(*)',
    'MATCH (a:A)-[:E]->(b)-[:E]->(c) WHERE a.x > 0 AND a.x + b.x + c.x = -1 RETURN count(*)',
  ]) {
    const { of, reads } = await done(text);
    expect([text, of, reads.length > 20]).toEqual([text, 300, true]);
    expect(reads).toEqual(reads.toSorted((a, b) => a - b));
    expect(reads.at(0)).toBeLessThan(100);
    expect(reads.at(-1)).toBeGreaterThan(250);
  }
  // How many of a few starts are done says little. Then there is what the match looks at.
  const one = await done('MATCH (a:A {x: 7})-[:E]->(b)-[:E]->(c)-[:E]->(d) WHERE id(b) + id(c) + id(d) = -1 RETURN count(*)');
  expect([one.of, one.walked > 10_000]).toEqual([undefined, true]);
  await session.close();
  await database.close();
});
