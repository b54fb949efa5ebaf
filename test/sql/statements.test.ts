// Compiled statements on SQLite: which indexes they use, how they stop, how pushed keys are given, and the functions they call.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { order } from '../../engines/compare.ts';
import type { CompileSql } from '../../engines/engine.ts';
import type { Expr } from '../../engines/plan/expression.ts';
import type { Plan } from '../../engines/plan/plan.ts';
import { documentIndexKey, pathText, sqliteDialect } from '../../engines/sql/sqlite/dialect.ts';
import { registerFunctions } from '../../engines/sql/sqlite/functions.ts';
import { orderKey } from '../../engines/sql/sqlite/order-key.ts';
import { sqlCompiler } from '../../engines/compile-sql.ts';
import type { Row, Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { storable } from '../engines/arbitrary-values.ts';
import { binary, type Fixture, openFixture } from '../property/sql-fixture.ts';
import { context, failure } from '../storage/opened.ts';
import { runs } from '../long.ts';

const compile = sqlCompiler(sqliteDialect);

async function withFixture(work: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = await openFixture();
  try {
    await work(fixture);
  } finally {
    fixture.storage.close();
  }
}

function statementOf(plan: Plan, options: Partial<Parameters<CompileSql>[1]> = {}) {
  const sql = compile(plan, { outer: new Map(), interruptible: false, ...options });
  if (!sql) throw new Error('the plan was refused');
  return sql.statement;
}

function queryPlan(fixture: Fixture, plan: Plan): string {
  const { text } = statementOf(plan);
  const nulls = [...new Set(text.match(/\?\d+/g) ?? [])].map(() => null);
  return fixture.storage.connection
    .all(`EXPLAIN QUERY PLAN ${text}`, nulls)
    .map((row) => String(row[3]))
    .join('\n');
}

const path: Expr = { kind: 'field', value: { kind: 'column', id: 20, name: 'o', type: 'object' }, name: 'a', type: 'any' };
const literal = (value: Value, type: Expr['type']): Expr => ({ kind: 'literal', value, type });

describe('an index', () => {
  it('on a document path serves equality, ranges, lists and pushed keys.', async () => {
    await withFixture(async (fixture) => {
      const conditions: Expr[] = [
        binary('=', path, literal(1n, 'integer')),
        binary('=', path, literal('a', 'text')),
        binary('>', path, literal(1n, 'integer')),
        binary('<', path, literal(1n, 'integer')),
        { kind: 'in', operand: path, list: literal([1n, 2n], 'list'), type: 'boolean' },
        { kind: 'inKeys', operand: path, slot: 1, type: 'boolean' },
      ];
      for (const predicate of conditions) {
        expect(queryPlan(fixture, { kind: 'filter', input: fixture.collection, predicate })).toContain('USING INDEX docs_a');
      }
    });
  });

  it('on a path serves a join with a column, and the key of the table serves the other way round.', async () => {
    await withFixture(async (fixture) => {
      const on = binary('=', path, { kind: 'column', id: 1, name: 'id', type: 'integer' });
      const join: Plan = { kind: 'join', type: 'inner', left: fixture.table, right: fixture.collection, on, lateral: false };
      expect(queryPlan(fixture, join)).toMatch(/SEARCH t\d USING (INDEX docs_a|INTEGER PRIMARY KEY)/);
      const left: Plan = { ...join, type: 'left' };
      const indexes = [{ name: 'docs_a', on: { kind: 'collection' as const, name: 'docs' }, keys: [['a']], unique: false }];
      expect(compile(left, { outer: new Map(), interruptible: false, indexes })?.statement.text).toContain('LEFT JOIN');
      // Without it SQLite would look at every pair.
      expect(compile(left, { outer: new Map(), interruptible: false })).toBeUndefined();
    });
  });

  it('has the same text as queries use, whatever the field is called.', () => {
    expect(documentIndexKey(['a', 'b', 0, "it's"])).toBe(`(doc ->> '$.a.b[0]."it''s"')`);
    expect(documentIndexKey(['x y'])).toBe(`(doc ->> '$."x y"')`);
    expect(pathText(['$ref', '$'])).toBe('$."$$ref"."$$"');
    expect(pathText(['a\u0000'])).toBeUndefined();
    expect(pathText(['list', -1])).toBe('$.list[#-1]');
  });
});

describe('pushed keys', () => {
  const keyed = (fixture: Fixture): Plan => ({
    kind: 'filter',
    input: fixture.table,
    predicate: { kind: 'inKeys', operand: { kind: 'column', id: 1, name: 'id', type: 'integer' }, slot: 1, type: 'boolean' },
  });

  async function ids(fixture: Fixture, keys: readonly Value[] | undefined): Promise<Value[]> {
    const out: Row[] = [];
    const slots = new Map<number, readonly Value[]>(keys ? [[1, keys]] : []);
    for await (const batch of fixture.storage.rows.query(statementOf(keyed(fixture)), context(fixture.storage, { keys: slots })))
      out.push(...batch);
    return out.map((row) => row[0]);
  }

  it('narrow a scan; an empty slot lets all rows pass, and so do keys that SQLite cannot look up.', async () => {
    await withFixture(async (fixture) => {
      expect(await ids(fixture, [2n, 3, 'x', true])).toEqual([2n, 3n]);
      expect(await ids(fixture, undefined)).toHaveLength(33);
      expect(await ids(fixture, [2n, [1n]])).toHaveLength(33);
    });
  });
});

describe('a long statement', () => {
  it('asks on its way whether it must stop.', async () => {
    await withFixture(async (fixture) => {
      const state: { check?: () => void } = {};
      registerFunctions(fixture.storage.connection.database, state);
      const pairs: Plan = {
        kind: 'join',
        type: 'inner',
        left: fixture.collection,
        right: { ...fixture.table, columns: [] },
        lateral: false,
      };
      const count: Plan = {
        kind: 'aggregate',
        input: pairs,
        keys: [],
        aggregates: [{ column: { id: 90, name: 'n', type: 'integer' }, name: 'count', arguments: [], distinct: false }],
      };
      const { text } = statementOf(count, { interruptible: true });
      expect(text.match(/trefoil_check\(\)/g)).toHaveLength(2);
      fixture.storage.connection.database.exec('INSERT INTO thing (id, k) VALUES (1024, 1)');
      state.check = () => {
        throw new QueryError('limit/cancelled', 'stopped');
      };
      expect((await failure(() => fixture.storage.connection.all(text))).code).toBe('limit/cancelled');
    });
  });
});

describe('an error inside SQLite', () => {
  it('comes out as the QueryError that it is.', async () => {
    await withFixture(async (fixture) => {
      const one: Expr = { kind: 'column', id: 3, name: 'k', type: 'integer' };
      const divided: Plan = {
        kind: 'project',
        input: fixture.table,
        items: [{ column: { id: 91, name: 'x', type: 'integer' }, value: binary('/', literal(1n, 'integer'), one) }],
      };
      expect((await failure(() => fixture.rows(divided))).code).toBe('type/division-by-zero');
    });
  });
});

describe('a sort key', () => {
  it('orders bytes as ORDER BY orders values.', () => {
    const sign = (n: number): number => Math.sign(n);
    fc.assert(
      fc.property(storable, storable, (a, b) => {
        expect(sign(Buffer.compare(orderKey(a), orderKey(b)))).toBe(sign(order(a, b)));
      }),
      { numRuns: runs(500) },
    );
  });
});
