// Syntax errors behind the first one, so that a script with three slips shows three. Panic mode: after an error the parser goes on at
// the next clause of the statement, with the broken part left out, or else at the next statement. An error counts only if the parser
// took some tokens after it went on, so that one slip is not told twice.
//
//   SELECT a, FROM t WHERE ; SELEC 1   →   errors at FROM, at ";" and at SELEC

import type { TokenType } from './chevrotain.ts';
import { QueryError } from './error.ts';
import { sampleToken } from './expected.ts';
import type { Grammar } from './grammar-statements.ts';
import { syntaxError } from './syntax-error.ts';
import { BraceClose, BraceOpen, BracketClose, BracketOpen, Identifier, K, ParenClose, ParenOpen, Semicolon } from './tokens.ts';
import { type Token, tokenSpan } from './tokenize.ts';

/** How many errors of one text are told, the first one counted. */
export const SYNTAX_ERRORS_MAX = 5;

/** Longer statements are not repaired: the parser goes on behind them. */
const REPAIR_TOKENS_MAX = 300;

/** Where a clause starts, at the level of the statement itself. */
const CLAUSES: ReadonlySet<TokenType> = new Set([
  K.FROM,
  K.WHERE,
  K.GROUP,
  K.HAVING,
  K.ORDER,
  K.LIMIT,
  K.RETURN,
  K.MATCH,
  K.WITH,
  K.UNWIND,
  K.RETURNING,
  K.SET,
  K.MERGE,
  K.CALL,
]);

/** The first error with those behind it as its `others`. `at` is the index of the token that the first one stopped at. */
export function withFurtherErrors(parser: Grammar, first: QueryError, at: number, tokens: readonly Token[], text: string): QueryError {
  const others: QueryError[] = [];
  let rest: Found | undefined = { at, tokens };
  while (rest && others.length < SYNTAX_ERRORS_MAX - 1) {
    rest = goOn(parser, rest);
    if (rest) others.push(rest.refusal ?? syntaxError(parser, rest.tokens[rest.at] ?? END, rest.tokens, text));
  }
  if (others.length === 0) return first;
  return new QueryError(first.code, first.message, { span: first.span, hint: first.hint, others });
}

/** Which token an error points at, for one that was thrown while the tokens were read. */
export function tokenOf(error: QueryError, tokens: readonly Token[]): number {
  const start = error.span?.start;
  const at = start === undefined ? -1 : tokens.findIndex((token) => tokenSpan(token).end > start);
  return at < 0 ? tokens.length : at;
}

/** Stands for the end of the input, which is no token of the text. */
const END = sampleToken(Semicolon);

/** An error: the index of its token in the tokens as repaired. */
interface Found {
  readonly at: number;
  readonly tokens: readonly Token[];
  /** The grammar refused what it read, in its own words. */
  readonly refusal?: QueryError;
}

/** The next error, after the one at `found`. */
function goOn(parser: Grammar, found: Found): Found | undefined {
  const { at, tokens } = found;
  const start = lastSemicolon(tokens, at) + 1;
  const end = nextSemicolon(tokens, start, at);
  const inStatement = end - start <= REPAIR_TOKENS_MAX ? repaired(parser, tokens, start, at, end) : undefined;
  const here = inStatement && errorIn(parser, inStatement);
  if (here) return { ...here, tokens: [...here.tokens, ...tokens.slice(end)] };
  if (end >= tokens.length) return undefined;
  return errorIn(parser, tokens.slice(end + 1));
}

/** The statement with its broken part left out and the parser past that place; undefined if no repair gets it there. */
function repaired(parser: Grammar, tokens: readonly Token[], start: number, at: number, end: number): Token[] | undefined {
  const levels = levelsOf(tokens, start, end);
  const isClause = (i: number): boolean => levels[i - start] === 0 && CLAUSES.has((tokens[i] as Token).tokenType);
  for (let next = at; next < end; next++) {
    if (!isClause(next)) continue;
    let clause = at - 1;
    while (clause > start && !isClause(clause)) clause--;
    const whole = levels[at - start] === 0;
    const prefixes = [...(whole ? [[at, false] as const, [at, true] as const] : []), ...(clause > start ? [[clause, false] as const] : [])];
    for (const [cut, filled] of prefixes) {
      const before = [...tokens.slice(start, cut), ...(filled ? [sampleToken(Identifier)] : [])];
      const attempt = [...before, ...tokens.slice(next, end)];
      const stopped = errorIn(parser, attempt);
      if (!stopped || stopped.at > before.length + 1) return attempt;
    }
  }
  return undefined;
}

/** How many brackets are open before each token of a statement. */
function levelsOf(tokens: readonly Token[], start: number, end: number): number[] {
  let level = 0;
  return tokens.slice(start, end).map(({ tokenType }) => {
    if (tokenType === ParenClose || tokenType === BracketClose || tokenType === BraceClose) level--;
    const before = level;
    if (tokenType === ParenOpen || tokenType === BracketOpen || tokenType === BraceOpen) level++;
    return before;
  });
}

function errorIn(parser: Grammar, tokens: readonly Token[]): Found | undefined {
  parser.input = [...tokens];
  try {
    parser.script();
  } catch (error) {
    if (error instanceof QueryError) return { at: tokenOf(error, tokens), tokens, refusal: error };
    throw error;
  }
  const stopped = parser.errors[0]?.token;
  if (!stopped) return undefined;
  const at = tokens.indexOf(stopped);
  return { at: at < 0 ? tokens.length : at, tokens };
}

/** The last semicolon before `at` that ends a statement, or -1; those in braces do not. */
function lastSemicolon(tokens: readonly Token[], at: number): number {
  let last = -1;
  let level = 0;
  for (let i = 0; i < at; i++) {
    const type = tokens[i]?.tokenType;
    if (type === BraceOpen) level++;
    else if (type === BraceClose) level = Math.max(0, level - 1);
    else if (type === Semicolon && level === 0) last = i;
  }
  return last;
}

/** The first semicolon from `at` on that ends the statement that starts at `start`. A brace that nothing closes holds none back. */
function nextSemicolon(tokens: readonly Token[], start: number, at: number): number {
  let level = 0;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.tokenType === BraceOpen && token.payload !== undefined) level++;
    else if (token.tokenType === BraceClose) level = Math.max(0, level - 1);
    else if (token.tokenType === Semicolon && level === 0 && i >= at) return i;
  }
  return tokens.length;
}
