// The client library against a server, and the same interface on a file in process: one suite for all of them.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../clients/typescript/connect.ts';
import { openInterrupter } from '../../engines/open.ts';
import { type Client, ClientError, float, open, Temporal } from '../../server/open.ts';
import { client, endless, endlessList, failure, start } from './started.ts';

const folder = await mkdtemp(join(tmpdir(), 'trefoil-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const server = await start({ file: join(folder, 'served.db') });
const openers: readonly (readonly [string, () => Promise<Client>])[] = [
  ['a server', () => client(server)],
  ['a file', () => open(join(folder, 'inline.db'))],
  ['memory', () => open(':memory:')],
  ['a file with threads', () => open(join(folder, 'threads.db'), { threads: true, readers: 1 })],
];

describe.each(openers)('A client of %s', (what, opener) => {
  let opened: Promise<Client> | undefined;
  const db = (): Promise<Client> => (opened ??= opener());
  afterAll(async () => (await opened)?.close());

  it('gives rows as objects', async () => {
    const it = await db();
    await it.query('CREATE TABLE n (x INTEGER PRIMARY KEY)').all();
    await it.query('INSERT INTO n SELECT q.r FROM (UNWIND range(1, 5000) AS r RETURN r) AS q').all();
    expect(await it.query('SELECT x, x * 2 AS twice FROM n WHERE x < 3 ORDER BY x').all()).toEqual([
      { x: 1, twice: 2 },
      { x: 2, twice: 4 },
    ]);
    const seen: unknown[] = [];
    for await (const row of it.query('SELECT x FROM n WHERE x <= 500 ORDER BY x', {}, { windowRows: 3 })) seen.push(row.x);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('runs a text of several statements, each with its columns and summary', async () => {
    const seen: unknown[] = [];
    for await (const result of (await db()).run(
      "SELECT 1 AS a; CREATE TABLE u (y TEXT); INSERT INTO u VALUES ('p'), ('q'); SELECT y FROM u ORDER BY y",
    )) {
      const rows: unknown[] = [];
      for await (const row of result) rows.push(row);
      const { stats } = await result.summary();
      seen.push([result.columns.map((c) => c.name), rows, stats.rows]);
    }
    expect(seen).toEqual([
      [['a'], [[1]], 1],
      [[], [], 0],
      [[], [], 0],
      [['y'], [['p'], ['q']], 2],
    ]);
    expect(await (await db()).query("SELECT 1 AS a; SELECT 'last' AS b").all()).toEqual([{ b: 'last' }]);
  });

  it('brings every value back as it was sent', async () => {
    const values = {
      nothing: null,
      yes: true,
      integer: 42,
      negative: -7,
      big: 9007199254740993n,
      half: 0.5,
      text: 'Zoë "quoted" \\ \n 😀',
      bytes: new Uint8Array([0, 1, 254, 255]),
      list: [1, 'two', [3, null], {}],
      object: { a: 1, 'b c': { $deep: [true] }, $type: 'mine' },
      likeADay: { $type: 'temporal', kind: 'date', text: '2024-02-29' },
      likeANode: { $type: 'node', id: 1, labels: [], properties: {} },
      likeATag: [{ $date: '2024-02-29' }, { $type: 'date' }, { $map: { $map: 1 } }, { $$a: 1 }],
      day: new Temporal('date', '2024-02-29'),
    };
    const text = `SELECT ${Object.keys(values)
      .map((name) => `$${name} AS ${name}_`)
      .join(', ')}`;
    const [row] = await (await db()).query(text, values).all();
    expect(row).toEqual(Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name}_`, value])));
  });

  it('keeps integers and floats apart with typed, and float() makes a float', async () => {
    const it = await db();
    expect(await it.query('SELECT $a / 2 AS a, $b / 2 AS b', { a: 1, b: float(1) }).all()).toEqual([{ a: 0, b: 0.5 }]);
    expect(await it.query('SELECT $a AS a, $b AS b, [1, 1.0] AS c', { a: 1n, b: 1 }, { typed: true }).all()).toEqual([
      { a: 1n, b: 1, c: [1n, 1] },
    ]);
    const [special] = await it.query('SELECT $a AS a, $b AS b', { a: Number.NaN, b: Number.NEGATIVE_INFINITY }).all();
    expect(special).toEqual({ a: Number.NaN, b: Number.NEGATIVE_INFINITY });
    expect((await it.query('SELECT $at AS at', { at: new Date(0) }).all())[0]?.at).toMatchObject({ $type: 'temporal', kind: 'datetime' });
  });

  it('refuses parameters that are no values', async () => {
    const it = await db();
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [undefined, () => 1, Symbol('s'), 2n ** 63n, new Date(Number.NaN), circle, new Set([1]), { a: undefined }]) {
      expect(await failure(it.query('SELECT $v AS v', { v: value }).all())).toBe('protocol/parameter');
    }
  });

  it('gives nodes, edges and paths', async () => {
    const it = await db();
    await it.query("CREATE (:P {name: 'Ada'})-[:KNOWS {since: 1842}]->(:P {name: 'Charles'})").all();
    const [row] = await it.query('MATCH p = (a:P)-[k:KNOWS]->(b:P) RETURN a, k, p').all();
    expect(row?.a).toMatchObject({ $type: 'node', labels: ['P'], properties: { name: 'Ada' } });
    expect(row?.k).toMatchObject({ $type: 'edge', type: 'KNOWS', properties: { since: 1842 } });
    expect(row?.p).toMatchObject({
      $type: 'path',
      nodes: [{ properties: { name: 'Ada' } }, { properties: { name: 'Charles' } }],
      edges: [{ type: 'KNOWS' }],
    });
  });

  it('says what is wrong, where, and what may be meant', async () => {
    const problem = (await db()).query('SELECT y FROM uu').all();
    await expect(problem).rejects.toBeInstanceOf(ClientError);
    await expect(problem).rejects.toMatchObject({
      code: 'bind/unknown-table',
      span: { start: 14, end: 16, line: 1, column: 15 },
      retryable: false,
    });
  });

  it('runs statements within the loop over another, in and outside transactions', async () => {
    const it = await db();
    for (const [begin, end] of [
      ['SELECT 1', 'SELECT 1'],
      ['BEGIN', 'ROLLBACK'],
    ] as const) {
      await it.query(begin).all();
      let rows = 0;
      for await (const row of it.query('SELECT x FROM n ORDER BY x', {}, { windowRows: 10 })) {
        if (++rows <= 3) await it.query('INSERT INTO u VALUES ($y)', { y: `row ${row.x}` }).all();
        if (rows === 4) expect((await it.query("SELECT count(*) AS c FROM u WHERE y LIKE 'row%'").all())[0]?.c).toBeGreaterThanOrEqual(3);
      }
      expect(rows).toBe(5000);
      await it.query(end).all();
    }
  });

  it('leaves a result early without reading the rest', async () => {
    const it = await db();
    let seen = 0;
    // Memory databases have one connection, so the engine reads their results to the end before it hands them out.
    const more = what === 'memory' ? 'SELECT x FROM n' : 'SELECT a.x FROM n AS a, n AS b, n AS c';
    for await (const _row of it.query(more)) if (++seen === 10) break;
    expect(seen).toBe(10);
    for await (const result of it.run('SELECT x FROM n; SELECT 7 AS seven')) {
      if (result.columns[0]?.name === 'x') await result.discard();
      else for await (const row of result) expect(row).toEqual([7]);
    }
    expect(await it.query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
  });

  it('stops at its time limit, and does not start when it is cancelled before', async () => {
    const it = await db();
    expect(await failure(it.query(endless, {}, { timeoutMs: 50 }).all())).toBe('limit/timeout');
    expect(await failure(it.query('SELECT 1', {}, { signal: AbortSignal.abort() }).all())).toBe('limit/cancelled');
  });

  it('refuses writes in a query that is readOnly', async () => {
    expect(await failure((await db()).query("INSERT INTO u VALUES ('no')", {}, { readOnly: true }).all())).toBe('bind/read-only');
  });

  it('fails with protocol/connection-lost after close', async () => {
    const own = await opener();
    await own.close();
    await own.close();
    expect(await failure(own.query('SELECT 1').all())).toBe('protocol/connection-lost');
  });
});

describe.each([openers[0], openers[3]] as [string, () => Promise<Client>][])('A statement of %s', (_what, opener) => {
  it('is cancelled by its AbortSignal', async () => {
    const db = await opener();
    const control = new AbortController();
    const running = failure(db.query(endless, {}, { signal: control.signal }).all());
    setTimeout(() => control.abort(), 50);
    expect(await running).toBe('limit/cancelled');
    if (_what !== 'a server') await db.close();
  });
});

describe('A connection', () => {
  it('that breaks fails everything in flight', async () => {
    const own = await start();
    const db = await client(own, { client: 'test' });
    const running = [failure(db.query(endlessList).all()), failure(db.query('SELECT 1').all())];
    await new Promise((resolve) => setTimeout(resolve, 50));
    (db as unknown as { socket: { terminate(): void } }).socket.terminate();
    expect(await Promise.all(running)).toEqual(['protocol/connection-lost', 'protocol/connection-lost']);
    expect(await failure(db.query('SELECT 1').all())).toBe('protocol/connection-lost');
  });

  it('that cannot be made says so', async () => {
    expect(await failure(connect('ws://127.0.0.1:1'))).toBe('protocol/unreachable');
    expect(await failure(connect('not an address'))).toBe('protocol/unreachable');
  });

  it('says when a statement is too large for a frame', async () => {
    const own = await start({ limits: { frameBytes: 1000 } });
    const db = await client(own);
    expect(await failure(db.query(`SELECT '${'x'.repeat(2000)}' AS a`).all())).toBe('limit/frame-bytes');
  });

  it("uses the platform's own WebSocket where there is one", async () => {
    const { WebSocket } = await import('ws');
    let made = 0;
    class Own extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        made++;
      }
    }
    (globalThis as { WebSocket?: unknown }).WebSocket = Own;
    try {
      const db = await client(server);
      expect(await db.query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
      expect(made).toBe(1);
    } finally {
      delete (globalThis as { WebSocket?: unknown }).WebSocket;
    }
  });
});

it('Opening what is no database fails with a ClientError.', async () => {
  expect(await failure(open(folder))).toMatch(/^storage\//);
  expect(await failure(open(folder, { threads: true }))).toMatch(/^storage\//);
});

it('A file in this thread tells from inside a statement how far it is: of how many rows, where scans go through them.', async () => {
  const db = await open(join(folder, 'progress.db'));
  await db.query('CREATE TABLE n (x INTEGER PRIMARY KEY, y INTEGER)').all();
  await db.query('INSERT INTO n SELECT r, r FROM generate_series(1, 5000) AS r').all();
  // Each look at the clock is a second later than the one before.
  let now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  const told: { readonly read: number; readonly of?: number }[] = [];
  const onProgress = (progress: { readonly read: number; readonly of?: number }): number => told.push(progress);
  try {
    await db.query('SELECT count(*) AS c FROM n AS a JOIN n AS b ON b.y = a.y', {}, { onProgress }).all();
    expect(told.shift()).toEqual({ read: 0 });
    expect(told.length).toBeGreaterThan(1);
    expect(told.every(({ read, of }, i) => of === 10_000 && read <= of && read >= (told[i - 1]?.read ?? 0))).toBe(true);
    // Without the extension nothing inside SQLite is counted.
    if (openInterrupter()) expect(told.at(-1)?.read).toBeGreaterThan(5000);
    told.length = 0;
    await db.query('UNWIND range(1, 30000) AS i CREATE (:N {x: i})', {}, { onProgress }).all();
    await db.query('CREATE INDEX ON :N (x)', {}, { onProgress }).all();
    expect(told.filter(({ of }) => of !== undefined).slice(0, 4)).toEqual(
      [0, 10_000, 20_000, 30_000].map((read) => ({ read, of: 30_000 })),
    );
  } finally {
    clock.mockRestore();
    await db.close();
  }
});
