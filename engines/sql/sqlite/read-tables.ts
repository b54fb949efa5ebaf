// Reads tables and their indexes as SQLite describes them, with what trefoil_column adds. A part of reading the catalogue.

import type { ColumnInfo, ForeignKey, IndexInfo, TableInfo } from '../../catalog.ts';
import type { Type } from '../../plan/type.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { estimateRows } from './estimate-rows.ts';
import { quoteName } from './quote.ts';
import { isReserved } from './schema.ts';
import { storageType } from './storage-type.ts';
import { generatedSql, readTableText } from './table-text.ts';

interface TableRow {
  readonly name: string;
  readonly kind: 'table' | 'virtual' | 'view';
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

/** The tables and views that may be read, without Trefoil's own and those in `hidden` (lower case). */
export function readTables(connection: SqliteConnection, hidden: ReadonlySet<string>): TableInfo[] {
  const listed = connection.all(
    "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual', 'view') ORDER BY name",
    [],
    'number',
  );
  const kept = listed
    .map(([name, kind, withoutRowid, strict]) => ({
      name: name as string,
      kind: kind as TableRow['kind'],
      withoutRowid: withoutRowid === 1,
      strict: strict === 1,
    }))
    .filter((table) => !isReserved(table.name) && !hidden.has(table.name.toLowerCase()));
  const declared = readDeclared(connection);
  return kept.flatMap((table) => (isReadable(connection, table) ? [readTable(connection, table, declared)] : []));
}

/** A view may refer to a table that is gone, a virtual table to a module that is not there. Such ones are left out. */
function isReadable(connection: SqliteConnection, table: TableRow): boolean {
  if (table.kind === 'table') return true;
  try {
    connection.get(`SELECT 1 FROM main.${quoteName(table.name)} LIMIT 0`);
    return true;
  } catch {
    return false;
  }
}

type Declared = ReadonlyMap<string, { readonly type: Type; readonly declared: string }>;

function readDeclared(connection: SqliteConnection): Declared {
  const rows = connection.all('SELECT table_name, column_name, type, declared FROM trefoil_column');
  return new Map(
    rows.map(([table, column, type, declared]) => [columnKey(table, column), { type: type as Type, declared: declared as string }]),
  );
}

function columnKey(table: SqliteValue | undefined, column: SqliteValue | undefined): string {
  return `${table}\n${column}`.toLowerCase();
}

function readTable(connection: SqliteConnection, table: TableRow, declared: Declared): TableInfo {
  const described = connection
    .all('SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?, \'main\') ORDER BY cid', [table.name], 'number')
    .filter((column) => column[5] !== 1);
  const keyed = described.filter((column) => (column[4] as number) > 0).sort((a, b) => (a[4] as number) - (b[4] as number));
  const primaryKey = keyed.map((column) => column[0] as string);
  const collations = readCollations(
    connection,
    table.name,
    described.map((column) => String(column[0])),
  );
  const indexed = readUnique(connection, table.name, collations);
  const only = keyed.length === 1 ? keyed[0] : undefined;
  // SQLite makes no index for an INTEGER PRIMARY KEY: the rowid is its index.
  const rowidColumn =
    only && !table.withoutRowid && String(only[1]).toUpperCase() === 'INTEGER' && !indexed.some((index) => index.origin === 'pk')
      ? only[0]
      : undefined;
  const unique = indexed.map((index) => index.columns);
  if (rowidColumn !== undefined) unique.unshift(primaryKey);
  const rowid = table.withoutRowid || table.kind === 'view' ? null : rowidName(described.map((column) => String(column[0])));
  const generated = described.some((column) => (column[5] as number) > 1) ? readGenerated(connection, table.name) : undefined;
  return {
    name: table.name,
    columns: described.map((column) => {
      const sql = generated?.get(column[0] as string);
      const plain = columnInfo(table, column, column[0] === rowidColumn, declared);
      const info = sql === undefined ? plain : { ...plain, generated: { sql } };
      const collation = collations.get(info.name);
      return collation ? { ...info, collation } : info;
    }),
    primaryKey,
    unique,
    foreignKeys: readForeignKeys(connection, table.name),
    rowid,
    ...(table.kind === 'view' ? { view: true as const } : {}),
    get rows() {
      return estimateRows(connection, table.name, table.kind === 'table' ? rowid : null);
    },
  };
}

/** SQLite lists no collations, but a column of a subquery has that of the column it is: two comparisons show it. */
function readCollations(connection: SqliteConnection, table: string, columns: readonly string[]): ReadonlyMap<string, 'nocase' | 'rtrim'> {
  const known = new Map<string, 'nocase' | 'rtrim'>();
  const [written] = connection.get("SELECT sql FROM main.sqlite_schema WHERE name = ? AND sql LIKE '%collate%'", [table]) ?? [];
  if (typeof written !== 'string') return known;
  for (const name of columns) {
    const column = quoteName(name);
    try {
      const row = connection.get(
        `SELECT c = 'A', c = 'a ' FROM (SELECT ${column} AS c FROM main.${quoteName(table)} WHERE 0 UNION ALL SELECT 'a')`,
        [],
        'number',
      );
      if (row?.[0] === 1) known.set(name, 'nocase');
      else if (row?.[1] === 1) known.set(name, 'rtrim');
    } catch {
      // A collation that another program defines: SQLite says so when the column is compared.
    }
  }
  return known;
}

/** The expressions of generated columns: SQLite tells of them only in the text of the definition. */
function readGenerated(connection: SqliteConnection, table: string): ReadonlyMap<string, string> {
  const [written] = connection.get("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?", [table]) ?? [];
  const columns = typeof written === 'string' ? readTableText(written)?.columns : undefined;
  return new Map(
    columns?.flatMap(({ name, constraints }) =>
      constraints.flatMap((part) => {
        const sql = generatedSql(part);
        return sql === undefined ? [] : [[name, sql] as const];
      }),
    ),
  );
}

/** A column may take the name `rowid`, but not all three. */
function rowidName(columns: readonly string[]): string | null {
  const taken = new Set(columns.map((column) => column.toLowerCase()));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null;
}

function columnInfo(table: TableRow, column: readonly SqliteValue[], isRowid: boolean, declared: Declared): ColumnInfo {
  const name = column[0] as string;
  const native = String(column[1]).toUpperCase();
  const stored = table.strict ? declared.get(columnKey(table.name, name)) : undefined;
  // What Trefoil noted counts only while SQLite's own type still agrees with it.
  const known = stored && storageType(stored.type) === native ? stored : undefined;
  const type = known?.type ?? (isRowid ? 'integer' : table.strict ? nativeType(native) : 'any');
  const [base, identity] = known?.declared.split(' GENERATED ') ?? [];
  const length = known?.type === 'text' ? /\((\d+)\)/.exec(base ?? '')?.[1] : undefined;
  return {
    name,
    type,
    declared: known?.declared ?? String(column[1]),
    notNull: column[2] === 1 || ((column[4] as number) > 0 && table.strict),
    hasDefault: column[3] !== null,
    isRowid,
    ...(known && native === 'BLOB' && type !== 'bytes' ? { json: true as const } : {}),
    ...(isRowid && identity === 'ALWAYS AS IDENTITY' ? { alwaysIdentity: true as const } : {}),
    ...(length !== undefined ? { lengthMax: Number(length) } : {}),
  };
}

/** The type of a column of a STRICT table that SQLite alone describes. */
function nativeType(native: string): Type {
  switch (native) {
    case 'INT':
    case 'INTEGER':
      return 'integer';
    case 'REAL':
      return 'float';
    case 'TEXT':
      return 'text';
    case 'BLOB':
      return 'bytes';
    default:
      return 'any';
  }
}

/** An index with another collation than its column's is not unique as the column is compared. */
function readUnique(
  connection: SqliteConnection,
  table: string,
  collations: ReadonlyMap<string, string>,
): { origin: string; columns: string[] }[] {
  const rows = connection.all(
    `SELECT l.name, l.origin, x.name, x.coll FROM pragma_index_list(?, 'main') AS l, pragma_index_xinfo(l.name, 'main') AS x
     WHERE l."unique" AND NOT l.partial AND x.key ORDER BY l.seq DESC, x.seqno`,
    [table],
  );
  const found = new Map<string, { origin: string; columns: (string | null)[] }>();
  for (const [index, origin, column, collation] of rows) {
    const entry = found.get(index as string) ?? { origin: origin as string, columns: [] };
    const asColumn = String(collation).toLowerCase() === (collations.get(column as string) ?? 'binary');
    entry.columns.push(asColumn ? (column as string | null) : null);
    found.set(index as string, entry);
  }
  return [...found.values()].flatMap((entry) => {
    const columns = entry.columns.filter((column) => column !== null);
    return columns.length === entry.columns.length ? [{ origin: entry.origin, columns }] : [];
  });
}

/** In the order written. A key that names no columns refers to the primary key. */
function readForeignKeys(connection: SqliteConnection, table: string): ForeignKey[] {
  const rows = connection.all(
    `SELECT f.id, f."table", f."from", coalesce(f."to", (SELECT x.name FROM pragma_table_xinfo(f."table", 'main') AS x WHERE x.pk = f.seq + 1))
     FROM pragma_foreign_key_list(?, 'main') AS f ORDER BY f.id DESC, f.seq`,
    [table],
    'number',
  );
  const found = new Map<number, { columns: string[]; table: string; references: string[] }>();
  for (const [id, parent, from, to] of rows) {
    const key = found.get(id as number) ?? { columns: [], table: parent as string, references: [] };
    key.columns.push(from as string);
    if (to !== null) key.references.push(to as string);
    found.set(id as number, key);
  }
  return [...found.values()].filter((key) => key.columns.length === key.references.length);
}

/** Indexes made by CREATE INDEX over plain columns; others are SQLite's own matter. */
export function readTableIndexes(connection: SqliteConnection, tables: ReadonlyMap<string, TableInfo>): IndexInfo[] {
  const rows = connection.all(
    `SELECT s.name, s.tbl_name, l."unique", x.name
     FROM main.sqlite_schema AS s, pragma_index_list(s.tbl_name, 'main') AS l, pragma_index_xinfo(s.name, 'main') AS x
     WHERE s.type = 'index' AND l.name = s.name AND l.origin = 'c' AND NOT l.partial AND x.key ORDER BY s.name, x.seqno`,
    [],
    'number',
  );
  const found = new Map<string, { table: TableInfo; unique: boolean; columns: (string | null)[] }>();
  for (const [name, tableName, unique, column] of rows) {
    const table = tables.get(String(tableName).toLowerCase());
    if (!table) continue;
    const entry = found.get(name as string) ?? { table, unique: unique === 1, columns: [] };
    entry.columns.push(column as string | null);
    found.set(name as string, entry);
  }
  return [...found].flatMap(([name, { table, unique, columns }]) => {
    const keys = columns.flatMap((column) => (column === null ? [] : [[column]]));
    return keys.length === columns.length ? [{ name, on: { kind: 'table' as const, name: table.name }, keys, unique }] : [];
  });
}
