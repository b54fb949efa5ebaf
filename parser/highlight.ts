// What each piece of a text is, for colouring it while it is typed: an unfinished or broken text has pieces too. The lexer's tokens,
// not the grammar, decide, so this is quick and never fails.
//
//   highlight("SELECT 'a' -- b")   →   keyword 0–6, string 7–10, comment 11–15

import type { TokenType } from './chevrotain.ts';
import { CLAUSE_WORDS, RESERVED } from './keywords.ts';
import { looseTokens, type Token } from './tokenize.ts';
import {
  Backquoted,
  BadNumber,
  Blob,
  BraceOpen,
  BracketOpen,
  Colon,
  Comma,
  Dot,
  DoubleColon,
  Float,
  Identifier,
  Integer,
  keywordOf,
  Parameter,
  ParenOpen,
  Semicolon,
  StringText,
  UnclosedComment,
  UnclosedQuote,
} from './tokens.ts';

/** `label` is a node's label or an edge's type; `wrong` is no token at all. Pieces of no kind are plain. */
export type MarkKind = 'keyword' | 'string' | 'number' | 'comment' | 'parameter' | 'function' | 'label' | 'wrong';

export interface Mark {
  readonly kind: MarkKind;
  readonly start: number;
  readonly end: number;
}

/** The coloured pieces of a text, in order, not overlapping. */
export function highlight(text: string): Mark[] {
  const marks: Mark[] = [];
  const tokens = looseTokens(text);
  let at = 0;
  let firstOfStatement: Token | undefined;
  for (const [i, token] of tokens.entries()) {
    markBetween(marks, text, at, token.startOffset);
    at = token.startOffset + token.image.length;
    if (token.tokenType === Semicolon) firstOfStatement = undefined;
    else firstOfStatement ??= token;
    const kind = kindOf(tokens, i, firstOfStatement);
    if (kind !== undefined) marks.push({ kind, start: token.startOffset, end: at });
  }
  markBetween(marks, text, at, text.length);
  return marks;
}

/** Between tokens are blanks, comments, and what the lexer could not read. */
function markBetween(marks: Mark[], text: string, from: number, to: number): void {
  for (const match of text.slice(from, to).matchAll(/(?:--|\/\/)[^\n\r]*|\/\*[^]*?(?:\*\/|$)|\S+/g)) {
    const start = from + match.index;
    marks.push({ kind: /^(?:--|\/)/.test(match[0]) ? 'comment' : 'wrong', start, end: start + match[0].length });
  }
}

const BY_TYPE: ReadonlyMap<TokenType, MarkKind> = new Map<TokenType, MarkKind>([
  [StringText, 'string'],
  [Blob, 'string'],
  [UnclosedQuote, 'string'],
  [UnclosedComment, 'comment'],
  [Float, 'number'],
  [Integer, 'number'],
  [BadNumber, 'wrong'],
  [Parameter, 'parameter'],
]);

function kindOf(tokens: readonly Token[], i: number, firstOfStatement: Token | undefined): MarkKind | undefined {
  const token = tokens[i] as Token;
  const known = BY_TYPE.get(token.tokenType);
  if (known !== undefined) return known;
  const before = tokens[i - 1]?.tokenType;
  const isWord = token.tokenType === Identifier;
  if (!isWord && token.tokenType !== Backquoted) return undefined;
  if (before === Colon && isLabelColon(tokens, i - 1)) return 'label';
  if (!isWord || before === Dot || before === Colon || before === DoubleColon) return undefined;
  if (tokens[i + 1]?.tokenType === Colon && (before === BraceOpen || before === Comma)) return undefined;
  if (isKeyword(tokens, i, firstOfStatement)) return 'keyword';
  return tokens[i + 1]?.tokenType === ParenOpen ? 'function' : undefined;
}

/** `(p:Person`, `[:KNOWS`, `(:A:B` – but not `{name: x`. */
function isLabelColon(tokens: readonly Token[], colon: number): boolean {
  for (let i = colon - 1; i >= 0 && i > colon - 12; i--) {
    const type = (tokens[i] as Token).tokenType;
    if (type === ParenOpen || type === BracketOpen) return true;
    if (type !== Colon && type !== Identifier && type !== Backquoted) break;
  }
  return (
    tokens[colon]?.startOffset !== undefined &&
    tokens[colon + 1]?.startOffset === tokens[colon].startOffset + 1 &&
    isNameBefore(tokens, colon)
  );
}

/** `SET p:Person` and `WHERE p:Person`: the colon touches a name on both sides. */
function isNameBefore(tokens: readonly Token[], colon: number): boolean {
  const name = tokens[colon - 1];
  return name?.tokenType === Identifier && name.startOffset + name.image.length === tokens[colon]?.startOffset;
}

/** First words of statements that further words of the language follow. */
const leading: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'DROP', 'SHOW', 'INSERT', 'BEGIN', 'START', 'EXPLAIN', 'GRANT', 'REVOKE']);
const certain: ReadonlySet<string> = new Set<string>([...RESERVED, ...CLAUSE_WORDS]);

/**
 * Many keywords are names as well, as `name`, `key` and `type`: those count as keywords where a statement begins, or written in capitals,
 * or behind the first word of a statement such as CREATE.
 */
function isKeyword(tokens: readonly Token[], i: number, firstOfStatement: Token | undefined): boolean {
  const token = tokens[i] as Token;
  const word = token.image.toUpperCase();
  if (keywordOf(word) === undefined) return false;
  if (word === 'GROUP' || word === 'ORDER') return tokens[i + 1]?.image.toUpperCase() === 'BY' || tokens[i + 1] === undefined;
  if (certain.has(word)) return true;
  if (tokens[i + 1]?.tokenType === ParenOpen && tokens[i + 1]?.startOffset === token.startOffset + token.image.length) return false;
  if (token === firstOfStatement || token.image === word) return true;
  const before = tokens[i - 1];
  return before !== undefined && before === firstOfStatement && leading.has(before.image.toUpperCase());
}
