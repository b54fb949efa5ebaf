// The decisions of the whole grammar as data. To work them out, chevrotain records every rule, which took a third of the start of each
// thread and command; so the build does that once (build-decisions.mjs) and puts the tables into built-decisions.ts.

import { type Decision, decider, type First } from './decision.ts';
import type { FirstTokenLookahead } from './lookahead.ts';
import { PARSER_TOKENS } from './tokens.ts';

/** Token types are named by their places in PARSER_TOKENS. */
export interface DecisionTables {
  /** Sets of token types as runs: first place and last, first and last, … */
  readonly sets: readonly (readonly number[])[];
  /** Chevrotain's number of a decision, and the set that enters. */
  readonly entries: readonly (readonly [key: number, set: number])[];
  /** Chevrotain's number of a decision, whether it has gates, and of each alternative the set that starts it and whether it may be empty. */
  readonly choices: readonly (readonly [key: number, gated: boolean, ways: readonly (readonly [set: number, empty: boolean])[]])[];
}

/** What chevrotain keeps and its types do not show. */
interface Inside {
  /** The functions that decide, by the numbers under which the rules ask for them. */
  readonly lookAheadFuncsCache: Map<number, unknown>;
  selfAnalysisDone: boolean;
}

/** The decisions of a parser that has recorded its rules. */
export function tablesOf(parser: object, { decisions }: FirstTokenLookahead): DecisionTables {
  const places = new Map(PARSER_TOKENS.map((type, place) => [type.tokenTypeIdx, place]));
  const sets = new Map<string, number>();
  const setOf = ({ tokens }: First): number => {
    const runs = JSON.stringify(runsOf([...tokens].map((token) => places.get(token) ?? missing(token))));
    if (!sets.has(runs)) sets.set(runs, sets.size);
    return sets.get(runs) as number;
  };
  const entries: [number, number][] = [];
  const choices: [number, boolean, [number, boolean][]][] = [];
  for (const [key, decide] of (parser as Inside).lookAheadFuncsCache) {
    const decision = decisions.get(decide);
    if (decision?.kind === 'entry') entries.push([key, setOf(decision.first())]);
    else if (decision) choices.push([key, decision.gated, decision.firsts().map((first) => [setOf(first), first.empty])]);
  }
  return { sets: [...sets.keys()].map((runs) => JSON.parse(runs) as number[]), entries, choices };
}

function missing(token: number): never {
  throw new Error(`Token type ${token} is not in PARSER_TOKENS.`);
}

function runsOf(places: number[]): number[] {
  const runs: number[] = [];
  for (const place of places.sort((a, b) => a - b)) {
    if (runs.at(-1) === place - 1) runs[runs.length - 1] = place;
    else runs.push(place, place);
  }
  return runs;
}

/** Gives a parser the decisions that another of the same grammar has worked out, in place of `performSelfAnalysis`. */
export function giveTables(parser: object, { sets, entries, choices }: DecisionTables): void {
  const inside = parser as Inside;
  const first = (set: number, empty = false): First => ({ tokens: tokensOf(sets[set] ?? []), empty });
  const decide = (key: number, decision: Decision) => inside.lookAheadFuncsCache.set(key, decider(decision));
  for (const [key, set] of entries) decide(key, { kind: 'entry', first: () => first(set) });
  for (const [key, gated, ways] of choices)
    decide(key, { kind: 'choice', gated, firsts: () => ways.map(([set, empty]) => first(set, empty)) });
  inside.selfAnalysisDone = true;
  withFastProperties(parser);
}

function tokensOf(runs: readonly number[]): ReadonlySet<number> {
  const tokens = new Set<number>();
  for (let i = 0; i < runs.length; i += 2)
    for (let place = runs[i] as number; place <= (runs[i + 1] as number); place++) tokens.add(PARSER_TOKENS[place]?.tokenTypeIdx ?? 0);
  return tokens;
}

/** V8 keeps an object of so many properties as a dictionary, unless it is another's prototype. Chevrotain does the same. */
function withFastProperties(object: object): void {
  const heir = Object.create(object) as { form?: unknown };
  void heir.form;
}
