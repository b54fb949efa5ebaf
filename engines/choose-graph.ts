// Finds graphs by name, and makes the catalogue of a session that has chosen one. The graph in use is the one whose labels the
// catalogue holds; see engines/plan/bind-graph.ts for USE.

import type { Name } from '../parser/ast.ts';
import { didYouMean, QueryError, type Span } from '../parser/error.ts';
import type { Catalog, GraphInfo } from './catalog.ts';
import type { Engine } from './engine.ts';
import type { RunOptions } from './session.ts';

/** The number of a session's graph that is gone. Only what uses the graph fails. */
const goneGraph = -1;

/** The graph of a name, without regard to case. */
export function graphNamed(catalog: Pick<Catalog, 'graphs'>, name: string): GraphInfo | undefined {
  const wanted = name.toLowerCase();
  return catalog.graphs.find((graph) => graph.name.toLowerCase() === wanted);
}

/** The graph of a name in the text; `bind/unknown-graph` if there is none. */
export function namedGraph(catalog: Pick<Catalog, 'graphs'>, { text, span }: Name): GraphInfo {
  const graph = graphNamed(catalog, text);
  if (!graph) throw unknownGraph(catalog, text, span);
  return graph;
}

/** What a session sees: the catalogue of its engine, with the graph in use. */
export function catalogOf(engine: Pick<Engine, 'catalog'>, { graph }: Pick<RunOptions, 'graph'>): Catalog {
  return catalogInGraph(engine.catalog(), graph ?? undefined);
}

/** The catalogue with a session's graph in use; one that is gone has no labels, and whatever uses it fails. */
export function catalogInGraph(catalog: Catalog, name: string | undefined): Catalog {
  if (name === undefined) return catalog;
  const graph = graphNamed(catalog, name);
  if (graph) return catalog.using(graph.id);
  const none = { names: new Set<string>(), complete: true };
  const indexes = catalog.everyIndex.filter((index) => index.on.kind !== 'label');
  return { ...catalog, graph: { id: goneGraph, name }, labels: [], edgeTypes: [], nodeProperties: none, edgeProperties: none, indexes };
}

/** The error for a name that no graph has. */
export function unknownGraph(catalog: Pick<Catalog, 'graphs'>, name: string, span: Span): QueryError {
  const near = didYouMean(
    name,
    catalog.graphs.map((graph) => graph.name),
  );
  return new QueryError('bind/unknown-graph', `There is no graph "${name}".`, { span, hint: near ?? 'SHOW GRAPHS lists them.' });
}

/** Throws if the graph in use is that of a session and is gone. */
export function refuseGone({ graph }: Pick<Catalog, 'graph'>): void {
  if (graph.id !== goneGraph) return;
  throw new QueryError('bind/unknown-graph', `The session's graph "${graph.name}" does not exist any more.`, {
    hint: 'SESSION RESET GRAPH goes back to the default graph.',
  });
}
