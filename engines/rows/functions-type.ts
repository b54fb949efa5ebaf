// Tests of a value's type, and conversions that give null where nothing fits. typeof and toInteger and its like are in functions-value.ts.

import { typeName } from '../compare.ts';
import { TemporalValue, type Value } from '../value.ts';
import { leadingNumber, toBoolean, toFloat, toInteger, valueText } from './conversion.ts';
import type { Implementation } from './functions.ts';

const is = (...types: readonly string[]): Implementation => {
  return ([x]) => types.includes(typeName(x));
};

function textOrNull(value: Value): string | null {
  if (value === null || value === undefined) return null;
  return typeof value !== 'object' || value instanceof TemporalValue ? valueText(value) : null;
}

/** Integers stay exact. */
function toNumber(value: Value): Value {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  const float = toFloat(value);
  if (typeof value === 'string' && float !== null && /^\s*[+-]?\d+\s*$/.test(value)) return toInteger(value) ?? float;
  return float;
}

const each = (convert: (value: Value) => Value): Implementation => {
  return ([x]) => (x as readonly Value[]).map(convert);
};

export const typeFunctions: Readonly<Record<string, Implementation>> = {
  is_boolean: is('boolean'),
  is_integer: is('integer'),
  is_float: is('float'),
  is_number: is('integer', 'float'),
  is_text: is('text'),
  is_bytes: is('bytes'),
  is_temporal: ([x]) => x instanceof TemporalValue,
  is_list: is('list'),
  is_object: is('object'),
  is_atom: is('boolean', 'integer', 'float', 'text'),
  tonumber: ([x]) => toNumber(x),
  leading_number: ([x]) => leadingNumber(x as string),
  tostringornull: ([x]) => textOrNull(x),
  tointegerornull: ([x]) => toInteger(x),
  tofloatornull: ([x]) => toFloat(x),
  tobooleanornull: ([x]) => toBoolean(x),
  tostringlist: each(textOrNull),
  tointegerlist: each(toInteger),
  tofloatlist: each(toFloat),
  tobooleanlist: each(toBoolean),
  toarray: ([x]) => (Array.isArray(x) ? x : [x]),
};
