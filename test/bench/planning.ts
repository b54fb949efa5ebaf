// What a statement costs before it runs: parsing, and from the tree to a plan (bind, rewrite, cut), uncached, over the statements of the
// test suites; and what the grammar costs at start. TREFOIL_SUITES=DIR adds the statements of the conformance files in DIR.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import { isPlanned } from '../../engines/plan/bind.ts';
import { type PreparedPlan, prepareStatement } from '../../engines/prepare-statement.ts';
import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { readFeature } from '../conformance/gherkin.ts';
import { readRecords } from '../conformance/sql-records.ts';
import { readCases } from '../logic/case-file.ts';
import { runAll } from './data.ts';

/** Of one file: a long file of like statements would outweigh the others. */
const textsOfFileMax = 200;

interface Times {
  readonly parse: number[];
  readonly plan: number[];
  readonly both: number[];
  /** SQLite's preparing of the statements that became one SQL text. */
  readonly sqlite: number[];
}

/** The lines of the report. */
export async function measurePlanning(): Promise<string[]> {
  const lines = startLines();
  const suites = [{ name: 'test/logic', files: logicTexts() }];
  const given = process.env.TREFOIL_SUITES;
  if (given !== undefined) suites.push({ name: given.split('/').at(-1) ?? given, files: conformanceTexts(given) });
  for (const { name, files } of suites) {
    const times: Times = { parse: [], plan: [], both: [], sqlite: [] };
    for (const texts of files) await measureFile(texts, times);
    lines.push(`  ${name}: ${times.both.length} statements, each parsed and planned once, uncached`);
    lines.push(row('parse', times.parse), row('bind, rewrite, cut', times.plan), row('both', times.both));
    lines.push(row(`SQLite's own preparing (${times.sqlite.length} statements)`, times.sqlite));
  }
  return lines;
}

function row(what: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0).padStart(7);
  return `    ${what.padEnd(44)} median ${at(0.5)} µs   90 % ${at(0.9)} µs   99 % ${at(0.99)} µs`;
}

/** Runs the texts of one file in order in one database and measures each statement before it runs. */
async function measureFile(texts: readonly string[], times: Times): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-planning-'));
  const database = await openDatabase({ file: join(folder, 'planning.db') });
  const session = database.session();
  const raw = new Database(join(folder, 'planning.db'), { readonly: true });
  try {
    for (const text of texts.slice(0, textsOfFileMax)) {
      try {
        await measureText(text, database, raw, times);
        await runAll(session, text);
      } catch (error) {
        // The suites hold statements that must fail.
        if (!(error instanceof QueryError)) throw error;
      }
    }
  } finally {
    raw.close();
    await session.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureText(text: string, database: EngineDatabase, raw: Database.Database, times: Times): Promise<void> {
  const start = performance.now();
  const { statements } = parse(text);
  const parsed = (performance.now() - start) * 1000;
  const [statement] = statements;
  // A text of several statements would need the first to have run before the second is planned.
  if (statements.length !== 1 || !statement || !isPlanned(statement)) return;
  const lease = await database.acquire();
  const { engine } = lease;
  try {
    await engine.transactions.beginRead();
    await engine.catchUp({ check: () => {}, graphs: [0] });
    const catalog = engine.catalog();
    const from = performance.now();
    const prepared = prepareStatement(statement, { engine, catalog, parameters: new Map(), modes: {}, interruptible: false });
    const planned = (performance.now() - from) * 1000;
    times.parse.push(parsed);
    times.plan.push(planned);
    times.both.push(parsed + planned);
    prepareInSqlite(prepared, raw, times);
  } finally {
    await engine.transactions.commit();
    lease.release();
  }
}

function prepareInSqlite({ plan }: PreparedPlan, raw: Database.Database, times: Times): void {
  if (plan.kind !== 'sql') return;
  const start = performance.now();
  try {
    raw.prepare(plan.statement.text);
    times.sqlite.push((performance.now() - start) * 1000);
  } catch {
    // It calls functions that only Trefoil's own connections have.
  }
}

// ---------------------------------------------------------------------------------------------- the statements

function logicTexts(): string[][] {
  const folder = new URL('../logic/', import.meta.url).pathname;
  const files = readdirSync(folder).filter((name) => name.endsWith('.logic'));
  return files.map((name) =>
    readCases(readFileSync(join(folder, name), 'utf8'), name)
      .cases.filter((c) => c.model !== 'same' && !c.stages.includes('frames'))
      .flatMap((c) => c.query.split(/;\s*\n/)),
  );
}

function conformanceTexts(path: string): string[][] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => conformanceTexts(join(path, name)));
  const text = readFileSync(path, 'utf8');
  if (/^\s*Feature:/m.test(text)) {
    const steps = readFeature(text).flatMap((scenario) => scenario.steps);
    return [steps.filter((s) => /executing (control )?query:$/.test(s.text)).map((s) => s.body ?? '')];
  }
  if (!path.endsWith('.test')) return [];
  return [readRecords(text, 'sqlite').flatMap((r) => ((r.kind === 'query' || r.kind === 'statement') && r.runs ? [r.sql] : []))];
}

// ---------------------------------------------------------------------------------------------- start-up

function startLines(): string[] {
  const built = new URL('../../dist/parser/parse.js', import.meta.url).href;
  const program = `const t = performance.now(); const { parse } = await import('${built}'); parse('SELECT a FROM t WHERE a = 1'); console.log(performance.now() - t)`;
  const runs = Array.from({ length: 9 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })),
  );
  runs.sort((a, b) => a - b);
  return [
    `  grammar: loading it, making the parser and the first statement, in a new process: median of 9 ${(runs[4] ?? 0).toFixed(0)} ms`,
  ];
}
