// Runs the scenarios of one feature file of the openCypher TCK, each on a database of its own.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { QueryError } from '../../parser/error.ts';
import { openDatabase } from '../../engines/open.ts';
import { hostProcedures } from '../../server/procedures.ts';
import type { Value } from '../../engines/value.ts';
import { readFeature, type Scenario, type Step } from './gherkin.ts';
import type { CaseOutcome, FileOutcome } from './outcome.ts';
import { type Gathered, sessionSubject, type Subject } from './run-texts.ts';
import { countEffects, type Effects, graphState, type GraphState } from './tck-effects.ts';
import { expectedCodes } from './tck-errors.ts';
import { isProcedure, proceduresOf } from './tck-procedures.ts';
import { type Expected, parameterValue, readExpected, sameValue, showValue } from './tck-value.ts';

/** `wire`: a database that all scenarios share, emptied before each; else each has one of its own. */
export async function runFeature(file: string, text: string, wire?: Subject): Promise<FileOutcome> {
  const cases: CaseOutcome[] = [];
  for (const scenario of readFeature(text)) cases.push(await runScenario(scenario, file, wire));
  return { file, suite: 'openCypher TCK', cases };
}

/** Thrown where a scenario does not get what it expects. */
class Mismatch extends Error {
  readonly expected: string;
  readonly actual: string;
  constructor(expected: string, actual: string) {
    super('mismatch');
    this.expected = expected;
    this.actual = actual;
  }
}

async function runScenario(scenario: Scenario, file: string, wire: Subject | undefined): Promise<CaseOutcome> {
  const name = `${scenario.line}: ${scenario.name}`;
  const start = performance.now();
  const procedures = proceduresOf(scenario.steps);
  if (wire && procedures.length > 0) {
    // A program that opens a file brings its procedures; a server's threads cannot call into a client.
    return { name, result: 'skip', query: '', expected: '', actual: '', elapsedMs: 0 };
  }
  const subject = wire ?? sessionSubject(await openDatabase({ file: ':memory:', procedures: hostProcedures(procedures, true) }));
  const run = new ScenarioRun(subject, file);
  let failure: Mismatch | undefined;
  try {
    if (wire) await wire.gather('MATCH (n) DETACH DELETE n');
    for (const step of scenario.steps) await run.step(step);
    run.end();
  } catch (error) {
    failure = error instanceof Mismatch ? error : new Mismatch('the scenario can be run', showError(error));
  } finally {
    if (!wire) await subject.close();
  }
  const elapsedMs = performance.now() - start;
  return {
    name,
    result: failure ? 'fail' : 'pass',
    query: run.shownQuery(),
    expected: failure?.expected ?? '',
    actual: failure?.actual ?? '',
    elapsedMs,
  };
}

type QueryOutcome =
  | { readonly kind: 'rows'; readonly result: Gathered }
  | { readonly kind: 'error'; readonly error: unknown; readonly atCompileTime: boolean };

/** What a scenario has done so far. */
class ScenarioRun {
  private readonly subject: Subject;
  private readonly file: string;
  private readonly parameters = new Map<string, Value>();
  private readonly texts: string[] = [];
  private outcome: QueryOutcome | undefined;
  private effects: Effects | undefined;
  private checked = false;

  constructor(subject: Subject, file: string) {
    this.subject = subject;
    this.file = file;
  }

  shownQuery(): string {
    const parameters = [...this.parameters].map(([name, value]) => `$${name} = ${showValue(value)}`);
    return [...this.texts, ...parameters].join('\n');
  }

  async step(step: Step): Promise<void> {
    const { text } = step;
    const graph = /^the (binary-tree-\d+) graph$/.exec(text)?.[1];
    const raised = /^an? (\w+) should be raised at (compile time|runtime|any time): (\S+)$/.exec(text);
    const rows = /^the result should be, (in any order|in order)( \(ignoring element order for lists\))?:$/.exec(text);
    if (text === 'an empty graph' || text === 'any graph' || isProcedure(step)) return;
    if (graph !== undefined) await this.subject.gather(readFileSync(join(graphsFolder(this.file), `${graph}.cypher`), 'utf8'));
    else if (text === 'having executed:') {
      this.texts.push(step.body ?? '');
      await this.subject.gather(step.body ?? '');
    } else if (text === 'parameters are:')
      for (const [key = '', value = ''] of step.table) this.parameters.set(key, parameterValue(readExpected(value)));
    else if (text === 'executing query:' || text === 'executing control query:') await this.query(step.body ?? '');
    else if (rows) this.expectRows(step.table, rows[1] === 'in order', rows[2] !== undefined);
    else if (text === 'the result should be (ignoring element order for lists):') this.expectRows(step.table, false, true);
    else if (text === 'the result should be empty') this.expectRows(undefined, false, false);
    else if (text === 'no side effects') this.expectEffects([]);
    else if (text === 'the side effects should be:') this.expectEffects(step.table);
    else if (raised) this.expectError(raised[1] ?? '', raised[2] ?? '', raised[3] ?? '');
    else throw new Mismatch(`a step that the runner knows`, text);
  }

  end(): void {
    if (!this.checked) throw new Mismatch('a scenario that expects something', 'it expects nothing');
  }

  private async query(text: string): Promise<void> {
    this.texts.push(text);
    const before = await graphState(this.subject);
    this.outcome = await this.attempt(text);
    this.effects = countEffects(before, await this.stateAfter());
  }

  private async attempt(text: string): Promise<QueryOutcome> {
    try {
      return { kind: 'rows', result: await this.subject.gather(text, this.parameters) };
    } catch (error) {
      try {
        await this.subject.gather(`EXPLAIN ${text}`, this.parameters);
        return { kind: 'error', error, atCompileTime: false };
      } catch {
        return { kind: 'error', error, atCompileTime: true };
      }
    }
  }

  private stateAfter(): Promise<GraphState> {
    return graphState(this.subject);
  }

  private expectRows(table: readonly (readonly string[])[] | undefined, ordered: boolean, bagLists: boolean): void {
    this.checked = true;
    const expected = table?.map((row) => row.join(' | ')).join('\n') ?? 'no rows';
    if (this.outcome?.kind !== 'rows') throw new Mismatch(expected, showError(this.outcome?.error));
    const { columns, rows } = this.outcome.result;
    const actual = [columns.join(' | '), ...rows.map((row) => row.map(showValue).join(' | '))].join('\n');
    if (table === undefined) {
      if (rows.length > 0) throw new Mismatch(expected, actual);
      return;
    }
    const [names = [], ...wanted] = table;
    const values = wanted.map((row) => row.map(readExpected));
    const sameNames = names.length === columns.length && names.every((n, i) => n === columns[i]);
    if (!sameNames || !sameRows(values, rows, ordered, bagLists)) throw new Mismatch(expected, actual);
  }

  private expectEffects(table: readonly (readonly string[])[]): void {
    this.checked = true;
    if (this.outcome?.kind === 'error') throw new Mismatch('a query that succeeds', showError(this.outcome.error));
    const wanted = new Map(table.map(([name = '', n = '0']) => [name, Number(n)]));
    const found = this.effects ?? new Map<string, number>();
    const names = new Set([...wanted.keys(), ...found.keys()]);
    if ([...names].every((name) => (wanted.get(name) ?? 0) === (found.get(name) ?? 0))) return;
    throw new Mismatch(`side effects: ${showEffects(wanted)}`, showEffects(found));
  }

  private expectError(kind: string, phase: string, detail: string): void {
    this.checked = true;
    const expected = `${kind} at ${phase}: ${detail}`;
    if (this.outcome?.kind !== 'error') throw new Mismatch(expected, `${this.outcome?.result.rows.length ?? 0} rows and no error`);
    const { error, atCompileTime } = this.outcome;
    const fits = error instanceof QueryError && expectedCodes(kind, detail).includes(error.code);
    const inPhase = phase === 'any time' || (phase === 'compile time') === atCompileTime;
    if (!fits || !inPhase) throw new Mismatch(expected, `${showError(error)} (at ${atCompileTime ? 'compile time' : 'runtime'})`);
  }
}

function sameRows(
  expected: readonly (readonly Expected[])[],
  actual: readonly (readonly Value[])[],
  ordered: boolean,
  bagLists: boolean,
): boolean {
  if (expected.length !== actual.length) return false;
  const same = (e: readonly Expected[], a: readonly Value[] | undefined): boolean =>
    a !== undefined && e.length === a.length && e.every((v, i) => sameValue(v, a[i], bagLists));
  if (ordered) return expected.every((e, i) => same(e, actual[i]));
  const left = [...actual];
  return expected.every((e) => {
    const at = left.findIndex((a) => same(e, a));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function showEffects(effects: ReadonlyMap<string, number>): string {
  const shown = [...effects].filter(([, n]) => n !== 0).map(([name, n]) => `${name} ${n}`);
  return shown.length === 0 ? 'none' : shown.join(', ');
}

function showError(error: unknown): string {
  if (error instanceof QueryError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `INTERNAL ${error.stack ?? error.message}` : `INTERNAL ${String(error)}`;
}

/** The folder `graphs` beside the features, or beside a folder above them. */
function graphsFolder(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'graphs'))) return join(folder, 'graphs');
  }
  throw new Error(`There is no folder "graphs" above ${file}.`);
}
