// Tests, which stand behind an operand: IS, IN, BETWEEN, LIKE and its kin. Each of their rules gives what makes the test of the operand
// before it; operators and what binds how tightly are in grammar-expressions.ts.

import type * as ast from './ast.ts';
import { QueryError, type Span } from './error.ts';
import { OperandGrammar } from './grammar-operands.ts';
import { LEVEL_OF } from './operator-level.ts';
import { NO_STACK, type OperatorStack } from './operator-stack.ts';
import { LEVEL } from './precedence.ts';
import { Bar, BracketOpen, Comma, Dot, K, ParenClose, ParenOpen } from './tokens.ts';
import { tokenSpan } from './tokenize.ts';

type TestBuilder = (operand: ast.Expression, span: Span) => ast.Expression;

export abstract class TestGrammar extends OperandGrammar {
  protected readonly test = this.RULE('test', (stack: OperatorStack = NO_STACK): void => {
    this.ACTION(() => stack.beforeTest(tokenSpan(this.LA(1))));
    let build: TestBuilder = noTest;
    this.OR([
      {
        ALT: () => {
          build = this.SUBRULE(this.isTest);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.ISNULL);
          build = nullTest(false);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.NOTNULL);
          build = nullTest(true);
        },
      },
      {
        ALT: () => {
          let negated = false;
          this.OPTION(() => {
            this.CONSUME(K.NOT);
            negated = true;
          });
          this.OR2([
            {
              ALT: () => {
                build = this.SUBRULE(this.inTest, { ARGS: [negated] });
              },
            },
            {
              ALT: () => {
                build = this.SUBRULE(this.betweenTest, { ARGS: [negated] });
              },
            },
            {
              ALT: () => {
                build = this.SUBRULE(this.likeTest, { ARGS: [negated] });
              },
            },
            {
              GATE: () => negated,
              ALT: () => {
                this.CONSUME(K.NULL);
                build = nullTest(true);
              },
            },
          ]);
        },
      },
    ]);
    this.ACTION(() => stack.test(build, this.spanFrom(0).end));
  });

  private readonly truths = this.choices<{ test: ast.IsTest['test']; opposite: boolean }>([
    [K.NULL, { test: 'null', opposite: false }],
    [K.MISSING, { test: 'missing', opposite: false }],
    [K.TRUE, { test: 'true', opposite: false }],
    [K.FALSE, { test: 'false', opposite: false }],
    // IS NULL holds for MISSING too, so SQL's UNKNOWN is the same, and SQL++'s KNOWN and VALUED are its opposite.
    [K.UNKNOWN, { test: 'null', opposite: false }],
    [K.KNOWN, { test: 'null', opposite: true }],
    [K.VALUED, { test: 'null', opposite: true }],
  ]);

  private readonly isTest = this.RULE('isTest', (): TestBuilder => {
    let negated = false;
    this.CONSUME(K.IS);
    this.OPTION(() => {
      this.CONSUME(K.NOT);
      negated = true;
    });
    return this.OR1<TestBuilder>([
      {
        ALT: () => {
          this.CONSUME(K.LABELED);
          const labels = this.SUBRULE(this.labelExpression, { ARGS: [!this.barEnds] });
          return (operand, span) => {
            const test: ast.LabelTest = { kind: 'labelTest', operand, labels, span };
            return negated ? { kind: 'unary', operator: 'NOT', operand: test, span } : test;
          };
        },
      },
      {
        ALT: () => {
          const { test, opposite } = this.OR2(this.truths);
          return (operand, span) => ({ kind: 'is', operand, test, negated: negated !== opposite, span });
        },
      },
      {
        GATE: () => this.at(2, K.FROM),
        ALT: () => {
          this.CONSUME(K.DISTINCT);
          this.CONSUME(K.FROM);
          const right = this.SUBRULE1(this.expression, { ARGS: [LEVEL.bitwise] });
          return (left, span) => ({ kind: 'distinctFrom', left, right, negated, span });
        },
      },
      {
        ALT: () => {
          const right = this.SUBRULE2(this.expression, { ARGS: [LEVEL.bitwise] });
          return (left, span) => ({ kind: 'distinctFrom', left, right, negated: !negated, span });
        },
      },
    ]);
  });

  private readonly betweenTest = this.RULE('betweenTest', (negated = false): TestBuilder => {
    this.CONSUME(K.BETWEEN);
    let symmetric = false;
    this.OPTION({
      GATE: () => !this.at(2, K.AND),
      DEF: () => {
        this.CONSUME(K.SYMMETRIC);
        symmetric = true;
      },
    });
    const low = this.SUBRULE1(this.expression, { ARGS: [LEVEL.bitwise] });
    this.CONSUME(K.AND);
    const high = this.SUBRULE2(this.expression, { ARGS: [LEVEL.bitwise] });
    return (operand, span) => ({ kind: 'between', operand, low, high, negated, ...(symmetric && { symmetric }), span });
  });

  private readonly likeWords = this.choices<LikeWord>([
    [K.LIKE, 'LIKE'],
    [K.ILIKE, 'ILIKE'],
    [K.GLOB, 'glob'],
    [K.REGEXP, 'regexp_like'],
    [K.RLIKE, 'regexp_like'],
    [K.SIMILAR, 'similar_to'],
  ]);

  private readonly likeTest = this.RULE('likeTest', (negated = false): TestBuilder => {
    const word = this.OR(this.likeWords);
    this.ACTION(() => {
      if (word === 'similar_to' && !this.at(1, K.TO)) this.refuse('TO');
    });
    this.OPTION1({ GATE: () => word === 'similar_to', DEF: () => this.CONSUME(K.TO) });
    const pattern = this.SUBRULE1(this.expression, { ARGS: [LEVEL.bitwise] });
    let escape: ast.Expression | undefined;
    this.OPTION2(() => {
      this.CONSUME(K.ESCAPE);
      escape = this.SUBRULE2(this.expression, { ARGS: [LEVEL.bitwise] });
    });
    return (operand, span) => likeOf(word, operand, pattern, escape, negated, span);
  });

  // `x IN (1, 2)` and `x IN (SELECT …)`, else any list. Parentheses that go on, as in `x IN (a) + b`, are an expression.
  private readonly inTest = this.RULE('inTest', (negated = false): TestBuilder => {
    this.CONSUME(K.IN);
    return this.OR<TestBuilder>([
      {
        GATE: () => this.parenthesisedQueryAt(1) && !this.goesOnAfterBracket() && !this.wrappedAt(2),
        ALT: () => {
          this.CONSUME1(ParenOpen);
          const query = this.SUBRULE(this.query);
          this.CONSUME1(ParenClose);
          return (operand, span) => ({ kind: 'inQuery', operand, query, negated, span });
        },
      },
      {
        GATE: () => this.at(1, ParenOpen) && !this.goesOnAfterBracket() && !this.patternAt(1),
        ALT: () => {
          const list = this.SUBRULE(this.parenthesisedList);
          return (operand, span) => ({ kind: 'in', operand, list, negated, span });
        },
      },
      {
        ALT: () => {
          const list = this.SUBRULE(this.expression, { ARGS: [LEVEL.bitwise] });
          return (operand, span) => ({ kind: 'in', operand, list, negated, span });
        },
      },
    ]);
  });

  // `x IN ((SELECT 1))` is a list of one value.
  private wrappedAt(ahead: number): boolean {
    return this.at(ahead, ParenOpen) && this.afterBracket(ahead).tokenType === ParenClose;
  }

  private goesOnAfterBracket(): boolean {
    const type = this.afterBracket(1).tokenType;
    if (type === Bar && this.barEnds) return false;
    return type === BracketOpen || type === Dot || (LEVEL_OF.get(type) ?? 0) >= LEVEL.bitwise;
  }

  protected readonly expressionsInParentheses = this.RULE('expressionsInParentheses', (): ast.Expression[] => {
    const items: ast.Expression[] = [];
    this.CONSUME(ParenOpen);
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.expression));
      },
    });
    this.CONSUME(ParenClose);
    return items;
  });

  private readonly parenthesisedList = this.RULE('parenthesisedList', (): ast.ListLiteral => {
    const start = this.mark();
    const items = this.SUBRULE(this.expressionsInParentheses);
    return { kind: 'list', items, parenthesised: true, span: this.spanFrom(start) };
  });
}

type LikeWord = 'LIKE' | 'ILIKE' | 'glob' | 'regexp_like' | 'similar_to';

/** ILIKE is LIKE of both sides in lower case; GLOB, REGEXP and SIMILAR TO are functions. */
function likeOf(
  word: LikeWord,
  operand: ast.Expression,
  pattern: ast.Expression,
  escape: ast.Expression | undefined,
  negated: boolean,
  span: Span,
): ast.Expression {
  const call = (name: string, ...values: readonly ast.Expression[]): ast.FunctionCall => {
    return { kind: 'call', name: { text: name, span }, distinct: false, arguments: values, span };
  };
  if (word === 'LIKE') return { kind: 'like', operand, pattern, ...(escape && { escape }), negated, span };
  if (word === 'ILIKE')
    return { kind: 'like', operand: call('lower', operand), pattern: call('lower', pattern), ...(escape && { escape }), negated, span };
  if (escape && word !== 'similar_to')
    throw new QueryError('syntax/unexpected', 'Only LIKE, ILIKE and SIMILAR TO have an ESCAPE.', { span: escape.span });
  const test = word === 'glob' ? call(word, pattern, operand) : call(word, operand, pattern, ...(escape ? [escape] : []));
  return negated ? { kind: 'unary', operator: 'NOT', operand: test, span } : test;
}

/** `x ISNULL`, `x NOTNULL`, `x NOT NULL` */
function nullTest(negated: boolean): TestBuilder {
  return (operand, span) => ({ kind: 'is', operand, test: 'null', negated, span });
}

const noTest: TestBuilder = (operand) => operand;
