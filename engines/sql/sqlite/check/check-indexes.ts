// Indexes that are Trefoil's own. What an index should hold is worked out anew from the data and compared with what it holds.

import { parseJson } from '../../../json.ts';
import type { LabelIndex } from '../catalog.ts';
import { valueAt } from '../constraint-errors.ts';
import type { SqliteValue } from '../driver.ts';
import { allEntries, type ElementPath, elementTable, isElementPath } from '../element-index.ts';
import { graphTables } from '../graph-tables.ts';
import { indexKey, labelIndexTable } from '../label-index.ts';
import { type CheckedFile, eachRow, numberOf } from './checked-file.ts';
import { strictJsonb } from './check-documents.ts';
import type { Findings } from './findings.ts';

interface StoredIndex {
  readonly id: number;
  readonly name: string;
  readonly collection: string;
  readonly table: string | undefined;
  readonly keys: readonly ElementPath[];
}

function storedOnCollections({ connection }: CheckedFile): StoredIndex[] {
  return connection
    .all(
      `SELECT i.id, i.name, i.target, c.table_name, i.keys FROM trefoil_index AS i
       LEFT JOIN trefoil_collection AS c ON c.name = i.target WHERE i.kind = 'collection'`,
      [],
      'number',
    )
    .map(([id, name, collection, table, keys]) => ({
      id: id as number,
      name: name as string,
      collection: collection as string,
      table: table === null ? undefined : String(table),
      keys: JSON.parse(keys as string) as ElementPath[],
    }));
}

/** Over paths: SQLite keeps their entries, so only whether they are there. */
export function checkDocumentIndexes(file: CheckedFile, found: Findings): void {
  for (const index of storedOnCollections(file)) {
    found.checked++;
    if (index.table === undefined) found.problem(`index ${index.name}: there is no collection ${index.collection}`);
    else if (!index.keys.some(isElementPath) && !exists(file, 'index', index.name))
      found.problem(`index ${index.name}: SQLite has no index of that name`);
  }
}

function exists(file: CheckedFile, type: string, name: string): boolean {
  return numberOf(file, 'SELECT count(*) FROM main.sqlite_schema WHERE type = ? AND name = ? COLLATE NOCASE', [type, name]) > 0;
}

export function checkElementIndexes(file: CheckedFile, found: Findings): void {
  for (const { id, name, collection, table, keys } of storedOnCollections(file)) {
    const path = keys.find(isElementPath);
    if (!path || table === undefined) continue;
    const entries = elementTable(id);
    if (!exists(file, 'table', entries)) {
      found.problem(`index ${name}: its table ${entries} is not there`);
      continue;
    }
    for (const event of ['insert', 'delete', 'update'])
      if (!exists(file, 'trigger', `${entries}_${event}`)) found.problem(`index ${name}: its trigger ${entries}_${event} is not there`);
    found.checked += numberOf(file, `SELECT count(*) FROM ${entries}`);
    const wanted = `SELECT v, d FROM (${allEntries(table, path)})`;
    const there = `SELECT value, doc FROM ${entries}`;
    found.rows(
      file.connection.all(`${wanted} EXCEPT ${there}`),
      (value, doc) => `index ${name}: ${shown(value)} of document ${String(doc)} of ${collection} is missing`,
    );
    found.rows(
      file.connection.all(`${there} EXCEPT ${wanted}`),
      (value, doc) => `index ${name}: ${shown(value)} stands for document ${String(doc)} of ${collection}, which has no such element`,
    );
  }
}

export function checkLabelIndexes(file: CheckedFile, found: Findings): void {
  for (const { id } of file.reader.current().graphs) for (const index of file.reader.labelIndexes(id)) checkLabelTable(file, found, index);
}

function checkLabelTable(file: CheckedFile, found: Findings, index: LabelIndex): void {
  if (!exists(file, 'table', labelIndexTable(index.id))) {
    found.problem(`index ${index.name}: its table ${labelIndexTable(index.id)} is not there`);
    return;
  }
  checkLabelIndex(file, found, index);
}

function checkLabelIndex(file: CheckedFile, found: Findings, index: LabelIndex): void {
  const table = labelIndexTable(index.id);
  const { label, node, nodeLabel } = graphTables(index.graph);
  found.checked += numberOf(file, `SELECT count(*) FROM ${table}`);
  const nodes = eachRow(
    file,
    `SELECT n.id, CASE WHEN json_valid(n.properties, ${strictJsonb}) THEN json(n.properties) ELSE '{}' END FROM ${label} AS l
     JOIN ${nodeLabel} AS x ON x.label = l.id JOIN ${node} AS n ON n.id = x.node WHERE l.name = ?`,
    [index.label],
  );
  for (const [id, properties] of nodes) {
    const key = keyOf(properties, index);
    if (key === undefined) continue;
    if (numberOf(file, `SELECT count(*) FROM ${table} WHERE value = ? AND node = ?`, [key, id ?? null]) === 0)
      found.problem(`index ${index.name}: ${shown(key)} of node ${String(id)} is missing`);
  }
  const entries = eachRow(
    file,
    `SELECT e.value, e.node, CASE WHEN json_valid(n.properties, ${strictJsonb}) THEN json(n.properties) END, x.node FROM ${table} AS e
     LEFT JOIN ${node} AS n ON n.id = e.node
     LEFT JOIN ${nodeLabel} AS x ON x.node = e.node AND x.label = (SELECT id FROM ${label} WHERE name = ?)`,
    [index.label],
  );
  for (const [value, id, properties, labelled] of entries) {
    const wanted = properties === null || labelled === null ? undefined : keyOf(properties, index);
    if (wanted === undefined || !sameKey(wanted, value ?? null))
      found.problem(`index ${index.name}: ${shown(value)} stands for node ${String(id)}, which has no such value`);
  }
}

function keyOf(properties: SqliteValue | undefined, index: LabelIndex): ReturnType<typeof indexKey> {
  return indexKey(valueAt(parseJson(String(properties)), index.path));
}

function sameKey(a: SqliteValue, b: SqliteValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a === b || (typeof a !== typeof b && typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b));
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return value.length === 1 && value[0] === 0 ? 'what is no list' : Buffer.from(value).toString().slice(1);
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
