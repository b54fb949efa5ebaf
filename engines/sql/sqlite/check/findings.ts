// Gathers what one check finds.

import { type CheckResult, problemsToldMax } from '../../../file-check.ts';

export class Findings {
  readonly name: string;
  readonly noun: string;
  checked = 0;
  /** What stands before the problems that are found now. */
  place = '';
  #count = 0;
  readonly #told: string[] = [];

  constructor(name: string, noun: string) {
    this.name = name;
    this.noun = noun;
  }

  problem(text: string, count = 1): void {
    this.#count += count;
    if (this.#told.length < problemsToldMax) this.#told.push(this.place + text);
  }

  /** One problem per row of a query; `words` makes the sentence. */
  rows(rows: Iterable<readonly unknown[]>, words: (...row: unknown[]) => string): void {
    for (const row of rows) this.problem(words(...row));
  }

  result(): CheckResult {
    return { name: this.name, checked: this.checked, noun: this.noun, problems: this.#told, problemCount: this.#count };
  }
}
