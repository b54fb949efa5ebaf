// Which tables or collections a graph pattern needs when it is stored in another model, and what they hold: a set of nodes for each
// label that is asked for, all nodes where none is, and edges by type. Only properties that the query reads are stored.

import type { Catalog } from '../catalog.ts';
import { storedNames } from './catalog-names.ts';
import { allConditions } from './groups.ts';
import { type PatternEdge, type PatternNode, type PatternQuery, typeField } from './read-pattern.ts';
import type { Stored } from './storage.ts';
import { fieldsRead, Names, quoted, Untranslatable } from './syntax.ts';

export type HowStored = 'relational' | 'document';

/** In place of a label: all nodes. */
const anyNode = '';

interface NodeSet {
  readonly name: string;
  readonly label: string;
  readonly fields: Set<string>;
  /** Of a collection: the edges that its documents hold. */
  readonly arrays: Map<string, PatternEdge[]>;
}

export class GraphSets {
  readonly nodeKey: string;
  readonly edgeColumns: { readonly key: string; readonly source: string; readonly target: string; readonly type: string };
  private readonly how: HowStored;
  /** In front of what reads the graph. */
  private readonly use: string;
  private readonly query: PatternQuery;
  private readonly names: Names;
  private readonly nodeSets = new Map<string, NodeSet>();
  private readonly edgeSets = new Map<string, { readonly name: string; readonly edges: PatternEdge[] }>();

  constructor(how: HowStored, query: PatternQuery, catalog: Catalog) {
    this.how = how;
    this.use = query.graph === undefined ? '' : `USE ${quoted(query.graph)} `;
    this.names = new Names(storedNames(catalog));
    this.query = query;
    this.nodeKey = unlike('node', query.nodes);
    const column = (wanted: string): string => unlike(wanted, query.edges);
    this.edgeColumns = { key: column('edge'), source: column('source'), target: column('target'), type: column('type') };
    for (const node of query.nodes) {
      if (duplicateByCase(node.fields)) throw new Untranslatable('it reads properties whose names differ only by case');
      if (this.needsSet(node)) for (const label of node.labels.length > 0 ? node.labels : [anyNode]) this.noteNodes(label, node.fields);
    }
    for (const edge of query.edges) this.noteEdge(edge);
  }

  /** Does it need rows of its own? */
  private needsSet(node: PatternNode): boolean {
    const { edges } = this.query;
    if (edges.some((e) => e.quantifier && (e.from === node || e.to === node))) return true;
    return this.needsRow(node);
  }

  /** Does it stand in FROM? Else the end of an edge stands for it. */
  needsRow(node: PatternNode): boolean {
    const { edges } = this.query;
    const ends = (e: PatternEdge): boolean => e.group === node.group && (e.from === node || e.to === node);
    if (node.labels.length > 0 || node.fields.size > 0 || !edges.some(ends)) return true;
    return this.how === 'document' && edges.some((e) => e.from === node && !e.undirected);
  }

  private noteNodes(label: string, fields: Iterable<string>): NodeSet {
    const set = this.nodeSets.get(label) ?? {
      name: this.names.take(label === anyNode ? 'node' : label),
      label,
      fields: new Set<string>(),
      arrays: new Map<string, PatternEdge[]>(),
    };
    for (const field of fields) set.fields.add(field);
    this.nodeSets.set(label, set);
    return set;
  }

  private noteEdge(edge: PatternEdge): void {
    const key = this.typeKey(edge);
    if (this.how === 'relational') {
      const set = this.edgeSets.get(key) ?? { name: this.names.take(key === '' ? 'edge' : key), edges: [] };
      set.edges.push(edge);
      this.edgeSets.set(key, set);
    } else {
      const home = this.noteNodes(this.home(edge), []);
      home.arrays.set(key, [...(home.arrays.get(key) ?? []), edge]);
    }
  }

  /** One type by itself; of several, or any, all edges in one set. */
  private typeKey({ types }: PatternEdge): string {
    return types.length === 1 ? (types[0] as string) : '';
  }

  /** The label whose documents hold an edge: that of its source where that is known for sure. */
  private home(edge: PatternEdge): string {
    if (edge.quantifier) return anyNode;
    const [from] = edge.from.labels;
    if (!edge.undirected) return from ?? anyNode;
    return from !== undefined && edge.to.labels.includes(from) ? from : anyNode;
  }

  /** The set that the node is in, by its first label. */
  nodeSet(node: PatternNode): string | undefined {
    return this.needsSet(node) ? this.nodeSets.get(node.labels[0] ?? anyNode)?.name : undefined;
  }

  furtherSets(node: PatternNode): string[] {
    return node.labels.slice(1).map((label) => (this.nodeSets.get(label) as NodeSet).name);
  }

  /** The table of an edge, or the collection whose documents hold it. */
  edgeSet(edge: PatternEdge): string {
    const set = this.how === 'relational' ? this.edgeSets.get(this.typeKey(edge)) : this.nodeSets.get(this.home(edge));
    return set?.name ?? '';
  }

  /** The field of a document that holds the edges. */
  arrayOf(edge: PatternEdge): string {
    return this.arrayName(this.nodeSets.get(this.home(edge)) as NodeSet, this.typeKey(edge));
  }

  private arrayName(home: NodeSet, key: string): string {
    const name = key === '' ? 'edges' : key;
    return home.fields.has(name) || name === this.nodeKey ? `${name}_edges` : name;
  }

  setNames(): string[] {
    return [...this.nodeSets.values(), ...this.edgeSets.values()].map((s) => s.name);
  }

  stored(): Stored[] {
    const nodes = [...this.nodeSets.values()];
    return this.how === 'relational'
      ? [...nodes.map((set) => this.nodeTable(set)), ...[...this.edgeSets].map(([key, set]) => this.edgeTable(key, set))]
      : nodes.map((set) => this.collection(set));
  }

  private nodeTable({ name, label, fields }: NodeSet): Stored {
    const columns = [this.nodeKey, ...fields];
    const values = [...fields].map((f) => `, n.${quoted(f)} AS ${quoted(f)}`).join('');
    const query = `${this.use}MATCH (n${labelText(label)}) RETURN id(n) AS ${this.nodeKey}${values}`;
    return { kind: 'table', name, columns, keyed: 1, integers: 1, query, indexes: this.compared(label) };
  }

  private edgeTable(key: string, { name, edges }: { readonly name: string; readonly edges: readonly PatternEdge[] }): Stored {
    const { key: id, source, target, type } = this.edgeColumns;
    const fields = fieldsOf(edges);
    const typed = key === '' ? `, type(e) AS ${type}` : '';
    const values = fields.map((f) => `, e.${quoted(f)} AS ${quoted(f)}`).join('');
    const query = `${this.use}MATCH (a)-[e${typesOf(key, edges)}]->(b) RETURN id(e) AS ${id}, id(a) AS ${source}, id(b) AS ${target}${typed}${values}`;
    return {
      kind: 'table',
      name,
      columns: [id, source, target, ...(key === '' ? [type] : []), ...fields],
      keyed: 1,
      integers: 3,
      query,
      indexes: [source, target],
    };
  }

  private collection({ name, label, fields, arrays }: NodeSet): Stored {
    const home = this.nodeSets.get(label) as NodeSet;
    const { key: id, target, type } = this.edgeColumns;
    const lists = [...arrays].map(([key, edges]) => {
      const values = fieldsOf(edges)
        .map((f) => `, ${quoted(f)}: e.${quoted(f)}`)
        .join('');
      const typed = key === '' ? `, ${type}: type(e)` : '';
      return `, ${quoted(this.arrayName(home, key))}: COLLECT { MATCH (n)-[e${typesOf(key, edges)}]->(m) RETURN {${id}: id(e), ${target}: id(m)${typed}${values}} }`;
    });
    const inside = [...arrays].map(
      ([key, edges]) => `${this.use}MATCH (n${labelText(label)})-[e${typesOf(key, edges)}]->() RETURN count(*) AS n`,
    );
    const values = [...fields].map((f) => `, ${quoted(f)}: n.${quoted(f)}`).join('');
    const query = `${this.use}MATCH (n${labelText(label)}) RETURN {${this.nodeKey}: id(n)${values}${lists.join('')}} AS doc`;
    return { kind: 'collection', name, query, indexes: [this.nodeKey, ...this.compared(label)], inside };
  }

  /** Properties that a condition of the query reads: worth an index. */
  private compared(label: string): string[] {
    const found = new Set<string>();
    const aliases = new Set(this.query.nodes.filter((n) => (n.labels[0] ?? anyNode) === label).map((n) => n.alias));
    fieldsRead(allConditions(this.query.groups), (alias, field) => {
      if (aliases.has(alias) && !field.startsWith('\0')) found.add(field);
    });
    return [...found];
  }
}

function fieldsOf(edges: readonly PatternEdge[]): string[] {
  const fields = new Set(edges.flatMap((e) => [...e.fields].filter((f) => f !== typeField)));
  if (duplicateByCase(fields)) throw new Untranslatable('it reads properties whose names differ only by case');
  return [...fields];
}

/** Of several types only those; any type if one edge of the set says so. */
function typesOf(key: string, edges: readonly PatternEdge[]): string {
  if (key !== '') return `:${quoted(key)}`;
  if (edges.some((e) => e.types.length === 0)) return '';
  return `:${[...new Set(edges.flatMap((e) => e.types))].map(quoted).join('|')}`;
}

function labelText(label: string): string {
  return label === anyNode ? '' : `:${quoted(label)}`;
}

/** A column's name that no property has. */
function unlike(wanted: string, elements: readonly { readonly fields: ReadonlySet<string> }[]): string {
  const taken = new Set(elements.flatMap((e) => [...e.fields].map((f) => f.toLowerCase())));
  let name = wanted;
  while (taken.has(name)) name += '_id';
  return name;
}

function duplicateByCase(names: ReadonlySet<string>): boolean {
  return new Set([...names].map((n) => n.toLowerCase())).size < names.size;
}
