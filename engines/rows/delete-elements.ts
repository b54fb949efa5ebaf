// DELETE of nodes, edges and paths: collects all of them, then one call of the graph engine, which checks that no edge is
// left without its node.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import { inPlace, spanOver } from '../failure-place.ts';
import type { DeleteElements } from '../plan/writes.ts';
import { PathValue, type Row } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { type Element, isElement } from './elements.ts';
import { layoutOf, prepare } from './prepare.ts';

/** The input's rows, whose elements are marked as deleted. */
export async function* runDeleteElements(plan: DeleteElements, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const values = plan.values.map((expr) => ({ expr, evaluate: prepare(expr, layout) }));
  const rows = await drain(input, context);
  const gone = new Set<Element>();
  for (const row of rows) {
    for (const { expr, evaluate } of values) {
      const value = evaluate(row, context);
      if (value === null || value === undefined) continue;
      const elements = value instanceof PathValue ? [...value.edges, ...value.nodes] : [value];
      for (const element of elements) {
        if (!isElement(element)) {
          throw new QueryError('type/not-an-element', `Only nodes, edges and paths can be deleted; this is ${typeName(element)}.`, {
            span: expr.span,
          });
        }
        if (!element.deleted) gone.add(element);
      }
    }
  }
  context.check();
  const span = spanOver(plan.values.map((expr) => expr.span));
  if (gone.size > 0) await inPlace(span, context.graph.deleteElements([...gone], plan.detach, context));
  yield* chunks(rows, context);
}
