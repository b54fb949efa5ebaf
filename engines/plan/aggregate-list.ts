// The aggregates: what engines/plan/functions.ts reads at start. See engines/rows/aggregate-functions.ts for what they do.

import type { Type } from './type.ts';

interface Entry {
  readonly signature: string;
  readonly aliases: readonly string[];
  readonly result: Type | ((types: readonly Type[]) => Type);
  readonly description: string;
  readonly pure: boolean;
  readonly takesNull: boolean;
}

function aggregate(signature: string, result: Entry['result'], description: string, aliases: readonly string[] = []): Entry {
  return { signature, aliases, result, description, pure: true, takesNull: false };
}

const sameAsFirst = (types: readonly Type[]): Type => types[0] ?? 'any';
const sumOf = (types: readonly Type[]): Type =>
  types[0] === 'integer' || types[0] === 'float' ? types[0] : types[0] === 'null' ? 'null' : 'number';

export const aggregateList: readonly Entry[] = [
  aggregate('count(value?: any)', 'integer', 'The number of values that are not null; count(*) counts rows.'),
  aggregate('sum(value: number)', sumOf, 'The sum, exact for integers; null if there is no value.'),
  aggregate('total(value: number)', 'float', 'The sum as a float; 0.0 if there is no value.'),
  aggregate('avg(value: number)', 'float', 'The mean; null if there is no value.'),
  aggregate('min(value: any)', sameAsFirst, 'The smallest value in the order of ORDER BY.'),
  aggregate('max(value: any)', sameAsFirst, 'The largest value in the order of ORDER BY that is not null.'),
  aggregate('collect(value: any)', 'list', 'A list of the values that are not null.', ['array_agg']),
  aggregate('string_agg(value: any, separator?: text)', 'text', 'The values as text, joined by a separator (a comma if none is given).', [
    'group_concat',
  ]),
  aggregate('stddev(value: number)', 'float', 'The standard deviation of a sample; null for fewer than two values.', [
    'stddev_samp',
    'stdev',
  ]),
  aggregate('stddevp(value: number)', 'float', 'The standard deviation of a whole population.', ['stddev_pop', 'stdevp']),
  aggregate('any_value(value: any)', sameAsFirst, 'One of the values that are not null: the first met.'),
  aggregate('bool_and(value: boolean)', 'boolean', 'True if every value is true.', ['every']),
  aggregate('bool_or(value: boolean)', 'boolean', 'True if at least one value is true.', ['some']),
];
