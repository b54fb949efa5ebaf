// A value as SQL writes it: quote() and the %L of format().

import { plainJson } from '../json.ts';
import { TemporalValue, type Value } from '../value.ts';
import { valueText } from './conversion.ts';

const inQuotes = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `NULL`, `1.5`, `'it''s'`, `x'00'`; temporal values as text, lists and objects as JSON text. */
export function quoted(value: Value): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return inQuotes(value);
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return valueText(value);
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  return inQuotes(value instanceof TemporalValue ? value.text : plainJson(value));
}
