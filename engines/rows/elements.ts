// What the writes of nodes and edges have in common: taking an element out of a value, loading it, and checking what its
// properties may be.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { RunContext } from '../engine.ts';
import { EdgeValue, NodeValue, type ObjectValue, type Value } from '../value.ts';
import { storable } from './storable.ts';

export type Element = NodeValue | EdgeValue;

/** Is it a node or an edge? */
export function isElement(value: Value): value is Element {
  return value instanceof NodeValue || value instanceof EdgeValue;
}

/** The node or edge that is to be changed, undefined for null and MISSING. `type/not-an-element`, `constraint/deleted`. */
export function changeable(value: Value, span: Span | undefined): Element | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isElement(value)) {
    throw new QueryError('type/not-an-element', `Only nodes and edges have properties and labels to change; this is ${typeName(value)}.`, {
      span,
    });
  }
  if (value.deleted)
    throw new QueryError('constraint/deleted', `The ${typeName(value)} ${value.id} was deleted by this statement.`, { span });
  return value;
}

/** Loads those elements among the values whose properties are not known yet. */
export async function loadElements(values: readonly Value[], context: RunContext): Promise<void> {
  const missing = new Set<Element>();
  for (const value of values) if (isElement(value) && !value.deleted && !isLoaded(value)) missing.add(value);
  if (missing.size > 0) await context.elements.load([...missing]);
}

function isLoaded(element: Element): boolean {
  return element.properties !== undefined && (element instanceof EdgeValue || element.labels !== undefined);
}

/** An object as properties: null and MISSING entries are left out, the rest must be storable. Null gives none. `type/properties` for another type. */
export function propertiesOf(value: Value, span: Span | undefined): ObjectValue {
  const properties = new Map<string, Value>();
  if (value === null || value === undefined) return properties;
  if (!(value instanceof Map))
    throw new QueryError('type/properties', `Properties are given as an object, not as ${typeName(value)}.`, { span });
  for (const [name, item] of value) {
    if (item !== null && item !== undefined) properties.set(name, storable(item, `The property "${name}"`, span));
  }
  return properties;
}
