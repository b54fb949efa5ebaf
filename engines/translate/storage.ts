// How the data of a translated query is stored in the other model: as text that anybody can run, and as steps that fill a scratch
// database in memory, where the translation is then run. Only what the query touches is copied.

import { QueryError } from '../../parser/error.ts';
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
  /** `query` gives its rows. The first of `columns` is the primary key if `keyed`. */
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly columns: readonly string[];
      readonly keyed: number;
      readonly query: string;
      readonly indexes: readonly string[];
    }
  /** `query` gives one column of documents. Indexes are paths as text. */
  | { readonly kind: 'collection'; readonly name: string; readonly query: string; readonly indexes: readonly string[] }
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

/** More rows, documents, nodes and edges than this are not copied. */
const copiedRowsMax = 100_000;

/** What reads the database that the query is about. */
export type ReadRows = (query: string) => Promise<readonly Row[]>;

/** Fills the scratch database and gives the statements that would do the same in the database itself. */
export async function store(parts: readonly Stored[], read: ReadRows, scratch: Session): Promise<string[]> {
  const texts: string[] = [];
  let copied = 0;
  const run = async (text: string, parameters?: ReadonlyMap<string, Value>): Promise<void> => {
    for await (const result of scratch.run(text, parameters ? { parameters } : {})) for await (const _ of result.batches);
  };
  const readSome = async (query: string): Promise<readonly Row[]> => {
    const rows = await read(query);
    copied += rows.length;
    if (copied > copiedRowsMax)
      throw new QueryError(
        'limit/rows-compared',
        `The data of this query is more than ${copiedRowsMax} rows, which are too many to copy.`,
        {
          hint: 'EXPLAIN MODELS stores the data of the query in the other models. Ask it on a smaller database.',
        },
      );
    return rows;
  };
  for (const part of parts) {
    const rows = await readSome(sourceQuery(part));
    for (const [text, load] of stepsOf(part, rows)) {
      texts.push(text);
      if (load === undefined) await run(text);
      else for (let at = 0; at < rows.length; at += 1000) await run(load, new Map([['rows', rows.slice(at, at + 1000) as Value]]));
    }
  }
  return texts;
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

/** Statements as a person would run them; beside those that copy, what fills the scratch database from `$rows`. */
function stepsOf(part: Stored, rows: readonly Row[]): (readonly [text: string, load?: string])[] {
  const name = printName;
  const listed = (names: readonly string[]): string => names.map(name).join(', ');
  switch (part.kind) {
    case 'table': {
      const types = part.columns.map((_, i) => columnType(rows, i));
      const single = part.keyed === 1;
      const columns = part.columns.map((c, i) => `${name(c)} ${types[i]}${single && i === 0 ? ' PRIMARY KEY' : ''}`);
      const key = part.keyed > 1 ? [`PRIMARY KEY (${listed(part.columns.slice(0, part.keyed))})`] : [];
      const values = part.columns.map((_, i) => `r[${i}]`).join(', ');
      return [
        [`CREATE TABLE ${name(part.name)} (${[...columns, ...key].join(', ')})`],
        [`INSERT INTO ${name(part.name)} ${part.query}`, `INSERT INTO ${name(part.name)} SELECT ${values} FROM UNNEST($rows) AS r`],
        ...part.indexes.map((i) => [`CREATE INDEX ON ${name(part.name)} (${i})`] as const),
      ];
    }
    case 'collection':
      return [
        [`CREATE COLLECTION ${name(part.name)}`],
        [`INSERT INTO ${name(part.name)} ${part.query}`, `INSERT INTO ${name(part.name)} SELECT r[0] FROM UNNEST($rows) AS r`],
        ...part.indexes.map((i) => [`CREATE INDEX ON ${name(part.name)} (${i})`] as const),
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

/** The type that all values of a column have; ANY if they differ. */
function columnType(rows: readonly Row[], at: number): string {
  const types = new Set<string>();
  for (const row of rows) {
    const value = row[at];
    if (value !== null && value !== undefined) types.add(typeName(value));
    if (types.size > 1) return 'ANY';
  }
  const [only] = types;
  return (only === undefined ? undefined : declared.get(only)) ?? 'ANY';
}
