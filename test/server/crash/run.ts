// npm run crash [ROUNDS]: many crash rounds on one file, with a line for each and the sums at the end; exit code 1 when anything was wrong.

import { crashRounds } from './rounds.ts';

const rounds = Number(process.argv[2] ?? 100);
const started = performance.now();
const outcome = await crashRounds({ rounds, killWithinMs: 1500, report: (line) => console.log(line) });
for (const line of outcome.wrong) console.error(line);
const sums = `${outcome.transactions} transactions and ${outcome.writes} writes acknowledged`;
const verdict = outcome.wrong.length === 0 ? 'nothing lost, nothing torn' : `${outcome.wrong.length} things wrong`;
console.log(`${outcome.rounds} kills in ${Math.round((performance.now() - started) / 1000)} s: ${sums}; ${verdict}.`);
process.exitCode = outcome.wrong.length === 0 ? 0 : 1;
