// Limits of the server at their value and one past it, each on a server of its own that sets it. What is past a limit fails with its code,
// and others go on: those that take more than limit-table.test.ts, which has all limits, says of each.

import { EventEmitter } from 'node:events';
import { surviveBugs } from '../../server/survive-bugs.ts';
import { describe, expect, it } from 'vitest';
import { Dispatcher } from '../../server/dispatcher.ts';
import { ask } from './dispatched.ts';
import { client, codeOf, endless, endlessList, failure, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

it('A bug that nobody catches is reported and ends nothing.', () => {
  const process = new EventEmitter();
  const told: string[] = [];
  const end = surviveBugs(process, (text) => told.push(text));
  process.emit('uncaughtException', new Error('first'));
  process.emit('unhandledRejection', 'second');
  expect(told).toEqual([expect.stringContaining('Error: first'), 'A bug of Trefoil, which goes on: second']);
  end();
  expect(process.listenerCount('uncaughtException')).toBe(0);
});

it('A result may have resultRows rows and resultBytes bytes, on whatever thread.', async () => {
  const server = await start({ limits: { resultRows: 1500, resultBytes: 30_000 } });
  const wire = await Wire.open(server);
  const rows = (n: number, item = 'i'): string => `UNWIND range(1, ${n}) AS i RETURN ${item}`;
  expect(rowsOf(await wire.ask(1, rows(1500))).length).toBe(1500);
  expect(codeOf(await wire.ask(2, rows(1501)))).toBe('limit/result-rows');
  expect(codeOf(await wire.ask(3, `BEGIN; ${rows(1501)}`))).toBe('limit/result-rows');
  await wire.ask(4, 'ROLLBACK');
  expect(codeOf(await wire.ask(5, rows(100, "repeat('a', 250)")))).toBeUndefined();
  expect(codeOf(await wire.ask(6, rows(1400, "repeat('a', 250)")))).toBe('limit/result-bytes');
  const light = await Wire.open(await start({ limits: { resultRows: 2 } }));
  expect(rowsOf(await light.ask(1, 'VALUES (1), (2)'))).toEqual([[1], [2]]);
  expect(codeOf(await light.ask(2, 'VALUES (1), (2), (3)'))).toBe('limit/result-rows');
  // What a write has done is done; its rows are not held back.
  await light.ask(3, 'CREATE TABLE t (x INTEGER)');
  expect(rowsOf(await light.ask(4, 'INSERT INTO t VALUES (1), (2), (3) RETURNING x')).length).toBe(3);
});

it('A connection that asks nothing for sessionIdleMs is closed, one in a transaction is not.', async () => {
  const server = await start({ limits: { sessionIdleMs: 600 } });
  const [silent, inTransaction] = [await Wire.open(server), await Wire.open(server)];
  await inTransaction.ask(1, 'BEGIN');
  expect((await silent.closed).reason).toBe('limit/session-idle');
  expect(codeOf(await inTransaction.ask(2, 'COMMIT'))).toBeUndefined();
});

it('Statements and transactions wait for the writer up to a number of each.', async () => {
  const server = await start({ limits: { writerQueueStatements: 3, writerQueueTransactions: 1 } });
  const wires = await Promise.all([1, 2, 3, 4].map(() => Wire.open(server)));
  const [holder, second, third, fourth] = wires as [Wire, Wire, Wire, Wire];
  await holder.ask(1, 'CREATE TABLE t (x INTEGER); BEGIN');
  second.send({ type: 'query', id: 1, text: 'BEGIN' });
  await second.soFar();
  expect(codeOf(await third.ask(1, 'BEGIN'))).toBe('limit/queue');
  for (const id of [2, 3]) third.send({ type: 'query', id, text: 'INSERT INTO t VALUES (1)' });
  await third.soFar();
  expect(codeOf(await fourth.ask(1, 'INSERT INTO t VALUES (1)'))).toBe('limit/queue');
  await holder.ask(2, 'COMMIT');
  expect(codeOf(await second.until(1))).toBeUndefined();
  await second.ask(2, 'COMMIT');
  expect(codeOf(await third.until(3))).toBeUndefined();
});

it('Statements that wait together share a commit up to groupStatements; a request may not ask for more than statementTimeoutMs.', async () => {
  const commits: number[] = [];
  const observer = { statement: () => {}, commit: (statements: number) => void commits.push(statements), bug: () => {} };
  const limits = { groupStatements: 3, groupMs: 60_000, statementTimeoutMs: 1500 };
  const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1, observer, limits });
  try {
    const session = dispatcher.session();
    await ask(session, 'CREATE TABLE t (x INTEGER)');
    const inserts = Array.from({ length: 10 }, (_, i) => ask(session, `INSERT INTO t VALUES (${i}) RETURNING x`));
    expect(await Promise.all(inserts)).toEqual(Array.from({ length: 10 }, (_, i) => `[[${i}]]`));
    expect(Math.max(...commits)).toBe(3);
    expect(commits.reduce((sum, n) => sum + n, 0)).toBe(11);
    expect(await ask(session, endlessList, { timeoutMs: 3_600_000 })).toBe('limit/timeout');
  } finally {
    await dispatcher.close();
  }
});

it('A reading thread is added when a statement has waited readerSpawnMs, and goes after readerIdleMs without work.', async () => {
  const limits = { readerSpawnMs: 1, readerIdleMs: 50 };
  const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1, readersMax: 2, limits });
  try {
    const runs = [1, 2].map(() => dispatcher.session().run({ text: endlessList }, () => {}));
    await waitFor(() => dispatcher.status().readers === 2);
    for (const run of runs) run.cancel();
    await waitFor(() => dispatcher.status().readers === 1);
  } finally {
    await dispatcher.close();
  }
});

it('Limits that only say where and in which pieces something runs change no answer, however small they are.', async () => {
  const limits = { inlineRows: 1, inlineMs: 1, classifyChars: 12, readAheadBytes: 1, cancelGraceMs: 20, terminateGraceMs: 1 };
  const server = await start({ limits });
  const db = await client(server);
  await numbers(db, 3000);
  const texts = ['SELECT 1 AS x', 'SELECT x FROM n WHERE x = 7', 'SELECT x FROM n WHERE x <= 20 ORDER BY x', 'SELECT x FROM n ORDER BY x'];
  const counts = [1, 1, 20, 3000];
  for (const [i, text] of texts.entries()) {
    const rows = await db.query(text).all();
    expect(rows.map(({ x }) => x)).toEqual(i === 1 ? [7] : Array.from({ length: counts[i] as number }, (_, at) => at + 1));
  }
  const other = await client(server);
  const stop = new AbortController();
  const stuck = failure(db.query("RETURN repeat('a', 40) + 'b' =~ '(a+)+c' AS m", {}, { signal: stop.signal }).all());
  await waitFor(async () => (await other.query('SHOW RUNNING').all()).length === 2);
  stop.abort();
  expect(await stuck).toBe('limit/cancelled');
  expect(await db.query('SELECT count(*) AS c FROM n').all()).toEqual([{ c: 3000 }]);
});

describe('A statement that needs more than memoryBytes', async () => {
  const server = await start({ readers: 1, limits: { memoryBytes: 32 * 1024 * 1024 } });
  const db = await client(server);
  await numbers(db, 2000);
  const wide = "UNWIND range(1, 1000) AS a UNWIND range(1, 1000) AS b WITH a * 1000 + b AS i WITH i, toString(i) + repeat('x', 40) AS t";
  it.each([
    ['a sort', `${wide} ORDER BY t DESC RETURN t`],
    ['collect', `${wide} RETURN size(collect(t)) AS n`],
    ['a list that doubles', 'RETURN size(reduce(l = [1, 2], i IN range(1, 30) | l + l)) AS n'],
    ['a text that doubles', "RETURN length(reduce(t = 'ab', i IN range(1, 40) | t + t)) AS n"],
  ])('fails in %s, and the server goes on', async (_what, text) => {
    expect(await failure(db.query(text).all())).toMatch(/^limit\/(memory|list|text)$/);
    expect(await db.query('SELECT count(*) AS c FROM n AS a JOIN n AS b ON a.x = b.x').all()).toEqual([{ c: 2000 }]);
  });

  it('fails alone: what others run on other threads is not touched, and a sort in SQLite goes to the disk', async () => {
    const other = await Wire.open(server);
    other.send({ type: 'query', id: 1, text: endless });
    await other.soFar();
    expect(await failure(db.query(`${wide} RETURN size(collect(t)) AS n`).all())).toBe('limit/memory');
    expect(
      await db
        .query(
          'SELECT count(*) AS c FROM (SELECT a.x FROM n AS a, n AS b WHERE b.x <= 100 ORDER BY a.x * b.x % 1009, b.x LIMIT 150000) AS q',
        )
        .all(),
    ).toEqual([{ c: 150000 }]);
    other.send({ type: 'cancel', id: 1 });
    expect(codeOf(await other.until(1))).toBe('limit/cancelled');
    await waitFor(async () => (await db.query('SHOW RUNNING').all()).length === 1);
  });
});
