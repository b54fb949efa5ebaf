// Window functions as SQLite's own, where they mean the same. What it answers otherwise is refused: IGNORE NULLS, offsets and bucket counts
// that are no plain numbers, RANGE with an offset over anything but numbers, and sums of floats in frames that rows leave.

import { columnsOf } from '../plan/expression.ts';
import { type Frame, type FrameBound, outputColumns, type SortItem, type Window, type WindowItem } from '../plan/plan.ts';
import type { Expr } from '../plan/expression.ts';
import type { ColumnId } from '../plan/type.ts';
import { type Fragment, joined, type OrderItem, sql, text } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { combineAggregate } from './aggregate.ts';
import { computedJson, distinctKey, native, settled } from './convert.ts';
import { compileValue, jsonOrMissing, unified } from './expression.ts';
import { type Around, compilePlan, scopeOf } from './operators.ts';
import { flattened, type Relation, wrap } from './relation.ts';
import type { Compilation, Scope } from './scope.ts';
import { orderItems } from './sort.ts';

/** A derived table of its own, because conditions and groupings above it must see the finished columns. */
export function compileWindow(cx: Compilation, plan: Window, around: Around): Relation {
  const needed = new Set<ColumnId>();
  for (const c of outputColumns(plan.input)) if (around.needed.has(c.id)) needed.add(c.id);
  for (const e of [...plan.partition, ...plan.order.map((k) => k.value)]) columnsOf(e, needed);
  for (const f of plan.functions) for (const e of [...f.arguments, ...(f.filter ? [f.filter] : [])]) columnsOf(e, needed);
  const relation = flattened(cx, compilePlan(cx, plan.input, { ...around, needed }), needed);
  const scope = scopeOf(relation, around);
  const columns = new Map(relation.columns);
  const out = new Set([...around.needed].filter((id) => relation.columns.has(id)));
  for (const item of plan.functions) {
    if (!around.needed.has(item.column.id)) continue;
    columns.set(item.column.id, compileFunction(cx, plan, item, scope));
    out.add(item.column.id);
  }
  return wrap(cx, { ...relation, columns }, out);
}

function compileFunction(cx: Compilation, plan: Window, item: WindowItem, scope: Scope): SqlValue {
  if (item.ignoreNulls) refuse('ignore nulls');
  if (item.distinct || item.sorted) refuse('distinct or ordered values of a frame');
  const over = windowOf(cx, plan, item, scope);
  const call = (name: string, ...values: Fragment[]): Fragment => sql`${text(name)}(${joined(values, ', ')}) OVER ${over}`;
  const [value, second, third] = item.arguments;
  switch (item.name) {
    case 'row_number':
    case 'rank':
    case 'dense_rank':
      return native('integer', call(item.name), false);
    case 'percent_rank':
    case 'cume_dist':
      return native('float', call(item.name), false);
    case 'ntile':
      return native('integer', call('ntile', count(value, 1n)), false);
    case 'lag':
    case 'lead':
      return shifted(cx, item, value as Expr, [count(second, 0n), third], call, scope);
    case 'first_value':
    case 'last_value':
      return carried(cx, value as Expr, scope, (v) => call(item.name, v));
    case 'nth_value':
      return carried(cx, value as Expr, scope, (v) => call('nth_value', v, count(second, 1n)));
    default:
      return aggregate(cx, item, over, scope);
  }
}

/** An integer that is written down. */
function count(expr: Expr | undefined, least: bigint): Fragment {
  if (!expr) return text('1');
  if (expr.kind !== 'literal' || typeof expr.value !== 'bigint' || expr.value < least || expr.value > 0x7fffffffn)
    refuse('computed number of rows');
  return text(String(expr.kind === 'literal' ? expr.value : ''));
}

/** A value of another row. Where there is no such row, null. */
function carried(cx: Compilation, expr: Expr, scope: Scope, call: (value: Fragment) => Fragment): SqlValue {
  const value = compileValue(cx, expr, scope);
  if (value.form === 'native') {
    if (value.type === 'any' || value.missing) refuse('untyped value of another row');
    return native(value.type, call(settled(cx.dialect, value)));
  }
  // A row whose value is MISSING is an empty text until it is out.
  const whole = call(sql`coalesce(${jsonOrMissing(cx, value)}, '')`);
  return computedJson(sql`nullif(coalesce(${whole}, 'null'), '')`, 'missing', value.type);
}

function shifted(
  cx: Compilation,
  item: WindowItem,
  expr: Expr,
  [by, otherwise]: readonly [Fragment, Expr | undefined],
  call: (name: string, ...values: Fragment[]) => Fragment,
  scope: Scope,
): SqlValue {
  if (!otherwise) return carried(cx, expr, scope, (v) => call(item.name, v, by));
  const { type, values } = unified(
    cx,
    [expr, otherwise].map((e) => compileValue(cx, e, scope)),
  );
  const [value, fallback] = values;
  if (type === undefined || !value || !fallback) return refuse('default of another type');
  return native(type, call(item.name, value, by, fallback));
}

function aggregate(cx: Compilation, item: WindowItem, over: Fragment, scope: Scope): SqlValue {
  const { frame } = item;
  const loses = frame.exclude !== 'nothing' || frame.start.kind !== 'preceding' || frame.start.offset !== undefined;
  const adds = item.name === 'sum' || item.name === 'avg' || item.name === 'total';
  const { row, combine } = combineAggregate(cx, { ...item, distinct: false }, scope, (call) => sql`${call} OVER ${over}`);
  if (loses && adds && item.arguments[0]?.type !== 'integer') refuse('float sum of a moving frame');
  const value = combine(row);
  // Which of 1 and 1.0 is the least of a moving frame, SQLite decides otherwise.
  if ((item.name === 'min' || item.name === 'max') && (value.form === 'json' || (loses && value.type === 'number')))
    refuse('extreme of that type');
  return value;
}

// ------------------------------------------------------------------------------------------------ the window

function windowOf(cx: Compilation, plan: Window, item: WindowItem, scope: Scope): Fragment {
  const parts: Fragment[] = [];
  const partition = plan.partition
    .filter((e) => e.kind !== 'literal' && e.kind !== 'parameter')
    .map((e) => distinctKey(cx.dialect, compileValue(cx, e, scope)));
  if (partition.length > 0) parts.push(sql`PARTITION BY ${joined(partition, ', ')}`);
  const order = plan.order.flatMap((key) => orderItems(cx, key, scope));
  if (order.length > 0) parts.push(sql`ORDER BY ${joined(order.map(orderText), ', ')}`);
  parts.push(frameText(cx, plan.order, order, item.frame, scope));
  return sql`(${joined(parts, ' ')})`;
}

function orderText({ value, descending, nulls }: OrderItem): Fragment {
  const direction = descending ? sql`${value} DESC` : value;
  if (nulls === undefined || (nulls === 'first') !== descending) return direction;
  return sql`${direction} NULLS ${text(nulls.toUpperCase())}`;
}

const exclusions = { nothing: '', row: ' EXCLUDE CURRENT ROW', group: ' EXCLUDE GROUP', ties: ' EXCLUDE TIES' } as const;

function frameText(cx: Compilation, keys: readonly SortItem[], order: readonly OrderItem[], frame: Frame, scope: Scope): Fragment {
  if (frame.unit === 'range' && (frame.start.offset || frame.end.offset)) checkRange(cx, keys, order, frame, scope);
  const whole = frame.unit === 'rows' ? undefined : order.length === 0;
  // SQLite wants an ORDER BY for GROUPS; without one all rows are one group.
  if (whole && frame.unit === 'groups') refuse('groups without an order');
  const [start, end] = [frame.start, frame.end].map((b) => boundText(b, frame.unit));
  return text(`${frame.unit.toUpperCase()} BETWEEN ${start} AND ${end}${exclusions[frame.exclude]}`);
}

function checkRange(cx: Compilation, [key, more]: readonly SortItem[], order: readonly OrderItem[], frame: Frame, scope: Scope): void {
  if (!key || more || order.length !== 1) return refuse('range over several keys');
  const value = compileValue(cx, key.value, scope);
  const numbers = ['integer', 'float', 'number'];
  if (value.form !== 'native' || !numbers.includes(value.type)) refuse('range over other values than numbers');
  for (const { offset } of [frame.start, frame.end]) {
    // Added to the largest integers a float would lose digits.
    if (offset && value.type !== 'float' && offset.type !== 'integer') refuse('float range over integers');
  }
}

function boundText({ kind, offset }: FrameBound, unit: Frame['unit']): string {
  if (kind === 'current') return 'CURRENT ROW';
  if (!offset) return `UNBOUNDED ${kind.toUpperCase()}`;
  if (offset.kind !== 'literal') return refuse('computed offset of a frame');
  const { value } = offset;
  if (typeof value === 'bigint' && value >= 0n && value <= 0x7fffffffn) return `${value} ${kind.toUpperCase()}`;
  if (unit === 'range' && typeof value === 'number' && value >= 0 && Number.isFinite(value)) return `${value} ${kind.toUpperCase()}`;
  return refuse('offset of a frame');
}
