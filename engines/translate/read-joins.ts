// Reads a SELECT over tables for translation: which tables, which of their foreign keys the joins follow, and what else is asked.
// References to columns are `alias.column` afterwards.

import type * as Ast from '../../parser/ast.ts';
import { printExpression } from '../../parser/print.ts';
import type { Catalog, ForeignKey, TableInfo } from '../catalog.ts';
import {
  addConditions,
  addGroup,
  allConditions,
  askedInside,
  conditionsOf,
  type Group,
  groupPlace,
  newGroups,
  readFrom,
  required,
  tailsInside,
  valuesPlace,
} from './groups.ts';
import { fieldOf, fieldsRead, mapSyntax, nameOf, Names, type NestedQuery, type References, Untranslatable } from './syntax.ts';
import { replaceInTail, type Tail, tailOfSelect } from './tail.ts';

export interface JoinedTable {
  /** Unlike all others, also of queries inside. */
  readonly alias: string;
  readonly table: TableInfo;
  /** Columns that conditions and the rest of the query read, behind the joins that follow keys. */
  readonly fields: Set<string>;
  /** The group that it stands in. */
  readonly group: number;
}

/** `child.columns = parent.references`, as conjuncts of the later one's group. */
export interface JoinLink {
  readonly child: JoinedTable;
  readonly parent: JoinedTable;
  readonly key: ForeignKey;
  readonly conditions: readonly Ast.Expression[];
}

export interface JoinQuery {
  readonly tables: readonly JoinedTable[];
  readonly links: readonly JoinLink[];
  /** With conjuncts that follow no key. */
  readonly groups: readonly Group[];
  readonly tail: Tail;
}

/** Undefined: it is not a SELECT over tables alone. */
export function readJoins(query: Ast.Query, catalog: Catalog): JoinQuery | undefined {
  return new JoinReader(catalog).read(query);
}

/** The tables that names stand for, in lower case; the inner ones hide the outer. */
type Aliases = ReadonlyMap<string, JoinedTable>;

class JoinReader {
  private readonly catalog: Catalog;
  private readonly names = new Names();
  private readonly tables: JoinedTable[] = [];
  private readonly groups = newGroups();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  read(query: Ast.Query): JoinQuery | undefined {
    if (query.kind !== 'select' || !query.from) return undefined;
    const aliases = this.readSelect(query, required);
    if (!aliases) return undefined;
    const refs = this.references([aliases]);
    const inOrder = [...aliases.values()];
    const tail = replaceInTail(tailOfSelect(query, expandStars(query.items, inOrder)), refs);
    const links = this.takeLinks();
    const joined: JoinQuery = { tables: this.tables, links, groups: this.groups, tail };
    fieldsRead([allConditions(this.groups), tailsInside(this.groups), tail], (alias, field) =>
      tableNamed(joined, alias)?.fields.add(field),
    );
    return joined;
  }

  /** FROM and WHERE of it. The aliases in the order written. */
  private readSelect(query: Ast.SelectQuery, within: number, ...outer: readonly Aliases[]): Aliases | undefined {
    const leafOf = (item: Ast.FromItem): Ast.FromNamed | undefined =>
      item.kind === 'named' && this.catalog.table(item.name.text) !== undefined ? item : undefined;
    const from = query.from && readFrom(query.from, leafOf, this.groups, within);
    if (!from) return undefined;
    const found = from.leaves.map(({ leaf, group }): [Ast.FromNamed, JoinedTable] => {
      if (leaf.columns) throw new Untranslatable('it renames columns in FROM');
      const table = this.catalog.table(leaf.name.text) as TableInfo;
      return [leaf, { alias: this.names.take((leaf.alias ?? leaf.name).text), table, fields: new Set(), group }];
    });
    this.tables.push(...found.map(([, t]) => t));
    const written = found.toSorted(([a], [b]) => a.span.start - b.span.start);
    const aliases = new Map(written.map(([leaf, t]) => [(leaf.alias ?? leaf.name).text.toLowerCase(), t]));
    const refs = this.references([aliases, ...outer]);
    addConditions(this.groups, conditionsOf(from, query.where, within), refs);
    return aliases;
  }

  private references(scopes: readonly Aliases[]): References {
    const named = new Map<string, JoinedTable>();
    const find = (name: string): JoinedTable | undefined => scopes.find((s) => s.has(name.toLowerCase()))?.get(name.toLowerCase());
    return {
      alias: (name) => {
        const table = find(name);
        if (table) named.set(table.alias, table);
        return table?.alias;
      },
      field: (alias, name) => {
        const found = columnOf(named.get(alias) as JoinedTable, name.text);
        if (found === undefined) throw new Untranslatable(`${alias}.${name.text} is no column`);
        return fieldOf(alias, found);
      },
      key: (alias) => {
        throw new Untranslatable(`it takes ${alias} as a whole`);
      },
      whole: (alias) => {
        throw new Untranslatable(`it takes ${alias} as a whole; name the columns that are wanted`);
      },
      other: (e) => {
        for (const scope of scopes) {
          const [only, more] = [...scope.values()].flatMap((t) => {
            const found = columnOf(t, e.name);
            return found === undefined ? [] : [fieldOf(t.alias, found)];
          });
          if (more) break;
          if (only) return only;
        }
        throw new Untranslatable(`it is not clear which table ${e.name} is of`);
      },
      query: (e) => this.readInside(e, scopes),
    };
  }

  private readInside(e: NestedQuery, scopes: readonly Aliases[]): Ast.Expression {
    const { kind, query } = askedInside(e);
    const group = addGroup(this.groups, kind);
    const known = query.kind === 'select' && this.readSelect(query, group, ...scopes);
    if (!known) throw new Untranslatable('a query inside is not over tables');
    if (kind !== 'values') return groupPlace(group);
    const tail = replaceInTail(tailOfSelect(query, expandStars(query.items, [...known.values()])), this.references([known, ...scopes]));
    return valuesPlace(e, this.groups[group] as Group, group, tail, this.references(scopes));
  }

  /** Takes the conditions that follow keys out of their groups. */
  private takeLinks(): JoinLink[] {
    const links: JoinLink[] = [];
    for (const child of this.tables)
      for (const key of child.table.foreignKeys)
        for (const parent of this.tables) {
          const group = this.groups[Math.max(child.group, parent.group)] as Group;
          const conditions = followed(child, parent, key, group.conditions);
          if (!conditions || parent === child || links.some((l) => l.child === child && l.key === key)) continue;
          links.push({ child, parent, key, conditions });
          group.conditions = group.conditions.filter((c) => !conditions.includes(c));
        }
    return links;
  }
}

function columnOf({ table }: JoinedTable, name: string): string | undefined {
  return table.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())?.name;
}

/** Do the columns of a key always hold something? */
export function alwaysThere({ columns }: TableInfo, key: ForeignKey): boolean {
  return key.columns.every((c) => columns.find((x) => x.name === c)?.notNull === true);
}

/** With COLLATE behind columns whose text is compared by a collation, which documents and nodes do not know of themselves. */
export function withCollations<T>(tree: T, query: JoinQuery): T {
  return mapSyntax(tree, (e) => {
    if (e.kind !== 'field' || e.value.kind !== 'identifier') return undefined;
    const collation = collationOf(tableNamed(query, e.value.name)?.table, e.name.text);
    return collation && { kind: 'collate', operand: e, collation: nameOf(collation.toUpperCase()), span: e.span };
  });
}

export function collationOf(table: TableInfo | undefined, column: string): 'nocase' | 'rtrim' | undefined {
  return table?.columns.find((c) => c.name === column)?.collation;
}

function tableNamed({ tables }: JoinQuery, alias: string): JoinedTable | undefined {
  return tables.find((t) => t.alias === alias);
}

function expandStars(items: readonly Ast.SelectItem[], tables: readonly JoinedTable[]): Ast.SelectItem[] {
  return items.flatMap((item): Ast.SelectItem[] => {
    if (item.kind !== 'star') return [item];
    const of = tables.filter((t) => item.of === undefined || t.alias.toLowerCase() === item.of.text.toLowerCase());
    return of.flatMap((t) =>
      t.table.columns.map((c): Ast.SelectItem => ({ kind: 'expression', value: fieldOf(t.alias, c.name), span: item.span })),
    );
  });
}

/** The conjuncts that say that child's key is that of parent. */
function followed(child: JoinedTable, parent: JoinedTable, key: ForeignKey, all: readonly Ast.Expression[]): Ast.Expression[] | undefined {
  if (key.table.toLowerCase() !== parent.table.name.toLowerCase()) return undefined;
  const found = key.columns.map((column, i) => {
    const [a, b] = [fieldOf(child.alias, column), fieldOf(parent.alias, key.references[i] ?? '')].map(printExpression);
    return all.find((c) => {
      if (c.kind !== 'binary' || c.operator !== '=') return false;
      const [left, right] = [printExpression(c.left), printExpression(c.right)];
      return (left === a && right === b) || (left === b && right === a);
    });
  });
  if (!found.every((c) => c !== undefined)) return undefined;
  const differs = key.columns.find((c, i) => collationOf(child.table, c) !== collationOf(parent.table, key.references[i] ?? ''));
  if (differs !== undefined)
    throw new Untranslatable(`${child.alias}.${differs} compares text by another collation than the key it refers to`);
  return found;
}
