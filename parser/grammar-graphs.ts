// Named graphs: which one a query uses, the session's, and CREATE GRAPH. DROP and ALTER stand with those of tables.
//
//   USE social MATCH (p:Person) RETURN p        SESSION SET GRAPH social        FROM GRAPH social MATCH (p:Person)

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { SelectGrammar } from './grammar-select.ts';
import { K } from './tokens.ts';

export abstract class GraphGrammar extends SelectGrammar {
  protected readonly sessionStatement = this.RULE('sessionStatement', (): ast.SessionGraph => {
    const start = this.mark();
    let graph: ast.Name | undefined;
    this.CONSUME(K.SESSION);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.SET);
          this.CONSUME1(K.GRAPH);
          graph = this.SUBRULE(this.name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.RESET);
          this.OPTION(() => this.CONSUME2(K.GRAPH));
        },
      },
    ]);
    return { kind: 'sessionGraph', ...(graph && { graph }), span: this.spanFrom(start) };
  });

  /** `USE g`, which ends before what uses it. */
  protected readonly useGraph = this.RULE('useGraph', (): ast.Name => {
    const start = this.mark();
    this.CONSUME(K.USE);
    const name = this.SUBRULE(this.name);
    this.ACTION(() => {
      if (!this.endsAt(1)) return;
      throw new QueryError('syntax/unexpected', 'USE stands in front of what uses the graph, in the same statement.', {
        span: this.spanFrom(start),
        hint: `SESSION SET GRAPH ${this.text.slice(name.span.start, name.span.end)} chooses it for the statements that follow.`,
      });
    });
    return name;
  });
}
