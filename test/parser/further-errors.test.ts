// Several syntax errors of one text are told at once, each once, and what is right is not called wrong.

import { describe, expect, test } from 'vitest';
import { QueryError } from '../../parser/error.ts';
import { SYNTAX_ERRORS_MAX } from '../../parser/further-errors.ts';
import { parse } from '../../parser/parse.ts';

/** The text at each error's place, `$` for the end. */
function places(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return [error, ...error.others].map(({ span }) => (span && span.start < text.length ? text.slice(span.start, span.end) : '$'));
  }
  return [];
}

describe('A text with several slips shows', () => {
  test.each([
    ['those of several clauses', 'SELECT a b c FROM t WHERE x = AND y', ['c', 'AND']],
    ['one in each of three statements', 'SELECT a, FROM t; SELEC 1; SELECT 1; MATCH (a RETURN a', ['FROM', 'SELEC', 'RETURN']],
    ['what is not built, and what follows', 'LOAD CSV FROM "x" AS y; SELECT (1', ['LOAD', '$']],
    ['a pattern and a condition', 'MATCH (a:) WHERE a.x = RETURN a', [')', 'RETURN']],
    ['a bracket that is not closed once', 'SELECT a FROM t WHERE (x = 1 ORDER BY b', ['ORDER']],
    ['nothing behind a misspelled word', 'SELECT name FORM person WHERE x = 1 ORDER BY y', ['FORM']],
    ['nothing behind a forgotten comma', 'SELECT a b c FROM t WHERE x = 1 GROUP BY x', ['c']],
    ['an error in COMPARE once', 'COMPARE { RELATIONAL SELECT a, FROM t; GRAPH MATCH (a) RETURN a }; SELECT 1', ['FROM']],
  ])('%s', (_, text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  test('at most SYNTAX_ERRORS_MAX', () => {
    expect(places('SELEC 1;'.repeat(50)).length).toBe(SYNTAX_ERRORS_MAX);
  });

  test('them in the order of the text', () => {
    const text = 'SELECT a, FROM t; SELECT 1; SELEC 2; SELECT 3 FROM; x';
    const found = (() => {
      try {
        parse(text);
      } catch (error) {
        if (error instanceof QueryError) return [error, ...error.others].map((e) => e.span?.start ?? -1);
      }
      return [];
    })();
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found.length).toBe(4);
  });
});
