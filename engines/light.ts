// Is a statement a handful of index look-ups? Then it may run on the sockets' thread, where a hop to another thread would cost
// twenty times the read. Answers from the syntax and the catalogue alone, and says no when in doubt.

import type * as Ast from '../parser/ast.ts';
import type { Catalog, TableInfo } from './catalog.ts';

/** Tables up to this many rows may be scanned whole. */
const scannedRowsMax = 100;

/** True only if the statement reads a few rows at most. */
export function isLight(statement: Ast.Statement, catalog: Catalog): boolean {
  switch (statement.kind) {
    case 'query':
      return isLightQuery(statement.query, catalog);
    case 'show':
      // Nodes are counted one by one.
      return statement.what !== 'graphs';
    case 'sessionGraph':
    case 'describe':
    case 'kill':
      return true;
    default:
      return false;
  }
}

function isLightQuery(query: Ast.Query, catalog: Catalog): boolean {
  if (query.kind === 'values') return query.rows.length <= scannedRowsMax;
  if (query.kind !== 'select' || !isPlainSelect(query)) return false;
  if (!query.from) return true;
  if (query.from.kind !== 'named') return false;
  const table = catalog.table(query.from.name.text);
  if (table) return table.rows <= scannedRowsMax || (query.where !== undefined && fixesKey(query.where, table, query.from));
  return false;
}

/** No subqueries, no calls that may run long. */
function isPlainSelect(query: Ast.SelectQuery): boolean {
  let plain = true;
  JSON.stringify([query.items, query.where, query.groupBy, query.having, query.orderBy], (_key, value: unknown) => {
    if (typeof value === 'bigint') return null;
    if (typeof value === 'object' && value !== null && 'kind' in value) {
      const kind = value.kind;
      if (
        kind === 'inQuery' ||
        kind === 'exists' ||
        kind === 'subquery' ||
        kind === 'patternTest' ||
        kind === 'comprehension' ||
        kind === 'wildcard' ||
        kind === 'patternComprehension' ||
        kind === 'reduce' ||
        kind === 'quantified'
      )
        plain = false;
      if (kind === 'call' && 'name' in value && /^(range|repeat|lpad|rpad|replace)$/i.test((value.name as Ast.Name).text)) plain = false;
    }
    return value;
  });
  return plain;
}

/** Conjuncts that set every column of the primary key or of a unique constraint to a constant. */
function fixesKey(where: Ast.Expression, table: TableInfo, from: Ast.FromNamed): boolean {
  const fixed = new Set<string>();
  const alias = (from.alias ?? from.name).text.toLowerCase();
  const visit = (e: Ast.Expression): void => {
    if (e.kind !== 'binary') return;
    if (e.operator === 'AND') {
      visit(e.left);
      visit(e.right);
    } else if (e.operator === '=') {
      for (const [column, value] of [
        [e.left, e.right],
        [e.right, e.left],
      ] as const) {
        const name = columnName(column, alias);
        if (name !== undefined && (value.kind === 'literal' || value.kind === 'parameter')) fixed.add(name);
      }
    }
  };
  visit(where);
  const keys = [table.primaryKey, ...table.unique].filter((k) => k.length > 0);
  return keys.some((k) => k.every((c) => fixed.has(c.toLowerCase())));
}

function columnName(e: Ast.Expression, alias: string): string | undefined {
  if (e.kind === 'identifier') return e.name.toLowerCase();
  if (e.kind === 'field' && e.value.kind === 'identifier' && e.value.name.toLowerCase() === alias) return e.name.text.toLowerCase();
  return undefined;
}
