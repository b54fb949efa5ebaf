// Every kind of work stops when it is told to: inside SQLite, in the row operators and in graph programs. The threads of this server are
// not ended for being slow to stop, so a statement that did not look would keep its test waiting for ever.

import { describe, expect, it } from 'vitest';
import { StopSlots } from '../../server/threads/stop-slots.ts';
import { client, codeOf, rowsOf, start, Wire } from './started.ts';

const cooperative = await start({ readers: 1, readersMax: 2, limits: { cancelGraceMs: 600_000, cancelAnswerMs: 600_000 } });
const admin = await client(cooperative);
await admin
  .query(`
    CREATE TABLE n (x INTEGER PRIMARY KEY);
    INSERT INTO n SELECT q.r FROM (UNWIND range(1, 3000) AS r RETURN r) AS q;
    CREATE TABLE slow (x INTEGER PRIMARY KEY, t TEXT);
    INSERT INTO slow SELECT q.r, repeat('a', 100) FROM (UNWIND range(1, 50000) AS r RETURN r) AS q;
    CREATE COLLECTION d;
    INSERT INTO d {id: 1, list: range(1, 20000)};
    UNWIND range(1, 14) AS i CREATE (:D {i: i});
    MATCH (a:D), (b:D) WHERE a.i <> b.i CREATE (a)-[:E]->(b);
    CREATE INDEX ON :G (i);
    UNWIND range(0, 2499) AS i CREATE (:G {i: i});
    UNWIND range(0, 2499) AS i UNWIND [i + 1, i + 50] AS j MATCH (a:G {i: i}), (b:G {i: j}) CREATE (a)-[:NEXT]->(b);
  `)
  .all();

// Each would run for a minute at the least, and most for hours.
const cases: readonly (readonly [string, string])[] = [
  ['a long scan in SQLite', "SELECT count(*) AS c FROM slow AS s WHERE length(replace(s.t, 'a', repeat('b', 20000))) = 1"],
  ['a join in SQLite', 'SELECT count(*) AS c FROM n AS a, n AS b, n AS c WHERE a.x + b.x + c.x = 1'],
  [
    'a recursive CTE row by row',
    'WITH RECURSIVE r (i) AS (SELECT q.r FROM (UNWIND range(1, 3000) AS r RETURN r) AS q UNION ALL SELECT i + 1 FROM r WHERE i > 0) SELECT count(*) AS c FROM r',
  ],
  [
    'a recursive CTE in SQLite',
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT (r.i + n.x) % 1000003 FROM r, n WHERE n.x < 3) SELECT count(*) AS c FROM r',
  ],
  ['lists of documents in SQLite', 'SELECT count(*) AS c FROM d, d.list AS a, d.list AS b WHERE a + b = 0'],
  ['lists of documents row by row', 'FROM d UNWIND d.list AS a UNWIND d.list AS b WITH a + b AS s WHERE s = 0 RETURN count(*) AS c'],
  [
    'a cross join row by row',
    'UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 3000) AS c WITH a + b + c AS s WHERE s = 1 RETURN count(*) AS c',
  ],
  [
    'a sort row by row',
    'UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a % 1009 AS k, b ORDER BY k DESC, b LIMIT 100000 RETURN k',
  ],
  ['an aggregate row by row', 'UNWIND range(1, 3000) AS a UNWIND range(1, 300000) AS b RETURN a % 2 AS k, count(DISTINCT b % 7) AS c'],
  ['trails in the graph', 'MATCH p = (a:D)-[:E*1..30]->(b:D) WITH length(p) AS l WHERE l > 1000 RETURN count(*) AS c'],
  [
    'all shortest paths in the graph',
    'MATCH p = allShortestPaths((a:G {i: 0})-[:NEXT*]->(b:G {i: 2498})) WITH length(p) AS l WHERE l > 10000 RETURN count(*) AS c',
  ],
  [
    'shortest paths between all nodes',
    'MATCH (a:G), (b:G) WHERE a.i < b.i MATCH p = shortestPath((a)-[:NEXT*]->(b)) WITH length(p) AS l WHERE l > 10000 RETURN count(*) AS c',
  ],
  ['reachability from all nodes', 'MATCH (a:G)-[:NEXT*]->(b:G) UNWIND range(1, 100) AS i WITH a, b, i WHERE i < 0 RETURN count(*) AS c'],
];

describe.each(cases)('A statement that is busy with %s', (_what, text) => {
  it('is cancelled, and stops at its time limit', async () => {
    const wire = await Wire.open(cooperative);
    wire.send({ type: 'query', id: 1, text });
    // It takes far longer than this, so nothing but a head may have come.
    expect((await wire.soFar()).filter((frame) => frame.type !== 'head')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    wire.send({ type: 'cancel', id: 1 });
    expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
    expect(codeOf(await wire.ask(2, text, { timeoutMs: 150 }))).toBe('limit/timeout');
    expect(rowsOf(await wire.ask(3, 'SELECT count(*) AS c FROM n AS a JOIN n AS b ON a.x = b.x'))).toEqual([[3000]]);
  });
});

it('A statement tells how far it is, if it is asked to: of how many rows, where one scan goes through them.', async () => {
  const wire = await Wire.open(cooperative);
  const firstProgress = async (id: number, text: string): Promise<unknown> => {
    wire.send({ type: 'query', id, text, progressMs: 1 });
    for (;;) {
      const { type, read, of } = (await wire.next()) as { type: string; read?: number; of?: number };
      if (type !== 'progress' || !read) continue;
      wire.send({ type: 'cancel', id });
      expect(codeOf(await wire.until(id))).toBe('limit/cancelled');
      return of;
    }
  };
  expect(await firstProgress(1, "SELECT count(*) AS c FROM slow AS s WHERE length(replace(s.t, 'a', repeat('b', 5000))) = 1")).toBe(50000);
  expect(await firstProgress(2, 'SELECT count(*) AS c FROM n AS a, n AS b, n AS c WHERE a.x + b.x + c.x = 1')).toBeUndefined();
  expect(codeOf(await wire.ask(3, 'SELECT 1', { progressMs: 0 }))).toBe('protocol/bad-field');
});

it('A long write is undone when it is stopped, and the writer goes on.', async () => {
  const wire = await Wire.open(cooperative);
  wire.send({ type: 'query', id: 1, text: 'UNWIND range(1, 10000) AS i UNWIND range(1, 10000) AS j CREATE (:New {i: i})-[:LINK]->(:New)' });
  await wire.soFar();
  wire.send({ type: 'cancel', id: 1 });
  expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
  expect(codeOf(await wire.ask(2, 'MATCH (g:G), (h:G), (k:G) SET g.z = h.i + k.i', { timeoutMs: 300 }))).toBe('limit/timeout');
  expect(rowsOf(await wire.ask(3, 'CREATE (:New {i: 1}); MATCH (n:New) RETURN count(*) AS c'))).toEqual([[1]]);
});

/**
 * Nothing that SQLite does in one go lasts for ever, so how long to let it be is found by trying: it runs to its end once, and then for a
 * part of that time, until it was in the middle when it was told to stop. SQLite is stopped a little later than the statement, and looks
 * between its own steps; where it is too quick for that, table `many` is doubled.
 */
async function firstToStop(wire: Wire, attempt: (ms?: number) => Promise<boolean>): Promise<void> {
  for (let doubled = 0; doubled <= 4; doubled++) {
    const began = performance.now();
    await attempt();
    const wholeMs = performance.now() - began;
    for (const part of [3, 5, 10, 20, 40]) if (await attempt(Math.ceil(wholeMs / part))) return;
    await wire.ask(100, 'INSERT INTO many SELECT x, t FROM many');
  }
  throw new Error('it had not begun or was done each time when it was told to stop');
}

it('The making of an index, where SQLite calls no check, is stopped from outside, and so is VACUUM and a write in a transaction.', async () => {
  const wire = await Wire.open(cooperative);
  const many = '(UNWIND range(1, 100000) AS x RETURN x) AS q';
  await wire.ask(
    1,
    `CREATE TABLE many (x INTEGER, t TEXT); INSERT INTO many SELECT q.x, q.x * 104729 % 1000003 || repeat(' text', 50) FROM ${many}`,
  );
  await firstToStop(wire, async (ms) => {
    wire.send({ type: 'query', id: 2, text: 'CREATE INDEX by_t ON many (t, x)' });
    if (ms !== undefined) setTimeout(() => wire.send({ type: 'cancel', id: 2 }), ms);
    const code = codeOf(await wire.until(2));
    if (code === undefined) await wire.ask(3, 'DROP INDEX by_t');
    else expect(code).toBe('limit/cancelled');
    return code !== undefined;
  });
  await firstToStop(wire, async (timeoutMs) => codeOf(await wire.ask(3, 'VACUUM', { timeoutMs })) === 'limit/timeout');
  expect(rowsOf(await wire.ask(4, 'SHOW INDEXES')).some((row) => row[0] === 'by_t')).toBe(false);
  // SQLite gives up the whole transaction then. Until its client says that it knows, nothing else runs.
  await wire.ask(5, 'CREATE TABLE kept (x INTEGER)');
  await firstToStop(wire, async (timeoutMs) => {
    await wire.ask(5, 'BEGIN; INSERT INTO kept VALUES (1)');
    expect([undefined, 'limit/timeout']).toContain(codeOf(await wire.ask(6, 'CREATE INDEX by_t ON many (t, x)', { timeoutMs })));
    const next = codeOf(await wire.ask(7, 'INSERT INTO kept VALUES (2)'));
    await wire.ask(8, 'ROLLBACK');
    return next === 'storage/rolled-back';
  });
  expect(rowsOf(await wire.ask(9, 'SELECT count(*) AS c FROM kept'))).toEqual([[0]]);
});

it('Writes that share a commit with one that is stopped from outside run once more.', async () => {
  const wire = await Wire.open(cooperative);
  await wire.ask(1, 'CREATE TABLE beside (x INTEGER)');
  await firstToStop(wire, async (timeoutMs) => {
    for (let id = 10; id < 40; id++) {
      const text = id === 20 ? 'CREATE INDEX by_t ON many (t, x)' : `INSERT INTO beside VALUES (${id})`;
      wire.send({ type: 'query', id, text, ...(id === 20 ? { timeoutMs } : {}) });
    }
    const codes = new Map<unknown, string | undefined>();
    while (codes.size < 30) {
      const frame = await wire.next();
      if (frame.type === 'done' || frame.type === 'error') codes.set(frame.id, frame.error?.code);
    }
    const failed = [...codes].filter(([, code]) => code !== undefined);
    expect(failed).toEqual(failed.length === 0 ? [] : [[20, 'limit/timeout']]);
    expect(rowsOf(await wire.ask(2, 'SELECT count(*) AS c FROM beside'))).toEqual([[29]]);
    await wire.ask(3, failed.length === 0 ? 'DELETE FROM beside; DROP INDEX by_t' : 'DELETE FROM beside');
    return failed.length > 0;
  });
});

it('A graph algorithm of another library cannot look; its thread is ended and replaced.', async () => {
  const server = await start({ readers: 1, limits: { cancelGraceMs: 50 } });
  const db = await client(server);
  await db
    .query(`
      CREATE INDEX ON :A (i);
      UNWIND range(1, 8000) AS i CREATE (:A {i: i});
      UNWIND range(1, 8000) AS i UNWIND [i + 1, i * 7 % 8000, i * 11 % 8000] AS j MATCH (a:A {i: i}), (b:A {i: j}) CREATE (a)-[:E]->(b)
    `)
    .all();
  const text = "CALL algo.betweenness('A', 'E') YIELD node, score RETURN count(*) AS c";
  const wire = await Wire.open(server);
  wire.send({ type: 'query', id: 1, text });
  await wire.soFar();
  wire.send({ type: 'cancel', id: 1 });
  expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
  expect(codeOf(await wire.ask(2, text, { timeoutMs: 100 }))).toBe('limit/timeout');
  expect(rowsOf(await wire.ask(3, 'MATCH (a:A) RETURN count(*) AS c'))).toEqual([[8000]]);
});

it('No two files that a process has open share the numbers by which statements are stopped.', () => {
  const [one, other] = [new StopSlots(), new StopSlots()];
  const taken = [one.take(), other.take()];
  if (one.available) expect(taken[0]).not.toBe(taken[1]);
  for (const [i, slots] of [one, other].entries()) {
    const first = taken[i];
    if (first !== undefined) slots.giveBack(first);
    slots.close();
  }
});
