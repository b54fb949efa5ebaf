// INSERT … ON CONFLICT, row by row and document by document: each is inserted unless something unique is in its way, and then the
// first clause that knows what is in the way says what becomes of it. A later row sees what an earlier one did.

import type { RunContext } from '../engine.ts';
import type { ConflictRule, FailurePlace } from '../storage.ts';
import { placed } from '../failure-place.ts';
import type { Plan } from '../plan/plan.ts';
import type { Column, ColumnId } from '../plan/type.ts';
import type { DocumentConflict, InsertDocuments, InsertRows, RowConflict, SetTarget } from '../plan/writes.ts';
import type { ObjectValue, Row, Value } from '../value.ts';
import { setPath, unsetPath } from './document-path.ts';
import { deriveContext } from './prepare.ts';
import type { RunPlan } from './run.ts';
import { asDocument } from './storable.ts';

/** The rows that were inserted or changed, as stored. */
export async function insertOrChange(
  plan: InsertRows,
  rows: readonly (readonly Value[])[],
  place: FailurePlace,
  context: RunContext,
  run: RunPlan,
): Promise<Row[]> {
  const { table } = plan;
  const given = plan.values.map((v) => v.source);
  const absent = table.columns.filter((c) => c.hasDefault && !given.includes(c.name)).map((c) => c.name);
  const columns = [...given, ...absent];
  const out: Row[] = [];
  for (const [at, values] of rows.entries()) {
    context.check();
    const whole: Value[] = absent.length === 0 ? [...values] : [...values, ...(await context.rows.defaultValues(table, absent))];
    const here: FailurePlace = (error, _row, column) => place(error, at, column);
    const [stored] = await context.rows.insertRows(table, columns, [whole], here, nothingFor(plan.conflicts));
    if (stored) {
      out.push(stored);
      context.stats.rowsInserted++;
      continue;
    }
    const coming = await context.rows.completedRow(table, columns, whole);
    const valueOf = (column: string): Value => coming[table.columns.findIndex((c) => c.name === column)] ?? null;
    const changed = await changeRow(plan, coming, valueOf, context, run);
    if (changed === 'unknown') await context.rows.insertRows(table, columns, [whole], here);
    else if (changed) out.push(changed);
  }
  return out;
}

/** Undefined: it stays. `unknown`: what is in the way is nothing that the clauses know. */
async function changeRow(
  plan: InsertRows,
  coming: Row,
  valueOf: (column: string) => Value,
  context: RunContext,
  run: RunPlan,
): Promise<Row | undefined | 'unknown'> {
  const { table } = plan;
  for (const conflict of plan.conflicts) {
    for (const target of conflict.targets) {
      const found = await context.rows.findRow(table, target, target.map(valueOf));
      if (!found) continue;
      if (!conflict.update) return undefined;
      const { set, plan: values } = conflict.update;
      const row = await newValues(conflict, values, found.row, coming, context, run);
      if (!row) return undefined;
      const given = row.map((value, i) => (set[i]?.isDefault ? null : value));
      for (const [i, s] of set.entries()) if (s.isDefault) given[i] = (await context.rows.defaultValues(table, [s.source]))[0] ?? null;
      const items = [{ key: found.key, values: given }];
      const sources = set.map((s) => s.source);
      const [stored] = await context.rows.updateRows(table, sources, items, (error, _row, column) => placedIn(error, set, column));
      if (stored) context.stats.rowsUpdated++;
      return stored;
    }
    if (conflict.any && !conflict.update) return undefined;
  }
  return 'unknown';
}

function placedIn(error: unknown, set: readonly SetTarget[], column: string | undefined): unknown {
  return placed(error, (set.find((s) => s.source === column) ?? set[0])?.span);
}

function nothingFor<Key>(
  conflicts: readonly { readonly targets: readonly (readonly Key[])[]; readonly any: boolean }[],
): ConflictRule<Key> {
  const targets = conflicts.flatMap<readonly Key[] | undefined>((c) => (c.any ? [undefined] : [...c.targets]));
  return { kind: 'nothing', targets };
}

/** The only row of the clause's plan, which sees both rows; undefined if its WHERE is not true. */
async function newValues(
  conflict: RowConflict | DocumentConflict,
  plan: Plan,
  existing: Row,
  excluded: Row,
  context: RunContext,
  run: RunPlan,
): Promise<Row | undefined> {
  const outer = new Map<ColumnId, Value>(context.outer);
  const add = (columns: readonly Column[], row: Row): void => {
    for (const [i, column] of columns.entries()) outer.set(column.id, row[i]);
  };
  add(conflict.existing, existing);
  add(conflict.excluded, excluded);
  for await (const [row] of run(plan, deriveContext(context, { outer }))) if (row) return row;
  return undefined;
}

/** The documents that were inserted or changed, with their ids. */
export async function insertOrChangeDocuments(
  plan: InsertDocuments,
  documents: readonly ObjectValue[],
  place: FailurePlace,
  context: RunContext,
  run: RunPlan,
): Promise<Row[]> {
  const { collection } = plan;
  const out: Row[] = [];
  for (const [at, document] of documents.entries()) {
    context.check();
    const here: FailurePlace = (error) => place(error, at);
    const [key] = await context.rows.insertDocuments(collection, [document], here, nothingFor(plan.conflicts));
    if (key !== undefined) {
      out.push([document, key]);
      context.stats.rowsInserted++;
      continue;
    }
    const changed = await changeDocument(plan, document, context, run);
    if (changed === 'unknown') await context.rows.insertDocuments(collection, [document], here);
    else if (changed) out.push(changed);
  }
  return out;
}

async function changeDocument(
  plan: InsertDocuments,
  coming: ObjectValue,
  context: RunContext,
  run: RunPlan,
): Promise<Row | undefined | 'unknown'> {
  const { collection } = plan;
  for (const conflict of plan.conflicts) {
    for (const target of conflict.targets) {
      const found = await context.rows.findDocument(collection, target, coming);
      if (!found) continue;
      if (!conflict.update) return undefined;
      const { set, unset, plan: values } = conflict.update;
      const row = await newValues(conflict, values, [found.document, found.key], [coming], context, run);
      if (!row) return undefined;
      let document = found.document;
      for (const [i, { path, span }] of set.entries()) {
        document = path.length === 0 ? asDocument(row[i], collection.name, span) : setPath(document, path, row[i], span);
      }
      for (const path of unset) document = unsetPath(document, path);
      document = asDocument(document, collection.name, undefined);
      try {
        await context.rows.updateDocuments(collection, [{ key: found.key, document }]);
      } catch (error) {
        throw placed(error, set[0]?.span);
      }
      context.stats.rowsUpdated++;
      return [document, found.key];
    }
    if (conflict.any && !conflict.update) return undefined;
  }
  return 'unknown';
}
