// Reads and writes tables and collections. Reads come as batches from an open cursor; writes are prepared once and run row
// by row, so that a failure can name the row.

import type { CollectionInfo, ColumnInfo, TableInfo } from '../../catalog.ts';
import type { RunContext, SqlResult, SqlStatement, Work } from '../../engine.ts';
import type { ConflictRule, FailurePlace, RowStorage } from '../../storage.ts';
import type { UpdateDocuments, WriteResolution } from '../../plan/writes.ts';
import { QueryError } from '../../../parser/error.ts';
import { parseJson, storageJson } from '../../json.ts';
import { noKeyError } from '../../no-key.ts';
import { type ObjectValue, type Row, TemporalValue, type Value } from '../../value.ts';
import { checkDocument } from './collection-schema.ts';
import { bulkUpdateDocuments, bulkUpdateRows } from './bulk-update.ts';
import { boundValue, checkedValue } from './column-values.ts';
import { describeFailure, type FailedWrite, foreignKeys } from './constraint-errors.ts';
import { bindParameters, type Decoder, decodersOf } from './decode-rows.ts';
import { documentIndexKey } from './dialect.ts';
import { DocumentPaths } from './document-paths.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { withGenerated } from './generated-values.ts';
import { InsertTogether } from './insert-together.ts';
import { quoteName } from './quote.ts';
import { Visits } from './visits.ts';

/** How rows of some columns of a table are inserted. */
interface RowInsert {
  readonly table: TableInfo;
  readonly conflict: ConflictRule<string>['kind'] | undefined;
  readonly given: readonly ColumnInfo[];
  /** Where each column of the table stands among those that are given, -1: nowhere. */
  readonly places: readonly number[];
  readonly text: string;
  /** What is stored is what was given, and the rowid. */
  readonly known: boolean;
}

export class SqliteRowStorage implements RowStorage {
  readonly #connection: SqliteConnection;
  readonly #paths: DocumentPaths;
  readonly #together: InsertTogether;
  readonly #decoders = new WeakMap<SqlStatement, (Decoder | undefined)[]>();
  readonly #inserts = new WeakMap<readonly string[], RowInsert>();
  readonly #rawDecoders = new WeakMap<SqlStatement, (Decoder | undefined)[]>();

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#paths = new DocumentPaths(connection);
    this.#together = new InsertTogether(connection);
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
    conflict?: ConflictRule<string>,
  ): Promise<readonly (Row | undefined)[]> {
    if (rows.length === 0) return [];
    const { given, places, text, known } = this.#insertOf(table, columns, conflict);
    if (!known) return this.#writeReturning(table, given, rows, `${text} RETURNING ${returning(table)}`, place);
    return rows.map((row, r) => {
      const checked = checkedRow(table, given, row, r, place);
      const { lastRowid, changes } = this.#write(table, given, checked, text, (error) => place(error, r));
      if (changes === 0) return undefined;
      this.#noteInserted(lastRowid, { kind: 'write', table, columns: given, values: checked, key: undefined }, (error) => place(error, r));
      return table.columns.map((column, i) => {
        const value = checked[places[i] ?? -1] ?? null;
        return value === null && column.isRowid ? lastRowid : value;
      });
    });
  }

  /** Kept by the list of columns, which a plan brings along each time it is run. */
  #insertOf(table: TableInfo, columns: readonly string[], conflict: ConflictRule<string> | undefined): RowInsert {
    const kept = this.#inserts.get(columns);
    if (kept && kept.table === table && kept.conflict === conflict?.kind && kept.conflict !== 'nothing') return kept;
    const given = columns.map((name) => columnNamed(table, name));
    const insert = `INSERT ${orWord(conflict)}INTO main.${quoteName(table.name)}`;
    const values = given.map((column) => (column.json ? 'jsonb(?)' : '?')).join(', ');
    const list = given.map((column) => quoteName(column.name)).join(', ');
    const clauses = nothingClauses(conflict, (column) => quoteName(column));
    const what = given.length > 0 ? `(${list}) VALUES (${values})` : clauses === '' ? 'DEFAULT VALUES' : this.#oneDefault(table);
    const places = table.columns.map((column) => given.indexOf(column));
    const known = table.columns.every((column, i) => isKnownAfterInsert(column, (places[i] ?? -1) >= 0));
    const made = { table, conflict: conflict?.kind, given, places, text: `${insert} ${what}${clauses}`, known };
    this.#inserts.set(columns, made);
    return made;
  }

  insertingTogether<T>(table: TableInfo, work: () => Promise<T>): Promise<T> {
    return this.#together.during(table, work);
  }

  #noteInserted(rowid: bigint, write: FailedWrite, place: (error: unknown) => unknown): void {
    if (this.#together.active) this.#together.note(rowid, (error) => place(describeFailure(error, this.#connection, write)));
  }

  async isReferredTo(table: TableInfo): Promise<boolean> {
    return foreignKeys(this.#connection, { parent: table.name }).length > 0;
  }

  async findRow(table: TableInfo, columns: readonly string[], values: Row): Promise<{ key: bigint; row: Row } | undefined> {
    const given = columns.map((name) => columnNamed(table, name));
    const where = given.map((column) => `${quoteName(column.name)} = ?`).join(' AND ');
    const checked = given.map((column, i) => checkedValue(values[i], column, table));
    const text = `SELECT ${rowidOf(table)}, ${returning(table)} FROM main.${quoteName(table.name)} WHERE ${where}`;
    const found = this.#connection.get(text, bound(checked, given));
    if (!found) return undefined;
    const [key, ...rest] = found;
    const [row] = decodeRows([rest], decodersOf(storedResults(table)));
    return { key: key as bigint, row: row as Row };
  }

  async completedRow(table: TableInfo, columns: readonly string[], row: Row): Promise<Row> {
    const given = table.columns.map((column) => row[columns.indexOf(column.name)] ?? null);
    if (!table.columns.some((column) => column.generated)) return given;
    const plain = table.columns.filter((column) => !column.generated);
    const checked = plain.map((column) => checkedValue(given[table.columns.indexOf(column)], column, table));
    const found = this.#connection.get(`SELECT ${returning(table)} FROM (${withGenerated(table)})`, bound(checked, plain)) ?? [];
    return decodeRows([found], decodersOf(storedResults(table)))[0] ?? [];
  }

  async defaultValues(table: TableInfo, columns: readonly string[]): Promise<Row> {
    const given = columns.map((name) => columnNamed(table, name));
    const texts = this.#defaultTexts(table);
    const items = given.map((column) => {
      const text = texts.get(column.name) ?? null;
      return text === null ? 'NULL' : column.json ? `json(${String(text)})` : `(${String(text)})`;
    });
    const found = this.#connection.get(`SELECT ${items.join(', ')}`) ?? [];
    const results = given.map((column) => ({ form: column.json ? ('json' as const) : ('native' as const), type: column.type }));
    return decodeRows([found], decodersOf(results))[0] ?? [];
  }

  #defaultTexts(table: TableInfo): ReadonlyMap<unknown, unknown> {
    return new Map(
      this.#connection.all("SELECT name, dflt_value FROM pragma_table_xinfo(?, 'main')", [table.name]).map(([name, text]) => [name, text]),
    );
  }

  /** One column's default written out: SQLite takes no ON CONFLICT behind DEFAULT VALUES. */
  #oneDefault(table: TableInfo): string {
    const texts = this.#defaultTexts(table);
    const [column] = table.columns;
    if (!column) throw new Error('a table without columns');
    const text = texts.get(column.name) ?? null;
    return `(${quoteName(column.name)}) VALUES (${text === null ? 'NULL' : `(${String(text)})`})`;
  }

  async updateRows(
    table: TableInfo,
    columns: readonly string[],
    items: readonly { key: bigint; values: Row }[],
    place: FailurePlace = unplaced,
    or?: WriteResolution,
  ): Promise<readonly (Row | undefined)[]> {
    const given = columns.map((name) => columnNamed(table, name));
    const set = given.map((column) => `${quoteName(column.name)} = ${column.json ? 'jsonb(?)' : '?'}`).join(', ');
    const target = `${or ? `OR ${or.toUpperCase()} ` : ''}main.${quoteName(table.name)}`;
    const text = `UPDATE ${target} SET ${set} WHERE ${rowidOf(table)} = ? RETURNING ${returning(table)}`;
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

  async updateInBulk(
    table: TableInfo,
    columns: readonly string[],
    statement: SqlStatement,
    context: RunContext,
  ): Promise<number | undefined> {
    return this.#inBulk(bulkUpdateRows(table, columns, statement.text), statement, context);
  }

  async updateDocumentsInBulk(
    collection: CollectionInfo,
    changes: Pick<UpdateDocuments, 'set' | 'unset'>,
    statement: SqlStatement,
    context: RunContext,
  ): Promise<number | undefined> {
    const changed = this.#inBulk(bulkUpdateDocuments(collection, changes, statement), statement, context);
    // The values are scalars, so the only new paths are the fields themselves.
    if (changed) for (const { path } of changes.set) this.#paths.note(collection, objectOf(path));
    return changed;
  }

  /** A failure in one row is found again, with its place, when the rows are taken one by one. */
  #inBulk(text: string, statement: SqlStatement, context: RunContext): number | undefined {
    try {
      return this.#connection.run(text, bindParameters(statement.parameters, context)).changes;
    } catch (error) {
      if (error instanceof QueryError && !/^(limit|storage)\//.test(error.code)) return undefined;
      throw error;
    }
  }

  async deleteRows(table: TableInfo, keys: readonly bigint[], work?: Work): Promise<void> {
    if (keys.length === 0) return;
    const text = `DELETE FROM main.${quoteName(table.name)} WHERE ${rowidOf(table)} IN (SELECT value FROM json_each(?))`;
    const allChanges = (): number => (work ? Number(this.#connection.get('SELECT total_changes()')?.[0]) : 0);
    try {
      const before = allChanges();
      const { changes } = this.#connection.run(text, [keysJson(keys)]);
      if (work) work.changed += allChanges() - before - changes;
    } catch (error) {
      throw describeFailure(error, this.#connection, { kind: 'delete', table, keys });
    }
  }

  async insertDocuments(
    collection: CollectionInfo,
    documents: readonly ObjectValue[],
    place: FailurePlace = unplaced,
    conflict?: ConflictRule<DocumentPath>,
  ): Promise<readonly (bigint | undefined)[]> {
    const insert = `INSERT ${orWord(conflict)}INTO main.${quoteName(collection.table)} (doc) VALUES (jsonb(?))`;
    const text = insert + nothingClauses(conflict, indexKey);
    return documents.map((document, i) => {
      try {
        const { lastRowid, changes } = this.#writeDocument(collection, document, text, []);
        if (changes === 0) return undefined;
        this.#paths.note(collection, document);
        return lastRowid;
      } catch (error) {
        throw place(error, i);
      }
    });
  }

  async findDocument(
    collection: CollectionInfo,
    paths: readonly DocumentPath[],
    document: ObjectValue,
  ): Promise<{ key: bigint; document: ObjectValue } | undefined> {
    const where = paths.map((path) => `${indexKey(path)} = (SELECT ${indexKey(path)} FROM (SELECT jsonb(?1) AS doc))`).join(' AND ');
    const text = `SELECT id, json(doc) FROM main.${quoteName(collection.table)} WHERE ${where}`;
    const found = this.#connection.get(text, [storageJson(document)]);
    return found && { key: found[0] as bigint, document: parseJson(found[1] as string) as ObjectValue };
  }

  async updateDocuments(
    collection: CollectionInfo,
    items: readonly { key: bigint; document: ObjectValue }[],
    or?: WriteResolution,
  ): Promise<readonly boolean[]> {
    const target = `${or ? `OR ${or.toUpperCase()} ` : ''}main.${quoteName(collection.table)}`;
    const text = `UPDATE ${target} SET doc = jsonb(?) WHERE id = ?`;
    return items.map((item) => {
      const { changes } = this.#writeDocument(collection, item.document, text, [item.key]);
      if (changes > 0) this.#paths.note(collection, item.document);
      return changes > 0;
    });
  }

  async deleteDocuments(collection: CollectionInfo, keys: readonly bigint[]): Promise<void> {
    if (keys.length === 0) return;
    this.#connection.run(`DELETE FROM main.${quoteName(collection.table)} WHERE id IN (SELECT value FROM json_each(?))`, [keysJson(keys)]);
  }

  async restoreDocuments(
    collection: CollectionInfo,
    items: readonly { key: bigint; document: ObjectValue }[],
    place: (error: unknown, at: number) => unknown,
  ): Promise<void> {
    const text = `INSERT INTO main.${quoteName(collection.table)} (doc, id) VALUES (jsonb(?), ?)`;
    for (const [i, { key, document }] of items.entries()) {
      try {
        this.#writeDocument(collection, document, text, [key]);
      } catch (error) {
        throw place(error, i);
      }
      this.#paths.note(collection, document);
    }
  }

  async notePaths(collection: CollectionInfo, object: ObjectValue): Promise<void> {
    this.#paths.note(collection, object);
  }

  #writeReturning(
    table: TableInfo,
    given: readonly ColumnInfo[],
    rows: readonly Row[],
    text: string,
    place: FailurePlace,
    keys?: readonly bigint[],
  ): (Row | undefined)[] {
    const decoders = decodersOf(storedResults(table));
    return rows.map((row, i) => {
      const checked = checkedRow(table, given, row, i, place);
      const key = keys?.[i];
      const tail = key === undefined ? [] : [key];
      const parameters = bound(checked, given).concat(tail);
      const write: FailedWrite = { kind: 'write', table, columns: given, values: checked, key };
      try {
        const [stored] = decodeRows(this.#connection.runReturning(text, parameters), decoders);
        if (stored && this.#together.active) this.#noteInserted(this.#connection.lastRowid(), write, (error) => place(error, i));
        return stored;
      } catch (error) {
        throw place(describeFailure(error, this.#connection, write), i);
      }
    });
  }

  #write(table: TableInfo, given: readonly ColumnInfo[], checked: readonly Value[], text: string, place: (error: unknown) => unknown) {
    try {
      return this.#connection.run(text, bound(checked, given));
    } catch (error) {
      throw place(describeFailure(error, this.#connection, { kind: 'write', table, columns: given, values: checked, key: undefined }));
    }
  }

  #writeDocument(collection: CollectionInfo, document: ObjectValue, text: string, tail: readonly bigint[]) {
    checkDocument(collection, document);
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
      keys.every((key) =>
        typeof key === 'number'
          ? Number.isFinite(key)
          : typeof key !== 'object' || (key instanceof TemporalValue && key.kind !== 'datetime' && key.kind !== 'time'),
      )
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
  return !converted && !column.generated && (given || !column.hasDefault);
}

type DocumentPath = readonly (string | number)[];

/** The smallest document that has the path. */
function objectOf(path: DocumentPath): ObjectValue {
  const [first, ...rest] = path;
  return new Map([[String(first), rest.length === 0 ? null : objectOf(rest)]]);
}

function orWord(conflict: ConflictRule<unknown> | undefined): string {
  return conflict && conflict.kind !== 'nothing' ? `OR ${conflict.kind.toUpperCase()} ` : '';
}

function nothingClauses<Key>(conflict: ConflictRule<Key> | undefined, sqlOf: (key: Key) => string): string {
  if (conflict?.kind !== 'nothing') return '';
  return conflict.targets.map((target) => ` ON CONFLICT${target ? ` (${target.map(sqlOf).join(', ')})` : ''} DO NOTHING`).join('');
}

function indexKey(path: DocumentPath): string {
  const sql = documentIndexKey(path);
  if (sql === undefined) throw new Error('a path that cannot be indexed is no key of an index');
  return sql;
}

/** How the columns come out of `returning`. */
function storedResults(table: TableInfo): SqlResult[] {
  return table.columns.map((column) => ({ form: column.json ? 'json' : 'native', type: column.type }));
}

function returning(table: TableInfo): string {
  return table.columns.map((column) => (column.json ? `json(${quoteName(column.name)})` : quoteName(column.name))).join(', ');
}

function rowidOf(table: TableInfo): string {
  if (table.rowid !== null) return table.rowid ?? 'rowid';
  throw noKeyError(table);
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
