// Gives a failure that was noticed where no text is known (in the storage, in the graph engine) its place in the statement:
// the value, the SET item or the target that it is about.

import { QueryError, type Span } from '../parser/error.ts';

/** The same failure with a place, and a sentence more. What has a place already, and what is no mistake in the statement (limits, the disk), stays as it is. */
export function placed(error: unknown, span: Span | undefined, more = ''): unknown {
  if (!(error instanceof QueryError) || error.span || !span || !/^(type|constraint|bind|procedure)\//.test(error.code)) return error;
  return new QueryError(error.code, `${error.message}${more}`, { span, hint: error.hint, retryable: error.retryable });
}

/** What a promise gives; its failure with a place. */
export async function inPlace<T>(span: Span | undefined, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw placed(error, span);
  }
}

/** From the first to the last. */
export function spanOver(spans: readonly (Span | undefined)[]): Span | undefined {
  const known = spans.filter((span) => span !== undefined);
  return known.length === 0 ? undefined : { start: Math.min(...known.map((s) => s.start)), end: Math.max(...known.map((s) => s.end)) };
}
