// Edges of a graph pattern, in openCypher's spelling and ISO GQL's, and how often they are walked.
//
//   -[r:KNOWS*1..3]->     <-[:IN]-     -[:WITHIN]->{0,}     (a)->(b)

import type * as ast from './ast.ts';
import { PathPrefixGrammar } from './grammar-path-prefix.ts';
import {
  ArrowBoth,
  ArrowLeft,
  ArrowNone,
  ArrowRight,
  BraceClose,
  BraceOpen,
  BracketClose,
  BracketOpen,
  Colon,
  Comma,
  DotDot,
  EdgeLeft,
  EdgeRight,
  Integer,
  K,
  Less,
  Minus,
  Parameter,
  ParenOpen,
  Plus,
  Question,
  Star,
} from './tokens.ts';
import { tokenSpan } from './tokenize.ts';

type Direction = ast.EdgePattern['direction'];
type EdgeInside = Pick<ast.EdgePattern, 'variable' | 'types' | 'typeTest' | 'properties' | 'where' | 'quantifier'>;

export abstract class EdgeGrammar extends PathPrefixGrammar {
  private readonly arrows = this.choices<Direction>([
    [ArrowRight, 'right'],
    [ArrowLeft, 'left'],
    [ArrowBoth, 'any'],
    [ArrowNone, 'any'],
    [EdgeRight, 'right'],
  ]);

  /** The end of an edge: `->` or `-`. */
  private readonly pointsRight = this.RULE('pointsRight', (): boolean => {
    return this.OR<boolean>([
      {
        ALT: () => {
          this.CONSUME(EdgeRight);
          return true;
        },
      },
      {
        ALT: () => {
          this.CONSUME(Minus);
          return false;
        },
      },
    ]);
  });

  protected readonly edgePattern = this.RULE('edgePattern', (): ast.EdgePattern => {
    const start = this.mark();
    let inside: EdgeInside = BARE;
    const direction = this.OR<Direction>([
      ...this.arrows,
      // The rest of GQL's short forms: (a)<-(b), (a)<->(b), (a)-(b).
      {
        ALT: () => {
          this.CONSUME(Less);
          return this.SUBRULE1(this.pointsRight) ? 'any' : 'left';
        },
      },
      {
        GATE: () => this.at(2, ParenOpen) || this.at(2, BraceOpen),
        ALT: () => {
          this.CONSUME1(Minus);
          return 'any';
        },
      },
      {
        ALT: () => {
          this.CONSUME2(Minus);
          inside = this.SUBRULE1(this.edgeInside);
          return this.SUBRULE2(this.pointsRight) ? 'right' : 'any';
        },
      },
      {
        ALT: () => {
          this.CONSUME(EdgeLeft);
          inside = this.SUBRULE2(this.edgeInside);
          return this.SUBRULE3(this.pointsRight) ? 'any' : 'left';
        },
      },
    ]);
    let quantifier: ast.Quantifier | undefined;
    this.OPTION(() => {
      quantifier = this.SUBRULE(this.quantifierAfter);
    });
    return this.ACTION(() => {
      if (quantifier && inside.quantifier) this.refuse('one quantifier for an edge, not two');
      const { variable, types, typeTest, properties, where } = inside;
      const quantified = quantifier ?? inside.quantifier;
      const span = this.spanFrom(start);
      return {
        ...(variable && { variable }),
        direction,
        types,
        ...(typeTest && { typeTest }),
        ...(properties && { properties }),
        ...(where && { where }),
        ...(quantified && { quantifier: quantified }),
        span,
      };
    });
  });

  private readonly edgeInside = this.RULE('edgeInside', (): EdgeInside => {
    let variable: ast.Name | undefined;
    let labels: ast.LabelExpression | undefined;
    let quantifier: ast.Quantifier | undefined;
    let properties: ast.Expression | undefined;
    let where: ast.Expression | undefined;
    this.CONSUME(BracketOpen);
    this.OPTION1(() => {
      variable = this.SUBRULE(this.name);
    });
    this.OPTION2(() => {
      this.OR([{ ALT: () => this.CONSUME(Colon) }, { ALT: () => this.CONSUME(K.IS) }]);
      labels = this.SUBRULE(this.labelExpression, { ARGS: [true, false] });
    });
    this.OPTION4(() => {
      quantifier = this.SUBRULE(this.quantifierInside);
    });
    this.OPTION5(() => {
      properties = this.SUBRULE(this.properties);
    });
    this.OPTION6(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    this.CONSUME(BracketClose);
    return {
      ...(variable && { variable }),
      ...edgeTypes(labels),
      ...(quantifier && { quantifier }),
      ...(properties && { properties }),
      ...(where && { where }),
    };
  });

  /** `*`, `*2`, `*1..3`, `*..3`, `*2..` */
  private readonly quantifierInside = this.RULE('quantifierInside', (): ast.Quantifier => {
    const start = this.mark();
    let min: number | undefined;
    let max: number | undefined;
    let range = false;
    this.CONSUME(Star);
    this.OPTION1(() => {
      min = Number(this.CONSUME1(Integer).image);
    });
    this.OPTION2(() => {
      this.CONSUME(DotDot);
      range = true;
      this.OPTION3(() => {
        max = Number(this.CONSUME2(Integer).image);
      });
    });
    return this.ACTION(() => quantifier(min ?? 1, range || min === undefined ? max : min, 'star', this.spanFrom(start)));
  });

  /** `{2}`, `{1,3}`, `{0,}`, `{,3}`, `*`, `+`, `?` after the arrow. */
  protected readonly quantifierAfter = this.RULE('quantifierAfter', (): ast.Quantifier => {
    const start = this.mark();
    let min: number | undefined;
    let max: number | undefined;
    let range = false;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Star);
          min = 0;
          range = true;
        },
      },
      {
        ALT: () => {
          this.CONSUME(Plus);
          min = 1;
          range = true;
        },
      },
      {
        ALT: () => {
          this.CONSUME(Question);
          min = 0;
          max = 1;
          range = true;
        },
      },
      {
        ALT: () => {
          this.CONSUME(BraceOpen);
          this.OPTION1(() => {
            min = Number(this.CONSUME1(Integer).image);
          });
          this.OPTION2(() => {
            this.CONSUME(Comma);
            range = true;
            this.OPTION3(() => {
              max = Number(this.CONSUME2(Integer).image);
            });
          });
          this.ACTION(() => {
            if (min === undefined && !range) this.refuse('a number of edges');
          });
          this.CONSUME(BraceClose);
        },
      },
    ]);
    return this.ACTION(() => quantifier(min ?? 0, range ? max : min, 'braces', this.spanFrom(start)));
  });

  /** What stands between the braces of a node or an edge, or a parameter in their place. */
  protected readonly properties = this.RULE('properties', (): ast.Expression => {
    return this.OR<ast.Expression>([
      { ALT: () => this.SUBRULE(this.patternProperties) },
      {
        ALT: () => {
          const token = this.CONSUME(Parameter);
          return { kind: 'parameter', name: token.image.slice(1), span: tokenSpan(token) };
        },
      },
    ]);
  });

  private readonly patternProperties = this.RULE('patternProperties', (): ast.Expression => this.SUBRULE(this.objectLiteral));
}

const BARE: EdgeInside = { types: [] };

/** Alternatives become a list of types, anything else a test. */
function edgeTypes(labels: ast.LabelExpression | undefined): Pick<ast.EdgePattern, 'types' | 'typeTest'> {
  if (!labels) return BARE;
  const types = alternatives(labels);
  return types ? { types } : { types: [], typeTest: labels };
}

function alternatives(labels: ast.LabelExpression): ast.Name[] | undefined {
  if (labels.kind === 'label') return [labels.name];
  if (labels.kind !== 'or') return undefined;
  const left = alternatives(labels.left);
  const right = alternatives(labels.right);
  return left && right && [...left, ...right];
}

function quantifier(
  min: number,
  max: number | undefined,
  notation: ast.Quantifier['notation'],
  span: ast.Quantifier['span'],
): ast.Quantifier {
  return { min, ...(max !== undefined && { max }), notation, span };
}
