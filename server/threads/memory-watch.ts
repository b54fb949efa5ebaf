// Keeps a thread's statements within `memoryBytes`. What a statement holds lies in many places (rows, hash tables, lists, texts), so the
// heap of the thread is looked at, not the statement: every few milliseconds while it computes, where it looks whether it must stop.
//
// The heap also holds what nobody needs any more. So when it is over the limit it is cleaned first, and only what stays counts.
// The runtime's own limit is more than twice as large: a statement that allocates much between two looks ends its thread, not the process.

import { setFlagsFromString, getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { QueryError } from '../../parser/error.ts';

const everyMs = 5;
const MiB = 1024 * 1024;

/** What the runtime gets for a thread that may hold so much. */
export function heapLimits(memoryBytes: number): { readonly maxOldGenerationSizeMb: number } {
  return { maxOldGenerationSizeMb: Math.ceil((2 * memoryBytes) / MiB) + 256 };
}

export function memoryError(memoryBytes: number): QueryError {
  return new QueryError('limit/memory', `The statement needs more than ${Math.round(memoryBytes / MiB)} MiB of memory.`, {
    hint: 'Filter earlier, aggregate before sorting and joining, or ask for less at a time.',
  });
}

export class MemoryWatch {
  private readonly memoryBytes: number;
  private readonly collect: () => void;
  private readonly forget: () => void;
  private lookAtMs = 0;
  private cleanAbove: number;

  /** `forget` lets go of what is kept only to be faster. */
  constructor(memoryBytes: number, forget: () => void) {
    this.memoryBytes = memoryBytes;
    this.cleanAbove = memoryBytes;
    this.forget = forget;
    setFlagsFromString('--expose-gc');
    this.collect = runInNewContext('gc') as () => void;
  }

  /** Throws `limit/memory`. */
  check(): void {
    const nowMs = performance.now();
    if (nowMs < this.lookAtMs) return;
    this.lookAtMs = nowMs + everyMs;
    if (heldBytes() < this.cleanAbove) return;
    this.collect();
    let held = heldBytes();
    if (held >= this.memoryBytes) {
      this.forget();
      this.collect();
      held = heldBytes();
    }
    if (held >= this.memoryBytes) {
      this.cleanAbove = this.memoryBytes;
      throw memoryError(this.memoryBytes);
    }
    // Cleaning takes its time, so the next comes when a good part of the room up to the runtime's limit is used.
    this.cleanAbove = Math.max(this.memoryBytes, held + this.memoryBytes / 2);
  }
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
