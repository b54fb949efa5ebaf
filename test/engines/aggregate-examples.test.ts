// Each example of the aggregates and window functions gives the value that stands behind its arrow. TREFOIL_UPDATE=1 writes the values into
// the lists anew; a person reads the difference.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import { exampleRows } from '../../engines/plan/aggregate-list.ts';
import { listFunctions } from '../../engines/plan/functions.ts';
import type { Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';
import { literalOf } from './value-literal.ts';

const folder = new URL('../../engines/plan', import.meta.url).pathname;
const update = process.env.TREFOIL_UPDATE === '1';
const functions = listFunctions().flatMap((f) => (f.kind === 'scalar' ? [] : [f]));

let database: EngineDatabase;
let session: Session;
beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
});
afterAll(async () => {
  await session.close();
  await database.close();
});

async function value(query: string): Promise<Value> {
  let found: Value = null;
  for await (const result of session.run(query, {})) for await (const batch of result.batches) found = batch[0]?.[0];
  return found;
}

it('Every example of an aggregate or a window function gives the value that it claims.', async () => {
  const claimed: string[] = [];
  const found: string[] = [];
  for (const f of functions) {
    const call = f.example.split(' → ')[0] ?? '';
    const query =
      f.kind === 'aggregate'
        ? `SELECT ${call} FROM ${exampleRows}`
        : `SELECT array_agg(w ORDER BY x) FROM (SELECT x, ${call} AS w FROM ${exampleRows}) AS t`;
    claimed.push(f.example);
    found.push(`${call} → ${literalOf(await value(query))}`);
  }
  if (update)
    for (const file of ['aggregate-list.ts', 'window-list.ts']) writeExamples(file, new Map(claimed.map((c, i) => [c, found[i] ?? c])));
  else expect(claimed).toEqual(found);
});

it('Every example calls the function that it is about.', () => {
  const other = functions.filter((f) => !f.example.toLowerCase().startsWith(`${f.name}(`));
  expect(other.map((f) => f.name)).toEqual([]);
});

/** Replaces each string literal that is an example. */
function writeExamples(file: string, now: ReadonlyMap<string, string>): void {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  const written = source.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`/g, (literal) => {
    const example = now.get(literal.slice(1, -1));
    if (example === undefined) return literal;
    const quote = !example.includes("'") ? "'" : !example.includes('"') ? '"' : '`';
    return quote + example + quote;
  });
  if (written !== source) writeFileSync(path, written);
}
