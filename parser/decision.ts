// A decision of the grammar by the next token, as chevrotain asks for it: which alternative goes on, or whether something that may be left
// out or repeated is entered. The rules are chevrotain's for one token of look-ahead: the first alternative that fits wins, and one that
// may be empty fits everything. A decision's table is made when it is first met, so that a short command pays for little more than it uses.

/** What a production can start with, as token type numbers. */
export interface First {
  readonly tokens: ReadonlySet<number>;
  /** It may also be empty. */
  readonly empty: boolean;
}

export type Decision =
  /** `gated`: an alternative has a GATE. */
  { readonly kind: 'choice'; readonly gated: boolean; firsts(): readonly First[] } | { readonly kind: 'entry'; first(): First };

interface WithLookAhead {
  LA(ahead: number): { tokenTypeIdx: number };
}

/** Of a choice it gives the alternative's place, if any; of an entry true or false. */
export type Decide<T> = (this: WithLookAhead, alternatives?: readonly { GATE?: () => boolean }[]) => T;

/** The function that the parser calls for a decision; T is a number or undefined for a choice, a boolean for an entry. */
export function decider<T>(decision: Decision): Decide<T> {
  return (decision.kind === 'choice' ? chooser(decision.firsts, decision.gated) : enterer(decision.first)) as Decide<T>;
}

function chooser(firsts: () => readonly First[], gated: boolean): Decide<number | undefined> {
  let table: readonly (readonly number[])[] | undefined;
  const build = () => (table = alternatives(firsts()));
  if (!gated) {
    return function (): number | undefined {
      return (table ?? build())[this.LA(1).tokenTypeIdx]?.[0];
    };
  }
  return function (alternatives = []): number | undefined {
    const fitting = (table ?? build())[this.LA(1).tokenTypeIdx];
    return fitting?.find((i) => alternatives[i]?.GATE?.call(this) ?? true);
  };
}

function enterer(first: () => First): Decide<boolean> {
  let tokens: ReadonlySet<number> | undefined;
  const build = () => (tokens = first().tokens);
  return function (): boolean {
    return (tokens ?? build()).has(this.LA(1).tokenTypeIdx);
  };
}

/** More than there are token types, for alternatives that may be empty. */
const TOKEN_NUMBERS_MAX = 1000;

/** For each token the alternatives that it can start, in order. */
function alternatives(firsts: readonly First[]): number[][] {
  const table: number[][] = [];
  for (const [i, { tokens, empty }] of firsts.entries()) {
    for (const token of empty ? Array(TOKEN_NUMBERS_MAX).keys() : tokens) {
      const list = table[token];
      if (list) list.push(i);
      else table[token] = [i];
    }
  }
  return table;
}
