// Graph patterns, in openCypher's spelling and ISO GQL's: paths and nodes here, edges in grammar-edges.ts.

import type * as ast from './ast.ts';
import { EdgeGrammar } from './grammar-edges.ts';
import type { PathPrefix } from './grammar-path-prefix.ts';
import { BraceOpen, BracketOpen, Colon, Comma, EdgeRight, Equal, K, Less, Minus, ParenClose, ParenOpen } from './tokens.ts';

type Chain = Pick<ast.PathPattern, 'nodes' | 'edges'>;
type PathBody = PathPrefix & Chain;

export abstract class PatternGrammar extends EdgeGrammar {
  readonly pathPattern = this.RULE('pathPattern', (): ast.PathPattern => {
    const start = this.mark();
    let variable: ast.Name | undefined;
    this.OPTION1({
      GATE: () => this.at(2, Equal),
      DEF: () => {
        variable = this.SUBRULE(this.name);
        this.CONSUME(Equal);
      },
    });
    const path = this.OR<PathBody>([
      { ALT: () => this.SUBRULE(this.shortestCall) },
      {
        ALT: () => {
          const prefix = this.SUBRULE(this.pathPrefix);
          const chain = this.SUBRULE(this.patternChain);
          return this.ACTION(() => ({ ...prefix, ...chain }));
        },
      },
    ]);
    return this.ACTION(() => ({ ...(variable && { variable }), ...path, span: this.spanFrom(start) }));
  });

  protected readonly patternList = this.RULE('patternList', (): ast.PathPattern[] => {
    const patterns: ast.PathPattern[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        patterns.push(this.SUBRULE(this.pathPattern));
      },
    });
    return patterns;
  });

  private readonly shortestWords = this.choices<ast.PathSelector>([
    [K.SHORTESTPATH, 'shortestPath'],
    [K.ALLSHORTESTPATHS, 'allShortestPaths'],
  ]);

  private readonly shortestCall = this.RULE('shortestCall', (): PathBody => {
    const selector = this.OR(this.shortestWords);
    this.CONSUME(ParenOpen);
    const chain = this.SUBRULE(this.patternChain);
    this.CONSUME(ParenClose);
    return this.ACTION(() => ({ selector, ...chain }));
  });

  readonly patternChain = this.RULE('patternChain', (): Chain => {
    const nodes: ast.NodePattern[] = [];
    const edges: ast.EdgePattern[] = [];
    this.OR1([
      {
        GATE: () => this.innerPathAt(),
        ALT: () => {
          nodes.push(this.impliedNode());
          edges.push(this.SUBRULE1(this.innerPath));
          nodes.push(this.SUBRULE1(this.nodeAfterInner));
        },
      },
      { ALT: () => nodes.push(this.SUBRULE1(this.nodePattern)) },
    ]);
    this.MANY({
      GATE: () => this.innerPathAt() || this.edgeAt(),
      DEF: () => {
        this.OR2([
          {
            GATE: () => this.innerPathAt(),
            ALT: () => {
              edges.push(this.SUBRULE2(this.innerPath));
              nodes.push(this.SUBRULE2(this.nodeAfterInner));
            },
          },
          {
            ALT: () => {
              edges.push(this.SUBRULE(this.edgePattern));
              this.OR3([
                { GATE: () => !this.innerPathAt(), ALT: () => nodes.push(this.SUBRULE2(this.nodePattern)) },
                { GATE: () => this.innerPathAt(), ALT: () => nodes.push(this.impliedNode()) },
              ]);
            },
          },
        ]);
      },
    });
    return { nodes, edges };
  });

  /** What follows a parenthesised path: a node of its own, or none. */
  private readonly nodeAfterInner = this.RULE('nodeAfterInner', (): ast.NodePattern => {
    let node: ast.NodePattern | undefined;
    this.OPTION({
      GATE: () => !this.innerPathAt(),
      DEF: () => {
        node = this.SUBRULE(this.nodePattern);
      },
    });
    return node ?? this.impliedNode();
  });

  /** `((a)-[:R]->(b) WHERE …){1,3}`, with or without the quantifier. */
  private readonly innerPath = this.RULE('innerPath', (): ast.EdgePattern => {
    const start = this.mark();
    let where: ast.Expression | undefined;
    let quantifier: ast.Quantifier | undefined;
    this.CONSUME(ParenOpen);
    const chain = this.SUBRULE(this.patternChain);
    this.OPTION1(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    this.CONSUME(ParenClose);
    this.OPTION2(() => {
      quantifier = this.SUBRULE(this.quantifierAfter);
    });
    const inside = { ...chain, ...(where && { where }) };
    return { direction: 'right', types: [], inside, ...(quantifier && { quantifier }), span: this.spanFrom(start) };
  });

  private innerPathAt(): boolean {
    return this.at(1, ParenOpen) && this.at(2, ParenOpen);
  }

  private impliedNode(): ast.NodePattern {
    const start = this.mark();
    return { implied: true, span: { start, end: start } };
  }

  /** `<` and `-` are edges only with what follows; else a pattern as a truth value is compared. */
  private edgeAt(): boolean {
    if (this.at(1, Less)) return this.at(2, Minus) || this.at(2, EdgeRight);
    return !this.at(1, Minus) || this.at(2, BracketOpen) || this.at(2, ParenOpen) || this.at(2, BraceOpen);
  }

  private readonly nodePattern = this.RULE('nodePattern', (): ast.NodePattern => {
    const start = this.mark();
    let variable: ast.Name | undefined;
    let labels: ast.LabelExpression | undefined;
    let properties: ast.Expression | undefined;
    let where: ast.Expression | undefined;
    this.CONSUME(ParenOpen);
    this.OPTION1(() => {
      variable = this.SUBRULE(this.name);
    });
    this.OPTION2(() => {
      this.OR([{ ALT: () => this.CONSUME(Colon) }, { ALT: () => this.CONSUME(K.IS) }]);
      labels = this.SUBRULE(this.labelExpression, { ARGS: [true] });
    });
    this.OPTION3(() => {
      properties = this.SUBRULE(this.properties);
    });
    this.OPTION4(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    this.CONSUME(ParenClose);
    const span = this.spanFrom(start);
    return { ...(variable && { variable }), ...(labels && { labels }), ...(properties && { properties }), ...(where && { where }), span };
  });
}
