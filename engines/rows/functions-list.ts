// Functions of lists and objects.

import { listItemsMax } from '../limits.ts';
import { QueryError } from '../../parser/error.ts';
import { compare, order } from '../compare.ts';
import type { ObjectValue, Value } from '../value.ts';
import { EdgeValue, NodeValue, PathValue } from '../value.ts';
import { operate } from './arithmetic.ts';
import { propertiesOf } from './evaluate-access.ts';
import { isIn } from './evaluate-test.ts';
import type { CallSite, Implementation } from './functions.ts';
import { characterCount } from './functions-text.ts';
import { checkGrowing, checkItems } from './growing.ts';

function size(value: Value): bigint {
  if (typeof value === 'string') return BigInt(characterCount(value));
  if (value instanceof Map) return BigInt(value.size);
  if (value instanceof PathValue) return BigInt(value.edges.length);
  return BigInt((value as readonly Value[] | Uint8Array).length);
}

function range(from: bigint, to: bigint, step: bigint, site: CallSite): Value {
  if (step === 0n) throw new QueryError('type/argument', 'The step of range must not be 0.', { span: site.span });
  const count = (to - from) / step + 1n;
  checkItems(Number(count), site);
  const items: bigint[] = [];
  if (step > 0n) for (let i = from; i <= to; i += step) checkGrowing(items.push(i), site, 32);
  else for (let i = from; i >= to; i += step) checkGrowing(items.push(i), site, 32);
  return items;
}

/** From `from` by `step` as long as `to` is not passed. */
function series(from: Value, to: Value, step: Value, site: CallSite): Value {
  const next = (value: Value): Value => operate('+', value, step, site.span);
  const direction = compare(next(from), from);
  if (direction === null || direction === 0) {
    throw new QueryError('type/argument', 'The step of generate_series must lead on.', { span: site.span });
  }
  // Far too many numbers are not made first. It is roughly counted: the loop counts exactly.
  if ([from, to, step].every((v) => typeof v === 'bigint' || typeof v === 'number')) {
    if ((Number(to) - Number(from)) / Number(step) > listItemsMax * 1.001) checkItems(Number.POSITIVE_INFINITY, site);
  }
  const items: Value[] = [];
  for (let value = from; (compare(value, to) ?? Number.NaN) * direction <= 0; value = next(value)) {
    checkGrowing(items.push(value), site);
  }
  checkItems(items.length, site);
  return items;
}

/** The entries of an object, or the properties of an element. */
export function entriesOf(value: Value, site: CallSite): ObjectValue {
  return value instanceof NodeValue || value instanceof EdgeValue ? propertiesOf(value, site.span) : (value as ObjectValue);
}

const list = (value: Value): readonly Value[] => value as readonly Value[];

export const listFunctions: Readonly<Record<string, Implementation>> = {
  length: ([x]) => size(x),
  size: ([x]) => size(x),
  array_length: ([x]) => size(x),
  range: ([from, to, step], site) => range(from as bigint, to as bigint, (step as bigint | undefined) ?? 1n, site),
  generate_series: ([from, to, step], site) => series(from, to, step ?? 1n, site),
  head: ([x]) => list(x)[0] ?? null,
  last: ([x]) => list(x).at(-1) ?? null,
  tail: ([x]) => list(x).slice(1),
  keys: ([x], site) => [...entriesOf(x, site).keys()],
  values: ([x], site) => [...entriesOf(x, site).values()],
  array_contains: ([x, value], site) => isIn(value, list(x), site.context),
  array_sort: ([x]) => [...list(x)].sort(order),
  merge: ([a, b]) => new Map([...(a as ObjectValue), ...(b as ObjectValue)]),
};
