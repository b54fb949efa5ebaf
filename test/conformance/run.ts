// `npm run conformance -- DIR [--wire] [--report FILE] [--baseline FILE] [--page FILE]`: runs every conformance file below DIR, told by its
// content: feature files of the openCypher TCK and SQL logic tests.
//
//   --wire      through a server and the client library
//   --report    writes every failing case with its query, what was expected and what came
//   --baseline  a report of an earlier run: what fails there may fail
//   --page      writes the figures into a page, between its marks
//
// Exit code 0 if nothing fails but what the baseline has, 1 if something does, 2 for wrong usage, 3 if a runner breaks.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count, countsText, type FileOutcome } from './outcome.ts';
import { byFolder, failures, failuresOf, printReport, slowest, withFigures } from './report.ts';
import type { Subject } from './run-texts.ts';
import { runSqlLogic } from './sql-logic.ts';
import { runFeature } from './tck.ts';
import { startWireServer } from './wire.ts';

type FileRunner = (file: string, text: string) => Promise<FileOutcome>;

/** Undefined: no conformance file. */
function runnerOf(text: string, wire: Subject | undefined): FileRunner | undefined {
  if (/^\s*Feature:/m.test(text)) return (file, feature) => runFeature(file, feature, wire);
  if (/^(statement (ok|error)|query [TIR]+)\b/m.test(text)) return (file, records) => runSqlLogic(file, records, wire !== undefined);
  return undefined;
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

const usage = 'usage: npm run conformance -- DIR [--wire] [--report FILE] [--baseline FILE] [--page FILE]\n';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { report: { type: 'string' }, baseline: { type: 'string' }, page: { type: 'string' }, wire: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) {
    process.stderr.write(usage);
    return 2;
  }
  const known = values.baseline === undefined ? new Set<string>() : failuresOf(readFileSync(values.baseline, 'utf8'));
  const outcomes = await runAll(resolve(given), values.wire === true);
  if (outcomes.length === 0) {
    process.stderr.write(`There is no conformance file in ${given}.\n`);
    return 2;
  }
  if (values.report !== undefined) writeFileSync(values.report, printReport(outcomes));
  if (values.page !== undefined) writeFileSync(values.page, withFigures(readFileSync(values.page, 'utf8'), outcomes, values.wire === true));
  const folders = byFolder(outcomes);
  if (folders.size > 1) {
    process.stdout.write('\nby folder\n');
    for (const [folder, files] of folders) process.stdout.write(`${folder}: ${countsText(count(files.flatMap((f) => f.cases)))}\n`);
  }
  process.stdout.write(`\nslowest\n${slowest(outcomes, 5).join('\n')}\n\n`);
  process.stdout.write(`total: ${countsText(count(outcomes.flatMap((f) => f.cases)))}\n`);
  const unexpected = failures(outcomes).filter((name) => !known.has(name));
  if (values.baseline !== undefined) process.stdout.write(`not in the baseline: ${unexpected.length} fail\n`);
  return unexpected.length === 0 ? 0 : 1;
}

async function runAll(root: string, overWire: boolean): Promise<FileOutcome[]> {
  const server = overWire ? await startWireServer() : undefined;
  const wire = await server?.subject();
  const outcomes: FileOutcome[] = [];
  try {
    for (const path of filesBelow(root)) {
      const text = readFileSync(path, 'utf8');
      const outcome = await runnerOf(text, wire)?.(path, text);
      if (!outcome) continue;
      const file = relative(root, path) || path;
      outcomes.push({ ...outcome, file });
      process.stdout.write(`${file}: ${countsText(count(outcome.cases))}\n`);
    }
  } finally {
    await wire?.close();
    await server?.stop();
  }
  return outcomes;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`The runner broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 3;
  },
);
