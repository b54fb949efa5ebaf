// Keeps a thread's statements within `memoryBytes`, on the server's threads and in a program that has opened a file. What a statement
// holds lies in many places (rows, hash tables, lists, texts), so the heap of the thread is looked at, not the statement: every few
// milliseconds while it computes, where it looks whether it must stop.
//
// The heap also holds what nobody needs any more. So when it is over the limit it is cleaned first, and only what stays counts.
// The runtime's own limit is more than twice as large: a statement that allocates much between two looks ends its thread, not the process.

import { setFlagsFromString, getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { guardRoom, leaveRoom } from '../../engines/room.ts';
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
  private readonly mostBytes: number;
  /** The runtime's own limit, which stays. */
  private readonly runtimeBytes = getHeapStatistics().heap_size_limit;
  private readonly forget: () => void;
  private collect: (() => void) | undefined;
  private lookAtMs = 0;
  /** What was held before: in a program it is the program's. */
  private baseBytes = 0;
  private allowedBytes = 0;
  private cleanAbove = 0;

  /** `forget` lets go of what is kept only to be faster. */
  constructor(memoryBytes: number, forget: () => void) {
    this.mostBytes = memoryBytes;
    this.forget = forget;
    this.countFrom(0);
    guardRoom(this.checkRoom);
  }

  /** What is held by now does not count. Where the runtime's own limit is near, less is allowed than the limit says. */
  countFromNow(): void {
    guardRoom(this.checkRoom);
    this.countFrom(heldBytes());
  }

  /** Throws `limit/memory`. */
  check(): void {
    const nowMs = performance.now();
    if (nowMs < this.lookAtMs) return;
    this.lookAtMs = nowMs + everyMs;
    this.checkRoom(0);
  }

  /** Nothing runs any more. */
  close(): void {
    leaveRoom(this.checkRoom);
  }

  /** Throws `limit/memory` if so many bytes more would be too much. */
  private readonly checkRoom = (bytes: number): void => {
    if (this.held() + bytes < this.cleanAbove) return;
    let held = this.cleaned() + bytes;
    const most = this.baseBytes + this.allowedBytes;
    if (held >= most) {
      this.forget();
      held = this.cleaned() + bytes;
    }
    if (held >= most) {
      this.cleanAbove = most;
      throw memoryError(this.allowedBytes);
    }
    // Cleaning takes its time, so the next comes when a good part of the room up to the runtime's limit is used.
    this.cleanAbove = Math.max(most, held + this.allowedBytes / 2);
  };

  private countFrom(baseBytes: number): void {
    const roomBytes = Math.max(0, this.runtimeBytes - baseBytes);
    this.baseBytes = baseBytes;
    this.allowedBytes = Math.min(this.mostBytes, roomBytes / 2);
    this.cleanAbove = baseBytes + this.allowedBytes;
  }

  private cleaned(): number {
    this.collect ??= garbageCollector();
    this.collect();
    return this.held();
  }

  /** If there is less now than was held before, some of that was nobody's any more and must not count as room. */
  private held(): number {
    const held = heldBytes();
    if (held < this.baseBytes) this.countFrom(held);
    return held;
  }
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
