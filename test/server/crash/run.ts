// npm run crash [ROUNDS]: many crash rounds on one file, with a line for each; exit code 1 when anything was wrong.

import { crashRounds } from './rounds.ts';

const rounds = Number(process.argv[2] ?? 50);
const outcome = await crashRounds({ rounds, killWithinMs: 1500, report: (line) => console.log(line) });
for (const line of outcome.wrong) console.error(line);
process.exitCode = outcome.wrong.length === 0 ? 0 : 1;
