// The decisions of the grammar, worked out from its recorded rules: what each alternative, and what may be left out or repeated, can start
// with. Chevrotain's own strategy does that for all decisions at once, which took most of its start; here each waits until it is met.

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
import { type Decide, type Decision, decider, type First } from './decision.ts';

const OPTIONAL = { Option, Repetition, RepetitionMandatory, RepetitionMandatoryWithSeparator, RepetitionWithSeparator };

/** Chevrotain asks it for each decision of the grammar. */
export class FirstTokenLookahead implements ILookaheadStrategy {
  /** What each function that it gave out decides. */
  readonly decisions = new Map<unknown, Decision>();
  private readonly ofRule = new Map<Rule, First>();

  validate(): [] {
    return [];
  }

  buildLookaheadForAlternation({ prodOccurrence, rule, hasPredicates }: Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0]) {
    const firsts = (): First[] => find(rule.definition, Alternation, prodOccurrence).definition.map((way) => this.first(way));
    return this.decide<number | undefined>({ kind: 'choice', gated: hasPredicates, firsts });
  }

  buildLookaheadForOptional({ prodOccurrence, prodType, rule }: Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0]) {
    const first = (): First => this.firstOfSequence(find(rule.definition, OPTIONAL[prodType], prodOccurrence).definition);
    return this.decide<boolean>({ kind: 'entry', first });
  }

  private decide<T>(decision: Decision): Decide<T> {
    const decide = decider<T>(decision);
    this.decisions.set(decide, decision);
    return decide;
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
