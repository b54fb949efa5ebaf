// What keys do to the text being typed, as functions from one state to the next: no terminal, no history. The text may have several
// lines; a character is what a person sees as one.
//
//   deleteWordLeft({ text: 'SELECT name', cursor: 11 })   →   { text: 'SELECT ', cursor: 7 }, cut: 'name'

import { graphemes } from './columns.ts';

export interface Edit {
  readonly text: string;
  /** Offset in UTF-16 units, always between characters. */
  readonly cursor: number;
}

/** A new state and the text that it took out. */
export interface Cut {
  readonly edit: Edit;
  readonly cut: string;
}

export const empty: Edit = { text: '', cursor: 0 };

/** Puts text in at the cursor. */
export function insert({ text, cursor }: Edit, piece: string): Edit {
  return { text: text.slice(0, cursor) + piece + text.slice(cursor), cursor: cursor + piece.length };
}

/** Puts text in the place of what stands from `start` to the cursor. */
export function replaceBefore({ text, cursor }: Edit, start: number, piece: string): Edit {
  return { text: text.slice(0, start) + piece + text.slice(cursor), cursor: start + piece.length };
}

// ------------------------------------------------------------------------------------------ moves

export function lineStart({ text, cursor }: Edit): number {
  return text.lastIndexOf('\n', cursor - 1) + 1;
}

export function lineEnd({ text, cursor }: Edit): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

export function charLeft(edit: Edit): number {
  const start = lineStart(edit);
  if (edit.cursor === start) return Math.max(0, start - 1);
  return start + (graphemes(edit.text.slice(start, edit.cursor)).at(-1)?.index ?? 0);
}

export function charRight(edit: Edit): number {
  const end = lineEnd(edit);
  if (edit.cursor === end) return Math.min(edit.text.length, end + 1);
  return edit.cursor + (graphemes(edit.text.slice(edit.cursor, end))[0]?.text.length ?? 0);
}

/** Words are letters, digits and `_`, as in readline. */
export function wordLeft({ text, cursor }: Edit): number {
  const [word = ''] = /[\p{L}\p{N}\p{M}_]*[^\p{L}\p{N}\p{M}_]*$/u.exec(text.slice(0, cursor)) ?? [];
  return cursor - word.length;
}

export function wordRight({ text, cursor }: Edit): number {
  const [word = ''] = /^[^\p{L}\p{N}\p{M}_]*[\p{L}\p{N}\p{M}_]*/u.exec(text.slice(cursor)) ?? [];
  return cursor + word.length;
}

/** The start of what Ctrl-W takes: up to the last blank. */
function blankLeft({ text, cursor }: Edit): number {
  const [word = ''] = /\S*\s*$/u.exec(text.slice(0, cursor)) ?? [];
  return cursor - word.length;
}

/** A line up or down at about the same character; undefined if there is none. `wanted` is the character to aim at, by default the cursor's. */
export function lineMove(edit: Edit, lines: -1 | 1, wanted = characterInLine(edit)): number | undefined {
  const start = lineStart(edit);
  if (lines < 0) {
    if (start === 0) return undefined;
    const above = { text: edit.text, cursor: start - 1 };
    return atCharacter(edit.text, lineStart(above), start - 1, wanted);
  }
  const end = lineEnd(edit);
  if (end === edit.text.length) return undefined;
  return atCharacter(edit.text, end + 1, lineEnd({ text: edit.text, cursor: end + 1 }), wanted);
}

/** How many characters stand before the cursor in its line. */
export function characterInLine(edit: Edit): number {
  return graphemes(edit.text.slice(lineStart(edit), edit.cursor)).length;
}

function atCharacter(text: string, start: number, end: number, wanted: number): number {
  const found = graphemes(text.slice(start, end))[wanted];
  return found ? start + found.index : end;
}

// ------------------------------------------------------------------------------------------ deletions

function deleteRange({ text }: Edit, start: number, end: number): Cut {
  return { edit: { text: text.slice(0, start) + text.slice(end), cursor: start }, cut: text.slice(start, end) };
}

export const deleteLeft = (edit: Edit): Cut => deleteRange(edit, charLeft(edit), edit.cursor);
export const deleteRight = (edit: Edit): Cut => deleteRange(edit, edit.cursor, charRight(edit));
export const deleteWordLeft = (edit: Edit): Cut => deleteRange(edit, wordLeft(edit), edit.cursor);
export const deleteToBlank = (edit: Edit): Cut => deleteRange(edit, blankLeft(edit), edit.cursor);
export const deleteWordRight = (edit: Edit): Cut => deleteRange(edit, edit.cursor, wordRight(edit));
export const deleteLineStart = (edit: Edit): Cut => deleteRange(edit, lineStart(edit), edit.cursor);
/** At a line's end this joins the next line, as in Emacs. */
export const deleteLineEnd = (edit: Edit): Cut => {
  const end = lineEnd(edit);
  return deleteRange(edit, edit.cursor, end === edit.cursor ? Math.min(edit.text.length, end + 1) : end);
};

/** Exchanges the characters round the cursor, at the end of a line the last two. */
export function transpose(edit: Edit): Edit {
  const from = edit.cursor === lineEnd(edit) ? charLeft(edit) : edit.cursor;
  const start = lineStart(edit);
  if (from <= start) return edit;
  const before = charLeft({ text: edit.text, cursor: from });
  const after = charRight({ text: edit.text, cursor: from });
  const { text } = edit;
  return { text: text.slice(0, before) + text.slice(from, after) + text.slice(before, from) + text.slice(after), cursor: after };
}
