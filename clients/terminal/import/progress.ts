// A progress bar by bytes for imports, scripts, dumps and copies; only on a terminal, and only when the work is not over at once.

import { SingleBar } from 'cli-progress';
import { isDumb, type Streams } from '../streams.ts';

export interface Progress {
  /** There is a bar. */
  readonly shown: boolean;
  update(bytes: number): void;
  stop(): void;
}

const noProgress: Progress = { shown: false, update: () => {}, stop: () => {} };

/** Files smaller than this are loaded before a bar would help. */
const bytesWorthABar = 1024 * 1024;
const bytesPerUpdate = 64 * 1024;
const itemsWorthABar = 20_000;
const itemsPerUpdate = 1000;

/** `items` are rows, documents, nodes and edges. */
export function startProgress(streams: Streams, label: string, total: number, unit: 'bytes' | 'items' = 'bytes'): Progress {
  const amount = (number: number): string => (unit === 'bytes' ? bytesText(number) : Math.round(number).toLocaleString('en'));
  const perUpdate = unit === 'bytes' ? bytesPerUpdate : itemsPerUpdate;
  if (!streams.errors.isTTY || isDumb() || total < (unit === 'bytes' ? bytesWorthABar : itemsWorthABar)) return noProgress;
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}%  {rate}/s  {eta_formatted} left`,
    stream: streams.errors as NodeJS.WriteStream,
    // Ctrl-C ends the process at once, and a hidden cursor would stay hidden.
    hideCursor: false,
    clearOnComplete: true,
    fps: 5,
    etaBuffer: 50,
    barsize: 30,
  });
  bar.start(total, 0, { rate: amount(0) });
  const started = performance.now();
  let shown = 0;
  const update = (bytes: number): void => {
    if (bytes - shown < perUpdate) return;
    shown = bytes;
    bar.update(Math.min(bytes, total), { rate: amount(bytes / Math.max(0.001, (performance.now() - started) / 1000)) });
  };
  return { shown: true, update, stop: () => bar.stop() };
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
