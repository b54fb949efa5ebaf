// Aggregates of statistics: variance, covariance, correlation, lines of least squares, percentiles and the mode.

import { QueryError } from '../../parser/error.ts';
import { order, typeName } from '../compare.ts';
import type { Value } from '../value.ts';
import type { Accumulator } from './aggregate-functions.ts';

/** The number; `type/operand` for what is none. */
export function numberOf(value: Value, name: string): bigint | number {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  throw new QueryError('type/operand', `${name} needs numbers, not ${typeName(value)}.`);
}

/** Welford's method. `least`: how many values there must be; the divisor is count − least + 1. */
export function variance(name: string, least: 1 | 2, finish: (variance: number) => number): Accumulator {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add([value]) {
      const x = Number(numberOf(value, name));
      count++;
      const before = x - mean;
      mean += before / count;
      squares += before * (x - mean);
    },
    result: () => (count < least ? null : finish(squares / (count - least + 1))),
  };
}

/** Sums over pairs: of the squared distances from the means, and of the products of both distances. */
interface Moments {
  readonly count: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly sxx: number;
  readonly syy: number;
  readonly sxy: number;
}

/** An aggregate f(y, x) over pairs without a null. */
export function overPairs(name: string, finish: (moments: Moments) => number | bigint | null): Accumulator {
  let moments: Moments = { count: 0, meanX: 0, meanY: 0, sxx: 0, syy: 0, sxy: 0 };
  return {
    add([first, second]) {
      const y = Number(numberOf(first, name));
      const x = Number(numberOf(second, name));
      const count = moments.count + 1;
      const dx = x - moments.meanX;
      const dy = y - moments.meanY;
      const meanX = moments.meanX + dx / count;
      const meanY = moments.meanY + dy / count;
      moments = {
        count,
        meanX,
        meanY,
        sxx: moments.sxx + dx * (x - meanX),
        syy: moments.syy + dy * (y - meanY),
        sxy: moments.sxy + dx * (y - meanY),
      };
    },
    result: () => finish(moments),
  };
}

const some = (moments: Moments, value: number): number | null => (moments.count === 0 ? null : value);

/** What each aggregate over pairs makes of the sums. */
export const pairResults: Readonly<Record<string, (m: Moments) => number | bigint | null>> = {
  covar_pop: (m) => (m.count < 1 ? null : m.sxy / m.count),
  covar_samp: (m) => (m.count < 2 ? null : m.sxy / (m.count - 1)),
  corr: (m) => (m.count < 1 || m.sxx === 0 || m.syy === 0 ? null : m.sxy / Math.sqrt(m.sxx * m.syy)),
  regr_count: (m) => BigInt(m.count),
  regr_avgx: (m) => some(m, m.meanX),
  regr_avgy: (m) => some(m, m.meanY),
  regr_sxx: (m) => some(m, m.sxx),
  regr_syy: (m) => some(m, m.syy),
  regr_sxy: (m) => some(m, m.sxy),
  regr_slope: (m) => (m.count < 1 || m.sxx === 0 ? null : m.sxy / m.sxx),
  regr_intercept: (m) => (m.count < 1 || m.sxx === 0 ? null : m.meanY - (m.meanX * m.sxy) / m.sxx),
  regr_r2: (m) => (m.count < 1 || m.sxx === 0 ? null : m.syy === 0 ? 1 : (m.sxy * m.sxy) / (m.sxx * m.syy)),
};

// ------------------------------------------------------------------------------------------------ over ordered values

/** `pick` finds the value at a fraction of values that come in order. A list of fractions gives a list. */
export function percentile(name: string, pick: (values: readonly Value[], fraction: number) => Value): Accumulator {
  const values: Value[] = [];
  let wanted: Value = null;
  return {
    add([value, fraction]) {
      values.push(value);
      wanted = fraction;
    },
    result() {
      const at = (fraction: Value): Value =>
        fraction === null || fraction === undefined ? null : pick(values, fractionOf(fraction, name));
      if (values.length === 0) return null;
      return Array.isArray(wanted) ? wanted.map(at) : at(wanted);
    },
  };
}

function fractionOf(value: Value, name: string): number {
  const fraction = typeof value === 'bigint' ? Number(value) : value;
  if (typeof fraction === 'number' && fraction >= 0 && fraction <= 1) return fraction;
  throw new QueryError('type/argument', `The fraction of ${name} must be a number from 0.0 to 1.0.`);
}

/** The continuous percentile at a half. */
export function middle(): Accumulator {
  const inner = percentile('median', continuous);
  return { add: ([value], context) => inner.add([value, 0.5], context), result: () => inner.result() };
}

/** Between the two neighbours of a place that is no whole number. */
export function continuous(values: readonly Value[], fraction: number): number {
  const place = fraction * (values.length - 1);
  const low = Math.floor(place);
  const [a, b] = [low, Math.ceil(place)].map((i) => Number(numberOf(values[i], 'percentile_cont'))) as [number, number];
  return low === place ? a : a + (place - low) * (b - a);
}

/** The first value with at least that fraction of the values up to it. */
export function discrete(values: readonly Value[], fraction: number): Value {
  return values[Math.max(0, Math.ceil(fraction * values.length) - 1)];
}

/** The most frequent of values that come in order; of several the first. */
export function mode(): Accumulator {
  let best: Value = null;
  let bestCount = 0;
  let current: Value = null;
  let count = 0;
  return {
    add([value]) {
      count = count > 0 && order(value, current) === 0 ? count + 1 : 1;
      if (count === 1) current = value;
      if (count > bestCount) {
        best = current;
        bestCount = count;
      }
    },
    result: () => best,
  };
}

/** Bits of integers. */
export function bits(name: string, combine: (a: bigint, b: bigint) => bigint): Accumulator {
  let result: bigint | undefined;
  return {
    add([value]) {
      if (typeof value !== 'bigint') throw new QueryError('type/operand', `${name} needs integers, not ${typeName(value)}.`);
      result = result === undefined ? value : BigInt.asIntN(64, combine(result, value));
    },
    result: () => result ?? null,
  };
}
