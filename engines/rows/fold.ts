// Constant folding: parts of an expression that hold neither columns nor parameters are replaced by their values before the first
// row. A part that fails stays as it is, so that it fails only if it is evaluated (`CASE WHEN false THEN 1/0 END`).

import { QueryError } from '../../parser/error.ts';
import type { Evaluator, Layout } from '../engine.ts';
import { type Expr, mapChildren } from '../plan/expression.ts';
import { isPureCall, lookupFunction } from '../plan/functions.ts';
import { noContext } from './functions.ts';

const noColumns: Layout = new Map();

/** The same expression with its constant parts evaluated. */
export function foldConstants(expr: Expr, compile: (expr: Expr, layout: Layout) => Evaluator): Expr {
  if (isLeaf(expr)) return expr;
  let constant = isFoldable(expr);
  let changed = false;
  const folded = mapChildren(expr, (child) => {
    const next = foldConstants(child, compile);
    if (next !== child) changed = true;
    if (next.kind !== 'literal') constant = false;
    return next;
  });
  if (constant) {
    try {
      const value = compile(folded, noColumns)([], noContext);
      return { kind: 'literal', value, type: expr.type, span: expr.span };
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
    }
  }
  return changed ? folded : expr;
}

function isLeaf(expr: Expr): boolean {
  return expr.kind === 'literal' || expr.kind === 'parameter' || expr.kind === 'column';
}

function isFoldable(expr: Expr): boolean {
  switch (expr.kind) {
    case 'parameter':
    case 'column':
    case 'inKeys':
    // These bind a variable, so their conditions are never literals except where it does not matter.
    case 'each':
    case 'comprehension':
    case 'quantified':
    case 'reduce':
      return false;
    case 'call': {
      const info = lookupFunction(expr.name);
      return info !== undefined && isPureCall(info, expr.arguments.length);
    }
    case 'literal':
    case 'field':
    case 'index':
    case 'slice':
    case 'unary':
    case 'binary':
    case 'is':
    case 'like':
    case 'in':
    case 'case':
    case 'cast':
    case 'list':
    case 'object':
    case 'labelTest':
      return true;
  }
}
