// CSV and JSON records into a table, which is made if it does not exist. One statement takes a batch:
//
//   INSERT INTO t (a, b) SELECT r[0], r[1] FROM UNNEST($rows) AS r

import { didYouMean } from '../../../parser/error.ts';
import type { Client } from '../../../server/protocol/client.ts';
import { TerminalError } from '../error-text.ts';
import { ask, execute } from '../execute.ts';
import { nameText } from '../value-text.ts';
import { csvColumns, csvIncoming, headerNames, type ImportColumn, inferenceRows, jsonColumns, jsonRow, sampled } from './columns.ts';
import type { CsvRecord } from './csv-records.ts';
import type { FieldType } from './field.ts';
import type { JsonRecord } from './json-records.ts';
import type { Incoming, Prepared, WriteBatch } from './load.ts';
import type { ImportRequest } from './request.ts';

/** Column types as declared by a table, by name in lower case; undefined if there is no such table. */
export async function declaredTypes(client: Client, table: string): Promise<ReadonlyMap<string, FieldType> | undefined> {
  try {
    const { columns } = await ask(client, `SELECT * FROM ${nameText(table)} LIMIT 0`);
    const generated = await generatedColumns(client, table);
    const written = columns.filter((column) => !generated.has(column.name));
    return new Map(written.map((column) => [column.name.toLowerCase(), fieldType(column.type)]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'bind/unknown-table') return undefined;
    throw error;
  }
}

/** Those that the database computes: a file cannot have values for them. */
async function generatedColumns(client: Client, table: string): Promise<ReadonlySet<unknown>> {
  const { columns, rows } = await ask(client, `DESCRIBE ${nameText(table)}`);
  const declared = columns.findIndex((column) => column.name === 'declared');
  return new Set(rows.filter((row) => / GENERATED ALWAYS AS \(/.test(String(row[declared]))).map((row) => row[0]));
}

function fieldType(type: string): FieldType {
  switch (type) {
    case 'integer':
    case 'float':
    case 'boolean':
    case 'text':
    case 'bytes':
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return type;
    case 'number':
      return 'float';
    default:
      return 'json';
  }
}

/** Prepares CSV records for a table; makes the table if it is new. */
export async function csvIntoTable(
  client: Client,
  table: string,
  file: string,
  records: AsyncIterable<CsvRecord>,
  request: ImportRequest,
): Promise<Prepared> {
  const { sample, all } = await sampled(records, inferenceRows + 1);
  const header = request.header ? sample[0] : undefined;
  const data = request.header ? sample.slice(1) : sample;
  const width = sample[0]?.fields.length ?? 0;
  const declared = await declaredTypes(client, table);
  if (width === 0 && !declared) throw new TerminalError(`${file} is empty, so there are no columns to make a table of.`);
  const names = declared && !request.header ? [...declared.keys()] : headerNames(header?.fields, width, file);
  if (declared) refuseUnknownColumns(names, declared, table, file);
  const columns = csvColumns(names, data, request.types, declared);
  if (!declared) await createTable(client, table, columns, request.key);
  const incoming = csvIncoming(all, columns, request.header, (fields) => fields);
  return { records: incoming, writeBatch: insertRows(client, table, columns), noun: 'row' };
}

/** Prepares JSON records for a table; makes the table if it is new. */
export async function jsonIntoTable(
  client: Client,
  table: string,
  file: string,
  records: AsyncIterable<JsonRecord>,
  request: ImportRequest,
): Promise<Prepared> {
  const { sample, all } = await sampled(records, inferenceRows);
  const declared = await declaredTypes(client, table);
  const found = jsonColumns(
    sample.map((record) => record.value),
    request.types,
  );
  if (found.length === 0) throw new TerminalError(`${file} holds no objects, so there are no columns.`);
  if (declared) {
    const names = found.map((column) => column.name);
    refuseUnknownColumns(names, declared, table, file);
  } else await createTable(client, table, found, request.key);
  const columns = declared
    ? found.map((column) => ({ name: column.name, type: declared.get(column.name.toLowerCase()) ?? column.type, inferred: false }))
    : found;
  const index = new Map(columns.map((column, i) => [column.name.toLowerCase(), i]));
  async function* incoming(): AsyncGenerator<Incoming> {
    for await (const { value, place, bytes, failure } of all) {
      const row = failure ?? jsonRow(value, columns, index);
      yield typeof row === 'string' ? { kind: 'bad', reason: row, place, bytes } : { kind: 'row', row, place, bytes };
    }
  }
  return { records: incoming(), writeBatch: insertRows(client, table, columns), noun: 'row' };
}

function refuseUnknownColumns(names: readonly string[], declared: ReadonlyMap<string, FieldType>, table: string, file: string): void {
  for (const name of names) {
    if (declared.has(name.toLowerCase())) continue;
    throw new TerminalError(
      `${file}: the table "${table}" has no column "${name}" that takes values.`,
      didYouMean(name, declared.keys()) ?? `Its columns: ${[...declared.keys()].join(', ')}. Use --no-header if the first line is data.`,
    );
  }
}

async function createTable(client: Client, table: string, columns: readonly ImportColumn[], key: readonly string[]): Promise<void> {
  const keyColumns = key.map((name) => {
    const column = columns.find((item) => item.name.toLowerCase() === name.toLowerCase());
    if (!column)
      throw new TerminalError(
        `--key names "${name}", which is no column of the file.`,
        `There are: ${columns.map((item) => item.name).join(', ')}.`,
      );
    return column;
  });
  const definitions = columns.map((column) => {
    const primary = keyColumns.length === 1 && keyColumns[0] === column ? ' PRIMARY KEY' : '';
    return `${nameText(column.name)} ${column.type.toUpperCase()}${primary}`;
  });
  if (keyColumns.length > 1) definitions.push(`PRIMARY KEY (${keyColumns.map((column) => nameText(column.name)).join(', ')})`);
  await execute(client, `CREATE TABLE ${nameText(table)} (${definitions.join(', ')})`);
}

function insertRows(client: Client, table: string, columns: readonly ImportColumn[]): WriteBatch {
  const names = columns.map((column) => nameText(column.name)).join(', ');
  const items = columns.map((_, i) => `r[${i}]`).join(', ');
  const text = `INSERT INTO ${nameText(table)} (${names}) SELECT ${items} FROM UNNEST($rows) AS r`;
  return async (rows) => {
    await execute(client, text, { rows });
    return [];
  };
}
