// The stored graph: nodes, their labels both ways round, edges with both ends, and the counts.

import { elementIdMax } from '../graph-storage.ts';
import { type GraphTables, graphTables } from '../graph-tables.ts';
import { readGraphList } from '../read-graphs.ts';
import { type CheckedFile, numberOf, ofEachGraph } from './checked-file.ts';
import { strictJsonb } from './check-documents.ts';
import type { Findings } from './findings.ts';

const noObject = (column: string): string =>
  `CASE WHEN NOT json_valid(${column}, ${strictJsonb}) THEN 1 ELSE json_type(${column}) <> 'object' END`;

export function checkNodes(file: CheckedFile, found: Findings): void {
  ofEachGraph(file, found, (tables) => checkNodesOf(file, tables, found));
}

function checkNodesOf(file: CheckedFile, tables: GraphTables, found: Findings): void {
  const { connection } = file;
  found.checked += numberOf(file, `SELECT count(*) FROM ${tables.node}`);
  found.rows(
    connection.all(`SELECT id FROM ${tables.node} WHERE ${noObject('properties')}`),
    (id) => `node ${String(id)}: its properties are no JSONB object that can be read`,
  );
  const list = "CASE WHEN json_valid(labels) THEN json_type(labels) = 'array' ELSE 0 END";
  found.rows(connection.all(`SELECT id FROM ${tables.node} WHERE NOT ${list}`), (id) => `node ${String(id)}: its labels are no JSON list`);
  found.rows(
    connection.all(
      `SELECT n.id, l.value FROM ${tables.node} AS n, json_each(CASE WHEN ${list} THEN n.labels ELSE '[]' END) AS l
       WHERE l.value NOT IN (SELECT id FROM ${tables.label})`,
    ),
    (id, label) => `node ${String(id)}: there is no label with the id ${String(label)}`,
  );
  checkIds(file, found, tables, 'node');
}

/** Ids that were given are never given again: SQLite's counter must not be behind. */
function checkIds(file: CheckedFile, found: Findings, tables: GraphTables, noun: 'node' | 'edge'): void {
  const table = tables[noun];
  const highest = numberOf(file, `SELECT max(id) FROM ${table}`);
  const lowest = numberOf(file, `SELECT min(id) FROM ${table}`);
  if (highest > elementIdMax || lowest < 0) found.problem(`${noun} ${highest > elementIdMax ? highest : lowest}: its id is not below 2^31`);
  const counter = numberOf(file, 'SELECT seq FROM sqlite_sequence WHERE name = ?', [`trefoil_${noun}`]);
  for (const other of readGraphList(file.connection)) {
    if (other.id >= tables.graph) continue;
    const same = `SELECT e.id FROM ${table} AS e CROSS JOIN ${graphTables(other.id)[noun]} AS o ON o.id = e.id`;
    found.rows(file.connection.all(same), (id) => `${noun} ${String(id)}: the graph ${other.name} has one with the same id`);
  }
  if (counter < highest) found.problem(`the counter of ${noun} ids is ${counter}, and there is a ${noun} ${highest}`);
}

export function checkLabels(file: CheckedFile, found: Findings): void {
  ofEachGraph(file, found, (tables) => checkLabelsOf(file, tables, found));
}

function checkLabelsOf(file: CheckedFile, tables: GraphTables, found: Findings): void {
  const { connection } = file;
  found.checked += numberOf(file, `SELECT count(*) FROM ${tables.label}`);
  const list = "CASE WHEN NOT json_valid(n.labels) THEN '[]' WHEN json_type(n.labels) = 'array' THEN n.labels ELSE '[]' END";
  found.rows(
    connection.all(
      `SELECT n.id, l.value FROM ${tables.node} AS n, json_each(${list}) AS l
       WHERE NOT EXISTS (SELECT 1 FROM ${tables.nodeLabel} AS x WHERE x.label = l.value AND x.node = n.id)`,
    ),
    (node, label) => `node ${String(node)} has the label ${labelName(file, tables, label)}, and is not in ${tables.nodeLabel}`,
  );
  found.rows(
    connection.all(
      `SELECT x.node, x.label FROM ${tables.nodeLabel} AS x LEFT JOIN ${tables.node} AS n ON n.id = x.node
       WHERE n.id IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(${list}) AS l WHERE l.value = x.label)`,
    ),
    (node, label) =>
      `${tables.nodeLabel} lists node ${String(node)} under ${labelName(file, tables, label)}, and there is no such node with that label`,
  );
  checkCounts(file, found, 'label', `SELECT count(*) FROM ${tables.nodeLabel} AS x WHERE x.label = l.id`, tables.label);
}

function checkCounts(file: CheckedFile, found: Findings, noun: string, count: string, table: string): void {
  found.rows(
    file.connection.all(
      `SELECT name, count, counted FROM (SELECT l.name, l.count, (${count}) AS counted FROM ${table} AS l) WHERE count <> counted`,
    ),
    (name, count, counted) => `the ${noun} ${String(name)} is noted ${String(count)} times and occurs ${String(counted)} times`,
  );
}

function labelName({ connection }: CheckedFile, tables: GraphTables, id: unknown): string {
  const row = connection.get(`SELECT name FROM ${tables.label} WHERE id = ?`, [id as bigint]);
  return row ? String(row[0]) : `with the id ${String(id)}`;
}

export function checkEdges(file: CheckedFile, found: Findings): void {
  ofEachGraph(file, found, (tables) => checkEdgesOf(file, tables, found));
}

function checkEdgesOf(file: CheckedFile, tables: GraphTables, found: Findings): void {
  const { connection } = file;
  found.checked += numberOf(file, `SELECT count(*) FROM ${tables.edge}`);
  for (const [end, word] of [
    ['from_node', 'start'],
    ['to_node', 'end'],
  ]) {
    found.rows(
      connection.all(`SELECT e.id, e.${end} FROM ${tables.edge} AS e LEFT JOIN ${tables.node} AS n ON n.id = e.${end} WHERE n.id IS NULL`),
      (id, node) => `edge ${String(id)}: its ${word} is node ${String(node)}, which is not there`,
    );
  }
  found.rows(
    connection.all(`SELECT id, type FROM ${tables.edge} WHERE type NOT IN (SELECT id FROM ${tables.edgeType})`),
    (id, type) => `edge ${String(id)}: there is no edge type with the id ${String(type)}`,
  );
  found.rows(
    connection.all(`SELECT id FROM ${tables.edge} WHERE ${noObject('properties')}`),
    (id) => `edge ${String(id)}: its properties are no JSONB object that can be read`,
  );
  checkIds(file, found, tables, 'edge');
  checkCounts(file, found, 'edge type', `SELECT count(*) FROM ${tables.edge} AS e WHERE e.type = l.id`, tables.edgeType);
}
