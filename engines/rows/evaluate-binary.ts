// Binary operators as closures: three-valued logic that stops early, comparisons with a short way for the common types and for
// a literal on the right, arithmetic with a short way for two integers or two floats.

import { compare, compareText, equals, groupKey, order } from '../compare.ts';
import type { Evaluator, Layout, RunContext } from '../engine.ts';
import type { BinaryExpr, Expr } from '../plan/expression.ts';
import type { Value } from '../value.ts';
import { lookAfterLongWalks } from '../value-size.ts';
import { type ArithmeticOperator, inRange, operate } from './arithmetic.ts';
import { truthOf } from '../truth.ts';
import type { CompileExpression as Compile } from '../engine.ts';
import { compileRegex, type Matcher } from '../text-match.ts';

type ComparisonOperator = '<' | '<=' | '>' | '>=';

/** `left operator right` */
export function compileBinary(expr: BinaryExpr, layout: Layout, compile: Compile): Evaluator {
  const left = compile(expr.left, layout);
  const right = compile(expr.right, layout);
  switch (expr.operator) {
    case 'and':
      return compileAnd(left, right, expr);
    case 'or':
      return compileOr(left, right, expr);
    case 'xor':
      return (row, context) => {
        const a = truthOf(left(row, context), 'XOR', expr.left.span);
        const b = truthOf(right(row, context), 'XOR', expr.right.span);
        return a === null || b === null ? null : a !== b;
      };
    case '=':
      return compileEquals(left, right, expr.right);
    case '<>': {
      const same = compileEquals(left, right, expr.right);
      return (row, context) => {
        const result = same(row, context) as boolean | null;
        return result === null ? null : !result;
      };
    }
    case 'is same':
      return (row, context) => {
        const compared = order(left(row, context), right(row, context));
        lookAfterLongWalks(context);
        return compared === 0;
      };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileComparison(expr.operator, left, right, expr.right);
    case '+':
    case '-':
    case '*':
      return compileArithmetic(expr.operator, left, right, expr);
    case '/':
    case '%':
    case '^':
    case '||': {
      const { operator, span } = expr;
      return (row, context) => operate(operator, left(row, context), right(row, context), span);
    }
    case 'starts with':
      return compileTextTest(left, right, (a, b) => a.startsWith(b));
    case 'ends with':
      return compileTextTest(left, right, (a, b) => a.endsWith(b));
    case 'contains':
      return compileTextTest(left, right, (a, b) => a.includes(b));
    case '=~':
      return compileRegexTest(left, right, expr);
  }
}

function compileAnd(left: Evaluator, right: Evaluator, expr: BinaryExpr): Evaluator {
  return (row, context) => {
    const a = truthOf(left(row, context), 'AND', expr.left.span);
    if (a === false) return false;
    const b = truthOf(right(row, context), 'AND', expr.right.span);
    return b === false ? false : a === null ? null : b;
  };
}

function compileOr(left: Evaluator, right: Evaluator, expr: BinaryExpr): Evaluator {
  return (row, context) => {
    const a = truthOf(left(row, context), 'OR', expr.left.span);
    if (a === true) return true;
    const b = truthOf(right(row, context), 'OR', expr.right.span);
    return b === true ? true : a === null ? null : b;
  };
}

function compileEquals(left: Evaluator, right: Evaluator, rightExpr: Expr): Evaluator {
  if (rightExpr.kind === 'literal') {
    const wanted = rightExpr.value;
    if (wanted === null || wanted === undefined) return () => null;
    if (typeof wanted === 'string' || typeof wanted === 'boolean') {
      return (row, context) => {
        const a = left(row, context);
        return a === null || a === undefined ? null : a === wanted;
      };
    }
    if (typeof wanted === 'bigint' || (typeof wanted === 'number' && !Number.isNaN(wanted))) {
      const key = groupKey(wanted);
      return (row, context) => {
        const a = left(row, context);
        if (typeof a === typeof wanted) return a === wanted;
        if (typeof a === 'bigint' || typeof a === 'number') return groupKey(a) === key;
        return a === null || a === undefined ? null : false;
      };
    }
  }
  return (row, context) => {
    const a = left(row, context);
    const b = right(row, context);
    if (typeof a === 'string' && typeof b === 'string') return a === b;
    const same = equals(a, b);
    lookAfterLongWalks(context);
    return same;
  };
}

/** What `compare` gave, as the answer of the operator. NaN answers false to all four. */
function answer(operator: ComparisonOperator, result: number | null): boolean | null {
  if (result === null) return null;
  switch (operator) {
    case '<':
      return result < 0;
    case '<=':
      return result <= 0;
    case '>':
      return result > 0;
    case '>=':
      return result >= 0;
  }
}

function compileComparison(operator: ComparisonOperator, left: Evaluator, right: Evaluator, rightExpr: Expr): Evaluator {
  const slow = (a: Value, b: Value, context: RunContext): boolean | null => {
    const compared = compare(a, b);
    lookAfterLongWalks(context);
    return answer(operator, compared);
  };
  if (rightExpr.kind === 'literal' && typeof rightExpr.value === 'string') {
    const bound = rightExpr.value;
    return (row, context) => {
      const a = left(row, context);
      return typeof a === 'string' ? answer(operator, compareText(a, bound)) : null;
    };
  }
  // The same four lines with another operator each: numbers compare exactly across bigint and float, and NaN gives false.
  const isNumber = (v: Value): v is bigint | number => typeof v === 'bigint' || typeof v === 'number';
  switch (operator) {
    case '<':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        return isNumber(a) && isNumber(b) ? a < b : slow(a, b, context);
      };
    case '<=':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        return isNumber(a) && isNumber(b) ? a <= b : slow(a, b, context);
      };
    case '>':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        return isNumber(a) && isNumber(b) ? a > b : slow(a, b, context);
      };
    case '>=':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        return isNumber(a) && isNumber(b) ? a >= b : slow(a, b, context);
      };
  }
}

function compileArithmetic(
  operator: ArithmeticOperator & ('+' | '-' | '*'),
  left: Evaluator,
  right: Evaluator,
  { span }: BinaryExpr,
): Evaluator {
  switch (operator) {
    case '+':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        if (typeof a === 'bigint' && typeof b === 'bigint') return inRange(a + b, span);
        if (typeof a === 'number' && typeof b === 'number') return a + b;
        return operate('+', a, b, span);
      };
    case '-':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        if (typeof a === 'bigint' && typeof b === 'bigint') return inRange(a - b, span);
        if (typeof a === 'number' && typeof b === 'number') return a - b;
        return operate('-', a, b, span);
      };
    case '*':
      return (row, context) => {
        const a = left(row, context);
        const b = right(row, context);
        if (typeof a === 'bigint' && typeof b === 'bigint') return inRange(a * b, span);
        if (typeof a === 'number' && typeof b === 'number') return a * b;
        return operate('*', a, b, span);
      };
  }
}

/** Null unless both operands are text. */
function compileTextTest(left: Evaluator, right: Evaluator, test: (a: string, b: string) => boolean): Evaluator {
  return (row, context) => {
    const a = left(row, context);
    const b = right(row, context);
    return typeof a === 'string' && typeof b === 'string' ? test(a, b) : null;
  };
}

function compileRegexTest(left: Evaluator, right: Evaluator, expr: BinaryExpr): Evaluator {
  let pattern: string | undefined;
  let matches: Matcher | undefined;
  return (row, context) => {
    const a = left(row, context);
    const b = right(row, context);
    if (typeof a !== 'string' || typeof b !== 'string') return null;
    if (matches === undefined || b !== pattern) {
      matches = compileRegex(b, expr.right.span ?? expr.span);
      pattern = b;
    }
    return matches(a);
  };
}
