// Reads and writes tables and collections. Reads come as batches from an open cursor; writes are prepared once and run row
// by row, so that a failure can name the row.

import type { CollectionInfo, ColumnInfo, TableInfo } from '../../catalog.ts';
import type { FailurePlace, RowStorage, RunContext, SqlStatement } from '../../engine.ts';
import { QueryError } from '../../../parser/error.ts';
import { storageJson } from '../../json.ts';
import { type ObjectValue, type Row, TemporalValue, type Value } from '../../value.ts';
import { boundValue, checkedValue } from './column-values.ts';
import { describeFailure } from './constraint-errors.ts';
import { bindParameters, type Decoder, decodersOf } from './decode-rows.ts';
import { DocumentPaths } from './document-paths.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { quoteName } from './quote.ts';
import { Visits } from './visits.ts';

export class SqliteRowStorage implements RowStorage {
  readonly #connection: SqliteConnection;
  readonly #paths: DocumentPaths;
  readonly #decoders = new WeakMap<SqlStatement, (Decoder | undefined)[]>();
  readonly #rawDecoders = new WeakMap<SqlStatement, (Decoder | undefined)[]>();

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#paths = new DocumentPaths(connection);
  }

  async *query(given: SqlStatement, context: RunContext): AsyncGenerator<Row[]> {
    const statement = given.withoutKeys && !keysServe(given, context) ? given.withoutKeys : given;
    const known = context.rawJson ? this.#rawDecoders : this.#decoders;
    let decoders = known.get(statement);
    if (!decoders) {
      decoders = decodersOf(statement.results, context.rawJson);
      known.set(statement, decoders);
    }
    context.check();
    const parameters = bindParameters(statement.parameters, context);
    const visits = context.work && new Visits(this.#connection, statement.text, parameters);
    const cursor = this.#connection.cursor(statement.text, parameters);
    try {
      for (;;) {
        const step = (): SqliteValue[][] | undefined => cursor.next(context.batchRows);
        const { result: rows, count } = visits ? visits.during(step) : { result: step(), count: 0 };
        if (context.work) context.work.entries += count;
        if (!rows) return;
        context.stats.rowsRead += rows.length;
        yield decodeRows(rows, decoders);
        context.check();
      }
    } finally {
      cursor.close();
    }
  }

  async insertRows(
    table: TableInfo,
    columns: readonly string[],
    rows: readonly Row[],
    place: FailurePlace = unplaced,
  ): Promise<readonly Row[]> {
    if (rows.length === 0) return [];
    const given = columns.map((name) => columnNamed(table, name));
    const insert = `INSERT INTO main.${quoteName(table.name)}`;
    const values = given.map((column) => (column.json ? 'jsonb(?)' : '?')).join(', ');
    const text =
      given.length === 0
        ? `${insert} DEFAULT VALUES`
        : `${insert} (${given.map((column) => quoteName(column.name)).join(', ')}) VALUES (${values})`;
    const places = table.columns.map((column) => given.indexOf(column));
    const known = table.columns.every((column, i) => isKnownAfterInsert(column, (places[i] ?? -1) >= 0));
    if (!known) return this.#writeReturning(table, given, rows, `${text} RETURNING ${returning(table)}`, place);
    return rows.map((row, r) => {
      const checked = checkedRow(table, given, row, r, place);
      const { lastRowid } = this.#write(table, given, checked, text, (error) => place(error, r));
      return table.columns.map((column, i) => {
        const value = checked[places[i] ?? -1] ?? null;
        return value === null && column.isRowid ? lastRowid : value;
      });
    });
  }

  async updateRows(
    table: TableInfo,
    columns: readonly string[],
    items: readonly { key: bigint; values: Row }[],
    place: FailurePlace = unplaced,
  ): Promise<readonly Row[]> {
    const given = columns.map((name) => columnNamed(table, name));
    const set = given.map((column) => `${quoteName(column.name)} = ${column.json ? 'jsonb(?)' : '?'}`).join(', ');
    const text = `UPDATE main.${quoteName(table.name)} SET ${set} WHERE ${rowidOf(table)} = ? RETURNING ${returning(table)}`;
    const rows = items.map((item) => item.values);
    return this.#writeReturning(
      table,
      given,
      rows,
      text,
      place,
      items.map((item) => item.key),
    );
  }

  async deleteRows(table: TableInfo, keys: readonly bigint[]): Promise<void> {
    const text = `DELETE FROM main.${quoteName(table.name)} WHERE ${rowidOf(table)} IN (SELECT value FROM json_each(?))`;
    try {
      if (keys.length > 0) this.#connection.run(text, [keysJson(keys)]);
    } catch (error) {
      throw describeFailure(error, this.#connection, { kind: 'delete', table, keys });
    }
  }

  async insertDocuments(
    collection: CollectionInfo,
    documents: readonly ObjectValue[],
    place: FailurePlace = unplaced,
  ): Promise<readonly bigint[]> {
    const text = `INSERT INTO main.${quoteName(collection.table)} (doc) VALUES (jsonb(?))`;
    for (const document of documents) this.#paths.note(collection, document);
    return documents.map((document, i) => {
      try {
        return this.#writeDocument(collection, document, text, []).lastRowid;
      } catch (error) {
        throw place(error, i);
      }
    });
  }

  async updateDocuments(collection: CollectionInfo, items: readonly { key: bigint; document: ObjectValue }[]): Promise<void> {
    const text = `UPDATE main.${quoteName(collection.table)} SET doc = jsonb(?) WHERE id = ?`;
    for (const item of items) {
      this.#paths.note(collection, item.document);
      this.#writeDocument(collection, item.document, text, [item.key]);
    }
  }

  async deleteDocuments(collection: CollectionInfo, keys: readonly bigint[]): Promise<void> {
    if (keys.length === 0) return;
    this.#connection.run(`DELETE FROM main.${quoteName(collection.table)} WHERE id IN (SELECT value FROM json_each(?))`, [keysJson(keys)]);
  }

  #writeReturning(
    table: TableInfo,
    given: readonly ColumnInfo[],
    rows: readonly Row[],
    text: string,
    place: FailurePlace,
    keys?: readonly bigint[],
  ): Row[] {
    const decoders = decodersOf(table.columns.map((column) => ({ form: column.json ? 'json' : 'native', type: column.type })));
    const out: Row[] = [];
    rows.forEach((row, i) => {
      const checked = checkedRow(table, given, row, i, place);
      const key = keys?.[i];
      const tail = key === undefined ? [] : [key];
      const parameters = bound(checked, given).concat(tail);
      try {
        out.push(...decodeRows(this.#connection.runReturning(text, parameters), decoders));
      } catch (error) {
        throw place(describeFailure(error, this.#connection, { kind: 'write', table, columns: given, values: checked, key }), i);
      }
    });
    return out;
  }

  #write(table: TableInfo, given: readonly ColumnInfo[], checked: readonly Value[], text: string, place: (error: unknown) => unknown) {
    try {
      return this.#connection.run(text, bound(checked, given));
    } catch (error) {
      throw place(describeFailure(error, this.#connection, { kind: 'write', table, columns: given, values: checked, key: undefined }));
    }
  }

  #writeDocument(collection: CollectionInfo, document: ObjectValue, text: string, tail: readonly bigint[]) {
    try {
      return this.#connection.run(text, [storageJson(document), ...tail]);
    } catch (error) {
      throw describeFailure(error, this.#connection, { kind: 'document', collection, document });
    }
  }
}

function unplaced(error: unknown): unknown {
  return error;
}

function checkedRow(table: TableInfo, given: readonly ColumnInfo[], row: Row, at: number, place: FailurePlace): Value[] {
  return given.map((column, c) => {
    try {
      return checkedValue(row[c], column, table);
    } catch (error) {
      throw place(error, at, column.name);
    }
  });
}

/** Can the keys that were pushed be looked up by SQLite? See SqlStatement.withoutKeys. */
function keysServe(statement: SqlStatement, context: RunContext): boolean {
  return statement.parameters.every((parameter) => {
    if (parameter.kind !== 'keys') return true;
    const keys = context.keys.get(parameter.slot);
    return (
      keys !== undefined &&
      keys.every((key) => (typeof key === 'number' ? Number.isFinite(key) : typeof key !== 'object' || key instanceof TemporalValue))
    );
  });
}

function decodeRows(rows: SqliteValue[][], decoders: readonly (Decoder | undefined)[]): Row[] {
  // A scan of which no column is read still has rows.
  if (decoders.length === 0) return rows.map(() => []);
  const out: Row[] = rows;
  for (let c = 0; c < decoders.length; c++) {
    const decode = decoders[c];
    if (decode) for (let r = 0; r < rows.length; r++) (out[r] as Row)[c] = decode((rows[r] as SqliteValue[])[c] ?? null);
  }
  return out;
}

function bound(values: readonly Value[], columns: readonly ColumnInfo[]): SqliteValue[] {
  return columns.map((column, i) => boundValue(values[i], column));
}

/** Whether the stored value of a column is what was given (or null), so that it need not be read back. */
function isKnownAfterInsert(column: ColumnInfo, given: boolean): boolean {
  const converted = column.type === 'any' && !column.json;
  return !converted && (given || !column.hasDefault);
}

function returning(table: TableInfo): string {
  return table.columns.map((column) => (column.json ? `json(${quoteName(column.name)})` : quoteName(column.name))).join(', ');
}

function rowidOf(table: TableInfo): string {
  if (table.rowid !== null) return table.rowid ?? 'rowid';
  if (table.view) throw new QueryError('storage/view', `"${table.name}" is a view; its rows cannot be changed.`);
  throw new QueryError('storage/no-rowid', `The rows of table "${table.name}" cannot be changed, because it was made WITHOUT ROWID.`, {
    hint: 'Trefoil reads such tables, which only other tools make, and inserts into them.',
  });
}

/** Written out, because JSON.stringify knows no bigint. */
export function keysJson(keys: readonly (bigint | number)[]): string {
  return `[${keys.join(',')}]`;
}

function columnNamed(table: TableInfo, name: string): ColumnInfo {
  const wanted = name.toLowerCase();
  const column = table.columns.find((candidate) => candidate.name.toLowerCase() === wanted);
  if (!column) throw new Error(`table ${table.name} has no column ${name}: the binder checks names`);
  return column;
}
