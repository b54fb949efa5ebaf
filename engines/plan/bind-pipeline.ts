// Binds the clause pipeline: each clause takes the rows so far and gives the next ones. Reads and writes alike; a pipeline
// that writes may stand only as a statement of its own.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindCall } from './bind-call.ts';
import { bindCallQuery, importedBy } from './bind-call-query.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { bindFrom } from './bind-from.ts';
import { bindCreate, bindDeleteElements, bindRemove, bindSet as bindSetClause } from './bind-graph-write.ts';
import { bindMerge } from './bind-merge.ts';
import { bindMatch } from './bind-match.ts';
import { bindProjection, type ProjectionSyntax } from './bind-projection.ts';
import type { BoundQuery, QueryOptions } from './bind-query.ts';
import { bindRowsSubquery } from './bind-subquery.ts';
import { clauseWrites, isUnit } from './clause-writes.ts';
import { addItem, type BindContext, type Builder, findAlias, identifiersIn, makeColumn, sameName, type Surroundings } from './scope.ts';
import type { Column } from './type.ts';

/** A query in pipeline form as one plan; its columns are those of RETURN. */
export function bindPipeline(context: BindContext, query: Ast.PipelineQuery, around: Surroundings, options: QueryOptions): BoundQuery {
  const { imports, ...plain } = around;
  const scope = { items: [], form: 'pipeline', outer: around.outer } as const;
  const builder: Builder = { plan: { kind: 'one' }, scope: { ...scope }, around: plain };
  const imported = imports && importedBy(query.clauses[0], imports);
  if (imported) builder.scope = { ...scope, items: imported };
  const clauses = imported ? query.clauses.slice(1) : query.clauses;
  let columns: readonly Column[] | undefined;
  for (const clause of clauses) {
    if (columns) throw new QueryError('bind/after-return', 'Nothing may follow RETURN.', { span: clause.span });
    if (clauseWrites(clause) && !options.top) refuseWrite(clause);
    columns = bindClause(context, builder, clause, options, query.clauses.length === 1);
  }
  if (columns) return { plan: builder.plan, columns };
  const last = clauses.at(-1);
  if (last && mayEnd(context, last)) return { plan: { kind: 'project', input: builder.plan, items: [] }, columns: [] };
  if (options.rowsOnly) return { plan: builder.plan, columns: [] };
  throw new QueryError('bind/no-return', 'A query in pipeline form ends in RETURN.', {
    span: last?.span ?? query.span,
    hint: 'Add RETURN and what you want to see.',
  });
}

function refuseWrite({ span }: Ast.Clause): never {
  throw new QueryError('bind/write-in-subquery', 'A query inside another one cannot write.', {
    span,
    hint: 'Make it a statement of its own.',
  });
}

/** A clause that need not be followed by RETURN: it writes, or calls what has no results. */
function mayEnd(context: BindContext, clause: Ast.Clause): boolean {
  if (clause.kind === 'callQuery') return isUnit(clause.query);
  if (clause.kind === 'call') return context.procedures.get(clause.procedure.text.toLowerCase())?.yields.length === 0;
  return clauseWrites(clause);
}

/** Returns the result's columns where the clause ends the pipeline. */
function bindClause(
  context: BindContext,
  builder: Builder,
  clause: Ast.Clause,
  options: QueryOptions,
  alone: boolean,
): readonly Column[] | undefined {
  switch (clause.kind) {
    case 'match':
      bindMatch(context, builder, clause.patterns, clause.where, clause.optional);
      return undefined;
    case 'from':
      bindFrom(context, builder, clause.item);
      return undefined;
    case 'where': {
      const predicate = bindCondition(context, builder, clause.condition);
      builder.plan = { kind: 'filter', input: builder.plan, predicate };
      return undefined;
    }
    case 'unwind':
      bindUnwind(context, builder, clause);
      return undefined;
    case 'with':
      bindWithClause(context, builder, clause);
      return undefined;
    case 'return':
      return bindReturn(context, builder, clause.projection, clause.span, {});
    case 'call':
      return bindCall(context, builder, clause, alone);
    case 'callQuery':
      bindCallQuery(context, builder, clause, options);
      return undefined;
    case 'merge':
      bindMerge(context, builder, clause);
      return undefined;
    case 'foreach':
      bindForeach(context, builder, clause, options);
      return undefined;
    case 'create':
      bindCreate(context, builder, clause);
      return undefined;
    case 'set':
      bindSetClause(context, builder, clause);
      return undefined;
    case 'remove':
      bindRemove(context, builder, clause);
      return undefined;
    case 'deleteElements':
      bindDeleteElements(context, builder, clause);
      return undefined;
  }
}

/** FOREACH: its clauses see the rows so far, and what they bring is theirs alone. */
function bindForeach(context: BindContext, builder: Builder, clause: Ast.ForeachClause, options: QueryOptions): void {
  const { variable, list } = clause;
  if (findAlias(builder.scope, variable.text)) {
    throw new QueryError('bind/variable-kind', `"${variable.text}" exists already; FOREACH needs a name of its own.`, {
      span: variable.span,
    });
  }
  const body: Builder = {
    plan: { kind: 'one' },
    scope: { items: [], form: 'pipeline', outer: builder.scope },
    around: { tables: builder.around.tables, outer: builder.scope },
  };
  const { kind, span } = list;
  bindUnwind(context, body, { kind: 'unwind', value: list, alias: variable, span: kind === 'subquery' ? span : clause.span });
  for (const inner of clause.clauses) bindClause(context, body, inner, options, false);
  builder.plan = { kind: 'forEach', input: builder.plan, body: body.plan };
}

function bindUnwind(context: BindContext, builder: Builder, clause: Ast.UnwindClause): void {
  const rows = clause.value.kind === 'subquery' && clause.value.mode === 'scalar' ? clause.value : undefined;
  const list = rows ? bindRowsSubquery(context, builder, rows.query, rows) : bindExpression(context, builder, clause.value);
  const element = makeColumn(context, clause.alias.text, 'any');
  builder.plan = { kind: 'unnest', input: builder.plan, list, element, outer: false };
  builder.scope = addItem(builder.scope, { kind: 'value', alias: clause.alias.text, column: element }, clause.alias.span);
}

function bindReturn(
  context: BindContext,
  builder: Builder,
  projection: Ast.Projection,
  span: Ast.ReturnClause['span'],
  more: Pick<ProjectionSyntax, 'where' | 'emptyStar'>,
): readonly Column[] {
  const { distinct, items, orderBy, limit, fetch, skip } = projection;
  const columns = bindProjection(context, builder, {
    form: 'pipeline',
    distinct,
    items,
    groupBy: [],
    orderBy,
    limit,
    fetch,
    offset: skip,
    ...more,
    span,
  });
  const twice = columns.find((c, i) => columns.findIndex((d) => d.name === c.name) !== i);
  if (twice)
    throw new QueryError('bind/duplicate-alias', `Two items are named "${twice.name}".`, {
      span,
      hint: 'Give one of them another name with AS.',
    });
  return columns;
}

function bindWithClause(context: BindContext, builder: Builder, clause: Ast.WithClause): void {
  for (const i of clause.projection.items) {
    if (i.kind === 'expression' && !i.alias && i.value.kind !== 'identifier') {
      throw new QueryError('bind/needs-alias', 'An expression in WITH needs a name.', {
        span: i.span,
        hint: 'Write AS and a name behind it.',
      });
    }
  }
  const early = clause.where !== undefined && readsBefore(clause.where, clause.projection, builder);
  const columns = bindReturn(context, builder, clause.projection, clause.span, {
    where: early ? clause.where : undefined,
    emptyStar: true,
  });
  builder.scope = { ...builder.scope, items: columns.map((column) => ({ kind: 'value', alias: column.name, column })) };
  if (!clause.where || early) return;
  const predicate = bindCondition(context, builder, clause.where);
  builder.plan = { kind: 'filter', input: builder.plan, predicate };
}

/** Does the WHERE of a WITH use a variable that stands before the WITH only? */
function readsBefore(where: Ast.Expression, projection: Ast.Projection, builder: Builder): boolean {
  if (projection.items.some((i) => i.kind === 'star')) return false;
  const named = projection.items.map((i) =>
    i.kind === 'star' ? '' : (i.alias?.text ?? (i.value.kind === 'identifier' ? i.value.name : '')),
  );
  const before = builder.scope.items.map((i) => i.alias).filter((alias) => !named.some((n) => sameName(n, alias)));
  return identifiersIn(where).some((name) => before.some((b) => sameName(b, name)));
}
