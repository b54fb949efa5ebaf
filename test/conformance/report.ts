// The report file: every failing case with its query, what was expected and what came, then the totals.

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

/** `1234 ms  file:line: name` */
export function slowest(outcomes: readonly FileOutcome[], n: number): string[] {
  const all = outcomes.flatMap((o) => o.cases.map((c) => ({ at: `${o.file}:${c.name}`, elapsedMs: c.elapsedMs })));
  return all
    .sort((a, b) => b.elapsedMs - a.elapsedMs)
    .slice(0, n)
    .map((c) => `${c.elapsedMs.toFixed(0).padStart(6)} ms  ${c.at}`);
}
