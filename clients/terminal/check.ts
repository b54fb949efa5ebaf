// `trefoil check FILE`: a line per check, and below it what is wrong, with its place. Changes nothing.
//
//   ok       edges                 2,341 edges
//   problem  nodes                 1,204 nodes, 1 problem
//              node 7: its properties are no JSONB object that can be read

import { type CheckResult, checkFile } from '../../server/open.ts';
import { countText } from './count-text.ts';
import { TerminalError } from './error-text.ts';
import { type Paint, paintFor } from './paint.ts';
import { type Streams, write } from './streams.ts';
import { isUrl } from './target.ts';
import { escapeControls } from './value-text.ts';

/** Runs the checks. Returns the exit code. */
export async function runCheck(file: string, streams: Streams): Promise<number> {
  if (isUrl(file))
    throw new TerminalError('A file is checked, not a server.', 'The file may be in use: give its name, on the machine where it is.');
  const paint = await paintFor(streams.output);
  let problems = 0;
  for await (const result of checkFile(file)) {
    problems += result.problemCount;
    await write(streams.output, resultText(result, paint));
  }
  await write(
    streams.output,
    problems === 0 ? 'Nothing is wrong with the file.\n' : `${paint.red(countText(problems, 'problem'))} found.\n`,
  );
  return problems === 0 ? 0 : 1;
}

const nameWidth = 28;

function resultText({ name, checked, noun, problems, problemCount }: CheckResult, paint: Paint): string {
  const good = problemCount === 0;
  const word = good ? 'ok      ' : paint.red('problem'.padEnd(8));
  const count = countText(checked, noun) + (good ? '' : `, ${countText(problemCount, 'problem')}`);
  const told = problems.map((problem) => `           ${escapeControls(problem)}\n`).join('');
  const rest = problemCount - problems.length;
  return `${word} ${name.padEnd(nameWidth)} ${count}\n${told}${rest > 0 ? `           … and ${rest.toLocaleString('en')} more\n` : ''}`;
}
