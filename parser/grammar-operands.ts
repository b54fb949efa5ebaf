// What stands between operators: literals, names, calls, brackets of every kind, and the postfixes `.a [0] [1..2] :Label COLLATE x`.

import type * as ast from './ast.ts';
import { ObjectGrammar } from './grammar-objects.ts';
import { identifier, literal, stringLiteral, parameter, numberLiteral, blobLiteral } from './literals.ts';
import {
  ArrowBoth,
  ArrowLeft,
  ArrowNone,
  ArrowRight,
  Bar,
  Blob,
  BraceOpen,
  BracketClose,
  BracketOpen,
  Colon,
  Comma,
  Dot,
  DotDot,
  DoubleQuoted,
  EdgeLeft,
  EdgeRight,
  EndOfInput,
  Equal,
  Float,
  Integer,
  K,
  Minus,
  NameWord,
  Parameter,
  ParenClose,
  ParenOpen,
  Star,
  StringText,
} from './tokens.ts';
import { type Token, tokenSpan, unquote } from './tokenize.ts';

/** One step behind an operand, and what it makes of the operand. */
interface Postfix {
  readonly step?: ast.WildcardStep;
  readonly build: (value: ast.Expression, start: number) => ast.Expression;
}

const sameValue: Postfix['build'] = (value) => value;

export abstract class OperandGrammar extends ObjectGrammar {
  // Made once, because this is the rule that runs most.
  private readonly operands: { GATE?: () => boolean; ALT: () => ast.Expression }[] = [
    { ALT: () => stringLiteral(this.CONSUME(StringText)) },
    { ALT: () => this.literalOf(this.CONSUME(Integer), numberLiteral) },
    { ALT: () => this.literalOf(this.CONSUME(Float), numberLiteral) },
    { ALT: () => this.literalOf(this.CONSUME(Blob), blobLiteral) },
    { ALT: () => parameter(this.CONSUME(Parameter)) },
    { ALT: () => literal(this.CONSUME(K.NULL), null) },
    { ALT: () => literal(this.CONSUME(K.TRUE), true) },
    { ALT: () => literal(this.CONSUME(K.FALSE), false) },
    { ALT: () => ({ ...literal(this.CONSUME(K.MISSING), null), missing: true }) },
    { ALT: () => this.SUBRULE(this.caseExpression) },
    { GATE: () => this.rangeAt(), ALT: () => this.SUBRULE(this.range) },
    { ALT: () => this.SUBRULE(this.bracketed) },
    { ALT: () => this.SUBRULE(this.objectLiteral) },
    { ALT: () => this.SUBRULE(this.parenthesised) },
    { ALT: () => this.quotedText(this.CONSUME(DoubleQuoted)) },
    { GATE: () => this.mapProjectionAt(), ALT: () => this.SUBRULE(this.mapProjection) },
    { GATE: () => this.typedLiteralAt(), ALT: () => this.SUBRULE(this.typedLiteral) },
    { GATE: () => this.extractAt(), ALT: () => this.SUBRULE(this.extract) },
    {
      GATE: () => this.LA(2).tokenType === ParenOpen || this.LA(2).tokenType === BraceOpen || this.dottedCallAt(),
      ALT: () => this.SUBRULE(this.call),
    },
    { ALT: () => identifier(this.CONSUME(NameWord)) },
  ];

  protected readonly operand = this.RULE('operand', (): ast.Expression => {
    const start = this.mark();
    let value = this.OR<ast.Expression>(this.operands);
    // A wildcard takes the steps that follow; parentheses round it end it.
    let open: ast.Wildcard | undefined;
    this.MANY({
      GATE: () => !(this.colonEnds && this.LA(1).tokenType === Colon) && (!this.at(1, NameWord) || this.collateAt() || this.atTimeZoneAt()),
      DEF: () => {
        const { step, build } = this.SUBRULE(this.postfix);
        this.ACTION(() => {
          if (open && step) open = { ...open, steps: [...open.steps, step], span: this.spanFrom(start) };
          else if (step?.kind === 'each') open = { kind: 'wildcard', value, of: step.of, steps: [], span: this.spanFrom(start) };
          else open = undefined;
          value = open ?? build(value, start);
        });
      },
    });
    return value;
  });

  // While the grammar is recorded a token has no text that could be read.
  private literalOf(token: Token, read: (token: Token) => ast.Literal): ast.Literal {
    return this.RECORDING_PHASE ? literal(token, null) : read(token);
  }

  /** "x": an identifier in SELECT form, a string in pipeline form. */
  private quotedText(token: Token): ast.Expression {
    return this.form === 'select' ? { kind: 'identifier', name: unquote(token.image), span: tokenSpan(token) } : stringLiteral(token);
  }

  private readonly postfix = this.RULE('postfix', (): Postfix => {
    return this.OR<Postfix>([
      {
        ALT: () => {
          this.CONSUME(Dot);
          return this.OR2<Postfix>([
            {
              ALT: () => {
                this.CONSUME(Star);
                return { step: { kind: 'each', of: 'values' }, build: sameValue };
              },
            },
            {
              ALT: () => {
                this.CONSUME(ParenOpen);
                const index = this.SUBRULE(this.expression);
                this.CONSUME(ParenClose);
                return this.indexStep(index);
              },
            },
            {
              ALT: () => {
                const name = this.SUBRULE(this.anyName);
                const build: Postfix['build'] = (value, start) => ({ kind: 'field', value, name, span: this.spanFrom(start) });
                return { step: { kind: 'field', name }, build };
              },
            },
          ]);
        },
      },
      { ALT: () => this.SUBRULE(this.indexOrSlice) },
      { GATE: () => this.at(1, K.COLLATE), ALT: () => ({ build: this.SUBRULE(this.collate) }) },
      { ALT: () => ({ build: this.SUBRULE(this.atTimeZone) }) },
      {
        ALT: () => {
          this.CONSUME(Colon);
          const labels = this.SUBRULE(this.labelExpression, { ARGS: [!this.barEnds] });
          return { build: (operand, start) => ({ kind: 'labelTest', operand, labels, span: this.spanFrom(start) }) };
        },
      },
    ]);
  });

  private indexStep(index: ast.Expression): Postfix {
    return { step: { kind: 'index', index }, build: (value, start) => ({ kind: 'index', value, index, span: this.spanFrom(start) }) };
  }

  /** `[0]`, `[1..3]`, `[1:3]`, `[*]` */
  private readonly indexOrSlice = this.RULE('indexOrSlice', (): Postfix => {
    let from: ast.Expression | undefined;
    let to: ast.Expression | undefined;
    let slice = false;
    let each = false;
    const colonEnds = this.colonEnds;
    this.colonEnds = true;
    this.CONSUME(BracketOpen);
    this.OPTION1({
      GATE: () => this.LA(1).tokenType !== BracketClose,
      DEF: () => {
        this.OR1([
          {
            GATE: () => this.LA(2).tokenType === BracketClose,
            ALT: () => {
              this.CONSUME(Star);
              each = true;
            },
          },
          {
            ALT: () => {
              from = this.SUBRULE1(this.expression);
            },
          },
        ]);
      },
    });
    this.OPTION2(() => {
      this.OR2([{ ALT: () => this.CONSUME(DotDot) }, { ALT: () => this.CONSUME(Colon) }]);
      slice = true;
      this.OPTION3(() => {
        to = this.SUBRULE2(this.expression);
      });
    });
    this.ACTION(() => {
      if (!from && !slice && !each) this.refuse('an index');
    });
    this.colonEnds = colonEnds;
    this.CONSUME(BracketClose);
    if (each) return { step: { kind: 'each', of: 'items' }, build: sameValue };
    if (from && !slice) return this.indexStep(from);
    const ends = { ...(from && { from }), ...(to && { to }) };
    return { step: { kind: 'slice', ...ends }, build: (value, start) => ({ kind: 'slice', value, ...ends, span: this.spanFrom(start) }) };
  });

  // ------------------------------------------------------------------------------------------ parentheses

  private readonly parenthesised = this.RULE('parenthesised', (): ast.Expression => {
    const start = this.mark();
    return this.OR<ast.Expression>([
      {
        GATE: () => this.parenthesisedQueryAt(1),
        ALT: () => {
          this.CONSUME1(ParenOpen);
          const query = this.SUBRULE(this.query);
          this.CONSUME1(ParenClose);
          return { kind: 'subquery', query, mode: 'scalar', span: this.spanFrom(start) };
        },
      },
      {
        GATE: () => this.patternAt(1),
        ALT: () => {
          const chain = this.SUBRULE(this.patternChain);
          return this.ACTION(() => {
            const span = this.spanFrom(start);
            return { kind: 'patternTest', pattern: { selector: 'all', ...chain, span }, span };
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME2(ParenOpen);
          const { barEnds, colonEnds } = this;
          this.barEnds = false;
          this.colonEnds = false;
          const value = this.SUBRULE1(this.expression);
          const items = [value];
          this.MANY(() => {
            this.CONSUME(Comma);
            items.push(this.SUBRULE2(this.expression));
          });
          this.barEnds = barEnds;
          this.colonEnds = colonEnds;
          this.CONSUME2(ParenClose);
          return items.length === 1 ? value : { kind: 'row', items, span: this.spanFrom(start) };
        },
      },
    ]);
  });

  /**
   * True if the parenthesis `ahead` places on opens a node pattern that an edge follows. `(a) - [x] - (b)` could also be
   * a difference of lists; the pattern wins.
   */
  protected patternAt(ahead: number): boolean {
    if (this.LA(ahead).tokenType !== ParenOpen) return false;
    let inside = ahead + 1;
    if (this.at(inside, NameWord)) inside++;
    const first = this.LA(inside).tokenType;
    if (first !== ParenClose && first !== Colon && first !== BraceOpen && first !== Parameter && first !== K.WHERE && first !== K.IS)
      return false;
    // What goes on behind the properties is an expression: `(count { … } + 1) - [a]`.
    if (first === BraceOpen || first === Parameter) {
      const behind = this.LA(first === BraceOpen ? this.closing(inside) + 1 : inside + 1).tokenType;
      if (behind !== ParenClose && behind !== K.WHERE) return false;
    }
    const after = this.closing(ahead) + 1;
    const edge = this.LA(after).tokenType;
    if (edge === ArrowRight || edge === ArrowLeft || edge === ArrowBoth || edge === ArrowNone || edge === EdgeLeft || edge === EdgeRight)
      return true;
    if (edge !== Minus || this.LA(after + 1).tokenType !== BracketOpen) return false;
    const end = this.closing(after + 1) + 1;
    const arrow = this.LA(end).tokenType;
    if (arrow === EdgeRight) return true;
    const next = this.LA(end + 1).tokenType;
    return arrow === Minus && (next === ParenOpen || next === BraceOpen);
  }

  // ------------------------------------------------------------------------------------------ lists, objects, CASE

  private readonly bracketed = this.RULE('bracketed', (): ast.Expression => {
    const start = this.mark();
    const { colonEnds } = this;
    this.colonEnds = false;
    this.CONSUME(BracketOpen);
    const value = this.OR<ast.Expression>([
      { GATE: () => this.at(1, NameWord) && this.at(2, K.IN), ALT: () => this.SUBRULE(this.comprehension, { ARGS: [start] }) },
      {
        GATE: () => (this.patternAt(1) || (this.at(1, NameWord) && this.at(2, Equal) && this.patternAt(3))) && this.barAhead(),
        ALT: () => this.SUBRULE(this.patternComprehension, { ARGS: [start] }),
      },
      {
        ALT: () => {
          const items: ast.Expression[] = [];
          const barEnds = this.barEnds;
          this.barEnds = false;
          this.MANY_SEP({
            SEP: Comma,
            DEF: () => {
              items.push(this.SUBRULE(this.expression));
            },
          });
          this.barEnds = barEnds;
          return { kind: 'list', items, parenthesised: false, span: { start, end: start } };
        },
      },
    ]);
    this.CONSUME(BracketClose);
    this.colonEnds = colonEnds;
    return this.ACTION(() => ({ ...value, span: this.spanFrom(start) }));
  });

  /** True if a bare `|` stands in the first item of the list that was opened. */
  private barAhead(): boolean {
    for (let ahead = 1; ; ahead = this.closing(ahead) + 1) {
      let type = this.LA(ahead).tokenType;
      while (type !== Bar && type !== Comma && type !== BracketClose && type !== EndOfInput && this.LA(ahead).payload === undefined)
        type = this.LA(++ahead).tokenType;
      if (type === Bar || type === Comma || type === BracketClose || type === EndOfInput) return type === Bar;
    }
  }

  private readonly comprehension = this.RULE('comprehension', (start = 0): ast.ListComprehension => {
    const variable = this.SUBRULE(this.name);
    this.CONSUME(K.IN);
    const barEnds = this.barEnds;
    this.barEnds = true;
    const list = this.SUBRULE1(this.expression);
    let where: ast.Expression | undefined;
    let result: ast.Expression | undefined;
    this.OPTION1(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE2(this.expression);
    });
    this.barEnds = barEnds;
    this.OPTION2(() => {
      this.CONSUME(Bar);
      result = this.SUBRULE3(this.expression);
    });
    return { kind: 'comprehension', variable, list, ...(where && { where }), ...(result && { result }), span: this.spanFrom(start) };
  });

  // `[p = (a)-->(b) WHERE … | …]`: the brackets are read by the rule above.
  private readonly patternComprehension = this.RULE('patternComprehension', (start = 0): ast.PatternComprehension => {
    const from = this.mark();
    let variable: ast.Name | undefined;
    this.OPTION1(() => {
      variable = this.SUBRULE(this.name);
      this.CONSUME(Equal);
    });
    const chain = this.SUBRULE(this.patternChain);
    const pattern = this.ACTION(() => ({ selector: 'all' as const, ...(variable && { variable }), ...chain, span: this.spanFrom(from) }));
    let where: ast.Expression | undefined;
    this.OPTION2(() => {
      this.CONSUME(K.WHERE);
      const barEnds = this.barEnds;
      this.barEnds = true;
      where = this.SUBRULE1(this.expression);
      this.barEnds = barEnds;
    });
    this.CONSUME(Bar);
    const result = this.SUBRULE2(this.expression);
    return { kind: 'patternComprehension', pattern, ...(where && { where }), result, span: this.spanFrom(start) };
  });
}
