// The data that the trials run on, made by formula so that every run has the same.

import type { Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';

export async function runAll(session: Session, text: string, parameters: ReadonlyMap<string, Value> = new Map()): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const result of session.run(text, { parameters }))
    for await (const batch of result.batches) for (const row of batch) rows.push(row);
  return rows;
}

const batch = 5_000;

/** customer: n rows of id, name, country. */
export async function makeCustomers(session: Session, n: number): Promise<void> {
  await runAll(
    session,
    'CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, age INTEGER NOT NULL, score FLOAT NOT NULL)',
  );
  await runAll(
    session,
    `INSERT INTO customer WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n})
     SELECT i, 'customer ' || i, CASE i % 5 WHEN 0 THEN 'GB' WHEN 1 THEN 'US' WHEN 2 THEN 'FR' WHEN 3 THEN 'JP' ELSE 'BR' END, 18 + i % 70, (i % 1000) / 10.0 FROM n`,
  );
}

/** orders: n documents with a customer, a nested address and three items. */
export async function makeOrders(session: Session, n: number, customers: number): Promise<void> {
  await runAll(session, 'CREATE COLLECTION orders');
  for (let from = 0; from < n; from += batch) {
    const documents = Array.from({ length: Math.min(batch, n - from) }, (_, k) => order(from + k, customers));
    await runAll(session, 'INSERT INTO orders $documents', new Map<string, Value>([['documents', documents]]));
  }
}

function order(i: number, customers: number): Value {
  const item = (k: number): Value =>
    new Map<string, Value>([
      ['sku', `sku-${(i * 7 + k * 13) % 500}`],
      ['qty', BigInt(1 + ((i + k) % 5))],
      ['price', 0.5 + ((i * 3 + k) % 200)],
    ]);
  return new Map<string, Value>([
    ['id', BigInt(i)],
    ['customer', BigInt(1 + (i % customers))],
    [
      'address',
      new Map<string, Value>([
        ['city', `city ${i % 1000}`],
        ['zip', BigInt(10_000 + (i % 90_000))],
      ]),
    ],
    ['items', [item(0), item(1), item(2)]],
  ]);
}

/** A graph of n Person nodes with `degree` KNOWS edges each, to places that depend on the node by a fixed rule. */
export function edgeList(n: number, degree: number): [number, number][] {
  const edges: [number, number][] = [];
  let state = 12_345;
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < degree; d++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      edges.push([i, (state >>> 8) % n]);
    }
  }
  return edges;
}

export async function makeGraph(session: Session, n: number, edges: readonly (readonly [number, number])[]): Promise<void> {
  await runAll(session, 'CREATE INDEX ON :Person (id)');
  for (let from = 0; from < n; from += batch) {
    const ids = Array.from({ length: Math.min(batch, n - from) }, (_, k) => BigInt(from + k));
    await runAll(session, 'UNWIND $ids AS i CREATE (:Person {id: i})', new Map<string, Value>([['ids', ids]]));
  }
  for (let from = 0; from < edges.length; from += batch) {
    const pairs = edges.slice(from, from + batch).map(([a, b]): Value => [BigInt(a), BigInt(b)]);
    await runAll(
      session,
      'UNWIND $pairs AS p MATCH (a:Person {id: p[0]}), (b:Person {id: p[1]}) CREATE (a)-[:KNOWS]->(b)',
      new Map<string, Value>([['pairs', pairs]]),
    );
  }
}
