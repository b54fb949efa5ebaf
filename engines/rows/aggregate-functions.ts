// Aggregates as accumulators: one per group and aggregate, fed row by row. Null and MISSING are skipped. Integer sums are exact; a sum
// with a float in it is a Neumaier-compensated float sum, as in SQLite since 3.43, so that both give the same digits.
//
//   const sum = makeAccumulator('sum', false, 1);
//   sum.add([1n], context); sum.result()

import { QueryError } from '../../parser/error.ts';
import { type GroupKey, order, rowKey, typeName } from '../compare.ts';
import type { RunContext } from '../engine.ts';
import { lookupAggregate } from '../plan/functions.ts';
import type { AggregateItem } from '../plan/plan.ts';
import type { Value } from '../value.ts';
import { inRange } from './arithmetic.ts';
import {
  bits,
  continuous,
  discrete,
  middle,
  mode,
  numberOf,
  overPairs,
  pairResults,
  percentile,
  variance,
} from './aggregate-statistics.ts';
import { valueText } from './conversion.ts';
import { collationKey } from './functions-text.ts';

export interface Accumulator {
  /** The values of the arguments for one row; none for count(*). */
  add(values: readonly Value[], context: RunContext): void;
  result(): Value;
}

/** A new accumulator for the aggregate (canonical name or alias). With `distinct` each combination of argument values counts once, the first of those equal by `collations`. */
export function makeAccumulator(
  name: string,
  distinct: boolean,
  argumentCount: number,
  collations?: AggregateItem['collations'],
): Accumulator {
  const canonical = lookupAggregate(name)?.name;
  const make = canonical === undefined ? undefined : makers[canonical];
  if (make === undefined) throw new Error(`aggregate ${name} is not there`);
  const nulls = nullHabits[canonical as string] ?? 'skipped';
  const accumulator =
    argumentCount === 0 ? countRows() : nulls === 'kept' ? make() : nulls === 'in either' ? skippingPairs(make()) : skippingNulls(make());
  return distinct && argumentCount > 0 ? overDistinct(accumulator, collations) : accumulator;
}

function skippingNulls(inner: Accumulator): Accumulator {
  return {
    add(values, context) {
      const value = values[0];
      if (value !== null && value !== undefined) inner.add(values, context);
    },
    result: () => inner.result(),
  };
}

/** Leaves out pairs with a null on either side. */
function skippingPairs(inner: Accumulator): Accumulator {
  const isNull = (value: Value): boolean => value === null || value === undefined;
  return {
    add(values, context) {
      if (!isNull(values[0]) && !isNull(values[1])) inner.add(values, context);
    },
    result: () => inner.result(),
  };
}

function overDistinct(inner: Accumulator, collations: AggregateItem['collations']): Accumulator {
  const seen = new Set<GroupKey>();
  return {
    add(values, context) {
      const key = rowKey(collations ? values.map((value, i) => collationKey(value, collations[i])) : values);
      if (seen.has(key)) return;
      seen.add(key);
      inner.add(values, context);
    },
    result: () => inner.result(),
  };
}

function countRows(): Accumulator {
  let count = 0;
  return {
    add: () => {
      count++;
    },
    result: () => BigInt(count),
  };
}

/** Floats added with Neumaier's compensation, the form of Kahan's sum that SQLite uses. */
class FloatSum {
  private sum = 0;
  private lost = 0;

  add(x: number): void {
    const next = this.sum + x;
    this.lost += Math.abs(this.sum) > Math.abs(x) ? this.sum - next + x : x - next + this.sum;
    this.sum = next;
  }

  /** Integers beyond 2^53 go in as two parts that floats hold exactly, as SQLite does. */
  addInteger(x: bigint): void {
    const near = Number(x);
    if (Number.isSafeInteger(near)) {
      this.add(near);
    } else {
      const low = x % 16384n;
      this.add(Number(x - low));
      this.add(Number(low));
    }
  }

  /** The compensation is NaN once an infinity came in, and is then left out. */
  total(): number {
    return Number.isFinite(this.lost) ? this.sum + this.lost : this.sum;
  }
}

/** Integers are added exactly until a float comes, and as floats from then on. */
class NumberSum {
  count = 0;
  private whole = 0n;
  private floats: FloatSum | undefined;

  add(x: bigint | number): void {
    this.count++;
    if (typeof x === 'bigint') {
      if (this.floats === undefined) this.whole += x;
      else this.floats.addInteger(x);
      return;
    }
    if (this.floats === undefined) {
      this.floats = new FloatSum();
      this.floats.addInteger(this.whole);
    }
    this.floats.add(x);
  }

  total(): bigint | number {
    return this.floats === undefined ? this.whole : this.floats.total();
  }
}

function sum(): Accumulator {
  const numbers = new NumberSum();
  return {
    add([value]) {
      numbers.add(numberOf(value, 'sum'));
    },
    result() {
      const total = numbers.total();
      if (numbers.count === 0) return null;
      return typeof total === 'bigint' ? inRange(total, undefined) : total;
    },
  };
}

function total(): Accumulator {
  const sum = new FloatSum();
  return {
    add([value]) {
      const x = numberOf(value, 'total');
      if (typeof x === 'bigint') sum.addInteger(x);
      else sum.add(x);
    },
    result: () => sum.total(),
  };
}

function avg(): Accumulator {
  const numbers = new NumberSum();
  return {
    add([value]) {
      numbers.add(numberOf(value, 'avg'));
    },
    result: () => (numbers.count === 0 ? null : Number(numbers.total()) / numbers.count),
  };
}

function extreme(direction: 1 | -1): Accumulator {
  let best: Value = null;
  let first = true;
  return {
    add([value]) {
      if (first || order(value, best) * direction > 0) best = value;
      first = false;
    },
    result: () => best,
  };
}

function collect(): Accumulator {
  const items: Value[] = [];
  return {
    add: ([value]) => {
      items.push(value);
    },
    result: () => items,
  };
}

/** Each value but the first brings the separator that its row gives. */
function stringAgg(): Accumulator {
  const parts: string[] = [];
  return {
    add([value, separator]) {
      if (parts.length > 0) parts.push(separator === undefined ? ',' : valueText(separator));
      parts.push(valueText(value));
    },
    result: () => (parts.length === 0 ? null : parts.join('')),
  };
}

function anyValue(): Accumulator {
  let found: Value = null;
  return {
    add: ([value]) => {
      found ??= value;
    },
    result: () => found,
  };
}

function countIf(): Accumulator {
  let count = 0n;
  return {
    add([value]) {
      if (typeof value !== 'boolean') throw new QueryError('type/operand', `count_if needs booleans, not ${typeName(value)}.`);
      if (value) count++;
    },
    result: () => count,
  };
}

/** Nulls are kept. `empty`: the answer for no row. */
function list(empty: Value): Accumulator {
  const items: Value[] = [];
  return {
    add: ([value]) => {
      items.push(value);
    },
    result: () => (items.length === 0 ? empty : items),
  };
}

function objectAgg(): Accumulator {
  const entries = new Map<string, Value>();
  let rows = 0;
  return {
    add([key, value]) {
      rows++;
      if (key === null || key === undefined) throw new QueryError('type/operand', 'json_object_agg needs a key that is not null.');
      entries.set(valueText(key), value ?? null);
    },
    result: () => (rows === 0 ? null : entries),
  };
}

/** The value where `by` is extreme; of several the first met. */
function extremeBy(direction: 1 | -1): Accumulator {
  let best: Value = null;
  let bestBy: Value;
  let first = true;
  return {
    add([value, by]) {
      if (first || order(by, bestBy) * direction > 0) {
        best = value;
        bestBy = by;
      }
      first = false;
    },
    result: () => best,
  };
}

/** `settles`: the value that decides the answer. */
function booleans(name: string, settles: boolean): Accumulator {
  let answer: boolean | null = null;
  return {
    add([value]) {
      if (typeof value !== 'boolean') throw new QueryError('type/operand', `${name} needs booleans, not ${typeName(value)}.`);
      if (answer !== settles) answer = value;
    },
    result: () => answer,
  };
}

const makers: Readonly<Record<string, () => Accumulator>> = {
  count: countRows,
  sum,
  total,
  avg,
  min: () => extreme(-1),
  max: () => extreme(1),
  collect,
  string_agg: stringAgg,
  stddev: () => variance('stddev', 2, Math.sqrt),
  stddevp: () => variance('stddevp', 1, Math.sqrt),
  variance: () => variance('variance', 2, (v) => v),
  var_pop: () => variance('var_pop', 1, (v) => v),
  ...Object.fromEntries(Object.entries(pairResults).map(([name, finish]) => [name, () => overPairs(name, finish)])),
  percentile_cont: () => percentile('percentile_cont', continuous),
  percentile_disc: () => percentile('percentile_disc', discrete),
  median: middle,
  mode,
  bit_and: () => bits('bit_and', (a, b) => a & b),
  bit_or: () => bits('bit_or', (a, b) => a | b),
  bit_xor: () => bits('bit_xor', (a, b) => a ^ b),
  count_if: countIf,
  min_by: () => extremeBy(-1),
  max_by: () => extremeBy(1),
  array_agg: () => list(null),
  json_group_array: () => list([]),
  json_object_agg: objectAgg,
  any_value: anyValue,
  bool_and: () => booleans('bool_and', false),
  bool_or: () => booleans('bool_or', true),
};

/** What is done with nulls: `skipped` where the first argument is null, unless it says otherwise. */
const nullHabits: Readonly<Record<string, 'kept' | 'in either'>> = {
  array_agg: 'kept',
  json_group_array: 'kept',
  json_object_agg: 'kept',
  min_by: 'in either',
  max_by: 'in either',
  ...Object.fromEntries(Object.keys(pairResults).map((name) => [name, 'in either' as const])),
};

/** The canonical names of all aggregates that can be made. */
export function accumulatorNames(): readonly string[] {
  return Object.keys(makers);
}
