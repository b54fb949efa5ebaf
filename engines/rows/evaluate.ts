// From a bound expression to a function of a row: closures, compiled once per operator and called once per row. Constant parts are
// evaluated here and now. The row operators and (handed in as CompileExpression) the engines' residual conditions use it.
//
//   const evaluate = compileExpression(expr, layout);
//   evaluate(row, context)

import type { Evaluator, Layout } from '../engine.ts';
import type { CaseExpr, ColumnExpr, Expr, ListExpr, ObjectExpr, ParameterExpr } from '../plan/expression.ts';
import type { Value } from '../value.ts';
import { negate } from './arithmetic.ts';
import { cast, castOrNull } from './conversion.ts';
import { compileField, compileIndex, compileLabelTest, compileSlice } from './evaluate-access.ts';
import { compileBinary } from './evaluate-binary.ts';
import { compileCall } from './evaluate-call.ts';
import { compileComprehension, compileEach, compileQuantified, compileReduce } from './evaluate-list.ts';
import { compileIn, compileInKeys, compileLike } from './evaluate-test.ts';
import { foldConstants } from './fold.ts';
import { truthOf } from '../truth.ts';

/** The evaluator of an expression over rows of that layout. Column ids that the layout lacks are read from the context's outer row. Failures carry the span. */
export function compileExpression(expr: Expr, layout: Layout): Evaluator {
  return compile(foldConstants(expr, compile), layout);
}

/** The same expression with its constant parts evaluated: `1 + 0.5` is the literal 1.5. */
export function foldExpression(expr: Expr): Expr {
  return foldConstants(expr, compile);
}

function compile(expr: Expr, layout: Layout): Evaluator {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr;
      return () => value;
    }
    case 'parameter':
      return compileParameter(expr);
    case 'column':
      return compileColumn(expr, layout);
    case 'field':
      return compileField(expr, layout, compile);
    case 'index':
      return compileIndex(expr, layout, compile);
    case 'slice':
      return compileSlice(expr, layout, compile);
    case 'each':
      return compileEach(expr, layout, compile);
    case 'unary': {
      const operand = compile(expr.operand, layout);
      const { span } = expr;
      if (expr.operator === 'negate') return (row, context) => negate(operand(row, context), span);
      return (row, context) => {
        const value = truthOf(operand(row, context), 'NOT', span);
        return value === null ? null : !value;
      };
    }
    case 'binary':
      return compileBinary(expr, layout, compile);
    case 'is':
      return compileIs(compile(expr.operand, layout), expr.test, expr.negated);
    case 'like':
      return compileLike(expr, layout, compile);
    case 'in':
      return compileIn(expr, layout, compile);
    case 'inKeys':
      return compileInKeys(expr, layout, compile);
    case 'case':
      return compileCase(expr, layout);
    case 'cast': {
      const operand = compile(expr.operand, layout);
      const { to, span } = expr;
      if (expr.orNull) return (row, context) => castOrNull(operand(row, context), to);
      return (row, context) => cast(operand(row, context), to, span);
    }
    case 'call':
      return compileCall(expr, layout, compile);
    case 'list':
      return compileList(expr, layout);
    case 'object':
      return compileObject(expr, layout);
    case 'comprehension':
      return compileComprehension(expr, layout, compile);
    case 'quantified':
      return compileQuantified(expr, layout, compile);
    case 'reduce':
      return compileReduce(expr, layout, compile);
    case 'labelTest':
      return compileLabelTest(expr, layout, compile);
  }
}

function compileParameter({ name }: ParameterExpr): Evaluator {
  return (_row, context) => {
    const value = context.parameters.get(name);
    if (value === undefined && !context.parameters.has(name)) throw new Error(`parameter ${name} was not given`);
    return value;
  };
}

function compileColumn({ id, name }: ColumnExpr, layout: Layout): Evaluator {
  const slot = layout.get(id);
  if (slot !== undefined) return (row) => row[slot];
  return (_row, context) => {
    const value = context.outer.get(id);
    if (value === undefined && !context.outer.has(id)) throw new Error(`column ${id} (${name}) is neither in the row nor in an outer row`);
    return value;
  };
}

function compileIs(operand: Evaluator, test: 'null' | 'missing' | 'true' | 'false', negated: boolean): Evaluator {
  switch (test) {
    case 'null':
      return (row, context) => {
        const value = operand(row, context);
        return (value === null || value === undefined) !== negated;
      };
    case 'missing':
      return (row, context) => (operand(row, context) === undefined) !== negated;
    case 'true':
      return (row, context) => (operand(row, context) === true) !== negated;
    case 'false':
      return (row, context) => (operand(row, context) === false) !== negated;
  }
}

function compileCase(expr: CaseExpr, layout: Layout): Evaluator {
  const branches = expr.branches.map((b) => ({ when: compile(b.when, layout), then: compile(b.then, layout), span: b.when.span }));
  const otherwise = expr.otherwise && compile(expr.otherwise, layout);
  return (row, context) => {
    for (const { when, then, span } of branches) {
      if (truthOf(when(row, context), 'The condition of WHEN', span) === true) return then(row, context);
    }
    return otherwise === undefined ? null : otherwise(row, context);
  };
}

/** MISSING becomes null in a list. */
function compileList(expr: ListExpr, layout: Layout): Evaluator {
  const items = expr.items.map((item) => compile(item, layout));
  return (row, context) => items.map((item) => item(row, context) ?? null);
}

function compileObject(expr: ObjectExpr, layout: Layout): Evaluator {
  const entries = expr.entries.map((entry) => ({ key: entry.key, value: compile(entry.value, layout) }));
  return (row, context) => {
    const object = new Map<string, Value>();
    for (const { key, value } of entries) {
      const result = value(row, context);
      if (result !== undefined) object.set(key, result);
    }
    return object;
  };
}
