// Every question of the catalogue on the bundled sample: each form runs, all give the same rows, and every column says something.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { questions } from '../engines/compare/questions.ts';
import type { EngineDatabase } from '../engines/database.ts';
import { openDatabase } from '../engines/open.ts';
import type { Session } from '../engines/session.ts';
import type { Row, Value } from '../engines/value.ts';

let database: EngineDatabase;
let session: Session;

beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  await run(readFileSync('examples/sample.trefoil', 'utf8'));
});

afterAll(async () => {
  await session.close();
  await database.close();
});

interface Answer {
  readonly rows: Map<string, Value>[];
  readonly notices: readonly unknown[];
}

async function run(text: string): Promise<Answer> {
  const rows: Row[] = [];
  let columns: string[] = [];
  const notices: unknown[] = [];
  for await (const result of session.run(text)) {
    columns = result.columns.map((c) => c.name);
    for await (const batch of result.batches) rows.push(...batch);
    notices.push(...result.notices);
  }
  return { rows: rows.map((row) => new Map(row.map((value, i) => [columns[i] ?? '', value]))), notices };
}

/** What the catalogue is to have, in the words of SHOW QUESTIONS. */
const kinds = [
  'point lookup',
  'range',
  'whole aggregate',
  'aggregate over nested arrays',
  'join',
  'many to many',
  'fixed hops',
  'any depth',
  'shortest path',
  'common neighbours',
  'ranking and windows',
  'top few of each group',
  'existence',
  'absence',
  'change of a shared fact',
  'change of a nested part',
  'delete with what refers to it',
  'adding a field',
  'integrity rule',
  'import of irregular records',
  'similarity by shared tags',
];

describe('The catalogue on the sample', () => {
  test.each(kinds)('SHOW QUESTIONS has one of the kind: %s', async (kind) => {
    const shown = (await run('SHOW QUESTIONS')).rows.filter((row) => row.get('kind') === kind);
    expect(shown).not.toEqual([]);
    // Below each of them is compared by its name.
    const compared = questions.filter((q) => q.kind === kind);
    expect(shown.map((row) => row.get('name'))).toEqual(compared.map((q) => q.name));
    for (const { forms } of compared) expect(forms.map((f) => f.model)).toEqual(['relational', 'document', 'graph']);
  });

  test('The questions have names of their own and ask each model once.', () => {
    expect(new Set(questions.map((q) => q.name)).size).toBe(questions.length);
    expect(questions.length).toBeGreaterThanOrEqual(25);
    for (const { forms } of questions) expect(forms.map((f) => f.model)).toEqual([...new Set(forms.map((f) => f.model))]);
  });

  test('The README knows how many there are.', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(`a catalogue of ${questions.length} questions`);
  });

  test('Questions that write say so and have checks.', () => {
    for (const { forms, writes } of questions)
      for (const form of forms) if ('query' in form) expect([form.query, form.check !== undefined]).toEqual([form.query, writes === true]);
  });

  test.each(questions.map((q) => [q.name, q] as const))('%s', async (name, question) => {
    const { rows, notices } = await run(`COMPARE '${name}'`);
    expect(notices).toEqual([]);
    expect(rows.map((row) => row.get('model'))).toEqual(question.forms.map((f) => f.model));
    for (const [i, row] of rows.entries()) {
      expect(row.get('reason')).not.toBe('');
      if ('notExpressible' in (question.forms[i] ?? {})) {
        expect(row.get('verdict')).toBe('not expressible');
        continue;
      }
      expect(['easy', 'possible', 'awkward']).toContain(row.get('verdict'));
      expect(row.get('answer')).toBe(i === 0 ? 'reference' : 'same');
      expect([...row].filter(([name, value]) => value === null && !(name === 'touched' && !question.writes))).toEqual([]);
      // An empty answer would prove nothing, and whoever answers has read something.
      expect(row.get('rows')).toBeGreaterThan(0n);
      // What a constraint refuses has taken its time too.
      expect(row.get('medianMs')).toBeGreaterThan(0);
      if (!question.writes) expect(row.get('entriesRead')).toBeGreaterThan(0n);
    }
    expect(rows.map((row) => row.get('verdict'))).toContain('easy');
  });

  test('The sample is as before.', async () => {
    const { rows } = await run(`SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM sale_line) AS lines,
      (SELECT count(*) FROM orders) AS orders, COUNT { MATCH () } AS nodes, COUNT { MATCH ()-[]->() } AS edges`);
    expect(rows.map((row) => [...row.values()])).toEqual([[48n, 214n, 90n, 201n, 503n]]);
  });
});
