// The tables of one graph. The default graph has those of the file's first schema version; any other has its own, with its
// number behind the names, so that dropping it drops tables and each graph's statistics, log and indexes are its own.
//
//   0 → trefoil_node, trefoil_edge, …      3 → trefoil_node_3, trefoil_edge_3, …

import type { SqliteConnection } from './driver.ts';

export interface GraphTables {
  readonly graph: number;
  readonly node: string;
  readonly nodeLabel: string;
  readonly edge: string;
  readonly label: string;
  readonly edgeType: string;
  readonly property: string;
  readonly change: string;
}

/** The names of a graph's tables. */
export function graphTables(graph: number): GraphTables {
  const end = graph === 0 ? '' : `_${graph}`;
  return {
    graph,
    node: `trefoil_node${end}`,
    nodeLabel: `trefoil_node_label${end}`,
    edge: `trefoil_edge${end}`,
    label: `trefoil_label${end}`,
    edgeType: `trefoil_edge_type${end}`,
    property: `trefoil_property${end}`,
    change: `trefoil_change${end}`,
  };
}

/** Ids come from the default graph's sequences, so these tables have none of their own. */
export function createGraphTables(connection: SqliteConnection, tables: GraphTables): void {
  const { node, nodeLabel, edge, label, edgeType, property, change, graph } = tables;
  connection.script(`
CREATE TABLE main.${label} (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE main.${edgeType} (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE main.${property} (
  kind TEXT NOT NULL CHECK (kind IN ('node', 'edge')), name TEXT NOT NULL, PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE main.${node} (id INTEGER PRIMARY KEY, labels TEXT NOT NULL, properties BLOB NOT NULL) STRICT;
CREATE TABLE main.${nodeLabel} (label INTEGER NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (label, node)) STRICT, WITHOUT ROWID;
CREATE TABLE main.${edge} (
  id INTEGER PRIMARY KEY, type INTEGER NOT NULL REFERENCES ${edgeType} (id),
  from_node INTEGER NOT NULL REFERENCES ${node} (id), to_node INTEGER NOT NULL REFERENCES ${node} (id),
  properties BLOB NOT NULL
) STRICT;
CREATE INDEX main.trefoil_edge_from_${graph} ON ${edge} (from_node, type, to_node);
CREATE INDEX main.trefoil_edge_to_${graph} ON ${edge} (to_node, type, from_node);
CREATE TABLE main.${change} (number INTEGER PRIMARY KEY, count INTEGER NOT NULL, kind TEXT NOT NULL, items TEXT NOT NULL) STRICT;
`);
}

/** Edges first: nothing refers to the other tables then, so that no row has to be looked at. */
export function dropGraphTables(connection: SqliteConnection, tables: GraphTables): void {
  const { node, nodeLabel, edge, label, edgeType, property, change } = tables;
  for (const table of [edge, nodeLabel, node, label, edgeType, property, change]) connection.run(`DROP TABLE main.${table}`);
}
