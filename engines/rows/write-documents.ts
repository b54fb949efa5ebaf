// INSERT, UPDATE and DELETE of documents. As for rows, the whole input is read first, and a document is changed once.
// All values of an UPDATE see the document as it was before.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Batches, FailurePlace, RunContext } from '../engine.ts';
import { inPlace, placed, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import type { DeleteDocuments, InsertDocuments, UpdateDocuments } from '../plan/writes.ts';
import type { ObjectValue, Row, Value } from '../value.ts';
import { checkHeld, chunks, drain } from './batch.ts';
import { setPath, unsetPath } from './document-path.ts';
import { columnReader, layoutOf, prepare } from './prepare.ts';
import { storableObject } from './storable.ts';
import { drainKeyed } from './write-rows.ts';

const writeBatch = { batchRows: writeBatchRows };

/** Puts out each document with its new id. */
export async function* runInsertDocuments(plan: InsertDocuments, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
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
  for (const batch of chunks(documents, writeBatch)) {
    context.check();
    const before = stored.length;
    const place: FailurePlace = (error, document) => {
      const at = before + document;
      return placed(
        error,
        plan.places?.rows?.[rowOf[at] ?? 0]?.[0] ?? plan.places?.target,
        documents.length > 1 ? ` Document ${at + 1} of ${documents.length} failed.` : '',
      );
    };
    const keys = await context.rows.insertDocuments(plan.collection, batch, place);
    for (const [i, document] of batch.entries()) stored.push([document, keys[i]]);
    context.stats.rowsInserted += batch.length;
  }
  yield* chunks(stored, context);
}

/** Puts out each changed document with its id. */
export async function* runUpdateDocuments(plan: UpdateDocuments, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const span = spanOver(plan.set.flatMap((s) => [s.span, s.value.span]));
  const oldDoc = columnReader(plan.oldDoc, layout);
  const set = plan.set.map((s) => ({ path: s.path, span: s.span ?? s.value.span, evaluate: prepare(s.value, layout) }));
  const items = (await drainKeyed(plan, input, context)).map(({ key, row }) => {
    let document = asDocument(oldDoc(row, context), plan.collection.name, undefined);
    for (const { path, span, evaluate } of set) {
      const value = evaluate(row, context);
      document = path.length === 0 ? asDocument(value, plan.collection.name, span) : setPath(document, path, value, span);
    }
    for (const path of plan.unset) document = unsetPath(document, path);
    return { key, document: storableObject(document, `The collection "${plan.collection.name}"`) };
  });
  for (const batch of chunks(items, writeBatch)) {
    context.check();
    await inPlace(span, context.rows.updateDocuments(plan.collection, batch));
    context.stats.rowsUpdated += batch.length;
  }
  yield* chunks(
    items.map((i): Row => [i.document, i.key]),
    context,
  );
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

function asDocument(value: Value, collection: string, span: Span | undefined): ObjectValue {
  if (value instanceof Map) return storableObject(value, `The collection "${collection}"`, span);
  throw new QueryError('type/document', `A document of the collection "${collection}" must be an object, not ${typeName(value)}.`, {
    span,
  });
}
