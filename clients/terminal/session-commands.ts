// The commands about statements: again and again, in transactions, in an editor, those that run elsewhere.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext, ShellCommand } from './command.ts';
import { firstWord } from './command-words.ts';
import { clearDown, clearScreen } from './editor/frame.ts';
import { TerminalError } from './error-text.ts';
import { onOff } from './output-commands.ts';
import { parameterCommand } from './parameter-command.ts';
import { isDumb, write } from './streams.ts';

export const sessionCommands: readonly (readonly [string, ShellCommand])[] = [
  ['.param', parameterCommand],
  [
    '.watch',
    { usage: '.watch [2s] [STATEMENT]', help: 'run a statement again and again until q', more: '  Without one, the last.', run: watch },
  ],
  [
    '.edit',
    {
      usage: '.edit [STATEMENT]',
      help: 'edit a statement in $VISUAL or $EDITOR',
      more: '  Without one, the last. Ctrl-X Ctrl-E takes what is being typed.',
      run: edit,
    },
  ],
  ['.begin', { usage: '.begin [read only]', help: 'begin a transaction; the prompt shows * in one', run: begin }],
  ['.commit', { usage: '.commit', help: 'commit it', run: (context) => context.show('COMMIT') }],
  ['.rollback', { usage: '.rollback', help: 'undo it', run: (context) => context.show('ROLLBACK') }],
  ['.running', { usage: '.running', help: 'what runs on the server, of all sessions', run: (context) => context.show('SHOW RUNNING') }],
  ['.kill', { usage: '.kill ID', help: 'stop one of them', more: '  .kill session ID ends a connection.', run: kill }],
  ['.confirm', { usage: '.confirm [on|off]', help: 'ask before DELETE without WHERE, DROP, …', run: setConfirm }],
];

const watchDefaultMs = 2000;
const watchLeastMs = 100;

async function watch(context: CommandContext, _words: readonly string[], text: string): Promise<void> {
  const [word, behind] = firstWord(text);
  const every = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(word ?? '');
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
  const everyMs = every ? Math.max(watchLeastMs, Number(every[1]) * (units[every[2] ?? 's'] ?? 1000)) : watchDefaultMs;
  const statement = (every ? behind : text).replace(/;\s*$/, '').trim() || context.lastStatement;
  if (statement === undefined || statement === '') throw new TerminalError('Which statement? .watch 2s STATEMENT');
  if (!context.interactive) throw new TerminalError('.watch needs a terminal.');
  const { streams, paint, signal, settings } = context;
  const { pager } = settings;
  // A pager would stop the clock.
  settings.pager = 'off';
  try {
    for (let round = 0; !signal.aborted; round++) {
      if (!isDumb()) await write(streams.output, round === 0 ? clearScreen : `\x1b[H${clearDown}`);
      const title = `Every ${everyMs / 1000} s, ${new Date().toLocaleTimeString('en-GB')}. Ctrl-C or q ends it.`;
      await write(streams.output, `${paint.dim(title)}\n`);
      await context.show(statement);
      if (await context.input.pause(everyMs, signal)) break;
    }
  } finally {
    settings.pager = pager;
  }
}

async function edit(context: CommandContext, _words: readonly string[], text: string): Promise<void> {
  if (!context.interactive) throw new TerminalError('.edit needs a terminal.');
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-edit-'));
  const file = join(folder, 'statement.sql');
  try {
    const before = text === '' ? (context.lastStatement ?? '') : text;
    writeFileSync(file, before === '' ? '' : `${before}\n`, { mode: 0o600 });
    const code = await context.input.lend(
      () =>
        new Promise<number>((resolve, reject) => {
          const child = spawn(`${editor} "$TREFOIL_EDIT_FILE"`, {
            shell: true,
            stdio: 'inherit',
            env: { ...process.env, TREFOIL_EDIT_FILE: file },
          });
          child.on('error', reject);
          child.on('close', (ended) => resolve(ended ?? 1));
        }),
    );
    if (code !== 0) throw new TerminalError(`The editor "${editor}" ended with ${code}.`, 'VISUAL or EDITOR names another one.');
    context.input.prefill(readFileSync(file, 'utf8').trimEnd());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(context: CommandContext, words: readonly string[]): Promise<void> {
  await context.show(['BEGIN', ...words].join(' '));
}

async function kill(context: CommandContext, words: readonly string[]): Promise<void> {
  const [first, second] = words;
  const isSession = first?.toLowerCase() === 'session';
  const id = isSession ? second : first;
  if (id === undefined || !/^\w+$/.test(id))
    throw new TerminalError('Which one? .kill ID', '.running lists the statements with their ids.');
  await context.show(`KILL ${isSession ? 'SESSION ' : ''}${id}`);
}

async function setConfirm({ settings, streams }: CommandContext, [word]: readonly string[]): Promise<void> {
  settings.confirm = onOff(word, settings.confirm, 'Asking');
  if (word === undefined) await write(streams.output, `confirm ${settings.confirm ? 'on' : 'off'}\n`);
}
