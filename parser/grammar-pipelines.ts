// The clause pipeline: MATCH … WHERE … WITH … RETURN.

import type * as ast from './ast.ts';
import { QueryError, type Span } from './error.ts';
import { UpdateGrammar } from './grammar-updates.ts';
import { tokenSpan } from './tokenize.ts';
import { Bar, Comma, K, ParenClose, ParenOpen } from './tokens.ts';

/** ORDER BY, SKIP and LIMIT as read; the span covers what is there. */
export interface Ordering {
  readonly orderBy: readonly ast.SortKey[];
  readonly skip?: ast.Expression;
  readonly limit?: ast.Expression;
  readonly fetch?: ast.Fetch;
  readonly span: Span;
}

export abstract class PipelineGrammar extends UpdateGrammar {
  protected readonly pipeline = this.RULE('pipeline', (): ast.PipelineQuery => {
    const start = this.mark();
    const outer = this.form;
    this.form = 'pipeline';
    const clauses: ast.Clause[] = [];
    this.OR([
      {
        ALT: () => {
          clauses.push(this.SUBRULE(this.firstClause));
          this.MANY(() => {
            clauses.push(this.SUBRULE(this.clause));
          });
          this.OPTION(() => {
            clauses.push(this.SUBRULE1(this.returnClause));
          });
        },
      },
      {
        ALT: () => {
          clauses.push(this.SUBRULE2(this.returnClause));
        },
      },
    ]);
    this.form = outer;
    this.ACTION(() => this.refuseYieldAll(clauses));
    return { kind: 'pipeline', clauses, span: this.spanFrom(start) };
  });

  /** As in openCypher: among other clauses the text must show which names come in. */
  private refuseYieldAll(clauses: readonly ast.Clause[]): void {
    const call = clauses.length > 1 ? clauses.find((c) => c.kind === 'call' && c.yields === '*') : undefined;
    if (!call) return;
    const hint = 'YIELD * may stand only where CALL stands alone.';
    throw new QueryError('syntax/unexpected', 'Expected names behind YIELD, found "*".', {
      span: { start: call.span.end - 1, end: call.span.end },
      hint,
    });
  }

  /** `(a)-->(b) WHERE …` in braces: a pipeline of one MATCH whose keyword is left out. */
  readonly patternQuery = this.RULE('patternQuery', (): ast.Query => {
    const start = this.mark();
    const outer = this.form;
    this.form = 'pipeline';
    const { patterns, where } = this.SUBRULE(this.patternsAndWhere);
    this.form = outer;
    const span = this.spanFrom(start);
    return { kind: 'pipeline', clauses: [{ kind: 'match', optional: false, patterns, ...(where && { where }), span }], span };
  });

  /** What stands in the braces of CALL: a query, or clauses that start with a change of what is imported. */
  readonly bodyQuery = this.RULE('bodyQuery', (): ast.Query => {
    return this.OR<ast.Query>([{ ALT: () => this.SUBRULE(this.updatingPipeline) }, { ALT: () => this.SUBRULE(this.query) }]);
  });

  private readonly updatingPipeline = this.RULE('updatingPipeline', (): ast.PipelineQuery => {
    const start = this.mark();
    const outer = this.form;
    this.form = 'pipeline';
    const clauses: ast.Clause[] = [this.SUBRULE(this.updatingClause)];
    this.MANY(() => {
      clauses.push(this.SUBRULE(this.clause));
    });
    this.OPTION(() => {
      clauses.push(this.SUBRULE(this.returnClause));
    });
    this.form = outer;
    return { kind: 'pipeline', clauses, span: this.spanFrom(start) };
  });

  private readonly foreachClause = this.RULE('foreachClause', (): ast.ForeachClause => {
    const start = this.mark();
    const { barEnds } = this;
    const clauses: ast.Clause[] = [];
    this.CONSUME(K.FOREACH);
    this.CONSUME(ParenOpen);
    const variable = this.SUBRULE(this.name);
    this.CONSUME(K.IN);
    this.barEnds = true;
    const list = this.SUBRULE(this.expression);
    this.barEnds = barEnds;
    this.CONSUME(Bar);
    this.AT_LEAST_ONE(() => {
      clauses.push(this.SUBRULE(this.foreachBody));
    });
    this.CONSUME(ParenClose);
    return { kind: 'foreach', variable, list, clauses, span: this.spanFrom(start) };
  });

  private readonly foreachBody = this.RULE('foreachBody', (): ast.Clause => {
    return this.OR<ast.Clause>([
      { ALT: () => this.SUBRULE(this.createClause) },
      { ALT: () => this.SUBRULE(this.mergeClause) },
      { ALT: () => this.SUBRULE(this.foreachClause) },
      { ALT: () => this.SUBRULE(this.updatingClause) },
    ]);
  });

  private readonly updatingClause = this.RULE('updatingClause', (): ast.Clause => {
    return this.OR<ast.Clause>([
      { ALT: () => this.SUBRULE(this.setClause) },
      { ALT: () => this.SUBRULE(this.removeClause) },
      { ALT: () => this.SUBRULE(this.deleteClause) },
    ]);
  });

  /** A clause that can start a pipeline: one that makes rows. */
  private readonly firstClause = this.RULE('firstClause', (): ast.Clause => {
    return this.OR<ast.Clause>([
      { GATE: () => !this.at(2, K.CALL), ALT: () => this.SUBRULE(this.matchClause) },
      { ALT: () => this.SUBRULE(this.fromClause) },
      { ALT: () => this.SUBRULE(this.unwindClause) },
      { ALT: () => this.SUBRULE(this.withClause) },
      { ALT: () => this.SUBRULE(this.callAny) },
      { ALT: () => this.SUBRULE(this.createClause) },
      { ALT: () => this.SUBRULE(this.mergeClause) },
      { ALT: () => this.SUBRULE(this.foreachClause) },
      { ALT: () => this.SUBRULE(this.missingClause) },
    ]);
  });

  private readonly clause = this.RULE('clause', (): ast.Clause => {
    return this.OR<ast.Clause>([
      { ALT: () => this.SUBRULE(this.firstClause) },
      { ALT: () => this.SUBRULE(this.whereClause) },
      { ALT: () => this.SUBRULE(this.updatingClause) },
    ]);
  });

  private readonly missingClause = this.RULE('missingClause', (): ast.Clause => {
    const token = this.CONSUME(K.LOAD);
    this.notBuilt('LOAD CSV', token);
    return NO_CLAUSE;
  });

  private readonly matchClause = this.RULE('matchClause', (): ast.MatchClause => {
    const start = this.mark();
    let optional = false;
    this.OPTION(() => {
      this.CONSUME(K.OPTIONAL);
      optional = true;
    });
    this.CONSUME(K.MATCH);
    const { patterns, where } = this.SUBRULE(this.patternsAndWhere);
    return { kind: 'match', optional, patterns, ...(where && { where }), span: this.spanFrom(start) };
  });

  private readonly patternsAndWhere = this.RULE('patternsAndWhere', (): { patterns: ast.PathPattern[]; where?: ast.Expression } => {
    const patterns = this.SUBRULE(this.patternList);
    let where: ast.Expression | undefined;
    this.OPTION(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    return { patterns, ...(where && { where }) };
  });

  private readonly fromClause = this.RULE('fromClause', (): ast.FromClause => {
    const start = this.mark();
    this.CONSUME(K.FROM);
    const item = this.SUBRULE(this.fromItems);
    return { kind: 'from', item, span: this.spanFrom(start) };
  });

  private readonly whereClause = this.RULE('whereClause', (): ast.WhereClause => {
    const start = this.mark();
    this.CONSUME(K.WHERE);
    const condition = this.SUBRULE(this.expression);
    return { kind: 'where', condition, span: this.spanFrom(start) };
  });

  private readonly unwindClause = this.RULE('unwindClause', (): ast.UnwindClause => {
    const start = this.mark();
    this.CONSUME(K.UNWIND);
    const value = this.SUBRULE(this.expression);
    this.CONSUME(K.AS);
    const alias = this.SUBRULE(this.name);
    return { kind: 'unwind', value, alias, span: this.spanFrom(start) };
  });

  private readonly withClause = this.RULE('withClause', (): ast.WithClause => {
    const start = this.mark();
    this.CONSUME(K.WITH);
    const projection = this.SUBRULE(this.projection);
    let where: ast.Expression | undefined;
    this.OPTION(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    return { kind: 'with', projection, ...(where && { where }), span: this.spanFrom(start) };
  });

  private readonly returnClause = this.RULE('returnClause', (): ast.ReturnClause => {
    const start = this.mark();
    this.CONSUME(K.RETURN);
    const projection = this.SUBRULE(this.projection);
    return { kind: 'return', projection, span: this.spanFrom(start) };
  });

  private readonly projection = this.RULE('projection', (): ast.Projection => {
    let distinct = false;
    const items: ast.SelectItem[] = [];
    this.OPTION(() => {
      this.CONSUME(K.DISTINCT);
      distinct = true;
    });
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.selectItem));
      },
    });
    const { orderBy, skip, limit, fetch } = this.SUBRULE(this.ordering);
    return { distinct, items, orderBy, ...(skip && { skip }), ...(limit && { limit }), ...(fetch && { fetch }) };
  });

  /** `ORDER BY …`, then SKIP (or OFFSET) and LIMIT in either order. */
  protected readonly ordering = this.RULE('ordering', (): Ordering => {
    const start = this.mark();
    let orderBy: ast.SortKey[] = [];
    let skip: ast.Expression | undefined;
    let limit: ast.Expression | undefined;
    let fetch: ast.Fetch | undefined;
    let limited = false;
    this.OPTION1(() => {
      orderBy = this.SUBRULE(this.orderBy);
    });
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.OR2([{ ALT: () => this.CONSUME(K.SKIP) }, { ALT: () => this.CONSUME(K.OFFSET) }]);
            this.ACTION(() => {
              if (skip) this.refuse('one OFFSET');
            });
            skip = this.SUBRULE1(this.expression);
            this.OPTION2(() => this.OR3(this.rowWords));
          },
        },
        {
          ALT: () => {
            this.ACTION(() => {
              if (limited) this.refuse('one LIMIT');
            });
            limited = true;
            limit = this.OR4([
              { ALT: () => this.SUBRULE(this.limitClause) },
              {
                ALT: () => {
                  const found = this.SUBRULE(this.fetchClause);
                  this.ACTION(() => {
                    fetch = found.ties || found.percent ? { ties: found.ties, percent: found.percent } : undefined;
                  });
                  return this.ACTION(() => found.limit);
                },
              },
            ]);
            // `LIMIT 2, 10` passes over two rows.
            this.OPTION3(() => {
              this.CONSUME(Comma);
              this.ACTION(() => {
                if (skip || !limit) this.refuse('one OFFSET');
              });
              skip = limit;
              limit = this.SUBRULE4(this.expression);
            });
          },
        },
      ]);
    });
    return { orderBy, ...(skip && { skip }), ...(limit && { limit }), ...(fetch && { fetch }), span: this.spanFrom(start) };
  });

  private readonly rowWords = this.choices([
    [K.ROW, true],
    [K.ROWS, true],
  ]);

  /** `LIMIT 5`; `LIMIT ALL` is none. */
  private readonly limitClause = this.RULE('limitClause', (): ast.Expression | undefined => {
    this.CONSUME(K.LIMIT);
    return this.OR<ast.Expression | undefined>([
      {
        GATE: () => this.at(1, K.ALL) && !this.expressionGoesOnAt(2),
        ALT: () => {
          this.CONSUME(K.ALL);
          return undefined;
        },
      },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
  });

  /** `FETCH FIRST 5 ROWS ONLY`, `FETCH NEXT 10 PERCENT ROWS WITH TIES`; without a number one row. */
  private readonly fetchClause = this.RULE('fetchClause', (): ast.Fetch & { readonly limit: ast.Expression } => {
    let limit: ast.Expression = { kind: 'literal', value: 1n, span: { start: 0, end: 0 } };
    let ties = false;
    let percent = false;
    this.CONSUME(K.FETCH);
    const first = this.LA(1);
    this.OR1([{ ALT: () => this.CONSUME(K.FIRST) }, { ALT: () => this.CONSUME(K.NEXT) }]);
    this.ACTION(() => {
      limit = { kind: 'literal', value: 1n, span: tokenSpan(first) };
    });
    this.OPTION1({
      GATE: () => !((this.at(1, K.ROW) || this.at(1, K.ROWS)) && (this.at(2, K.ONLY) || this.at(2, K.WITH))),
      DEF: () => {
        limit = this.SUBRULE(this.expression);
        this.OPTION2(() => {
          this.CONSUME(K.PERCENT);
          percent = true;
        });
      },
    });
    this.OR2(this.rowWords);
    this.OR3([
      { ALT: () => this.CONSUME(K.ONLY) },
      {
        ALT: () => {
          this.CONSUME(K.WITH);
          this.CONSUME(K.TIES);
          ties = true;
        },
      },
    ]);
    return { limit, ties, percent };
  });

  readonly orderBy = this.RULE('orderBy', (): ast.SortKey[] => {
    const keys: ast.SortKey[] = [];
    this.CONSUME(K.ORDER);
    this.CONSUME(K.BY);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        keys.push(this.SUBRULE(this.sortKey));
      },
    });
    return keys;
  });

  private readonly sortKey = this.RULE('sortKey', (): ast.SortKey => {
    const value = this.SUBRULE(this.expression);
    const descending = this.SUBRULE(this.direction);
    let nulls: 'first' | 'last' | undefined;
    this.OPTION(() => {
      this.CONSUME(K.NULLS);
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.FIRST);
            nulls = 'first';
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.LAST);
            nulls = 'last';
          },
        },
      ]);
    });
    return { value, descending, ...(nulls && { nulls }) };
  });

  private readonly directions = this.choices([
    [K.ASC, false],
    [K.ASCENDING, false],
    [K.DESC, true],
    [K.DESCENDING, true],
  ]);

  protected readonly direction = this.RULE('direction', (): boolean => {
    let descending = false;
    this.OPTION(() => {
      descending = this.OR(this.directions);
    });
    return descending;
  });
}

/** Stands for a clause that is refused; no tree ever holds it. */
const NO_CLAUSE: ast.WithClause = { kind: 'with', projection: { distinct: false, items: [], orderBy: [] }, span: { start: 0, end: 0 } };
