// COMPARE: the same question asked in two or three models. Every form is run; the answers must be the same bag of rows; then a row per
// model tells what it cost to write and to answer, and a verdict whose reason is read off the plan.

import { QueryError, nearestName } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import { parse } from '../parser/parse.ts';
import { printQuery } from '../parser/print.ts';
import { tokenize } from '../parser/tokenize.ts';
import { groupKey } from './compare.ts';
import { judge, measureEffort, plural, type Effort } from './compare/effort.ts';
import { questions } from './compare/questions.ts';
import type { Engine, Notice, RunContext, Work } from './engine.ts';
import { wireJson } from './json.ts';
import { type PlannedStatement, statementWrites } from './plan/bind.ts';
import type { Plan } from './plan/plan.ts';
import { planChildren } from './plan/walk.ts';
import type { PreparedPlan } from './prepare-statement.ts';
import { batchRowsDefault, emptyStats, makeContext } from './run-context.ts';
import { runPlan } from './rows/run.ts';
import type { RunOptions } from './session.ts';
import type { TableOfRows } from './show.ts';
import type { Row } from './value.ts';

/** Runs per form; the time is their median. */
const runsPerForm = 5;
/** A form that takes longer than this in all is not run again. */
const timePerFormMs = 2_000;
/** Answers larger than this are not compared. */
const rowsComparedMax = 1_000_000;

export interface Comparison {
  readonly engine: Engine;
  readonly options: RunOptions;
  readonly notices: Notice[];
  /** For this engine, whose compilers may have been told more. */
  readonly prepare: (statement: PlannedStatement, engine: Engine) => PreparedPlan;
}

interface Form {
  readonly model: Ast.Model;
  readonly query?: Ast.Query;
  /** Why the model cannot say it. */
  readonly notExpressible?: string;
}

export async function compareQueries(statement: Ast.CompareQueries, comparison: Comparison): Promise<TableOfRows> {
  const { forms } = statement;
  if (forms.length < 2)
    throw new QueryError('bind/compare-forms', 'COMPARE needs two or three forms.', {
      span: statement.span,
      hint: 'As in COMPARE { RELATIONAL …; GRAPH … }.',
    });
  for (const [i, form] of forms.entries()) {
    if (forms.findIndex((f) => f.model === form.model) < i)
      throw new QueryError('bind/compare-forms', `There are two ${form.model} forms.`, {
        span: form.span,
        hint: 'Give one form for each model.',
      });
    if (statementWrites({ kind: 'query', query: form.query, span: form.span }))
      throw new QueryError('bind/compare-forms', 'A form of COMPARE cannot write.', {
        span: form.span,
        hint: 'Each form is run several times; compare queries that only read.',
      });
  }
  return compareForms(
    forms.map((f) => ({ model: f.model, query: f.query })),
    comparison,
  );
}

export async function compareQuestion(statement: Ast.CompareQuestion, comparison: Comparison): Promise<TableOfRows> {
  const question = questions.find((q) => q.name === statement.question);
  if (!question) {
    const near = nearestName(
      statement.question,
      questions.map((q) => q.name),
    );
    throw new QueryError('bind/unknown-question', `There is no question "${statement.question}" in the catalogue.`, {
      span: statement.span,
      hint: near === undefined ? 'SHOW QUESTIONS lists them.' : `Did you mean '${near}'?`,
    });
  }
  const forms = question.forms.map(
    (f): Form => ('query' in f ? { model: f.model, query: parseForm(f.query) } : { model: f.model, notExpressible: f.notExpressible }),
  );
  try {
    return await compareForms(forms, comparison);
  } catch (error) {
    if (error instanceof QueryError && error.code === 'bind/unknown-table') {
      throw new QueryError('bind/unknown-question', 'The catalogue asks about the bundled sample, which is not in this database.', {
        span: statement.span,
        hint: 'Start the server with --sample, or use COMPARE { … } with queries of your own.',
      });
    }
    throw error;
  }
}

function parseForm(text: string): Ast.Query {
  const [statement] = parse(text).statements;
  if (statement?.kind !== 'query') throw new Error('a catalogue form is a query');
  return statement.query;
}

interface Answer {
  readonly form: Form;
  readonly prepared: PreparedPlan;
  readonly rows: readonly Row[];
  readonly entriesRead: number;
  readonly timeMs: number;
  readonly effort: Effort;
}

async function compareForms(forms: readonly Form[], comparison: Comparison): Promise<TableOfRows> {
  const counting = countingEngine(comparison.engine);
  const prepared = forms.map((form) => {
    const query = form.query && { kind: 'query' as const, query: form.query, span: form.query.span };
    return {
      form,
      prepared: query && { timed: comparison.prepare(query, comparison.engine), counted: comparison.prepare(query, counting) },
    };
  });
  await comparison.engine.catchUp({ check: comparison.options.check ?? (() => {}) });
  const answers: Answer[] = [];
  for (const p of prepared)
    if (p.prepared)
      answers.push(await answer(p.form, p.prepared.timed, await countEntries(p.prepared.counted, counting, comparison), comparison));
  const [first, ...others] = answers;
  const differences = new Map(others.map((o) => [o.form.model, first ? firstDifference(first, o) : undefined]));
  for (const [model, difference] of differences) {
    if (difference !== undefined)
      comparison.notices.push({
        code: 'notice/different-answers',
        message: `The ${model} form does not answer as the ${first?.form.model} form does: ${difference}`,
      });
  }
  const verdicts = judge(answers.map((a) => a.effort));
  const rows = forms.map((form): Row => {
    const at = answers.findIndex((a) => a.form === form);
    const a = answers[at];
    const verdict = verdicts[at];
    if (!a || !verdict)
      return [form.model, 'not expressible', form.notExpressible ?? '', null, null, null, null, null, null, null, null, null];
    const same = a === first ? 'reference' : (differences.get(form.model) ?? 'same');
    return [
      form.model,
      verdict.verdict,
      verdict.reason,
      same,
      BigInt(a.rows.length),
      BigInt(a.effort.tokens),
      BigInt(a.effort.joins),
      BigInt(a.effort.nesting),
      a.effort.recursion,
      BigInt(a.entriesRead),
      a.timeMs,
      planLine(a.prepared.plan),
    ];
  });
  return { columns: comparisonColumns, rows };
}

const comparisonColumns: TableOfRows['columns'] = [
  { name: 'model', type: 'text' },
  { name: 'verdict', type: 'text' },
  { name: 'reason', type: 'text' },
  { name: 'answer', type: 'text' },
  { name: 'rows', type: 'integer' },
  { name: 'tokens', type: 'integer' },
  { name: 'joins', type: 'integer' },
  { name: 'nesting', type: 'integer' },
  { name: 'recursion', type: 'boolean' },
  { name: 'entriesRead', type: 'integer' },
  { name: 'medianMs', type: 'float' },
  { name: 'plan', type: 'text' },
];

/** The same engine with SQL that counts the rows it visits. It takes longer, so it is not what is timed. */
function countingEngine(engine: Engine): Engine {
  return { ...engine, compileSql: (plan, options) => engine.compileSql(plan, { ...options, counting: true }) };
}

/** Runs a form once for its count. */
async function countEntries(prepared: PreparedPlan, engine: Engine, comparison: Comparison): Promise<number> {
  const work: Work = { entries: 0 };
  const context = contextFor({ ...comparison, engine, notices: [] }, work);
  for await (const _ of runPlan(prepared.plan, context));
  return work.entries;
}

function contextFor({ engine, options, notices }: Pick<Comparison, 'engine' | 'options' | 'notices'>, work?: Work): RunContext {
  return makeContext({
    engine,
    catalog: engine.catalog(),
    parameters: options.parameters ?? new Map(),
    batchRows: options.batchRows ?? batchRowsDefault,
    check: options.check ?? (() => {}),
    stats: emptyStats(),
    notices,
    ...(work && { work }),
  });
}

async function answer(form: Form, prepared: PreparedPlan, entriesRead: number, comparison: Comparison): Promise<Answer> {
  const times: number[] = [];
  let rows: Row[] = [];
  const start = performance.now();
  for (let run = 0; run < runsPerForm && (run === 0 || performance.now() - start < timePerFormMs); run++) {
    rows = [];
    const context = contextFor({ ...comparison, notices: run === 0 ? comparison.notices : [] });
    const begun = performance.now();
    for await (const batch of runPlan(prepared.plan, context)) {
      for (const row of batch) rows.push(row);
      if (rows.length > rowsComparedMax)
        throw new QueryError('limit/rows-compared', `The ${form.model} form gives more than ${rowsComparedMax} rows.`, {
          hint: 'Compare an aggregate of it, or add LIMIT with an ORDER BY.',
        });
    }
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const timeMs = Math.round((times[Math.floor(times.length / 2)] ?? 0) * 1000) / 1000;
  const tokens = form.query ? tokenize(printQuery(form.query)).filter((t) => /[\p{L}\p{N}'`]/u.test(t.image)).length : 0;
  return { form, prepared, rows, entriesRead, timeMs, effort: measureEffort(prepared.bound, tokens, entriesRead) };
}

/** Undefined if both are the same bag of rows; else a sentence with the first row that one has more often. */
function firstDifference(a: Answer, b: Answer): string | undefined {
  if (a.prepared.columns.length !== b.prepared.columns.length)
    return `it has ${plural(b.prepared.columns.length, 'column')} instead of ${a.prepared.columns.length}`;
  const counts = new Map<string, number>();
  const key = (row: Row): string => row.map((v) => String(groupKey(v))).join('\u0001');
  for (const row of a.rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  for (const row of b.rows) {
    const left = counts.get(key(row)) ?? 0;
    if (left === 0) return `it has the row ${showRow(row)}, which the other lacks`;
    counts.set(key(row), left - 1);
  }
  const missing = a.rows.find((row) => (counts.get(key(row)) ?? 0) > 0);
  return missing ? `it lacks the row ${showRow(missing)}` : undefined;
}

function showRow(row: Row): string {
  return `(${row.map(wireJson).join(', ')})`;
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
