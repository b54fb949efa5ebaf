// Documents and the arrays inside them as tables with keys, and as nodes with edges. An array's elements become rows of a table of
// their own, which hold their document's key, or nodes that an edge leads to.
//
//   orders AS o, o.lines AS l      orders AS o JOIN orders_lines AS l ON l.doc = o.doc      (o:orders)-[:LINES]->(l:lines)

import type * as Ast from '../../parser/ast.ts';
import type { Catalog } from '../catalog.ts';
import { labelNames, storedNames, typeNames } from './catalog-names.ts';
import { drawGroups, type DrawnNode } from './draw-patterns.ts';
import { FromText, takeOut, writeGroups } from './from-text.ts';
import {
  addConditions,
  addGroup,
  allConditions,
  askedInside,
  conditionsOf,
  type Group,
  groupPlace,
  hasQuery,
  newGroups,
  readFrom,
  required,
  tailsInside,
  valuesPlace,
} from './groups.ts';
import type { Stored, Translation } from './storage.ts';
import { aliasesRead, fieldOf, fieldsRead, fieldText, mapSyntax, Names, quoted, type References, Untranslatable } from './syntax.ts';
import { replaceInTail, type Tail, tailOfSelect } from './tail.ts';

/** A collection, or an array inside an earlier item. */
interface Item {
  /** Unlike all others, also of queries inside. */
  readonly alias: string;
  /** The collection's name, or the path from the parent. */
  readonly path: readonly string[];
  readonly parent?: Item | undefined;
  readonly fields: Set<string>;
  /** Its table and its label. */
  name: string;
  /** The element itself is read, as the field `value`. */
  whole?: true;
  group: number;
}

export interface DocumentQuery {
  readonly items: readonly Item[];
  readonly groups: readonly Group[];
  readonly tail: Tail;
}

/** An element that is no object, as a column or property. */
const valueField = 'value';

/** Undefined: it is not a SELECT over collections and their arrays alone. */
export function readDocuments(query: Ast.Query, catalog: Catalog): DocumentQuery | undefined {
  return new DocumentReader(catalog).read(query);
}

/** The items that names stand for, in lower case; the inner ones hide the outer. */
type Aliases = Map<string, Item>;

class DocumentReader {
  private readonly catalog: Catalog;
  private readonly names = new Names();
  private readonly items: Item[] = [];
  private readonly groups = newGroups();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  read(query: Ast.Query): DocumentQuery | undefined {
    if (query.kind !== 'select' || !query.from) return undefined;
    const aliases = this.readSelect(query, required);
    if (!aliases) return undefined;
    const { items, groups } = this;
    const tail = replaceInTail(tailOfSelect(query, query.items), this.references([aliases]));
    const all = [allConditions(groups), tailsInside(groups), tail];
    fieldsRead(all, (alias, field) => items.find((i) => i.alias === alias)?.fields.add(field));
    if (hasMissing(all)) throw new Untranslatable('it tells MISSING from null, which only documents do');
    for (const { fields } of items) {
      if (new Set([...fields].map((f) => f.toLowerCase())).size < fields.size)
        throw new Untranslatable('it reads fields whose names differ only by case');
    }
    return { items, groups, tail };
  }

  private readSelect(query: Ast.SelectQuery, within: number, ...outer: readonly Aliases[]): Aliases | undefined {
    const aliases: Aliases = new Map();
    const scopes = [aliases, ...outer];
    const leafOf = (item: Ast.FromItem): Item | undefined => {
      const read = this.readItem(item, scopes);
      if (!read) return undefined;
      this.items.push(read.item);
      aliases.set(read.name.toLowerCase(), read.item);
      return read.item;
    };
    const from = query.from && readFrom(query.from, leafOf, this.groups, within);
    if (!from) return undefined;
    for (const { leaf, group } of from.leaves) leaf.group = group;
    const refs = this.references(scopes);
    addConditions(this.groups, conditionsOf(from, query.where, within), refs);
    return aliases;
  }

  private readItem(item: Ast.FromItem, scopes: readonly Aliases[]): { item: Item; name: string } | undefined {
    if (item.kind === 'named') {
      const collection = this.catalog.collection(item.name.text);
      const name = (item.alias ?? item.name).text;
      return collection && { item: this.newItem(name, [collection.name]), name };
    }
    if (item.kind !== 'unnest') return undefined;
    if (item.unpivot || item.position) throw new Untranslatable('it asks for the positions of elements, or for keys');
    const path: string[] = [];
    let at = item.value;
    for (; at.kind === 'field'; at = at.value) path.unshift(at.name.text);
    const parent = at.kind === 'identifier' ? find(scopes, at.name) : undefined;
    if (!parent || path.length === 0 || !item.alias) throw new Untranslatable('it unnests something that is no path of a document');
    return { item: this.newItem(item.alias.text, path, parent), name: item.alias.text };
  }

  private newItem(alias: string, path: readonly string[], parent?: Item): Item {
    return { alias: this.names.take(alias), path, parent, fields: new Set(), name: path.at(-1) ?? '', group: required };
  }

  private references(scopes: readonly Aliases[]): References {
    const item = (alias: string): Item => this.items.find((i) => i.alias === alias) as Item;
    return {
      alias: (name) => find(scopes, name)?.alias,
      field: (alias, name) => {
        if (name.text === valueField && item(alias).whole) throw bothWays(alias);
        return fieldOf(alias, name.text);
      },
      key: (alias) => {
        throw new Untranslatable(`it takes ${alias} as a whole`);
      },
      whole: (alias) => {
        const of = item(alias);
        if (of.parent === undefined) throw new Untranslatable(`it takes the document ${alias} as a whole; name the fields that are wanted`);
        if (of.fields.has(valueField)) throw bothWays(alias);
        of.whole = true;
        return fieldOf(alias, valueField);
      },
      other: (e) => {
        const [only, more] = scopes.flatMap((s) => [...s.values()]);
        if (!only || more) throw new Untranslatable(`it is not clear which item ${e.name} is of`);
        return fieldOf(only.alias, e.name);
      },
      query: (e) => {
        const { kind, query } = askedInside(e);
        const group = addGroup(this.groups, kind);
        const known = query.kind === 'select' && this.readSelect(query, group, ...scopes);
        if (!known) throw new Untranslatable('a query inside is not over collections and arrays');
        if (kind !== 'values') return groupPlace(group);
        const tail = replaceInTail(tailOfSelect(query, query.items), this.references([known, ...scopes]));
        return valuesPlace(e, this.groups[group] as Group, group, tail, this.references(scopes));
      },
    };
  }
}

function find(scopes: readonly Aliases[], name: string): Item | undefined {
  return scopes.find((s) => s.has(name.toLowerCase()))?.get(name.toLowerCase());
}

function bothWays(alias: string): Untranslatable {
  return new Untranslatable(`it reads ${alias} as a whole and a field of it`);
}

function hasMissing(tree: unknown): boolean {
  let found = false;
  mapSyntax(tree, (e) => {
    found ||= (e.kind === 'is' && e.test === 'missing') || (e.kind === 'literal' && e.missing === true);
    return undefined;
  });
  return found;
}

/** What leads from the collection to an item, for reading its rows: FROM items, and the keys of each level. */
function reading(item: Item, names: (depth: number) => string): { from: string; row: string; keys: [string, string][] } {
  if (!item.parent) return { from: `${quoted(item.path[0] ?? '')} AS r`, row: 'r', keys: [[names(0), 'id(r)']] };
  const outer = reading(item.parent, names);
  const depth = outer.keys.length;
  const path = item.path.map(quoted).join('.');
  return {
    from: `${outer.from}, ${outer.row}.${path} AS e${depth} AT p${depth}`,
    row: `e${depth}`,
    keys: [...outer.keys, [names(depth), `coalesce(p${depth}, 0)`]],
  };
}

/** Names of key columns that no field has. */
function keyNames({ items }: DocumentQuery): (depth: number) => string {
  const taken = new Set(items.flatMap((i) => [...i.fields].map((f) => f.toLowerCase())));
  return (depth) => {
    let name = depth === 0 ? 'doc' : `item${depth === 1 ? '' : depth}`;
    while (taken.has(name)) name += '_no';
    return name;
  };
}

/** What is read of an array, or of a collection, by all that take from it. */
function together(items: readonly Item[]): Item {
  const [first] = items as readonly [Item, ...Item[]];
  const fields = new Set(items.flatMap((i) => [...i.fields]));
  if (!items.some((i) => i.whole)) return { ...first, fields };
  if (items.some((i) => !i.whole && i.fields.has(valueField))) throw bothWays(first.alias);
  return { ...first, fields, whole: true };
}

function valuesOf(item: Item, row: string): [string, string][] {
  return [...item.fields].map((f) => [f, item.whole && f === valueField ? row : fieldText(row, f)]);
}

/**
 * A document, or an element at the top of what is left, that nothing is read of is needed only where no array, or more than one, is taken from
 * it, or one that may be absent or is asked for inside.
 */
function needed(query: DocumentQuery): Item[] {
  const left = new Set(query.items);
  for (const i of query.items) {
    const below = query.items.filter((x) => x.parent === i);
    const single = below.length === 1 && below[0]?.group === i.group;
    if (i.fields.size === 0 && single && !(i.parent && left.has(i.parent))) left.delete(i);
  }
  return [...left];
}

function nameSets(items: readonly Item[], names: Names, nameFor: (item: Item) => string): Map<string, Item[]> {
  const sets = new Map<string, Item[]>();
  const idOf = (i: Item): string => `${i.parent ? idOf(i.parent) : ''}/${i.path.join('.')}`;
  const known = new Map<string, string>();
  for (const item of items) {
    item.name = known.get(idOf(item)) ?? names.take(nameFor(item));
    known.set(idOf(item), item.name);
    sets.set(item.name, [...(sets.get(item.name) ?? []), item]);
  }
  return sets;
}

/** Throws Untranslatable. */
export function documentsToTables(query: DocumentQuery, catalog: Catalog): Translation {
  const key = keyNames(query);
  nameSets(query.items, new Names(storedNames(catalog)), (i) => (i.parent ? `${i.parent.name}_${i.path.at(-1)}` : (i.path[0] ?? '')));
  const used = needed(query);
  const sets = new Map<string, Item[]>();
  for (const i of used) sets.set(i.name, [...(sets.get(i.name) ?? []), i]);
  const stored = [...sets].map(([name, items]): Stored => {
    const all = together(items);
    const { from, row, keys } = reading(all, key);
    const values = valuesOf(all, row);
    const columns = [...keys, ...values].map(([column]) => column);
    const text = [...keys, ...values].map(([column, value]) => `${value} AS ${quoted(column)}`).join(', ');
    return {
      kind: 'table',
      name,
      columns,
      keyed: keys.length,
      integers: keys.length,
      query: `SELECT ${text} FROM ${from}`,
      indexes: comparedFields(query, items),
    };
  });
  const placed = new Set<string>();
  const itemsOf = (number: number, open: Ast.Expression[]): FromText => {
    const part = new FromText();
    for (const item of used) {
      if (item.group !== number) continue;
      placed.add(item.alias);
      const above = ancestors(item).find((a) => used.includes(a));
      const levels = above ? Math.min(depthOf(above), depthOf(item)) + 1 : 0;
      const keys = above
        ? Array.from({ length: levels }, (_, d) => `${fieldText(item.alias, key(d))} = ${fieldText(above.alias, key(d))}`)
        : [];
      const own = new Set(used.filter((i) => i.group === number).map((i) => i.alias));
      const ties = (c: Ast.Expression): boolean => {
        const read = [...aliasesRead(c)];
        return read.length > 1 && !hasQuery(c) && read.every((a) => own.has(a) && placed.has(a));
      };
      const text = `${quoted(item.name)} AS ${quoted(item.alias)}`;
      if (above && above.group !== number) {
        part.add(text, []);
        part.where.push(...keys);
      } else part.add(text, above ? keys : part.empty ? [] : takeOut(open, ties));
    }
    return part;
  };
  return { stored, query: writeGroups(query.tail, query.groups, itemsOf) };
}

function depthOf(item: Item): number {
  return item.parent ? depthOf(item.parent) + 1 : 0;
}

function ancestors(item: Item): Item[] {
  return item.parent ? [item.parent, ...ancestors(item.parent)] : [];
}

/** Throws Untranslatable. */
export function documentsToGraph(query: DocumentQuery, catalog: Catalog): Translation {
  const key = keyNames(query);
  const sets = nameSets(query.items, new Names(labelNames(catalog)), (i) => i.path.at(-1) ?? '');
  const used = new Set(needed(query));
  const types = new Names(typeNames(catalog));
  const typeOf = new Map<string, string>();
  const stored: Stored[] = [];
  const edges: Stored[] = [];
  for (const [label, items] of sets) {
    if (!items.some((i) => used.has(i))) continue;
    const all = together(items);
    const { from, row, keys } = reading(all, key);
    stored.push({
      kind: 'nodes',
      label,
      source: from,
      properties: [...keys, ...valuesOf(all, row)],
      indexed: [key(0), ...comparedFields(query, items)],
    });
    if (!all.parent || !items.some((i) => i.parent && used.has(i.parent))) continue;
    const type = typeOf.get(label) ?? types.take((all.path.at(-1) ?? '').toUpperCase());
    typeOf.set(label, type);
    edges.push({
      kind: 'edges',
      type,
      source: from,
      from: { label: all.parent.name, keys: keys.slice(0, -1) },
      to: { label, keys },
      properties: [],
    });
  }
  const children = (i: Item): Item[] => [...used].filter((x) => x.parent === i);
  const shared = (i: Item): boolean =>
    children(i).some((x) => x.group !== i.group) || children(i).length > 1 || (i.parent !== undefined && children(i).length > 0);
  const nodes = new Map(
    [...used].map((i): [Item, DrawnNode] => [
      i,
      { alias: i.fields.size > 0 || shared(i) ? i.alias : undefined, label: i.name, group: i.group },
    ]),
  );
  const drawn = [...used].flatMap((i) => {
    const parent = i.parent && nodes.get(i.parent);
    return parent
      ? [{ from: parent, to: nodes.get(i) as DrawnNode, type: typeOf.get(i.name) ?? '', alias: undefined, group: i.group }]
      : [];
  });
  return { stored: [...stored, ...edges], query: drawGroups(query.tail, query.groups, [...nodes.values()], drawn) };
}

/** Fields that conditions read: worth an index. */
function comparedFields({ groups }: DocumentQuery, items: readonly Item[]): string[] {
  const aliases = new Set(items.map((i) => i.alias));
  const found = new Set<string>();
  fieldsRead(allConditions(groups), (alias, field) => {
    if (aliases.has(alias)) found.add(field);
  });
  return [...found];
}
