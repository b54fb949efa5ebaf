// Trefoil's own small tables (docs/storage.md): that each row of them means something, and that the change log has no gap.

import { parse } from '../../../../parser/parse.ts';
import { checkSchema } from '../../../json-schema/document-schema.ts';
import { type CheckedFile, eachRow, numberOf, ofEachGraph } from './checked-file.ts';
import type { Findings } from './findings.ts';

const nowhere = { start: 0, end: 0 };

export function checkOwnTables(file: CheckedFile, found: Findings): void {
  const { connection } = file;
  for (const table of ['trefoil_meta', 'trefoil_column', 'trefoil_collection', 'trefoil_path', 'trefoil_index', 'trefoil_graph'])
    found.checked += numberOf(file, `SELECT count(*) FROM ${table}`);
  ofEachGraph(file, found, ({ property }) => {
    found.checked += numberOf(file, `SELECT count(*) FROM ${property}`);
  });
  checkGraphs(file, found);
  checkCollections(file, found);
  found.rows(
    connection.all('SELECT path, collection FROM trefoil_path WHERE NOT json_valid(steps)'),
    (path, collection) => `trefoil_path: the steps of ${String(path)} of ${String(collection)} are no JSON`,
  );
  found.rows(
    connection.all('SELECT DISTINCT collection FROM trefoil_path WHERE collection NOT IN (SELECT name FROM trefoil_collection)'),
    (collection) => `trefoil_path: there is no collection ${String(collection)}`,
  );
  found.rows(
    connection.all("SELECT name FROM trefoil_index WHERE NOT json_valid(keys) OR json_type(keys) <> 'array'"),
    (name) => `trefoil_index: the keys of ${String(name)} are no JSON list`,
  );
  const own = "name GLOB 'trefoil_index_[0-9]*' AND type = 'table'";
  found.rows(
    connection.all(
      `SELECT name FROM main.sqlite_schema WHERE ${own} AND CAST(substr(name, 15) AS INTEGER) NOT IN (SELECT id FROM trefoil_index)`,
    ),
    (name) => `the table ${String(name)} belongs to no index`,
  );
}

/** Each graph has its tables, and no table is left of one that was dropped. */
function checkGraphs({ connection }: CheckedFile, found: Findings): void {
  found.rows(
    connection.all("SELECT name FROM trefoil_index WHERE kind = 'label' AND graph NOT IN (SELECT id FROM trefoil_graph)"),
    (name) => `trefoil_index: the graph of ${String(name)} is not there`,
  );
  const number = "CAST(replace(name, rtrim(name, '0123456789'), '') AS INTEGER)";
  const ofGraph = "type = 'table' AND name GLOB 'trefoil_*_[0-9]*' AND name NOT GLOB 'trefoil_index_*'";
  found.rows(
    connection.all(`SELECT name FROM main.sqlite_schema WHERE ${ofGraph} AND ${number} NOT IN (SELECT id FROM trefoil_graph)`),
    (name) => `the table ${String(name)} belongs to no graph`,
  );
}

function checkCollections({ connection }: CheckedFile, found: Findings): void {
  const columns = "SELECT group_concat(name || ' ' || type, ', ') FROM pragma_table_info(c.table_name)";
  for (const [name, table, schema, is] of connection.all(
    `SELECT c.name, c.table_name, c.schema, (${columns}) FROM trefoil_collection AS c`,
  )) {
    if (is === null) found.problem(`collection ${String(name)}: its table ${String(table)} is not there`);
    else if (!String(is).startsWith('id INTEGER, doc BLOB'))
      found.problem(`collection ${String(name)}: its table ${String(table)} has other columns than id and doc`);
    if (schema === null) continue;
    try {
      checkSchema(String(schema), nowhere);
    } catch (error) {
      found.problem(`collection ${String(name)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** A view may name what is not there any more, and says so when it is read; but its text must be one of the language. */
export function checkViews({ connection }: CheckedFile, found: Findings): void {
  for (const [name, text] of connection.all('SELECT name, query FROM trefoil_view')) {
    found.checked++;
    try {
      parse(String(text));
    } catch (error) {
      found.problem(`view ${String(name)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

const kinds = new Set(['addNode', 'removeNode', 'addLabel', 'removeLabel', 'addEdge', 'removeEdge', 'many']);

export function checkChangeLog(file: CheckedFile, found: Findings): void {
  ofEachGraph(file, found, ({ change }) => checkChanges(file, found, change));
}

function checkChanges(file: CheckedFile, found: Findings, table: string): void {
  let before: bigint | undefined;
  for (const [number, count, kind, items] of eachRow(file, `SELECT number, count, kind, items FROM ${table} ORDER BY number`)) {
    found.checked++;
    const place = `batch ${String(number)}`;
    const first = (number as bigint) - (count as bigint);
    if (before !== undefined && first !== before)
      found.problem(`${place}: it begins behind ${first}, and the one before ends with ${before}`);
    before = number as bigint;
    if (!kinds.has(String(kind))) found.problem(`${place}: there is no kind ${String(kind)}`);
    else if (kind !== 'many' && lengthOf(items) !== Number(count)) found.problem(`${place}: it should list ${String(count)} changes`);
  }
}

function lengthOf(items: unknown): number | undefined {
  try {
    const list: unknown = JSON.parse(String(items));
    return Array.isArray(list) ? list.length : undefined;
  } catch {
    return undefined;
  }
}
