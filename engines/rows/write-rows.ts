// INSERT, UPDATE and DELETE of table rows. The whole input is read before anything is written; then the storage gets batches.
// A row that the input gives several times (through a join) is changed once, as its first occurrence says.

import type { Batches, Evaluator, RunContext } from '../engine.ts';
import type { FailurePlace } from '../storage.ts';
import { inPlace, placed, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import type { TableInfo } from '../catalog.ts';
import type { DeleteRows, InsertPlaces, InsertRows, SetTarget, UpdateRows } from '../plan/writes.ts';
import type { ColumnId } from '../plan/type.ts';
import type { Row, Value } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { insertOrChange } from './insert-or-change.ts';
import { columnReader, layoutOf, prepareAll } from './prepare.ts';
import type { RunPlan } from './run.ts';
import { sqlTakes } from './sql-takes.ts';

const writeBatch = { batchRows: writeBatchRows };

interface PreparedInsert {
  readonly sources: readonly string[];
  readonly values: readonly Evaluator[];
}

const preparedInserts = new WeakMap<InsertRows, PreparedInsert>();

function preparedInsert(plan: InsertRows): PreparedInsert {
  let prepared = preparedInserts.get(plan);
  if (prepared === undefined) {
    const exprs = plan.values.map((v) => v.value);
    prepared = { sources: plan.values.map((v) => v.source), values: prepareAll(exprs, layoutOf(plan.input)) };
    preparedInserts.set(plan, prepared);
  }
  return prepared;
}

/** Puts out the rows as stored; a row that was left out is not among them. */
export async function* runInsertRows(plan: InsertRows, input: Batches, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const { sources, values } = preparedInsert(plan);
  const rows = (await drain(input, context)).map((row) => values.map((evaluate) => evaluate(row, context)));
  if (plan.defaults) await fillDefaults(plan, plan.defaults, rows, context);
  // What OR REPLACE and ON CONFLICT change besides is looked at row by row.
  const together = rows.length > 1 && plan.conflicts.length === 0 && plan.or !== 'replace';
  const insert = (): Promise<Row[]> => insertBatches({ plan, sources, rows }, context, run);
  const stored = together ? await context.rows.insertingTogether(plan.table, insert) : await insert();
  yield* chunks(stored, context);
}

interface RowsToInsert {
  readonly plan: InsertRows;
  readonly sources: readonly string[];
  readonly rows: readonly Row[];
}

async function insertBatches({ plan, sources, rows }: RowsToInsert, context: RunContext, run: RunPlan): Promise<Row[]> {
  const stored: Row[] = [];
  for (const [at, batch] of [...chunks(rows, writeBatch)].entries()) {
    context.check();
    const before = at * writeBatch.batchRows;
    const place: FailurePlace = (error, row, column) =>
      placedInsert(error, plan.places, before + row, rows.length, column === undefined ? -1 : sources.indexOf(column));
    if (plan.conflicts.length > 0) {
      for (const row of await insertOrChange(plan, batch, place, context, run)) stored.push(row);
      continue;
    }
    const written = await context.rows.insertRows(plan.table, sources, batch, place, plan.or && { kind: plan.or });
    for (const row of written) {
      if (!row) continue;
      stored.push(row);
      context.stats.rowsInserted++;
    }
  }
  return stored;
}

async function fillDefaults(
  plan: InsertRows,
  defaults: readonly (readonly number[])[],
  rows: Value[][],
  context: RunContext,
): Promise<void> {
  for (const [i, places] of defaults.entries()) {
    if (places.length === 0) continue;
    const columns = places.map((place) => plan.values[place]?.source ?? '');
    const found = await context.rows.defaultValues(plan.table, columns);
    for (const [j, place] of places.entries()) (rows[i] as Value[])[place] = found[j] ?? null;
  }
}

/** The value, row or target that a failed row of an INSERT is about; of several rows its number too. `value` is the place in the row, -1 for the row as a whole. */
function placedInsert(error: unknown, places: InsertPlaces | undefined, row: number, rows: number, value: number): unknown {
  const spans = places?.rows?.[row];
  const span = spans?.[value] ?? spanOver(spans ?? []) ?? places?.target;
  return placed(error, span, rows > 1 ? ` Row ${row + 1} of ${rows} failed.` : '');
}

/** Puts out the new rows, each with what is carried of its input row. */
export async function* runUpdateRows(plan: UpdateRows, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const sources = plan.set.map((s) => s.source);
  // What is counted is read row by row.
  if (plan.bulk && !context.work && sqlTakes(plan.bulk.statement, context)) {
    const changed = await context.rows.updateInBulk(plan.table, sources, plan.bulk.statement, context);
    context.stats.rowsUpdated += changed ?? 0;
    if (changed !== undefined) return;
  }
  const layout = layoutOf(plan.input);
  const values = prepareAll(
    plan.set.map((s) => s.value),
    layout,
  );
  const carried = plan.carried.map((c) => columnReader(c.id, layout));
  const items: { readonly key: bigint; readonly values: Value[]; readonly carried: Value[] }[] = [];
  for (const { key, row } of await drainKeyed(plan, input, context)) {
    items.push({
      key,
      values: values.map((evaluate) => evaluate(row, context)),
      carried: carried.map((read) => read(row, context)),
    });
  }
  await setDefaults(plan.table, plan.set, items, context);
  const place: FailurePlace = (error, _row, column) => placedSet(error, plan.set, column);
  const stored: Row[] = [];
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    const rows = await context.rows.updateRows(plan.table, sources, batch, place, plan.or);
    for (const [i, row] of rows.entries()) {
      if (!row) continue;
      stored.push(carried.length === 0 ? row : [...row, ...(batch[i]?.carried ?? [])]);
      context.stats.rowsUpdated++;
    }
  }
  yield* chunks(stored, context);
}

/** `SET a = DEFAULT` */
async function setDefaults(
  table: TableInfo,
  set: readonly SetTarget[],
  items: readonly { readonly values: Value[] }[],
  context: RunContext,
): Promise<void> {
  const places = set.flatMap((s, i) => (s.isDefault ? [i] : []));
  if (places.length === 0) return;
  const columns = places.map((place) => set[place]?.source ?? '');
  for (const item of items) {
    const found = await context.rows.defaultValues(table, columns);
    for (const [j, place] of places.entries()) item.values[place] = found[j] ?? null;
  }
}

/** The SET item that a failed row is about, or all of them. */
function placedSet(error: unknown, set: readonly SetTarget[], column: string | undefined): unknown {
  const item = set.find((s) => s.source === column);
  return placed(error, item ? item.span : spanOver(set.map((s) => s.span)));
}

/** Puts out the input's rows of what went. */
export async function* runDeleteRows(plan: DeleteRows, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const items = await drainKeyed(plan, input, context);
  const together = items.length > writeBatchRows && (await context.rows.isReferredTo(plan.table));
  for (const batch of together ? [items] : chunks(items, writeBatch)) {
    context.check();
    const keys = batch.map((i) => i.key);
    await inPlace(plan.span, context.rows.deleteRows(plan.table, keys, context.work));
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
