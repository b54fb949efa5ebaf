// Syntax tree to text: graph patterns and labels.

import type * as ast from './ast.ts';
import { printAnyName, printExpression, printName } from './print-expression.ts';

/** The canonical text of a path pattern. */
export function printPath(path: ast.PathPattern): string {
  const variable = path.variable ? `${printName(path.variable.text)} = ` : '';
  return variable + printSelector(path, printChain(path));
}

function printChain({ nodes, edges }: Pick<ast.PathPattern, 'nodes' | 'edges'>): string {
  let chain = '';
  for (const [i, node] of nodes.entries()) {
    const edge = edges[i - 1];
    chain += (edge ? printEdge(edge) : '') + (node.implied ? '' : printNode(node));
  }
  return chain;
}

function printSelector(path: ast.PathPattern, chain: string): string {
  const mode = path.mode ? `${path.mode.toUpperCase()} ` : '';
  switch (path.selector) {
    case 'all':
      return mode + chain;
    case 'any':
      return `ANY ${path.count === undefined ? '' : `${path.count} `}${mode}${chain}`;
    case 'anyShortest':
      return `ANY SHORTEST ${mode}${chain}`;
    case 'allShortest':
      return `ALL SHORTEST ${mode}${chain}`;
    case 'shortest':
      return `SHORTEST ${path.count ?? 1} ${mode}${chain}`;
    case 'shortestGroups':
      return `SHORTEST ${path.count === undefined ? '' : `${path.count} `}${mode}GROUPS ${chain}`;
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
  const { inside: inner } = edge;
  if (inner) {
    const where = inner.where ? ` WHERE ${printExpression(inner.where)}` : '';
    return `(${printChain(inner)}${where})${edge.quantifier ? printBraces(edge.quantifier) : ''}`;
  }
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
