// What an operator prepares before its first row: the layout of its rows, its compiled expressions, and the context of a
// subplan that sees the row as outer values. Layouts and evaluators are remembered per plan object, so that a subplan that
// runs once per row, and a plan that comes from the cache, compile only once.

import type { Evaluator, Layout, RunContext } from '../engine.ts';
import type { Expr } from '../plan/expression.ts';
import { outputColumns, type Plan } from '../plan/plan.ts';
import type { Column, ColumnId } from '../plan/type.ts';
import type { Row, Value } from '../value.ts';
import { compileExpression } from './evaluate.ts';
import { truthOf } from '../truth.ts';

const layouts = new WeakMap<Plan, Layout>();
const compiled = new WeakMap<Layout, WeakMap<Expr, Evaluator>>();

/** The layout of rows without columns: expressions that see only outer rows and parameters. */
export const emptyLayout: Layout = new Map();

/** Where each column that the plan puts out stands in its rows. */
export function layoutOf(plan: Plan): Layout {
  let layout = layouts.get(plan);
  if (!layout) {
    layout = layoutOfColumns(outputColumns(plan));
    layouts.set(plan, layout);
  }
  return layout;
}

/** Where each of the columns stands in a row of them. */
export function layoutOfColumns(columns: readonly Column[]): Layout {
  const layout = new Map<ColumnId, number>();
  for (const [i, column] of columns.entries()) layout.set(column.id, i);
  return layout;
}

/** compileExpression, remembered per expression and layout. */
export function prepare(expr: Expr, layout: Layout): Evaluator {
  let known = compiled.get(layout);
  if (!known) {
    known = new WeakMap();
    compiled.set(layout, known);
  }
  let evaluator = known.get(expr);
  if (!evaluator) {
    evaluator = compileExpression(expr, layout);
    known.set(expr, evaluator);
  }
  return evaluator;
}

/** `prepare` for each. */
export function prepareAll(exprs: readonly Expr[], layout: Layout): Evaluator[] {
  return exprs.map((e) => prepare(e, layout));
}

/** A condition: true or not (false, null and MISSING). Another type is `type/operand`. */
export function preparePredicate(expr: Expr, layout: Layout): (row: Row, context: RunContext) => boolean {
  const evaluate = prepare(expr, layout);
  return (row, context) => truthOf(evaluate(row, context), 'A condition', expr.span) === true;
}

/** The value of a column of the row, or of an outer row. */
export function columnReader(id: ColumnId, layout: Layout): Evaluator {
  const at = layout.get(id);
  return at === undefined ? (_row, context) => context.outer.get(id) : (row) => row[at];
}

/** The places in the row of those of the columns that the layout has. */
export function placesOf(columns: Iterable<ColumnId>, layout: Layout): { readonly id: ColumnId; readonly at: number }[] {
  const out: { id: ColumnId; at: number }[] = [];
  for (const id of columns) {
    const at = layout.get(id);
    if (at !== undefined) out.push({ id, at });
  }
  return out;
}

/** The context in which a subplan sees `places` of the row, and all that the outer context had, as outer columns. */
export function contextWithRow(
  context: RunContext,
  row: Row,
  places: readonly { readonly id: ColumnId; readonly at: number }[],
): RunContext {
  if (places.length === 0) return context;
  const outer = new Map<ColumnId, Value>(context.outer);
  for (const { id, at } of places) outer.set(id, row[at]);
  return deriveContext(context, { outer });
}

/** The same run for a subplan, with a few fields replaced. Without `rawJson`: what a subplan gives is looked into. */
export function deriveContext(
  context: RunContext,
  change: {
    readonly outer?: RunContext['outer'];
    readonly keys?: RunContext['keys'];
    readonly working?: RunContext['working'];
  },
): RunContext {
  return {
    catalog: context.catalog,
    rows: context.rows,
    graph: context.graph,
    procedures: context.procedures,
    graphStorage: (graph) => context.graphStorage(graph),
    elements: context.elements,
    parameters: context.parameters,
    outer: change.outer ?? context.outer,
    keys: change.keys ?? context.keys,
    working: change.working ?? context.working,
    batchRows: context.batchRows,
    byRows: context.byRows,
    now: context.now,
    transactionStart: context.transactionStart,
    check: () => context.check(),
    stats: context.stats,
    work: context.work,
    notices: context.notices,
    profile: context.profile,
  };
}
