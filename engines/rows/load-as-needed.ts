// Expressions run synchronously and loading elements does not. Patterns load what the plan says is needed; what only an expression
// comes across (startNode(e).name) shows as ElementNotLoaded, and a batch is then evaluated again once all such elements are loaded.

import type { Batches, RunContext } from '../engine.ts';
import { type Expr, reachesElements } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { planExpressions } from '../plan/walk.ts';
import type { EdgeValue, NodeValue, Row } from '../value.ts';
import { ElementNotLoaded } from './element-not-loaded.ts';
import { loadElements } from './elements.ts';
import { layoutOf, prepareAll } from './prepare.ts';

/** `rows.map(each)`, with elements loaded that `each` turns out to need. `each` may run several times for a row, so it must only evaluate. */
export async function mapLoading<T>(rows: readonly Row[], context: RunContext, each: (row: Row) => T): Promise<T[]> {
  for (;;) {
    const wanted = new Set<NodeValue | EdgeValue>();
    const results: T[] = [];
    for (const row of rows) {
      try {
        results.push(each(row));
      } catch (error) {
        if (!(error instanceof ElementNotLoaded)) throw error;
        wanted.add(error.element);
      }
    }
    if (wanted.size === 0) return results;
    await context.elements.load([...wanted]);
    for (const element of wanted) {
      if (element.properties === undefined && !element.deleted) throw new Error(`element ${element.id} cannot be loaded`);
    }
  }
}

const reaching = new WeakMap<Plan, readonly Expr[]>();

/** The operator's expressions that may come across elements that are not loaded. */
function reachingOf(plan: Plan): readonly Expr[] {
  let known = reaching.get(plan);
  if (!known) {
    known = planExpressions(plan).filter(reachesElements);
    reaching.set(plan, known);
  }
  return known;
}

/** The input of an operator, each batch with those elements loaded that the operator's expressions reach by themselves. */
export function readied(plan: Plan & { readonly input: Plan }, input: Batches, context: RunContext): Batches {
  const reaching = reachingOf(plan);
  if (reaching.length === 0) return input;
  const evaluators = prepareAll(reaching, layoutOf(plan.input));
  return (async function* () {
    for await (const batch of input) {
      for (const evaluate of evaluators) {
        const values = await mapLoading(batch, context, (row) => {
          try {
            return evaluate(row, context);
          } catch (error) {
            // Any other failure is the operator's to report, should it come so far.
            if (error instanceof ElementNotLoaded) throw error;
            return null;
          }
        });
        // What comes out whole may be read by a later step.
        await loadElements(
          values.flatMap((v) => (Array.isArray(v) ? v : [v])),
          context,
        );
      }
      yield batch;
    }
  })();
}
