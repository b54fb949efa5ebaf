// Expressions: operators and tests here, what stands between the operators in grammar-operands.ts.

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import { QueryError, type Span } from './error.ts';
import { printedType } from './grammar-types.ts';
import { OperandGrammar } from './grammar-operands.ts';
import { OperatorStack } from './operator-stack.ts';
import { LEVEL } from './precedence.ts';
import {
  Ampersand,
  ArrowText,
  Bar,
  BracketOpen,
  Caret,
  Comma,
  Concat,
  Dot,
  DoubleColon,
  EdgeRight,
  Equal,
  Float,
  Greater,
  GreaterEqual,
  Hash,
  Integer,
  K,
  Less,
  LessEqual,
  Minus,
  NotEqual,
  ParenClose,
  ParenOpen,
  Percent,
  Plus,
  RegexMatch,
  ShiftLeft,
  ShiftRight,
  Slash,
  Star,
  Tilde,
} from './tokens.ts';
import { tokenSpan } from './tokenize.ts';

const INTEGER_MAX = 2n ** 63n - 1n;

/** The level of the operator that a token starts; words that may also be names need a second look. */
const LEVEL_OF: ReadonlyMap<TokenType, number> = new Map<TokenType, number>([
  [K.OR, LEVEL.or],
  [K.XOR, LEVEL.xor],
  [K.AND, LEVEL.and],
  ...[
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    RegexMatch,
    K.IS,
    K.IN,
    K.BETWEEN,
    K.LIKE,
    K.ILIKE,
    K.GLOB,
    K.REGEXP,
    K.RLIKE,
    K.SIMILAR,
    K.NOT,
    K.STARTS,
    K.ENDS,
    K.CONTAINS,
    K.ISNULL,
    K.NOTNULL,
  ].map((type): [TokenType, number] => [type, LEVEL.comparison]),
  ...[Ampersand, Bar, Hash, ShiftLeft, ShiftRight].map((type): [TokenType, number] => [type, LEVEL.bitwise]),
  [Plus, LEVEL.additive],
  [Minus, LEVEL.additive],
  [Concat, LEVEL.additive],
  [Star, LEVEL.multiplicative],
  [Slash, LEVEL.multiplicative],
  [Percent, LEVEL.multiplicative],
  [Caret, LEVEL.power],
  [EdgeRight, LEVEL.arrow],
  [ArrowText, LEVEL.arrow],
  [DoubleColon, LEVEL.postfix],
]);

export abstract class ExpressionGrammar extends OperandGrammar {
  /** Operators that bind less tightly than `level` end the expression. */
  readonly expression = this.RULE('expression', (level = 0): ast.Expression => {
    const stack = new OperatorStack(this.form === 'pipeline');
    this.SUBRULE(this.operandWithPrefix, { ARGS: [stack] });
    this.MANY({
      GATE: () => this.operatorLevel() >= level,
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              this.SUBRULE(this.binaryOperator, { ARGS: [stack] });
              this.SUBRULE2(this.operandWithPrefix, { ARGS: [stack] });
            },
          },
          {
            ALT: () => {
              this.SUBRULE(this.test, { ARGS: [stack] });
            },
          },
          {
            ALT: () => {
              this.SUBRULE(this.castTail, { ARGS: [stack] });
            },
          },
        ]);
      },
    });
    return this.RECORDING_PHASE ? NOTHING : stack.finish();
  });

  private operatorLevel(): number {
    const type = this.LA(1).tokenType;
    const level = LEVEL_OF.get(type) ?? -1;
    if (type === Bar && this.barEnds) return -1;
    if (level !== LEVEL.comparison) return level;
    const next = this.LA(2).tokenType;
    if (type === K.STARTS || type === K.ENDS) return next === K.WITH ? level : -1;
    // `DEFAULT 1 NOT NULL`: a NOT that no test follows does not belong to the expression.
    if (type === K.NOT) return NEGATED_TESTS.has(next) ? level : -1;
    return level;
  }

  private readonly prefixes = this.choices<ast.Unary['operator']>([
    [K.NOT, 'NOT'],
    [Minus, '-'],
    [Plus, '+'],
    [Tilde, '~'],
  ]);

  private readonly operandWithPrefix = this.RULE('operandWithPrefix', (stack: OperatorStack = NO_STACK): void => {
    this.MANY(() => {
      const start = this.mark();
      const operator = this.OR(this.prefixes);
      this.ACTION(() => stack.prefix(operator, start));
    });
    const start = this.mark();
    const number = this.at(1, Integer) || this.at(1, Float);
    const value = this.SUBRULE(this.operand);
    this.ACTION(() => {
      const { end } = this.spanFrom(start);
      if (number && value.kind === 'literal') pushNumber(stack, value, start, end);
      else stack.operand(value, start, end);
    });
  });

  private readonly operators = this.choices<ast.BinaryOperator>([
    [Equal, '='],
    [NotEqual, '<>'],
    [Less, '<'],
    [LessEqual, '<='],
    [Greater, '>'],
    [GreaterEqual, '>='],
    [K.AND, 'AND'],
    [K.OR, 'OR'],
    [K.XOR, 'XOR'],
    [Plus, '+'],
    [Minus, '-'],
    [Star, '*'],
    [Slash, '/'],
    [Percent, '%'],
    [Caret, '^'],
    [Concat, '||'],
    [Ampersand, '&'],
    [Bar, '|'],
    [Hash, '#'],
    [ShiftLeft, '<<'],
    [ShiftRight, '>>'],
    [EdgeRight, '->'],
    [ArrowText, '->>'],
    [RegexMatch, '=~'],
    [K.CONTAINS, 'CONTAINS'],
    [K.STARTS, 'STARTS WITH'],
    [K.ENDS, 'ENDS WITH'],
  ]);

  private readonly binaryOperator = this.RULE('binaryOperator', (stack: OperatorStack = NO_STACK): void => {
    const start = this.mark();
    const operator = this.OR<ast.BinaryOperator>(this.operators);
    // STARTS WITH and ENDS WITH are two words.
    this.OPTION({ GATE: () => operator === 'STARTS WITH' || operator === 'ENDS WITH', DEF: () => this.CONSUME2(K.WITH) });
    this.ACTION(() => stack.binary(operator, this.spanFrom(start)));
  });

  // ------------------------------------------------------------------------------------------ tests

  private readonly test = this.RULE('test', (stack: OperatorStack = NO_STACK): void => {
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

  /** `x::type` binds to the operand before it, tighter than any operator. */
  private readonly castTail = this.RULE('castTail', (stack: OperatorStack = NO_STACK): void => {
    this.CONSUME(DoubleColon);
    const type = this.SUBRULE(this.shortTypeName);
    this.ACTION(() =>
      stack.test((operand, span) => ({ kind: 'cast', operand, type: printedType(type), typeSpan: type.span, span }), this.spanFrom(0).end),
    );
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

type TestBuilder = (operand: ast.Expression, span: Span) => ast.Expression;

/** What may follow NOT behind an operand. */
const NEGATED_TESTS: ReadonlySet<TokenType> = new Set<TokenType>([
  K.IN,
  K.LIKE,
  K.ILIKE,
  K.BETWEEN,
  K.GLOB,
  K.REGEXP,
  K.RLIKE,
  K.SIMILAR,
  K.NULL,
]);

/** `x ISNULL`, `x NOTNULL`, `x NOT NULL` */
function nullTest(negated: boolean): TestBuilder {
  return (operand, span) => ({ kind: 'is', operand, test: 'null', negated, span });
}

const NO_STACK = new OperatorStack();
const NOTHING: ast.Literal = { kind: 'literal', value: null, span: { start: 0, end: 0 } };
const noTest: TestBuilder = (operand) => operand;

// A minus sign directly before a number belongs to the number: -9223372036854775808 is an integer although
// 9223372036854775808 is not.
function pushNumber(stack: OperatorStack, literal: ast.Literal, start: number, end: number): void {
  const { value } = literal;
  const minus = stack.takeMinus();
  if (minus !== undefined && (typeof value === 'bigint' || typeof value === 'number')) {
    const from = { start: minus, end };
    stack.operand({ kind: 'literal', value: typeof value === 'bigint' ? -value : -value, span: from }, minus, end);
    return;
  }
  if (typeof value === 'bigint' && value > INTEGER_MAX) {
    throw new QueryError('syntax/number', 'This integer does not fit into 64 bits.', {
      span: literal.span,
      hint: 'Write it as a float: add .0',
    });
  }
  stack.operand(literal, start, end);
}
