// What checking a file gives: a result per check, in the order of the checks. The checks themselves belong to the dialect
// (engines/sql/sqlite/check/).

export interface CheckResult {
  /** What was looked at, in a few words: `edges`. */
  readonly name: string;
  /** How many were looked at, and what they are called: 12 `edge`. */
  readonly checked: number;
  readonly noun: string;
  /** The first problems, each with its place: `edge 7: its end is node 12, which is not there`. */
  readonly problems: readonly string[];
  /** All of them, also those not told. */
  readonly problemCount: number;
}

/** Problems of one check that are told; the rest is counted. */
export const problemsToldMax = 20;
