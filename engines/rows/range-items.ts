// `UNWIND range(1, 10000000) AS n`: the numbers one by one. As a list they would take their place in memory all at once.

import type { Evaluator, Layout, RunContext } from '../engine.ts';
import { listItemsMax } from '../limits.ts';
import type { Expr } from '../plan/expression.ts';
import type { Row, Value } from '../value.ts';
import { prepare, prepareAll } from './prepare.ts';

/** What gives a row each: a list, or what makes its items when they are asked for. */
export interface Items {
  readonly length: number;
  at(place: number): Value;
}

export class Range implements Items {
  readonly length: number;
  private readonly from: bigint;
  private readonly step: bigint;

  constructor(from: bigint, step: bigint, length: number) {
    this.from = from;
    this.step = step;
    this.length = length;
  }

  at(place: number): bigint {
    return this.from + this.step * BigInt(place);
  }
}

/** Undefined for what is no call of range(). Whatever is unusual about one is left to the function, with its errors. */
export function prepareRange(expr: Expr, layout: Layout): ((row: Row, context: RunContext) => Value | Range) | undefined {
  if (expr.kind !== 'call' || expr.name !== 'range') return undefined;
  const parts = prepareAll(expr.arguments, layout);
  // Not before it is needed: of constants the list is made when it is prepared.
  const whole: Evaluator = (row, context) => prepare(expr, layout)(row, context);
  return (row, context) => {
    const [from, to, step] = [...parts.map((part) => part(row, context)), 1n];
    if (typeof from !== 'bigint' || typeof to !== 'bigint' || typeof step !== 'bigint' || step === 0n) return whole(row, context);
    const length = (to - from) / step + 1n;
    if (length > listItemsMax) return whole(row, context);
    const leads = to === from || to > from === step > 0n;
    return new Range(from, step, leads ? Number(length) : 0);
  };
}
