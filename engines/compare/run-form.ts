// Runs a form of COMPARE: several times for the median, once more for the count of what it reads and touches. Whatever a form writes
// is rolled back before the next one runs.

import { QueryError } from '../../parser/error.ts';
import { printStatement } from '../../parser/print.ts';
import { tokenize } from '../../parser/tokenize.ts';
import type { Engine, RunStats, Work } from '../engine.ts';
import { isPlanned } from '../plan/bind.ts';
import type { Plan } from '../plan/plan.ts';
import { planChildren } from '../plan/walk.ts';
import type { PreparedPlan } from '../prepare-statement.ts';
import { failedInSql } from '../run-again.ts';
import { batchRowsDefault, emptyStats, makeContext } from '../run-context.ts';
import { runPlan } from '../rows/run.ts';
import type { Row } from '../value.ts';
import { addEffort, type Effort, measureEffort } from './effort.ts';
import type { Comparison, Form, FormStatement } from './form.ts';

/** Runs per form; the time is their median. */
const runsPerForm = 5;
/** A form that takes longer than this in all is not run again. */
const timePerFormMs = 2_000;
/** Answers larger than this are not compared. */
const rowsComparedMax = 1_000_000;

const savepointName = 'trefoil_compare';
const statementSavepointName = 'trefoil_compare_statement';

export interface Answer {
  readonly form: Form;
  readonly columns: number;
  readonly rows: readonly Row[];
  readonly timeMs: number;
  readonly effort: Effort;
  /** The steps of its plans in a line. */
  readonly plan: string;
}

/** What one run of a form gives. */
interface Run {
  readonly columns: number;
  readonly rows: readonly Row[];
  readonly timeMs: number;
  readonly plans: readonly PreparedPlan[];
  readonly touched: number;
  /** Its last statement broke a constraint, and was undone. */
  readonly refusedBy?: string;
}

/** `writes`: forms are undone. What SQLite refuses at a value is asked of the row operators, as anywhere. */
export async function runForm(form: Form, comparison: Comparison, writes: boolean): Promise<Answer> {
  try {
    return await measureForm(form, comparison, writes);
  } catch (error) {
    if (!failedInSql(error)) throw error;
    return measureForm(form, { ...comparison, prepare: (statement, engine) => comparison.prepare(statement, engine, true) }, writes);
  }
}

async function measureForm(form: Form, comparison: Comparison, writes: boolean): Promise<Answer> {
  const once = writes ? undone : runOnce;
  const work: Work = { entries: 0, changed: 0 };
  const { touched } = await once(form, { ...comparison, engine: countingEngine(comparison.engine), notices: [] }, work);
  const timed = writes ? comparison : preparedOnce(comparison);
  const start = performance.now();
  const run = await once(form, timed);
  const times = [run.timeMs];
  // Of the further runs only the time is kept: an answer may be large.
  while (times.length < runsPerForm && performance.now() - start < timePerFormMs)
    times.push((await once(form, { ...timed, notices: [] })).timeMs);
  times.sort((a, b) => a - b);
  const own: Effort = {
    ...measureEffort(undefined, tokensOf(form.statements)),
    statements: form.statements.length,
    entriesRead: work.entries,
    rows: run.rows.length,
    ...(writes && { touched: touched + work.changed }),
    ...(run.refusedBy !== undefined && { refusedBy: run.refusedBy }),
  };
  return {
    form,
    columns: run.columns,
    rows: run.rows,
    timeMs: Math.round((times[Math.floor(times.length / 2)] ?? 0) * 1000) / 1000,
    effort: run.plans.reduce((sum, p) => addEffort(sum, measureEffort(p.bound, 0)), own),
    plan: run.plans.map((p) => planLine(p.plan)).join('; '),
  };
}

/** What only reads is planned once for all runs. */
function preparedOnce(comparison: Comparison): Comparison {
  const plans = new Map<FormStatement, PreparedPlan>();
  const prepare: Comparison['prepare'] = (statement, engine) => {
    const prepared = plans.get(statement) ?? comparison.prepare(statement, engine);
    plans.set(statement, prepared);
    return prepared;
  };
  return { ...comparison, prepare };
}

async function undone(form: Form, comparison: Comparison, work?: Work): Promise<Run> {
  const { transactions } = comparison.engine;
  await transactions.savepoint(savepointName);
  try {
    return await runOnce(form, comparison, work);
  } finally {
    if (transactions.inTransaction) {
      await transactions.rollbackTo(savepointName);
      await transactions.release(savepointName);
    }
  }
}

/** One run. Throws what the statements do. */
export async function runOnce(form: Form, comparison: Comparison, work?: Work): Promise<Run> {
  const plans: PreparedPlan[] = [];
  const stats = emptyStats();
  const clock: Clock = { ms: 0 };
  let rows: Row[] = [];
  let refusedBy: string | undefined;
  for (const statement of form.statements) {
    try {
      rows = await guarded(form, comparison, () => runStatement(statement, comparison, { stats, plans, clock, work }));
    } catch (error) {
      if (!form.check || !(error instanceof QueryError) || !error.code.startsWith('constraint/')) throw error;
      refusedBy = error.code;
      break;
    }
  }
  let columns = plans.at(-1)?.columns.length ?? 0;
  if (form.check) {
    // What the check reads is no part of the form's work.
    const seen: PreparedPlan[] = [];
    const check = { kind: 'query' as const, query: form.check, span: form.check.span };
    rows = await runStatement(check, comparison, { stats: emptyStats(), plans: seen, clock: { ms: 0 }, work: undefined });
    columns = seen[0]?.columns.length ?? 0;
  }
  return { columns, rows, timeMs: clock.ms, plans, touched: touchedBy(stats), ...(refusedBy !== undefined && { refusedBy }) };
}

/** A statement of several that a constraint refuses leaves nothing of itself. */
async function guarded<T>(form: Form, { engine }: Comparison, run: () => Promise<T>): Promise<T> {
  if (!form.check) return run();
  const { transactions } = engine;
  await transactions.savepoint(statementSavepointName);
  try {
    const result = await run();
    await transactions.release(statementSavepointName);
    return result;
  } catch (error) {
    if (transactions.inTransaction) {
      await transactions.rollbackTo(statementSavepointName);
      await transactions.release(statementSavepointName);
    }
    throw error;
  }
}

interface Clock {
  ms: number;
}

/** What the statements of a form add to. */
interface Sums {
  readonly stats: RunStats;
  readonly plans: PreparedPlan[];
  /** Planning is not timed. One that is refused has taken its time too. */
  readonly clock: Clock;
  readonly work: Work | undefined;
}

async function runStatement(statement: FormStatement, comparison: Comparison, { stats, plans, clock, work }: Sums): Promise<Row[]> {
  const { engine, options, notices } = comparison;
  const check = options.check ?? ((): void => {});
  if (!isPlanned(statement)) {
    await timed(clock, () => comparison.change(statement, engine));
    return [];
  }
  const prepared = comparison.prepare(statement, engine);
  await engine.catchUp({ check, graphs: prepared.graphs });
  notices.push(...prepared.notices);
  plans.push(prepared);
  const context = makeContext({
    engine,
    catalog: engine.catalog(),
    parameters: options.parameters ?? new Map(),
    batchRows: options.batchRows ?? batchRowsDefault,
    check,
    stats,
    notices,
    ...(work && { work }),
  });
  const rows: Row[] = [];
  await timed(clock, async () => {
    for await (const batch of runPlan(prepared.plan, context)) {
      for (const row of batch) rows.push(row);
      if (rows.length > rowsComparedMax)
        throw new QueryError('limit/rows-compared', `A form gives more than ${rowsComparedMax} rows.`, {
          span: statement.span,
          hint: 'Compare an aggregate of it, or add LIMIT with an ORDER BY.',
        });
    }
  });
  return rows;
}

async function timed(clock: Clock, work: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  try {
    await work();
  } finally {
    clock.ms += performance.now() - begun;
  }
}

/** Rows, documents, nodes and edges that were made or removed, and rows and documents that were changed. */
function touchedBy(s: RunStats): number {
  return s.rowsInserted + s.rowsUpdated + s.rowsDeleted + s.nodesCreated + s.nodesDeleted + s.edgesCreated + s.edgesDeleted;
}

function tokensOf(statements: readonly FormStatement[]): number {
  return statements.flatMap((s) => tokenize(printStatement(s))).filter((t) => /[\p{L}\p{N}'`]/u.test(t.image)).length;
}

/** The same engine with SQL that counts the rows it visits. It takes longer, so it is not what is timed. */
export function countingEngine(engine: Engine): Engine {
  return { ...engine, compileSql: (plan, options) => engine.compileSql(plan, { ...options, counting: true }) };
}

/** The steps from the rows' source to the result, in one line. */
function planLine(plan: Plan): string {
  const children = planChildren(plan).filter((c) => c.kind !== 'one');
  const own =
    plan.kind === 'sql' ? 'sqlite' : plan.kind === 'traverse' ? `graph(${plan.program.steps.map((s) => s.name).join(' → ')})` : plan.kind;
  if (children.length === 0) return own;
  if (children.length === 1) return `${planLine(children[0] as Plan)} → ${own}`;
  return `(${children.map(planLine).join(', ')}) → ${own}`;
}
