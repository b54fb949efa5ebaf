// What could have stood at the place of a syntax error. The grammar itself is asked: each candidate is put behind the
// tokens that were read and the parser shows whether it takes it. That costs a few milliseconds, only for a text that is
// wrong, and it can never disagree with the grammar.

import type { TokenType } from './chevrotain.ts';
import { nearestName, QueryError } from './error.ts';
import type { Grammar } from './grammar-statements.ts';
import {
  AliasWord,
  BraceClose,
  BraceOpen,
  BracketClose,
  BracketOpen,
  Colon,
  Comma,
  Equal,
  Identifier,
  Integer,
  K,
  Minus,
  NameWord,
  Parameter,
  ParenClose,
  ParenOpen,
  Question,
  Semicolon,
  Slash,
  StringText,
} from './tokens.ts';
import type { Token } from './tokenize.ts';

/** Longer prefixes are not probed: the message then says only what was found. */
const PROBE_TOKENS_MAX = 300;
/** Nor are those whose brackets nest so deep: the levels of all tokens together. Each level is a walk through all operators. */
const PROBE_LEVELS_MAX = 1000;

/** A candidate and how a message names it. Of several that fit, the first are shown. */
interface Candidate {
  readonly text: string;
  readonly types: readonly TokenType[];
}

const one = (text: string, ...types: TokenType[]): Candidate => ({ text, types });
const words = (...list: (keyof typeof K)[]): Candidate[] => list.map((word) => one(word, K[word]));

const CLOSERS: readonly Candidate[] = [
  one('")"', ParenClose),
  one('"]"', BracketClose),
  one('"}"', BraceClose),
  one('"="', Equal),
  one('","', Comma),
];

const KEYWORD_CANDIDATES: readonly Candidate[] = [
  ...words('FROM', 'SET', 'UNSET', 'INTO', 'AS', 'ON', 'USING', 'JOIN', 'WHERE'),
  one('GROUP BY', K.GROUP, K.BY),
  ...words('HAVING', 'QUALIFY', 'RETURN'),
  one('ORDER BY', K.ORDER, K.BY),
  ...words(
    'LIMIT',
    'MATCH',
    'WITH',
    'WHEN',
    'THEN',
    'ELSE',
    'END',
    'VALUES',
    'RETURNING',
    'DEFAULT',
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
  ),
  ...words(
    'AND',
    'BY',
    'IN',
    'NULL',
    'MISSING',
    'TRUE',
    'FALSE',
    'BETWEEN',
    'LIKE',
    'TABLE',
    'COLLECTION',
    'INDEX',
    'UNIQUE',
    'PRIMARY',
    'KEY',
    'FOREIGN',
  ),
  ...words(
    'REFERENCES',
    'CHECK',
    'COLUMNS',
    'YIELD',
    'UNWIND',
    'CALL',
    'REMOVE',
    'DETACH',
    'EXISTS',
    'NOT',
    'IF',
    'FOR',
    'SHORTEST',
    'FIRST',
    'LAST',
  ),
  ...words('MERGE', 'FOREACH'),
  one('OPTIONAL MATCH', K.OPTIONAL, K.MATCH),
  one('OPTIONAL CALL', K.OPTIONAL, K.CALL),
  one('LEFT JOIN', K.LEFT, K.JOIN),
  one('RIGHT JOIN', K.RIGHT, K.JOIN),
  one('FULL JOIN', K.FULL, K.JOIN),
  one('CROSS JOIN', K.CROSS, K.JOIN),
  one('INNER JOIN', K.INNER, K.JOIN),
  one('NATURAL JOIN', K.NATURAL, K.JOIN),
  ...words('OFFSET', 'SKIP', 'UNION', 'INTERSECT', 'EXCEPT', 'DISTINCT', 'CASE', 'OR', 'XOR', 'IS', 'CONTAINS'),
  one('STARTS WITH', K.STARTS, K.WITH),
  one('ENDS WITH', K.ENDS, K.WITH),
  ...words(
    'ASC',
    'DESC',
    'NULLS',
    'AT',
    'ESCAPE',
    'CASCADE',
    'RESTRICT',
    'NO',
    'ACTION',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'EXPLAIN',
    'ANALYZE',
    'COMPARE',
  ),
  ...words(
    'SHOW',
    'DESCRIBE',
    'TABLES',
    'VIEWS',
    'COLLECTIONS',
    'PATHS',
    'INDEXES',
    'GRAPHS',
    'LABELS',
    'EDGE',
    'TYPES',
    'PROPERTIES',
    'FUNCTIONS',
    'PROCEDURES',
    'USERS',
    'TOKENS',
    'RUNNING',
    'SESSIONS',
    'SETTINGS',
    'LIMITS',
    'QUESTIONS',
    'STATEMENTS',
    'MODELS',
    'DEFINITIONS',
    'NODES',
    'EDGES',
    'READ',
    'ONLY',
  ),
  ...words('RELATIONAL', 'DOCUMENT', 'GRAPH', 'GRAPH_TABLE', 'PRECEDING', 'FOLLOWING', 'CURRENT', 'TIES'),
];

/** The phrase for the word that is nearest to a misspelled one: GROUP BY for GRUOP. */
export function nearestPhrase(word: string, phrases: readonly string[]): string | undefined {
  const nearest = nearestName(word, phrases.map(firstWord));
  return phrases.find((phrase) => firstWord(phrase) === nearest);
}

function firstWord(phrase: string): string {
  return phrase.split(' ', 1)[0] ?? phrase;
}

/** What the grammar takes at a place. */
export interface Expected {
  /** Phrases for a message, at most six, best first. */
  readonly phrases: readonly string[];
  /** The keywords that fit as keywords, not as names. */
  readonly keywords: readonly string[];
  readonly name: boolean;
  readonly value: boolean;
  readonly comma: boolean;
  /** May the statement end? */
  readonly end: boolean;
}

const NOTHING: Expected = { phrases: [], keywords: [], name: false, value: false, comma: false, end: false };

const OPERAND_WORDS: ReadonlySet<string> = new Set(['NULL', 'MISSING', 'TRUE', 'FALSE', 'CASE', 'NOT', 'EXISTS', 'DISTINCT']);
const OPERATOR_WORDS: ReadonlySet<string> = new Set([
  'AND',
  'OR',
  'XOR',
  'IS',
  'IN',
  'NOT',
  'BETWEEN',
  'LIKE',
  'CONTAINS',
  'STARTS WITH',
  'ENDS WITH',
]);
const QUERY_WORDS: ReadonlySet<string> = new Set([
  'SELECT',
  'MATCH',
  'OPTIONAL MATCH',
  'OPTIONAL CALL',
  'MERGE',
  'FOREACH',
  'FROM',
  'UNWIND',
  'WITH',
  'RETURN',
  'CALL',
  'CREATE',
  'TABLE',
]);
const SHOWN_MAX = 6;

/** What could stand after these tokens, which must be those of one statement up to the error. */
export function expectedAfter(parser: Grammar, prefix: readonly Token[]): Expected {
  if (prefix.length > PROBE_TOKENS_MAX || levelsTogether(prefix) > PROBE_LEVELS_MAX) return NOTHING;
  const takes = (...types: TokenType[]): boolean => accepts(parser, prefix, types);
  const name = takes(Identifier);
  // No place takes both of these clauses: where both words fit, any word but a reserved one is a name.
  const anyName = takes(K.YIELD) && takes(K.COLUMNS);
  const isName = (type: TokenType | undefined): boolean => {
    const category = type?.CATEGORIES?.[0];
    return category === AliasWord ? name : category === NameWord && anyName;
  };
  const keywords = KEYWORD_CANDIDATES.filter(({ types }) => !isName(types[0]) && takes(...types)).map(({ text }) => text);
  const value = takes(Integer) && takes(StringText);
  const operator = takes(Slash) && !value;
  const { phrases, rest } = describePlace(takes, keywords, { name, value });
  const words = operator ? rest.filter((word) => !OPERATOR_WORDS.has(word)) : rest;
  if (!value && !operator && takes(Minus, BracketOpen)) phrases.push('an edge');
  const closers = CLOSERS.filter(({ types }) => takes(...types) && !(operator && types[0] === Equal)).map(({ text }) => text);
  const braces = prefix.reduce((depth, { tokenType }) => depth + (tokenType === BraceOpen ? 1 : tokenType === BraceClose ? -1 : 0), 0);
  const end = prefix.length > 0 && takes(Semicolon) ? [braces > 0 ? '";"' : 'the end of the statement'] : [];
  const all = [...phrases, ...words, ...closers, ...end];
  if (all.length === 0 && takes(Colon)) all.push('":"');
  return { phrases: shorten(all, [...closers, ...end]), keywords, name, value, comma: takes(Comma), end: end.length > 0 };
}

function levelsTogether(tokens: readonly Token[]): number {
  let [level, sum] = [0, 0];
  for (const { tokenType } of tokens) {
    if (tokenType === ParenOpen || tokenType === BracketOpen || tokenType === BraceOpen) level++;
    else if (tokenType === ParenClose || tokenType === BracketClose || tokenType === BraceClose) level--;
    sum += Math.max(0, level);
  }
  return sum;
}

/** Names the kind of place, and leaves the keywords that it does not cover. */
function describePlace(
  takes: (...types: TokenType[]) => boolean,
  keywords: readonly string[],
  { name, value }: { name: boolean; value: boolean },
): { phrases: string[]; rest: readonly string[] } {
  const query = keywords.includes('SELECT') && keywords.includes('MATCH');
  if (query && keywords.includes('INSERT')) return { phrases: ['a statement'], rest: [] };
  if (name && !value && takes(K.UNNEST, ParenOpen, Integer) && takes(ParenOpen, K.SELECT)) return { phrases: ['a FROM item'], rest: [] };
  if (value) {
    const rest = keywords.filter((word) => !OPERAND_WORDS.has(word) && !QUERY_WORDS.has(word));
    return { phrases: [takes(K.SELECT) ? 'an expression or a query' : 'an expression'], rest };
  }
  const object = takes(BraceOpen, BraceClose) ? ['an object'] : [];
  if (query) return { phrases: ['a query', ...object], rest: keywords.filter((word) => !QUERY_WORDS.has(word)) };
  if (takes(K.ANY, K.SHORTEST) && takes(ParenOpen)) return { phrases: ['a pattern'], rest: [] };
  if (takes(Question)) return { phrases: ['a node'], rest: keywords };
  const phrases: string[] = [];
  if (name) phrases.push('a name');
  else if (takes(Integer)) phrases.push('a number');
  else if (takes(StringText)) phrases.push('a string');
  if (takes(BraceOpen) && !takes(Slash)) phrases.push(takes(Parameter) ? 'properties' : '"{"');
  if (takes(ParenOpen) && !takes(Slash)) phrases.push('"("');
  if (takes(BracketOpen) && !takes(Slash)) phrases.push('"["');
  return { phrases, rest: keywords };
}

function shorten(all: readonly string[], lasting: readonly string[]): string[] {
  const unique = [...new Set(all)];
  if (unique.length <= SHOWN_MAX) return unique;
  // A closing bracket or the end is what is most often forgotten, so it keeps its place.
  const closing = lasting.filter((text) => text !== '","');
  const kept = [...(closing.length < 2 ? lasting.filter((text) => text === '","') : []), ...closing].slice(-2);
  return [...unique.filter((text) => !kept.includes(text)).slice(0, SHOWN_MAX - kept.length), ...kept];
}

/** True if the parser takes all of these tokens after the prefix. */
function accepts(parser: Grammar, prefix: readonly Token[], types: readonly TokenType[]): boolean {
  const added = types.map(sampleToken);
  const error = firstError(parser, [...prefix, ...added]);
  return error === undefined || !(added.includes(error) || prefix.includes(error));
}

/** A token of a type with an image that the grammar's actions can read. */
export function sampleToken(type: TokenType): Token {
  const image = type === Integer ? '1' : type === StringText ? "''" : type === Parameter ? '$p' : type === Identifier ? 'x' : type.name;
  return { image, startOffset: 0, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

/** The token at which the parser stops, undefined if it takes all of them. */
export function firstError(parser: Grammar, tokens: Token[]): Token | undefined {
  parser.input = tokens;
  try {
    parser.script();
  } catch (error) {
    // A refusal of what was read (not built, out of range) says nothing about the next token.
    if (error instanceof QueryError) return tokens[0];
    throw error;
  }
  return parser.errors[0]?.token;
}
