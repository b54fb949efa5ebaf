import Database from 'better-sqlite3';
import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../engines/sql/sqlite/driver.ts';
import { ensureSchema, migrations, schemaVersion } from '../../engines/sql/sqlite/schema.ts';
import { openStorage } from '../../engines/sql/sqlite/storage.ts';
import { column, compileLiterals, failure, name, newFolder, object, rowsOf, statement, table, withStorage } from './opened.ts';

const folders: { remove: () => void }[] = [];
function newFile(): string {
  const folder = newFolder();
  folders.push(folder);
  return folder.file;
}
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

const count = { form: 'native', type: 'integer' } as const;

describe('opening', () => {
  test('makes a new file that is there again afterwards', async () => {
    const file = newFile();
    await withStorage(async (storage) => {
      await storage.createTable(table('t', [column('a', 'BOOLEAN'), column('b', 'VARCHAR(3)'), column('c', 'FLOAT')]), compileLiterals);
      const person = await storage.graph.labels.intern('Person');
      await storage.graph.createNodes([{ labels: [person], properties: object({ x: 1n }) }]);
    }, file);
    await withStorage(async (storage) => {
      const columns = storage.catalog().table('t')?.columns;
      expect(columns?.map((c) => [c.name, c.type, c.declared, c.lengthMax])).toEqual([
        ['a', 'boolean', 'BOOLEAN', undefined],
        ['b', 'text', 'VARCHAR(3)', 3],
        ['c', 'float', 'FLOAT', undefined],
      ]);
      expect(storage.graph.labels.names()).toEqual(['Person']);
      expect(await storage.graph.loadNodes([1])).toEqual([{ labels: [1], properties: object({ x: 1n }) }]);
      expect(storage.connection.get('PRAGMA journal_mode')).toEqual(['wal']);
      expect(storage.connection.get('PRAGMA synchronous')).toEqual([2n]);
    }, file);
  });

  test('refuses a file that is no database', async () => {
    const file = newFile();
    writeFileSync(file, 'This is a text, not a database. '.repeat(200));
    const error = await failure(() => openStorage(file));
    expect(error.code).toBe('storage/not-a-database');
    expect(error.message).toContain(file);
  });

  test('refuses a folder, a missing folder and a missing file for reading', async () => {
    const file = newFile();
    expect((await failure(() => openStorage(file.replace('/test.db', '')))).code).toBe('storage/cannot-open');
    expect((await failure(() => openStorage(`${file}/x/y.db`))).code).toBe('storage/cannot-open');
    expect((await failure(() => openStorage(file, { readOnly: true }))).code).toBe('storage/cannot-open');
    expect(existsSync(file)).toBe(false);
  });

  test('refuses a file of a newer Trefoil', async () => {
    const file = newFile();
    await withStorage(async (storage) => {
      storage.connection.run("UPDATE trefoil_meta SET value = 99 WHERE key = 'schema_version'");
    }, file);
    const error = await failure(() => openStorage(file));
    expect(error.code).toBe('storage/newer-version');
    expect((await failure(() => openStorage(file, { readOnly: true }))).code).toBe('storage/newer-version');
  });

  test('brings an older file to the newest version, in one step or not at all', async () => {
    const file = newFile();
    await withStorage(async () => {}, file);
    const connection = openConnection(file);
    const next = { title: 'a table more', sql: 'CREATE TABLE trefoil_next (a INTEGER) STRICT;' };
    const broken = { title: 'a step that fails', sql: 'CREATE TABLE trefoil_meta (a INTEGER) STRICT;' };
    await expect(ensureSchema(connection, [...migrations, next, broken])).rejects.toThrow();
    expect(schemaVersion(connection)).toBe(migrations.length);
    await ensureSchema(connection, [...migrations, next]);
    expect(schemaVersion(connection)).toBe(migrations.length + 1);
    expect(connection.get('SELECT count(*) FROM trefoil_next')).toEqual([0n]);
    connection.close();
  });

  test('a damaged file is reported as such', async () => {
    const file = newFile();
    await withStorage(async (storage) => {
      await storage.createTable(table('t', [column('a', 'TEXT')]), compileLiterals);
      storage.connection.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT 'row ' || i FROM n",
      );
      storage.connection.all('PRAGMA wal_checkpoint(TRUNCATE)');
    }, file);
    // The last pages of the file are the rows', whatever tables of ours come first.
    const bytes = Buffer.alloc(4096 * 20, 0x5a);
    const { openSync, writeSync, closeSync, fstatSync } = await import('node:fs');
    const handle = openSync(file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, fstatSync(handle).size - bytes.length);
    closeSync(handle);
    await withStorage(async (storage) => {
      const error = await failure(() =>
        rowsOf(storage, statement('SELECT count(a), max(a) FROM t', [count, { form: 'native', type: 'text' }])),
      );
      expect(error.code).toBe('storage/corrupt');
    }, file);
  });
});

describe('files of other tools', () => {
  function foreign(file: string): void {
    const other = new Database(file);
    other.exec(`
      CREATE TABLE loose (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(10) DEFAULT 'x', rowid TEXT);
      INSERT INTO loose (a, b) VALUES ('text', 5), (1.5, NULL);
      CREATE TABLE strict (k TEXT PRIMARY KEY, n INT, r REAL, d BLOB, v ANY) STRICT;
      CREATE TABLE keyed (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
      CREATE UNIQUE INDEX loose_b ON loose (b);
    `);
    other.close();
  }

  test('open and show their tables', async () => {
    const file = newFile();
    foreign(file);
    await withStorage(async (storage) => {
      const catalog = storage.catalog();
      expect(catalog.tables.map((t) => t.name)).toEqual(['keyed', 'loose', 'strict']);
      const loose = catalog.table('LOOSE');
      expect(loose?.columns.map((c) => [c.name, c.type, c.isRowid, c.hasDefault])).toEqual([
        ['id', 'integer', true, false],
        ['a', 'any', false, false],
        ['b', 'any', false, true],
        ['rowid', 'any', false, false],
      ]);
      expect([loose?.rowid, loose?.primaryKey, loose?.unique]).toEqual(['_rowid_', ['id'], [['id'], ['b']]]);
      expect(catalog.table('strict')?.columns.map((c) => c.type)).toEqual(['text', 'integer', 'float', 'bytes', 'any']);
      expect(catalog.table('keyed')?.rowid).toBeNull();
      expect(catalog.indexes).toEqual([{ name: 'loose_b', on: { kind: 'table', name: 'loose' }, keys: [['b']], unique: true }]);
      const any = { form: 'native', type: 'any' } as const;
      expect(await rowsOf(storage, statement('SELECT a, b FROM loose', [any, any]))).toEqual([
        ['text', '5'],
        [1.5, null],
      ]);
    }, file);
  });

  test('take writes by their own rules', async () => {
    const file = newFile();
    foreign(file);
    await withStorage(async (storage) => {
      const loose = storage.catalog().table('loose');
      const keyed = storage.catalog().table('keyed');
      if (!loose || !keyed) throw new Error('no table');
      // Column affinity turns '7' into 7, and the row given back shows it.
      expect(await storage.rows.insertRows(loose, ['a'], [['7']])).toEqual([[3n, 7n, 'x', null]]);
      expect(await storage.rows.updateRows(loose, ['a'], [{ key: 3n, values: [true] }])).toEqual([[3n, 1n, 'x', null]]);
      expect(await storage.rows.insertRows(keyed, ['a', 'b'], [['x', 'y']])).toEqual([['x', 'y']]);
      expect((await failure(() => storage.rows.deleteRows(keyed, [1n]))).code).toBe('storage/no-rowid');
    }, file);
  });

  test('show views and virtual tables, and leave out what cannot be read', async () => {
    const file = newFile();
    const other = new Database(file);
    other.exec(`
      CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1);
      CREATE VIEW good AS SELECT a + 1 AS b FROM t;
      CREATE VIEW bad AS SELECT * FROM nowhere;
      CREATE VIRTUAL TABLE words USING fts5(text);
      INSERT INTO words VALUES ('hello');
    `);
    other.close();
    await withStorage(async (storage) => {
      const catalog = storage.catalog();
      expect(catalog.tables.map((t) => t.name)).toEqual(['good', 't', 'words']);
      const good = catalog.table('good');
      const words = catalog.table('words');
      if (!good || !words) throw new Error('no table');
      expect([good.columns[0]?.name, good.rows]).toEqual(['b', 1000]);
      expect((await failure(() => storage.rows.insertRows(good, ['b'], [[1n]]))).code).toBe('storage/view');
      expect((await failure(() => storage.rows.deleteRows(good, [1n]))).code).toBe('storage/view');
      expect(await storage.rows.insertRows(words, ['text'], [['world']])).toEqual([['world']]);
    }, file);
  });

  test('opened for reading only stay as they are', async () => {
    const file = newFile();
    foreign(file);
    const storage = await openStorage(file, { readOnly: true });
    expect(storage.catalog().tables).toHaveLength(3);
    expect(await storage.graph.changeNumber()).toBe(0);
    expect(await storage.graph.highestNodeId()).toBe(0);
    const loose = storage.catalog().table('loose');
    if (!loose) throw new Error('no table');
    expect((await failure(() => storage.rows.insertRows(loose, ['a'], [[1n]]))).code).toBe('storage/read-only');
    storage.close();
    const other = new Database(file, { readonly: true });
    expect(other.prepare("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'trefoil*'").pluck().get()).toBe(0);
    other.close();
  });
});

describe('two connections', () => {
  test('see each other’s schema, labels and indexes at the next look', async () => {
    const file = newFile();
    await withStorage(async (a) => {
      await withStorage(async (b) => {
        const before = b.catalog();
        expect(b.catalog()).toBe(before);
        await a.createTable(table('t', [column('x', 'INTEGER')]), compileLiterals);
        const after = b.catalog();
        expect(after.table('t')).toBeDefined();
        expect(after.version).toBeGreaterThan(before.version);
        expect(await a.graph.labels.intern('Person')).toBe(1);
        expect(b.catalog().labels.map((label) => label.name)).toEqual(['Person']);
        expect(b.graph.labels.id('Person')).toBe(1);
        await a.graph.createNodes([{ labels: [1], properties: new Map() }]);
        const seen = b.catalog();
        expect(seen.labels[0]?.count).toBe(1);
        await a.graph.createNodes([{ labels: [1], properties: new Map() }]);
        // Rows alone make no new catalogue, but its counts are of now.
        expect(b.catalog()).toBe(seen);
        expect(seen.labels[0]?.count).toBe(2);
      }, file);
    }, file);
  });

  test('the second writer waits without blocking, then is told to try again', async () => {
    const file = newFile();
    await withStorage(async (a) => {
      const b = await openStorage(file, { lockWaitMs: 50 });
      await a.connection.begin();
      const error = await failure(() => b.connection.begin());
      expect([error.code, error.retryable]).toEqual(['storage/busy', true]);
      const waiting = b.connection.begin();
      await a.connection.commit();
      await waiting;
      await b.connection.rollback();
      b.close();
    }, file);
  });

  test('a reader keeps its snapshot', async () => {
    const file = newFile();
    await withStorage(async (a) => {
      await a.createTable(table('t', [column('x', 'INTEGER')]), compileLiterals);
      const b = await openStorage(file, { readOnly: true });
      await b.connection.beginRead();
      expect(b.connection.get('SELECT count(*) FROM t')).toEqual([0n]);
      a.connection.run('INSERT INTO t VALUES (1)');
      expect(b.connection.get('SELECT count(*) FROM t')).toEqual([0n]);
      await b.connection.commit();
      expect(b.connection.get('SELECT count(*) FROM t')).toEqual([1n]);
      b.close();
    }, file);
  });

  test('a catalogue that was rolled back is forgotten', () =>
    withStorage(async (storage) => {
      const { connection } = storage;
      await connection.begin();
      await storage.createTable(table('a', [column('x', 'INTEGER')]), compileLiterals);
      await storage.graph.labels.intern('A');
      expect(storage.catalog().tables.map((t) => t.name)).toEqual(['a']);
      await connection.rollback();
      await connection.begin();
      await storage.createTable(table('b', [column('x', 'INTEGER')]), compileLiterals);
      expect(await storage.graph.labels.intern('B')).toBe(1);
      expect(storage.graph.labels.id('A')).toBeUndefined();
      expect(storage.catalog().tables.map((t) => t.name)).toEqual(['b']);
      await connection.savepoint('s');
      await storage.dropTable({ kind: 'dropTable', name: name('b'), ifExists: false, span: { start: 0, end: 0 } });
      expect(storage.catalog().tables).toEqual([]);
      await connection.rollbackTo('s');
      await connection.release('s');
      expect(storage.catalog().tables.map((t) => t.name)).toEqual(['b']);
      await connection.commit();
    }));
});
