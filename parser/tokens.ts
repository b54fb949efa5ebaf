// The token types. The lexer knows one pattern for all words; tokenize.ts then gives each keyword its own type, so the
// lexer stays small and starts fast. The grammar asks for words by category:
//
//   AnyWord    any word at all (after `.` and `:`, object keys)
//   NameWord   whatever may be an identifier: all words that are not reserved
//   AliasWord  whatever may be an alias without AS

import { createToken, EOF, Lexer, type TokenType } from './chevrotain.ts';
import { CLAUSE_WORDS, FREE_WORDS, type Keyword, KEYWORDS, RESERVED } from './keywords.ts';

export const AnyWord = createToken({ name: 'AnyWord', label: 'a name', pattern: Lexer.NA });
export const NameWord = createToken({ name: 'NameWord', label: 'a name', pattern: Lexer.NA, categories: [AnyWord] });
export const AliasWord = createToken({ name: 'AliasWord', label: 'an alias', pattern: Lexer.NA, categories: [NameWord] });

/**
 * The token type of each keyword. `createToken` would number each by itself, and go through all earlier ones for it; the lexer numbers them
 * together (tokenize.ts).
 */
export const K: Readonly<Record<Keyword, TokenType>> = keywordTypes();

function keywordTypes(): Record<Keyword, TokenType> {
  const categories = new Map<Keyword, TokenType>();
  for (const word of RESERVED) categories.set(word, AnyWord);
  for (const word of CLAUSE_WORDS) categories.set(word, NameWord);
  for (const word of FREE_WORDS) categories.set(word, AliasWord);
  const types: Partial<Record<Keyword, TokenType>> = {};
  for (const [word, category] of categories) types[word] = { name: word, LABEL: word, PATTERN: Lexer.NA, CATEGORIES: [category] };
  return types as Record<Keyword, TokenType>;
}

const byText: ReadonlyMap<string, TokenType> = new Map(KEYWORDS.map((word) => [word, K[word]]));

/** The keyword type of a word, or undefined if it is not a keyword. */
export function keywordOf(word: string): TokenType | undefined {
  return byText.get(word.toUpperCase());
}

const skipped = { group: Lexer.SKIPPED };
function symbol(name: string, text: string, pattern: string | RegExp = text): TokenType {
  return typeof pattern === 'string'
    ? createToken({ name, label: `"${text}"`, pattern })
    : createToken({ name, label: `"${text}"`, pattern, start_chars_hint: ['<', '!', '='] });
}

const Whitespace = createToken({ name: 'Whitespace', pattern: /[ \t\r\n\f\v\u00a0\ufeff]+/, line_breaks: true, ...skipped });
const LineComment = createToken({ name: 'LineComment', pattern: /(?:--|\/\/)[^\n\r]*/, ...skipped });
const BlockComment = createToken({ name: 'BlockComment', pattern: /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//, line_breaks: true, ...skipped });
export const UnclosedComment = createToken({ name: 'UnclosedComment', pattern: /\/\*[^]*/, line_breaks: true });

// Backslashes escape, and a doubled quote stands for one (tokenize.ts has the rule), so neither ends a string.
export const StringText = createToken({ name: 'StringText', label: 'a string', pattern: /'(?:[^'\\]|''|\\[^])*'/, line_breaks: true });
export const DoubleQuoted = createToken({
  name: 'DoubleQuoted',
  label: 'a name',
  pattern: /"(?:[^"\\]|""|\\[^])*"/,
  line_breaks: true,
  categories: [AliasWord],
});
export const Backquoted = createToken({
  name: 'Backquoted',
  label: 'a name',
  pattern: /`(?:[^`]|``)*`/,
  line_breaks: true,
  categories: [AliasWord],
});
export const UnclosedQuote = createToken({ name: 'UnclosedQuote', pattern: /['"`][^]*/, line_breaks: true });

export const Blob = createToken({ name: 'Blob', label: 'a blob', pattern: /[xX]'[0-9A-Fa-f]*'/ });
export const Float = createToken({
  name: 'Float',
  label: 'a number',
  pattern: /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)(?!\w)/,
});
export const Integer = createToken({ name: 'Integer', label: 'a number', pattern: /(?:0[xX][0-9A-Fa-f]+|0o[0-7]+|\d+)(?!\w)/ });
export const BadNumber = createToken({ name: 'BadNumber', pattern: /\d[\w]*/ });
export const Parameter = createToken({ name: 'Parameter', label: 'a parameter', pattern: /\$(?:[A-Za-z_0-9][A-Za-z0-9_]*|`[^`]+`)/ });
/** Letters are ASCII letters and everything beyond Latin-1 controls except spaces and punctuation such as smart quotes. */
export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_\u00aa-\u1fff\u2070-\u2fff\u3001-\ufefe\uff00-\uffff][A-Za-z0-9_\u00aa-\u1fff\u2070-\u2fff\u3001-\ufefe\uff00-\uffff]*/,
  categories: [AliasWord],
});

// `--` starts a comment, so arrows are told apart by what stands beside them: `-->`, `<--` and `<-->` lead on to a node
// pattern or a quantifier, and a bare `--` is an edge only when it touches both: `(a)--(b)`.
const arrowStart = { line_breaks: false, start_chars_hint: ['-', '<'] };
export const ArrowRight = createToken({ name: 'ArrowRight', label: '"-->"', pattern: /-->(?=\s*\(|[{*+?])/, ...arrowStart });
export const ArrowBoth = createToken({ name: 'ArrowBoth', label: '"<-->"', pattern: /<-->(?=\s*\(|[{*+?])/, ...arrowStart });
export const ArrowLeft = createToken({ name: 'ArrowLeft', label: '"<--"', pattern: /<--(?=\s*\(|[{*+?])/, ...arrowStart });
export const ArrowNone = createToken({ name: 'ArrowNone', label: '"--"', pattern: /(?<=\))--(?=[({*+?])/, ...arrowStart });
/** The `<-` of `<-[`. */
export const EdgeLeft = createToken({ name: 'EdgeLeft', label: '"<-["', pattern: /<-(?=\s*\[)/, ...arrowStart });
export const ArrowText = symbol('ArrowText', '->>');
export const EdgeRight = symbol('EdgeRight', '->');

export const EndOfInput = EOF;
export const ParenOpen = symbol('ParenOpen', '(');
export const ParenClose = symbol('ParenClose', ')');
export const BracketOpen = symbol('BracketOpen', '[');
export const BracketClose = symbol('BracketClose', ']');
export const BraceOpen = symbol('BraceOpen', '{');
export const BraceClose = symbol('BraceClose', '}');
export const Comma = symbol('Comma', ',');
export const Semicolon = symbol('Semicolon', ';');
export const DotDot = symbol('DotDot', '..');
export const Dot = symbol('Dot', '.');
export const DoubleColon = symbol('DoubleColon', '::');
export const Colon = symbol('Colon', ':');
export const Concat = symbol('Concat', '||');
export const Bar = symbol('Bar', '|');
export const Ampersand = symbol('Ampersand', '&');
export const Tilde = symbol('Tilde', '~');
export const Hash = symbol('Hash', '#');
export const ShiftLeft = symbol('ShiftLeft', '<<');
export const ShiftRight = symbol('ShiftRight', '>>');
export const Question = symbol('Question', '?');
export const NotEqual = symbol('NotEqual', '<>', /<>|!=/);
export const LessEqual = symbol('LessEqual', '<=');
export const Less = symbol('Less', '<');
export const GreaterEqual = symbol('GreaterEqual', '>=');
export const Greater = symbol('Greater', '>');
export const RegexMatch = symbol('RegexMatch', '=~');
export const Equal = symbol('Equal', '=', /==?/);
export const Bang = symbol('Bang', '!');
export const PlusEqual = symbol('PlusEqual', '+=');
export const Plus = symbol('Plus', '+');
export const Minus = symbol('Minus', '-');
export const Star = symbol('Star', '*');
export const Slash = symbol('Slash', '/');
export const Percent = symbol('Percent', '%');
export const Caret = symbol('Caret', '^');

/** In the order in which the lexer tries them. */
export const LEXER_TOKENS: TokenType[] = [
  Whitespace,
  Blob,
  Identifier,
  ArrowRight,
  ArrowBoth,
  ArrowLeft,
  ArrowNone,
  EdgeLeft,
  ArrowText,
  EdgeRight,
  LineComment,
  BlockComment,
  UnclosedComment,
  StringText,
  DoubleQuoted,
  Backquoted,
  UnclosedQuote,
  DotDot,
  Float,
  Integer,
  BadNumber,
  Parameter,
  ParenOpen,
  ParenClose,
  BracketOpen,
  BracketClose,
  BraceOpen,
  BraceClose,
  Comma,
  Semicolon,
  Dot,
  DoubleColon,
  Colon,
  Concat,
  Bar,
  Ampersand,
  Question,
  NotEqual,
  ShiftLeft,
  ShiftRight,
  LessEqual,
  Less,
  GreaterEqual,
  Greater,
  RegexMatch,
  Tilde,
  Hash,
  Equal,
  Bang,
  PlusEqual,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Caret,
];

/** Everything the parser can meet: the lexer's tokens, the keywords and the categories. */
export const PARSER_TOKENS: TokenType[] = [...LEXER_TOKENS, ...Object.values(K), AnyWord, NameWord, AliasWord];
