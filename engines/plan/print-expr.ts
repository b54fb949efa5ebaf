// Bound expressions as text for EXPLAIN, plan prints and messages. Columns show their names, so two columns may look alike.

import { storageJson } from '../json.ts';
import type { Value } from '../value.ts';
import type { Expr, Labels } from './expression.ts';

/** One line of text. */
export function printExpr(e: Expr): string {
  switch (e.kind) {
    case 'literal':
      return printValue(e.value);
    case 'parameter':
      return `$${e.name}`;
    case 'column':
      return e.name === '' ? `#${e.id}` : e.name;
    case 'field':
      return `${printExpr(e.value)}.${e.name}`;
    case 'index':
      return `${printExpr(e.value)}[${printExpr(e.index)}]`;
    case 'slice':
      return `${printExpr(e.value)}[${e.from ? printExpr(e.from) : ''}..${e.to ? printExpr(e.to) : ''}]`;
    case 'each':
      return `each(#${e.variable} of ${printExpr(e.value)}${e.of === 'values' ? '.*' : '[*]'} | ${e.flatten ? 'all of ' : ''}${printExpr(e.result)})`;
    case 'unary':
      return e.operator === 'not' ? `not ${operand(e.operand)}` : `-${operand(e.operand)}`;
    case 'binary':
      return `${operand(e.left)} ${e.operator} ${operand(e.right)}`;
    case 'is':
      return `${operand(e.operand)} is ${e.negated ? 'not ' : ''}${e.test}`;
    case 'like':
      return `${operand(e.operand)} like ${operand(e.pattern)}${e.escape ? ` escape ${operand(e.escape)}` : ''}`;
    case 'in':
      return `${operand(e.operand)} in ${operand(e.list)}`;
    case 'inKeys':
      return `${operand(e.operand)} in keys ${e.slot}`;
    case 'case':
      return `case ${e.branches.map((b) => `when ${printExpr(b.when)} then ${printExpr(b.then)}`).join(' ')}${e.otherwise ? ` else ${printExpr(e.otherwise)}` : ''} end`;
    case 'cast':
      return `${e.orNull ? 'try_cast' : 'cast'}(${printExpr(e.operand)} as ${e.to})`;
    case 'call':
      return `${e.name}(${e.arguments.map(printExpr).join(', ')})`;
    case 'list':
      return `[${e.items.map(printExpr).join(', ')}]`;
    case 'object':
      return `{${e.entries.map((x) => `${x.key}: ${printExpr(x.value)}`).join(', ')}}`;
    case 'comprehension':
      return `[#${e.variable} in ${printExpr(e.list)}${e.where ? ` where ${printExpr(e.where)}` : ''}${e.result ? ` | ${printExpr(e.result)}` : ''}]`;
    case 'quantified':
      return `${e.quantifier}(#${e.variable} in ${printExpr(e.list)} where ${printExpr(e.condition)})`;
    case 'reduce':
      return `reduce(#${e.accumulator} = ${printExpr(e.initial)}, #${e.variable} in ${printExpr(e.list)} | ${printExpr(e.result)})`;
    case 'labelTest':
      return `${operand(e.operand)}:${printLabels(e.labels)}`;
  }
}

function operand(e: Expr): string {
  const text = printExpr(e);
  return e.kind === 'binary' || e.kind === 'is' || e.kind === 'like' || e.kind === 'in' || (e.kind === 'unary' && e.operator === 'not')
    ? `(${text})`
    : text;
}

function printValue(value: Value): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return storageJson(value);
}

/** `Person&!Author`, as in patterns. */
export function printLabels(labels: Labels): string {
  switch (labels.kind) {
    case 'label':
      return labels.name;
    case 'not':
      return `!${printLabels(labels.operand)}`;
    case 'and':
      return `${printLabels(labels.left)}&${printLabels(labels.right)}`;
    case 'or':
      return `(${printLabels(labels.left)}|${printLabels(labels.right)})`;
    case 'any':
      return '%';
  }
}
