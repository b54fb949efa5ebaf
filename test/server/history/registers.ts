// Lists in each model that transactions append to and read: rows, a text in a row, documents' arrays, documents, edges, a property.

import type { Client } from '../../../clients/typescript/connect.ts';
import type { Register } from './history.ts';

/** Registers of each kind are numbered from 0 to one less than this. */
export const registersOfAKind = 3;

export const schema = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, v INTEGER NOT NULL);
  CREATE INDEX item_k ON item (k);
  CREATE TABLE cell (k INTEGER PRIMARY KEY, list TEXT NOT NULL);
  CREATE COLLECTION doc;
  CREATE INDEX ON doc (k);
  CREATE COLLECTION entry;
  CREATE INDEX ON entry (k);
  CREATE GRAPH other;
  CREATE INDEX ON :Key (k);
  UNWIND range(0, ${registersOfAKind - 1}) AS k CREATE (:Key {k: k, list: []});
  USE other UNWIND range(0, ${registersOfAKind - 1}) AS k CREATE (:Key {k: k});
  INSERT INTO cell SELECT r.k, '' FROM (MATCH (n:Key) RETURN n.k AS k) AS r;
  INSERT INTO doc SELECT r.k AS k, [] AS list FROM (MATCH (n:Key) RETURN n.k AS k) AS r;
`;

interface Kind {
  /** With the parameters `k` and `v`. */
  readonly append: string;
  /** An expression that gives the list in order, or a text with spaces; with the parameter `k`. */
  readonly read: string;
}

export const kinds: Readonly<Record<string, Kind>> = {
  rows: {
    append: 'INSERT INTO item (k, v) VALUES ($k, $v)',
    read: '(SELECT collect(i.v ORDER BY i.id) FROM item AS i WHERE i.k = $k)',
  },
  text: {
    append: "UPDATE cell SET list = list || $v || ' ' WHERE k = $k",
    read: '(SELECT c.list FROM cell AS c WHERE c.k = $k)',
  },
  array: {
    append: 'UPDATE doc SET list = array_append(list, $v) WHERE k = $k',
    read: '(SELECT d.list FROM doc AS d WHERE d.k = $k)',
  },
  documents: {
    append: 'INSERT INTO entry {k: $k, v: $v, n: (SELECT count(*) FROM entry)}',
    read: '(SELECT collect(e.v ORDER BY e.n) FROM entry AS e WHERE e.k = $k)',
  },
  edges: {
    append: 'MATCH (h:Key {k: $k}) CREATE (h)-[:ITEM]->(:Item {v: $v})',
    read: 'COLLECT { MATCH (:Key {k: $k})-[e:ITEM]->(i:Item) RETURN i.v ORDER BY id(e) }',
  },
  property: {
    append: 'MATCH (h:Key {k: $k}) SET h.list = h.list + $v',
    read: '(MATCH (h:Key {k: $k}) RETURN h.list)',
  },
  'other edges': {
    append: 'USE other MATCH (h:Key {k: $k}) CREATE (h)-[:ITEM {v: $v}]->(h)',
    read: 'COLLECT { USE other MATCH (:Key {k: $k})-[e:ITEM]->() RETURN e.v ORDER BY id(e) }',
  },
};

export async function append(db: Client, { kind, k }: Register, value: number, signal?: AbortSignal): Promise<void> {
  await db.query((kinds[kind] as Kind).append, { k, v: value }, signal === undefined ? {} : { signal }).all();
}

/** The registers' lists, of one number, as one statement sees them. */
export async function readTogether(db: Client, names: readonly string[], k: number): Promise<(readonly number[])[]> {
  const columns = names.map((kind, i) => `${(kinds[kind] as Kind).read} AS c${i}`);
  const [row] = await db.query(`SELECT ${columns.join(', ')}`, { k }).all();
  return names.map((_, i) => listOf(row?.[`c${i}`]));
}

function listOf(value: unknown): number[] {
  if (typeof value === 'string')
    return value
      .split(' ')
      .filter((part) => part !== '')
      .map(Number);
  if (Array.isArray(value)) return value.map(Number);
  throw new Error(`no list: ${JSON.stringify(value)}`);
}
