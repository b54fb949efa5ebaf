// Binds CALL { query }: the query runs once for each row so far and sees of it only what it takes in, by names in parentheses or by a
// WITH at its start. What it returns joins the row; without a RETURN it runs for what it changes.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindQuery, type QueryOptions } from './bind-query.ts';
import { isUnit } from './clause-writes.ts';
import { freeColumns } from './free-columns.ts';
import { outputColumns, type Plan } from './plan.ts';
import { isVolatile } from './rules/push-filters.ts';
import {
  addItem,
  type BindContext,
  type Builder,
  columnExpr,
  findAlias,
  makeColumn,
  sameName,
  type Scope,
  type ScopeItem,
  type Surroundings,
} from './scope.ts';
import { planChildren, planExpressions, planWrites } from './walk.ts';

/** CALL { … } as a clause. */
export function bindCallQuery(context: BindContext, builder: Builder, clause: Ast.CallQueryClause, options: QueryOptions): void {
  const { query, span } = clause;
  const inner = bindQuery(context, query, surroundings(builder, clause), { top: options.top ?? false });
  if (isUnit(query)) {
    builder.plan = { kind: 'forEach', input: builder.plan, body: inner.plan };
    return;
  }
  const taken = inner.columns.find((c) => builder.scope.items.some((i) => sameName(i.alias, c.name)));
  if (taken) {
    throw new QueryError('bind/duplicate-alias', `The query in CALL returns "${taken.name}", and that name is taken already.`, {
      span,
      hint: 'Give what it returns another name with AS.',
    });
  }
  // Columns of their own: what is handed through would have the same id on both sides.
  const copies = inner.columns.map((c) => ({ column: { ...c, ...makeColumn(context, c.name, c.type) }, value: columnExpr(c) }));
  const right: Plan = { kind: 'project', input: inner.plan, items: copies };
  builder.plan =
    builder.plan.kind === 'one' && !clause.optional
      ? right
      : { kind: 'join', type: clause.optional ? 'left' : 'inner', left: builder.plan, right, lateral: !runsOnce(right, builder.plan) };
  for (const { column } of copies) builder.scope = addItem(builder.scope, { kind: 'value', alias: column.name, column }, span);
}

function surroundings(builder: Builder, clause: Ast.CallQueryClause): Surroundings {
  const { tables } = builder.around;
  const { imports } = clause;
  if (imports === undefined) return { tables, imports: builder.scope };
  if (imports === '*') return { tables, outer: builder.scope };
  const items = imports.map((name) => known(builder.scope, name));
  return { tables, outer: { items, form: 'pipeline' } };
}

function known(scope: Scope, { text, span }: Ast.Name): ScopeItem {
  const item = findAlias(scope, text);
  if (item) return item;
  throw new QueryError('bind/unknown-name', `There is no variable "${text}" here.`, { span });
}

/** The same rows for every row of `left`, and nothing is changed by getting them. */
function runsOnce(right: Plan, left: Plan): boolean {
  const free = freeColumns(right);
  return !planWrites(right) && !isVolatilePlan(right) && !outputColumns(left).some((c) => free.has(c.id));
}

function isVolatilePlan(plan: Plan): boolean {
  return planExpressions(plan).some(isVolatile) || planChildren(plan).some(isVolatilePlan);
}

/** What a WITH at the start of the query takes in: plain names of the rows outside, or all of them. Undefined: it is a clause like any other. */
export function importedBy(clause: Ast.Clause | undefined, imports: Scope): readonly ScopeItem[] | undefined {
  if (clause?.kind !== 'with' || clause.where) return undefined;
  const { distinct, items, orderBy, skip, limit } = clause.projection;
  if (distinct || orderBy.length > 0 || skip || limit) return undefined;
  const taken: ScopeItem[] = [];
  for (const item of items) {
    if (item.kind === 'star') {
      if (item.of) return undefined;
      taken.push(...imports.items);
      continue;
    }
    const { value, alias } = item;
    if (value.kind !== 'identifier' || (alias && alias.text !== value.name)) return undefined;
    taken.push(known(imports, { text: value.name, span: value.span }));
  }
  return taken;
}
