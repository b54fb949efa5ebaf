// Reads all nodes or edges as typed arrays. SQLite joins the numbers of a chunk into one text, which is four times as fast as
// fetching rows: 1M edges in about a quarter of a second.

import type { SqliteConnection } from './driver.ts';
import type { GraphTables } from './graph-tables.ts';

/** Ids looked at by one statement. */
const idsPerChunk = 50_000;

export async function* readEdges(
  connection: SqliteConnection,
  { edge }: GraphTables,
  type?: number,
): AsyncGenerator<{ id: Uint32Array; type: Uint32Array; from: Uint32Array; to: Uint32Array }> {
  const filter = type === undefined ? '' : `AND type = ${type}`;
  const numbers = "CAST(group_concat(format('%d %d %d %d', id, type, from_node, to_node), ' ') AS BLOB)";
  const text = `SELECT count(*), ${numbers} FROM (SELECT * FROM ${edge} WHERE id > ? AND id <= ? ${filter} ORDER BY id)`;
  const last = highest(connection, `SELECT max(id) FROM ${edge}`);
  for (let after = nextId(connection, edge, 0); after < last; ) {
    const [count, digits] = connection.get(text, [BigInt(after), BigInt(after + idsPerChunk)], 'number') as [number, Uint8Array | null];
    after += idsPerChunk;
    if (count === 0 || digits === null) {
      after = nextId(connection, edge, after);
      continue;
    }
    const fields = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)] as const;
    parseNumbers(digits, fields);
    yield { id: fields[0], type: fields[1], from: fields[2], to: fields[3] };
  }
}

export async function* readNodes(
  connection: SqliteConnection,
  { node, nodeLabel }: GraphTables,
  label?: number,
): AsyncGenerator<Uint32Array> {
  const from =
    label === undefined
      ? `SELECT id AS node FROM ${node} WHERE id > ?`
      : `SELECT node FROM ${nodeLabel} WHERE label = ${label} AND node > ?`;
  const text = `SELECT count(*), CAST(group_concat(node, ' ') AS BLOB), max(node) FROM (${from} ORDER BY node LIMIT ${idsPerChunk})`;
  for (let after = 0; ; ) {
    const [count, digits, last] = connection.get(text, [BigInt(after)], 'number') as [number, Uint8Array | null, number];
    if (count === 0 || digits === null) return;
    const ids = new Uint32Array(count);
    parseNumbers(digits, [ids]);
    yield ids;
    after = last;
  }
}

function highest(connection: SqliteConnection, text: string): number {
  return (connection.get(text, [], 'number')?.[0] as number | null) ?? 0;
}

/** One less than the first id after `after`; jumps over gaps. Past the end: infinity. */
function nextId(connection: SqliteConnection, table: string, after: number): number {
  const row = connection.get(`SELECT min(id) FROM ${table} WHERE id > ?`, [BigInt(after)], 'number');
  const id = row?.[0] as number | null;
  return id === null ? Number.POSITIVE_INFINITY : id - 1;
}

/** Numbers in decimal digits, parted by single spaces, dealt out to the fields in turn. */
function parseNumbers(digits: Uint8Array, fields: readonly Uint32Array[]): void {
  const width = fields.length;
  let value = 0;
  let field = 0;
  let row = 0;
  for (let i = 0; i <= digits.length; i++) {
    const byte = i < digits.length ? (digits[i] as number) : 32;
    if (byte !== 32) {
      value = value * 10 + byte - 48;
      continue;
    }
    (fields[field] as Uint32Array)[row] = value;
    value = 0;
    if (++field === width) {
      field = 0;
      row++;
    }
  }
}
