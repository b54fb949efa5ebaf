// One NodeValue or EdgeValue per element and statement, loaded from storage in batches. Elements that nobody holds any more
// may be forgotten: once there are many, the cache keeps only weak references, so a streamed result does not pile up.

import type { ElementCache, Work } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import type { ObjectValue } from '../value.ts';
import { EdgeValue, NodeValue } from '../value.ts';

/** Elements held strongly per statement; beyond, weakly. */
const strongMax = 50_000;
/** Elements per call of the storage. */
export const loadBatch = 2048;

/** Strong references first, weak ones when there are too many. */
class IdentityMap<T extends object> {
  private readonly strong = new Map<number, T>();
  private readonly weak = new Map<number, WeakRef<T>>();
  private sweepAt = strongMax * 4;

  get(id: number): T | undefined {
    return this.strong.get(id) ?? this.weak.get(id)?.deref();
  }

  set(id: number, value: T): void {
    if (this.strong.size >= strongMax) {
      for (const [key, held] of this.strong) this.weak.set(key, new WeakRef(held));
      this.strong.clear();
      if (this.weak.size > this.sweepAt) this.sweep();
    }
    this.strong.set(id, value);
  }

  private sweep(): void {
    for (const [id, reference] of this.weak) if (reference.deref() === undefined) this.weak.delete(id);
    this.sweepAt = Math.max(strongMax * 4, this.weak.size * 2);
  }
}

/** The elements of one statement. */
export class StatementElements implements ElementCache {
  private readonly nodes = new IdentityMap<NodeValue>();
  private readonly edges = new IdentityMap<EdgeValue>();
  private readonly storageOf: (graph: number) => GraphStorage;
  private readonly work: Work | undefined;

  constructor(storageOf: (graph: number) => GraphStorage, work?: Work) {
    this.storageOf = storageOf;
    this.work = work;
  }

  node(id: number, graph: number): NodeValue {
    let node = this.nodes.get(id);
    if (!node) this.nodes.set(id, (node = new NodeValue(id, undefined, undefined, graph)));
    return node;
  }

  edge(id: number, type: string, from: number, to: number, graph: number): EdgeValue {
    let edge = this.edges.get(id);
    if (!edge) this.edges.set(id, (edge = new EdgeValue(id, type, from, to, undefined, graph)));
    return edge;
  }

  /** The value if the statement has it already. */
  knownNode(id: number): NodeValue | undefined {
    return this.nodes.get(id);
  }

  knownEdge(id: number): EdgeValue | undefined {
    return this.edges.get(id);
  }

  /** A new object for a new node: the id may have belonged to one that this statement deleted. */
  newNode(id: number, graph: number): NodeValue {
    const node = new NodeValue(id, undefined, undefined, graph);
    this.nodes.set(id, node);
    return node;
  }

  newEdge(id: number, type: string, from: number, to: number, graph: number): EdgeValue {
    const edge = new EdgeValue(id, type, from, to, undefined, graph);
    this.edges.set(id, edge);
    return edge;
  }

  async load(elements: readonly (NodeValue | EdgeValue)[]): Promise<void> {
    for (const [graph, some] of byGraph(elements)) await loadElements(this.storageOf(graph), some, this.work);
  }
}

/** Elements of one graph together; nearly always there is one only. */
export function byGraph<T extends NodeValue | EdgeValue>(elements: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const [first] = elements;
  if (!first) return new Map();
  if (elements.every((element) => element.graph === first.graph)) return new Map([[first.graph, elements]]);
  const groups = new Map<number, T[]>();
  for (const element of elements) {
    const group = groups.get(element.graph);
    if (group) group.push(element);
    else groups.set(element.graph, [element]);
  }
  return groups;
}

/** Fills what is not loaded; all are of the storage's graph. An element that storage does not know any more gets no labels and no properties. */
export async function loadElements(storage: GraphStorage, elements: Iterable<NodeValue | EdgeValue>, work?: Work): Promise<void> {
  const nodes: NodeValue[] = [];
  const edges: EdgeValue[] = [];
  for (const element of new Set(elements)) {
    if (element instanceof NodeValue) {
      if (element.properties === undefined || element.labels === undefined) nodes.push(element);
    } else if (element.properties === undefined) edges.push(element);
  }
  if (work) work.entries += nodes.length + edges.length;
  for (let at = 0; at < nodes.length; at += loadBatch) {
    const batch = nodes.slice(at, at + loadBatch);
    const loaded = await storage.loadNodes(batch.map((n) => n.id));
    batch.forEach((node, i) => {
      const found = loaded[i];
      node.labels = found ? found.labels.map((l) => storage.labels.name(l)) : [];
      node.properties = found?.properties ?? noProperties;
    });
  }
  for (let at = 0; at < edges.length; at += loadBatch) {
    const batch = edges.slice(at, at + loadBatch);
    const loaded = await storage.loadEdges(batch.map((e) => e.id));
    batch.forEach((edge, i) => {
      edge.properties = loaded[i]?.properties ?? noProperties;
    });
  }
}

const noProperties: ObjectValue = new Map();
