// The aggregates: what engines/plan/functions.ts reads at start. See engines/rows/aggregate-functions.ts for what they do.

import { type FunctionEntry, sameAsFirst } from './function-entry.ts';
import type { Type } from './type.ts';

/** The example is a call over the rows of exampleRows and its value: 'sum(y) → 60'. */
interface Entry extends FunctionEntry {
  /** Sees its values in the order of ORDER BY: `percentile_cont(p) WITHIN GROUP (ORDER BY x)` is `percentile_cont(x, p)`. */
  readonly ordered?: boolean;
}

function aggregate(
  signature: string,
  result: Entry['result'],
  description: string,
  example: string,
  aliases: readonly string[] = [],
): Entry {
  return { signature, aliases, result, description, example, pure: true, takesNull: false };
}

/** What the examples of aggregates and window functions are asked of. */
export const exampleRows = "(VALUES (1, 10, 'a'), (2, 20, 'b'), (3, NULL, 'a'), (4, 30, NULL)) AS v (x, y, s)";

const ordered = (entry: Entry): Entry => ({ ...entry, ordered: true });

const sumOf = (types: readonly Type[]): Type =>
  types[0] === 'integer' || types[0] === 'float' ? types[0] : types[0] === 'null' ? 'null' : 'number';
/** A list of fractions gives a list. */
const percentileOf =
  (one: (types: readonly Type[]) => Type) =>
  (types: readonly Type[]): Type =>
    types[1] === 'list' ? 'list' : types[1] === 'any' ? 'any' : one(types);

const pair = '(y: number, x: number)';

export const aggregateList: readonly Entry[] = [
  aggregate('count(value?: any)', 'integer', 'The number of values that are not null; count(*) counts rows.', 'count(y) → 3'),
  aggregate('count_if(condition: boolean)', 'integer', 'How often the condition is true.', 'count_if(y > 10) → 2', ['countif']),
  aggregate('sum(value: number)', sumOf, 'The sum, exact for integers; null if there is no value.', 'sum(y) → 60'),
  aggregate('total(value: number)', 'float', 'The sum as a float; 0.0 if there is no value.', 'total(y) → 60.0'),
  aggregate('avg(value: number)', 'float', 'The mean; null if there is no value.', 'avg(y) → 20.0', ['mean']),
  aggregate('min(value: any)', sameAsFirst, 'The smallest value in the order of ORDER BY.', "min(s) → 'a'"),
  aggregate('max(value: any)', sameAsFirst, 'The largest value in the order of ORDER BY that is not null.', 'max(y) → 30'),
  aggregate('min_by(value: any, by: any)', sameAsFirst, 'The value where the second argument is smallest.', "min_by(s, x) → 'a'", [
    'arg_min',
  ]),
  aggregate('max_by(value: any, by: any)', sameAsFirst, 'The value where the second argument is largest.', 'max_by(x, y) → 4', ['arg_max']),
  aggregate('any_value(value: any)', sameAsFirst, 'One of the values that are not null: the first met.', 'any_value(y) → 10'),
  aggregate(
    'collect(value: any)',
    'list',
    'A list of the values that are not null; without values an empty one.',
    'collect(y) → [10, 20, 30]',
  ),
  aggregate(
    'array_agg(value: any)',
    'list',
    'A list of all values, nulls too; null if there is no row.',
    'array_agg(y ORDER BY x DESC) → [30, null, 20, 10]',
    ['json_agg', 'jsonb_agg'],
  ),
  aggregate(
    'json_group_array(value: any)',
    'list',
    'A list of all values, nulls too; an empty one if there is no row.',
    "json_group_array(s) → ['a', 'b', 'a', null]",
  ),
  aggregate(
    'json_object_agg(key: any, value: any)',
    'object',
    'An object of keys (as text) and values; the last value of a key counts.',
    "json_object_agg(x, s) → {`1`: 'a', `2`: 'b', `3`: 'a', `4`: null}",
    ['jsonb_object_agg', 'json_group_object'],
  ),
  aggregate(
    'string_agg(value: any, separator?: text)',
    'text',
    'The values as text, joined by a separator (a comma if none is given).',
    "string_agg(s, '-' ORDER BY x DESC) → 'a-b-a'",
    ['group_concat'],
  ),
  aggregate('bool_and(value: boolean)', 'boolean', 'True if every value is true.', 'bool_and(y > 10) → false', ['every']),
  aggregate('bool_or(value: boolean)', 'boolean', 'True if at least one value is true.', 'bool_or(y > 10) → true', ['some']),
  aggregate('bit_and(value: integer)', 'integer', 'The bits that all values have.', 'bit_and(y) → 0'),
  aggregate('bit_or(value: integer)', 'integer', 'The bits that at least one value has.', 'bit_or(x) → 7'),
  aggregate('bit_xor(value: integer)', 'integer', 'The bits that an odd number of values have.', 'bit_xor(x) → 4'),
  aggregate('stddev(value: number)', 'float', 'The standard deviation of a sample; null for fewer than two values.', 'stddev(y) → 10.0', [
    'stddev_samp',
    'stdev',
  ]),
  aggregate('stddevp(value: number)', 'float', 'The standard deviation of a whole population.', 'stddevp(x) → 1.118033988749895', [
    'stddev_pop',
    'stdevp',
  ]),
  aggregate('variance(value: number)', 'float', 'The variance of a sample; null for fewer than two values.', 'variance(y) → 100.0', [
    'var_samp',
  ]),
  aggregate('var_pop(value: number)', 'float', 'The variance of a whole population.', 'var_pop(x) → 1.25'),
  aggregate(`covar_samp${pair}`, 'float', 'The covariance of a sample of pairs; null for fewer than two.', 'covar_samp(y, x) → 15.0'),
  aggregate(`covar_pop${pair}`, 'float', 'The covariance of a whole population of pairs.', 'covar_pop(y, x) → 10.0'),
  aggregate(
    `corr${pair}`,
    'float',
    'The correlation of pairs, from -1.0 to 1.0; null if one side does not vary.',
    'corr(y, x) → 0.9819805060619657',
  ),
  aggregate(`regr_count${pair}`, 'integer', 'The number of pairs without a null.', 'regr_count(y, x) → 3'),
  aggregate(`regr_avgx${pair}`, 'float', 'The mean of x over the pairs.', 'regr_avgx(y, x) → 2.3333333333333335'),
  aggregate(`regr_avgy${pair}`, 'float', 'The mean of y over the pairs.', 'regr_avgy(y, x) → 20.0'),
  aggregate(`regr_sxx${pair}`, 'float', 'The sum of the squared distances of x from its mean.', 'regr_sxx(y, x) → 4.666666666666666'),
  aggregate(`regr_syy${pair}`, 'float', 'The sum of the squared distances of y from its mean.', 'regr_syy(y, x) → 200.0'),
  aggregate(`regr_sxy${pair}`, 'float', 'The sum of the products of both distances.', 'regr_sxy(y, x) → 30.0'),
  aggregate(
    `regr_slope${pair}`,
    'float',
    'The slope of the line of least squares through the pairs.',
    'regr_slope(y, x) → 6.42857142857143',
  ),
  aggregate(`regr_intercept${pair}`, 'float', 'Where that line meets the y axis.', 'regr_intercept(y, x) → 4.999999999999998'),
  aggregate(`regr_r2${pair}`, 'float', 'The square of the correlation; 1.0 if y does not vary.', 'regr_r2(y, x) → 0.9642857142857144'),
  ordered(
    aggregate(
      'percentile_cont(value: number, fraction: number|list)',
      percentileOf(() => 'float'),
      'The value at a fraction (0.0 to 1.0) of the ordered values, between two neighbours if need be.',
      'percentile_cont(0.25) WITHIN GROUP (ORDER BY y) → 15.0',
      ['percentilecont'],
    ),
  ),
  ordered(
    aggregate(
      'percentile_disc(value: any, fraction: number|list)',
      percentileOf(sameAsFirst),
      'The first of the ordered values at or after a fraction (0.0 to 1.0) of them.',
      'percentile_disc(y, [0.5, 1.0]) → [20, 30]',
      ['percentiledisc'],
    ),
  ),
  ordered(aggregate('median(value: number)', 'float', 'The value in the middle, or the mean of the two in the middle.', 'median(x) → 2.5')),
  ordered(
    aggregate(
      'mode(value: any)',
      sameAsFirst,
      'The most frequent value; of several the first in the order.',
      "mode() WITHIN GROUP (ORDER BY s) → 'a'",
    ),
  ),
];
