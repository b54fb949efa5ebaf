// How tightly operators bind, for the parser and the printer, from low to high.

import type { BinaryOperator } from './ast.ts';

export const LEVEL = {
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  comparison: 5,
  /** Tests and STARTS WITH and the like in a pipeline, where they bind tighter than `=`. */
  test: 5.5,
  /** `& | # << >>` */
  bitwise: 5.7,
  additive: 6,
  multiplicative: 7,
  power: 8,
  unary: 9,
  /** `-> ->>` */
  arrow: 9.5,
  postfix: 10.5,
} as const;

export const BINARY_LEVEL: Readonly<Record<BinaryOperator, number>> = {
  OR: LEVEL.or,
  XOR: LEVEL.xor,
  AND: LEVEL.and,
  '=': LEVEL.comparison,
  '<>': LEVEL.comparison,
  '<': LEVEL.comparison,
  '<=': LEVEL.comparison,
  '>': LEVEL.comparison,
  '>=': LEVEL.comparison,
  'STARTS WITH': LEVEL.comparison,
  'ENDS WITH': LEVEL.comparison,
  CONTAINS: LEVEL.comparison,
  '=~': LEVEL.comparison,
  '&': LEVEL.bitwise,
  '|': LEVEL.bitwise,
  '#': LEVEL.bitwise,
  '<<': LEVEL.bitwise,
  '>>': LEVEL.bitwise,
  '+': LEVEL.additive,
  '-': LEVEL.additive,
  '||': LEVEL.additive,
  '*': LEVEL.multiplicative,
  '/': LEVEL.multiplicative,
  '%': LEVEL.multiplicative,
  '^': LEVEL.power,
  '->': LEVEL.arrow,
  '->>': LEVEL.arrow,
};
