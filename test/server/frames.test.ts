// The rules of the connection, seen on the wire: hello, bad frames, numbers of queries, windows.

import { describe, expect, it } from 'vitest';
import { client, codeOf, endless, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const server = await start({
  limits: { connectionQueries: 4, connectionQueryBytes: 3000, frameBytes: 5000, windowRows: 100, windowRowsMax: 1000, helloMs: 1500 },
});
await numbers(await client(server), 1000);
const all = 'UNWIND range(1, 3000) AS r RETURN r';

describe('A connection', () => {
  it('is welcomed with the version and the limits', async () => {
    const wire = await Wire.open(server, false);
    wire.send({ type: 'hello', client: 'test', version: 1 });
    const welcome = await wire.next();
    expect(welcome).toMatchObject({ type: 'welcome', version: 1, durability: 'full', limits: { windowRows: 100, frameBytes: 5000 } });
    expect(wire.socket.protocol).toBe('trefoil.v1.json');
  });

  it.each([
    ['a query before hello', '{"type":"query","id":1,"text":"SELECT 1"}', 'protocol/hello-first'],
    ['another version', '{"type":"hello","client":"x","version":2}', 'protocol/version'],
    ['text that is not JSON', 'SELECT 1', 'protocol/bad-json'],
    ['JSON that is not an object', '[1]', 'protocol/bad-frame'],
    ['an object without type', '{"a":1}', 'protocol/bad-frame'],
    ['an unknown type', '{"type":"subscribe"}', 'protocol/unknown-type'],
    ['a hello without a version', '{"type":"hello","client":"x"}', 'protocol/bad-field'],
  ])('is closed with an error after %s', async (_title, frame, code) => {
    const wire = await Wire.open(server, false);
    wire.send(frame);
    const answer = await wire.next();
    expect(answer).toMatchObject({ type: 'error', error: { code, retryable: false } });
    expect(answer.id).toBeUndefined();
    expect(await wire.closed).toEqual({ code: 1008, reason: code });
  });

  it('is closed after a second hello, a binary frame, or no hello at all', async () => {
    const twice = await Wire.open(server);
    twice.send({ type: 'hello', client: 'x', version: 1 });
    expect((await twice.next()).error?.code).toBe('protocol/hello-first');
    const binary = await Wire.open(server);
    binary.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await binary.next()).error?.code).toBe('protocol/bad-frame');
    const silent = await Wire.open(server, false);
    expect((await silent.next()).error?.code).toBe('protocol/hello-first');
    await silent.closed;
  });

  it('is closed with 1009 after a frame that is too large', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: `SELECT '${'x'.repeat(6000)}'` });
    expect((await wire.closed).code).toBe(1009);
  });

  it('is refused without the subprotocol', async () => {
    const wire = new Wire(server.url, { protocol: 'other' });
    await wire.closed;
    expect(wire.socket.protocol).toBe('');
  });

  it('answers ping and ignores unknown fields and unknown numbers', async () => {
    const wire = await Wire.open(server);
    for (const type of ['pull', 'discard', 'cancel']) wire.send({ type, id: 99, rows: 1, more: true });
    wire.send({ type: 'ping', more: true });
    expect(await wire.next()).toEqual({ type: 'pong' });
  });
});

describe('A query', () => {
  it('is answered by head, rows and done', async () => {
    const wire = await Wire.open(server);
    const [head, rows, done] = await wire.ask(7, 'SELECT 1 AS a, 1.0 AS b, $c AS c', { params: { c: 'x' } });
    expect(head).toEqual({
      type: 'head',
      id: 7,
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'float' },
        { name: 'c', type: 'text' },
      ],
    });
    expect(rows).toEqual({ type: 'rows', id: 7, rows: [[1, 1, 'x']] });
    expect(done).toMatchObject({ type: 'done', id: 7, last: true, stats: { rows: 1 }, notices: [] });
  });

  it('of several statements gives a head and a done for each; only the final one is last', async () => {
    const wire = await Wire.open(server);
    const frames = await wire.ask(1, 'SELECT 1 AS a; SELECT 2 AS b WHERE 1 = 2; SELECT 3 AS c');
    expect(frames.map((f) => f.type)).toEqual(['head', 'rows', 'done', 'head', 'done', 'head', 'rows', 'done']);
    expect(frames.filter((f) => f.type === 'done').map((f) => f.last)).toEqual([false, false, true]);
  });

  it('of no statement is done at once', async () => {
    const wire = await Wire.open(server);
    expect((await wire.ask(1, ' -- nothing\n')).map((f) => f.type)).toEqual(['done']);
  });

  it('fails alone when a field is wrong, and the connection stays', async () => {
    const wire = await Wire.open(server);
    for (const [field, value] of [
      ['text', 5],
      ['params', []],
      ['window', 0],
      ['timeoutMs', 1.5],
      ['readOnly', 'yes'],
    ] as const) {
      wire.send({ type: 'query', id: 3, text: 'SELECT 1', [field]: value });
      expect(await wire.next()).toMatchObject({ type: 'error', id: 3, error: { code: 'protocol/bad-field' } });
    }
    expect(rowsOf(await wire.ask(3, 'SELECT 1 AS a'))).toEqual([[1]]);
  });

  it('keeps 1 and 1.0 apart in its parameters, and reads every tag', async () => {
    const wire = await Wire.open(server);
    wire.send(
      '{"type":"query","id":1,"text":"SELECT $a / 2 AS a, $b / 2 AS b, $c AS c, $d AS d","params":{"a":1,"b":1.0,"c":{"$int":"9007199254740993"},"d":{"$date":"2024-02-29"}}}',
    );
    expect(rowsOf(await wire.until(1))).toEqual([[0, 0.5, { $int: '9007199254740993' }, { $date: '2024-02-29' }]]);
    wire.send('{"type":"query","id":2,"text":"SELECT $a AS a","params":{"a":{"$nonsense":1}}}');
    expect(codeOf(await wire.until(2))).toBe('type/tag');
  });

  it('tells the place of an error with line and column', async () => {
    const wire = await Wire.open(server);
    const frames = await wire.ask(1, 'SELECT x\nFROM nowhere');
    expect(frames.at(-1)?.error).toMatchObject({ code: 'bind/unknown-table', span: { line: 2, column: 6, start: 14, end: 21 } });
  });

  it('whose number is in use closes the connection', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: endless });
    wire.send({ type: 'query', id: 1, text: 'SELECT 1' });
    expect((await wire.next()).error?.code).toBe('protocol/duplicate-id');
    await wire.closed;
  });

  it('beyond the number or the size that a connection may have unfinished fails with a retryable error', async () => {
    const wire = await Wire.open(server);
    for (let id = 1; id <= 5; id++) wire.send({ type: 'query', id, text: endless });
    expect(await wire.next()).toMatchObject({ id: 5, error: { code: 'limit/queue', retryable: true } });
    for (let id = 1; id <= 4; id++) wire.send({ type: 'cancel', id });
    const codes: unknown[] = [];
    while (codes.length < 4) {
      const { type, error } = await wire.next();
      if (type === 'error') codes.push(error?.code);
    }
    expect(new Set(codes)).toEqual(new Set(['limit/cancelled']));
    wire.send({ type: 'query', id: 1, text: endless });
    wire.send({ type: 'query', id: 2, text: `SELECT '${'x'.repeat(4000)}' AS a` });
    expect(await wire.next()).toMatchObject({ id: 2, error: { code: 'limit/queue' } });
    wire.send({ type: 'cancel', id: 1 });
    await wire.until(1);
  });
});

describe('A window', () => {
  it('lets exactly so many rows out, and pull lets out more', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: all, window: 10 });
    const first: unknown[] = [];
    while (first.length < 10) first.push(...rowsOf([await wire.next()]));
    expect(first.length).toBe(10);
    expect(await wire.soFar()).toEqual([]);
    wire.send({ type: 'pull', id: 1, rows: 7 });
    const more: unknown[] = [];
    while (more.length < 7) more.push(...rowsOf([await wire.next()]));
    expect(more).toEqual([[11], [12], [13], [14], [15], [16], [17]]);
    expect(await wire.soFar()).toEqual([]);
  });

  it('is no larger than the server allows, whatever the client asks for', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: all, window: 1_000_000 });
    let count = 0;
    while (count < 1000) count += rowsOf([await wire.next()]).length;
    expect(count).toBe(1000);
    expect(await wire.soFar()).toEqual([]);
  });

  it('holds for light reads and for results of writes too', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: 'VALUES (1), (2), (3)', window: 2 });
    expect(rowsOf([await wire.next(), await wire.next()])).toEqual([[1], [2]]);
    expect(await wire.soFar()).toEqual([]);
    wire.send({ type: 'pull', id: 1, rows: 5 });
    expect((await wire.until(1)).at(-1)).toMatchObject({ type: 'done', stats: { rows: 3 } });
    await wire.ask(2, 'CREATE TABLE w (x INTEGER)');
    wire.send({ type: 'query', id: 3, text: 'INSERT INTO w VALUES (1), (2), (3) RETURNING x', window: 1 });
    expect(rowsOf([await wire.next(), await wire.next()])).toEqual([[1]]);
    expect(await wire.soFar()).toEqual([]);
    expect(rowsOf(await wire.ask(4, 'SELECT count(*) AS c FROM w'))).toEqual([[3]]);
    wire.send({ type: 'discard', id: 3 });
    expect((await wire.until(3)).map((f) => f.type)).toEqual(['done']);
  });

  it('can be left: discard ends the query with done', async () => {
    const wire = await Wire.open(server);
    wire.send({ type: 'query', id: 1, text: 'SELECT a.x FROM n AS a, n AS b, n AS c', window: 10 });
    await wire.next();
    wire.send({ type: 'discard', id: 1 });
    expect((await wire.until(1)).at(-1)).toMatchObject({ type: 'done', last: true });
  });
});

describe('A server', () => {
  it('takes so many connections and no more', async () => {
    const small = await start({ limits: { connections: 1 } });
    const first = await Wire.open(small);
    const second = new Wire(small.url);
    await second.closed;
    expect(second.socket.protocol).toBe('');
    first.socket.close();
    await first.closed;
    await client(small);
  });

  it('cuts a client that answers no ping', async () => {
    const strict = await start({ limits: { heartbeatMs: 40 } });
    const wire = await Wire.open(strict);
    wire.socket.pause();
    await waitFor(
      async () => ((await (await fetch(`${strict.url.replace('ws', 'http')}/health`)).json()) as { sessions: number }).sessions === 0,
    );
  });

  it('keeps one that answers', async () => {
    const strict = await start({ limits: { heartbeatMs: 1000 } });
    const wire = await Wire.open(strict);
    let pings = 0;
    wire.socket.on('ping', () => pings++);
    // The second comes only to one that has answered the first.
    await waitFor(() => pings >= 2);
    expect(rowsOf(await wire.ask(1, 'SELECT 1 AS a'))).toEqual([[1]]);
  });

  it('cuts a client that sends and never reads', async () => {
    const strict = await start({ limits: { connectionBufferBytes: 10_000 } });
    const wire = await Wire.open(strict);
    wire.socket.pause();
    const flood = setInterval(() => {
      for (let i = 0; i < 2000; i++) wire.send({ type: 'ping' });
    }, 1);
    const health = `${strict.url.replace('ws', 'http')}/health`;
    await waitFor(async () => ((await (await fetch(health)).json()) as { sessions: number }).sessions === 0);
    clearInterval(flood);
  });
});
