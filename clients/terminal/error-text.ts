// Failures as text for people: code, sentence, the line with a caret, hint. The place comes from the error's span, so that a
// failure on a server looks like one in process.
//
//   bind/unknown-table: There is no table "persn".
//     2 | SELECT * FROM persn
//       |               ^^^^^
//   Did you mean "person"?

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderPlace } from '../../parser/render-place.ts';
import { openPart } from '../../parser/split.ts';
import type { ClientErrorShape } from '../../server/protocol/client.ts';
import type { WireNotice, WireSpan } from '../../server/protocol/frames.ts';
import type { Paint } from './paint.ts';

/** The text that an error's span points into. */
export interface ErrorSource {
  readonly text: string;
  /** Lines before `text` in its file. */
  readonly linesBefore?: number;
  /** Shown before the place: a file's name. */
  readonly name?: string;
}

/** A failure the person can act on, found by the command line itself. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** True for failures of statements, whichever side threw them. */
export function isQueryFailure(error: unknown): error is Error & ClientErrorShape {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.includes('/');
}

/** The error with its place in another text than the one that was sent, and with what it says there. */
export function movedError(error: Error & ClientErrorShape, place: (offset: number) => number, message = error.message): unknown {
  if (!error.span) return error;
  const { code, hint, retryable } = error;
  const span = { ...error.span, start: place(error.span.start), end: place(error.span.end) };
  return Object.assign(new Error(message), { code, retryable, span, ...(hint === undefined ? {} : { hint }) });
}

/** All lines of an error, ending in a line end. */
export function errorText(error: unknown, paint: Paint, source?: ErrorSource): string {
  if (isQueryFailure(error)) return failureText(error, paint, source);
  if (error instanceof TerminalError) return `${paint.red('error')}: ${error.message}\n${error.hint ? `${paint.cyan(error.hint)}\n` : ''}`;
  return `${paint.red('error')}: ${error instanceof Error ? systemSentence(error) : String(error)}\n`;
}

/** Wrong words of the command line or of a command. */
export function usageText(message: string, paint: Paint): string {
  return `${paint.red('usage')}: ${message}\n`;
}

function failureText(error: ClientErrorShape, paint: Paint, source: ErrorSource | undefined): string {
  const head = `${paint.red(error.code)}: ${error.message}\n`;
  const place = error.span && source ? caretText(error.span, source, paint) : '';
  const others = (error.others ?? []).map((other) => failureText(other, paint, source)).join('');
  return `${head}${place}${error.hint ? `${paint.cyan(error.hint)}\n` : ''}${others}`;
}

export function noticeText(notice: WireNotice, paint: Paint, source?: ErrorSource): string {
  const place = notice.span && source ? caretText(notice.span, source, paint) : '';
  return `${paint.yellow('notice')}: ${notice.message}\n${place}`;
}

/** The line that the span begins on, with carets under it; line numbers count in the whole script. */
function caretText(span: WireSpan, source: ErrorSource, paint: Paint): string {
  const linesBefore = source.linesBefore ?? 0;
  const start = Math.min(Math.max(0, span.start), source.text.length) + linesBefore;
  const [line, carets] = renderPlace('\n'.repeat(linesBefore) + source.text, start, span.end + linesBefore);
  const where = source.name ? `${paint.dim(`  in ${source.name}`)}\n` : '';
  return `${where}${colouredLine(line, source.text.slice(0, span.start), paint)}\n${carets.replace(/\^+$/, (marks) => paint.red(marks))}\n`;
}

/** The line with its number, in the statement's colours; not where it begins inside a string or a comment. */
function colouredLine(line: string, before: string, paint: Paint): string {
  const [, number = '', text = line] = /^( *\d+ \| )(.*)$/.exec(line) ?? [];
  return openPart(before.slice(0, before.lastIndexOf('\n') + 1)) === undefined ? number + paint.statement(text) : line;
}

/** The system's errors without their jargon. */
export function systemSentence(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  switch (code) {
    case 'ENOENT':
      if (path && 'syscall' in error && error.syscall === 'open' && !existsSync(dirname(path)))
        return `There is no folder ${dirname(path)}.`;
      return path ? `There is no file ${path}.` : error.message;
    case 'EACCES':
      return path ? `${path} may not be opened: permission denied.` : error.message;
    case 'EISDIR':
      return path ? `${path} is a folder, not a file.` : 'This is a folder, not a file.';
    case 'ENOTDIR':
      return path ? `${path} cannot be: what stands before its last / is no folder.` : error.message;
    case 'ENOSPC':
      return 'The disk is full.';
    default:
      return error.message;
  }
}
