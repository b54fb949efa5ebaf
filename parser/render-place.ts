// The place of an error for people: the line that it is in, and a caret under it.
//
//     1 | SELECT * FORM t
//       |          ^^^^

import { placeOf } from './error.ts';
import { maskSecrets } from './mask-secrets.ts';

/** Longer lines are cut around the caret. */
const LINE_COLUMNS_MAX = 100;
const TAB_COLUMNS = 4;

/** The line that holds `start`, with its number, and the caret line below it. Passwords are masked. */
export function renderPlace(whole: string, start: number, end: number): [string, string] {
  const text = maskSecrets(whole);
  const { line } = placeOf(text, start);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline < 0 ? text.length : newline;
  const before = cells(text.slice(lineStart, start));
  const marked = cells(text.slice(start, Math.max(start, Math.min(end, lineEnd))));
  const after = cells(text.slice(Math.max(start, Math.min(end, lineEnd)), lineEnd));
  const [left, middle, right] = clip(before, marked, after);
  const number = String(line);
  const source = `  ${number} | ${left.join('')}${middle.join('')}${right.join('')}`.trimEnd();
  const caret = `  ${' '.repeat(number.length)} | ${' '.repeat(columns(left))}${'^'.repeat(Math.max(1, columns(middle)))}`;
  return [source, caret];
}

const segmenter = new Intl.Segmenter();

// One entry per visible character: what combines is one, as an emoji of several code points is; a tab is spaces.
function cells(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => {
    if (segment === '\t') return ' '.repeat(TAB_COLUMNS);
    return /[\p{Cc}\u2028\u2029]/u.test(segment) ? ' ' : segment;
  });
}

function clip(before: string[], marked: string[], after: string[]): [string[], string[], string[]] {
  const middle = marked.length > LINE_COLUMNS_MAX / 2 ? [...marked.slice(0, LINE_COLUMNS_MAX / 2), '…'] : marked;
  const room = LINE_COLUMNS_MAX - columns(middle);
  if (columns(before) + columns(after) <= room) return [before, middle, after];
  const leftRoom = Math.max(Math.floor(room / 2), room - columns(after));
  const left = columns(before) <= leftRoom ? before : ['…', ...takeEnd(before, leftRoom - 1)];
  const rightRoom = room - columns(left);
  const right = columns(after) <= rightRoom ? after : [...takeStart(after, rightRoom - 1), '…'];
  return [left, middle, right];
}

function takeStart(list: readonly string[], room: number): string[] {
  let used = 0;
  const taken: string[] = [];
  for (const cell of list) {
    used += width(cell);
    if (used > room) break;
    taken.push(cell);
  }
  return taken;
}

function takeEnd(list: readonly string[], room: number): string[] {
  return takeStart(list.toReversed(), room).toReversed();
}

function columns(list: readonly string[]): number {
  return list.reduce((sum, cell) => sum + width(cell), 0);
}

// East Asian wide characters and pictures take two columns in a terminal.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\ufe0f\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

function width(cell: string): number {
  return /^ +$/.test(cell) ? cell.length : WIDE.test(cell) ? 2 : 1;
}
