// INSERT, UPDATE and DELETE of documents. As for rows, the whole input is read first, and a document is changed once.
// All values of an UPDATE see the document as it was before.

import type { Batches, RunContext } from '../engine.ts';
import type { FailurePlace } from '../storage.ts';
import { inPlace, placed, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import type { DeleteDocuments, InsertDocuments, UpdateDocuments } from '../plan/writes.ts';
import type { ObjectValue, Row } from '../value.ts';
import { checkHeld, chunks, drain } from './batch.ts';
import { setPath, unsetPath } from './document-path.ts';
import { insertOrChangeDocuments } from './insert-or-change.ts';
import { columnReader, layoutOf, prepare } from './prepare.ts';
import type { RunPlan } from './run.ts';
import { sqlTakes } from './sql-takes.ts';
import { asDocument, storableObject } from './storable.ts';
import { drainKeyed } from './write-rows.ts';

const writeBatch = { batchRows: writeBatchRows };

/** Puts out each document with its new id. */
export async function* runInsertDocuments(plan: InsertDocuments, input: Batches, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const evaluate = prepare(plan.document, layoutOf(plan.input));
  const documents: ObjectValue[] = [];
  /** Of each document, the row that gave it. */
  const rowOf: number[] = [];
  for (const [i, row] of (await drain(input, context)).entries()) {
    const value = evaluate(row, context);
    const given = plan.spread && Array.isArray(value) ? value : [value];
    const span = plan.places?.rows?.[i]?.[0] ?? plan.document.span;
    for (const item of given) {
      documents.push(asDocument(item, plan.collection.name, span));
      rowOf.push(i);
    }
    checkHeld(documents.length);
  }
  const stored: Row[] = [];
  for (const [chunk, batch] of [...chunks(documents, writeBatch)].entries()) {
    context.check();
    const before = chunk * writeBatch.batchRows;
    const place: FailurePlace = (error, document) => {
      const at = before + document;
      return placed(
        error,
        plan.places?.rows?.[rowOf[at] ?? 0]?.[0] ?? plan.places?.target,
        documents.length > 1 ? ` Document ${at + 1} of ${documents.length} failed.` : '',
      );
    };
    if (plan.conflicts.length > 0) {
      for (const row of await insertOrChangeDocuments(plan, batch, place, context, run)) stored.push(row);
      continue;
    }
    const keys = await context.rows.insertDocuments(plan.collection, batch, place, plan.or && { kind: plan.or });
    for (const [i, document] of batch.entries()) {
      const key = keys[i];
      if (key === undefined) continue;
      stored.push([document, key]);
      context.stats.rowsInserted++;
    }
  }
  yield* chunks(stored, context);
}

/** Puts out each changed document with its id. */
export async function* runUpdateDocuments(plan: UpdateDocuments, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  // What is counted is read document by document.
  if (plan.bulk && !context.work && sqlTakes(plan.bulk.statement, context)) {
    const changed = await context.rows.updateDocumentsInBulk(plan.collection, plan, plan.bulk.statement, context);
    context.stats.rowsUpdated += changed ?? 0;
    if (changed !== undefined) return;
  }
  const layout = layoutOf(plan.input);
  const span = spanOver(plan.set.flatMap((s) => [s.span, s.value.span]));
  const oldDoc = columnReader(plan.oldDoc, layout);
  const carried = plan.carried.map((c) => columnReader(c.id, layout));
  const set = plan.set.map((s) => ({ path: s.path, span: s.span ?? s.value.span, evaluate: prepare(s.value, layout) }));
  const items = (await drainKeyed(plan, input, context)).map(({ key, row }) => {
    let document = asDocument(oldDoc(row, context), plan.collection.name, undefined);
    for (const { path, span, evaluate } of set) {
      const value = evaluate(row, context);
      document = path.length === 0 ? asDocument(value, plan.collection.name, span) : setPath(document, path, value, span);
    }
    for (const path of plan.unset) document = unsetPath(document, path);
    const rest = carried.map((read) => read(row, context));
    return { key, document: storableObject(document, `The collection "${plan.collection.name}"`), rest };
  });
  const stored: Row[] = [];
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    const changed = await inPlace(span, context.rows.updateDocuments(plan.collection, batch, plan.or));
    for (const [i, { document, key, rest }] of batch.entries()) {
      if (!changed[i]) continue;
      stored.push([document, key, ...rest]);
      context.stats.rowsUpdated++;
    }
  }
  yield* chunks(stored, context);
}

/** Puts out the input's rows of what went. */
export async function* runDeleteDocuments(plan: DeleteDocuments, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const items = await drainKeyed(plan, input, context);
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    await context.rows.deleteDocuments(
      plan.collection,
      batch.map((i) => i.key),
    );
    context.stats.rowsDeleted += batch.length;
  }
  yield* chunks(
    items.map((i) => i.row),
    context,
  );
}
