// Limit: passes over `offset` rows and puts out at most `count`. It stops pulling as soon as it has them, which closes the
// input. Only where the input writes does it read on: LIMIT bounds the rows shown, not the changes made.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Batches, RunContext } from '../engine.ts';
import type { Expr } from '../plan/expression.ts';
import type { Limit } from '../plan/plan.ts';
import { planWrites } from '../plan/walk.ts';
import type { Row } from '../value.ts';
import { emptyLayout, prepare } from './prepare.ts';

/** `input` makes the input's batches, of which at most `rowsMax` rows will be used (undefined: all). */
export async function* runLimit(plan: Limit, context: RunContext, input: (rowsMax: number | undefined) => Batches): AsyncGenerator<Row[]> {
  const count = plan.count ? amount(plan.count, 'LIMIT', context) : undefined;
  let skip = plan.offset ? amount(plan.offset, 'OFFSET', context) : 0;
  let left = count ?? Number.POSITIVE_INFINITY;
  const toTheEnd = planWrites(plan.input);
  if (left === 0 && !toTheEnd) return;
  for await (const batch of input(count === undefined ? undefined : skip + count)) {
    context.check();
    const from = Math.min(skip, batch.length);
    skip -= from;
    const taken = Math.min(left, batch.length - from);
    left -= taken;
    if (taken > 0) yield taken === batch.length ? batch : batch.slice(from, from + taken);
    if (left === 0 && !toTheEnd) return;
  }
}

/** A non-negative integer; more than fits a float exactly counts as no bound. */
function amount(expr: Expr, word: string, context: RunContext): number {
  const value = prepare(expr, emptyLayout)([], context);
  if (typeof value === 'bigint' && value >= 0n) return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value);
  const given = typeof value === 'bigint' || typeof value === 'number' ? String(value) : typeName(value);
  throw new QueryError('type/limit', `${word} needs an integer that is not negative, not ${given}.`, { span: expr.span });
}
