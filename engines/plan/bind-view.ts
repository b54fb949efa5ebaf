// Views: the query of a view is bound where it is used, as if it stood there in parentheses, so every rule and every engine sees
// through it. Its text has no place in the statement, so all its errors point at the view's name there.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { parse } from '../../parser/parse.ts';
import { defaultGraph, type ViewInfo } from '../catalog.ts';
import type { Notice } from '../engine.ts';
import { withCatalog } from './bind-graph.ts';
import { type BoundQuery, bindQuery } from './bind-query.ts';
import { addItem, type BindContext, type BindInput, type Builder, newContext } from './scope.ts';
import type { Column } from './type.ts';

/** Views inside views inside views. */
const viewDepthMax = 32;
/** Uses of views in one statement, those inside views counted too. */
const viewsPerStatementMax = 500;

const alone = { tables: new Map() };
const parsed = new WeakMap<ViewInfo, Ast.Query>();

/** Makes the builder the rows of a view under an alias. */
export function bindView(context: BindContext, builder: Builder, view: ViewInfo, alias: string, span: Span): void {
  const { plan, columns } = boundView(context, view, span);
  builder.plan = plan;
  const named = columns.map((column, i) => ({ name: view.columns?.[i] ?? column.name, column }));
  builder.scope = addItem(builder.scope, { kind: 'row', alias, columns: named }, span);
}

/** The view's plan; `columns` in the view's order, under the names of its query. */
function boundView(context: BindContext, view: ViewInfo, span: Span): BoundQuery {
  const { stack } = context.views;
  if (stack.some((name) => name === view.name.toLowerCase())) {
    const path = [...stack, view.name].map((name) => `"${name}"`).join(', ');
    throw new QueryError('bind/view-recursion', `The view "${view.name}" is defined by itself: ${path}.`, {
      span,
      hint: 'WITH RECURSIVE inside a view may recur; a view may not.',
    });
  }
  if (stack.length >= viewDepthMax || ++context.views.bound > viewsPerStatementMax) {
    throw new QueryError(
      'limit/views',
      `A statement can use ${viewsPerStatementMax} views, nested ${viewDepthMax} deep; this is beyond, at "${view.name}".`,
      { span },
    );
  }
  stack.push(view.name.toLowerCase());
  try {
    // Whatever graph is in use where the view is used.
    const bound = withCatalog(context, context.catalog.using(defaultGraph), () => bindQuery(context, atSpan(queryOf(view), span), alone));
    checkColumns(view.name, view.columns?.length, bound, span);
    return bound;
  } catch (error) {
    if (!(error instanceof QueryError) || error.code === 'bind/view-recursion' || error.code === 'limit/views') throw error;
    throw new QueryError('bind/view', `The view "${view.name}" cannot be used: ${error.message}`, {
      span,
      hint: 'The view is kept as it was written. Change it with CREATE OR REPLACE VIEW, or make again what it needs.',
    });
  } finally {
    stack.pop();
  }
}

/** The columns of a view, for people. */
export function columnsOfView(input: BindInput, view: ViewInfo, span: Span): readonly Column[] {
  const { columns } = boundView(newContext(input, []), view, span);
  return columns.map((column, i) => ({ ...column, name: view.columns?.[i] ?? column.name }));
}

/** Refuses a definition that could not be used: binds it with the names that exist now. The answer is what there is to notice. */
export function checkView(input: BindInput, statement: Ast.CreateView): readonly Notice[] {
  const context = newContext(input, []);
  context.views.stack.push(statement.name.text.toLowerCase());
  const bound = bindQuery(context, statement.query, alone);
  checkColumns(statement.name.text, statement.columns?.length, bound, statement.columns?.[0]?.span ?? statement.name.span);
  return context.notices;
}

/** The names of the views that can be used now. */
export function usableViews(input: BindInput): readonly string[] {
  return input.catalog.views.filter((view) => failureOf(input, view) === undefined).map((view) => view.name);
}

/** Refuses a change of names that leaves one of the views unusable: a view is text, and does not follow. */
export function refuseBrokenViews(input: BindInput, usable: readonly string[], span: Span): void {
  for (const view of input.catalog.views) {
    const failure = usable.includes(view.name) ? failureOf(input, view, span) : undefined;
    if (!failure) continue;
    throw new QueryError('bind/view', `The view "${view.name}" needs what is changed here. ${failure.message}`, {
      span,
      hint: 'DROP VIEW or CREATE OR REPLACE VIEW first.',
    });
  }
}

const noSpan: Span = { start: 0, end: 0 };

/** Why a view cannot be used now; undefined: it can. */
export function failureOf(input: BindInput, view: ViewInfo, span = noSpan): QueryError | undefined {
  try {
    boundView(newContext(input, []), view, span);
    return undefined;
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
}

function checkColumns(view: string, named: number | undefined, bound: BoundQuery, span: Span): void {
  if (named !== undefined && named !== bound.columns.length) {
    throw new QueryError('bind/column-count', `The view "${view}" names ${named} columns, but its query gives ${bound.columns.length}.`, {
      span,
    });
  }
}

/** The query of a view as it was written. */
export function queryOf(view: ViewInfo): Ast.Query {
  let query = parsed.get(view);
  if (!query) {
    const [statement] = parse(view.text).statements;
    if (statement?.kind !== 'query') throw new QueryError('storage/corrupt', `The view "${view.name}" has no query in the file.`);
    query = statement.query;
    parsed.set(view, query);
  }
  return query;
}

/** The same syntax with one place for all of it. */
function atSpan<T>(syntax: T, span: Span): T {
  if (Array.isArray(syntax)) return syntax.map((item) => atSpan(item as unknown, span)) as T;
  if (typeof syntax !== 'object' || syntax === null || Object.getPrototypeOf(syntax) !== Object.prototype) return syntax;
  const entries = Object.entries(syntax).map(([key, value]) => [key, isSpan(value) ? span : atSpan(value as unknown, span)]);
  return Object.fromEntries(entries) as T;
}

function isSpan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value && typeof value.start === 'number';
}
