// Builds the tree of an operator expression from operands and operators in the order written (Dijkstra's shunting
// yard). One grammar rule for all levels keeps the parser's recursion, and so its stack, ten times shallower than a rule
// per level. All operators associate to the left.

import type * as ast from './ast.ts';
import { QueryError, type Span } from './error.ts';
import { BINARY_LEVEL, LEVEL } from './precedence.ts';

type Pending =
  | { readonly kind: 'unary'; readonly operator: ast.Unary['operator']; readonly level: number; readonly start: number }
  | { readonly kind: 'binary'; readonly operator: ast.BinaryOperator; readonly level: number; readonly span: Span };

interface Operand {
  readonly value: ast.Expression;
  /** Where the operand starts as written, with its opening parenthesis. */
  readonly start: number;
  readonly end: number;
  /** A bare `=`, `<`, …: may not be compared again without parentheses. */
  readonly comparison: boolean;
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

function isComparison(operator: string): operator is ast.ComparisonOperator {
  return COMPARISONS.has(operator);
}

/** The operands and operators of one expression that wait for what follows. */
export class OperatorStack {
  private readonly operands: Operand[] = [];
  private readonly operators: Pending[] = [];
  /** As in a pipeline: comparisons chain, and tests and STARTS WITH bind tighter than `=`. */
  private readonly openCypher: boolean;

  constructor(openCypher = false) {
    this.openCypher = openCypher;
  }

  prefix(operator: ast.Unary['operator'], start: number): void {
    this.operators.push({ kind: 'unary', operator, level: operator === 'NOT' ? LEVEL.not : LEVEL.unary, start });
  }

  operand(value: ast.Expression, start: number, end: number): void {
    this.operands.push({ value, start, end, comparison: false });
  }

  /** Takes back a minus sign that stands directly before a number, and returns where it started. */
  takeMinus(): number | undefined {
    const last = this.operators.at(-1);
    if (last?.kind !== 'unary' || last.operator !== '-') return undefined;
    this.operators.pop();
    return last.start;
  }

  binary(operator: ast.BinaryOperator, span: Span): void {
    const written = BINARY_LEVEL[operator];
    const level = this.openCypher && written === LEVEL.comparison && !isComparison(operator) ? LEVEL.test : written;
    this.reduce(level);
    if (level === LEVEL.comparison && !this.openCypher) this.refuseChain(span);
    this.operators.push({ kind: 'binary', operator, level, span });
  }

  /** Replaces the operand so far by a test of it that ends at `end`. */
  test(build: (operand: ast.Expression, span: Span) => ast.Expression, end: number): void {
    const operand = this.operands.pop() as Operand;
    const span = { start: operand.start, end };
    this.operands.push({ value: build(operand.value, span), ...span, comparison: false });
  }

  /**
   * To be called before the right side of a test is read. `a = b IS NULL` groups to the left in SQL and to the right in
   * openCypher; in a pipeline the test binds tighter, else parentheses are demanded.
   */
  beforeTest(span: Span): void {
    this.reduce(this.openCypher ? LEVEL.test : LEVEL.comparison);
    if (!this.openCypher) this.refuseChain(span);
  }

  finish(): ast.Expression {
    this.reduce(0);
    return (this.operands[0] as Operand).value;
  }

  private reduce(level: number): void {
    for (let top = this.operators.at(-1); top && top.level >= level; top = this.operators.at(-1)) {
      this.operators.pop();
      const right = this.operands.pop() as Operand;
      if (top.kind === 'unary') {
        const span = { start: top.start, end: right.end };
        this.operands.push({ value: { kind: 'unary', operator: top.operator, operand: right.value, span }, ...span, comparison: false });
      } else {
        const left = this.operands.pop() as Operand;
        const span = { start: left.start, end: right.end };
        const comparison = isComparison(top.operator);
        const value = (comparison && left.comparison && chained(left.value, top.operator, right.value, span)) || {
          kind: 'binary' as const,
          operator: top.operator,
          left: left.value,
          right: right.value,
          span,
        };
        this.operands.push({ value, ...span, comparison });
      }
    }
  }

  // `a < b < c` means AND in openCypher, and so it does in a pipeline; SQL compares a truth value. There parentheses are demanded.
  private refuseChain(span: Span): void {
    if (!this.operands.at(-1)?.comparison) return;
    throw new QueryError('syntax/chained-comparison', 'Comparisons cannot be chained.', {
      span,
      hint: 'Write a < b AND b < c, or put one comparison in parentheses.',
    });
  }
}

/** Stands for the stack while the grammar records itself. */
export const NO_STACK = new OperatorStack();

/** `a < b` and one more comparison of `b`. */
function chained(left: ast.Expression, operator: ast.BinaryOperator, operand: ast.Expression, span: Span): ast.ComparisonChain | undefined {
  if (!isComparison(operator)) return undefined;
  if (left.kind === 'chain') return { ...left, rest: [...left.rest, { operator, operand }], span };
  if (left.kind !== 'binary' || !isComparison(left.operator)) return undefined;
  return {
    kind: 'chain',
    first: left.left,
    rest: [
      { operator: left.operator, operand: left.right },
      { operator, operand },
    ],
    span,
  };
}
