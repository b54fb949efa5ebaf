// npm run history [ROUNDS]: records a history over so many rounds of two servers on one file, all but the last ended by SIGKILL, and
// checks it; exit code 1 for anomalies.

import { anomalies } from './check.ts';
import { record } from './record.ts';

const rounds = Number(process.argv[2] ?? 20);
const started = performance.now();
const history = await record({ ms: 3000, transactions: 20, kills: rounds - 1, servers: 2, sessions: 6 });
const recordedS = Math.round((performance.now() - started) / 1000);
const wrong = anomalies(history);
for (const line of wrong.slice(0, 20)) console.error(line);
const forms = new Map<string, number>();
for (const { form, outcome } of history) forms.set(`${form}: ${outcome}`, (forms.get(`${form}: ${outcome}`) ?? 0) + 1);
for (const [form, count] of [...forms].sort()) console.log(`${String(count).padStart(7)}  ${form}`);
console.log(
  `${history.length} transactions over ${rounds} rounds in ${recordedS} s; ${wrong.length === 0 ? 'strictly serialisable' : `${wrong.length} anomalies`}.`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
