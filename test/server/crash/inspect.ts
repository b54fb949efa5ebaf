// What must hold of a file after its server was killed: what `trefoil check` looks at, then what was acknowledged. The stored edges are
// read without Trefoil, the rest through it. Gives a list of what is wrong, in words.

import Database from 'better-sqlite3';
import { checkFile, type Client, open } from '../../../server/open.ts';
import type { Acknowledged } from './load.ts';

export async function inspect(file: string, done: Acknowledged): Promise<string[]> {
  const wrong: string[] = [];
  for await (const { name, problems } of checkFile(file)) wrong.push(...problems.map((problem) => `${name}: ${problem}`));
  const stored = new Map(
    [
      ['trefoil_edge', ''],
      ['trefoil_edge_1', 'USE side '],
    ].map(([table = '', use]) => [use, storedEdges(file, table)]),
  );
  const db = await open(file);
  try {
    await inspectWrites(db, done, wrong);
    await inspectDefinitions(db, done, wrong);
    await inspectTransactions(db, done, wrong);
    for (const [use = '', there] of stored) {
      const seen = (await edges(db, use)).map((edge) => edge.join(' '));
      compareSets(`${use}edges of the topology and stored edges`, new Set(seen), new Set(there), wrong);
    }
  } finally {
    await db.close();
  }
  return wrong;
}

/** Reads the stored edges with SQLite alone, as `from id to`. */
function storedEdges(file: string, table: string): string[] {
  const raw = new Database(file, { readonly: true });
  try {
    const rows = raw.prepare(`SELECT from_node, id, to_node FROM ${table}`).raw().all() as number[][];
    return rows.map((row) => row.join(' '));
  } finally {
    raw.close();
  }
}

async function inspectWrites(db: Client, done: Acknowledged, wrong: string[]): Promise<void> {
  contain('rows', await keys(db, 'SELECT k FROM alone'), done.rows, wrong);
  contain('documents', await keys(db, 'SELECT o.k AS k FROM alone_doc AS o WHERE o.list[1].deep = o.k'), done.documents, wrong);
  contain('nodes', await keys(db, 'MATCH (:Hub)-[e:KEEPS]->(n:Alone) WHERE e.k = n.k RETURN n.k AS k'), done.nodes, wrong);
  contain('stops', await keys(db, 'USE side MATCH (:Start)-[e:SERVES]->(n:Stop) WHERE e.k = n.k RETURN n.k AS k'), done.stops, wrong);
}

async function inspectTransactions(db: Client, done: Acknowledged, wrong: string[]): Promise<void> {
  const rows = await keys(db, 'SELECT k FROM whole');
  contain('transactions', rows, done.transactions, wrong);
  for (const k of done.undone) if (rows.has(k)) wrong.push(`transaction ${k} was rolled back and is there`);
  const others = {
    'rows of the second table': 'SELECT whole AS k FROM part',
    documents: 'SELECT o.k AS k FROM whole_doc AS o',
    nodes: 'MATCH (n:Whole) RETURN n.k AS k',
    edges: 'MATCH (:Hub)-[e:HAS]->(n) RETURN e.k AS k',
    'nodes of the named graph': 'USE side MATCH (:Start)-[:ENDS]->(n:Terminus) RETURN n.k AS k',
    'computed values': "SELECT k FROM whole WHERE twice = 2 * k AND word = 'w' || k",
  };
  for (const [what, text] of Object.entries(others)) compareSets(`transactions: rows and ${what}`, rows, await keys(db, text), wrong);
  // Through the indexes, one by one.
  for (const k of [...rows].slice(-20)) {
    const [found] = await db.query('MATCH (n:Whole {k: $k}) RETURN count(*) AS c', { k }).all();
    const [document] = await db.query('SELECT count(*) AS c FROM whole_doc AS o WHERE o.k = $k', { k }).all();
    const [element] = await db.query('SELECT count(*) AS c FROM whole_doc AS o, o.tags AS t WHERE t.t = $k AND o.k = $k', { k }).all();
    const [computed] = await db.query("SELECT k FROM whole WHERE twice = $k * 2 AND word = 'w' || $k", { k }).all();
    const counts = [found?.c, document?.c, computed?.k === k ? 1 : 0];
    if (counts.some((count) => count !== 1) || Number(element?.c) < 1) wrong.push(`${k} is not found through its index`);
  }
  const [counters] = await db
    .query('SELECT c.n AS a, d.n AS b, g.n AS c FROM counter AS c, counter_doc AS d, (MATCH (h:Hub) RETURN h.n AS n) AS g')
    .all();
  if (counters?.a !== rows.size || counters?.b !== rows.size || counters?.c !== rows.size) {
    wrong.push(`the counters are ${JSON.stringify(counters)} after ${rows.size} transactions`);
  }
  const tokens = await pairs(db, 'SELECT w, k FROM token');
  compareSets(
    'tokens as rows and as nodes',
    tokens,
    await pairs(db, 'MATCH (t:Token)-[e:AT]->(n:Whole {k: t.k}) RETURN t.w AS w, t.k AS k'),
    wrong,
  );
  compareSets('tokens as rows and all token nodes', tokens, await pairs(db, 'MATCH (t:Token) RETURN t.w AS w, t.k AS k'), wrong);
}

/** What was made is there as a whole, what was ended is gone as a whole, and what is neither sure to be there nor gone is one of the two. */
async function inspectDefinitions(db: Client, done: Acknowledged, wrong: string[]): Promise<void> {
  const names = async (show: string, column: string): Promise<Set<string>> =>
    new Set((await db.query(show).all()).map((row) => String(row[column])));
  const tables = await names('SHOW TABLES', 'table');
  const collections = await names('SHOW COLLECTIONS', 'collection');
  const known = [...tables].flatMap((name) => /^made_(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  for (const k of done.made) if (!done.ending.has(k) && !known.includes(k)) wrong.push(`the table made_${k} is lost`);
  for (const k of done.ended) if (known.includes(k)) wrong.push(`the table made_${k} was dropped and is there`);
  compareSets(
    'tables and collections made together',
    new Set(known.map((k) => `made_doc_${k}`)),
    new Set([...collections].filter((name) => name.startsWith('made_doc_'))),
    wrong,
  );
  const graphs = [...(await names('SHOW GRAPHS', 'graph'))].filter((name) => name.startsWith('made_graph_'));
  compareSets('tables and graphs made together', new Set(known.map((k) => `made_graph_${k}`)), new Set(graphs), wrong);
  for (const k of known) {
    const [inGraph] = await db.query(`USE made_graph_${k} MATCH (:Made {k: ${k}})-[:NEXT]->(b) RETURN b.k AS k`).all();
    if (inGraph?.k !== -k) wrong.push(`the graph made_graph_${k} is not whole`);
    const [found] = await db
      .query(
        `SELECT (SELECT count(*) FROM made_${k} WHERE next = ${k + 1} AND lower(v) = 'x') AS a, (SELECT count(*) FROM made_doc_${k} AS o, o.list AS i WHERE i.a = ${k}) AS b, (MATCH (n:Made${k} {k: ${k}}) RETURN count(*)) AS c`,
      )
      .all();
    if (found?.a !== 1 || found.b !== 1 || found.c !== 1) wrong.push(`what was made with made_${k} is ${JSON.stringify(found)}`);
  }
  const texts = new Map((await db.query('SELECT slot, k, text FROM filler').all()).map((row) => [Number(row['slot']), row]));
  for (const [slot, k] of done.texts) {
    const row = texts.get(slot);
    if (Number(row?.['k'] ?? 0) < k) wrong.push(`the text ${k} is lost`);
  }
  for (const row of texts.values())
    if (!String(row['text']).startsWith(`${String(row['k'])} x`)) wrong.push(`the text of ${String(row['k'])} is another's`);
}

async function keys(db: Client, text: string): Promise<Set<number>> {
  const found = (await db.query(text).all()).map((row) => Number(row['k']));
  const set = new Set(found);
  if (set.size !== found.length) throw new Error(`twice the same: ${text}`);
  return set;
}

async function pairs(db: Client, text: string): Promise<Set<string>> {
  return new Set((await db.query(text).all()).map((row) => `${String(row['w'])}: ${String(row['k'])}`));
}

async function edges(db: Client, use: string): Promise<number[][]> {
  const found = await db.query(`${use}MATCH (a)-[e]->(b) RETURN id(a) AS a, id(e) AS e, id(b) AS b`).all();
  return found.map((row) => [Number(row['a']), Number(row['e']), Number(row['b'])]);
}

function contain(what: string, found: ReadonlySet<number>, wanted: ReadonlySet<number>, wrong: string[]): void {
  const lost = [...wanted].filter((k) => !found.has(k));
  if (lost.length > 0) wrong.push(`${lost.length} acknowledged ${what} are lost: ${lost.slice(0, 5).join(', ')}`);
}

function compareSets<T>(what: string, left: ReadonlySet<T>, right: ReadonlySet<T>, wrong: string[]): void {
  const differ = [...[...left].filter((x) => !right.has(x)), ...[...right].filter((x) => !left.has(x))];
  if (differ.length > 0) wrong.push(`${what} differ in ${differ.length}: ${differ.slice(0, 5).join('; ')}`);
}
