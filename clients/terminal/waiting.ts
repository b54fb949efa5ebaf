// What a person sees of a statement that takes its time: after a second a line with the time and the rows that have come, gone as soon as
// there is something else to show.

import { countText } from './count-text.ts';
import type { Paint } from './paint.ts';
import type { Streams } from './streams.ts';

const quietMs = 1000;
const turnMs = 120;
const wheel = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

export class Waiting {
  private readonly stream: Streams['errors'];
  private readonly paint: Paint;
  private readonly started = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private shown = false;
  private turn = 0;
  private rows = 0;

  constructor(stream: Streams['errors'], paint: Paint) {
    this.stream = stream;
    this.paint = paint;
    if (!stream.isTTY) return;
    this.timer = setTimeout(() => {
      this.draw();
      this.timer = setInterval(() => this.draw(), turnMs);
    }, quietMs);
  }

  /** So many rows have come. */
  tell(rows: number): void {
    this.rows = rows;
  }

  /** Takes the line away and draws no more. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
  }

  private draw(): void {
    this.shown = true;
    const seconds = (performance.now() - this.started) / 1000;
    const time = seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
    const rows = this.rows > 0 ? `, ${countText(this.rows, 'row')}` : '';
    const text = `${wheel[this.turn++ % wheel.length]} ${time}${rows}. Ctrl-C stops it.`;
    this.stream.write(`\r\x1b[K${this.paint.dim(text.slice(0, (this.stream.columns ?? 80) - 1))}`);
  }
}
