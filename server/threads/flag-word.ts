// The word in shared memory by which the main thread and a worker agree on one text: whether it has begun, whether it was told to stop and
// why, and what of it stays. Both sides change it only by compare-and-exchange, so each knows for certain what the other will do: a text
// that was taken back never begins, and of one that was told to stop before anything of it stayed nothing will.

export const flags = { waiting: 0, running: 1, cancelled: 2, timeout: 3, busy: 4, stopping: 5 } as const;
export type StopReason = Exclude<keyof typeof flags, 'waiting' | 'running'>;

const stateBits = 7;
/** The statement under way is making lasting what it did, or the text is at its end. */
const late = 8;
/** A statement of the text has done something that stays. */
const kept = 16;
/** A commit of the text has begun and has not failed. */
const committed = 32;

/** Gives the word as it was; undefined, and unchanged, if `next` says so. */
function change(words: Int32Array, slot: number, next: (word: number) => number | undefined): number | undefined {
  for (;;) {
    const word = Atomics.load(words, slot);
    const wanted = next(word);
    if (wanted === undefined) return undefined;
    if (Atomics.compareExchange(words, slot, word, wanted) === word) return word;
  }
}

// ------------------------------------------------------------------------------------------------ the worker's side

/** False: it was taken back before it began. */
export function start(words: Int32Array, slot: number): boolean {
  return Atomics.compareExchange(words, slot, flags.waiting, flags.running) === flags.waiting;
}

/** Why it must stop, as one of `flags`; undefined while it may go on. */
export function told(words: Int32Array, slot: number): number | undefined {
  const state = Atomics.load(words, slot) & stateBits;
  return state > flags.running ? state : undefined;
}

/** False: it was told to stop, and nothing more may stay. */
export function keepingBegins(words: Int32Array, slot: number, commits: boolean): boolean {
  const more = late | (commits ? committed : 0);
  return change(words, slot, (word) => ((word & stateBits) === flags.running ? word | more : undefined)) !== undefined;
}

export function keepingEnded(words: Int32Array, slot: number, stays: boolean): void {
  change(words, slot, (word) => (word & ~late & (stays ? -1 : ~committed)) | (stays ? kept : 0));
}

/** The commit of these texts together is about to begin. False: they were given up, and it must not. */
export function groupCommits(words: Int32Array, slots: readonly number[]): boolean {
  return slots.every(
    (slot) => change(words, slot, (word) => ((word & stateBits) === flags.running ? word | committed : undefined)) !== undefined,
  );
}

/** Its last statement is over. */
export function finish(words: Int32Array, slot: number): void {
  change(words, slot, (word) => word | late);
}

/** It will begin once more. */
export function restart(words: Int32Array, slot: number): void {
  Atomics.store(words, slot, flags.waiting);
}

// ------------------------------------------------------------------------------------------------ the main thread's side

/** True: it had not begun, and never will. */
export function takeBack(words: Int32Array, slot: number, reason: StopReason): boolean {
  return Atomics.compareExchange(words, slot, flags.waiting, flags[reason]) === flags.waiting;
}

/**
 * Tells what runs to stop. `undone`: nothing of it has stayed and nothing will. `told`: its end will say what stayed. `over`: there is
 * nothing left to stop. `sole`: the text has one statement, so that nothing comes after one that is late.
 */
export function tell(words: Int32Array, slot: number, reason: StopReason, sole: boolean): 'undone' | 'told' | 'over' {
  const before = change(words, slot, (word) => {
    if ((word & stateBits) !== flags.running || (sole && (word & late) !== 0)) return undefined;
    return (word & ~stateBits) | flags[reason];
  });
  if (before === undefined) return 'over';
  return (before & (late | kept)) === 0 ? 'undone' : 'told';
}

/** What it does now cannot be stopped. */
export function isLate(words: Int32Array, slot: number): boolean {
  return (Atomics.load(words, slot) & late) !== 0;
}

/** What a thread that is gone leaves of a text. `untouched`: it can run elsewhere as if it had never begun. */
export type Leftover = 'untouched' | 'undone' | 'perhaps committed';

/** Its thread is gone, or is given up: from now on nothing of it that has not begun to stay can. `grouped`: it shares its commit with others. */
export function giveUp(words: Int32Array, slot: number, grouped: boolean): Leftover {
  let left: Leftover = 'undone';
  change(words, slot, (word) => {
    const running = (word & stateBits) === flags.running;
    const waitsForCommit = grouped && running && (word & late) !== 0;
    if ((word & committed) !== 0) left = 'perhaps committed';
    else left = word === flags.waiting || waitsForCommit ? 'untouched' : 'undone';
    const open = left === 'untouched' || (running && (word & late) === 0);
    return open ? (word & ~stateBits) | flags.stopping : undefined;
  });
  return left;
}

/** A commit of the text has begun. */
export function hasCommitted(words: Int32Array, slot: number): boolean {
  return (Atomics.load(words, slot) & committed) !== 0;
}
