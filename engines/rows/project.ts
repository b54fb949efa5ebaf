// Project: exactly the given expressions, one row out per row in.

import type { Batches, RunContext } from '../engine.ts';
import type { Project } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { layoutOf, prepare } from './prepare.ts';

/** A row of the items per row of the input. */
export async function* runProject(plan: Project, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const items = plan.items.map((i) => prepare(i.value, layout));
  for await (const batch of input) {
    context.check();
    yield batch.map((row, at) => {
      // A row may hold long lists or texts of its own.
      if ((at & 15) === 15) context.check();
      const out: Row = new Array(items.length);
      for (let i = 0; i < items.length; i++) out[i] = items[i]?.(row, context);
      return out;
    });
  }
}
