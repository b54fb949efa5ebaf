// Short ways to write plans and expressions by hand, and to run them.

import type { Batches, RunContext } from '../../engines/engine.ts';
import type { BinaryOperator, Expr } from '../../engines/plan/expression.ts';
import type { Plan, Values } from '../../engines/plan/plan.ts';
import type { Column, Type } from '../../engines/plan/type.ts';
import { runPlan } from '../../engines/rows/run.ts';
import type { Row, Value } from '../../engines/value.ts';

export function col(id: number, name = `c${id}`, type: Type = 'any'): Column {
  return { id, name, type };
}

export function lit(value: Value): Expr {
  return { kind: 'literal', value, type: 'any' };
}

export function read(column: Column): Expr {
  return { kind: 'column', id: column.id, name: column.name, type: column.type };
}

export function binary(left: Expr, operator: BinaryOperator, right: Expr): Expr {
  return { kind: 'binary', operator, left, right, type: 'any' };
}

export function field(value: Expr, name: string): Expr {
  return { kind: 'field', value, name, type: 'any' };
}

/** Literal rows. */
export function values(columns: readonly Column[], ...rows: readonly Row[]): Values {
  return { kind: 'values', columns, rows: rows.map((row) => row.map(lit)) };
}

/** All rows; fails on an empty batch or one that is too long. */
export async function collect(batches: Batches, context: RunContext): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) {
    if (batch.length === 0) throw new Error('An operator put out an empty batch.');
    if (batch.length > context.batchRows) throw new Error(`A batch of ${batch.length} rows where ${context.batchRows} are allowed.`);
    rows.push(...batch);
  }
  return rows;
}

export function run(plan: Plan, context: RunContext): Promise<Row[]> {
  return collect(runPlan(plan, context), context);
}

/** Runs with several batch sizes, demands equal rows, and gives them. */
export async function runAll(plan: Plan, makeContext: (batchRows: number) => RunContext): Promise<Row[]> {
  const results = [];
  for (const batchRows of [1, 2, 1024]) results.push(await run(plan, makeContext(batchRows)));
  const [first, ...others] = results;
  for (const other of others) {
    if (show(other) !== show(first)) throw new Error(`Batch sizes disagree:\n${show(first)}\n${show(other)}`);
  }
  return first ?? [];
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, v) => {
    if (typeof v === 'bigint') return `${v}n`;
    if (v instanceof Map) return [...v];
    return v === undefined ? 'MISSING' : v;
  });
}

/** A node whose rows come from the test, through RowStorage.query: see MemoryRows.sources. */
export function source(name: string, columns: readonly Column[]): Plan {
  return { kind: 'sql', statement: { text: name, parameters: [], results: [] }, columns, was: { kind: 'values', columns, rows: [] } };
}
