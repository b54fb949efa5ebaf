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

/** Runs each so often that it says something of how the database is used. */
async function runOften(statements: readonly ((i: number) => string)[]): Promise<void> {
  for (let i = 1; i <= 12; i++) for (const text of statements) await run(text(i * 37));
}

test('What a person would ask badly is told, each by what helps: an index, edges, a table, documents.', async () => {
  await run(`CREATE TABLE part (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES part (id));
    CREATE INDEX part_parent ON part (parent);
    CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT);
    CREATE TABLE note (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id), text TEXT);
    CREATE INDEX note_customer ON note (customer);
    CREATE TABLE product (sku TEXT PRIMARY KEY, name TEXT);
    CREATE COLLECTION orders;
    INSERT INTO part SELECT i, nullif((i + 1) / 3, 0) FROM range(1, 2000) AS i;
    INSERT INTO customer SELECT i, 'c' || i FROM range(1, 20000) AS i;
    INSERT INTO note SELECT i, i, 't' || i FROM range(1, 2000) AS i;
    INSERT INTO product SELECT 's' || i, 'n' || i FROM range(1, 100) AS i;
    INSERT INTO orders SELECT {no: i, lines: [{sku: 's' || i % 100, qty: 1}, {sku: 's' || i * 7 % 100, qty: 2}]} FROM range(1, 1000) AS i;
    UNWIND range(1, 4000) AS i CREATE (:Reading {at: i, value: i % 97})`);
  await runOften([
    (i) =>
      `WITH RECURSIVE up (id, parent) AS (SELECT p.id, p.parent FROM part AS p WHERE p.id = ${i} UNION ALL SELECT q.id, q.parent FROM up JOIN part AS q ON q.id = up.parent) SELECT count(*) FROM up`,
    () => 'SELECT p.name, sum(l.qty) AS n FROM orders AS o, o.lines AS l JOIN product AS p ON p.sku = l.sku GROUP BY p.name',
    (i) => `MATCH (r:Reading) WHERE r.at >= ${i} AND r.at < ${i + 5} RETURN r.value`,
    (i) => `SELECT id FROM customer WHERE email = 'c${i}'`,
    (i) => `SELECT c.email, COLLECT { SELECT n.text FROM note AS n WHERE n.customer = c.id } AS notes FROM customer AS c WHERE c.id = ${i}`,
  ]);
  const told = await run('ADVISE');
  expect(told.map((row) => [row.get('advice'), row.get('subject'), row.get('statement')]).sort()).toEqual([
    ['index', 'label Reading', 'CREATE INDEX ON :Reading (`at`)'],
    ['index', 'table customer', 'CREATE INDEX ON customer (email)'],
    ['model', 'collection orders → table', null],
    ['model', 'label Reading → table', null],
    ['model', 'table note → documents', null],
    ['model', 'table part → graph', null],
  ]);
  // Figures of what was run, not words alone.
  for (const row of told) expect([row.get('subject'), row.get('runs')]).toEqual([row.get('subject'), 12n]);
  const reason = (subject: string): unknown => told.find((row) => row.get('subject') === subject)?.get('reason');
  expect(reason('table customer')).toContain('20000 entries are read for 1 row');
  expect(reason('table part → graph')).toContain('12 runs walk part (parent) by a recursive common table');
  expect(reason('collection orders → table')).toMatch(/^92 % of orders's runs unnest lines to join or to aggregate/);
});

test('A schema that fits what it is asked gets no advice.', async () => {
  await run(`CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE, country TEXT);
    CREATE TABLE sale (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer (id), day INTEGER);
    CREATE INDEX sale_customer ON sale (customer); CREATE INDEX sale_day ON sale (day);
    CREATE COLLECTION page; CREATE INDEX ON page (slug); CREATE INDEX ON page (tags[*]); CREATE INDEX ON :Person (name);
    INSERT INTO customer SELECT i, 'c' || i, 'e' || i, CASE WHEN i % 3 = 0 THEN 'SE' ELSE 'DE' END FROM range(1, 1500) AS i;
    INSERT INTO sale SELECT i, i % 1500 + 1, i % 365 FROM range(1, 4000) AS i;
    INSERT INTO page SELECT {slug: 'p' || i, title: 'T' || i, tags: ['t' || i % 50], parts: [{h: 1}, {h: 2}]} FROM range(1, 1500) AS i;
    UNWIND range(1, 1500) AS i CREATE (:Person {name: 'n' || i});
    MATCH (a:Person), (b:Person) WHERE id(b) = id(a) * 7 % 1500 + 1 CREATE (a)-[:KNOWS]->(b)`);
  await runOften([
    (i) => `SELECT name FROM customer WHERE email = 'e${i}'`,
    (i) => `SELECT s.id FROM sale AS s WHERE s.customer = ${i}`,
    (i) => `SELECT c.name, count(*) AS n FROM sale AS s JOIN customer AS c ON c.id = s.customer WHERE s.day = ${i % 365} GROUP BY c.name`,
    () => "SELECT id, name FROM customer WHERE country = 'SE'",
    () => 'SELECT name FROM customer ORDER BY name LIMIT 10',
    (i) => `SELECT p.title FROM page AS p WHERE p.slug = 'p${i}'`,
    (i) => `SELECT p.slug FROM page AS p WHERE 't${i % 50}' IN p.tags`,
    (i) => `SELECT p.title, x.h FROM page AS p, p.parts AS x WHERE p.slug = 'p${i}'`,
    (i) => `MATCH (p:Person {name: 'n${i}'})-[:KNOWS*1..3]->(q) RETURN q.name`,
    (i) => `INSERT INTO sale VALUES (${10_000 + i}, ${i}, 3)`,
    (i) => `UPDATE customer SET country = 'NO' WHERE id = ${i}`,
  ]);
  expect(await advice()).toEqual([]);
});
