// What is noted of a table's columns follows a new name: the column's own note, and the expressions of generated columns that read it.
// SQLite's own text of the definition follows by itself.

import type { Expression } from '../../../parser/ast.ts';
import { parse } from '../../../parser/parse.ts';
import { printName } from '../../../parser/print.ts';
import type { TableInfo } from '../../catalog.ts';
import { syntaxChildren } from '../../plan/syntax-children.ts';
import type { SqliteConnection } from './driver.ts';

/** To be called after SQLite has renamed the column. */
export function renameNoted(connection: SqliteConnection, table: TableInfo, from: string, to: string): void {
  connection.run('UPDATE trefoil_column SET column_name = ? WHERE table_name = ? AND column_name = ?', [to, table.name, from]);
  for (const { name, generated, declared } of table.columns) {
    if (!generated) continue;
    const noted = name === from ? to : name;
    connection.run('UPDATE trefoil_column SET declared = ? WHERE table_name = ? AND column_name = ?', [
      renamedIn(declared, from, to),
      table.name,
      noted,
    ]);
  }
}

/** `FLOAT GENERATED ALWAYS AS (qty * price) STORED` with another name for qty. */
function renamedIn(declared: string, from: string, to: string): string {
  const before = 'CREATE TABLE t (c ';
  const [statement] = parse(`${before}${declared})`).statements;
  const constraint = statement?.kind === 'createTable' ? statement.columns[0]?.constraints[0] : undefined;
  if (constraint?.kind !== 'generated') return declared;
  const places = placesOf(constraint.value, from).sort((a, b) => b.start - a.start);
  return places.reduce(
    (text, { start, end }) => text.slice(0, start - before.length) + printName(to) + text.slice(end - before.length),
    declared,
  );
}

function placesOf(expression: Expression, name: string): { start: number; end: number }[] {
  if (expression.kind === 'identifier') return expression.name.toLowerCase() === name.toLowerCase() ? [expression.span] : [];
  return syntaxChildren(expression).flatMap((child) => placesOf(child, name));
}
