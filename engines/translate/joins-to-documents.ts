// Joins over tables as documents: where a join follows a foreign key, the rows that have the key are an array inside the document of the
// row that they belong to. A row can be inside one document only, so further keys stay joins.
//
//   sale AS s JOIN sale_line AS l ON l.sale = s.id       sale AS s, s.sale_line AS l

import { printExpression } from '../../parser/print.ts';
import type * as Ast from '../../parser/ast.ts';
import type { Catalog } from '../catalog.ts';
import { storedNames } from './catalog-names.ts';
import type { JoinedTable, JoinLink, JoinQuery } from './read-joins.ts';
import type { Stored, Translation } from './storage.ts';
import { aliasesRead, andText, fieldsRead, fieldText, Names, quoted, Untranslatable } from './syntax.ts';
import { selectText } from './tail.ts';

/** Throws Untranslatable. */
export function joinsToDocuments(query: JoinQuery, catalog: Catalog): Translation {
  const names = new Names(storedNames(catalog));
  const collections = new Map<string, string>();
  const collectionOf = ({ table }: JoinedTable): string => {
    const name = collections.get(table.name) ?? names.take(table.name);
    collections.set(table.name, name);
    return name;
  };
  const inside = chooseParents(query);
  if (query.tables.length > 1 && inside.size === 0 && query.links.length === 0) throw new Untranslatable('its joins follow no foreign key');
  const conditions = [...query.conditions, ...query.links.filter((l) => inside.get(l.child) !== l).flatMap((l) => l.conditions)];
  const fields = new Map(query.tables.map((t) => [t, new Set<string>()]));
  fieldsRead([conditions, query.tail], (alias, field) =>
    fields.get(query.tables.find((t) => t.alias === alias) as JoinedTable)?.add(field),
  );
  const embedded = (parent: JoinedTable): JoinLink[] => [...inside.values()].filter((l) => l.parent === parent);
  const array = ({ child, parent }: JoinLink): string =>
    fields.get(parent)?.has(child.table.name) === true ? `${child.table.name}_rows` : child.table.name;

  const placed = new Set<string>();
  const open = [...conditions];
  let from = '';
  const place = (t: JoinedTable, item: string): void => {
    placed.add(t.alias);
    const on = open.filter((c) => [...aliasesRead(c)].every((a) => placed.has(a)) && aliasesRead(c).size > 1);
    if (from !== '' && on.length > 0 && !inside.has(t)) {
      from += ` JOIN ${item} ON ${andText(on)}`;
      for (const c of on) open.splice(open.indexOf(c), 1);
    } else from += `${from === '' ? '' : ', '}${item}`;
    for (const link of embedded(t)) place(link.child, `${fieldText(t.alias, array(link))} AS ${quoted(link.child.alias)}`);
  };
  const roots = query.tables.filter((t) => !inside.has(t));
  for (const t of roots) place(t, `${quoted(collectionOf(t))} AS ${quoted(t.alias)}`);

  const object = (t: JoinedTable, row: string, names: Names): string => {
    const own = [...(fields.get(t) ?? [])].map((f) => `${quoted(f)}: ${fieldText(row, f)}`);
    const lists = embedded(t).map((link) => {
      const inner = names.take('r');
      const where = link.key.columns
        .map((c, i) => `${fieldText(inner, c)} = ${fieldText(row, link.key.references[i] ?? '')}`)
        .join(' AND ');
      return `${quoted(array(link))}: COLLECT { SELECT ${object(link.child, inner, names)} AS d FROM ${quoted(link.child.table.name)} AS ${inner} WHERE ${where} }`;
    });
    return `{${[...own, ...lists].join(', ')}}`;
  };
  const stored = [...new Map(roots.map((t) => [t.table.name, t])).keys()].map((name): Stored => {
    // One collection holds what all occurrences of its table need.
    const all = roots.filter((t) => t.table.name === name);
    const whole = all.length === 1 ? (all[0] as JoinedTable) : merged(all, fields, inside);
    const indexes = [...new Set(all.flatMap((t) => compared(conditions, t.alias)))].map(quoted);
    return {
      kind: 'collection',
      name: collectionOf(whole),
      query: `SELECT ${object(whole, 'r', new Names(['r']))} AS doc FROM ${quoted(name)} AS r`,
      indexes,
    };
  });
  return { stored, query: selectText(query.tail, from, open) };
}

/** A child goes into the first parent that its key leads to, if its table occurs once. */
function chooseParents({ tables, links }: JoinQuery): Map<JoinedTable, JoinLink> {
  const inside = new Map<JoinedTable, JoinLink>();
  const under = (t: JoinedTable | undefined, root: JoinedTable): boolean =>
    t !== undefined && (t === root || under(inside.get(t)?.parent, root));
  for (const link of links) {
    const once = tables.filter((t) => t.table === link.child.table).length === 1;
    const inItself = link.child.table === link.parent.table;
    if (once && !inItself && !inside.has(link.child) && !under(link.parent, link.child)) inside.set(link.child, link);
  }
  return inside;
}

/** A table that occurs several times as the root: its documents hold the fields and arrays of all occurrences. */
function merged(all: readonly JoinedTable[], fields: Map<JoinedTable, Set<string>>, inside: Map<JoinedTable, JoinLink>): JoinedTable {
  const [first, ...others] = all as [JoinedTable, ...JoinedTable[]];
  for (const t of others) {
    for (const f of fields.get(t) ?? []) fields.get(first)?.add(f);
    for (const [child, link] of inside) if (link.parent === t) inside.set(child, { ...link, parent: first });
  }
  return first;
}

/** Columns of an alias that are compared: worth an index. */
function compared(conditions: readonly Ast.Expression[], alias: string): string[] {
  const found = new Set<string>();
  for (const c of conditions)
    if (c.kind === 'binary' && /^[=<>]/.test(c.operator))
      for (const side of [c.left, c.right])
        fieldsRead(side, (a, f) => {
          if (a === alias && printExpression(side) === fieldText(a, f)) found.add(f);
        });
  return [...found];
}
