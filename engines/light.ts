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
  if (query.kind === 'values') return query.rows.length <= scannedRowsMax && isQuick(query.rows);
  if (query.kind !== 'select' || query.lets || query.letting || query.windows || query.groupAs || query.use) return false;
  const { from, ...rest } = query;
  if (!isQuick(rest)) return false;
  if (!from) return true;
  if (from.kind !== 'named') return false;
  const table = catalog.table(from.name.text);
  if (!table) return false;
  return table.rows <= scannedRowsMax || (query.where !== undefined && fixesKey(query.where, table, from));
}

/** Kinds of nodes that cost about as much as their operands are long. What is not here (a query, a pattern, LIKE, a comprehension) may run for ever. */
const quickKinds: ReadonlySet<string> = new Set<Ast.Expression['kind'] | Ast.SelectItem['kind'] | 'select'>([
  'select',
  'expression',
  'star',
  'literal',
  'parameter',
  'identifier',
  'field',
  'index',
  'unary',
  'binary',
  'is',
  'between',
  'in',
  'distinctFrom',
  'case',
  'cast',
  'call',
  'countStar',
  'list',
  'row',
  'object',
]);

/** Functions whose time and result are no larger than their arguments. */
const quickCalls: ReadonlySet<string> = new Set(
  `count sum avg min max abs sign round floor ceil coalesce ifnull nullif lower upper trim ltrim rtrim left right substr substring
  length size char_length typeof tostring tointeger tofloat toboolean date time datetime now current_date current_time concat`.split(/\s+/),
);

/** Nothing in it can run long or make much of little, however its values are. */
function isQuick(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null || tree instanceof Uint8Array) return true;
  const node = tree as { readonly kind?: string; readonly operator?: string; readonly tail?: object; readonly name?: Ast.Name };
  if (node.kind !== undefined) {
    if (!quickKinds.has(node.kind) || node.operator === '=~' || node.tail !== undefined) return false;
    if (node.kind === 'call' && !quickCalls.has(node.name?.text.toLowerCase() ?? '')) return false;
  }
  return Object.values(tree).every(isQuick);
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
