// Values as a script writes them, so that reading the script gives the same values with the same types. The text on the screen
// (value-text.ts) is for people; this is for the parser.
//
//   1   1.0   toFloat('NaN')   'it''s'   x'00ff'   date('2020-01-31')   [1, NULL]   {name: 'Ada', 'two words': 2}

import type { ClientTemporal, ClientValue } from '../../../server/protocol/client.ts';
import { floatText, isTemporal, quoteText } from '../value-text.ts';

/** A value inside a list, an object or a column of any type. */
export function literal(value: ClientValue): string {
  if (value === null || value === undefined) return 'NULL';
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? floatText(value) : `toFloat('${value}')`;
    case 'string':
      return quoteText(value);
    case 'object':
      break;
  }
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (isTemporal(value)) return `${value.kind}('${value.text}')`;
  return objectLiteral(value as { readonly [key: string]: ClientValue });
}

/** A value of a column that holds one type: what is a date there needs only its text. */
export function columnLiteral(value: ClientValue, type: string): string {
  if (isTemporalOf(value, type)) return `'${value.text}'`;
  return literal(value);
}

function isTemporalOf(value: ClientValue, type: string): value is ClientTemporal {
  return typeof value === 'object' && value !== null && isTemporal(value) && value.kind === type;
}

export function objectLiteral(object: { readonly [key: string]: ClientValue }): string {
  return `{${Object.entries(object)
    .map(([key, value]) => `${keyWords(key)}: ${literal(value)}`)
    .join(', ')}}`;
}

function keyWords(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : quoteText(key);
}

/** A label or an edge type behind its colon, where every word is allowed. */
export function labelWords(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
