// Syntax tree to text: graph patterns and labels.

import type * as ast from './ast.ts';
import { printAnyName, printExpression, printName } from './print-expression.ts';

/** The canonical text of a path pattern. */
export function printPath(path: ast.PathPattern): string {
  const [first, ...rest] = path.nodes;
  let chain = first ? printNode(first) : '';
  for (const [i, node] of rest.entries()) {
    const edge = path.edges[i];
    chain += (edge ? printEdge(edge) : '') + printNode(node);
  }
  const variable = path.variable ? `${printName(path.variable.text)} = ` : '';
  return variable + printSelector(path.selector, chain);
}

function printSelector(selector: ast.PathSelector, chain: string): string {
  switch (selector) {
    case 'all':
      return chain;
    case 'anyShortest':
      return `ANY SHORTEST ${chain}`;
    case 'allShortest':
      return `ALL SHORTEST ${chain}`;
    case 'shortestPath':
      return `shortestPath(${chain})`;
    case 'allShortestPaths':
      return `allShortestPaths(${chain})`;
  }
}

function printNode({ variable, labels, properties, where }: ast.NodePattern): string {
  const head = (variable ? printName(variable.text) : '') + (labels ? `:${printLabels(labels, 'pattern')}` : '');
  const parts = [head, properties ? printExpression(properties) : '', where ? `WHERE ${printExpression(where)}` : ''];
  return `(${parts.filter((part) => part !== '').join(' ')})`;
}

function printEdge(edge: ast.EdgePattern): string {
  const { variable, types, typeTest, properties, where, quantifier } = edge;
  const star = quantifier?.notation === 'star' ? printStar(quantifier) : '';
  const head =
    (variable ? printName(variable.text) : '') +
    (types.length > 0 ? `:${types.map(({ text }) => printAnyName(text)).join('|')}` : '') +
    (typeTest ? `:${printLabels(typeTest, 'pattern')}` : '') +
    star;
  const inside = [head, properties ? printExpression(properties) : '', where ? `WHERE ${printExpression(where)}` : ''];
  const text = `[${inside.filter((part) => part !== '').join(' ')}]`;
  const arrow = edge.direction === 'left' ? `<-${text}-` : edge.direction === 'right' ? `-${text}->` : `-${text}-`;
  return arrow + (quantifier?.notation === 'braces' ? printBraces(quantifier) : '');
}

function printStar({ min, max }: ast.Quantifier): string {
  if (max === undefined) return min === 1 ? '*' : `*${min}..`;
  return min === max ? `*${min}` : `*${min}..${max}`;
}

function printBraces({ min, max }: ast.Quantifier): string {
  return min === max ? `{${min}}` : `{${min},${max ?? ''}}`;
}

/**
 * The labels after the colon. In a test (`n:A`) what is more than a conjunction stands in parentheses, because a bar
 * could end a list comprehension's condition.
 */
export function printLabels(labels: ast.LabelExpression, place: 'pattern' | 'test'): string {
  const text = printLabel(labels, 0);
  return place === 'test' && labels.kind === 'or' ? `(${text})` : text;
}

const LABEL_LEVEL = { or: 1, and: 2, not: 3, label: 4, any: 4 } as const;

function printLabel(labels: ast.LabelExpression, level: number): string {
  const own = LABEL_LEVEL[labels.kind];
  const text = printBareLabel(labels, own);
  return own < level ? `(${text})` : text;
}

function printBareLabel(labels: ast.LabelExpression, own: number): string {
  switch (labels.kind) {
    case 'label':
      return printAnyName(labels.name.text);
    case 'any':
      return '%';
    case 'not':
      return `!${printLabel(labels.operand, own)}`;
    case 'and':
      return `${printLabel(labels.left, own)}&${printLabel(labels.right, own + 1)}`;
    case 'or':
      return `${printLabel(labels.left, own)}|${printLabel(labels.right, own + 1)}`;
  }
}
