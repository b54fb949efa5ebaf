// ORDER BY: one SQL key for a value of known type, two (the type's rank, then the value) for a place in a document.

import { jsonScalarOf, jsonTextOf, jsonTypeOf } from '../document/json-place.ts';
import type { SortItem } from '../plan/plan.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, type OrderItem, sql } from '../sql/fragment.ts';
import { type NativeValue, refuse } from '../sql/value.ts';
import { compileCollatedKey } from './collation.ts';
import { settled, zonedKey } from './convert.ts';
import { compileValue } from './expression.ts';
import type { Compilation, Scope } from './scope.ts';

/** None for a constant, which SQLite would take for the number of a column. */
export function orderItems(cx: Compilation, key: SortItem, scope: Scope): OrderItem[] {
  const { dialect } = cx;
  if (key.value.kind === 'literal' || key.value.kind === 'parameter') return [];
  const value = compileCollatedKey(cx, key.value, scope) ?? compileValue(cx, key.value, scope);
  const { descending, nulls } = key;
  if (value.form === 'native') {
    if (value.type === 'null' || value.sql.kind === 'text' || value.sql.kind === 'parameter' || value.sql.kind === 'string') return [];
    return [{ value: orderable(dialect, settled(dialect, value), value), descending, nulls: value.nullable ? nulls : undefined }];
  }
  const type = jsonTypeOf(dialect, value);
  const scalar = jsonScalarOf(dialect, value);
  const whole = jsonTextOf(dialect, value);
  // Without a type there is no value: MISSING, or a row that an outer join did not find. It has no rank, as null has none.
  const objectRank = sql`CASE WHEN ${type} IS NOT NULL THEN ${dialect.call('order_rank', whole)} END`;
  const rank = sql`CASE ${type} WHEN 'integer' THEN 7 WHEN 'real' THEN 7 WHEN 'text' THEN 5 WHEN 'true' THEN 6 WHEN 'false' THEN 6 WHEN 'null' THEN NULL ELSE ${objectRank} END`;
  const order = sql`CASE WHEN ${type} IN ('array', 'object') THEN ${dialect.call('order_key', whole)} ELSE ${scalar} END`;
  return [
    { value: rank, descending, nulls },
    { value: order, descending },
  ];
}

/** The SQL value whose order is Trefoil's. */
export function orderable(dialect: Dialect, fragment: Fragment, value: NativeValue): Fragment {
  switch (value.type) {
    case 'any':
    case 'duration':
      return refuse(`order of ${value.type}`);
    case 'datetime':
    case 'time':
      return zonedKey(dialect, value.type, fragment);
    default:
      return fragment;
  }
}
