// Each example of the function list gives the value that stands behind its arrow. TREFOIL_UPDATE=1 writes the values into the lists anew;
// a person reads the difference.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import { listFunctions, type ScalarFunction } from '../../engines/plan/functions.ts';
import type { Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { literalOf } from './value-literal.ts';

const folder = new URL('../../engines/plan', import.meta.url).pathname;
const update = process.env.TREFOIL_UPDATE === '1';
const functions = listFunctions().filter((f): f is ScalarFunction => f.kind === 'scalar');

let database: EngineDatabase;
let session: Session;
beforeAll(async () => {
  database = await openDatabase({ file: ':memory:' });
  session = database.session();
  await value("CREATE (:Person {name: 'Ada'})-[:KNOWS {since: 2001}]->(:Person {name: 'Bob'})");
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

async function valueOf(f: ScalarFunction, call: string): Promise<string> {
  const source = f.family === 'graph' ? "MATCH p = (a:Person {name: 'Ada'})-[k:KNOWS]->(b) " : '';
  try {
    return literalOf(await value(`${source}RETURN ${call} AS value`));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return `error ${error.code}`;
  }
}

it('Every example of a function gives the value that it claims.', async () => {
  const claimed: string[] = [];
  const found: string[] = [];
  for (const f of functions) {
    const call = f.example.split(' → ')[0] ?? '';
    claimed.push(f.example);
    found.push(`${call} → ${await valueOf(f, call)}`);
  }
  if (update) writeExamples(new Map(claimed.map((text, i) => [text, found[i] ?? text])));
  else expect(claimed).toEqual(found);
});

it('Every example calls the function that it is about.', () => {
  const other = functions.filter((f) => !new RegExp(`\\b${f.name}\\(`, 'i').test(f.example));
  expect(other.map((f) => f.name)).toEqual([]);
});

/** Replaces each string literal that is an example. */
function writeExamples(now: ReadonlyMap<string, string>): void {
  for (const file of readdirSync(folder).filter((name) => name.startsWith('function-list-'))) {
    const path = join(folder, file);
    const source = readFileSync(path, 'utf8');
    const written = source.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`/g, (literal) => {
      const example = now.get(literal.slice(1, -1).replace(/\\([^])/g, '$1'));
      if (example === undefined) return literal;
      const quote = !example.includes("'") ? "'" : !example.includes('"') ? '"' : '`';
      return quote + example.replaceAll('\\', '\\\\') + quote;
    });
    if (written !== source) writeFileSync(path, written);
  }
}
