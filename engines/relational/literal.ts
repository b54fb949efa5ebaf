// Literals, parameters and outer columns as SQL values.

import { floatText, storageJson } from '../json.ts';
import type { LiteralExpr } from '../plan/expression.ts';
import type { Type } from '../plan/type.ts';
import { type Fragment, sqlNull, stringLiteral, text } from '../sql/fragment.ts';
import { type NativeValue, refuse, type SqlValue, typeClass } from '../sql/value.ts';
import { storedText } from '../temporal/moment.ts';
import { TemporalValue } from '../value.ts';
import { computedJson, native } from './convert.ts';

/** Longer texts are bound, not written. */
const inlineTextMax = 200;

export function compileLiteral(expr: LiteralExpr): SqlValue {
  const { value } = expr;
  switch (typeof value) {
    case 'undefined':
      return computedJson(sqlNull, 'missing');
    case 'boolean':
      return native('boolean', text(value ? '1' : '0'), false);
    case 'bigint':
      return native('integer', integerFragment(value), false);
    case 'number':
      return floatLiteral(value);
    case 'string':
      return native('text', textFragment(value), false);
    case 'object':
      if (value === null) return native('null', sqlNull);
      if (value instanceof TemporalValue) return native(value.kind, stringLiteral(storedText(value)), false);
      if (Array.isArray(value)) return computedJson(textFragment(storageJson(value)), 'null', 'list');
      if (value instanceof Map) return computedJson(textFragment(storageJson(value)), 'null', 'object');
      if (value instanceof Uint8Array) return native('bytes', { kind: 'parameter', parameter: { kind: 'literal', value } }, false);
      return refuse('literal of an element');
  }
}

function integerFragment(value: bigint): Fragment {
  // The smallest integer is a float as an SQL literal.
  const small = value >= -9007199254740991n && value <= 9007199254740991n;
  return small ? text(value < 0n ? `(${value})` : `${value}`) : { kind: 'parameter', parameter: { kind: 'literal', value } };
}

function floatLiteral(value: number): NativeValue {
  if (Number.isNaN(value)) refuse('NaN');
  if (!Number.isFinite(value)) return native('float', text(value > 0 ? '9e999' : '(-9e999)'), false);
  if (Object.is(value, -0)) return native('float', text('(0.0 * -1.0)'), false);
  return native('float', text(value < 0 ? `(${floatText(value)})` : floatText(value)), false);
}

function textFragment(value: string): Fragment {
  if (!value.isWellFormed()) refuse('text that is not Unicode');
  if (value.length > inlineTextMax || value.includes('\u0000')) return { kind: 'parameter', parameter: { kind: 'literal', value } };
  return stringLiteral(value);
}

/** A parameter or an outer column: bound as SQLite's own value where the type is known, else as JSON text. */
export function compileBinding(
  type: Type,
  source: { readonly kind: 'parameter'; readonly name: string } | { readonly kind: 'outer'; readonly column: number },
): SqlValue {
  if (type === 'node' || type === 'edge' || type === 'path') refuse('element as a parameter');
  if (type === 'null') return native('null', sqlNull);
  const isNative = typeClass(type) !== undefined;
  const parameter: Fragment = { kind: 'parameter', parameter: { ...source, as: isNative ? 'native' : 'json' } };
  return isNative ? native(type, parameter) : computedJson(parameter, 'null', type);
}
