// The shell's own commands, which begin with a point. They are few: everything else is a statement.

import { nearestName } from '../../parser/error.ts';
import type { Client } from '../../server/protocol/client.ts';
import { parseImportWords, UsageError } from './arguments.ts';
import { TerminalError } from './error-text.ts';
import { namesOf } from './execute.ts';
import { runImport } from './import/import.ts';
import { type OutputMode, outputModes } from './output/mode.ts';
import type { Paint } from './paint.ts';
import { type Streams, write } from './streams.ts';
import { nameText, quoteText } from './value-text.ts';

/** What a command may do to its shell. */
export interface CommandContext {
  readonly client: Client;
  readonly streams: Streams;
  readonly paint: Paint;
  readonly signal: AbortSignal;
  mode: OutputMode;
  timer: boolean;
  quit: boolean;
  /** Runs a statement and shows its result as if it had been typed. */
  show(statement: string): Promise<void>;
  /** Runs a script file with its results shown. */
  read(file: string): Promise<void>;
}

interface ShellCommand {
  readonly usage: string;
  readonly help: string;
  run(context: CommandContext, words: readonly string[]): Promise<void>;
}

const commands: ReadonlyMap<string, ShellCommand> = new Map<string, ShellCommand>([
  ['.help', { usage: '.help', help: 'this list', run: showHelp }],
  ['.mode', { usage: '.mode [MODE]', help: `how results are shown: ${outputModes.join(', ')}`, run: setMode }],
  ['.tables', { usage: '.tables', help: 'tables, collections, labels and edge types', run: showTables }],
  ['.schema', { usage: '.schema [NAME]', help: 'the columns of a table or all tables; of a label as :Label', run: showSchema }],
  ['.read', { usage: '.read FILE', help: 'run the statements of a file', run: readFile }],
  [
    '.import',
    { usage: '.import FILE --into NAME', help: 'load CSV, JSON or JSON Lines; same words as `trefoil import`', run: importFiles },
  ],
  ['.compare', { usage: '.compare [NAME]', help: 'ask a bundled question in all three models; without a name, list them', run: compare }],
  ['.timer', { usage: '.timer on|off', help: 'show how long statements take', run: setTimer }],
  ['.quit', { usage: '.quit', help: 'leave (also Ctrl-D)', run: quit }],
]);

export const commandNames: readonly string[] = [...commands.keys()];

/** Runs one command line. Throws TerminalError or UsageError for what cannot be done. */
export async function runCommand(line: string, context: CommandContext): Promise<void> {
  const [name = '', ...words] = splitWords(line.trim().replace(/;$/, ''));
  const wanted = name === '.exit' ? '.quit' : name;
  const command = commands.get(wanted);
  if (!command) {
    const nearest = nearestName(name, commandNames);
    throw new TerminalError(`There is no command "${name}".`, nearest ? `Did you mean "${nearest}"?` : '.help lists the commands.');
  }
  await command.run(context, words);
}

/** Words as a Unix shell splits them: blanks between, quotes round what has blanks. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+)+/g)) {
    words.push(
      match[0].replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_, double: string | undefined, single: string | undefined) => double?.replace(/\\(.)/g, '$1') ?? single ?? '',
      ),
    );
  }
  return words;
}

async function showHelp({ streams }: CommandContext): Promise<void> {
  const width = Math.max(...[...commands.values()].map((command) => command.usage.length));
  const lines = [...commands.values()].map((command) => `${command.usage.padEnd(width)}  ${command.help}`);
  await write(
    streams.output,
    `Statements end with ; and may span lines. Ctrl-C stops the running one, Tab completes.\n${lines.join('\n')}\n`,
  );
}

async function setMode(context: CommandContext, [word]: readonly string[]): Promise<void> {
  if (word === undefined) return write(context.streams.output, `${context.mode}\n`);
  const mode = outputModes.find((known) => known === word.toLowerCase());
  if (!mode) throw new TerminalError(`There is no mode "${word}".`, `There are: ${outputModes.join(', ')}.`);
  context.mode = mode;
}

async function setTimer(context: CommandContext, [word]: readonly string[]): Promise<void> {
  if (word !== undefined && word !== 'on' && word !== 'off') throw new TerminalError('The timer is on or off.');
  context.timer = word === undefined ? !context.timer : word === 'on';
  if (word === undefined) await write(context.streams.output, `timer ${context.timer ? 'on' : 'off'}\n`);
}

async function showTables({ client, streams, paint }: CommandContext): Promise<void> {
  // After a colon every word is a name: `:Order` needs no backquotes.
  const afterColon = (name: string): string => (/^\w+$/.test(name) ? name : nameText(name));
  const groups: readonly (readonly [title: string, show: string, written: (name: string) => string])[] = [
    ['tables', 'SHOW TABLES', nameText],
    ['collections', 'SHOW COLLECTIONS', nameText],
    ['labels', 'SHOW LABELS', afterColon],
    ['edge types', 'SHOW EDGE TYPES', afterColon],
  ];
  let any = false;
  for (const [title, show, written] of groups) {
    const names = await namesOf(client, show);
    if (names.length === 0) continue;
    any = true;
    await write(streams.output, `${paint.bold(title.padEnd(11))}  ${names.map(written).join('  ')}\n`);
  }
  if (!any) await write(streams.output, 'The database is empty.\n');
}

async function showSchema(context: CommandContext, [name]: readonly string[]): Promise<void> {
  if (name !== undefined) return context.show(`DESCRIBE ${name.startsWith(':') ? `:${nameText(name.slice(1))}` : nameText(name)}`);
  for (const table of await namesOf(context.client, 'SHOW TABLES')) {
    await write(context.streams.output, `${context.paint.bold(table)}\n`);
    await context.show(`DESCRIBE ${nameText(table)}`);
  }
}

async function readFile(context: CommandContext, [file]: readonly string[]): Promise<void> {
  if (file === undefined) throw new TerminalError('Which file? .read FILE');
  await context.read(file);
}

async function importFiles(context: CommandContext, words: readonly string[]): Promise<void> {
  if (words.includes('--db')) throw new UsageError('.import loads into the database that the shell is on.');
  await runImport(context.client, parseImportWords(words), context.streams, context.signal);
}

async function compare(context: CommandContext, words: readonly string[]): Promise<void> {
  await context.show(words.length === 0 ? 'SHOW QUESTIONS' : `COMPARE ${quoteText(words.join(' '))}`);
}

async function quit(context: CommandContext): Promise<void> {
  context.quit = true;
}
