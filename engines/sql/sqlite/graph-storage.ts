// The graph on disk: nodes, edges, their labels and types, as the graph engine reads and writes them. Every change of topology or
// labels goes into the change log in the same transaction; label indexes and counts are kept up here too.

import type { GraphChange, GraphStorage, NameTable, PropertyTest } from '../../storage.ts';
import { QueryError } from '../../../parser/error.ts';
import { parseJson, storageJson } from '../../json.ts';
import type { ObjectValue } from '../../value.ts';
import type { CatalogReader, GraphNames, LabelIndex } from './catalog.ts';
import { ChangeLog } from './change-log.ts';
import { setCounter } from './counters.ts';
import { valueAt } from './constraint-errors.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { type GraphTables, graphTables } from './graph-tables.ts';
import { addEntries, type Entry, findInIndex, removeEntries } from './label-index.ts';
import { readEdges, readNodes } from './read-topology.ts';
import { type ElementKind, PropertyNames } from './property-names.ts';
import { readGraphList } from './read-graphs.ts';
import { keysJson } from './row-storage.ts';

/** Node and edge ids end here, so that they fit into 32-bit arrays. */
export const elementIdMax = 2 ** 31 - 1;
/** Elements fetched by one statement. */
const loadedAtOnce = 5_000;

type NewNode = { readonly id?: number; readonly labels: readonly number[]; readonly properties: ObjectValue };
type NewEdge = {
  readonly id?: number;
  readonly type: number;
  readonly from: number;
  readonly to: number;
  readonly properties: ObjectValue;
};
type StoredNode = { labels: readonly number[]; properties: ObjectValue };
type StoredEdge = { type: number; from: number; to: number; properties: ObjectValue };
/** A node's labels and properties before and after a change. */
type NodeChange = { readonly id: number; readonly before?: StoredNode | undefined; readonly after?: StoredNode | undefined };

export class SqliteGraphStorage implements GraphStorage {
  readonly graph: number;
  readonly labels: NameTable;
  readonly types: NameTable;
  readonly #connection: SqliteConnection;
  readonly #catalog: CatalogReader;
  readonly #tables: GraphTables;
  readonly #names: GraphNames;
  readonly #log: ChangeLog;
  readonly #properties: PropertyNames;
  readonly #labelLists = new Map<string, readonly number[]>();

  constructor(connection: SqliteConnection, catalog: CatalogReader, graph: number) {
    this.graph = graph;
    this.#connection = connection;
    this.#catalog = catalog;
    this.#tables = graphTables(graph);
    this.#names = catalog.namesOf(graph);
    this.#log = new ChangeLog(connection, this.#tables.change);
    this.#properties = new PropertyNames(connection, this.#tables.property);
    this.labels = this.#names.labels;
    this.types = this.#names.types;
  }

  async changeNumber(): Promise<number> {
    return this.#log.number();
  }

  async changesSince(after: number): Promise<readonly GraphChange[] | undefined> {
    return this.#log.since(after);
  }

  async highestNodeId(): Promise<number> {
    return this.#highestId('node');
  }

  async highestEdgeId(): Promise<number> {
    return this.#highestId('edge');
  }

  edges(type?: number): AsyncIterable<{ id: Uint32Array; type: Uint32Array; from: Uint32Array; to: Uint32Array }> {
    return readEdges(this.#connection, this.#tables, type);
  }

  nodes(label?: number): AsyncIterable<Uint32Array> {
    return readNodes(this.#connection, this.#tables, label);
  }

  async loadNodes(ids: readonly number[]): Promise<readonly (StoredNode | undefined)[]> {
    return this.#loadNodes(ids);
  }

  async loadEdges(ids: readonly number[]): Promise<readonly (StoredEdge | undefined)[]> {
    const found = new Map<number, StoredEdge>();
    for (const row of this.#loadRows('id, type, from_node, to_node, json(properties)', this.#tables.edge, ids)) {
      const [id, type, from, to, properties] = row as [number, number, number, number, string];
      found.set(id, { type, from, to, properties: propertiesOf(properties) });
    }
    return ids.map((id) => found.get(id));
  }

  async findNodes(label: number, path: readonly (string | number)[], test: PropertyTest): Promise<Uint32Array | undefined> {
    const index = this.#indexOn(this.labels.name(label), path);
    return index && findInIndex(this.#connection, index, test);
  }

  indexOn(label: string, path: readonly (string | number)[]): { readonly name: string } | undefined {
    return this.#indexOn(label, path);
  }

  async createNodes(nodes: readonly NewNode[]): Promise<readonly number[]> {
    if (nodes.length === 0) return [];
    this.#properties.note('node', nodes);
    const ids = this.#idsOf('node', nodes);
    const items = nodes.map((node, i) => `[${ids[i]},"[${node.labels.join(',')}]",${storageJson(node.properties)}]`);
    this.#connection.run(
      `INSERT INTO ${this.#tables.node} (id, labels, properties) SELECT value ->> '$[0]', value ->> '$[1]', jsonb_extract(value, '$[2]') FROM jsonb_each(?)`,
      [`[${items.join(',')}]`],
    );
    this.#log.append('addNode', ids.map(String));
    this.#changeLabels(nodes.map((node, i) => ({ id: ids[i] ?? 0, after: { labels: node.labels, properties: node.properties } })));
    return ids;
  }

  async createEdges(edges: readonly NewEdge[]): Promise<readonly number[]> {
    if (edges.length === 0) return [];
    this.#properties.note('edge', edges);
    const ids = this.#idsOf('edge', edges);
    const text = `INSERT INTO ${this.#tables.edge} (id, type, from_node, to_node, properties) VALUES (?, ?, ?, ?, jsonb(?))`;
    edges.forEach((edge, i) => {
      const values = [BigInt(ids[i] ?? 0), BigInt(edge.type), BigInt(edge.from), BigInt(edge.to), storageJson(edge.properties)];
      try {
        this.#connection.run(text, values);
      } catch (error) {
        throw isForeignKey(error) ? new QueryError('constraint/no-node', 'An edge needs two nodes that exist; one was deleted.') : error;
      }
    });
    this.#log.append(
      'addEdge',
      edges.map((edge, i) => `[${ids[i]},${edge.type},${edge.from},${edge.to}]`),
    );
    this.#countTypes(edges, 1);
    return ids;
  }

  async setNodeProperties(items: readonly { id: number; properties: ObjectValue }[]): Promise<void> {
    const indexed = this.#catalog.labelIndexes(this.graph).length > 0;
    const before = indexed ? this.#loadNodes(items.map((item) => item.id)) : [];
    this.#setProperties('node', items);
    const changes = before.map((old, i): NodeChange => {
      const item = items[i];
      return { id: item?.id ?? 0, before: old, after: old && item && { labels: old.labels, properties: item.properties } };
    });
    this.#changeIndexes(changes);
  }

  async setEdgeProperties(items: readonly { id: number; properties: ObjectValue }[]): Promise<void> {
    this.#setProperties('edge', items);
  }

  async setNodeLabels(items: readonly { id: number; labels: readonly number[] }[]): Promise<void> {
    const before = this.#loadNodes(items.map((item) => item.id));
    const changes: NodeChange[] = [];
    items.forEach((item, i) => {
      const old = before[i];
      if (!old) return;
      this.#connection.run(`UPDATE ${this.#tables.node} SET labels = ? WHERE id = ?`, [keysJson(item.labels), BigInt(item.id)]);
      changes.push({ id: item.id, before: old, after: { labels: item.labels, properties: old.properties } });
    });
    this.#changeLabels(changes);
  }

  async deleteEdges(ids: readonly number[]): Promise<void> {
    const gone: (StoredEdge & { id: number })[] = [];
    for (const [id, type, from, to] of this.#loadRows('id, type, from_node, to_node', this.#tables.edge, ids) as number[][]) {
      gone.push({ id: id ?? 0, type: type ?? 0, from: from ?? 0, to: to ?? 0, properties: new Map() });
    }
    if (gone.length === 0) return;
    this.#connection.run(`DELETE FROM ${this.#tables.edge} WHERE id IN (SELECT value FROM json_each(?))`, [
      keysJson(gone.map((edge) => edge.id)),
    ]);
    this.#log.append(
      'removeEdge',
      gone.map((edge) => `[${edge.id},${edge.type},${edge.from},${edge.to}]`),
    );
    this.#countTypes(gone, -1);
  }

  async deleteNodes(ids: readonly number[]): Promise<void> {
    const before = this.#loadNodes(ids);
    const changes = ids.flatMap((id, i): NodeChange[] => (before[i] ? [{ id, before: before[i] }] : []));
    if (changes.length === 0) return;
    this.#changeLabels(changes);
    const gone = changes.map((change) => change.id);
    try {
      this.#connection.run(`DELETE FROM ${this.#tables.node} WHERE id IN (SELECT value FROM json_each(?))`, [keysJson(gone)]);
    } catch (error) {
      if (!isForeignKey(error)) throw error;
      throw new QueryError('constraint/has-edges', 'A node that still has edges cannot be deleted.', {
        hint: 'DETACH DELETE removes its edges too.',
      });
    }
    this.#log.append('removeNode', gone.map(String));
  }

  /** All graphs of the file take their ids from the sequences of the default graph, so that no two elements have the same. */
  #highestId(kind: ElementKind): number {
    const row = this.#connection.get('SELECT seq FROM sqlite_sequence WHERE name = ?', [`trefoil_${kind}`], 'number');
    return (row?.[0] as number | undefined) ?? 0;
  }

  async takenIds(kind: ElementKind, ids: readonly number[]): Promise<ReadonlySet<number>> {
    const keys = keysJson(ids);
    const taken = new Set<number>();
    for (const { id } of readGraphList(this.#connection)) {
      const text = `SELECT id FROM ${graphTables(id)[kind]} WHERE id IN (SELECT value FROM json_each(?))`;
      for (const [found] of this.#connection.all(text, [keys], 'number')) taken.add(found as number);
    }
    return taken;
  }

  async leaveIds(kind: ElementKind, highest: number): Promise<void> {
    if (highest > elementIdMax) throw usedUpError();
    if (highest > this.#highestId(kind)) this.#takeIds(kind, highest);
  }

  /** The ids that elements bring along, or else the next ones. */
  #idsOf(kind: ElementKind, elements: readonly { readonly id?: number }[]): number[] {
    const given = elements.flatMap(({ id }) => id ?? []);
    if (given.length === 0) {
      const first = this.#newIds(kind, elements.length);
      return elements.map((_, i) => first + i);
    }
    const highest = given.reduce((most, id) => Math.max(most, id), this.#highestId(kind));
    if (highest > this.#highestId(kind)) this.#takeIds(kind, highest);
    let next = given.length < elements.length ? this.#newIds(kind, elements.length - given.length) : 0;
    return elements.map(({ id }) => id ?? next++);
  }

  #newIds(kind: ElementKind, count: number): number {
    const highest = this.#highestId(kind);
    if (highest + count > elementIdMax) throw usedUpError();
    // SQLite moves the sequence by itself where its own table gets the rows.
    if (this.graph !== 0) this.#takeIds(kind, highest + count);
    return highest + 1;
  }

  #takeIds(kind: ElementKind, highest: number): void {
    setCounter(this.#connection, `trefoil_${kind}`, BigInt(highest));
  }

  #loadRows(columns: string, table: string, ids: readonly number[]): SqliteValue[][] {
    if (ids.length === 1) return this.#connection.all(`SELECT ${columns} FROM ${table} WHERE id = ?`, [BigInt(ids[0] ?? 0)], 'number');
    const rows: SqliteValue[][] = [];
    for (let i = 0; i < ids.length; i += loadedAtOnce) {
      const some = ids.slice(i, i + loadedAtOnce);
      rows.push(
        ...this.#connection.all(`SELECT ${columns} FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`, [keysJson(some)], 'number'),
      );
    }
    return rows;
  }

  #loadNodes(ids: readonly number[]): (StoredNode | undefined)[] {
    const found = new Map<number, StoredNode>();
    for (const [id, labels, properties] of this.#loadRows('id, labels, json(properties)', this.#tables.node, ids)) {
      found.set(id as number, { labels: this.#labelList(labels as string), properties: propertiesOf(properties as string) });
    }
    return ids.map((id) => found.get(id));
  }

  /** Few different lists of labels occur; each is parsed once. */
  #labelList(text: string): readonly number[] {
    let list = this.#labelLists.get(text);
    if (!list) {
      list = JSON.parse(text) as number[];
      this.#labelLists.set(text, list);
    }
    return list;
  }

  #setProperties(kind: ElementKind, items: readonly { id: number; properties: ObjectValue }[]): void {
    this.#properties.note(kind, items);
    const text = `UPDATE ${this.#tables[kind]} SET properties = jsonb(?) WHERE id = ?`;
    for (const item of items) this.#connection.run(text, [storageJson(item.properties), BigInt(item.id)]);
  }

  /** Writes what a change of labels means: the label's nodes, the counts, the log and the indexes. */
  #changeLabels(changes: readonly NodeChange[]): void {
    const removed: string[] = [];
    const added: string[] = [];
    const counts = new Map<number, number>();
    for (const { id, before, after } of changes) {
      const old = new Set(before?.labels);
      const now = new Set(after?.labels);
      for (const label of old) {
        if (now.has(label)) continue;
        removed.push(`[${id},${label}]`);
        counts.set(label, (counts.get(label) ?? 0) - 1);
      }
      for (const label of now) {
        if (old.has(label)) continue;
        added.push(`[${id},${label}]`);
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
    }
    if (removed.length > 0) {
      const pairs = "SELECT value ->> '$[1]', value ->> '$[0]' FROM jsonb_each(?)";
      this.#connection.run(`DELETE FROM ${this.#tables.nodeLabel} WHERE (label, node) IN (${pairs})`, [`[${removed.join(',')}]`]);
    }
    if (added.length > 0) {
      const pairs = "SELECT value ->> '$[1]', value ->> '$[0]' FROM jsonb_each(?)";
      this.#connection.run(`INSERT INTO ${this.#tables.nodeLabel} (label, node) ${pairs}`, [`[${added.join(',')}]`]);
    }
    for (const [label, change] of counts) this.#names.labels.addToCount(label, change);
    this.#log.append('removeLabel', removed);
    this.#log.append('addLabel', added);
    this.#changeIndexes(changes);
  }

  #countTypes(edges: readonly { readonly type: number }[], sign: 1 | -1): void {
    const counts = new Map<number, number>();
    for (const edge of edges) counts.set(edge.type, (counts.get(edge.type) ?? 0) + sign);
    for (const [type, change] of counts) this.#names.types.addToCount(type, change);
  }

  /** All old entries go before the first new one comes, so that two nodes may exchange a unique value. */
  #changeIndexes(changes: readonly NodeChange[]): void {
    for (const index of this.#catalog.labelIndexes(this.graph)) {
      const label = this.labels.id(index.label);
      if (label === undefined) continue;
      const removed = changes.flatMap(({ id, before }) => entryOf(id, before, label, index));
      const added = changes.flatMap(({ id, after }) => entryOf(id, after, label, index));
      removeEntries(this.#connection, index, removed);
      addEntries(this.#connection, index, added);
    }
  }

  #indexOn(label: string, path: readonly (string | number)[]): LabelIndex | undefined {
    return this.#catalog
      .labelIndexes(this.graph)
      .find((index) => index.label === label && index.path.length === path.length && index.path.every((step, i) => step === path[i]));
  }
}

function usedUpError(): QueryError {
  return new QueryError(
    'limit/element-ids',
    `The file can number ${elementIdMax.toLocaleString('en')} nodes and as many edges, and the numbers are used up.`,
  );
}

function entryOf(id: number, node: StoredNode | undefined, label: number, index: LabelIndex): Entry[] {
  return node?.labels.includes(label) ? [{ node: id, value: valueAt(node.properties, index.path) }] : [];
}

function propertiesOf(text: string): ObjectValue {
  if (text === '{}') return new Map();
  const value = parseJson(text);
  if (!(value instanceof Map)) throw new QueryError('storage/corrupt', 'An element of the graph has properties that are no object.');
  return value;
}

function isForeignKey(error: unknown): boolean {
  return error instanceof QueryError && error.code === 'constraint/foreign-key';
}
