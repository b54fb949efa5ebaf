// The command as a process: exit codes, what goes to which stream, pipes that close early, signals. Runs the build in dist/.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const main = resolve(new URL('../../dist/clients/terminal/main.js', import.meta.url).pathname);
/** Starting node on a busy machine takes its time. */
const patienceMs = 60_000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-process-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...words], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, HOME: folder } });
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function ended(child: ChildProcess, input = ''): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin?.end(input);
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

/** Resolves with the line that says where the server listens. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    child.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString();
      const url = /ws:\/\/[^\s]+/.exec(text);
      if (url && text.includes('Ctrl-C')) done(url[0]);
    });
    child.on('close', () => fail(new Error(`The server ended: ${text}`)));
  });
}

describe('exit codes', () => {
  test('0 when all went well: rows on standard output, nothing on the other.', { timeout: patienceMs }, async () => {
    const file = join(folder, 'a.db');
    const first = await ended(start(['-c', 'CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)', file]));
    expect(first).toEqual({ code: 0, out: '', err: '' });
    expect(await ended(start(['-m', 'csv', file]), 'SELECT a FROM t ORDER BY a;')).toEqual({ code: 0, out: 'a\r\n1\r\n2\r\n', err: '' });
  });
  test('1 at the first failure, which goes to standard error.', { timeout: patienceMs }, async () => {
    const { code, out, err } = await ended(
      start(['-m', 'csv', '-c', 'SELECT 1 AS a', '-c', 'SELECT * FORM t', '-c', 'SELECT 2 AS b', ':memory:']),
    );
    expect([code, out]).toEqual([1, 'a\r\n1\r\n']);
    expect(err).toMatch(/^syntax\/[^]*\^{4}/);
  });
  test('2 for wrong usage.', { timeout: patienceMs }, async () => {
    const { code, out, err } = await ended(start(['--mode', 'xml', '-c', 'SELECT 1', ':memory:']));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('trefoil --help');
  });
});

test('A reader that leaves early is no failure.', { timeout: patienceMs }, async () => {
  const child = start(['-m', 'jsonl', '-c', 'UNWIND range(1, 300000) AS n RETURN n', ':memory:']);
  child.stdout?.once('data', () => child.stdout?.destroy());
  let err = '';
  child.stderr?.on('data', (text: Buffer) => {
    err += text.toString();
  });
  const code = await new Promise((done) => child.on('exit', done));
  expect([code, err]).toEqual([0, '']);
});

test('A server answers, its port is taken for the next, and SIGTERM ends it in order.', { timeout: patienceMs }, async () => {
  const server = start(['serve', '--port', '0', '--db', join(folder, 'served.db')]);
  const url = await listening(server);
  expect(await ended(start(['-m', 'jsonl', '-c', 'SELECT 1 AS a', url]))).toEqual({ code: 0, out: '{"a":1}\n', err: '' });
  const second = await ended(start(['serve', '--port', new URL(url).port]));
  expect(second.code).toBe(1);
  expect(second.err).toMatch(/^error: Port \d+ is in use on 127\.0\.0\.1\.\n/);
  const end = new Promise((done) => server.on('exit', done));
  server.kill('SIGTERM');
  expect(await end).toBe(0);
});
