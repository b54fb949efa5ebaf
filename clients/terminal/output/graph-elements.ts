// The nodes and edges of a result, wherever they stand in its rows: alone, in lists and documents, on paths. What the modes graph,
// mermaid and dot draw.

import type { ClientEdge, ClientNode, ClientValue } from '../../../server/protocol/client.ts';
import { floatText, isEdge, isNode, isPath, isTemporal } from '../value-text.ts';
import type { OutputRow } from './printer.ts';

/** More nodes and edges than these are not drawn: nobody can read such a drawing. */
const elementsMax = 2000;

export class GraphElements {
  /** By id, in the order in which they came. */
  readonly nodes = new Map<number, ClientNode | undefined>();
  readonly edges = new Map<number, ClientEdge>();
  /** Nodes and edges that came after `elementsMax`. */
  dropped = 0;

  addRows(rows: readonly OutputRow[]): void {
    for (const row of rows) for (const value of row) this.add(value);
  }

  private add(value: ClientValue): void {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || isTemporal(value)) return;
    if (Array.isArray(value)) for (const item of value) this.add(item);
    else if (isNode(value)) this.addNode(value.id, value);
    else if (isEdge(value)) this.addEdge(value);
    else if (isPath(value)) {
      for (const node of value.nodes) this.addNode(node.id, node);
      for (const edge of value.edges) this.addEdge(edge);
    } else for (const item of Object.values(value as { readonly [key: string]: ClientValue })) this.add(item);
  }

  private addNode(id: number, node: ClientNode | undefined): boolean {
    if (!this.nodes.has(id) && this.isFull()) return false;
    // A node that was known only as an edge's end keeps its place.
    if (node !== undefined || !this.nodes.has(id)) this.nodes.set(id, node);
    return true;
  }

  private addEdge(edge: ClientEdge): void {
    if (this.edges.has(edge.id)) return;
    if (this.isFull()) return;
    if (this.addNode(edge.from, undefined) && this.addNode(edge.to, undefined)) this.edges.set(edge.id, edge);
  }

  private isFull(): boolean {
    if (this.nodes.size + this.edges.size < elementsMax) return false;
    this.dropped++;
    return true;
  }

  /** What is to be said when nothing, or not all, can be drawn. */
  get remark(): string | undefined {
    if (this.nodes.size === 0) return 'The result holds no nodes, edges or paths to draw. Return them whole, as in RETURN p.';
    return this.dropped > 0 ? `Only the first ${elementsMax} nodes and edges are drawn.` : undefined;
  }
}

/** Properties that tell people which node it is, in this order. */
const naming = ['name', 'title', 'label', 'code', 'key', 'sku', 'id'];

/** What a person calls a node: its name, or else its first text. Undefined if nothing tells it. */
export function captionOf(node: ClientNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const { properties } = node;
  const value =
    naming.map((name) => properties[name]).find(isSimple) ?? Object.values(properties).find((candidate) => typeof candidate === 'string');
  return value === undefined ? undefined : typeof value === 'number' ? floatText(value) : String(value);
}

function isSimple(value: ClientValue | undefined): boolean {
  return typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number';
}

/** The name or the number of a node, and its labels, for a box. */
export function boxLines(id: number, node: ClientNode | undefined): readonly string[] {
  const labels = node?.labels.map((label) => `:${label}`).join('') ?? '';
  return [captionOf(node) ?? `#${id}`, labels].filter((line) => line !== '');
}
