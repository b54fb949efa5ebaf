// What a file of another program, a failing disk or a limit does to a statement: each refusal with its code.

import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../engines/open.ts';
import type { EngineDatabase } from '../../engines/database.ts';
import { checkHeld } from '../../engines/rows/batch.ts';
import { rowsInMemoryMax } from '../../engines/limits.ts';
import { spilledRowsMax } from '../../engines/sql/sqlite/cursor.ts';
import { openConnection } from '../../engines/sql/sqlite/driver.ts';
import { translateError } from '../../engines/sql/sqlite/errors.ts';
import { ensureSchema, migrations } from '../../engines/sql/sqlite/schema.ts';
import { store } from '../../engines/translate/storage.ts';
import type { Value } from '../../engines/value.ts';
import { context, failure, newFolder, statement, withStorage } from './opened.ts';

const folders: { remove: () => void }[] = [];
function newFile(): string {
  const folder = newFolder();
  folders.push(folder);
  return folder.file;
}
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

async function run(database: EngineDatabase, text: string): Promise<void> {
  const session = database.session();
  try {
    for await (const result of session.run(text)) for await (const batch of result.batches) void batch;
  } finally {
    await session.close();
  }
}

/** The error that a statement gives over a file that another program prepared. */
async function refusal(prepared: string, text: string): Promise<{ code: string; message: string }> {
  const file = newFile();
  const other = new Database(file);
  other.exec(prepared);
  other.close();
  const database = await openDatabase({ file });
  try {
    return await failure(() => run(database, text));
  } finally {
    await database.close();
  }
}

describe("another program's file", () => {
  test('has a trigger that refuses a change', async () => {
    const prepared = `CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT;
      CREATE TRIGGER no BEFORE INSERT ON t WHEN NEW.a > 5 BEGIN SELECT RAISE(ABORT, 'too much'); END;`;
    const error = await refusal(prepared, 'INSERT INTO t VALUES (6)');
    expect([error.code, error.message]).toEqual(['constraint/trigger', 'A trigger of the file refused the change: too much.']);
  });

  test('has tables and views whose rows have no key, so that none can be changed', async () => {
    const prepared = 'CREATE TABLE bare (a INTEGER PRIMARY KEY, b TEXT) WITHOUT ROWID; CREATE VIEW seen AS SELECT * FROM bare;';
    for (const change of ["UPDATE bare SET b = 'x'", 'DELETE FROM bare WHERE a = 1'])
      expect((await refusal(prepared, change)).code).toBe('storage/no-rowid');
    for (const change of ["UPDATE seen SET b = 'x'", 'DELETE FROM seen'])
      expect((await refusal(prepared, change)).code).toBe('storage/view');
    for (const read of ['SELECT id(t) FROM bare AS t', 'SELECT id(s) FROM seen AS s'])
      expect((await refusal(prepared, read)).code).toBe('bind/no-key');
  });

  test('has views that are read and not changed, dropped or indexed here', async () => {
    const prepared = 'CREATE TABLE t (a INTEGER PRIMARY KEY); CREATE VIEW seen AS SELECT * FROM t;';
    const statements = {
      'DROP TABLE seen': 'dropped',
      'DROP VIEW seen': 'changed',
      'DROP COLLECTION seen': 'changed',
      'ALTER TABLE seen RENAME TO other': 'altered',
      'ALTER VIEW seen RENAME TO other': 'changed',
      'CREATE INDEX ON seen (a)': 'indexed',
    };
    for (const [statement, what] of Object.entries(statements)) {
      const { code, message } = await refusal(prepared, statement);
      expect([statement, code, message]).toEqual([
        statement,
        'storage/view',
        `"seen" is a view that another tool made; it cannot be ${what}.`,
      ]);
    }
  });

  test('has a virtual table with a constraint of its own', async () => {
    const error = await refusal('CREATE VIRTUAL TABLE box USING rtree(id, low, high)', 'INSERT INTO box VALUES (1, 5.0, 2.0)');
    expect([error.code, error.message]).toEqual([
      'constraint/other',
      'The change breaks a constraint: rtree constraint failed: box.(low<=high).',
    ]);
  });

  test('has a trigger that calls what only this program knows', async () => {
    const prepared = `CREATE TABLE t (a TEXT) STRICT;
      CREATE TRIGGER up AFTER INSERT ON t BEGIN UPDATE t SET a = trefoil_check(); END;`;
    expect((await refusal(prepared, "INSERT INTO t VALUES ('x')")).code).toBe('bind/not-in-schema');
  });

  test('is older and may only be read', async () => {
    const file = newFile();
    await withStorage(async () => {}, file);
    const connection = openConnection(file, { readOnly: true });
    try {
      const error = await failure(() => ensureSchema(connection, [...migrations, { title: 'next', sql: '' }]));
      expect(error.code).toBe('storage/older-version');
    } finally {
      connection.close();
    }
  });
});

describe('limits', () => {
  test('A table has 2000 columns at most, and one at least; so has a result.', async () => {
    const database = await openDatabase({ file: ':memory:' });
    const columns = Array.from({ length: 2001 }, (_, i) => `c${i} INTEGER`).join(', ');
    expect((await failure(() => run(database, `CREATE TABLE wide (${columns})`))).code).toBe('limit/columns');
    await run(database, 'CREATE TABLE narrow (c INTEGER)');
    const items = Array.from({ length: 2001 }, (_, i) => `c + ${i}`).join(', ');
    const wide = await failure(() => run(database, `SELECT ${items} FROM narrow`));
    expect([wide.code, wide.message]).toEqual(['limit/columns', 'A result can have 2000 columns at most.']);
    expect((await failure(() => run(database, 'CREATE TABLE none (CHECK (1 > 0))'))).code).toBe('bind/no-columns');
    await database.close();
    expect((await failure(() => run(database, 'SELECT 1'))).code).toBe('storage/closed');
  });

  test('A result that a write interrupts is kept up to a limit.', async () => {
    await withStorage(async (storage) => {
      const endless = `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${spilledRowsMax + 200}) SELECT x FROM n`;
      storage.connection.script('CREATE TABLE t (a INTEGER)');
      let rows = 0;
      const error = await failure(async () => {
        for await (const batch of storage.rows.query(statement(endless, [{ form: 'native', type: 'integer' }]), context(storage))) {
          if (rows === 0) storage.connection.run('INSERT INTO t VALUES (1)');
          rows += batch.length;
        }
      });
      expect([error.code, rows]).toEqual(['limit/open-result', spilledRowsMax + 100]);
    });
  });

  test('An operator holds so many rows.', async () => {
    checkHeld(rowsInMemoryMax);
    expect((await failure(() => checkHeld(rowsInMemoryMax + 1))).code).toBe('limit/rows-in-memory');
  });

  test('A comparison takes so many rows.', async () => {
    const database = await openDatabase({ file: ':memory:' });
    const many = 'UNWIND range(0, 1000000) AS x RETURN x';
    expect((await failure(() => run(database, `COMPARE { DOCUMENT ${many}; GRAPH ${many} }`))).code).toBe('limit/rows-compared');
    await database.close();
  });

  test('EXPLAIN MODELS copies so many rows and elements, and so many bytes; of more it shows the translation alone.', async () => {
    const database = await openDatabase({ file: ':memory:' });
    const session = database.session();
    const shown: Value[][] = [];
    const text = `CREATE COLLECTION c; INSERT INTO c {xs: range(1, 100001)}; EXPLAIN MODELS SELECT x FROM c AS b, b.xs AS x WHERE x < 3`;
    for await (const { batches, columns } of session.run(text))
      for await (const batch of batches)
        for (const row of batch)
          shown.push(['model', 'verdict', 'rows', 'query', 'data'].map((n) => row[columns.findIndex((c) => c.name === n)]));
    expect(shown.map((row) => row.slice(0, 4))).toEqual([
      ['document', 'easy', 2n, 'SELECT x FROM c AS b, b.xs AS x WHERE x < 3'],
      ['relational', 'not run', null, 'SELECT x.value FROM c_2_xs AS x WHERE x.value < 3'],
      ['graph', 'not run', null, 'MATCH (x:xs) WHERE x.value < 3 RETURN x.value'],
    ]);
    // No index on a column whose types were not seen.
    expect(shown[1]?.[4]).toBe(
      'CREATE TABLE c_2_xs (doc INTEGER, item INTEGER, value ANY, PRIMARY KEY (doc, item));\nINSERT INTO c_2_xs SELECT id(r) AS doc, coalesce(p1, 0) AS item, e1 AS value FROM c AS r, r.xs AS e1 AT p1',
    );
    let read = 0;
    const endless = async function* (): AsyncGenerator<Value[][]> {
      for (; ; read++) yield [['x'.repeat(1_000_000)]];
    };
    const part = { kind: 'collection', name: 'd', query: 'SELECT 1', indexes: [] } as const;
    expect((await store([part, part], endless, { session, check: undefined })).tooMuch).toContain('64 MB');
    expect(read).toBe(67);
    // What is collected into one document is counted before it is read.
    const asked: string[] = [];
    const counted = async function* (query: string): AsyncGenerator<Value[][]> {
      asked.push(query);
      yield [[200_000n]];
    };
    const hub = { ...part, inside: ['SELECT 2'] };
    expect((await store([hub], counted, { session, check: undefined })).tooMuch).toContain('100000 rows');
    expect(asked).toEqual(['SELECT 2']);
    await session.close();
    await database.close();
  });
});

test("Each of SQLite's errors has a code of ours.", () => {
  const codes: readonly (readonly [string, string])[] = [
    ['SQLITE_IOERR_WRITE', 'storage/io'],
    ['SQLITE_NOMEM', 'limit/memory'],
    ['SQLITE_TOOBIG', 'limit/value-size'],
    ['SQLITE_FULL', 'storage/full'],
    ['SQLITE_PERM', 'storage/cannot-open'],
    ['SQLITE_CORRUPT_VTAB', 'storage/corrupt'],
    ['SQLITE_BUSY_SNAPSHOT', 'storage/busy'],
    ['SQLITE_READONLY', 'storage/read-only'],
    ['SQLITE_READONLY_DIRECTORY', 'storage/cannot-open'],
    ['SQLITE_MISMATCH', 'constraint/not-null'],
    ['SQLITE_INTERRUPT', 'limit/cancelled'],
  ];
  for (const [sqlite, ours] of codes)
    expect(translateError(new Database.SqliteError('what SQLite says', sqlite)), sqlite).toMatchObject({ code: ours });
  const unknown = new Database.SqliteError('what SQLite says', 'SQLITE_MISUSE');
  expect(translateError(unknown)).toBe(unknown);
});
