// Binds paths with wildcards. What follows a wildcard becomes an expression over its item, a further wildcard one inside that:
//
//   a[*].b[*].c   →   each x of a: all of (each y of x.b: y.c)

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression } from './bind-expression.ts';
import type { Expr } from './expression.ts';
import { placeOfExpr } from './known-paths.ts';
import { type BindContext, type Builder, makeColumn } from './scope.ts';

/** Names no variable that a text could write by accident. */
export const itemName = '[*]';

/** `value[*]steps` and `value.*steps`. */
export function bindWildcard(context: BindContext, builder: Builder, e: Ast.Wildcard): Expr {
  const value = bindExpression(context, builder, e.value);
  const variable = makeColumn(context, itemName, 'any');
  const place = e.of === 'items' ? placeOfExpr(context, value) : undefined;
  if (place) context.documents.set(variable.id, { collection: place.collection, steps: [...place.steps, null] });
  const before = builder.plan;
  const inner: Builder = {
    ...builder,
    scope: { items: [{ kind: 'value', alias: itemName, column: variable }], form: builder.scope.form, outer: builder.scope },
  };
  const tail = overItem(e);
  const result = bindExpression(context, inner, tail);
  if (inner.plan !== before) {
    throw new QueryError('bind/subquery-here', 'A subquery cannot stand behind a wildcard.', {
      span: e.span,
      hint: 'Write ARRAY(SELECT VALUE … FROM list AS x).',
    });
  }
  return { kind: 'each', value, of: e.of, variable: variable.id, result, flatten: tail.kind === 'wildcard', type: 'list', span: e.span };
}

/** The steps as an expression over the item. */
function overItem({ steps, span }: Ast.Wildcard): Ast.Expression {
  let value: Ast.Expression = { kind: 'identifier', name: itemName, span };
  for (const [i, step] of steps.entries()) {
    switch (step.kind) {
      case 'field':
        value = { kind: 'field', value, name: step.name, span };
        break;
      case 'index':
        value = { kind: 'index', value, index: step.index, span };
        break;
      case 'slice':
        value = { ...step, value, span };
        break;
      case 'each':
        return { kind: 'wildcard', value, of: step.of, steps: steps.slice(i + 1), span };
    }
  }
  return value;
}
