// A SELECT under construction: FROM items, conditions, and the SQL value of each column in sight. Operators add to it as long as
// that is plainly right, so that SQLite sees one flat query and can use its indexes; else it becomes a derived table.

import { jsonTextOf, mayBeMissing } from '../document/json-place.ts';
import type { SqlResult } from '../engine.ts';
import type { Column, ColumnId } from '../plan/type.ts';
import {
  type CommonTable,
  column,
  type Fragment,
  type FromItem,
  hasAggregate,
  type OrderItem,
  type Select,
  sql,
  text,
  tablesOf,
  walkQuery,
} from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { computedJson, distinctKey, settled, toJson } from './convert.ts';
import type { Compilation } from './scope.ts';

export interface Relation {
  readonly from: readonly FromItem[];
  readonly where: readonly Fragment[];
  readonly columns: ReadonlyMap<ColumnId, SqlValue>;
  /** Grouped: conditions go to HAVING, and another grouping needs a derived table. */
  readonly aggregated: boolean;
  readonly groupBy: readonly Fragment[];
  readonly having: readonly Fragment[];
  /** SELECT DISTINCT over exactly these columns. */
  readonly distinct?: readonly ColumnId[] | undefined;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Fragment | undefined;
  readonly offset?: Fragment | undefined;
  readonly with?: CommonTable | undefined;
  /** A full join inside: more FROM items may follow, but it may not follow others. */
  readonly sealed?: boolean;
}

export function flatRelation(from: readonly FromItem[], where: readonly Fragment[], columns: ReadonlyMap<ColumnId, SqlValue>): Relation {
  return { from, where, columns, aggregated: false, groupBy: [], having: [], orderBy: [] };
}

/** Only FROM and WHERE, and an order that nobody has to keep. */
export function isFlat(relation: Relation): boolean {
  return !relation.aggregated && !relation.distinct && !isLimited(relation) && !relation.with;
}

export function isLimited(relation: Relation): boolean {
  return relation.limit !== undefined || relation.offset !== undefined;
}

const derivedName = (id: ColumnId): string => `c${id}`;

/** The SELECT for these columns, in order. */
export function finish(
  cx: Compilation,
  relation: Relation,
  columns: readonly Column[],
  topLevel: boolean,
): { select: Select; results: SqlResult[] } {
  if (relation.distinct && !sameColumns(relation.distinct, columns)) return finish(cx, grouped(cx, relation), columns, topLevel);
  const results: SqlResult[] = [];
  const selected = columns.map((c) => {
    const value = relation.columns.get(c.id) ?? refuse(`column ${c.id} is not there`);
    results.push(resultOf(value));
    // An integer that overflowed is found by whoever reads the result.
    const fragment = value.form === 'native' && topLevel && value.type === 'integer' ? value.sql : outputOf(cx, value);
    return { value: fragment, as: topLevel ? undefined : derivedName(c.id) };
  });
  return { select: selectOf(relation, selected), results };
}

/** SELECT DISTINCT as GROUP BY, so that fewer columns may come out and others be computed from them. */
export function grouped(cx: Compilation, relation: Relation): Relation {
  if (!relation.distinct) return relation;
  const keys = relation.distinct.map((id) => distinctKey(cx.dialect, relation.columns.get(id) ?? refuse(`column ${id}`)));
  return { ...relation, distinct: undefined, aggregated: true, groupBy: keys };
}

function sameColumns(ids: readonly ColumnId[], columns: readonly Column[]): boolean {
  return ids.length === columns.length && ids.every((id) => columns.some((c) => c.id === id));
}

export function selectOf(relation: Relation, columns: Select['columns'], distinct = relation.distinct !== undefined): Select {
  const { from, where, groupBy, having, orderBy, limit, offset } = relation;
  const selected = columns.length > 0 ? columns : [{ value: text('1') }];
  if (relation.aggregated && groupBy.length === 0 && !selected.some((c) => hasAggregate(c.value))) return oneGroup(relation, selected);
  return { kind: 'select', with: relation.with, distinct, columns: selected, from, where, groupBy, having, orderBy, limit, offset };
}

/** A grouping without keys of which no aggregate is read: still one row. */
function oneGroup(relation: Relation, columns: Select['columns']): Select {
  const { from, where, having, orderBy, limit, offset } = relation;
  const none = { kind: 'select', distinct: false, groupBy: [], orderBy: [] } as const;
  const count: Fragment = { kind: 'aggregate', inner: text('count(*)') };
  const query: Select = { ...none, with: relation.with, columns: [{ value: count }], from, where, having };
  const item: FromItem = { join: 'cross', source: { kind: 'derived', query }, alias: 'g', on: [] };
  return { ...none, columns, from: [item], where: [], having: [], orderBy: orderBy.filter((o) => !hasAggregate(o.value)), limit, offset };
}

function outputOf(cx: Compilation, value: SqlValue): Fragment {
  return value.form === 'native' ? settled(cx.dialect, value) : jsonTextOf(cx.dialect, value);
}

function resultOf(value: SqlValue): SqlResult {
  if (value.form === 'native') return { form: 'native', type: value.type, ...(value.missing && { missing: true }) };
  return mayBeMissing(value) ? { form: 'json', type: value.type, missing: true } : { form: 'json', type: value.type };
}

/** The relation as a derived table that puts out the needed columns. */
export function wrap(cx: Compilation, relation: Relation, needed: ReadonlySet<ColumnId>): Relation {
  const alias = cx.alias('d');
  const { item, columns } = derive(cx, relation, needed, alias, false);
  return flatRelation([item], [], columns);
}

/**
 * `nullable`: the derived table stands where a join may find no row, so that SQL NULL must mean null. MISSING then travels as an empty text,
 * which is no JSON.
 */
export function derive(
  cx: Compilation,
  relation: Relation,
  needed: ReadonlySet<ColumnId>,
  alias: string,
  nullable: boolean,
): { item: FromItem; columns: ReadonlyMap<ColumnId, SqlValue> } {
  const wanted = relation.distinct ?? [...relation.columns.keys()].filter((id) => needed.has(id));
  const columns = new Map<ColumnId, SqlValue>();
  const selected = wanted.map((id) => {
    const value = relation.columns.get(id) ?? refuse(`column ${id} is not there`);
    const name = derivedName(id);
    const passed = passOn(cx, value, column(alias, name), nullable);
    columns.set(id, passed.value);
    return { value: passed.inner, as: name };
  });
  const query = selectOf(isLimited(relation) ? relation : { ...relation, orderBy: [] }, selected);
  return { item: { join: 'cross', source: { kind: 'derived', query }, alias, on: [] }, columns };
}

function passOn(cx: Compilation, value: SqlValue, outside: Fragment, nullable: boolean): { inner: Fragment; value: SqlValue } {
  if (value.form === 'native' && value.missing && nullable) return passOn(cx, toJson(cx.dialect, value), outside, nullable);
  if (value.form === 'native') {
    const { type, isColumn, missing } = value;
    return {
      inner: settled(cx.dialect, value),
      value: {
        form: 'native',
        type,
        sql: outside,
        nullable: nullable || value.nullable,
        ...(isColumn && { isColumn }),
        ...(missing && { missing }),
      },
    };
  }
  const { base, steps } = value;
  if (steps.length === 0 && base.kind === 'document') {
    return { inner: base.sql, value: { ...value, base: { ...base, sql: outside, nullable: nullable || base.nullable } } };
  }
  const whole = jsonTextOf(cx.dialect, value);
  if (!mayBeMissing(value)) return { inner: whole, value: computedJson(outside, 'null', value.type) };
  if (!nullable) return { inner: whole, value: computedJson(outside, 'missing', value.type) };
  return { inner: sql`coalesce(${whole}, '')`, value: computedJson(sql`nullif(coalesce(${outside}, 'null'), '')`, 'missing', value.type) };
}

/** The relation if it is flat, else as a derived table. Its order goes. */
export function flattened(cx: Compilation, relation: Relation, needed: ReadonlySet<ColumnId>): Relation {
  return isFlat(relation) ? { ...relation, orderBy: [] } : wrap(cx, relation, needed);
}

/** The relation as one FROM item that a left or full join may find no row of. `on`: conditions of its own, only if it may have any. */
export function nullableSide(
  cx: Compilation,
  relation: Relation,
  needed: ReadonlySet<ColumnId>,
  mayFilter: boolean,
): { item: FromItem; on: readonly Fragment[]; columns: ReadonlyMap<ColumnId, SqlValue> } {
  const only = relation.from.length === 1 ? relation.from[0] : undefined;
  if (only && isFlat(relation) && (mayFilter || relation.where.length === 0)) {
    const columns = new Map<ColumnId, SqlValue>();
    for (const [id, value] of relation.columns) {
      const changed = needed.has(id) ? asNullable(value) : value;
      if (changed) columns.set(id, changed);
    }
    if (columns.size === relation.columns.size) return { item: only, on: relation.where, columns };
  }
  const { item, columns } = derive(cx, relation, needed, cx.alias('d'), true);
  return { item, on: [], columns };
}

/** The same value where its row may be absent; undefined if it would not be null then. */
function asNullable(value: SqlValue): SqlValue | undefined {
  if (value.form === 'native') return value.sql.kind === 'column' ? { ...value, nullable: true } : undefined;
  const { base, steps } = value;
  const column = steps.length > 0 ? { ...value, rowMayLack: true as const } : value;
  switch (base.kind) {
    case 'document':
      return base.sql.kind === 'column' && !base.nullable ? { ...column, base: { ...base, nullable: true } } : undefined;
    case 'element':
      return column;
    case 'value':
      return base.sql.kind === 'column' && base.absent === 'null' && steps.length === 0 ? value : undefined;
  }
}

/** Columns, and none of these aliases: an aggregate over it would be one of the query around, as SQL has it, and not of the query where it stands. */
export function readsOnlyAround(fragment: Fragment, aliases: ReadonlySet<string>): boolean {
  const tables = [...tablesOf(fragment)];
  return tables.length > 0 && tables.every((table) => !aliases.has(table));
}

/** Does a derived table among the items read one of the aliases? SQLite lets it not. */
export function derivedReads(items: readonly FromItem[], aliases: ReadonlySet<string>): boolean {
  let reads = false;
  for (const { source } of items) {
    if (source.kind !== 'derived') continue;
    walkQuery(source.query, (f) => {
      if (f.kind === 'column' && aliases.has(f.table)) reads = true;
    });
  }
  return reads;
}
