// Queries: VALUES, WITH, and what joins them. ORDER BY and LIMIT after UNION belong to the whole, whichever form
// the last operand has; an operand with an order of its own stands in parentheses.

import type * as ast from './ast.ts';
import { QueryError, type Span } from './error.ts';
import { GraphGrammar } from './grammar-graphs.ts';
import type { Ordering } from './grammar-pipelines.ts';
import { Comma, K, ParenClose, ParenOpen } from './tokens.ts';

/** A query as an operand of UNION: its own parentheses decide whether it may have an order of its own. */
interface Operand {
  readonly query: ast.Query;
  readonly parenthesised: boolean;
  readonly start: number;
}

type SetOperator = { operator: ast.SetQuery['operator']; all: boolean };

export abstract class QueryGrammar extends GraphGrammar {
  readonly query = this.RULE('query', (): ast.Query => {
    const { form, barEnds, colonEnds } = this;
    this.barEnds = false;
    this.colonEnds = false;
    const query = this.OR<ast.Query>([
      { GATE: () => this.withQueryAt(1) || (this.at(1, K.USE) && this.withQueryAt(3)), ALT: () => this.SUBRULE(this.withQuery) },
      { ALT: () => this.SUBRULE(this.setQuery) },
    ]);
    this.form = form;
    this.barEnds = barEnds;
    this.colonEnds = colonEnds;
    return query;
  });

  /** `WITH` in front of common tables, so many places on. */
  private withQueryAt(ahead: number): boolean {
    return this.at(ahead, K.WITH) && (this.at(ahead + 1, K.RECURSIVE) || this.commonTableAt(ahead + 1));
  }

  private readonly withQuery = this.RULE('withQuery', (): ast.WithQuery => {
    const start = this.mark();
    let use: ast.Name | undefined;
    this.OPTION1(() => {
      use = this.SUBRULE(this.useGraph);
    });
    const tables = this.SUBRULE(this.withTables);
    const body = this.SUBRULE(this.setQuery);
    return this.ACTION(() => ({ kind: 'withQuery', ...(use && { use }), ...tables, body, span: this.spanFrom(start) }));
  });

  protected readonly withTables = this.RULE('withTables', (): ast.WithTables => {
    let recursive = false;
    const tables: ast.CommonTable[] = [];
    this.CONSUME(K.WITH);
    this.OPTION({
      GATE: () => this.commonTableAt(2),
      DEF: () => {
        this.CONSUME(K.RECURSIVE);
        recursive = true;
      },
    });
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        tables.push(this.SUBRULE(this.commonTable));
      },
    });
    return { recursive, tables };
  });

  /** WITH and common tables, and behind them INSERT, UPDATE or DELETE. */
  protected writeBehindWithAt(): boolean {
    if (!this.at(1, K.WITH)) return false;
    let at = this.at(2, K.RECURSIVE) && this.commonTableAt(3) ? 3 : 2;
    while (this.commonTableAt(at)) {
      while (this.LA(at).tokenType !== K.AS) at = this.pastPart(at);
      while (this.LA(at).tokenType !== ParenOpen) at++;
      at = this.closing(at) + 1;
      if (!this.at(at, Comma)) return [K.INSERT, K.UPDATE, K.DELETE, K.REPLACE, K.UPSERT].includes(this.LA(at).tokenType);
      at++;
    }
    return false;
  }

  private readonly commonTable = this.RULE('commonTable', (): ast.CommonTable => {
    const name = this.SUBRULE(this.name);
    let columns: ast.Name[] | undefined;
    this.OPTION(() => {
      columns = this.SUBRULE(this.nameList);
    });
    this.CONSUME(K.AS);
    // How the rows are kept is for the plan to say.
    this.OPTION2(() => this.CONSUME(K.NOT));
    this.OPTION3(() => this.CONSUME(K.MATERIALIZED));
    this.CONSUME(ParenOpen);
    const query = this.SUBRULE(this.query);
    this.CONSUME(ParenClose);
    return { name, ...(columns && { columns }), query };
  });

  private readonly setQuery = this.RULE('setQuery', (): ast.Query => {
    let left = this.SUBRULE1(this.intersection);
    this.MANY(() => {
      const { operator, all } = this.SUBRULE(this.setOperator);
      const right = this.SUBRULE2(this.intersection);
      left = this.ACTION(() => this.combine(left, right, operator, all));
    });
    const { form } = this;
    if (!this.RECORDING_PHASE && isSelectForm(left.query)) this.form = 'select';
    const order = this.SUBRULE(this.ordering);
    this.form = form;
    return this.ACTION(() => this.withOrder(left, order));
  });

  private readonly intersection = this.RULE('intersection', (): Operand => {
    let left = this.SUBRULE1(this.queryOperand);
    this.MANY(() => {
      const all = this.SUBRULE(this.intersectOperator);
      const right = this.SUBRULE2(this.queryOperand);
      left = this.ACTION(() => this.combine(left, right, 'intersect', all));
    });
    return left;
  });

  private readonly setOperator = this.RULE('setOperator', (): SetOperator => {
    const operator = this.OR<'union' | 'except'>([
      {
        ALT: () => {
          this.CONSUME(K.UNION);
          return 'union';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.EXCEPT);
          return 'except';
        },
      },
    ]);
    return { operator, all: this.SUBRULE(this.allOrDistinct) };
  });

  private readonly intersectOperator = this.RULE('intersectOperator', (): boolean => {
    this.CONSUME(K.INTERSECT);
    return this.SUBRULE(this.allOrDistinct);
  });

  private readonly allOrDistinct = this.RULE('allOrDistinct', (): boolean => {
    let all = false;
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.ALL);
            all = true;
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.DISTINCT);
          },
        },
      ]);
    });
    return all;
  });

  private combine(left: Operand, right: Operand, operator: ast.SetQuery['operator'], all: boolean): Operand {
    const own = ownOrder(left);
    if (own) {
      throw new QueryError('syntax/unexpected', 'ORDER BY and LIMIT stand after the last query of a UNION, or inside parentheses.', {
        span: own,
        hint: 'Put the query that has them in parentheses.',
      });
    }
    const span = this.spanFrom(left.start);
    const query: ast.SetQuery = { kind: 'set', operator, all, left: left.query, right: right.query, orderBy: [], span };
    // The order at the end of the last pipeline is the whole's; withOrder takes it out.
    return { query: right.parenthesised ? query : liftOrder(query), parenthesised: false, start: left.start };
  }

  private withOrder(operand: Operand, order: Ordering): ast.Query {
    const { query, parenthesised } = operand;
    if (order.orderBy.length === 0 && !order.limit && !order.skip) return query;
    const { orderBy, limit, skip: offset, fetch } = order;
    const most = { ...(limit && { limit }), ...(fetch && { fetch }), ...(offset && { offset }) };
    if (!parenthesised && (query.kind === 'select' || query.kind === 'set')) {
      return { ...query, orderBy, ...most, span: this.spanFrom(operand.start) };
    }
    const whole = wholeOf({ kind: 'query', query, span: query.span }, this.spanFrom(operand.start));
    return { ...whole, orderBy, ...most };
  }

  private readonly queryOperand = this.RULE('queryOperand', (): Operand => {
    const start = this.mark();
    let parenthesised = false;
    const query = this.OR<ast.Query>([
      { ALT: () => this.SUBRULE1(this.selectQuery) },
      { GATE: () => this.pivotAt(1), ALT: () => this.SUBRULE(this.pivot) },
      { GATE: () => this.fromFirstAt(), ALT: () => this.SUBRULE1(this.fromFirst) },
      { ALT: () => this.SUBRULE(this.focusedQuery) },
      { ALT: () => this.SUBRULE(this.valuesQuery) },
      { ALT: () => this.SUBRULE(this.tableQuery) },
      {
        ALT: () => {
          this.CONSUME(ParenOpen);
          const inner = this.SUBRULE(this.query);
          this.CONSUME(ParenClose);
          parenthesised = true;
          return inner;
        },
      },
      { ALT: () => this.SUBRULE1(this.pipeline) },
    ]);
    return { query, parenthesised, start };
  });

  /** `USE g` and a query, which alone it speaks of: behind UNION there may stand another. */
  private readonly focusedQuery = this.RULE('focusedQuery', (): ast.Query => {
    const start = this.mark();
    const use = this.SUBRULE(this.useGraph);
    const query = this.OR<ast.SelectQuery | ast.PipelineQuery>([
      { ALT: () => this.SUBRULE2(this.selectQuery) },
      { GATE: () => this.fromFirstAt(), ALT: () => this.SUBRULE2(this.fromFirst) },
      { ALT: () => this.SUBRULE2(this.pipeline) },
    ]);
    return this.ACTION(() => ({ ...query, use, span: this.spanFrom(start) }));
  });

  /** `TABLE name`: all of its rows. */
  private readonly tableQuery = this.RULE('tableQuery', (): ast.SelectQuery => {
    const start = this.mark();
    this.CONSUME(K.TABLE);
    const name = this.SUBRULE(this.name);
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      return wholeOf({ kind: 'named', name, span: name.span }, span);
    });
  });

  private readonly valuesQuery = this.RULE('valuesQuery', (): ast.ValuesQuery => {
    const start = this.mark();
    this.CONSUME(K.VALUES);
    const rows = this.SUBRULE(this.valueRows);
    return { kind: 'values', rows, span: this.spanFrom(start) };
  });

  protected readonly valueRows = this.RULE('valueRows', (): ast.Expression[][] => {
    const rows: ast.Expression[][] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        rows.push(this.SUBRULE(this.valueRow));
      },
    });
    return rows;
  });

  private readonly valueRow = this.RULE('valueRow', (): ast.Expression[] => {
    const values: ast.Expression[] = [];
    this.CONSUME(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        values.push(this.SUBRULE(this.expression));
      },
    });
    this.CONSUME(ParenClose);
    return values;
  });
}

/** `SELECT * FROM item` */
function wholeOf(from: ast.FromItem, span: Span): ast.SelectQuery {
  return { kind: 'select', distinct: false, items: [{ kind: 'star', span }], from, groupBy: [], orderBy: [], span };
}

function isSelectForm(query: ast.Query): boolean {
  if (query.kind === 'set') return isSelectForm(query.right);
  return query.kind === 'select' || query.kind === 'values';
}

function lastReturn(query: ast.Query): ast.ReturnClause | undefined {
  const last = query.kind === 'pipeline' ? query.clauses.at(-1) : undefined;
  return last?.kind === 'return' ? last : undefined;
}

/** Where an operand without parentheses has an order or a limit. */
function ownOrder({ query, parenthesised }: Operand): Span | undefined {
  if (parenthesised) return undefined;
  if (query.kind === 'set') return query.orderBy.length > 0 || query.limit || query.offset ? query.span : undefined;
  const projection = lastReturn(query)?.projection;
  return projection && (projection.orderBy.length > 0 || projection.limit || projection.skip) ? query.span : undefined;
}

/** Moves the order of a last RETURN to the whole set query. */
function liftOrder(query: ast.SetQuery): ast.SetQuery {
  const { right } = query;
  if (right.kind === 'set') {
    const { orderBy, limit, offset, fetch, ...bare } = right;
    const most = { ...(limit && { limit }), ...(fetch && { fetch }), ...(offset && { offset }) };
    return { ...query, right: { ...bare, orderBy: [] }, orderBy, ...most };
  }
  const last = lastReturn(right);
  if (!last || right.kind !== 'pipeline') return query;
  const { distinct, items, orderBy, skip, limit, fetch } = last.projection;
  const bare: ast.ReturnClause = { ...last, projection: { distinct, items, orderBy: [] } };
  return {
    ...query,
    right: { ...right, clauses: [...right.clauses.slice(0, -1), bare] },
    orderBy,
    ...(limit && { limit }),
    ...(fetch && { fetch }),
    ...(skip && { offset: skip }),
  };
}
