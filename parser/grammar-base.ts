// The lowest layer of the grammar: names, spans, look-ahead questions and refusals that every layer above asks for.
// The grammar is one chevrotain parser with embedded actions (it builds the AST while it parses, about three times
// faster than a concrete syntax tree and a visitor), written as a chain of classes, one file per part of the language:
//
//   base → windows → types → calls → times → lists → objects → operands → tests → expressions → path prefixes → edges → patterns →
//   from items → from → call clauses → updates → pipelines → grouping → select → graphs → queries → tables → alter → users →
//   definitions → writes → insert → restore → statements
//
// It looks one token ahead. Where that is not enough a GATE asks one of the questions below; nothing backtracks.

import type * as ast from './ast.ts';
import {
  EarlyExitException,
  EmbeddedActionsParser,
  type IRecognitionException,
  NoViableAltException,
  type ParserMethod,
  type TokenType,
  tokenMatcher,
} from './chevrotain.ts';
import { QueryError, type Span } from './error.ts';
import type { FirstTokenLookahead } from './lookahead.ts';
import {
  AliasWord,
  AnyWord,
  Backquoted,
  BraceOpen,
  BracketOpen,
  Colon,
  Comma,
  Dot,
  DoubleQuoted,
  Equal,
  Identifier,
  K,
  NameWord,
  PARSER_TOKENS,
  ParenClose,
  ParenOpen,
  Semicolon,
} from './tokens.ts';
import { isQuotedName, type Token, tokenSpan, unquote } from './tokenize.ts';

export type Rule<T, A extends unknown[] = []> = ParserMethod<A, T>;

/** Which query form the parser is in: it decides what "x" means. */
export type Form = 'select' | 'pipeline';

export abstract class BaseGrammar extends EmbeddedActionsParser {
  form: Form = 'select';
  /** The whole text that is parsed. */
  text = '';
  /** True while the condition of a list comprehension is read: there a `|` ends it and does not join labels. */
  protected barEnds = false;
  /** True between the brackets of an index and in the key of `OBJECT key : value FOR …`: there a `:` starts no label. */
  protected colonEnds = false;

  /** Where the COLLATEs outside brackets behind the default of a column start: they are the column's. */
  protected collateEnds: ReadonlySet<number> = new Set();

  // Rules of higher layers that lower ones call.
  abstract readonly expression: Rule<ast.Expression, [level?: number]>;
  abstract readonly query: Rule<ast.Query>;
  abstract readonly patternChain: Rule<Pick<ast.PathPattern, 'nodes' | 'edges'>>;
  abstract readonly labelExpression: Rule<ast.LabelExpression, [withBar?: boolean, withColon?: boolean]>;
  abstract readonly patternQuery: Rule<ast.Query>;
  abstract readonly orderBy: Rule<ast.SortKey[]>;
  protected abstract pivotAt(ahead: number): boolean;

  constructor(lookaheadStrategy: FirstTokenLookahead) {
    super(PARSER_TOKENS, { lookaheadStrategy, maxLookahead: 1, skipValidations: true, recoveryEnabled: false });
  }

  /** Called for each new text: a text that stopped in the middle leaves nothing behind. */
  override reset(): void {
    super.reset();
    this.barEnds = false;
    this.colonEnds = false;
    this.collateEnds = new Set();
  }

  /**
   * Chevrotain's own way walks the grammar for all that could stand here, for a message that nobody reads: it took most of the time of a
   * text with an error. syntax-error.ts says what was expected.
   */
  protected raiseNoAltException(): never {
    return this.stop(new NoViableAltException('', this.LA(1), this.LA(0)));
  }

  protected raiseEarlyExitException(): never {
    return this.stop(new EarlyExitException('', this.LA(1), this.LA(0)));
  }

  private stop(error: IRecognitionException): never {
    this.errors = [...this.errors, error];
    throw error;
  }

  /** Where the next token starts. */
  protected mark(): number {
    return this.LA(1).startOffset;
  }

  /** From `start` to the end of the last token consumed. */
  protected spanFrom(start: number): Span {
    const last = this.LA(0);
    return { start, end: last.startOffset + last.image.length };
  }

  /** True if the token `ahead` places on is of this type or category. */
  protected at(ahead: number, type: TokenType): boolean {
    return tokenMatcher(this.LA(ahead), type);
  }

  /** A name in a place where nothing but a name may stand: also a keyword that is not reserved. */
  readonly name = this.RULE('name', (): ast.Name => {
    return nameOf(this.CONSUME(NameWord));
  });

  /** A name after `.` or `:` or as a key: any word. */
  readonly anyName = this.RULE('anyName', (): ast.Name => {
    return nameOf(this.CONSUME(AnyWord));
  });

  /** `AS name` or a bare name; absent if there is neither. */
  readonly optionalAlias = this.RULE('optionalAlias', (): ast.Name | undefined => {
    let alias: ast.Name | undefined;
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.AS);
            alias = this.SUBRULE(this.name);
          },
        },
        {
          ALT: () => {
            alias = nameOf(this.CONSUME(AliasWord));
          },
        },
      ]);
    });
    return alias;
  });

  readonly nameList = this.RULE('nameList', (): ast.Name[] => {
    const names: ast.Name[] = [];
    this.CONSUME(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        names.push(this.SUBRULE(this.name));
      },
    });
    this.CONSUME(ParenClose);
    return names;
  });

  /** Alternatives of one token each, with what each means. Made once: alternatives made in a rule are made at every call. */
  protected choices<T>(pairs: readonly (readonly [TokenType, T])[]): { ALT: () => T }[] {
    return pairs.map(([type, value]) => ({
      ALT: () => {
        this.CONSUME(type);
        return value;
      },
    }));
  }

  // ------------------------------------------------------------------------------------------ look-ahead questions

  /** True if a query starts at the token `ahead` places on. */
  protected queryAt(ahead: number): boolean {
    const type = this.LA(ahead).tokenType;
    const next = this.LA(ahead + 1);
    if (type === K.SELECT || type === K.FROM || type === K.WITH || type === K.RETURN) return true;
    if (type === K.USE) return tokenMatcher(next, NameWord) && this.LA(ahead + 2).tokenType !== ParenOpen && this.queryAt(ahead + 2);
    if (type === K.PIVOT) return this.pivotAt(ahead);
    if (type === K.VALUES) return next.tokenType === ParenOpen;
    if (type === K.TABLE) return tokenMatcher(next, NameWord);
    if (type === K.OPTIONAL) return next.tokenType === K.MATCH || next.tokenType === K.CALL;
    if (type === K.MATCH) return next.tokenType === ParenOpen || tokenMatcher(next, NameWord);
    if (type === K.FOREACH) return next.tokenType === ParenOpen;
    if (type === K.CREATE || type === K.MERGE)
      return next.tokenType === ParenOpen || (tokenMatcher(next, NameWord) && this.at(ahead + 2, Equal));
    if (type === K.CALL) return tokenMatcher(next, NameWord) || next.tokenType === BraceOpen || this.scopedCallAt(ahead + 1);
    if (type === K.UNWIND) return next.startOffset >= 0 && !EXPRESSION_GOES_ON.has(next.image) && next.image !== '.';
    if (type === ParenOpen) return this.parenthesisedQueryAt(ahead) && SET_TAIL.has(this.afterBracket(ahead).tokenType);
    return false;
  }

  /** `(a, b) {` behind CALL, where a function named call would have no brace. */
  private scopedCallAt(ahead: number): boolean {
    return this.LA(ahead).tokenType === ParenOpen && this.afterBracket(ahead).tokenType === BraceOpen;
  }

  /** True if `(` and then a query stand at the token `ahead` places on. */
  protected parenthesisedQueryAt(ahead: number): boolean {
    return this.LA(ahead).tokenType === ParenOpen && this.queryAt(ahead + 1);
  }

  /** The distance to the bracket that closes the one `ahead` places on; the end of the input if there is none. */
  protected closing(ahead: number): number {
    const distance: unknown = this.LA(ahead).payload;
    return typeof distance === 'number' ? ahead + distance : Number.MAX_SAFE_INTEGER;
  }

  protected afterBracket(ahead: number): Token {
    return this.LA(this.closing(ahead) + 1);
  }

  /** The place behind the token, the brackets or the name after `.` or `:` that is so far on, where every word is a name. */
  protected pastPart(ahead: number): number {
    const type = this.LA(ahead).tokenType;
    if (type === ParenOpen || type === BracketOpen || type === BraceOpen) return this.closing(ahead) + 1;
    return (type === Dot || type === Colon) && this.at(ahead + 1, AnyWord) ? ahead + 2 : ahead + 1;
  }

  /** `name [(columns)] AS (` and a query, two or more places on: a common table expression and not a projection. */
  protected commonTableAt(ahead: number): boolean {
    if (!this.at(ahead, NameWord)) return false;
    let next = ahead + 1;
    if (this.LA(next).tokenType === ParenOpen) next = this.closing(next) + 1;
    if (this.LA(next).tokenType !== K.AS) return false;
    if (this.LA(next + 1).tokenType === K.NOT && this.LA(next + 2).tokenType === K.MATERIALIZED) next += 2;
    else if (this.LA(next + 1).tokenType === K.MATERIALIZED) next++;
    return this.parenthesisedQueryAt(next + 1);
  }

  /** True if the statement ends at the token `ahead` places on. */
  protected endsAt(ahead: number): boolean {
    return this.at(ahead, Semicolon) || Number.isNaN(this.LA(ahead).startOffset);
  }

  // ------------------------------------------------------------------------------------------ refusals

  /** Stops with the token that is next, as the grammar would. */
  protected refuse(expected: string, hint?: string): never {
    const token = this.LA(1);
    throw new QueryError('syntax/unexpected', `Expected ${expected}, found ${describeToken(token)}.`, { span: this.spanOfNext(), hint });
  }

  /** The span of the next token; at the end of the input an empty one behind the last. */
  private spanOfNext(): Span {
    const token = this.LA(1);
    const { end } = this.spanFrom(0);
    return Number.isNaN(token.startOffset) ? { start: end, end } : tokenSpan(token);
  }

  /** As refuse, for something already read. */
  protected refuseAt(expected: string, found: string, span: Span): never {
    throw new QueryError('syntax/unexpected', `Expected ${expected}, found "${found}".`, { span });
  }

  /** Something of SQL, openCypher or GQL that is known and not built. */
  protected notBuilt(feature: string, token: Token, hint?: string): void {
    if (this.RECORDING_PHASE) return;
    throw new QueryError('syntax/not-built', `${feature} is not built yet.`, { span: tokenSpan(token), hint });
  }
}

const EXPRESSION_GOES_ON: ReadonlySet<string> = new Set([')', ',', '*', '/', '%', '^', '||', '=', '<', '>', '<>', '!=', '<=', '>=', ':']);
const SET_TAIL: ReadonlySet<TokenType> = new Set([K.UNION, K.INTERSECT, K.EXCEPT, ParenClose, K.ORDER, K.LIMIT, K.OFFSET, K.SKIP, K.FETCH]);

/** The name that a word or a quoted token spells. */
export function nameOf(token: Token): ast.Name {
  return { text: isQuotedName(token) ? unquote(token.image) : token.image, span: tokenSpan(token) };
}

/** A token as a message names it. */
export function describeToken(token: Token): string {
  if (Number.isNaN(token.startOffset)) return 'the end';
  const image = token.image.length > 40 ? `${token.image.slice(0, 37)}…` : token.image;
  return token.tokenType === DoubleQuoted || token.tokenType === Backquoted || token.tokenType === Identifier
    ? `"${image.replace(/^"|"$/g, '')}"`
    : `"${image}"`;
}
