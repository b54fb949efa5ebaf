// Comprehensions and quantifiers as closures. The variable stands in a slot behind the row's own, in a copy of the row made once
// per evaluation, so that they nest and can run within each other.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Evaluator, Layout, RunContext } from '../engine.ts';
import { listItemsMax } from '../limits.ts';
import type { ComprehensionExpr, EachExpr, QuantifiedExpr, ReduceExpr } from '../plan/expression.ts';
import type { ColumnId } from '../plan/type.ts';
import { checkRoom } from '../room.ts';
import { EdgeValue, NodeValue, type Row, type Value } from '../value.ts';
import { propertiesOf } from './evaluate-access.ts';
import { truthOf } from '../truth.ts';
import type { CompileExpression as Compile } from '../engine.ts';

/** The layout with one more slot at its end. */
function withVariable(layout: Layout, variable: ColumnId): { readonly inner: Layout; readonly slot: number } {
  let slot = 0;
  for (const used of layout.values()) if (used >= slot) slot = used + 1;
  return { inner: new Map(layout).set(variable, slot), slot };
}

/** A copy of the row's first `width` values. */
function scratchOf(row: Row, width: number): Row {
  const scratch = row.slice(0, width);
  while (scratch.length < width) scratch.push(undefined);
  return scratch;
}

/** A step may make a long list or text of its own. */
function lookNowAndThen(steps: number, context: RunContext): void {
  if ((steps & 15) === 0) context.check();
}

function listOf(value: Value, what: string, expr: ComprehensionExpr | QuantifiedExpr | ReduceExpr): readonly Value[] | null {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return null;
  throw new QueryError('type/operand', `${what} needs a list, not ${typeName(value)}.`, { span: expr.list.span ?? expr.span });
}

/** `[x IN list WHERE … | …]`; null for a null list. */
export function compileComprehension(expr: ComprehensionExpr, layout: Layout, compile: Compile): Evaluator {
  const list = compile(expr.list, layout);
  const { inner, slot } = withVariable(layout, expr.variable);
  const where = expr.where && compile(expr.where, inner);
  const result = expr.result && compile(expr.result, inner);
  return (row, context) => {
    const items = listOf(list(row, context), 'A list comprehension', expr);
    if (items === null) return null;
    const scratch = scratchOf(row, slot);
    const out: Value[] = [];
    let steps = 0;
    for (const item of items) {
      lookNowAndThen(++steps, context);
      scratch[slot] = item;
      if (where !== undefined && truthOf(where(scratch, context), 'WHERE', expr.where?.span) !== true) continue;
      out.push(result === undefined ? item : (result(scratch, context) ?? null));
    }
    return out;
  };
}

/** `items[*].price` and `address.*`: see EachExpr. */
export function compileEach(expr: EachExpr, layout: Layout, compile: Compile): Evaluator {
  const value = compile(expr.value, layout);
  const { inner, slot } = withVariable(layout, expr.variable);
  const result = compile(expr.result, inner);
  const { of, flatten, span } = expr;
  return (row, context) => {
    const whole = value(row, context);
    if (whole === null || whole === undefined) return whole;
    const scratch = scratchOf(row, slot);
    const out: Value[] = [];
    let steps = 0;
    for (const item of partsOf(whole, of, span)) {
      lookNowAndThen(++steps, context);
      scratch[slot] = item;
      const found = result(scratch, context);
      if (found === undefined) continue;
      if (!flatten) out.push(found);
      else if (Array.isArray(found)) {
        if (out.length + found.length > listItemsMax)
          throw new QueryError('limit/list', `The list would have more than ${listItemsMax} items.`, { span });
        checkRoom((out.length + found.length) * 8);
        for (const one of found) out.push(one);
      }
    }
    return out;
  };
}

/** What is neither a list nor an object counts as its own only part, as in FROM. */
function partsOf(value: Value, of: EachExpr['of'], span: Span | undefined): Iterable<Value> {
  if (of === 'items') return Array.isArray(value) ? value : [value];
  if (value instanceof NodeValue || value instanceof EdgeValue) return propertiesOf(value, span).values();
  return value instanceof Map ? value.values() : [value];
}

/** Three-valued: an undecided condition leaves the answer open unless the others settle it. */
export function compileQuantified(expr: QuantifiedExpr, layout: Layout, compile: Compile): Evaluator {
  const list = compile(expr.list, layout);
  const { inner, slot } = withVariable(layout, expr.variable);
  const condition = compile(expr.condition, inner);
  const { quantifier } = expr;
  return (row, context) => {
    const items = listOf(list(row, context), quantifier, expr);
    if (items === null) return null;
    const scratch = scratchOf(row, slot);
    let met = 0;
    let open = false;
    let steps = 0;
    for (const item of items) {
      lookNowAndThen(++steps, context);
      scratch[slot] = item;
      const holds = truthOf(condition(scratch, context), 'WHERE', expr.condition.span);
      if (holds === null) open = true;
      else if (holds) {
        met++;
        if (quantifier === 'any') return true;
        if (quantifier === 'none' || (quantifier === 'single' && met > 1)) return false;
      } else if (quantifier === 'all') return false;
    }
    if (open) return null;
    return quantifier === 'single' ? met === 1 : quantifier !== 'any';
  };
}

/** `reduce(…)`; null for a null list. */
export function compileReduce(expr: ReduceExpr, layout: Layout, compile: Compile): Evaluator {
  const initial = compile(expr.initial, layout);
  const list = compile(expr.list, layout);
  const first = withVariable(layout, expr.accumulator);
  const { inner, slot } = withVariable(first.inner, expr.variable);
  const result = compile(expr.result, inner);
  return (row, context) => {
    const items = listOf(list(row, context), 'reduce', expr);
    if (items === null) return null;
    const scratch = scratchOf(row, slot);
    scratch[first.slot] = initial(row, context);
    for (const item of items) {
      // What is gathered may double with each step.
      context.check();
      scratch[slot] = item;
      scratch[first.slot] = result(scratch, context);
    }
    return scratch[first.slot] ?? null;
  };
}
