// SHOW STATEMENTS and ADVISE: what the log notes of statements that were run, and what follows from figures that are given here.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import type { Session } from '../../engines/session.ts';
import type { LoggedStatement } from '../../engines/statement-log.ts';
import type { Value } from '../../engines/value.ts';

let database: EngineDatabase;
let session: Session;

beforeEach(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
});

afterEach(async () => {
  await session.close();
  await database.close();
});

async function run(text: string): Promise<Map<string, Value>[]> {
  const rows: Map<string, Value>[] = [];
  for await (const result of session.run(text))
    for await (const batch of result.batches)
      for (const row of batch) rows.push(new Map(row.map((value, i) => [result.columns[i]?.name ?? '', value])));
  return rows;
}

function ran(example: string, figures: Partial<LoggedStatement>): void {
  database.log.add({
    shape: example,
    graph: null,
    models: '',
    example,
    parameters: new Map(),
    count: 20,
    totalMs: 40,
    maxMs: 5,
    rows: 20,
    counted: 1,
    entries: 1000,
    countedRows: 1,
    ...figures,
  });
}

const advice = async (): Promise<unknown[][]> =>
  (await run('ADVISE')).map((row) => [row.get('advice'), row.get('subject'), row.get('statement')]);

test('Statements that differ only in constants are one entry, which shows none of them.', async () => {
  await run("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'secret'), (2, 'y'); INSERT INTO t VALUES (3, 'z')");
  await run(
    "SELECT a FROM t WHERE a = 1; SELECT a FROM t WHERE a = 2; SELECT a FROM t WHERE a IN (1, 2, 3); SELECT a FROM t WHERE a IN (4); SELECT substr('secret', 2, 3) AS s",
  );
  const shown = (await run('SHOW STATEMENTS')).map((row) => [row.get('statement'), row.get('models'), row.get('count'), row.get('rows')]);
  expect(new Set(shown)).toEqual(
    new Set([
      ['INSERT INTO t VALUES ($_, $_)', 'relational', 2n, 0n],
      ['SELECT substr($_, $_, $_) AS s', '', 1n, 1n],
      ['SELECT a FROM t WHERE a = $_', 'relational', 2n, 2n],
      ['SELECT a FROM t WHERE a IN ($_)', 'relational', 2n, 3n],
    ]),
  );
});

test('An index is advised where a run reads far more than it gives, and only if the plan would use it.', async () => {
  await run(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER); CREATE COLLECTION c; INSERT INTO c {k: 1}; CREATE (:P {n: 1})-[:R]->(:P)`,
  );
  ran('SELECT id FROM t WHERE a = 1 AND b > 2', {});
  ran('SELECT id FROM t WHERE a + 1 = 2', {});
  ran('SELECT id FROM t WHERE id = 2', {});
  ran('SELECT id FROM t WHERE b = 2', { entries: 1000, countedRows: 500 });
  ran('SELECT id FROM t WHERE b = 3', { counted: 0 });
  ran('SELECT x.k FROM c AS x WHERE x.k = 1', {});
  ran('MATCH (p:P {n: 1})-[:R]->(q) RETURN id(q)', {});
  expect(await advice()).toEqual([
    ['index', 'table t', 'CREATE INDEX ON t (a, b)'],
    ['index', 'collection c', 'CREATE INDEX ON c (k)'],
    ['index', 'label P', 'CREATE INDEX ON :P (n)'],
  ]);
  await run('CREATE INDEX ON t (a, b); CREATE INDEX ON c (k); CREATE INDEX ON :P (n)');
  expect(await advice()).toEqual([]);
});

test('An index that no statement uses is named, unless it holds a rule or serves a foreign key.', async () => {
  await run('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, boss INTEGER REFERENCES t (id))');
  await run(
    'CREATE INDEX used ON t (a); CREATE INDEX lone ON t (b); CREATE UNIQUE INDEX rule ON t (a, b); CREATE INDEX ON t (boss); CREATE INDEX never ON t (b, a)',
  );
  expect(await advice()).toEqual([]);
  ran('SELECT id FROM t WHERE a = 1', { entries: 1, count: 99 });
  expect(await advice()).toEqual([]);
  ran('SELECT id FROM t WHERE a = 2', { entries: 1, count: 1 });
  expect(await advice()).toEqual([
    ['unused index', 'lone', 'DROP INDEX lone'],
    ['unused index', 'never', 'DROP INDEX never'],
  ]);
});

test('The index of another connection is seen, though the statement was planned before it was made; graphs with names are told apart.', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'trefoil-advise-')), 'a.trefoil');
  const other = await openDatabase({ file });
  const [main, mainSession] = [database, session];
  try {
    session = other.session();
    await run(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); CREATE COLLECTION c; CREATE GRAPH g; CREATE (:P {n: 1}); USE g CREATE (:P {n: 1})',
    );
    database = await openDatabase({ file });
    const own = database.session();
    const writer = session;
    session = own;
    ran('SELECT id FROM t WHERE a = 1', {});
    ran("SELECT x.n FROM c AS x WHERE x.to.city = 'c'", {});
    ran('MATCH (p:P {n: 1}) RETURN p.n', { graph: 'g' });
    ran('USE g MATCH (p:P {n: 2}) RETURN p.n', {});
    const indexes = async (): Promise<unknown[]> =>
      (await advice()).filter(([kind]) => kind === 'index').map(([, , statement]) => statement);
    expect(await indexes()).toEqual(['CREATE INDEX ON t (a)', 'CREATE INDEX ON c (to.city)', 'CREATE INDEX ON GRAPH g :P (n)']);
    session = writer;
    await run('CREATE INDEX ON t (a); CREATE INDEX ON c (to.city); CREATE INDEX ON GRAPH g :P (n)');
    session = own;
    expect(await indexes()).toEqual([]);
    await own.close();
    await writer.close();
    await database.close();
  } finally {
    await other.close();
    [database, session] = [main, mainSession];
  }
});

test('Habits that another model serves better: walks by recursion, lists collected, arrays always unnested, nodes that nothing is followed from.', async () => {
  await run('CREATE TABLE man (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES man (id)); CREATE TABLE sale (id INTEGER PRIMARY KEY)');
  await run('CREATE TABLE line (sale INTEGER REFERENCES sale (id), sku TEXT); CREATE COLLECTION box; INSERT INTO box {items: [{q: 1}]}');
  await run('CREATE (:Alone {n: 1}), (:A)-[:R]->(:A)');
  ran('WITH RECURSIVE w (id) AS (SELECT 1 UNION SELECT m.id FROM w JOIN man AS m ON m.boss = w.id) SELECT id FROM w', {});
  ran('SELECT s.id, COLLECT { SELECT l.sku FROM line AS l WHERE l.sale = s.id } AS lines FROM sale AS s', {});
  ran('SELECT sum(i.q) AS n FROM box AS b, b.items AS i', {});
  ran('MATCH (a:Alone) RETURN a.n', {});
  ran('MATCH (a:A)-[:R]->(b:A) RETURN count(*)', {});
  const habits = (await advice()).filter(([kind, , statement]) => kind === 'model' && statement === null);
  expect(new Set(habits.map(([, subject]) => subject))).toEqual(
    new Set(['table man → graph', 'table line → documents', 'collection box → table', 'label Alone → table']),
  );
  // Too little is known of what was run a few times.
  ran('SELECT b.items FROM box AS b', { count: 20 });
  expect((await advice()).map(([, subject]) => subject)).not.toContain('collection box → table');
});

// ------------------------------------------------------------------------------------------------ what holds of an advice

/** Entries that a run reads. */
async function entriesOf(query: string): Promise<number> {
  let entries = -1;
  for await (const result of session.run(query, { modes: { counting: true } })) {
    for await (const _ of result.batches);
    entries = result.planned?.work?.entries ?? -1;
  }
  return entries;
}

test('An index that is advised is used: its advice goes away, and a run reads a tenth or less.', async () => {
  await run(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, at INTEGER);
    INSERT INTO t SELECT n, n % 100, 'b' || (n % 3), n FROM generate_series(1, 1000) AS n;
    CREATE COLLECTION c; INSERT INTO c SELECT {k: n % 50, tags: ['t' || (n % 90)], lines: [{sku: n % 70, x: [n]}, {sku: n % 71, x: []}]} AS d FROM generate_series(1, 1000) AS n;
    UNWIND range(1, 1000) AS n CREATE (:P {k: n % 60});
    CREATE GRAPH g; USE g UNWIND range(1, 1000) AS n CREATE (:P {k: n % 60})`);
  const queries = [
    "SELECT t.id FROM t WHERE t.a = 7 AND t.b LIKE 'b%'",
    'SELECT t.id FROM t WHERE t.at > 990',
    'SELECT x.k FROM c AS x WHERE x.k = 7',
    "SELECT x.k FROM c AS x WHERE 't3' IN x.tags",
    'SELECT x.k, l.sku FROM c AS x, x.lines AS l WHERE l.sku = 7',
    'SELECT x.k FROM c AS x WHERE 77 IN x.lines[*].x[*]',
    'MATCH (p:P {k: 7}) RETURN id(p)',
    'USE g MATCH (p:P) WHERE p.k = 7 RETURN id(p)',
  ];
  const before: number[] = [];
  for (const query of queries) {
    before.push(await entriesOf(query));
    ran(query, { entries: before.at(-1) ?? 0, countedRows: 10 });
  }
  const statements = (await advice()).filter(([kind]) => kind === 'index').map(([, , statement]) => String(statement));
  expect(statements.toSorted()).toEqual([
    'CREATE INDEX ON :P (k)',
    'CREATE INDEX ON GRAPH g :P (k)',
    'CREATE INDEX ON c (k)',
    'CREATE INDEX ON c (lines[*].sku)',
    'CREATE INDEX ON c (lines[*].x[*])',
    'CREATE INDEX ON c (tags[*])',
    'CREATE INDEX ON t (`at`)',
    'CREATE INDEX ON t (a)',
  ]);
  await run(statements.join('; '));
  expect((await advice()).filter(([kind]) => kind === 'index')).toEqual([]);
  for (const [i, query] of queries.entries()) expect([query, (await entriesOf(query)) * 10 <= (before[i] ?? 0)]).toEqual([query, true]);
});

test('No index is advised whose values tell few rows apart, unless they alone decide.', async () => {
  await run(`CREATE TABLE t (id INTEGER PRIMARY KEY, done BOOLEAN, note TEXT, j ANY);
    INSERT INTO t SELECT n, n % 2 = 0, 'n' || n, {k: n % 3} FROM generate_series(1, 300) AS n`);
  ran("SELECT t.id FROM t WHERE t.done = TRUE AND t.note LIKE '%99'", {});
  ran("SELECT t.id FROM t WHERE t.id % 2 = 1 AND t.note > 'n2'", {});
  ran("SELECT t.id FROM t WHERE t.j.k = 1 AND t.note LIKE '%9'", {});
  expect((await advice()).filter(([kind]) => kind === 'index')).toEqual([]);
  // Here the index alone decides: the few that are looked for are rare.
  ran('SELECT t.id FROM t WHERE t.done = FALSE', {});
  expect((await advice()).map(([, , statement]) => statement)).toEqual(['CREATE INDEX ON t (done)']);
});

test('An index is not called unused that MERGE, a delete or a short statement uses, nor when the log does not know them all.', async () => {
  await run(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER); CREATE INDEX a ON t (a); CREATE INDEX b ON t (b);
    CREATE INDEX p ON :P (k); CREATE INDEX q ON :P (x); CREATE (:P {k: 1, x: 1})`);
  for (let i = 0; i < 200; i++) ran(`SELECT t.id AS c${i} FROM t WHERE t.id = 1`, { totalMs: 100, entries: 1 });
  ran('DELETE FROM t WHERE a = 1', { totalMs: 1, counted: 0 });
  await run('CREATE COLLECTION c; INSERT INTO c {tags: [1]}; CREATE INDEX tag ON c (tags[*]); CREATE INDEX k ON c (k)');
  ran('SELECT x.tags FROM c AS x WHERE 1 IN x.tags', { count: 200, counted: 0 });
  ran('MERGE (p:P {k: 1}) RETURN p.x', { count: 200, counted: 0 });
  const unused = async (): Promise<unknown[]> => (await advice()).filter(([kind]) => kind === 'unused index').map(([, subject]) => subject);
  expect(await unused()).toEqual(['b', 'k', 'q']);
  ran('', { entries: 1 });
  expect(await unused()).toEqual([]);
});

test('Nodes with edges are no table, though patterns follow none.', async () => {
  await run('CREATE (:P {n: 1})-[:R]->(:P {n: 2})');
  ran('MATCH (a:P {n: 1}), (b:P {n: 2}) CREATE (a)-[:R]->(b)', { counted: 0 });
  expect(await advice()).toEqual([]);
});
