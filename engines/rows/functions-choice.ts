// The less usual functions that choose among their arguments. coalesce, iif, greatest and their like are in functions-value.ts.

import { equals } from '../compare.ts';
import type { Value } from '../value.ts';
import type { Implementation } from './functions.ts';

const isNothing = (value: Value): boolean => value === null || value === undefined;

/** x, value, result, value, result, …, otherwise. Null equals null here. */
function decode([x, ...choices]: readonly Value[]): Value {
  for (let i = 0; i + 1 < choices.length; i += 2) {
    const wanted = choices[i];
    if (isNothing(x) ? isNothing(wanted) : equals(x, wanted) === true) return choices[i + 1];
  }
  return choices.length % 2 === 1 ? choices.at(-1) : null;
}

const first = (skip: (value: Value) => boolean): Implementation => {
  return (args) => args.find((value) => !skip(value)) ?? null;
};

export const choiceFunctions: Readonly<Record<string, Implementation>> = {
  missingif: ([a, b]) => (equals(a, b) === true ? undefined : a),
  ifmissing: (args) => args.find((value) => value !== undefined) ?? null,
  ifnan: first((value) => Number.isNaN(value)),
  ifinf: first((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY),
  ifnanorinf: first((value) => typeof value === 'number' && !Number.isFinite(value)),
  nvl2: ([x, some, none]) => (isNothing(x) ? none : some),
  decode,
};
