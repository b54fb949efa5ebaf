// RESTORE: nodes, edges and documents with their ids, as a dump writes them.
//
//   RESTORE NODES (7:Person {name: 'Ada'}), (8:Place)      RESTORE EDGES (7)-[3:BORN_IN {year: 1815}]->(8)
//   RESTORE DOCUMENTS orders (1 {customer: 1}), (4 {})     RESTORE PATHS orders {customer: NULL}      RESTORE NEXT NODE 9

import type * as ast from './ast.ts';
import { InsertGrammar } from './grammar-insert.ts';
import { BracketClose, BracketOpen, Colon, Comma, EdgeRight, Integer, K, Minus, ParenClose, ParenOpen } from './tokens.ts';

export abstract class RestoreGrammar extends InsertGrammar {
  protected readonly restore = this.RULE('restore', (): ast.Restore => {
    const start = this.mark();
    this.CONSUME(K.RESTORE);
    const restored = this.OR<ast.Restored>([
      {
        ALT: () => {
          const nodes: ast.RestoredNode[] = [];
          this.CONSUME(K.NODES);
          this.AT_LEAST_ONE_SEP1({ SEP: Comma, DEF: () => nodes.push(this.SUBRULE(this.restoredNode)) });
          return { kind: 'nodes', nodes };
        },
      },
      {
        ALT: () => {
          const edges: ast.RestoredEdge[] = [];
          this.CONSUME(K.EDGES);
          this.AT_LEAST_ONE_SEP2({ SEP: Comma, DEF: () => edges.push(this.SUBRULE(this.restoredEdge)) });
          return { kind: 'edges', edges };
        },
      },
      {
        ALT: () => {
          const documents: ast.RestoredDocument[] = [];
          this.CONSUME(K.DOCUMENTS);
          const collection = this.SUBRULE1(this.name);
          this.AT_LEAST_ONE_SEP3({ SEP: Comma, DEF: () => documents.push(this.SUBRULE(this.restoredDocument)) });
          return { kind: 'documents', collection, documents };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.PATHS);
          const collection = this.SUBRULE2(this.name);
          const paths: ast.ObjectLiteral[] = [];
          this.AT_LEAST_ONE_SEP4({ SEP: Comma, DEF: () => paths.push(this.SUBRULE(this.objectLiteral)) });
          return { kind: 'paths', collection, paths };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.NEXT);
          const element = this.OR2(this.restoredCounters);
          return { kind: 'next', element, id: this.SUBRULE(this.elementId) };
        },
      },
    ]);
    return { kind: 'restore', restored, span: this.spanFrom(start) };
  });

  private readonly restoredCounters = this.choices<'node' | 'edge'>([
    [K.NODE, 'node'],
    [K.EDGE, 'edge'],
  ]);

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

  private readonly restoredDocument = this.RULE('restoredDocument', (): ast.RestoredDocument => {
    const start = this.mark();
    this.CONSUME(ParenOpen);
    // Another program may have numbered documents from below zero.
    const negative = this.OPTION(() => this.CONSUME(Minus)) !== undefined;
    const id = this.SUBRULE(this.wholeNumber);
    const document = this.SUBRULE(this.objectLiteral);
    this.CONSUME(ParenClose);
    return { id: this.ACTION(() => (negative ? -id : id)), document, span: this.spanFrom(start) };
  });

  private readonly elementId = this.RULE('elementId', (): number => Number(this.CONSUME(Integer).image));
}
