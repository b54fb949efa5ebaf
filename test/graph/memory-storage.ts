// A GraphStorage in plain arrays with a change log, for tests of the graph engine alone. Transactions are copies of everything.

import type { GraphChange, GraphStorage, NameTable, PropertyTest } from '../../engines/storage.ts';
import { compare, equals } from '../../engines/compare.ts';
import type { ObjectValue, Value } from '../../engines/value.ts';

interface StoredNode {
  labels: number[];
  properties: ObjectValue;
}
interface StoredEdge {
  type: number;
  from: number;
  to: number;
  properties: ObjectValue;
}

class Names implements NameTable {
  list: string[] = [];
  id(name: string): number | undefined {
    const at = this.list.indexOf(name);
    return at < 0 ? undefined : at + 1;
  }
  name(id: number): string {
    return this.list[id - 1] ?? '?';
  }
  async intern(name: string): Promise<number> {
    return this.id(name) ?? this.list.push(name);
  }
  names(): readonly string[] {
    return this.list;
  }
}

export class MemoryStorage implements GraphStorage {
  readonly graph = 0;
  readonly labels = new Names();
  readonly types = new Names();
  nodesById = new Map<number, StoredNode>();
  edgesById = new Map<number, StoredEdge>();
  changes: GraphChange[] = [];
  indexes = new Set<string>();
  logFrom = 0;
  findCalls = 0;
  private saved: { nodes: Map<number, StoredNode>; edges: Map<number, StoredEdge>; changes: number } | undefined;

  begin(): void {
    const nodes = new Map([...this.nodesById].map(([id, n]) => [id, { ...n }] as const));
    const edges = new Map([...this.edgesById].map(([id, e]) => [id, { ...e }] as const));
    this.saved = { nodes, edges, changes: this.changes.length };
  }
  rollback(): void {
    if (!this.saved) return;
    this.nodesById = this.saved.nodes;
    this.edgesById = this.saved.edges;
    this.changes.length = this.saved.changes;
    this.saved = undefined;
  }

  private log(
    change:
      | { kind: 'addNode' | 'removeNode'; id: number }
      | { kind: 'addLabel' | 'removeLabel'; id: number; label: number }
      | { kind: 'addEdge' | 'removeEdge'; id: number; type: number; from: number; to: number },
  ): void {
    this.changes.push({ ...change, number: this.changes.length + 1 });
  }

  async changeNumber(): Promise<number> {
    return this.changes.length;
  }
  async changesSince(after: number): Promise<readonly GraphChange[] | undefined> {
    return after < this.logFrom ? undefined : this.changes.slice(after);
  }
  async takenIds(kind: 'node' | 'edge', ids: readonly number[]): Promise<ReadonlySet<number>> {
    const there: ReadonlyMap<number, unknown> = kind === 'node' ? this.nodesById : this.edgesById;
    return new Set(ids.filter((id) => there.has(id)));
  }
  async leaveIds(): Promise<void> {}
  async highestNodeId(): Promise<number> {
    return Math.max(0, ...this.nodesById.keys());
  }
  async highestEdgeId(): Promise<number> {
    return Math.max(0, ...this.edgesById.keys());
  }
  async *edges(type?: number): AsyncIterable<{ id: Uint32Array; type: Uint32Array; from: Uint32Array; to: Uint32Array }> {
    const all = [...this.edgesById].filter(([, e]) => type === undefined || e.type === type).sort((a, b) => a[0] - b[0]);
    for (let at = 0; at < all.length; at += 3) {
      const part = all.slice(at, at + 3);
      yield {
        id: Uint32Array.from(part, ([id]) => id),
        type: Uint32Array.from(part, ([, e]) => e.type),
        from: Uint32Array.from(part, ([, e]) => e.from),
        to: Uint32Array.from(part, ([, e]) => e.to),
      };
    }
  }
  async *nodes(label?: number): AsyncIterable<Uint32Array> {
    const all = [...this.nodesById].filter(([, n]) => label === undefined || n.labels.includes(label)).map(([id]) => id);
    yield Uint32Array.from(all.sort((a, b) => a - b));
  }
  async loadNodes(ids: readonly number[]): Promise<readonly (StoredNode | undefined)[]> {
    return ids.map((id) => this.nodesById.get(id));
  }
  async loadEdges(ids: readonly number[]): Promise<readonly (StoredEdge | undefined)[]> {
    return ids.map((id) => this.edgesById.get(id));
  }
  indexOn(label: string, path: readonly (string | number)[]): { readonly name: string } | undefined {
    const key = `${label}.${path.join('.')}`;
    return this.indexes.has(key) ? { name: `ix_${key}` } : undefined;
  }
  async findNodes(label: number, path: readonly (string | number)[], test: PropertyTest): Promise<Uint32Array | undefined> {
    if (!this.indexOn(this.labels.name(label), path)) return undefined;
    this.findCalls++;
    const found = [...this.nodesById].filter(([, n]) => n.labels.includes(label) && passes(n.properties.get(String(path[0])), test));
    return Uint32Array.from(found.map(([id]) => id).sort((a, b) => a - b));
  }
  async createNodes(nodes: readonly { labels: readonly number[]; properties: ObjectValue }[]): Promise<readonly number[]> {
    const ids: number[] = [];
    for (const n of nodes) {
      const id = (await this.highestNodeId()) + 1;
      this.nodesById.set(id, { labels: [...n.labels], properties: n.properties });
      this.log({ kind: 'addNode', id });
      for (const label of n.labels) this.log({ kind: 'addLabel', id, label });
      ids.push(id);
    }
    return ids;
  }
  async createEdges(edges: readonly StoredEdge[]): Promise<readonly number[]> {
    const ids: number[] = [];
    for (const e of edges) {
      const id = (await this.highestEdgeId()) + 1;
      this.edgesById.set(id, { ...e });
      this.log({ kind: 'addEdge', id, type: e.type, from: e.from, to: e.to });
      ids.push(id);
    }
    return ids;
  }
  async setNodeProperties(items: readonly { id: number; properties: ObjectValue }[]): Promise<void> {
    for (const item of items) this.nodesById.get(item.id)!.properties = item.properties;
  }
  async setEdgeProperties(items: readonly { id: number; properties: ObjectValue }[]): Promise<void> {
    for (const item of items) this.edgesById.get(item.id)!.properties = item.properties;
  }
  async setNodeLabels(items: readonly { id: number; labels: readonly number[] }[]): Promise<void> {
    for (const { id, labels } of items) {
      const node = this.nodesById.get(id)!;
      for (const label of labels) if (!node.labels.includes(label)) this.log({ kind: 'addLabel', id, label });
      for (const label of node.labels) if (!labels.includes(label)) this.log({ kind: 'removeLabel', id, label });
      node.labels = [...labels];
    }
  }
  async deleteEdges(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const e = this.edgesById.get(id);
      if (!e) continue;
      this.edgesById.delete(id);
      this.log({ kind: 'removeEdge', id, type: e.type, from: e.from, to: e.to });
    }
  }
  async deleteNodes(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      for (const e of this.edgesById.values()) if (e.from === id || e.to === id) throw new Error('node has edges');
      if (this.nodesById.delete(id)) this.log({ kind: 'removeNode', id });
    }
  }
}

function passes(value: Value, test: PropertyTest): boolean {
  switch (test.kind) {
    case 'equal':
      return test.values.some((v) => equals(value, v) === true);
    case 'prefix':
      return typeof value === 'string' && value.startsWith(test.text);
    case 'range': {
      const low = test.low ? compare(value, test.low.value) : 1;
      const high = test.high ? compare(value, test.high.value) : -1;
      if (low === null || high === null) return false;
      return (low > 0 || (low === 0 && test.low?.inclusive !== false)) && (high < 0 || (high === 0 && test.high?.inclusive !== false));
    }
  }
}
