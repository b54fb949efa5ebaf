// Checks a value against the type of its column and turns it into what SQLite stores. The row that a write gives back holds
// the checked value, so most inserts need not read the row again.

import type { ColumnInfo, TableInfo } from '../../catalog.ts';
import { QueryError } from '../../../parser/error.ts';
import { storageJson, wireJson } from '../../json.ts';
import { storedText } from '../../temporal/moment.ts';
import { parseTemporal } from '../../temporal/parse.ts';
import { EdgeValue, NodeValue, PathValue, TemporalValue, type Value } from '../../value.ts';
import type { SqliteValue } from './driver.ts';

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;

/** The value as the column keeps it: 3 in a float column is 3.0, 3.0 in an integer column is 3. Throws `type/column`. */
export function checkedValue(value: Value, column: ColumnInfo, table: TableInfo): Value {
  if (value === null || value === undefined) return null;
  const checked = fitted(value, column);
  if (checked === undefined) throw columnTypeError(value, column, table);
  if (column.lengthMax !== undefined && typeof checked === 'string' && [...checked].length > column.lengthMax) {
    throw new QueryError('type/column', `The text is too long for the column "${column.name}" of table "${table.name}": ${shown(value)}.`, {
      hint: `${column.declared} holds ${column.lengthMax} characters at most.`,
    });
  }
  return checked;
}

/** Undefined: it does not fit. */
function fitted(value: Exclude<Value, null | undefined>, column: ColumnInfo): Value {
  switch (column.type) {
    case 'integer':
      return fittedInteger(value);
    case 'float':
      if (typeof value === 'bigint') return Number(value);
      return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'bytes':
      return value instanceof Uint8Array ? value : undefined;
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      if (value instanceof TemporalValue) return value.kind === column.type ? value : undefined;
      return typeof value === 'string' ? parseTemporal(column.type, value) : undefined;
    case 'list':
      return Array.isArray(value) ? value : undefined;
    case 'object':
      return value instanceof Map ? value : undefined;
    case 'any':
    case 'null':
      return column.json ? jsonValue(value) : nativeValue(value);
    case 'node':
    case 'edge':
    case 'path':
      return undefined;
  }
}

function fittedInteger(value: Value): Value {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value);
  return typeof value === 'bigint' && value >= integerMin && value <= integerMax ? value : undefined;
}

function jsonValue(value: Value): Value {
  return value instanceof NodeValue || value instanceof EdgeValue || value instanceof PathValue ? undefined : value;
}

/** A column without a type, made by another tool, takes what SQLite itself has; a truth value becomes 1 or 0. */
function nativeValue(value: Value): Value {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (value instanceof TemporalValue) return storedText(value);
  return fittedInteger(value);
}

/** The checked value as bound to the statement. A JSON column's statement says `jsonb(?)`. */
export function boundValue(value: Value, column: ColumnInfo): SqliteValue {
  if (value === null || value === undefined) return null;
  return column.json ? storageJson(value) : bindNative(value);
}

/** A value as SQLite's own; lists and objects as JSON text. */
export function bindNative(value: Value): SqliteValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array) return value;
  if (value instanceof TemporalValue) return storedText(value);
  if (value instanceof NodeValue || value instanceof EdgeValue) return BigInt(value.id);
  return storageJson(value);
}

function columnTypeError(value: Value, column: ColumnInfo, table: TableInfo): QueryError {
  const message = `The column "${column.name}" of table "${table.name}" holds ${typeWords(column)}, not ${valueWords(value)}: ${shown(value)}.`;
  return new QueryError('type/column', message, { hint: castHint(value, column) });
}

function castHint(value: Value, column: ColumnInfo): string | undefined {
  if (typeof value === 'number' && Number.isNaN(value)) return 'A table keeps no NaN; store null instead.';
  if (column.type === 'integer' && typeof value === 'number') return 'Use round(…), floor(…) or CAST(… AS INTEGER).';
  if (typeof value === 'string' && /^(integer|float|boolean)$/.test(column.type)) return `Use CAST(… AS ${column.type.toUpperCase()}).`;
  return undefined;
}

function typeWords(column: ColumnInfo): string {
  switch (column.type) {
    case 'integer':
      return 'integers';
    case 'float':
    case 'number':
      return 'numbers';
    case 'boolean':
      return 'true or false';
    case 'text':
      return 'text';
    case 'bytes':
      return 'bytes';
    case 'list':
      return 'lists';
    case 'object':
      return 'objects';
    case 'any':
    case 'null':
      return column.json ? 'JSON values' : 'integers, floats, text and bytes';
    default:
      return `values of type ${column.type}`;
  }
}

function valueWords(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return 'an integer';
  if (typeof value === 'number') return 'a float';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof TemporalValue) return `a ${value.kind}`;
  if (value instanceof NodeValue) return 'a node';
  if (value instanceof EdgeValue) return 'an edge';
  if (value instanceof PathValue) return 'a path';
  return Array.isArray(value) ? 'a list' : 'an object';
}

const shownCharacters = 60;

/** A value for a message, cut if it is long. */
export function shown(value: Value): string {
  if (value instanceof NodeValue || value instanceof EdgeValue) return `#${value.id}`;
  if (value instanceof PathValue) return 'a path';
  const text = typeof value === 'string' ? `'${value}'` : value instanceof TemporalValue ? value.text : wireJson(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
