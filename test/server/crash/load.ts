// The load of a crash round: several connections that write tables, documents and two graphs until the server is gone, and remember
// what was acknowledged. Some in statements that commit by themselves and share commits, some in transactions over all three models, one
// in definitions, one with long texts so that checkpoints come often.

import { type Client, ClientError, connect } from '../../../clients/typescript/connect.ts';

/** What the server has acknowledged, over all rounds on one file. Each write has a number of its own. */
export class Acknowledged {
  readonly rows = new Set<number>();
  readonly documents = new Set<number>();
  readonly nodes = new Set<number>();
  /** Nodes of the named graph. */
  readonly stops = new Set<number>();
  readonly transactions = new Set<number>();
  /** Tables and collections with their indexes, made in one transaction, and those whose end was sent or acknowledged. */
  readonly made = new Set<number>();
  readonly ending = new Set<number>();
  readonly ended = new Set<number>();
  /** The newest text of each of a few rows. */
  readonly texts = new Map<number, number>();
  textsWritten = 0;
  /** Rolled back, so never to be seen. */
  readonly undone = new Set<number>();
  private next = 1;

  number(): number {
    return this.next++;
  }
}

const schema = `
  CREATE TABLE alone (k INTEGER PRIMARY KEY);
  CREATE COLLECTION alone_doc;
  CREATE TABLE whole (k INTEGER PRIMARY KEY, twice INTEGER AS (k * 2) STORED UNIQUE, word TEXT AS ('w' || k));
  CREATE INDEX ON whole (word);
  CREATE TABLE part (k INTEGER PRIMARY KEY, whole INTEGER NOT NULL REFERENCES whole (k));
  CREATE COLLECTION whole_doc;
  CREATE INDEX ON whole_doc (k);
  CREATE INDEX ON whole_doc (tags[*].t);
  CREATE TABLE filler (slot INTEGER PRIMARY KEY, k INTEGER NOT NULL, text TEXT);
  CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
  INSERT INTO counter VALUES (1, 0);
  CREATE COLLECTION counter_doc;
  INSERT INTO counter_doc {n: 0};
  CREATE TABLE token (w INTEGER PRIMARY KEY, k INTEGER NOT NULL);
  CREATE (:Hub {n: 0});
  CREATE INDEX ON :Whole (k);
  CREATE GRAPH side;
  USE side CREATE (:Start);
  USE side CREATE INDEX ON :Stop (k);
`;

export async function prepare(url: string): Promise<void> {
  const db = await connect(url);
  await db.query(schema).all();
  await db.close();
}

/** Writes over several connections until they break. Resolves when all are broken; fails when anything else goes wrong. */
export async function load(url: string, done: Acknowledged): Promise<void> {
  const writers = [alone, alone, alone, alone, inTransaction, inTransaction, inOneText, definitions, longTexts];
  const clients = await Promise.all(writers.map(() => connect(url)));
  await Promise.all(writers.map((write, w) => untilBroken(() => write(clients[w] as Client, done, w))));
}

async function untilBroken(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.code === 'protocol/connection-lost') return;
      // On a slow machine the writer may be taken for long. What was to be done is not done then, and not acknowledged.
      if (error.code !== 'storage/busy') throw error;
    }
  }
}

/** Each by itself; those of several connections share commits. */
async function alone(db: Client, done: Acknowledged): Promise<void> {
  const k = done.number();
  await db.query('INSERT INTO alone VALUES ($k)', { k }).all();
  done.rows.add(k);
  await db.query('INSERT INTO alone_doc {k: $k, list: [$k, {deep: $k}]}', { k }).all();
  done.documents.add(k);
  await db.query('MATCH (h:Hub) CREATE (h)-[:KEEPS {k: $k}]->(:Alone {k: $k})', { k }).all();
  done.nodes.add(k);
  await db.query('USE side MATCH (s:Start) CREATE (s)-[:SERVES {k: $k}]->(:Stop {k: $k})', { k }).all();
  done.stops.add(k);
}

/** All of it or nothing: the same number in every model, three counters, and a token that moves from an old node to a new one. */
const steps = [
  'INSERT INTO whole VALUES ($k)',
  'UPDATE counter_doc SET n = n + 1',
  'MATCH (h:Hub) CREATE (h)-[:HAS {k: $k}]->(:Whole {k: $k})',
  'INSERT INTO part VALUES ($k, $k)',
  'MATCH (h:Hub) SET h.n = h.n + 1',
  'USE side MATCH (s:Start) CREATE (s)-[:ENDS {k: $k}]->(:Terminus {k: $k})',
  'INSERT INTO whole_doc {k: $k, tags: [{t: $k}, {t: $k % 7}, {other: 1}]}',
  'MATCH (t:Token {w: $w}) DETACH DELETE t',
  'UPDATE counter SET n = n + 1 WHERE id = 1',
  'DELETE FROM token WHERE w = $w',
  'INSERT INTO token VALUES ($w, $k)',
  'MATCH (n:Whole {k: $k}) CREATE (:Token {w: $w, k: $k})-[:AT {k: $k}]->(n)',
];

async function inTransaction(db: Client, done: Acknowledged, w: number): Promise<void> {
  const k = done.number();
  const undo = k % 5 === 0;
  if (undo) done.undone.add(k);
  await db.query('BEGIN').all();
  for (const step of steps) await db.query(step, { k, w }).all();
  await db.query(undo ? 'ROLLBACK' : 'COMMIT').all();
  if (!undo) done.transactions.add(k);
}

async function inOneText(db: Client, done: Acknowledged, w: number): Promise<void> {
  const k = done.number();
  await db.query(['BEGIN', ...steps, 'COMMIT'].join('; '), { k, w }).all();
  done.transactions.add(k);
}

/** Definitions are part of transactions: a table, a collection, an index over elements and one over a label, all with data. */
async function definitions(db: Client, done: Acknowledged): Promise<void> {
  const k = done.number();
  const text = `
    BEGIN;
    CREATE TABLE made_${k} (k INTEGER PRIMARY KEY, v TEXT UNIQUE);
    INSERT INTO made_${k} VALUES (${k}, 'x');
    CREATE COLLECTION made_doc_${k};
    INSERT INTO made_doc_${k} {k: ${k}, list: [{a: ${k}}, {a: 0}]};
    CREATE INDEX ON made_doc_${k} (list[*].a);
    CREATE (:Made${k} {k: ${k}});
    CREATE INDEX ON :Made${k} (k);
    ALTER TABLE made_${k} ADD COLUMN next INTEGER AS (k + 1) STORED;
    CREATE INDEX ON made_${k} (lower(v)) WHERE k > 0;
    CREATE GRAPH made_graph_${k};
    USE made_graph_${k} CREATE (:Made {k: ${k}})-[:NEXT]->(:Made {k: -${k}});
    USE made_graph_${k} CREATE INDEX ON :Made (k);
    COMMIT`;
  await db.query(text).all();
  done.made.add(k);
  const old = [...done.made].find((made) => made !== k && !done.ending.has(made));
  if (old === undefined || done.made.size - done.ending.size < 4) return;
  done.ending.add(old);
  await db
    .query(
      `BEGIN; DROP TABLE made_${old}; MATCH (n:Made${old}) DELETE n; DROP GRAPH made_graph_${old}; DROP COLLECTION made_doc_${old}; COMMIT`,
    )
    .all();
  done.ended.add(old);
}

const longText = 'x'.repeat(60_000);
const slots = 20;

async function longTexts(db: Client, done: Acknowledged): Promise<void> {
  const k = done.number();
  await db.query('INSERT OR REPLACE INTO filler VALUES ($slot, $k, $text)', { slot: k % slots, k, text: `${k} ${longText}` }).all();
  done.texts.set(k % slots, k);
  done.textsWritten++;
}
