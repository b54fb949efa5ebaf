// CREATE, DROP and RENAME of graphs. The session calls these inside a transaction. Graphs have names of their own: a table or a
// collection may be called the same, because a graph's name stands only where a graph is asked for.

import type { CreateGraph, DropGraph, Name, Rename } from '../../../parser/ast.ts';
import { QueryError } from '../../../parser/error.ts';
import { defaultGraph, type GraphRef } from '../../catalog.ts';
import { graphNamed, unknownGraph } from '../../choose-graph.ts';
import type { CatalogReader } from './catalog.ts';
import { checkName, type DdlOutcome } from './ddl.ts';
import type { SqliteConnection } from './driver.ts';
import { createGraphTables, dropGraphTables, graphTables } from './graph-tables.ts';
import { labelIndexTable } from './label-index.ts';
import { catalogChanged } from './schema.ts';

const done: DdlOutcome = { kind: 'done' };

export async function createGraph(connection: SqliteConnection, catalog: CatalogReader, statement: CreateGraph): Promise<DdlOutcome> {
  const { name } = statement;
  const known = graphNamed(catalog.current(), name.text);
  if (known) {
    const message = `There is already a graph "${known.name}".`;
    if (statement.ifNotExists) return { kind: 'skipped', message };
    throw graphExists(known, name, 'IF NOT EXISTS leaves it as it is.');
  }
  checkName(name);
  connection.run('INSERT INTO trefoil_graph (name) VALUES (?)', [name.text]);
  const row = connection.get('SELECT id FROM trefoil_graph WHERE name = ?', [name.text], 'number');
  createGraphTables(connection, graphTables(row?.[0] as number));
  catalogChanged(connection);
  return done;
}

export async function dropGraph(connection: SqliteConnection, catalog: CatalogReader, statement: DropGraph): Promise<DdlOutcome> {
  const { name } = statement;
  const current = catalog.current();
  const graph = graphNamed(current, name.text);
  if (!graph) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no graph "${name.text}".` };
    throw unknownGraph(current, name.text, name.span);
  }
  refuseDefault(graph, name, 'dropped', `MATCH (n) DETACH DELETE n empties it.`);
  for (const [index] of connection.all("SELECT id FROM trefoil_index WHERE kind = 'label' AND graph = ?", [BigInt(graph.id)], 'number'))
    connection.run(`DROP TABLE IF EXISTS main.${labelIndexTable(index as number)}`);
  connection.run("DELETE FROM trefoil_index WHERE kind = 'label' AND graph = ?", [BigInt(graph.id)]);
  dropGraphTables(connection, graphTables(graph.id));
  connection.run('DELETE FROM trefoil_graph WHERE id = ?', [BigInt(graph.id)]);
  catalogChanged(connection);
  return done;
}

/** Views are text and do not follow: whoever calls this looks whether one breaks. */
export async function renameGraph(connection: SqliteConnection, catalog: CatalogReader, statement: Rename): Promise<DdlOutcome> {
  const { name, to } = statement;
  const current = catalog.current();
  const graph = graphNamed(current, name.text);
  if (!graph) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no graph "${name.text}".` };
    throw unknownGraph(current, name.text, name.span);
  }
  refuseDefault(graph, name, 'renamed');
  const taken = graphNamed(current, to.text);
  if (taken && taken.id !== graph.id) throw graphExists(taken, to, 'Choose another name.');
  checkName(to);
  connection.run('UPDATE trefoil_graph SET name = ? WHERE id = ?', [to.text, BigInt(graph.id)]);
  catalogChanged(connection);
  return done;
}

function graphExists(known: GraphRef, name: Name, hint: string): QueryError {
  return new QueryError('bind/graph-exists', `There is already a graph "${known.name}".`, { span: name.span, hint });
}

function refuseDefault(graph: GraphRef, name: Name, what: string, hint?: string): void {
  if (graph.id !== defaultGraph) return;
  throw new QueryError('bind/default-graph', `"${graph.name}" is the default graph and cannot be ${what}.`, {
    span: name.span,
    hint,
  });
}
