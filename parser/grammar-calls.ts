// What reads like a function call: functions, count(*), EXISTS, COUNT { … }, all(x IN list WHERE …).

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import { QueryError } from './error.ts';
import { nameOf } from './grammar-base.ts';
import { TypeGrammar } from './grammar-types.ts';
import { LEVEL_OF, NEGATED_TESTS } from './operator-level.ts';
import { CALL_WORDS, TRIM_SIDES, wordedCallOf } from './worded-call.ts';
import {
  Bar,
  BraceClose,
  BraceOpen,
  BracketOpen,
  Colon,
  Comma,
  Dot,
  EndOfInput,
  Equal,
  K,
  Minus,
  NameWord,
  ParenClose,
  ParenOpen,
  Plus,
  Star,
} from './tokens.ts';

export abstract class CallGrammar extends TypeGrammar {
  private operatorOrCommaAt(ahead: number): boolean {
    const type = this.LA(ahead).tokenType;
    const next = this.LA(ahead + 1).tokenType;
    if (type === Comma || type === Dot || type === BracketOpen || type === Colon || type === EndOfInput) return true;
    if (type === K.STARTS || type === K.ENDS) return next === K.WITH;
    if (type === K.NOT) return next !== K.NULL && NEGATED_TESTS.has(next);
    return LEVEL_OF.has(type) && !OPEN_OPERATORS.has(type);
  }

  /** What makes the word before it a name. */
  protected expressionGoesOnAt(ahead: number): boolean {
    const type = this.LA(ahead).tokenType;
    if (type === EndOfInput || type === Comma) return false;
    return type === ParenOpen || type === Plus || type === Minus || type === Star || type === K.NOT || this.operatorOrCommaAt(ahead);
  }

  protected dottedCallAt(): boolean {
    let ahead = 2;
    while (this.LA(ahead).tokenType === Dot) ahead += 2;
    return ahead > 2 && this.LA(ahead).tokenType === ParenOpen;
  }

  private quantifierAt(): boolean {
    const type = this.LA(1).tokenType;
    return (
      (type === K.ALL || type === K.ANY || type === K.NONE || type === K.SINGLE) && this.at(3, NameWord) && this.LA(4).tokenType === K.IN
    );
  }

  /** ALL as the opposite of DISTINCT, and not a name or the start of all(x IN …). */
  protected allModifierAt(): boolean {
    if (this.LA(1).tokenType !== K.ALL || this.quantifierAt()) return false;
    const next = this.LA(2).tokenType;
    return (
      next === Plus ||
      next === Minus ||
      next === Star ||
      (next !== ParenClose && next !== K.FROM && next !== K.AS && !this.operatorOrCommaAt(2))
    );
  }

  protected readonly call = this.RULE('call', (): ast.Expression => {
    return this.OR<ast.Expression>([
      { GATE: () => this.LA(2).tokenType === BraceOpen, ALT: () => this.SUBRULE(this.bracedQuery) },
      { GATE: () => this.at(1, K.EXISTS) && this.parenthesisedQueryAt(2), ALT: () => this.SUBRULE(this.existsQuery) },
      { GATE: () => this.at(1, K.ARRAY) && this.parenthesisedQueryAt(2), ALT: () => this.SUBRULE(this.arrayQuery) },
      { GATE: () => this.quantifierAt(), ALT: () => this.SUBRULE(this.quantified) },
      { GATE: () => this.at(1, K.REDUCE) && this.at(3, NameWord) && this.at(4, Equal), ALT: () => this.SUBRULE(this.reduce) },
      { GATE: () => this.anyOfAt(), ALT: () => this.SUBRULE(this.anyOf) },
      { GATE: () => this.castAt(), ALT: () => this.SUBRULE(this.cast) },
      { GATE: () => this.wordedCallAt(), ALT: () => this.SUBRULE(this.wordedCall) },
      { ALT: () => this.SUBRULE(this.functionCall) },
    ]);
  });

  private readonly bracedWords = this.choices<'exists' | 'count' | 'collect'>([
    [K.EXISTS, 'exists'],
    [K.COUNT, 'count'],
    [K.COLLECT, 'collect'],
  ]);

  private readonly bracedQuery = this.RULE('bracedQuery', (): ast.Expression => {
    const start = this.mark();
    const mode = this.OR1(this.bracedWords);
    this.CONSUME(BraceOpen);
    const query = this.OR2([
      { GATE: () => !this.queryAt(1), ALT: () => this.SUBRULE(this.patternQuery) },
      { ALT: () => this.SUBRULE(this.query) },
    ]);
    this.CONSUME(BraceClose);
    const span = this.spanFrom(start);
    return mode === 'exists' ? { kind: 'exists', query, braces: true, span } : { kind: 'subquery', query, mode, span };
  });

  private readonly existsQuery = this.RULE('existsQuery', (): ast.Exists => {
    const start = this.mark();
    this.CONSUME(K.EXISTS);
    this.CONSUME(ParenOpen);
    const query = this.SUBRULE(this.query);
    this.CONSUME(ParenClose);
    return { kind: 'exists', query, braces: false, span: this.spanFrom(start) };
  });

  /** `ARRAY (query)`: COLLECT { … } as SQL writes it. */
  private readonly arrayQuery = this.RULE('arrayQuery', (): ast.Subquery => {
    const start = this.mark();
    this.CONSUME(K.ARRAY);
    this.CONSUME(ParenOpen);
    const query = this.SUBRULE(this.query);
    this.CONSUME(ParenClose);
    return { kind: 'subquery', query, mode: 'collect', span: this.spanFrom(start) };
  });

  private readonly quantifiers = this.choices<ast.Quantified['quantifier']>([
    [K.ALL, 'all'],
    [K.ANY, 'any'],
    [K.NONE, 'none'],
    [K.SINGLE, 'single'],
  ]);

  private readonly quantified = this.RULE('quantified', (): ast.Quantified => {
    const start = this.mark();
    const quantifier = this.OR(this.quantifiers);
    this.CONSUME(ParenOpen);
    const variable = this.SUBRULE(this.name);
    this.CONSUME(K.IN);
    const list = this.SUBRULE1(this.expression);
    this.CONSUME(K.WHERE);
    const condition = this.SUBRULE2(this.expression);
    this.CONSUME(ParenClose);
    return { kind: 'quantified', quantifier, variable, list, condition, span: this.spanFrom(start) };
  });

  /** `reduce(total = 0, x IN list | total + x)` */
  private readonly reduce = this.RULE('reduce', (): ast.Reduce => {
    const start = this.mark();
    this.CONSUME(K.REDUCE);
    this.CONSUME(ParenOpen);
    const accumulator = this.SUBRULE1(this.name);
    this.CONSUME(Equal);
    const initial = this.SUBRULE1(this.expression);
    this.CONSUME(Comma);
    const variable = this.SUBRULE2(this.name);
    this.CONSUME(K.IN);
    const barEnds = this.barEnds;
    this.barEnds = true;
    const list = this.SUBRULE2(this.expression);
    this.barEnds = barEnds;
    this.CONSUME(Bar);
    const result = this.SUBRULE3(this.expression);
    this.CONSUME(ParenClose);
    return { kind: 'reduce', accumulator, initial, variable, list, result, span: this.spanFrom(start) };
  });

  /** SOME is an aggregate too, so it needs a query. */
  private anyOfAt(): boolean {
    const type = this.LA(1).tokenType;
    if (type === K.SOME) return this.parenthesisedQueryAt(2);
    return (type === K.ANY || type === K.ALL) && this.at(2, ParenOpen);
  }

  private readonly anyOfWords = this.choices<ast.AnyOf['quantifier']>([
    [K.ANY, 'any'],
    [K.SOME, 'any'],
    [K.ALL, 'all'],
  ]);

  /** `ANY (SELECT …)`, `ALL ([1, 2])` */
  private readonly anyOf = this.RULE('anyOf', (): ast.AnyOf => {
    const start = this.mark();
    const quantifier = this.OR1(this.anyOfWords);
    this.CONSUME(ParenOpen);
    const of = this.OR2<ast.AnyOf['of']>([
      { GATE: () => this.queryAt(1), ALT: () => ({ query: this.SUBRULE(this.query) }) },
      { ALT: () => ({ list: this.SUBRULE(this.expression) }) },
    ]);
    this.CONSUME(ParenClose);
    return { kind: 'anyOf', quantifier, of, span: this.spanFrom(start) };
  });

  // ------------------------------------------------------------------------------------------ calls with words

  /** `trim(BOTH 'x' FROM s)`, `substring(s FROM 2 FOR 3)`, `overlay(s PLACING t FROM 2)`: a call whose arguments have words between. */
  private wordedCallAt(): boolean {
    const words = this.at(2, ParenOpen) ? CALL_WORDS.get(this.LA(1).image.toLowerCase()) : undefined;
    if (!words) return false;
    const end = this.closing(2);
    for (
      let ahead = 3;
      ahead < end && !this.at(ahead, EndOfInput);
      ahead = this.LA(ahead).payload === undefined ? ahead + 1 : this.closing(ahead) + 1
    )
      if (words.has(this.LA(ahead).image.toUpperCase())) return ahead > 3 || this.LA(ahead).tokenType === K.FROM;
    return false;
  }

  private readonly wordedCall = this.RULE('wordedCall', (): ast.FunctionCall => {
    const start = this.mark();
    const name = this.CONSUME1(NameWord);
    const parts = new Map<string, ast.Expression>();
    let side = 'BOTH';
    this.CONSUME(ParenOpen);
    this.OPTION1({
      GATE: () => TRIM_SIDES.has(this.LA(1).image.toUpperCase()) && this.LA(2).tokenType !== Comma,
      DEF: () => {
        side = this.CONSUME2(NameWord).image.toUpperCase();
      },
    });
    this.OPTION2({
      GATE: () => !this.at(1, K.FROM),
      DEF: () => {
        parts.set('', this.SUBRULE1(this.expression));
      },
    });
    this.MANY(() => {
      const word = this.OR([{ ALT: () => this.CONSUME(K.FROM) }, { ALT: () => this.CONSUME3(NameWord) }]);
      const value = this.SUBRULE2(this.expression);
      this.ACTION(() => {
        const key = word.image.toUpperCase();
        // A word that comes twice is none that is known.
        parts.set(parts.has(key) ? `${key} again` : key, value);
      });
    });
    this.CONSUME(ParenClose);
    return this.ACTION(() => wordedCallOf(name, side, parts, this.spanFrom(start)));
  });

  private readonly functionCall = this.RULE('functionCall', (): ast.Expression => {
    const start = this.mark();
    const name = this.SUBRULE(this.dottedName);
    let distinct = false;
    let star = false;
    let orderBy: ast.SortKey[] | undefined;
    let tail: ast.CallTail | undefined;
    const values: ast.Expression[] = [];
    this.CONSUME(ParenOpen);
    const barEnds = this.barEnds;
    this.barEnds = false;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Star);
          star = true;
        },
      },
      {
        ALT: () => {
          this.OPTION({
            GATE: () => this.at(1, K.DISTINCT) || this.allModifierAt(),
            DEF: () => {
              this.OR2([
                {
                  ALT: () => {
                    this.CONSUME(K.DISTINCT);
                    distinct = true;
                  },
                },
                { ALT: () => this.CONSUME(K.ALL) },
              ]);
            },
          });
          this.MANY_SEP({
            SEP: Comma,
            DEF: () => {
              values.push(this.SUBRULE(this.expression));
            },
          });
          this.OPTION2(() => {
            orderBy = this.SUBRULE(this.orderBy);
          });
        },
      },
    ]);
    this.barEnds = barEnds;
    this.CONSUME(ParenClose);
    this.OPTION3({
      GATE: () => this.callTailAt(),
      DEF: () => {
        tail = this.SUBRULE(this.callTail);
      },
    });
    const span = this.spanFrom(start);
    if (!star) return { kind: 'call', name, distinct, arguments: values, ...(orderBy && { orderBy }), ...(tail && { tail }), span };
    return this.ACTION(() => {
      if (name.text.toUpperCase() !== 'COUNT') throw new QueryError('syntax/unexpected', 'Only count(*) takes a star.', { span });
      return { kind: 'countStar', ...(tail && { tail }), span };
    });
  });

  /** `name` or `a.b.c`; the text has the dots. */
  protected readonly dottedName = this.RULE('dottedName', (): ast.Name => {
    const start = this.mark();
    let { text } = this.ACTION(() => nameOf(this.LA(1))) ?? { text: '' };
    this.CONSUME(NameWord);
    this.MANY(() => {
      this.CONSUME(Dot);
      const part = this.SUBRULE(this.anyName);
      text += `.${part.text}`;
    });
    return { text, span: this.spanFrom(start) };
  });
}

/** Operators that start an expression too, or that are names where no operand stands before them. */
const OPEN_OPERATORS: ReadonlySet<TokenType> = new Set([Plus, Minus, Star, K.CONTAINS, K.ISNULL, K.NOTNULL]);
