// INSERT of several rows into a table whose foreign keys refer to itself. SQL looks at foreign keys when the statement is over, so a row may
// name one that comes after it; but each row is a statement of SQLite's here. So SQLite is told to look later
// (https://sqlite.org/pragma.html#pragma_defer_foreign_keys), and the rows are looked at when all are there.

import type { TableInfo } from '../../catalog.ts';
import { QueryError } from '../../../parser/error.ts';
import { foreignKeys } from './constraint-errors.ts';
import type { SqliteConnection } from './driver.ts';
import { quoteName } from './quote.ts';

export class InsertTogether {
  readonly #connection: SqliteConnection;
  /** By the rows' order; undefined while each row is looked at by itself. */
  #inserted: { readonly rowid: bigint; readonly describe: (error: unknown) => unknown }[] | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  get active(): boolean {
    return this.#inserted !== undefined;
  }

  /** A row is there; `describe` gives a failure of it its words and its place. */
  note(rowid: bigint, describe: (error: unknown) => unknown): void {
    this.#inserted?.push({ rowid, describe });
  }

  /** `work` inserts rows into the table and changes nothing else. Throws `constraint/foreign-key` for the first row that lacks one it names. */
  async during<T>(table: TableInfo, work: () => Promise<T>): Promise<T> {
    if (!refersToItself(table) || this.#isSpecial(table)) return work();
    this.#inserted = [];
    this.#connection.run('PRAGMA defer_foreign_keys = ON');
    try {
      const result = await work();
      this.#look(table);
      return result;
    } finally {
      this.#inserted = undefined;
      // SQLite forgets with it what it noted to look at, and all of that has been looked at.
      this.#connection.run('PRAGMA defer_foreign_keys = OFF');
    }
  }

  /** Another tool may have made a trigger, or a key that replaces rows: what those change is not looked at here. Keys that wait for COMMIT have time. */
  #isSpecial(table: TableInfo): boolean {
    const special = "type = 'trigger' OR sql LIKE '%ON CONFLICT%' OR sql LIKE '%INITIALLY DEFERRED%'";
    const text = `SELECT 1 FROM main.sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND (${special})`;
    return this.#connection.get(text, [table.name]) !== undefined;
  }

  #look(table: TableInfo): void {
    const rows = this.#inserted ?? [];
    const places = new Map(rows.map(({ rowid }, i) => [rowid, i]));
    const rowid = `c.${table.rowid ?? 'rowid'}`;
    const keys = `[${rows.map((row) => row.rowid).join(',')}]`;
    let first = rows.length;
    for (const key of foreignKeys(this.#connection, { child: table.name })) {
      const given = key.columns.map((name) => `c.${quoteName(name)} IS NOT NULL`).join(' AND ');
      const same = key.columns.map((name, i) => `p.${quoteName(key.references[i] ?? '')} = c.${quoteName(name)}`).join(' AND ');
      const parent = `SELECT 1 FROM main.${quoteName(key.parent)} AS p WHERE ${same}`;
      const text = `SELECT ${rowid} FROM json_each(?) AS k JOIN main.${quoteName(table.name)} AS c ON ${rowid} = k.value WHERE ${given} AND NOT EXISTS (${parent})`;
      for (const [found] of this.#connection.all(text, [keys])) first = Math.min(first, places.get(found as bigint) ?? first);
    }
    const failed = rows[first];
    if (failed) throw failed.describe(new QueryError('constraint/foreign-key', 'A foreign key names a row that does not exist.'));
  }
}

function refersToItself(table: TableInfo): boolean {
  return table.foreignKeys.some((key) => key.table.toLowerCase() === table.name.toLowerCase());
}
