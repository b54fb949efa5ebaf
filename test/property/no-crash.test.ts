// Random statements of every kind, on the bundled sample and a few things that have the names of the random trees. Whatever comes, it
// is rows or a QueryError: no assertion, no TypeError, nothing that runs without asking whether it must stop. A statement that is refused is
// mended at the place of the error and asked again, so that many get past the binder. Each is rolled back.

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineDatabase } from '../../engines/database.ts';
import { parseJson, wireRow } from '../../engines/json.ts';
import { openDatabase } from '../../engines/open.ts';
import type { RunModes, Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { printStatement } from '../../parser/print.ts';
import { statement } from './arbitrary-statements.ts';
import { runs } from '../long.ts';

const sample = readFileSync(new URL('../../examples/sample.trefoil', import.meta.url), 'utf8');
const named = `
  CREATE TABLE a (a INTEGER PRIMARY KEY, b TEXT, n FLOAT, "left" BOOLEAN, key DATE, "x y" ANY, person BLOB);
  CREATE TABLE b (a INTEGER, b TEXT NOT NULL, count FLOAT, UNIQUE (a, b));
  CREATE COLLECTION n;
  CREATE COLLECTION "ü";
  CREATE INDEX ON n (a);
  INSERT INTO a VALUES (1, 'x', 1.5, true, date('2024-02-29'), {a: 1}, x'00'), (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, 'é', -0.5, false, date('2020-01-01'), [1, 'b'], x'');
  INSERT INTO b VALUES (1, 'x', 2.0), (1, 'y', NULL), (NULL, 'é', 1e300);
  INSERT INTO n {a: 1, b: [1, {n: 'x'}], n: {a: null}}, {a: 'x', b: null, key: date('2024-01-01')}, {};
  INSERT INTO "ü" {a: [1, 2], b: 1.0}, {n: {n: {n: 1}}};
  CREATE (x:a {a: 1, b: 'x'})-[:b {n: 1}]->(y:b {a: 2})-[:a]->(:a:n {b: [1, 2]})-[:b]->(x), (y)-[:n]->(y);
  CREATE INDEX ON :a (a)`;
const parameters = parseJson('{"p": {"a": 1}, "1": 1, "name": "x", "a b": [1, null], "doc": {"a": 7}}') as ReadonlyMap<string, Value>;

/** How often a statement may ask whether it must stop before it is told to. */
const checksMax = 300;
const mendsMax = 12;

let database: EngineDatabase;
let session: Session;
beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  await attempt(`${sample};${named}`, {}, Number.POSITIVE_INFINITY);
});
afterAll(async () => {
  await session.close();
  await database.close();
});

async function attempt(text: string, modes: RunModes, checks: number): Promise<void> {
  let left = checks;
  const check = (): void => {
    if (left-- < 0) throw new QueryError('limit/cancelled', 'It takes too long.');
  };
  for await (const result of session.run(text, { parameters, modes, check })) for await (const batch of result.batches) batch.map(wireRow);
}

/** What the statement gives in a transaction that is rolled back: an error, or nothing. */
async function outcome(text: string, modes: RunModes): Promise<QueryError | undefined> {
  await attempt('BEGIN', {}, checksMax);
  try {
    await attempt(text, modes, checksMax);
    return undefined;
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw new Error(`Not a QueryError for: ${text}`, { cause: error });
  } finally {
    if (session.inTransaction) await attempt('ROLLBACK', {}, checksMax);
  }
}

/** What may stand where the error is: the first that makes a statement not tried before is taken. */
const words = ['a', 'n', '1', 'null', "'x'", '[1]', '{a: 1}', 'coalesce', 'INTEGER', 'c1', 'c2', ''];

function mended(text: string, error: QueryError, tried: Set<string>): string | undefined {
  const { span } = error;
  if (!span || span.end <= span.start) return undefined;
  for (const word of words) {
    const next = `${text.slice(0, span.start)}${word}${text.slice(span.end)}`;
    if (tried.has(next)) continue;
    tried.add(next);
    try {
      parse(next);
      return next;
    } catch (refusal) {
      if (!(refusal instanceof QueryError)) throw new Error(`Not a QueryError for: ${next}`, { cause: refusal });
    }
  }
  return undefined;
}

it('Nothing but rows and errors comes out of any statement.', async () => {
  const seen = { run: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(statement, async (tree) => {
      if (tree.kind === 'begin' || tree.kind === 'commit' || tree.kind === 'rollback') return;
      // In process everything runs in microtasks; the test's own reports need a turn.
      await new Promise((resolve) => setImmediate(resolve));
      const tried = new Set<string>();
      let text: string | undefined = printStatement(tree);
      for (let i = 0; i < mendsMax && text !== undefined; i++) {
        const error: QueryError | undefined = await outcome(text, {});
        await outcome(text, { noPushdown: true });
        if (error === undefined) seen.run++;
        else if (process.env.TREFOIL_SEEN === '1') console.log(error.code, text);
        if (error === undefined) break;
        text = mended(text, error, tried);
        if (text === undefined) seen.refused++;
      }
    }),
    { numRuns: runs(30), endOnFailure: process.env.TREFOIL_SHRINK !== '1' },
  );
  // Mending must get some through, or nothing was tried.
  expect(seen.run).toBeGreaterThan(runs(30) / 6);
  if (process.env.TREFOIL_SEEN === '1') console.log(seen);
}, 120_000);
