// Asks for room before a single step takes much memory at once. Between the steps of a statement its thread is watched (`check` of the
// run's context); a step that makes a list of millions or a text of many megabytes must ask before, or the runtime would end the process.
// Who watches the thread says what there is (MemoryWatch in server/threads); without one there is room for everything.

type Guard = (bytes: number) => void;

/** What is taken in small pieces is asked for together. */
const askedBytes = 1 << 20;
let owedBytes = 0;

const nobody: Guard = () => undefined;
let guard = nobody;

/** From now on `by` is asked in this thread. It throws `limit/memory` where there is no room. */
export function guardRoom(by: Guard): void {
  guard = by;
}

/** No longer asks `by`, if it is the one that is asked. */
export function leaveRoom(by: Guard): void {
  if (guard === by) guard = nobody;
}

/** Throws `limit/memory` if the thread cannot hold so many bytes more. Cheap enough for every short text. */
export function checkRoom(bytes: number): void {
  owedBytes += bytes;
  if (owedBytes < askedBytes) return;
  const asked = owedBytes;
  owedBytes = 0;
  guard(asked);
}

/** For a loop that makes a list, called with the number of items so far: asks for each 65,536 of them. */
export function checkRoomForItems(items: number, bytesEach: number): void {
  if ((items & 0xffff) === 0) guard(0xffff * bytesEach);
}
