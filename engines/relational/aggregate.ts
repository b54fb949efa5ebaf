// GROUP BY, aggregates and DISTINCT.

import { jsonTypeOf } from '../document/json-place.ts';
import type { Aggregate, AggregateItem, Distinct } from '../plan/plan.ts';
import { outputColumns } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { type Fragment, raising, sql, stringLiteral, text } from '../sql/fragment.ts';
import { type NativeValue, refuse, type SqlValue } from '../sql/value.ts';
import { distinctKey, native, settled, settledValue, toBoolean, toNumber } from './convert.ts';
import { compileValue } from './expression.ts';
import { type Around, compilePlan, scopeOf } from './operators.ts';
import { flattened, grouped, groupTerm, isFlat, type Relation, wrap } from './relation.ts';
import type { Compilation, Scope } from './scope.ts';
import { orderable } from './sort.ts';
import { columnsOf } from '../plan/expression.ts';
import { lookupAggregate } from '../plan/functions.ts';

export function compileAggregate(cx: Compilation, plan: Aggregate, around: Around): Relation {
  const needed = new Set<ColumnId>();
  for (const key of plan.keys) columnsOf(key.value, needed);
  for (const item of plan.aggregates) for (const argument of item.arguments) columnsOf(argument, needed);
  const relation = flattened(cx, compilePlan(cx, plan.input, { ...around, needed }), needed);
  const scope = scopeOf(relation, around);
  const columns = new Map<ColumnId, SqlValue>();
  const groupBy: Fragment[] = [];
  for (const key of plan.keys) {
    const value = compileValue(cx, key.value, scope);
    const known = value.form === 'native' ? settledValue(cx.dialect, value) : value;
    columns.set(key.column.id, known);
    groupBy.push(groupTerm(distinctKey(cx.dialect, known)));
  }
  for (const item of plan.aggregates) {
    const value = compileItem(cx, item, scope);
    columns.set(item.column.id, { ...value, sql: { kind: 'aggregate', inner: value.sql } });
  }
  return { ...relation, columns, aggregated: true, groupBy };
}

function compileItem(cx: Compilation, item: AggregateItem, scope: Scope): NativeValue {
  const { dialect } = cx;
  const name = lookupAggregate(item.name)?.name ?? item.name;
  const [argument, more] = item.arguments;
  if (!argument) return name === 'count' ? native('integer', text('count(*)'), false) : refuse(name);
  if (more) refuse(`${name} of two`);
  const value = compileValue(cx, argument, scope);
  const distinct = text(item.distinct ? 'DISTINCT ' : '');
  switch (name) {
    case 'count':
      return native('integer', countOf(cx, value, item.distinct), false);
    case 'sum':
    case 'avg': {
      const number = toNumber(dialect, value, (type) => dialect.call('operand', stringLiteral(`${name} needs numbers, not`), type));
      if (number.type === 'null') return native('null', text('NULL'));
      const inner = settled(dialect, number);
      const result = sql`${text(name)}(${distinct}${inner})`;
      if (number.type === 'integer') return native(name === 'sum' ? 'integer' : 'float', result);
      return native(name === 'sum' ? number.type : 'float', notNaN(cx, result, inner));
    }
    case 'min':
    case 'max':
      return extreme(cx, name, value);
    case 'bool_and':
    case 'bool_or': {
      const truth = settled(dialect, toBoolean(dialect, value));
      return native('boolean', sql`${text(name === 'bool_and' ? 'min' : 'max')}(${truth})`);
    }
    default:
      return refuse(`aggregate ${name}`);
  }
}

function countOf(cx: Compilation, value: SqlValue, distinct: boolean): Fragment {
  if (distinct) return sql`count(DISTINCT ${distinctKey(cx.dialect, value)})`;
  if (value.form === 'native') return sql`count(${settled(cx.dialect, value)})`;
  return sql`count(nullif(${jsonTypeOf(cx.dialect, value)}, 'null'))`;
}

/** SQLite makes NULL of a sum that is NaN. */
function notNaN(cx: Compilation, result: Fragment, inner: Fragment): Fragment {
  const complaint = raising(
    cx.dialect.call('raise', stringLiteral('type/not-a-number'), stringLiteral('The result of the aggregate is not a number (NaN).')),
  );
  return sql`coalesce(${result}, CASE WHEN count(${inner}) > 0 THEN ${complaint} END)`;
}

function extreme(cx: Compilation, name: 'min' | 'max', value: SqlValue): NativeValue {
  if (value.form === 'json') return refuse(`${name} over document values`);
  if (value.type === 'null') return native('null', text('NULL'));
  const inner = orderable(settled(cx.dialect, value), value);
  const result = sql`${text(name)}(${inner})`;
  return native(value.type, value.type === 'datetime' || value.type === 'time' ? sql`(${result} || 'Z')` : result);
}

export function compileDistinct(cx: Compilation, plan: Distinct, around: Around): Relation {
  const columns = outputColumns(plan.input);
  if (columns.length === 0) refuse('distinct without columns');
  const ids = new Set(columns.map((c) => c.id));
  const input = compilePlan(cx, plan.input, { ...around, needed: ids });
  if (input.orderBy.length > 0 && isFlat(input)) refuse('distinct over an order');
  const flat = isFlat(input) ? input : wrap(cx, input, ids);
  const relation: Relation = { ...flat, columns: new Map([...flat.columns].filter(([id]) => ids.has(id))), distinct: [...ids] };
  const simple = [...relation.columns.values()].every((value) => value.form === 'native' && value.type !== 'any');
  return simple ? relation : grouped(cx, relation);
}
