// Searching the history, newest first. Pure; the line editor shows what is found.

/** Entries, the oldest first. */
export type Entries = readonly string[];

/**
 * The next entry, from `from` on in steps of -1 (older) or 1, that holds `wanted`; small letters match capitals too. `beside` is an entry
 * that must differ from what is found, so that repeated statements are met once.
 */
export function findEntry(entries: Entries, wanted: string, from: number, step: -1 | 1, beside?: string): number | undefined {
  const needle = folded(wanted, wanted);
  for (let i = from; i >= 0 && i < entries.length; i += step) {
    const entry = entries[i] ?? '';
    if (entry !== beside && folded(entry, wanted).includes(needle)) return i;
  }
  return undefined;
}

/** Where `wanted` stands in an entry, the last time. */
export function placeIn(entry: string, wanted: string): number {
  return folded(entry, wanted).lastIndexOf(folded(wanted, wanted));
}

/** The next entry that begins with `start` and is another text than `beside`. */
export function findBeginning(entries: Entries, start: string, from: number, step: -1 | 1, beside: string): number | undefined {
  for (let i = from; i >= 0 && i < entries.length; i += step) {
    const entry = entries[i] ?? '';
    if (entry !== beside && entry.startsWith(start)) return i;
  }
  return undefined;
}

/** Lower case unless capitals are looked for; letters that change their length in lower case stay, so that places agree. */
function folded(text: string, wanted: string): string {
  if (wanted !== wanted.toLowerCase()) return text;
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}
