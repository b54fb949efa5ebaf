// The errors for tables and collections that schema statements name and that do not exist.

import type { Name } from '../../../parser/ast.ts';
import { nearestName, QueryError } from '../../../parser/error.ts';
import type { Catalog } from '../../catalog.ts';

export function unknownTable(catalog: Catalog, name: Name): QueryError {
  const collection = catalog.collection(name.text);
  if (collection) {
    return new QueryError('bind/unknown-table', `"${collection.name}" is a collection, not a table.`, {
      span: name.span,
      hint: 'Use DROP COLLECTION.',
    });
  }
  const near = nearestName(
    name.text,
    catalog.tables.map((table) => table.name),
  );
  return new QueryError('bind/unknown-table', `There is no table "${name.text}".`, {
    span: name.span,
    hint: near && `Did you mean "${near}"?`,
  });
}

export function unknownCollection(catalog: Catalog, name: Name): QueryError {
  const table = catalog.table(name.text);
  if (table)
    return new QueryError('bind/unknown-collection', `"${table.name}" is a table, not a collection.`, {
      span: name.span,
      hint: 'Use DROP TABLE.',
    });
  const near = nearestName(
    name.text,
    catalog.collections.map((collection) => collection.name),
  );
  return new QueryError('bind/unknown-collection', `There is no collection "${name.text}".`, {
    span: name.span,
    hint: near && `Did you mean "${near}"?`,
  });
}
