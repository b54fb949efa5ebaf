// Gives a table another definition, inside a transaction. Two ways, both from SQLite's own page on ALTER TABLE:
//
//   rewriteTable   the rows stay as they are; only the text of the definition changes
//   rebuildTable   the table is renamed, a new one made, the rows are copied, and the old one is dropped
//
// PRAGMA foreign_keys cannot be switched inside a transaction, and a DROP of a table that others refer to would delete their rows. So
// the tables that refer to it, whose text the renaming has changed, get their text back before the old one is dropped.

import type { TableInfo } from '../../catalog.ts';
import { QueryError, type Span } from '../../../parser/error.ts';
import type { Value } from '../../value.ts';
import { boundValue, checkedValue } from './column-values.ts';
import type { ColumnInfo } from '../../catalog.ts';
import { foreignKeys } from './constraint-errors.ts';
import { counterOf, setCounter } from './counters.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { quoteName } from './quote.ts';

/** New values of one column, by rowid. */
export interface Conversion {
  readonly column: ColumnInfo;
  readonly values: readonly { readonly key: bigint; readonly value: Value }[];
}

/** `list` is the new list of columns with its options. Nothing is checked against the rows. */
export function rewriteTable(connection: SqliteConnection, table: string, list: string): void {
  withWritableSchema(connection, () => {
    connection.run("UPDATE main.sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", [
      `CREATE TABLE ${quoteName(table)} ${list}`,
      table,
    ]);
    // Other connections must read the schema anew.
    const version = connection.get('PRAGMA main.schema_version', [], 'number')?.[0] as number;
    connection.script(`PRAGMA main.schema_version = ${version + 1}`);
  });
}

function withWritableSchema(connection: SqliteConnection, work: () => void): void {
  connection.settle();
  connection.database.unsafeMode(true);
  try {
    connection.script('PRAGMA writable_schema = ON');
    work();
  } finally {
    connection.script('PRAGMA writable_schema = RESET');
    connection.database.unsafeMode(false);
  }
}

const old = 'trefoil_rebuild';
const converted = 'trefoil_converted';

/** `list` is the new list of columns with its options. The columns that old and new have in common keep their values, except for the one converted. */
export function rebuildTable(connection: SqliteConnection, table: TableInfo, list: string, span: Span, conversion?: Conversion): void {
  const name = quoteName(table.name);
  const children = [...new Set(foreignKeys(connection, { parent: table.name }).map((key) => key.child))].filter(
    (child) => child.toLowerCase() !== table.name.toLowerCase(),
  );
  const childTexts = children.map((child) => [textOf(connection, child), child] as const);
  const dependents = connection
    .all("SELECT sql FROM main.sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL", [
      table.name,
    ])
    .map(([sql]) => String(sql));
  const counter = counterOf(connection, table.name);
  // The legacy way leaves views and other tables' triggers as they are.
  connection.script('PRAGMA legacy_alter_table = ON');
  try {
    connection.run(`ALTER TABLE main.${name} RENAME TO ${old}`);
  } finally {
    connection.script('PRAGMA legacy_alter_table = OFF');
  }
  connection.run(`CREATE TABLE main.${name} ${list}`);
  if (conversion) keepConverted(connection, table, conversion);
  copyRows(connection, table, conversion, span);
  withWritableSchema(connection, () => {
    for (const [text, child] of childTexts)
      connection.run("UPDATE main.sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", [text, child]);
  });
  connection.run(`DROP TABLE main.${old}`);
  if (conversion) connection.run(`DROP TABLE temp.${converted}`);
  for (const sql of dependents) connection.script(sql);
  if (counter !== undefined) setCounter(connection, table.name, counter);
  for (const affected of [table.name, ...children]) checkForeignKeys(connection, affected, span);
}

function textOf(connection: SqliteConnection, table: string): SqliteValue {
  return connection.get("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE", [table])?.[0] ?? null;
}

function keepConverted(connection: SqliteConnection, table: TableInfo, { column, values }: Conversion): void {
  connection.run(`CREATE TEMP TABLE ${converted} (key INTEGER PRIMARY KEY, value)`);
  const text = `INSERT INTO temp.${converted} VALUES (?, ${column.json ? 'jsonb(?)' : '?'})`;
  for (const { key, value } of values) connection.run(text, [key, boundValue(checkedValue(value, column, table), column)]);
}

function copyRows(connection: SqliteConnection, table: TableInfo, conversion: Conversion | undefined, span: Span): void {
  const stored = (name: string): Set<string> =>
    new Set(connection.all("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0", [name]).map(([column]) => String(column)));
  const kept = stored(table.name);
  const columns = [...stored(old)].filter((column) => kept.has(column));
  const sources = columns.map((column) => (column === conversion?.column.name ? 'c.value' : `o.${quoteName(column)}`));
  const rowid = table.rowid ?? null;
  const keyed = rowid !== null && !table.columns.some((column) => column.isRowid);
  const targets = [...(keyed ? [rowid] : []), ...columns.map(quoteName)].join(', ');
  const values = [...(keyed ? [`o.${rowid}`] : []), ...sources].join(', ');
  const join = conversion ? ` LEFT JOIN temp.${converted} AS c ON c.key = o.${rowid ?? 'rowid'}` : '';
  try {
    connection.run(`INSERT INTO main.${quoteName(table.name)} (${targets}) SELECT ${values} FROM main.${old} AS o${join}`);
  } catch (error) {
    if (!(error instanceof QueryError) || !error.code.startsWith('constraint/')) throw error;
    throw new QueryError(error.code, `Rows of "${table.name}" do not fit: ${error.message}`, { span });
  }
}

/** Throws `constraint/foreign-key` for a row of the table that refers to nothing. */
export function checkForeignKeys(connection: SqliteConnection, table: string, span: Span): void {
  const [broken] = connection.all(`PRAGMA main.foreign_key_check(${quoteName(table)})`);
  if (!broken) return;
  throw new QueryError('constraint/foreign-key', `Rows of "${table}" refer to rows of "${String(broken[2])}" that are not there.`, {
    span,
  });
}
