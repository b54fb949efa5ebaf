// Binds queries of every form to one plan: SELECT, the clause pipeline, set operations, VALUES and common table expressions.
// Both forms end in the same `finish` step: grouping, projection, DISTINCT, ORDER BY, OFFSET, LIMIT.

import { plural, QueryError, type Span } from '../../parser/error.ts';
import { commonTableUsesMax } from '../limits.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { ownKey } from './collation.ts';
import { bindFrom } from './bind-from.ts';
import { inGraph, withCatalog } from './bind-graph.ts';
import { limitPlan } from './bind-limit.ts';
import { bindPipeline } from './bind-pipeline.ts';
import { bindProjection } from './bind-projection.ts';
import type { Expr } from './expression.ts';
import { outputColumns, type Plan, type SortItem } from './plan.ts';
import {
  addItem,
  type BindContext,
  type Builder,
  type CommonTableBinding,
  columnExpr,
  makeColumn,
  nameOfExpression,
  sameName,
  type Surroundings,
} from './scope.ts';
import { commonType } from './typing.ts';
import type { Column } from './type.ts';

/** `columns` carry the names of the result; they are the plan's output, in order. */
export interface BoundQuery {
  readonly plan: Plan;
  readonly columns: readonly Column[];
  /** A common table of SELECT VALUE: its name stands for the value. */
  readonly value?: boolean;
}

/** `rowsOnly`: only how many rows there are matters (EXISTS, COUNT), so a pipeline may lack its RETURN. `top`: writes are allowed. */
export interface QueryOptions {
  readonly rowsOnly?: boolean;
  readonly top?: boolean;
}

/** A query of any form as one plan. */
export function bindQuery(context: BindContext, query: Ast.Query, around: Surroundings, options: QueryOptions = {}): BoundQuery {
  switch (query.kind) {
    case 'select':
      return inGraph(context, query.use, () => bindSelect(context, query, around));
    case 'pipeline':
      return inGraph(context, query.use, () => bindPipeline(context, query, around, options));
    case 'values':
      return bindValues(context, query, around);
    case 'set':
      return bindSet(context, query, around, options);
    case 'withQuery':
      return inGraph(context, query.use, () => bindWith(context, query, around, options));
  }
}

function bindSelect(context: BindContext, query: Ast.SelectQuery, around: Surroundings): BoundQuery {
  const builder: Builder = { plan: { kind: 'one' }, scope: { items: [], form: 'select', outer: around.outer }, around };
  if (query.from) bindFrom(context, builder, query.from);
  for (const name of query.lets ?? []) bindLet(context, builder, name);
  if (query.where) {
    const predicate = bindCondition(context, builder, query.where);
    builder.plan = { kind: 'filter', input: builder.plan, predicate };
  }
  const columns = bindProjection(context, builder, {
    form: 'select',
    distinct: query.distinct,
    items: query.items,
    distinctOn: query.distinctOn,
    groupBy: query.groupBy,
    having: query.having,
    windows: query.windows,
    qualify: query.qualify,
    groupAs: query.groupAs,
    letting: query.letting,
    orderBy: query.orderBy,
    limit: query.limit,
    fetch: query.fetch,
    offset: query.offset,
    span: query.span,
  });
  return { plan: builder.plan, columns };
}

/** LET: one more column, which the rest of the query sees as a variable. */
function bindLet(context: BindContext, builder: Builder, { name, value }: Ast.Let): void {
  const bound = bindExpression(context, builder, value);
  const column = makeColumn(context, name.text, bound.type);
  const passed = outputColumns(builder.plan).map((c) => ({ column: c, value: columnExpr(c) }));
  builder.plan = { kind: 'project', input: builder.plan, items: [...passed, { column, value: bound }] };
  builder.scope = addItem(builder.scope, { kind: 'value', alias: name.text, column }, name.span);
}

/** Do all rows of the query come from SELECT VALUE? Such a query inside an expression is a list, and in FROM its alias is the value. */
export function isValueQuery(query: Ast.Query): boolean {
  switch (query.kind) {
    case 'select':
      return query.value === true;
    case 'set':
      return isValueQuery(query.left) && isValueQuery(query.right);
    case 'withQuery':
      return isValueQuery(query.body);
    case 'values':
    case 'pipeline':
      return false;
  }
}

function bindValues(context: BindContext, query: Ast.ValuesQuery, around: Surroundings): BoundQuery {
  const builder: Builder = { plan: { kind: 'one' }, scope: { items: [], form: 'select', outer: around.outer }, around };
  const width = query.rows[0]?.length ?? 0;
  const rows = query.rows.map((row) => {
    if (row.length !== width) {
      throw new QueryError('bind/column-count', `Every row of VALUES needs ${plural(width, 'value')}, and this one has ${row.length}.`, {
        span: row[0]?.span ?? query.span,
      });
    }
    return row.map((e) => bindExpression(context, builder, e));
  });
  const columns = Array.from({ length: width }, (_, i) =>
    makeColumn(context, `column${i + 1}`, commonType(rows.map((r) => r[i]?.type ?? 'null'))),
  );
  if (builder.plan.kind === 'one') return { plan: { kind: 'values', rows, columns }, columns };
  // Subqueries among the values: a projection per row over the plan that holds their columns.
  const parts = rows.map<Plan>((r) => ({
    kind: 'project',
    input: builder.plan,
    items: r.map((value, i) => ({ column: makeColumn(context, `column${i + 1}`, value.type), value })),
  }));
  const plan = parts.reduce<Plan | undefined>(
    (left, right) =>
      left
        ? { kind: 'set', operator: 'union', all: true, left, right, columns: columns.map((c) => ({ ...c, id: context.nextColumn++ })) }
        : right,
    undefined,
  );
  return { plan: plan ?? builder.plan, columns: plan ? outputColumns(plan) : columns };
}

function bindSet(context: BindContext, query: Ast.SetQuery, around: Surroundings, options: QueryOptions): BoundQuery {
  const left = bindQuery(context, query.left, around, options);
  const right = unionRight(context, query, left, bindQuery(context, query.right, around, options));
  const plan = combine(context, query.operator, query.all, left, right, query.span);
  const columns = outputColumns(plan);
  return { plan: sortAndLimit(context, plan, columns, query, around), columns };
}

/** The right side of UNION. Between pipelines its columns are those of the left by name, as in openCypher; in SQL they are matched by place. */
function unionRight(context: BindContext, query: Ast.SetQuery, left: BoundQuery, right: BoundQuery): BoundQuery {
  if (query.operator !== 'union' || !isPipeline(query.left) || !isPipeline(query.right)) return right;
  if (query.left.kind === 'set' && query.left.operator === 'union' && query.left.all !== query.all) {
    throw new QueryError('bind/mixed-union', 'UNION and UNION ALL cannot follow one another between queries that end in RETURN.', {
      span: query.span,
      hint: 'Put one of them into CALL { … }, or write SELECT * FROM (…) UNION …',
    });
  }
  const columns = left.columns.map((c) => right.columns.find((r) => r.name === c.name));
  if (left.columns.length !== right.columns.length || !columns.every((c) => c !== undefined)) {
    const names = (side: BoundQuery): string => side.columns.map((c) => c.name).join(', ');
    throw new QueryError(
      'bind/union-columns',
      `Both sides of UNION must return the same names: ${names(left)} and ${names(right)} differ.`,
      {
        span: query.right.span,
        hint: 'Name the columns with AS.',
      },
    );
  }
  if (columns.every((c, i) => c === right.columns[i])) return right;
  const outputs = outputColumns(right.plan);
  const items = columns.map((c) => ({
    column: makeColumn(context, c.name, c.type),
    value: columnExpr(outputs[right.columns.indexOf(c)] ?? c),
  }));
  return { plan: { kind: 'project', input: right.plan, items }, columns: items.map((i) => i.column) };
}

/** Does it end in RETURN? */
function isPipeline(query: Ast.Query): boolean {
  return (
    query.kind === 'pipeline' || (query.kind === 'set' && query.operator === 'union' && isPipeline(query.left) && isPipeline(query.right))
  );
}

function combine(
  context: BindContext,
  operator: Ast.SetQuery['operator'],
  all: boolean,
  left: BoundQuery,
  right: BoundQuery,
  span: Span,
): Plan {
  if (left.columns.length !== right.columns.length) {
    throw new QueryError(
      'bind/column-count',
      `Both sides of ${operator.toUpperCase()} need the same number of columns: the left has ${left.columns.length}, the right ${right.columns.length}.`,
      { span },
    );
  }
  const columns = left.columns.map((c, i) => makeColumn(context, c.name, commonType([c.type, right.columns[i]?.type ?? 'null'])));
  return { kind: 'set', operator, all, left: left.plan, right: right.plan, columns };
}

/** ORDER BY of a set operation may name or number only the result's columns. */
function sortAndLimit(context: BindContext, input: Plan, columns: readonly Column[], query: Ast.SetQuery, around: Surroundings): Plan {
  let plan = input;
  if (query.orderBy.length > 0) {
    const builder: Builder = {
      plan,
      scope: {
        items: [{ kind: 'row', alias: '', columns: columns.map((column) => ({ name: column.name, column })) }],
        form: 'select',
        outer: around.outer,
      },
      around,
    };
    const keys = query.orderBy.map((k) => sortItem(k, positionOf(k.value, columns) ?? bindExpression(context, builder, k.value)));
    plan = { kind: 'sort', input: builder.plan, keys };
  }
  return limitPlan(context, plan, query, around);
}

/** An ORDER BY key; nulls are the largest unless it says otherwise. */
export function sortItem(key: Ast.SortKey, value: Expr): SortItem {
  return { value: ownKey(value), descending: key.descending, nulls: key.nulls ?? (key.descending ? 'first' : 'last') };
}

/** `ORDER BY 2` */
export function positionOf(e: Ast.Expression, columns: readonly Column[]): Expr | undefined {
  if (e.kind !== 'literal' || typeof e.value !== 'bigint') return undefined;
  const column = columns[Number(e.value) - 1];
  if (!column)
    throw new QueryError(
      'bind/order-by-position',
      `ORDER BY ${e.value} is none of the columns: there ${columns.length === 1 ? 'is' : 'are'} ${columns.length}.`,
      { span: e.span },
    );
  return columnExpr(column, e.span);
}

// ------------------------------------------------------------------------------------------------ WITH

function bindWith(context: BindContext, query: Ast.WithQuery, around: Surroundings, options: QueryOptions): BoundQuery {
  return bindQuery(context, query.body, { tables: bindTables(context, query, around), outer: around.outer }, options);
}

/** The common tables in force behind a WITH. */
export function bindTables(context: BindContext, query: Ast.WithTables, around: Surroundings): ReadonlyMap<string, CommonTableBinding> {
  const tables = new Map(around.tables);
  // A common table reads the graph that is in use where it is defined.
  const { catalog } = context;
  for (const common of query.tables) {
    const here: Surroundings = { tables: new Map(tables), outer: around.outer };
    const recursive = query.recursive && isRecursive(common);
    const bind = (): BoundQuery => {
      if (++context.commonTablesBound > commonTableUsesMax)
        throw new QueryError('limit/query-size', `The common tables of a statement are used more than ${commonTableUsesMax} times.`, {
          span: common.name.span,
          hint: 'A common table counts wherever it is used, in other common tables too. Store what it gives in a table.',
        });
      return withCatalog(context, catalog, () => (recursive ? bindRecursive(context, common, here) : bindCommon(context, common, here)));
    };
    // An error in a table that is never used is still an error. Its first use takes what is bound for that.
    let bound: BoundQuery | undefined;
    const binding: CommonTableBinding = {
      bind: () => {
        const first = bound;
        bound = undefined;
        return first ?? bind();
      },
    };
    if (tables.has(common.name.text.toLowerCase()) && query.tables.some((t) => t !== common && sameName(t.name.text, common.name.text))) {
      throw new QueryError('bind/duplicate-alias', `The common table "${common.name.text}" is defined twice.`, { span: common.name.span });
    }
    tables.set(common.name.text.toLowerCase(), binding);
    bound = bind();
  }
  return tables;
}

function bindCommon(context: BindContext, common: Ast.CommonTable, around: Surroundings): BoundQuery {
  const bound = bindQuery(context, common.query, around);
  const value = !common.columns && isValueQuery(common.query);
  return { plan: bound.plan, columns: named(common, bound.columns), ...(value && { value }) };
}

function named(common: Ast.CommonTable, columns: readonly Column[]): Column[] {
  if (common.columns && common.columns.length !== columns.length) {
    throw new QueryError(
      'bind/column-count',
      `"${common.name.text}" names ${plural(common.columns.length, 'column')}, but its query has ${columns.length}.`,
      { span: common.name.span },
    );
  }
  return columns.map((c, i) => ({ ...c, name: common.columns?.[i]?.text ?? c.name }));
}

/** Does the query read the name it defines? */
function isRecursive(common: Ast.CommonTable): boolean {
  let found = false;
  const wanted = common.name.text.toLowerCase();
  JSON.stringify(common.query, (_key, value: unknown) => {
    if (typeof value === 'bigint') return null;
    if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'named' && 'name' in value) {
      const { name } = value as Ast.FromNamed;
      if (name.text.toLowerCase() === wanted) found = true;
    }
    return value;
  });
  return found;
}

/** A LIMIT inside is one on all rows: the rounds end when there are enough. */
function bindRecursive(context: BindContext, common: Ast.CommonTable, around: Surroundings): BoundQuery {
  const bound = bindRounds(context, common, around);
  if (common.query.kind !== 'set') return bound;
  return { ...bound, plan: limitPlan(context, bound.plan, common.query, around) };
}

function bindRounds(context: BindContext, common: Ast.CommonTable, around: Surroundings): BoundQuery {
  const { query } = common;
  if (query.kind !== 'set' || query.operator !== 'union') {
    throw new QueryError(
      'bind/recursion',
      `The recursive table "${common.name.text}" needs a start and a step joined by UNION or UNION ALL.`,
      { span: query.span },
    );
  }
  if (query.orderBy.length > 0) {
    throw new QueryError('bind/recursion', 'ORDER BY inside a recursive table is not built.', {
      span: query.span,
      hint: 'Put it on the query that reads it.',
    });
  }
  const base = bindQuery(context, query.left, around);
  const start = named(common, base.columns);
  const recursion = context.nextRecursion++;
  // The step may widen a column's type (an integer start, a float step), so working columns are typed `any` unless plainly alike.
  const working = start.map((c) => makeColumn(context, c.name, c.type === 'null' ? 'any' : c.type));
  const self: CommonTableBinding = {
    bind: () => {
      const columns = working.map((c) => makeColumn(context, c.name, c.type));
      return { plan: { kind: 'scanWorking', recursion, columns }, columns };
    },
  };
  const step = bindQuery(context, query.right, {
    tables: new Map([...around.tables, [common.name.text.toLowerCase(), self]]),
    outer: around.outer,
  });
  if (step.columns.length !== start.length) {
    throw new QueryError(
      'bind/column-count',
      `Start and step of "${common.name.text}" need the same number of columns: ${start.length} and ${step.columns.length}.`,
      { span: query.span },
    );
  }
  const widened = working.some((c, i) => commonType([c.type, step.columns[i]?.type ?? 'null']) !== c.type);
  if (widened) return bindWidened(context, common, around, start, step.columns);
  return { plan: { kind: 'recursive', recursion, base: base.plan, step: step.plan, all: query.all, columns: working }, columns: working };
}

/** Binds again with column types that hold both the start's and the step's values. */
function bindWidened(
  context: BindContext,
  common: Ast.CommonTable,
  around: Surroundings,
  start: readonly Column[],
  step: readonly Column[],
): BoundQuery {
  const query = common.query as Ast.SetQuery;
  const types = start.map((c, i) => {
    const type = commonType([c.type, step[i]?.type ?? 'null']);
    return type === c.type ? type : ('any' as const);
  });
  const base = bindQuery(context, query.left, around);
  const recursion = context.nextRecursion++;
  const working = named(common, base.columns).map((c, i) => makeColumn(context, c.name, types[i] ?? 'any'));
  const self: CommonTableBinding = {
    bind: () => {
      const columns = working.map((c) => makeColumn(context, c.name, c.type));
      return { plan: { kind: 'scanWorking', recursion, columns }, columns };
    },
  };
  const bound = bindQuery(context, query.right, {
    tables: new Map([...around.tables, [common.name.text.toLowerCase(), self]]),
    outer: around.outer,
  });
  return { plan: { kind: 'recursive', recursion, base: base.plan, step: bound.plan, all: query.all, columns: working }, columns: working };
}

/** The name of a result column: its alias, the last name of a path, or the text of what it is. */
export function nameOfItem(item: Ast.SelectItem & { kind: 'expression' }, index: number, text?: string): string {
  return item.alias?.text ?? nameOfExpression(item.value) ?? text ?? `column${index + 1}`;
}
