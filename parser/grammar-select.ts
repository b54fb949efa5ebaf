// SELECT, also as SQL++ and PartiQL write it: SELECT VALUE, LET and LETTING, GROUP AS, and FROM before SELECT.

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import type { Form } from './grammar-base.ts';
import { GroupingGrammar } from './grammar-grouping.ts';
import {
  AliasWord,
  Blob,
  BraceOpen,
  BracketOpen,
  Comma,
  EndOfInput,
  Equal,
  Float,
  Identifier,
  Integer,
  K,
  Parameter,
  ParenClose,
  ParenOpen,
  Semicolon,
  StringText,
  Tilde,
} from './tokens.ts';
import type { TokenType } from './chevrotain.ts';

type Kept = Pick<ast.SelectQuery, 'distinct' | 'distinctOn'>;
type Head = Pick<ast.SelectQuery, 'distinct' | 'distinctOn' | 'value' | 'items'>;
type Groups = Pick<ast.SelectQuery, 'groupBy' | 'groupAs' | 'letting' | 'having' | 'windows' | 'qualify'>;
type Rows = Pick<ast.SelectQuery, 'from' | 'lets' | 'where'>;

export abstract class SelectGrammar extends GroupingGrammar {
  protected readonly selectQuery = this.RULE('selectQuery', (): ast.SelectQuery => {
    const start = this.mark();
    const outer: Form = this.form;
    this.form = 'select';
    const head = this.SUBRULE(this.selectHead);
    let from: ast.FromItem | undefined;
    this.OPTION(() => {
      this.CONSUME(K.FROM);
      from = this.SUBRULE(this.fromItems);
    });
    const rows = this.SUBRULE(this.letAndWhere);
    const groups = this.SUBRULE(this.groupClauses);
    this.form = outer;
    return this.ACTION(() => ({
      kind: 'select',
      ...head,
      ...(from && { from }),
      ...rows,
      ...groups,
      orderBy: [],
      span: this.spanFrom(start),
    }));
  });

  /** `FROM … WHERE … GROUP BY … SELECT …`: the same query, with SELECT where it is evaluated. */
  protected readonly fromFirst = this.RULE('fromFirst', (): ast.SelectQuery => {
    const start = this.mark();
    const outer: Form = this.form;
    this.form = 'select';
    this.CONSUME(K.FROM);
    const from = this.SUBRULE(this.fromItems);
    const rows = this.SUBRULE(this.letAndWhere);
    const groups = this.SUBRULE(this.groupClauses);
    const head = this.SUBRULE(this.selectHead);
    this.form = outer;
    return this.ACTION(() => ({ kind: 'select', ...head, from, ...rows, ...groups, orderBy: [], span: this.spanFrom(start) }));
  });

  /** True if the FROM that is next belongs to a SELECT behind it, and not to a clause pipeline. */
  protected fromFirstAt(): boolean {
    if (!this.at(1, K.FROM)) return false;
    for (let at = 2; ; ) {
      const type = this.LA(at).tokenType;
      if (type === K.SELECT) return true;
      if (PIPELINE_GOES_ON.has(type)) return false;
      at = this.pastPart(at);
    }
  }

  private readonly selectHead = this.RULE('selectHead', (): Head => {
    let kept: Kept = { distinct: false };
    const items: ast.SelectItem[] = [];
    this.CONSUME(K.SELECT);
    this.OPTION1({
      GATE: () => this.at(1, K.DISTINCT) || this.allModifierAt(),
      DEF: () => {
        kept = this.SUBRULE(this.distinctWords);
      },
    });
    const value = this.SUBRULE(this.valueWord);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const item = this.SUBRULE(this.selectItem);
        items.push(item);
        this.ACTION(() => {
          if (!value || (item.kind !== 'star' && items.length === 1)) return;
          throw new QueryError('syntax/unexpected', 'SELECT VALUE takes one expression.', {
            span: item.span,
            hint: 'For an object of several write SELECT VALUE {a: x, b: y}.',
          });
        });
      },
    });
    return { ...kept, ...(value && { value }), items };
  });

  /** `DISTINCT`, `DISTINCT ON (…)`, `ALL` */
  private readonly distinctWords = this.RULE('distinctWords', (): Kept => {
    const distinctOn: ast.Expression[] = [];
    return this.OR<Kept>([
      {
        ALT: () => {
          this.CONSUME(K.DISTINCT);
          this.OPTION(() => {
            this.CONSUME(K.ON);
            this.CONSUME(ParenOpen);
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () => {
                distinctOn.push(this.SUBRULE(this.expression));
              },
            });
            this.CONSUME(ParenClose);
          });
          return distinctOn.length > 0 ? { distinct: false, distinctOn } : { distinct: true };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.ALL);
          return { distinct: false };
        },
      },
    ]);
  });

  private readonly valueWord = this.RULE('valueWord', (): true | undefined => {
    let value: true | undefined;
    this.OPTION({
      GATE: () => this.valueModifierAt(),
      DEF: () => {
        this.OR([{ ALT: () => this.CONSUME(K.VALUE) }, { ALT: () => this.CONSUME(K.RAW) }, { ALT: () => this.CONSUME(K.ELEMENT) }]);
        value = true;
      },
    });
    return value;
  });

  /** VALUE, RAW and ELEMENT are names too: `SELECT value, raw FROM t`. They are words of the language where an expression follows. */
  private valueModifierAt(): boolean {
    const type = this.LA(1).tokenType;
    if (type !== K.VALUE && type !== K.RAW && type !== K.ELEMENT) return false;
    const next = this.LA(2);
    if (EXPRESSION_STARTS.has(next.tokenType) || this.at(2, AliasWord)) return true;
    if (next.tokenType === K.NOT)
      return ![K.IN, K.LIKE, K.ILIKE, K.GLOB, K.REGEXP, K.RLIKE, K.SIMILAR, K.BETWEEN, K.NULL].includes(this.LA(3).tokenType);
    // `value[0]` is an item of a column.
    if (next.tokenType === BracketOpen) return next.startOffset > this.LA(1).startOffset + this.LA(1).image.length;
    return [K.LEFT, K.RIGHT, K.GLOB, K.CONTAINS].includes(next.tokenType) && this.at(3, ParenOpen);
  }

  /** True if PIVOT is a word of the language here: AT and FROM follow. */
  protected pivotAt(ahead: number): boolean {
    if (!this.at(ahead, K.PIVOT)) return false;
    for (let at = ahead + 1; ; ) {
      const type = this.LA(at).tokenType;
      if (type === K.AT) return true;
      if (type === Comma || type === K.FROM || type === K.AS || PIPELINE_GOES_ON.has(type)) return false;
      at = this.pastPart(at);
    }
  }

  /** PartiQL's `PIVOT value AT key FROM …`: one object of all rows. Written out as the SELECT that it is. */
  protected readonly pivot = this.RULE('pivot', (): ast.SelectQuery => {
    const start = this.mark();
    const outer: Form = this.form;
    this.form = 'select';
    this.CONSUME(K.PIVOT);
    const value = this.SUBRULE1(this.expression);
    this.CONSUME(K.AT);
    const key = this.SUBRULE2(this.expression);
    const span = this.spanFrom(start);
    this.CONSUME(K.FROM);
    const from = this.SUBRULE(this.fromItems);
    const rows = this.SUBRULE(this.letAndWhere);
    this.form = outer;
    return this.ACTION(() => {
      const item: ast.SelectItem = { kind: 'expression', value: pivoted(key, value, span), alias: { text: 'pivot', span }, span };
      return { kind: 'select', distinct: false, items: [item], from, ...rows, groupBy: [], orderBy: [], span: this.spanFrom(start) };
    });
  });

  private readonly letAndWhere = this.RULE('letAndWhere', (): Rows => {
    let lets: ast.Let[] | undefined;
    let where: ast.Expression | undefined;
    this.OPTION1(() => {
      this.CONSUME(K.LET);
      lets = this.SUBRULE(this.letItems);
    });
    this.OPTION2(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    return { ...(lets && { lets }), ...(where && { where }) };
  });

  private readonly letItems = this.RULE('letItems', (): ast.Let[] => {
    const items: ast.Let[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const name = this.SUBRULE(this.name);
        this.CONSUME(Equal);
        items.push({ name, value: this.SUBRULE(this.expression) });
      },
    });
    return items;
  });

  /** `GROUP BY a AS k` gives a name to what is grouped by, as `LETTING k = a` does. */
  private readonly namedGroupItems = this.RULE('namedGroupItems', (letting: ast.Let[] = []): ast.GroupItem[] => {
    const items: ast.GroupItem[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const item = this.SUBRULE(this.groupItem);
        items.push(item);
        this.OPTION({
          GATE: () => item.kind !== 'groupTuple' && item.kind !== 'groupingSets',
          DEF: () => {
            this.CONSUME(K.AS);
            const name = this.SUBRULE(this.name);
            if (item.kind !== 'groupTuple' && item.kind !== 'groupingSets') letting.push({ name, value: item });
          },
        });
      },
    });
    return items;
  });

  private readonly groupClauses = this.RULE('groupClauses', (): Groups => {
    let groupBy: ast.GroupItem[] = [];
    let groupAs: ast.Name | undefined;
    const letting: ast.Let[] = [];
    let having: ast.Expression | undefined;
    this.OPTION1(() => {
      this.CONSUME(K.GROUP);
      this.CONSUME(K.BY);
      groupBy = this.SUBRULE(this.namedGroupItems, { ARGS: [letting] });
      this.OPTION2({
        // GROUP is a keyword only before BY.
        GATE: () => this.LA(1).image.toUpperCase() === 'GROUP' && this.at(2, K.AS),
        DEF: () => {
          this.CONSUME(Identifier);
          this.CONSUME(K.AS);
          groupAs = this.SUBRULE(this.name);
        },
      });
      this.OPTION3(() => {
        this.CONSUME(K.LETTING);
        const written = this.SUBRULE(this.letItems);
        this.ACTION(() => letting.push(...written));
      });
    });
    this.OPTION4(() => {
      this.CONSUME(K.HAVING);
      having = this.SUBRULE(this.expression);
    });
    const rest = this.SUBRULE(this.windowsAndQualify);
    return this.ACTION(() => ({
      groupBy,
      ...(groupAs && { groupAs }),
      ...(letting.length > 0 && { letting }),
      ...(having && { having }),
      ...rest,
    }));
  });
}

/** `object_from_pairs(collect(CASE WHEN value IS NOT MISSING THEN [key, value] END))` */
function pivoted(key: ast.Expression, value: ast.Expression, span: ast.Name['span']): ast.Expression {
  const call = (text: string, argument: ast.Expression): ast.FunctionCall => {
    return { kind: 'call', name: { text, span }, distinct: false, arguments: [argument], span };
  };
  const when: ast.Expression = { kind: 'is', operand: value, test: 'missing', negated: true, span };
  const pair: ast.Expression = { kind: 'list', items: [key, value], parenthesised: false, span };
  return call('object_from_pairs', call('collect', { kind: 'case', branches: [{ when, then: pair }], span }));
}

const EXPRESSION_STARTS: ReadonlySet<TokenType> = new Set([
  Tilde,
  StringText,
  Integer,
  Float,
  Blob,
  Parameter,
  BraceOpen,
  ParenOpen,
  K.NULL,
  K.TRUE,
  K.FALSE,
  K.MISSING,
  K.CASE,
]);

/** What cannot stand between a FROM and its SELECT. */
const PIPELINE_GOES_ON: ReadonlySet<TokenType> = new Set([
  EndOfInput,
  Semicolon,
  ParenClose,
  K.RETURN,
  K.UNWIND,
  K.WITH,
  K.CREATE,
  K.DELETE,
  K.REMOVE,
  K.UNION,
  K.INTERSECT,
  K.EXCEPT,
  K.ORDER,
  K.LIMIT,
]);
