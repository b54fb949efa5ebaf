// The parts of a written expression that belong to the same query: what stands inside a query of its own is left out, and so is what a
// list comprehension asks of its own variable.

import type * as Ast from '../../parser/ast.ts';

/** The direct parts, in the order written. */
export function syntaxChildren(e: Ast.Expression): readonly Ast.Expression[] {
  switch (e.kind) {
    case 'literal':
    case 'parameter':
    case 'identifier':
    case 'exists':
    case 'subquery':
    case 'patternTest':
    case 'patternComprehension':
      return [];
    case 'call':
      return [...e.arguments, ...keys(e.orderBy), ...tailChildren(e.tail)];
    case 'countStar':
      return tailChildren(e.tail);
    case 'field':
    case 'wildcard':
      return [e.value];
    case 'index':
      return [e.value, e.index];
    case 'slice':
      return some(e.value, e.from, e.to);
    case 'unary':
    case 'is':
    case 'cast':
    case 'collate':
    case 'labelTest':
    case 'inQuery':
      return [e.operand];
    case 'binary':
      return [e.left, e.right];
    case 'chain':
      return [e.first, ...e.rest.map((r) => r.operand)];
    case 'anyOf':
      return 'list' in e.of ? [e.of.list] : [];
    case 'distinctFrom':
      return [e.left, e.right];
    case 'between':
      return [e.operand, e.low, e.high];
    case 'in':
      return [e.operand, e.list];
    case 'like':
      return some(e.operand, e.pattern, e.escape);
    case 'case':
      return some(e.operand, ...e.branches.flatMap((b) => [b.when, b.then]), e.otherwise);
    case 'list':
    case 'row':
      return e.items;
    case 'object':
      return e.entries.map((x) => x.value);
    case 'mapProjection':
      return e.items.flatMap((i) => (i.kind === 'entry' ? [i.value] : []));
    case 'reduce':
      return [e.initial, e.list];
    case 'comprehension':
    case 'quantified':
      return [e.list];
  }
}

function some(...parts: readonly (Ast.Expression | undefined)[]): Ast.Expression[] {
  return parts.filter((part) => part !== undefined);
}

function keys(list: readonly Ast.SortKey[] | undefined): Ast.Expression[] {
  return list?.map((k) => k.value) ?? [];
}

function tailChildren(tail: Ast.CallTail | undefined): Ast.Expression[] {
  if (!tail) return [];
  const over = tail.over ? [...tail.over.partitionBy, ...keys(tail.over.orderBy)] : [];
  return [...keys(tail.withinGroup), ...some(tail.filter), ...over];
}

/** A call with OVER. */
export type WindowCall = (Ast.FunctionCall | Ast.CountStar) & { readonly tail: Ast.CallTail & { readonly over: Ast.WindowSpec } };

/** Is it a call with OVER? */
export function isWindowCall(e: Ast.Expression): e is WindowCall {
  return (e.kind === 'call' || e.kind === 'countStar') && e.tail?.over !== undefined;
}

/** The calls with OVER in an expression, those inside others left out. */
export function windowCalls(e: Ast.Expression): WindowCall[] {
  return isWindowCall(e) ? [e] : syntaxChildren(e).flatMap(windowCalls);
}
