// Reads the catalogue from the file: tables as SQLite describes them, collections, labels, edge types and indexes from
// Trefoil's own tables. Kept until the schema changes; asking whether it did costs a few microseconds.

import type { Catalog, CollectionInfo, IndexInfo } from '../../catalog.ts';
import { pathsPerCollectionMax, readPaths } from './document-paths.ts';
import type { SqliteConnection } from './driver.ts';
import { elementTable, isElementPath } from './element-index.ts';
import { estimateRows } from './estimate-rows.ts';
import { readExpressionIndexes } from './expression-index.ts';
import { catalogOfGraphs, type GraphNames, graphNames, readGraph, readGraphList } from './read-graphs.ts';
import { readTableIndexes, readTables } from './read-tables.ts';
import { readUsers } from './users.ts';
import { readViews } from './views.ts';

export type { GraphNames } from './read-graphs.ts';

/** An index over one property of a label, as the graph storage needs it. */
export interface LabelIndex {
  readonly id: number;
  readonly name: string;
  readonly graph: number;
  readonly label: string;
  readonly path: readonly (string | number)[];
  readonly unique: boolean;
}

export class CatalogReader {
  /** By graph, and kept: storages hold them. Those of graphs that are there are read anew with the catalogue. */
  readonly #names = new Map<number, GraphNames>();
  readonly #connection: SqliteConnection;
  #catalog: Catalog | undefined;
  #labelIndexes: ReadonlyMap<number, readonly LabelIndex[]> = new Map();
  #version = 0;
  #epoch = -1;
  #dataVersion = -1;
  #fingerprint = '';
  /** The transaction of this connection in which it was last looked whether others had changed something. */
  #checkedIn: number | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** The labels and edge types of a graph. */
  namesOf(graph: number): GraphNames {
    let names = this.#names.get(graph);
    if (!names) this.#names.set(graph, (names = graphNames(this.#connection, graph)));
    return names;
  }

  /** The catalogue as this connection sees it now. The same object until something changes. */
  current(): Catalog {
    const connection = this.#connection;
    const { writeTransaction } = connection;
    if (this.#catalog && connection.catalogEpoch === this.#epoch && writeTransaction !== undefined && writeTransaction === this.#checkedIn)
      return this.#catalog;
    this.#checkedIn = writeTransaction;
    // data_version moves when another connection has committed anything, the epoch when this one changed the catalogue.
    const dataVersion = connection.get('PRAGMA main.data_version', [], 'number')?.[0] as number;
    const sameEpoch = connection.catalogEpoch === this.#epoch;
    if (this.#catalog && sameEpoch && dataVersion === this.#dataVersion) return this.#catalog;
    if (!this.#catalog || !sameEpoch || this.#readFingerprint() !== this.#fingerprint) this.#readAtOnce();
    this.#dataVersion = dataVersion;
    if (!this.#catalog) throw new Error('the catalogue was not read');
    return this.#catalog;
  }

  /** Outside a transaction all of it must come from one snapshot. */
  #readAtOnce(): void {
    if (this.#connection.inTransaction) return this.#read();
    this.#connection.run('BEGIN');
    try {
      this.#read();
    } finally {
      this.#connection.run('COMMIT');
    }
  }

  #readFingerprint(): string {
    const text = "SELECT schema_version, (SELECT value FROM trefoil_meta WHERE key = 'catalog') FROM pragma_schema_version";
    return String(this.#connection.get(text, [], 'number'));
  }

  #read(): void {
    const graphs = readGraphList(this.#connection).map((graph) => {
      const names = this.namesOf(graph.id);
      names.labels.reload();
      names.types.reload();
      return readGraph(this.#connection, graph, names);
    });
    const stored = readStoredIndexes(this.#connection);
    this.#labelIndexes = stored.labels;
    this.#catalog = readCatalog(this.#connection, ++this.#version, graphs, stored.infos);
    this.#fingerprint = this.#readFingerprint();
    this.#epoch = this.#connection.catalogEpoch;
  }

  labelIndexes(graph: number): readonly LabelIndex[] {
    this.current();
    return this.#labelIndexes.get(graph) ?? [];
  }
}

function readCatalog(
  connection: SqliteConnection,
  version: number,
  graphs: Catalog['graphs'],
  storedIndexes: readonly IndexInfo[],
): Catalog {
  const collections = readCollections(connection);
  const hidden = new Set(collections.map((collection) => collection.table.toLowerCase()));
  const tables = readTables(connection, hidden);
  const tablesByName = byName(tables);
  const collectionsByName = byName(collections);
  const views = readViews(connection);
  const viewsByName = byName(views);
  return catalogOfGraphs({
    version,
    table: (name) => tablesByName.get(name.toLowerCase()),
    collection: (name) => collectionsByName.get(name.toLowerCase()),
    view: (name) => viewsByName.get(name.toLowerCase()),
    tables,
    collections,
    views,
    graphs,
    users: readUsers(connection),
    everyIndex: allIndexes(readTableIndexes(connection, tablesByName), storedIndexes, readExpressionIndexes(connection)),
  });
}

/** SQLite itself describes an index with another collation as one over plain columns; what was noted says more. */
function allIndexes(plain: readonly IndexInfo[], stored: readonly IndexInfo[], expressions: readonly IndexInfo[]): readonly IndexInfo[] {
  const noted = new Set(expressions.map((index) => index.name.toLowerCase()));
  return [...plain.filter((index) => !noted.has(index.name.toLowerCase())), ...stored, ...expressions];
}

function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.name.toLowerCase(), item]));
}

function readCollections(connection: SqliteConnection): CollectionInfo[] {
  const rows = connection.all(
    `SELECT c.name, c.table_name, c.schema FROM trefoil_collection AS c JOIN main.sqlite_schema AS s ON s.type = 'table' AND s.name = c.table_name COLLATE NOCASE
     ORDER BY c.name`,
  );
  const paths = readPaths(connection);
  return rows.map(([name, table, schema]) => {
    const known = paths.get((name as string).toLowerCase()) ?? [];
    return {
      name: name as string,
      table: table as string,
      get rows() {
        return estimateRows(connection, table as string, 'id');
      },
      fields: known.flatMap((p) => (p.steps.length === 1 && typeof p.steps[0] === 'string' ? [p.steps[0]] : [])),
      paths: new Set(known.map((p) => p.path)),
      pathsComplete: known.length < pathsPerCollectionMax,
      ...(typeof schema === 'string' && { schema }),
    };
  });
}

function readStoredIndexes(connection: SqliteConnection): { infos: IndexInfo[]; labels: Map<number, LabelIndex[]> } {
  const infos: IndexInfo[] = [];
  const labels = new Map<number, LabelIndex[]>();
  for (const row of connection.all(
    'SELECT id, name, kind, target, keys, is_unique, graph FROM trefoil_index ORDER BY name',
    [],
    'number',
  )) {
    const [id, name, kind, target, keysText, isUnique, graph] = row as [
      number,
      string,
      'collection' | 'label',
      string,
      string,
      number,
      number,
    ];
    const keys = JSON.parse(keysText) as (string | number | null)[][];
    const unique = isUnique === 1;
    const on = { kind, name: target, ...(graph !== 0 && { graph }) };
    const elements = keys.some(isElementPath) && { elements: elementTable(id) };
    infos.push({ name, on, keys, unique, ...elements });
    if (kind !== 'label') continue;
    const path = (keys[0] ?? []) as (string | number)[];
    const index: LabelIndex = { id, name, graph, label: target, path, unique };
    labels.set(graph, [...(labels.get(graph) ?? []), index]);
  }
  return { infos, labels };
}
