// Caches by text that let go of what was not used for longest.

import { LRUCache } from 'lru-cache';

/** At most so many entries, and so many characters of all their texts together. */
export function recentlyUsed<V extends object>(entriesMax: number, charsMax?: number): LRUCache<string, V> {
  if (charsMax === undefined) return new LRUCache({ max: entriesMax });
  return new LRUCache({ max: entriesMax, maxSize: charsMax, sizeCalculation: (_value, text) => Math.max(1, text.length) });
}
