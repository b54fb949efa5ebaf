// CALL as a clause of a pipeline: of a procedure, and of a query in braces that runs once for each row.

import type * as ast from './ast.ts';
import type { Rule } from './grammar-base.ts';
import { FromGrammar } from './grammar-from.ts';
import { BraceClose, BraceOpen, Comma, K, ParenClose, ParenOpen, Star } from './tokens.ts';

export abstract class CallClauseGrammar extends FromGrammar {
  /** A query, or clauses that only write: what stands in the braces. */
  abstract readonly bodyQuery: Rule<ast.Query>;

  protected readonly callAny = this.RULE('callAny', (): ast.CallClause | ast.CallQueryClause => {
    const start = this.mark();
    let optional = false;
    this.OPTION(() => {
      this.CONSUME(K.OPTIONAL);
      optional = true;
    });
    this.CONSUME(K.CALL);
    return this.OR<ast.CallClause | ast.CallQueryClause>([
      { ALT: () => this.SUBRULE(this.callQuery, { ARGS: [start, optional] }) },
      { ALT: () => this.SUBRULE(this.callProcedure, { ARGS: [start, optional] }) },
    ]);
  });

  private readonly callQuery = this.RULE('callQuery', (start = 0, optional = false): ast.CallQueryClause => {
    let imports: ast.Name[] | '*' | undefined;
    this.OPTION(() => {
      imports = this.SUBRULE(this.callImports);
    });
    this.CONSUME(BraceOpen);
    const query = this.SUBRULE(this.bodyQuery);
    this.CONSUME(BraceClose);
    this.ACTION(() => {
      if (this.at(1, K.IN)) this.notBuilt('CALL { … } IN TRANSACTIONS', this.LA(1), 'BEGIN and COMMIT make transactions.');
    });
    return { kind: 'callQuery', optional, ...(imports && { imports }), query, span: this.spanFrom(start) };
  });

  private readonly callImports = this.RULE('callImports', (): ast.Name[] | '*' => {
    const names: ast.Name[] = [];
    let all = false;
    this.CONSUME(ParenOpen);
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(Star);
            all = true;
          },
        },
        {
          ALT: () => {
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () => {
                names.push(this.SUBRULE(this.name));
              },
            });
          },
        },
      ]);
    });
    this.CONSUME(ParenClose);
    return all ? '*' : names;
  });

  private readonly callProcedure = this.RULE('callProcedure', (start = 0, optional = false): ast.CallClause => {
    let values: ast.Expression[] | undefined;
    let yields: ast.CallClause['yields'];
    let where: ast.Expression | undefined;
    const procedure = this.SUBRULE(this.dottedName);
    this.OPTION1(() => {
      values = this.SUBRULE(this.expressionsInParentheses);
    });
    this.OPTION2(() => {
      this.CONSUME(K.YIELD);
      yields = this.SUBRULE(this.yieldItems);
      this.OPTION3(() => {
        this.CONSUME(K.WHERE);
        where = this.SUBRULE(this.expression);
      });
    });
    return {
      kind: 'call',
      optional,
      procedure,
      ...(values && { arguments: values }),
      ...(yields && { yields }),
      ...(where && { where }),
      span: this.spanFrom(start),
    };
  });

  private readonly yieldItems = this.RULE('yieldItems', (): NonNullable<ast.CallClause['yields']> => {
    const items: ast.YieldItem[] = [];
    let all = false;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Star);
          all = true;
        },
      },
      {
        ALT: () => {
          this.AT_LEAST_ONE_SEP({
            SEP: Comma,
            DEF: () => {
              items.push(this.SUBRULE(this.yieldItem));
            },
          });
        },
      },
    ]);
    return all ? '*' : items;
  });

  private readonly yieldItem = this.RULE('yieldItem', (): ast.YieldItem => {
    const column = this.SUBRULE1(this.name);
    let alias: ast.Name | undefined;
    this.OPTION(() => {
      this.CONSUME(K.AS);
      alias = this.SUBRULE2(this.name);
    });
    return { column, ...(alias && { alias }) };
  });
}
