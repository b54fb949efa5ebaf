// What a person sees of a statement that takes its time: after a second a line with the time and the rows, gone as soon as there is
// something else to show. Where it is known how many rows the statement goes through, a bar, and the time left.
//
//   ⠙ 4.2 s, 310,000 rows processed, 74,000/s. Ctrl-C stops it.
//   ⠙ 4.2 s ████████░░░░░░░░░░░░ 41%, 74,000 rows/s, 6 s left. Ctrl-C stops it.

import type { ClientProgress } from '../../server/protocol/client.ts';
import { countText } from './count-text.ts';
import { clockText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { isDumb, type Streams } from './streams.ts';

const quietMs = 1000;
const turnMs = 120;
const wheel = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const barColumns = 20;
/** Sooner than this a rate says little. */
export const ratedMs = 500;
/** A scan counts its last row late or not at all. */
const nearlyAll = 0.9999;

export class Waiting {
  private readonly stream: Streams['errors'];
  private readonly paint: Paint;
  private readonly started = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private shown = false;
  private turn = 0;
  private drawnAt = 0;
  private rows = 0;
  private progress: ClientProgress = { read: 0 };

  constructor(stream: Streams['errors'], paint: Paint) {
    this.stream = stream;
    this.paint = paint;
    if (!stream.isTTY || isDumb()) return;
    this.timer = setTimeout(() => {
      this.draw();
      this.timer = setInterval(() => this.draw(), turnMs);
    }, quietMs);
  }

  /** So many rows have come. */
  tell(rows: number): void {
    this.rows = rows;
  }

  /** Somebody may look at it. */
  get isSeen(): boolean {
    return this.timer !== undefined;
  }

  /** The statement says how far it is. One that runs in this thread lets no clock run, so the line is drawn here. */
  reached(progress: ClientProgress): void {
    this.progress = progress;
    const now = performance.now();
    if (this.isSeen && now - this.started >= quietMs && now - this.drawnAt >= turnMs) this.draw();
  }

  /** Takes the line away and draws no more. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.clear();
  }

  /** Takes the line away, for text that comes to its place. */
  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
  }

  private draw(): void {
    this.shown = true;
    this.drawnAt = performance.now();
    const elapsedMs = this.drawnAt - this.started;
    const text = `${wheel[this.turn++ % wheel.length]} ${waitingText(elapsedMs, this.rows, this.progress)} Ctrl-C stops it.`;
    this.stream.write(`\r\x1b[K${this.paint.dim(text.slice(0, (this.stream.columns ?? 80) - 1))}`);
  }
}

/** What is known of a statement that has run for so long, and of which so many rows have come. */
export function waitingText(elapsedMs: number, rows: number, { read, of }: ClientProgress): string {
  const time = clockText(elapsedMs);
  const rate = elapsedMs >= ratedMs ? Math.round(Math.max(read, rows) / (elapsedMs / 1000)) : 0;
  // What stands behind the scans, as sorting and writing do, is not counted.
  if (of !== undefined && read >= of * nearlyAll && read <= of) return `${time}, all ${countText(of, 'row')} read, finishing.`;
  // More than was guessed: then the guess was wrong, and all of it says only that the rest takes its time.
  if (of !== undefined && read > 0 && read < of) {
    const done = Math.floor((read / of) * barColumns);
    const left = rate > 0 ? `, ${rate.toLocaleString('en')} rows/s, ${clockText(((of - read) / rate) * 1000, 0)} left` : '';
    return `${time} ${'█'.repeat(done)}${'░'.repeat(barColumns - done)} ${Math.floor((read / of) * 100)}%${left}.`;
  }
  const speed = rate > 0 ? `, ${rate.toLocaleString('en')}/s` : '';
  if (rows === 0 && read === 0) return `${time}.`;
  return `${time}, ${rows > 0 ? countText(rows, 'row') : `${countText(read, 'row')} processed`}${speed}.`;
}
