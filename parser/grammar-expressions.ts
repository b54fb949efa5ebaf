// Expressions: operators here, tests in grammar-tests.ts, what stands between the operators in grammar-operands.ts.

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { printedType } from './grammar-types.ts';
import { TestGrammar } from './grammar-tests.ts';
import { LEVEL_OF, NEGATED_TESTS } from './operator-level.ts';
import { NO_STACK, OperatorStack } from './operator-stack.ts';
import { LEVEL } from './precedence.ts';
import {
  Ampersand,
  ArrowText,
  Bar,
  Caret,
  Concat,
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
  Percent,
  Plus,
  RegexMatch,
  ShiftLeft,
  ShiftRight,
  Slash,
  Star,
  Tilde,
} from './tokens.ts';

const INTEGER_MAX = 2n ** 63n - 1n;

export abstract class ExpressionGrammar extends TestGrammar {
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

  /** `x::type` binds to the operand before it, tighter than any operator. */
  private readonly castTail = this.RULE('castTail', (stack: OperatorStack = NO_STACK): void => {
    this.CONSUME(DoubleColon);
    const type = this.SUBRULE(this.shortTypeName);
    this.ACTION(() =>
      stack.test((operand, span) => ({ kind: 'cast', operand, type: printedType(type), typeSpan: type.span, span }), this.spanFrom(0).end),
    );
  });
}

const NOTHING: ast.Literal = { kind: 'literal', value: null, span: { start: 0, end: 0 } };

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
