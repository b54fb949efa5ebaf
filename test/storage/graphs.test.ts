// Named graphs in the file: an older file gets them, each graph has tables of its own, ids are unique over all of them, and a
// dropped graph leaves nothing.

import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../engines/open.ts';
import type { EngineDatabase } from '../../engines/database.ts';
import { openConnection } from '../../engines/sql/sqlite/driver.ts';
import { ensureSchema, migrations, schemaVersion } from '../../engines/sql/sqlite/schema.ts';
import type { Row } from '../../engines/value.ts';
import { newFolder } from './opened.ts';

const folders: (() => void)[] = [];
afterAll(() => {
  for (const remove of folders) remove();
});

function newFile(): string {
  const { file, remove } = newFolder();
  folders.push(remove);
  return file;
}

/** The rows of all statements. */
async function run(database: EngineDatabase, text: string): Promise<Row[]> {
  const session = database.session();
  const rows: Row[] = [];
  for await (const result of session.run(text)) for await (const batch of result.batches) rows.push(...batch);
  await session.close();
  return rows;
}

async function withDatabase<T>(file: string, work: (database: EngineDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase({ file });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function query(file: string, text: string): unknown[][] {
  const connection = openConnection(file);
  try {
    return connection.all(text, [], 'number') as unknown[][];
  } finally {
    connection.close();
  }
}

const tables = "SELECT name FROM sqlite_schema WHERE name GLOB 'trefoil_*_[0-9]*' ORDER BY name";

describe('named graphs', () => {
  test('a file of version 3 is brought up to date, and keeps its graph and indexes', async () => {
    const file = newFile();
    const old = openConnection(file);
    await ensureSchema(old, migrations.slice(0, 3));
    old.script(`
INSERT INTO trefoil_label (id, name, count) VALUES (1, 'Person', 2);
INSERT INTO trefoil_edge_type (id, name, count) VALUES (1, 'KNOWS', 1);
INSERT INTO trefoil_node (labels, properties) VALUES ('[1]', jsonb('{"name":"Ada"}')), ('[1]', jsonb('{"name":"Bea"}'));
INSERT INTO trefoil_node_label VALUES (1, 1), (1, 2);
INSERT INTO trefoil_edge (type, from_node, to_node, properties) VALUES (1, 1, 2, jsonb('{}'));
INSERT INTO trefoil_index (name, kind, target, keys, is_unique) VALUES ('person_name', 'label', 'Person', '[["name"]]', 1);
CREATE TABLE trefoil_index_1 (value ANY NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (value)) STRICT, WITHOUT ROWID;
INSERT INTO trefoil_index_1 VALUES ('Ada', 1), ('Bea', 2);
`);
    expect(schemaVersion(old)).toBe(3);
    old.close();
    await withDatabase(file, async (database) => {
      expect(await run(database, "MATCH (:Person {name: 'Ada'})-[:KNOWS]->(q) RETURN q.name; SHOW INDEXES; SHOW GRAPHS")).toEqual([
        ['Bea'],
        ['person_name', ':Person', 'name', true],
        ['main', 2n, 1n, 1n, true],
      ]);
      await run(database, "CREATE GRAPH g; USE g CREATE (:Person {name: 'Ada'})");
      expect(await run(database, 'USE g MATCH (p) RETURN id(p); SHOW GRAPHS')).toEqual([
        [3n],
        ['main', 2n, 1n, 1n, true],
        ['g', 1n, 0n, 1n, false],
      ]);
    });
    expect(query(file, "SELECT value FROM trefoil_meta WHERE key = 'schema_version'")).toEqual([[migrations.length]]);
  });

  test('an older file that may only be read says that it must be opened for writing once', async () => {
    const file = newFile();
    const old = openConnection(file);
    await ensureSchema(old, migrations.slice(0, 3));
    old.close();
    await expect(openDatabase({ file, readOnly: true })).rejects.toMatchObject({ code: 'storage/older-version' });
    expect(existsSync(file)).toBe(true);
  });

  test('a dropped graph leaves no table, no index and no name, and its number is not given again', async () => {
    const file = newFile();
    await withDatabase(file, async (database) => {
      await run(database, 'CREATE GRAPH g; USE g CREATE (:A {x: 1})-[:R]->(:A {x: 2}); CREATE INDEX ON GRAPH g :A (x)');
      expect(query(file, tables).length).toBe(10);
      await run(database, 'DROP GRAPH g');
      expect(query(file, tables)).toEqual([]);
      expect(query(file, 'SELECT count(*) FROM trefoil_index')).toEqual([[0]]);
      await run(database, 'CREATE GRAPH h; USE h CREATE (:A {x: 3})');
      expect(query(file, 'SELECT id, name FROM trefoil_graph ORDER BY id')).toEqual([
        [0, 'main'],
        [2, 'h'],
      ]);
      expect(query(file, 'SELECT id FROM trefoil_node_2')).toEqual([[3]]);
    });
  });

  test('a graph whose creation was rolled back leaves nothing, and ids go on', async () => {
    const file = newFile();
    await withDatabase(file, async (database) => {
      await run(database, 'BEGIN; CREATE GRAPH g; USE g CREATE (:A)-[:R]->(:A); ROLLBACK');
      expect(query(file, tables)).toEqual([]);
      await run(database, 'CREATE GRAPH other; CREATE (:A); USE other CREATE (:B)-[:R]->(:B)');
      expect(await run(database, 'MATCH (n) RETURN id(n); USE other MATCH (n)-[e]->(m) RETURN id(n), id(e), id(m)')).toEqual([
        [1n],
        [2n, 1n, 3n],
      ]);
    });
  });

  test('a change log is pruned and read for each graph by itself', async () => {
    const file = newFile();
    await withDatabase(file, async (database) => {
      await run(database, 'CREATE GRAPH g; USE g UNWIND range(1, 50) AS i CREATE (:A {i: i})-[:R]->(:B)');
      await run(database, 'CREATE (:A)-[:R]->(:B)');
      expect(query(file, 'SELECT max(number) FROM trefoil_change_1')).toEqual([[250]]);
      expect(query(file, 'SELECT max(number) FROM trefoil_change')).toEqual([[5]]);
      expect(await run(database, 'USE g MATCH (:A)-[:R]->(b) RETURN count(b); MATCH (:A)-[:R]->(b) RETURN count(b)')).toEqual([
        [50n],
        [1n],
      ]);
    });
  });
});
