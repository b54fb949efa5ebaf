// What the test writes into pages from the code itself: the tables of functions and aggregates, and stages of the tour.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { listFunctions, resultName, type ScalarFunction } from '../../engines/plan/functions.ts';
import { beyondLimit, defaultLimits, limitNames, limitText, limitUnit } from '../../server/limits.ts';
import { type LogicCase, readCases } from '../logic/case-file.ts';

export function generated(name: string, root: string): string {
  if (name === 'aggregates') return unlikeScalars('aggregate');
  if (name === 'windows') return unlikeScalars('window');
  if (name === 'limits') return limitTable();
  if (name === 'not built') return notBuiltTable();
  if (name === 'decisions') return decisionTable(root);
  const [what, model, stage] = name.split(' | ');
  if (what === 'tour' && model !== undefined && stage !== undefined) return tourPart(model, stage, root);
  if (what === 'functions' && model !== undefined) return functionTable(model);
  throw new Error(`Nothing makes "${name}"`);
}

function limitTable(): string {
  const rows = limitNames.map((name) => {
    const unit = limitUnit(name);
    return `| \`${name}\` | ${defaultLimits[name]}${unit === undefined ? '' : ` ${unit}`} | ${limitText(name)} | ${beyondLimit(name) ?? ''} |`;
  });
  return ['| limit | default | what it bounds | beyond it |', '|---|---|---|---|', ...rows].join('\n');
}

/** What is refused by name, and what does the same today. */
const notBuilt: readonly (readonly [statement: string, instead: string])[] = [
  ["LOAD CSV FROM 'a.csv' AS row RETURN row", '`trefoil import`'],
  ['WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d', 'two statements in a transaction'],
  ['CREATE TRIGGER t', ''],
  ['CREATE TEMP TABLE t (a INTEGER)', 'a common table'],
  ['MATCH (p) CALL (p) { SET p.seen = true } IN TRANSACTIONS', '`BEGIN` and `COMMIT`'],
];

function notBuiltTable(): string {
  const rows = notBuilt.map(([statement, instead]) => {
    const written = `\`${statement.replaceAll('|', '\\|')}\``;
    return `| ${written} | ${refusal(statement)} | ${instead} |`;
  });
  return ['| statement | answer | today |', '|---|---|---|', ...rows].join('\n');
}

function refusal(statement: string): string {
  try {
    parse(statement);
  } catch (error) {
    if (error instanceof QueryError && error.code === 'syntax/not-built') return error.message;
    throw error;
  }
  throw new Error(`${statement} is built`);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** In code: a backquote inside needs two around it. */
function code(text: string): string {
  return text === '' ? '' : text.includes('`') ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``;
}

function functionTable(family: string): string {
  const functions = listFunctions().filter((info): info is ScalarFunction => info.kind === 'scalar' && info.family === family);
  if (functions.length === 0) throw new Error(`There is no family "${family}"`);
  const rows = functions.map((info) => {
    const { signature, aliases, description, nulls, example } = info;
    const also = aliases.map(code).join(' ');
    return `| ${code(signature)} | ${resultName(info)} | ${cell(description)} | ${cell(nulls)} | ${code(example)} | ${also} |`;
  });
  return ['| function | gives | | of null | example | also called |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function unlikeScalars(kind: 'aggregate' | 'window'): string {
  const rows = listFunctions()
    .filter((info) => info.kind === kind)
    .map((info) => {
      const { signature, aliases, description } = info;
      const example = info.kind === 'scalar' ? '' : code(info.example);
      return `| ${code(signature)} | ${cell(description)} | ${example} | ${aliases.map(code).join(' ')} |`;
    });
  return ['| function | gives | example | also called |', '|---|---|---|---|', ...rows].join('\n');
}

function decisionTable(root: string): string {
  const folder = join(root, 'docs/decisions');
  const rows = readdirSync(folder)
    .sort()
    .map((file) => {
      const [, number = '', title = ''] = /^# (\d+)\. (.*)/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
      return `| ${number} | [${title}](docs/decisions/${file}) |`;
    });
  return ['| | |', '|---|---|', ...rows].join('\n');
}

/**
 * One stage of test/logic/tour.logic as a fenced block: `ast`, `plan`, `rules`, `cut`, `sql`, `program`, `rows` or `frames` of the first case of the
 * model (or `any`) that shows it; `query` is the query of the model's first case, or of
 * the first case with frames.
 */
function tourPart(model: string, stage: string, root: string): string {
  const file = join(root, 'test/logic/tour.logic');
  const { cases } = readCases(readFileSync(file, 'utf8'), file);
  const ofModel = cases.filter((c) => (model === 'any' || c.model === model) && c.stages.length > 0);
  if (stage === 'query') {
    const [first] = model === 'any' ? cases.filter((c) => c.stages.includes('frames')) : ofModel;
    if (!first) throw new Error(`tour.logic has no ${model} case with stages`);
    return fenced('sql', first.query);
  }
  const found = ofModel.map((c) => stageOf(c, stage)).find((text) => text !== undefined);
  if (found === undefined) throw new Error(`No ${model} case of tour.logic shows ${stage}`);
  return fenced('text', found);
}

function stageOf(found: LogicCase, stage: string): string | undefined {
  if (found.stages.includes('frames')) return stage === 'frames' ? found.expected : undefined;
  const parts = found.expected.split(/^\[(ast|plan|rules|cut|sql|program|rows)\]\n/m);
  const at = parts.indexOf(stage);
  return at < 0 ? undefined : (parts[at + 1] ?? '').trimEnd();
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
