// What CHECK constraints say in Trefoil's language. SQLite keeps them as SQL, which is often not how they were written; trefoil_check
// keeps the text under the constraint's name, for SHOW DEFINITIONS. A row whose constraint is gone has no effect.

import type { SqliteConnection } from './driver.ts';

export interface NotedCheck {
  readonly name: string;
  /** The condition, without the word CHECK. */
  readonly text: string;
}

export function noteChecks(connection: SqliteConnection, table: string, checks: readonly NotedCheck[]): void {
  for (const { name, text } of checks)
    connection.run('INSERT OR REPLACE INTO trefoil_check (table_name, name, text) VALUES (?, ?, ?)', [table, name, text]);
}

export function readChecks(connection: SqliteConnection, table: string): NotedCheck[] {
  return connection
    .all('SELECT name, text FROM trefoil_check WHERE table_name = ?', [table])
    .map(([name, text]) => ({ name: String(name), text: String(text) }));
}

export function forgetChecks(connection: SqliteConnection, table: string, name?: string): void {
  if (name === undefined) connection.run('DELETE FROM trefoil_check WHERE table_name = ?', [table]);
  else connection.run('DELETE FROM trefoil_check WHERE table_name = ? AND name = ?', [table, name]);
}
