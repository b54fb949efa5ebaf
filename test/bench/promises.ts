// What the server promises, measured in one run as ratios and differences: many connections that write against one, the memory of idle
// connections, a reader beside a bulk import, and how soon a cancelled statement is over. Each line says what it is held to.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { connect } from '../../clients/typescript/connect.ts';
import { subprotocol } from '../../server/protocol/frames.ts';
import { type RunningServer, startServer } from '../../server/serve.ts';
import { compareInserts } from './inserts.ts';

const heavyRows = 1_000_000;

function numbered(rows: number): string {
  return `WITH RECURSIVE i (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < ${rows}) SELECT x, x * 104729 % 1000003 || ' text' AS t FROM i`;
}

/** Statements that run for seconds, most of them in one call of SQLite. Those that write are undone when they are stopped. */
const heavy: readonly (readonly [string, string])[] = [
  ['a sort in SQLite', 'SELECT h.t FROM heavy AS h ORDER BY h.t, h.x DESC'],
  ['GROUP BY', 'SELECT h.t, count(*) AS c FROM heavy AS h GROUP BY h.t'],
  ['DISTINCT', 'SELECT count(DISTINCT h.t) AS c FROM heavy AS h'],
  ['a window function', 'SELECT h.x, row_number() OVER (PARTITION BY h.x % 7 ORDER BY h.t) AS n FROM heavy AS h'],
  ['a recursive CTE', 'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i > 0) SELECT count(*) AS c FROM r'],
  ['CREATE INDEX', 'CREATE INDEX heavy_t ON heavy (t, x)'],
  ['a UNIQUE check', 'CREATE UNIQUE INDEX heavy_u ON heavy (t, x)'],
  ['INSERT … SELECT', 'INSERT INTO heavy SELECT h.x, h.t FROM heavy AS h'],
  ['UPDATE', "UPDATE heavy SET t = t || 'a'"],
  ['DELETE', 'DELETE FROM heavy WHERE x >= 0'],
  ['VACUUM', 'VACUUM'],
  ['a sort row by row', 'UNWIND range(1, 3000000) AS i WITH i % 1009 AS k, i ORDER BY k DESC, i RETURN k LIMIT 200000'],
  ['a cross join row by row', 'UNWIND range(1, 9000) AS a UNWIND range(1, 9000) AS b WITH a + b AS s WHERE s = 1 RETURN count(*) AS c'],
  ['nested lists', 'RETURN size([a IN range(1, 30000) | size([b IN range(1, 30000) WHERE b = a])]) AS n'],
  ['a regular expression that does not end', "RETURN repeat('a', 40) + 'b' =~ '(a+)+c' AS m"],
  ['a result that its client does not read', 'SELECT a.x FROM heavy AS a, heavy AS b'],
  // At the end, since it may be quick enough to be done.
  ['ALTER TABLE that rewrites', 'ALTER TABLE heavy DROP COLUMN x'],
];

/** What changes more than it can undo, or needs something made for it: each is made, run and stopped once, 30 ms after its start. */
const once: readonly (readonly [name: string, make: string, text: string])[] = [
  ['DROP TABLE', `CREATE TABLE gone AS ${numbered(heavyRows)}`, 'DROP TABLE gone'],
  ['TRUNCATE', '', 'TRUNCATE gone'],
  [
    'the index of array elements',
    `CREATE COLLECTION docs; INSERT INTO docs FROM UNNEST(range(1, 200000)) AS n RETURN {n: n, list: range(n, n + 9)}`,
    'CREATE INDEX ON docs (list[*])',
  ],
  ['the check of a JSON Schema', '', 'ALTER COLLECTION docs SET SCHEMA {"properties": {"list": {"items": {"type": "integer"}}}}'],
  ['DROP COLLECTION', '', 'DROP COLLECTION docs'],
  ['ADVISE', '', 'ADVISE'],
  ['CREATE USER (scrypt)', '', "CREATE USER ada PASSWORD 'open sesame, please'"],
  [
    'a write that looks nowhere',
    '',
    "INSERT INTO gone SELECT 1, q.a FROM (UNWIND [repeat('a', 40)] AS a WITH a WHERE a =~ '(a+)+c' RETURN a) AS q",
  ],
];

/** Lines for the report. `only` names one part. */
export async function measurePromises(only?: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-promises-'));
  const server = await startServer({ file: join(folder, 'bench.db'), port: 0, readers: 1 });
  const parts: readonly (readonly [string, () => Promise<string[]>])[] = [
    ['inserts', () => compareInserts(server)],
    ['idle', () => idle(server)],
    ['import', () => besideImport(server)],
    ['cancel', () => cancels(server)],
  ];
  try {
    const lines: string[] = [];
    for (const [name, run] of parts) if (only === undefined || only === name) lines.push(...(await run()));
    return lines;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function idle(server: RunningServer): Promise<string[]> {
  const measured = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  };
  const before = measured();
  // Bare sockets, since the clients live in this process too.
  const sockets = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const socket = new WebSocket(server.url, [subprotocol], { perMessageDeflate: false });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      socket.send('{"type":"hello","client":"idle","version":1}');
      await new Promise((resolve) => socket.once('message', resolve));
      socket.send('{"type":"query","id":1,"text":"VALUES (1)"}');
      await new Promise((resolve) => socket.once('message', resolve));
      return socket;
    }),
  );
  const more = (measured() - before) / 2 ** 20;
  for (const socket of sockets) socket.terminate();
  return [`  500 idle connections, both ends: ${more.toFixed(0)} MiB more (under 150 wanted)`];
}

async function besideImport(server: RunningServer): Promise<string[]> {
  const [reader, writer] = [await connect(server.url), await connect(server.url)];
  await writer.query('CREATE TABLE read_from (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE filled (id INTEGER PRIMARY KEY, x TEXT)').all();
  await writer.query("INSERT INTO read_from SELECT i, 'row ' || i FROM (UNWIND range(1, 20000) AS i RETURN i) AS q").all();
  const read = async (): Promise<number> => {
    const begun = performance.now();
    await reader.query('SELECT count(*) AS c FROM read_from AS r WHERE r.x LIKE $x', { x: '%7%' }).all();
    return performance.now() - begun;
  };
  const times = async (goOn: (n: number) => boolean): Promise<number[]> => {
    const found: number[] = [];
    while (goOn(found.length)) found.push(await read());
    return found;
  };
  const quietBefore = await times((n) => n < 300);
  let importing = true;
  const rows = Array.from({ length: 1000 }, (_, i) => `line ${i} of an import`);
  const imported = (async () => {
    for (let i = 0; i < 200; i++)
      await writer.query('INSERT INTO filled (x) SELECT q.x FROM (UNWIND $rows AS x RETURN x) AS q', { rows }).all();
    importing = false;
  })();
  const busy = await times(() => importing);
  await imported;
  const quiet = [...quietBefore, ...(await times((n) => n < 300))];
  await reader.close();
  await writer.close();
  const [calm, beside] = [percentile(quiet, 0.99), percentile(busy, 0.99)];
  return [
    `  a read beside a bulk import, 99th percentile: ${(beside / calm).toFixed(1)} times the quiet one (under 5 wanted; ${beside.toFixed(1)} and ${calm.toFixed(1)} ms)`,
  ];
}

async function cancels(server: RunningServer): Promise<string[]> {
  const db = await connect(server.url);
  await db.query(`CREATE TABLE heavy AS ${numbered(heavyRows)}`).all();
  const socket = new WebSocket(server.url, [subprotocol], { perMessageDeflate: false });
  await new Promise((resolve) => socket.once('open', resolve));
  const lines: string[] = [];
  let worst = 0;
  let id = 0;
  const answers = new Map<number, (code: string) => void>();
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as { type: string; id?: number; last?: boolean; error?: { code: string } };
    if (frame.id === undefined || (frame.type !== 'error' && frame.last !== true)) return;
    answers.get(frame.id)?.(frame.error?.code ?? 'done');
  });
  socket.send('{"type":"hello","client":"bench","version":1}');
  const stopped = async (text: string, afterMs: number): Promise<number | undefined> => {
    const own = ++id;
    const answered = new Promise<string>((resolve) => answers.set(own, resolve));
    socket.send(JSON.stringify({ type: 'query', id: own, text, window: 10 }));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const asked = performance.now();
    socket.send(JSON.stringify({ type: 'cancel', id: own }));
    return (await answered) === 'limit/cancelled' ? performance.now() - asked : undefined;
  };
  const note = (name: string, found: readonly (number | undefined)[], more = ''): void => {
    const times = found.flatMap((time) => time ?? []);
    worst = Math.max(worst, ...times);
    lines.push(
      `    ${name.padEnd(42)} ${times.length === 0 ? 'was done before' : times.map((t) => `${t.toFixed(0)} ms`).join(', ')}${more}`,
    );
  };
  for (const [name, text] of heavy) {
    const times: (number | undefined)[] = [];
    for (const afterMs of [100, 300, 700]) times.push(await stopped(text, afterMs));
    note(name, times);
  }
  await db.query('CREATE TABLE beside (x INTEGER)').all();
  for (const [name, make, text] of once) {
    if (make !== '') await db.query(make).all();
    const time = await stopped(text, 30);
    const begun = performance.now();
    await db.query('INSERT INTO beside VALUES (1)').all();
    note(name, [time], `; the next write was done ${(performance.now() - begun).toFixed(0)} ms later`);
  }
  socket.terminate();
  await db.close();
  return [
    `  a cancelled statement is over after at most ${worst.toFixed(0)} ms (100 wanted); after it had run for 0.1, 0.3 and 0.7 s, the last ones for 30 ms:`,
    ...lines,
  ];
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
