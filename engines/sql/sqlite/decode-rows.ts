// Turns SQLite's raw result columns into values by what the compiler says of each column, and statement parameters into what
// SQLite binds.

import type { RunContext, SqlBinding, SqlParameter, SqlResult } from '../../engine.ts';
import { QueryError } from '../../../parser/error.ts';
import { parseJson, storageJson } from '../../json.ts';
import { temporalOf } from '../../temporal/convert.ts';
import { storedText } from '../../temporal/moment.ts';
import { readColumn } from '../../temporal/parse.ts';
import { JsonText, type Value } from '../../value.ts';
import { bindNative } from './column-values.ts';
import type { SqliteValue } from './driver.ts';

export type Decoder = (value: SqliteValue) => Value;

/** One decoder per result column; undefined where SQLite's value is the value. `rawJson`: JSON stays text. */
export function decodersOf(results: readonly SqlResult[], rawJson = false): (Decoder | undefined)[] {
  return results.map((result) => {
    const decode = result.form === 'json' ? (rawJson ? keepJson : decodeJson) : nativeDecoder(result);
    if (!result.missing) return decode;
    return (value) => (value === null ? undefined : decode ? decode(value) : value);
  });
}

function decodeJson(value: SqliteValue): Value {
  if (value === null) return null;
  if (typeof value !== 'string') throw new Error('a JSON result column that is not text');
  return parseJson(value);
}

function keepJson(value: SqliteValue): Value {
  return typeof value === 'string' ? new JsonText(value) : null;
}

function nativeDecoder(result: SqlResult): Decoder | undefined {
  const type = result.type;
  switch (type) {
    case 'boolean':
      return (value) => (value === null ? null : value !== 0n && value !== 0);
    case 'integer':
      return decodeInteger;
    case 'float':
      return (value) => (typeof value === 'bigint' ? Number(value) : value);
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return (value) => (typeof value === 'string' ? readColumn(type, value) : value);
    case 'any':
    case 'bytes':
      return (value) => (value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value);
    case 'text':
    case 'number':
    case 'null':
      return undefined;
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
      throw new Error(`a native result column of type ${type}`);
  }
}

/** SQLite turns an integer result that does not fit into a float. */
function decodeInteger(value: SqliteValue): Value {
  if (typeof value === 'number') throw new QueryError('type/overflow', 'The result does not fit into a 64-bit integer.');
  return value;
}

/** The parameters' values in the order of the statement's question marks. */
export function bindParameters(parameters: readonly SqlParameter[], context: RunContext): SqliteValue[] {
  return parameters.map((parameter) => {
    switch (parameter.kind) {
      case 'literal':
        return bindNative(parameter.value);
      case 'parameter':
        return bindAs(context.parameters.get(parameter.name), parameter.as);
      case 'outer':
        return bindAs(context.outer.get(parameter.column), parameter.as);
      case 'now':
        return storedText(temporalOf(parameter.as, context.now));
      case 'keys': {
        const keys = context.keys.get(parameter.slot);
        return keys === undefined ? null : storageJson(keys);
      }
    }
  });
}

function bindAs(value: Value, as: SqlBinding): SqliteValue {
  if (value === null || value === undefined) return null;
  return as === 'json' ? storageJson(value) : bindNative(value);
}
