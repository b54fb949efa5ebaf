// What the test writes into pages from the code itself: the tables of functions and aggregates, and stages of the tour.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFunctions } from '../../engines/plan/functions.ts';
import { type LogicCase, readCases } from '../logic/case-file.ts';

export function generated(name: string, root: string): string {
  if (name === 'functions') return functionTable('scalar');
  if (name === 'aggregates') return functionTable('aggregate');
  const [what, title, stage] = name.split(' | ');
  if (what === 'tour' && title !== undefined && stage !== undefined) return tourPart(title, stage, root);
  throw new Error(`Nothing makes "${name}"`);
}

function functionTable(kind: 'scalar' | 'aggregate'): string {
  const rows = listFunctions()
    .filter((info) => info.kind === kind)
    .map(({ signature, aliases, description }) => {
      const cell = `\`${signature.replaceAll('|', '\\|')}\``;
      return `| ${cell} | ${description.replaceAll('|', '\\|')} | ${aliases.map((alias) => `\`${alias}\``).join(' ')} |`;
    });
  return ['| function | gives | also called |', '|---|---|---|', ...rows].join('\n');
}

/** One stage of a case of test/logic/tour.logic as a fenced block: `query`, `ast`, `plan`, `rules`, `cut`, `sql`, `program`, `rows` or `frames`. */
function tourPart(title: string, stage: string, root: string): string {
  const file = join(root, 'test/logic/tour.logic');
  if (!existsSync(file)) throw new Error('There is no test/logic/tour.logic');
  const found = readCases(readFileSync(file, 'utf8'), file).cases.find((c) => c.title === title);
  if (!found) throw new Error(`tour.logic has no case "${title}"`);
  if (stage === 'query') return fenced('sql', found.query);
  return fenced('text', stageOf(found, stage));
}

function stageOf(found: LogicCase, stage: string): string {
  if (found.stages.length === 0 || stage === 'frames') return found.expected;
  const parts = found.expected.split(/^\[(ast|plan|rules|cut|sql|program|rows)\]\n/m);
  const at = parts.indexOf(stage);
  if (at < 0) throw new Error(`The case "${found.title}" of tour.logic does not show ${stage}`);
  return (parts[at + 1] ?? '').trimEnd();
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
