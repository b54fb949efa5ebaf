// Statements just below the limits of their text and beyond those of their parts: each is answered right or refused with a code, never with
// a full stack or a bug, and what comes next is answered. None takes the square of its length: each would then run for minutes.

import { describe, expect, it } from 'vitest';
import { longRun } from '../long.ts';
import { client, failure, start } from '../server/started.ts';
import { stopAfterFile } from '../server/to-stop.ts';
import { open } from '../../server/open.ts';

const many = (count: number, part: (i: number) => string, between = ', '): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(between);

/** How many parts where a limit is not near: the time that they take grows with their number. */
const upTo = (count: number): number => (longRun ? count : count / 10);

const chain = (edges: number): string => `MATCH (a0)${many(edges, (i) => `-[:T]->(a${i + 1})`, '')} RETURN count(*) AS x`;
const commonTables = (count: number): string =>
  `WITH q0 AS (SELECT 1 AS x), ${many(count, (i) => `q${i + 1} AS (SELECT x FROM q${i})`)} SELECT x FROM q${count}`;

/** The statement, and its rows as x, or the code that it fails with. */
const cases: readonly (readonly [string, string, readonly unknown[] | string])[] = [
  ['a pattern of 999 edges', chain(999), [0]],
  ['a pattern of 1000 edges', chain(1000), 'limit/query-size'],
  ['a pattern of 10,000 edges', chain(10_000), 'limit/query-size'],
  ['a pattern of 500 paths of one edge', `MATCH ${many(500, (i) => `(a)-[:T]->(b${i})`)} RETURN count(*) AS x`, [0]],
  ['a pattern of 1000 nodes', `MATCH ${many(1000, (i) => `(b${i}:Nobody)`)} RETURN count(*) AS x`, [0]],
  ['a pattern of 1001 nodes', `MATCH ${many(1001, (i) => `(b${i}:Nobody)`)} RETURN count(*) AS x`, 'limit/query-size'],
  ['999 MATCH clauses', `${many(999, (i) => `MATCH (a${i}:Nobody)`, ' ')} RETURN count(*) AS x`, [0]],
  ['1000 MATCH clauses', `${many(1000, (i) => `MATCH (a${i}:Nobody)`, ' ')} RETURN count(*) AS x`, 'limit/query-size'],
  ['10,000 CREATE clauses', many(10_000, (i) => `CREATE (n${i})`, ' '), 'limit/query-size'],
  ['a CREATE of very many nodes', `CREATE ${many(upTo(5000), (i) => `(n${i}:X {a: ${i}})`)}`, []],
  ['999 common tables, each of the one before', commonTables(999), [1]],
  ['1000 common tables, each of the one before', commonTables(1000), 'limit/query-size'],
  [
    'common tables that double',
    `WITH q0 AS (SELECT 1 AS x), ${many(40, (i) => `q${i + 1} AS (SELECT a.x FROM q${i} AS a, q${i} AS b)`)} SELECT x FROM q40`,
    'limit/query-size',
  ],
  [
    'a chain of very many joins',
    `SELECT count(*) AS x FROM t AS t0 ${many(upTo(1500), (i) => `JOIN t AS t${i + 1} ON t${i + 1}.id = t${i}.id`, ' ')}`,
    [1],
  ],
  [
    'a chain of 3000 joins',
    `SELECT count(*) AS x FROM t AS t0 ${many(3000, (i) => `JOIN t AS t${i + 1} ON t${i + 1}.id = t${i}.id`, ' ')}`,
    'limit/depth',
  ],
  ['very many UNION arms', `SELECT count(*) AS x FROM (${many(upTo(600), () => 'SELECT id FROM t', ' UNION ALL ')}) AS u`, [upTo(600)]],
  ['10,000 UNION arms', many(10_000, (i) => `SELECT ${i} AS x`, ' UNION ALL '), 'limit/depth'],
  ['IN with very many numbers', `SELECT id AS x FROM t WHERE id IN (${many(upTo(100_000), (i) => `${i}`)})`, [1]],
  ['IN with very many expressions', `SELECT id AS x FROM t WHERE id IN (${many(upTo(100_000), (i) => `id + ${i}`)})`, [1]],
  ['very many CASE arms', `SELECT CASE ${many(upTo(10_000), (i) => `WHEN id = ${i} THEN ${i}`, ' ')} END AS x FROM t`, [1]],
  ['an AND of 1900 terms', `SELECT id AS x FROM t WHERE ${many(1900, (i) => `id <> ${i + 2}`, ' AND ')}`, [1]],
  ['an OR of 1900 terms', `SELECT id AS x FROM t WHERE ${many(1900, (i) => `id = ${i}`, ' OR ')}`, [1]],
  ['an AND of 10,000 terms', `SELECT id AS x FROM t WHERE ${many(10_000, (i) => `id <> ${i}`, ' AND ')}`, 'limit/depth'],
  ['a sum of 10,000 terms', `SELECT ${many(10_000, () => 'id', ' + ')} AS x FROM t`, 'limit/depth'],
  [
    '60 EXISTS within each other',
    `SELECT id AS x FROM t WHERE ${many(60, (i) => `EXISTS (SELECT 1 AS o FROM t AS t${i} WHERE t${i}.id = t.id AND `, '')}true${')'.repeat(60)}`,
    [1],
  ],
  [
    'UPDATE with a condition of 1500 terms',
    `UPDATE t SET s = 'x' WHERE ${many(1500, (i) => `id <> ${i + 1}`, ' AND ')}`,
    'limit/query-size',
  ],
  ['a CHECK of 1500 terms', `CREATE TABLE k (id INTEGER, CHECK (${many(1500, (i) => `id <> ${i}`, ' AND ')}))`, 'limit/query-size'],
  ['very many rows of ten values', `INSERT INTO w VALUES ${many(upTo(5000), (i) => `(${i}, 1, 2, 3, 4, 'a', 'b', 'c', 1.5, true)`)}`, []],
  ['2000 keys of GROUP BY', `SELECT count(*) AS x FROM t GROUP BY ${many(2000, (i) => `id + ${i}`)}`, [1]],
  ['1500 aggregates', `SELECT ${many(1500, (i) => `sum(id + ${i})${i === 0 ? ' AS x' : ''}`)} FROM t`, [1]],
  ['a label expression of 190 levels', `MATCH (n:${many(190, (i) => `(!L${i}&`, '')}Nobody${')'.repeat(190)}) RETURN n AS x`, []],
  ['brackets of 190 levels', `SELECT ${'('.repeat(190)}1${')'.repeat(190)} AS x`, [1]],
  ['brackets of 5000 levels', `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)} AS x`, 'limit/depth'],
  ['very many statements', many(upTo(20_000), (i) => `SELECT ${i} AS x`, ';'), [upTo(20_000) - 1]],
];

const tables = `CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT); INSERT INTO t VALUES (1, 'v1');
  CREATE TABLE w (a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER, f TEXT, g TEXT, h TEXT, i FLOAT, j BOOLEAN)`;

describe('In a program', async () => {
  const db = await open(':memory:');
  stopAfterFile(() => db.close());
  await db.query(tables).all();
  it.each(cases)('%s', async (_what, text, expected) => {
    const answer = await db
      .query(text)
      .all()
      .then(
        (rows) => rows.map(({ x }) => x),
        (error: { readonly code?: string }) => error.code ?? error,
      );
    expect(answer).toEqual(expected);
    expect(await db.query('SELECT s FROM t').all()).toEqual([{ s: 'v1' }]);
  });
});

it('On a server others are answered, and the connection goes on.', async () => {
  const server = await start({ readers: 1 });
  const [db, other] = [await client(server), await client(server)];
  await db.query(tables).all();
  const large = cases.filter(([, , expected]) => typeof expected === 'string');
  for (const [what, text, code] of large) {
    const answer = failure(db.query(text).all());
    expect(await other.query('SELECT id FROM t').all()).toEqual([{ id: 1 }]);
    expect([what, await answer]).toEqual([what, code]);
  }
  expect(await db.query('SELECT s FROM t').all()).toEqual([{ s: 'v1' }]);
});
