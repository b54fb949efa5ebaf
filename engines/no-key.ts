// Tables and views of other programs whose rows have no key, so that none of them can be named for a change.

import { QueryError, type Span } from '../parser/error.ts';
import type { TableInfo } from './catalog.ts';

/** `storage/view` or `storage/no-rowid` for an UPDATE or DELETE of such rows. */
export function noKeyError({ name, view }: TableInfo, span?: Span): QueryError {
  if (view) return new QueryError('storage/view', `"${name}" is a view; its rows cannot be changed.`, { span });
  return new QueryError('storage/no-rowid', `The rows of table "${name}" cannot be changed, because it was made WITHOUT ROWID.`, {
    span,
    hint: 'Trefoil reads such tables, which only other tools make, and inserts into them.',
  });
}
