// Binds queries that stand inside expressions. Each becomes an `apply` node over the plan that the expression stands on and
// leaves a column behind, so that expressions stay free of queries.

import { plural, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression, negate } from './bind-expression.ts';
import { sameCollation } from './collation.ts';
import { bindMatch } from './bind-match.ts';
import { bindQuery, isValueQuery } from './bind-query.ts';
import type { Expr } from './expression.ts';
import { type Apply, outputColumns, type Plan } from './plan.ts';
import { type BindContext, type Builder, columnExpr, findAlias, makeColumn, sameName, type Scope, type Surroundings } from './scope.ts';
import type { Column, Type } from './type.ts';

type SubqueryExpression = Ast.InQuery | Ast.Exists | Ast.Subquery | Ast.PatternTest;

/** A pattern that stands where a value is wanted. It is a condition only. */
export function patternAsValue(e: Ast.PatternTest): QueryError {
  return new QueryError('bind/pattern-here', 'A pattern is a condition and cannot stand as a value.', {
    span: e.span,
    hint: 'EXISTS { … } gives true or false, COUNT { … } a number, [pattern | expression] a list.',
  });
}

/** Puts an `apply` over the builder's plan; the expression that is left is its column. */
export function bindSubquery(context: BindContext, builder: Builder, e: SubqueryExpression): Expr {
  switch (e.kind) {
    case 'inQuery':
      return inQuery(context, builder, e);
    case 'exists':
      return attach(context, builder, { subplan: existsPlan(context, builder, e.query), mode: 'exists' }, 'boolean', e);
    case 'patternTest': {
      refuseNewVariables(builder, e.pattern);
      const inner = emptyBuilder(builder);
      bindMatch(context, inner, [e.pattern], undefined, false);
      return attach(context, builder, { subplan: inner.plan, mode: 'exists' }, 'boolean', e);
    }
    case 'subquery':
      return scalar(context, builder, e);
  }
}

/** Each value is compared with its column as by `=`. The operand of `(a, b) IN (SELECT …)` is a list of the row's values. */
function inQuery(context: BindContext, builder: Builder, e: Ast.InQuery): Expr {
  const operands = (e.operand.kind === 'row' ? e.operand.items : [e.operand]).map((o) => bindExpression(context, builder, o));
  const query = bindQuery(context, e.query, inside(builder));
  const width = operands.length;
  if (query.columns.length !== width)
    throw new QueryError(
      width === 1 ? 'bind/one-column' : 'bind/column-count',
      `IN needs a query with ${width === 1 ? 'one column' : `${width} columns`}, and this one has ${query.columns.length}.`,
      { span: e.span },
    );
  const pairs = outputColumns(query.plan).map((c, i) => sameCollation(operands[i] as Expr, columnExpr(c)));
  const keys = pairs.map(([, value]) => value);
  const [first] = pairs.map(([value]) => value);
  const operand: Expr =
    e.operand.kind === 'row' ? { kind: 'list', items: pairs.map(([value]) => value), type: 'list', span: e.operand.span } : (first as Expr);
  const subplan: Plan = keys.every((key) => key.kind === 'column')
    ? query.plan
    : { kind: 'project', input: query.plan, items: keys.map((value) => ({ column: makeColumn(context, '', value.type), value })) };
  return negate(attach(context, builder, { subplan, mode: 'in', operand }, 'boolean', e), e.negated);
}

/** A pattern as a condition is about what is there already: a new name in it is a slip, which would match anything. */
function refuseNewVariables(builder: Builder, pattern: Ast.PathPattern): void {
  const names = [pattern.variable, ...pattern.nodes.map((n) => n.variable), ...pattern.edges.map((e) => e.variable)];
  for (const name of names) {
    if (!name || findAlias(builder.scope, name.text)) continue;
    throw new QueryError('bind/unknown-name', `There is no variable "${name.text}" here.`, {
      span: name.span,
      hint: 'A pattern as a condition cannot bring a new one; leave the name out, or write EXISTS { MATCH … }.',
    });
  }
}

/** `x IN t` in SELECT form, as in SQLite: t is no column or alias here, but a table or a common table. */
export function rowsOfTable(context: BindContext, builder: Builder, list: Ast.Expression): Ast.Query | undefined {
  if (list.kind !== 'identifier' || builder.scope.form !== 'select') return undefined;
  if (!context.catalog.table(list.name) && !context.catalog.view(list.name) && !builder.around.tables.has(list.name.toLowerCase()))
    return undefined;
  for (let s: Scope | undefined = builder.scope; s; s = s.outer) {
    if (s.items.some((i) => (i.kind === 'row' ? i.columns.some((c) => sameName(c.name, list.name)) : sameName(i.alias, list.name))))
      return undefined;
  }
  const { span } = list;
  const from: Ast.FromItem = { kind: 'named', name: { text: list.name, span }, span };
  return { kind: 'select', distinct: false, items: [{ kind: 'star', span }], from, groupBy: [], orderBy: [], span };
}

function scalar(context: BindContext, builder: Builder, e: Ast.Subquery): Expr {
  if (e.mode === 'count') return attach(context, builder, { subplan: existsPlan(context, builder, e.query), mode: 'count' }, 'integer', e);
  const query = bindQuery(context, e.query, inside(builder));
  const mode = isValueQuery(e.query) ? 'collect' : e.mode;
  oneColumn(query.columns.length, e.span, mode === 'collect' ? 'COLLECT' : 'A value');
  const type = mode === 'collect' ? 'list' : (query.columns[0]?.type ?? 'any');
  return attach(context, builder, { subplan: query.plan, mode }, type, e);
}

/** The values of a query of one column as a list, and the column's collation. */
export function bindCollected(
  context: BindContext,
  builder: Builder,
  query: Ast.Query,
  span: Span,
): Pick<Column, 'collation'> & { list: Expr } {
  const { plan } = bindQuery(context, query, inside(builder));
  const columns = outputColumns(plan);
  oneColumn(columns.length, span, 'COLLECT');
  return { list: attach(context, builder, { subplan: plan, mode: 'collect' }, 'list', { span }), collation: columns[0]?.collation };
}

/** The query of `UNWIND (SELECT …) AS row`: a list of objects, one per row. */
export function bindRowsSubquery(context: BindContext, builder: Builder, query: Ast.Query, span: Ast.Subquery): Expr {
  const bound = bindQuery(context, query, inside(builder));
  const names = outputColumns(bound.plan);
  const objects: Plan = names.every((c, i) => c.name === bound.columns[i]?.name)
    ? bound.plan
    : { kind: 'project', input: bound.plan, items: bound.columns.map((c, i) => ({ column: c, value: columnExpr(names[i] ?? c) })) };
  return attach(context, builder, { subplan: objects, mode: 'rows' }, 'list', span);
}

/** The values of `(a, b) = (SELECT …)`: the columns of its only row. No row gives nulls. */
export function bindRowSubquery(context: BindContext, builder: Builder, query: Ast.Query, width: number, span: Span): Expr[] {
  const bound = bindQuery(context, query, inside(builder));
  if (bound.columns.length !== width) {
    const message = `${plural(width, 'place')} set here, but the query gives ${plural(bound.columns.length, 'column')}.`;
    throw new QueryError('bind/column-count', message, { span });
  }
  const given = outputColumns(bound.plan);
  const entries = given.map((column, i) => ({ key: `c${i}`, value: columnExpr(column) }));
  const row = { column: makeColumn(context, 'row', 'object'), value: { kind: 'object' as const, entries, type: 'object' as const } };
  const column = makeColumn(context, '', 'object');
  const input = builder.plan;
  builder.plan = { kind: 'apply', input, subplan: { kind: 'project', input: bound.plan, items: [row] }, mode: 'scalar', column, span };
  return entries.map(({ key }) => ({ kind: 'field', value: columnExpr(column, span), name: key, type: 'any', span }));
}

/** EXISTS and COUNT also take a pipeline without RETURN: its rows are what counts. */
function existsPlan(context: BindContext, builder: Builder, query: Ast.Query): Plan {
  return bindQuery(context, query, inside(builder), { rowsOnly: true }).plan;
}

/** Puts an `apply` over the builder's plan; its column is what is left of the expression. */
export function attach(
  context: BindContext,
  builder: Builder,
  apply: Pick<Apply, 'subplan' | 'mode' | 'operand'>,
  type: Type,
  e: { readonly span: Span },
): Expr {
  const column = makeColumn(context, '', type);
  const wrap = (input: Plan): Plan => ({ kind: 'apply', input, ...apply, column, span: e.span });
  if (builder.aggregates) builder.aggregates.subqueries.push(wrap);
  else builder.plan = wrap(builder.plan);
  return columnExpr(column, e.span);
}

function oneColumn(count: number, span: Span, what: string): void {
  if (count !== 1) {
    throw new QueryError('bind/one-column', `${what} needs a query with one column, and this one has ${count}.`, { span });
  }
}

/** The surroundings of a query that stands inside an expression over `builder`. */
export function inside(builder: Builder): Surroundings {
  return { tables: builder.around.tables, outer: builder.scope };
}

/** A builder for a pattern inside an expression: no rows of its own, all names of those outside. */
export function emptyBuilder(builder: Builder): Builder {
  return { plan: { kind: 'one' }, scope: { items: [], form: 'pipeline', outer: builder.scope }, around: inside(builder) };
}
