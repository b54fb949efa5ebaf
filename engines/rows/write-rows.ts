// INSERT, UPDATE and DELETE of table rows. The whole input is read before anything is written; then the storage gets batches.
// A row that the input gives several times (through a join) is changed once, as its first occurrence says.

import type { Batches, RunContext } from '../engine.ts';
import { writeBatchRows } from '../limits.ts';
import type { DeleteRows, InsertRows, UpdateRows } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import type { Row } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { columnReader, layoutOf, prepareAll } from './prepare.ts';

const writeBatch = { batchRows: writeBatchRows };

/** Puts out the rows as stored. */
export async function* runInsertRows(plan: InsertRows, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const sources = plan.values.map((v) => v.source);
  const exprs = plan.values.map((v) => v.value);
  const values = prepareAll(exprs, layoutOf(plan.input));
  const rows = (await drain(input, context)).map((row) => values.map((evaluate) => evaluate(row, context)));
  const stored: Row[] = [];
  for (const batch of chunks(rows, writeBatch)) {
    context.check();
    for (const row of await context.rows.insertRows(plan.table, sources, batch)) stored.push(row);
    context.stats.rowsInserted += batch.length;
  }
  yield* chunks(stored, context);
}

/** Puts out the new rows. */
export async function* runUpdateRows(plan: UpdateRows, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const sources = plan.set.map((s) => s.source);
  const exprs = plan.set.map((s) => s.value);
  const values = prepareAll(exprs, layoutOf(plan.input));
  const items = (await drainKeyed(plan, input, context)).map(({ key, row }) => ({
    key,
    values: values.map((evaluate) => evaluate(row, context)),
  }));
  const stored: Row[] = [];
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    for (const row of await context.rows.updateRows(plan.table, sources, batch)) stored.push(row);
    context.stats.rowsUpdated += batch.length;
  }
  yield* chunks(stored, context);
}

/** Puts out the input's rows of what went. */
export async function* runDeleteRows(plan: DeleteRows, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const items = await drainKeyed(plan, input, context);
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    await context.rows.deleteRows(
      plan.table,
      batch.map((i) => i.key),
    );
    context.stats.rowsDeleted += batch.length;
  }
  yield* chunks(
    items.map((i) => i.row),
    context,
  );
}

/** The input's rows with their keys, each key once. Rows without a key (from an outer join) are left alone. */
export async function drainKeyed(
  plan: { readonly input: UpdateRows['input']; readonly key: ColumnId },
  input: Batches,
  context: RunContext,
): Promise<{ readonly key: bigint; readonly row: Row }[]> {
  const keyOf = columnReader(plan.key, layoutOf(plan.input));
  const items = new Map<bigint, Row>();
  for (const row of await drain(input, context)) {
    const key = keyOf(row, context);
    if (key === null || key === undefined) continue;
    if (typeof key !== 'bigint') throw new Error(`Column ${plan.key} is to be the key of a write and holds no integer.`);
    if (!items.has(key)) items.set(key, row);
  }
  return Array.from(items, ([key, row]) => ({ key, row }));
}
