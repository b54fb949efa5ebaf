// What a runner says of one case, and the counts that the report adds up. Both suites answer in these words.

export interface CaseOutcome {
  readonly name: string;
  readonly result: 'pass' | 'fail' | 'skip';
  readonly query: string;
  /** Of a failure: what the suite expects and what came. */
  readonly expected: string;
  readonly actual: string;
  readonly elapsedMs: number;
}

export interface FileOutcome {
  readonly file: string;
  readonly suite: string;
  readonly cases: readonly CaseOutcome[];
}

export interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly skip: number;
}

export function count(cases: readonly CaseOutcome[]): Counts {
  const of = (result: CaseOutcome['result']): number => cases.filter((c) => c.result === result).length;
  return { pass: of('pass'), fail: of('fail'), skip: of('skip') };
}

/** `12 pass, 3 fail, 0 skipped` */
export function countsText({ pass, fail, skip }: Counts): string {
  return `${pass} pass, ${fail} fail, ${skip} skipped`;
}
