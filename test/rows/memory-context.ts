// A run context over plain memory: enough of the storage and the graph engine for the row operators, without SQLite.

import type { CollectionInfo, TableInfo } from '../../engines/catalog.ts';
import { catalogOfGraphs } from '../../engines/sql/sqlite/read-graphs.ts';
import type { Batches, ElementCache, GraphEngine, NewEdge, NewNode, RunContext, SqlStatement } from '../../engines/engine.ts';
import type { GraphStorage, NameTable, RowStorage } from '../../engines/storage.ts';
import { EdgeValue, NodeValue, type ObjectValue, type Row, type Value } from '../../engines/value.ts';
import { makeProcedures } from '../../engines/procedures.ts';
import { emptyStats } from '../../engines/run-context.ts';

export interface Source {
  readonly batches: readonly Row[][];
  pulled: number;
  closed: boolean;
  started: number;
}

export class MemoryRows implements RowStorage {
  readonly tables = new Map<string, Map<bigint, Row>>();
  readonly documents = new Map<bigint, ObjectValue>();
  readonly sources = new Map<string, Source>();
  /** How many rows each write call got. */
  readonly calls: number[] = [];
  nextKey = 1n;

  source(name: string, batches: readonly Row[][]): Source {
    const made: Source = { batches, pulled: 0, closed: false, started: 0 };
    this.sources.set(name, made);
    return made;
  }

  async *query(statement: SqlStatement, _context: RunContext): Batches {
    const from = this.sources.get(statement.text);
    if (!from) throw new Error(`The test has no source ${statement.text}.`);
    from.started++;
    try {
      for (const batch of from.batches) {
        from.pulled++;
        yield batch;
      }
    } finally {
      from.closed = true;
    }
  }

  table(name: string): Map<bigint, Row> {
    const rows = this.tables.get(name) ?? new Map<bigint, Row>();
    this.tables.set(name, rows);
    return rows;
  }

  async insertRows(table: TableInfo, columns: readonly string[], rows: readonly Row[]): Promise<readonly Row[]> {
    this.calls.push(rows.length);
    return rows.map((row) => {
      const stored = table.columns.map((c) => (columns.includes(c.name) ? row[columns.indexOf(c.name)] : null));
      this.table(table.name).set(this.nextKey++, stored);
      return stored;
    });
  }

  async updateRows(table: TableInfo, columns: readonly string[], items: readonly { key: bigint; values: Row }[]): Promise<readonly Row[]> {
    this.calls.push(items.length);
    return items.map(({ key, values }) => {
      const old = this.table(table.name).get(key) ?? [];
      const stored = table.columns.map((c, i) => (columns.includes(c.name) ? values[columns.indexOf(c.name)] : old[i]));
      this.table(table.name).set(key, stored);
      return stored;
    });
  }

  async updateInBulk(): Promise<undefined> {
    return undefined;
  }

  async updateDocumentsInBulk(): Promise<undefined> {
    return undefined;
  }

  async findRow(): Promise<undefined> {
    return undefined;
  }

  async findDocument(): Promise<undefined> {
    return undefined;
  }

  async defaultValues(_table: TableInfo, columns: readonly string[]): Promise<Row> {
    return columns.map(() => null);
  }

  async completedRow(table: TableInfo, columns: readonly string[], row: Row): Promise<Row> {
    return table.columns.map((column) => row[columns.indexOf(column.name)] ?? null);
  }

  async insertingTogether<T>(_table: TableInfo, work: () => Promise<T>): Promise<T> {
    return work();
  }

  async isReferredTo(): Promise<boolean> {
    return false;
  }

  async deleteRows(table: TableInfo, keys: readonly bigint[]): Promise<void> {
    this.calls.push(keys.length);
    for (const key of keys) this.table(table.name).delete(key);
  }

  async insertDocuments(_collection: CollectionInfo, documents: readonly ObjectValue[]): Promise<readonly bigint[]> {
    this.calls.push(documents.length);
    return documents.map((document) => {
      this.documents.set(this.nextKey, document);
      return this.nextKey++;
    });
  }

  async restoreDocuments(_collection: CollectionInfo, items: readonly { key: bigint; document: ObjectValue }[]): Promise<void> {
    for (const { key, document } of items) this.documents.set(key, document);
  }

  async notePaths(): Promise<void> {}

  async updateDocuments(_collection: CollectionInfo, items: readonly { key: bigint; document: ObjectValue }[]): Promise<boolean[]> {
    this.calls.push(items.length);
    for (const { key, document } of items) this.documents.set(key, document);
    return items.map(() => true);
  }

  async deleteDocuments(_collection: CollectionInfo, keys: readonly bigint[]): Promise<void> {
    this.calls.push(keys.length);
    for (const key of keys) this.documents.delete(key);
  }
}

class Names implements NameTable {
  readonly known: string[] = [];
  id(name: string): number | undefined {
    const at = this.known.indexOf(name);
    return at < 0 ? undefined : at;
  }
  name(id: number): string {
    return this.known[id] ?? '?';
  }
  async intern(name: string): Promise<number> {
    return this.add(name);
  }
  add(name: string): number {
    return this.id(name) ?? this.known.push(name) - 1;
  }
  names(): readonly string[] {
    return this.known;
  }
}

interface StoredNode {
  labels: readonly string[];
  properties: ObjectValue;
}
interface StoredEdge {
  type: string;
  from: number;
  to: number;
  properties: ObjectValue;
}

/** Nodes and edges in Maps: the storage, the element cache and the parts of the graph engine that the row operators call. */
export class MemoryGraph {
  readonly nodes = new Map<number, StoredNode>();
  readonly edges = new Map<number, StoredEdge>();
  readonly labels = new Names();
  readonly types = new Names();
  readonly saved: number[] = [];
  readonly deleteCalls: number[] = [];
  readonly createCalls: { nodes: number; edges: number }[] = [];
  nextId = 1;

  addNode(labels: readonly string[], properties: Record<string, Value> = {}): number {
    for (const label of labels) this.labels.add(label);
    this.nodes.set(this.nextId, { labels, properties: new Map(Object.entries(properties)) });
    return this.nextId++;
  }

  addEdge(from: number, type: string, to: number, properties: Record<string, Value> = {}): number {
    this.types.add(type);
    this.edges.set(this.nextId, { type, from, to, properties: new Map(Object.entries(properties)) });
    return this.nextId++;
  }

  storage(): GraphStorage {
    const { nodes, edges, labels, types } = this;
    const partly = {
      graph: 0,
      labels,
      types,
      async *edges(type?: number) {
        for (const [id, e] of edges) {
          const typeId = types.id(e.type) as number;
          if (type !== undefined && type !== typeId) continue;
          yield { id: Uint32Array.of(id), type: Uint32Array.of(typeId), from: Uint32Array.of(e.from), to: Uint32Array.of(e.to) };
        }
      },
      async *nodes(label?: number) {
        for (const [id, n] of nodes) if (label === undefined || n.labels.includes(labels.name(label))) yield Uint32Array.of(id);
      },
    };
    return partly as unknown as GraphStorage;
  }

  cache(): ElementCache {
    const nodeValues = new Map<number, NodeValue>();
    const edgeValues = new Map<number, EdgeValue>();
    return {
      node: (id) => {
        const value = nodeValues.get(id) ?? new NodeValue(id);
        nodeValues.set(id, value);
        return value;
      },
      edge: (id, type, from, to) => {
        const value = edgeValues.get(id) ?? new EdgeValue(id, type, from, to);
        edgeValues.set(id, value);
        return value;
      },
      load: async (elements) => {
        for (const element of elements) {
          if (element.properties) continue;
          if (element instanceof NodeValue) element.labels = this.nodes.get(element.id)?.labels ?? [];
          element.properties = (element instanceof NodeValue ? this.nodes : this.edges).get(element.id)?.properties ?? new Map();
        }
      },
    };
  }

  engine(cache: ElementCache): GraphEngine {
    const partly = {
      elements: () => cache,
      createElements: async (newNodes: readonly NewNode[], newEdges: readonly NewEdge[]) => {
        this.createCalls.push({ nodes: newNodes.length, edges: newEdges.length });
        const nodes = newNodes.map((n) => {
          const node = cache.node(this.addNode(n.labels, Object.fromEntries(n.properties)), 0);
          node.labels = n.labels;
          node.properties = n.properties;
          return node;
        });
        const idOf = (end: NodeValue | number) => (typeof end === 'number' ? (nodes[end] as NodeValue).id : end.id);
        const edges = newEdges.map((e) => {
          const id = this.addEdge(idOf(e.from), e.type, idOf(e.to), Object.fromEntries(e.properties));
          return cache.edge(id, e.type, idOf(e.from), idOf(e.to), 0);
        });
        return { nodes, edges };
      },
      saveElements: async (changed: readonly (NodeValue | EdgeValue)[]) => {
        for (const element of changed) {
          this.saved.push(element.id);
          const properties = element.properties ?? new Map();
          if (element instanceof NodeValue) this.nodes.set(element.id, { labels: element.labels ?? [], properties });
          else this.edges.set(element.id, { ...(this.edges.get(element.id) as StoredEdge), properties });
        }
      },
      deleteElements: async (elements: readonly (NodeValue | EdgeValue)[]) => {
        this.deleteCalls.push(elements.length);
        for (const element of elements) {
          element.deleted = true;
          (element instanceof NodeValue ? this.nodes : this.edges).delete(element.id);
        }
      },
      procedures: () => [],
      callProcedure: async (_node: unknown, argumentRows: readonly Row[]) =>
        argumentRows.map(([count]) => Array.from({ length: Number(count) }, (_, i): Row => [BigInt(i)])),
    };
    return partly as unknown as GraphEngine;
  }
}

export interface MemoryContext extends RunContext {
  readonly rows: MemoryRows;
}

export function makeContext(change: Partial<RunContext> & { readonly memory?: MemoryGraph } = {}): MemoryContext {
  const memory = change.memory ?? new MemoryGraph();
  const elements = memory.cache();
  const unknown = { names: new Set<string>(), complete: false };
  return {
    catalog: catalogOfGraphs({
      version: 1,
      table: () => undefined,
      collection: () => undefined,
      view: () => undefined,
      views: [],
      users: [],
      tables: [],
      collections: [],
      graphs: [{ id: 0, name: 'main', nodes: 0, edges: 0, labels: [], edgeTypes: [], nodeProperties: unknown, edgeProperties: unknown }],
      everyIndex: [],
    }),
    graph: memory.engine(elements),
    procedures: makeProcedures(memory.engine(elements), []),
    graphStorage: () => memory.storage(),
    elements,
    parameters: new Map(),
    outer: new Map(),
    keys: new Map(),
    working: new Map(),
    batchRows: 1024,
    now: new Date(0),
    check: () => {},
    stats: emptyStats(),
    notices: [],
    ...change,
    rows: (change.rows as MemoryRows | undefined) ?? new MemoryRows(),
  };
}
