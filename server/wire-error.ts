// Anything thrown → the `error` of an error frame. QueryErrors keep their code and gain line and column; everything else is a
// bug of ours: it is logged with its stack and answered as `internal/bug`, and the server goes on.

import { randomBytes } from 'node:crypto';
import { placeOf, QueryError } from '../parser/error.ts';
import { ClientError } from './protocol/error.ts';
import type { WireError, WireSpan } from './protocol/frames.ts';

let report = (incident: string, stack: string): void => console.error(`${incident}: ${stack}`);

/** Where this thread tells of bugs; else on standard error. */
export function reportBugs(to: typeof report): void {
  report = to;
}

export function wireError(error: unknown, text: string): WireError {
  if (error instanceof QueryError || error instanceof ClientError) {
    const span = error instanceof QueryError ? error.span && wireSpan(error.span, text) : error.span;
    return {
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...(span === undefined ? {} : { span }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error instanceof QueryError && error.others.length > 0 ? { others: error.others.map((other) => wireError(other, text)) } : {}),
    };
  }
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return { code: 'limit/depth', message: 'The statement is nested too deeply.', retryable: false };
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  // Stacks and messages name files and pieces of data, so they stay here.
  const incident = `incident ${randomBytes(4).toString('hex')}`;
  report(incident, detail.stack ?? detail.message);
  return {
    code: 'internal/bug',
    message: 'Trefoil failed where it should not.',
    hint: `Please report it, with the statement. The log has the rest under ${incident}.`,
    retryable: false,
  };
}

export function wireSpan(span: { readonly start: number; readonly end: number }, text: string): WireSpan {
  return { start: span.start, end: span.end, ...placeOf(text, span.start) };
}
