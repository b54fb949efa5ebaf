// Indexes over one property of the nodes with a label: a table `trefoil_index_<id>` of (value, node) each, kept up by the graph
// storage. Why not an index over an expression: docs/decisions/0001-label-property-index.md.
//
// What an entry's value looks like: numbers and text as they are; truth values and everything else as a BLOB that starts with a
// letter, so that true is not 1 and a list is not its text. Null, MISSING and NaN have no entry: nothing equals them.

import type { PropertyTest } from '../../storage.ts';
import { QueryError } from '../../../parser/error.ts';
import { parseJson, storageJson } from '../../json.ts';
import { storedInstant, storedText } from '../../temporal/moment.ts';
import { TemporalValue, type Value } from '../../value.ts';
import type { LabelIndex } from './catalog.ts';
import { shown } from './column-values.ts';
import { pathWords, valueAt } from './constraint-errors.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { graphTables } from './graph-tables.ts';

export function labelIndexTable(id: number): string {
  return `trefoil_index_${id}`;
}

export function createLabelIndexTable(connection: SqliteConnection, id: number, unique: boolean): void {
  const key = unique ? 'PRIMARY KEY (value)' : 'PRIMARY KEY (value, node)';
  connection.run(`CREATE TABLE ${labelIndexTable(id)} (value ANY NOT NULL, node INTEGER NOT NULL, ${key}) STRICT, WITHOUT ROWID`);
}

const booleanTag = 0x62;

/** The value of an entry; undefined: no entry. */
export function indexKey(value: Value): Exclude<SqliteValue, null> | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'bigint' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value === 'boolean') return new Uint8Array([booleanTag, value ? 1 : 0]);
  // One instant has one entry, whatever its zone.
  if (value instanceof TemporalValue && value.kind === 'datetime')
    return new TextEncoder().encode(`j{"$datetime":"${storedInstant(storedText(value))}"}`);
  return new TextEncoder().encode(`j${storageJson(value)}`);
}

export interface Entry {
  readonly node: number;
  readonly value: Value;
}

export function addEntries(connection: SqliteConnection, index: LabelIndex, entries: readonly Entry[]): void {
  const text = `INSERT INTO ${labelIndexTable(index.id)} (value, node) VALUES (?, ?)`;
  for (const entry of entries) {
    const key = indexKey(entry.value);
    if (key === undefined) continue;
    try {
      connection.run(text, [key, BigInt(entry.node)]);
    } catch (error) {
      throw error instanceof QueryError && error.code === 'constraint/primary-key' ? uniqueError(index, entry.value) : error;
    }
  }
}

export function removeEntries(connection: SqliteConnection, index: LabelIndex, entries: readonly Entry[]): void {
  const text = `DELETE FROM ${labelIndexTable(index.id)} WHERE value = ? AND node = ?`;
  for (const entry of entries) {
    const key = indexKey(entry.value);
    if (key !== undefined) connection.run(text, [key, BigInt(entry.node)]);
  }
}

const filledAtOnce = 10_000;

/** Told how many nodes of how many have their entries; may throw to stop. */
export type Reached = (nodes: number, of: number) => void;

/** Adds the entries of all nodes that have the label. */
export function fillLabelIndex(connection: SqliteConnection, index: LabelIndex, label: number, reached?: Reached): void {
  const tables = graphTables(index.graph);
  const [all = 0] = connection.get(`SELECT count(*) FROM ${tables.nodeLabel} WHERE label = ?`, [BigInt(label)], 'number') ?? [];
  for (let after = 0, done = 0; ; ) {
    reached?.(done, all as number);
    const rows = connection.all(
      `SELECT n.id, json(n.properties) FROM ${tables.nodeLabel} AS l JOIN ${tables.node} AS n ON n.id = l.node
       WHERE l.label = ? AND l.node > ? ORDER BY l.node LIMIT ${filledAtOnce}`,
      [BigInt(label), BigInt(after)],
      'number',
    );
    if (rows.length === 0) return;
    addEntries(
      connection,
      index,
      rows.map(([node, properties]): Entry => ({ node: node as number, value: valueAt(parseJson(properties as string), index.path) })),
    );
    done += rows.length;
    after = rows.at(-1)?.[0] as number;
  }
}

function uniqueError(index: LabelIndex, value: Value): QueryError {
  return new QueryError('constraint/unique', `There is already a node :${index.label} with ${pathWords(index.path)} = ${shown(value)}.`, {
    hint: `The unique index "${index.name}" allows each value once.`,
  });
}

/** The nodes that pass, ascending. Undefined: the index cannot tell (values whose equality or order it does not keep). */
export function findInIndex(connection: SqliteConnection, index: LabelIndex, test: PropertyTest): Uint32Array | undefined {
  const table = labelIndexTable(index.id);
  const found: number[] = [];
  const read = (condition: string, parameters: readonly SqliteValue[]): void => {
    for (const [node] of connection.all(`SELECT node FROM ${table} WHERE ${condition}`, parameters, 'number')) found.push(node as number);
  };
  switch (test.kind) {
    case 'equal': {
      const keys = equalityKeys(test.values);
      if (!keys) return undefined;
      for (const key of keys.single) read('value = ?', [key]);
      if (keys.json.length > 0) read('value IN (SELECT value FROM json_each(?))', [`[${keys.json.join(',')}]`]);
      break;
    }
    case 'prefix': {
      const end = afterPrefix(test.text);
      if (end === undefined) read("value >= ? AND value < x''", [test.text]);
      else read('value >= ? AND value < ?', [test.text, end]);
      break;
    }
    case 'range': {
      const range = rangeCondition(test);
      if (!range) return undefined;
      if (range !== 'empty') read(range.condition, range.parameters);
      break;
    }
  }
  return ascending(found);
}

function ascending(found: readonly number[]): Uint32Array {
  const sorted = Uint32Array.from(found).sort();
  // One node has one entry, but two of the values looked for may be equal (1 and 1.0).
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i] as number;
  return sorted.subarray(0, kept);
}

const manyValues = 8;

/** Many plain values go as one JSON list. */
function equalityKeys(values: readonly Value[]): { single: SqliteValue[]; json: string[] } | undefined {
  const single: SqliteValue[] = [];
  const json: string[] = [];
  for (const value of values) {
    if (!comparesAsStored(value)) return undefined;
    const key = indexKey(value);
    if (key === undefined) continue;
    const plain = typeof key === 'string' || typeof key === 'bigint' || (typeof key === 'number' && Number.isFinite(key));
    if (plain && values.length > manyValues) json.push(storageJson(value));
    else single.push(key);
  }
  return { single, json };
}

/** Whether two equal values always have the same entry. Not so for lists ([1] = [1.0]) and for times of day with an offset. */
function comparesAsStored(value: Value): boolean {
  if (value instanceof TemporalValue) return value.kind !== 'time';
  return value === null || value === undefined || typeof value !== 'object';
}

interface Range {
  readonly condition: string;
  readonly parameters: readonly SqliteValue[];
}

/** In SQLite's order all numbers come before all text and all text before all BLOBs, so the open end of a range is where its kind ends. */
function rangeCondition(test: Extract<PropertyTest, { kind: 'range' }>): Range | 'empty' | undefined {
  const kinds = [test.low, test.high].flatMap((end) => (end ? [rangeKind(end.value)] : []));
  if (kinds.includes('never')) return 'empty';
  if (kinds.includes('unknown') || kinds.length === 0) return undefined;
  if (kinds.length === 2 && kinds[0] !== kinds[1]) return 'empty';
  const conditions: string[] = [];
  const parameters: SqliteValue[] = [];
  const bound = (operator: string, value: Value) => {
    conditions.push(`value ${operator} ?`);
    parameters.push(indexKey(value) ?? null);
  };
  if (test.low) bound(test.low.inclusive ? '>=' : '>', test.low.value);
  else if (kinds[0] !== 'number') conditions.push(kinds[0] === 'text' ? "value >= ''" : "value >= x'62'");
  if (test.high) bound(test.high.inclusive ? '<=' : '<', test.high.value);
  else conditions.push(kinds[0] === 'number' ? "value < ''" : kinds[0] === 'text' ? "value < x''" : "value < x'63'");
  return { condition: conditions.join(' AND '), parameters };
}

function rangeKind(value: Value): 'number' | 'text' | 'boolean' | 'never' | 'unknown' {
  if (value === null || value === undefined || Number.isNaN(value)) return 'never';
  if (typeof value === 'bigint' || typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'boolean' : 'unknown';
}

/** The least text that is greater than every text with the prefix; undefined: there is none. */
function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    // The next code point after the surrogates' gap.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}
