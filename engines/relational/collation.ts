// Text compared by a collation: SQLite's own COLLATE, so that an index with that collation serves.

import type { CallExpr, Expr } from '../plan/expression.ts';
import { type Fragment, sql, text } from '../sql/fragment.ts';
import { type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { type Comparison, compileComparison } from './compare.ts';
import { native, settled } from './convert.ts';
import { compileValue } from './expression.ts';
import type { Compilation, Scope } from './scope.ts';

interface Keyed {
  readonly value: Expr;
  readonly collation: 'NOCASE' | 'RTRIM';
}

/** What stands in collation_key, and by which collation. */
function keyOf(expr: Expr): Keyed | undefined {
  if (expr.kind !== 'call' || expr.name !== 'collation_key') return undefined;
  const [value, by] = expr.arguments;
  const name = by?.kind === 'literal' ? String(by.value).toUpperCase() : '';
  return value && (name === 'NOCASE' || name === 'RTRIM') ? { value, collation: name } : undefined;
}

function textValue(cx: Compilation, expr: Expr, scope: Scope): NativeValue {
  const value = compileValue(cx, expr, scope);
  return value.form === 'native' && (value.type === 'text' || value.type === 'null') ? value : refuse('collation of what may be no text');
}

/** The key itself, where it is wanted as a value. */
export function compileCollationKey(cx: Compilation, expr: CallExpr, scope: Scope): SqlValue {
  const key = keyOf(expr) ?? refuse('computed collation');
  const value = textValue(cx, key.value, scope);
  const inner = settled(cx.dialect, value);
  // SQLite's lower knows A to Z only, as NOCASE does.
  return native('text', key.collation === 'NOCASE' ? sql`lower(${inner})` : sql`rtrim(${inner}, ' ')`, value.nullable);
}

/** Two texts compared by one collation; undefined if it is another comparison. */
export function compileCollated(cx: Compilation, operator: Comparison, left: Expr, right: Expr, scope: Scope): Fragment | undefined {
  const [a, b] = [keyOf(left), keyOf(right)];
  const collation = a?.collation ?? b?.collation;
  if (collation === undefined || (a && b && a.collation !== b.collation)) return undefined;
  if (!a || !b) return undefined;
  const value = textValue(cx, a.value, scope);
  const withCollation: NativeValue = { ...value, sql: sql`${value.sql} COLLATE ${text(collation)}` };
  return compileComparison(cx.dialect, operator, withCollation, textValue(cx, b.value, scope), false);
}

/** A sort key by a collation; undefined if it is none. */
export function compileCollatedKey(cx: Compilation, expr: Expr, scope: Scope): NativeValue | undefined {
  const key = keyOf(expr);
  if (!key) return undefined;
  const value = textValue(cx, key.value, scope);
  return native('text', sql`${settled(cx.dialect, value)} COLLATE ${text(key.collation)}`, value.nullable);
}
