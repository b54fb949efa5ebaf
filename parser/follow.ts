// What may follow a beginning of a statement: the keywords, and which kind of name. The terminal completes from it. The grammar itself
// is asked, as in expected.ts: each word is put behind the beginning, and a tracing parser tells whether it took the word as a keyword
// or as a name, and in which rule. So it can never offer what the grammar refuses.
//
//   followOf("SELECT * FROM ")   →   keywords: GRAPH_TABLE, MATCH, UNNEST; name: source

import type { TokenType } from './chevrotain.ts';
import { QueryError } from './error.ts';
import { sampleToken } from './expected.ts';
import { Grammar } from './grammar-statements.ts';
import { type Keyword, KEYWORDS } from './keywords.ts';
import { BraceOpen, Colon, Dot, Identifier, K, ParenOpen } from './tokens.ts';
import { type Token, tokenize } from './tokenize.ts';

/**
 * What a name would stand for: a table or collection; a column, variable or function in an expression; a field behind a point; a column
 * of the statement's target; a graph; a label; an edge type; a key of a node's or an edge's properties; a procedure; an index. `new` is a name that
 * the text gives itself.
 */
export type NameKind =
  | 'source'
  | 'expression'
  | 'field'
  | 'column'
  | 'graph'
  | 'label'
  | 'edgeType'
  | 'nodeProperty'
  | 'edgeProperty'
  | 'procedure'
  | 'index'
  | 'new';

export interface Follow {
  /** Upper case; `GROUP BY` and `ORDER BY` as they are written. */
  readonly keywords: readonly string[];
  /** Absent: no name may stand here. */
  readonly name?: NameKind;
}

const NOTHING: Follow = { keywords: [] };

/** Longer statements are not asked about: each question parses them anew. */
const PREFIX_TOKENS_MAX = 400;

/**
 * What may stand behind `text`, which is one statement up to the cursor, without the word at the cursor. Nothing inside a string or a
 * comment. `word` is the beginning of the word at the cursor: other keywords are not asked about.
 */
export function followOf(text: string, word = ''): Follow {
  const prefix = tokensOf(text);
  if (!prefix || prefix.length > PREFIX_TOKENS_MAX) return NOTHING;
  const parser = tracingGrammar();
  // These two are keywords only before BY, so without it they are read as names.
  const half = prefix.at(-1);
  if (half && /^(?:group|order)$/i.test(half.image) && isKeywordHere(parser, prefix.slice(0, -1), half.image.toUpperCase() as Keyword))
    return { keywords: ['BY'] };
  const taken = parser.taken(prefix, Identifier, []);
  const kind = taken && nameKind(taken.rules, prefix);
  const wanted = word.toUpperCase();
  const keywords = KEYWORDS.filter((keyword) => keyword.startsWith(wanted) && isKeywordHere(parser, prefix, keyword)).map(phraseOf);
  return kind === undefined ? { keywords } : { keywords, name: kind };
}

function tokensOf(text: string): Token[] | undefined {
  try {
    return tokenize(text);
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

/** What may have to stand behind a word before the grammar takes it as a keyword. */
const CONTINUATIONS: readonly (readonly TokenType[])[] = [[], [ParenOpen], [Identifier], [BraceOpen]];

/** Words that the grammar takes only before certain others. */
const PAIRS: Readonly<Partial<Record<Keyword, readonly (readonly TokenType[])[]>>> = {
  AS: [[], [ParenOpen, K.SELECT]],
  ENDS: [[K.WITH]],
  GRAPH: [[], [ParenOpen], [Identifier], [BraceOpen], [Identifier, K.MATCH, ParenOpen]],
  IF: [[], [K.NOT], [K.EXISTS]],
  OPTIONAL: [[K.MATCH]],
  STARTS: [[K.WITH]],
  USE: [
    [Identifier, K.RETURN],
    [Identifier, K.SHOW],
  ],
};

function isKeywordHere(parser: TracingGrammar, prefix: readonly Token[], word: Keyword): boolean {
  return (PAIRS[word] ?? CONTINUATIONS).some((continuation) => parser.taken(prefix, K[word], continuation)?.type === K[word]);
}

function phraseOf(word: Keyword): string {
  return word === 'GROUP' || word === 'ORDER' ? `${word} BY` : word;
}

// ------------------------------------------------------------------------------------------ kinds of names

/** By the rule that reads the name. Where a rule reads several kinds, the token before tells. */
const KINDS: Readonly<Record<string, NameKind | ((before: TokenType | undefined, rules: readonly string[]) => NameKind)>> = {
  fromNamed: 'source',
  fromPath: 'source',
  fromItem: 'source',
  insert: 'source',
  update: 'source',
  deleteStatement: 'source',
  references: 'source',
  indexTarget: (before) => (before === Colon ? 'label' : 'source'),
  indexFor: (before) => (before === Colon ? 'label' : 'new'),
  dropStatement: (before) => (before === K.INDEX ? 'index' : before === K.GRAPH ? 'graph' : 'source'),
  renameWhole: (before) => (before === K.GRAPH ? 'graph' : before === K.TO ? 'new' : 'source'),
  useGraph: 'graph',
  sessionStatement: 'graph',
  graphTable: 'graph',
  fromMatch: 'graph',
  // `FROM GRAPH g`: until MATCH follows it could be a table called graph.
  optionalAlias: (before) => (before === K.GRAPH ? 'graph' : 'new'),
  indexOn: 'graph',
  operand: 'expression',
  postfix: (before) => (before === Dot ? 'field' : 'label'),
  pathStep: 'field',
  path: 'column',
  nameList: (_, rules) => (rules.includes('insert') || rules.includes('fromItems') || rules.includes('references') ? 'column' : 'new'),
  labelTerm: (_, rules) => (rules.includes('edgePattern') ? 'edgeType' : 'label'),
  labelNames: 'label',
  objectLiteral: (_, rules) =>
    rules.includes('edgePattern')
      ? 'edgeProperty'
      : rules.includes('nodePattern')
        ? 'nodeProperty'
        : rules.includes('insert')
          ? 'column'
          : 'new',
  edgeInside: (before) => (before === Colon ? 'edgeType' : 'new'),
  setItem: 'expression',
  removeItem: 'expression',
  selectItem: 'expression',
  dottedName: (_, rules) => (rules[rules.lastIndexOf('dottedName') - 1] === 'callProcedure' ? 'procedure' : 'expression'),
  call: 'expression',
  functionCall: 'expression',
  callProcedure: 'procedure',
  callImports: 'expression',
};

/** The rules that KINDS speaks of, for the test that they are in the grammar. */
export const nameRules: readonly string[] = Object.keys(KINDS);

function nameKind(rules: readonly string[], prefix: readonly Token[]): NameKind {
  const reading = rules.filter((rule) => rule !== 'name' && rule !== 'anyName').at(-1) ?? '';
  const kind = KINDS[reading] ?? 'new';
  return typeof kind === 'string' ? kind : kind(prefix.at(-1)?.tokenType, rules);
}

// ------------------------------------------------------------------------------------------ the tracing parser

interface Taken {
  /** The token type or category by which the grammar took it. */
  readonly type: TokenType;
  /** The rules that were being read, outermost first. */
  readonly rules: readonly string[];
}

type Consume = (type: TokenType, options?: unknown) => Token;
type Subrule = (rule: { readonly ruleName?: string }, options?: unknown) => unknown;

/** A grammar that notes how one token was taken. It wraps the parsing methods, which all grammar rules call by name. */
class TracingGrammar extends Grammar {
  private watched: Token | undefined;
  private found: Taken | undefined;
  private readonly rules: string[] = [];

  constructor() {
    super();
    const methods = this as unknown as Record<string, Consume | Subrule>;
    for (const number of ['', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
      const consume = (methods[`CONSUME${number}`] as Consume).bind(this);
      methods[`CONSUME${number}`] = (type: TokenType, options?: unknown) => {
        const token = consume(type, options);
        if (token === this.watched) this.found = { type, rules: [...this.rules] };
        return token;
      };
      const subrule = (methods[`SUBRULE${number}`] as Subrule).bind(this);
      methods[`SUBRULE${number}`] = (rule: { readonly ruleName?: string }, options?: unknown) => {
        this.rules.push(rule.ruleName ?? '');
        const result = subrule(rule, options);
        this.rules.pop();
        return result;
      };
    }
  }

  /** How a token of this type is taken behind the prefix, if tokens of the types `behind` follow it; undefined if it is not. */
  taken(prefix: readonly Token[], type: TokenType, behind: readonly TokenType[]): Taken | undefined {
    this.watched = sampleToken(type);
    this.found = undefined;
    // A failure leaves the rules that it left in the list.
    this.rules.length = 0;
    this.input = [...prefix, this.watched, ...behind.map(sampleToken)];
    try {
      this.script();
    } catch (error) {
      // A refusal of what is not built or does not fit: if the word had been taken by then, it may stand here.
      if (!(error instanceof QueryError)) throw error;
      if (error.code === 'syntax/not-built') return undefined;
    }
    return this.found;
  }
}

let tracing: TracingGrammar | undefined;

function tracingGrammar(): TracingGrammar {
  tracing ??= new TracingGrammar();
  return tracing;
}
