// A table and a collection full of awkward values, and random expressions over both, for comparing SQLite's answers with the
// evaluator's.

import fc from 'fast-check';
import { sqlCompiler } from '../../engines/compile-sql.ts';
import type { BinaryOperator, Expr } from '../../engines/plan/expression.ts';
import type { Plan, ScanCollection, ScanTable } from '../../engines/plan/plan.ts';
import { binaryType, commonType } from '../../engines/plan/typing.ts';
import type { Type } from '../../engines/plan/type.ts';
import { sqliteDialect } from '../../engines/sql/sqlite/dialect.ts';
import { applyPure } from '../../engines/rows/functions.ts';
import { registerFunctions } from '../../engines/sql/sqlite/functions.ts';
import { openStorage, type SqliteStorage } from '../../engines/sql/sqlite/storage.ts';
import { TemporalValue, type Row, type Value } from '../../engines/value.ts';
import { context } from '../storage/opened.ts';

export const refusals: string[] = [];
export const compile = sqlCompiler(sqliteDialect, (why) => refusals.push(why));

const date = (text: string): TemporalValue => new TemporalValue('date', text);
const object = (entries: Record<string, Value>): Map<string, Value> => new Map(Object.entries(entries));

const integers = [0n, 1n, -1n, 2n, 3n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n, null];
const floats = [0, -0, 1, 1.5, -2.5, 1e21, 9007199254740992, 1e308, Number.POSITIVE_INFINITY, null];
const texts = ['', 'a', 'A', '1', 'ä', '😀', '\uffff', 'q\'"%', 'abc', 'aé b', null];
// As they are stored: see docs/storage.md.
const dates = ['2024-01-01', '1999-12-31', '~000012024-01-01', null];
const datetimes = [
  '2024-01-01T00:00:00Z',
  '2024-01-01T00:00:00.5Z',
  '2024-01-01T00:00:00.5Z[Europe/Stockholm]',
  '2023-12-31T23:59:59Z[+02:00]',
  null,
];

/** What stands at the paths of documents. */
export const places: readonly Value[] = [
  undefined,
  null,
  true,
  false,
  0n,
  1n,
  1,
  2n,
  -2.5,
  9007199254740993n,
  9007199254740992,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  '',
  '1',
  'a',
  'A',
  '😀',
  'true',
  date('2024-01-01'),
  new TemporalValue('datetime', '2024-01-01T00:00:00.5Z'),
  new TemporalValue('datetime', '2024-01-01T01:00:00.5+01:00[Europe/Stockholm]'),
  new TemporalValue('duration', 'P1M'),
  [],
  [1n, 'a'],
  [1, 'a'],
  [null],
  [[2n]],
  object({}),
  object({ b: 1n }),
  object({ b: null, c: 'x' }),
  object({ b: object({ b: 2n }), c: [1n, object({ b: 'deep' })] }),
  object({ b: [object({ b: 1n })] }),
];

export interface Fixture {
  readonly storage: SqliteStorage;
  readonly table: ScanTable;
  readonly collection: ScanCollection;
  rows(plan: Plan, parameters?: ReadonlyMap<string, Value>): Promise<Row[] | undefined>;
}

export async function openFixture(): Promise<Fixture> {
  const storage = await openStorage(':memory:');
  const db = storage.connection.database;
  registerFunctions(db, { apply: applyPure });
  db.exec(`CREATE TABLE thing (id INTEGER PRIMARY KEY, i INTEGER, k INTEGER NOT NULL, f REAL, s TEXT, b INTEGER, d TEXT, dt TEXT) STRICT;
    INSERT INTO trefoil_column (table_name, column_name, type, declared) VALUES ('thing', 'b', 'boolean', 'BOOLEAN'), ('thing', 'd', 'date', 'DATE'), ('thing', 'dt', 'datetime', 'DATETIME');
    CREATE INDEX thing_s ON thing (s);
    CREATE TABLE docs (id INTEGER PRIMARY KEY, doc BLOB NOT NULL) STRICT;
    INSERT INTO trefoil_collection (name, table_name) VALUES ('docs', 'docs');
    CREATE INDEX docs_a ON docs ((doc ->> '$.a'));
    UPDATE trefoil_meta SET value = value + 1 WHERE key = 'catalog';`);
  storage.connection.touchCatalog();
  const insert = db.prepare('INSERT INTO thing (i, k, f, s, b, d, dt) VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (let n = 0; n < 33; n++) {
    const pick = <T>(from: readonly T[], step: number): T => from[(n * step + (n >> 3)) % from.length] as T;
    insert.run(
      pick(integers, 1),
      BigInt(n % 4),
      pick(floats, 3),
      pick(texts, 1),
      pick([1n, 0n, null], 1),
      pick(dates, 1),
      pick(datetimes, 2),
    );
  }
  const catalog = storage.catalog();
  const collection = catalog.collection('docs');
  const table = catalog.table('thing');
  if (!collection || !table) throw new Error('the fixture is not in the catalogue');
  const documents: Map<string, Value>[] = [];
  for (const [n, value] of places.entries()) {
    const other = places[(n * 7 + 3) % places.length];
    documents.push(object({ a: value, c: other, 'x y': value, n: BigInt(n) }), object({ a: other, c: value, 'q\'"\\': value, n: n / 2 }));
  }
  await storage.rows.insertDocuments(collection, documents);
  const scanTable: ScanTable = {
    kind: 'scanTable',
    table,
    columns: table.columns.map((c, n) => ({ source: c.name, column: { id: n + 1, name: c.name, type: c.type } })),
  };
  const scanCollection: ScanCollection = {
    kind: 'scanCollection',
    collection,
    doc: { id: 20, name: 'o', type: 'object' },
    key: { id: 21, name: 'id', type: 'integer' },
  };
  return {
    storage,
    table: scanTable,
    collection: scanCollection,
    async rows(plan, parameters = new Map()) {
      const sql = compile(plan, { outer: new Map(), interruptible: false });
      if (!sql) return undefined;
      const out: Row[] = [];
      for await (const batch of storage.rows.query(sql.statement, context(storage, { parameters }))) out.push(...batch);
      return out;
    },
  };
}

// ------------------------------------------------------------------------------------------------ expressions

const boolean = (expr: object): Expr => ({ ...expr, type: 'boolean' }) as Expr;
const literal = (value: Value, type: Type): Expr => ({ kind: 'literal', value, type });
const column = (id: number, type: Type): Expr => ({ kind: 'column', id, name: `c${id}`, type });

export function binary(operator: BinaryOperator, left: Expr, right: Expr): Expr {
  return { kind: 'binary', operator, left, right, type: binaryType(operator, left.type, right.type) };
}

function field(value: Expr, name: string): Expr {
  return { kind: 'field', value, name, type: 'any' };
}

function part(value: Expr, name: string): Expr {
  return { kind: 'field', value, name, type: 'integer' };
}

function index(value: Expr, at: bigint): Expr {
  return { kind: 'index', value, index: literal(at, 'integer'), inPath: true, type: 'any' };
}

const doc = column(20, 'object');
/** Places in the documents: their types show only at run time. */
export const documentPlaces: readonly Expr[] = [
  field(doc, 'a'),
  field(doc, 'a'),
  field(doc, 'c'),
  field(doc, 'n'),
  field(doc, 'x y'),
  field(doc, 'q\'"\\'),
  field(doc, 'absent'),
  field(field(doc, 'a'), 'b'),
  field(field(field(doc, 'a'), 'b'), 'b'),
  index(field(doc, 'a'), 0n),
  index(field(field(doc, 'a'), 'c'), -1n),
  field(index(field(field(doc, 'a'), 'c'), 1n), 'b'),
];

export const parameters = new Map<string, Value>([
  ['int', 1n],
  ['float', 1.5],
  ['text', 'a'],
  ['flag', true],
  ['none', null],
]);

interface Kinds {
  number: Expr;
  text: Expr;
  flag: Expr;
  any: Expr;
}

const numberLeaves = [column(2, 'integer'), column(3, 'integer'), column(4, 'float'), column(21, 'integer')];
const fixed = (leaves: readonly Expr[], type: 'table' | 'collection'): Expr[] =>
  leaves.filter((e) => e.kind !== 'column' || e.id >= 20 === (type === 'collection'));

/** Random expressions over one of the two. */
export function expressions(over: 'table' | 'collection'): { [K in keyof Kinds]: fc.Arbitrary<Expr> } {
  const places =
    over === 'collection'
      ? documentPlaces
      : [
          column(7, 'date'),
          column(8, 'datetime'),
          column(6, 'boolean'),
          part(column(7, 'date'), 'year'),
          part(column(8, 'datetime'), 'second'),
          part(column(8, 'datetime'), 'hour'),
          { ...part(column(8, 'datetime'), 'offset'), type: 'text' as const },
          binary('+', column(7, 'date'), literal(new TemporalValue('duration', 'P1M1D'), 'duration')),
          binary('-', column(8, 'datetime'), literal(new TemporalValue('duration', 'PT30M'), 'duration')),
          binary('-', column(7, 'date'), literal(date('2024-01-01'), 'date')),
          literal(new TemporalValue('datetime', '2024-01-01T02:00+02:00'), 'datetime'),
        ];
  return fc.letrec<Kinds>((tie: fc.LetrecTypedTie<Kinds>) => ({
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        ...fixed(numberLeaves, over),
        literal(1n, 'integer'),
        literal(2n, 'integer'),
        literal(1.5, 'float'),
        literal(0n, 'integer'),
      ),
      fc.constantFrom<Expr>({ kind: 'parameter', name: 'int', type: 'integer' }, { kind: 'parameter', name: 'float', type: 'float' }),
      fc.tuple(fc.constantFrom<BinaryOperator>('+', '-', '*', '/', '%'), tie('number'), tie('number')).map(([o, a, b]) => binary(o, a, b)),
      fc.tuple(fc.constantFrom<BinaryOperator>('-', '*', '+'), tie('any'), tie('number')).map(([o, a, b]) => numeric(o, a, b)),
      tie('number').map((operand): Expr => ({ kind: 'unary', operator: 'negate', operand, type: operand.type })),
      tie('number').map((e): Expr => ({ kind: 'call', name: 'abs', arguments: [e], type: e.type })),
      fc.tuple(tie('flag'), tie('number'), tie('number')).map(([when, then, otherwise]) => choice(when, then, otherwise)),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...(over === 'table' ? [column(5, 'text')] : []), ...['a', '', 'A%', '1', '😀'].map((t) => literal(t, 'text'))),
      fc.constant<Expr>({ kind: 'parameter', name: 'text', type: 'text' }),
      fc.tuple(tie('text'), fc.oneof(tie('text'), tie('number'))).map(([a, b]) => binary('||', a, b)),
      fc
        .tuple(fc.constantFrom('lower', 'upper', 'trim'), tie('text'))
        .map(([name, e]): Expr => ({ kind: 'call', name, arguments: [e], type: 'text' })),
    ),
    flag: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc
        .tuple(fc.constantFrom<BinaryOperator>('=', '<>', '<', '<=', '>', '>='), tie('any'), tie('any'))
        .map(([o, a, b]) => binary(o, a, b)),
      fc.tuple(fc.constantFrom<BinaryOperator>('and', 'or', 'xor'), tie('flag'), tie('flag')).map(([o, a, b]) => binary(o, a, b)),
      tie('flag').map((operand) => boolean({ kind: 'unary', operator: 'not', operand })),
      fc
        .tuple(tie('any'), fc.constantFrom('null', 'missing', 'true', 'false'), fc.boolean())
        .map(([operand, test, negated]) => boolean({ kind: 'is', operand, test, negated })),
      fc
        .tuple(tie('any'), fc.constantFrom('a%', '%A', '_', '%', 'a\\%', ''))
        .map(([operand, p]) => boolean({ kind: 'like', operand, pattern: literal(p, 'text') })),
      fc
        .tuple(tie('any'), fc.array(tie('any'), { maxLength: 3 }))
        .map(([operand, items]) => boolean({ kind: 'in', operand, list: { kind: 'list', items, type: 'list' } })),
      fc
        .tuple(tie('any'), fc.subarray<Value>([1n, 'a', null, true, 2.5, '1']))
        .map(([operand, value]) => boolean({ kind: 'in', operand, list: literal(value, 'list') })),
      fc
        .tuple(fc.constantFrom<BinaryOperator>('starts with', 'ends with', 'contains'), tie('any'), tie('text'))
        .map(([o, a, b]) => binary(o, a, b)),
    ),
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...places),
      fc.constantFrom(
        literal(1n, 'integer'),
        literal('a', 'text'),
        literal(true, 'boolean'),
        literal(null, 'null'),
        literal(date('2024-01-01'), 'date'),
        literal(new TemporalValue('datetime', '2024-01-01T02:00:00.5+02:00'), 'datetime'),
      ),
      fc.constantFrom<Expr>({ kind: 'parameter', name: 'flag', type: 'boolean' }, { kind: 'parameter', name: 'none', type: 'null' }),
      tie('number'),
      tie('text'),
      tie('flag'),
      fc.tuple(tie('any'), tie('any')).map((items) => call('coalesce', items)),
      fc.tuple(tie('any'), tie('any')).map((items) => call('nullif', items)),
      fc.tuple(tie('flag'), tie('any'), tie('any')).map(([when, then, otherwise]) => choice(when, then, otherwise)),
      tie('any').map((e): Expr => ({ kind: 'call', name: 'typeof', arguments: [e], type: 'text' })),
    ),
  }));
}

/** Arithmetic on something of a type that the operator could not take at all would not pass the binder. */
function numeric(operator: BinaryOperator, left: Expr, right: Expr): Expr {
  return left.type === 'any' || left.type === 'integer' || left.type === 'float' || left.type === 'number'
    ? binary(operator, left, right)
    : right;
}

function call(name: string, items: readonly Expr[]): Expr {
  return {
    kind: 'call',
    name,
    arguments: items,
    type: name === 'nullif' ? (items[0]?.type ?? 'any') : commonType(items.map((i) => i.type)),
  };
}

function choice(when: Expr, then: Expr, otherwise: Expr): Expr {
  return { kind: 'case', branches: [{ when, then }], otherwise, type: commonType([then.type, otherwise.type]) };
}
