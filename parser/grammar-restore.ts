// RESTORE: nodes and edges with their ids, as a dump writes them.
//
//   RESTORE NODES (7:Person {name: 'Ada'}), (8:Place)      RESTORE EDGES (7)-[3:BORN_IN {year: 1815}]->(8)

import type * as ast from './ast.ts';
import { WriteGrammar } from './grammar-writes.ts';
import { BracketClose, BracketOpen, Colon, Comma, EdgeRight, Integer, K, Minus, ParenClose, ParenOpen } from './tokens.ts';

export abstract class RestoreGrammar extends WriteGrammar {
  protected readonly restore = this.RULE('restore', (): ast.Restore => {
    const start = this.mark();
    const nodes: ast.RestoredNode[] = [];
    const edges: ast.RestoredEdge[] = [];
    this.CONSUME(K.RESTORE);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.NODES);
          this.AT_LEAST_ONE_SEP1({ SEP: Comma, DEF: () => nodes.push(this.SUBRULE(this.restoredNode)) });
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.EDGES);
          this.AT_LEAST_ONE_SEP2({ SEP: Comma, DEF: () => edges.push(this.SUBRULE(this.restoredEdge)) });
        },
      },
    ]);
    return { kind: 'restore', nodes, edges, span: this.spanFrom(start) };
  });

  private readonly restoredNode = this.RULE('restoredNode', (): ast.RestoredNode => {
    const start = this.mark();
    const labels: ast.Name[] = [];
    let properties: ast.ObjectLiteral | undefined;
    this.CONSUME(ParenOpen);
    const id = this.SUBRULE(this.elementId);
    this.MANY(() => {
      this.CONSUME(Colon);
      labels.push(this.SUBRULE(this.anyName));
    });
    this.OPTION(() => {
      properties = this.SUBRULE(this.objectLiteral);
    });
    this.CONSUME(ParenClose);
    return { id, labels, ...(properties && { properties }), span: this.spanFrom(start) };
  });

  private readonly restoredEdge = this.RULE('restoredEdge', (): ast.RestoredEdge => {
    const start = this.mark();
    let properties: ast.ObjectLiteral | undefined;
    this.CONSUME1(ParenOpen);
    const from = this.SUBRULE1(this.elementId);
    this.CONSUME1(ParenClose);
    this.CONSUME(Minus);
    this.CONSUME(BracketOpen);
    const id = this.SUBRULE2(this.elementId);
    this.CONSUME(Colon);
    const type = this.SUBRULE(this.anyName);
    this.OPTION(() => {
      properties = this.SUBRULE(this.objectLiteral);
    });
    this.CONSUME(BracketClose);
    this.CONSUME(EdgeRight);
    this.CONSUME2(ParenOpen);
    const to = this.SUBRULE3(this.elementId);
    this.CONSUME2(ParenClose);
    return { id, type, from, to, ...(properties && { properties }), span: this.spanFrom(start) };
  });

  private readonly elementId = this.RULE('elementId', (): number => Number(this.CONSUME(Integer).image));
}
