// Functions that search, change and combine lists. Each gives a new list. Two items are the same if DISTINCT takes them for one; the
// shorter functions of openCypher (head, tail, range, …) are in functions-list.ts.

import { QueryError } from '../../parser/error.ts';
import { type GroupKey, groupKey, order, typeName } from '../compare.ts';
import type { Value } from '../value.ts';
import { operate } from './arithmetic.ts';
import { valueText } from './conversion.ts';
import type { CallSite, Implementation } from './functions.ts';
import { checkRoom } from '../room.ts';
import { Walk } from '../value-size.ts';
import { checkItems, joinTexts } from './growing.ts';

type List = readonly Value[];
const list = (value: Value): List => value as List;
const isNothing = (value: Value): boolean => value === null || value === undefined;
const orNull = (value: Value): Value => value ?? null;

function keysOf(items: List): ReadonlySet<GroupKey> {
  return new Set(items.map(groupKey));
}

/** Each item once, the first of equals. */
export function distinct(items: List): Value[] {
  const seen = new Set<GroupKey>();
  return items.filter((item) => {
    const key = groupKey(item);
    return seen.has(key) ? false : seen.add(key);
  });
}

function position(items: List, value: Value): number {
  const key = groupKey(value);
  return items.findIndex((item) => groupKey(item) === key || (Number.isNaN(item) && Number.isNaN(value)));
}

function numbers(items: List, site: CallSite): (bigint | number)[] {
  const found = items.filter((item) => !isNothing(item));
  const wrong = found.find((item) => typeof item !== 'bigint' && typeof item !== 'number');
  if (wrong !== undefined)
    throw new QueryError('type/argument', `${site.name} needs a list of numbers, not of ${typeName(wrong)}.`, { span: site.span });
  return found as (bigint | number)[];
}

function sum(items: List, site: CallSite): Value {
  return numbers(items, site).reduce<Value>((total, item) => operate('+', total, item, site.span), 0n);
}

function mean(items: List, site: CallSite): Value {
  const found = numbers(items, site);
  return found.length === 0 ? null : found.reduce<number>((total, item) => total + Number(item), 0) / found.length;
}

function extreme(items: List, direction: 1 | -1): Value {
  let best: Value = null;
  for (const item of items) if (!isNothing(item) && (best === null || order(item, best) * direction > 0)) best = item;
  return best;
}

function flatten(items: List, levels: bigint, site: CallSite): Value[] {
  const made: Value[] = [];
  const walk = new Walk(8);
  const add = (list: List, depth: number): void => {
    for (const item of list) {
      walk.visit(depth);
      if (Array.isArray(item) && depth < levels) add(item, depth + 1);
      else if (made.push(item) % 0x10000 === 0) checkItems(made.length, site);
    }
  };
  add(items, 0);
  checkItems(made.length, site);
  return made;
}

function concatenated(lists: List, site: CallSite): List {
  checkItems(
    lists.reduce<number>((sum, items) => sum + list(items).length, 0),
    site,
  );
  return lists.flatMap(list);
}

/** A position may be the length, or negative from the end. */
function insert(items: List, at: bigint, value: Value, site: CallSite): Value {
  const size = BigInt(items.length);
  const from = at < 0n ? size + at : at;
  if (from < 0n || from > size)
    throw new QueryError('type/argument', `The position ${at} is not in a list of ${size} items.`, { span: site.span });
  return [...items.slice(0, Number(from)), orNull(value), ...items.slice(Number(from))];
}

function star(items: List, site: CallSite): Value {
  const made = new Map<string, Value[]>();
  items.forEach((item, at) => {
    if (!(item instanceof Map))
      throw new QueryError('type/argument', `array_star needs a list of objects, not of ${typeName(item)}.`, { span: site.span });
    for (const [key, value] of item as ReadonlyMap<string, Value>) {
      const values = made.get(key) ?? items.map(() => null);
      checkItems((made.size + 1) * items.length, site);
      values[at] = value;
      made.set(key, values);
    }
  });
  return made;
}

function zip(lists: readonly List[]): Value {
  const length = lists.reduce((least, items) => Math.min(least, items.length), Number.POSITIVE_INFINITY);
  checkRoom(length * (64 + 8 * lists.length));
  return Array.from({ length }, (_, at) => lists.map((items) => orNull(items[at])));
}

function joined(items: List, separator: string, nothing: Value, site: CallSite): string {
  const shown = nothing === undefined ? items.filter((item) => !isNothing(item)) : items.map((item) => (isNothing(item) ? nothing : item));
  return joinTexts(shown, valueText, separator, site);
}

/** A null list gives null; the other arguments may be null. */
const ofList = (run: (items: List, rest: List, site: CallSite) => Value): Implementation => {
  return ([x, ...rest], site) => (isNothing(x) ? null : run(list(x), rest, site));
};

export const arrayFunctions: Readonly<Record<string, Implementation>> = {
  array_range: ([from, to, step], site) => {
    const [start, end, by] = [from as bigint, to as bigint, (step as bigint | undefined) ?? 1n];
    if (by === 0n) throw new QueryError('type/argument', 'The step of array_range must not be 0.', { span: site.span });
    const span = by > 0n ? end - start : start - end;
    const width = by > 0n ? by : -by;
    const count = span <= 0n ? 0n : (span + width - 1n) / width;
    checkItems(Number(count), site);
    return Array.from({ length: Number(count) }, (_, i) => start + BigInt(i) * by);
  },
  array_slice: ([x, from, to]) => list(x).slice(Number(from as bigint), to === undefined ? undefined : Number(to as bigint)),
  isempty: ([x]) => (x instanceof Map ? x.size === 0 : (x as string | List).length === 0),
  array_overlaps: ([x, y]) => {
    const keys = keysOf(list(y));
    return list(x).some((item) => !isNothing(item) && keys.has(groupKey(item)));
  },
  array_position: ([x, value]) => BigInt(position(list(x), value)),
  array_count: ([x]) => BigInt(list(x).filter((item) => !isNothing(item)).length),
  array_sum: ([x], site) => sum(list(x), site),
  array_avg: ([x], site) => mean(list(x), site),
  array_min: ([x]) => extreme(list(x), -1),
  array_max: ([x]) => extreme(list(x), 1),
  array_ifnull: ([x]) => orNull(list(x).find((item) => !isNothing(item))),
  array_to_string: ([x, separator, nothing], site) => joined(list(x), separator as string, nothing, site),
  array_append: ofList((items, values) => [...items, ...values.map(orNull)]),
  array_prepend: ([value, x]) => (isNothing(x) ? null : [orNull(value), ...list(x)]),
  array_put: ([x, value]) => (position(list(x), value) >= 0 ? x : [...list(x), value]),
  array_insert: ofList((items, [at, value], site) => (isNothing(at) ? null : insert(items, at as bigint, value, site))),
  array_remove: ofList((items, values) => {
    const keys = keysOf(values.map(orNull));
    return items.filter((item) => !keys.has(groupKey(orNull(item))));
  }),
  array_replace: ofList((items, [old, value]) => {
    const key = groupKey(orNull(old));
    return items.map((item) => (groupKey(orNull(item)) === key ? orNull(value) : item));
  }),
  array_concat: (lists, site) => concatenated(lists, site),
  array_repeat: ([value, times], site) => {
    if (isNothing(times)) return null;
    const count = Number(times as bigint);
    if (count < 0) throw new QueryError('type/argument', 'array_repeat needs a number that is not negative.', { span: site.span });
    checkItems(count, site);
    return Array.from({ length: count }, () => orNull(value));
  },
  array_distinct: ([x]) => distinct(list(x)),
  array_reverse: ([x]) => [...list(x)].reverse(),
  array_flatten: ([x, depth], site) => flatten(list(x), (depth as bigint | undefined) ?? 1n, site),
  array_union: (lists, site) => distinct(concatenated(lists, site)),
  array_intersect: ([x, ...others]) => {
    const keys = others.map((y) => keysOf(list(y)));
    return distinct(list(x)).filter((item) => keys.every((k) => k.has(groupKey(item))));
  },
  array_except: ([x, y]) => {
    const keys = keysOf(list(y));
    return distinct(list(x)).filter((item) => !keys.has(groupKey(item)));
  },
  array_symdiff: ([x, y]) => {
    const [inX, inY] = [keysOf(list(x)), keysOf(list(y))];
    return distinct([...list(x).filter((i) => !inY.has(groupKey(i))), ...list(y).filter((i) => !inX.has(groupKey(i)))]);
  },
  array_zip: (lists) => zip(lists.map(list)),
  array_star: ([x], site) => star(list(x), site),
};
