// Binds the expressions of a CREATE TABLE: CHECK over the new table's columns, DEFAULT over nothing.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { Catalog, ColumnInfo } from '../catalog.ts';
import { asTruth, bindExpression } from './bind-expression.ts';
import type { Expr } from './expression.ts';
import { type Builder, makeTableColumn, newContext } from './scope.ts';
import type { Column } from './type.ts';

export interface BoundDefinition {
  readonly expr: Expr;
  /** The columns it may read, in the order of the table's. */
  readonly columns: readonly Column[];
}

/** Binds a CHECK (`condition`) or a DEFAULT (`value`), in which no subquery may stand. */
export function bindDefinition(
  expression: Ast.Expression,
  columns: readonly ColumnInfo[],
  catalog: Catalog,
  as: 'condition' | 'value',
): BoundDefinition {
  const context = newContext({ catalog, parameters: new Map(), procedures: [] }, []);
  const named = columns.map((info) => ({ name: info.name, column: makeTableColumn(context, info), info }));
  const builder: Builder = {
    plan: { kind: 'one' },
    scope: { items: named.length > 0 ? [{ kind: 'row', alias: '', columns: named }] : [], form: 'select' },
    around: { tables: new Map() },
  };
  const bound = bindExpression(context, builder, expression);
  if (builder.plan.kind !== 'one')
    throw new QueryError('bind/subquery-here', 'A subquery cannot stand in CHECK, DEFAULT or a generated column.', {
      span: expression.span,
    });
  return { expr: as === 'condition' ? asTruth(builder, bound) : bound, columns: named.map((n) => n.column) };
}
