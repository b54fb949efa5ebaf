// COLLATE. In the plan all comparisons are exact: what a collation takes for equal is made equal first, by the function collation_key on
// both sides. SQLite gets its own COLLATE back where it can use an index (engines/relational/collation.ts).
//
//   a = b COLLATE NOCASE   →   collation_key(a, 'NOCASE') = collation_key(b, 'NOCASE')

import { didYouMean, QueryError } from '../../parser/error.ts';
import type { Name } from '../../parser/ast.ts';
import { type Expr, mapChildren } from './expression.ts';
import type { Collation } from './type.ts';

const names: Readonly<Record<string, Collation['name']>> = { nocase: 'nocase', rtrim: 'rtrim', binary: 'binary' };

/** The collation of that name; `bind/unknown-collation`. */
export function collationNamed(name: Name): Collation['name'] {
  const found = names[name.text.toLowerCase()];
  if (found) return found;
  const near = didYouMean(name.text, Object.keys(names), (word) => word.toUpperCase());
  throw new QueryError('bind/unknown-collation', `There is no collation "${name.text}".`, {
    span: name.span,
    hint: near ?? 'There are BINARY, NOCASE and RTRIM.',
  });
}

/** The collation of a value: the first COLLATE in it, else that of the column that it is. */
export function collationOf(expr: Expr): Collation | undefined {
  return explicitIn(expr) ?? expr.collation;
}

function explicitIn(expr: Expr): Collation | undefined {
  if (expr.collation?.explicit) return expr.collation;
  let found: Collation | undefined;
  // A collation inside a function's arguments is that of the argument.
  if (expr.kind === 'binary' && expr.operator === '||') mapChildren(expr, (child) => ((found ??= explicitIn(child)), child));
  return found;
}

/** How two values are compared: COLLATE on the left, COLLATE on the right, the left column, the right column. */
function commonCollation(left: Expr, right: Expr): Collation['name'] | undefined {
  const [a, b] = [collationOf(left), collationOf(right)];
  const chosen = a?.explicit ? a : b?.explicit ? b : (a ?? b);
  return chosen?.name;
}

/** The value that is equal where the collation says so. Values that are no text stay as they are. */
export function keyed(expr: Expr, collation: Collation['name'] | undefined): Expr {
  if (collation === undefined || collation === 'binary' || !mayBeText(expr)) return expr;
  const by: Expr = { kind: 'literal', value: collation.toUpperCase(), type: 'text' };
  return { kind: 'call', name: 'collation_key', arguments: [plain(expr), by], type: expr.type, span: expr.span };
}

/** Both sides of a comparison as their collation compares them. */
export function sameCollation(left: Expr, right: Expr): [Expr, Expr] {
  const collation = commonCollation(left, right);
  return [keyed(left, collation), keyed(right, collation)];
}

/** keyed, by the value's own collation. */
export function ownKey(expr: Expr): Expr {
  return keyed(expr, collationOf(expr)?.name);
}

/** Is it compared in another way than exactly? */
export function isCollated(expr: Expr): boolean {
  return ownKey(expr) !== expr;
}

function mayBeText(expr: Expr): boolean {
  return expr.type === 'text' || expr.type === 'any';
}

function plain(expr: Expr): Expr {
  if (!expr.collation) return expr;
  const { collation: _, ...bare } = expr;
  return bare as Expr;
}

/** What stands inside collation_key, else the value itself. */
export function withoutKey(expr: Expr): Expr {
  const inner = expr.kind === 'call' && expr.name === 'collation_key' ? expr.arguments[0] : undefined;
  return inner ?? expr;
}

/** The collation that a collation_key is by. */
export function collationOfKey(expr: Expr): Collation['name'] | undefined {
  const by = expr.kind === 'call' && expr.name === 'collation_key' ? expr.arguments[1] : undefined;
  return by?.kind === 'literal' && typeof by.value === 'string' ? names[by.value.toLowerCase()] : undefined;
}
