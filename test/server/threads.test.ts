// The threads behind the sockets: cancel, timeouts, long statements beside short ones, shared commits, lost workers.

import { describe, expect, it } from 'vitest';
import { Dispatcher } from '../../server/dispatcher.ts';
import type { QueryRequest } from '../../server/query.ts';
import type { DispatchSession } from '../../server/session.ts';
import { flags } from '../../server/threads/flag-word.ts';
import type { OutEvent } from '../../server/threads/outlet.ts';
import { client, codeOf, endless, failure, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const server = await start({ readers: 1, readersMax: 2, limits: { readerQueueStatements: 2 } });
const admin = await client(server);
await numbers(admin, 2000);
await admin.query('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)').all();

describe('A running statement', () => {
  it.each([
    ['a read', endless],
    ['a write', 'INSERT INTO t SELECT a.x * 100000000 + b.x * 10000 + c.x, NULL FROM n AS a, n AS b, n AS c'],
    [
      'a pipeline',
      'UNWIND range(1, 2000) AS a UNWIND range(1, 2000) AS b UNWIND range(1, 2000) AS c WITH a + b + c AS s WHERE s = 1 RETURN s',
    ],
  ])('is cancelled: %s', async (_what, text) => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text });
    await wire.soFar();
    wire.send({ type: 'cancel', id: 1 });
    expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
    expect(await admin.query('SELECT count(*) AS c FROM t').all()).toEqual([{ c: 0 }]);
  });

  it('is stopped at its time limit', async () => {
    const wire = await Wire.open(server);
    expect(codeOf(await wire.ask(1, endless, { timeoutMs: 50 }))).toBe('limit/timeout');
  });

  it('is cancelled before it starts, too', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: endless });
    wire.send({ type: 'query', id: 2, text: "INSERT INTO t VALUES (1, 'never')" });
    wire.send({ type: 'cancel', id: 2 });
    expect(codeOf(await wire.until(2))).toBe('limit/cancelled');
    wire.send({ type: 'cancel', id: 1 });
    expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
    expect(await admin.query('SELECT count(*) AS c FROM t').all()).toEqual([{ c: 0 }]);
  });
});

describe('Long statements', () => {
  it('hold up neither light reads nor writes; another reader is started; what is too much fails', async () => {
    const wires = await Promise.all(Array.from({ length: 5 }, () => Wire.open(server)));
    const [a, b, c, d, e] = wires as [Wire, Wire, Wire, Wire, Wire];
    const heavy = 'SELECT count(*) AS c FROM n AS a JOIN n AS b ON a.x = b.x';
    a.send({ type: 'query', id: 1, text: endless });
    expect(rowsOf(await b.ask(1, heavy))).toEqual([[2000]]);
    b.send({ type: 'query', id: 2, text: endless });
    await b.soFar();
    expect(rowsOf(await c.ask(1, 'SELECT x FROM n WHERE x = 5'))).toEqual([[5]]);
    expect(codeOf(await c.ask(2, "INSERT INTO t VALUES (1, 'a')"))).toBeUndefined();
    for (const wire of [c, d]) {
      wire.send({ type: 'query', id: 3, text: heavy });
      await wire.soFar();
    }
    expect(codeOf(await e.ask(1, heavy))).toBe('limit/queue');
    for (const [wire, id] of [
      [a, 1],
      [b, 2],
    ] as const)
      wire.send({ type: 'cancel', id });
    expect(rowsOf(await c.until(3))).toEqual([[2000]]);
    expect(rowsOf(await d.until(3))).toEqual([[2000]]);
    await admin.query('DELETE FROM t').all();
  });
});

describe('Writes that wait together', () => {
  it('share a commit and fail one by one', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => client(server)));
    const outcomes = await Promise.all(
      clients.map((db, i) => failure(db.query('INSERT INTO t VALUES ($id, $a)', { id: i % 15, a: `client ${i}` }).all())),
    );
    expect(outcomes.filter((code) => code === 'constraint/primary-key').length).toBe(5);
    expect(outcomes.filter((code) => code === 'no failure').length).toBe(15);
    expect(await admin.query('SELECT count(*) AS c FROM t').all()).toEqual([{ c: 15 }]);
    await admin.query('DELETE FROM t').all();
  });

  it('of one connection are committed together when they are sent at once', async () => {
    const wire = await Wire.open(server);
    for (let id = 1; id <= 100; id++)
      wire.send({ type: 'query', id, text: 'INSERT INTO t VALUES ($id, NULL) RETURNING id', params: { id } });
    for (let id = 1; id <= 100; id++) expect(rowsOf(await wire.until(id))).toEqual([[id]]);
    expect(await admin.query('SELECT count(*) AS c FROM t').all()).toEqual([{ c: 100 }]);
  });
});

interface InsideThread {
  readonly worker: { terminate(): Promise<number> };
  readonly words: Int32Array;
  readonly firstStopSlot: number;
}

/** The threads of a dispatcher, to end one from outside as a crash would. */
interface Inside {
  readonly writer: { readonly thread: { readonly worker: { terminate(): Promise<number> } } };
  readonly readers: { readonly threads: ReadonlySet<InsideThread> };
  readonly stopSlots: { interrupt(slot: number): void };
}

async function run(session: DispatchSession, text: string, request: Omit<QueryRequest, 'text'> = {}): Promise<OutEvent> {
  return new Promise((resolve) => {
    session.run({ text, ...request }, (event) => {
      if (event.kind === 'error' || (event.kind === 'done' && event.last)) resolve(event);
    });
  });
}

async function rowCount(session: DispatchSession, text: string): Promise<number> {
  const end = await run(session, text);
  return end.kind === 'done' ? end.stats.rows : Number.NaN;
}

describe('A write that does not stop when it is told to', () => {
  it('is answered all the same, since nothing of it can stay any more', async () => {
    const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1, limits: { cancelGraceMs: 1500, writerWaitMs: 60_000 } });
    const inside = dispatcher as unknown as Inside;
    try {
      const [session, other] = [dispatcher.session(), dispatcher.session()];
      await run(session, 'CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2)');
      const endless = 'INSERT INTO t SELECT q.x FROM (UNWIND [$text] AS a WITH a WHERE a =~ $pattern RETURN 3 AS x) AS q';
      const insert = (text: string, timeoutMs: number): Promise<OutEvent> =>
        run(session, endless, {
          timeoutMs,
          parameters: new Map([
            ['text', text],
            ['pattern', '(a+)+c'],
          ]),
        });
      // Warm, so that it is in the middle of the expression when its time is over, not still parsing.
      await insert('b', 60_000);
      const before = inside.writer.thread;
      expect(await insert('a'.repeat(60), 1000)).toMatchObject({ error: { code: 'limit/timeout' } });
      expect(inside.writer.thread).toBe(before);
      // What waits behind it runs on the thread that takes its place.
      expect(await run(other, 'INSERT INTO t VALUES (4)')).toMatchObject({ kind: 'done' });
      expect(inside.writer.thread).not.toBe(before);
      expect(await rowCount(session, 'SELECT x FROM t')).toBe(3);
    } finally {
      await dispatcher.close();
    }
  });
});

describe('A statement that does not stop when it is told to', () => {
  it('is answered as cancelled, and its thread is ended and replaced', async () => {
    const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1, limits: { cancelGraceMs: 20 } });
    const inside = dispatcher as unknown as Inside;
    try {
      const session = dispatcher.session();
      // Warm, so that it is in the middle of the expression when it is cancelled, not still parsing.
      await run(session, "UNWIND ['b'] AS a RETURN a =~ '(a+)+c' AS m");
      const before = [...inside.readers.threads];
      // A regular expression looks at nothing else, and this one has as many ways to fail as there are subsets of the letters.
      const text = "UNWIND [repeat('a', 60)] AS a RETURN a =~ '(a+)+c' AS m";
      const outcome = new Promise<OutEvent>((resolve) => {
        const query = session.run({ text }, (event) => {
          if (event.kind === 'error' || event.kind === 'done') resolve(event);
        });
        void waitFor(() => before.some((thread) => thread.words.includes(flags.running))).then(() => setTimeout(() => query.cancel(), 200));
      });
      expect(await outcome).toMatchObject({ kind: 'error', error: { code: 'limit/cancelled' } });
      expect(await run(session, 'UNWIND range(1, 10) AS r RETURN r')).toMatchObject({ kind: 'done', stats: { rows: 10 } });
      expect([...inside.readers.threads].some((thread) => before.includes(thread))).toBe(false);
      expect(dispatcher.status().stuckThreads).toBe(0);
    } finally {
      await dispatcher.close();
    }
  });
});

describe('A lost worker', () => {
  it('fails what it ran and is replaced', async () => {
    const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1, limits: { writerWaitMs: 60_000 } });
    const inside = dispatcher as unknown as Inside;
    try {
      const session = dispatcher.session();
      await run(session, 'CREATE TABLE n (x INTEGER)');
      await run(session, 'INSERT INTO n SELECT q.r FROM (UNWIND range(1, 2000) AS r RETURN r) AS q');
      const [reader] = inside.readers.threads as unknown as [InsideThread];
      const read = run(session, endless);
      await waitFor(() => reader.words.includes(flags.running));
      await new Promise((resolve) => setTimeout(resolve, 100));
      // It is ended inside SQLite while SQLite is told to stop.
      void reader.worker.terminate();
      for (let slot = 0; slot < 10; slot++) inside.stopSlots.interrupt(reader.firstStopSlot + slot);
      expect(await read).toMatchObject({ kind: 'error', error: { code: 'storage/worker-lost', retryable: true } });
      expect(await run(session, 'SELECT a.x FROM n AS a JOIN n AS b ON a.x = b.x')).toMatchObject({ kind: 'done', stats: { rows: 2000 } });

      // The first is committed, so the text must not be sent again as it is.
      const several = run(session, 'INSERT INTO n VALUES (-1); INSERT INTO n SELECT a.x FROM n AS a, n AS b, n AS c');
      await waitFor(async () => (await rowCount(dispatcher.session(), 'SELECT x FROM n WHERE x = -1')) === 1);
      void inside.writer.thread.worker.terminate();
      expect(await several).toMatchObject({ kind: 'error', error: { code: 'storage/outcome-unknown', retryable: false } });
      expect(await run(session, 'INSERT INTO n VALUES (0)')).toMatchObject({ kind: 'done', last: true });

      await run(session, 'BEGIN');
      await run(session, 'INSERT INTO n VALUES (1)');
      const inTransaction = run(session, 'INSERT INTO n SELECT a.x FROM n AS a, n AS b, n AS c');
      await new Promise((resolve) => setTimeout(resolve, 100));
      void inside.writer.thread.worker.terminate();
      expect(await inTransaction).toMatchObject({ error: { code: 'storage/worker-lost' } });
      expect(await run(session, 'INSERT INTO n VALUES (2)')).toMatchObject({ error: { code: 'storage/worker-lost' } });
      expect(await run(session, 'ROLLBACK')).toMatchObject({ kind: 'done' });
      expect(await run(session, 'SELECT x FROM n WHERE x = 0')).toMatchObject({ kind: 'done', stats: { rows: 1 } });
    } finally {
      await dispatcher.close();
    }
  }, 120_000);

  it('takes the transactions that it held along, and no other', async () => {
    const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1, limits: { writerWaitMs: 60_000 } });
    const inside = dispatcher as unknown as Inside;
    const endReaders = (): Promise<unknown> => Promise.all([...inside.readers.threads].map((thread) => thread.worker.terminate()));
    try {
      const session = dispatcher.session();
      await run(session, 'CREATE TABLE n (x INTEGER); INSERT INTO n SELECT q.r FROM (UNWIND range(1, 5000) AS r RETURN r) AS q');
      await run(session, 'BEGIN READ ONLY; SELECT count(*) AS c FROM n');
      await endReaders();
      expect(await run(session, 'SELECT count(*) AS c FROM n')).toMatchObject({ error: { code: 'storage/worker-lost' } });
      expect(await run(session, 'ROLLBACK')).toMatchObject({ kind: 'done' });

      let begun = (): void => {};
      const head = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const unread = new Promise<OutEvent>((resolve) => {
        session.run({ text: 'SELECT a.x FROM n AS a JOIN n AS b ON a.x = b.x', windowRows: 10 }, (event) => {
          if (event.kind === 'rows') begun();
          if (event.kind === 'error') resolve(event);
        });
      });
      await head;
      await run(session, 'BEGIN; INSERT INTO n VALUES (0)');
      await endReaders();
      expect(await unread).toMatchObject({ error: { code: 'storage/worker-lost' } });
      expect(await run(session, 'COMMIT')).toMatchObject({ kind: 'done' });
      expect(await rowCount(dispatcher.session(), 'INSERT INTO n SELECT x FROM n WHERE x = 0 RETURNING x')).toBe(1);
    } finally {
      await dispatcher.close();
    }
  });
});

describe('A client that reads slowly', () => {
  it('keeps nobody from reading, though there are no more threads than slow clients', async () => {
    const few = await start({ readers: 1, readersMax: 1 });
    const db = await client(few);
    await numbers(db, 5000);
    const heavy = 'SELECT count(*) AS c FROM n AS a JOIN n AS b ON a.x = b.x';
    const [slow, snapshot, other] = (await Promise.all([Wire.open(few), Wire.open(few), Wire.open(few)])) as [Wire, Wire, Wire];
    slow.send({ type: 'query', id: 1, text: 'SELECT a.x FROM n AS a JOIN n AS b ON a.x = b.x ORDER BY a.x', window: 10 });
    expect((await slow.next()).type).toBe('head');
    expect((await slow.next()).rows?.length).toBe(10);
    expect(rowsOf(await snapshot.ask(1, `BEGIN READ ONLY; ${heavy}`))).toEqual([[5000]]);
    snapshot.send({ type: 'query', id: 2, text: 'SELECT a.x FROM n AS a JOIN n AS b ON a.x = b.x ORDER BY a.x', window: 10 });
    await snapshot.soFar();
    await db.query('DELETE FROM n WHERE x > 4000').all();
    expect(rowsOf(await other.ask(1, heavy))).toEqual([[4000]]);
    // Each goes on where it stands, with the snapshot that it began with.
    for (const [wire, id] of [
      [slow, 1],
      [snapshot, 2],
    ] as const) {
      wire.send({ type: 'pull', id, rows: 10_000 });
      expect(rowsOf(await wire.until(id)).at(-1)).toEqual([5000]);
    }
    expect(rowsOf(await snapshot.ask(3, heavy))).toEqual([[5000]]);
    expect(rowsOf(await snapshot.ask(4, `COMMIT; ${heavy}`))).toEqual([[4000]]);
    slow.send({ type: 'query', id: 5, text: 'SELECT a.x FROM n AS a JOIN n AS b ON a.x = b.x', window: 10 });
    await slow.soFar();
    slow.socket.terminate();
    expect(rowsOf(await other.ask(2, heavy))).toEqual([[4000]]);
  });

  it('shares a thread with so many others and no more', async () => {
    const few = await start({ readers: 1, readersMax: 1, limits: { readerStatements: 2 } });
    const db = await client(few);
    await numbers(db, 5000);
    const [slow, other] = (await Promise.all([Wire.open(few), Wire.open(few)])) as [Wire, Wire];
    for (const id of [1, 2]) {
      slow.send({ type: 'query', id, text: 'SELECT a.x FROM n AS a JOIN n AS b ON a.x = b.x', window: 10 });
      expect((await slow.next()).type).toBe('head');
      expect((await slow.next()).rows?.length).toBe(10);
    }
    other.send({ type: 'query', id: 1, text: 'SELECT count(*) AS c FROM n AS a JOIN n AS b ON a.x = b.x' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await other.soFar()).toEqual([]);
    slow.send({ type: 'discard', id: 1 });
    expect(rowsOf(await other.until(1))).toEqual([[5000]]);
  });
});
