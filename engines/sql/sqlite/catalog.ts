// Reads the catalogue from the file: tables as SQLite describes them, collections, labels, edge types and indexes from
// Trefoil's own tables. Kept until the schema changes; asking whether it did costs a few microseconds.

import type { Catalog, CollectionInfo, ColumnInfo, IndexInfo, LabelInfo, TableInfo } from '../../catalog.ts';
import type { Type } from '../../plan/type.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { StoredNames } from './names.ts';
import { quoteName } from './quote.ts';
import { isReserved } from './schema.ts';

/** An index over one property of a label, as the graph storage needs it. */
export interface LabelIndex {
  readonly id: number;
  readonly name: string;
  readonly label: string;
  readonly path: readonly (string | number)[];
  readonly unique: boolean;
}

export class CatalogReader {
  readonly labels: StoredNames;
  readonly types: StoredNames;
  readonly #connection: SqliteConnection;
  #catalog: Catalog | undefined;
  #labelIndexes: readonly LabelIndex[] = [];
  #version = 0;
  #epoch = -1;
  #dataVersion = -1;
  #fingerprint = '';

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.labels = new StoredNames(connection, 'trefoil_label');
    this.types = new StoredNames(connection, 'trefoil_edge_type');
  }

  /** The catalogue as this connection sees it now. The same object until something changes. */
  current(): Catalog {
    const connection = this.#connection;
    // data_version moves when another connection has committed anything, the epoch when this one changed the catalogue.
    const dataVersion = connection.get('PRAGMA main.data_version', [], 'number')?.[0] as number;
    const sameEpoch = connection.catalogEpoch === this.#epoch;
    if (this.#catalog && sameEpoch && dataVersion === this.#dataVersion) return this.#catalog;
    const row = connection.get(
      "SELECT schema_version, (SELECT value FROM trefoil_meta WHERE key = 'catalog') FROM pragma_schema_version",
      [],
      'number',
    );
    const fingerprint = String(row);
    this.#dataVersion = dataVersion;
    if (this.#catalog && sameEpoch && fingerprint === this.#fingerprint) return this.#catalog;
    this.#epoch = connection.catalogEpoch;
    this.#fingerprint = fingerprint;
    this.labels.reload();
    this.types.reload();
    const stored = readStoredIndexes(connection);
    this.#labelIndexes = stored.labels;
    this.#catalog = readCatalog(connection, ++this.#version, this.labels, this.types, stored.infos);
    return this.#catalog;
  }

  labelIndexes(): readonly LabelIndex[] {
    this.current();
    return this.#labelIndexes;
  }
}

function readCatalog(
  connection: SqliteConnection,
  version: number,
  labels: StoredNames,
  types: StoredNames,
  storedIndexes: readonly IndexInfo[],
): Catalog {
  const collections = readCollections(connection);
  const hidden = new Set(collections.map((collection) => collection.table.toLowerCase()));
  const tables = readTables(connection, hidden);
  const tablesByName = byName(tables);
  const collectionsByName = byName(collections);
  return {
    version,
    table: (name) => tablesByName.get(name.toLowerCase()),
    collection: (name) => collectionsByName.get(name.toLowerCase()),
    tables,
    collections,
    labels: readNames(labels),
    edgeTypes: readNames(types),
    indexes: [...readTableIndexes(connection, tablesByName), ...storedIndexes],
  };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.name.toLowerCase(), item]));
}

function readNames(names: StoredNames): LabelInfo[] {
  return names.names().map((name) => {
    const id = names.id(name) ?? 0;
    return {
      id,
      name,
      get count() {
        return names.count(id);
      },
    };
  });
}

function readCollections(connection: SqliteConnection): CollectionInfo[] {
  const rows = connection.all(
    `SELECT c.name, c.table_name FROM trefoil_collection AS c JOIN main.sqlite_schema AS s ON s.type = 'table' AND s.name = c.table_name COLLATE NOCASE
     ORDER BY c.name`,
  );
  return rows.map(([name, table]) => ({
    name: name as string,
    table: table as string,
    get rows() {
      return estimateRows(connection, table as string, 'id');
    },
  }));
}

interface TableRow {
  readonly name: string;
  readonly kind: 'table' | 'virtual' | 'view';
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

function readTables(connection: SqliteConnection, hidden: ReadonlySet<string>): TableInfo[] {
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
  const indexed = readUnique(connection, table.name);
  const only = keyed.length === 1 ? keyed[0] : undefined;
  // SQLite makes no index for an INTEGER PRIMARY KEY: the rowid is its index.
  const rowidColumn =
    only && !table.withoutRowid && String(only[1]).toUpperCase() === 'INTEGER' && !indexed.some((index) => index.origin === 'pk')
      ? only[0]
      : undefined;
  const unique = indexed.map((index) => index.columns);
  if (rowidColumn !== undefined) unique.unshift(primaryKey);
  const rowid = table.withoutRowid || table.kind === 'view' ? null : rowidName(described.map((column) => String(column[0])));
  return {
    name: table.name,
    columns: described.map((column) => columnInfo(table, column, column[0] === rowidColumn, declared)),
    primaryKey,
    unique,
    rowid,
    ...(table.kind === 'view' ? { view: true as const } : {}),
    get rows() {
      return estimateRows(connection, table.name, table.kind === 'table' ? rowid : null);
    },
  };
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
  const length = known?.type === 'text' ? /\((\d+)\)/.exec(known.declared)?.[1] : undefined;
  return {
    name,
    type,
    declared: known?.declared ?? String(column[1]),
    notNull: column[2] === 1 || ((column[4] as number) > 0 && table.strict),
    hasDefault: column[3] !== null,
    isRowid,
    ...(known && native === 'BLOB' && type !== 'bytes' ? { json: true as const } : {}),
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

/** The STRICT column type that holds values of a Trefoil type. */
export function storageType(type: Type): string {
  switch (type) {
    case 'integer':
    case 'boolean':
      return 'INTEGER';
    case 'float':
      return 'REAL';
    case 'text':
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return 'TEXT';
    // Integers and floats side by side, each kept as it comes.
    case 'number':
      return 'ANY';
    case 'bytes':
    case 'any':
    case 'null':
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
      return 'BLOB';
  }
}

function readUnique(connection: SqliteConnection, table: string): { origin: string; columns: string[] }[] {
  const rows = connection.all(
    `SELECT l.name, l.origin, x.name FROM pragma_index_list(?, 'main') AS l, pragma_index_xinfo(l.name, 'main') AS x
     WHERE l."unique" AND NOT l.partial AND x.key ORDER BY l.seq DESC, x.seqno`,
    [table],
  );
  const found = new Map<string, { origin: string; columns: (string | null)[] }>();
  for (const [index, origin, column] of rows) {
    const entry = found.get(index as string) ?? { origin: origin as string, columns: [] };
    entry.columns.push(column as string | null);
    found.set(index as string, entry);
  }
  return [...found.values()].flatMap((entry) => {
    const columns = entry.columns.filter((column) => column !== null);
    return columns.length === entry.columns.length ? [{ origin: entry.origin, columns }] : [];
  });
}

/** Indexes made by CREATE INDEX over plain columns; others are SQLite's own matter. */
function readTableIndexes(connection: SqliteConnection, tables: ReadonlyMap<string, TableInfo>): IndexInfo[] {
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

function readStoredIndexes(connection: SqliteConnection): { infos: IndexInfo[]; labels: LabelIndex[] } {
  const infos: IndexInfo[] = [];
  const labels: LabelIndex[] = [];
  for (const [id, name, kind, target, keysText, unique] of connection.all(
    'SELECT id, name, kind, target, keys, is_unique FROM trefoil_index ORDER BY name',
    [],
    'number',
  )) {
    const keys = JSON.parse(keysText as string) as (string | number)[][];
    const info = { name: name as string, on: { kind: kind as 'collection' | 'label', name: target as string }, keys, unique: unique === 1 };
    infos.push(info);
    if (kind === 'label') labels.push({ id: id as number, name: info.name, label: info.on.name, path: keys[0] ?? [], unique: info.unique });
  }
  return { infos, labels };
}

const sampledRows = 200;

/**
 * How many rows a table has, at the cost of a look at its first 200 and its last: exact if it has fewer, else the range of its keys
 * thinned as the first keys are. A table without rowid counts as a thousand unless ANALYZE knows better.
 */
function estimateRows(connection: SqliteConnection, table: string, rowid: string | null): number {
  if (!connection.open) return 0;
  if (rowid === null) return analyzedRows(connection, table) ?? 1000;
  const name = quoteName(table);
  const row = connection.get(
    `SELECT count(*), min(k), max(k), (SELECT max(${rowid}) FROM main.${name})
     FROM (SELECT ${rowid} AS k FROM main.${name} ORDER BY ${rowid} LIMIT ${sampledRows})`,
    [],
    'number',
  );
  const [count, first, last, highest] = row as number[];
  if (count === undefined || first === undefined || last === undefined || highest === undefined || count < sampledRows) return count ?? 0;
  return Math.max(count, Math.round(((highest - first + 1) * count) / (last - first + 1)));
}

function analyzedRows(connection: SqliteConnection, table: string): number | undefined {
  if (!connection.get("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'")) return undefined;
  const row = connection.get('SELECT stat FROM main.sqlite_stat1 WHERE tbl = ? LIMIT 1', [table]);
  return row ? Number.parseInt(String(row[0]), 10) : undefined;
}
