// Each item of the queries in test/logic/functions-agree.logic alone, so that SQLite runs it whenever it can: as a column, as a
// filter and inside an aggregate. The row operators must give the same. In one SELECT a single refused call would keep all others out of SQL.

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineDatabase } from '../../engines/database.ts';
import { wireRow } from '../../engines/json.ts';
import { openDatabase } from '../../engines/open.ts';
import { listFunctions } from '../../engines/plan/functions.ts';
import type { Session } from '../../engines/session.ts';
import type { Row } from '../../engines/value.ts';
import type { Expression, SelectQuery } from '../../parser/ast.ts';
import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { printExpression, printStatement } from '../../parser/print.ts';
import { readCases } from '../logic/case-file.ts';
import { caseFamilies, functionCases } from '../logic/function-cases.ts';

const path = new URL('../logic/functions-agree.logic', import.meta.url).pathname;
const text = readFileSync(path, 'utf8');
const { cases } = readCases(text, 'functions-agree.logic');
const changing = /\b(now|current_date|current_time|uuid|rand|date|time|localtime|localdatetime|datetime)\(\)/;

let database: EngineDatabase;
let session: Session;
beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  await outcome(cases[0]?.query ?? '', false);
});
afterAll(async () => {
  await session.close();
  await database.close();
});

async function outcome(query: string, noPushdown: boolean): Promise<string> {
  const rows: Row[] = [];
  try {
    for await (const result of session.run(query, { modes: { noPushdown } })) for await (const batch of result.batches) rows.push(...batch);
  } catch (error) {
    if (error instanceof QueryError) return error.code;
    throw error;
  }
  return `[${rows.map(wireRow).join()}]`;
}

const span = { start: 0, end: 0 };
const called = (name: string, ...values: readonly Expression[]): Expression => ({
  kind: 'call',
  name: { text: name, span },
  distinct: false,
  arguments: values,
  span,
});

/** The query with one item: shown, as a condition, and counted. */
function variants(query: SelectQuery, value: Expression): string[] {
  const shown: SelectQuery = { ...query, items: [{ kind: 'expression', value, span }] };
  const key = query.items[0];
  const condition: Expression = { kind: 'is', operand: value, test: 'null', negated: true, span };
  const { where } = query;
  const filtered: SelectQuery = {
    ...query,
    items: key ? [key] : [],
    where: where ? { kind: 'binary', operator: 'AND', left: where, right: condition, span } : condition,
  };
  const counted: SelectQuery = {
    ...query,
    orderBy: [],
    items: [called('count', value), called('min', value), called('max', value)].map((v) => ({ kind: 'expression', value: v, span })),
  };
  return [shown, filtered, counted].map((q) => printStatement({ kind: 'query', query: q, span }));
}

describe('SQLite and the row operators agree on', () => {
  for (const c of cases.slice(1)) {
    const selects = parse(c.query).statements.flatMap((s) =>
      s.kind === 'query' && s.query.kind === 'select' && s.query.from ? [s.query] : [],
    );
    if (selects.length === 0) continue;
    it(c.title, async () => {
      for (const query of selects) {
        for (const item of query.items) {
          if (item.kind !== 'expression' || changing.test(printExpression(item.value))) continue;
          for (const one of variants(query, item.value)) expect(await outcome(one, false), one).toBe(await outcome(one, true));
        }
      }
    });
  }
});

/** Functions of elements are asked in the files about graphs. */
const ofGraphs = readdirSync(new URL('../logic', import.meta.url))
  .filter((file) => /^graph-.*\.logic$/.test(file))
  .map((file) => readFileSync(new URL(`../logic/${file}`, import.meta.url), 'utf8'))
  .join('\n');

it('Every scalar function is called.', () => {
  const made = caseFamilies.flatMap((family) => functionCases(family).cases.map((c) => c.query)).join('\n');
  const missing = listFunctions().filter((f) => f.kind === 'scalar' && !new RegExp(`\\b${f.name}\`?\\(`, 'i').test(text + made + ofGraphs));
  expect(missing.map((f) => f.name)).toEqual([]);
});
