// The columns of one import: from a CSV header or the keys of JSON records, with types given, declared by the table, or
// found out from the first rows; and the reading of one record as a row of them.

import { didYouMean } from '../../../parser/error.ts';
import { countText } from '../count-text.ts';
import { TerminalError } from '../error-text.ts';
import type { Json } from '../parse-json.ts';
import type { CsvRecord } from './csv-records.ts';
import { type FieldType, type FieldValue, inferType, readField } from './field.ts';
import type { Incoming } from './load.ts';

export interface ImportColumn {
  readonly name: string;
  readonly type: FieldType;
  /** The type was found out, so another may be given. */
  readonly inferred: boolean;
}

/** How many rows decide about types that are not given. */
export const inferenceRows = 1000;

/** The first records of a stream, and the stream with them still in it. */
export async function sampled<T>(
  records: AsyncIterable<T>,
  count: number,
): Promise<{ readonly sample: readonly T[]; readonly all: AsyncIterable<T> }> {
  const iterator = records[Symbol.asyncIterator]();
  const sample: T[] = [];
  let ended = false;
  while (sample.length < count) {
    const next = await iterator.next();
    if (next.done) {
      ended = true;
      break;
    }
    sample.push(next.value);
  }
  async function* all(): AsyncGenerator<T> {
    try {
      yield* sample;
      while (!ended) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { sample, all: all() };
}

/** CSV records on their way into these columns; `header`: the first is none. `toRow`: what a batch takes for the fields of a record. */
export async function* csvIncoming(
  records: AsyncIterable<CsvRecord>,
  columns: readonly ImportColumn[],
  header: boolean,
  toRow: (fields: readonly FieldValue[]) => unknown,
): AsyncGenerator<Incoming> {
  let skip = header;
  for await (const record of records) {
    if (skip) {
      skip = false;
      continue;
    }
    const place = `line ${record.line}`;
    const fields = csvRow(record, columns);
    if (typeof fields === 'string') yield { kind: 'bad', reason: fields, place, bytes: record.bytes };
    else yield { kind: 'row', row: toRow(fields), place, bytes: record.bytes };
  }
}

/** Column names of a CSV file; without a header c1, c2, … Throws for two alike. */
export function headerNames(header: readonly string[] | undefined, width: number, file: string): string[] {
  if (!header) return Array.from({ length: width }, (_, i) => `c${i + 1}`);
  const names = header.map((name, i) => name.trim() || `c${i + 1}`);
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase()))
      throw new TerminalError(`${file}: the header names the column "${name}" twice.`, 'Use --no-header if the first line is data.');
    seen.add(name.toLowerCase());
  }
  return names;
}

/** Types for CSV columns: given ones first, then those of `declared`, then what the sample shows. */
export function csvColumns(
  names: readonly string[],
  sample: readonly CsvRecord[],
  given: ReadonlyMap<string, string>,
  declared?: ReadonlyMap<string, FieldType>,
): ImportColumn[] {
  refuseUnknownTypes(names, given);
  return names.map((name, i) => {
    const type = (given.get(name.toLowerCase()) as FieldType | undefined) ?? declared?.get(name.toLowerCase());
    if (type) return { name, type, inferred: false };
    return { name, type: inferType(sample.map((record) => record.fields[i] ?? '')), inferred: true };
  });
}

function refuseUnknownTypes(names: readonly string[], given: ReadonlyMap<string, string>): void {
  for (const name of given.keys()) {
    if (names.some((column) => column.toLowerCase() === name)) continue;
    throw new TerminalError(
      `--types names "${name}", which is no column of the file.`,
      didYouMean(name, names) ?? `There are: ${names.join(', ')}.`,
    );
  }
}

/** A CSV record as a row, or the sentence that says what is wrong with it. */
function csvRow(record: CsvRecord, columns: readonly ImportColumn[]): FieldValue[] | string {
  if (record.fields.length !== columns.length) return `This row has ${countText(record.fields.length, 'field')}, not ${columns.length}.`;
  const row: FieldValue[] = [];
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as ImportColumn;
    const value = csvValue(record, i, column.type);
    if (value === undefined) return fieldComplaint(record.fields[i] ?? '', column);
    row.push(value);
  }
  return row;
}

/** One field: nothing at all is null, `""` is empty text. */
export function csvValue(record: CsvRecord, at: number, type: FieldType): FieldValue | undefined {
  const field = record.fields[at] ?? '';
  if (field === '') return type === 'text' && record.quotedEmpty?.has(at) ? '' : null;
  return readField(field, type);
}

export function fieldComplaint(field: string, column: ImportColumn): string {
  const shown = JSON.stringify(field.length > 40 ? `${field.slice(0, 40)}…` : field);
  const advice = column.inferred ? ` The first rows looked like it; give --types ${column.name}=text to take it as it is.` : '';
  return `${shown} in column "${column.name}" is no ${column.type}.${advice}`;
}

/** Columns for JSON records going into a table: all keys of the sample, in order of appearance. */
export function jsonColumns(sample: readonly (Json | undefined)[], given: ReadonlyMap<string, string>): ImportColumn[] {
  const values = new Map<string, Json[]>();
  for (const record of sample) {
    if (!isJsonObject(record)) continue;
    for (const [key, value] of Object.entries(record)) {
      const list = values.get(key);
      if (list) list.push(value);
      else values.set(key, [value]);
    }
  }
  refuseUnknownTypes([...values.keys()], given);
  return [...values].map(([name, list]) => {
    const type = given.get(name.toLowerCase()) as FieldType | undefined;
    return type ? { name, type, inferred: false } : { name, type: jsonType(list), inferred: true };
  });
}

/** The type that holds all of these values: `json` when they are nested or mixed. */
function jsonType(values: readonly Json[]): FieldType {
  const types = new Set<FieldType>();
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'bigint') types.add('integer');
    else if (typeof value === 'number') types.add('float');
    else if (typeof value === 'boolean') types.add('boolean');
    else if (typeof value === 'string') types.add('text');
    else types.add('json');
  }
  if (types.size === 2 && types.has('integer') && types.has('float')) return 'float';
  const [only] = types;
  return types.size === 0 ? 'text' : types.size === 1 && only ? only : 'json';
}

/** A JSON record as a row of `columns`, or the sentence that says what is wrong with it. */
export function jsonRow(
  record: Json | undefined,
  columns: readonly ImportColumn[],
  index: ReadonlyMap<string, number>,
): FieldValue[] | string {
  if (!isJsonObject(record)) return 'This is no object, so it has no columns.';
  const row: FieldValue[] = columns.map(() => null);
  for (const [key, item] of Object.entries(record)) {
    const at = index.get(key.toLowerCase());
    if (at === undefined) {
      const near = didYouMean(
        key,
        columns.map((column) => column.name),
      );
      return `There is no column for the key "${key}".${near === undefined ? '' : ` ${near}`}`;
    }
    const column = columns[at] as ImportColumn;
    const value = jsonField(item, column.type);
    if (value === undefined) return fieldComplaint(typeof item === 'string' ? item : String(item), column);
    row[at] = value;
  }
  return row;
}

function jsonField(value: Json, type: FieldType): FieldValue | undefined {
  if (value === null || type === 'json') return value;
  if (typeof value === 'string') return readField(value, type);
  switch (type) {
    case 'integer':
      return typeof value === 'bigint' ? value : undefined;
    case 'float':
      return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    default:
      return undefined;
  }
}

export function isJsonObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
