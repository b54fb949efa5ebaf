// CREATE and DROP VIEW. A view is Trefoil text in trefoil_view, since SQLite could not run most of them. One made with TEMP carries
// the number of the process that made it and is seen by that process alone.

import type { CreateView, DropView } from '../../../parser/ast.ts';
import { printQuery } from '../../../parser/print.ts';
import type { ViewInfo } from '../../catalog.ts';
import type { CatalogReader } from './catalog.ts';
import { checkName, type DdlOutcome, nameTaken, takenBy } from './ddl.ts';
import type { SqliteConnection } from './driver.ts';
import { catalogChanged } from './schema.ts';
import { unknownName, useDrop } from './unknown-names.ts';

const done: DdlOutcome = { kind: 'done' };
const lasting = 0n;

/** The number that marks this process's temporary views. */
function thisProcess(): bigint {
  return BigInt(process.pid);
}

/** The query is known to be right. */
export async function createView(connection: SqliteConnection, catalog: CatalogReader, statement: CreateView): Promise<DdlOutcome> {
  const { name } = statement;
  const taken = takenBy(connection, catalog.current(), name);
  if (taken && !(taken.kind === 'view' && statement.orReplace)) {
    if (statement.ifNotExists && taken.kind === 'view') return { kind: 'skipped', message: taken.message };
    throw nameTaken(taken, name, 'view');
  }
  checkName(name);
  if (taken) forget(connection, name.text);
  const columns = statement.columns ? JSON.stringify(statement.columns.map((column) => column.text)) : null;
  connection.run('INSERT INTO trefoil_view (name, process, columns, query) VALUES (?, ?, ?, ?)', [
    name.text,
    statement.temporary ? thisProcess() : lasting,
    columns,
    printQuery(statement.query),
  ]);
  catalogChanged(connection);
  return done;
}

export async function dropView(connection: SqliteConnection, catalog: CatalogReader, statement: DropView): Promise<DdlOutcome> {
  const current = catalog.current();
  const { name } = statement;
  if (!current.view(name.text)) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no view "${name.text}".` };
    throw unknownName(current, name, 'view', useDrop);
  }
  forget(connection, name.text);
  catalogChanged(connection);
  return done;
}

function forget(connection: SqliteConnection, name: string): void {
  connection.run('DELETE FROM trefoil_view WHERE name = ? AND process IN (?, ?)', [name, lasting, thisProcess()]);
}

/** The views that this process sees. */
export function readViews(connection: SqliteConnection): ViewInfo[] {
  return connection
    .all('SELECT name, process, columns, query FROM trefoil_view WHERE process IN (?, ?) ORDER BY name', [lasting, thisProcess()])
    .map(([name, process, columns, text]) => ({
      name: name as string,
      ...(columns === null ? {} : { columns: JSON.parse(columns as string) as string[] }),
      text: text as string,
      temporary: process !== lasting,
    }));
}

/** Drops the temporary views of processes that have ended; with `own` also those of this one. */
export function dropTemporaryViews(connection: SqliteConnection, own: boolean): void {
  const ended = connection
    .all('SELECT DISTINCT process FROM trefoil_view WHERE process <> ?', [lasting], 'number')
    .map((row) => Number(row[0]))
    .filter((id) => (id === process.pid ? own : !isRunning(id)));
  if (ended.length === 0) return;
  for (const id of ended) connection.run('DELETE FROM trefoil_view WHERE process = ?', [BigInt(id)]);
  catalogChanged(connection);
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
