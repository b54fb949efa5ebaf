// `x = ANY (…)` and `x > ALL (…)`. Equality with any, and inequality with all, are IN; the others ask each value of a list, and a query's
// rows are made a list first.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression, membership } from './bind-expression.ts';
import { bindCollected, bindSubquery } from './bind-subquery.ts';
import { sameCollation } from './collation.ts';
import type { BinaryOperator, Expr } from './expression.ts';
import { type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** A comparison with ANY or ALL on its right. */
export function bindAnyOf(context: BindContext, builder: Builder, e: Ast.Binary, right: Ast.AnyOf): Expr {
  const { of, quantifier, span } = right;
  if (!comparisons.has(e.operator)) {
    throw new QueryError('bind/quantified-comparison', `${quantifier.toUpperCase()} (…) goes with comparisons, not with ${e.operator}.`, {
      span,
    });
  }
  const isMember = quantifier === 'any' && e.operator === '=';
  if (isMember || (quantifier === 'all' && e.operator === '<>')) {
    const { left: operand } = e;
    if ('query' in of)
      return bindSubquery(context, builder, { kind: 'inQuery', operand, query: of.query, negated: !isMember, span: e.span });
    const list = listOf(context, builder, of.list);
    return membership(context, bindExpression(context, builder, operand), list, !isMember, e.span);
  }
  const operand = bindExpression(context, builder, e.left);
  const item = makeColumn(context, 'item', 'any');
  const { list, collation } = 'query' in of ? bindCollected(context, builder, of.query, span) : { list: listOf(context, builder, of.list) };
  const [value, other] = sameCollation(operand, columnExpr({ ...item, collation }, span));
  const condition: Expr = {
    kind: 'binary',
    operator: e.operator as BinaryOperator,
    left: value,
    right: other,
    type: 'boolean',
    span: e.span,
  };
  return { kind: 'quantified', quantifier, variable: item.id, list, condition, type: 'boolean', span: e.span };
}

function listOf(context: BindContext, builder: Builder, e: Ast.Expression): Expr {
  const list = bindExpression(context, builder, e);
  if (list.type === 'list' || list.type === 'any' || list.type === 'null') return list;
  throw new QueryError('type/operand', `ANY and ALL need a query or a list, not ${list.type}.`, { span: e.span });
}
