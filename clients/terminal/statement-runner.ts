// One statement of the shell from its text to what a person reads of it: the question before it destroys, parameters and `_`, the line
// that turns while it runs, the result, notices, counts and the time. Remembers the last result and whether a transaction is open.

import type { Client, ClientProgress, ClientResult, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn } from '../../server/protocol/frames.ts';
import type { Redirection, Settings } from './command.ts';
import { countText } from './count-text.ts';
import { destruction } from './destructive.ts';
import { durationText } from './duration-text.ts';
import { type ErrorSource, isQueryFailure, movedError, noticeText } from './error-text.ts';
import { type LastResult, lastRowsMax, withLastResult } from './last-result.ts';
import { PagedOutput } from './pager.ts';
import type { Paint } from './paint.ts';
import { changesText, type Printed, printResult, printRows } from './print-result.ts';
import { directOutput, type ResultOutput } from './result-output.ts';
import type { ShellInput } from './shell-input.ts';
import { type Streams, write } from './streams.ts';
import { afterFailure, afterStatement, noTransaction, type TransactionState } from './transaction-state.ts';
import { Waiting } from './waiting.ts';

export interface RunnerOptions {
  readonly streams: Streams;
  readonly paint: Paint;
  readonly errorPaint: Paint;
  readonly settings: Settings;
  readonly interactive: boolean;
}

/** The person was asked and does not want it. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

export class StatementRunner {
  lastResult: LastResult | undefined;
  lastStatement: string | undefined;
  transaction: TransactionState = noTransaction;
  readonly parameters = new Map<string, unknown>();
  readonly hiddenParameters = new Set<string>();
  readonly redirection: Redirection = { output: undefined, once: undefined };
  private readonly options: RunnerOptions;
  private waiting: Waiting | undefined;

  constructor(options: RunnerOptions) {
    this.options = options;
  }

  /** Runs one statement and shows what comes. `ask`: a person typed it, so ask before it destroys. */
  async run(client: Client, source: ErrorSource, way: { readonly signal: AbortSignal; readonly input: ShellInput }): Promise<void> {
    const { text } = source;
    await this.confirm(text, way.input);
    const withLast = await withLastResult(text, this.lastResult);
    const parameters = { ...Object.fromEntries(this.parameters), ...withLast?.parameters };
    const once = this.redirection.once;
    this.redirection.once = undefined;
    const waiting = new Waiting(this.options.streams.errors, this.options.errorPaint);
    this.waiting = waiting;
    const elsewhere = once ?? this.redirection.output;
    if (elsewhere) elsewhere.beforeShown = () => waiting.stop();
    let started = performance.now();
    try {
      const options = { typed: true, signal: way.signal, onProgress: (progress: ClientProgress) => waiting.reached(progress) };
      for await (const result of client.run(withLast?.text ?? text, parameters, options)) {
        const output = once ?? this.output(way.input, () => waiting.stop());
        const printed = await this.print(result, text, output, waiting);
        // A program that has the terminal ends before anything else is said.
        await once?.close();
        waiting.stop();
        const elapsedMs = performance.now() - started - output.waitedMs;
        await this.tell(printed, result.columns.length > 0, elapsedMs, source, elsewhere);
        started = performance.now();
      }
      this.lastStatement = text;
      this.transaction = afterStatement(this.transaction, text);
    } catch (error) {
      if (isQueryFailure(error)) this.transaction = afterFailure(this.transaction, text, error.code);
      throw withLast && isQueryFailure(error) ? movedError(error, withLast.typedOffset) : error;
    } finally {
      waiting.stop();
      await once?.close();
    }
  }

  /** Makes room for text that has nothing to do with the statement under way. */
  clearLine(): void {
    this.waiting?.clear();
  }

  /** Shows rows that are at hand as a result. */
  async showRows(columns: readonly WireColumn[], rows: readonly (readonly ClientValue[])[], input: ShellInput): Promise<void> {
    const once = this.redirection.once;
    this.redirection.once = undefined;
    try {
      await printRows(columns, rows, { mode: this.options.settings.mode, output: once ?? this.output(input, () => undefined) });
    } finally {
      await once?.close();
    }
  }

  /** Shows a text on the screen, wherever results go. */
  async page(text: string, input: ShellInput): Promise<void> {
    const output = this.screen(input, () => undefined);
    if (await output.write(text)) await output.end();
  }

  private async confirm(text: string, input: ShellInput): Promise<void> {
    const { settings, interactive, streams, paint } = this.options;
    if (!interactive || !settings.confirm) return;
    const sentence = await destruction(text);
    if (sentence === undefined) return;
    const key = await input.key(`${paint.yellow(sentence)} Go on? [y/N] `);
    if (key.toLowerCase() !== 'y' && key !== 'S-y') throw new Declined(sentence);
    await write(streams.output, paint.dim(`${sentence} Yes.\n`));
  }

  private output(input: ShellInput, onShow: () => void): ResultOutput {
    return this.redirection.output ?? this.screen(input, onShow);
  }

  private screen(input: ShellInput, onShow: () => void): ResultOutput {
    const { streams, paint, settings, interactive } = this.options;
    if (!interactive || settings.pager === 'off') return { ...directOutput(streams.output, paint), write: directWrite(streams, onShow) };
    return new PagedOutput({ streams, paint, input, pager: settings.pager, onShow });
  }

  private async print(result: ClientResult, text: string, output: ResultOutput, waiting: Waiting): Promise<Printed> {
    let rows = 0;
    const kept: LastResult = { text, columns: result.columns, rows: [], isComplete: true };
    const printed = await printResult(result, {
      mode: this.options.settings.mode,
      output,
      onRow: (row) => {
        waiting.tell(++rows);
        if (kept.rows.length < lastRowsMax) kept.rows.push(row);
        else kept.isComplete = false;
      },
    });
    if (!printed.summary) kept.isComplete = false;
    if (result.columns.length > 0) this.lastResult = kept;
    return printed;
  }

  /** What follows a result: notices, how many rows or changes, the time. */
  private async tell(
    printed: Printed,
    hasColumns: boolean,
    elapsedMs: number,
    source: ErrorSource,
    elsewhere: { readonly name: string } | undefined,
  ): Promise<void> {
    const { streams, paint, errorPaint, settings, interactive } = this.options;
    for (const notice of printed.summary?.notices ?? []) await write(streams.errors, noticeText(notice, errorPaint, source));
    if (settings.mode !== 'table' && settings.mode !== 'line' && !interactive) return;
    const changed = printed.summary ? changesText(printed.summary.stats) : '';
    const rows = hasColumns
      ? `${countText(printed.rows, 'row')}${printed.summary ? '' : ' read'}${elsewhere ? ` to ${elsewhere.name}` : ''}`
      : '';
    const what = [rows, changed].filter(Boolean).join(', ') || 'Done';
    await write(streams.output, `${paint.dim(`${what}${settings.timer ? ` (${durationText(elapsedMs)})` : ''}`)}\n`);
  }
}

function directWrite(streams: Streams, onShow: () => void): (text: string) => Promise<boolean> {
  return async (text) => {
    onShow();
    await write(streams.output, text);
    return true;
  };
}
