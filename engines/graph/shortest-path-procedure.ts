// CALL algo.shortestPath(source, target, {weight: 'km', types: ['ROAD'], direction: 'both'}) YIELD path, cost, nodes, edges.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { ProcedureInfo } from '../engine.ts';
import { refuseOtherGraph } from '../other-graph.ts';
import type { CallProcedure } from '../plan/plan.ts';
import { type EdgeValue, NodeValue, PathValue, type Row, type Value } from '../value.ts';
import type { Options, ProcedureRun } from './procedures.ts';
import type { Way } from './program.ts';
import { type CheapestPath, cheapestPaths } from './weighted-paths.ts';

export const shortestPathInfo: ProcedureInfo & { readonly options: readonly string[] } = {
  name: 'algo.shortestPath',
  description: 'The path that costs least, by a property of the edges that is not negative; without one, the path of fewest edges.',
  arguments: [
    { name: 'source', type: 'node', optional: false, description: 'Where the path begins.' },
    { name: 'target', type: 'node', optional: true, description: 'Where it ends; null: a path to every node that can be reached.' },
    { name: 'options', type: 'object', optional: true, description: "{weight: 'km', types: ['ROAD'], direction: 'out'}" },
  ],
  yields: [
    { name: 'path', type: 'path' },
    { name: 'cost', type: 'float' },
    { name: 'nodes', type: 'list' },
    { name: 'edges', type: 'list' },
  ],
  options: ['weight', 'types', 'direction'],
};

/** The rows of one call. */
export async function shortestPathRows(node: CallProcedure, [source, target]: Row, options: Options, run: ProcedureRun): Promise<Row[]> {
  const from = nodeArgument('source', source, run.storage.graph);
  const to = nodeArgument('target', target, run.storage.graph);
  if (!from || (target !== undefined && target !== null && !to)) return [];
  const settings = { weight: options.text('weight'), types: typesOption(options, run), way: wayOption(options) };
  const rows: Row[] = [];
  const elements: (NodeValue | EdgeValue)[] = [];
  for await (const found of cheapestPaths(run.topology, run.storage, run.context, from.id, to?.id, settings)) {
    const path = pathOf(found, run);
    elements.push(...path.nodes, ...path.edges);
    const values: Record<string, Value> = { path, cost: found.cost, nodes: path.nodes, edges: path.edges };
    rows.push(node.yields.map((y) => values[y.source]));
  }
  await run.context.elements.load(elements);
  return rows;
}

function nodeArgument(name: string, value: Value, graph: number): NodeValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof NodeValue) {
    refuseOtherGraph(value, graph, { column: { name } });
    return value.deleted ? undefined : value;
  }
  throw new QueryError('type/argument', `The argument "${name}" of algo.shortestPath is a node, not ${typeName(value)}.`);
}

function typesOption(options: Options, { storage, context }: ProcedureRun): number[] | undefined {
  const names = options.texts('types');
  return names?.flatMap((name) => {
    const id = storage.types.id(name);
    const message = `No edge has the type "${name}".`;
    if (id === undefined && !context.notices.some((n) => n.message === message))
      context.notices.push({ code: 'notice/unknown-edge-type', message });
    return id ?? [];
  });
}

function wayOption(options: Options): Way {
  const direction = options.text('direction') ?? 'out';
  if (direction === 'out' || direction === 'in' || direction === 'both') return direction;
  throw new QueryError('type/argument', `The option "direction" of algo.shortestPath is 'out', 'in' or 'both', not '${direction}'.`);
}

function pathOf({ nodes, edges, metas }: CheapestPath, { storage, context }: ProcedureRun): PathValue {
  const walked = edges.map((id, i) => {
    const [here, there] = [nodes[i] ?? 0, nodes[i + 1] ?? 0];
    const meta = metas[i] ?? 0;
    const type = storage.types.name(meta >>> 1);
    const [from, to] = (meta & 1) === 1 ? [there, here] : [here, there];
    return context.elements.edge(id, type, from, to, storage.graph);
  });
  return new PathValue(
    nodes.map((id) => context.elements.node(id, storage.graph)),
    walked,
  );
}
