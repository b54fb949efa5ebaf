import { describe, expect, test } from 'vitest';
import { TemporalValue, type Row } from '../../engines/value.ts';
import {
  checkSql,
  column,
  compileLiterals,
  context,
  defaultTo,
  failure,
  name,
  object,
  references,
  rowsOf,
  statement,
  table,
  withStorage,
} from './opened.ts';
import type { SqliteStorage } from '../../engines/sql/sqlite/storage.ts';

const integer = { form: 'native', type: 'integer' } as const;

async function people(storage: SqliteStorage): Promise<NonNullable<ReturnType<ReturnType<SqliteStorage['catalog']>['table']>>> {
  await storage.createTable(
    table('person', [
      column('id', 'INTEGER', 'primaryKey'),
      column('name', 'VARCHAR(10)', 'notNull'),
      column('age', 'INT', checkSql('age >= 0')),
      column('height', 'REAL'),
      column('active', 'BOOLEAN'),
      column('born', 'DATE'),
      column('extra', 'JSON'),
      column('price', 'DECIMAL(10)'),
      column('photo', 'BLOB'),
      column('country', 'TEXT', defaultTo('GB')),
    ]),
    compileLiterals,
  );
  const info = storage.catalog().table('PERSON');
  if (!info) throw new Error('no table');
  return info;
}

describe('tables', () => {
  test('rows come back as they were stored', () =>
    withStorage(async (storage) => {
      const info = await people(storage);
      const born = new TemporalValue('date', '2001-02-03');
      const extra = object({ a: [1n, 1.5, null, true], when: born });
      const stored = await storage.rows.insertRows(
        info,
        ['name', 'age', 'height', 'active', 'born', 'extra', 'price', 'photo'],
        [['Ada', 36.0, 2n, true, born, extra, 3n, new Uint8Array([1, 2])]],
      );
      const row = [1n, 'Ada', 36n, 2, true, born, extra, 3n, new Uint8Array([1, 2]), 'GB'];
      expect(stored).toEqual([row]);
      const results = info.columns.map((c) => ({ form: c.json ? ('json' as const) : ('native' as const), type: c.type }));
      const text = `SELECT ${info.columns.map((c) => (c.json ? `json(${c.name})` : c.name)).join(', ')} FROM person`;
      expect(await rowsOf(storage, statement(text, results))).toEqual([row]);
    }));

  test('the rowid of an insert without it is given back', () =>
    withStorage(async (storage) => {
      await storage.createTable(table('t', [column('id', 'INTEGER', 'primaryKey'), column('a', 'TEXT')]), compileLiterals);
      const info = storage.catalog().table('t');
      if (!info) throw new Error('no table');
      expect(await storage.rows.insertRows(info, ['a'], [['x'], ['y']])).toEqual([
        [1n, 'x'],
        [2n, 'y'],
      ]);
      expect(await storage.rows.insertRows(info, [], [[]])).toEqual([[3n, null]]);
    }));

  test('updates give the new rows', () =>
    withStorage(async (storage) => {
      const info = await people(storage);
      await storage.rows.insertRows(info, ['id', 'name'], [[7n, 'Ada']]);
      const [row] = await storage.rows.updateRows(info, ['name', 'extra'], [{ key: 7n, values: ['Grace', [1n]] }]);
      expect(row?.slice(0, 2)).toEqual([7n, 'Grace']);
      expect(row?.[6]).toEqual([1n]);
    }));

  test.each([
    ['age', 'old', 'type/column', /"age" of table "person" holds integers, not text: 'old'/],
    ['age', 1.5, 'type/column', /holds integers, not a float/],
    ['age', true, 'type/column', /holds integers/],
    ['age', -1n, 'constraint/check', /"person_age_check"/],
    ['active', 1n, 'type/column', /holds true or false/],
    ['name', 'a name that is too long', 'type/column', /too long/],
    ['name', null, 'constraint/not-null', /"name" of table "person" must have a value/],
    ['born', 'yesterday', 'type/column', /type date/],
    ['height', Number.NaN, 'type/column', /holds numbers/],
    ['price', 'x', 'type/column', /holds numbers/],
  ])('%s refuses %s', (columnName, value, code, message) =>
    withStorage(async (storage) => {
      const info = await people(storage);
      const columns = columnName === 'name' ? ['name'] : ['name', columnName];
      const row = columnName === 'name' ? [value] : ['Ada', value];
      const error = await failure(() => storage.rows.insertRows(info, columns, [row]));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
    }),
  );

  test('a repeated key is an error that names it', () =>
    withStorage(async (storage) => {
      const info = await people(storage);
      const error = await failure(() =>
        storage.rows.insertRows(
          info,
          ['id', 'name'],
          [
            [1n, 'a'],
            [1n, 'b'],
          ],
        ),
      );
      expect(error.code).toBe('constraint/primary-key');
      expect(error.message).toBe('The table "person" already has a row with id = 1.');
    }));

  test('foreign keys say which row is missing and which row still refers', () =>
    withStorage(async (storage) => {
      const info = await people(storage);
      await storage.createTable(table('pet', [column('name', 'TEXT'), column('owner', 'INTEGER', references('person'))]), compileLiterals);
      const pet = storage.catalog().table('pet');
      if (!pet) throw new Error('no table');
      const missing = await failure(() => storage.rows.insertRows(pet, ['owner'], [[9n]]));
      expect([missing.code, missing.message]).toEqual(['constraint/foreign-key', 'The table "person" has no row with id = 9.']);
      await storage.rows.insertRows(info, ['id', 'name'], [[9n, 'Ada']]);
      await storage.rows.insertRows(pet, ['owner'], [[9n]]);
      const left = await failure(() => storage.rows.deleteRows(info, [9n]));
      expect([left.code, left.message]).toEqual([
        'constraint/foreign-key',
        'The row of "person" with id = 9 cannot be deleted: rows of "pet" refer to it.',
      ]);
      const dropped = await failure(() =>
        storage.dropTable({ kind: 'dropTable', name: name('person'), ifExists: false, span: { start: 0, end: 0 } }),
      );
      expect(dropped.message).toBe('The table "person" cannot be dropped: rows of "pet" refer to its rows.');
    }));
});

test('a table that is gone is told apart from the parent of a foreign key', () =>
  withStorage(async (storage) => {
    await people(storage);
    await storage.createTable(table('pet', [column('owner', 'INTEGER', references('person'))]), compileLiterals);
    const pet = storage.catalog().table('pet');
    if (!pet) throw new Error('no table');
    await storage.dropTable({ kind: 'dropTable', name: name('person'), ifExists: false, span: { start: 0, end: 0 } });
    expect((await failure(() => storage.rows.insertRows(pet, ['owner'], [[1n]]))).message).toContain(
      'refers to the table "person", which was dropped',
    );
    const error = await failure(() => rowsOf(storage, statement('SELECT id FROM main.person', [integer])));
    expect([error.code, error.retryable]).toEqual(['storage/schema-changed', true]);
  }));

describe('queries', () => {
  const text = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) SELECT i FROM n';

  test('come in batches and count the rows read', () =>
    withStorage(async (storage) => {
      const run = context(storage);
      const sizes: number[] = [];
      for await (const batch of storage.rows.query(statement(text, [integer]), run)) sizes.push(batch.length);
      expect(sizes).toEqual([100, 100, 50]);
      expect(run.stats.rowsRead).toBe(250);
    }));

  test('the same text can be read twice at once', () =>
    withStorage(async (storage) => {
      const sql = statement(text, [integer]);
      let pairs = 0;
      for await (const outer of storage.rows.query(sql, context(storage))) {
        for await (const inner of storage.rows.query(sql, context(storage))) pairs += outer.length * inner.length;
      }
      expect(pairs).toBe(250 * 250);
    }));

  test('an open result shows what was there before a write', () =>
    withStorage(async (storage) => {
      const info = await people(storage);
      await storage.rows.insertRows(
        info,
        ['name'],
        Array.from({ length: 250 }, (_, i): Row => [`p${i}`]),
      );
      const seen: Row[] = [];
      for await (const batch of storage.rows.query(statement('SELECT id FROM person ORDER BY id', [integer]), context(storage))) {
        seen.push(...batch);
        await storage.connection.begin();
        await storage.rows.deleteRows(info, [250n]);
        await storage.rows.insertRows(info, ['id', 'name'], [[1000n + BigInt(seen.length), 'new']]);
        await storage.connection.commit();
      }
      expect(seen).toHaveLength(250);
      expect(seen.at(-1)).toEqual([250n]);
      expect((await rowsOf(storage, statement('SELECT count(*) FROM person', [integer])))[0]).toEqual([252n]);
    }));

  test('an open result survives a rollback', () =>
    withStorage(async (storage) => {
      const info = await people(storage);
      await storage.connection.begin();
      await storage.rows.insertRows(
        info,
        ['name'],
        Array.from({ length: 150 }, (_, i): Row => [`p${i}`]),
      );
      const batches = storage.rows.query(statement('SELECT id FROM person', [integer]), context(storage))[Symbol.asyncIterator]();
      const first = await batches.next();
      await storage.connection.rollback();
      const second = await batches.next();
      expect([first.value.length, second.value.length]).toEqual([100, 50]);
    }));

  test('an abandoned result frees the connection', () =>
    withStorage(async (storage) => {
      for await (const batch of storage.rows.query(statement(text, [integer]), context(storage))) {
        expect(batch).toHaveLength(100);
        break;
      }
      await storage.connection.begin();
      await storage.connection.commit();
    }));

  test('an integer that SQLite made a float is an overflow', () =>
    withStorage(async (storage) => {
      const error = await failure(() => rowsOf(storage, statement('SELECT 9223372036854775807 + 1', [integer])));
      expect(error.code).toBe('type/overflow');
    }));

  test('parameters are bound as the compiler says', () =>
    withStorage(async (storage) => {
      const sql = statement(
        'SELECT ?1, ?2, ?3, ?1, (SELECT sum(value) FROM json_each(?4)), ?5 IS NULL, typeof(jsonb(?6))',
        [
          { form: 'native', type: 'boolean' },
          { form: 'json', type: 'list' },
          { form: 'native', type: 'date' },
          integer,
          integer,
          { form: 'native', type: 'boolean' },
          { form: 'native', type: 'text', missing: true },
        ],
        [
          { kind: 'literal', value: true },
          { kind: 'parameter', name: 'list', as: 'json' },
          { kind: 'outer', column: 4, as: 'native' },
          { kind: 'keys', slot: 1 },
          { kind: 'keys', slot: 2 },
          { kind: 'parameter', name: 'none', as: 'json' },
        ],
      );
      const when = new TemporalValue('date', '2020-01-01');
      const rows = await rowsOf(storage, sql, {
        parameters: new Map([['list', [1n, 2.0, 'x']]]),
        outer: new Map([[4, when]]),
        keys: new Map([[1, [1n, 2n]]]),
      });
      expect(rows).toEqual([[true, [1n, 2.0, 'x'], when, 1n, 3n, true, 'null']]);
    }));
});

describe('documents', () => {
  test('are stored as JSONB and changed and deleted by key', () =>
    withStorage(async (storage) => {
      await storage.createCollection({ kind: 'createCollection', name: name('orders'), ifNotExists: false, span: { start: 0, end: 0 } });
      const collection = storage.catalog().collection('ORDERS');
      if (!collection) throw new Error('no collection');
      const keys = await storage.rows.insertDocuments(collection, [object({ a: 9223372036854775807n }), object({ b: 1.0 })]);
      expect(keys).toEqual([1n, 2n]);
      await storage.rows.updateDocuments(collection, [{ key: 2n, document: object({ b: 2.0 }) }]);
      await storage.rows.deleteDocuments(collection, [1n]);
      const rows = await rowsOf(
        storage,
        statement('SELECT json(doc), typeof(doc) FROM orders', [
          { form: 'json', type: 'object' },
          { form: 'native', type: 'text' },
        ]),
      );
      expect(rows).toEqual([[object({ b: 2.0 }), 'blob']]);
      expect(storage.catalog().tables).toEqual([]);
      expect(storage.catalog().collection('orders')?.rows).toBe(1);
    }));
});
