// Functions of objects. Each gives a new object. keys, values and merge are in functions-list.ts.

import { QueryError } from '../../parser/error.ts';
import { equals, typeName } from '../compare.ts';
import type { ObjectValue, Value } from '../value.ts';
import { Walk } from '../value-size.ts';
import type { CallSite, Implementation } from './functions.ts';
import { checkGrowing } from './growing.ts';

const object = (value: Value): ObjectValue => value as ObjectValue;
const isNothing = (value: Value): boolean => value === null || value === undefined;

/** {name, val} or [key, value]. */
function fromPairs(pairs: readonly Value[], site: CallSite): ObjectValue {
  const made = new Map<string, Value>();
  for (const pair of pairs) {
    const [key, value] =
      pair instanceof Map ? [pair.get('name') ?? pair.get('key'), pair.get('val') ?? pair.get('value')] : Array.isArray(pair) ? pair : [];
    if (typeof key !== 'string')
      throw new QueryError('type/argument', `object_from_pairs needs pairs {name, val} or [key, value], not ${typeName(pair)}.`, {
        span: site.span,
      });
    made.set(key, value ?? null);
  }
  return made;
}

/** RFC 7396. What is no object replaces the whole; MISSING changes nothing. */
export function mergePatch(target: Value, patch: Value): Value {
  const walk = new Walk(100);
  const merge = (to: Value, from: Value, depth: number): Value => {
    walk.visit(depth);
    if (from === undefined) return to;
    if (!(from instanceof Map)) return from;
    const merged = new Map<string, Value>(to instanceof Map ? to : []);
    for (const [key, value] of from) {
      if (value === null) merged.delete(key);
      else merged.set(key, merge(merged.get(key), value, depth + 1));
    }
    return merged;
  };
  return merge(target, patch, 0);
}

function put(x: ObjectValue, key: string, value: Value): ObjectValue {
  const made = new Map(x);
  if (value === undefined) made.delete(key);
  else made.set(key, value);
  return made;
}

/** Functions whose object and key must not be null, and whose value may be. */
const withKey = (run: (x: ObjectValue, key: string, value: Value) => Value): Implementation => {
  return ([x, key, value]) => (isNothing(x) || isNothing(key) ? null : run(object(x), key as string, value));
};

export const objectFunctions: Readonly<Record<string, Implementation>> = {
  merge_patch: ([document, patch]) => mergePatch(document, patch),
  object_pairs: ([x], site) => {
    const pairs: Value[] = [];
    for (const [name, val] of object(x)) {
      const pair = new Map<string, Value>([
        ['name', name],
        ['val', val],
      ]);
      checkGrowing(pairs.push(pair), site, 300);
    }
    return pairs;
  },
  object_from_pairs: ([x], site) => fromPairs(x as readonly Value[], site),
  object_length: ([x]) => BigInt(object(x).size),
  object_has: ([x, key]) => object(x).has(key as string),
  object_add: withKey((x, key, value) => (x.has(key) || value === undefined ? x : put(x, key, value))),
  object_put: withKey(put),
  object_remove: ([x, ...keys]) => new Map([...object(x)].filter(([key]) => !keys.includes(key))),
  object_rename: ([x, from, to]) => {
    const value = object(x).get(from as string);
    if (value === undefined || from === to) return x;
    return new Map([...object(x)].filter(([key]) => key !== to).map(([key, v]) => (key === from ? [to as string, v] : [key, v])));
  },
  object_replace: ([x, old, value]) => {
    if (isNothing(x) || isNothing(old)) return null;
    return new Map([...object(x)].map(([key, v]) => [key, equals(v, old) === true ? (value ?? null) : v]));
  },
  object_concat: (objects) => new Map(objects.flatMap((x) => [...object(x)])),
  object_unwrap: ([x]) => (object(x).size === 1 ? ([...object(x).values()][0] ?? null) : null),
};
