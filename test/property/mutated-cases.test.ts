// The statements of the `.logic` files with words exchanged, left out, doubled or put in, on the data of their file as it is at that place.
// Whatever comes of it: rows or a QueryError, and the same rows with and without push-down, with and without the rules, and in batches of
// one. A value that nobody reads need not be computed, so it may fail in one way and not in another. Each is rolled back.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { wireJson } from '../../engines/json.ts';
import { openDatabase } from '../../engines/open.ts';
import type { RunModes, Session } from '../../engines/session.ts';
import { QueryError } from '../../parser/error.ts';
import { Grammar } from '../../parser/grammar-statements.ts';
import { looseTokens, tokenize } from '../../parser/tokenize.ts';
import { type LogicCase, readCases, sections } from '../logic/case-file.ts';
import { runs } from '../long.ts';

const folder = new URL('../logic/', import.meta.url);
const triesPerStatement = 12;
/** How often a statement may ask whether it must stop before it is told to. */
const checksMax = 3000;

const edges = "NULL|0|-1|''|1.0|true|false|[]|{}|'ä'|9223372036854775807|1e300|x'00'|date('2024-02-29')|0.5|2|'1'|[1, null]|{a: 1}".split(
  '|',
);
const insertions =
  "NOT;DISTINCT;IS NULL;IS NOT NULL;+ 1;|| '';= NULL;ALL;DESC;COLLATE NOCASE;LEFT;OPTIONAL;EXISTS;IN;BETWEEN 1 AND 2;.a;[0];[*];AND true;OR null".split(
    ';',
  );

/** What may differ from run to run, or is free to choose. */
const vague =
  /time|(?<!up)date|clock|stamp|\b(?:limit|fetch|offset|skip|rand\w*|now|uuid|randomuuid|current\w*|any_value|shortest|sample|transaction|statement|epoch|first_value|last_value|nth_value|row_number|lag|lead|ntile|over|string_agg|group_concat|listagg|collect|\w*array_agg|json_group_\w+|object_agg|reduce|changes|last_insert_rowid|total_changes)\b|\b(?:id|elementid)\(/i;
/** Those of transactions, users and the file as a whole are none of this test's. */
const takenKinds: ReadonlySet<string> = new Set([
  'query',
  'insert',
  'update',
  'delete',
  'createTable',
  'createView',
  'createIndex',
  'alterTable',
]);

const modes: readonly (readonly [RunModes, number | undefined])[] = [
  [{}, undefined],
  [{ noPushdown: true }, undefined],
  [{ noRules: true }, undefined],
  [{}, 1],
];

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)] as T;
}

function kindOf(word: string): string {
  return /^[A-Za-z_"]/.test(word) ? 'name' : /^['0-9$]/.test(word) ? 'literal' : /^[-+*/%<>=!|&~]+$/.test(word) ? 'operator' : 'other';
}

const tokensOf = (text: string): { word: string; start: number; end: number }[] =>
  looseTokens(text).map(({ image, startOffset }) => ({ word: image, start: startOffset, end: startOffset + image.length }));

/** One change at a random place. `words`: those of the file, by kind. */
function changed(text: string, words: ReadonlyMap<string, readonly string[]>, texts: readonly string[]): string {
  const tokens = tokensOf(text);
  const token = pick(tokens);
  if (token === undefined) return text;
  const { start, end, word } = token;
  const last = tokens[tokens.indexOf(token) + Math.floor(Math.random() * 4)] ?? token;
  const kind = kindOf(word);
  switch (pick(['exchange', 'exchange', 'exchange', 'leave out', 'put in', 'double', 'splice'])) {
    case 'exchange':
      return text.slice(0, start) + pick(kind === 'literal' || Math.random() < 0.2 ? edges : (words.get(kind) ?? edges)) + text.slice(end);
    case 'leave out':
      return text.slice(0, start) + text.slice(last.end);
    case 'put in':
      return `${text.slice(0, end)} ${pick(insertions)} ${text.slice(end)}`;
    case 'double':
      return `${text.slice(0, last.end)} ${text.slice(start)}`;
    default: {
      const other = pick(texts);
      const from = tokensOf(other);
      const at = Math.floor(Math.random() * from.length);
      return `${text.slice(0, start)} ${other.slice(from[at]?.start, from[at + 4]?.end)} ${text.slice(end)}`;
    }
  }
}

const grammar = new Grammar();

/** Without the sentence about what is wrong, which takes longer than all else. */
function kindsIn(text: string): string[] {
  try {
    grammar.input = tokenize(text);
    grammar.form = 'select';
    grammar.text = text;
    const script = grammar.script();
    return grammar.errors.length > 0 ? [] : script.statements.map((s) => s.kind);
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw new Error(`Not a QueryError for: ${text}`, { cause: error });
  }
}

async function answer(session: Session, text: string, runModes: RunModes, batchRows?: number): Promise<string> {
  let left = checksMax;
  const check = (): void => {
    if (left-- < 0) throw new QueryError('limit/cancelled', 'It takes too long.');
  };
  const lines: string[] = [];
  try {
    for await (const result of session.run(text, { modes: runModes, check, batchRows })) {
      const rows: string[] = [];
      for await (const batch of result.batches) for (const row of batch) rows.push(row.map(shown).join(' | '));
      const changes = Object.entries(result.stats).filter(([name, n]) => n !== 0 && name !== 'rowsRead');
      lines.push(...rows.sort(), changes.join());
    }
  } catch (error) {
    if (error instanceof QueryError && !error.code.startsWith('internal')) return `error ${error.code}`;
    throw new Error(`Not a QueryError for: ${text}`, { cause: error });
  }
  return lines.join('\n');
}

/** Sums in another order may differ in the last digits. */
function shown(value: Parameters<typeof wireJson>[0]): string {
  return typeof value === 'number' ? value.toPrecision(12) : wireJson(value);
}

async function compareModes(session: Session, text: string): Promise<boolean> {
  const answers: string[] = [];
  for (const [runModes, batchRows] of modes) {
    await answer(session, 'BEGIN', {});
    answers.push(await answer(session, text, runModes, batchRows));
    if (session.inTransaction) await answer(session, 'ROLLBACK', {});
  }
  const failed = answers.some((a) => a.startsWith('error'));
  if (!failed && !vague.test(text)) for (const other of answers) expect(other, text).toBe(answers[0]);
  return !failed;
}

const queriesOf = (c: LogicCase): string[] => (c.model === 'same' ? sections(c.query).map((s) => s.query) : [c.query]);

it('Statements with words exchanged give the same rows in every way, or an error.', async () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.logic'));
  let [tried, answered] = [0, 0];
  while (tried < runs(80)) {
    const file = pick(files);
    const { cases } = readCases(readFileSync(new URL(file, folder), 'utf8'), file);
    const texts = cases.flatMap(queriesOf);
    const words = new Map<string, string[]>();
    for (const { word } of texts.flatMap(tokensOf)) words.set(kindOf(word), [...(words.get(kindOf(word)) ?? []), word]);
    const database = await openDatabase({ file: ':memory:' });
    const session = database.session();
    for (const c of cases) {
      if (c.stages.includes('frames') || c.session !== 'main' || c.user !== undefined || c.fresh) continue;
      for (const own of queriesOf(c)) {
        for (let i = 0; i < triesPerStatement && !session.inTransaction; i++) {
          let text = changed(own, words, texts);
          if (Math.random() < 0.5) text = changed(text, words, texts);
          const [kind = '', more] = text === own ? [] : kindsIn(text);
          if (more !== undefined || !takenKinds.has(kind)) continue;
          tried++;
          if (await compareModes(session, text)) answered++;
        }
        await answer(session, own, {});
      }
      // In process everything runs in microtasks; the test's own reports need a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await session.close();
    await database.close();
  }
  // Enough must have an answer, else agreeing means little.
  expect(answered).toBeGreaterThan(tried / 6);
}, 600_000);
