// Checks a whole file, reading only and in one snapshot, so that a file in use can be checked: SQLite's own checks, then what
// SQLite cannot know. Each check is a function from the open file to its findings; none relies on another having passed.

import type { CheckResult } from '../../../file-check.ts';
import { CatalogReader } from '../catalog.ts';
import { openConnection, type SqliteConnection } from '../driver.ts';
import { ensureSchema } from '../schema.ts';
import { checkDocuments, checkGeneratedColumns, checkJsonColumns, checkTypedColumns } from './check-documents.ts';
import { checkEdges, checkLabels, checkNodes } from './check-graph.ts';
import { checkDocumentIndexes, checkElementIndexes, checkLabelIndexes } from './check-indexes.ts';
import { checkForeignKeys, checkIntegrity } from './check-sqlite.ts';
import { checkChangeLog, checkOwnTables, checkViews } from './check-own-tables.ts';
import type { CheckedFile } from './checked-file.ts';
import { Findings } from './findings.ts';

type Check = { readonly name: string; readonly noun: string; run(file: CheckedFile, found: Findings): void };

const checks: readonly Check[] = [
  { name: 'SQLite integrity', noun: 'page', run: checkIntegrity },
  { name: 'foreign keys', noun: 'table', run: checkForeignKeys },
  { name: "Trefoil's tables", noun: 'row', run: checkOwnTables },
  { name: 'views', noun: 'view', run: checkViews },
  { name: 'columns of dates and times', noun: 'value', run: checkTypedColumns },
  { name: 'generated columns', noun: 'value', run: checkGeneratedColumns },
  { name: 'JSON columns', noun: 'value', run: checkJsonColumns },
  { name: 'documents', noun: 'document', run: checkDocuments },
  { name: 'indexes on documents', noun: 'index', run: checkDocumentIndexes },
  { name: 'indexes on elements', noun: 'entry', run: checkElementIndexes },
  { name: 'nodes', noun: 'node', run: checkNodes },
  { name: 'labels', noun: 'label', run: checkLabels },
  { name: 'edges', noun: 'edge', run: checkEdges },
  { name: 'indexes on labels', noun: 'entry', run: checkLabelIndexes },
  { name: 'change log', noun: 'batch', run: checkChangeLog },
];

/** One result per check. `prepare` registers the functions that indexes over expressions call. Throws `storage/*` if the file cannot be opened at all. */
export async function* checkFile(name: string, prepare: (connection: SqliteConnection) => void): AsyncGenerator<CheckResult> {
  const connection = openConnection(name, { readOnly: true });
  prepare(connection);
  try {
    await ensureSchema(connection);
    connection.run('BEGIN');
    const file: CheckedFile = { connection, reader: new CatalogReader(connection) };
    for (const check of checks) {
      const found = new Findings(check.name, check.noun);
      try {
        check.run(file, found);
      } catch (error) {
        // A damaged page stops a check, not the others.
        found.problem(`not finished: ${error instanceof Error ? error.message : String(error)}`);
      }
      yield found.result();
    }
  } finally {
    connection.close();
  }
}
