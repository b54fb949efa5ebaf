// HTTP on the server's port, and who may come in from where.

import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../server/serve.ts';
import { client, type Frame, numbers, start, Wire } from './started.ts';

const server = await start({ limits: { frameBytes: 2000 } });
const open = server.url.replace('ws', 'http');
const json = { 'content-type': 'application/json' };

async function post(url: string, body: string, headers: Record<string, string> = json): Promise<{ status: number; frames: Frame[] }> {
  const response = await fetch(`${url}/query`, { method: 'POST', headers, body });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return { status: response.status, frames: lines.map((line) => JSON.parse(line) as Frame) };
}

describe('GET /health', () => {
  it('says how the server is', async () => {
    const response = await fetch(`${open}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ok: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      readers: 1,
      stuckThreads: 0,
    });
  });

  it('is there; other paths and methods are refused', async () => {
    const missing = await fetch(`${open}/nothing`);
    expect([missing.status, await missing.json()]).toMatchObject([404, { error: { code: 'protocol/not-found' } }]);
    const wrong = await fetch(`${open}/query`);
    expect([wrong.status, await wrong.json()]).toMatchObject([405, { error: { code: 'protocol/method' } }]);
  });
});

describe('POST /query', () => {
  it('answers with the frames as lines', async () => {
    const { status, frames } = await post(open, '{"text":"SELECT $a / 2 AS h, $b / 2 AS i; SELECT 2 AS b","params":{"a":1.0,"b":1}}');
    expect(status).toBe(200);
    expect(frames.map((f) => f.type)).toEqual(['head', 'rows', 'done', 'head', 'rows', 'done']);
    expect(frames[1]?.rows).toEqual([[0.5, 0]]);
  });

  it('sends results of any size', async () => {
    const { frames } = await post(open, '{"text":"UNWIND range(1, 30000) AS r RETURN r"}');
    expect(frames.flatMap((f) => f.rows ?? []).length).toBe(30_000);
    expect(frames.at(-1)).toMatchObject({ type: 'done', stats: { rows: 30_000 } });
  });

  it('answers an error with a status and an error frame', async () => {
    expect(await post(open, '{"text":"SELECT * FROM nowhere"}')).toMatchObject({
      status: 400,
      frames: [{ type: 'error', error: { code: 'bind/unknown-table' } }],
    });
    expect(await post(open, 'SELECT 1')).toMatchObject({ status: 400, frames: [{ error: { code: 'protocol/bad-json' } }] });
    expect(await post(open, '{"text":1}')).toMatchObject({ status: 400, frames: [{ error: { code: 'protocol/bad-field' } }] });
    expect(await post(open, `{"text":"SELECT '${'x'.repeat(3000)}'"}`)).toMatchObject({
      status: 413,
      frames: [{ error: { code: 'limit/frame-bytes' } }],
    });
  });

  it('takes only application/json, so that a form of a web page cannot post', async () => {
    const answer = await post(open, '{"text":"SELECT 1"}', { 'content-type': 'text/plain' });
    expect(answer).toMatchObject({ status: 415, frames: [{ error: { code: 'protocol/content-type' } }] });
  });

  it('rolls back what a body leaves open', async () => {
    await post(open, '{"text":"CREATE TABLE t (x INTEGER)"}');
    await post(open, '{"text":"BEGIN; INSERT INTO t VALUES (1)"}');
    expect((await post(open, '{"text":"SELECT count(*) AS c FROM t"}')).frames[1]?.rows).toEqual([[0]]);
  });

  it('stops when the one who asked goes away', async () => {
    await numbers(await client(server), 1000);
    const outgoing = request(`${open}/query`, { method: 'POST', headers: json });
    outgoing.on('error', () => undefined);
    outgoing.end('{"text":"SELECT a.x FROM n AS a, n AS b, n AS c"}');
    await new Promise((resolve) => outgoing.on('response', (response) => response.once('data', resolve)));
    outgoing.destroy();
    for (let left = 1; left > 0; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      left = ((await (await fetch(`${open}/health`)).json()) as { unfinishedQueries: number }).unfinishedQueries;
    }
  });
});

describe('Pages of other origins', () => {
  const host = open.slice('http://'.length);
  it.each([
    ['another site', 'http://evil.example'],
    ['a name that someone points at this machine', `http://evil.example:${server.port}`],
    ['a sandboxed page', 'null'],
  ])('are refused: %s', async (_what, origin) => {
    const headers = { ...json, origin };
    expect(await post(open, '{"text":"SELECT 1"}', headers)).toMatchObject({ status: 403, frames: [{ error: { code: 'auth/origin' } }] });
    const wire = new Wire(server.url, { origin });
    await wire.closed;
    expect(wire.socket.protocol).toBe('');
  });

  it.each([
    ['Host names them too, because the server listens on a loopback address', { host: 'evil.example', origin: 'http://evil.example' }],
    ['the browser sends no Origin, because the server is not called by that name', { host: 'evil.example' }],
  ])('are refused even if %s', async (_what, headers) => {
    const status = await new Promise((resolve) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: server.port,
        path: '/query',
        method: 'POST',
        headers: { ...json, ...headers },
      });
      outgoing.on('response', (response) => resolve(response.statusCode));
      outgoing.end('{"text":"SELECT 1"}');
    });
    expect(status).toBe(403);
  });

  it('may come in when they are the server itself, or listed', async () => {
    expect((await post(open, '{"text":"SELECT 1"}', { ...json, origin: `http://${host}` })).status).toBe(200);
    const listed = await start({ origins: ['https://app.example'] });
    expect((await post(listed.url.replace('ws', 'http'), '{"text":"SELECT 1"}', { ...json, origin: 'https://app.example' })).status).toBe(
      200,
    );
  });
});

it('A port that is taken is an error that says so, and no file is made.', async () => {
  const file = join(tmpdir(), `trefoil-never-${process.pid}.db`);
  await expect(startServer({ file, port: server.port })).rejects.toMatchObject({ code: 'protocol/listen' });
  expect(existsSync(file)).toBe(false);
});
