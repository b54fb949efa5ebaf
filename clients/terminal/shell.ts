// The shell (REPL): reads lines, gathers them into statements, runs these and shows what comes. Lines are queued as they arrive,
// so pasted text and a scripted standard input work like typing.

import { createReadStream } from 'node:fs';
import { createInterface, type Interface } from 'node:readline/promises';
import type { Client } from '../../server/protocol/client.ts';
import { UsageError } from './arguments.ts';
import { complete } from './completion.ts';
import { countText } from './count-text.ts';
import { type ErrorSource, errorText, isQueryFailure, noticeText } from './error-text.ts';
import { appendHistory, historyFile, historyLinesMax, joinNewest, loadHistory, oneLine } from './history.ts';
import { type KnownNames, loadNames, noNames } from './known-names.ts';
import type { OutputMode } from './output/mode.ts';
import { type Paint, paintFor } from './paint.ts';
import { changesText, type Printed, printResult } from './print-result.ts';
import { isBrokenPipe } from './run.ts';
import { scriptStatements, StatementBuffer, StatementFailure } from './script.ts';
import { type CommandContext, commandNames, runCommand } from './shell-commands.ts';
import { type Streams, write } from './streams.ts';

/** What a person wants to see of a COMPARE first; its twelve columns fit no terminal. */
const comparisonColumns = ['model', 'verdict', 'reason', 'answer', 'rows', 'medianMs'];
const prompt = 'trefoil> ';
/** After the first line of a statement; `'> ` says that a quote is open. */
const continuation = (open: string | undefined): string => `${(open ?? '-').padStart(7)}> `;

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
  private readonly lines: Interface;
  private readonly interactive: boolean;
  private readonly buffer = new StatementBuffer();
  /** The lines of the statement being typed. */
  private statementLines: string[] = [];
  /** readline's own list, the newest first. */
  private history: string[] = [];
  private readonly queue: string[] = [];
  private wake: (() => void) | undefined;
  private ended = false;
  private running: AbortController | undefined;
  private idleInterrupts = 0;
  private failures = 0;
  private asking = false;
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
    this.lines = createInterface({
      input: options.streams.input,
      ...(this.interactive ? { output: options.streams.output, completer: (line: string) => this.complete(line) } : {}),
      terminal: this.interactive,
      history: this.interactive ? loadHistory(historyFile()).reverse() : [],
      historySize: historyLinesMax,
      removeHistoryDuplicates: true,
    });
    this.lines.on('line', (line) => {
      this.queue.push(line);
      this.wake?.();
    });
    // An answer to `more?` is no statement to come back to.
    this.lines.on('history', (history) => {
      if (this.asking) history.shift();
      this.history = history;
    });
    this.lines.on('close', () => {
      this.ended = true;
      this.wake?.();
    });
    this.lines.on('SIGINT', () => this.interrupted());
  }

  get signal(): AbortSignal {
    this.running ??= new AbortController();
    return this.running.signal;
  }

  async run(): Promise<number> {
    if (this.interactive) await write(this.streams.output, this.greeting);
    while (!this.quit) {
      const line = await this.nextLine(this.buffer.isEmpty ? prompt : continuation(this.buffer.open));
      if (line === undefined) break;
      this.idleInterrupts = 0;
      await this.take(line);
    }
    // A script's last statement needs no semicolon; a person who leaves in the middle of one means to leave.
    if (!this.interactive && !this.quit) {
      for (const { text } of this.buffer.end()) await this.guarded(() => this.runStatement({ text }), { text });
    }
    if (this.interactive && this.ended && !this.quit) await write(this.streams.output, '\n');
    this.lines.close();
    if (this.client !== this.given) await this.client.close();
    return !this.interactive && this.failures > 0 ? 1 : 0;
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

  /** Keeps a finished statement in the history, as one line if that means the same. */
  private remember(): void {
    const lines = this.statementLines.filter((line) => line.trim() !== '');
    this.statementLines = [];
    if (!this.interactive) return;
    const joined = oneLine(lines);
    if (joined !== undefined) joinNewest(this.history, lines, joined);
    for (const line of joined === undefined ? lines : [joined]) appendHistory(historyFile(), line);
  }

  private async take(line: string): Promise<void> {
    this.statementLines.push(line);
    const word = line.trim().toLowerCase().replace(/;$/, '');
    if (this.buffer.isEmpty && word.startsWith('.')) {
      this.remember();
      await this.guarded(() => runCommand(line, this), { text: line });
      if (/^\.(import|read)/.test(word)) this.names = undefined;
      return;
    }
    if (this.buffer.isEmpty && ['quit', 'exit', 'help'].includes(word)) {
      this.remember();
      await write(this.streams.output, word === 'help' ? 'The list of commands is .help\n' : 'Leave with .quit or Ctrl-D.\n');
      return;
    }
    const statements = this.buffer.push(`${line}\n`);
    if (this.buffer.isEmpty) this.remember();
    for (const { text } of statements) {
      if (!(await this.guarded(() => this.runStatement({ text }), { text })) && this.interactive) break;
    }
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
        ...(/^\s*compare\b/i.test(source.text) ? { tableColumns: comparisonColumns } : {}),
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
    if (printed.hiddenColumns > 0)
      await write(this.streams.output, this.paint.dim('.mode line shows the effort, the entries read and the plans too.\n'));
    const what = [rows, changed].filter(Boolean).join(', ') || 'Done';
    await write(this.streams.output, `${this.paint.dim(`${what}${this.timer ? ` (${durationText(elapsedMs)})` : ''}`)}\n`);
  }

  /** Asks after each page; `a` shows the rest without asking. */
  private pager(): (printedRows: number) => Promise<boolean> {
    let all = false;
    return async (printedRows) => {
      if (all) return true;
      const asked = performance.now();
      this.asking = true;
      const answer = await this.nextLine(this.paint.dim(`-- ${countText(printedRows, 'row')}. Enter: more, a: all, q: stop -- `));
      this.asking = false;
      this.waitedMs += performance.now() - asked;
      all = answer?.trim().toLowerCase() === 'a';
      return answer !== undefined && !answer.trim().toLowerCase().startsWith('q') && !this.signal.aborted;
    };
  }

  private async nextLine(question: string): Promise<string | undefined> {
    if (this.queue.length === 0 && !this.ended) {
      if (this.interactive) {
        this.lines.setPrompt(question);
        this.lines.prompt();
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    return this.queue.shift();
  }

  /** Ctrl-C: stops what runs; else clears what was typed; on an empty line, the second time, says how to leave. */
  private interrupted(): void {
    if (this.running && !this.wake) {
      this.running.abort();
      return;
    }
    if (this.running) {
      // At the question for more rows: as if q had been typed.
      this.queue.push('q');
      this.streams.output.write('\n');
      this.wake?.();
      return;
    }
    const idle = this.lines.line === '' && this.buffer.isEmpty;
    this.idleInterrupts = idle ? this.idleInterrupts + 1 : 0;
    this.buffer.clear();
    this.statementLines = [];
    this.lines.write(null, { ctrl: true, name: 'e' });
    this.lines.write(null, { ctrl: true, name: 'u' });
    this.streams.output.write(this.idleInterrupts >= 2 ? '\nLeave with .quit or Ctrl-D.\n' : '\n');
    this.lines.setPrompt(prompt);
    this.lines.prompt();
  }

  private async complete(line: string): Promise<[string[], string]> {
    if (!this.running && !this.names) this.names = await loadNames(this.client);
    const before = this.buffer.pending + line;
    return complete(before, this.lines.line.slice(line.length), this.names ?? noNames, commandNames);
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
