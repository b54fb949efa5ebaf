// Which syntax writes: asked before anything is bound, by sessions that only read and by queries inside others.

import type * as Ast from '../../parser/ast.ts';

/** Does a query change data? */
export function queryWrites(query: Ast.Query): boolean {
  switch (query.kind) {
    case 'select':
    case 'values':
      return false;
    case 'pipeline':
      return query.clauses.some(clauseWrites);
    case 'set':
      return queryWrites(query.left) || queryWrites(query.right);
    case 'withQuery':
      return queryWrites(query.body);
  }
}

/** Does a clause change data? */
export function clauseWrites(clause: Ast.Clause): boolean {
  switch (clause.kind) {
    case 'create':
    case 'merge':
    case 'foreach':
    case 'set':
    case 'remove':
    case 'deleteElements':
      return true;
    case 'callQuery':
      return queryWrites(clause.query);
    case 'match':
    case 'from':
    case 'where':
    case 'unwind':
    case 'with':
    case 'return':
    case 'call':
      return false;
  }
}

/** Has the query no result of its own: clauses that end without RETURN? A sole CALL of a procedure gives what the procedure yields. */
export function isUnit(query: Ast.Query): boolean {
  if (query.kind !== 'pipeline') return false;
  const last = query.clauses.at(-1);
  return last?.kind !== 'return' && !(last?.kind === 'call' && query.clauses.length === 1);
}
