// Order and transactions of sessions: what one connection and what another see, and how long they wait.

import { describe, expect, it } from 'vitest';
import { client, codeOf, endless, failure, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const server = await start({ limits: { writerWaitMs: 300, transactionIdleMs: 200, bufferedResultBytes: 50_000, stallMs: 600 } });
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

  it('keeps other writers waiting, who go on after it or fail with storage/busy', async () => {
    const wire = await Wire.open(server);
    const second = await client(server);
    await wire.ask(1, 'BEGIN');
    await wire.ask(2, "INSERT INTO t VALUES (1, 'a')");
    const patient = second.query("INSERT INTO t VALUES (2, 'b')").all();
    await wire.ask(3, 'COMMIT');
    await patient;
    await wire.ask(4, 'BEGIN');
    const busy = [failure(second.query("INSERT INTO t VALUES (3, 'c')").all()), failure(admin.query('BEGIN').all())];
    // Something must happen in the transaction, or it would be rolled back for being idle.
    let id = 5;
    const keepBusy = setInterval(() => wire.send({ type: 'query', id: id++, text: 'SELECT 1' }), 50);
    expect(await Promise.all(busy)).toEqual(['storage/busy', 'storage/busy']);
    clearInterval(keepBusy);
    await wire.ask(1000, 'ROLLBACK');
    expect(await count()).toBe(2);
    await admin.query('DELETE FROM t').all();
  });

  it('that is idle for too long is rolled back, and nothing more of it runs before ROLLBACK', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    await wire.ask(2, "INSERT INTO t VALUES (1, 'a')");
    await waitFor(async () => (await failure(admin.query("INSERT INTO t VALUES (9, 'z')").all())) === 'no failure');
    expect(codeOf(await wire.ask(3, "INSERT INTO t VALUES (2, 'b')"))).toBe('limit/transaction-idle');
    expect(codeOf(await wire.ask(4, "INSERT INTO t VALUES (3, 'c')"))).toBe('limit/transaction-idle');
    expect((await wire.ask(5, 'ROLLBACK')).at(-1)).toMatchObject({ type: 'done', last: true });
    await wire.ask(6, "INSERT INTO t VALUES (4, 'd')");
    expect(await count()).toBe(2);
    await admin.query('DELETE FROM t').all();
  });

  it('that was lost fails its COMMIT', async () => {
    const wire = await Wire.open(server);
    await wire.ask(1, 'BEGIN');
    await waitFor(async () => (await failure(admin.query('DELETE FROM t').all())) === 'no failure');
    expect(codeOf(await wire.ask(2, 'COMMIT'))).toBe('limit/transaction-idle');
    expect(rowsOf(await wire.ask(3, 'SELECT 1 AS a'))).toEqual([[1]]);
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

describe('A result', () => {
  it('that its client leaves unread for too long fails with limit/stalled', async () => {
    const wire = await Wire.open(server);
    const frames = await wire.ask(1, 'SELECT x FROM n', { window: 5 });
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
