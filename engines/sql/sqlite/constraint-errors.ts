// Says more about a failed write than SQLite does: the value that is there already, the row that a foreign key misses, the
// table that still refers to a row. It looks things up only after a failure.

import type { CollectionInfo, ColumnInfo, TableInfo } from '../../catalog.ts';
import { QueryError } from '../../../parser/error.ts';
import type { ObjectValue, Value } from '../../value.ts';
import { boundValue, shown } from './column-values.ts';
import type { SqliteConnection } from './driver.ts';
import { quotedNames } from './errors.ts';
import { expressionIndexConflict } from './expression-index.ts';
import { quoteName } from './quote.ts';

export type FailedWrite =
  | {
      readonly kind: 'write';
      readonly table: TableInfo;
      readonly columns: readonly ColumnInfo[];
      readonly values: readonly Value[];
      readonly key: bigint | undefined;
    }
  | { readonly kind: 'delete'; readonly table: TableInfo; readonly keys: readonly bigint[] }
  | { readonly kind: 'document'; readonly collection: CollectionInfo; readonly document: ObjectValue };

/** The same failure with what can be found out about it. */
export function describeFailure(error: unknown, connection: SqliteConnection, write: FailedWrite): unknown {
  if (!(error instanceof QueryError)) return error;
  switch (error.code) {
    case 'constraint/unique':
    case 'constraint/primary-key':
      return describeUnique(error, connection, write);
    case 'constraint/check':
      return write.kind === 'write' ? withHint(error, `The row: ${rowWords(write)}.`) : error;
    case 'constraint/not-null':
      return withHint(error, 'Give it a value, or give the column a DEFAULT.');
    case 'constraint/foreign-key':
      return describeForeignKey(error, connection, write);
    case 'type/column':
      return describeOverflow(error, write);
    case 'storage/schema-changed':
      return describeMissingParent(error, write);
    default:
      return error;
  }
}

/** A generated column of integers that came to a float. */
function describeOverflow(error: QueryError, write: FailedWrite): QueryError {
  const name = /^The column "(.+)" of table .* holds INTEGER, not REAL\.$/.exec(error.message)?.[1];
  const column = write.kind === 'write' ? write.table.columns.find((c) => c.name === name) : undefined;
  if (!column?.generated) return error;
  return new QueryError('type/overflow', `What the generated column "${column.name}" is computed from is beyond 64-bit integers.`);
}

/** SQLite looks for the tables of foreign keys only when a row is written. */
function describeMissingParent(error: QueryError, write: FailedWrite): QueryError {
  const name = /^"(.+)" does not exist/.exec(error.message)?.[1];
  if (write.kind === 'document' || name === undefined || name.toLowerCase() === write.table.name.toLowerCase()) return error;
  return new QueryError(
    'constraint/foreign-key',
    `A foreign key of table "${write.table.name}" refers to the table "${name}", which was dropped.`,
  );
}

function withHint(error: QueryError, hint: string): QueryError {
  return new QueryError(error.code, error.message, { hint: error.hint ?? hint, retryable: error.retryable });
}

function rowWords(write: Extract<FailedWrite, { kind: 'write' }>): string {
  return write.columns.map((column, i) => `${column.name} = ${shown(write.values[i])}`).join(', ');
}

function describeUnique(error: QueryError, connection: SqliteConnection, write: FailedWrite): QueryError {
  const index = /the index "(.+)" allows each/.exec(error.message)?.[1];
  const conflict = index === undefined ? undefined : expressionIndexConflict(connection, index);
  if (conflict) return conflict;
  if (write.kind === 'document') return describeUniqueDocument(error, connection, write);
  if (write.kind !== 'write') return error;
  // SQLite's sentence names the columns; only those that were given have a value to show.
  const names = [...error.message.matchAll(/"([^"]+)"/g)].slice(1).map((match) => match[1] ?? '');
  const pairs = names.flatMap((name) => {
    const at = write.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    return at < 0 ? [] : [`${name} = ${shown(write.values[at])}`];
  });
  if (pairs.length === 0 || pairs.length < names.length) return error;
  return new QueryError(error.code, `The table "${write.table.name}" already has a row with ${pairs.join(' and ')}.`, {
    hint: `${names.length > 1 ? 'The values of the columns' : 'The values of the column'} ${quotedNames(names)} must differ from row to row.`,
  });
}

function describeUniqueDocument(
  error: QueryError,
  connection: SqliteConnection,
  write: Extract<FailedWrite, { kind: 'document' }>,
): QueryError {
  const index = /index "([^"]+)"/.exec(error.message)?.[1];
  if (index === undefined) return error;
  const row = connection.get('SELECT keys FROM trefoil_index WHERE name = ?', [index]);
  if (!row) return error;
  const pairs = (JSON.parse(String(row[0])) as (string | number)[][]).map(
    (path) => `${pathWords(path)} = ${shown(valueAt(write.document, path))}`,
  );
  return new QueryError(
    'constraint/unique',
    `The collection "${write.collection.name}" already has a document with ${pairs.join(' and ')}.`,
    {
      hint: `The unique index "${index}" allows each value once.`,
    },
  );
}

/** `a.b[0].c` */
export function pathWords(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

export function valueAt(value: Value, path: readonly (string | number)[]): Value {
  let at = value;
  for (const step of path) {
    if (typeof step === 'string') at = at instanceof Map ? (at.get(step) as Value) : undefined;
    else at = Array.isArray(at) ? (at[step < 0 ? at.length + step : step] as Value) : undefined;
  }
  return at;
}

interface ForeignKey {
  readonly child: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly references: readonly string[];
  /** `CASCADE`, `SET NULL`, `SET DEFAULT`, `RESTRICT` or `NO ACTION`. */
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** The foreign keys of one table, or of all tables that refer to `parent`. */
export function foreignKeys(connection: SqliteConnection, filter: { readonly child?: string; readonly parent?: string }): ForeignKey[] {
  const rows = connection.all(
    `SELECT t.name, f.id, f."from", f."table", coalesce(f."to", (SELECT name FROM pragma_table_xinfo(f."table", 'main') WHERE pk = f.seq + 1)), f.on_delete, f.on_update
     FROM pragma_table_list AS t, pragma_foreign_key_list(t.name, 'main') AS f
     WHERE t.schema = 'main' AND (? IS NULL OR t.name = ? COLLATE NOCASE) AND (? IS NULL OR f."table" = ? COLLATE NOCASE) ORDER BY t.name, f.id, f.seq`,
    [filter.child ?? null, filter.child ?? null, filter.parent ?? null, filter.parent ?? null],
  );
  const found = new Map<string, ForeignKey & { columns: string[]; references: string[] }>();
  for (const [child, id, from, parent, to, onDelete, onUpdate] of rows) {
    const key = `${child} ${id}`;
    const entry = found.get(key) ?? {
      child: String(child),
      columns: [],
      parent: String(parent),
      references: [],
      onDelete: String(onDelete),
      onUpdate: String(onUpdate),
    };
    entry.columns.push(String(from));
    entry.references.push(String(to));
    found.set(key, entry);
  }
  return [...found.values()];
}

function describeForeignKey(error: QueryError, connection: SqliteConnection, write: FailedWrite): QueryError {
  if (write.kind === 'document') return error;
  const described = write.kind === 'write' ? missingParent(connection, write) : undefined;
  return described ?? remainingChild(connection, write) ?? error;
}

/** Finds the foreign key of the row whose parent row is absent. */
function missingParent(connection: SqliteConnection, write: Extract<FailedWrite, { kind: 'write' }>): QueryError | undefined {
  for (const key of foreignKeys(connection, { child: write.table.name })) {
    const places = key.columns.map((name) => write.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase()));
    const values = places.map((place) => write.values[place]);
    if (places.includes(-1) || values.some((value) => value === null || value === undefined)) continue;
    const where = key.references.map((name) => `${quoteName(name)} = ?`).join(' AND ');
    const parameters = places.map((place, i) => boundValue(values[i], write.columns[place] as ColumnInfo));
    if (connection.get(`SELECT 1 FROM main.${quoteName(key.parent)} WHERE ${where}`, parameters)) continue;
    const pairs = key.references.map((name, i) => `${name} = ${shown(values[i])}`).join(' and ');
    return new QueryError('constraint/foreign-key', `The table "${key.parent}" has no row with ${pairs}.`, {
      hint: `${quotedNames(key.columns)} of table "${write.table.name}" must name a row that exists. Insert that row first.`,
    });
  }
  return undefined;
}

/** Finds a table whose rows refer to the rows that were to go or to change their key. */
function remainingChild(connection: SqliteConnection, write: Extract<FailedWrite, { kind: 'write' | 'delete' }>): QueryError | undefined {
  const keys = write.kind === 'delete' ? write.keys : write.key === undefined ? [] : [write.key];
  const rowid = write.table.rowid ?? 'rowid';
  for (const key of foreignKeys(connection, { parent: write.table.name })) {
    const action = write.kind === 'delete' ? key.onDelete : key.onUpdate;
    if (action !== 'RESTRICT' && action !== 'NO ACTION') continue;
    const join = key.columns.map((name, i) => `c.${quoteName(name)} = p.${quoteName(key.references[i] ?? '')}`).join(' AND ');
    const shownColumns = key.references.map((name) => `p.${quoteName(name)}`).join(', ');
    const row = connection.get(
      `SELECT ${shownColumns} FROM main.${quoteName(write.table.name)} AS p JOIN main.${quoteName(key.child)} AS c ON ${join}
       WHERE p.${rowid} IN (SELECT value FROM json_each(?)) LIMIT 1`,
      [`[${keys.join(',')}]`],
    );
    if (!row) continue;
    const pairs = key.references.map((name, i) => `${name} = ${shown(row[i])}`).join(' and ');
    const [what, when] = write.kind === 'delete' ? ['deleted', 'DELETE'] : ['changed', 'UPDATE'];
    return new QueryError(
      'constraint/foreign-key',
      `The row of "${write.table.name}" with ${pairs} cannot be ${what}: rows of "${key.child}" refer to it.`,
      {
        hint: `Delete or change the rows of "${key.child}" first, or declare ${quotedNames(key.columns)} of it with ON ${when} CASCADE.`,
      },
    );
  }
  return undefined;
}
