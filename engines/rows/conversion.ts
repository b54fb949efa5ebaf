// From one type to another: the text of a value, CAST (which fails with `type/cast`), and toInteger and its like (which give
// null). Stands under the evaluators and the functions.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { floatText, parseJson, plainJson } from '../json.ts';
import type { Type } from '../plan/type.ts';
import { convertTemporal, temporalOfText } from '../temporal/convert.ts';
import { readInterval } from '../temporal/duration.ts';
import type { TemporalKind, Value } from '../value.ts';
import { EdgeValue, NodeValue, TemporalValue } from '../value.ts';

/** A value as text for toString, || and concat: text as it is, lists and objects as JSON, null as ''. */
export function valueText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return value.toString();
    case 'number':
      return floatText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return '';
    case 'object':
      if (value === null) return '';
      if (value instanceof TemporalValue) return value.text;
      if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
      return plainJson(value);
  }
}

const integerForm = /^\s*[+-]?\d+\s*$/;
const floatForm = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN)\s*$/;

/** The integer that a text says, if 64 bits hold it. */
function integerOfText(text: string): bigint | undefined {
  if (!integerForm.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function floatOfText(text: string): number | undefined {
  return floatForm.test(text) ? Number(text) : undefined;
}

/** A float without its fraction; undefined for NaN, infinities and what 64 bits cannot hold. */
export function integerOfFloat(value: number): bigint | undefined {
  if (!Number.isFinite(value) || value >= 9223372036854775808 || value < -9223372036854775808) return undefined;
  return BigInt(Math.trunc(value));
}

/** toInteger: null if the value says no integer. A float, also one in text, is cut. */
export function toInteger(value: Value): bigint | null {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return integerOfFloat(value) ?? null;
    case 'boolean':
      return value ? 1n : 0n;
    case 'string': {
      const float = floatOfText(value);
      return integerOfText(value) ?? (float === undefined ? null : (integerOfFloat(float) ?? null));
    }
    default:
      return null;
  }
}

/** toFloat: null if the value says no number. */
export function toFloat(value: Value): number | null {
  switch (typeof value) {
    case 'bigint':
      return Number(value);
    case 'number':
      return value;
    case 'string':
      return floatOfText(value) ?? null;
    default:
      return null;
  }
}

/** The number at the start of a text as SQLite reads it: an integer if it is written as one and fits, 0 if there is none. */
export function leadingNumber(text: string): bigint | number {
  const found = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text)?.[1];
  if (found === undefined) return 0n;
  return integerOfText(found) ?? Number(found);
}

/** toBoolean: null if the value says neither. */
export function toBoolean(value: Value): boolean | null {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'string': {
      const word = value.trim().toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : null;
    }
    default:
      return null;
  }
}

/** CAST(value AS to). Null and MISSING stay null. `type/cast` if the value cannot become that type. */
export function cast(value: Value, to: Type, span: Span | undefined): Value {
  if (value === null || value === undefined) return null;
  const result = tryCast(value, to);
  if (result === undefined) {
    const shown =
      typeof value === 'string'
        ? `The text '${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
        : `A value of type ${typeName(value)}`;
    throw new QueryError('type/cast', `${shown} cannot become ${to}.`, {
      span,
      hint: to === 'integer' ? 'toInteger(x) gives null instead.' : to === 'float' ? 'toFloat(x) gives null instead.' : undefined,
    });
  }
  return result;
}

/** TRY_CAST: null if the value cannot become that type. */
export function castOrNull(value: Value, to: Type): Value {
  return value === null || value === undefined ? null : (tryCast(value, to) ?? null);
}

function tryCast(value: Exclude<Value, null | undefined>, to: Type): Value {
  switch (to) {
    case 'any':
      return value;
    case 'null':
      return undefined;
    case 'boolean':
      return castBoolean(value);
    case 'integer':
      return typeof value === 'string'
        ? integerOfText(value)
        : typeof value === 'number'
          ? integerOfFloat(value)
          : (toInteger(value) ?? undefined);
    case 'float':
      return toFloat(value) ?? undefined;
    case 'number':
      return typeof value === 'bigint'
        ? value
        : typeof value === 'string'
          ? (integerOfText(value) ?? floatOfText(value))
          : (toFloat(value) ?? undefined);
    case 'text':
      return value instanceof NodeValue || value instanceof EdgeValue ? undefined : valueText(value);
    case 'bytes':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'utf8')) : value instanceof Uint8Array ? value : undefined;
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return toTemporal(to, value) ?? (to === 'duration' && typeof value === 'string' ? readInterval(value) : undefined);
    case 'list':
      return Array.isArray(value) ? value : fromJsonText(value, (v) => Array.isArray(v));
    case 'object':
      if (value instanceof Map) return value;
      return value instanceof NodeValue || value instanceof EdgeValue ? value.properties : fromJsonText(value, (v) => v instanceof Map);
    case 'node':
    case 'edge':
    case 'path':
      return typeName(value) === to ? value : undefined;
  }
}

function castBoolean(value: Value): boolean | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value !== 0;
  if (typeof value !== 'string') return toBoolean(value) ?? undefined;
  const word = value.trim().toLowerCase();
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return true;
  return ['false', 'f', 'no', 'n', 'off', '0'].includes(word) ? false : undefined;
}

function fromJsonText(value: Value, fits: (value: Value) => boolean): Value {
  if (typeof value !== 'string') return undefined;
  try {
    const parsed = parseJson(value, { tags: 'plain' });
    return fits(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

/** Text or another temporal value as that kind; undefined if it cannot be. */
export function toTemporal(kind: TemporalKind, value: Value): TemporalValue | undefined {
  if (value instanceof TemporalValue) return convertTemporal(kind, value);
  return typeof value === 'string' ? temporalOfText(kind, value) : undefined;
}
