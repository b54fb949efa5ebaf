// What a session's graph means for statements that are no queries: an index on a label belongs to it, and a view is kept with it,
// because a view reads the same graph whoever uses it.

import type * as Ast from '../parser/ast.ts';
import type { Span } from '../parser/error.ts';
import type { Catalog } from './catalog.ts';
import { namedGraph, refuseGone } from './choose-graph.ts';
import type { SchemaStatement } from './engine.ts';

/** The graph that CREATE INDEX names, if it does. */
export interface IndexOf {
  readonly graph?: Ast.Name;
}

/** Undefined: the statement makes no index on a label. */
export function indexGraph(statement: SchemaStatement): IndexOf | undefined {
  if (statement.kind !== 'createIndex' || statement.target.kind !== 'label') return undefined;
  return statement.graph ? { graph: statement.graph } : {};
}

/** The number of the graph whose nodes get the index. */
export function graphForIndex(catalog: Catalog, name: Ast.Name | undefined): number {
  if (name) return namedGraph(catalog, name).id;
  refuseGone(catalog);
  return catalog.graph.id;
}

/** CREATE VIEW with `USE g` in front of its queries, where a session has chosen g. */
export function viewInGraph(statement: Ast.CreateView, graph: string | null | undefined): Ast.CreateView {
  if (graph === null || graph === undefined || !hasPattern(statement.query)) return statement;
  return { ...statement, query: queryInGraph(statement.query, { text: graph, span: statement.name.span }) };
}

/** Is there a pattern or a call of a procedure in it? */
function hasPattern(syntax: unknown): boolean {
  if (typeof syntax !== 'object' || syntax === null) return false;
  if ('patterns' in syntax || 'pattern' in syntax || 'procedure' in syntax) return true;
  return Object.values(syntax).some(hasPattern);
}

function queryInGraph(query: Ast.Query, use: Ast.Name & { readonly span: Span }): Ast.Query {
  switch (query.kind) {
    case 'select':
    case 'pipeline':
    case 'withQuery':
      return query.use ? query : { ...query, use };
    case 'set':
      return { ...query, left: queryInGraph(query.left, use), right: queryInGraph(query.right, use) };
    case 'values':
      return selectAll(query, use);
  }
}

/** VALUES takes no USE, but its values may be queries over the graph. */
function selectAll(query: Ast.Query, use: Ast.Name): Ast.Query {
  const { span } = query;
  const from: Ast.FromItem = { kind: 'query', query, span };
  return { kind: 'select', use, distinct: false, items: [{ kind: 'star', span }], from, groupBy: [], orderBy: [], span };
}
