// Statements that count the rows they visit: SQLite must do with them what it does without, and the counts must be those of its loops.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { questions } from '../../engines/compare/questions.ts';
import type { Engine, SqlStatement, Work } from '../../engines/engine.ts';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import type { Plan } from '../../engines/plan/plan.ts';
import { planChildren } from '../../engines/plan/walk.ts';
import { prepareStatement } from '../../engines/prepare-statement.ts';
import { runPlan } from '../../engines/rows/run.ts';
import { emptyStats, makeContext } from '../../engines/run-context.ts';
import type { Session } from '../../engines/session.ts';
import { parse } from '../../parser/parse.ts';

let database: EngineDatabase;
let session: Session;
let engine: Engine;
let release: () => void;

beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  await run(readFileSync('examples/sample.trefoil', 'utf8'));
  await run(`CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER); INSERT INTO a VALUES (1, 10), (2, 20), (3, 30), (4, 40);
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO b VALUES (1, 1), (2, 1), (3, 2), (4, 9); CREATE INDEX ON b (a);
CREATE COLLECTION c; INSERT INTO c {n: 1, list: [1, 2, 3]}, {n: 2, list: []}, {n: 3}`);
  const lease = await database.acquire();
  ({ engine } = lease);
  release = () => lease.release();
});

afterAll(async () => {
  release();
  await session.close();
  await database.close();
});

async function run(text: string): Promise<void> {
  for await (const result of session.run(text)) for await (const _ of result.batches);
}

function planOf(text: string, counting: boolean, interruptible: boolean): Plan {
  const [statement] = parse(text).statements;
  if (statement?.kind !== 'query') throw new Error('a query is expected');
  const by: Engine = counting
    ? { ...engine, compileSql: (plan, options) => engine.compileSql(plan, { ...options, counting: true }) }
    : engine;
  return prepareStatement(statement, { engine: by, catalog: engine.catalog(), parameters: new Map(), modes: {}, interruptible }).plan;
}

function statementsIn(plan: Plan): SqlStatement[] {
  return plan.kind === 'sql' ? [plan.statement] : planChildren(plan).flatMap(statementsIn);
}

async function entries(text: string): Promise<number> {
  const work: Work = { entries: 0, changed: 0 };
  const catalog = engine.catalog();
  const context = makeContext({
    engine,
    catalog,
    parameters: new Map(),
    batchRows: 2,
    check: () => {},
    stats: emptyStats(),
    notices: [],
    work,
  });
  for await (const _ of runPlan(planOf(text, true, false), context));
  return work.entries;
}

const shapes = [
  // count(*) alone is a step without a loop, which names the table instead of its alias.
  'SELECT count(*), sum(qty) FROM sale_line',
  'SELECT min(qty), max(sku) FROM sale_line',
  'SELECT p.name FROM person AS p LEFT JOIN sale AS s ON s.customer = p.id WHERE s.id IS NULL',
  'SELECT p.name, s.id FROM person AS p FULL JOIN sale AS s ON s.customer = p.id',
  "SELECT name FROM person WHERE born_in IN (SELECT id FROM place WHERE kind = 'city') ORDER BY name LIMIT 3",
  'SELECT d.sku, d.n FROM (SELECT sku, count(*) AS n FROM sale_line GROUP BY sku) AS d JOIN product AS t ON t.sku = d.sku',
  'SELECT DISTINCT d.name FROM (SELECT name, born FROM person WHERE born > 1980) AS d',
  'SELECT id FROM person WHERE born = 1953 OR born_in = 25 OR id = 3',
  'SELECT id FROM place UNION SELECT id FROM person',
  'SELECT u.id FROM (SELECT id FROM place UNION ALL SELECT id FROM person) AS u WHERE u.id < 5',
  'SELECT x.n FROM (VALUES (1), (2)) AS x (n) JOIN person AS p ON p.id = x.n',
  'SELECT o.id, l.sku FROM orders AS o, o.lines AS l WHERE o.customer = 3',
];

describe('The plan is the same with counting.', () => {
  const forms = questions.filter((q) => !q.writes).flatMap((q) => q.forms.flatMap((f) => ('query' in f ? [f.query] : [])));
  test.each([...shapes, ...forms])('%s', (text) => {
    for (const interruptible of [false, true]) {
      const steps = (counting: boolean): string[][] =>
        statementsIn(planOf(text, counting, interruptible)).map((s) => engine.explainSql(s).map((step) => `${step.depth} ${step.detail}`));
      expect(steps(true)).toEqual(steps(false));
    }
  });
});

describe('Counts that can be made by hand.', () => {
  const cases: [why: string, text: string, count: number][] = [
    ['a scan', 'SELECT x FROM a', 4],
    ['a scan behind an aggregate', 'SELECT sum(x) FROM a', 4],
    ['count(*), which SQLite else answers without its rows', 'SELECT count(*) FROM a', 4],
    ['a condition without an index', 'SELECT x FROM a WHERE x = 30', 4],
    ['a key', 'SELECT x FROM a WHERE id = 3', 1],
    ['a key that is not there', 'SELECT x FROM a WHERE id = 33', 0],
    ['an index', 'SELECT id FROM b WHERE a = 1', 2],
    ['4 of b, and the 3 of a that they lead to', 'SELECT b.id FROM b JOIN a ON a.id = b.a', 7],
    ['4 of a, and 3 of b', 'SELECT a.id FROM a LEFT JOIN b ON b.a = a.id', 7],
    ['4 of a, and of b the first of each: 2', 'SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.a = a.id)', 6],
    ['a limit stops early', 'SELECT id FROM a LIMIT 2', 2],
    ['4 rows of b, their 3 groups, and 2 of a', 'SELECT d.n FROM (SELECT a, count(*) AS n FROM b GROUP BY a) AS d JOIN a ON a.id = d.a', 9],
    [
      '4 of a and 4 of b, and the 6 that are left',
      'SELECT count(*) FROM (SELECT id FROM a UNION SELECT a FROM b) AS d JOIN (VALUES (0)) AS v (n) ON v.n < d.id',
      14,
    ],
    ['a derived table that is merged counts once', 'SELECT d.x FROM (SELECT x, id FROM a WHERE id > 2) AS d WHERE d.x < 40', 2],
    ['3 documents and 3 list elements', 'SELECT l FROM c, c.list AS l', 6],
    ['3 documents', 'SELECT c.n FROM c WHERE c.n > 1', 3],
    [
      '1 of a, then 3 rounds of a row each with no other found, and the 1 row that comes out',
      'WITH RECURSIVE r (n) AS (SELECT id FROM a WHERE id = 4 UNION SELECT a.id FROM r JOIN a ON a.id = r.n + 1) SELECT n FROM r',
      3,
    ],
  ];
  test.each(cases)('%s: %s', async (_why, text, count) => {
    expect(await entries(text)).toBe(count);
  });
});
