// The clause pipeline: MATCH … WHERE … WITH … RETURN.

import type * as ast from './ast.ts';
import type { Span } from './error.ts';
import { FromGrammar } from './grammar-from.ts';
import { BracketClose, BracketOpen, Colon, Comma, Dot, Equal, Integer, K, Minus, ParenClose, ParenOpen, PlusEqual, StringText, DoubleQuoted } from './tokens.ts';
import { tokenSpan, unquote } from './tokenize.ts';

/** ORDER BY, SKIP and LIMIT as read; the span covers what is there. */
export interface Ordering {
  readonly orderBy: readonly ast.SortKey[];
  readonly skip?: ast.Expression;
  readonly limit?: ast.Expression;
  readonly span: Span;
}

export abstract class PipelineGrammar extends FromGrammar {
  protected readonly pipeline = this.RULE('pipeline', (): ast.PipelineQuery => {
    const start = this.mark();
    const outer = this.form;
    this.form = 'pipeline';
    const clauses: ast.Clause[] = [];
    this.OR([
      {
        ALT: () => {
          clauses.push(this.SUBRULE(this.firstClause));
          this.MANY(() => { clauses.push(this.SUBRULE(this.clause)); });
          this.OPTION(() => { clauses.push(this.SUBRULE1(this.returnClause)); });
        },
      },
      { ALT: () => { clauses.push(this.SUBRULE2(this.returnClause)); } },
    ]);
    this.form = outer;
    return { kind: 'pipeline', clauses, span: this.spanFrom(start) };
  });

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

  /** A clause that can start a pipeline: one that makes rows. */
  private readonly firstClause = this.RULE('firstClause', (): ast.Clause => {
    return this.OR<ast.Clause>([
      { ALT: () => this.SUBRULE(this.matchClause) },
      { ALT: () => this.SUBRULE(this.fromClause) },
      { ALT: () => this.SUBRULE(this.unwindClause) },
      { ALT: () => this.SUBRULE(this.withClause) },
      { ALT: () => this.SUBRULE(this.callClause) },
      { ALT: () => this.SUBRULE(this.createClause) },
      { ALT: () => this.SUBRULE(this.missingClause) },
    ]);
  });

  private readonly clause = this.RULE('clause', (): ast.Clause => {
    return this.OR<ast.Clause>([
      { ALT: () => this.SUBRULE(this.firstClause) },
      { ALT: () => this.SUBRULE(this.whereClause) },
      { ALT: () => this.SUBRULE(this.setClause) },
      { ALT: () => this.SUBRULE(this.removeClause) },
      { ALT: () => this.SUBRULE(this.deleteClause) },
    ]);
  });

  private readonly missingClause = this.RULE('missingClause', (): ast.Clause => {
    const token = this.LA(1);
    this.OR([
      { ALT: () => this.CONSUME(K.MERGE) },
      { ALT: () => this.CONSUME(K.FOREACH) },
      { ALT: () => this.CONSUME(K.LOAD) },
    ]);
    this.notBuilt(token.tokenType === K.LOAD ? 'LOAD CSV' : token.image.toUpperCase(), token);
    return { kind: 'pipeline', clauses: [] } as never;
  });

  private readonly matchClause = this.RULE('matchClause', (): ast.MatchClause => {
    const start = this.mark();
    let optional = false;
    this.OPTION(() => { this.CONSUME(K.OPTIONAL); optional = true; });
    this.CONSUME(K.MATCH);
    const { patterns, where } = this.SUBRULE(this.patternsAndWhere);
    return { kind: 'match', optional, patterns, ...(where && { where }), span: this.spanFrom(start) };
  });

  private readonly patternsAndWhere = this.RULE('patternsAndWhere', (): { patterns: ast.PathPattern[]; where?: ast.Expression } => {
    const patterns = this.SUBRULE(this.patternList);
    let where: ast.Expression | undefined;
    this.OPTION(() => { this.CONSUME(K.WHERE); where = this.SUBRULE(this.expression); });
    return { patterns, ...(where && { where }) };
  });

  private readonly patternList = this.RULE('patternList', (): ast.PathPattern[] => {
    const patterns: ast.PathPattern[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { patterns.push(this.SUBRULE(this.pathPattern)); } });
    return patterns;
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
    this.OPTION(() => { this.CONSUME(K.WHERE); where = this.SUBRULE(this.expression); });
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
    this.OPTION(() => { this.CONSUME(K.DISTINCT); distinct = true; });
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { items.push(this.SUBRULE(this.selectItem)); } });
    const { orderBy, skip, limit } = this.SUBRULE(this.ordering);
    return { distinct, items, orderBy, ...(skip && { skip }), ...(limit && { limit }) };
  });

  /** `ORDER BY …`, then SKIP (or OFFSET) and LIMIT in either order. */
  protected readonly ordering = this.RULE('ordering', (): Ordering => {
    const start = this.mark();
    let orderBy: ast.SortKey[] = [];
    let skip: ast.Expression | undefined;
    let limit: ast.Expression | undefined;
    this.OPTION(() => { orderBy = this.SUBRULE(this.orderBy); });
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.OR2([{ ALT: () => this.CONSUME(K.SKIP) }, { ALT: () => this.CONSUME(K.OFFSET) }]);
            this.ACTION(() => { if (skip) this.refuse('one OFFSET'); });
            skip = this.SUBRULE1(this.expression);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.LIMIT);
            this.ACTION(() => { if (limit) this.refuse('one LIMIT'); });
            limit = this.SUBRULE2(this.expression);
          },
        },
      ]);
    });
    return { orderBy, ...(skip && { skip }), ...(limit && { limit }), span: this.spanFrom(start) };
  });

  private readonly orderBy = this.RULE('orderBy', (): ast.SortKey[] => {
    const keys: ast.SortKey[] = [];
    this.CONSUME(K.ORDER);
    this.CONSUME(K.BY);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { keys.push(this.SUBRULE(this.sortKey)); } });
    return keys;
  });

  private readonly sortKey = this.RULE('sortKey', (): ast.SortKey => {
    const value = this.SUBRULE(this.expression);
    const descending = this.SUBRULE(this.direction);
    let nulls: 'first' | 'last' | undefined;
    this.OPTION(() => {
      this.CONSUME(K.NULLS);
      this.OR([{ ALT: () => { this.CONSUME(K.FIRST); nulls = 'first'; } }, { ALT: () => { this.CONSUME(K.LAST); nulls = 'last'; } }]);
    });
    return { value, descending, ...(nulls && { nulls }) };
  });

  protected readonly direction = this.RULE('direction', (): boolean => {
    let descending = false;
    this.OPTION(() => {
      this.OR([
        { ALT: () => { this.CONSUME(K.ASC); } },
        { ALT: () => { this.CONSUME(K.ASCENDING); } },
        { ALT: () => { this.CONSUME(K.DESC); descending = true; } },
        { ALT: () => { this.CONSUME(K.DESCENDING); descending = true; } },
      ]);
    });
    return descending;
  });

  private readonly callClause = this.RULE('callClause', (): ast.CallClause => {
    const start = this.mark();
    let values: ast.Expression[] = [];
    let yields: { column: ast.Name; alias?: ast.Name }[] | undefined;
    this.CONSUME(K.CALL);
    const procedure = this.SUBRULE(this.dottedName);
    this.OPTION1(() => { values = this.SUBRULE(this.argumentList); });
    this.OPTION2(() => { this.CONSUME(K.YIELD); yields = this.SUBRULE(this.yieldItems); });
    return { kind: 'call', procedure, arguments: values, ...(yields && { yields }), span: this.spanFrom(start) };
  });

  private readonly yieldItems = this.RULE('yieldItems', (): { column: ast.Name; alias?: ast.Name }[] => {
    const items: { column: ast.Name; alias?: ast.Name }[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const column = this.SUBRULE1(this.name);
        let alias: ast.Name | undefined;
        this.OPTION(() => { this.CONSUME(K.AS); alias = this.SUBRULE2(this.name); });
        items.push({ column, ...(alias && { alias }) });
      },
    });
    return items;
  });

  // ------------------------------------------------------------------------------------------ writes to the graph

  private readonly createClause = this.RULE('createClause', (): ast.CreateClause => {
    const start = this.mark();
    this.CONSUME(K.CREATE);
    const patterns = this.SUBRULE(this.patternList);
    return { kind: 'create', patterns, span: this.spanFrom(start) };
  });

  private readonly setClause = this.RULE('setClause', (): ast.SetClause => {
    const start = this.mark();
    const items: ast.SetItem[] = [];
    this.CONSUME(K.SET);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { items.push(this.SUBRULE(this.setItem)); } });
    return { kind: 'set', items, span: this.spanFrom(start) };
  });

  private readonly setItem = this.RULE('setItem', (): ast.SetItem => {
    return this.OR<ast.SetItem>([
      {
        GATE: () => this.at(2, Colon),
        ALT: () => ({ kind: 'labels', target: this.SUBRULE(this.name), labels: this.SUBRULE(this.labelNames) }),
      },
      {
        GATE: () => this.at(2, Equal) || this.at(2, PlusEqual),
        ALT: () => {
          const target = this.SUBRULE2(this.name);
          const merge = this.OR2([
            { ALT: () => { this.CONSUME1(Equal); return false; } },
            { ALT: () => { this.CONSUME(PlusEqual); return true; } },
          ]);
          return { kind: 'all', target, value: this.SUBRULE1(this.expression), merge };
        },
      },
      {
        ALT: () => {
          const path = this.SUBRULE(this.path);
          this.CONSUME2(Equal);
          return { kind: 'path', path, value: this.SUBRULE2(this.expression) };
        },
      },
    ]);
  });

  private readonly labelNames = this.RULE('labelNames', (): ast.Name[] => {
    const labels: ast.Name[] = [];
    this.AT_LEAST_ONE(() => { this.CONSUME(Colon); labels.push(this.SUBRULE(this.anyName)); });
    return labels;
  });

  /** `a.b[0].c`, also `(a).b`; `a['b c']` is the field `b c`. */
  protected readonly path = this.RULE('path', (): ast.Path => {
    const start = this.mark();
    const root = this.OR([
      { ALT: () => this.SUBRULE1(this.name) },
      {
        ALT: () => {
          this.CONSUME(ParenOpen);
          const name = this.SUBRULE2(this.name);
          this.CONSUME(ParenClose);
          return name;
        },
      },
    ]);
    const steps: ast.PathStep[] = [];
    this.MANY(() => { steps.push(this.SUBRULE(this.pathStep)); });
    return { root, steps, span: this.spanFrom(start) };
  });

  private readonly pathStep = this.RULE('pathStep', (): ast.PathStep => {
    const start = this.mark();
    return this.OR<ast.PathStep>([
      { ALT: () => { this.CONSUME(Dot); return { kind: 'field', name: this.SUBRULE(this.anyName) }; } },
      {
        ALT: () => {
          this.CONSUME(BracketOpen);
          const step = this.SUBRULE(this.pathKey);
          this.CONSUME(BracketClose);
          return this.ACTION(() => (step.kind === 'index' ? { ...step, span: this.spanFrom(start) } : step));
        },
      },
    ]);
  });

  private readonly pathKey = this.RULE('pathKey', (): ast.PathStep => {
    const start = this.mark();
    let sign = 1;
    this.OPTION(() => { this.CONSUME(Minus); sign = -1; });
    return this.OR<ast.PathStep>([
      { ALT: () => { const { image } = this.CONSUME(Integer); return { kind: 'index', index: sign * Number(image), span: this.spanFrom(start) }; } },
      {
        GATE: () => sign === 1,
        ALT: () => {
          const token = this.LA(1);
          this.OR2([{ ALT: () => this.CONSUME(StringText) }, { ALT: () => this.CONSUME(DoubleQuoted) }]);
          return { kind: 'field', name: { text: unquote(token.image), span: tokenSpan(token) } };
        },
      },
    ]);
  });

  private readonly removeClause = this.RULE('removeClause', (): ast.RemoveClause => {
    const start = this.mark();
    const items: ast.RemoveClause['items'][number][] = [];
    this.CONSUME(K.REMOVE);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { items.push(this.SUBRULE(this.removeItem)); } });
    return { kind: 'remove', items, span: this.spanFrom(start) };
  });

  private readonly removeItem = this.RULE('removeItem', (): ast.RemoveClause['items'][number] => {
    return this.OR<ast.RemoveClause['items'][number]>([
      {
        GATE: () => this.at(2, Colon),
        ALT: () => ({ kind: 'labels', target: this.SUBRULE(this.name), labels: this.SUBRULE(this.labelNames) }),
      },
      { ALT: () => ({ kind: 'path', path: this.SUBRULE(this.path) }) },
    ]);
  });

  private readonly deleteClause = this.RULE('deleteClause', (): ast.DeleteClause => {
    const start = this.mark();
    let detach = false;
    const values: ast.Expression[] = [];
    this.OPTION(() => { this.CONSUME(K.DETACH); detach = true; });
    this.CONSUME(K.DELETE);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { values.push(this.SUBRULE(this.expression)); } });
    return { kind: 'deleteElements', detach, values, span: this.spanFrom(start) };
  });
}

