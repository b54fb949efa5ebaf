// Syntax tree to text: what follows the parentheses of an aggregate or a window function, and windows.

import type * as ast from './ast.ts';
import { LEVEL } from './precedence.ts';
import { printAtLevel, printExpression, printList, printName } from './print-expression.ts';
import { printOrderBy } from './print-query.ts';

/** ` WITHIN GROUP (…) FILTER (…) OVER …` with a space in front, or nothing. */
export function printCallTail(tail: ast.CallTail | undefined): string {
  if (!tail) return '';
  const within = tail.withinGroup ? ` WITHIN GROUP (${printOrderBy(tail.withinGroup)})` : '';
  const filter = tail.filter ? ` FILTER (WHERE ${printExpression(tail.filter)})` : '';
  const nulls = tail.nulls ? ` ${tail.nulls.toUpperCase()} NULLS` : '';
  return within + filter + nulls + (tail.over ? ` OVER ${printWindow(tail.over)}` : '');
}

/** `w` or `(w PARTITION BY … ORDER BY … ROWS …)` */
export function printWindow({ base, bare, partitionBy, orderBy, frame }: ast.WindowSpec): string {
  const name = base ? printName(base.text) : '';
  if (bare) return name;
  const parts = [
    name,
    partitionBy.length > 0 ? `PARTITION BY ${printList(partitionBy)}` : '',
    orderBy.length > 0 ? printOrderBy(orderBy) : '',
    frame ? printFrame(frame) : '',
  ];
  return `(${parts.filter((part) => part !== '').join(' ')})`;
}

const EXCLUSIONS = { nothing: '', row: ' EXCLUDE CURRENT ROW', group: ' EXCLUDE GROUP', ties: ' EXCLUDE TIES' } as const;

function printFrame({ unit, start, end, exclude }: ast.WindowFrame): string {
  const bounds = end ? `BETWEEN ${printBound(start)} AND ${printBound(end)}` : printBound(start);
  return `${unit.toUpperCase()} ${bounds}${EXCLUSIONS[exclude]}`;
}

function printBound({ kind, offset }: ast.FrameBound): string {
  if (kind === 'current') return 'CURRENT ROW';
  return `${offset ? printAtLevel(offset, LEVEL.additive) : 'UNBOUNDED'} ${kind.toUpperCase()}`;
}
