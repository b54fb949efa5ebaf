// How many terminal columns a text takes, and cutting it to fit. Wide characters take two, combining marks none; an emoji of
// several code points is one character.

import stringWidth from 'string-width';

const printableAscii = /^[\x20-\x7e]*$/;

/** The width in terminal columns. */
export function textWidth(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}

let segmenter: Intl.Segmenter | undefined;

/** Cuts to at most `width` columns; what was cut shows as `…`. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (printableAscii.test(text)) return `${text.slice(0, width - 1)}…`;
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
