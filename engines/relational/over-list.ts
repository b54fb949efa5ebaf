// Expressions that bring a variable over the items of a list in a document, as a subselect over jsonb_each: quantifiers as EXISTS,
// comprehensions and wildcards as JSON text of a list.
//
//   any(i IN o.items WHERE i.qty > 3)   →   EXISTS (SELECT 1 FROM jsonb_each(doc, '$.items') AS j WHERE … j.value … > 3)

import { jsonTypeOf } from '../document/json-place.ts';
import { eachAt, eachOf } from '../document/unnest.ts';
import type { ComprehensionExpr, EachExpr, Expr, QuantifiedExpr } from '../plan/expression.ts';
import type { ColumnId } from '../plan/type.ts';
import { column, type Fragment, mayRaise, raising, sql, stringLiteral, text } from '../sql/fragment.ts';
import { type JsonValue, refuse } from '../sql/value.ts';
import { computedJson } from './convert.ts';
import { compileCondition, compileValue, jsonOrMissing } from './expression.ts';
import { readsOnlyAround } from './relation.ts';
import type { Compilation, Scope } from './scope.ts';

interface Items {
  readonly alias: string;
  readonly list: JsonValue;
  /** A query over the items in their order: one value of each, those for which the condition holds. */
  readonly select: (value: Fragment, where?: Fragment) => Fragment;
  readonly scope: Scope;
}

/** A list that is read in place: a path or an element of another list. What was computed would be computed again for every look at it. */
function itemsOf(cx: Compilation, list: Expr, variable: ColumnId, scope: Scope, lax: boolean): Items {
  const value = compileValue(cx, list, scope);
  if (value.form === 'native') return refuse('items of a value that is no document');
  const { base } = value;
  if (base.kind === 'value' && base.sql.kind !== 'column' && base.sql.kind !== 'parameter') refuse('items of a computed list');
  const alias = cx.alias('j');
  const call = lax ? eachOf(cx.dialect, value) : eachAt(cx.dialect, value);
  const item: JsonValue = { form: 'json', type: 'any', base: { kind: 'element', alias, of: value }, steps: [] };
  return {
    alias,
    list: value,
    select: (shown, where) => ({
      kind: 'query',
      query: {
        kind: 'select',
        distinct: false,
        columns: [{ value: shown }],
        from: [{ join: 'cross', source: { kind: 'function', call }, alias, on: [] }],
        where: where ? [where] : [],
        groupBy: [],
        having: [],
        orderBy: [],
      },
    }),
    scope: { columns: new Map([[variable, item]]), parent: scope },
  };
}

/** `answer` where the value is a list; null and MISSING give null, and what is no list raises as the evaluator does. */
function ofList(cx: Compilation, list: JsonValue, what: string, answer: Fragment): Fragment {
  const type = jsonTypeOf(cx.dialect, list);
  if (list.type === 'list') return sql`CASE WHEN ${type} = 'array' THEN ${answer} END`;
  const complaint = raising(cx.dialect.call('operand', stringLiteral(`${what} needs a list, not`), type));
  return sql`CASE WHEN ${type} = 'array' THEN ${answer} WHEN ${type} <> 'null' THEN ${complaint} END`;
}

/** A quantifier as a truth value. */
export function compileQuantified(cx: Compilation, expr: QuantifiedExpr, scope: Scope, positive: boolean): Fragment {
  const items = itemsOf(cx, expr.list, expr.variable, scope, false);
  return ofList(cx, items.list, expr.quantifier, quantify(cx, expr, items, positive));
}

function quantify(cx: Compilation, expr: QuantifiedExpr, items: Items, positive: boolean): Fragment {
  const exact = compileCondition(cx, expr.condition, items.scope, false);
  // The evaluator stops at the first item that decides, so it may not meet the one that fails.
  if (mayRaise(exact)) return refuse('a condition over items that may fail');
  const one = text('1');
  const open = sql`EXISTS ${items.select(one, sql`${exact} IS NULL`)}`;
  const met = sql`EXISTS ${items.select(one, positive ? compileCondition(cx, expr.condition, items.scope, true) : exact)}`;
  switch (expr.quantifier) {
    case 'any':
      return positive ? met : sql`CASE WHEN ${met} THEN 1 WHEN NOT ${open} THEN 0 END`;
    case 'none':
      return sql`CASE WHEN ${met} THEN 0 WHEN NOT ${open} THEN 1 END`;
    case 'all': {
      if (positive) return sql`NOT EXISTS ${items.select(one, sql`${exact} IS NOT 1`)}`;
      return sql`CASE WHEN EXISTS ${items.select(one, sql`NOT ${exact}`)} THEN 0 WHEN NOT ${open} THEN 1 END`;
    }
    case 'single': {
      const count = items.select(sql`count(*)`, exact);
      return sql`CASE WHEN ${count} > 1 THEN 0 WHEN NOT ${open} THEN ${count} = 1 END`;
    }
  }
}

/** `[x IN list WHERE … | …]` */
export function compileComprehension(cx: Compilation, expr: ComprehensionExpr, scope: Scope): JsonValue {
  const items = itemsOf(cx, expr.list, expr.variable, scope, false);
  const where = expr.where && compileCondition(cx, expr.where, items.scope, true);
  const item: Expr = { kind: 'column', id: expr.variable, name: '', type: 'any' };
  const value = jsonOrMissing(cx, compileValue(cx, expr.result ?? item, items.scope));
  return computedJson(
    ofList(cx, items.list, 'A list comprehension', listed(items, sql`coalesce(${value}, 'null')`, where)),
    'null',
    'list',
  );
}

/** `list[*].a` */
export function compileEach(cx: Compilation, expr: EachExpr, scope: Scope): JsonValue {
  if (expr.of === 'values') refuse('values of an object');
  const items = itemsOf(cx, expr.value, expr.variable, scope, true);
  const found = compileValue(cx, expr.result, items.scope);
  const value = jsonOrMissing(cx, found);
  // A list as text without its brackets is its items; an empty one, and null, is none.
  const parts = expr.flatten ? sql`nullif(substr(nullif(${value}, 'null'), 2, length(${value}) - 2), '')` : value;
  const type = jsonTypeOf(cx.dialect, items.list);
  const list = sql`CASE WHEN ${type} = 'null' THEN 'null' WHEN ${type} IS NOT NULL THEN ${listed(items, parts)} END`;
  return computedJson(list, 'missing', 'list');
}

/** `operand IN list[*].a`, where only whether it is true counts: is there an item whose part equals the operand? */
export function compileInEach(cx: Compilation, operand: Expr, each: EachExpr, scope: Scope): Fragment {
  if (each.of === 'values') refuse('values of an object');
  const items = itemsOf(cx, each.value, each.variable, scope, true);
  const { result } = each;
  const same: Expr =
    result.kind === 'each'
      ? { kind: 'in', operand, list: result, type: 'boolean' }
      : { kind: 'binary', operator: '=', left: operand, right: result, type: 'boolean' };
  return sql`EXISTS ${items.select(text('1'), compileCondition(cx, same, items.scope, true))}`;
}

/** JSON text of a list of JSON texts; SQL NULL is left out. */
function listed(items: Items, given: Fragment, where?: Fragment): Fragment {
  // Every item has a key.
  const value = readsOnlyAround(given, new Set([items.alias]))
    ? sql`CASE WHEN ${column(items.alias, 'key')} >= 0 THEN ${given} END`
    : given;
  return items.select(sql`'[' || coalesce(group_concat(${value}, ','), '') || ']'`, where);
}
