// Trefoil's own tables in the file, all named `trefoil_…`, and the steps that bring an older file to the newest shape.
// docs/storage.md explains each table to a reader who has only the sqlite3 shell.

import { QueryError } from '../../../parser/error.ts';
import type { SqliteConnection } from './driver.ts';

export interface Migration {
  /** What the step does, for people. */
  readonly title: string;
  readonly sql: string;
}

/** Step n (from 0) makes schema version n + 1. Steps are never changed once released; new ones are added at the end. */
export const migrations: readonly Migration[] = [
  {
    title: 'collections, the property graph, its change log and indexes',
    sql: `
CREATE TABLE trefoil_meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
INSERT INTO trefoil_meta VALUES ('creator', 'trefoil-db'), ('catalog', 1), ('schema_version', 1);

CREATE TABLE trefoil_column (
  table_name TEXT NOT NULL COLLATE NOCASE, column_name TEXT NOT NULL COLLATE NOCASE,
  type TEXT NOT NULL, declared TEXT NOT NULL,
  PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE trefoil_collection (name TEXT PRIMARY KEY COLLATE NOCASE, table_name TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE trefoil_path (
  id INTEGER PRIMARY KEY, collection TEXT NOT NULL COLLATE NOCASE, path TEXT NOT NULL, steps TEXT NOT NULL, UNIQUE (collection, path)
) STRICT;

CREATE TABLE trefoil_index (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, kind TEXT NOT NULL CHECK (kind IN ('collection', 'label')),
  target TEXT NOT NULL, keys TEXT NOT NULL, is_unique INTEGER NOT NULL
) STRICT;

CREATE TABLE trefoil_label (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE trefoil_edge_type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE trefoil_property (
  kind TEXT NOT NULL CHECK (kind IN ('node', 'edge')), name TEXT NOT NULL, PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE trefoil_node (id INTEGER PRIMARY KEY AUTOINCREMENT, labels TEXT NOT NULL, properties BLOB NOT NULL) STRICT;
CREATE TABLE trefoil_node_label (label INTEGER NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (label, node)) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_edge (
  id INTEGER PRIMARY KEY AUTOINCREMENT, type INTEGER NOT NULL REFERENCES trefoil_edge_type (id),
  from_node INTEGER NOT NULL REFERENCES trefoil_node (id), to_node INTEGER NOT NULL REFERENCES trefoil_node (id),
  properties BLOB NOT NULL
) STRICT;
CREATE INDEX trefoil_edge_from ON trefoil_edge (from_node, type, to_node);
CREATE INDEX trefoil_edge_to ON trefoil_edge (to_node, type, from_node);

CREATE TABLE trefoil_change (number INTEGER PRIMARY KEY, count INTEGER NOT NULL, kind TEXT NOT NULL, items TEXT NOT NULL) STRICT;
`,
  },
  {
    title: 'views',
    sql: `
CREATE TABLE trefoil_view (
  name TEXT NOT NULL COLLATE NOCASE, process INTEGER NOT NULL, columns TEXT, query TEXT NOT NULL, PRIMARY KEY (name, process)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    title: 'JSON Schemas of collections',
    sql: 'ALTER TABLE trefoil_collection ADD COLUMN schema TEXT;\n',
  },
  {
    title: 'indexes over expressions and parts',
    sql: `
CREATE TABLE trefoil_expression_index (
  name TEXT PRIMARY KEY COLLATE NOCASE, kind TEXT NOT NULL CHECK (kind IN ('table', 'collection')), target TEXT NOT NULL COLLATE NOCASE,
  keys TEXT NOT NULL, condition TEXT, is_unique INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
  },
  {
    title: 'named graphs',
    sql: `
CREATE TABLE trefoil_graph (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT;
INSERT INTO trefoil_graph VALUES (0, 'main');
ALTER TABLE trefoil_index ADD COLUMN graph INTEGER NOT NULL DEFAULT 0;
`,
  },
  {
    title: 'users and tokens',
    sql: `
CREATE TABLE trefoil_user (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE, roles TEXT NOT NULL,
  password TEXT NOT NULL, password_number INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE trefoil_token (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE, user INTEGER NOT NULL REFERENCES trefoil_user (id),
  hash TEXT NOT NULL UNIQUE, created TEXT NOT NULL
) STRICT;
`,
  },
  {
    title: 'the texts of CHECK constraints',
    sql: `
CREATE TABLE trefoil_check (
  table_name TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE, text TEXT NOT NULL, PRIMARY KEY (table_name, name)
) STRICT, WITHOUT ROWID;
`,
  },
];

/** The file's schema version; 0 if it has none of Trefoil's tables. */
export function schemaVersion(connection: SqliteConnection): number {
  const known = connection.get("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'trefoil_meta'");
  if (!known) return 0;
  const row = connection.get("SELECT value FROM main.trefoil_meta WHERE key = 'schema_version'", [], 'number');
  const version = row?.[0];
  if (typeof version !== 'number')
    throw new QueryError('storage/corrupt', 'The file has a table "trefoil_meta" that Trefoil did not make.');
  return version;
}

/**
 * Brings the file to the newest version, in one transaction. A file without Trefoil's tables that may not be written gets them as
 * temporary ones: empty, and gone with the connection. Throws `storage/newer-version`, and `storage/older-version` for an older file that may not be written.
 */
export async function ensureSchema(connection: SqliteConnection, steps: readonly Migration[] = migrations): Promise<void> {
  const version = schemaVersion(connection);
  if (version === steps.length) return;
  if (version > steps.length) throw newerError(version, steps.length);
  if (connection.readOnly) {
    if (version > 0) {
      throw new QueryError(
        'storage/older-version',
        `The file has schema version ${version} and must be brought to version ${steps.length}.`,
        {
          hint: 'Open it once for writing.',
        },
      );
    }
    connection.script(temporarySchema(steps));
    return;
  }
  await connection.begin();
  try {
    migrate(connection, steps);
    await connection.commit();
  } catch (error) {
    await connection.rollback();
    throw error;
  }
}

function migrate(connection: SqliteConnection, steps: readonly Migration[]): void {
  // Read again: another connection may have been faster.
  const version = schemaVersion(connection);
  if (version > steps.length) throw newerError(version, steps.length);
  for (const step of steps.slice(version)) connection.script(step.sql);
  connection.run("UPDATE trefoil_meta SET value = ? WHERE key = 'schema_version'", [BigInt(steps.length)]);
  connection.touchCatalog();
}

function temporarySchema(steps: readonly Migration[]): string {
  const sql = steps.map((step) => step.sql).join('\n');
  return sql.replaceAll('CREATE TABLE ', 'CREATE TEMP TABLE ').replaceAll('CREATE INDEX ', 'CREATE INDEX temp.');
}

function newerError(version: number, known: number): QueryError {
  return new QueryError(
    'storage/newer-version',
    `The file was written by a newer Trefoil (schema version ${version}; this one knows ${known}).`,
    {
      hint: 'Use a newer Trefoil, or read the file with the sqlite3 shell.',
    },
  );
}

/** Tells the other connections that collections, indexes, labels or edge types changed. */
export function catalogChanged(connection: SqliteConnection): void {
  connection.run("UPDATE trefoil_meta SET value = value + 1 WHERE key = 'catalog'");
  connection.touchCatalog();
}

/** Names that users may not take. */
export function isReserved(name: string): boolean {
  return /^(sqlite|trefoil)_/i.test(name);
}
