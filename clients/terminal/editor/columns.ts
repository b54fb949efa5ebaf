// How text takes up a terminal's columns, one grapheme (what a person sees as a character) at a time. The editor has to know where the
// cursor stands, so it measures by the current tables of Unicode; results are measured as their layout's package does.

import { eastAsianWidth } from 'get-east-asian-width';

const segmenter = new Intl.Segmenter();
const picture = /\p{Emoji_Presentation}|\ufe0f/u;
const mark = /^[\p{Mn}\p{Me}\u200b-\u200d]$/u;
/** What a tab is drawn as. */
const tabText = '    ';

export interface Grapheme {
  readonly text: string;
  /** Offset in the text. */
  readonly index: number;
}

/** Characters that stand alone: no marks, no joiners, no pictures. */
const plainText =
  /^[\x20-\x7e\n\t\u00a1-\u02ff\u0370-\u0482\u048a-\u052f\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uff01-\uff60]*$/;

/** The graphemes of a text. */
export function graphemes(text: string): Grapheme[] {
  // Segmenting is slow, and most text is plain.
  if (plainText.test(text)) return Array.from(text, (character, index) => ({ text: character, index }));
  return Array.from(segmenter.segment(text), ({ segment, index }) => ({ text: segment, index }));
}

/** What is shown for a grapheme: control characters as `^[`, a tab as blanks. */
export function shownText(grapheme: string): string {
  if (grapheme === '\t') return tabText;
  const code = grapheme.charCodeAt(0);
  if (code < 0x20) return `^${String.fromCharCode(code + 64)}`;
  return code === 0x7f ? '^?' : grapheme;
}

/** Columns of one grapheme as it is shown. */
export function graphemeColumns(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x7f) return code < 0x20 ? shownText(grapheme).length : 1;
  if (code < 0xa0) return code === 0x7f ? 2 : 0;
  if (picture.test(grapheme)) return 2;
  if (mark.test(grapheme)) return 0;
  return eastAsianWidth(code);
}

/** Columns of a text on one line. */
export function textColumns(text: string): number {
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeColumns(grapheme.text), 0);
}
