// Aggregates and windows as text, for plan prints and EXPLAIN.

import type { Aggregate, AggregateItem, Frame, FrameBound, SortItem, Window } from './plan.ts';
import { printExpr } from './print-expr.ts';

/** `sum(distinct x order by y) filter (z > 1)`; `none` stands between the parentheses of count(*). */
export function printAggregate(item: AggregateItem, none = ''): string {
  const order = item.orderBy ? ` order by ${printKeys(item.orderBy)}` : '';
  const inside = item.arguments.map(printExpr).join(', ') || none;
  return `${item.name}(${item.distinct ? 'distinct ' : ''}${inside}${order})${printFilter(item.filter)}`;
}

function printFilter(filter: AggregateItem['filter']): string {
  return filter ? ` filter (${printExpr(filter)})` : '';
}

/** ` by a, b sets (a, b), (a), ()` with a space in front, or nothing. */
export function printGroups(plan: Aggregate): string {
  const names = plan.keys.map((k) => printExpr(k.value));
  const sets = plan.sets?.map((set) => `(${set.map((i) => names[i]).join(', ')})`).join(', ');
  return `${names.length > 0 ? ` by ${names.join(', ')}` : ''}${sets === undefined ? '' : ` sets ${sets}`}`;
}

/** `a nulls last, b desc nulls first` */
export function printKeys(keys: readonly SortItem[]): string {
  return keys.map((k) => `${printExpr(k.value)}${k.descending ? ' desc' : ''} nulls ${k.nulls}`).join(', ');
}

/** `rank(), sum(x) rows 2 preceding to current by a order b nulls last` */
export function printWindow(plan: Window): string {
  const functions = plan.functions.map((f) => {
    const nulls = f.ignoreNulls ? ' ignore nulls' : '';
    return `${f.name}(${f.arguments.map(printExpr).join(', ')})${printFilter(f.filter)}${nulls}${printFrame(f.frame)}`;
  });
  const parts = plan.partition.length > 0 ? ` by ${plan.partition.map(printExpr).join(', ')}` : '';
  return `${functions.join(', ')}${parts}${plan.order.length > 0 ? ` order ${printKeys(plan.order)}` : ''}`;
}

/** The frame that stands where none was written is left out. */
function printFrame({ unit, start, end, exclude }: Frame): string {
  const usual = unit === 'range' && start.kind === 'preceding' && !start.offset && end.kind === 'current' && exclude === 'nothing';
  return usual ? '' : ` ${unit} ${printBound(start)} to ${printBound(end)}${exclude === 'nothing' ? '' : ` exclude ${exclude}`}`;
}

function printBound({ kind, offset }: FrameBound): string {
  return kind === 'current' ? 'current' : `${offset ? printExpr(offset) : 'unbounded'} ${kind}`;
}
