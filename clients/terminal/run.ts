// Statements from the command line, a script or standard input, results to standard output: what `trefoil` does without a
// person in front of it. Stops at the first failure.

import { createReadStream } from 'node:fs';
import type { Client, ClientProgress, ClientResult, Parameters } from '../../server/protocol/client.ts';
import type { Source } from './arguments.ts';
import { type ErrorSource, errorText, noticeText, TerminalError } from './error-text.ts';
import type { OutputMode } from './output/mode.ts';
import { paintFor } from './paint.ts';
import { type PrintOptions, type Printed, printResult } from './print-result.ts';
import { directOutput } from './result-output.ts';
import { scriptStatements } from './script.ts';
import { type Streams, write } from './streams.ts';
import { Waiting } from './waiting.ts';

export interface RunRequest {
  /** Empty: standard input. */
  readonly sources: readonly Source[];
  readonly mode: OutputMode;
  readonly parameters: ReadonlyMap<string, unknown>;
}

/** Runs all sources in turn. Returns the exit code. */
export async function run(client: Client, request: RunRequest, streams: Streams): Promise<number> {
  const sources: readonly Source[] = request.sources.length > 0 ? request.sources : [{ kind: 'file', file: '-' }];
  const parameters = Object.fromEntries(request.parameters);
  for (const source of sources) {
    if (source.kind === 'text') {
      if (!(await runText(client, { text: source.text }, parameters, request.mode, streams))) return 1;
      continue;
    }
    const standardInput = source.file === '-';
    const pieces = standardInput ? streams.input : createReadStream(source.file);
    try {
      for await (const { text, linesBefore } of scriptStatements(pieces)) {
        const named = standardInput ? {} : { name: source.file };
        if (!(await runText(client, { text, linesBefore, ...named }, parameters, request.mode, streams))) return 1;
      }
    } catch (error) {
      if (isBrokenPipe(error)) throw error;
      streams.errors.write(errorText(error, await paintFor(streams.errors)));
      return 1;
    }
  }
  return 0;
}

async function runText(client: Client, source: ErrorSource, parameters: Parameters, mode: OutputMode, streams: Streams): Promise<boolean> {
  const paint = await paintFor(streams.output);
  const errorPaint = await paintFor(streams.errors);
  let waiting = new Waiting(streams.errors, errorPaint);
  const options = { typed: true, ...(waiting.isSeen && { onProgress: (progress: ClientProgress) => waiting.reached(progress) }) };
  try {
    refuseCommand(source.text);
    for await (const result of client.run(source.text, parameters, options)) {
      const output = directOutput(streams.output, paint);
      const { summary } = await printWaiting(result, waiting, { mode, output }, streams.output.isTTY === true);
      waiting.stop();
      waiting = new Waiting(streams.errors, errorPaint);
      for (const notice of summary?.notices ?? []) streams.errors.write(noticeText(notice, errorPaint, source));
    }
    return true;
  } catch (error) {
    waiting.stop();
    if (isBrokenPipe(error)) throw error;
    await write(streams.errors, errorText(error, errorPaint, source));
    return false;
  } finally {
    waiting.stop();
  }
}

/** Prints a result. The line of the waiting counts its rows, and goes when they come to the same screen. */
function printWaiting(result: ClientResult, waiting: Waiting, { mode, output }: PrintOptions, onScreen: boolean): Promise<Printed> {
  let rows = 0;
  const write = (text: string): Promise<boolean> => {
    if (onScreen) waiting.stop();
    else waiting.clear();
    return output.write(text);
  };
  return printResult(result, { mode, output: { ...output, write }, onRow: () => waiting.tell(++rows) });
}

function refuseCommand(text: string): void {
  const [, name] = /^\s*(\.[a-z]+)/i.exec(text) ?? [];
  if (name !== undefined)
    throw new TerminalError(
      `${name} is a command of the shell.`,
      '`trefoil shell` runs it, also from its standard input; here stand statements.',
    );
}

/** The reader of our output has gone, as `head` does. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
