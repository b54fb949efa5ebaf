// The end of a SELECT before its order: what GROUP BY lists, WINDOW and QUALIFY.

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import { PipelineGrammar } from './grammar-pipelines.ts';
import { Comma, Equal, Greater, GreaterEqual, K, Less, LessEqual, NotEqual, ParenClose, ParenOpen } from './tokens.ts';

/** What would make the parentheses the start of an expression. */
const EXPRESSION_GOES_ON: ReadonlySet<TokenType> = new Set([
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  K.IN,
  K.IS,
  K.NOT,
  K.BETWEEN,
]);

type Rest = Pick<ast.SelectQuery, 'windows' | 'qualify'>;

export abstract class GroupingGrammar extends PipelineGrammar {
  private readonly groupItems = this.RULE('groupItems', (): ast.GroupItem[] => {
    const items: ast.GroupItem[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.groupItem));
      },
    });
    return items;
  });

  protected readonly groupItem = this.RULE('groupItem', (): ast.GroupItem => {
    const start = this.mark();
    return this.OR<ast.GroupItem>([
      { GATE: () => this.tupleAt(), ALT: () => this.SUBRULE(this.groupTuple) },
      {
        GATE: () => this.at(2, K.SETS) && this.at(3, ParenOpen),
        ALT: () => {
          this.CONSUME(K.GROUPING);
          this.CONSUME(K.SETS);
          const items = this.SUBRULE1(this.groupList);
          return { kind: 'groupingSets', operator: 'sets', items, span: this.spanFrom(start) };
        },
      },
      {
        GATE: () => this.at(2, ParenOpen),
        ALT: () => {
          const operator = this.OR2(this.rollups);
          const items = this.SUBRULE2(this.groupList);
          return { kind: 'groupingSets', operator, items, span: this.spanFrom(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
  });

  private readonly rollups = this.choices<'rollup' | 'cube'>([
    [K.ROLLUP, 'rollup'],
    [K.CUBE, 'cube'],
  ]);

  private readonly groupList = this.RULE('groupList', (): ast.GroupItem[] => {
    this.CONSUME(ParenOpen);
    const items = this.SUBRULE(this.groupItems);
    this.CONSUME(ParenClose);
    return items;
  });

  private readonly groupTuple = this.RULE('groupTuple', (): ast.GroupTuple => {
    const start = this.mark();
    const items = this.SUBRULE(this.expressionsInParentheses);
    return { kind: 'groupTuple', items, span: this.spanFrom(start) };
  });

  /** `()` or `(a, b)`; a comma of the outermost level tells it from an expression in parentheses. */
  private tupleAt(): boolean {
    if (!this.at(1, ParenOpen) || this.parenthesisedQueryAt(1) || this.patternAt(1)) return false;
    const end = this.closing(1);
    if (EXPRESSION_GOES_ON.has(this.LA(end + 1).tokenType)) return false;
    if (end === 2) return true;
    for (let i = 2; i < end; i++) {
      const next = this.closing(i);
      if (typeof this.LA(i).payload === 'number' && next < end) i = next;
      else if (this.LA(i).tokenType === Comma) return true;
      else if (Number.isNaN(this.LA(i).startOffset)) return false;
    }
    return false;
  }

  /** `WINDOW w AS (…), …` and `QUALIFY condition`, in either order. */
  protected readonly windowsAndQualify = this.RULE('windowsAndQualify', (): Rest => {
    const windows: ast.NamedWindow[] = [];
    let qualify: ast.Expression | undefined;
    this.MANY({
      GATE: () => (this.at(1, K.WINDOW) ? windows.length === 0 : qualify === undefined),
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(K.WINDOW);
              this.AT_LEAST_ONE_SEP({
                SEP: Comma,
                DEF: () => {
                  const name = this.SUBRULE(this.name);
                  this.CONSUME(K.AS);
                  windows.push({ name, window: this.SUBRULE(this.windowSpec) });
                },
              });
            },
          },
          {
            ALT: () => {
              this.CONSUME(K.QUALIFY);
              qualify = this.SUBRULE(this.expression);
            },
          },
        ]);
      },
    });
    return { ...(windows.length > 0 && { windows }), ...(qualify && { qualify }) };
  });
}
