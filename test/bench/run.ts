// `npm run bench [-- NAME…]`: every claim about speed, measured against the raw parts and against peers in the same run.

import { cpus, totalmem } from 'node:os';
import { concurrencyTrials } from './concurrency.ts';
import { graphTrials } from './graph-trials.ts';
import { measurePlanning } from './planning.ts';
import { measurePromises } from './promises.ts';
import { tableTrials } from './table-trials.ts';
import { type Figure, runTrial, type Trial } from './trial.ts';

interface Suite {
  readonly trials: readonly Trial[];
  close(): Promise<void>;
}

const suites: { readonly name: string; readonly open: () => Promise<Suite> }[] = [
  { name: 'tables and documents', open: tableTrials },
  { name: 'graph', open: graphTrials },
  { name: 'server', open: concurrencyTrials },
];

const wanted = process.argv.slice(2);
const figures: Figure[] = [];
process.stdout.write(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}\n`);
for (const { name, open } of suites) {
  if (wanted.length > 0 && !wanted.some((w) => name.includes(w))) continue;
  process.stdout.write(`\n${name}\n`);
  const suite = await open();
  try {
    for (const trial of suite.trials) {
      const found = await runTrial(trial);
      figures.push(...found);
      process.stdout.write(`${lines(trial, found)}\n`);
    }
  } finally {
    await suite.close();
  }
}
if (wanted.length === 0 || wanted.some((w) => 'planning'.includes(w)))
  process.stdout.write(`\nplanning\n${(await measurePlanning()).join('\n')}\n`);
if (wanted.length === 0 || wanted.includes('promises'))
  process.stdout.write(`\npromises of the server\n${(await measurePromises()).join('\n')}\n`);

function lines(trial: Trial, found: readonly Figure[]): string {
  const head = `  ${trial.name} (per ${trial.unit}${trial.durability === undefined ? '' : `; ${trial.durability}`})`;
  const rows = found.map((f, i) => {
    const figure = `${f.microsecondsPerUnit.toPrecision(3)} µs`.padStart(12);
    return `    ${f.contender.padEnd(44)} ${figure}${i === 0 ? '' : `   Trefoil takes ${f.ratio.toFixed(2)} times as long`}`;
  });
  return [head, ...rows].join('\n');
}
