// How many terminal columns a text takes, and cutting it to fit. Wide characters take two, combining marks none; an emoji of
// several code points is one character.

import type { ClientValue } from '../../../server/protocol/client.ts';
import { cellText } from '../value-text.ts';

/** Printable ASCII, and the mark that stands for what was cut: each one column wide. */
const oneColumnEach = /^[\x20-\x7e…]*$/;

/** What measures texts beyond ASCII. Loading it takes as long as many a query, so it is loaded when the first such text comes. */
let wideWidth: ((text: string) => number) | undefined;

/** Must have been awaited before texts beyond ASCII are measured. */
export async function loadTextWidth(): Promise<void> {
  wideWidth ??= (await import('string-width')).default;
}

/** Loads what measures these rows, if they hold a text beyond ASCII. */
export async function prepareWidths(rows: readonly (readonly ClientValue[])[]): Promise<void> {
  if (wideWidth) return;
  for (const row of rows) {
    for (const value of row) {
      if ((typeof value === 'string' || typeof value === 'object') && !oneColumnEach.test(cellText(value))) return loadTextWidth();
    }
  }
}

/** The width in terminal columns. */
export function textWidth(text: string): number {
  if (oneColumnEach.test(text)) return text.length;
  if (!wideWidth) throw new Error('loadTextWidth() comes before measuring text beyond ASCII.');
  return wideWidth(text);
}

let segmenter: Intl.Segmenter | undefined;

/** Cuts to at most `width` columns; what was cut shows as `…`. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (oneColumnEach.test(text)) return `${text.slice(0, width - 1)}…`;
  segmenter ??= new Intl.Segmenter();
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const columns = textWidth(segment);
    if (used + columns > width - 1) break;
    kept += segment;
    used += columns;
  }
  return `${kept}…`;
}

/** Fills with blanks to `width` columns. */
export function padText(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)));
  return right ? blanks + text : text + blanks;
}
