// Queries made at random, over a graph, tables with keys and documents made at random: each translation of EXPLAIN MODELS gives the
// same rows, in the scratch database and as the script that it prints, run in the database itself.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { order } from '../../engines/compare.ts';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import type { Session } from '../../engines/session.ts';
import type { Row, Value } from '../../engines/value.ts';

let database: EngineDatabase;
let session: Session;
let translated = 0;

beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  await run(data());
});

afterAll(async () => {
  await session.close();
  await database.close();
});

/** A small deterministic mixture: loops, parallel edges, nodes with two labels, absent properties, empty and scalar arrays, null keys. */
function data(): string {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % below;
  };
  const nodes = Array.from(
    { length: 9 },
    (_, i) => `(n${i}:${['A', 'B', 'A:B'][next(3)]} {k: ${i}${next(4) > 0 ? `, x: ${next(3)}` : ''}})`,
  );
  const edges = Array.from({ length: 11 }, () => `(n${next(9)})-[:${['R', 'S'][next(2)]} {w: ${next(3)}}]->(n${next(9)})`);
  const rows = (count: number, row: (i: number) => string): string => Array.from({ length: count }, (_, i) => row(i + 1)).join(', ');
  const item = (): string => `{s: '${'abc'[next(3)]}', q: ${next(4)}, t: [${rows(next(3), () => String(next(3)))}]}`;
  const lists = ['[]', 'null', "'b'"];
  return `CREATE ${[...nodes, ...edges].join(', ')};
CREATE TABLE thing (sku TEXT PRIMARY KEY, price FLOAT);
CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE man (id INTEGER PRIMARY KEY, city INTEGER REFERENCES city (id), boss INTEGER REFERENCES man (id), age INTEGER);
CREATE TABLE likes (who INTEGER NOT NULL REFERENCES man (id), what TEXT NOT NULL REFERENCES thing (sku), much INTEGER);
INSERT INTO city VALUES (1, 'Rome'), (2, 'Oslo'), (3, 'Rome');
INSERT INTO man VALUES ${rows(9, (i) => `(${i}, ${next(4) || 'NULL'}, ${i > 2 ? next(i - 1) + 1 : 'NULL'}, ${20 + next(4)})`)};
INSERT INTO thing VALUES ('a', 1.5), ('b', 2.0), ('c', 1.5);
INSERT INTO likes VALUES ${rows(14, () => `(${next(9) + 1}, '${'abc'[next(3)]}', ${next(3)})`)};
CREATE COLLECTION box;
INSERT INTO box ${rows(8, (i) => `{no: ${i}, of: ${next(3)}, in: {r: ${next(2)}}, items: ${i % 4 === 0 ? lists[next(3)] : `[${rows(next(3) + 1, item)}]`}, tags: ['x', 'y']}`)};`;
}

async function run(text: string): Promise<{ rows: Row[]; columns: string[] }> {
  const rows: Row[] = [];
  let columns: string[] = [];
  for await (const result of session.run(text)) {
    rows.length = 0;
    columns = result.columns.map((c) => c.name);
    for await (const batch of result.batches) rows.push(...batch);
  }
  return { rows, columns };
}

const sorted = (rows: readonly Row[]): Value[] =>
  rows.map((row) => row.map((v) => v ?? null)).sort((a, b) => order([...a], [...b])) as Value[];

async function agree(query: string): Promise<void> {
  const { rows, columns } = await run(`EXPLAIN MODELS ${query}`);
  const at = (name: string): number => columns.indexOf(name);
  const own = sorted((await run(query)).rows);
  for (const row of rows.slice(1)) {
    const answer = row[at('answer')];
    if (row[at('verdict')] === 'not translated') continue;
    translated++;
    expect([query, row[at('query')], answer]).toEqual([query, row[at('query')], 'same']);
    try {
      const script = `BEGIN; ${String(row[at('data')])}; ${String(row[at('query')])}`;
      expect([query, script, sorted((await run(script)).rows)]).toEqual([query, script, own]);
    } finally {
      await run('ROLLBACK');
    }
  }
}

const one = fc.constantFrom;
const many = <T>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> => fc.array(item, { maxLength });

const label = one('', '', ':A', ':B', ':A:B');
const edge = fc
  .tuple(one('>', '<', '-'), one(':R', ':S', ':R|S', ''), one('', '', '', '*0..2', '*1..2', '*2', '*0..', '*..3'))
  .map(([direction, type, length]) => `${direction === '<' ? '<' : ''}-[${type}${length}]-${direction === '>' ? '>' : ''}`);
const pattern = fc
  .tuple(fc.integer({ min: 0, max: 2 }), many(fc.tuple(edge, label), 2), label)
  .map(([start, steps, first]) => `(v${start}${first})${steps.map(([e, l], i) => `${e}(v${(start + i + 1) % 3}${l})`).join('')}`);
const matches = fc
  .tuple(
    pattern,
    many(one('v0.x = 1', 'v0.x < v1.x', 'v1 <> v2', 'v2.x > 0', 'v1.k < 6'), 2),
    one('', 'DISTINCT '),
    one('v0.k', 'v0.x, v1.k', 'v2.x', 'count(*)', 'v0.x, count(*)'),
  )
  .filter(([p, where, , items]) => [...`${where.join()} ${items}`.matchAll(/v\d/g)].every(([v]) => p.includes(v)))
  .map(([p, where, distinct, items]) => `MATCH ${p}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} RETURN ${distinct}${items}`);

const joins = fc
  .tuple(
    one(
      'man AS m JOIN city AS c ON c.id = m.city',
      'man AS m, city AS c',
      'man AS m JOIN man AS b ON m.boss = b.id',
      'man AS m JOIN man AS b ON m.boss = b.id JOIN man AS d ON b.boss = d.id JOIN city AS c ON d.city = c.id',
      'likes AS l JOIN man AS m ON m.id = l.who',
      'man AS m JOIN likes AS l ON l.who = m.id JOIN thing AS t ON t.sku = l.what JOIN city AS c ON c.id = m.city',
      'likes AS l JOIN likes AS k ON l.what = k.what JOIN man AS m ON m.id = l.who',
      'man AS m JOIN man AS b ON m.city = b.city',
      'likes AS l',
    ),
    many(
      one("c.name = 'Rome'", 'm.age > 21', 'b.age < m.age', 'l.much > 0', "l.what = 'a'", 't.price > 1.7', 'm.city = 1', 'k.who <> l.who'),
      2,
    ),
    one('m.id', 'c.name, count(*) AS n', 'l.who, l.what', 'm.age, sum(l.much) AS s', 'b.id, m.id', '*'),
    one('', 'm.id = 3'),
  )
  .filter(([from, where, items, more]) =>
    [...`${where.join()} ${items} ${more}`.matchAll(/\b([a-z])\./g)].every(([, a]) => from.includes(`AS ${a}`)),
  )
  .map(([from, where, items, more]) => {
    const all = [...where, ...(more ? [more] : [])];
    const keys = items.includes('(') && items.includes(', ') ? ` GROUP BY ${items.split(', ')[0]}` : '';
    return `SELECT ${items} FROM ${from}${all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''}${keys}`;
  });

const documents = fc
  .tuple(
    one(
      'box AS o',
      'box AS o, o.items AS i',
      'box AS o, o.items AS i, i.t AS t',
      'box AS o, o.tags AS g, o.items AS i',
      'box AS o, o.items AS i, o.items AS j',
      'box AS o JOIN box AS p ON p.of = o.no, p.items AS i',
    ),
    many(one('o.no > 2', 'i.q > 0', "i.s = 'a'", 't = 1', 'o.of = 1', 'i.s = j.s', 'o.in.r = 1'), 2),
    one('o.no', 'i.s, count(*) AS n', 't', 'i.s, i.q', 'o.in.r, i.q', 'p.no, i.s', 'j.q, g', 'sum(i.q) AS s'),
  )
  .filter(([from, where, items]) =>
    [...`${where.join()} ${items}`.matchAll(/\b([a-z])\b(?=\.(?!r)|$|[ ,])/g)].every(
      ([, a]) => a === 'n' || a === 's' || from.includes(`AS ${a}`),
    ),
  )
  .map(([from, where, items]) => {
    const keys = items.includes('count(') ? ` GROUP BY ${items.split(', ')[0]}` : '';
    return `SELECT ${items} FROM ${from}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}${keys}`;
  });

describe('Translations of EXPLAIN MODELS give the same rows', () => {
  test.each([
    ['patterns', matches, 15],
    ['joins', joins, 12],
    ['documents', documents, 12],
  ] as const)(
    '%s',
    async (_, queries, usual) => {
      const numRuns = Number(process.env['TREFOIL_RUNS'] ?? usual);
      translated = 0;
      await fc.assert(fc.asyncProperty(queries, agree), { numRuns, seed: Number(process.env['TREFOIL_SEED'] ?? 11) });
      // Most of them have one, else the test says little.
      expect(translated).toBeGreaterThan(numRuns);
    },
    600_000,
  );
});
