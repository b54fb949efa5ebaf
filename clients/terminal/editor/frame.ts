// The lines being typed, drawn in place: each drawing replaces the one before. Long lines are left to the terminal to wrap, so that a
// terminal that changes its width, or a person who copies, sees one line. When the text is taller than the terminal, the rows round the
// cursor are shown.

import type { Writable } from 'node:stream';
import type { Layout, Row } from './layout.ts';

export interface Screen extends Writable {
  readonly columns?: number;
  readonly rows?: number;
}

const hide = '\x1b[?25l';
const show = '\x1b[?25h';
const clearRight = '\x1b[K';
/** Clears the screen; what stood there is kept in the scrollback of most terminals. */
export const clearScreen = '\x1b[H\x1b[2J';
/**
 * Clears from the beginning of a row down. Not in one: tmux takes a clearing from the corner of the screen for the end of what stands
 * there, and keeps a copy in its scrollback, which comes back when the window grows.
 */
export const clearDown = `${clearRight}\x1b[C\x1b[J\r`;
const up = (rows: number): string => (rows > 0 ? `\x1b[${rows}A` : '');
const right = (columns: number): string => (columns > 0 ? `\x1b[${columns}C` : '');

/** What one drawing left on the screen. */
interface Drawn {
  readonly rows: readonly Row[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
  readonly width: number;
}

export class Frame {
  private readonly screen: Screen;
  private drawn: Drawn | undefined;
  /** The first row shown of a text that is taller than the screen. */
  private top = 0;

  constructor(screen: Screen) {
    this.screen = screen;
  }

  get width(): number {
    return Math.max(2, this.screen.columns ?? 80);
  }

  get height(): number {
    return Math.max(2, this.screen.rows ?? 24);
  }

  /** Draws the layout and further rows below it. */
  draw(text: Layout, below: readonly string[] = []): void {
    const room = Math.max(1, this.height - below.length);
    this.top = Math.max(Math.min(this.top, text.cursorRow, text.rows.length - room), text.cursorRow - room + 1, 0);
    const rows = text.rows.slice(this.top, this.top + room);
    const cursorRow = text.cursorRow - this.top;
    const extra = below.slice(0, this.height - rows.length);
    const written = rowsText(rows, this.width) + extra.map((row) => `\r\n${row}`).join('');
    const back = rows.length - 1 + extra.length - cursorRow;
    this.screen.write(`${hide}${this.home()}${clearDown}${written}${up(back)}\r${right(text.cursorColumn)}${show}`);
    this.drawn = { rows, cursorRow, cursorColumn: text.cursorColumn, width: this.width };
  }

  /** Draws the whole text once more and leaves it: what is written next stands below it. */
  leave(text: Layout): void {
    this.screen.write(`${this.home()}${clearDown}${rowsText(text.rows, this.width)}\r\n`);
    this.drawn = undefined;
    this.top = 0;
  }

  /** Takes the drawing off the screen. */
  erase(): void {
    this.screen.write(`${this.home()}${clearDown}`);
    this.drawn = undefined;
  }

  clearScreen(): void {
    this.screen.write(clearScreen);
    this.drawn = undefined;
  }

  /** Back to the first row of what was drawn. Terminals wrap lines anew when their width changes, so rows are counted by today's width. */
  private home(): string {
    if (!this.drawn) return '\r';
    const { rows, cursorRow, cursorColumn, width } = this.drawn;
    if (width === this.width) return `${up(cursorRow)}\r`;
    let rowsAbove = 0;
    let columns = 0;
    for (const row of rows.slice(0, cursorRow)) {
      columns += row.columns;
      if (row.wraps) continue;
      rowsAbove += Math.max(1, Math.ceil(columns / this.width));
      columns = 0;
    }
    return `${up(rowsAbove + Math.floor((columns + cursorColumn) / this.width))}\r`;
  }
}

function rowsText(rows: readonly Row[], width: number): string {
  let text = '';
  for (const [i, row] of rows.entries()) {
    text += row.painted;
    const next = rows[i + 1];
    if (!next) break;
    if (!row.wraps) text += '\r\n';
    else if (row.columns < width) text += clearRight;
    // A full row wraps when the next character comes; where none follows, a blank makes it wrap.
    if (row.wraps && next.columns === 0) text += ` \r${clearRight}`;
  }
  return text;
}
