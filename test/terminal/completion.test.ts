// What Tab offers: only what can follow, and all of it that exists.

import { describe, expect, test } from 'vitest';
import { complete } from '../../clients/terminal/completion.ts';
import { loadNames, type KnownNames } from '../../clients/terminal/known-names.ts';
import { execute } from '../../clients/terminal/execute.ts';
import { KEYWORDS } from '../../parser/keywords.ts';
import { bench } from './captured.ts';

const names: KnownNames = {
  tables: new Map([
    ['customer', ['id', 'name', 'country']],
    ['order', ['id']],
  ]),
  collections: new Map([['orders', ['customer', 'items', 'items[]', 'items[].sku', 'items[].price', 'ship', 'ship.city', 'two words']]]),
  graphs: ['main', 'social'],
  labels: ['Person', 'Place'],
  edgeTypes: ['BORN_IN', 'KNOWS'],
  nodeProperties: ['name', 'born'],
  edgeProperties: ['since'],
  functions: ['count', 'lower', 'now'],
  procedures: ['algo.pagerank', 'algo.degree'],
  indexes: ['customer_idx'],
};

/** `|` is the cursor, at the end if there is none. */
async function offered(text: string): Promise<string[]> {
  const [before = '', after = ''] = text.split('|');
  const [candidates] = await complete(before, after, names);
  return candidates;
}

describe('Names', () => {
  test.each([
    ['tables and collections behind FROM, quoted where needed', 'SELECT * FROM o', ['`order`', 'orders']],
    ['tables behind INSERT INTO', 'INSERT INTO c', ['customer']],
    ['columns of the table behind its alias', 'SELECT c.| FROM customer AS c', ['id', 'name', 'country']],
    ['columns of a table behind the cursor', 'SELECT na| FROM customer', ['name']],
    ['columns of the target', 'INSERT INTO customer (c', ['country']],
    ['top fields of a document', 'SELECT o.| FROM orders AS o', ['customer', 'items', 'ship', '`two words`']],
    ['fields inside a document', 'SELECT o.ship.| FROM orders o', ['city']],
    ['fields of an array element', 'SELECT o.items[0].| FROM orders o', ['sku', 'price']],
    ['fields of an unnested array', 'SELECT i.| FROM orders AS o, o.items AS i', ['sku', 'price']],
    ['graphs behind USE', 'USE s', ['social']],
    ['graphs in GRAPH_TABLE', 'SELECT * FROM GRAPH_TABLE (', ['main', 'social']],
    ['graphs behind FROM GRAPH', 'SELECT * FROM GRAPH m', ['main']],
    ['graphs behind DROP GRAPH', 'DROP GRAPH s', ['social']],
    ['graphs for the session', 'SESSION SET GRAPH s', ['social']],
    ['labels of nodes', 'MATCH (p:P', ['Person', 'Place']],
    ['types of edges', 'MATCH (p)-[:', ['BORN_IN', 'KNOWS']],
    ['properties of a node variable', 'MATCH (p:Person) WHERE p.', ['name', 'born']],
    ['properties of an edge variable', 'MATCH (p)-[k:KNOWS]->() RETURN k.', ['since']],
    ['keys of a node pattern', 'MATCH (p:Person {n', ['name']],
    ['procedures', 'CALL algo.', ['algo.pagerank', 'algo.degree']],
    ['names that hold the word, when none begins with it', 'SELECT * FROM stom', ['customer']],
    ['nothing behind an unknown name', 'SELECT x.', []],
    ['nothing where the text gives a new name', 'CREATE TABLE c', []],
    ['nothing in a string', "SELECT 'cus", []],
    ['names after an earlier statement', 'SELECT 1; SELECT * FROM cu', ['customer']],
  ])('%s', async (_, text, expected) => {
    const candidates = await offered(text);
    // Keywords that begin alike may follow too.
    expect(candidates.filter((name) => !KEYWORDS.some((keyword) => keyword === name.toUpperCase()) && !name.endsWith('('))).toEqual(
      expected,
    );
  });
});

describe('Keywords', () => {
  test('come in the case that was typed', async () => {
    expect(await offered('sel')).toEqual(['select']);
    expect(await offered('SEL')).toEqual(['SELECT']);
  });
  test('are those that the grammar takes at this place', async () => {
    expect(await offered('SHOW T')).toEqual(['TABLES', 'TOKENS']);
    expect(await offered('SELECT * FROM customer W')).toContain('WHERE');
    expect(await offered('SELECT * FROM customer WHERE id = 1 W')).not.toContain('WHERE');
    expect(await offered('SELECT id FROM customer G')).toContain('GROUP BY');
    expect(await offered('MATCH (p) WHERE p.name ST')).toContain('STARTS');
    expect(await offered('SELECT co')).toContain('count(');
  });
});

describe('Commands', () => {
  test('and their words', async () => {
    expect(await offered('.mo')).toEqual(['.mode']);
    expect(await offered('.mode j')).toEqual(['json', 'jsonl']);
    expect(await offered('.schema c')).toEqual(['customer']);
  });
});

test('The names are those of the database.', async () => {
  const at = await bench();
  try {
    await execute(
      at.client,
      'CREATE TABLE t (a INTEGER, b TEXT); CREATE COLLECTION c; INSERT INTO c {x: [{y: 1}]}; CREATE (:N {p: 1})-[:E {q: 1}]->(:N)',
    );
    const known = await loadNames(at.client);
    expect(known.tables).toEqual(new Map([['t', ['a', 'b']]]));
    expect(known.collections).toEqual(new Map([['c', ['x', 'x[]', 'x[].y']]]));
    expect([known.labels, known.edgeTypes, known.nodeProperties, known.edgeProperties]).toEqual([['N'], ['E'], ['p'], ['q']]);
    expect(known.functions).toContain('lower');
    expect(known.procedures).toContain('algo.pagerank');
  } finally {
    await at.end();
  }
});
