// Where the text being typed stands on the screen: rows as wide as the terminal, with the prompt before each line, colours inside, and
// the place of the cursor. Pure: frame.ts writes it.
//
// A line that is longer than the terminal is wide goes on in the next row. A wide character that does not fit at the end of a row goes to
// the next one, as terminals do it.

import { graphemeColumns, graphemes, shownText, textColumns } from './columns.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly paint: (text: string) => string;
}

export interface LayoutInput {
  readonly text: string;
  readonly cursor: number;
  /** Before the first line, and before each other one. Painted; their widths are measured without colour. */
  readonly prompt: PromptText;
  readonly continuation: (line: number) => PromptText;
  readonly spans: readonly Span[];
  readonly width: number;
}

export interface PromptText {
  readonly text: string;
  readonly painted: string;
}

export interface Row {
  readonly painted: string;
  readonly columns: number;
  /** The line goes on in the next row. */
  readonly wraps: boolean;
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
}

const plainLine = /^[\x20-\x7e]*$/;

/** Lays the text out in rows. */
export function layout(input: LayoutInput): Layout {
  const { text, cursor, width } = input;
  const painter = new Painter(input.spans);
  const rows: Row[] = [];
  let cursorRow = 0;
  let cursorColumn = 0;
  let offset = 0;
  for (const [number, line] of text.split('\n').entries()) {
    const prompt = number === 0 ? input.prompt : input.continuation(number);
    let painted = prompt.painted;
    let columns = textColumns(prompt.text);
    let started = offset;
    const close = (end: number, wraps: boolean): void => {
      rows.push({ painted: painted + painter.paint(text, started, end), columns, wraps });
      painted = '';
      started = end;
    };
    const wrap = (at: number): void => {
      close(at, true);
      columns = 0;
    };
    if (plainLine.test(line)) {
      // Most lines are plain, and a pasted script has thousands: then a row takes as many characters as it has columns.
      for (let index = 0; index < line.length; ) {
        if (columns >= width) wrap(offset + index);
        const taken = Math.min(width - columns, line.length - index);
        const before = cursor - offset - index;
        if (before >= 0 && before < taken) [cursorRow, cursorColumn] = [rows.length, columns + before];
        columns += taken;
        index += taken;
      }
    } else {
      for (const { text: grapheme, index } of graphemes(line)) {
        const at = offset + index;
        const wide = graphemeColumns(grapheme);
        if (columns + wide > width) wrap(at);
        if (at === cursor) [cursorRow, cursorColumn] = [rows.length, columns];
        columns += wide;
      }
    }
    const end = offset + line.length;
    if (end === cursor) {
      // Behind a full row the cursor stands at the beginning of the next.
      if (columns >= width) {
        close(end, true);
        columns = 0;
      }
      [cursorRow, cursorColumn] = [rows.length, columns];
    }
    close(end, false);
    offset = end + 1;
  }
  return { rows, cursorRow, cursorColumn };
}

/** Paints pieces of the text in order; each piece may hold parts of several spans. */
class Painter {
  private readonly spans: readonly Span[];
  private next = 0;

  constructor(spans: readonly Span[]) {
    this.spans = spans;
  }

  paint(text: string, start: number, end: number): string {
    let painted = '';
    let at = start;
    while (at < end) {
      let span = this.spans[this.next];
      while (span && span.end <= at) span = this.spans[++this.next];
      if (!span || span.start >= end) break;
      painted += shown(text.slice(at, Math.max(at, span.start)));
      const from = Math.max(at, span.start);
      at = Math.min(span.end, end);
      painted += span.paint(shown(text.slice(from, at)));
    }
    return painted + shown(text.slice(at, end));
  }
}

function shown(text: string): string {
  return /[\x00-\x1f\x7f]/.test(text) ? Array.from(text, shownText).join('') : text;
}
