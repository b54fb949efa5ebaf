// Scripts, statement by statement and in constant memory: from a file, from standard input, or as typed into the shell.

import { createReadStream } from 'node:fs';
import { openPart, splitStatements } from '../../parser/split.ts';
import type { Client } from '../../server/protocol/client.ts';
import type { ErrorSource } from './error-text.ts';
import { execute } from './execute.ts';

export interface ScriptStatement {
  readonly text: string;
  /** Lines of the script before the statement's first. */
  readonly linesBefore: number;
}

/** Text that arrives in pieces, given back as whole statements. */
export class StatementBuffer {
  private text = '';
  private linesBefore = 0;

  /** Nothing but blanks and comments is left. */
  get isEmpty(): boolean {
    return splitStatements(this.text).length === 0;
  }

  /** What was typed since the last complete statement. */
  get pending(): string {
    return this.text;
  }

  /** The quote or comment that is still open. */
  get open(): ReturnType<typeof openPart> {
    return openPart(this.text);
  }

  /** Adds text and returns the statements that are complete now. */
  push(piece: string): ScriptStatement[] {
    this.text += piece;
    if (!piece.includes(';')) return [];
    return this.take(false);
  }

  /** The statements left at the end, the last perhaps without its semicolon. */
  end(): ScriptStatement[] {
    return this.take(true);
  }

  clear(): void {
    this.text = '';
    this.linesBefore = 0;
  }

  private take(all: boolean): ScriptStatement[] {
    const taken: ScriptStatement[] = [];
    let used = 0;
    for (const { start, end, terminated } of splitStatements(this.text)) {
      if (!terminated && !all) break;
      taken.push({ text: this.text.slice(start, end), linesBefore: this.linesBefore + lineBreaks(this.text, start) });
      used = terminated ? this.text.indexOf(';', end) + 1 : end;
    }
    this.linesBefore += lineBreaks(this.text, used);
    this.text = this.text.slice(used);
    return taken;
  }
}

function lineBreaks(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** The statements of a stream of text. */
export async function* scriptStatements(pieces: AsyncIterable<string | Buffer>): AsyncGenerator<ScriptStatement> {
  const buffer = new StatementBuffer();
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    yield* buffer.push(text);
  }
  yield* buffer.end();
}

/** A failure with the statement that it came from, so that its place can be shown. */
export class StatementFailure extends Error {
  override readonly name = 'StatementFailure';
  readonly failure: unknown;
  readonly source: ErrorSource;
  constructor(failure: unknown, source: ErrorSource) {
    super(failure instanceof Error ? failure.message : String(failure));
    this.failure = failure;
    this.source = source;
  }
}

/** Runs a script file for its effects. Stops at the first failure, a StatementFailure. Returns how many statements ran. */
export async function runScriptFile(
  client: Client,
  file: string,
  options: { readonly signal?: AbortSignal | undefined; readonly onProgress?: (bytes: number) => void } = {},
): Promise<number> {
  let statements = 0;
  let bytes = 0;
  const stream = createReadStream(file);
  stream.on('data', (chunk) => {
    bytes += chunk.length;
    options.onProgress?.(bytes);
  });
  for await (const statement of scriptStatements(stream)) {
    options.signal?.throwIfAborted();
    try {
      await execute(client, statement.text, {}, options.signal ? { signal: options.signal } : {});
    } catch (error) {
      throw new StatementFailure(error, { text: statement.text, linesBefore: statement.linesBefore, name: file });
    }
    statements++;
  }
  return statements;
}
