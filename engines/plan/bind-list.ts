// Binds what goes over a list: comprehensions, quantifiers, reduce, and the comprehension of a pattern, whose list is the
// pattern's matches. Where a part asks a subquery, the whole becomes one: the list's items are its rows.
//
//   [x IN list | COUNT { (x)-->() }]   →   COLLECT { UNWIND list AS x … }, and null for a null list

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { bindMatch } from './bind-match.ts';
import { attach, emptyBuilder } from './bind-subquery.ts';
import type { Expr } from './expression.ts';
import type { Plan } from './plan.ts';
import { type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import { commonType } from './typing.ts';
import type { Column, Type } from './type.ts';

type OverList = Ast.ListComprehension | Ast.Quantified;

/** `[x IN list WHERE … | …]`, `all(x IN list WHERE …)` and its kin. */
export function bindOverList(context: BindContext, builder: Builder, e: OverList): Expr {
  const list = bindExpression(context, builder, e.list);
  return bindItems(context, builder, e, list, false);
}

/** `filterFirst`: the result asks a subquery, so the items are filtered before it. */
function bindItems(context: BindContext, builder: Builder, e: OverList, list: Expr, filterFirst: boolean): Expr {
  const variable = makeColumn(context, e.variable.text, itemType(list));
  const start: Plan = { kind: 'unnest', input: { kind: 'one' }, list: asList(context, list), element: variable, outer: false };
  const inner: Builder = {
    plan: start,
    scope: { items: [{ kind: 'value', alias: e.variable.text, column: variable }], form: builder.scope.form, outer: builder.scope },
    around: builder.around,
    aggregates: builder.aggregates && { ...builder.aggregates, subqueries: [] },
  };
  const asked = (): boolean => inner.plan !== start || (inner.aggregates?.subqueries.length ?? 0) > 0;
  /** Puts the subqueries that stand beside aggregates over the items too. */
  const settle = (): void => {
    for (const wrap of inner.aggregates?.subqueries.splice(0) ?? []) inner.plan = wrap(inner.plan);
  };
  if (e.kind === 'quantified') {
    const condition = bindCondition(context, inner, e.condition);
    if (!asked())
      return { kind: 'quantified', quantifier: e.quantifier, variable: variable.id, list, condition, type: 'boolean', span: e.span };
    settle();
    const answer = makeColumn(context, '', 'boolean');
    const answers = collected(context, builder, inner.plan, condition, e);
    const whole: Expr = {
      kind: 'quantified',
      quantifier: e.quantifier,
      variable: answer.id,
      list: answers,
      condition: columnExpr(answer),
      type: 'boolean',
      span: e.span,
    };
    return unlessNull(list, whole);
  }
  const where = e.where && bindCondition(context, inner, e.where);
  let filtered = false;
  if (where && (filterFirst || asked())) {
    settle();
    inner.plan = { kind: 'filter', input: inner.plan, predicate: where };
    filtered = true;
  }
  const result = e.result && bindExpression(context, inner, e.result);
  if (!asked()) return { kind: 'comprehension', variable: variable.id, list, where, result, type: 'list', span: e.span };
  if (where && !filtered) return bindItems(context, builder, e, list, true);
  settle();
  return unlessNull(list, collected(context, builder, inner.plan, result ?? columnExpr(variable), e));
}

/** The values of an expression over the rows of a subplan, as a list. */
function collected(context: BindContext, builder: Builder, rows: Plan, value: Expr, e: OverList | Ast.PatternComprehension): Expr {
  const column = makeColumn(context, '', value.type);
  const subplan: Plan = { kind: 'project', input: rows, items: [{ column, value }] };
  return attach(context, builder, { subplan, mode: 'collect' }, 'list', e);
}

/** UNNEST takes what is no list for a list of one; here it is an error. */
function asList(context: BindContext, list: Expr): Expr {
  if (list.type === 'list') return list;
  const item = makeColumn(context, '', 'any');
  return { kind: 'comprehension', variable: item.id, list, type: 'list', span: list.span };
}

function unlessNull(list: Expr, value: Expr): Expr {
  if (list.kind === 'list') return value;
  const isNull: Expr = { kind: 'is', operand: list, test: 'null', negated: false, type: 'boolean', span: list.span };
  const nothing: Expr = { kind: 'literal', value: null, type: 'null', span: list.span };
  return { kind: 'case', branches: [{ when: isNull, then: nothing }], otherwise: value, type: value.type, span: value.span };
}

/** The items of a list that is written out have a type. */
function itemType(list: Expr): Type {
  if (list.kind !== 'list') return 'any';
  const type = commonType(list.items.map((i) => i.type));
  return type === 'null' ? 'any' : type;
}

/** `reduce(total = 0, x IN list | total + x)` */
export function bindReduce(context: BindContext, builder: Builder, e: Ast.Reduce): Expr {
  const initial = bindExpression(context, builder, e.initial);
  const list = bindExpression(context, builder, e.list);
  // What the steps make of it shows at run time.
  const accumulator = makeColumn(context, e.accumulator.text, 'any');
  const variable = makeColumn(context, e.variable.text, itemType(list));
  const named = (name: Ast.Name, column: Column) => ({ kind: 'value', alias: name.text, column }) as const;
  const inner: Builder = {
    plan: { kind: 'one' },
    scope: {
      items: [named(e.variable, variable), named(e.accumulator, accumulator)],
      form: builder.scope.form,
      outer: builder.scope,
    },
    around: builder.around,
  };
  const result = bindExpression(context, inner, e.result);
  if (inner.plan.kind !== 'one')
    throw new QueryError('bind/subquery-here', 'A subquery cannot stand in the step of reduce().', {
      span: e.result.span,
      hint: 'Ask it in a list comprehension, and reduce that list.',
    });
  return { kind: 'reduce', accumulator: accumulator.id, initial, variable: variable.id, list, result, type: 'any', span: e.span };
}

/** `[p = (a)-[:KNOWS]->(b) WHERE … | expression]` */
export function bindPatternComprehension(context: BindContext, builder: Builder, e: Ast.PatternComprehension): Expr {
  const inner = emptyBuilder(builder);
  bindMatch(context, inner, [e.pattern], e.where, false);
  const value = bindExpression(context, inner, e.result);
  return collected(context, builder, inner.plan, value, e);
}
