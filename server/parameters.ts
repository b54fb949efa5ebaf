// Parameters between threads: a Map of engine values ↔ JSON text in the wire encoding, which both sides of a thread can read.

import { parseJson, wireJson } from '../engines/json.ts';
import type { Value } from '../engines/value.ts';
import { QueryError } from '../parser/error.ts';

export function encodeParameterMap(parameters: ReadonlyMap<string, Value>): string {
  const fields: string[] = [];
  for (const [name, value] of parameters) fields.push(`${JSON.stringify(name)}:${wireJson(value)}`);
  return `{${fields.join(',')}}`;
}

/** Reads an object of parameters. A name that starts with `$` is no tag here. */
export function decodeParameterMap(text: string): ReadonlyMap<string, Value> {
  const value = parseJson(text.startsWith('{') ? `{"$map":${text}}` : text);
  if (value instanceof Map) return value;
  throw new QueryError('protocol/parameter', 'The parameters are not an object.');
}
