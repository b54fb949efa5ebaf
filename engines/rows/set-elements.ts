// SET and REMOVE on nodes and edges: items apply row by row, in order, to the element objects that all rows share, so that a
// later row sees what an earlier one set (openCypher's meaning). Each changed element is saved once at the end.

import { QueryError, type Span } from '../../parser/error.ts';
import { order, typeName } from '../compare.ts';
import type { Batches, Evaluator, Layout, RunContext } from '../engine.ts';
import { inPlace, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import { reachesElements } from '../plan/expression.ts';
import type { SetElementItem, SetElements } from '../plan/writes.ts';
import { NodeValue, type ObjectValue, type Row, type Value } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { setPath, unsetPath } from './document-path.ts';
import { changeable, type Element, isElement, loadElements, propertiesOf } from './elements.ts';
import { mapLoading } from './load-as-needed.ts';
import { layoutOf, prepare } from './prepare.ts';
import { storable } from './storable.ts';

/** An item with its expressions ready to run. */
export interface PreparedItem {
  readonly item: SetElementItem;
  readonly target: Evaluator;
  readonly value: Evaluator | undefined;
  /** The path of the row; what is not fixed is computed. */
  readonly path: (row: Row, context: RunContext) => readonly (string | number)[];
  /** The value comes across elements that nobody has loaded. */
  readonly reaches: boolean;
}

/** The input's rows, whose elements have changed. */
export async function* runSetElements(plan: SetElements, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const items = prepareItems(plan.items, layoutOf(plan.input));
  const span = spanOfItems(plan.items);
  const rows = await drain(input, context);
  const changed = new Set<Element>();
  for (const batch of chunks(rows, { batchRows: writeBatchRows })) {
    context.check();
    await loadElements(
      batch.flatMap((row) => items.map((i) => i.target(row, context))),
      context,
    );
    for (const row of batch) for (const item of items) await applyItem(item, row, changed, context);
  }
  for (const batch of chunks([...changed], { batchRows: writeBatchRows })) {
    context.check();
    await inPlace(span, context.graph.saveElements(batch, context));
  }
  yield* chunks(rows, context);
}

/** The items over rows of this layout. */
export function prepareItems(items: readonly SetElementItem[], layout: Layout): PreparedItem[] {
  return items.map((item) => ({
    item,
    target: prepare(item.target, layout),
    value: item.kind === 'set' || item.kind === 'setAll' ? prepare(item.value, layout) : undefined,
    path: item.kind === 'set' || item.kind === 'remove' ? preparePath(item, layout) : () => [],
    reaches: (item.kind === 'set' || item.kind === 'setAll') && reachesElements(item.value),
  }));
}

function preparePath(item: SetElementItem & { kind: 'set' | 'remove' }, layout: Layout): PreparedItem['path'] {
  const fixed = item.path.filter((step) => typeof step !== 'object');
  if (fixed.length === item.path.length) return () => fixed;
  const steps = item.path.map((step) => (typeof step === 'object' ? { expr: step, evaluate: prepare(step, layout) } : step));
  return (row, context) =>
    steps.map((step, i) => {
      if (typeof step !== 'object') return step;
      const key = step.evaluate(row, context);
      if (typeof key === 'string') return key;
      if (typeof key === 'bigint' && i > 0) return Number(key);
      throw new QueryError('type/argument', `A property is named by a text, not by ${typeName(key)}.`, { span: step.expr.span });
    });
}

/** Where a failure to store what the items set is shown. */
export function spanOfItems(items: readonly SetElementItem[]): Span | undefined {
  return spanOver(items.flatMap((item) => [item.target.span, item.kind === 'set' || item.kind === 'setAll' ? item.value.span : undefined]));
}

/** Carries one item out on the row's element, which is added to `changed` if it differs then. */
export async function applyItem(prepared: PreparedItem, row: Row, changed: Set<Element>, context: RunContext): Promise<void> {
  const { item } = prepared;
  const { value: found, path } = elementOn(prepared.path(row, context), prepared.target(row, context));
  const element = changeable(found, item.target.span);
  if (!element) return;
  const value = prepared.reaches
    ? (await mapLoading([row], context, (r) => prepared.value?.(r, context)))[0]
    : prepared.value?.(row, context);
  await loadElements([element, value], context);
  switch (item.kind) {
    case 'set':
      return setProperties(element, afterSet(element, path, value, item.value.span), changed, context);
    case 'remove':
      return setProperties(element, unsetPath(propertiesNow(element), path, item.target.span), changed, context);
    case 'setAll':
      return setProperties(element, afterSetAll(element, value, item), changed, context);
    case 'addLabels':
    case 'removeLabels':
      return changeLabels(element, item, changed, context);
  }
}

/** The element may itself be inside a list or an object: `nodes(p)[0].x`, `row.person.x`. */
function elementOn(
  path: readonly (string | number)[],
  root: Value,
): { readonly value: Value; readonly path: readonly (string | number)[] } {
  let value = root;
  let at = 0;
  for (; at < path.length - 1; at++) {
    const step = path[at];
    if (Array.isArray(value) && typeof step === 'number') value = (value as readonly Value[]).at(step) ?? null;
    else if (value instanceof Map && typeof step === 'string') value = (value as ObjectValue).get(step) ?? null;
    else break;
  }
  return { value, path: at === 0 ? path : path.slice(at) };
}

function propertiesNow(element: Element): ObjectValue {
  return element.properties ?? new Map();
}

/** Null at the top removes the property: an element has no null properties. */
function afterSet(element: Element, path: readonly (string | number)[], value: Value, span: SetElementItem['target']['span']): ObjectValue {
  const properties = propertiesNow(element);
  if (value === undefined || (value === null && path.length === 1)) return unsetPath(properties, path, span);
  return setPath(properties, path, storable(value, `The property "${path.join('.')}"`, span), span);
}

function afterSetAll(element: Element, value: Value, item: SetElementItem & { kind: 'setAll' }): ObjectValue {
  const given = isElement(value) ? propertiesNow(value) : value;
  if (!(given instanceof Map)) {
    throw new QueryError('type/properties', `Properties are given as an object, a node or an edge, not as ${typeName(value)}.`, {
      span: item.value.span,
    });
  }
  const wanted = propertiesOf(given, item.value.span);
  if (!item.merge) return wanted;
  const merged = new Map<string, Value>(propertiesNow(element));
  for (const name of given.keys()) {
    if (wanted.has(name)) merged.set(name, wanted.get(name));
    else merged.delete(name);
  }
  return merged;
}

/** Counts the properties that differ and notes the element as changed if any does. */
function setProperties(element: Element, after: ObjectValue, changed: Set<Element>, context: RunContext): void {
  const before = propertiesNow(element);
  let differ = 0;
  for (const [name, value] of after) {
    if (before.has(name) && isSame(before.get(name), value)) continue;
    differ++;
    context.stats.propertiesSet++;
  }
  for (const name of before.keys()) {
    if (after.has(name)) continue;
    differ++;
    context.stats.propertiesRemoved++;
  }
  if (differ === 0) return;
  element.properties = after;
  changed.add(element);
}

/** The very same value: 1 is not 1.0 here. Lists and objects are taken as changed unless they are one object. */
function isSame(a: Value, b: Value): boolean {
  return a === b || (typeof a === typeof b && typeof a !== 'object' && order(a, b) === 0);
}

function changeLabels(
  element: Element,
  item: SetElementItem & { kind: 'addLabels' | 'removeLabels' },
  changed: Set<Element>,
  context: RunContext,
): void {
  if (!(element instanceof NodeValue)) {
    throw new QueryError('type/not-an-element', 'Only nodes have labels that can change; an edge keeps its type.', {
      span: item.target.span,
    });
  }
  const before = element.labels ?? [];
  const adds = item.kind === 'addLabels';
  const named = new Set(item.labels);
  const after = adds ? [...new Set([...before, ...named])] : before.filter((label) => !named.has(label));
  if (after.length === before.length) return;
  if (adds) context.stats.labelsAdded += after.length - before.length;
  else context.stats.labelsRemoved += before.length - after.length;
  element.labels = after;
  changed.add(element);
}
