// The shell's own commands, which begin with a point. What is a matter of the database is a statement; these are about the shell, or save
// typing.

import { didYouMean } from '../../parser/error.ts';
import { parseImportWords, UsageError } from './arguments.ts';
import type { CommandContext, ShellCommand } from './command.ts';
import { commandWords } from './command-words.ts';
import { textColumns } from './editor/columns.ts';
import { keyHelp } from './editor/keys.ts';
import { TerminalError } from './error-text.ts';
import { namesOf } from './execute.ts';
import { outputCommands } from './output-commands.ts';
import { showSchema } from './schema.ts';
import { sessionCommands } from './session-commands.ts';
import { widthOf, write } from './streams.ts';
import { keyText, nameText, quoteText } from './value-text.ts';

const groups: readonly (readonly [title: string, commands: readonly (readonly [string, ShellCommand])[]])[] = [
  [
    'Looking',
    [
      [
        '.tables',
        {
          usage: '.tables [TEXT]',
          help: 'tables, collections, labels and edge types',
          more: '  With a text, those that have it in their names.',
          run: showTables,
        },
      ],
      ['.schema', { usage: '.schema [NAME|:Label]', help: 'columns, paths, properties, edges, with counts', run: showSchema }],
      [
        '.compare',
        {
          usage: '.compare [NAME]',
          help: 'ask a bundled question in all three models',
          more: '  Without a name, lists them.',
          run: compare,
        },
      ],
    ],
  ],
  ['Results', outputCommands],
  ['Statements', sessionCommands],
  [
    'Files',
    [
      [
        '.open',
        {
          usage: '.open FILE|URL',
          help: 'go over to another file or server',
          more: '  Parameters, settings and the last result stay.',
          run: openOther,
        },
      ],
      ['.read', { usage: '.read FILE', help: 'run the statements of a file', run: readFile }],
      [
        '.import',
        {
          usage: '.import FILE --into NAME',
          help: 'load files, in the words of `trefoil import`',
          more: '  --into NAME: a table or a collection. --label NAME: nodes. trefoil import --help tells of all words.',
          run: importFiles,
        },
      ],
    ],
  ],
  [
    'The shell',
    [
      ['.help', { usage: '.help [NAME|keys]', help: 'this list, one command, or the keys', run: showHelp }],
      ['.quit', { usage: '.quit', help: 'leave (also Ctrl-D)', run: quit }],
    ],
  ],
];

const commands: ReadonlyMap<string, ShellCommand> = new Map(groups.flatMap(([, members]) => members));
/** Other names that people know. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['.exit', '.quit'],
  ['.timing', '.timer'],
  ['.params', '.param'],
  ['.parameter', '.param'],
]);

export const commandNames: readonly string[] = [...commands.keys()];

/** Runs one command line. Throws TerminalError or UsageError for what cannot be done. `given` is a text for `.edit` to begin with. */
export async function runCommand(line: string, context: CommandContext, given?: string): Promise<void> {
  const [, name = '', rest = ''] = /^\s*(\S+)\s*([^]*?)\s*$/.exec(line) ?? [];
  const bare = name.replace(/;$/, '').toLowerCase();
  const command = commands.get(aliases.get(bare) ?? bare);
  if (!command) {
    throw new TerminalError(
      `There is no command "${name}".`,
      didYouMean(bare, [...commandNames, ...aliases.keys()]) ?? startingLike(bare) ?? '.help lists the commands.',
    );
  }
  const text = given ?? rest;
  await command.run(context, commandWords(text.replace(/;$/, '')), text);
}

function startingLike(name: string): string | undefined {
  const like = name.length > 1 ? commandNames.filter((known) => known.startsWith(name)) : [];
  return like.length === 0 ? undefined : `Did you mean ${like.map((known) => `"${known}"`).join(' or ')}?`;
}

/** Longer usages stand on a line of their own. */
const usageColumns = 28;
/** As many columns as the longest line of the list has. */
const helpColumns = 79;

async function showHelp(context: CommandContext, [wanted]: readonly string[]): Promise<void> {
  const name = wanted === undefined ? undefined : `.${wanted.replace(/^\./, '').toLowerCase()}`;
  if (name === '.keys') {
    const width = Math.max(...keyHelp.map(([keys]) => keys.length));
    return context.page(keyHelp.map(([keys, what]) => `  ${keys.padEnd(width)}  ${what}\n`).join(''));
  }
  if (name !== undefined) {
    const command = commands.get(aliases.get(name) ?? name);
    if (!command) throw new TerminalError(`There is no command "${name}".`, didYouMean(name, commandNames) ?? '.help lists the commands.');
    return context.page(`${command.usage}\n  ${command.help}\n${command.more === undefined ? '' : `${command.more}\n`}`);
  }
  // On a narrow terminal the explanation stands below.
  const isNarrow = widthOf(context.streams.output) < helpColumns;
  const lists = groups.map(([title, members]) => {
    const lines = members.map(([, { usage, help }]) => {
      const behind = isNarrow ? '\n      ' : usage.length > usageColumns ? `\n${' '.repeat(usageColumns + 4)}` : '  ';
      return `  ${context.paint.cyan(isNarrow ? usage : usage.padEnd(usageColumns))}${behind}${help}\n`;
    });
    return `${context.paint.bold(title)}\n${lines.join('')}`;
  });
  await context.page(`Statements end with ; and may span lines. .help keys lists the keys.\n${lists.join('')}`);
}

async function showTables({ client, streams, paint }: CommandContext, [wanted = '']: readonly string[]): Promise<void> {
  // After a colon every word is a name: `:Order` needs no backquotes.
  const shown: readonly (readonly [title: string, show: string, written: (name: string) => string])[] = [
    ['tables', 'SHOW TABLES', nameText],
    ['collections', 'SHOW COLLECTIONS', nameText],
    ['labels', 'SHOW LABELS', keyText],
    ['edge types', 'SHOW EDGE TYPES', keyText],
  ];
  let any = false;
  const holds = (name: string): boolean => name.toLowerCase().includes(wanted.toLowerCase());
  const list = (title: string, names: readonly string[]): Promise<void> =>
    write(streams.output, `${paint.bold(title.padEnd(titleColumns))}${wrapped(names, widthOf(streams.output) - titleColumns)}\n`);
  const graphs = await namesOf(client, 'SHOW GRAPHS');
  if (graphs.length > 1 && wanted === '') await list('graphs', graphs.map(nameText));
  for (const [title, show, written] of shown) {
    const names = (await namesOf(client, show)).filter(holds);
    if (names.length === 0) continue;
    any = true;
    await list(title, names.map(written));
  }
  if (!any) await write(streams.output, wanted === '' ? 'The database is empty.\n' : `Nothing has "${wanted}" in its name.\n`);
}

/** Of the titles in `.tables`, with the blanks behind. */
const titleColumns = 13;

/** Names in lines of at most so many columns, those behind the first below it. */
function wrapped(names: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && textColumns(last) + 2 + textColumns(name) <= width) lines[lines.length - 1] = `${last}  ${name}`;
    else lines.push(name);
  }
  return lines.join(`\n${' '.repeat(titleColumns)}`);
}

async function openOther(context: CommandContext, [target]: readonly string[]): Promise<void> {
  if (target === undefined) throw new TerminalError('Which database? .open FILE|URL');
  await context.open(target);
}

async function readFile(context: CommandContext, [file]: readonly string[]): Promise<void> {
  if (file === undefined) throw new TerminalError('Which file? .read FILE');
  await context.read(file);
}

async function importFiles(context: CommandContext, words: readonly string[]): Promise<void> {
  if (words.includes('--db')) throw new UsageError('.import loads into the database that the shell is on.');
  const request = parseImportWords(words);
  const { runImport } = await import('./import/import.ts');
  await runImport(context.client, request, context.streams, context.signal);
}

async function compare(context: CommandContext, words: readonly string[]): Promise<void> {
  await context.show(words.length === 0 ? 'SHOW QUESTIONS' : `COMPARE ${quoteText(words.join(' '))}`);
}

async function quit(context: CommandContext): Promise<void> {
  context.quit = true;
}
