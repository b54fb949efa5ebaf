// INSERT, UPDATE and DELETE of table rows. The whole input is read before anything is written; then the storage gets batches.
// A row that the input gives several times (through a join) is changed once, as its first occurrence says.

import type { Batches, FailurePlace, RunContext } from '../engine.ts';
import { inPlace, placed, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import type { DeleteRows, InsertPlaces, InsertRows, UpdateRows } from '../plan/writes.ts';
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
    const before = stored.length;
    const place: FailurePlace = (error, row, column) =>
      placedInsert(error, plan.places, before + row, rows.length, column === undefined ? -1 : sources.indexOf(column));
    for (const row of await context.rows.insertRows(plan.table, sources, batch, place)) stored.push(row);
    context.stats.rowsInserted += batch.length;
  }
  yield* chunks(stored, context);
}

/** The value, row or target that a failed row of an INSERT is about; of several rows its number too. `value` is the place in the row, -1 for the row as a whole. */
function placedInsert(error: unknown, places: InsertPlaces | undefined, row: number, rows: number, value: number): unknown {
  const spans = places?.rows?.[row];
  const span = spans?.[value] ?? spanOver(spans ?? []) ?? places?.target;
  return placed(error, span, rows > 1 ? ` Row ${row + 1} of ${rows} failed.` : '');
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
  const place: FailurePlace = (error, _row, column) => {
    const item = plan.set.find((s) => s.source === column);
    return placed(error, item ? item.span : spanOver(plan.set.map((s) => s.span)));
  };
  const stored: Row[] = [];
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    for (const row of await context.rows.updateRows(plan.table, sources, batch, place)) stored.push(row);
    context.stats.rowsUpdated += batch.length;
  }
  yield* chunks(stored, context);
}

/** Puts out the input's rows of what went. */
export async function* runDeleteRows(plan: DeleteRows, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const items = await drainKeyed(plan, input, context);
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    const keys = batch.map((i) => i.key);
    await inPlace(plan.span, context.rows.deleteRows(plan.table, keys));
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
