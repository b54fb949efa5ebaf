import { describe, expect, test } from 'vitest';
import type { SqliteStorage } from '../../engines/sql/sqlite/storage.ts';
import { checkSql, column, compileLiterals, failure, index, name, object, references, table, withStorage } from './opened.ts';

const span = { start: 0, end: 0 };
const collection = (text: string, ifNotExists = false) => ({ kind: 'createCollection' as const, name: name(text), ifNotExists, span });

async function orders(storage: SqliteStorage) {
  await storage.createCollection(collection('orders'));
  const info = storage.catalog().collection('orders');
  if (!info) throw new Error('no collection');
  return info;
}

describe('CREATE TABLE', () => {
  test('makes a STRICT table that SQLite checks itself', () =>
    withStorage(async (storage) => {
      await storage.createTable(table('t', [column('id', 'BIGINT', 'primaryKey'), column('ok', 'BOOLEAN', 'notNull')]), compileLiterals);
      expect(storage.connection.get("SELECT sql FROM sqlite_schema WHERE name = 't'")).toEqual([
        'CREATE TABLE "t" ("id" INTEGER PRIMARY KEY, "ok" INTEGER CONSTRAINT "t_ok_boolean" CHECK ("ok" IN (0, 1)) NOT NULL) STRICT',
      ]);
      const info = storage.catalog().table('t');
      expect(info?.columns[0]).toMatchObject({ isRowid: true, type: 'integer' });
      expect([info?.primaryKey, info?.unique]).toEqual([['id'], [['id']]]);
    }));

  test.each([
    ['a name that is there', table('T', [column('a', 'TEXT')]), 'bind/table-exists'],
    ['a collection’s name', table('orders', [column('a', 'TEXT')]), 'bind/collection-exists'],
    ['an index’s name', table('t_a_idx', [column('a', 'TEXT')]), 'bind/name-taken'],
    ['a reserved name', table('trefoil_x', [column('a', 'TEXT')]), 'bind/reserved-name'],
    ['an unknown type', table('u', [column('a', 'TEXTT')]), 'bind/unknown-type'],
    ['a column twice', table('u', [column('a', 'TEXT'), column('A', 'TEXT')]), 'bind/duplicate-column'],
    ['two primary keys', table('u', [column('a', 'TEXT', 'primaryKey'), column('b', 'TEXT', 'primaryKey')]), 'bind/two-primary-keys'],
    ['a JSON key', table('u', [column('a', 'JSON', 'unique')]), 'bind/json-key'],
    ['a reference to no table', table('u', [column('a', 'TEXT', references('tt'))]), 'bind/unknown-table'],
    ['a reference to no column', table('u', [column('a', 'TEXT', references('t', ['b']))]), 'bind/unknown-column'],
    ['a reference to what is not unique', table('u', [column('a', 'TEXT', references('t', ['a']))]), 'bind/foreign-key'],
    ['a reference without a key', table('u', [column('a', 'TEXT', references('t'))]), 'bind/foreign-key'],
  ])('refuses %s', (_, statement, code) =>
    withStorage(async (storage) => {
      await storage.createTable(table('t', [column('a', 'TEXT')]), compileLiterals);
      await storage.createIndex(index('t', [['a']]));
      await orders(storage);
      const error = await failure(() => storage.createTable(statement, compileLiterals));
      expect(error.code).toBe(code);
    }),
  );

  test('takes references to itself and names its checks', () =>
    withStorage(async (storage) => {
      const statement = table('tree', [
        column('id', 'INTEGER', 'primaryKey'),
        column('up', 'INTEGER', references('tree', [], 'cascade'), checkSql('up > 0'), checkSql('up < 9')),
      ]);
      await storage.createTable(statement, compileLiterals);
      const info = storage.catalog().table('tree');
      if (!info) throw new Error('no table');
      expect((await failure(() => storage.rows.insertRows(info, ['up'], [[9n]]))).message).toBe(
        'The row breaks the check "tree_up_check2".',
      );
      await storage.rows.insertRows(
        info,
        ['id', 'up'],
        [
          [1n, null],
          [2n, 1n],
        ],
      );
      await storage.rows.deleteRows(info, [1n]);
      expect(storage.connection.get('SELECT count(*) FROM tree')).toEqual([0n]);
    }));

  test('IF NOT EXISTS leaves what is there', () =>
    withStorage(async (storage) => {
      const statement = table('t', [column('a', 'TEXT')]);
      expect(await storage.createTable(statement, compileLiterals)).toEqual({ kind: 'done' });
      expect(await storage.createTable({ ...statement, ifNotExists: true }, compileLiterals)).toMatchObject({ kind: 'skipped' });
      expect(await storage.dropTable({ kind: 'dropTable', name: name('x'), ifExists: true, span })).toMatchObject({ kind: 'skipped' });
      const error = await failure(() => storage.dropTable({ kind: 'dropTable', name: name('tt'), ifExists: false, span }));
      expect([error.code, error.hint]).toEqual(['bind/unknown-table', 'SHOW TABLES lists them.']);
    }));
});

describe('indexes', () => {
  test('on tables have default names and are listed', () =>
    withStorage(async (storage) => {
      await storage.createTable(table('t', [column('a', 'TEXT'), column('b', 'TEXT'), column('j', 'JSON')]), compileLiterals);
      await storage.createIndex(index('T', [['A'], ['b']]));
      expect(storage.catalog().indexes).toEqual([
        { name: 't_a_b_idx', on: { kind: 'table', name: 't' }, keys: [['a'], ['b']], unique: false },
      ]);
      expect((await failure(() => storage.createIndex(index('t', [['A'], ['b']])))).code).toBe('bind/index-exists');
      expect(await storage.createIndex(index('t', [['A'], ['b']], { ifNotExists: true }))).toMatchObject({ kind: 'skipped' });
      expect((await failure(() => storage.createIndex(index('t', [['c']])))).code).toBe('bind/unknown-column');
      expect((await failure(() => storage.createIndex(index('t', [['j']])))).code).toBe('bind/index-key');
      expect((await failure(() => storage.createIndex(index('nowhere', [['a']])))).code).toBe('bind/unknown-table');
    }));

  test('on documents are used by SQLite and refuse repeated values', () =>
    withStorage(async (storage) => {
      const info = await orders(storage);
      await storage.rows.insertDocuments(info, [object({ a: object({ b: 1n }) }), object({ a: object({ b: 2n }) }), object({})]);
      await storage.createIndex(index('orders', [['a', 'b']], { unique: true }));
      expect(storage.catalog().indexes).toEqual([
        { name: 'orders_a_b_idx', on: { kind: 'collection', name: 'orders' }, keys: [['a', 'b']], unique: true },
      ]);
      const plan = storage.connection.all("EXPLAIN QUERY PLAN SELECT 1 FROM orders WHERE (doc ->> '$.a.b') = 1");
      expect(String(plan)).toContain('orders_a_b_idx');
      const error = await failure(() => storage.rows.insertDocuments(info, [object({ a: object({ b: 2n }) })]));
      expect([error.code, error.message]).toEqual(['constraint/unique', 'The collection "orders" already has a document with a.b = 2.']);
    }));

  test('cannot be unique over repeated values', () =>
    withStorage(async (storage) => {
      const info = await orders(storage);
      await storage.rows.insertDocuments(info, [object({ a: 1n }), object({ a: 1n })]);
      const error = await failure(() => storage.createIndex(index('orders', [['a']], { unique: true })));
      expect(error.code).toBe('constraint/unique');
      expect(storage.catalog().indexes).toEqual([]);
    }));

  test('are dropped by name, with their collection too', () =>
    withStorage(async (storage) => {
      await orders(storage);
      await storage.createIndex(index('orders', [['a']]));
      await storage.createIndex(index('orders', [['b']], { name: 'mine' }));
      await storage.dropIndex({ kind: 'dropIndex', name: name('MINE'), ifExists: false, span });
      const error = await failure(() => storage.dropIndex({ kind: 'dropIndex', name: name('orders_a_id'), ifExists: false, span }));
      expect([error.code, error.hint]).toEqual(['bind/unknown-index', 'Did you mean "orders_a_idx"?']);
      await storage.dropCollection({ kind: 'dropCollection', name: name('orders'), ifExists: false, span });
      expect([storage.catalog().indexes, storage.catalog().collections]).toEqual([[], []]);
      await orders(storage);
    }));
});
