// One item of FROM: a name, a path, a query, a pattern, a call; and the items of a projection. grammar-from.ts joins them.

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import type { Span } from './error.ts';
import type { Rule } from './grammar-base.ts';
import { PatternGrammar } from './grammar-patterns.ts';
import { printExpression } from './print-expression.ts';
import { BraceOpen, BracketOpen, Comma, Dot, Equal, Integer, K, NameWord, Parameter, ParenClose, ParenOpen, Star } from './tokens.ts';
import { tokenSpan } from './tokenize.ts';

export abstract class FromItemGrammar extends PatternGrammar {
  protected abstract readonly fromItems: Rule<ast.FromItem>;

  protected readonly fromItem: Rule<ast.FromItem> = this.RULE('fromItem', (): ast.FromItem => {
    return this.OR<ast.FromItem>([
      {
        GATE: () => this.parenthesisedQueryAt(2) || this.at(2, K.UNNEST) || (this.at(2, NameWord) && this.at(3, ParenOpen)),
        ALT: () => {
          // Every item sees those to its left, so the word changes nothing.
          this.CONSUME(K.LATERAL);
          return this.SUBRULE(this.fromItem);
        },
      },
      { GATE: () => this.parenthesisedQueryAt(1), ALT: () => this.SUBRULE1(this.fromQuery) },
      {
        ALT: () => {
          this.CONSUME(ParenOpen);
          const items = this.SUBRULE(this.fromItems);
          this.CONSUME(ParenClose);
          return items;
        },
      },
      { GATE: () => this.matchItemAt(), ALT: () => this.SUBRULE(this.fromMatch) },
      { GATE: () => this.at(2, ParenOpen), ALT: () => this.SUBRULE(this.graphTable) },
      { GATE: () => this.at(2, ParenOpen), ALT: () => this.SUBRULE(this.unnest) },
      { GATE: () => this.at(2, NameWord) || this.at(2, ParenOpen) || this.at(2, BraceOpen), ALT: () => this.SUBRULE(this.unpivot) },
      { GATE: () => this.callAt(), ALT: () => this.SUBRULE(this.fromCall) },
      { GATE: () => this.at(1, Parameter) || this.at(2, Dot) || this.at(2, BracketOpen), ALT: () => this.SUBRULE(this.fromPath) },
      { ALT: () => this.SUBRULE(this.fromNamed) },
    ]);
  });

  /** `MATCH` or `GRAPH g MATCH`, and a pattern. */
  private matchItemAt(): boolean {
    const match = this.at(1, K.GRAPH) ? 3 : 1;
    if (!this.at(match, K.MATCH) || (match > 1 && !this.at(2, NameWord))) return false;
    const [first, second] = [match + 1, match + 2];
    if (this.at(first, ParenOpen) || this.at(second, ParenOpen) || this.at(second, K.SHORTEST) || this.at(second, Equal)) return true;
    // Not `FROM match shortest GROUP BY a`.
    if (this.at(first, K.SHORTEST) && /^groups?$/i.test(this.LA(second).image)) return this.at(second + 1, ParenOpen);
    return PATH_WORDS.has(this.LA(first).tokenType) && (this.at(second, Integer) || PATH_WORDS.has(this.LA(second).tokenType));
  }

  private callAt(): boolean {
    let ahead = 2;
    while (this.at(ahead, Dot)) ahead += 2;
    return this.at(1, NameWord) && this.at(ahead, ParenOpen);
  }

  private readonly fromNamed = this.RULE('fromNamed', (): ast.FromNamed => {
    const start = this.mark();
    const name = this.SUBRULE(this.name);
    const { alias, columns } = this.SUBRULE(this.aliasAndColumns);
    const indexedBy = this.SUBRULE(this.indexedBy);
    return this.ACTION(() => ({
      kind: 'named',
      name,
      ...(alias && { alias }),
      ...(columns && { columns }),
      ...(indexedBy !== undefined && { indexedBy }),
      span: this.spanFrom(start),
    }));
  });

  private readonly aliasAndColumns = this.RULE('aliasAndColumns', (): Pick<ast.FromCall, 'alias' | 'columns'> => {
    const alias = this.SUBRULE(this.optionalAlias);
    let columns: ast.Name[] | undefined;
    this.OPTION({
      GATE: () => alias !== undefined,
      DEF: () => {
        columns = this.SUBRULE(this.nameList);
      },
    });
    return { ...(alias && { alias }), ...(columns && { columns }) };
  });

  /** `INDEXED BY name`, `NOT INDEXED` (null), or neither. */
  private readonly indexedBy = this.RULE('indexedBy', (): ast.Name | null | undefined => {
    let given: ast.Name | null | undefined;
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME1(K.INDEXED);
            this.CONSUME(K.BY);
            given = this.SUBRULE(this.name);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.NOT);
            this.CONSUME2(K.INDEXED);
            given = null;
          },
        },
      ]);
    });
    return given;
  });

  /** `o.items AS i AT n`, `$rows AS r` */
  private readonly fromPath = this.RULE('fromPath', (): ast.FromPath => {
    const start = this.mark();
    const value = this.SUBRULE(this.operand);
    const names = this.SUBRULE(this.aliasAndPosition);
    return this.ACTION(() => ({ kind: 'unnest', value, ...names, keyword: false, span: this.spanFrom(start) }));
  });

  /** One list is a FromPath; several, ORDINALITY and names for columns make it a function like others. */
  private readonly unnest = this.RULE('unnest', (): ast.FromPath | ast.FromCall => {
    const start = this.mark();
    const lists: ast.Expression[] = [];
    const token = this.CONSUME(K.UNNEST);
    this.CONSUME(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        lists.push(this.SUBRULE(this.expression));
      },
    });
    this.CONSUME(ParenClose);
    const ordinality = this.SUBRULE(this.ordinality);
    const { alias, columns } = this.SUBRULE(this.aliasAndColumns);
    let position: ast.Name | undefined;
    this.OPTION({
      GATE: () => lists.length === 1 && !ordinality && !columns,
      DEF: () => {
        this.CONSUME(K.AT);
        position = this.SUBRULE(this.name);
      },
    });
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      const [value, more] = lists;
      if (value && !more && !ordinality && !columns)
        return { kind: 'unnest', value, ...(alias && { alias }), ...(position && { position }), keyword: true, span };
      return {
        kind: 'call',
        name: { text: 'unnest', span: tokenSpan(token) },
        arguments: lists,
        ...(ordinality && { ordinality }),
        ...(alias && { alias }),
        ...(columns && { columns }),
        span,
      };
    });
  });

  /** `WITH ORDINALITY` */
  private readonly ordinality = this.RULE('ordinality', (): true | undefined => {
    let found: true | undefined;
    this.OPTION({
      GATE: () => this.at(2, K.ORDINALITY),
      DEF: () => {
        this.CONSUME(K.WITH);
        this.CONSUME(K.ORDINALITY);
        found = true;
      },
    });
    return found;
  });

  /** `UNPIVOT o.prices AS price AT symbol` */
  private readonly unpivot = this.RULE('unpivot', (): ast.FromPath => {
    const start = this.mark();
    this.CONSUME(K.UNPIVOT);
    const value = this.SUBRULE(this.operand);
    const names = this.SUBRULE(this.aliasAndPosition);
    return { kind: 'unnest', value, ...names, keyword: true, unpivot: true, span: this.spanFrom(start) };
  });

  protected readonly aliasAndPosition = this.RULE('aliasAndPosition', (): Pick<ast.FromPath, 'alias' | 'position'> => {
    const alias = this.SUBRULE(this.optionalAlias);
    let position: ast.Name | undefined;
    this.OPTION(() => {
      this.CONSUME(K.AT);
      position = this.SUBRULE(this.name);
    });
    return this.ACTION(() => ({ ...(alias && { alias }), ...(position && { position }) }));
  });

  private readonly fromCall = this.RULE('fromCall', (): ast.FromCall => {
    const start = this.mark();
    const name = this.SUBRULE(this.dottedName);
    const values = this.SUBRULE(this.expressionsInParentheses);
    const ordinality = this.SUBRULE(this.ordinality);
    const names = this.SUBRULE(this.aliasAndColumns);
    return this.ACTION(() => ({
      kind: 'call',
      name,
      arguments: values,
      ...(ordinality && { ordinality }),
      ...names,
      span: this.spanFrom(start),
    }));
  });

  /** `(query) [AS alias [(columns)]]`; `(MATCH a, b WHERE …)` without RETURN is a pattern and not a query. */
  private readonly fromQuery = this.RULE('fromQuery', (): ast.FromItem => {
    const start = this.mark();
    this.CONSUME(ParenOpen);
    const query = this.SUBRULE(this.query);
    this.CONSUME(ParenClose);
    const { alias, columns } = this.SUBRULE(this.aliasAndColumns);
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      const only = query.kind === 'pipeline' && query.clauses.length === 1 ? query.clauses[0] : undefined;
      if (only?.kind === 'match' && !only.optional && !columns) {
        const graph = query.kind === 'pipeline' ? query.use : undefined;
        const { patterns, where } = only;
        return { kind: 'match', patterns, ...(where && { where }), ...(graph && { graph }), ...(alias && { alias }), span };
      }
      return { kind: 'query', query, ...(alias && { alias }), ...(columns && { columns }), span };
    });
  });

  /** `[GRAPH g] MATCH (a)-[:X]->(b)`: one pattern, because a comma separates FROM items, and no WHERE, because that is the query's. */
  private readonly fromMatch = this.RULE('fromMatch', (): ast.FromMatch => {
    const start = this.mark();
    let graph: ast.Name | undefined;
    this.OPTION(() => {
      this.CONSUME(K.GRAPH);
      graph = this.SUBRULE(this.name);
    });
    this.CONSUME(K.MATCH);
    const pattern = this.SUBRULE(this.pathPattern);
    return { kind: 'match', patterns: [pattern], ...(graph && { graph }), span: this.spanFrom(start) };
  });

  private readonly graphTable = this.RULE('graphTable', (): ast.FromMatch => {
    const start = this.mark();
    let where: ast.Expression | undefined;
    const columns: ast.SelectItem[] = [];
    this.CONSUME(K.GRAPH_TABLE);
    this.CONSUME1(ParenOpen);
    const graph = this.SUBRULE(this.name);
    this.CONSUME(K.MATCH);
    const patterns = this.SUBRULE(this.patternList);
    this.OPTION(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    this.CONSUME(K.COLUMNS);
    this.CONSUME2(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        columns.push(this.SUBRULE(this.selectItem));
      },
    });
    this.CONSUME2(ParenClose);
    this.CONSUME1(ParenClose);
    const alias = this.SUBRULE(this.optionalAlias);
    return this.ACTION(() => ({
      kind: 'match',
      patterns,
      ...(where && { where }),
      graphTable: { graph, columns },
      ...(alias && { alias }),
      span: this.spanFrom(start),
    }));
  });

  // ------------------------------------------------------------------------------------------ items

  /** `*`, `t.*`, `expression [AS alias]` */
  protected readonly selectItem = this.RULE('selectItem', (): ast.SelectItem => {
    const start = this.mark();
    return this.OR<ast.SelectItem>([
      { ALT: () => ({ kind: 'star', span: tokenSpan(this.CONSUME1(Star)) }) },
      {
        GATE: () => this.at(2, Dot) && this.at(3, Star) && !this.at(4, Dot) && !this.at(4, BracketOpen),
        ALT: () => {
          const of = this.SUBRULE(this.name);
          this.CONSUME(Dot);
          this.CONSUME2(Star);
          return { kind: 'star', of, span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE(this.expression);
          const alias = this.SUBRULE(this.optionalAlias);
          return this.ACTION(() => {
            const span = this.spanFrom(start);
            if (alias) return { kind: 'expression', value, alias, span };
            const written = this.writtenName(value, span);
            return { kind: 'expression', value, ...(written !== undefined && { written }), span };
          });
        },
      },
    ]);
  });

  /** A pipeline names a column by its text as written. */
  private writtenName(value: ast.Expression, span: Span): string | undefined {
    if (this.form === 'select' || value.kind === 'identifier') return undefined;
    const text = this.text.slice(span.start, span.end);
    return text === printExpression(value) ? undefined : text;
  }
}

/** What may stand before a path; two of them behind MATCH, or one and a number, are no alias. */
const PATH_WORDS: ReadonlySet<TokenType> = new Set([K.ALL, K.ANY, K.SHORTEST, K.WALK, K.TRAIL, K.ACYCLIC, K.SIMPLE, K.PATH, K.PATHS]);
