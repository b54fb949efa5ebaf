// What the sockets' thread may run by itself: nobody else is answered meanwhile, and nothing can stop it.

import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../engines/open.ts';

const database = await openDatabase({ file: ':memory:' });
const session = database.session();
for await (const made of session.run('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b REAL)')) expect(made.statement).toBe('createTable');

afterAll(async () => {
  await session.close();
  await database.close();
});

test.each([
  'SELECT 1',
  'VALUES (1, $x), (2, NULL)',
  "SELECT a, round(b * 2, 1) AS c FROM t WHERE id = $id AND a <> 'x' ORDER BY a LIMIT 3",
  'SELECT count(*) AS c, CASE WHEN max(b) IS NULL THEN [1, {k: 2}] END AS m FROM t WHERE id IN ($ids)',
  'DESCRIBE t',
])('Light: %s', (text) => {
  expect(session.classify(text).light).toBe(true);
});

test.each([
  "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' =~ '(a+)+c' AS m",
  "VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' =~ '(a+)+c')",
  "SELECT a FROM t WHERE regexp_like(a, '(a+)+c')",
  'SELECT a FROM t WHERE a LIKE $pattern',
  'SELECT size(array_range(1, 1000000000)) AS n',
  'SELECT size(generate_series(1, 1000000000)) AS n',
  "VALUES (repeat('a', 1000000000))",
  'SELECT levenshtein($a, $b) AS n',
  'VALUES ((SELECT count(*) AS c FROM t AS a, t AS b))',
  'SELECT a FROM t WHERE id = ANY (SELECT id FROM t)',
  'SELECT f FROM t LET b = a || a, c = b || b, d = c || c, e = d || d, f = e || e WHERE id = 1',
  "SELECT a FROM t WHERE id = 1 AND [x IN a WHERE x =~ 'b'] = []",
])('Not light: %s', (text) => {
  expect(session.classify(text).light).toBe(false);
});

test('What a text says of a transaction that was lost is read from its statements, whatever stands round them.', () => {
  const said = (text: string): unknown[] => [session.classify(text).endsTransaction, session.classify(text).rollsBack];
  expect(said('-- I know\nROLLBACK')).toEqual([true, true]);
  expect(said('/* on */ ROLLBACK WORK;')).toEqual([true, true]);
  expect(said('ROLLBACK; SELECT 1')).toEqual([true, false]);
  for (const text of ['/* on */ RELEASE a', '-- on\nSAVEPOINT a', 'ROLLBACK TO a', "SELECT 'COMMIT'", 'COMMIT and so on'])
    expect(said(text)).toEqual([false, false]);
});
