// One UPDATE over many rows: the statement that was compiled gives the keys and the new values, and SQLite reads it to its end before
// it changes anything.
//
//   WITH s (k, v1) AS (SELECT t1.rowid, t1.a + 1 FROM main.big AS t1) UPDATE main.big AS u SET a = s.v1 FROM s WHERE u.rowid = s.k
//
// A document for which this is too simple becomes NULL, which the table refuses: then the documents are taken one by one.

import type { CollectionInfo, TableInfo } from '../../catalog.ts';
import type { SqlResult, SqlStatement } from '../../engine.ts';
import type { UpdateDocuments } from '../../plan/writes.ts';
import { pathText } from './dialect.ts';
import { quoteName, quoteText } from './quote.ts';

type Path = readonly (string | number)[];

/** For `columns` of a table, in the order of the values that `select` gives behind the key. */
export function bulkUpdateRows(table: TableInfo, columns: readonly string[], select: string): string {
  const set = columns.map((column, i) => `${quoteName(column)} = s.v${i + 1}`).join(', ');
  return `${source(select, columns.length)} UPDATE main.${quoteName(table.name)} AS u SET ${set} FROM s WHERE u.${table.rowid ?? 'rowid'} = s.k`;
}

/** For paths of names: `select` gives the id and the values, in order. */
export function bulkUpdateDocuments(
  collection: CollectionInfo,
  { set, unset }: Pick<UpdateDocuments, 'set' | 'unset'>,
  select: Pick<SqlStatement, 'text' | 'results'>,
): string {
  const steps = [
    ...set.map(
      ({ path }, i) =>
        (doc: string) =>
          setOne(doc, path, `s.v${i + 1}`, select.results[i + 1]),
    ),
    ...unset.map((path) => (doc: string) => removed(doc, path)),
  ];
  // Each step is written once, over the document that the step before gave.
  const doc = steps.reduce((from, step) => `(SELECT ${step('d')} FROM (SELECT ${from} AS d))`, 'u.doc');
  return `${source(select.text, set.length)} UPDATE main.${quoteName(collection.table)} AS u SET doc = ${doc} FROM s WHERE u.id = s.k`;
}

function setOne(doc: string, path: Path, value: string, result: SqlResult | undefined): string {
  const json = jsonOf(value, result);
  const cases = [
    ...(result?.missing ? [`WHEN ${value} IS NULL THEN ${removed(doc, path)}`] : []),
    // An object or a list may bring paths that are not known yet.
    ...(result?.form === 'json' ? [`WHEN json_type(${value}) IN ('object', 'array') THEN NULL`] : []),
    ...parentsOf(path).map((parent) => `WHEN NOT ${isObject(doc, parent)} THEN NULL`),
  ];
  const set = `jsonb_set(${doc}, ${placeOf(path)}, jsonb(${json}))`;
  return cases.length === 0 ? set : `CASE ${cases.join(' ')} ELSE ${set} END`;
}

function jsonOf(value: string, result: SqlResult | undefined): string {
  if (result?.form === 'json') return `coalesce(${value}, 'null')`;
  return result?.type === 'boolean' ? `CASE ${value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END` : `json_quote(${value})`;
}

function removed(doc: string, path: Path): string {
  const [parent] = parentsOf(path).slice(-1);
  const plain = `jsonb_remove(${doc}, ${placeOf(path)})`;
  return parent ? `CASE WHEN ${isObject(doc, parent)} THEN ${plain} END` : plain;
}

function parentsOf(path: Path): Path[] {
  return path.slice(1).map((_, i) => path.slice(0, i + 1));
}

const tags = ['$float', '$bytes', '$date', '$time', '$localtime', '$datetime', '$localdatetime', '$duration'];

/** An object, and not a value that only looks like one in the storage encoding. */
function isObject(doc: string, path: Path): string {
  const place = placeOf(path);
  const marks = tags.map((tag) => `json_type(${doc}, ${place.slice(0, -1)}."${tag}"')`).join(', ');
  return `(json_type(${doc}, ${place}) IS 'object' AND coalesce(${marks}) IS NULL)`;
}

function placeOf(path: Path): string {
  return quoteText(pathText(path) ?? '$');
}

function source(select: string, values: number): string {
  return `WITH s (${['k', ...Array.from({ length: values }, (_, i) => `v${i + 1}`)].join(', ')}) AS (${select})`;
}
