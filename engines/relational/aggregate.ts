// GROUP BY, aggregates and DISTINCT.
//
// Each aggregate has a row's part (one SQL value per row, such as the number at a path) and the call that combines them. Where the row's
// part costs something, or reads only the query around, it is computed once in a derived table, because the calls and the grouping name it several times.

import { jsonTextOf, jsonTypeOf } from '../document/json-place.ts';
import { columnsOf } from '../plan/expression.ts';
import { lookupAggregate } from '../plan/functions.ts';
import { type Aggregate, type AggregateItem, type Distinct, outputColumns } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { column, type Fragment, type FromItem, fragmentSize, raising, sql, stringLiteral, text } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { computedJson, distinctKey, isZoned, native, settled, settledValue, toBoolean, toJson, toNumber } from './convert.ts';
import { compileCondition, compileValue, jsonOrMissing } from './expression.ts';
import { type Around, compilePlan, scopeOf } from './operators.ts';
import { flatRelation, flattened, grouped, isFlat, readsOnlyAround, type Relation, selectOf, wrap } from './relation.ts';
import type { Compilation, Scope } from './scope.ts';
import { orderable } from './sort.ts';

/** One value per row, by a name that tells it apart, and how the group's value is made of it. */
interface RowPart {
  readonly fragment: Fragment;
  readonly name: string;
}

/** Row parts up to this many leaves are written out wherever they are wanted. */
const cheapSize = 6;

export function compileAggregate(cx: Compilation, plan: Aggregate, around: Around): Relation {
  if (plan.sets) refuse('grouping sets');
  const needed = new Set<ColumnId>();
  for (const key of plan.keys) columnsOf(key.value, needed);
  for (const item of plan.aggregates) {
    for (const argument of item.arguments) columnsOf(argument, needed);
    if (item.filter) columnsOf(item.filter, needed);
  }
  const relation = flattened(cx, compilePlan(cx, plan.input, { ...around, needed }), needed);
  const scope = scopeOf(relation, around);
  const keys = plan.keys.map(({ column: to, value }) => {
    const known = compileValue(cx, value, scope);
    return { id: to.id, value: known.form === 'native' ? settledValue(cx.dialect, known) : known };
  });
  const items = plan.aggregates.map((item) => ({ id: item.column.id, ...prepareItem(cx, item, scope) }));
  const parts: RowPart[] = [];
  for (const key of keys) {
    parts.push({ name: `k${key.id}`, fragment: distinctKey(cx.dialect, key.value) });
    if (key.value.form === 'json') parts.push({ name: `c${key.id}`, fragment: jsonOrMissing(cx, key.value) });
    else if (isZoned(key.value.type)) parts.push({ name: `c${key.id}`, fragment: settled(cx.dialect, key.value) });
  }
  for (const item of items) if (item.row) parts.push({ name: `a${item.id}`, fragment: item.row });
  const heavy = parts.some((part) => fragmentSize(part.fragment) > cheapSize);
  const own = new Set(relation.from.map((item) => item.alias));
  const source = heavy || items.some(({ row }) => row && readsOnlyAround(row, own)) ? computeFirst(cx, relation, parts) : undefined;
  const at = (name: string, fragment: Fragment): Fragment => (source ? column(source.alias, name) : fragment);
  const columns = new Map<ColumnId, SqlValue>();
  const groupBy: Fragment[] = [];
  for (const key of keys) {
    const term = at(`k${key.id}`, distinctKey(cx.dialect, key.value));
    groupBy.push(term);
    columns.set(key.id, source ? keyAfter(key.value, term, at(`c${key.id}`, term)) : key.value);
  }
  for (const item of items) {
    const value = item.combine(item.row ? at(`a${item.id}`, item.row) : undefined);
    columns.set(item.id, value.form === 'native' ? { ...value, sql: { kind: 'aggregate', inner: value.sql } } : value);
  }
  const base = source ? flatRelation([source], [], columns) : { ...relation, columns };
  return { ...base, aggregated: true, groupBy };
}

/** A limit that limits nothing keeps SQLite from merging the derived table into the query around it. */
function computeFirst(cx: Compilation, relation: Relation, parts: readonly RowPart[]): FromItem {
  const columns = parts.map((part) => ({ value: part.fragment, as: part.name }));
  const query = selectOf({ ...relation, limit: cx.dialect.noLimit }, columns);
  return { join: 'cross', source: { kind: 'derived', query }, alias: cx.alias('d'), on: [] };
}

function keyAfter(before: SqlValue, key: Fragment, whole: Fragment): SqlValue {
  if (before.form === 'native' && isZoned(before.type)) return native(before.type, whole, before.nullable);
  return before.form === 'native' ? native(before.type, key, before.nullable) : computedJson(whole, 'missing', before.type);
}

interface Prepared {
  /** Absent: count(*). */
  readonly row?: Fragment;
  readonly combine: (row: Fragment | undefined) => SqlValue;
}

type Item = Pick<AggregateItem, 'name' | 'arguments' | 'distinct' | 'filter'>;

/** An aggregate for use with OVER: `around` is put round each call. */
export function combineAggregate(cx: Compilation, item: Item, scope: Scope, around: (call: Fragment) => Fragment): Prepared {
  return prepareItem(cx, item, scope, around);
}

/** Rows that the filter leaves out are null to the aggregate. */
function prepareItem(cx: Compilation, item: AggregateItem | Item, scope: Scope, around = (call: Fragment): Fragment => call): Prepared {
  if ('orderBy' in item && item.orderBy && item.name !== 'count') refuse('ordered aggregate');
  const prepared = prepareCall(cx, item, scope, around);
  if (!item.filter) return prepared;
  const filter = compileCondition(cx, item.filter, scope, true);
  const row = sql`CASE WHEN ${filter} THEN ${prepared.row ?? text('1')} END`;
  return { ...prepared, row };
}

function prepareCall(cx: Compilation, item: Item, scope: Scope, around: (call: Fragment) => Fragment): Prepared {
  const { dialect } = cx;
  const name = lookupAggregate(item.name)?.name ?? item.name;
  const [argument, more] = item.arguments;
  const distinct = text(item.distinct ? 'DISTINCT ' : '');
  const over = (row: Fragment | undefined): Fragment => around(sql`${text(name)}(${distinct}${row ?? text('*')})`);
  if (!argument) return name === 'count' ? { combine: (row) => native('integer', over(row), false) } : refuse(name);
  if (more) refuse(`${name} of two`);
  const value = compileValue(cx, argument, scope);
  switch (name) {
    case 'count':
      return { row: countable(cx, value, item.distinct), combine: (row) => native('integer', over(row), false) };
    case 'sum':
    case 'total':
    case 'avg': {
      const number = toNumber(dialect, value, (type) => dialect.call('operand', stringLiteral(`${name} needs numbers, not`), type));
      if (number.type === 'null')
        return { combine: () => (name === 'total' ? native('float', around(sql`total(NULL)`)) : native('null', around(sql`max(NULL)`))) };
      if (number.type === 'integer')
        return { row: settled(dialect, number), combine: (row) => native(name === 'sum' ? 'integer' : 'float', over(row)) };
      const type = name === 'sum' ? number.type : 'float';
      return { row: settled(dialect, number), combine: (row) => native(type, row ? notNaN(cx, over(row), row, around) : over(row)) };
    }
    case 'min':
    case 'max':
      return prepareExtreme(cx, name, value, around);
    case 'bool_and':
    case 'bool_or': {
      const call = text(name === 'bool_and' ? 'min' : 'max');
      return {
        row: settled(dialect, toBoolean(dialect, value)),
        combine: (row) => native('boolean', around(sql`${call}(${row ?? text('NULL')})`)),
      };
    }
    default:
      return refuse(`aggregate ${name}`);
  }
}

/** A value per row that is NULL where the argument is null. */
function countable(cx: Compilation, value: SqlValue, distinct: boolean): Fragment {
  if (distinct) return distinctKey(cx.dialect, value);
  if (value.form === 'native') return settled(cx.dialect, value);
  return sql`nullif(${jsonTypeOf(cx.dialect, value)}, 'null')`;
}

/** SQLite makes NULL of a sum that is NaN. */
function notNaN(cx: Compilation, result: Fragment, row: Fragment, around: (call: Fragment) => Fragment): Fragment {
  const complaint = raising(
    cx.dialect.call('raise', stringLiteral('type/not-a-number'), stringLiteral('The result of the aggregate is not a number (NaN).')),
  );
  return sql`coalesce(${result}, CASE WHEN ${around(sql`count(${row})`)} > 0 THEN ${complaint} END)`;
}

function prepareExtreme(cx: Compilation, name: 'min' | 'max', value: SqlValue, around: (call: Fragment) => Fragment): Prepared {
  // An aggregate of ours, which compares as ORDER BY does.
  // Of equal datetimes the first stands for all, with its zone.
  if (value.form === 'native' && isZoned(value.type)) return prepareExtreme(cx, name, toJson(cx.dialect, value), around);
  if (value.form === 'json')
    return {
      row: jsonTextOf(cx.dialect, value),
      combine: (row) => computedJson({ kind: 'aggregate', inner: around(cx.dialect.call(name, row ?? text('NULL'))) }),
    };
  if (value.type === 'null') return { combine: () => native('null', around(sql`max(NULL)`)) };
  return {
    row: orderable(cx.dialect, settled(cx.dialect, value), value),
    combine: (row) => native(value.type, around(sql`${text(name)}(${row ?? text('NULL')})`)),
  };
}

export function compileDistinct(cx: Compilation, plan: Distinct, around: Around): Relation {
  const columns = outputColumns(plan.input);
  if (columns.length === 0) refuse('distinct without columns');
  const ids = new Set(columns.map((c) => c.id));
  const input = compilePlan(cx, plan.input, { ...around, needed: ids });
  if (input.orderBy.length > 0 && isFlat(input)) refuse('distinct over an order');
  const flat = isFlat(input) ? input : wrap(cx, input, ids);
  const relation: Relation = { ...flat, columns: new Map([...flat.columns].filter(([id]) => ids.has(id))), distinct: [...ids] };
  const simple = [...relation.columns.values()].every((value) => value.form === 'native' && value.type !== 'any' && !isZoned(value.type));
  return simple ? relation : grouped(cx, relation);
}
