// The JSON Schema of a collection in the file: set, dropped, and asked before a document is written.

import type { AlterCollection, Expression, ObjectLiteral } from '../../../parser/ast.ts';
import { QueryError, type Span } from '../../../parser/error.ts';
import type { CollectionInfo } from '../../catalog.ts';
import { brokenRule, checkSchema, schemaError } from '../../json-schema/document-schema.ts';
import { parseJson } from '../../json.ts';
import type { ObjectValue } from '../../value.ts';
import type { CatalogReader } from './catalog.ts';
import type { DdlOutcome } from './ddl.ts';
import type { SqliteConnection } from './driver.ts';
import { quoteName } from './quote.ts';
import { catalogChanged } from './schema.ts';
import { unknownName } from './unknown-names.ts';

/** The text of a schema that is written out; `bind/schema` if it is no schema. */
export function schemaText(schema: ObjectLiteral): string {
  const text = JSON.stringify(constant(schema), undefined, 1).replace(/\n */g, ' ');
  checkSchema(text, schema.span);
  return text;
}

function constant(e: Expression): unknown {
  switch (e.kind) {
    case 'literal':
      if (e.missing || e.value instanceof Uint8Array) throw notConstant(e.span);
      return typeof e.value === 'bigint' ? Number(e.value) : e.value;
    case 'list':
      return e.items.map(constant);
    case 'object':
      return Object.fromEntries(e.entries.map(({ key, value }) => [key.text, constant(value)]));
    default:
      throw notConstant(e.span);
  }
}

function notConstant(span: Span): QueryError {
  return new QueryError('bind/schema', 'A schema is written out: objects, lists, texts, numbers, true, false and null.', { span });
}

/** ALTER COLLECTION … SET SCHEMA and DROP SCHEMA. Documents that are there must fit, unless the statement says NOT VALIDATED. */
export async function alterCollection(
  connection: SqliteConnection,
  catalog: CatalogReader,
  statement: AlterCollection,
): Promise<DdlOutcome> {
  const current = catalog.current();
  const collection = current.collection(statement.name.text);
  if (!collection) throw unknownName(current, statement.name, 'collection', () => 'Only a collection has a schema.');
  const text = statement.schema && schemaText(statement.schema);
  if (text === undefined && collection.schema === undefined)
    throw new QueryError('bind/schema', `The collection "${collection.name}" has no schema.`, { span: statement.name.span });
  if (text !== undefined && !statement.notValidated) checkStored(connection, collection, text, statement.name.span);
  connection.run('UPDATE trefoil_collection SET schema = ? WHERE name = ?', [text ?? null, collection.name]);
  catalogChanged(connection);
  return { kind: 'done' };
}

const checkedAtOnce = 1_000;

function checkStored(connection: SqliteConnection, collection: CollectionInfo, schema: string, span: Span): void {
  const sql = `SELECT id, json(doc) FROM main.${quoteName(collection.table)} WHERE id > ? ORDER BY id LIMIT ${checkedAtOnce}`;
  let after = -(2n ** 63n);
  for (;;) {
    const rows = connection.all(sql, [after]);
    for (const [id, json] of rows) {
      after = id as bigint;
      const broken = brokenRule(schema, parseJson(json as string) as ObjectValue);
      if (!broken) continue;
      const { code, message, hint } = schemaError(collection.name, broken, `The document with id ${id}`);
      throw new QueryError(code, message, { span, hint: `${hint ?? ''} NOT VALIDATED leaves the documents that are there alone.` });
    }
    if (rows.length < checkedAtOnce) return;
  }
}

/** Throws `constraint/schema` for a document that the collection's schema refuses. */
export function checkDocument(collection: CollectionInfo, document: ObjectValue): void {
  if (collection.schema === undefined) return;
  const broken = brokenRule(collection.schema, document);
  if (broken) throw schemaError(collection.name, broken, 'The document');
}
