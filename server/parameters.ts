// Parameters between threads: a Map of engine values ↔ JSON text in the wire encoding, which both sides of a thread can read. The
// same text turns a program's values into engine values, so that in process and over a socket they mean the same.

import { parseJson, wireJson } from '../engines/json.ts';
import type { Value } from '../engines/value.ts';
import { QueryError } from '../parser/error.ts';
import type { Parameters } from './protocol/client.ts';
import { encodeParameters } from './protocol/encode.ts';
import { ClientError } from './protocol/error.ts';
import { wireError } from './wire-error.ts';

export function encodeParameterMap(parameters: ReadonlyMap<string, Value>): string {
  const fields: string[] = [];
  for (const [name, value] of parameters) fields.push(`${JSON.stringify(name)}:${wireJson(value)}`);
  return `{${fields.join(',')}}`;
}

/** Reads an object of parameters. A name that starts with `$` is no tag here. */
export function decodeParameterMap(text: string): ReadonlyMap<string, Value> {
  const value = parseJson(text.startsWith('{') ? `{"$map":${text}}` : text, { tags: 'wire' });
  if (value instanceof Map) return value;
  throw new QueryError('protocol/parameter', 'The parameters are not an object.');
}

/** A program's parameters as the engine takes them. Throws ClientError. */
export function parameterValues(parameters: Parameters, typed: boolean): ReadonlyMap<string, Value> {
  try {
    return decodeParameterMap(encodeParameters(parameters, typed));
  } catch (error) {
    throw error instanceof ClientError ? error : new ClientError(wireError(error, ''));
  }
}
