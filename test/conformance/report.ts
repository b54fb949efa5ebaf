// The report file: every failing case with its query, what was expected and what came, then the totals. And the tables of figures that
// stand in docs/conformance.md.

import { dirname } from 'node:path';
import { type CaseOutcome, count, countsText, type FileOutcome } from './outcome.ts';

export function printReport(outcomes: readonly FileOutcome[]): string {
  const parts = outcomes.flatMap((o) => [
    `# ${o.file}: ${countsText(count(o.cases))}`,
    ...o.cases.filter((c) => c.result === 'fail').map((c) => failure(o.file, c)),
  ]);
  return `${[...parts, `# slowest\n${slowest(outcomes, 10).join('\n')}`, `# total: ${countsText(count(outcomes.flatMap((o) => o.cases)))}`].join('\n\n')}\n`;
}

function failure(file: string, c: CaseOutcome): string {
  return `== ${file}:${c.name}\n${c.query}\n-- expected\n${c.expected}\n-- actual\n${c.actual}`;
}

/** `file:line: name` of every case that fails. */
export function failures(outcomes: readonly FileOutcome[]): string[] {
  return outcomes.flatMap((o) => o.cases.filter((c) => c.result === 'fail').map((c) => `${o.file}:${c.name}`));
}

/** Those of a report. */
export function failuresOf(report: string): Set<string> {
  return new Set([...report.matchAll(/^== (.*)$/gm)].map((found) => found[1] ?? ''));
}

export function byFolder(outcomes: readonly FileOutcome[]): Map<string, FileOutcome[]> {
  const folders = new Map<string, FileOutcome[]>();
  for (const o of outcomes) folders.set(dirname(o.file), [...(folders.get(dirname(o.file)) ?? []), o]);
  return folders;
}

/** The page with the figures of this run between `<!-- conformance: totals -->` and the like and `<!-- conformance end -->`. */
export function withFigures(page: string, outcomes: readonly FileOutcome[], wire: boolean): string {
  const features = outcomes.filter((o) => o.suite === 'openCypher TCK');
  const records = outcomes.filter((o) => o.suite !== 'openCypher TCK');
  const tables: Readonly<Record<string, string>> = wire
    ? { 'wire totals': totals(features, records) }
    : {
        totals: totals(features, records),
        tck: table(
          'TCK folder',
          [...byFolder(features)].map(([folder, files]) => [withoutRoot(folder), files]),
        ),
        sql: table(
          'SQL logic tests',
          records.map((o) => [withoutRoot(o.file), [o]]),
        ),
      };
  return page.replace(
    /(<!-- conformance: ([a-z ]+) -->\n)[\s\S]*?(<!-- conformance end -->)/g,
    (whole, head: string, name: string, end: string) => (tables[name] === undefined ? whole : `${head}${tables[name]}\n${end}`),
  );
}

function totals(features: readonly FileOutcome[], records: readonly FileOutcome[]): string {
  return table('suite', [
    ['openCypher TCK', features],
    ['SQL logic tests', records],
  ]);
}

function withoutRoot(path: string): string {
  return path.replace(/^(opencypher-tck|sqllogictest)\//, '').replace(/\.test$/, '');
}

function table(head: string, rows: readonly (readonly [string, readonly FileOutcome[]])[]): string {
  const lines = rows.map(([name, files]) => {
    const { pass, fail, skip } = count(files.flatMap((f) => f.cases));
    const share = pass + fail === 0 ? '' : `${((100 * pass) / (pass + fail)).toFixed(1)} %`;
    return `| ${name} | ${pass} | ${fail} | ${skip} | ${share} |`;
  });
  return [`| ${head} | pass | fail | skipped | |`, '|---|---|---|---|---|', ...lines].join('\n');
}

/** `1234 ms  file:line: name` */
export function slowest(outcomes: readonly FileOutcome[], n: number): string[] {
  const all = outcomes.flatMap((o) => o.cases.map((c) => ({ at: `${o.file}:${c.name}`, elapsedMs: c.elapsedMs })));
  return all
    .sort((a, b) => b.elapsedMs - a.elapsedMs)
    .slice(0, n)
    .map((c) => `${c.elapsedMs.toFixed(0).padStart(6)} ms  ${c.at}`);
}
