// Runs a plan: one exhaustive switch from plan nodes to row operators. Each operator is an async generator that pulls batches
// from its input; nothing runs before the first pull, and stopping early closes every input below. The row operators can run
// every plan except scans of stored tables and collections, which the cut (engines/cut.ts) always turns into `sql` nodes.

import { QueryError } from '../../parser/error.ts';
import type { Batches, RunContext } from '../engine.ts';
import type { Plan } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import { runAggregate } from './aggregate.ts';
import { runApply } from './apply.ts';
import { runCallProcedure } from './call-procedure.ts';
import { runCreateElements } from './create-elements.ts';
import { runDeleteElements } from './delete-elements.ts';
import { runDistinct } from './distinct.ts';
import { runFilter, runHashedFilter } from './filter.ts';
import { runForEach } from './for-each.ts';
import { runJoin } from './join.ts';
import { runLateralJoin } from './lateral-join.ts';
import { runLimit } from './limit.ts';
import { readied } from './load-as-needed.ts';
import { runMatch } from './match.ts';
import { deriveContext } from './prepare.ts';
import { runMergeElements } from './merge-elements.ts';
import { runProject } from './project.ts';
import { runRecursive } from './recursive.ts';
import { runSetElements } from './set-elements.ts';
import { runSetOperation } from './set-operation.ts';
import { runSort } from './sort.ts';
import { sqlTakes } from './sql-takes.ts';
import { runUnnest } from './unnest.ts';
import { runOne, runScanWorking, runValues } from './values.ts';
import { runWindow } from './window.ts';
import { runDeleteDocuments, runInsertDocuments, runUpdateDocuments } from './write-documents.ts';
import { runDeleteRows, runInsertRows, runUpdateRows } from './write-rows.ts';

/** How operators with subplans run them; always `runPlan`, handed down so that the operators need not import this file. */
export type RunPlan = (plan: Plan, context: RunContext) => Batches;

/** The rows of a plan, in batches of 1 to context.batchRows rows laid out as outputColumns(plan). */
export function runPlan(plan: Plan, context: RunContext): Batches {
  return profiled(plan, runNode(plan, context), context);
}

function inputOf(plan: Plan & { readonly input: Plan }, context: RunContext): Batches {
  return readied(plan, runPlan(plan.input, context), context);
}

function runNode(plan: Plan, context: RunContext): Batches {
  switch (plan.kind) {
    case 'one':
      return runOne();
    case 'values':
      return runValues(plan, context);
    case 'scanWorking':
      return runScanWorking(plan, context);
    case 'scanTable':
    case 'scanCollection':
      throw new Error(`A ${plan.kind} node reached the row operators: the cut makes an sql node of each.`);
    case 'unnest':
      return runUnnest(plan, inputOf(plan, context), context);
    case 'match':
      return runMatch(plan, runPlan(plan.input, context), context);
    case 'filter':
      return plan.hash
        ? runHashedFilter(plan, plan.hash, () => inputOf(plan, context), context)
        : runFilter(plan, inputOf(plan, context), context);
    case 'project':
      return runProject(plan, inputOf(plan, context), context);
    case 'join':
      return plan.lateral ? runLateralJoin(plan, context, runPlan) : runJoin(plan, context, runPlan);
    case 'apply':
      return runApply(plan, inputOf(plan, context), context, runPlan);
    case 'aggregate':
      return runAggregate(plan, inputOf(plan, context), context);
    case 'window':
      return runWindow(plan, inputOf(plan, context), context);
    case 'distinct':
      return runDistinct(inputOf(plan, context), context);
    case 'sort':
      return runSort(plan, inputOf(plan, context), context);
    case 'limit': {
      // A limit tells the sort below it how many rows it wants at most.
      const below = plan.input;
      return runLimit(plan, context, (rowsMax) =>
        below.kind === 'sort'
          ? profiled(below, runSort(below, inputOf(below, context), context, rowsMax), context)
          : runPlan(below, context),
      );
    }
    case 'set':
      return runSetOperation(plan, runPlan(plan.left, context), runPlan(plan.right, context), context);
    case 'recursive':
      return runRecursive(plan, context, runPlan);
    case 'callProcedure':
      return runCallProcedure(plan, inputOf(plan, context), context);
    case 'insertRows':
      return runInsertRows(plan, inputOf(plan, context), context, runPlan);
    case 'updateRows':
      return runUpdateRows(plan, inputOf(plan, context), context);
    case 'deleteRows':
      return runDeleteRows(plan, inputOf(plan, context), context);
    case 'insertDocuments':
      return runInsertDocuments(plan, inputOf(plan, context), context, runPlan);
    case 'updateDocuments':
      return runUpdateDocuments(plan, inputOf(plan, context), context);
    case 'deleteDocuments':
      return runDeleteDocuments(plan, inputOf(plan, context), context);
    case 'createElements':
      return runCreateElements(plan, inputOf(plan, context), context);
    case 'mergeElements':
      return runMergeElements(plan, inputOf(plan, context), context, runPlan);
    case 'forEach':
      return runForEach(plan, inputOf(plan, context), context, runPlan);
    case 'setElements':
      return runSetElements(plan, inputOf(plan, context), context);
    case 'deleteElements':
      return runDeleteElements(plan, inputOf(plan, context), context);
    case 'sql':
      if (!context.byRows) return context.rows.query(plan.statement, context);
      if (!sqlTakes(plan.statement, context)) return runByRows(plan, context);
      return plan.statement.text.length < longSqlChars ? context.rows.query(plan.statement, context) : runWhereItFits(plan, context);
    case 'traverse':
      return context.graph.traverse(plan, runPlan(plan.input, context), context);
  }
}

/** Shorter statements are never too large for SQLite. */
const longSqlChars = 2000;

/** Derived anew, because JSON may not stay text here. */
function runByRows(plan: Plan & { readonly kind: 'sql' }, context: RunContext): Batches {
  return runPlan(context.byRows?.(plan) ?? plan, deriveContext(context, {}));
}

/** In SQLite, or with the row operators where SQLite says that the statement is too large, before its first row. */
async function* runWhereItFits(plan: Plan & { readonly kind: 'sql' }, context: RunContext): AsyncGenerator<Row[]> {
  const batches = context.rows.query(plan.statement, context)[Symbol.asyncIterator]();
  let first: IteratorResult<Row[]>;
  try {
    first = await batches.next();
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== 'limit/query-size') throw error;
    return yield* runByRows(plan, context);
  }
  try {
    for (let next = first; next.done !== true; next = await batches.next()) yield next.value;
  } finally {
    await batches.return?.();
  }
}

/** For EXPLAIN ANALYZE: counts what the node puts out. Times include the inputs. */
function profiled(plan: Plan, batches: Batches, context: RunContext): Batches {
  return context.profile ? countBatches(plan, batches, context.profile) : batches;
}

async function* countBatches(plan: Plan, batches: Batches, profile: NonNullable<RunContext['profile']>): AsyncGenerator<Row[]> {
  const counts = profile.get(plan) ?? { rows: 0, timeMs: 0, calls: 0 };
  profile.set(plan, counts);
  counts.calls++;
  const iterator = batches[Symbol.asyncIterator]();
  let open = true;
  try {
    while (true) {
      const start = performance.now();
      const next = await iterator.next().finally(() => {
        counts.timeMs += performance.now() - start;
      });
      if (next.done) {
        open = false;
        return;
      }
      counts.rows += next.value.length;
      yield next.value;
    }
  } catch (error) {
    open = false;
    throw error;
  } finally {
    if (open) await iterator.return?.();
  }
}
