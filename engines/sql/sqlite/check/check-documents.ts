// Values that SQLite keeps as text or BLOB without knowing what they are: documents, JSON columns, dates and times.

import type { ColumnInfo, TableInfo } from '../../../catalog.ts';
import { brokenRule } from '../../../json-schema/document-schema.ts';
import { parseJson } from '../../../json.ts';
import { readStored } from '../../../temporal/parse.ts';
import type { ObjectValue, TemporalKind } from '../../../value.ts';
import { quoteName } from '../quote.ts';
import { type CheckedFile, eachRow, numberOf } from './checked-file.ts';
import type { Findings } from './findings.ts';

/** SQLite's json_valid: JSONB, looked at to its end. */
export const strictJsonb = 8;

export function checkDocuments(file: CheckedFile, found: Findings): void {
  for (const { name, table, schema } of file.reader.current().collections) {
    const sql = `SELECT id, CASE WHEN NOT json_valid(doc, ${strictJsonb}) THEN 0 WHEN json_type(doc) <> 'object' THEN 1 ELSE ${schema === undefined ? '2' : 'json(doc)'} END FROM main.${quoteName(table)}`;
    for (const [id, value] of eachRow(file, sql)) {
      found.checked++;
      const place = `collection ${name}, document ${String(id)}`;
      if (value === 0n) found.problem(`${place}: is no JSONB that can be read`);
      else if (value === 1n) found.problem(`${place}: is no object`);
      else if (schema !== undefined) {
        const broken = brokenRule(schema, parseJson(String(value)) as ObjectValue);
        if (broken) found.problem(`${place}: breaks the schema: ${broken.path === '' ? 'it' : broken.path} ${broken.text}`);
      }
    }
  }
}

export function checkJsonColumns(file: CheckedFile, found: Findings): void {
  eachColumn(
    file,
    found,
    (column) => column.json === true,
    (table, column) => {
      const name = quoteName(column.name);
      const wrong = `${name} IS NOT NULL AND NOT json_valid(${name}, ${strictJsonb})`;
      found.rows(
        file.connection.all(`SELECT ${table.rowid ?? 'NULL'} FROM main.${quoteName(table.name)} WHERE ${wrong}`),
        (rowid) => `table ${table.name}, column ${column.name}, ${rowOf(rowid)}: is no JSONB that can be read`,
      );
    },
  );
}

const temporal = new Set<string>(['date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration']);

export function checkTypedColumns(file: CheckedFile, found: Findings): void {
  eachColumn(
    file,
    found,
    (column) => temporal.has(column.type),
    (table, column) => {
      const name = quoteName(column.name);
      const sql = `SELECT ${table.rowid ?? 'NULL'}, ${name} FROM main.${quoteName(table.name)} WHERE ${name} IS NOT NULL`;
      for (const [rowid, value] of eachRow(file, sql)) {
        if (typeof value === 'string' && readStored(column.type as TemporalKind, value) !== undefined) continue;
        found.problem(`table ${table.name}, column ${column.name}, ${rowOf(rowid)}: ${JSON.stringify(String(value))} is no ${column.type}`);
      }
    },
  );
}

/** What is stored of a generated column must be what its expression gives now: SQLite does not compute it again. */
export function checkGeneratedColumns(file: CheckedFile, found: Findings): void {
  for (const table of file.reader.current().tables) {
    const stored = new Set(
      file.connection
        .all("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 3", [table.name])
        .map(([column]) => String(column)),
    );
    for (const { name, generated } of table.columns) {
      if (!generated || !stored.has(name)) continue;
      found.checked += numberOf(file, `SELECT count(*) FROM main.${quoteName(table.name)}`);
      found.rows(
        file.connection.all(
          `SELECT ${table.rowid ?? 'NULL'} FROM main.${quoteName(table.name)} WHERE ${quoteName(name)} IS NOT (${generated.sql}) COLLATE BINARY`,
        ),
        (rowid) => `table ${table.name}, column ${name}, ${rowOf(rowid)}: is not what its expression gives`,
      );
    }
  }
}

function rowOf(rowid: unknown): string {
  return rowid === null ? 'a row' : `rowid ${String(rowid)}`;
}

function eachColumn(
  file: CheckedFile,
  found: Findings,
  wanted: (column: ColumnInfo) => boolean,
  look: (table: TableInfo, column: ColumnInfo) => void,
): void {
  for (const table of file.reader.current().tables) {
    if (table.view) continue;
    for (const column of table.columns.filter(wanted)) {
      found.checked += numberOf(file, `SELECT count(${quoteName(column.name)}) FROM main.${quoteName(table.name)}`);
      look(table, column);
    }
  }
}
