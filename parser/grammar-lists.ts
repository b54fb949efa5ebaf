// SQL++'s words for lists: ANY x IN list SATISFIES condition END, ARRAY expression FOR x IN list WHEN condition END, FIRST … FOR,
// OBJECT key : value FOR …. They build the same nodes as openCypher's any(x IN list WHERE …) and [x IN list WHERE … | …].

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { TimeGrammar } from './grammar-times.ts';
import { BraceClose, BracketClose, Colon, Comma, EndOfInput, K, NameWord, ParenClose, Semicolon } from './tokens.ts';

/** `x IN list` of a range. */
interface Variable {
  readonly variable: ast.Name;
  readonly list: ast.Expression;
}

type Quantifier = 'any' | 'all' | 'anyAndAll';

/** How far ahead FOR may stand behind ARRAY, FIRST and OBJECT; beyond it they are names. */
const forTokensMax = 400;

export abstract class ListGrammar extends TimeGrammar {
  /** True where a word starts one of these forms and is no name. */
  protected rangeAt(): boolean {
    const type = this.LA(1).tokenType;
    if (type === K.ANY || type === K.SOME || type === K.EVERY) {
      const ahead = this.at(2, K.AND) && this.at(3, K.EVERY) ? 4 : 2;
      return this.at(ahead, NameWord) && (this.at(ahead + 1, K.IN) || this.at(ahead + 1, K.WITHIN));
    }
    return (type === K.ARRAY || type === K.FIRST || type === K.OBJECT) && !this.at(2, K.FOR) && this.forAt(2);
  }

  /** True if FOR follows before the expression can have ended. */
  protected forAt(ahead: number): boolean {
    for (let at = ahead; at < ahead + forTokensMax; ) {
      const type = this.LA(at).tokenType;
      if (type === K.FOR)
        return this.at(at + 1, NameWord) && (this.at(at + 2, K.IN) || this.at(at + 2, K.WITHIN) || this.at(at + 2, Colon));
      if (type === ParenClose || type === BracketClose || type === BraceClose || ENDS.has(type)) return false;
      at = this.pastPart(at);
    }
    return false;
  }

  protected readonly range = this.RULE('range', (): ast.Expression => {
    return this.OR<ast.Expression>([
      { ALT: () => this.SUBRULE(this.satisfies) },
      { ALT: () => this.SUBRULE(this.listFor) },
      { ALT: () => this.SUBRULE(this.objectFor) },
    ]);
  });

  private readonly satisfies = this.RULE('satisfies', (): ast.Expression => {
    const start = this.mark();
    const quantifier = this.SUBRULE(this.satisfiesWord);
    const variables = this.SUBRULE(this.rangeVariables);
    this.CONSUME(K.SATISFIES);
    const condition = this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(K.END));
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      const quantified = (how: 'any' | 'all'): ast.Expression =>
        variables.reduceRight<ast.Expression>((inner, { variable, list }) => {
          return { kind: 'quantified', quantifier: how, variable, list, condition: inner, span };
        }, condition);
      if (quantifier !== 'anyAndAll') return quantified(quantifier);
      return { kind: 'binary', operator: 'AND', left: quantified('any'), right: quantified('all'), span };
    });
  });

  private readonly satisfiesWord = this.RULE('satisfiesWord', (): Quantifier => {
    return this.OR<Quantifier>([
      {
        ALT: () => {
          let quantifier: Quantifier = 'any';
          this.OR2([{ ALT: () => this.CONSUME(K.ANY) }, { ALT: () => this.CONSUME(K.SOME) }]);
          this.OPTION(() => {
            this.CONSUME(K.AND);
            this.CONSUME1(K.EVERY);
            quantifier = 'anyAndAll';
          });
          return quantifier;
        },
      },
      {
        ALT: () => {
          this.CONSUME2(K.EVERY);
          return 'all';
        },
      },
    ]);
  });

  private readonly rangeVariables = this.RULE('rangeVariables', (): Variable[] => {
    const variables: Variable[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const variable = this.SUBRULE(this.name);
        this.ACTION(() => {
          if (this.at(1, K.WITHIN)) this.notBuilt('WITHIN', this.LA(1), 'IN looks at the items of a list; name the list that holds them.');
          if (this.at(1, Colon)) this.notBuilt('The position in FOR', this.LA(1), 'Use UNNEST(list) AS x AT n in a query.');
        });
        this.CONSUME(K.IN);
        variables.push({ variable, list: this.SUBRULE(this.expression) });
      },
    });
    return variables;
  });

  /** `ARRAY x.a FOR x IN list WHEN condition END`; FIRST gives the first of these. */
  private readonly listFor = this.RULE('listFor', (): ast.Expression => {
    const start = this.mark();
    const first = this.OR<boolean>([
      {
        ALT: () => {
          this.CONSUME(K.ARRAY);
          return false;
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.FIRST);
          return true;
        },
      },
    ]);
    const result = this.SUBRULE(this.expression);
    const list = this.SUBRULE(this.forRange, { ARGS: [result] });
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      if (!first) return { ...list, span };
      return { kind: 'index', value: { ...list, span }, index: { kind: 'literal', value: 0n, span }, span };
    });
  });

  /** `OBJECT x.key : x.value FOR x IN list WHEN condition END` */
  private readonly objectFor = this.RULE('objectFor', (): ast.Expression => {
    const start = this.mark();
    this.CONSUME(K.OBJECT);
    const { colonEnds } = this;
    this.colonEnds = true;
    const key = this.SUBRULE1(this.expression);
    this.colonEnds = colonEnds;
    this.CONSUME(Colon);
    const value = this.SUBRULE2(this.expression);
    const span = this.spanFrom(start);
    const list = this.SUBRULE(this.forRange, { ARGS: [{ kind: 'list', items: [key, value], parenthesised: false, span }] });
    return this.ACTION(() => {
      const whole = this.spanFrom(start);
      return { kind: 'call', name: { text: 'object_from_pairs', span: whole }, distinct: false, arguments: [list], span: whole };
    });
  });

  private readonly forRange = this.RULE('forRange', (result: ast.Expression = NO_RESULT): ast.ListComprehension => {
    const start = this.mark();
    let where: ast.Expression | undefined;
    this.CONSUME(K.FOR);
    const ranges = this.SUBRULE(this.rangeVariables);
    this.ACTION(() => {
      const second = ranges[1];
      if (second) {
        throw new QueryError('syntax/not-built', 'Several variables in FOR are not built yet.', {
          span: second.variable.span,
          hint: 'Write ARRAY(SELECT VALUE … FROM first AS x, second AS y).',
        });
      }
    });
    this.OPTION1(() => {
      this.CONSUME(K.WHEN);
      where = this.SUBRULE(this.expression);
    });
    this.OPTION2(() => this.CONSUME(K.END));
    return this.ACTION(() => {
      const { variable, list } = ranges[0] as Variable;
      const plain = result.kind === 'identifier' && result.name === variable.text;
      return { kind: 'comprehension', variable, list, ...(where && { where }), ...(!plain && { result }), span: this.spanFrom(start) };
    });
  });
}

const NO_RESULT: ast.Literal = { kind: 'literal', value: null, span: { start: 0, end: 0 } };
const ENDS: ReadonlySet<unknown> = new Set([Comma, Semicolon, EndOfInput, K.FROM, K.AS, K.WHERE, K.SATISFIES, K.LIMIT, K.UNION]);
