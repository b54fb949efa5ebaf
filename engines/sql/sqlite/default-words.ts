// The default of a column in Trefoil's language, from the SQL that SQLite keeps. A part of reading definitions.
//
//   DEFAULT (jsonb('{"a":1}'))   →   {a: 1}        DEFAULT (date('now'))   →   current_date()

import { printAnyName, printString } from '../../../parser/print.ts';
import type { ColumnInfo } from '../../catalog.ts';
import { floatText, parseJson } from '../../json.ts';
import { readStored } from '../../temporal/parse.ts';
import { TemporalValue, type Value } from '../../value.ts';
import { defaultCallFor } from './definition.ts';
import type { SqliteConnection } from './driver.ts';

/** Undefined: the language has no words for it. */
export function defaultWords(connection: SqliteConnection, part: string, column: ColumnInfo): string | undefined {
  const sql = part.replace(/^.*?\bDEFAULT\s*/i, '').trim();
  const inside = /^\(([^]*)\)$/.exec(sql)?.[1] ?? sql;
  const call = defaultCallFor(inside, column.type);
  if (call !== undefined) return `${call}()`;
  const json = /^jsonb\('((?:[^']|'')*)'\)$/.exec(inside)?.[1];
  if (json !== undefined) return `(${literalWords(parseJson(json.replaceAll("''", "'")))})`;
  const constant = /^(?:NULL|[+-]?\s*[\d.]+(?:e[+-]?\d+)?|0x[\da-f]+|'(?:[^']|'')*'|x'[\da-f]*'|\(-9223372036854775807 - 1\)|true|false)$/i;
  if (!constant.test(inside)) return undefined;
  const value = connection.get(`SELECT ${inside}`)?.[0] ?? null;
  return literalWords(ofColumn(value, column));
}

function ofColumn(value: null | bigint | number | string | Uint8Array, column: ColumnInfo): Value {
  switch (column.type) {
    case 'boolean':
      return value === null ? null : Number(value) !== 0;
    case 'float':
      return typeof value === 'bigint' ? Number(value) : value;
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return typeof value === 'string' ? (readStored(column.type, value) ?? value) : value;
    default:
      return value;
  }
}

/** A value as it is written in a statement. */
export function literalWords(value: Value): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return Number.isFinite(value) ? floatText(value) : `toFloat('${value}')`;
  if (typeof value === 'string') return printString(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (value instanceof TemporalValue) return `${value.kind}('${value.text}')`;
  if (Array.isArray(value)) return `[${value.map(literalWords).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...(value as ReadonlyMap<string, Value>)].map(([key, v]) => `${printAnyName(key)}: ${literalWords(v)}`).join(', ')}}`;
  throw new Error('a value that no column holds');
}
