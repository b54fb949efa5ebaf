// `npm run conformance -- DIR [--report FILE]`: runs every conformance file below DIR, told by its content: feature files of the openCypher
// TCK and SQL logic tests. Exit code 0 whatever the tests say, 1 if a runner breaks, 2 for wrong usage.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count, countsText, type FileOutcome } from './outcome.ts';
import { printReport, slowest } from './report.ts';
import { runSqlLogic } from './sql-logic.ts';
import { runFeature } from './tck.ts';

type FileRunner = (file: string, text: string) => Promise<FileOutcome>;

/** Undefined: no conformance file. */
function runnerOf(text: string): FileRunner | undefined {
  if (/^\s*Feature:/m.test(text)) return runFeature;
  if (/^(statement (ok|error)|query [TIR]+)\b/m.test(text)) return runSqlLogic;
  return undefined;
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { report: { type: 'string' } }, allowPositionals: true });
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) {
    process.stderr.write('usage: npm run conformance -- DIR [--report FILE]\n');
    return 2;
  }
  const root = resolve(given);
  const outcomes: FileOutcome[] = [];
  for (const path of filesBelow(root)) {
    const text = readFileSync(path, 'utf8');
    const outcome = await runnerOf(text)?.(path, text);
    if (!outcome) continue;
    const file = relative(root, path) || path;
    outcomes.push({ ...outcome, file });
    process.stdout.write(`${file}: ${countsText(count(outcome.cases))}\n`);
  }
  if (outcomes.length === 0) {
    process.stderr.write(`There is no conformance file in ${root}.\n`);
    return 1;
  }
  if (values.report !== undefined) writeFileSync(values.report, printReport(outcomes));
  const folders = new Map<string, FileOutcome[]>();
  for (const o of outcomes) folders.set(dirname(o.file), [...(folders.get(dirname(o.file)) ?? []), o]);
  if (folders.size > 1) {
    process.stdout.write('\nby folder\n');
    for (const [folder, files] of folders) process.stdout.write(`${folder}: ${countsText(count(files.flatMap((f) => f.cases)))}\n`);
  }
  process.stdout.write(`\nslowest\n${slowest(outcomes, 5).join('\n')}\n\n`);
  process.stdout.write(`total: ${countsText(count(outcomes.flatMap((f) => f.cases)))}\n`);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`The runner broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
