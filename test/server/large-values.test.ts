// Statements whose values are far larger than their text, in a process with little memory: each is done or fails with its code, and the
// next statement is answered right. Most are lists that stand many times within each other: few lists in memory, and no end of parts.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { longRun } from '../long.ts';
import { client, failure, start } from './started.ts';
import { stopAfterFile } from './to-stop.ts';

/** 60 lists that hold 2^60 numbers. */
const nested = 'reduce(l = [1], i IN range(1, 60) | [l, l])';
const nestedObject = 'reduce(o = {a: 1}, i IN range(1, 60) | {a: o, b: o})';
const deep = 'reduce(l = [1], i IN range(1, 100000) | [l])';
const longText = "repeat('a,', 50000000)";
const wide = "repeat('a😀', 20000000)";

/** The statement, and how it ends. */
const cases: readonly (readonly [string, string])[] = [
  // Written as text.
  [`RETURN size(to_json(${nested})) AS x`, 'limit/text'],
  [`RETURN size(json_pretty(${nested})) AS x`, 'limit/memory'],
  [`RETURN size(format('%s %L', ${nested}, ${nested})) AS x`, 'limit/text'],
  [`RETURN to_json([i IN range(1, 100) | repeat('x', 100000000)]) AS x`, 'limit/memory'],
  [`RETURN ${nested} AS x`, 'limit/text'],
  [`RETURN ${nestedObject} AS x`, 'limit/text'],
  [`RETURN ${deep} AS x`, 'limit/depth'],
  [`CREATE (n:X) RETURN reduce(l = [n], i IN range(1, 60) | [l, l]) AS x`, 'limit/text'],
  // Stored.
  [`INSERT INTO c SELECT VALUE {a: ${nested}} FROM (VALUES (1)) AS q`, 'limit/text'],
  [`INSERT INTO t (id, j) SELECT 1, ${nested}`, 'limit/text'],
  [`CREATE (n:X {a: ${nested}})`, 'limit/text'],
  // Compared, ordered, hashed.
  [`RETURN ${nested} = ${nested} AS x`, 'limit/value-parts'],
  [`RETURN ${nested} < ${nested} AS x`, 'limit/value-parts'],
  [`RETURN ${nested} IN [${nested}] AS x`, 'limit/value-parts'],
  [`RETURN ${deep} = ${deep} AS x`, 'limit/depth'],
  [`UNWIND [1, 2] AS i WITH DISTINCT ${nested} AS l RETURN count(*) AS c`, 'limit/text'],
  [`UNWIND [1, 2] AS i WITH ${nested} AS l, i RETURN l, count(*) AS c`, 'limit/text'],
  [`UNWIND [1, 2] AS i WITH DISTINCT ${deep} AS l RETURN count(*) AS c`, 'limit/depth'],
  [`RETURN size(array_distinct([${nested}, 1])) AS x`, 'limit/text'],
  // Gone through.
  [`RETURN size(json_tree(${nested})) AS x`, 'limit/memory'],
  // Texts taken apart and put together.
  [`RETURN size(regexp_split_to_array(${longText}, ',')) AS x`, 'limit/memory'],
  [`RETURN size(split(${longText}, ',')) AS x`, 'limit/memory'],
  [`RETURN size(string_to_array(${longText}, ',')) AS x`, 'limit/memory'],
  [`RETURN size(regexp_matches(${longText}, 'a')) AS x`, 'limit/memory'],
  [`RETURN size(reverse(${wide})) AS x`, 'limit/memory'],
  [`RETURN size(substring(${wide}, 10)) AS x`, 'limit/memory'],
  [`RETURN size(translate(${longText}, 'a', 'xy')) AS x`, 'limit/memory'],
  [`RETURN size(initcap(${longText})) AS x`, 'limit/memory'],
  [`RETURN size(lpad('x', 100000000, 'ab')) AS x`, 'limit/memory'],
  [`RETURN size(upper(repeat('x', 100000000))) AS x`, 'limit/memory'],
  [`RETURN size(normalize(repeat('ﷺ', 3000000), 'NFKC')) AS x`, 'limit/memory'],
  [`RETURN size(replace(repeat('a', 1000000), 'a', repeat('b', 1000))) AS x`, 'limit/text'],
  [`RETURN size(regexp_replace(repeat('a', 1000000), 'a', repeat('b', 1000), 'g')) AS x`, 'limit/text'],
  [`RETURN size(reduce(t = 'ab', i IN range(1, 40) | t + t)) AS x`, 'limit/text'],
  // Lists.
  [`RETURN size([i IN range(1, 10000000) | [i]]) AS x`, 'limit/memory'],
  // Many rows.
  [`UNWIND range(1, 1000) AS i RETURN upper(repeat('x', 50000000)) AS x`, 'limit/memory'],
  [`UNWIND range(1, 40) AS i WITH repeat('x', 10000000) || i AS s RETURN count(DISTINCT s) AS x`, 'limit/memory'],
  [`UNWIND range(1, 1000) AS i WITH to_json(range(1, 60000)) || i AS t RETURN max(size(t)) AS c`, 'limit/memory'],
  // What fits is done.
  [`RETURN size(to_json(reduce(l = [1], i IN range(1, 17) | [l, l]))) AS x`, 'done'],
  [`RETURN size(split(repeat('a,', 100000), ',')) AS x`, 'done'],
  [`RETURN size([i IN range(1, 1000) | range(1, 10000)]) AS x`, 'done'],
];

/** The same in ways that take longer. */
const slowerCases: typeof cases = [
  [`RETURN size(range(1, 10000000)) AS x`, 'limit/memory'],
  [`RETURN to_json(array_repeat(range(1, 100000), 1000000)) AS x`, 'limit/text'],
  [`RETURN ${nestedObject} = ${nestedObject} AS x`, 'limit/value-parts'],
  [`UNWIND [1, 2] AS i WITH ${nested} AS l, i RETURN i ORDER BY l`, 'limit/value-parts'],
  [`RETURN size(array_flatten(${nested}, 100)) AS x`, 'limit/memory'],
  [`RETURN merge_patch({a: 1}, ${nestedObject}) AS x`, 'limit/memory'],
  [`RETURN size(array_star([i IN range(1, 20000) | object_put({}, toString(i), i)])) AS x`, 'limit/list'],
  [`RETURN size(json_each(array_repeat(1, 1000000))) AS x`, 'limit/memory'],
  [`RETURN size(array_to_string(array_repeat(repeat('x', 1000000), 1000000), ',')) AS x`, 'limit/memory'],
  [`RETURN size(array_zip(range(1, 1000000), range(1, 1000000), range(1, 1000000))) AS x`, 'limit/memory'],
  [`RETURN size([i IN range(1, 100) | [j IN range(1, 1000000) | j]]) AS x`, 'limit/memory'],
  [`UNWIND range(1, 50000) AS i WITH collect(i) OVER (ORDER BY i) AS l RETURN max(size(l)) AS c`, 'limit/memory'],
  [`UNWIND range(1, 1000) AS i RETURN range(1, 60000) AS x`, 'limit/memory'],
  [`UNWIND range(1, 1000) AS i RETURN count(DISTINCT range(i, i + 60000)) AS c`, 'limit/memory'],
  [`RETURN array_overlaps([i IN range(1, 1500) | range(1, 3000)], [i IN range(1, 1500) | range(i, i + 3000)]) AS x`, 'limit/memory'],
];

it('In the program that opened the file each is done or fails with its code, and the program goes on.', async () => {
  const run = longRun ? [...cases, ...slowerCases] : cases;
  const entry = new URL('../../dist/server/open.js', import.meta.url).href;
  const script = `
    const { open } = await import(${JSON.stringify(entry)});
    const db = await open(':memory:', { limits: { memoryBytes: ${32 * 1024 * 1024} } });
    await db.query('CREATE COLLECTION c; CREATE TABLE t (id INTEGER PRIMARY KEY, j JSON)').all();
    for (const text of ${JSON.stringify(run.map(([text]) => text))}) {
      const end = await db.query(text).all().then(() => 'done', (error) => error.code ?? String(error));
      const next = await db.query('SELECT count(*) AS n FROM t').all();
      console.log(JSON.stringify([text, end, next[0].n]));
    }
    await db.close();`;
  const child = spawn(process.execPath, ['--max-old-space-size=192', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stopAfterFile(async () => child.kill('SIGKILL'));
  const ended: unknown[] = [];
  for await (const line of createInterface(child.stdout)) ended.push(JSON.parse(line));
  expect(ended).toEqual(run.map(([text, end]) => [text, end, 0]));
}, 240_000);

describe('On a server', async () => {
  const server = await start({ readers: 1, limits: { memoryBytes: 32 * 1024 * 1024 } });
  const [db, other] = [await client(server), await client(server)];
  await db.query('CREATE COLLECTION c').all();
  it.each([
    [`RETURN ${nested} AS x`, 'limit/text'],
    [`RETURN ${deep} AS x`, 'limit/depth'],
    [`RETURN size(to_json(${nested})) AS x`, 'limit/text'],
    [`RETURN ${nested} = ${nested} AS x`, 'limit/value-parts'],
    [`INSERT INTO c SELECT VALUE {a: ${nested}} FROM (VALUES (1)) AS q`, 'limit/text'],
    [`RETURN size(regexp_split_to_array(${longText}, ',')) AS x`, 'limit/memory'],
    [`UNWIND range(1, 1000) AS i RETURN upper(repeat('x', 50000000)) AS x`, 'limit/memory'],
  ])('%s fails alone', async (text, code) => {
    expect(await failure(db.query(text).all())).toBe(code);
    expect(await other.query('SELECT count(*) AS n FROM c').all()).toEqual([{ n: 0 }]);
  });
});

it('A comparison of long values stops at its time limit, row after row.', async () => {
  const server = await start({ readers: 1, readersMax: 1, limits: { cancelGraceMs: 600_000 } });
  const db = await client(server);
  // 2^19 numbers in each, so that no comparison is long enough to fail; a thousand times a thousand of them take hours. With i in both, they
  // are compared for each row and not once.
  const list = 'reduce(l = [1], i IN range(1, 19) | [l, l])';
  const slow = `WITH ${list} AS a, ${list} AS b UNWIND range(1, 1000000) AS i WITH a, b, i WHERE [a, i] = [b, i] RETURN count(*) AS c`;
  expect(await failure(db.query(slow, {}, { timeoutMs: 500 }).all())).toBe('limit/timeout');
  // The thread itself has stopped, and was not replaced.
  expect(await db.query('SELECT count(*) AS c FROM (UNWIND range(1, 5) AS i RETURN i) AS q').all()).toEqual([{ c: 5 }]);
});
