// How far a statement is that runs in the caller's own thread. Nothing else runs there meanwhile, so it is told from inside the
// statement, by the check that long loops and long SQL statements make: not while SQLite sorts or makes an index of its own.

import type { Progress, ProgressCounts } from '../engines/session.ts';
import { type ClientProgress, progressMs } from './protocol/client.ts';
import { goneThrough, rowsSoFar } from './rows-so-far.ts';
import { StopSlots } from './threads/stop-slots.ts';

export class FileProgress implements Progress {
  private readonly slots = new StopSlots();
  /** Where SQLite counts; undefined where it cannot. */
  readonly slot: number | undefined = this.slots.take();
  private onProgress: ((progress: ClientProgress) => void) | undefined;
  private total: number | undefined;
  private counts: ProgressCounts | undefined;
  private toldAt = 0;

  /** The statements of this text are told of to `onProgress`. */
  follow(onProgress: (progress: ClientProgress) => void): this {
    this.onProgress = onProgress;
    this.begin(undefined);
    return this;
  }

  begin(total: number | undefined, counts?: ProgressCounts): void {
    this.total = total;
    this.counts = counts;
    this.toldAt = performance.now();
  }

  /** Called again and again by what runs. */
  tick(): void {
    if (performance.now() - this.toldAt < progressMs) return;
    this.toldAt = performance.now();
    const of = this.total === undefined ? {} : { of: this.total };
    const counted = { read: goneThrough(this.counts), ...of, ...(this.counts?.inStats && { inStats: true as const }) };
    this.onProgress?.({ read: rowsSoFar(this.slot === undefined ? 0 : this.slots.steps(this.slot), counted), ...of });
  }

  close(): void {
    if (this.slot !== undefined) this.slots.giveBack(this.slot);
    this.slots.close();
  }
}
