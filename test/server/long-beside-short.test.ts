// A long statement of one session holds up no short one of another: the order of answers shows it, not the clock.

import { expect, it } from 'vitest';
import { client, codeOf, endless, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

it('While a cross join and an enumeration of trails run, light reads, reads of the graph and writes are answered; both are cancelled in the end.', async () => {
  const server = await start({ readers: 1, readersMax: 4, limits: { cancelGraceMs: 600_000 } });
  const admin = await client(server);
  await numbers(admin, 2000);
  await admin
    .query(`
      CREATE COLLECTION d;
      UNWIND range(1, 30) AS i CREATE (:D {i: i});
      MATCH (a:D), (b:D) WHERE a.i <> b.i CREATE (a)-[:E]->(b);
      CREATE (:S {name: 'a'})-[:T]->(:S {name: 'b'})-[:T]->(:S {name: 'c'});
    `)
    .all();
  const [join, trails, reader, walker] = (await Promise.all(Array.from({ length: 4 }, () => Wire.open(server)))) as [
    Wire,
    Wire,
    Wire,
    Wire,
  ];
  join.send({ type: 'query', id: 1, text: endless });
  trails.send({ type: 'query', id: 1, text: 'MATCH p = (:D)-[:E*1..40]->(:D) WITH length(p) AS l WHERE l > 1000 RETURN count(*) AS c' });
  await join.soFar();
  await trails.soFar();

  for (let i = 1; i <= 50; i++) expect(rowsOf(await reader.ask(i, 'SELECT x FROM n WHERE x = $i', { params: { i } }))).toEqual([[i]]);
  for (let i = 1; i <= 10; i++) {
    expect(rowsOf(await walker.ask(i, "MATCH (:S {name: 'a'})-[:T*]->(x:S) RETURN x.name AS name ORDER BY name"))).toEqual([['b'], ['c']]);
    expect(codeOf(await reader.ask(100 + i, 'INSERT INTO d {i: $i}', { params: { i } }))).toBeUndefined();
    expect(rowsOf(await walker.ask(100 + i, 'SELECT max(x.i) AS m, count(*) AS c FROM d AS x'))).toEqual([[i, i]]);
  }

  // Neither has ended, and neither has been given up by the server.
  for (const wire of [join, trails]) expect((await wire.soFar()).filter((frame) => frame.type !== 'head')).toEqual([]);
  for (const wire of [join, trails]) wire.send({ type: 'cancel', id: 1 });
  for (const wire of [join, trails]) expect(codeOf(await wire.until(1))).toBe('limit/cancelled');
  const health = async (): Promise<{ unfinishedQueries: number; stuckThreads: number }> =>
    (await fetch(`${server.url.replace('ws', 'http')}/health`)).json() as Promise<{ unfinishedQueries: number; stuckThreads: number }>;
  await waitFor(async () => (await health()).unfinishedQueries === 0);
  expect(await health()).toMatchObject({ stuckThreads: 0 });
});
