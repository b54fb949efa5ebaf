// The one error type for everything a user can cause. It stands in the lowest folder so that every stage can
// throw it. Anything else that is thrown is a bug of ours.
//
//   throw new QueryError('bind/unknown-table', 'There is no table "persn".', { span, hint: 'Did you mean "person"?' });

/** A half-open range of UTF-16 offsets in the statement text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ErrorDetail {
  readonly span?: Span | undefined;
  readonly hint?: string | undefined;
  /** True when the same statement may succeed if it is sent again unchanged. */
  readonly retryable?: boolean;
  /** Further syntax errors of the same text, in the order of the text. */
  readonly others?: readonly QueryError[] | undefined;
}

/** A failure that the user caused or can act on. `code` is `stage/name`; every code is listed in docs/protocol.md. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: string;
  readonly span: Span | undefined;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  /** Further errors of the same text, each alone; only syntax errors have some. */
  readonly others: readonly QueryError[];

  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    super(message);
    this.code = code;
    this.span = detail.span;
    this.hint = detail.hint;
    this.retryable = detail.retryable ?? false;
    this.others = detail.others ?? [];
  }
}

export interface Place {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

/** The line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** `Did you mean "born" or "bore"?`: the nearest of the names, of several that are equally near at most three. Undefined if none is near. */
export function didYouMean(
  name: string,
  names: Iterable<string>,
  shown: (name: string) => string = (near) => `"${near}"`,
): string | undefined {
  const near = nearestNames(name, names).slice(0, NEAR_NAMES_MAX).map(shown);
  if (near.length === 0) return undefined;
  return `Did you mean ${near.length === 1 ? near[0] : `${near.slice(0, -1).join(', ')} or ${near.at(-1)}`}?`;
}

const NEAR_NAMES_MAX = 3;

/** `1 column`, `2 columns` */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The nearest of `names` to `name` by edit distance (Damerau–Levenshtein, case folded), or undefined if none is near: names of which half the letters differ are no slips of each other. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  return nearestNames(name, names)[0];
}

/** All that are as near as the nearest, each once, in the order given. */
function nearestNames(name: string, names: Iterable<string>): readonly string[] {
  const wanted = name.toLowerCase();
  const best = new Set<string>();
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3));
  for (const candidate of names) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > bestDistance || distance * 2 >= Math.max(wanted.length, candidate.length)) continue;
    if (distance < bestDistance) best.clear();
    best.add(candidate);
    bestDistance = distance;
  }
  return [...best];
}

function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j < width; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
