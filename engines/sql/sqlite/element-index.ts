// Indexes over the elements of lists in documents: a table `trefoil_index_<id>` of (value, doc), kept right by triggers on the
// collection, so that it follows whatever program writes the file. Found by engines/document/element-lookup.ts.
//
//   (items[*].sku)   →   a row for each sku of each document; (x'00', doc) where `items` is something other than a list

import { renderExpression } from './render.ts';
import { sqliteDialect } from './dialect.ts';
import type { SqliteConnection } from './driver.ts';
import { quoteName } from './quote.ts';

export type ElementPath = readonly (string | number | null)[];

/** Where an index keeps its entries. */
export function elementTable(id: number): string {
  return `trefoil_index_${id}`;
}

/** Does the path step into the elements of a list? */
export function isElementPath(path: ElementPath): boolean {
  return path.includes(null);
}

/** False: a name on the path cannot be written as a path of SQLite. */
export function canIndexElements(path: ElementPath): boolean {
  return parts(path).every((steps) => sqliteDialect.pathLiteral(steps) !== undefined);
}

/** Makes the table, fills it from the documents there are, and sets the triggers that keep it. */
export function createElementIndex(connection: SqliteConnection, id: number, collectionTable: string, path: ElementPath): void {
  const table = elementTable(id);
  const on = quoteName(collectionTable);
  connection.run(`CREATE TABLE ${table} (value ANY NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (value, doc)) STRICT, WITHOUT ROWID`);
  connection.run(`INSERT INTO ${table} SELECT DISTINCT v, d FROM (${allEntries(collectionTable, path)}) ORDER BY 1, 2`);
  const added = `INSERT OR IGNORE INTO ${table} SELECT DISTINCT v, d FROM (${entries('NEW.doc', 'NEW.id', path)});`;
  const removed = `DELETE FROM ${table} WHERE doc = OLD.id AND value IN (SELECT v FROM (${entries('OLD.doc', 'OLD.id', path)}));`;
  const first = literal(parts(path)[0] ?? []);
  const changed = `OLD.id <> NEW.id OR (OLD.doc -> ${first}) IS NOT (NEW.doc -> ${first})`;
  connection.run(`CREATE TRIGGER main.${table}_insert AFTER INSERT ON ${on} BEGIN ${added} END`);
  connection.run(`CREATE TRIGGER main.${table}_delete AFTER DELETE ON ${on} BEGIN ${removed} END`);
  connection.run(`CREATE TRIGGER main.${table}_update AFTER UPDATE ON ${on} WHEN ${changed} BEGIN ${removed} ${added} END`);
}

/** A SELECT of the entries that the index should have: `v` and `d`, perhaps more than once. */
export function allEntries(collectionTable: string, path: ElementPath): string {
  return entries('t.doc', 't.id', path, `main.${quoteName(collectionTable)} AS t, `);
}

/** Takes the table and the triggers away; the collection may be gone already, and its triggers with it. */
export function dropElementIndex(connection: SqliteConnection, id: number): void {
  for (const event of ['insert', 'delete', 'update']) connection.run(`DROP TRIGGER IF EXISTS main.${elementTable(id)}_${event}`);
  connection.run(`DROP TABLE IF EXISTS main.${elementTable(id)}`);
}

/** The path between its wildcards: ['items', null, 'sku'] is [['items'], ['sku']]. */
function parts(path: ElementPath): (string | number)[][] {
  const out: (string | number)[][] = [[]];
  for (const step of path) {
    if (step === null) out.push([]);
    else out.at(-1)?.push(step);
  }
  return out;
}

function literal(steps: readonly (string | number)[]): string {
  const path = sqliteDialect.pathLiteral(steps);
  if (!path) throw new Error('a path of an index cannot be written');
  return renderExpression(path);
}

/** A SELECT of the entries of one document (or of all in `from`): `v` and `d`. The same elements that UNNEST gives, without nulls. */
function entries(doc: string, id: string, path: ElementPath, from = ''): string {
  const [first = [], ...rest] = parts(path);
  let type = `json_type(${doc}, ${literal(first)})`;
  let json = `(${doc} -> ${literal(first)})`;
  const noList = `SELECT x'00' AS v, ${id} AS d${from === '' ? '' : ` FROM ${from.replace(/, $/, '')}`} WHERE ${type} NOT IN ('array', 'null')`;
  let value = '';
  const sources = rest.map((steps, i) => {
    const item = `e${i}`;
    const source = `json_each(CASE ${type} WHEN 'array' THEN ${json} WHEN 'null' THEN NULL ELSE '[' || ${json} || ']' END) AS ${item}`;
    if (steps.length === 0) {
      type = `${item}.type`;
      json = `CASE WHEN ${item}.type IN ('array', 'object') THEN ${item}.value ELSE json_quote(${item}.value) END`;
      value = `${item}.value`;
    } else {
      const inside = (sql: string): string =>
        `CASE ${item}.type WHEN '${typeof steps[0] === 'number' ? 'array' : 'object'}' THEN ${sql} END`;
      type = inside(`json_type(${item}.value, ${literal(steps)})`);
      json = inside(`(${item}.value -> ${literal(steps)})`);
      value = inside(`(${item}.value ->> ${literal(steps)})`);
    }
    return source;
  });
  return `SELECT ${value} AS v, ${id} AS d FROM ${from}${sources.join(', ')} WHERE ${value} IS NOT NULL UNION ALL ${noList}`;
}
