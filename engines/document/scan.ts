// A collection as a relation: a table of `id` and `doc`, the document as binary JSON.

import type { ScanCollection } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { flatRelation, type Relation } from '../relational/relation.ts';
import type { Compilation } from '../relational/scope.ts';
import { column, holding } from '../sql/fragment.ts';
import type { SqlValue } from '../sql/value.ts';

export function scanCollection(cx: Compilation, plan: ScanCollection): Relation {
  const alias = cx.alias('t');
  cx.collections.set(alias, plan.collection.name);
  const id = column(alias, 'id');
  const columns = new Map<ColumnId, SqlValue>();
  columns.set(plan.doc.id, {
    form: 'json',
    type: 'object',
    base: { kind: 'document', sql: column(alias, 'doc'), nullable: false },
    steps: [],
  });
  if (plan.key) columns.set(plan.key.id, { form: 'native', type: 'integer', sql: id, nullable: false, isColumn: true });
  const check = cx.interruptible ? [holding(cx.dialect.check(id))] : [];
  return flatRelation(
    [{ join: 'cross', source: { kind: 'table', name: plan.collection.table, key: 'id' }, alias, on: [] }],
    check,
    columns,
  );
}
