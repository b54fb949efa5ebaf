// What is noted of a table's columns follows a new name: the column's own note, and the expressions of generated columns and checks that read it.
// SQLite's own text of the definition follows by itself.

import type { Expression } from '../../../parser/ast.ts';
import { parse, parseExpression } from '../../../parser/parse.ts';
import { printName } from '../../../parser/print.ts';
import type { TableInfo } from '../../catalog.ts';
import { syntaxChildren } from '../../plan/syntax-children.ts';
import type { SqliteConnection } from './driver.ts';
import { renameInIndexes } from './expression-index.ts';
import { noteChecks, readChecks } from './noted-checks.ts';

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
  renameInIndexes(connection, table.name, (text) => renamedAt(text, placesOf(parseExpression(text), from), to, 0));
  const checks = readChecks(connection, table.name).map(({ name, text }) => ({
    name,
    text: renamedAt(text, placesOf(parseExpression(text), from), to, 0),
  }));
  noteChecks(connection, table.name, checks);
}

/** `FLOAT GENERATED ALWAYS AS (qty * price) STORED` with another name for qty. */
function renamedIn(declared: string, from: string, to: string): string {
  const before = 'CREATE TABLE t (c ';
  const [statement] = parse(`${before}${declared})`).statements;
  const constraint = statement?.kind === 'createTable' ? statement.columns[0]?.constraints[0] : undefined;
  if (constraint?.kind !== 'generated') return declared;
  return renamedAt(declared, placesOf(constraint.value, from), to, before.length);
}

function renamedAt(text: string, places: readonly { start: number; end: number }[], to: string, offset: number): string {
  const last = places.toSorted((a, b) => b.start - a.start);
  return last.reduce((done, { start, end }) => done.slice(0, start - offset) + printName(to) + done.slice(end - offset), text);
}

function placesOf(expression: Expression, name: string): { start: number; end: number }[] {
  if (expression.kind === 'identifier') return expression.name.toLowerCase() === name.toLowerCase() ? [expression.span] : [];
  return syntaxChildren(expression).flatMap((child) => placesOf(child, name));
}
