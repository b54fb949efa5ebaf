// The commands about results: how they are shown, where they go, the last one again.

import type { ClientProgress } from '../../server/protocol/client.ts';
import { writeAside } from './aside.ts';
import type { CommandContext, ShellCommand } from './command.ts';
import { CommandOutput } from './command-output.ts';
import { firstWord } from './command-words.ts';
import { countText } from './count-text.ts';
import { TerminalError } from './error-text.ts';
import { exportEndings } from './export/endings.ts';
import { delimiterOfFile, exportQuery, modeOfFile, sourceOf, writeExport } from './export/export.ts';
import { wholeResult } from './last-result.ts';
import { outputModes } from './output/mode.ts';
import { defaultPager } from './pager.ts';
import { printRows } from './print-result.ts';
import { FileOutput, type RedirectedOutput } from './result-output.ts';
import type { ShellInput } from './shell-input.ts';
import { write } from './streams.ts';
import { Waiting } from './waiting.ts';

export const outputCommands: readonly (readonly [string, ShellCommand])[] = [
  [
    '.mode',
    {
      usage: '.mode [MODE]',
      help: 'how results are shown: table, line, json, …',
      more: `  Modes: ${outputModes.join(', ')}.`,
      run: setMode,
    },
  ],
  ['.last', { usage: '.last', help: 'the last result again; in FROM and JOIN it is _', run: showLast }],
  [
    '.once',
    {
      usage: '.once FILE|COMMAND',
      help: 'the next result to a file or a program',
      more: '  A program begins with |, as in .once |less -S.',
      run: outputOnce,
    },
  ],
  [
    '.output',
    {
      usage: '.output [FILE|COMMAND]',
      help: 'all results to a file or a program',
      more: '  A program begins with |, as in .output |sort. Without a word: to the screen again.',
      run: setOutput,
    },
  ],
  [
    '.export',
    {
      usage: '.export FILE [NAME|STATEMENT]',
      help: 'a table, :Label or result to a file',
      more: `  Without a name or a statement the last result. Endings: ${exportEndings.map((ending) => `.${ending}`).join(', ')}.`,
      run: exportResult,
    },
  ],
  [
    '.pager',
    {
      usage: '.pager [on|off|builtin|COMMAND]',
      help: 'what shows results taller than the screen',
      more: '  on: what TREFOIL_PAGER or PAGER names, else less, else builtin, which asks after each screen.',
      run: setPager,
    },
  ],
  ['.timer', { usage: '.timer [on|off]', help: 'show how long statements take (also .timing)', run: setTimer }],
];

async function setMode({ settings, streams }: CommandContext, [word]: readonly string[]): Promise<void> {
  if (word === undefined) return write(streams.output, `${settings.mode}\n`);
  const mode = outputModes.find((known) => known === word.toLowerCase());
  if (!mode) throw new TerminalError(`There is no mode "${word}".`, `There are: ${outputModes.join(', ')}.`);
  settings.mode = mode;
}

async function setTimer({ settings, streams }: CommandContext, [word]: readonly string[]): Promise<void> {
  settings.timer = onOff(word, settings.timer, 'The timer');
  if (word === undefined) await write(streams.output, `timer ${settings.timer ? 'on' : 'off'}\n`);
}

/** `on`, `off`, or the other of the two when no word is given. */
export function onOff(word: string | undefined, now: boolean, what: string): boolean {
  if (word !== undefined && word !== 'on' && word !== 'off') throw new TerminalError(`${what} is on or off.`);
  return word === undefined ? !now : word === 'on';
}

async function setPager({ settings, streams }: CommandContext, _words: readonly string[], rest: string): Promise<void> {
  if (rest === '') return write(streams.output, `${settings.pager}\n`);
  settings.pager = rest === 'on' ? defaultPager({ ...process.env, PAGER: pagerOfEnvironment() }) : rest;
}

/** PAGER, unless it switches paging off. */
function pagerOfEnvironment(): string | undefined {
  const named = process.env.PAGER?.trim();
  return named === '' || named === 'cat' ? undefined : named;
}

async function showLast(context: CommandContext): Promise<void> {
  const { lastResult, streams } = context;
  if (!lastResult) throw new TerminalError('There is no last result yet.');
  await context.showRows(lastResult.columns, lastResult.rows);
  const rest = lastResult.isComplete ? '' : ', the first of more';
  await write(streams.output, `${countText(lastResult.rows.length, 'row')}${rest}\n`);
}

async function outputOnce({ redirection, input }: CommandContext, words: readonly string[], rest: string): Promise<void> {
  if (words.length === 0) throw new TerminalError('Which file? .once FILE', '.once |COMMAND gives it to a program.');
  const { once } = redirection;
  redirection.once = undefined;
  await once?.close();
  redirection.once = await redirected(words, rest, input);
}

async function setOutput({ redirection }: CommandContext, words: readonly string[], rest: string): Promise<void> {
  const { output } = redirection;
  redirection.output = undefined;
  await output?.close();
  if (words.length > 0) redirection.output = await redirected(words, rest);
}

async function redirected([file = '']: readonly string[], rest: string, lender?: ShellInput): Promise<RedirectedOutput> {
  if (!rest.startsWith('|')) return FileOutput.open(file);
  const command = rest.slice(1).trim();
  if (command === '') throw new TerminalError('Which command? Behind the | stands a program with its words.');
  return new CommandOutput(command, lender);
}

async function exportResult(context: CommandContext, _words: readonly string[], text: string): Promise<void> {
  const [file, rest] = firstWord(text);
  if (file === undefined) throw new TerminalError('Which file? .export FILE [NAME|STATEMENT]');
  const mode = modeOfFile(file);
  const source = rest.replace(/;\s*$/, '').trim();
  const { lastResult, client, signal } = context;
  const last = source === '' ? wholeResult(lastResult) : undefined;
  const waiting = new Waiting(context.streams.errors, context.paint);
  const csv = { delimiter: delimiterOfFile(file), header: true };
  try {
    const rows = await writeAside(file, { force: true, signal }, async (output) => {
      if (last) {
        await printRows(last.columns, last.rows, { mode, csv, output });
        return last.rows.length;
      }
      const query = await exportQuery(client, sourceOf(source), mode, { signal });
      const onProgress = (progress: ClientProgress): void => waiting.reached(progress);
      const form = { mode, csv, output, onRows: (rows: number) => waiting.tell(rows) };
      return writeExport(client, query, form, Object.fromEntries(context.parameters), { signal, onProgress });
    });
    waiting.stop();
    await write(context.streams.output, `${countText(rows, 'row')} to ${file}\n`);
  } finally {
    waiting.stop();
  }
}
