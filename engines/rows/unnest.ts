// Unnest: a row per element of a list.
//
//   (1, [10, 20]), (2, [])   →   (1, 10), (1, 20)      and with `outer` also (2, null)

import type { Batches, RunContext } from '../engine.ts';
import type { Unnest } from '../plan/plan.ts';
import { EdgeValue, NodeValue, type Row, type Value } from '../value.ts';
import { propertiesOf } from './evaluate-access.ts';
import { layoutOf, prepare } from './prepare.ts';
import { type Items, prepareRange, Range } from './range-items.ts';

/** The input's rows, once per element of the list. */
export async function* runUnnest(plan: Unnest, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const list = (plan.keys ? undefined : prepareRange(plan.list, layout)) ?? prepare(plan.list, layout);
  const withPosition = plan.position !== undefined;
  let out: Row[] = [];
  for await (const batch of input) {
    for (const row of batch) {
      const value = list(row, context);
      const [elements, positions] = plan.keys && !(value instanceof Range) ? pairsOf(value) : [itemsOf(value), undefined];
      if (context.work) context.work.entries += elements.length;
      if (elements.length === 0 && plan.outer) out.push(withPosition ? [...row, null, null] : [...row, null]);
      for (let i = 0; i < elements.length; i++) {
        out.push(withPosition ? [...row, elements.at(i), positions ? positions[i] : BigInt(i)] : [...row, elements.at(i)]);
        if (out.length >= context.batchRows) {
          context.check();
          yield out;
          out = [];
        }
      }
      if (out.length >= context.batchRows) {
        yield out;
        out = [];
      }
    }
    context.check();
  }
  if (out.length > 0) yield out;
}

/** The values of an object and their keys; what is no object has the key _1, as in PartiQL. */
function pairsOf(value: Value): readonly [readonly Value[], readonly string[]] {
  if (value instanceof Map) return [[...value.values()], [...value.keys()]];
  if (value instanceof NodeValue || value instanceof EdgeValue) return pairsOf(propertiesOf(value, undefined));
  return value === null || value === undefined ? [[], []] : [[value], ['_1']];
}

/** Null and MISSING have none; a value that is not a list counts as its own only element, as in SQL++. */
function itemsOf(value: Value | Range): Items {
  if (value instanceof Range || Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}
