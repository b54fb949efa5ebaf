// Reads the graphs of the file with the names of their labels, edge types and properties. A part of reading the catalogue.

import type { Catalog, GraphInfo, IndexInfo, LabelInfo } from '../../catalog.ts';
import type { SqliteConnection } from './driver.ts';
import { graphTables } from './graph-tables.ts';
import { StoredNames } from './names.ts';
import { readProperties } from './property-names.ts';

/** The labels and edge types of one graph. */
export interface GraphNames {
  readonly labels: StoredNames;
  readonly types: StoredNames;
}

/** The names of a graph, not read yet. */
export function graphNames(connection: SqliteConnection, graph: number): GraphNames {
  const tables = graphTables(graph);
  return { labels: new StoredNames(connection, tables.label), types: new StoredNames(connection, tables.edgeType) };
}

/** The numbers and names of all graphs, the default one first. */
export function readGraphList(connection: SqliteConnection): { id: number; name: string }[] {
  const rows = connection.all('SELECT id, name FROM trefoil_graph ORDER BY id <> 0, name', [], 'number');
  return rows.map(([id, name]) => ({ id: id as number, name: name as string }));
}

/** One graph as the catalogue has it. `names` have been read. */
export function readGraph(
  connection: SqliteConnection,
  { id, name }: { id: number; name: string },
  { labels, types }: GraphNames,
): GraphInfo {
  const tables = graphTables(id);
  const properties = readProperties(connection, tables.property);
  const edgeTypes = readNames(types);
  return {
    id,
    name,
    get nodes() {
      return (connection.get(`SELECT count(*) FROM ${tables.node}`, [], 'number')?.[0] as number | undefined) ?? 0;
    },
    get edges() {
      return edgeTypes.reduce((sum, type) => sum + type.count, 0);
    },
    labels: readNames(labels),
    edgeTypes,
    nodeProperties: properties.node,
    edgeProperties: properties.edge,
  };
}

function readNames(names: StoredNames): LabelInfo[] {
  return names.names().map((name) => {
    const id = names.id(name) ?? 0;
    return {
      id,
      name,
      get count() {
        return names.count(id);
      },
    };
  });
}

type Common = Omit<Catalog, 'graph' | 'labels' | 'edgeTypes' | 'nodeProperties' | 'edgeProperties' | 'indexes' | 'using'>;

/** The catalogue with the default graph in use; each other one is made when it is asked for. */
export function catalogOfGraphs(common: Common): Catalog {
  const made = new Map<number, Catalog>();
  const using = (id: number): Catalog => {
    const known = made.get(id);
    if (known) return known;
    const graph = common.graphs.find((g) => g.id === id);
    if (!graph) throw new Error(`there is no graph ${id}`);
    const { labels, edgeTypes, nodeProperties, edgeProperties } = graph;
    const indexes = common.everyIndex.filter((index) => isOf(index, id));
    const catalog = { ...common, graph, labels, edgeTypes, nodeProperties, edgeProperties, indexes, using };
    made.set(id, catalog);
    return catalog;
  };
  return using(0);
}

function isOf(index: IndexInfo, graph: number): boolean {
  return index.on.kind !== 'label' || (index.on.graph ?? 0) === graph;
}
