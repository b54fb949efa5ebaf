// What INSERT and UPDATE may say of columns that the database fills itself: DEFAULT, and nothing else.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { ColumnInfo, TableInfo } from '../catalog.ts';
import { sameName } from './scope.ts';

interface Given {
  readonly names: readonly Ast.Name[];
  /** The rows as the text has them; absent: a query gives them. */
  readonly rows?: readonly (readonly Ast.Assigned[])[] | undefined;
}

/** The columns that an INSERT without a list is about: those that can be written, or all if the rows have a value for each. */
export function implicitColumns(table: TableInfo, rows: Given['rows']): readonly ColumnInfo[] {
  const whole = rows?.length && rows.every((row) => row.length === table.columns.length);
  return whole ? table.columns : table.columns.filter((column) => !column.generated);
}

/** The same without generated columns, for which only DEFAULT may stand. Throws `bind/generated-column`. */
export function withoutGenerated(table: TableInfo, { names, rows }: Given, overriding: boolean): Given {
  const columns = names.map((name) => table.columns.find((column) => sameName(column.name, name.text)));
  for (const [i, column] of columns.entries()) {
    if (!column?.generated && (!column?.alwaysIdentity || overriding)) continue;
    const over = column.alwaysIdentity ? ' OVERRIDING SYSTEM VALUE before the values lets you give one.' : '';
    if (!rows) throw notWritable(table, column, names[i]?.span, `Name the other columns.${over}`);
    const given = rows.map((row) => row[i]).find((value) => value && value.kind !== 'default');
    if (given) throw notWritable(table, column, given.span, `Leave it out, or write DEFAULT.${over}`);
  }
  const kept = <T>(items: readonly T[]): T[] => items.filter((_, i) => !columns[i]?.generated);
  return { names: kept(names), rows: rows?.map(kept) };
}

/** Throws `bind/generated-column` for a column that SET cannot give a value. */
export function checkSettable(table: TableInfo, column: ColumnInfo, span: Span): void {
  if (column.generated) throw notWritable(table, column, span, 'Set the columns that it is computed from.');
  if (column.alwaysIdentity) throw notWritable(table, column, span, 'The number of a row stays as it is.');
}

function notWritable(table: TableInfo, column: ColumnInfo, span: Span | undefined, hint: string): QueryError {
  const why = column.generated ? 'is computed from other columns' : 'is GENERATED ALWAYS AS IDENTITY';
  return new QueryError('bind/generated-column', `The column "${column.name}" of table "${table.name}" ${why} and takes no value.`, {
    span,
    hint,
  });
}
