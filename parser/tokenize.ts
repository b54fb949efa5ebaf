// Text to tokens. After the lexer one pass gives keywords their types, links each opening bracket to its closing one
// (the grammar looks past a bracket in one step instead of backtracking) and refuses nesting that is too deep.

import { type IToken, Lexer, type TokenType } from './chevrotain.ts';
import { QueryError, type Span } from './error.ts';
import {
  Backquoted,
  BadNumber,
  BraceClose,
  BraceOpen,
  BracketClose,
  BracketOpen,
  DoubleQuoted,
  Identifier,
  K,
  keywordOf,
  LEXER_TOKENS,
  ParenClose,
  ParenOpen,
  UnclosedComment,
  UnclosedQuote,
} from './tokens.ts';

/** How deep brackets and CASE may nest. A query inside another counts as QUERY_LEVELS, because it takes more of the stack. */
const NESTING_MAX = 200;
const QUERY_LEVELS = 3;

/** A bracket's `payload` is the number of tokens from the opening to the closing one. */
export type Token = IToken;

/** It finds no keyword, but gives their types their numbers. */
const lexer = new Lexer([...LEXER_TOKENS, ...Object.values(K)], {
  positionTracking: 'onlyOffset',
  skipValidations: true,
  ensureOptimizations: false,
});

/** The tokens of a text, without comments. Throws QueryError for what is no token and for nesting deeper than NESTING_MAX. */
export function tokenize(text: string): Token[] {
  const { tokens, errors } = lexer.tokenize(text);
  const first = errors[0];
  const bad = tokens.find(
    (token) => token.tokenType === UnclosedQuote || token.tokenType === UnclosedComment || token.tokenType === BadNumber,
  );
  if (first && !(bad && bad.startOffset < first.offset)) throw unknownCharacter(text, first.offset);
  if (bad) throw badToken(bad);
  classify(tokens);
  return tokens;
}

/** The tokens of a text that may be unfinished or broken: what is no token is left out, and no word is given a keyword's type. */
export function looseTokens(text: string): Token[] {
  return lexer.tokenize(text).tokens;
}

/** The span of a token. */
export function tokenSpan(token: Token): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

function classify(tokens: Token[]): void {
  const open: number[] = [];
  let depth = 0;
  let cases = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const type = token.tokenType;
    if (type === Identifier) {
      const keyword = keywordAt(tokens, i);
      if (keyword) setType(token, keyword);
      if (keyword === K.CASE) cases++;
      else if (keyword === K.END && cases > 0) cases--;
      if (keyword && QUERY_STARTS.has(keyword) && open.length > 0 && open.at(-1) === i - 1) depth += QUERY_LEVELS - 1;
    } else if (type === ParenOpen || type === BracketOpen || type === BraceOpen) {
      open.push(i);
      depth++;
    } else if (type === ParenClose || type === BracketClose || type === BraceClose) {
      const opening = open.pop();
      if (opening !== undefined) {
        (tokens[opening] as Token).payload = i - opening;
        depth -= QUERY_STARTS.has((tokens[opening + 1] as Token).tokenType) ? QUERY_LEVELS : 1;
      }
    }
    if (depth + cases > NESTING_MAX) throw tooDeep(tokenSpan(token));
  }
}

const QUERY_STARTS: ReadonlySet<TokenType> = new Set([
  K.SELECT,
  K.MATCH,
  K.OPTIONAL,
  K.FROM,
  K.WITH,
  K.UNWIND,
  K.CALL,
  K.RETURN,
  K.CREATE,
  K.MERGE,
  K.FOREACH,
  K.SET,
  K.REMOVE,
  K.DELETE,
  K.DETACH,
  K.VALUES,
]);

/** The keyword that a word is. GROUP and ORDER are keywords only before BY: `SELECT order FROM t` asks for a column. */
function keywordAt(tokens: readonly Token[], i: number): TokenType | undefined {
  const keyword = keywordOf((tokens[i] as Token).image);
  if (keyword !== K.GROUP && keyword !== K.ORDER) return keyword;
  return tokens[i + 1]?.image.toUpperCase() === 'BY' ? keyword : undefined;
}

/** The refusal of nesting that would exhaust the stack. */
export function tooDeep(span: Span | undefined): QueryError {
  return new QueryError('limit/depth', `This is nested more than ${NESTING_MAX} levels deep.`, {
    span,
    hint: 'Split the statement, or name parts of it with WITH.',
  });
}

function setType(token: Token, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

function badToken(token: Token): QueryError {
  const start = token.startOffset;
  if (token.tokenType === UnclosedComment) {
    return new QueryError('syntax/unclosed-comment', 'This comment has no closing "*/".', { span: { start, end: start + 2 } });
  }
  if (token.tokenType === UnclosedQuote) {
    const quote = token.image.charAt(0);
    const what = quote === "'" ? 'string' : quote === '"' ? 'quoted text' : 'quoted name';
    return new QueryError('syntax/unclosed-string', `This ${what} has no closing ${quote}.`, {
      span: { start, end: start + 1 },
      hint:
        quote === '`' ? 'A backquote inside the name is written twice.' : `Inside it, write ${quote}${quote} for ${quote} and \\\\ for \\.`,
    });
  }
  return new QueryError('syntax/number', `"${token.image}" is not a number.`, {
    span: tokenSpan(token),
    hint: 'A name that starts with a digit needs backquotes.',
  });
}

function unknownCharacter(text: string, offset: number): QueryError {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const span = { start: offset, end: offset + character.length };
  if (/[\u2018\u2019\u201a\u201b]/.test(character)) {
    return new QueryError('syntax/character', `Typographic quote ${character} found.`, {
      span,
      hint: "Write strings with straight quotes: 'text'.",
    });
  }
  if (/[\u201c\u201d\u201e\u201f]/.test(character)) {
    return new QueryError('syntax/character', `Typographic quote ${character} found.`, {
      span,
      hint: 'Write straight quotes: "x" or \'x\'.',
    });
  }
  const hint =
    character === '$' ? 'A parameter is $name.' : /[\u2010-\u2015\u2212]/.test(character) ? 'Write a plain hyphen: -' : undefined;
  return new QueryError('syntax/character', `The character "${character}" has no meaning here.`, { span, hint });
}

/**
 * The value of a quoted token. In every form a doubled quote stands for one quote. In '…' and "…" a backslash starts
 * one of \n \t \r \b \f \\ \' \" \` \uXXXX; before any other character it stays as it is, so that '\d+' is a regular
 * expression as written. In `…` a backslash means itself.
 */
export function unquote(image: string): string {
  const quote = image.charAt(0);
  const inner = image.slice(1, -1);
  const doubled = inner.includes(quote);
  if (quote === '`' || !inner.includes('\\')) return doubled ? inner.replaceAll(quote + quote, quote) : inner;
  return inner.replace(/\\u([0-9A-Fa-f]{4})|\\([^])|''|""/g, (all: string, hex: string | undefined, escaped: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (escaped !== undefined) return ESCAPES[escaped] ?? all;
    return all === quote + quote ? quote : all;
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\\': '\\', "'": "'", '"': '"', '`': '`' };

/** True for a token that is a name written in quotes. */
export function isQuotedName(token: Token): boolean {
  return token.tokenType === Backquoted || token.tokenType === DoubleQuoted;
}
