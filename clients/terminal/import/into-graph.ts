// CSV files with role headers into the graph. Nodes come first, with an index on (label, id) made before them, so that the ends
// of edges are found by look-up. An edge whose end is unknown is a bad row.
//
//   UNWIND $rows AS r CREATE (:Person {id: r[0], name: r[1]})
//   UNWIND $rows AS r MATCH (a:Person {id: r[0]}), (b:City {id: r[1]}) CREATE (a)-[:isLocatedIn {since: r[2]}]->(b)

import type { Client } from '../../../server/protocol/client.ts';
import { TerminalError } from '../error-text.ts';
import { ask, execute } from '../execute.ts';
import { nameText } from '../value-text.ts';
import { csvValue, fieldComplaint, inferenceRows, sampled } from './columns.ts';
import type { CsvRecord } from './csv-records.ts';
import { type FieldType, type FieldValue, inferType, readField } from './field.ts';
import { type IdSpaces, storedIdType } from './id-spaces.ts';
import type { Incoming, Prepared, Refusal, WriteBatch } from './load.ts';
import type { ImportRequest } from './request.ts';
import { type EdgeHeader, edgeTypeOf, type NodeHeader, type PropertyColumn, stemOf } from './role-header.ts';

interface GraphRow {
  /** Labels of a node or the type of an edge. */
  readonly names: readonly string[];
  readonly values: readonly FieldValue[];
}

/** Between several labels or list items in one field. */
const listDelimiter = ';';

/** Prepares a file of nodes. */
export async function nodesIntoGraph(
  client: Client,
  file: string,
  header: NodeHeader,
  records: AsyncIterable<CsvRecord>,
  request: ImportRequest,
  spaces: IdSpaces,
): Promise<Prepared> {
  const { sample, all } = await sampled(records, inferenceRows + 1);
  const columns = typedColumns([header.id, ...header.properties], sample.slice(1), request);
  const fallback = request.labels.length > 0 ? request.labels : [header.space || stemOf(file)];
  const space = spaces.get(header.space);
  space.property = header.id.name;
  space.type = columns[0]?.type ?? 'text';
  const indexed = new Set<string>();
  const index = async (label: string): Promise<void> => {
    if (indexed.has(label)) return;
    indexed.add(label);
    space.labels.add(label);
    // Without a name, because each graph has its own.
    await execute(client, `CREATE INDEX IF NOT EXISTS ON :${nameText(label)} (${nameText(header.id.name)})`);
  };
  const labelsOf = (record: CsvRecord): readonly string[] => {
    const own = header.labelAt === undefined ? [] : (record.fields[header.labelAt] ?? '').split(listDelimiter).map((label) => label.trim());
    const given = own.filter(Boolean);
    return given.length > 0 ? given : fallback;
  };
  for (const record of sample.slice(1)) await index(labelsOf(record)[0] ?? '');
  if (header.labelAt === undefined) await index(fallback[0] ?? '');
  const rows = graphRows(all, columns, labelsOf, (row) => (row.values[0] === null ? 'This node has no id.' : undefined));
  const names = columns.map((column) => column.name);
  const writeBatch: WriteBatch = async (batch) => {
    for (const [labels, group] of groupByNames(batch as readonly GraphRow[])) {
      await index(group[0]?.names[0] ?? '');
      await execute(client, `UNWIND $rows AS r CREATE (${labels} ${propertyMap(names, 0)})`, { rows: group.map((row) => row.values) });
    }
    return [];
  };
  return { records: rows, writeBatch, noun: 'node' };
}

/** Prepares a file of edges. */
export async function edgesIntoGraph(
  client: Client,
  file: string,
  header: EdgeHeader,
  records: AsyncIterable<CsvRecord>,
  request: ImportRequest,
  spaces: IdSpaces,
): Promise<Prepared> {
  const { sample, all } = await sampled(records, inferenceRows + 1);
  const data = sample.slice(1);
  const ends: PropertyColumn[] = [];
  for (const [name, end] of [
    ['START_ID', header.start],
    ['END_ID', header.end],
  ] as const) {
    if (spaces.labelsOf(end.space).length === 0) {
      throw new TerminalError(
        `${file}: no file of nodes without an ID space came before it.`,
        'Name the space in the header, as in :START_ID(Person).',
      );
    }
    ends.push({ at: end.at, name, type: await idType(client, spaces, end.space, data, end.at), list: false });
  }
  const columns = [...ends, ...typedColumns(header.properties, data, request)];
  const fileType = edgeTypeOf(file, request.edgeTypeCase);
  const typesOf = (record: CsvRecord): readonly string[] => [
    (header.typeAt === undefined ? '' : (record.fields[header.typeAt] ?? '')).trim() || fileType,
  ];
  const rows = graphRows(all, columns, typesOf, (row) =>
    row.values[0] === null || row.values[1] === null ? 'An end of this edge is empty.' : undefined,
  );
  const names = columns.slice(2).map((column) => column.name);
  const writeBatch: WriteBatch = async (batch) => {
    const refused: Refusal[] = [];
    for (const [type, group] of groupByNames(batch as readonly GraphRow[])) {
      refused.push(...(await writeEdges(client, spaces, header, { type, names, rows: group })));
    }
    return refused;
  };
  return { records: rows, writeBatch, noun: 'edge' };
}

async function idType(client: Client, spaces: IdSpaces, name: string, sample: readonly CsvRecord[], at: number): Promise<FieldType> {
  const space = spaces.get(name);
  const [label] = spaces.labelsOf(name);
  space.type ??= label === undefined ? undefined : await storedIdType(client, label, space.property);
  return space.type ?? inferType(sample.map((record) => record.fields[at] ?? ''));
}

interface EdgeBatch {
  /** `:KNOWS` */
  readonly type: string;
  readonly names: readonly string[];
  readonly rows: readonly GraphRow[];
}

async function writeEdges(client: Client, spaces: IdSpaces, header: EdgeHeader, batch: EdgeBatch): Promise<readonly Refusal[]> {
  const starts = spaces.labelsOf(header.start.space);
  const stops = spaces.labelsOf(header.end.space);
  const [start] = starts;
  const [stop] = stops;
  if (starts.length === 1 && stops.length === 1 && start && stop) {
    const made = await createEdges(client, spaces, header, batch, batch.rows, start, stop);
    if (made === batch.rows.length) return [];
    return unknownEnds(client, spaces, header, batch.rows, made);
  }
  const startLabels = await labelsById(client, spaces, header.start.space, idsAt(batch.rows, 0));
  const stopLabels = await labelsById(client, spaces, header.end.space, idsAt(batch.rows, 1));
  for (const from of starts) {
    for (const to of stops) {
      const rows = batch.rows.filter(
        (row) => startLabels.get(row.values[0] ?? null) === from && stopLabels.get(row.values[1] ?? null) === to,
      );
      if (rows.length > 0) await createEdges(client, spaces, header, batch, rows, from, to);
    }
  }
  return refusals(batch.rows, startLabels, stopLabels);
}

async function createEdges(
  client: Client,
  spaces: IdSpaces,
  header: EdgeHeader,
  batch: EdgeBatch,
  rows: readonly GraphRow[],
  start: string,
  stop: string,
): Promise<number> {
  const a = `(a:${nameText(start)} {${nameText(spaces.get(header.start.space).property)}: r[0]})`;
  const b = `(b:${nameText(stop)} {${nameText(spaces.get(header.end.space).property)}: r[1]})`;
  const properties = batch.names.length > 0 ? ` ${propertyMap(batch.names, 2)}` : '';
  const text = `UNWIND $rows AS r MATCH ${a}, ${b} CREATE (a)-[${batch.type}${properties}]->(b)`;
  const stats = await execute(client, text, { rows: rows.map((row) => row.values) });
  return stats.edgesCreated ?? 0;
}

/** Called when a batch made fewer or more edges than it has rows: which ends are unknown, or known twice. */
async function unknownEnds(
  client: Client,
  spaces: IdSpaces,
  header: EdgeHeader,
  rows: readonly GraphRow[],
  made: number,
): Promise<readonly Refusal[]> {
  const starts = await labelsById(client, spaces, header.start.space, idsAt(rows, 0));
  const stops = await labelsById(client, spaces, header.end.space, idsAt(rows, 1));
  const refused = refusals(rows, starts, stops);
  if (refused.length + made !== rows.length) {
    throw new TerminalError(
      'Several nodes have the same label and id, so edges to them are not clear.',
      'Look for ids that occur twice; was the folder loaded before?',
    );
  }
  return refused;
}

function refusals(
  rows: readonly GraphRow[],
  starts: ReadonlyMap<FieldValue, string>,
  stops: ReadonlyMap<FieldValue, string>,
): readonly Refusal[] {
  const refused: Refusal[] = [];
  for (const row of rows) {
    const [start = null, stop = null] = row.values;
    const missing = starts.has(start) ? (stops.has(stop) ? undefined : `end ${String(stop)}`) : `start ${String(start)}`;
    if (missing !== undefined) refused.push({ row, reason: `There is no node for this edge's ${missing}.` });
  }
  return refused;
}

/** Which of a space's labels each id has; ids that are not there are left out. */
async function labelsById(client: Client, spaces: IdSpaces, space: string, ids: readonly FieldValue[]): Promise<Map<FieldValue, string>> {
  const property = nameText(spaces.get(space).property);
  const found = new Map<FieldValue, string>();
  for (const label of spaces.labelsOf(space)) {
    const { rows } = await ask(client, `UNWIND $ids AS i MATCH (n:${nameText(label)} {${property}: i}) RETURN i`, { ids });
    for (const [id] of rows) if (typeof id === 'bigint' || typeof id === 'string' || typeof id === 'number') found.set(id, label);
  }
  return found;
}

function idsAt(rows: readonly GraphRow[], at: number): readonly FieldValue[] {
  return [...new Set(rows.map((row) => row.values[at] ?? null))];
}

function typedColumns(
  columns: readonly PropertyColumn[],
  sample: readonly CsvRecord[],
  request: ImportRequest,
): (PropertyColumn & { type: FieldType; inferred: boolean })[] {
  return columns.map((column) => {
    const given = request.types.get(column.name.toLowerCase()) as FieldType | undefined;
    const type = given ?? column.type;
    if (type) return { ...column, type, inferred: false };
    return { ...column, type: inferType(sample.map((record) => record.fields[column.at] ?? '')), inferred: true };
  });
}

/** Records after the header as graph rows. */
async function* graphRows(
  records: AsyncIterable<CsvRecord>,
  columns: readonly PropertyColumn[],
  namesOf: (record: CsvRecord) => readonly string[],
  complaint: (row: GraphRow) => string | undefined,
): AsyncGenerator<Incoming> {
  let width: number | undefined;
  for await (const record of records) {
    if (width === undefined) {
      width = record.fields.length;
      continue;
    }
    const place = `line ${record.line}`;
    const { bytes } = record;
    const values =
      record.fields.length === width ? rowValues(record, columns) : `This row has ${record.fields.length} fields, not ${width}.`;
    const row: GraphRow | undefined = typeof values === 'string' ? undefined : { names: namesOf(record), values };
    const reason = typeof values === 'string' ? values : row && complaint(row);
    yield reason === undefined ? { kind: 'row', row, place, bytes } : { kind: 'bad', reason, place, bytes };
  }
}

function rowValues(record: CsvRecord, columns: readonly PropertyColumn[]): FieldValue[] | string {
  const values: FieldValue[] = [];
  for (const column of columns) {
    const type = column.type ?? 'text';
    const value = column.list ? listValue(record.fields[column.at] ?? '', type) : csvValue(record, column.at, type);
    if (value === undefined) return fieldComplaint(record.fields[column.at] ?? '', { name: column.name, type, inferred: false });
    values.push(value);
  }
  return values;
}

function listValue(field: string, type: FieldType): FieldValue | undefined {
  if (field === '') return null;
  const items = field.split(listDelimiter).map((item) => readField(item, type));
  return items.some((item) => item === undefined) ? undefined : (items as FieldValue[]);
}

function groupByNames(rows: readonly GraphRow[]): Map<string, GraphRow[]> {
  const groups = new Map<string, GraphRow[]>();
  for (const row of rows) {
    const key = row.names.map((name) => `:${nameText(name)}`).join('');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** `{id: r[0], name: r[1]}` */
function propertyMap(names: readonly string[], from: number): string {
  return `{${names.map((name, i) => `${nameText(name)}: r[${i + from}]`).join(', ')}}`;
}
