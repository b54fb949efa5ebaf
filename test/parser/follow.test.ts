// Completion and the grammar agree: every keyword of every sample is offered at its place, and what is offered is taken.

import { describe, expect, test } from 'vitest';
import { QueryError } from '../../parser/error.ts';
import { followOf, nameRules } from '../../parser/follow.ts';
import { Grammar } from '../../parser/grammar-statements.ts';
import { parse } from '../../parser/parse.ts';
import { K } from '../../parser/tokens.ts';
import { tokenize } from '../../parser/tokenize.ts';
import { longRun } from '../long.ts';
import { SAMPLES } from './samples.ts';

const keywordTypes = new Set(Object.values(K));

describe('what follows', () => {
  test('Every keyword of the samples is offered where it stands.', { timeout: 120_000 }, () => {
    const missed: string[] = [];
    for (const text of SAMPLES) {
      const tokens = tokenize(text);
      for (const token of tokens) {
        if (!keywordTypes.has(token.tokenType)) continue;
        const before = text.slice(0, token.startOffset);
        const { keywords, name } = followOf(before, token.image);
        const word = token.image.toUpperCase();
        // A word that is no keyword here is a name, and a name must be possible.
        if (!keywords.some((keyword) => keyword === word || keyword === `${word} BY`) && name === undefined)
          missed.push(`${before}▸${word}`);
      }
    }
    expect(missed).toEqual([]);
  });

  test('What is offered is taken: no syntax error stands at it or before it.', { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    for (const text of SAMPLES.filter((_, i) => i % (longRun ? 5 : 45) === 0)) {
      const tokens = tokenize(text);
      const token = tokens[Math.floor(tokens.length / 2)];
      if (!token) continue;
      const before = `${text.slice(0, token.startOffset)} `;
      for (const keyword of followOf(before).keywords) if (!isTaken(before, keyword)) wrong.push(`${before}▸${keyword}`);
    }
    expect(wrong).toEqual([]);
  });

  test('The rules that tell the kinds of names are in the grammar.', () => {
    const rules = Object.keys(new Grammar(true).getGAstProductions());
    expect(nameRules.filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});

/** With some continuation no error stands at the keyword or before it. */
function isTaken(before: string, keyword: string): boolean {
  const end = before.length + keyword.length;
  return ['', ' x', ' (', ' {', ' WITH', ' MATCH', ' BY', ' 1'].some((behind) => {
    try {
      parse(`${before}${keyword}${behind}`);
      return true;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return (error.span?.start ?? 0) >= end;
    }
  });
}
