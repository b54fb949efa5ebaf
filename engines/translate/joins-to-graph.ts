// Joins over tables as a graph pattern: rows are nodes, foreign keys are edges from the row that has the key, and a table that is
// little more than two keys is edges itself.
//
//   person ← knows → person       (a:person)-[k:KNOWS]->(b:person)
//   sale.customer → person        (s:sale)-[:CUSTOMER]->(c:person)

import type * as Ast from '../../parser/ast.ts';
import { labelNames, typeNames } from './catalog-names.ts';
import type { Catalog, ForeignKey, TableInfo } from '../catalog.ts';
import { type DrawnEdge, type DrawnNode, drawGroups } from './draw-patterns.ts';
import { allConditions, type Group, required } from './groups.ts';
import { alwaysThere, collationOf, type JoinedTable, type JoinQuery, withCollations } from './read-joins.ts';
import type { Stored, Translation } from './storage.ts';
import { fieldOf, fieldsRead, fieldText, mapSyntax, Names, quoted, Untranslatable } from './syntax.ts';

/** Columns by which nodes are found: worth an index. */
type Looked = Map<TableInfo, Set<string>>;

interface End {
  readonly node: DrawnNode | undefined;
  /** That its edge is drawn in. */
  readonly group: number;
}

/** Throws Untranslatable. */
export function joinsToGraph(query: JoinQuery, catalog: Catalog): Translation {
  return new JoinGraph(query, catalog).write();
}

class JoinGraph {
  private readonly query: JoinQuery;
  private readonly catalog: Catalog;
  private readonly names = new Names();
  private readonly types: Names;
  private readonly labels: Names;
  private readonly labelOf = new Map<string, string>();
  private readonly typeOf = new Map<string, string>();
  private readonly edgesOf: ReadonlySet<JoinedTable>;
  private readonly nodes = new Map<JoinedTable, DrawnNode>();
  private readonly ends = new Map<JoinedTable, Map<ForeignKey, End>>();
  /** Properties to store, by table. */
  private readonly stored = new Map<TableInfo, Set<string>>();
  private readonly storedEdges = new Map<string, Stored & { readonly kind: 'edges' }>();
  private readonly looked: Looked = new Map();
  private readonly groups: Group[];
  private readonly groupOf: Map<JoinedTable, number>;

  constructor(query: JoinQuery, catalog: Catalog) {
    this.query = query;
    this.catalog = catalog;
    this.types = new Names(typeNames(catalog));
    this.labels = new Names(labelNames(catalog));
    // A key that compares by a collation is refused, so the columns of keys need none, and conditions about them are found as they are.
    this.groups = query.groups.map((g) => withCollations(g, query));
    for (const { alias } of query.tables) this.names.reserve(alias);
    this.edgesOf = new Set(query.tables.filter((t) => this.isEdge(t)));
    this.groupOf = this.groupsWithEnds();
    for (const t of query.tables)
      if (!this.edgesOf.has(t)) this.nodes.set(t, { alias: t.alias, label: this.label(t.table), group: this.group(t) });
  }

  /** Two keys that are always there, and nothing leads to it. */
  private isEdge({ table, alias }: JoinedTable): boolean {
    const { foreignKeys } = table;
    if (foreignKeys.length !== 2) return false;
    const always = foreignKeys.every((k) => alwaysThere(table, k));
    const referred = this.catalog.tables.some((t) => t.foreignKeys.some((k) => k.table.toLowerCase() === table.name.toLowerCase()));
    return always && !referred && !this.query.links.some((l) => l.parent.alias === alias);
  }

  /** An edge has both ends, so a table that is only joined to the end of an edge is there wherever the edge is. */
  private groupsWithEnds(): Map<JoinedTable, number> {
    const { tables, links } = this.query;
    const groups = new Map(tables.map((t) => [t, t.group]));
    for (const { child, parent } of links) {
      if (!this.edgesOf.has(child) || parent.group <= child.group) continue;
      const { kind, conditions } = this.groups[parent.group] as Group;
      const alone = tables.every((t) => t === parent || t.group !== parent.group) && conditions.length === 0;
      const further = links.some((l) => l.child !== child && Math.max(l.child.group, l.parent.group) === parent.group);
      if (!alone || further || kind !== 'optional')
        throw new Untranslatable(`what is joined to ${child.alias}, an edge, is asked for more than being its end`);
      groups.set(parent, child.group);
    }
    return groups;
  }

  private group(t: JoinedTable): number {
    return this.groupOf.get(t) ?? required;
  }

  write(): Translation {
    for (const l of this.query.links)
      this.endsOf(l.child).set(l.key, { node: this.nodes.get(l.parent), group: Math.max(this.group(l.child), this.group(l.parent)) });
    this.groups.forEach((_, i) => this.shareEnds(i));
    const edges = this.query.tables.flatMap((t) => this.drawn(t));
    const named = <T>(tree: T): T => this.throughEnds(tree);
    const groups = this.groups.map((g) => named(g));
    const tail = named(withCollations(this.query.tail, this.query));
    for (const t of this.nodes.keys()) this.note(t.table, t.fields);
    fieldsRead(allConditions(groups), (alias, field) => {
      const t = [...this.nodes.keys()].find((x) => x.alias === alias);
      if (t) this.look(t.table, [field]);
    });
    const stored = [...this.stored].map(([table, fields]) => nodesOf(table, this.label(table), fields, this.looked));
    const nodes = [...new Set([...this.nodes.values(), ...edges.flatMap((e) => [e.from, e.to])])];
    return { stored: [...stored, ...this.storedEdges.values()], query: drawGroups(tail, groups, nodes, edges) };
  }

  private endsOf(t: JoinedTable): Map<ForeignKey, End> {
    const ends = this.ends.get(t) ?? new Map<ForeignKey, End>();
    this.ends.set(t, ends);
    return ends;
  }

  /** `x.sale = y.sale`, where both are keys of one table: two edges to one node. */
  private shareEnds(number: number): void {
    const group = this.groups[number] as Group;
    group.conditions = group.conditions.filter((c) => {
      if (c.kind !== 'binary' || c.operator !== '=') return true;
      const [a, b] = [this.keyColumn(c.left), this.keyColumn(c.right)];
      if (!a || !b || a.key.table !== b.key.table || a.key.references[0] !== b.key.references[0] || a.table === b.table) return true;
      // Rows joined by an outer join may lack what the condition speaks of, and a query inside must find it again.
      if (number === required && (this.group(a.table) !== required || this.group(b.table) !== required)) return true;
      const [endA, endB] = [this.endsOf(a.table).get(a.key), this.endsOf(b.table).get(b.key)];
      if (endA && endB) return true;
      const known = endA ?? endB;
      if (known && known.group !== required && known.group !== number) return true;
      const node = known ? known.node : { alias: this.names.take('n'), label: undefined, group: this.endGroup(a.table, b.table, number) };
      if (!endA) this.endsOf(a.table).set(a.key, { node, group: this.edgesOf.has(a.table) ? this.group(a.table) : number });
      if (!endB) this.endsOf(b.table).set(b.key, { node, group: this.edgesOf.has(b.table) ? this.group(b.table) : number });
      return false;
    });
  }

  /** The first group that draws an edge to the common end. */
  private endGroup(a: JoinedTable, b: JoinedTable, number: number): number {
    return Math.min(...[a, b].map((t) => (this.edgesOf.has(t) ? this.group(t) : number)));
  }

  private keyColumn(e: Ast.Expression): { table: JoinedTable; key: ForeignKey } | undefined {
    if (e.kind !== 'field' || e.value.kind !== 'identifier') return undefined;
    const alias = e.value.name;
    const table = this.query.tables.find((t) => t.alias === alias);
    const key = table?.table.foreignKeys.find((k) => k.columns.length === 1 && k.columns[0] === e.name.text);
    return table && key && { table, key };
  }

  private drawn(t: JoinedTable): DrawnEdge[] {
    const ends = this.endsOf(t);
    if (this.edgesOf.has(t)) {
      const [first, second] = t.table.foreignKeys as [ForeignKey, ForeignKey];
      const [from, to] = [first, second].map((key) => this.endNode(ends, key, t)) as [DrawnNode, DrawnNode];
      const type = this.typeName(t.table.name, t.table.name);
      const properties = [...t.fields].filter((f) => this.mayBeAbsent(t) || !t.table.foreignKeys.some((k) => k.columns.includes(f)));
      const known = this.storedEdges.get(type);
      const pairs = [...new Set([...(known?.properties.map(([p]) => p) ?? []), ...properties])].map((p) => [p, fieldText('r', p)] as const);
      const source = `${quoted(t.table.name)} AS r`;
      this.storedEdges.set(type, { kind: 'edges', type, source, from: this.endOf(first), to: this.endOf(second), properties: pairs });
      return [{ from, to, type, alias: properties.length > 0 ? t.alias : undefined, group: this.group(t) }];
    }
    return [...ends].map(([key, end]) => {
      const type = this.typeName(`${t.table.name}.${key.columns.join('.')}`, key.columns.join('_'));
      const own = primaryKey(t.table).map((c) => [c, fieldText('r', c)] as const);
      const from = { label: this.label(t.table), keys: own };
      this.note(t.table, primaryKey(t.table));
      this.storedEdges.set(type, {
        kind: 'edges',
        type,
        source: `${quoted(t.table.name)} AS r`,
        from,
        to: this.endOf(key),
        properties: [],
      });
      return { from: this.nodes.get(t) as DrawnNode, to: end.node as DrawnNode, type, alias: undefined, group: end.group };
    });
  }

  private endNode(ends: Map<ForeignKey, End>, key: ForeignKey, t: JoinedTable): DrawnNode {
    const known = ends.get(key)?.node;
    if (known) return known;
    const read = key.columns.some((c) => t.fields.has(c));
    const node: DrawnNode = { alias: read ? this.names.take('n') : undefined, label: undefined, group: this.group(t) };
    ends.set(key, { node, group: this.group(t) });
    return node;
  }

  /** The node that a key leads to, as edges are stored. */
  private endOf(key: ForeignKey): { label: string; keys: (readonly [string, string])[] } {
    const table = this.catalog.table(key.table);
    if (!table) throw new Untranslatable(`the table ${key.table}, which a key refers to, is not there`);
    const collated = key.references.find((c) => collationOf(table, c));
    if (collated !== undefined) throw new Untranslatable(`the key ${table.name}.${collated} compares text by a collation`);
    this.note(table, key.references);
    this.look(table, key.references);
    return { label: this.label(table), keys: key.references.map((c, i) => [c, fieldText('r', key.columns[i] ?? '')] as const) };
  }

  private note(table: TableInfo, fields: Iterable<string>): void {
    const set = this.stored.get(table) ?? new Set<string>();
    for (const f of fields) set.add(f);
    this.stored.set(table, set);
  }

  private label(table: TableInfo): string {
    const label = this.labelOf.get(table.name) ?? this.labels.take(table.name);
    this.labelOf.set(table.name, label);
    return label;
  }

  private look(table: TableInfo, columns: readonly string[]): void {
    this.looked.set(table, new Set([...(this.looked.get(table) ?? []), ...columns]));
  }

  private typeName(id: string, wanted: string): string {
    const type = this.typeOf.get(id) ?? this.types.take(wanted.toUpperCase());
    this.typeOf.set(id, type);
    return type;
  }

  /** Then its keys are null, though one of its ends is there: they are read at the edge itself. */
  private mayBeAbsent(edge: JoinedTable): boolean {
    return this.groups[this.group(edge)]?.kind === 'optional';
  }

  /** The key of an edge's end is read at the node there. */
  private throughEnds<T>(tree: T): T {
    return mapSyntax(tree, (e) => {
      if (e.kind !== 'field' || e.value.kind !== 'identifier') return undefined;
      const alias = e.value.name;
      const t = [...this.edgesOf].find((x) => x.alias === alias);
      const key = t?.table.foreignKeys.find((k) => k.columns.includes(e.name.text));
      if (!t || !key || this.mayBeAbsent(t)) return undefined;
      const node = this.endsOf(t).get(key)?.node;
      if (node?.alias === undefined) throw new Untranslatable(`the end of ${alias} has no name`);
      return fieldOf(node.alias, key.references[key.columns.indexOf(e.name.text)] ?? '');
    });
  }
}

function primaryKey(table: TableInfo): readonly string[] {
  if (table.primaryKey.length === 0)
    throw new Untranslatable(`the table ${table.name} has no primary key, so its rows cannot be told apart`);
  return table.primaryKey;
}

function nodesOf(table: TableInfo, label: string, fields: ReadonlySet<string>, looked: Looked): Stored {
  const all = [...new Set([...table.primaryKey, ...fields])];
  const properties = (all.length > 0 ? all : table.columns.slice(0, 1).map((c) => c.name)).map((f) => [f, fieldText('r', f)] as const);
  return {
    kind: 'nodes',
    label,
    source: `${quoted(table.name)} AS r`,
    properties,
    indexed: all.filter((f) => table.primaryKey.includes(f) || looked.get(table)?.has(f) === true),
  };
}
