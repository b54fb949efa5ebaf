// FROM: its items (grammar-from-item.ts) and how they are joined. Comma and JOIN bind alike, from left to right.

import type * as ast from './ast.ts';
import { FromItemGrammar } from './grammar-from-item.ts';
import { Comma, K } from './tokens.ts';

type JoinKind = { type: ast.FromJoin['type']; natural: boolean };

export abstract class FromGrammar extends FromItemGrammar {
  protected readonly fromItems = this.RULE('fromItems', (): ast.FromItem => {
    const start = this.mark();
    let left = this.SUBRULE1(this.fromItem);
    this.MANY(() => {
      left = this.OR<ast.FromItem>([
        { GATE: () => this.unnestAt(), ALT: () => this.SUBRULE(this.unnestJoin, { ARGS: [left, start] }) },
        { ALT: () => this.SUBRULE(this.joined, { ARGS: [left, start] }) },
      ]);
    });
    return left;
  });

  private readonly joined = this.RULE('joined', (left: ast.FromItem = NO_ITEM, start = 0): ast.FromJoin => {
    const { type, natural } = this.SUBRULE(this.joinOperator);
    const right = this.SUBRULE(this.fromItem);
    let on: ast.Expression | undefined;
    let using: ast.Name[] | undefined;
    this.OPTION({
      GATE: () => type !== 'comma',
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(K.ON);
              on = this.SUBRULE(this.expression);
            },
          },
          {
            ALT: () => {
              this.CONSUME(K.USING);
              using = this.SUBRULE(this.nameList);
            },
          },
        ]);
      },
    });
    return { kind: 'join', type, natural, left, right, ...(on && { on }), ...(using && { using }), span: this.spanFrom(start) };
  });

  /** SQL++'s `[INNER | LEFT [OUTER]] UNNEST o.items AS i`: an item of the left, without comma or ON. */
  private unnestAt(): boolean {
    const side = this.at(1, K.INNER) ? 1 : this.at(1, K.LEFT) ? (this.at(2, K.OUTER) ? 2 : 1) : 0;
    return this.at(side + 1, K.UNNEST);
  }

  private readonly unnestJoin = this.RULE('unnestJoin', (left: ast.FromItem = NO_ITEM, start = 0): ast.FromJoin => {
    let type = 'comma' as 'comma' | 'left';
    this.OPTION1(() => {
      this.OR([
        { ALT: () => this.CONSUME(K.INNER) },
        {
          ALT: () => {
            this.CONSUME(K.LEFT);
            type = 'left';
            this.OPTION2(() => this.CONSUME(K.OUTER));
          },
        },
      ]);
    });
    const at = this.mark();
    this.CONSUME(K.UNNEST);
    const value = this.SUBRULE(this.operand);
    const names = this.SUBRULE(this.aliasAndPosition);
    const span = this.spanFrom(at);
    const right: ast.FromPath = { kind: 'unnest', value, ...names, keyword: true, span };
    const on: ast.Literal | undefined = type === 'left' ? { kind: 'literal', value: true, span } : undefined;
    return { kind: 'join', type, natural: false, left, right, ...(on && { on }), span: this.spanFrom(start) };
  });

  private readonly joinOperator = this.RULE('joinOperator', (): JoinKind => {
    return this.OR<JoinKind>([
      {
        ALT: () => {
          this.CONSUME(Comma);
          return { type: 'comma', natural: false };
        },
      },
      {
        ALT: () => {
          let natural = false;
          this.OPTION1(() => {
            this.CONSUME(K.NATURAL);
            natural = true;
          });
          const type = this.SUBRULE(this.joinType);
          this.CONSUME(K.JOIN);
          return { type, natural };
        },
      },
    ]);
  });

  private readonly joinType = this.RULE('joinType', (): ast.FromJoin['type'] => {
    let type: ast.FromJoin['type'] = 'inner';
    this.OPTION1(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.INNER);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.CROSS);
            type = 'cross';
          },
        },
        {
          ALT: () => {
            this.OR2([
              {
                ALT: () => {
                  this.CONSUME(K.LEFT);
                  type = 'left';
                },
              },
              {
                ALT: () => {
                  this.CONSUME(K.RIGHT);
                  type = 'right';
                },
              },
              {
                ALT: () => {
                  this.CONSUME(K.FULL);
                  type = 'full';
                },
              },
            ]);
            this.OPTION2(() => this.CONSUME(K.OUTER));
          },
        },
      ]);
    });
    return type;
  });
}

const NO_ITEM: ast.FromItem = { kind: 'named', name: { text: '', span: { start: 0, end: 0 } }, span: { start: 0, end: 0 } };
