// The shell (REPL): takes text from a person or a script (shell-input.ts), gathers its lines into statements, runs these
// (statement-runner.ts) and the shell's own commands (shell-commands.ts), and goes on after failures.

import { createReadStream, existsSync, readFileSync } from 'node:fs';
import type { Client, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn } from '../../server/protocol/frames.ts';
import { type Account, UsageError } from './arguments.ts';
import { Interrupted } from './ask.ts';
import type { CommandContext, Settings } from './command.ts';
import { isCommandLine, isPlainWord } from './complete-text.ts';
import { Connection } from './connection.ts';
import { type ErrorSource, errorText, isQueryFailure, systemSentence, TerminalError, usageText } from './error-text.ts';
import { type KnownNames, loadNames, noNames } from './known-names.ts';
import type { OutputMode } from './output/mode.ts';
import { defaultPager } from './pager.ts';
import { type Paint, paintFor } from './paint.ts';
import { isBrokenPipe } from './run.ts';
import { scriptStatements, StatementBuffer, StatementFailure } from './script.ts';
import { runCommand } from './shell-commands.ts';
import { ScriptedInput, type ShellInput, TerminalInput } from './shell-input.ts';
import { startFile } from './start-file.ts';
import { Declined, StatementRunner } from './statement-runner.ts';
import { isDumb, type Streams, write } from './streams.ts';
import { type Opened, openAsking, withoutAccount } from './target.ts';
import { noTransaction, stateMark } from './transaction-state.ts';

export interface ShellOptions {
  readonly streams: Streams;
  readonly mode: OutputMode;
  /** Shown in the greeting. */
  readonly target: string;
  /** Whole lines, in place of the usual one. */
  readonly greeting?: string;
  readonly reconnect?: NonNullable<Opened['reconnect']>;
  /** With whom to sign in to the servers of `.open`. */
  readonly account?: Account;
}

/** Runs the shell until the person leaves or the input ends. Returns the exit code. */
export async function runShell(client: Client, options: ShellOptions): Promise<number> {
  const { output, errors } = options.streams;
  return new Shell(client, options, { output: await paintFor(output), errors: await paintFor(errors) }).run();
}

class Shell implements CommandContext {
  readonly streams: Streams;
  readonly paint: Paint;
  readonly settings: Settings;
  readonly interactive: boolean;
  quit = false;
  private readonly errorPaint: Paint;
  private readonly greeting: string;
  private readonly account: Account | undefined;
  private readonly connection: Connection;
  private readonly runner: StatementRunner;
  private openedInput: ShellInput | undefined;
  private readonly buffer = new StatementBuffer();
  private running: AbortController | undefined;
  private idleInterrupts = 0;
  private failures = 0;
  private names: KnownNames | undefined;

  constructor(client: Client, options: ShellOptions, paints: { readonly output: Paint; readonly errors: Paint }) {
    this.streams = options.streams;
    this.interactive = options.streams.input.isTTY === true && options.streams.output.isTTY === true;
    this.settings = { mode: options.mode, timer: true, pager: defaultPager(), confirm: true };
    this.greeting = options.greeting ?? `Trefoil on ${options.target}. Statements end with ; and .help lists the commands.\n`;
    this.paint = paints.output;
    this.errorPaint = paints.errors;
    const { streams, paint, errorPaint, settings, interactive } = this;
    this.runner = new StatementRunner({ streams, paint, errorPaint, settings, interactive });
    this.account = options.account;
    this.connection = new Connection(options.reconnect ? { client, reconnect: options.reconnect } : { client }, {
      onLost: () => this.lost(),
      onBack: () => this.say('Connected again, in a new session.\n'),
    });
  }

  get client(): Client {
    return this.connection.client;
  }
  get input(): ShellInput {
    if (!this.openedInput) throw new Error('the input is opened first');
    return this.openedInput;
  }
  get signal(): AbortSignal {
    this.running ??= new AbortController();
    return this.running.signal;
  }
  get parameters(): Map<string, unknown> {
    return this.runner.parameters;
  }
  get hiddenParameters(): Set<string> {
    return this.runner.hiddenParameters;
  }
  get redirection(): StatementRunner['redirection'] {
    return this.runner.redirection;
  }
  get lastResult(): StatementRunner['lastResult'] {
    return this.runner.lastResult;
  }
  get lastStatement(): string | undefined {
    return this.runner.lastStatement;
  }

  async run(): Promise<number> {
    const input = await this.openInput();
    this.openedInput = input;
    if (this.interactive) {
      await write(this.streams.output, this.greeting);
      await this.runStartFile();
    }
    let ended = false;
    while (!this.quit && !ended) {
      const answer = await input.next(() => this.prompt());
      switch (answer.kind) {
        case 'text':
          this.idleInterrupts = 0;
          await this.take(answer.text);
          break;
        case 'interrupted':
          await this.interrupted(answer.typed);
          break;
        case 'edit':
          await this.guarded(() => runCommand('.edit', this, answer.text), { text: '.edit' });
          break;
        case 'end':
          ended = true;
      }
    }
    // A script's last statement needs no semicolon.
    if (!this.interactive && !this.quit) {
      for (const { text } of this.buffer.end()) await this.guarded(() => this.runStatement({ text }), { text });
    }
    input.close();
    await this.guarded(async () => this.redirection.output?.close(), { text: '.output' });
    await this.connection.close();
    return !this.interactive && this.failures > 0 ? 1 : 0;
  }

  async show(statement: string): Promise<void> {
    await this.runFor({ text: statement });
  }

  showRows(columns: readonly WireColumn[], rows: readonly (readonly ClientValue[])[]): Promise<void> {
    return this.runner.showRows(columns, rows, this.input);
  }

  page(text: string): Promise<void> {
    return this.runner.page(text, this.input);
  }

  async read(file: string): Promise<void> {
    for await (const { text, linesBefore } of scriptStatements(createReadStream(file))) {
      this.signal.throwIfAborted();
      await this.runFor({ text, linesBefore, name: file });
    }
  }

  async open(target: string): Promise<void> {
    if (this.runner.transaction.kind !== 'none') throw new TerminalError('A transaction is open here.', '.commit or .rollback ends it.');
    const opened = await this.input.lend(() => openAsking(target, { account: this.account, threads: true }));
    await this.connection.moveTo(opened);
    this.names = undefined;
    await write(this.streams.output, `Now on ${withoutAccount(target)}.\n`);
  }

  private async openInput(): Promise<ShellInput> {
    if (!this.interactive) return new ScriptedInput(this.streams.input);
    const onInterrupt = (): void => this.running?.abort();
    if (isDumb()) return new (await import('./plain-input.ts')).PlainInput(this.streams, onInterrupt);
    return TerminalInput.open({
      streams: this.streams,
      paint: this.paint,
      errorPaint: this.errorPaint,
      complete: (before, after) => this.complete(before, after),
      onInterrupt,
    });
  }

  /** `*` in a transaction, `!` in one that the server has rolled back. */
  private prompt(): string {
    return this.connection.connected ? `trefoil${stateMark(this.runner.transaction)}> ` : 'trefoil (not connected)> ';
  }

  /** The lines of the start file, as if they had been typed; a failure does not end them. */
  private async runStartFile(): Promise<void> {
    const file = startFile();
    if (file === undefined || !existsSync(file)) return;
    try {
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if ((await this.takeLine(line)) !== undefined) await write(this.streams.errors, this.errorPaint.dim(`  in ${file}\n`));
      }
    } catch (error) {
      await write(this.streams.errors, `${this.errorPaint.yellow('notice')}: ${file} is not read: ${systemSentence(error as Error)}\n`);
    }
    this.buffer.clear();
  }

  /** Runs a statement that is not the line typed, so a failure takes its own text along. */
  private async runFor(source: ErrorSource): Promise<void> {
    try {
      await this.runStatement(source);
    } catch (error) {
      throw isBrokenPipe(error) || error instanceof Declined ? error : new StatementFailure(error, source);
    }
  }

  /** Takes a text of one or more lines. What a person typed as one text ends at its first failure. */
  private async take(text: string): Promise<void> {
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
      if (this.quit) return;
      const behind = await this.takeLine(line);
      if (behind === undefined || !this.interactive) continue;
      const rest = `${behind}${lines.slice(i + 1).join('\n')}`;
      if (rest.trim() !== '') await write(this.streams.errors, this.errorPaint.yellow('What stands behind it was not run.\n'));
      break;
    }
    if (this.interactive) this.buffer.clear();
  }

  /** Undefined unless something of the line failed: then what stands behind it and was not run. */
  private async takeLine(line: string): Promise<string | undefined> {
    if (isPlainWord(line) && this.buffer.isEmpty) {
      await write(this.streams.output, /help/i.test(line) ? 'The list of commands is .help\n' : 'Leave with .quit or Ctrl-D.\n');
      return undefined;
    }
    if (isCommandLine(line) && this.buffer.isEmpty) {
      // What needs no server works without one; the rest fails by itself.
      await this.connection.ready().catch(() => undefined);
      const done = await this.guarded(() => runCommand(line, this), { text: line });
      if (/^\s*\.(import|read)/i.test(line)) this.names = undefined;
      return done ? undefined : '';
    }
    const statements = this.buffer.push(`${line}\n`).map(({ text }) => text);
    for (const [i, text] of statements.entries()) {
      const done = await this.guarded(() => this.runStatement({ text }), { text });
      if (!done && this.interactive) return [...statements.slice(i + 1), this.buffer.pending].join('');
    }
    return undefined;
  }

  /** Runs work that Ctrl-C may stop, and tells of its failure. False when it failed. */
  private async guarded(work: () => Promise<void>, source: ErrorSource): Promise<boolean> {
    this.running = new AbortController();
    try {
      await work();
      return true;
    } catch (error) {
      if (isBrokenPipe(error)) throw error;
      this.failures++;
      await write(this.streams.errors, this.failureText(error, source));
      if (isConnectionLost(error)) this.connection.lost();
      return false;
    } finally {
      this.running = undefined;
    }
  }

  private failureText(error: unknown, source: ErrorSource): string {
    if (error instanceof StatementFailure) return this.failureText(error.failure, error.source);
    if (error instanceof Declined) return 'Not run.\n';
    if (error instanceof Interrupted) return 'Stopped.\n';
    if (error instanceof UsageError) return usageText(error.message, this.errorPaint);
    if (this.running?.signal.aborted && !isQueryFailure(error)) return 'Stopped.\n';
    return errorText(error, this.errorPaint, source);
  }

  /** The server went away: says what is gone with it. */
  private lost(): void {
    const { yellow } = this.errorPaint;
    const inTransaction = this.runner.transaction.kind !== 'none';
    this.runner.transaction = noTransaction;
    this.names = undefined;
    const lost = inTransaction ? 'The connection is lost, and the open transaction with it.' : 'The connection is lost.';
    this.say(`${yellow(`${lost} Nothing is run again by itself; the server is asked for every few seconds.`)}\n`);
  }

  /** A message that no statement brought, above what is being typed. */
  private say(text: string): void {
    this.runner.clearLine();
    if (this.interactive && this.openedInput) this.openedInput.tell(text);
    else this.streams.errors.write(text);
  }

  private async runStatement(source: ErrorSource): Promise<void> {
    if (!this.connection.connected) {
      await this.connection.ready().catch((error: unknown) => {
        throw error instanceof TerminalError ? new TerminalError(`Not connected. ${error.message}`) : error;
      });
    }
    await this.runner.run(this.client, source, { signal: this.signal, input: this.input });
    if (/\b(create|drop|alter|import|session)\b/i.test(source.text)) this.names = undefined;
  }

  /** Ctrl-C at the prompt: what was typed is dropped; on an empty line, the second time, says how to leave. */
  private async interrupted(typed: boolean): Promise<void> {
    this.idleInterrupts = typed ? 0 : this.idleInterrupts + 1;
    if (this.idleInterrupts >= 2) await write(this.streams.output, 'Leave with .quit or Ctrl-D.\n');
  }

  private async complete(before: string, after: string): Promise<readonly [readonly string[], string]> {
    const { complete } = await import('./completion.ts');
    if (!this.running && !this.names && this.connection.connected) this.names = await loadNames(this.client);
    return complete(before, after, this.names ?? noNames);
  }
}

function isConnectionLost(error: unknown): boolean {
  if (error instanceof StatementFailure) return isConnectionLost(error.failure);
  return isQueryFailure(error) && error.code === 'protocol/connection-lost';
}
