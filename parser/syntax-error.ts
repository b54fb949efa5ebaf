// Turns what chevrotain reports into a QueryError that a person understands: what was expected in the language's own
// words, what was found, and a hint where a common slip is recognised.

import { tokenMatcher, type TokenType } from './chevrotain.ts';
import { nearestName, QueryError, type Span } from './error.ts';
import { type Expected, expectedAfter, firstError, nearestPhrase, sampleToken } from './expected.ts';
import { describeToken } from './grammar-base.ts';
import type { Grammar } from './grammar-statements.ts';
import { KEYWORDS } from './keywords.ts';
import { notBuiltAt } from './not-built.ts';
import {
  AnyWord,
  ArrowBoth,
  ArrowLeft,
  ArrowNone,
  ArrowRight,
  BraceClose,
  BraceOpen,
  BracketClose,
  BracketOpen,
  Comma,
  DoubleQuoted,
  EdgeLeft,
  EdgeRight,
  Identifier,
  K,
  Less,
  Minus,
  NameWord,
  ParenClose,
  ParenOpen,
  Semicolon,
  Tilde,
} from './tokens.ts';
import { type Token, tokenSpan } from './tokenize.ts';

/** The error for tokens that the parser stopped at. */
export function syntaxError(parser: Grammar, stoppedAt: Token, tokens: readonly Token[], text: string): QueryError {
  const found = tokens.indexOf(stoppedAt);
  const index = found < 0 ? tokens.length : found;
  const start = statementStart(tokens, index);
  const notBuilt = notBuiltAt(tokens, start, index);
  if (notBuilt) return notBuilt;
  if (stoppedAt.tokenType === Tilde && /^[)\]]$/.test(tokens[index - 1]?.image ?? ''))
    return new QueryError('syntax/unexpected', 'Every edge has a direction, so "~" finds none.', {
      span: tokenSpan(stoppedAt),
      hint: 'Write -[…]- for an edge either way.',
    });
  const halfWord = /^(?:ORDER|GROUP)$/i.test(tokens[index - 1]?.image ?? '') ? tokens[index - 1]?.image.toUpperCase() : undefined;
  const misspelled = halfWord === undefined ? misspelledBefore(parser, tokens, start, index) : undefined;
  const at = misspelled ? index - 1 : index;
  const expected = misspelled?.expected ?? expectedAfter(parser, tokens.slice(start, at));
  const token = tokens[at];
  const span = token ? tokenSpan(token) : endOf(tokens, text);
  const phrases =
    halfWord !== undefined
      ? ['BY']
      : misspelled
        ? expected.phrases.filter((phrase) => phrase !== 'a name' && phrase !== 'AS')
        : expected.phrases;
  const what = phrases.length > 0 ? `Expected ${list(phrases)}, found` : 'Did not expect';
  const hint =
    halfWord !== undefined
      ? `Did you mean ${halfWord} BY?`
      : misspelled
        ? `Did you mean ${misspelled.word}?`
        : hintFor(parser, tokens, start, at, expected);
  return new QueryError('syntax/unexpected', `${what} ${token ? describeToken(token) : 'the end'}.`, { span, hint });
}

function list(phrases: readonly string[]): string {
  return phrases.length < 2 ? phrases.join('') : `${phrases.slice(0, -1).join(', ')} or ${phrases.at(-1)}`;
}

function endOf(tokens: readonly Token[], text: string): Span {
  const last = tokens.at(-1);
  const end = last ? tokenSpan(last).end : text.trimEnd().length;
  return { start: end, end };
}

// The token after the last semicolon that separates statements; those of COMPARE { …; … } do not.
function statementStart(tokens: readonly Token[], index: number): number {
  let start = 0;
  let depth = 0;
  for (const [i, token] of tokens.slice(0, index).entries()) {
    if (token.tokenType === BraceOpen) depth++;
    else if (token.tokenType === BraceClose) depth--;
    else if (token.tokenType === Semicolon && depth <= 0) start = i + 1;
  }
  return start;
}

// `SELECT a FORM t`: FORM was taken for an alias, and the parser stops one word too late.
function misspelledBefore(
  parser: Grammar,
  tokens: readonly Token[],
  start: number,
  index: number,
): { word: string; expected: Expected } | undefined {
  const before = tokens[index - 1];
  if (!before || index - 1 < start || before.tokenType !== Identifier || before.image.length < 4) return undefined;
  if (nearestName(before.image, KEYWORDS) === undefined) return undefined;
  const expected = expectedAfter(parser, tokens.slice(start, index - 1));
  const word = nearestPhrase(
    before.image,
    expected.keywords.filter((keyword) => keyword.length >= 3),
  );
  return word === undefined ? undefined : { word, expected };
}

/** Words of other dialects, and what to write instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  MINUS: 'Write EXCEPT.',
  TOP: 'Write LIMIT at the end.',
  FETCH: 'Write LIMIT.',
  DIV: 'Two integers divide to an integer: write /.',
  MOD: 'Write %.',
  ELSEIF: 'Write WHEN … THEN.',
};

function hintFor(parser: Grammar, tokens: readonly Token[], start: number, at: number, expected: Expected): string | undefined {
  const token = tokens[at];
  const before = tokens[at - 1];
  const emptiness = token && hintForEmpty(tokens, start, at, token);
  if (emptiness !== undefined) return emptiness;
  if (!token || token.tokenType === Semicolon) return unclosedHint(tokens, start, at);
  if (token.tokenType === DoubleQuoted && !expected.name) return "Write strings in single quotes: 'text'.";
  const closes = token.tokenType === ParenClose || token.tokenType === BracketClose || token.tokenType === BraceClose;
  if (closes && unclosedHint(tokens, start, at) === undefined) return `No bracket is open that "${token.image}" could close.`;
  if (tokenMatcher(token, AnyWord)) {
    const has = (type: TokenType): boolean => tokens.slice(start, at).some(({ tokenType }) => tokenType === type);
    const form = { inSelect: has(K.SELECT), inReturn: has(K.RETURN) };
    const hint = wordHint(token, before, expected, form, unclosedHint(tokens, start, at));
    if (hint) return hint;
  }
  if (expected.comma && commaHelps(parser, tokens, start, at)) return `Is a comma missing before ${describeToken(token)}?`;
  return EDGE_STARTS.has(token.tokenType) && expected.phrases.includes('")"') ? unclosedHint(tokens, start, at) : undefined;
}

const EDGE_STARTS: ReadonlySet<TokenType> = new Set([Minus, Less, EdgeLeft, EdgeRight, ArrowLeft, ArrowRight, ArrowNone, ArrowBoth]);

/** A table without columns, and an INSERT of something that is neither row nor document. */
function hintForEmpty(tokens: readonly Token[], start: number, at: number, token: Token): string | undefined {
  const words = tokens.slice(start, at).map((t) => t.image.toUpperCase());
  const [verb, second] = words;
  if (verb === 'CREATE' && second === 'TABLE' && words.indexOf('(') === words.length - 1 && token.tokenType === ParenClose)
    return 'A table needs at least one column, as in (id INTEGER PRIMARY KEY).';
  if (verb !== 'INSERT' || second !== 'INTO' || tokenMatcher(token, AnyWord)) return undefined;
  if (words.length === 3) return 'Rows are written as VALUES (1, 2), documents as objects: {name: 1}.';
  return words.length === 4 && words[3] === '(' ? 'Write VALUES before a row.' : undefined;
}

function wordHint(
  token: Token,
  before: Token | undefined,
  expected: Expected,
  { inSelect, inReturn }: { readonly inSelect: boolean; readonly inReturn: boolean },
  unclosed: string | undefined,
): string | undefined {
  const word = token.image.toUpperCase();
  if (token.tokenType === Identifier && word.length >= 2) {
    const near = nearestPhrase(word, expected.keywords) ?? nearestPhrase(`${word}S`, expected.keywords);
    if (near !== undefined && FOREIGN[word] === undefined) return `Did you mean ${near}?`;
  }
  // VALUE for VALUES, INDEX for INDEXES: a word of the language too, so no misspelling to the tokenizer.
  const plural = expected.keywords.find((keyword) => keyword === `${word}S` || keyword === `${word}ES`);
  if (plural !== undefined) return `Did you mean ${plural}?`;
  if (expected.phrases.includes('a pattern') && tokenMatcher(token, NameWord)) return `A node stands in parentheses: (${token.image}).`;
  if (expected.value && CLAUSE_STARTS.has(word))
    return before?.tokenType === Comma ? 'The comma before it is one too many.' : `Something is missing before ${word}.`;
  if (unclosed !== undefined && CLAUSE_STARTS.has(word)) return unclosed;
  if (!inSelect && token.tokenType === K.GROUP) return 'RETURN and WITH group by the items that are not aggregates.';
  if (!inSelect && token.tokenType === K.QUALIFY) return 'Only SELECT has QUALIFY: write WITH … WHERE.';
  if (!inSelect && token.tokenType === K.HAVING) return 'Write WITH …, aggregate AS name WHERE condition.';
  const clauseLacks = !expected.end && (expected.keywords.length > 0 || (expected.phrases.length > 0 && !expected.name));
  if (!inSelect && clauseLacks && SELECT_CLAUSES.has(word)) return `Something is missing before ${word}.`;
  if (inReturn && token.tokenType === K.WHERE) return 'WHERE stands before RETURN, behind MATCH, FROM or WITH.';
  if (inSelect && !expected.value && SELECT_CLAUSES.has(word))
    return 'The order is SELECT, FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.';
  if (expected.name && !tokenMatcher(token, NameWord))
    return `${word} is a keyword. To use it as a name, write \`${token.image}\` in backquotes.`;
  return FOREIGN[word];
}

const SELECT_CLAUSES: ReadonlySet<string> = new Set(['FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER']);
const CLAUSE_STARTS: ReadonlySet<string> = new Set([
  ...SELECT_CLAUSES,
  'SELECT',
  'RETURN',
  'WITH',
  'JOIN',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'AND',
  'OR',
]);

function commaHelps(parser: Grammar, tokens: readonly Token[], start: number, at: number): boolean {
  const comma = sampleToken(Comma);
  const prefix = tokens.slice(start, at);
  const error = firstError(parser, [...prefix, comma, ...tokens.slice(at, at + 50)]);
  return error === undefined || (error !== comma && error !== tokens[at] && !prefix.includes(error));
}

function unclosedHint(tokens: readonly Token[], start: number, at: number): string | undefined {
  const open: Token[] = [];
  for (const token of tokens.slice(start, at)) {
    const type = token.tokenType;
    if (type === ParenOpen || type === BracketOpen || type === BraceOpen) open.push(token);
    else if (type === ParenClose || type === BracketClose || type === BraceClose) open.pop();
  }
  const last = open.at(-1);
  return last && `The "${last.image}" is not closed.`;
}
