// What may follow the parentheses of an aggregate or a window function: WITHIN GROUP, FILTER, IGNORE NULLS, OVER; and windows
// with their frames.
//
//   sum(x) FILTER (WHERE y > 0) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE TIES)

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import { QueryError } from './error.ts';
import { BaseGrammar, nameOf } from './grammar-base.ts';
import { LEVEL } from './precedence.ts';
import { Comma, Identifier, K, NameWord, ParenClose, ParenOpen } from './tokens.ts';

export abstract class WindowGrammar extends BaseGrammar {
  /** The words are names elsewhere, so each is looked at with what follows it. */
  protected callTailAt(): boolean {
    const type = this.LA(1).tokenType;
    if (type === K.OVER) return this.at(2, ParenOpen) || this.at(2, NameWord);
    if (type === K.FILTER) return this.at(2, ParenOpen) && this.at(3, K.WHERE);
    if (type === K.WITHIN) return this.wordAt(2, 'GROUP') && this.at(3, ParenOpen);
    return (type === K.IGNORE || type === K.RESPECT) && this.at(2, K.NULLS);
  }

  protected wordAt(ahead: number, word: string): boolean {
    return this.LA(ahead).image.toUpperCase() === word;
  }

  protected readonly callTail = this.RULE('callTail', (): ast.CallTail => {
    let withinGroup: ast.SortKey[] | undefined;
    let filter: ast.Expression | undefined;
    let nulls: 'ignore' | 'respect' | undefined;
    let over: ast.WindowSpec | undefined;
    this.OPTION1({
      GATE: () => this.callTailAt(),
      DEF: () => {
        this.CONSUME(K.WITHIN);
        this.CONSUME(Identifier); // GROUP is a keyword only before BY
        this.CONSUME1(ParenOpen);
        withinGroup = this.SUBRULE(this.orderBy);
        this.CONSUME1(ParenClose);
      },
    });
    this.OPTION2({
      GATE: () => this.callTailAt(),
      DEF: () => {
        this.CONSUME(K.FILTER);
        this.CONSUME2(ParenOpen);
        this.CONSUME(K.WHERE);
        filter = this.SUBRULE(this.expression);
        this.CONSUME2(ParenClose);
      },
    });
    this.OPTION3({
      GATE: () => this.callTailAt(),
      DEF: () => {
        nulls = this.OR(this.nullTreatments);
        this.CONSUME(K.NULLS);
      },
    });
    this.OPTION4({
      GATE: () => this.callTailAt(),
      DEF: () => {
        this.CONSUME(K.OVER);
        over = this.SUBRULE(this.windowReference);
      },
    });
    return { ...(withinGroup && { withinGroup }), ...(filter && { filter }), ...(nulls && { nulls }), ...(over && { over }) };
  });

  private readonly nullTreatments = this.choices<'ignore' | 'respect'>([
    [K.IGNORE, 'ignore'],
    [K.RESPECT, 'respect'],
  ]);

  private readonly windowReference = this.RULE('windowReference', (): ast.WindowSpec => {
    const start = this.mark();
    return this.OR<ast.WindowSpec>([
      { ALT: () => this.SUBRULE(this.windowSpec) },
      {
        ALT: () => {
          const base = nameOf(this.CONSUME(NameWord));
          return { base, bare: true, partitionBy: [], orderBy: [], span: this.spanFrom(start) };
        },
      },
    ]);
  });

  /** `([w] [PARTITION BY …] [ORDER BY …] [frame])` */
  protected readonly windowSpec = this.RULE('windowSpec', (): ast.WindowSpec => {
    const start = this.mark();
    let base: ast.Name | undefined;
    const partitionBy: ast.Expression[] = [];
    let orderBy: ast.SortKey[] = [];
    let frame: ast.WindowFrame | undefined;
    this.CONSUME(ParenOpen);
    this.OPTION1({
      GATE: () => this.baseWindowAt(),
      DEF: () => {
        base = this.SUBRULE(this.name);
      },
    });
    this.OPTION2({
      GATE: () => this.at(2, K.BY),
      DEF: () => {
        this.CONSUME(K.PARTITION);
        this.CONSUME(K.BY);
        this.AT_LEAST_ONE_SEP({
          SEP: Comma,
          DEF: () => {
            partitionBy.push(this.SUBRULE(this.expression));
          },
        });
      },
    });
    this.OPTION3(() => {
      orderBy = this.SUBRULE(this.orderBy);
    });
    this.OPTION4(() => {
      frame = this.SUBRULE(this.windowFrame);
    });
    this.CONSUME(ParenClose);
    return { ...(base && { base }), bare: false, partitionBy, orderBy, ...(frame && { frame }), span: this.spanFrom(start) };
  });

  /** A name that is not the first word of what may follow it. */
  private baseWindowAt(): boolean {
    if (!this.at(1, NameWord)) return false;
    const next = this.LA(2).tokenType;
    return next === ParenClose || next === K.ORDER || next === K.PARTITION || FRAME_UNITS.has(next);
  }

  private readonly frameUnits = this.choices<ast.WindowFrame['unit']>([
    [K.ROWS, 'rows'],
    [K.RANGE, 'range'],
    [K.GROUPS, 'groups'],
  ]);

  private readonly windowFrame = this.RULE('windowFrame', (): ast.WindowFrame => {
    const from = this.mark();
    const unit = this.OR1(this.frameUnits);
    let start: ast.FrameBound = NO_BOUND;
    let end: ast.FrameBound | undefined;
    this.OR2([
      {
        ALT: () => {
          this.CONSUME(K.BETWEEN);
          start = this.SUBRULE1(this.frameBound);
          this.CONSUME(K.AND);
          end = this.SUBRULE2(this.frameBound);
        },
      },
      {
        ALT: () => {
          start = this.SUBRULE3(this.frameBound);
        },
      },
    ]);
    let exclude: ast.WindowFrame['exclude'] = 'nothing';
    this.OPTION(() => {
      this.CONSUME(K.EXCLUDE);
      exclude = this.SUBRULE(this.frameExclusion);
    });
    return { unit, start, ...(end && { end }), exclude, span: this.spanFrom(from) };
  });

  private readonly frameDirections = this.choices<'preceding' | 'following'>([
    [K.PRECEDING, 'preceding'],
    [K.FOLLOWING, 'following'],
  ]);

  private readonly frameBound = this.RULE('frameBound', (): ast.FrameBound => {
    const start = this.mark();
    return this.OR<ast.FrameBound>([
      {
        GATE: () => this.at(2, K.PRECEDING) || this.at(2, K.FOLLOWING),
        ALT: () => {
          this.CONSUME(K.UNBOUNDED);
          const kind = this.OR1(this.frameDirections);
          return { kind, span: this.spanFrom(start) };
        },
      },
      {
        GATE: () => this.at(2, K.ROW),
        ALT: () => {
          this.CONSUME(K.CURRENT);
          this.CONSUME(K.ROW);
          return { kind: 'current', span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          const offset = this.SUBRULE(this.expression, { ARGS: [LEVEL.additive] });
          const kind = this.OR2(this.frameDirections);
          return { kind, offset, span: this.spanFrom(start) };
        },
      },
    ]);
  });

  private readonly frameExclusion = this.RULE('frameExclusion', (): ast.WindowFrame['exclude'] => {
    return this.OR<ast.WindowFrame['exclude']>([
      {
        ALT: () => {
          this.CONSUME(K.CURRENT);
          this.CONSUME(K.ROW);
          return 'row';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.TIES);
          return 'ties';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.NO);
          this.CONSUME(K.OTHERS);
          return 'nothing';
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(Identifier); // GROUP is a keyword only before BY
          this.ACTION(() => {
            if (token.image.toUpperCase() !== 'GROUP')
              throw new QueryError('syntax/unexpected', `Expected CURRENT ROW, GROUP, TIES or NO OTHERS, found "${token.image}".`, {
                span: { start: token.startOffset, end: token.startOffset + token.image.length },
              });
          });
          return 'group';
        },
      },
    ]);
  });
}

/** Before the start of a frame is read. */
const NO_BOUND: ast.FrameBound = { kind: 'current', span: { start: 0, end: 0 } };
const FRAME_UNITS: ReadonlySet<TokenType> = new Set([K.ROWS, K.RANGE, K.GROUPS]);
