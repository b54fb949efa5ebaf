// Decides between the alternatives of the grammar by the next token. Chevrotain's own strategy computes the tables of
// all decisions when the parser is made, which takes most of its start-up time; this one computes a table when its
// decision is first met, so that a short command pays for little more than it uses. The rules are chevrotain's for
// one token of look-ahead: the first alternative that fits wins, and one that may be empty fits everything.

import {
  Alternation,
  type ILookaheadStrategy,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
} from './chevrotain.ts';

/** What a production can start with, as token type numbers. */
interface First {
  readonly tokens: ReadonlySet<number>;
  /** It may also be empty. */
  readonly empty: boolean;
}

const OPTIONAL = { Option, Repetition, RepetitionMandatory, RepetitionMandatoryWithSeparator, RepetitionWithSeparator };

/** Chevrotain asks it for each decision of the grammar. */
export class FirstTokenLookahead implements ILookaheadStrategy {
  private readonly ofRule = new Map<Rule, First>();

  validate(): [] {
    return [];
  }

  buildLookaheadForAlternation({ prodOccurrence, rule, hasPredicates }: Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0]) {
    let table: readonly (readonly number[])[] | undefined;
    const build = () => (table = this.alternatives(rule, prodOccurrence));
    if (!hasPredicates) {
      return function (this: WithLookAhead): number | undefined {
        return (table ?? build())[this.LA(1).tokenTypeIdx]?.[0];
      };
    }
    return function (this: WithLookAhead, alternatives: readonly { GATE?: () => boolean }[] = []): number | undefined {
      const fitting = (table ?? build())[this.LA(1).tokenTypeIdx];
      return fitting?.find((i) => alternatives[i]?.GATE?.call(this) ?? true);
    };
  }

  buildLookaheadForOptional({ prodOccurrence, prodType, rule }: Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0]) {
    let tokens: ReadonlySet<number> | undefined;
    const build = () => (tokens = this.inside(rule, OPTIONAL[prodType], prodOccurrence));
    return function (this: WithLookAhead): boolean {
      return (tokens ?? build()).has(this.LA(1).tokenTypeIdx);
    };
  }

  /** For each token the alternatives that it can start, in order. */
  private alternatives(rule: Rule, occurrence: number): number[][] {
    const choice = find(rule.definition, Alternation, occurrence);
    const firsts = choice.definition.map((alternative) => this.first(alternative));
    const table: number[][] = [];
    const all = firsts.some(({ empty }) => empty) ? TOKEN_NUMBERS_MAX : 0;
    for (const [i, { tokens, empty }] of firsts.entries()) {
      for (const token of empty ? range(all) : tokens) {
        const list = table[token];
        if (list) list.push(i);
        else table[token] = [i];
      }
    }
    return table;
  }

  private inside(rule: Rule, type: (typeof OPTIONAL)[keyof typeof OPTIONAL], occurrence: number): ReadonlySet<number> {
    return this.firstOfSequence(find(rule.definition, type, occurrence).definition).tokens;
  }

  private firstOfSequence(productions: readonly IProduction[]): First {
    const tokens = new Set<number>();
    for (const production of productions) {
      const first = this.first(production);
      for (const token of first.tokens) tokens.add(token);
      if (!first.empty) return { tokens, empty: false };
    }
    return { tokens, empty: true };
  }

  private first(production: IProduction): First {
    if (production instanceof Terminal) {
      const { tokenTypeIdx, categoryMatches } = production.terminalType;
      return { tokens: new Set([...(tokenTypeIdx === undefined ? [] : [tokenTypeIdx]), ...(categoryMatches ?? [])]), empty: false };
    }
    if (production instanceof NonTerminal) return this.firstOfRule(production.referencedRule);
    if (production instanceof Alternation) {
      const firsts = production.definition.map((alternative) => this.first(alternative));
      return { tokens: new Set(firsts.flatMap(({ tokens }) => [...tokens])), empty: firsts.some(({ empty }) => empty) };
    }
    const inside = this.firstOfSequence(definitionOf(production));
    const mayBeSkipped = production instanceof Option || production instanceof Repetition || production instanceof RepetitionWithSeparator;
    return mayBeSkipped ? { tokens: inside.tokens, empty: true } : inside;
  }

  private firstOfRule(rule: Rule): First {
    const known = this.ofRule.get(rule);
    if (known) return known;
    const first = this.firstOfSequence(rule.definition);
    this.ofRule.set(rule, first);
    return first;
  }
}

/** More than there are token types, for alternatives that may be empty. */
const TOKEN_NUMBERS_MAX = 1000;

function range(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i);
}

interface WithLookAhead {
  LA(ahead: number): { tokenTypeIdx: number };
}

function definitionOf(production: IProduction): readonly IProduction[] {
  return (production as { readonly definition?: readonly IProduction[] }).definition ?? [];
}

type Numbered = { readonly idx: number; readonly definition: IProduction[] };

function find<T extends Numbered>(productions: readonly IProduction[], type: new (...args: never[]) => T, occurrence: number): T {
  const pending = [...productions];
  for (let production = pending.pop(); production; production = pending.pop()) {
    if (production instanceof type && production.idx === occurrence) return production;
    if (!(production instanceof NonTerminal)) pending.push(...definitionOf(production));
  }
  throw new Error(`The grammar has no ${type.name} ${occurrence} here.`);
}
