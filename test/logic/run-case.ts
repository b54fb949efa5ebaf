// Runs one `.logic` case and prints what came: stages asked for, then rows, changes, notices or the error as the terminal shows it.

import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { printStatement } from '../../parser/print.ts';
import { renderError } from './render-error.ts';
import { parseJson, wireJson } from '../../engines/json.ts';
import { isPlanned, type PlannedStatement } from '../../engines/plan/bind.ts';
import type { Plan } from '../../engines/plan/plan.ts';
import { printPlan } from '../../engines/plan/print-plan.ts';
import { planChildren } from '../../engines/plan/walk.ts';
import { typeOfValue } from '../../engines/plan/typing.ts';
import { type PreparedPlan, prepareStatement } from '../../engines/prepare-statement.ts';
import type { EngineDatabase } from '../../engines/database.ts';
import type { RunModes, Session } from '../../engines/session.ts';
import type { Principal } from '../../engines/users/rights.ts';
import type { Value } from '../../engines/value.ts';
import { type LogicCase, sections } from './case-file.ts';
import { type FrameSocket, framesOf } from './frames.ts';

/** What answers a text: a session in process, or a client over the wire. */
export interface Runner {
  run(text: string, parameters: ReadonlyMap<string, Value>): AsyncIterable<RunnerResult>;
}
export interface RunnerResult {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly string[]>;
  /** After the rows. */
  summary(): Promise<{ readonly changes: readonly (readonly [string, number])[]; readonly notices: readonly string[] }>;
}

const shownChanges = [
  'rowsInserted',
  'rowsUpdated',
  'rowsDeleted',
  'nodesCreated',
  'nodesDeleted',
  'edgesCreated',
  'edgesDeleted',
  'labelsAdded',
  'labelsRemoved',
  'propertiesSet',
  'propertiesRemoved',
];

export function sessionRunner(session: Session, modes: RunModes, batchRows: number, principal?: Principal): Runner {
  return {
    async *run(text, parameters) {
      for await (const result of session.run(text, { parameters, modes, batchRows, ...(principal && { principal }) })) {
        const { batches } = result;
        yield {
          columns: result.columns.map((c) => c.name),
          rows: (async function* () {
            for await (const batch of batches) for (const row of batch) yield row.map(wireJson);
          })(),
          async summary() {
            const stats = Object.entries(result.stats) as [string, number][];
            return {
              changes: stats.filter(([name, n]) => n !== 0 && shownChanges.includes(name)),
              notices: result.notices.map((n) => `${n.code}: ${n.message}`),
            };
          },
        };
      }
    },
  };
}

/** `frames` opens the socket that cases of the stage `frames` use. */
export async function runCase(
  c: LogicCase,
  runner: Runner,
  database: EngineDatabase | undefined,
  frames: () => Promise<FrameSocket>,
): Promise<string> {
  const parameters = new Map<string, Value>();
  if (c.parameters !== undefined) {
    const value = parseJson(c.parameters, { tags: 'wire' });
    if (value instanceof Map) for (const [name, v] of value as ReadonlyMap<string, Value>) parameters.set(name, v);
  }
  if (c.stages.includes('frames')) return framesOf(c.query, await frames(), c.parameters);
  if (c.model === 'same') return runSame(c, runner, parameters);
  const parts = database ? await stagesOf(c, database, parameters) : [];
  const rows = await runText(c.query, runner, parameters, c.masked);
  return parts.length === 0 ? rows : [...parts, `[rows]\n${rows}`].join('\n');
}

async function runSame(c: LogicCase, runner: Runner, parameters: ReadonlyMap<string, Value>): Promise<string> {
  const outputs: { model: string; text: string }[] = [];
  for (const s of sections(c.query)) outputs.push({ model: s.model, text: withoutHead(await runText(s.query, runner, parameters)) });
  const [first, ...others] = outputs;
  const different = others.filter((o) => o.text !== first?.text);
  if (different.length === 0) return first?.text ?? '';
  throw new Error(`The models differ in "${c.title}"\n${outputs.map((o) => `${o.model}:\n${o.text}`).join('\n')}`);
}

/** Column names differ by habit of the model, and so does the place of an error; the rows must not. */
function withoutHead(text: string): string {
  return text.startsWith('error ') ? (text.split('\n')[0] ?? '') : text.split('\n').slice(1).join('\n');
}

async function runText(
  text: string,
  runner: Runner,
  parameters: ReadonlyMap<string, Value>,
  masked: readonly string[] = [],
): Promise<string> {
  const parts: string[] = [];
  const ordered = /\border\s+by\b|^\s*explain\b/im.test(text);
  try {
    for await (const result of runner.run(text, parameters)) {
      const rows: string[] = [];
      for await (const row of result.rows)
        rows.push(row.map((value, i) => (masked.includes(result.columns[i] ?? '') ? '_' : value)).join(' | '));
      if (!ordered) rows.sort();
      const { changes, notices } = await result.summary();
      if (result.columns.length > 0) parts.push([result.columns.join(' | '), ...rows].join('\n'));
      if (changes.length > 0) parts.push(changes.map(([name, n]) => `${name} ${n}`).join(', '));
      for (const n of notices) parts.push(n);
    }
  } catch (error) {
    if (!(error instanceof QueryError)) {
      if (process.env.TREFOIL_UPDATE !== '1') throw error;
      // Written so that the other cases can be read; without the update the case fails.
      parts.push(`crash ${String(error)}`);
    } else parts.push(`error ${renderError(error, text)}`);
  }
  return parts.join('\n');
}

// ------------------------------------------------------------------------------------------------ stages

async function stagesOf(c: LogicCase, database: EngineDatabase, parameters: ReadonlyMap<string, Value>): Promise<string[]> {
  if (c.stages.length === 0) return [];
  const parts: string[] = [];
  for (const statement of parse(c.query).statements) {
    if (c.stages.includes('ast')) parts.push(`[ast]\n${printStatement(statement)}`);
    const inner = statement.kind === 'explain' ? statement.statement : statement;
    if (!isPlanned(inner)) continue;
    const prepared = await prepare(inner, database, parameters);
    if (c.stages.includes('plan')) parts.push(`[plan]\n${printPlan(prepared.bound)}`);
    if (c.stages.includes('rules')) parts.push(`[rules]\n${printPlan(prepared.rewritten)}`);
    if (c.stages.includes('cut')) parts.push(`[cut]\n${printPlan(prepared.plan)}`);
    if (c.stages.includes('sql')) parts.push(`[sql]\n${sqlOf(prepared.plan).join('\n')}`);
    if (c.stages.includes('program')) parts.push(`[program]\n${programsOf(prepared.plan).join('\n')}`);
  }
  return parts;
}

async function prepare(
  statement: PlannedStatement,
  database: EngineDatabase,
  parameters: ReadonlyMap<string, Value>,
): Promise<PreparedPlan> {
  const lease = await database.acquire();
  const { engine } = lease;
  try {
    await engine.transactions.beginRead();
    const types = new Map([...parameters].map(([name, value]) => [name, typeOfValue(value)]));
    return prepareStatement(statement, { engine, catalog: engine.catalog(), parameters: types, modes: {}, interruptible: false });
  } finally {
    await engine.transactions.commit();
    lease.release();
  }
}

function sqlOf(plan: Plan): string[] {
  return [...(plan.kind === 'sql' ? [plan.statement.text] : []), ...planChildren(plan).flatMap(sqlOf)];
}

function programsOf(plan: Plan): string[] {
  const own =
    plan.kind === 'traverse'
      ? plan.program.steps.map((s) => `${s.name} ${s.detail}${s.index === undefined ? '' : ` using ${s.index}`}`)
      : [];
  return [...own, ...planChildren(plan).flatMap(programsOf)];
}
