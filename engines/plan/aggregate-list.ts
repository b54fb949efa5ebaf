// The aggregates: what engines/plan/functions.ts reads at start. See engines/rows/aggregate-functions.ts for what they do.

import type { Type } from './type.ts';

interface Entry {
  readonly signature: string;
  readonly aliases: readonly string[];
  readonly result: Type | ((types: readonly Type[]) => Type);
  readonly description: string;
  readonly pure: boolean;
  readonly takesNull: boolean;
  /** Sees its values in the order of ORDER BY: `percentile_cont(p) WITHIN GROUP (ORDER BY x)` is `percentile_cont(x, p)`. */
  readonly ordered?: boolean;
}

function aggregate(signature: string, result: Entry['result'], description: string, aliases: readonly string[] = []): Entry {
  return { signature, aliases, result, description, pure: true, takesNull: false };
}

const ordered = (entry: Entry): Entry => ({ ...entry, ordered: true });

const sameAsFirst = (types: readonly Type[]): Type => types[0] ?? 'any';
const sumOf = (types: readonly Type[]): Type =>
  types[0] === 'integer' || types[0] === 'float' ? types[0] : types[0] === 'null' ? 'null' : 'number';
/** A list of fractions gives a list. */
const percentileOf =
  (one: (types: readonly Type[]) => Type) =>
  (types: readonly Type[]): Type =>
    types[1] === 'list' ? 'list' : types[1] === 'any' ? 'any' : one(types);

const pair = '(y: number, x: number)';

export const aggregateList: readonly Entry[] = [
  aggregate('count(value?: any)', 'integer', 'The number of values that are not null; count(*) counts rows.'),
  aggregate('count_if(condition: boolean)', 'integer', 'How often the condition is true.', ['countif']),
  aggregate('sum(value: number)', sumOf, 'The sum, exact for integers; null if there is no value.'),
  aggregate('total(value: number)', 'float', 'The sum as a float; 0.0 if there is no value.'),
  aggregate('avg(value: number)', 'float', 'The mean; null if there is no value.', ['mean']),
  aggregate('min(value: any)', sameAsFirst, 'The smallest value in the order of ORDER BY.'),
  aggregate('max(value: any)', sameAsFirst, 'The largest value in the order of ORDER BY that is not null.'),
  aggregate('min_by(value: any, by: any)', sameAsFirst, 'The value where the second argument is smallest.', ['arg_min']),
  aggregate('max_by(value: any, by: any)', sameAsFirst, 'The value where the second argument is largest.', ['arg_max']),
  aggregate('any_value(value: any)', sameAsFirst, 'One of the values that are not null: the first met.'),
  aggregate('collect(value: any)', 'list', 'A list of the values that are not null; without values an empty one.'),
  aggregate('array_agg(value: any)', 'list', 'A list of all values, nulls too; null if there is no row.', ['json_agg', 'jsonb_agg']),
  aggregate('json_group_array(value: any)', 'list', 'A list of all values, nulls too; an empty one if there is no row.'),
  aggregate('json_object_agg(key: any, value: any)', 'object', 'An object of keys (as text) and values; the last value of a key counts.', [
    'jsonb_object_agg',
    'json_group_object',
  ]),
  aggregate('string_agg(value: any, separator?: text)', 'text', 'The values as text, joined by a separator (a comma if none is given).', [
    'group_concat',
  ]),
  aggregate('bool_and(value: boolean)', 'boolean', 'True if every value is true.', ['every']),
  aggregate('bool_or(value: boolean)', 'boolean', 'True if at least one value is true.', ['some']),
  aggregate('bit_and(value: integer)', 'integer', 'The bits that all values have.'),
  aggregate('bit_or(value: integer)', 'integer', 'The bits that at least one value has.'),
  aggregate('bit_xor(value: integer)', 'integer', 'The bits that an odd number of values have.'),
  aggregate('stddev(value: number)', 'float', 'The standard deviation of a sample; null for fewer than two values.', [
    'stddev_samp',
    'stdev',
  ]),
  aggregate('stddevp(value: number)', 'float', 'The standard deviation of a whole population.', ['stddev_pop', 'stdevp']),
  aggregate('variance(value: number)', 'float', 'The variance of a sample; null for fewer than two values.', ['var_samp']),
  aggregate('var_pop(value: number)', 'float', 'The variance of a whole population.'),
  aggregate(`covar_samp${pair}`, 'float', 'The covariance of a sample of pairs; null for fewer than two.'),
  aggregate(`covar_pop${pair}`, 'float', 'The covariance of a whole population of pairs.'),
  aggregate(`corr${pair}`, 'float', 'The correlation of pairs, from -1.0 to 1.0; null if one side does not vary.'),
  aggregate(`regr_count${pair}`, 'integer', 'The number of pairs without a null.'),
  aggregate(`regr_avgx${pair}`, 'float', 'The mean of x over the pairs.'),
  aggregate(`regr_avgy${pair}`, 'float', 'The mean of y over the pairs.'),
  aggregate(`regr_sxx${pair}`, 'float', 'The sum of the squared distances of x from its mean.'),
  aggregate(`regr_syy${pair}`, 'float', 'The sum of the squared distances of y from its mean.'),
  aggregate(`regr_sxy${pair}`, 'float', 'The sum of the products of both distances.'),
  aggregate(`regr_slope${pair}`, 'float', 'The slope of the line of least squares through the pairs.'),
  aggregate(`regr_intercept${pair}`, 'float', 'Where that line meets the y axis.'),
  aggregate(`regr_r2${pair}`, 'float', 'The square of the correlation; 1.0 if y does not vary.'),
  ordered(
    aggregate(
      'percentile_cont(value: number, fraction: number|list)',
      percentileOf(() => 'float'),
      'The value at a fraction (0.0 to 1.0) of the ordered values, between two neighbours if need be.',
      ['percentilecont'],
    ),
  ),
  ordered(
    aggregate(
      'percentile_disc(value: any, fraction: number|list)',
      percentileOf(sameAsFirst),
      'The first of the ordered values at or after a fraction (0.0 to 1.0) of them.',
      ['percentiledisc'],
    ),
  ),
  ordered(aggregate('median(value: number)', 'float', 'The value in the middle, or the mean of the two in the middle.')),
  ordered(aggregate('mode(value: any)', sameAsFirst, 'The most frequent value; of several the first in the order.')),
];
