// SQL before it is text: typed fragments and queries, plain closed data. engines/relational and engines/document build them,
// a dialect's render.ts makes text and a list of parameters of them.
//
//   sql`${column('t1', 'a')} = ${stringLiteral("it's")}`   →   "t1"."a" = 'it''s'

import type { SqlParameter } from '../engine.ts';

export type Fragment =
  /** Text that needs no escaping: keywords, operators, numbers. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'column'; readonly table: string; readonly name: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'parameter'; readonly parameter: SqlParameter }
  /** `always`: as a condition it always holds. `lookup`: it only narrows what another condition asks. */
  | { readonly kind: 'sequence'; readonly parts: readonly Fragment[]; readonly always?: true; readonly lookup?: true }
  /** An expression that may throw a QueryError when it is evaluated: it must not move in front of the conditions that guard it. */
  | { readonly kind: 'raising'; readonly inner: Fragment }
  /** A call of an aggregate. */
  | { readonly kind: 'aggregate'; readonly inner: Fragment }
  /** A query in parentheses, as a value. */
  | { readonly kind: 'query'; readonly query: Query };

export type Query = Select | Compound | ValuesList;

export interface Select {
  readonly kind: 'select';
  readonly with?: CommonTable | undefined;
  readonly distinct: boolean;
  readonly columns: readonly { readonly value: Fragment; readonly as?: string | undefined }[];
  readonly from: readonly FromItem[];
  /** Joined by AND. */
  readonly where: readonly Fragment[];
  readonly groupBy: readonly Fragment[];
  readonly having: readonly Fragment[];
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Fragment | undefined;
  readonly offset?: Fragment | undefined;
}

export interface Compound {
  readonly kind: 'compound';
  readonly operator: 'union' | 'union all' | 'intersect' | 'except';
  readonly left: Select;
  readonly right: Select;
}

export interface ValuesList {
  readonly kind: 'values';
  readonly rows: readonly (readonly Fragment[])[];
}

/** A recursive common table expression. */
export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
}

export interface FromItem {
  /** Of the first item it says nothing. */
  readonly join: 'cross' | 'left' | 'full';
  readonly source: FromSource;
  readonly alias: string;
  /** Joined by AND; with `cross` empty. */
  readonly on: readonly Fragment[];
}

export type FromSource =
  /** `key`: a column that all indexes of it hold, to count its rows by. */
  | { readonly kind: 'table'; readonly name: string; readonly key?: string | undefined; readonly notIndexed?: true }
  | { readonly kind: 'common'; readonly name: string }
  | { readonly kind: 'function'; readonly call: Fragment }
  | { readonly kind: 'derived'; readonly query: Query };

export interface OrderItem {
  readonly value: Fragment;
  readonly descending: boolean;
  /** Absent: the value is never null. */
  readonly nulls?: 'first' | 'last' | undefined;
}

export function text(raw: string): Fragment {
  return { kind: 'text', text: raw };
}

export function column(table: string, name: string): Fragment {
  return { kind: 'column', table, name };
}

export function stringLiteral(value: string): Fragment {
  return { kind: 'string', value };
}

export function raising(inner: Fragment): Fragment {
  return { kind: 'raising', inner };
}

/** A template of SQL: strings in `${}` are taken as SQL text too, so only fragments may carry what a user wrote. */
export function sql(strings: TemplateStringsArray, ...parts: readonly Fragment[]): Fragment {
  const out: Fragment[] = [];
  for (const [i, raw] of strings.entries()) {
    if (raw !== '') out.push(text(raw));
    const part = parts[i];
    if (part !== undefined) out.push(part);
  }
  return out.length === 1 && out[0] !== undefined ? out[0] : { kind: 'sequence', parts: out };
}

/** The parts with a separator between them. */
export function joined(parts: readonly Fragment[], separator: string): Fragment {
  const out: Fragment[] = [];
  for (const [i, part] of parts.entries()) {
    if (i > 0) out.push(text(separator));
    out.push(part);
  }
  return { kind: 'sequence', parts: out };
}

export const sqlNull: Fragment = text('NULL');
export const sqlFalse: Fragment = text('0');

/** Calls `visit` on the fragment and everything below it, queries included. */
export function walkFragment(fragment: Fragment, visit: (f: Fragment) => void): void {
  visit(fragment);
  switch (fragment.kind) {
    case 'sequence':
      for (const part of fragment.parts) walkFragment(part, visit);
      return;
    case 'raising':
    case 'aggregate':
      walkFragment(fragment.inner, visit);
      return;
    case 'query':
      walkQuery(fragment.query, visit);
      return;
    case 'text':
    case 'identifier':
    case 'column':
    case 'string':
    case 'parameter':
      return;
  }
}

export function walkQuery(query: Query, visit: (f: Fragment) => void): void {
  switch (query.kind) {
    case 'values':
      for (const row of query.rows) for (const value of row) walkFragment(value, visit);
      return;
    case 'compound':
      walkQuery(query.left, visit);
      walkQuery(query.right, visit);
      return;
    case 'select': {
      if (query.with) walkQuery(query.with.query, visit);
      for (const item of query.from) {
        if (item.source.kind === 'derived') walkQuery(item.source.query, visit);
        if (item.source.kind === 'function') walkFragment(item.source.call, visit);
        for (const on of item.on) walkFragment(on, visit);
      }
      const parts = [...query.columns.map((c) => c.value), ...query.where, ...query.groupBy, ...query.having];
      for (const part of parts) walkFragment(part, visit);
      for (const order of query.orderBy) walkFragment(order.value, visit);
      if (query.limit) walkFragment(query.limit, visit);
      if (query.offset) walkFragment(query.offset, visit);
    }
  }
}

/** The aliases of the FROM items whose columns it reads. */
export function tablesOf(fragment: Fragment): ReadonlySet<string> {
  const tables = new Set<string>();
  walkFragment(fragment, (f) => {
    if (f.kind === 'column') tables.add(f.table);
  });
  return tables;
}

export function hasAggregate(fragment: Fragment): boolean {
  let found = false;
  walkFragment(fragment, (f) => {
    if (f.kind === 'aggregate') found = true;
  });
  return found;
}

export function mayRaise(fragment: Fragment): boolean {
  let raises = false;
  walkFragment(fragment, (f) => {
    if (f.kind === 'raising') raises = true;
  });
  return raises;
}

/** A condition that drops no row: it only gives the statement a place to stop. */
export function holding(condition: Fragment): Fragment {
  return { kind: 'sequence', parts: [condition], always: true };
}

export function holdsAlways(condition: Fragment): boolean {
  return condition.kind === 'sequence' && condition.always === true;
}

/** How many leaves: what copying the fragment costs. */
export function fragmentSize(fragment: Fragment): number {
  let size = 0;
  walkFragment(fragment, () => size++);
  return size;
}
