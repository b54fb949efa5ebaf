// Values as JSON for other programs: the modes json and jsonl, and nested values in csv. Integers stay exact however big,
// floats keep their point (`1.0`), temporals are ISO text, bytes base64. NaN and the infinities, which JSON lacks, are text.

import type { ClientValue } from '../../server/protocol/client.ts';
import { floatText, isEdge, isNode, isPath, isTemporal } from './value-text.ts';

/** One value as JSON on one line. Expects `typed` values: bigint is an integer, number a float. */
export function jsonText(value: ClientValue): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? floatText(value) : `"${value}"`;
    case 'string':
      return JSON.stringify(value);
    case 'object':
      break;
  }
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (isTemporal(value)) return JSON.stringify(value.text);
  if (isNode(value)) return `{"id":${value.id},"labels":${JSON.stringify(value.labels)},"properties":${jsonText(value.properties)}}`;
  if (isEdge(value)) {
    const head = `"id":${value.id},"type":${JSON.stringify(value.type)},"from":${value.from},"to":${value.to}`;
    return `{${head},"properties":${jsonText(value.properties)}}`;
  }
  if (isPath(value)) return `{"nodes":${jsonText(value.nodes)},"edges":${jsonText(value.edges)}}`;
  const entries = Object.entries(value as { readonly [key: string]: ClientValue });
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`).join(',')}}`;
}

/** Column names made unique, so that no column is lost in an object: a, a_2, a_3. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`;
    taken.add(unique);
    return unique;
  });
}
