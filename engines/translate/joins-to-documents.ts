// Joins over tables as documents: where a join follows a foreign key, the rows that have the key are an array inside the document of the
// row that they belong to. A row can be inside one document only, so further keys stay joins.
//
//   sale AS s JOIN sale_line AS l ON l.sale = s.id       sale AS s, s.sale_line AS l

import { printExpression } from '../../parser/print.ts';
import type * as Ast from '../../parser/ast.ts';
import type { Catalog } from '../catalog.ts';
import { storedNames } from './catalog-names.ts';
import { FromText, takeOut, writeGroups } from './from-text.ts';
import { allConditions, type Group, hasQuery, tailsInside } from './groups.ts';
import { type JoinedTable, type JoinLink, type JoinQuery, withCollations } from './read-joins.ts';
import type { Stored, Translation } from './storage.ts';
import { aliasesRead, fieldsRead, fieldText, Names, quoted, Untranslatable } from './syntax.ts';

/** Throws Untranslatable. */
export function joinsToDocuments(query: JoinQuery, catalog: Catalog): Translation {
  const inside = chooseParents(query);
  const joined = query.tables.filter((t) => /required|optional/.test(query.groups[t.group]?.kind ?? ''));
  if (joined.length > 1 && inside.size === 0 && query.links.length === 0) throw new Untranslatable('its joins follow no foreign key');
  return new JoinDocuments(query, catalog, inside).write();
}

class JoinDocuments {
  private readonly query: JoinQuery;
  private readonly names: Names;
  private readonly collections = new Map<string, string>();
  /** Tables whose rows stand in the document of another's. */
  private readonly inside: Map<JoinedTable, JoinLink>;
  /** With the conditions of the links that stay joins. */
  private readonly groups: readonly Group[];
  private readonly fields: Map<JoinedTable, Set<string>>;
  private readonly placed = new Set<string>();

  constructor(query: JoinQuery, catalog: Catalog, inside: Map<JoinedTable, JoinLink>) {
    this.query = query;
    this.inside = inside;
    this.names = new Names(storedNames(catalog));
    this.groups = query.groups.map((g, i) => {
      const kept = query.links.filter((l) => Math.max(l.child.group, l.parent.group) === i && inside.get(l.child) !== l);
      const conditions = [...g.conditions, ...kept.flatMap((l) => l.conditions)];
      return withCollations({ ...g, conditions }, query);
    });
    this.fields = new Map(query.tables.map((t) => [t, new Set<string>()]));
    fieldsRead([allConditions(this.groups), tailsInside(this.groups), query.tail], (alias, field) => {
      const table = query.tables.find((t) => t.alias === alias);
      if (table) this.fields.get(table)?.add(field);
    });
  }

  write(): Translation {
    const text = writeGroups(withCollations(this.query.tail, this.query), this.groups, (group, open) => this.itemsOf(group, open));
    const roots = this.query.tables.filter((t) => !this.inside.has(t));
    const conditions = allConditions(this.groups);
    const stored = [...new Set(roots.map((t) => t.table.name))].map((name): Stored => {
      // One collection holds what all occurrences of its table need.
      const all = roots.filter((t) => t.table.name === name);
      const whole = all.length === 1 ? (all[0] as JoinedTable) : merged(all, this.fields, this.inside);
      const indexes = [...new Set(all.flatMap((t) => compared(conditions, t.alias)))];
      const query = `SELECT ${this.object(whole, 'r', new Names(['r']))} AS doc FROM ${quoted(name)} AS r`;
      return {
        kind: 'collection',
        name: this.collectionOf(whole),
        query,
        indexes,
        inside: this.collected(whole).map((t) => `SELECT count(*) AS n FROM ${quoted(t)}`),
      };
    });
    return { stored, query: text };
  }

  private collectionOf({ table }: JoinedTable): string {
    const name = this.collections.get(table.name) ?? this.names.take(table.name);
    this.collections.set(table.name, name);
    return name;
  }

  private embedded(parent: JoinedTable): JoinLink[] {
    return [...this.inside.values()].filter((l) => l.parent === parent);
  }

  /** The tables whose rows stand in documents of a table, at any depth. */
  private collected(t: JoinedTable): string[] {
    return this.embedded(t).flatMap(({ child }) => [child.table.name, ...this.collected(child)]);
  }

  private array({ child, parent }: JoinLink): string {
    return this.fields.get(parent)?.has(child.table.name) === true ? `${child.table.name}_rows` : child.table.name;
  }

  private itemsOf(number: number, open: Ast.Expression[]): FromText {
    const part = new FromText();
    const own = new Set(this.query.tables.filter((t) => t.group === number).map((t) => t.alias));
    const place = (t: JoinedTable): void => {
      this.placed.add(t.alias);
      const link = this.inside.get(t);
      if (link) part.addArray(`${fieldText(link.parent.alias, this.array(link))} AS ${quoted(t.alias)}`);
      else {
        // What is said of a table outside stands behind the items.
        const ties = (c: Ast.Expression): boolean => {
          const read = [...aliasesRead(c)];
          return read.length > 1 && !hasQuery(c) && read.every((a) => own.has(a) && this.placed.has(a));
        };
        part.add(`${quoted(this.collectionOf(t))} AS ${quoted(t.alias)}`, part.empty ? [] : takeOut(open, ties));
      }
      for (const { child } of this.embedded(t)) if (child.group === number) place(child);
    };
    for (const t of this.query.tables) if (t.group === number && this.inside.get(t)?.parent.group !== number) place(t);
    return part;
  }

  private object(t: JoinedTable, row: string, names: Names): string {
    const own = [...(this.fields.get(t) ?? [])].map((f) => `${quoted(f)}: ${fieldText(row, f)}`);
    const lists = this.embedded(t).map((link) => {
      const inner = names.take('r');
      const where = link.key.columns
        .map((c, i) => `${fieldText(inner, c)} = ${fieldText(row, link.key.references[i] ?? '')}`)
        .join(' AND ');
      return `${quoted(this.array(link))}: COLLECT { SELECT ${this.object(link.child, inner, names)} AS d FROM ${quoted(link.child.table.name)} AS ${inner} WHERE ${where} }`;
    });
    return `{${[...own, ...lists].join(', ')}}`;
  }
}

/** A child goes into the first parent that its key leads to, if its table occurs once, and not where the parent may be absent. */
function chooseParents({ tables, links }: JoinQuery): Map<JoinedTable, JoinLink> {
  const inside = new Map<JoinedTable, JoinLink>();
  const under = (t: JoinedTable | undefined, root: JoinedTable): boolean =>
    t !== undefined && (t === root || under(inside.get(t)?.parent, root));
  for (const link of links) {
    const { child, parent } = link;
    const once = tables.filter((t) => t.table === child.table).length === 1;
    if (!once || child.table === parent.table || child.group < parent.group) continue;
    if (!inside.has(child) && !under(parent, child)) inside.set(child, link);
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
