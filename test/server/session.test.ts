// Order and transactions of sessions: what one connection and what another see, and how long they wait.

import { describe, expect, it } from 'vitest';
import { client, codeOf, endless, failure, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const server = await start({ limits: { bufferedResultBytes: 50_000 } });
const admin = await client(server);
await numbers(admin, 20_000);
await admin.query('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)').all();
const count = async (): Promise<unknown> => (await admin.query('SELECT count(*) AS c FROM t').all())[0]?.c;

describe('A session', () => {
  it('runs what was sent at once in order of arrival', async () => {
    const wire = await Wire.open(server);
    const texts = [
      "INSERT INTO t VALUES (1, 'a')",
      'SELECT count(*) AS c FROM t',
      "UPDATE t SET a = 'b' WHERE id = 1",
      'SELECT a FROM t WHERE id = 1',
      'DELETE FROM t',
      'SELECT count(*) AS c FROM t',
    ];
    texts.forEach((text, i) => wire.send({ type: 'query', id: i + 1, text }));
    const seen: unknown[] = [];
    for (let id = 1; id <= texts.length; id++) seen.push(rowsOf(await wire.until(id)));
    expect(seen).toEqual([[], [[1]], [], [['b']], [], [[0]]]);
  });

  it('lets a statement overtake a read whose window is closed, and the read keeps its snapshot', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: 'SELECT x FROM n ORDER BY x', window: 5 });
    await wire.next();
    await wire.next();
    expect(codeOf(await wire.ask(2, 'DELETE FROM n WHERE x > 15000'))).toBeUndefined();
    expect(rowsOf(await wire.ask(3, 'SELECT count(*) AS c FROM n'))).toEqual([[15_000]]);
    wire.send({ type: 'pull', id: 1, rows: 30_000 });
    const rest = await wire.until(1);
    expect(rowsOf(rest).at(-1)).toEqual([20_000]);
  });

  it('sees its own write in a later statement of the same text', async () => {
    const wire = await Wire.open(server);
    expect(rowsOf(await wire.ask(1, "INSERT INTO t VALUES (1, 'a'); SELECT count(*) AS c FROM t; DELETE FROM t"))).toEqual([[1]]);
  });

  it('refuses writes when the query says readOnly', async () => {
    const wire = await Wire.open(server);
    expect(codeOf(await wire.ask(1, "INSERT INTO t VALUES (1, 'a')", { readOnly: true }))).toBe('bind/read-only');
    expect(await count()).toBe(0);
  });
});

describe('A transaction', () => {
  it('shows its changes to nobody else before COMMIT', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    await wire.ask(2, "INSERT INTO t VALUES (1, 'a')");
    expect(rowsOf(await wire.ask(3, 'SELECT count(*) AS c FROM t'))).toEqual([[1]]);
    expect(await count()).toBe(0);
    await wire.ask(4, 'COMMIT');
    expect(await count()).toBe(1);
    await admin.query('DELETE FROM t').all();
  });

  it('goes on after a failed statement, without what that had done', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    await wire.ask(2, "INSERT INTO t VALUES (1, 'a')");
    expect(codeOf(await wire.ask(3, "INSERT INTO t VALUES (2, 'b'), (1, 'again')"))).toBe('constraint/primary-key');
    await wire.ask(4, 'COMMIT');
    expect(await count()).toBe(1);
    await admin.query('DELETE FROM t').all();
  });

  it('keeps other writers waiting, who go on after it', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    await wire.ask(2, "INSERT INTO t VALUES (1, 'a')");
    const patient = (await client(server)).query("INSERT INTO t VALUES (2, 'b')").all();
    await wire.ask(3, 'COMMIT');
    await patient;
    expect(await count()).toBe(2);
    await admin.query('DELETE FROM t').all();
  });

  it('dies with its connection', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    await wire.ask(2, "INSERT INTO t VALUES (1, 'a')");
    wire.socket.terminate();
    await admin.query("INSERT INTO t VALUES (2, 'b')").all();
    expect(await admin.query('SELECT id FROM t').all()).toEqual([{ id: 2 }]);
    await admin.query('DELETE FROM t').all();
  });

  it('reads one snapshot when it is READ ONLY, while others write', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN READ ONLY');
    expect(rowsOf(await wire.ask(2, 'SELECT count(*) AS c FROM t'))).toEqual([[0]]);
    await admin.query("INSERT INTO t VALUES (1, 'a')").all();
    expect(rowsOf(await wire.ask(3, 'SELECT count(*) AS c FROM t'))).toEqual([[0]]);
    expect(codeOf(await wire.ask(4, 'DELETE FROM t'))).toBe('bind/read-only');
    await wire.ask(5, 'COMMIT');
    expect(rowsOf(await wire.ask(6, 'SELECT count(*) AS c FROM t'))).toEqual([[1]]);
    await admin.query('DELETE FROM t').all();
  });

  it('keeps a result that is not read yet when the next statement comes, up to a limit', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    wire.send({ type: 'query', id: 2, text: 'SELECT x FROM n WHERE x <= 1000 ORDER BY x', window: 5 });
    expect(rowsOf(await wire.ask(3, 'SELECT 1 AS a'))).toEqual([[1]]);
    wire.send({ type: 'pull', id: 2, rows: 2000 });
    expect(rowsOf(await wire.until(2)).at(-1)).toEqual([1000]);
    wire.send({ type: 'query', id: 4, text: "SELECT x, 'some more text' AS t FROM n", window: 5 });
    wire.send({ type: 'query', id: 5, text: 'SELECT 2 AS a' });
    expect(codeOf(await wire.until(4))).toBe('limit/result-buffer');
    expect(rowsOf(await wire.until(5))).toEqual([[2]]);
    await wire.ask(6, 'ROLLBACK');
  });
});

describe('What takes too long', () => {
  it('for the writer fails with storage/busy', async () => {
    const strict = await start({ limits: { writerWaitMs: 100 } });
    const db = await client(strict);
    await db.query('CREATE TABLE t (id INTEGER)').all();
    const wire = await Wire.open(strict);
    await wire.ask(1, 'BEGIN');
    const others = [failure(db.query('INSERT INTO t VALUES (3)').all()), failure((await client(strict)).query('BEGIN').all())];
    expect(await Promise.all(others)).toEqual(['storage/busy', 'storage/busy']);
    await wire.ask(2, 'ROLLBACK');
    await db.query('INSERT INTO t VALUES (4)').all();
    expect(await db.query('SELECT id FROM t').all()).toEqual([{ id: 4 }]);
  });

  it('for an idle transaction rolls it back, and nothing more of it runs before ROLLBACK', async () => {
    const strict = await start({ limits: { transactionIdleMs: 150 } });
    const db = await client(strict);
    await db.query('CREATE TABLE t (id INTEGER)').all();
    const wire = await Wire.open(strict);
    wire.send({ type: 'query', id: 1, text: 'BEGIN' });
    expect(codeOf(await wire.ask(2, 'INSERT INTO t VALUES (1)'))).toBeUndefined();
    // Gets the writer only when the transaction is gone.
    await db.query('INSERT INTO t VALUES (9)').all();
    expect(codeOf(await wire.ask(3, 'INSERT INTO t VALUES (2)'))).toBe('limit/transaction-idle');
    expect(codeOf(await wire.ask(4, 'INSERT INTO t VALUES (3)'))).toBe('limit/transaction-idle');
    expect((await wire.ask(5, 'ROLLBACK')).at(-1)).toMatchObject({ type: 'done', last: true });
    await wire.ask(6, 'INSERT INTO t VALUES (4)');
    expect(await db.query('SELECT id FROM t ORDER BY id').all()).toEqual([{ id: 4 }, { id: 9 }]);
    await wire.ask(7, 'BEGIN');
    await db.query('INSERT INTO t VALUES (10)').all();
    expect(codeOf(await wire.ask(8, 'COMMIT'))).toBe('limit/transaction-idle');
    expect(rowsOf(await wire.ask(9, 'SELECT 1 AS a'))).toEqual([[1]]);
  });

  it('for a result that its client leaves unread fails with limit/stalled', async () => {
    const strict = await start({ limits: { stallMs: 100 } });
    const wire = await Wire.open(strict);
    const frames = await wire.ask(1, 'UNWIND range(1, 100) AS r RETURN r', { window: 5 });
    expect(codeOf(frames)).toBe('limit/stalled');
    expect(rowsOf(frames).length).toBe(5);
  });
});

describe('A connection that goes', () => {
  it('takes its running statements with it', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: endless });
    wire.send({ type: 'query', id: 2, text: "INSERT INTO t VALUES (77, 'never')" });
    await wire.soFar();
    wire.socket.terminate();
    const health = async (): Promise<{ unfinishedQueries: number; sessions: number }> =>
      (await fetch(`${server.url.replace('ws', 'http')}/health`)).json() as Promise<{ unfinishedQueries: number; sessions: number }>;
    await waitFor(async () => (await health()).unfinishedQueries === 0);
    expect(await count()).toBe(0);
  });
});
