// Documents and the arrays inside them as tables with keys, and as nodes with edges. An array's elements become rows of a table of
// their own, which hold their document's key, or nodes that an edge leads to.
//
//   orders AS o, o.lines AS l      orders AS o JOIN orders_lines AS l ON l.doc = o.doc      (o:orders)-[:LINES]->(l:lines)

import type * as Ast from '../../parser/ast.ts';
import type { Catalog } from '../catalog.ts';
import { labelNames, storedNames, typeNames } from './catalog-names.ts';
import { drawPatterns, type DrawnNode } from './draw-patterns.ts';
import type { Stored, Translation } from './storage.ts';
import {
  aliasesRead,
  andText,
  conjuncts,
  fieldOf,
  fieldsRead,
  fieldText,
  mapSyntax,
  Names,
  quoted,
  type References,
  replaceReferences,
  Untranslatable,
} from './syntax.ts';
import { matchText, replaceInTail, selectText, type Tail, tailOfSelect } from './tail.ts';

/** A collection, or an array inside an earlier item. */
interface Item {
  readonly alias: string;
  /** The collection's name, or the path from the parent. */
  readonly path: readonly string[];
  readonly parent?: Item | undefined;
  readonly fields: Set<string>;
  /** Its table and its label. */
  name: string;
  /** The element itself is read, as the field `value`. */
  whole?: true;
}

export interface DocumentQuery {
  readonly items: readonly Item[];
  readonly conditions: readonly Ast.Expression[];
  readonly tail: Tail;
}

/** An element that is no object, as a column or property. */
const valueField = 'value';

/** Undefined: it is not a SELECT over collections and their arrays alone. */
export function readDocuments(query: Ast.Query, catalog: Catalog): DocumentQuery | undefined {
  if (query.kind !== 'select' || !query.from) return undefined;
  const items: Item[] = [];
  const on: Ast.Expression[] = [];
  const visit = (item: Ast.FromItem): boolean => {
    if (item.kind === 'named') {
      const collection = catalog.collection(item.name.text);
      if (collection)
        items.push({ alias: (item.alias ?? item.name).text, path: [collection.name], fields: new Set(), name: collection.name });
      return collection !== undefined;
    }
    if (item.kind === 'unnest') return items.push(readUnnest(item, items)) > 0;
    if (item.kind !== 'join' || !visit(item.left) || !visit(item.right)) return false;
    if (item.type === 'left' || item.type === 'right' || item.type === 'full') throw new Untranslatable('it has an outer join');
    if (item.natural || item.using) throw new Untranslatable('it has NATURAL or USING; write ON');
    on.push(...conjuncts(item.on));
    return true;
  };
  if (!visit(query.from)) return undefined;
  const refs = documentReferences(items);
  const conditions = replaceReferences([...on, ...conjuncts(query.where)], refs);
  const tail = replaceInTail(tailOfSelect(query, query.items), refs);
  fieldsRead([conditions, tail], (alias, field) => items.find((i) => i.alias === alias)?.fields.add(field));
  if (hasMissing([conditions, tail])) throw new Untranslatable('it tells MISSING from null, which only documents do');
  for (const { fields } of items) {
    if (new Set([...fields].map((f) => f.toLowerCase())).size < fields.size)
      throw new Untranslatable('it reads fields whose names differ only by case');
  }
  return { items, conditions, tail };
}

function readUnnest(item: Ast.FromPath, items: readonly Item[]): Item {
  if (item.unpivot || item.position) throw new Untranslatable('it asks for the positions of elements, or for keys');
  const path: string[] = [];
  let at = item.value;
  for (; at.kind === 'field'; at = at.value) path.unshift(at.name.text);
  const root = at.kind === 'identifier' ? at.name : undefined;
  const parent = items.find((i) => i.alias.toLowerCase() === root?.toLowerCase());
  if (!parent || path.length === 0 || !item.alias) throw new Untranslatable('it unnests something that is no path of a document');
  return { alias: item.alias.text, path, parent, fields: new Set(), name: path.at(-1) ?? '' };
}

function documentReferences(items: readonly Item[]): References {
  const byName = new Map(items.map((i) => [i.alias.toLowerCase(), i]));
  const [only, more] = items;
  return {
    alias: (name) => byName.get(name.toLowerCase())?.alias,
    field: (alias, name) => {
      if (name.text === valueField && byName.get(alias.toLowerCase())?.whole) throw bothWays(alias);
      return fieldOf(alias, name.text);
    },
    key: (alias) => {
      throw new Untranslatable(`it takes ${alias} as a whole`);
    },
    whole: (alias) => {
      const item = byName.get(alias.toLowerCase());
      if (item?.parent === undefined)
        throw new Untranslatable(`it takes the document ${alias} as a whole; name the fields that are wanted`);
      if (item.fields.has(valueField)) throw bothWays(alias);
      item.whole = true;
      return fieldOf(alias, valueField);
    },
    other: (e) => {
      if (!only || more) throw new Untranslatable(`it is not clear which item ${e.name} is of`);
      return fieldOf(only.alias, e.name);
    },
  };
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

function valuesOf(item: Item, row: string): [string, string][] {
  return [...item.fields].map((f) => [f, item.whole && f === valueField ? row : fieldText(row, f)]);
}

/** A document, or an element at the top of what is left, that nothing is read of is needed only where no array, or more than one, is taken from it. */
function needed(query: DocumentQuery): Item[] {
  const left = new Set(query.items);
  for (const i of query.items) {
    const below = query.items.filter((x) => x.parent === i).length;
    if (i.fields.size === 0 && below === 1 && !(i.parent && left.has(i.parent))) left.delete(i);
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
    const [first] = items as [Item];
    const fields = new Set(items.flatMap((i) => [...i.fields]));
    const { from, row, keys } = reading(first, key);
    const values = valuesOf({ ...first, fields }, row);
    const columns = [...keys, ...values].map(([column]) => column);
    const text = [...keys, ...values].map(([column, value]) => `${value} AS ${quoted(column)}`).join(', ');
    return {
      kind: 'table',
      name,
      columns,
      keyed: keys.length,
      query: `SELECT ${text} FROM ${from}`,
      indexes: comparedFields(query, items).map(quoted),
    };
  });
  const open = [...query.conditions];
  const placed = new Set<string>();
  let from = '';
  for (const item of used) {
    placed.add(item.alias);
    const above = ancestors(item).find((a) => used.includes(a));
    const levels = above ? Math.min(depthOf(above), depthOf(item)) + 1 : 0;
    const keys = above
      ? Array.from({ length: levels }, (_, d) => `${fieldText(item.alias, key(d))} = ${fieldText(above.alias, key(d))}`)
      : [];
    const more = above ? [] : open.filter((c) => aliasesRead(c).size > 1 && [...aliasesRead(c)].every((a) => placed.has(a)));
    for (const c of more) open.splice(open.indexOf(c), 1);
    const text = `${quoted(item.name)} AS ${quoted(item.alias)}`;
    from += from === '' ? text : keys.length + more.length > 0 ? ` JOIN ${text} ON ${andText([...keys, ...more])}` : `, ${text}`;
  }
  return { stored, query: selectText(query.tail, from, open) };
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
    const [first] = items as [Item];
    const fields = new Set(items.flatMap((i) => [...i.fields]));
    const { from, row, keys } = reading(first, key);
    stored.push({
      kind: 'nodes',
      label,
      source: from,
      properties: [...keys, ...valuesOf({ ...first, fields }, row)],
      indexed: [key(0), ...comparedFields(query, items)],
    });
    if (!first.parent || !items.some((i) => i.parent && used.has(i.parent))) continue;
    const type = typeOf.get(label) ?? types.take((first.path.at(-1) ?? '').toUpperCase());
    typeOf.set(label, type);
    edges.push({
      kind: 'edges',
      type,
      source: from,
      from: { label: first.parent.name, keys: keys.slice(0, -1) },
      to: { label, keys },
      properties: [],
    });
  }
  const children = (i: Item): number => [...used].filter((x) => x.parent === i).length;
  const nodes = new Map(
    [...used].map((i): [Item, DrawnNode] => [
      i,
      { alias: i.fields.size > 0 || children(i) > 1 || (i.parent && children(i) > 0) ? i.alias : undefined, label: i.name },
    ]),
  );
  const drawn = [...used].flatMap((i) => {
    const parent = i.parent && nodes.get(i.parent);
    return parent ? [{ from: parent, to: nodes.get(i) as DrawnNode, type: typeOf.get(i.name) ?? '', alias: undefined }] : [];
  });
  return { stored: [...stored, ...edges], query: matchText(query.tail, drawPatterns([...nodes.values()], drawn), query.conditions) };
}

/** Fields that conditions read: worth an index. */
function comparedFields({ conditions }: DocumentQuery, items: readonly Item[]): string[] {
  const aliases = new Set(items.map((i) => i.alias));
  const found = new Set<string>();
  fieldsRead(conditions, (alias, field) => {
    if (aliases.has(alias)) found.add(field);
  });
  return [...found];
}
