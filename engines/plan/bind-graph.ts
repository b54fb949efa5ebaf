// Which graph a piece of a statement reads and writes: that of the nearest USE round it, else the session's. The graph in use is
// the one whose labels the binder's catalogue holds.

import type { Name } from '../../parser/ast.ts';
import { type Catalog, defaultGraph, type GraphRef } from '../catalog.ts';
import { namedGraph, refuseGone } from '../choose-graph.ts';
import type { BindContext } from './scope.ts';

/** Binds something with a graph in use; without a name with the one that is in use. */
export function inGraph<T>(context: BindContext, name: Name | undefined, bind: () => T): T {
  if (!name) return bind();
  const graph = namedGraph(context.catalog, name);
  return withCatalog(context, context.catalog.using(graph.id), bind);
}

/** Binds something with the graph in use that a catalogue has. */
export function withCatalog<T>(context: BindContext, catalog: Catalog, bind: () => T): T {
  const before = context.catalog;
  context.catalog = catalog;
  try {
    return bind();
  } finally {
    context.catalog = before;
  }
}

/** What a plan node keeps of the graph in use: nothing for the default one. Throws if the session's graph is gone. */
export function graphInUse({ catalog }: BindContext): { readonly graph?: GraphRef } {
  refuseGone(catalog);
  const { id, name } = catalog.graph;
  return id === defaultGraph ? {} : { graph: { id, name } };
}
