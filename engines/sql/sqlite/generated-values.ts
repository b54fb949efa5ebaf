// The generated columns of a row that is not in its table: what ON CONFLICT needs to know of the row that was to come.
//
//   SELECT *, (a + b) AS c FROM (SELECT a, b FROM t WHERE 0 UNION ALL SELECT ?, ?)
//
// The empty half gives the columns the affinities and collations that they have in the table.

import type { ColumnInfo, TableInfo } from '../../catalog.ts';
import { quoteName } from './quote.ts';
import { namesIn } from './table-text.ts';

/** A query over one row; its parameters are the columns that are not generated, in order. */
export function withGenerated(table: TableInfo): string {
  const plain = table.columns.filter((column) => !column.generated);
  const names = plain.map((column) => quoteName(column.name)).join(', ');
  const values = plain.map((column) => (column.json ? 'jsonb(?)' : '?')).join(', ');
  const row = `SELECT ${names} FROM main.${quoteName(table.name)} WHERE 0 UNION ALL SELECT ${values}`;
  return inOrder(table.columns).reduce(
    (from, { name, generated }) => `SELECT *, ${generated?.sql} AS ${quoteName(name)} FROM (${from})`,
    row,
  );
}

/** Each generated column behind those that its expression names. */
function inOrder(columns: readonly ColumnInfo[]): readonly ColumnInfo[] {
  const left = columns.filter((column) => column.generated);
  const out: ColumnInfo[] = [];
  while (left.length > 0) {
    const free = left.findIndex(({ generated }) => {
      const read = namesIn(generated?.sql ?? '');
      return !left.some(({ name }) => read.has(name.toLowerCase()));
    });
    out.push(...left.splice(Math.max(free, 0), 1));
  }
  return out;
}
