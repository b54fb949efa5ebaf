// The shell (REPL): takes text from a person or a script (shell-input.ts), gathers its lines into statements, runs these and shows what
// comes.

import { createReadStream } from 'node:fs';
import type { Client } from '../../server/protocol/client.ts';
import { UsageError } from './arguments.ts';
import { isCommandLine, isPlainWord } from './complete-text.ts';
import { complete } from './completion.ts';
import { countText } from './count-text.ts';
import { type ErrorSource, errorText, isQueryFailure, noticeText } from './error-text.ts';
import { type KnownNames, loadNames, noNames } from './known-names.ts';
import type { OutputMode } from './output/mode.ts';
import { type Paint, paintFor } from './paint.ts';
import { changesText, type Printed, printResult } from './print-result.ts';
import { isBrokenPipe } from './run.ts';
import { scriptStatements, StatementBuffer, StatementFailure } from './script.ts';
import { ScriptedInput, type ShellInput, TerminalInput } from './shell-input.ts';
import { type CommandContext, commandNames, runCommand } from './shell-commands.ts';
import { type Streams, write } from './streams.ts';

const prompt = 'trefoil> ';

export interface ShellOptions {
  readonly streams: Streams;
  readonly mode: OutputMode;
  /** Shown in the greeting. */
  readonly target: string;
  /** Whole lines, in place of the usual one. */
  readonly greeting?: string;
  /** Opens the target again after its connection was lost. Absent for what has no connection. */
  readonly reconnect?: () => Promise<Client>;
}

/** Runs the shell until the person leaves or the input ends. Returns the exit code. */
export async function runShell(client: Client, options: ShellOptions): Promise<number> {
  const { output, errors } = options.streams;
  return new Shell(client, options, { output: await paintFor(output), errors: await paintFor(errors) }).run();
}

class Shell implements CommandContext {
  client: Client;
  readonly streams: Streams;
  readonly paint: Paint;
  mode: OutputMode;
  timer = true;
  quit = false;
  private readonly errorPaint: Paint;
  private readonly reconnect: (() => Promise<Client>) | undefined;
  /** The first client; whoever opened it closes it. */
  private readonly given: Client;
  private connected = true;
  private readonly greeting: string;
  private input: ShellInput | undefined;
  private readonly interactive: boolean;
  private readonly buffer = new StatementBuffer();
  private running: AbortController | undefined;
  private idleInterrupts = 0;
  private failures = 0;
  /** How long the running statement has waited for the person. */
  private waitedMs = 0;
  private names: KnownNames | undefined;

  constructor(client: Client, options: ShellOptions, paints: { readonly output: Paint; readonly errors: Paint }) {
    this.client = client;
    this.given = client;
    this.streams = options.streams;
    this.mode = options.mode;
    this.greeting = options.greeting ?? `Trefoil on ${options.target}. Statements end with ; and .help lists the commands.\n`;
    this.paint = paints.output;
    this.errorPaint = paints.errors;
    this.reconnect = options.reconnect;
    this.interactive = options.streams.input.isTTY === true && options.streams.output.isTTY === true;
  }

  get signal(): AbortSignal {
    this.running ??= new AbortController();
    return this.running.signal;
  }

  async run(): Promise<number> {
    const input = await this.openInput();
    this.input = input;
    if (this.interactive) await write(this.streams.output, this.greeting);
    let ended = false;
    while (!this.quit && !ended) {
      const answer = await input.next(prompt);
      switch (answer.kind) {
        case 'text':
          this.idleInterrupts = 0;
          await this.take(answer.text);
          break;
        case 'interrupted':
          await this.interrupted(answer.typed);
          break;
        case 'edit':
          input.prefill(answer.text);
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
    if (this.client !== this.given) await this.client.close();
    return !this.interactive && this.failures > 0 ? 1 : 0;
  }

  private async openInput(): Promise<ShellInput> {
    if (!this.interactive) return new ScriptedInput(this.streams.input);
    return TerminalInput.open({
      streams: this.streams,
      paint: this.paint,
      complete: (before, after) => this.complete(before, after),
      onInterrupt: () => this.running?.abort(),
    });
  }

  async show(statement: string): Promise<void> {
    await this.runFor({ text: statement });
  }

  async read(file: string): Promise<void> {
    for await (const { text, linesBefore } of scriptStatements(createReadStream(file))) {
      this.signal.throwIfAborted();
      await this.runFor({ text, linesBefore, name: file });
    }
  }

  /** Runs a statement that is not the line typed, so a failure takes its own text along. */
  private async runFor(source: ErrorSource): Promise<void> {
    try {
      await this.runStatement(source);
    } catch (error) {
      throw isBrokenPipe(error) ? error : new StatementFailure(error, source);
    }
  }

  /** Takes a text of one or more lines. What a person typed as one text ends at its first failure. */
  private async take(text: string): Promise<void> {
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
      if (this.quit) return;
      if (await this.takeLine(line)) continue;
      if (!this.interactive) continue;
      const rest = `${this.buffer.pending}${lines.slice(i + 1).join('\n')}`;
      if (rest.trim() !== '') await write(this.streams.errors, this.errorPaint.yellow('What stands behind it was not run.\n'));
      break;
    }
    if (this.interactive) this.buffer.clear();
  }

  /** False when something of the line failed. */
  private async takeLine(line: string): Promise<boolean> {
    if (this.buffer.isEmpty && isPlainWord(line)) {
      await write(this.streams.output, /help/i.test(line) ? 'The list of commands is .help\n' : 'Leave with .quit or Ctrl-D.\n');
      return true;
    }
    if (this.buffer.isEmpty && isCommandLine(line)) {
      const done = await this.guarded(() => runCommand(line, this), { text: line });
      if (/^\s*\.(import|read)/i.test(line)) this.names = undefined;
      return done;
    }
    for (const { text } of this.buffer.push(`${line}\n`)) {
      if (!(await this.guarded(() => this.runStatement({ text }), { text })) && this.interactive) return false;
    }
    return true;
  }

  /** Runs work that Ctrl-C may stop, and tells of its failure. False when it failed. */
  private async guarded(work: () => Promise<void>, source: ErrorSource): Promise<boolean> {
    this.running = new AbortController();
    try {
      if (!this.connected) await this.connectAgain();
      await work();
      return true;
    } catch (error) {
      if (isBrokenPipe(error)) throw error;
      this.failures++;
      await write(this.streams.errors, this.failureText(error, source));
      if (this.connected && isConnectionLost(error)) await this.lost();
      return false;
    } finally {
      this.running = undefined;
    }
  }

  /** The server went away: says what is gone with it, and connects again if it is back. */
  private async lost(): Promise<void> {
    if (!this.reconnect) return;
    this.connected = false;
    const { yellow } = this.errorPaint;
    await write(
      this.streams.errors,
      `${yellow('The session is lost, and an open transaction with it. Nothing is run again by itself.')}\n`,
    );
    await this.connectAgain().catch((error: unknown) => write(this.streams.errors, this.failureText(error, { text: '' })));
  }

  private async connectAgain(): Promise<void> {
    if (!this.reconnect) return;
    const client = await this.reconnect();
    if (this.client !== this.given) await this.client.close().catch(() => undefined);
    this.client = client;
    this.connected = true;
    this.names = undefined;
    await write(this.streams.errors, 'Connected again, in a new session.\n');
  }

  private failureText(error: unknown, source: ErrorSource): string {
    if (error instanceof StatementFailure) return this.failureText(error.failure, error.source);
    if (error instanceof UsageError) return `${error.message}\n`;
    if (this.running?.signal.aborted && !isQueryFailure(error)) return 'Stopped.\n';
    return errorText(error, this.errorPaint, source);
  }

  private async runStatement(source: ErrorSource): Promise<void> {
    const started = performance.now();
    this.waitedMs = 0;
    for await (const result of this.client.run(source.text, {}, { typed: true, signal: this.signal })) {
      const printed = await printResult(result, {
        mode: this.mode,
        streams: this.streams,
        paint: this.paint,
        ...(this.interactive ? { wantsMore: this.pager() } : {}),
      });
      await this.tell(printed, result.columns.length > 0, performance.now() - started - this.waitedMs, source);
    }
    if (/\b(create|drop)\b/i.test(source.text)) this.names = undefined;
  }

  /** What follows a result: notices, how many rows or changes, the time. */
  private async tell(printed: Printed, hasColumns: boolean, elapsedMs: number, source: ErrorSource): Promise<void> {
    for (const notice of printed.summary?.notices ?? []) await write(this.streams.errors, noticeText(notice, this.errorPaint, source));
    if (this.mode !== 'table' && this.mode !== 'line' && !this.interactive) return;
    const changed = printed.summary ? changesText(printed.summary.stats) : '';
    const rows = hasColumns ? `${countText(printed.rows, 'row')}${printed.summary ? '' : ' shown'}` : '';
    const what = [rows, changed].filter(Boolean).join(', ') || 'Done';
    await write(this.streams.output, `${this.paint.dim(`${what}${this.timer ? ` (${durationText(elapsedMs)})` : ''}`)}\n`);
  }

  /** Asks after each page; `a` shows the rest without asking. */
  private pager(): (printedRows: number) => Promise<boolean> {
    let all = false;
    return async (printedRows) => {
      if (all) return true;
      const asked = performance.now();
      const question = this.paint.dim(`-- ${countText(printedRows, 'row')}. Enter: more, a: all, q: stop -- `);
      const key = (await this.input?.key(question)) ?? 'q';
      this.waitedMs += performance.now() - asked;
      all = key === 'a';
      return !['q', 'C-c', 'C-d', 'escape'].includes(key) && !this.signal.aborted;
    };
  }

  /** Ctrl-C at the prompt: what was typed is dropped; on an empty line, the second time, says how to leave. */
  private async interrupted(typed: boolean): Promise<void> {
    this.idleInterrupts = typed ? 0 : this.idleInterrupts + 1;
    if (this.idleInterrupts >= 2) await write(this.streams.output, 'Leave with .quit or Ctrl-D.\n');
  }

  private async complete(before: string, after: string): Promise<[string[], string]> {
    if (!this.running && !this.names) this.names = await loadNames(this.client);
    return complete(before, after, this.names ?? noNames, commandNames);
  }
}

function isConnectionLost(error: unknown): boolean {
  if (error instanceof StatementFailure) return isConnectionLost(error.failure);
  return isQueryFailure(error) && error.code === 'protocol/connection-lost';
}

function durationText(elapsedMs: number): string {
  return elapsedMs < 10
    ? `${elapsedMs.toFixed(1)} ms`
    : elapsedMs < 1000
      ? `${Math.round(elapsedMs)} ms`
      : `${(elapsedMs / 1000).toFixed(2)} s`;
}
