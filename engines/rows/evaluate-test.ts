// LIKE, IN and the membership test of pushed keys, as closures. A literal pattern is compiled once; a literal list is looked up
// in a set by group keys, which are equal exactly for values that `=` calls equal (NaN apart, which equals nothing).

import { QueryError } from '../../parser/error.ts';
import { equals, type GroupKey, groupKey, typeName } from '../compare.ts';
import type { Evaluator, Layout, RunContext } from '../engine.ts';
import type { InExpr, InKeysExpr, LikeExpr } from '../plan/expression.ts';
import type { Value } from '../value.ts';
import { lookAfterLongWalks } from '../value-size.ts';
import type { CompileExpression as Compile } from '../engine.ts';
import { compileLike as compilePattern, type Matcher } from '../text-match.ts';

/** Null unless all operands are text. */
export function compileLike(expr: LikeExpr, layout: Layout, compile: Compile): Evaluator {
  const operand = compile(expr.operand, layout);
  const pattern = compile(expr.pattern, layout);
  const escape = expr.escape && compile(expr.escape, layout);
  let lastPattern: string | undefined;
  let lastEscape: string | undefined;
  let matches: Matcher | undefined;
  return (row, context) => {
    const text = operand(row, context);
    const wanted = pattern(row, context);
    const character = escape?.(row, context);
    if (typeof text !== 'string' || typeof wanted !== 'string') return null;
    if (escape !== undefined && typeof character !== 'string') return null;
    if (matches === undefined || wanted !== lastPattern || character !== lastEscape) {
      lastPattern = wanted;
      lastEscape = character as string | undefined;
      matches = compilePattern(wanted, lastEscape, expr.escape?.span ?? expr.span);
    }
    return matches(text);
  };
}

/** Whether `value` is in the list, with null logic. */
export function isIn(value: Value, list: readonly Value[], context: RunContext): boolean | null {
  let open = false;
  for (const item of list) {
    lookAfterLongWalks(context);
    const same = equals(value, item);
    if (same === true) return true;
    if (same === null) open = true;
  }
  return open ? null : false;
}

/** `operand IN list` */
export function compileIn(expr: InExpr, layout: Layout, compile: Compile): Evaluator {
  const operand = compile(expr.operand, layout);
  if (expr.list.kind === 'literal' && Array.isArray(expr.list.value)) return inLiteral(operand, expr.list.value);
  const list = compile(expr.list, layout);
  return (row, context) => {
    const items = list(row, context);
    if (items === null || items === undefined) return null;
    if (!Array.isArray(items))
      throw new QueryError('type/operand', `IN needs a list on its right, not ${typeName(items)}.`, { span: expr.list.span ?? expr.span });
    return isIn(operand(row, context), items, context);
  };
}

function isScalar(value: Value): boolean {
  return !Array.isArray(value) && !(value instanceof Map);
}

function inLiteral(operand: Evaluator, items: readonly Value[]): Evaluator {
  if (items.length === 0) return () => false;
  const present = items.filter((item) => item !== null && item !== undefined);
  if (!present.every(isScalar)) return (row, context) => isIn(operand(row, context), items, context);
  const keys = new Set(present.filter((item) => !Number.isNaN(item)).map(groupKey));
  const otherwise = present.length < items.length ? null : false;
  return (row, context) => {
    const value = operand(row, context);
    if (value === null || value === undefined) return null;
    return keys.has(groupKey(value)) ? true : otherwise;
  };
}

const keySets = new WeakMap<readonly Value[], Set<GroupKey>>();

/** Only ever narrows a join's side, so a null, which joins nothing, is false. */
export function compileInKeys(expr: InKeysExpr, layout: Layout, compile: Compile): Evaluator {
  const operand = compile(expr.operand, layout);
  const { slot } = expr;
  return (row, context) => {
    const values = context.keys.get(slot);
    if (values === undefined) return true;
    let keys = keySets.get(values);
    if (keys === undefined) {
      keys = new Set(values.map(groupKey));
      keySets.set(values, keys);
    }
    const value = operand(row, context);
    return value === null || value === undefined ? false : keys.has(groupKey(value));
  };
}
