// Takes the spans out of a syntax tree, so that trees can be compared by what they say.

/** The tree with every span at zero. */
export function withoutSpans<T>(tree: T): T {
  return strip(tree) as T;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, /^(?:span|typeSpan)$/.test(key) ? { start: 0, end: 0 } : strip(part)]),
  );
}
