// Binds the keys and the condition of an index: expressions over one row of its table, or over one document of its collection.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { Catalog, CollectionInfo, ColumnInfo, TableInfo } from '../catalog.ts';
import { asTruth, bindExpression } from './bind-expression.ts';
import type { Expr } from './expression.ts';
import { type Builder, makeColumn, makeTableColumn, newContext, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';

export type IndexSubject = { readonly table: TableInfo } | { readonly collection: CollectionInfo };

export interface BoundIndexPart {
  readonly expr: Expr;
  /** The columns of the table. */
  readonly columns: readonly { readonly column: Column; readonly info: ColumnInfo }[];
  /** The document of the collection. */
  readonly document?: Column | undefined;
}

/** A key (`value`) or the condition. Throws `bind/*`. */
export function bindIndexPart(
  expression: Ast.Expression,
  subject: IndexSubject,
  catalog: Catalog,
  as: 'condition' | 'value',
): BoundIndexPart {
  const context = newContext({ catalog, parameters: new Map(), procedures: [] }, []);
  const columns = ('table' in subject ? subject.table.columns : []).map((info) => ({ column: makeTableColumn(context, info), info }));
  const document = 'collection' in subject ? makeColumn(context, subject.collection.name, 'object') : undefined;
  const item: ScopeItem = document
    ? { kind: 'document', alias: document.name, column: document }
    : {
        kind: 'row',
        alias: 'table' in subject ? subject.table.name : '',
        columns: columns.map((c) => ({ name: c.info.name, column: c.column, info: c.info })),
      };
  const builder: Builder = { plan: { kind: 'one' }, scope: { items: [item], form: 'select' }, around: { tables: new Map() } };
  const bound = bindExpression(context, builder, expression);
  if (builder.plan.kind !== 'one')
    throw new QueryError('bind/subquery-here', 'A subquery cannot stand in an index.', { span: expression.span });
  return { expr: as === 'condition' ? asTruth(builder, bound) : bound, columns, document };
}
