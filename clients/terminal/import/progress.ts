// A progress bar by bytes for imports, scripts, dumps and copies; only on a terminal, and only when the work is not over at once. Where
// the end is not known, as of a pipe, what is done and the rate.

import { SingleBar } from 'cli-progress';
import { clockText } from '../duration-text.ts';
import { isDumb, type Streams } from '../streams.ts';
import { ratedMs } from '../waiting.ts';

export interface Progress {
  /** There is a bar, up to a known end. */
  readonly shown: boolean;
  update(done: number): void;
  stop(): void;
}

const noProgress: Progress = { shown: false, update: () => {}, stop: () => {} };

/** Files smaller than this are loaded before a bar would help. */
const bytesWorthABar = 1024 * 1024;
const bytesPerUpdate = 64 * 1024;
const itemsWorthABar = 20_000;
const itemsPerUpdate = 1000;

/** `items` are rows, documents, nodes and edges. A total of 0 is not known. */
export function startProgress(streams: Streams, label: string, total: number, unit: 'bytes' | 'items' = 'bytes'): Progress {
  const amount = (number: number): string => (unit === 'bytes' ? bytesText(number) : Math.round(number).toLocaleString('en'));
  const perUpdate = unit === 'bytes' ? bytesPerUpdate : itemsPerUpdate;
  const least = unit === 'bytes' ? bytesWorthABar : itemsWorthABar;
  if (!streams.errors.isTTY || isDumb() || (total > 0 && total < least)) return noProgress;
  const bar = new SingleBar({
    format: total > 0 ? `${label} {bar} {percentage}%{speed}` : `${label} {done}{speed}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: streams.errors as NodeJS.WriteStream,
    // Ctrl-C ends the process at once, and a hidden cursor would stay hidden.
    hideCursor: false,
    clearOnComplete: true,
    fps: 5,
    barsize: 30,
  });
  const started = performance.now();
  let isDrawn = false;
  let shown = 0;
  const start = (): void => {
    isDrawn = true;
    bar.start(total, 0, { done: amount(0), speed: '' });
  };
  if (total > 0) start();
  const speed = (done: number): string => {
    const elapsedMs = performance.now() - started;
    if (elapsedMs < ratedMs) return '';
    const left = total > done ? `, ${clockText(((total - done) / done) * elapsedMs, 0)} left` : '';
    return `, ${amount(done / (elapsedMs / 1000))}/s${left}`;
  };
  const update = (done: number): void => {
    if (done - shown < perUpdate || (total === 0 && done < least)) return;
    shown = done;
    if (!isDrawn) start();
    bar.update(total > 0 ? Math.min(done, total) : done, { done: amount(done), speed: speed(done) });
  };
  return { shown: total > 0, update, stop: () => void (isDrawn && bar.stop()) };
}

/** `12 bytes`, `1.5 MB`. */
export function bytesText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  if (bytes < 1000) return `${Math.round(bytes)} bytes`;
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
