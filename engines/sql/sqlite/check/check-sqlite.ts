// SQLite's own checks: pages, indexes against their tables, NOT NULL, CHECK and the types of STRICT tables; then foreign keys.

import { type CheckedFile, numberOf } from './checked-file.ts';
import type { Findings } from './findings.ts';

const errorsMax = 1000;

export function checkIntegrity(file: CheckedFile, found: Findings): void {
  found.checked = numberOf(file, 'PRAGMA main.page_count');
  for (const [text] of file.connection.all(`PRAGMA main.integrity_check(${errorsMax})`)) if (text !== 'ok') found.problem(String(text));
}

export function checkForeignKeys(file: CheckedFile, found: Findings): void {
  found.checked = numberOf(
    file,
    "SELECT count(DISTINCT s.name) FROM main.sqlite_schema AS s, pragma_foreign_key_list(s.name, 'main') WHERE s.type = 'table'",
  );
  found.rows(file.connection.all('PRAGMA main.foreign_key_check'), (table, rowid, parent) => {
    const row = rowid === null ? 'a row' : `the row with rowid ${String(rowid)}`;
    return `table ${String(table)}: ${row} refers to a row of ${String(parent)} that is not there`;
  });
}
