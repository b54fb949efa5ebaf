// Numbers under which the statements of all threads can be stopped and watched inside SQLite. Each thread has a row of them, one for each of its
// slots; the number of a thread that has ended is used again.

import { type Interrupter, interruptSlots, openInterrupter } from '../../engines/open.ts';
import { slotCount } from './messages.ts';

/** SQLite's side of them is one for the process, however many files it has open. */
const free = Array.from({ length: interruptSlots / slotCount }, (_, i) => i * slotCount).reverse();

export class StopSlots {
  private readonly interrupter: Interrupter | undefined = openInterrupter();

  get available(): boolean {
    return this.interrupter !== undefined;
  }

  /** The first of a thread's numbers; undefined where nothing can be stopped from outside. */
  take(): number | undefined {
    return this.interrupter === undefined ? undefined : free.pop();
  }

  giveBack(first: number): void {
    free.push(first);
  }

  /** Stops the statement if it is inside SQLite at this moment. */
  interrupt(slot: number): void {
    this.interrupter?.interrupt(slot);
  }

  /** Rows that the statement has gone through, if it is followed. */
  steps(slot: number): number {
    return this.interrupter?.steps(slot) ?? 0;
  }

  close(): void {
    this.interrupter?.close();
  }
}
