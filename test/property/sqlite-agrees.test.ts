// An expression that compiles to SQL gives on SQLite what the evaluator gives: as a result, and as a condition. How many compile is
// counted, so that refusing everything does not pass.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Expr } from '../../engines/plan/expression.ts';
import { outputColumns, type Plan } from '../../engines/plan/plan.ts';
import { printExpr } from '../../engines/plan/print-expr.ts';
import { compileExpression } from '../../engines/rows/evaluate.ts';
import { TemporalValue, type Row, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { context } from '../storage/opened.ts';
import { callableFunctions, callsOf } from './function-calls.ts';
import { expressions, type Fixture, openFixture, parameters } from './sql-fixture.ts';
import { longRun, runs, shareOf } from '../long.ts';

let fixture: Fixture;
const scanned = new Map<string, Row[]>();

beforeAll(async () => {
  fixture = await openFixture();
  scanned.set('table', (await fixture.rows(fixture.table)) ?? []);
  scanned.set('collection', (await fixture.rows(fixture.collection)) ?? []);
});
afterAll(() => fixture.storage.close());

/** Values as text in which 1 and 1.0, null and MISSING, true and 1 differ. */
function shown(value: Value): string {
  if (value === undefined) return 'MISSING';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0f' : `${value}f`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${k}: ${shown(v)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof TemporalValue) return `${value.kind} ${value.text}`;
  return JSON.stringify(value);
}

type Outcome = { readonly values: readonly string[] } | { readonly error: string };

function failed(error: unknown): Outcome {
  if (!(error instanceof QueryError)) throw error;
  return { error: error.code };
}

function evaluated(expr: Expr, over: 'table' | 'collection'): { outcomes: (string | { error: string })[]; rows: Row[] } {
  const plan = over === 'table' ? fixture.table : fixture.collection;
  const layout = new Map(outputColumns(plan).map((c, i) => [c.id, i]));
  const evaluate = compileExpression(expr, layout);
  const rows = scanned.get(over) ?? [];
  const run = context(fixture.storage, { parameters, check: () => undefined });
  const outcomes = rows.map((row) => {
    try {
      return shown(evaluate(row, run));
    } catch (error) {
      return failed(error) as { error: string };
    }
  });
  return { outcomes, rows };
}

const counts = { compiled: 0, refused: 0, raised: 0 };

async function sqlOutcome(plan: Plan): Promise<Row[] | { error: string } | undefined> {
  try {
    return await fixture.rows(plan, parameters);
  } catch (error) {
    return failed(error) as { error: string };
  }
}

type Agreement = 'agreed' | 'raised' | 'refused';

/** As a result column, next to the key so that rows can be told apart. */
async function agreesAsResult(expr: Expr, over: 'table' | 'collection'): Promise<Agreement> {
  const input = over === 'table' ? fixture.table : fixture.collection;
  const key = over === 'table' ? 1 : 21;
  const value = { id: 100, name: 'x', type: expr.type };
  const keyItem = {
    column: { id: 101, name: 'id', type: 'integer' as const },
    value: { kind: 'column' as const, id: key, name: 'id', type: 'integer' as const },
  };
  const got = await sqlOutcome({ kind: 'project', input, items: [keyItem, { column: value, value: expr }] });
  if (!got) {
    counts.refused++;
    return 'refused';
  }
  counts.compiled++;
  const { outcomes, rows } = evaluated(expr, over);
  const wrong = outcomes.find((o) => typeof o !== 'string');
  if (wrong && typeof wrong !== 'string') {
    counts.raised++;
    // Which of several errors comes first is open, and SQLite need not look at what does not decide the result.
    return 'raised';
  }
  // SQLite has no NaN.
  if (!Array.isArray(got) && got.error === 'type/not-a-number') return 'raised';
  const keyAt = outputColumns(input).findIndex((c) => c.id === key);
  const wanted = rows.map((row, i) => `${shown(row[keyAt])}: ${outcomes[i]}`).sort();
  expect(Array.isArray(got) ? got.map((row) => `${shown(row[0])}: ${shown(row[1])}`).sort() : got).toEqual(wanted);
  return 'agreed';
}

async function agreesAsCondition(expr: Expr, over: 'table' | 'collection'): Promise<void> {
  const input = over === 'table' ? fixture.table : fixture.collection;
  const got = await sqlOutcome({ kind: 'filter', input, predicate: expr });
  if (!got) {
    counts.refused++;
    return;
  }
  counts.compiled++;
  const { outcomes, rows } = evaluated(expr, over);
  if (outcomes.some((o) => typeof o !== 'string')) {
    counts.raised++;
    return;
  }
  if (!Array.isArray(got) && got.error === 'type/not-a-number') return;
  const wanted = rows.filter((_, i) => outcomes[i] === 'true').map((row) => row.map(shown).join());
  expect(Array.isArray(got) ? got.map((row) => row.map(shown).join()).sort() : got).toEqual(wanted.sort());
}

/** Failures name the expression as people read it. */
async function labelled<T>(expr: Expr, test: () => Promise<T>): Promise<T> {
  try {
    return await test();
  } catch (error) {
    if (error instanceof Error) error.message = `${printExpr(expr)}\n${error.message}`;
    throw error;
  }
}

describe('an expression on SQLite', () => {
  for (const over of ['table', 'collection'] as const) {
    const { any, flag } = expressions(over);
    it(`gives the evaluator's values over a ${over}`, async () => {
      await fc.assert(
        fc.asyncProperty(any, async (expr) => {
          await labelled(expr, () => agreesAsResult(expr, over));
        }),
        { numRuns: runs(80) },
      );
    });
    it(`finds the rows for which the evaluator says true in a ${over}`, async () => {
      await fc.assert(
        fc.asyncProperty(flag, (expr) => labelled(expr, () => agreesAsCondition(expr, over))),
        { numRuns: runs(80) },
      );
    });
  }

  it('is compiled in most cases', () => {
    expect(counts.compiled / (counts.compiled + counts.refused)).toBeGreaterThan(0.6);
    expect(counts.raised / counts.compiled).toBeLessThan(0.4);
  });
});

// Each function by itself, so that none hides behind others, and so that it is known which ones SQLite has been asked. In the short run
// it is asked over one of the two.
describe('a function on SQLite', () => {
  const agreements = new Map<string, Record<Agreement, number>>();
  for (const over of ['table', 'collection'] as const) {
    it(`gives the evaluator's values over a ${over}, whichever it is`, { timeout: 120_000 }, async () => {
      for (const f of callableFunctions()) {
        if (!longRun && (shareOf(f.name, 2) === 0) !== (over === 'table')) continue;
        const tally = agreements.get(f.name) ?? { agreed: 0, raised: 0, refused: 0 };
        agreements.set(f.name, tally);
        // All of it is microtasks, and Vitest takes a worker that never answers for a failed one.
        await new Promise((resolve) => setImmediate(resolve));
        await fc.assert(
          fc.asyncProperty(callsOf(f, over), async (expr) => {
            if (expr) tally[await labelled(expr, () => agreesAsResult(expr, over))]++;
          }),
          { numRuns: runs(25) },
        );
      }
    });
  }

  it('is compiled and agrees', () => {
    const named = (which: (tally: Record<Agreement, number>) => boolean): string[] =>
      [...agreements].filter(([, tally]) => which(tally)).map(([name, tally]) => `${name} ${JSON.stringify(tally)}`);
    expect(named(({ agreed, raised }) => agreed + raised === 0)).toEqual([]);
    // Chance may give a function only arguments that it refuses.
    const never = named(({ agreed }) => agreed === 0);
    expect(never.length, never.join('\n')).toBeLessThan(5);
  });
});
