// ANALYZE: SQLite's own, for all, for a table or collection, or for an index.

import type { Maintain } from '../../../parser/ast.ts';
import { didYouMean, QueryError } from '../../../parser/error.ts';
import type { CatalogReader } from './catalog.ts';
import type { DdlOutcome } from './ddl.ts';
import type { SqliteConnection } from './driver.ts';
import { quoteName } from './quote.ts';
import { catalogChanged } from './schema.ts';

export async function maintain(connection: SqliteConnection, catalog: CatalogReader, { kind, name }: Maintain): Promise<DdlOutcome> {
  const current = catalog.current();
  const target = name && targetOf(current, name);
  connection.run(kind.toUpperCase() + (target === undefined ? '' : ` main.${quoteName(target)}`));
  // Estimates come from what ANALYZE finds.
  catalogChanged(connection);
  return { kind: 'done' };
}

function targetOf(catalog: ReturnType<CatalogReader['current']>, name: NonNullable<Maintain['name']>): string {
  const wanted = name.text.toLowerCase();
  const index = catalog.everyIndex.find((each) => each.name.toLowerCase() === wanted && each.on.kind !== 'label');
  const found = catalog.table(name.text)?.name ?? catalog.collection(name.text)?.table ?? index?.name;
  if (found !== undefined) return found;
  const near = didYouMean(
    name.text,
    [...catalog.tables, ...catalog.collections, ...catalog.everyIndex].map((each) => each.name),
  );
  throw new QueryError('bind/unknown-table', `There is no table, collection or index "${name.text}".`, {
    span: name.span,
    hint: near ?? 'SHOW TABLES, SHOW COLLECTIONS and SHOW INDEXES list them.',
  });
}
