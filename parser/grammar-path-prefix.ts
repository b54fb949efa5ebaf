// What stands before a path pattern and inside its elements: selectors, modes, label expressions.
//
//   SHORTEST 2 ACYCLIC PATHS …     :A|B&!C

import type * as ast from './ast.ts';
import { ExpressionGrammar } from './grammar-expressions.ts';
import { Ampersand, Bang, Bar, Colon, Integer, K, NameWord, ParenClose, ParenOpen, Percent } from './tokens.ts';
import { tokenSpan } from './tokenize.ts';

export type PathPrefix = Pick<ast.PathPattern, 'selector' | 'count' | 'mode'>;

export abstract class PathPrefixGrammar extends ExpressionGrammar {
  /** `ALL SHORTEST`, `ANY 2`, `SHORTEST 3 PATHS`, `SHORTEST 2 GROUPS`, each with a mode; or a mode alone. */
  protected readonly pathPrefix = this.RULE('pathPrefix', (): PathPrefix => {
    let selector: ast.PathSelector = 'all';
    let count: number | undefined;
    let mode: ast.PathMode | undefined;
    this.OPTION1(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.ALL);
            this.OPTION2(() => {
              this.CONSUME1(K.SHORTEST);
              selector = 'allShortest';
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.ANY);
            selector = 'any';
            this.OPTION3(() => {
              this.OR2([
                {
                  ALT: () => {
                    this.CONSUME2(K.SHORTEST);
                    selector = 'anyShortest';
                  },
                },
                { ALT: () => (count = this.SUBRULE1(this.pathCount)) },
              ]);
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME3(K.SHORTEST);
            selector = 'shortest';
            this.OPTION4(() => (count = this.SUBRULE2(this.pathCount)));
          },
        },
      ]);
    });
    this.OPTION5(() => (mode = this.OR3(this.modes)));
    this.OPTION6(() => this.OR4([{ ALT: () => this.CONSUME(K.PATH) }, { ALT: () => this.CONSUME(K.PATHS) }]));
    this.OPTION7({
      GATE: () => selector === 'shortest' && /^groups?$/i.test(this.LA(1).image),
      DEF: () => {
        this.CONSUME(NameWord);
        selector = 'shortestGroups';
      },
    });
    return this.ACTION(() => {
      if (selector === 'shortest' && count === undefined)
        this.refuse('the number of paths or GROUP', 'As in SHORTEST 3 or SHORTEST GROUP.');
      return { selector, ...(count !== undefined && { count }), ...(mode && { mode }) };
    });
  });

  private readonly modes = this.choices<ast.PathMode>([
    [K.WALK, 'walk'],
    [K.TRAIL, 'trail'],
    [K.ACYCLIC, 'acyclic'],
    [K.SIMPLE, 'simple'],
  ]);

  private readonly pathCount = this.RULE('pathCount', (): number => {
    const count = Number(this.CONSUME(Integer).image);
    this.ACTION(() => {
      if (count < 1) this.refuseAt('a number of paths that is not 0', '0', tokenSpan(this.LA(0)));
    });
    return count;
  });

  // ------------------------------------------------------------------------------------------ labels

  /** With `withBar` false a bar outside parentheses ends the labels: `[x IN xs WHERE x:A | x.name]`. */
  /** Without `withColon` only `&` joins labels, as on edges. */
  readonly labelExpression = this.RULE('labelExpression', (withBar = true, withColon = true): ast.LabelExpression => {
    let left = this.SUBRULE1(this.labelConjunction, { ARGS: [withColon] });
    this.MANY({
      GATE: () => withBar,
      DEF: () => {
        this.CONSUME(Bar);
        this.OPTION(() => this.CONSUME(Colon));
        const right = this.SUBRULE2(this.labelConjunction, { ARGS: [withColon] });
        left = { kind: 'or', left, right };
      },
    });
    return left;
  });

  private readonly labelConjunction = this.RULE('labelConjunction', (withColon = true): ast.LabelExpression => {
    let left = this.SUBRULE1(this.labelTerm);
    this.MANY({
      GATE: () => withColon || this.at(1, Ampersand),
      DEF: () => {
        this.OR([{ ALT: () => this.CONSUME(Ampersand) }, { ALT: () => this.CONSUME(Colon) }]);
        const right = this.SUBRULE2(this.labelTerm);
        left = { kind: 'and', left, right };
      },
    });
    return left;
  });

  private readonly labelTerm = this.RULE('labelTerm', (): ast.LabelExpression => {
    let negations = 0;
    this.MANY(() => {
      this.CONSUME(Bang);
      negations++;
    });
    let label = this.OR<ast.LabelExpression>([
      { ALT: () => ({ kind: 'label', name: this.SUBRULE(this.anyName) }) },
      { ALT: () => ({ kind: 'any', span: tokenSpan(this.CONSUME(Percent)) }) },
      {
        ALT: () => {
          this.CONSUME(ParenOpen);
          const inner = this.SUBRULE(this.labelExpression, { ARGS: [true] });
          this.CONSUME(ParenClose);
          return inner;
        },
      },
    ]);
    for (; negations > 0; negations--) label = { kind: 'not', operand: label };
    return label;
  });
}
