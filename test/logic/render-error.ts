// An error as .logic files and the examples of pages show it.
//
//   syntax/unexpected: Expected FROM, found "FORM".
//     1 | SELECT * FORM t
//       |          ^^^^
//     hint: Did you mean FROM?

import type { QueryError } from '../../parser/error.ts';
import { renderPlace } from '../../parser/render-place.ts';

/** The error in several lines, without a line break at the end. `text` is what the span counts in. */
export function renderError(error: QueryError, text: string): string {
  const lines = [`${error.code}: ${error.message}`];
  if (error.span && error.span.start >= 0 && error.span.start <= text.length)
    lines.push(...renderPlace(text, error.span.start, error.span.end));
  if (error.hint !== undefined) lines.push(`  hint: ${error.hint}`);
  for (const other of error.others) lines.push(renderError(other, text));
  return lines.join('\n');
}
