// Whole queries, run twice: with subtrees given to SQLite, and with SQLite only scanning. Both must give the same rows. Most of them must
// be one statement, so that refusing does not pass for agreeing.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../engines/open.ts';
import type { Database, RunModes } from '../../engines/session.ts';
import { TemporalValue, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';

const setup = `
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT, score FLOAT, vip BOOLEAN DEFAULT false, born DATE, made DATETIME, meta JSON,
  CHECK (score >= 0 OR vip));
INSERT INTO customer VALUES
  (1, 'Ada', 'GB', 1.5, true, date('2000-01-01'), datetime('2024-01-01T00:00:00Z'), {a: 1}),
  (2, 'Grace', 'US', 2, false, null, datetime('2024-01-01T00:00:00.5Z'), null),
  (3, 'Älan', null, null, null, date('1999-05-05'), null, [1, 2]);
CREATE COLLECTION orders;
INSERT INTO orders
  {customer: 1, total: 10, items: [{sku: 'pen', qty: 3, price: 1.5}, {sku: 'ink', qty: 1, price: 4.0}], note: null, tags: ['a', 'b'], when: date('2024-05-05')},
  {customer: 2.0, total: '10', items: [], flag: true, a: {b: {c: 1}}},
  {customer: '1', total: true, items: null, a: {b: null}},
  {total: 7.25, items: 5, a: null},
  {customer: 1, items: {sku: 'x', qty: 9, price: 2}, total: [1, 2]};
CREATE INDEX ON orders (customer);`;

/** Given to SQLite whole. */
const whole = [
  'SELECT * FROM customer',
  'SELECT * FROM orders',
  'SELECT o FROM orders AS o',
  'SELECT o.total FROM orders o WHERE o.total = 10',
  'SELECT o.total FROM orders o WHERE o.total > 5',
  'SELECT o.total FROM orders o WHERE o.total < 11',
  'SELECT o.total FROM orders o WHERE NOT (o.total = 10)',
  "SELECT o.total FROM orders o WHERE o.total < '2'",
  'SELECT o.total FROM orders o WHERE o.total = true',
  'SELECT o.total, o.total IS NULL, o.note IS MISSING, o.note IS NULL, o.flag IS TRUE FROM orders o',
  "SELECT o.total = 10 AS x, o.total < 11 AS y, o.total IN (10, '10', null) AS z FROM orders o",
  'SELECT c.name, o.total FROM customer c JOIN orders o ON o.customer = c.id',
  'SELECT c.name, o.total FROM customer c LEFT JOIN orders o ON o.customer = c.id AND o.total = 10',
  'SELECT c.name, o.total, o.total IS MISSING FROM customer c LEFT JOIN orders o ON o.customer = c.id AND o.total = 999',
  'SELECT o.customer, i FROM orders o, o.items i',
  'SELECT i.sku, sum(i.qty * i.price) AS revenue FROM orders AS o, o.items AS i WHERE o.items IS NOT NULL AND o.customer = 1 GROUP BY i.sku ORDER BY revenue DESC',
  'SELECT i.sku FROM orders AS o, o.items AS i',
  'SELECT o.a.b FROM orders o',
  'SELECT o.a.b IS MISSING FROM orders o',
  'SELECT o.a.b.c FROM orders o',
  'SELECT o.tags[0], o.tags[-1], o.tags[5] FROM orders o',
  'SELECT count(*), count(o.customer), count(DISTINCT o.customer), count(DISTINCT o.total) FROM orders o',
  'SELECT DISTINCT o.customer FROM orders o',
  'SELECT o.customer, count(*) FROM orders o GROUP BY o.customer',
  'SELECT o.total FROM orders o ORDER BY o.total',
  'SELECT o.total FROM orders o ORDER BY o.total DESC',
  'SELECT o.total FROM orders o ORDER BY o.total NULLS FIRST LIMIT 2',
  'SELECT c.country, count(*) AS n, avg(c.score), min(c.born), max(c.made), sum(c.id) FROM customer c GROUP BY c.country ORDER BY n DESC, c.country',
  'SELECT c.name FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id)',
  'SELECT c.name FROM customer c WHERE c.id IN (SELECT o.customer FROM orders o)',
  'SELECT c.name, (SELECT count(*) FROM orders o WHERE o.customer = c.id) AS n FROM customer c ORDER BY n DESC',
  'SELECT c.name, (SELECT o.total FROM orders o WHERE o.customer = c.id) AS n FROM customer c',
  'SELECT c.name, (SELECT o.total FROM orders o WHERE o.customer = c.id LIMIT 1) AS n FROM customer c',
  'SELECT o.total, (SELECT c.name FROM customer c WHERE c.id = o.customer) AS n FROM orders o',
  'SELECT c.name FROM customer c UNION SELECT o.total FROM orders o',
  'SELECT c.id FROM customer c EXCEPT SELECT 2',
  'WITH RECURSIVE r(n) AS (SELECT c.id FROM customer c WHERE c.id = 1 UNION ALL SELECT r.n + 1 FROM r WHERE r.n < 5) SELECT * FROM r',
  'SELECT c.id / 0 FROM customer c',
  'SELECT c.id FROM customer c WHERE c.id <> 2 AND 10 / (c.id - 2) > 0',
  'SELECT c.score * 2, c.score / c.id, c.id / 2, c.id % 2, -c.id, c.score + c.id FROM customer c',
  "SELECT c.name LIKE 'a%', c.name STARTS WITH 'A', c.name ENDS WITH 'a', c.name CONTAINS 'ra', upper(c.name), length(c.name), c.name || c.id || c.score FROM customer c",
  'SELECT o.items FROM orders o ORDER BY o.customer LIMIT 2 OFFSET 1',
  "SELECT CASE WHEN o.total = 10 THEN 'ten' WHEN o.total > 5 THEN 5 END FROM orders o",
  "SELECT coalesce(o.note, o.flag, 'none') FROM orders o",
  "SELECT o.when FROM orders o WHERE o.when = date('2024-05-05')",
  "SELECT o.when FROM orders o WHERE o.when > date('2024-01-05')",
  'SELECT a.name, b.name FROM customer a JOIN customer b ON a.id < b.id ORDER BY a.id, b.id',
  'SELECT a.name, b.name FROM customer a FULL JOIN customer b ON a.id = b.id + 1',
  'SELECT a.name, b.name FROM customer a RIGHT JOIN customer b ON a.id = b.id + 1',
  'SELECT c.name, x.n FROM customer c, (SELECT o.customer AS k, count(*) AS n FROM orders o GROUP BY o.customer) x WHERE x.k = c.id',
  'SELECT x.k FROM (SELECT c.id AS k FROM customer c ORDER BY c.id DESC LIMIT 2) x WHERE x.k > 1',
  'FROM orders AS o WHERE o.customer = 1 RETURN o.total AS t, count(*) AS n',
  'SELECT o.total FROM orders o WHERE o.customer IN (1, 2)',
  'SELECT c.meta, c.meta.a FROM customer c WHERE c.id = 1',
  'SELECT c.vip, c.born, c.made FROM customer c ORDER BY c.made',
  'SELECT DISTINCT c.country, c.vip FROM customer c',
  'SELECT c.name FROM customer c WHERE c.vip',
  'SELECT c.name FROM customer c WHERE c.score',
  'SELECT o.flag FROM orders o WHERE o.flag',
  'SELECT sum(o.total) FROM orders o',
  'SELECT a.total FROM orders a WHERE a.total = a.customer OR a.a = a.a',
  'SELECT o.total, o.customer FROM orders o WHERE o.total IN (SELECT c.id * 10 FROM customer c)',
  'SELECT typeof(o.total) FROM orders o',
  'SELECT o.id FROM orders o',
  'SELECT count(*) FROM (SELECT c.id FROM customer c LIMIT 2) x',
  'SELECT 1 FROM (SELECT count(*) AS n FROM customer) x',
  "SELECT x.a FROM (VALUES (1, 'a'), (2, null)) AS x(a, b), customer c WHERE c.id = x.a",
  'SELECT nullif(c.id, 2), iif(c.id > 1, c.name, c.country) FROM customer c',
  'SELECT c.name FROM customer c WHERE (SELECT max(o.total) FROM orders o WHERE o.customer = c.id AND o.total > 0) > 1',
  'SELECT DISTINCT o.total FROM orders o ORDER BY o.total',
  'SELECT o.customer AS c, count(*) AS n FROM orders o GROUP BY o.customer HAVING count(*) > 1 ORDER BY c',
  'SELECT DISTINCT c.country FROM customer c ORDER BY c.country LIMIT 1',
  'SELECT count(DISTINCT c.country) + 1 FROM customer c',
  'SELECT x.c + 1 FROM (SELECT count(*) AS c FROM customer) x',
  'SELECT o.customer, i.sku, i.qty FROM orders o LEFT JOIN o.items AS i ON true',
  'SELECT o.customer, i.sku, n FROM orders o, o.items AS i AT n',
  'SELECT o.customer, t FROM orders o, UNNEST(o.tags) AS t',
  'SELECT c.name, m FROM customer c, UNNEST(c.meta) AS m',
  'SELECT c.name, (SELECT count(*) FROM orders o, o.items i WHERE o.customer = c.id AND i.qty > 1) AS lines FROM customer c ORDER BY 2 DESC',
  'SELECT c.name FROM customer c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id)',
  'SELECT c.name FROM customer c WHERE c.id NOT IN (SELECT o.customer FROM orders o)',
  'SELECT c.name FROM customer c WHERE c.id NOT IN (SELECT o.customer FROM orders o WHERE o.customer IS NOT NULL)',
  "SELECT c.name FROM customer c WHERE c.name IN ('Ada', 'Bob') OR c.country IS NULL",
  'SELECT c.id, o.customer FROM orders o LEFT JOIN customer c ON c.id = o.customer WHERE c.id IS NULL',
  'SELECT a.name FROM customer a, customer b WHERE a.country = b.country AND a.id <> b.id',
  'SELECT c.name FROM customer c ORDER BY c.country, c.name DESC',
  'SELECT c.name FROM customer c ORDER BY c.country NULLS FIRST LIMIT 2',
  'SELECT o.a.b.c AS x FROM orders o WHERE o.a.b.c = 1',
  'SELECT c.name, x.t, x.t IS MISSING FROM customer c LEFT JOIN (SELECT o.customer AS k, o.nothing AS t FROM orders o) x ON x.k = c.id',
  'WITH big AS (SELECT c.id, c.name FROM customer c WHERE c.id > 1) SELECT * FROM big UNION ALL SELECT * FROM big',
  'WITH RECURSIVE r(n, p) AS (SELECT c.id, c.name FROM customer c WHERE c.id = 1 UNION SELECT r.n + 1, c.name FROM r JOIN customer c ON c.id = r.n + 1) SELECT * FROM r ORDER BY n',
  'WITH RECURSIVE r(d) AS (SELECT o.customer FROM orders o WHERE o.total = 10 UNION ALL SELECT r.d + 1 FROM r WHERE r.d < 4) SELECT r.d, count(*) FROM r GROUP BY r.d',
  'SELECT c.name FROM customer c INTERSECT SELECT c.name FROM customer c WHERE c.id > 1',
  'FROM orders AS o, o.items AS i WITH o.customer AS c, i.qty AS q WHERE q > 1 RETURN c, sum(q)',
  'SELECT sum(c.score), avg(c.id), avg(c.score), max(c.name), min(c.made), max(c.vip) FROM customer c',
  'SELECT bool_and(c.vip), bool_or(c.vip), count(c.vip) FROM customer c',
  'SELECT c.name, o FROM customer c JOIN orders o ON o.customer = c.id',
  'SELECT o.total + 1 FROM orders o WHERE o.customer = 2',
  'SELECT o.total * 2 FROM orders o WHERE o.customer = 2',
  'SELECT o.total * 2 FROM orders o WHERE o.total > 1',
  "SELECT c.name FROM customer c WHERE c.born < date('2000-01-01')",
  "SELECT c.made FROM customer c WHERE c.made >= datetime('2024-01-01T00:00:00.25Z')",
  'SELECT c.born.year FROM customer c',
  'SELECT c.name FROM customer c LIMIT 1 OFFSET 1',
  'SELECT c.name FROM customer c OFFSET 2',
  'SELECT c.id, sum(c.score) AS s FROM customer c GROUP BY c.id HAVING sum(c.score) > 1.7',
  "SELECT 'x' AS k FROM customer c ORDER BY k, 1",
  "SELECT c.name || '!' AS n FROM customer c ORDER BY n",
  'SELECT (SELECT sum(i.qty) FROM o.items i WHERE i.qty > 0) AS q FROM orders o WHERE o.customer = 1',
  'SELECT o.total FROM orders o WHERE EXISTS (SELECT 1 FROM o.items AS i WHERE i.qty > 2)',
  "SELECT o.total FROM orders o WHERE o.total LIKE '1%'",
  'SELECT * FROM customer c JOIN orders o ON c.id = o.customer',
  'SELECT c.name FROM customer c WHERE c.meta.a = 1',
  'SELECT c.name FROM customer c WHERE c.meta[0] = 1',
  'SELECT x.name, y.total FROM (SELECT c.id, c.name FROM customer c LIMIT 2) x JOIN (SELECT o.customer, o.total FROM orders o) y ON y.customer = x.id',
  'SELECT c.name FROM customer c WHERE c.id = (SELECT max(o.customer) FROM orders o WHERE o.customer > 0)',
  'SELECT c.id FROM customer c UNION ALL SELECT o.customer FROM orders o ORDER BY 1',
  'SELECT c.id AS x FROM customer c UNION SELECT c.id + 1 FROM customer c ORDER BY x LIMIT 3',
  'SELECT c.name FROM customer c WHERE c.score > 1 AND c.score < 3 AND c.vip IS NOT TRUE',
  "SELECT CASE c.country WHEN 'GB' THEN 1 WHEN 'US' THEN 2.5 END FROM customer c",
  'SELECT CAST(c.id AS FLOAT), CAST(c.id AS TEXT), CAST(c.score AS TEXT), CAST(c.vip AS INTEGER) FROM customer c',
  'SELECT 1 FROM customer c, orders o',
  'SELECT count(*) FROM customer c, orders o',
  'SELECT c.name FROM customer c, orders o WHERE o.total = c.name',
  'SELECT max(o.total), min(o.total) FROM orders o',
  'SELECT o.customer, max(o.total), min(o.when) FROM orders o GROUP BY o.customer',
  'SELECT o.total + 1 FROM orders o WHERE o.total IS NOT NULL AND o.customer = 2',
  'SELECT c.made.hour, c.born.year, c.born.month, c.born.day, c.made.second FROM customer c',
  'SELECT i.sku, count(*), count(DISTINCT i.qty), sum(i.qty) FROM orders o, o.items i WHERE o.customer = 1 GROUP BY i.sku HAVING sum(i.qty) > 0 ORDER BY sum(i.qty) DESC, i.sku',
  'SELECT o.customer + 1 AS k, count(*) FROM orders o GROUP BY o.customer + 1',
  'SELECT sum(c.id * c.score) AS x, c.country FROM customer c GROUP BY c.country ORDER BY x',
  'SELECT upper(c.country) AS u, count(*) FROM customer c GROUP BY upper(c.country)',
  'SELECT max(o.nothing) IS NULL, sum(o.nothing) FROM orders o',
  'SELECT c.name, (SELECT max(o.total) FROM orders o WHERE o.customer = c.id) AS m FROM customer c',
];

/** Left to the row operators at the top, or with errors. */
const partly = [
  'SELECT c.id FROM customer c UNION SELECT c.score FROM customer c',
  'SELECT a.total, b.total FROM orders a JOIN orders b ON a.customer = b.customer',
  'SELECT c.name, x.t FROM customer c LEFT JOIN (SELECT o.customer AS k, sum(o.total) AS t FROM orders o WHERE o.total > 0 GROUP BY o.customer) x ON x.k = c.id',
  'SELECT collect(c.name) FROM customer c',
  'SELECT o.when.year FROM orders o',
  'SELECT any_value(c.name) FROM customer c WHERE c.id = 1',
  'SELECT a.id FROM orders a JOIN orders b ON a.total = b.total',
];

let database: Database;

beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  await run(setup);
});
afterAll(() => database.close());

function shown(value: Value): string {
  if (value === undefined) return 'MISSING';
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'number') return `${value}f`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${k}: ${shown(v)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return value instanceof TemporalValue ? value.text : JSON.stringify(value);
}

async function run(text: string, modes: RunModes = {}): Promise<string[]> {
  const session = database.session();
  const rows: string[] = [];
  try {
    for await (const result of session.run(text, { modes })) {
      for await (const batch of result.batches) rows.push(...batch.map((row) => row.map(shown).join(' | ')));
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return [`${error.code}: ${error.message}`];
  } finally {
    await session.close();
  }
  return rows;
}

describe('a query on SQLite', () => {
  it.each([...whole, ...partly])('gives the rows of the row operators: %s', async (text) => {
    const sql = await run(text);
    const rows = await run(text, { noPushdown: true });
    expect([...sql].sort()).toEqual([...rows].sort());
  });

  it.each(whole)('is one statement: %s', async (text) => {
    const [first] = await run(`EXPLAIN ${text}`);
    expect(first).toMatch(/^"sql"/);
  });
});
