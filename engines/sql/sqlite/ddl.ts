// CREATE and DROP of tables and collections. The session calls these inside a transaction. Indexes are in index-ddl.ts, the SQL
// of CREATE TABLE in create-table.ts.

import type { CreateCollection, CreateTable, DropCollection, DropTable, Name } from '../../../parser/ast.ts';
import { QueryError } from '../../../parser/error.ts';
import type { Catalog } from '../../catalog.ts';
import type { CatalogReader } from './catalog.ts';
import { schemaText } from './collection-schema.ts';
import { foreignKeys } from './constraint-errors.ts';
import { unknownName, useDrop, viewOfOtherTool } from './unknown-names.ts';
import { type CompileDefinitions, type TableDefinition, tableDefinition } from './create-table.ts';
import type { SqliteConnection } from './driver.ts';
import { dropElementIndex, type ElementPath, isElementPath } from './element-index.ts';
import { quotedNames } from './errors.ts';
import { forgetChecks, noteChecks } from './noted-checks.ts';
import { quoteName } from './quote.ts';
import { catalogChanged, isReserved } from './schema.ts';

/** `skipped`: IF [NOT] EXISTS found nothing to do, and says why. */
export type DdlOutcome = { readonly kind: 'done' } | { readonly kind: 'skipped'; readonly message: string };

const done: DdlOutcome = { kind: 'done' };

export async function createTable(
  connection: SqliteConnection,
  catalog: CatalogReader,
  statement: CreateTable,
  compile: CompileDefinitions,
): Promise<DdlOutcome> {
  const current = catalog.current();
  const taken = takenBy(connection, current, statement.name);
  if (taken) {
    if (statement.ifNotExists && taken.kind === 'table') return { kind: 'skipped', message: taken.message };
    throw nameTaken(taken, statement.name, 'table');
  }
  checkName(statement.name);
  const definition = tableDefinition(statement, current, compile);
  connection.run(definition.sql);
  noteColumns(connection, statement.name.text, definition);
  catalogChanged(connection);
  return done;
}

function noteColumns(connection: SqliteConnection, table: string, definition: TableDefinition): void {
  forgetColumns(connection, table);
  for (const column of definition.noted) noteColumn(connection, table, column);
  noteChecks(connection, table, definition.checks);
}

/** Keeps what SQLite's own type does not say about a column. */
export function noteColumn(connection: SqliteConnection, table: string, column: TableDefinition['noted'][number]): void {
  connection.run('INSERT INTO trefoil_column (table_name, column_name, type, declared) VALUES (?, ?, ?, ?)', [
    table,
    column.name,
    column.type,
    column.declared,
  ]);
}

function forgetColumns(connection: SqliteConnection, table: string): void {
  connection.run('DELETE FROM trefoil_column WHERE table_name = ?', [table]);
  forgetChecks(connection, table);
}

export async function dropTable(connection: SqliteConnection, catalog: CatalogReader, statement: DropTable): Promise<DdlOutcome> {
  const current = catalog.current();
  const table = current.table(statement.name.text);
  if (!table) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no table "${statement.name.text}".` };
    throw unknownName(current, statement.name, 'table', useDrop);
  }
  if (table.view) throw viewOfOtherTool(statement.name, 'dropped');
  try {
    connection.run(`DROP TABLE main.${quoteName(table.name)}`);
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== 'constraint/foreign-key') throw error;
    const others = new Set(foreignKeys(connection, { parent: table.name }).map((key) => key.child));
    throw new QueryError(
      'constraint/foreign-key',
      `The table "${table.name}" cannot be dropped: rows of ${quotedNames([...others])} refer to its rows.`,
      {
        span: statement.name.span,
        hint: `Delete those rows, or drop ${quotedNames([...others])} first.`,
      },
    );
  }
  forgetColumns(connection, table.name);
  connection.run("DELETE FROM trefoil_expression_index WHERE kind = 'table' AND target = ?", [table.name]);
  catalogChanged(connection);
  return done;
}

export async function createCollection(
  connection: SqliteConnection,
  catalog: CatalogReader,
  statement: CreateCollection,
): Promise<DdlOutcome> {
  const taken = takenBy(connection, catalog.current(), statement.name);
  if (taken) {
    if (statement.ifNotExists && taken.kind === 'collection') return { kind: 'skipped', message: taken.message };
    throw nameTaken(taken, statement.name, 'collection');
  }
  checkName(statement.name);
  const name = statement.name.text;
  const schema = statement.schema ? schemaText(statement.schema) : null;
  connection.run(`CREATE TABLE main.${quoteName(name)} (id INTEGER PRIMARY KEY, doc BLOB NOT NULL) STRICT`);
  connection.run('DELETE FROM trefoil_collection WHERE name = ? OR table_name = ? COLLATE NOCASE', [name, name]);
  connection.run('INSERT INTO trefoil_collection (name, table_name, schema) VALUES (?, ?, ?)', [name, name, schema]);
  catalogChanged(connection);
  return done;
}

export async function dropCollection(connection: SqliteConnection, catalog: CatalogReader, statement: DropCollection): Promise<DdlOutcome> {
  const current = catalog.current();
  const collection = current.collection(statement.name.text);
  if (!collection) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no collection "${statement.name.text}".` };
    throw unknownName(current, statement.name, 'collection', useDrop);
  }
  connection.run(`DROP TABLE main.${quoteName(collection.table)}`);
  connection.run('DELETE FROM trefoil_collection WHERE name = ?', [collection.name]);
  for (const [id, keys] of connection.all(
    "SELECT id, keys FROM trefoil_index WHERE kind = 'collection' AND target = ?",
    [collection.name],
    'number',
  )) {
    if ((JSON.parse(keys as string) as ElementPath[]).some(isElementPath)) dropElementIndex(connection, id as number);
  }
  connection.run("DELETE FROM trefoil_index WHERE kind = 'collection' AND target = ?", [collection.name]);
  connection.run("DELETE FROM trefoil_expression_index WHERE kind = 'collection' AND target = ?", [collection.name]);
  connection.run('DELETE FROM trefoil_path WHERE collection = ?', [collection.name]);
  catalogChanged(connection);
  return done;
}

type Taken = { readonly kind: 'table' | 'collection' | 'view' | 'other'; readonly message: string };

/** What already has the name: tables, collections, views and indexes share one set of names, as in SQLite. */
export function takenBy(connection: SqliteConnection, catalog: Catalog, name: Name): Taken | undefined {
  const table = catalog.table(name.text);
  if (table) return { kind: 'table', message: `There is already a table "${table.name}".` };
  const collection = catalog.collection(name.text);
  if (collection) return { kind: 'collection', message: `There is already a collection "${collection.name}".` };
  const view = catalog.view(name.text);
  if (view) return { kind: 'view', message: `There is already a view "${view.name}".` };
  const row = connection.get('SELECT type FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE', [name.text]);
  if (row) return { kind: 'other', message: `The name "${name.text}" is taken by ${row[0] === 'index' ? 'an index' : `a ${row[0]}`}.` };
  const index = catalog.everyIndex.find((candidate) => candidate.name.toLowerCase() === name.text.toLowerCase());
  return index && { kind: 'other', message: `The name "${index.name}" is taken by an index.` };
}

const takenCodes = {
  table: 'bind/table-exists',
  collection: 'bind/collection-exists',
  view: 'bind/view-exists',
  other: 'bind/name-taken',
} as const;

/** The error for a name that is taken. */
export function nameTaken(taken: Taken, name: Name, wanted: Taken['kind']): QueryError {
  const code = takenCodes[taken.kind];
  return new QueryError(code, taken.message, {
    span: name.span,
    hint: taken.kind === wanted ? 'IF NOT EXISTS leaves it as it is.' : 'Choose another name.',
  });
}

export function checkName(name: Name): void {
  if (isReserved(name.text)) {
    throw new QueryError('bind/reserved-name', `Names that begin with "trefoil_" or "sqlite_" are reserved: "${name.text}".`, {
      span: name.span,
    });
  }
  if (name.text.length === 0 || name.text.includes('\0')) {
    throw new QueryError('bind/reserved-name', 'A name must have a character, and no NUL.', { span: name.span });
  }
}
