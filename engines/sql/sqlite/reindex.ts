// REINDEX: indexes built anew from the rows. SQLite does it for its own; those on labels and on the elements of lists are tables of ours.

import type { Name, Reindex } from '../../../parser/ast.ts';
import { didYouMean, QueryError } from '../../../parser/error.ts';
import { type Catalog, defaultGraph, type IndexInfo } from '../../catalog.ts';
import type { CatalogReader } from './catalog.ts';
import type { DdlOutcome } from './ddl.ts';
import type { SqliteConnection } from './driver.ts';
import { createElementIndex, dropElementIndex, isElementPath } from './element-index.ts';
import { createLabelIndexTable, fillLabelIndex, labelIndexTable, type Reached } from './label-index.ts';
import { quoteName } from './quote.ts';

export async function reindex(
  connection: SqliteConnection,
  catalog: CatalogReader,
  { name }: Reindex,
  reached?: Reached,
): Promise<DdlOutcome> {
  const current = catalog.current();
  const { sqlite, own } = name ? named(current, name) : { sqlite: '', own: current.everyIndex.filter(isOwn) };
  if (sqlite !== undefined) connection.run(`REINDEX${sqlite}`);
  for (const index of own) rebuild(connection, catalog, index, reached);
  return { kind: 'done' };
}

function isOwn({ on, elements }: IndexInfo): boolean {
  return on.kind === 'label' || elements !== undefined;
}

/** What SQLite builds, and which of ours are built. */
function named(catalog: Catalog, { text, span }: Name): { readonly sqlite?: string; readonly own: readonly IndexInfo[] } {
  const same = (item: { readonly name: string }): boolean => item.name.toLowerCase() === text.toLowerCase();
  const index = catalog.everyIndex.find(same);
  if (index) return isOwn(index) ? { own: [index] } : { sqlite: ` main.${quoteName(index.name)}`, own: [] };
  const collection = catalog.collections.find(same);
  const table = catalog.tables.find((t) => same(t) && !t.view)?.name ?? collection?.table;
  if (table !== undefined) {
    const own = catalog.everyIndex.filter((each) => each.elements && each.on.name === collection?.name);
    return { sqlite: ` main.${quoteName(table)}`, own };
  }
  const near = didYouMean(
    text,
    [...catalog.everyIndex, ...catalog.tables, ...catalog.collections].map((item) => item.name),
  );
  throw new QueryError('bind/unknown-index', `There is no index, table or collection "${text}".`, {
    span,
    hint: near ?? 'SHOW INDEXES lists the indexes.',
  });
}

function rebuild(connection: SqliteConnection, catalog: CatalogReader, { name, on, keys }: IndexInfo, reached?: Reached): void {
  if (on.kind === 'label') {
    const index = catalog.labelIndexes(on.graph ?? defaultGraph).find((each) => each.name === name);
    const label = catalog.namesOf(on.graph ?? defaultGraph).labels.id(on.name);
    if (!index) return;
    connection.run(`DROP TABLE IF EXISTS main.${labelIndexTable(index.id)}`);
    createLabelIndexTable(connection, index.id, index.unique);
    if (label !== undefined) fillLabelIndex(connection, index, label, reached);
    return;
  }
  const id = connection.get('SELECT id FROM trefoil_index WHERE name = ?', [name], 'number')?.[0];
  const table = catalog.current().collection(on.name)?.table;
  const path = keys.find(isElementPath);
  if (typeof id !== 'number' || table === undefined || !path) return;
  dropElementIndex(connection, id);
  createElementIndex(connection, id, table, path);
}
