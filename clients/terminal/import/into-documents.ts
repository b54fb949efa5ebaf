// Records into a collection, or each as a node with given labels. CSV records become objects with the columns as keys.
//
//   INSERT INTO c $docs                                  UNWIND $rows AS r CREATE (n:Person) SET n = r

import type { Client } from '../../../server/protocol/client.ts';
import { execute } from '../execute.ts';
import { nameText } from '../value-text.ts';
import { csvColumns, csvIncoming, headerNames, inferenceRows, isJsonObject, sampled } from './columns.ts';
import type { CsvRecord } from './csv-records.ts';
import type { FieldValue } from './field.ts';
import type { JsonRecord } from './json-records.ts';
import type { Incoming, Prepared, WriteBatch } from './load.ts';
import type { ImportRequest } from './request.ts';

/** Takes documents into a collection, which is made if it does not exist. */
export async function intoCollection(client: Client, collection: string): Promise<WriteBatch> {
  await execute(client, `CREATE COLLECTION IF NOT EXISTS ${nameText(collection)}`);
  const text = `INSERT INTO ${nameText(collection)} $docs`;
  return async (docs) => {
    await execute(client, text, { docs });
    return [];
  };
}

/** Makes each document a node. */
export function intoNodes(client: Client, labels: readonly string[]): WriteBatch {
  const text = `UNWIND $rows AS r CREATE (n${labels.map((label) => `:${nameText(label)}`).join('')}) SET n = r`;
  return async (rows) => {
    await execute(client, text, { rows });
    return [];
  };
}

export function jsonDocuments(records: AsyncIterable<JsonRecord>, writeBatch: WriteBatch, noun: string): Prepared {
  async function* incoming(): AsyncGenerator<Incoming> {
    for await (const { value, place, bytes, failure } of records) {
      if (isJsonObject(value)) yield { kind: 'row', row: value, place, bytes };
      else yield { kind: 'bad', reason: failure ?? 'This is no object.', place, bytes };
    }
  }
  return { records: incoming(), writeBatch, noun };
}

/** `keepNulls`: an empty field is a null in a document, but no property of a node. */
export async function csvDocuments(
  file: string,
  records: AsyncIterable<CsvRecord>,
  request: ImportRequest,
  target: { readonly writeBatch: WriteBatch; readonly noun: string; readonly keepNulls: boolean },
): Promise<Prepared> {
  const { sample, all } = await sampled(records, inferenceRows + 1);
  const names = headerNames(request.header ? sample[0]?.fields : undefined, sample[0]?.fields.length ?? 0, file);
  const columns = csvColumns(names, request.header ? sample.slice(1) : sample, request.types);
  const incoming = csvIncoming(all, columns, request.header, (fields) => rowObject(names, fields, target.keepNulls));
  return { records: incoming, writeBatch: target.writeBatch, noun: target.noun };
}

function rowObject(names: readonly string[], row: readonly FieldValue[], keepNulls: boolean): { [key: string]: FieldValue } {
  const entries: [string, FieldValue][] = [];
  names.forEach((name, i) => {
    const value = row[i] ?? null;
    if (keepNulls || value !== null) entries.push([name, value]);
  });
  return Object.fromEntries(entries);
}
