// Checking and copying files: damaged copies, each with what the check must say of it, and a copy made while others write.

import Database from 'better-sqlite3';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBackup } from '../../clients/terminal/backup.ts';
import { runCheck } from '../../clients/terminal/check.ts';
import { checkFile, copyFile, open } from '../../server/open.ts';
import { failure } from '../server/started.ts';
import { capture } from '../terminal/captured.ts';

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trefoil-check-'));
const sound = join(folder, 'sound.db');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const db = await open(sound);
  await db
    .query(
      `CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, since DATE, extra JSON, n INTEGER CHECK (n > 0), twice INTEGER AS (n * 2) STORED);
       CREATE TABLE bill (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id));
       CREATE INDEX customer_name ON customer (name);
       INSERT INTO customer VALUES (1, 'Ada', '2020-01-31', {a: 1}, 1), (2, 'Grace', NULL, NULL, 2);
       INSERT INTO bill VALUES (1, 1), (2, 2);
       CREATE COLLECTION orders VALIDATE WITH {required: ['no']};
       INSERT INTO orders {no: 1, items: [{sku: 'pen'}, {sku: 'ink'}]}, {no: 2, items: []}, {no: 3, items: 'none'};
       CREATE INDEX orders_no ON orders (no);
       CREATE INDEX orders_sku ON orders (items[*].sku);
       CREATE (:Person {name: 'Ada'})-[:KNOWS {since: 1}]->(:Person {name: 'Grace'})-[:KNOWS]->(:Person:Admin {name: 'Edsger', x: true});
       CREATE INDEX person_name ON :Person (name);
       CREATE VIEW names AS SELECT name FROM customer;
       CREATE GRAPH roads;
       USE roads CREATE (:Town {name: 'Ulm'})-[:ROAD]->(:Town {name: 'Augsburg'});
       CREATE INDEX town_name ON GRAPH roads :Town (name);`,
    )
    .all();
  await db.close();
});

/** A copy of the sound file with something done to it by another program, and what the check says then, `check: problem`. */
async function damaged(damage: (db: Database.Database) => void): Promise<string[]> {
  const file = join(folder, 'damaged.db');
  copyFileSync(sound, file);
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.unsafeMode(true);
  damage(db);
  db.close();
  return problemsOf(file);
}

async function problemsOf(file: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, problems } of checkFile(file)) found.push(...problems.map((problem) => `${name}: ${problem}`));
  return found;
}

const cases: readonly (readonly [what: string, sql: string, problem: string])[] = [
  [
    'a row that refers to nothing',
    'UPDATE bill SET customer = 9 WHERE id = 2',
    'foreign keys: table bill: the row with rowid 2 refers to a row of customer that is not there',
  ],
  [
    'an entry of the change log that is gone',
    'DELETE FROM trefoil_change WHERE number = (SELECT number FROM trefoil_change LIMIT 1 OFFSET 1)',
    'change log: batch 9: it begins behind 7, and the one before ends with 3',
  ],
  [
    'a batch of the change log cut short',
    "UPDATE trefoil_change SET items = '[]' WHERE number = 3",
    'change log: batch 3: it should list 3 changes',
  ],
  [
    'an edge of a named graph without its end',
    'DELETE FROM trefoil_node_1 WHERE id = 5',
    'edges: graph roads: edge 3: its end is node 5, which is not there',
  ],
  [
    'an index of a named graph without an entry',
    "DELETE FROM trefoil_index_4 WHERE value = 'Ulm'",
    'indexes on labels: index town_name: "Ulm" of node 4 is missing',
  ],
  [
    'a node of a named graph with the id of another',
    'DELETE FROM trefoil_edge_1; UPDATE trefoil_node_1 SET id = 2 WHERE id = 4; UPDATE trefoil_node_label_1 SET node = 2 WHERE node = 4',
    'nodes: graph roads: node 2: the graph main has one with the same id',
  ],
  [
    'an entry of a unique index that is there twice',
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX customer_name ON customer (length(name) > 0)' WHERE name = 'customer_name'",
    'SQLite integrity: ',
  ],
  [
    'a stored value that its expression does not give',
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '* 2', '* 3') WHERE name = 'customer'",
    'generated columns: table customer, column twice, rowid 1: is not what its expression gives',
  ],
  [
    'tables whose graph is gone',
    'DELETE FROM trefoil_graph WHERE id = 1',
    "Trefoil's tables: the table trefoil_node_1 belongs to no graph",
  ],
  [
    'a counter of ids behind a named graph',
    "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'trefoil_node'",
    'nodes: graph roads: the counter of node ids is 3, and there is a node 5',
  ],
  ['an edge without its end', 'DELETE FROM trefoil_node WHERE id = 3', 'edges: edge 2: its end is node 3, which is not there'],
  ['an edge type that is unknown', 'UPDATE trefoil_edge SET type = 77 WHERE id = 1', 'edges: edge 1: there is no edge type with the id 77'],
  [
    'a wrong count of an edge type',
    'UPDATE trefoil_edge_type SET count = 5',
    'edges: the edge type KNOWS is noted 5 times and occurs 2 times',
  ],
  [
    'a wrong count of a label',
    "UPDATE trefoil_label SET count = 5 WHERE name = 'Admin'",
    'labels: the label Admin is noted 5 times and occurs 1 times',
  ],
  [
    'a node that its label does not list',
    'DELETE FROM trefoil_node_label WHERE node = 2',
    'labels: node 2 has the label Person, and is not in trefoil_node_label',
  ],
  [
    'a label that lists a node without it',
    'INSERT INTO trefoil_node_label VALUES (2, 1)',
    'labels: trefoil_node_label lists node 1 under Admin, and there is no such node with that label',
  ],
  [
    'a node with broken properties',
    "UPDATE trefoil_node SET properties = x'ffff' WHERE id = 1",
    'nodes: node 1: its properties are no JSONB object that can be read',
  ],
  ['a node whose labels are no list', "UPDATE trefoil_node SET labels = '[1' WHERE id = 1", 'nodes: node 1: its labels are no JSON list'],
  [
    'a counter of ids that is behind',
    "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'trefoil_node'",
    'nodes: the counter of node ids is 1, and there is a node 3',
  ],
  [
    'an entry missing in an index on a label',
    "DELETE FROM trefoil_index_3 WHERE value = 'Grace'",
    'indexes on labels: index person_name: "Grace" of node 2 is missing',
  ],
  [
    'a wrong entry in an index on a label',
    "INSERT INTO trefoil_index_3 VALUES ('Alan', 1)",
    'indexes on labels: index person_name: "Alan" stands for node 1, which has no such value',
  ],
  [
    'an index on a label without its table',
    'DROP TABLE trefoil_index_3',
    'indexes on labels: index person_name: its table trefoil_index_3 is not there',
  ],
  [
    'an entry missing in an index on elements',
    "DELETE FROM trefoil_index_2 WHERE value = 'ink'",
    'indexes on elements: index orders_sku: "ink" of document 1 of orders is missing',
  ],
  [
    'a wrong entry in an index on elements',
    "INSERT INTO trefoil_index_2 VALUES ('cap', 2)",
    'indexes on elements: index orders_sku: "cap" stands for document 2 of orders, which has no such element',
  ],
  [
    'an index on elements without a trigger',
    'DROP TRIGGER trefoil_index_2_update',
    'indexes on elements: index orders_sku: its trigger trefoil_index_2_update is not there',
  ],
  ['an index on documents that is gone', 'DROP INDEX orders_no', 'indexes on documents: index orders_no: SQLite has no index of that name'],
  [
    'a document that is no JSONB',
    "DROP INDEX orders_no; DROP TRIGGER trefoil_index_2_update; UPDATE orders SET doc = x'0cff' WHERE id = 2",
    'documents: collection orders, document 2: is no JSONB that can be read',
  ],
  [
    'a document that is no object',
    "UPDATE orders SET doc = jsonb('[1]') WHERE id = 2",
    'documents: collection orders, document 2: is no object',
  ],
  [
    'a document that breaks its schema',
    "UPDATE orders SET doc = jsonb('{}') WHERE id = 2",
    "documents: collection orders, document 2: breaks the schema: it must have required property 'no'",
  ],
  [
    'a date that is none',
    "UPDATE customer SET since = '2020-02-31' WHERE id = 1",
    'columns of dates and times: table customer, column since, rowid 1: "2020-02-31" is no date',
  ],
  [
    'a JSON column that is no JSONB',
    "UPDATE customer SET extra = x'ffff' WHERE id = 1",
    'JSON columns: table customer, column extra, rowid 1: is no JSONB that can be read',
  ],
  ['a view that is no query', "UPDATE trefoil_view SET query = 'SELEC 1'", 'views: view names: Expected a statement, found "SELEC".'],
  ['a collection without its table', 'DROP TABLE orders', "Trefoil's tables: collection orders: its table orders is not there"],
  [
    'a table of an index that is not listed',
    'CREATE TABLE trefoil_index_9 (a)',
    "Trefoil's tables: the table trefoil_index_9 belongs to no index",
  ],
  ['a schema that is none', "UPDATE trefoil_collection SET schema = '{'", "Trefoil's tables: collection orders: This is no JSON Schema"],
];

describe('A check', () => {
  it('finds nothing in a sound file, and says how much it looked at.', async () => {
    expect(await problemsOf(sound)).toEqual([]);
    const streams = capture();
    expect(await runCheck(sound, streams)).toBe(0);
    expect(streams.written()).toMatch(/^ok {7}SQLite integrity +\d+ pages\n/);
    expect(streams.written()).toMatch(/\nok {7}edges +3 edges\n/);
    expect(streams.written()).toMatch(/\nNothing is wrong with the file\.\n$/);
  });

  it.each(cases)('finds %s.', async (_what, sql, problem) => {
    expect((await damaged((db) => db.exec(sql))).join('\n')).toContain(problem);
  });

  it.each([
    ['REINDEX', "DELETE FROM trefoil_index_2 WHERE value = 'ink'; DROP TABLE trefoil_index_3; DELETE FROM trefoil_index_4"],
    ['REINDEX orders', "INSERT INTO trefoil_index_2 VALUES ('cap', 2); DROP TRIGGER trefoil_index_2_update"],
    ['REINDEX orders_sku', 'DROP TABLE trefoil_index_2'],
    ['REINDEX person_name; REINDEX town_name', "INSERT INTO trefoil_index_3 VALUES ('Alan', 1); DELETE FROM trefoil_index_4"],
  ])('finds nothing of indexes after %s.', async (statement, sql) => {
    expect(await damaged((db) => db.exec(sql))).not.toEqual([]);
    const db = await open(join(folder, 'damaged.db'));
    await db.query(statement).all();
    expect(await db.query("MATCH (p:Person {name: 'Grace'}) RETURN p.name AS name").all()).toEqual([{ name: 'Grace' }]);
    await db.close();
    expect(await problemsOf(join(folder, 'damaged.db'))).toEqual([]);
  });

  it('finds nothing after a damaged index was dropped with what is left of it.', async () => {
    await damaged((db) => db.exec('DROP TABLE trefoil_index_2; DROP TABLE trefoil_index_3; DROP TABLE trefoil_index_4'));
    const db = await open(join(folder, 'damaged.db'));
    await db.query('DROP INDEX orders_sku, person_name; DROP GRAPH roads').all();
    await db.close();
    expect(await problemsOf(join(folder, 'damaged.db'))).toEqual([]);
  });

  it("finds what SQLite's own check finds, such as an index that lacks a row.", async () => {
    const problems = await damaged((db) => {
      db.pragma('writable_schema = ON');
      db.exec("UPDATE sqlite_schema SET sql = 'CREATE INDEX customer_name ON customer (n)' WHERE name = 'customer_name'");
    });
    expect(problems.join('\n')).toMatch(/SQLite integrity: row \d missing from index customer_name/);
  });

  it('goes on behind a damaged page, and tells only the first problems of a kind.', async () => {
    const file = join(folder, 'page.db');
    copyFileSync(sound, file);
    const raw = new Database(file);
    const page = raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'trefoil_node'").pluck().get() as number;
    raw.close();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4096, 0xee), 0, 4096, (page - 1) * 4096);
    closeSync(handle);
    const streams = capture();
    expect(await runCheck(file, streams)).toBe(1);
    expect(streams.written()).toMatch(/problem {2}SQLite integrity/);
    expect(streams.written()).toMatch(/nodes[^]*not finished: The database file is damaged\.[^]*ok {7}change log[^]*problems found\.\n$/);
    const many = await damaged((db) =>
      db.exec(
        "INSERT INTO trefoil_node_label SELECT value, 99 FROM json_each('[11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31]')",
      ),
    );
    expect(many.filter((problem) => problem.startsWith('labels: trefoil_node_label')).length).toBe(20);
  });

  it('needs a file, and one that is a database.', async () => {
    expect(await failure(problemsOf(join(folder, 'nowhere.db')))).toBe('storage/cannot-open');
    writeFileSync(join(folder, 'text.db'), 'This is not a database, but text that is long enough to have a header in it.');
    expect(await failure(problemsOf(join(folder, 'text.db')))).toBe('storage/not-a-database');
    await expect(runCheck('ws://127.0.0.1:1', capture())).rejects.toThrow('A file is checked, not a server.');
  });
});

describe('A copy', () => {
  it('is one snapshot of a file that others write to, and can be checked while they do.', async () => {
    const file = join(folder, 'live.db');
    const db = await open(file, { threads: true, readers: 1 });
    await db.query('CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER, fill TEXT); CREATE (:Count {n: 0})').all();
    const state = { going: true, written: 0 };
    const writing = (async () => {
      while (state.going) {
        const n = state.written + 1;
        await db
          .query("BEGIN; INSERT INTO a VALUES ($n); INSERT INTO b VALUES ($n, repeat('x', 20000)); MATCH (c:Count) SET c.n = $n; COMMIT", {
            n,
          })
          .all();
        state.written = n;
      }
    })();
    const seen: number[] = [];
    while (state.written < 40 || seen.length < 3) {
      const copy = join(folder, `copy${seen.length}.db`);
      await copyFile(file, copy);
      seen.push(await sumsAgree(copy));
      if (seen.length === 2) expect(await problemsOf(file)).toEqual([]);
    }
    state.going = false;
    await writing;
    await db.close();
    expect(seen).toEqual([...seen].sort((x, y) => x - y));
    expect(seen.at(-1)).toBeGreaterThan(seen[0] ?? 0);
  });

  async function sumsAgree(copy: string): Promise<number> {
    expect(await problemsOf(copy)).toEqual([]);
    const db = await open(copy, { readOnly: true });
    const [row] = await db
      .query('SELECT (SELECT max(n) FROM a) AS a, (SELECT count(*) FROM b) AS b, (MATCH (c:Count) RETURN c.n) AS c')
      .all();
    await db.close();
    expect([row?.['b'] || null, row?.['c'] || null]).toEqual([row?.['a'], row?.['a']]);
    return Number(row?.['a']);
  }

  it('takes no other file’s place without --force, and leaves nothing half made.', async () => {
    const copy = join(folder, 'kept.db');
    writeFileSync(copy, 'mine');
    expect(await failure(copyFile(sound, copy))).toBe('storage/destination');
    expect(statSync(copy).size).toBe(4);
    const streams = capture();
    await runBackup({ file: sound, destination: copy, force: true }, streams);
    expect(streams.written()).toMatch(/kept\.db: \d+ kB \(\d+\.\d s\)\n/);
    expect(await problemsOf(copy)).toEqual([]);
    expect(await failure(copyFile(copy, copy, { force: true }))).toBe('storage/destination');
    expect(await failure(copyFile(sound, folder, { force: true }))).toBe('storage/destination');
    expect(await failure(copyFile(sound, join(folder, 'no', 'where.db')))).toBe('storage/cannot-open');
    expect(await failure(copyFile(join(folder, 'nowhere.db'), join(folder, 'x.db')))).toBe('storage/cannot-open');
    writeFileSync(join(folder, 'stale.db-wal'), 'changes');
    expect(await failure(copyFile(sound, join(folder, 'stale.db')))).toBe('storage/destination');
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(copyFile(sound, join(folder, 'stopped.db'), { signal: stop.signal })).rejects.toThrow('stopped');
    expect(existsSync(join(folder, 'stopped.db'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
