// Reads a SELECT over tables for translation: which tables, which of their foreign keys the joins follow, and what else is asked.
// References to columns are `alias.column` afterwards.

import type * as Ast from '../../parser/ast.ts';
import { printExpression } from '../../parser/print.ts';
import type { Catalog, ForeignKey, TableInfo } from '../catalog.ts';
import { conjuncts, fieldOf, fieldsRead, type References, replaceReferences, Untranslatable } from './syntax.ts';
import { replaceInTail, type Tail, tailOfSelect } from './tail.ts';

export interface JoinedTable {
  readonly alias: string;
  readonly table: TableInfo;
  /** Columns that conditions and the rest of the query read, behind the joins that follow keys. */
  readonly fields: Set<string>;
}

/** `child.columns = parent.references`, as conjuncts of the query. */
export interface JoinLink {
  readonly child: JoinedTable;
  readonly parent: JoinedTable;
  readonly key: ForeignKey;
  readonly conditions: readonly Ast.Expression[];
}

export interface JoinQuery {
  readonly tables: readonly JoinedTable[];
  readonly links: readonly JoinLink[];
  /** Conjuncts that follow no key. */
  readonly conditions: readonly Ast.Expression[];
  readonly tail: Tail;
}

/** Undefined: it is not a SELECT over tables alone. */
export function readJoins(query: Ast.Query, catalog: Catalog): JoinQuery | undefined {
  if (query.kind !== 'select' || !query.from) return undefined;
  const named: Ast.FromNamed[] = [];
  const on: Ast.Expression[] = [];
  const visit = (item: Ast.FromItem): boolean => {
    if (item.kind === 'named') return named.push(item) > 0 && catalog.table(item.name.text) !== undefined;
    return item.kind === 'join' && visit(item.left) && visit(item.right) && onOf(item, on);
  };
  if (!visit(query.from)) return undefined;
  const tables = named.map((item): JoinedTable => {
    if (item.columns) throw new Untranslatable('it renames columns in FROM');
    return { alias: (item.alias ?? item.name).text, table: catalog.table(item.name.text) as TableInfo, fields: new Set() };
  });
  const refs = tableReferences(tables);
  const all = replaceReferences([...on, ...conjuncts(query.where)], refs);
  const links: JoinLink[] = [];
  const used = new Set<Ast.Expression>();
  for (const child of tables)
    for (const key of child.table.foreignKeys)
      for (const parent of tables) {
        const conditions = followed(child, parent, key, all);
        if (!conditions || parent === child || links.some((l) => l.child === child && l.key === key)) continue;
        links.push({ child, parent, key, conditions });
        for (const c of conditions) used.add(c);
      }
  const tail = replaceInTail(tailOfSelect(query, expandStars(query.items, tables)), refs);
  const conditions = all.filter((c) => !used.has(c));
  const joined: JoinQuery = { tables, links, conditions, tail };
  fieldsRead([conditions, tail], (alias, field) => tableNamed(joined, alias)?.fields.add(field));
  return joined;
}

function onOf(item: Ast.FromJoin, on: Ast.Expression[]): boolean {
  if (item.type === 'left' || item.type === 'right' || item.type === 'full') throw new Untranslatable('it has an outer join');
  if (item.natural || item.using) throw new Untranslatable('it has NATURAL or USING; write ON');
  on.push(...conjuncts(item.on));
  return true;
}

export function tableNamed({ tables }: JoinQuery, alias: string): JoinedTable | undefined {
  return tables.find((t) => t.alias === alias);
}

function tableReferences(tables: readonly JoinedTable[]): References {
  const byName = new Map(tables.map((t) => [t.alias.toLowerCase(), t]));
  const column = (t: JoinedTable, name: string): string | undefined =>
    t.table.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())?.name;
  return {
    alias: (name) => byName.get(name.toLowerCase())?.alias,
    field: (alias, name) => {
      const found = column(byName.get(alias.toLowerCase()) as JoinedTable, name.text);
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
      const [only, more] = tables.flatMap((t) => {
        const found = column(t, e.name);
        return found === undefined ? [] : [fieldOf(t.alias, found)];
      });
      if (!only || more) throw new Untranslatable(`it is not clear which table ${e.name} is of`);
      return only;
    },
  };
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
  return found.every((c) => c !== undefined) ? (found as Ast.Expression[]) : undefined;
}
