// Ids that are never given twice: SQLite counts them in sqlite_sequence, for tables with AUTOINCREMENT and for the nodes and edges of all
// graphs together. What the rows themselves say a restored file knows by itself; the rest is a statement in SHOW DEFINITIONS.

import { printName } from '../../../parser/print.ts';
import type { Catalog, TableInfo } from '../../catalog.ts';
import type { Definition } from '../../definitions.ts';
import type { SqliteConnection } from './driver.ts';
import { graphTables } from './graph-tables.ts';
import { quoteName } from './quote.ts';
import type { TableText } from './table-text.ts';

/** Does the column count the table's rows, so that no number is given twice? */
export function countsRows(text: TableText, column: string): boolean {
  const found = text.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  return found?.constraints.some(({ kind, text: part }) => kind === 'PRIMARY' && /AUTOINCREMENT/i.test(part)) ?? false;
}

/** The highest number that a table has given; undefined if it does not count or has given none. */
export function counterOf(connection: SqliteConnection, table: string): bigint | undefined {
  if (!connection.get("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")) return undefined;
  const row = connection.get('SELECT seq FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE', [table]);
  return typeof row?.[0] === 'bigint' ? row[0] : undefined;
}

/** The next row gets the number above. */
export function setCounter(connection: SqliteConnection, table: string, highest: bigint): void {
  const { changes } = connection.run('UPDATE main.sqlite_sequence SET seq = ? WHERE name = ? COLLATE NOCASE', [highest, table]);
  if (changes === 0) connection.run('INSERT INTO main.sqlite_sequence (seq, name) VALUES (?, ?)', [highest, table]);
}

/** Statements for the counters that are ahead of what is there. */
export function readCounters(connection: SqliteConnection, catalog: Catalog): Definition[] {
  return [...catalog.tables.flatMap((table) => ofTable(connection, table)), ...(['node', 'edge'] as const).flatMap(ofElements)];

  function ofElements(kind: 'node' | 'edge'): Definition[] {
    const given = counterOf(connection, `trefoil_${kind}`);
    const highest = catalog.graphs.map(({ id }) => highestIn(connection, graphTables(id)[kind], 'id'));
    if (given === undefined || highest.some((id) => id >= given)) return [];
    return [{ kind: 'counter', name: kind, statement: `RESTORE NEXT ${kind.toUpperCase()} ${given + 1n}` }];
  }
}

function ofTable(connection: SqliteConnection, { name, columns }: TableInfo): Definition[] {
  const key = columns.find((column) => column.isRowid);
  const given = key && counterOf(connection, name);
  if (given === undefined || highestIn(connection, name, key?.name ?? '') >= given) return [];
  const statement = `ALTER TABLE ${printName(name)} ALTER COLUMN ${printName(key?.name ?? '')} RESTART WITH ${given + 1n}`;
  return [{ kind: 'counter', name, statement }];
}

function highestIn(connection: SqliteConnection, table: string, column: string): bigint {
  return (connection.get(`SELECT max(${quoteName(column)}) FROM ${quoteName(table)}`)?.[0] ?? 0n) as bigint;
}
