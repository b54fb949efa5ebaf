// Random small tables and collections, and random questions over them: the plan as bound, the rewritten plan and the plan that
// SQLite runs must give the same bag of rows, or fail alike.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../engines/open.ts';
import type { EngineDatabase } from '../../engines/database.ts';
import { wireJson } from '../../engines/json.ts';
import type { RunModes, Session } from '../../engines/session.ts';
import { QueryError } from '../../parser/error.ts';
import { questions } from './arbitrary-questions.ts';
import { runs } from '../long.ts';

let database: EngineDatabase;
let session: Session;

/** Rows with nulls, equal values, integers beside floats, and documents that lack fields or hold other types. */
const data = `
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, x FLOAT, s TEXT, f BOOLEAN);
CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER, s TEXT);
CREATE TABLE none (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, x FLOAT, s TEXT, f BOOLEAN);
CREATE COLLECTION c;
CREATE INDEX ON t (a);
CREATE INDEX ON c (a);
INSERT INTO t VALUES (1, 1, 2, 1.0, 'a', TRUE), (2, 1, NULL, 2.5, 'B', FALSE), (3, NULL, 3, NULL, NULL, NULL), (4, 2, 2, -0.5, 'a', TRUE), (5, 0, 0, 0.0, '', FALSE), (6, 3, 1, 2.0, 'ä', NULL);
INSERT INTO u VALUES (1, 1, 'a'), (2, 2, NULL), (3, NULL, 'a'), (4, 7, 'B'), (5, 1, 'zz');
INSERT INTO c {id: 1, a: 1, s: 'a', l: [1, 2, 2], o: {k: 1}}, {id: 2, a: 2.0, s: null, l: [], o: {k: 'x'}}, {id: 3, s: 'B', l: [null, 3]}, {id: 4, a: null, l: [1.0, 'a', {k: 2}]}, {id: 5, a: 'text', s: 'a', o: null}, {id: 6, a: 3, l: 7, o: [1]};
`;

beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  for await (const result of session.run(data)) for await (const _ of result.batches) void _;
});
afterAll(async () => {
  await session.close();
  await database.close();
});

async function answer(text: string, modes: RunModes): Promise<string> {
  const rows: string[] = [];
  try {
    for await (const result of session.run(text, { modes }))
      for await (const batch of result.batches) for (const row of batch) rows.push(row.map(wireJson).join(' | '));
  } catch (error) {
    if (error instanceof QueryError) return `error ${error.code.split('/')[0]}`;
    throw error;
  }
  return (/ order by .* limit /i.test(text) ? rows : rows.sort()).join('\n');
}

function readsNothing(text: string): boolean {
  return text.startsWith('SELECT count(*) AS n FROM (');
}

describe('plans agree', () => {
  it('gives the same rows with and without rules and push-down', async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(questions, async (text) => {
        const plain = await answer(text, {});
        const others = [
          await answer(text, { noPushdown: true }),
          await answer(text, { noRules: true }),
          await answer(text, { noRules: true, noPushdown: true }),
        ];
        // A value that nobody reads need not be computed, so it may fail in one plan and not in another.
        if (readsNothing(text) && [plain, ...others].some((a) => a.startsWith('error'))) return;
        for (const other of others) expect(other, text).toBe(plain);
        if (plain !== '' && !plain.startsWith('error')) rows++;
      }),
      { numRuns: runs(100) },
    );
    // Most questions must have an answer, else agreeing means little.
    expect(rows).toBeGreaterThan(runs(100) / 3);
  });
});
