// The errors for tables, collections and views that schema statements name and that do not exist.

import type { Name } from '../../../parser/ast.ts';
import { didYouMean, QueryError } from '../../../parser/error.ts';
import type { Catalog } from '../../catalog.ts';

/** What a name of the catalogue may be of. */
export type Named = 'table' | 'collection' | 'view';

const codes = { table: 'bind/unknown-table', collection: 'bind/unknown-collection', view: 'bind/unknown-view' } as const;

const lists = { table: 'SHOW TABLES lists them.', collection: 'SHOW COLLECTIONS lists them.', view: 'SHOW VIEWS lists them.' } as const;

/** The error for a view of SQLite's own, which is read as a table and never changed. */
export function viewOfOtherTool(name: Name, cannotBe: string): QueryError {
  return new QueryError('storage/view', `"${name.text}" is a view that another tool made; it cannot be ${cannotBe}.`, { span: name.span });
}

/** The error for a name that is none of this kind. `instead` is the hint where it is of another kind. */
export function unknownName(catalog: Catalog, name: Name, wanted: Named, instead: (is: Named) => string): QueryError {
  if (catalog.table(name.text)?.view) return viewOfOtherTool(name, 'changed');
  const is = kindOf(catalog, name.text);
  if (is) return new QueryError(codes[wanted], `"${name.text}" is a ${is}, not a ${wanted}.`, { span: name.span, hint: instead(is) });
  const names = { table: catalog.tables, collection: catalog.collections, view: catalog.views }[wanted].map((each) => each.name);
  return new QueryError(codes[wanted], `There is no ${wanted} "${name.text}".`, {
    span: name.span,
    hint: didYouMean(name.text, names) ?? lists[wanted],
  });
}

/** For DROP. */
export function useDrop(is: Named): string {
  return `Use DROP ${is.toUpperCase()}.`;
}

/** For RENAME TO. */
export function useRename(is: Named): string {
  return `Use ALTER ${is.toUpperCase()} … RENAME TO.`;
}

function kindOf(catalog: Catalog, name: string): Named | undefined {
  if (catalog.table(name)) return 'table';
  if (catalog.collection(name)) return 'collection';
  return catalog.view(name) ? 'view' : undefined;
}
