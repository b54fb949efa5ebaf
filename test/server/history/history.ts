// A history: what transactions of several sessions asked and saw, as each session knew it. The form is Elle's list-append histories
// (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2020): every value is appended
// once, so a list that was read tells which appends came before it and in which order.

/** A list that transactions append to. Each kind keeps it in another model: see `registers.ts`. */
export interface Register {
  readonly kind: string;
  readonly k: number;
}

export type Step =
  | { readonly type: 'append'; readonly register: Register; readonly value: number }
  | { readonly type: 'read'; readonly register: Register; readonly list: readonly number[] };

/**
 * - `ok`: acknowledged; a reader's end counts as its commit.
 * - `failed`: rolled back, or refused; none of it may be seen.
 * - `unknown`: cut off before the answer; all of it may be seen, or nothing.
 */
export type Outcome = 'ok' | 'failed' | 'unknown';

export interface Transaction {
  readonly id: number;
  /** What kind of transaction it was; for messages. */
  readonly form: string;
  readonly steps: readonly Step[];
  readonly outcome: Outcome;
  /** In ms of one clock: when its first statement was sent, and when its end was answered. */
  readonly began: number;
  readonly ended: number;
}

export function registerName({ kind, k }: Register): string {
  return `${kind} ${k}`;
}
