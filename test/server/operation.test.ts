// What the operator of a server sees: the log, slow statements with their plans, figures for Prometheus, reading only. And what a client
// does not see.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLog } from '../../server/log.ts';
import { open } from '../../server/open.ts';
import { reportBugs, wireError } from '../../server/wire-error.ts';
import { client, failure, start } from './started.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-operation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A log whose lines are kept. */
function keptLog(level: Parameters<typeof openLog>[0]): { log: ReturnType<typeof openLog>; lines: { [field: string]: unknown }[] } {
  const lines: { [field: string]: unknown }[] = [];
  return { log: openLog(level, { write: (line: string) => void lines.push(JSON.parse(line) as { [field: string]: unknown }) }), lines };
}

describe('The log', () => {
  it('tells of the start, the sign-ins that were refused, and the end, each as one object', async () => {
    const { log, lines } = keptLog('info');
    const server = await start({ log, limits: { slowStatementMs: 0 } });
    const db = await client(server);
    await db.query("CREATE USER ada PASSWORD 'the password of ada'").all();
    await failure(client(server, { user: 'ada', password: 'the password of eve' }));
    await server.stop();
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['info', 'listening'],
      ['warn', 'sign-in refused'],
      ['info', 'stopping'],
      ['info', 'stopped'],
    ]);
    expect(lines[1]).toMatchObject({ outcome: 'auth/failed', user: 'ada', address: expect.stringContaining('127.0.0.1') });
    expect(lines[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('has the statements that take long, with their plans and without passwords', async () => {
    const { log, lines } = keptLog('warn');
    const server = await start({ log, limits: { slowStatementMs: 1 } });
    const db = await client(server);
    await db.query('UNWIND range(1, 30000) AS r RETURN sum(r) AS s').all();
    await db.query("CREATE USER ada PASSWORD 'the password of ada'").all();
    const slow = lines.filter((line) => line['msg'] === 'slow statement');
    expect(slow[0]).toMatchObject({
      model: 'none',
      rows: 1,
      statement: 'UNWIND range(1, 30000) AS r RETURN sum(r) AS s',
      plan: expect.stringContaining('unnest'),
    });
    expect(slow.at(-1)).toMatchObject({ statement: "CREATE USER ada PASSWORD '*******************'" });
    expect(JSON.stringify(lines)).not.toContain('the password of');
  });

  it('has no slow statements where none are asked for', async () => {
    const { log, lines } = keptLog('warn');
    const server = await start({ log, limits: { slowStatementMs: 0 } });
    await (await client(server)).query('UNWIND range(1, 20000) AS r RETURN sum(r) AS s').all();
    expect(lines).toEqual([]);
  });
});

describe('GET /metrics', () => {
  it('counts statements by model and outcome, rows, plans, commits and what is open', async () => {
    const file = join(folder, 'figures.db');
    const before = await open(file);
    await before.query('CREATE (:N)-[:R]->(:N)').all();
    await before.close();
    const server = await start({ file });
    const db = await client(server);
    await db.query('CREATE TABLE t (x INTEGER); CREATE COLLECTION d').all();
    await Promise.all([1, 2, 3].map((x) => db.query('INSERT INTO t VALUES ($x)', { x }).all()));
    await db.query('INSERT INTO d {x: 1}').all();
    for (const text of ['SELECT x FROM t', 'SELECT x FROM t', 'SELECT count(*) FROM t, d', 'MATCH (a:N)-->(b) RETURN count(*)', 'SELECT 1'])
      await db.query(text).all();
    await db.query('CREATE (:M)').all();
    await failure(db.query('SELECT * FROM nowhere').all());
    const response = await fetch(`${server.url.replace('ws', 'http')}/metrics`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    const text = await response.text();
    const figure = (name: string): number => Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
    expect(figure('trefoil_statements_total{model="relational",outcome="ok"}')).toBe(5);
    expect(figure('trefoil_statements_total{model="document",outcome="ok"}')).toBe(1);
    expect(figure('trefoil_statements_total{model="graph",outcome="ok"}')).toBe(2);
    expect(figure('trefoil_statements_total{model="across",outcome="ok"}')).toBe(1);
    expect(figure('trefoil_statements_total{model="unknown",outcome="bind/unknown-table"}')).toBe(1);
    expect(figure('trefoil_rows_total{model="relational"}')).toBe(6);
    expect(figure('trefoil_statement_seconds_count{model="graph"}')).toBe(2);
    expect(figure('trefoil_plan_cache_total{result="hit"}')).toBeGreaterThan(0);
    expect(figure('trefoil_commit_statements_sum')).toBeGreaterThanOrEqual(5);
    expect(figure('trefoil_sessions')).toBe(1);
    expect(figure('trefoil_topology_edges')).toBe(1);
    expect(figure('trefoil_topology_nodes')).toBe(2);
  });

  it('asks to sign in as queries do', async () => {
    const file = join(folder, 'users.db');
    const operator = await open(file);
    await operator.query("CREATE USER ada PASSWORD 'the password of ada'").all();
    await operator.close();
    const server = await start({ file });
    const url = `${server.url.replace('ws', 'http')}/metrics`;
    expect((await fetch(url)).status).toBe(401);
    const authorization = `Basic ${Buffer.from('ada:the password of ada').toString('base64')}`;
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });
});

it('A server that reads only refuses what writes, and answers the rest.', async () => {
  const file = join(folder, 'read.db');
  const operator = await open(file);
  await operator.query('CREATE TABLE t (x INTEGER)').all();
  await operator.close();
  const db = await client(await start({ file, readOnly: true }));
  for (const text of [
    'INSERT INTO t VALUES (1)',
    'CREATE TABLE u (x INTEGER)',
    'CREATE (:N)',
    "CREATE USER ada PASSWORD 'the password of ada'",
  ])
    expect(await failure(db.query(text).all()), text).toBe('storage/read-only');
  expect(await db.query('SELECT count(*) AS c FROM t').all()).toEqual([{ c: 0 }]);
});

it('A bug of ours is told to the client under a number alone; the log has the stack.', () => {
  const told: string[] = [];
  reportBugs((incident, stack) => told.push(`${incident}\n${stack}`));
  const error = wireError(new TypeError('cannot read /srv/data/shop.db'), 'SELECT 1');
  reportBugs((incident, stack) => console.error(`${incident}: ${stack}`));
  expect(error).toMatchObject({ code: 'internal/bug', message: 'Trefoil failed where it should not.' });
  expect(JSON.stringify(error)).not.toMatch(/shop\.db|\.ts|TypeError/);
  const incident = /incident [0-9a-f]{8}/.exec(error.hint ?? '')?.[0] ?? '?';
  expect(told[0]).toMatch(new RegExp(`^${incident}\\nTypeError: cannot read /srv/data/shop.db\\n.*at `, 's'));
});
