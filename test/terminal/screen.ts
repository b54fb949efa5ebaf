// A terminal without a window: what is written to it is drawn by xterm's own emulator, so tests read the screen as a person would.

import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

export class TestScreen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** How often the whole screen was cleared, also from its corner down: then tmux keeps a copy of it in its scrollback. */
  cornerClears = 0;
  private readonly terminal: xterm.Terminal;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    // A terminal in raw mode still begins a new line at its left.
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    this.terminal.parser.registerCsiHandler({ final: 'J' }, ([what]) => {
      const { cursorX, cursorY } = this.terminal.buffer.active;
      if ((what === 0 && cursorX === 0 && cursorY === 0) || what === 2) this.cornerClears++;
      return false;
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.terminal.write(chunk, done);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.terminal.resize(columns, rows);
    this.emit('resize');
  }

  /** What stands on the screen, without the empty rows at its end; `█` is where the cursor stands. */
  async shown(): Promise<string[]> {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => this.write('', () => resolve()));
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < this.rows; row++) {
      const line = active.getLine(active.baseY + row);
      const text = line?.translateToString(true) ?? '';
      if (row !== active.cursorY) lines.push(text);
      else {
        const before = line?.translateToString(false, 0, active.cursorX) ?? '';
        lines.push(`${before}█${line?.translateToString(true, active.cursorX) ?? ''}`);
      }
    }
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
}

/** A keyboard: what is written to it was typed. */
export class TestKeyboard extends PassThrough {
  readonly isTTY = true;
  readonly rawModes: boolean[] = [];
  setRawMode(on: boolean): void {
    this.rawModes.push(on);
  }
}
