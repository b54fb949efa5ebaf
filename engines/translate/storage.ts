// How the data of a translated query is stored in the other model: as text that anybody can run, and as steps that fill a scratch
// database in memory, where the translation is then run. Only what the query touches is copied.

import { printName } from '../../parser/print.ts';
import { typeName } from '../compare.ts';
import type { Session } from '../session.ts';
import type { Row, Value } from '../value.ts';

/** A query in another model, and how its data is stored there. */
export interface Translation {
  readonly stored: readonly Stored[];
  readonly query: string;
}

export type Stored =
  /** `query` gives its rows. The first `keyed` of `columns` are the primary key, the first `integers` are numbers of elements. */
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly columns: readonly string[];
      readonly keyed: number;
      readonly integers: number;
      readonly query: string;
      readonly indexes: readonly string[];
    }
  /** `query` gives one column of documents. Indexes are on fields. `inside`: queries that count what is collected into arrays, which may be one. */
  | {
      readonly kind: 'collection';
      readonly name: string;
      readonly query: string;
      readonly indexes: readonly string[];
      readonly inside?: readonly string[];
    }
  /** `source` is a FROM item called r; columns are expressions over it by property. The first is the key. */
  | {
      readonly kind: 'nodes';
      readonly label: string;
      readonly source: string;
      readonly properties: readonly (readonly [string, string])[];
      readonly indexed: readonly string[];
    }
  | {
      readonly kind: 'edges';
      readonly type: string;
      readonly source: string;
      readonly from: End;
      readonly to: End;
      readonly properties: readonly (readonly [string, string])[];
    };

/** The node at an end of an edge: its label, and its key properties with the expressions over r that they must equal. */
export interface End {
  readonly label: string;
  readonly keys: readonly (readonly [string, string])[];
}

/** More rows, documents, nodes and edges than this are not copied, nor elements of their arrays. */
const copiedItemsMax = 100_000;
/** Nor more than so many bytes of values. */
const copiedBytesMax = 64 * 1024 * 1024;

/** What reads the database that the query is about. */
export type ReadRows = (query: string) => AsyncIterable<readonly Row[]>;

/** The statements that would store the data in the database itself. */
export interface StoredTexts {
  readonly texts: readonly string[];
  /** Why the scratch database does not have it all. */
  readonly tooMuch?: string;
}

/** Fills the scratch database, unless that is too much. */
export async function store(
  parts: readonly Stored[],
  read: ReadRows,
  scratch: { readonly session: Session; readonly check: (() => void) | undefined },
): Promise<StoredTexts> {
  const texts: string[] = [];
  const left = { items: copiedItemsMax, bytes: copiedBytesMax };
  const run = async (text: string, parameters: ReadonlyMap<string, Value> = new Map()): Promise<void> => {
    const options = { parameters, ...(scratch.check && { check: scratch.check }) };
    for await (const result of scratch.session.run(text, options)) for await (const _ of result.batches);
  };
  let fits = true;
  for (const part of parts) {
    fits &&= await insideFits(part, read, left.items);
    const rows: readonly Row[] | undefined = fits ? await readWhile(read(sourceQuery(part)), left) : undefined;
    fits = rows !== undefined;
    for (const [text, load] of stepsOf(part, rows)) {
      texts.push(text);
      if (!rows) continue;
      if (load === undefined) await run(text);
      else for (let at = 0; at < rows.length; at += 1000) await run(load, new Map([['rows', rows.slice(at, at + 1000) as Value]]));
    }
  }
  if (fits) return { texts };
  const tooMuch = `What the query reads is more than ${copiedItemsMax} rows, elements, nodes and edges, or more than ${copiedBytesMax >> 20} MB: too much to be copied and asked there.`;
  return { texts, tooMuch };
}

async function insideFits(part: Stored, read: ReadRows, items: number): Promise<boolean> {
  for (const count of part.kind === 'collection' ? (part.inside ?? []) : [])
    for await (const [row] of read(count)) if (Number(row?.[0]) > items) return false;
  return true;
}

/** The rows; undefined as soon as they are more than is left. */
async function readWhile(batches: AsyncIterable<readonly Row[]>, left: { items: number; bytes: number }): Promise<Row[] | undefined> {
  const rows: Row[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      left.items--;
      for (const value of row) spend(value, left);
      if (left.items < 0 || left.bytes < 0) return undefined;
      rows.push(row);
    }
  }
  return rows;
}

function spend(value: Value, left: { items: number; bytes: number }): void {
  left.bytes -= typeof value === 'string' || value instanceof Uint8Array ? value.length + 8 : 8;
  if (Array.isArray(value)) {
    left.items -= value.length;
    for (const item of value) spend(item, left);
  } else if (value instanceof Map) for (const item of value.values()) spend(item, left);
}

/** Without its text: what fills it. */
function sourceQuery(part: Stored): string {
  switch (part.kind) {
    case 'table':
    case 'collection':
      return part.query;
    case 'nodes':
      return `SELECT ${part.properties.map(([, value]) => value).join(', ')} FROM ${part.source}`;
    case 'edges':
      return `SELECT ${[...part.from.keys, ...part.to.keys, ...part.properties].map(([, value]) => value).join(', ')} FROM ${part.source}`;
  }
}

/** Statements as a person would run them; beside those that copy, what fills the scratch database from `$rows`. Without rows the types are not known. */
function stepsOf(part: Stored, rows: readonly Row[] | undefined): (readonly [text: string, load?: string])[] {
  const name = printName;
  const listed = (names: readonly string[]): string => names.map(name).join(', ');
  switch (part.kind) {
    case 'table': {
      const types = part.columns.map((_, i) => (i < part.integers ? 'INTEGER' : rows ? columnType(rows, i) : 'ANY'));
      // A column of several types takes no index.
      const indexed = part.indexes.filter((c) => types[part.columns.indexOf(c)] !== 'ANY');
      const single = part.keyed === 1;
      const columns = part.columns.map((c, i) => `${name(c)} ${types[i]}${single && i === 0 ? ' PRIMARY KEY' : ''}`);
      const key = part.keyed > 1 ? [`PRIMARY KEY (${listed(part.columns.slice(0, part.keyed))})`] : [];
      const values = part.columns.map((_, i) => `r[${i}]`).join(', ');
      return [
        [`CREATE TABLE ${name(part.name)} (${[...columns, ...key].join(', ')})`],
        [`INSERT INTO ${name(part.name)} ${part.query}`, `INSERT INTO ${name(part.name)} SELECT ${values} FROM UNNEST($rows) AS r`],
        ...indexed.map((c) => [`CREATE INDEX ON ${name(part.name)} (${name(c)})`] as const),
      ];
    }
    case 'collection':
      return [
        [`CREATE COLLECTION ${name(part.name)}`],
        [`INSERT INTO ${name(part.name)} ${part.query}`, `INSERT INTO ${name(part.name)} SELECT r[0] FROM UNNEST($rows) AS r`],
        ...part.indexes.map((i) => [`CREATE INDEX ON ${name(part.name)} (${name(i)})`] as const),
      ];
    case 'nodes': {
      const create = (values: readonly (readonly [string, string])[]): string => `CREATE (:${name(part.label)} ${objectText(values)})`;
      return [
        ...part.indexed.map((i) => [`CREATE INDEX ON :${name(part.label)} (${name(i)})`] as const),
        [
          `FROM ${part.source} ${create(part.properties)}`,
          `UNWIND $rows AS r ${create(part.properties.map(([key], i) => [key, `r[${i}]`]))}`,
        ],
      ];
    }
    case 'edges': {
      const text = (from: End, to: End, properties: readonly (readonly [string, string])[]): string =>
        `MATCH (a:${name(from.label)} ${objectText(from.keys)}), (b:${name(to.label)} ${objectText(to.keys)}) CREATE (a)-[:${name(part.type)}${properties.length > 0 ? ` ${objectText(properties)}` : ''}]->(b)`;
      let at = 0;
      const placed = (pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] =>
        pairs.map(([key]) => [key, `r[${at++}]`]);
      const [from, to] = [
        { ...part.from, keys: placed(part.from.keys) },
        { ...part.to, keys: placed(part.to.keys) },
      ];
      return [
        [
          `FROM ${part.source} ${text(part.from, part.to, part.properties)}`,
          `UNWIND $rows AS r ${text(from, to, placed(part.properties))}`,
        ],
      ];
    }
  }
}

function objectText(pairs: readonly (readonly [string, string])[]): string {
  return `{${pairs.map(([key, value]) => `${printName(key)}: ${value}`).join(', ')}}`;
}

const declared: ReadonlyMap<string, string> = new Map([
  ['integer', 'INTEGER'],
  ['float', 'FLOAT'],
  ['text', 'TEXT'],
  ['boolean', 'BOOLEAN'],
  ['bytes', 'BYTES'],
  ['date', 'DATE'],
  ['time', 'TIME'],
  ['localtime', 'LOCALTIME'],
  ['datetime', 'DATETIME'],
  ['localdatetime', 'LOCALDATETIME'],
  ['duration', 'DURATION'],
]);

/** The type that all values of a column have; ANY if they differ, or if one is NaN, which a column of floats does not hold. */
function columnType(rows: readonly Row[], at: number): string {
  const types = new Set<string>();
  for (const row of rows) {
    const value = row[at];
    if (value !== null && value !== undefined) types.add(typeName(value));
    if (types.size > 1 || Number.isNaN(value)) return 'ANY';
  }
  const [only] = types;
  return (only === undefined ? undefined : declared.get(only)) ?? 'ANY';
}
