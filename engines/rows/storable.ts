// What may be written: values that a document, a property or a column can hold. Nodes, edges and paths cannot; MISSING leaves
// a key out and is null in a list.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { EdgeValue, NodeValue, PathValue, type ObjectValue, type Value } from '../value.ts';
import { checkValueDepth, Measure } from '../value-size.ts';

/** The value as it is stored, the same object if nothing had to change. `what` opens the message: 'The property "x"'. Refuses with `type/not-storable`. */
export function storable(value: Value, what: string, span?: Span): Value {
  if (value === null || typeof value !== 'object') return value === undefined ? null : value;
  return storablePart(value, { what, span, measure: new Measure().begin(value), depth: 0 });
}

/** An object without its MISSING entries. */
export function storableObject(object: ObjectValue, what: string, span?: Span): ObjectValue {
  return storableEntries(object, { what, span, measure: new Measure().begin(object), depth: 0 });
}

interface Place {
  readonly what: string;
  readonly span: Span | undefined;
  readonly measure: Measure;
  depth: number;
}

function storablePart(value: Value, place: Place): Value {
  const { what, span } = place;
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return storableList(value, place);
  if (value instanceof Map) return storableEntries(value, place);
  if (value instanceof NodeValue || value instanceof EdgeValue || value instanceof PathValue) {
    const kind = typeName(value);
    throw new QueryError('type/not-storable', `${what} cannot hold ${kind === 'edge' ? 'an' : 'a'} ${kind}.`, {
      span,
      hint: kind === 'path' ? 'Store what you need of it, such as length(p).' : 'Store its id or its properties(…) instead.',
    });
  }
  return value;
}

function storableEntries(object: ObjectValue, place: Place): ObjectValue {
  let changed: Map<string, Value> | undefined;
  checkValueDepth(place.depth++);
  for (const [key, value] of object) {
    place.measure.count();
    const stored = value === undefined ? undefined : storablePart(value, place);
    if (stored === value && value !== undefined) continue;
    changed ??= new Map(object);
    if (stored === undefined) changed.delete(key);
    else changed.set(key, stored);
  }
  place.depth--;
  return changed ?? object;
}

function storableList(list: readonly Value[], place: Place): readonly Value[] {
  let changed: Value[] | undefined;
  checkValueDepth(place.depth++);
  for (const [i, value] of list.entries()) {
    place.measure.count();
    const stored = storablePart(value, place);
    if (stored === value) continue;
    changed ??= [...list];
    changed[i] = stored;
  }
  place.depth--;
  return changed ?? list;
}

/** A value as a document of a collection. `type/document` if it is no object. */
export function asDocument(value: Value, collection: string, span: Span | undefined): ObjectValue {
  if (value instanceof Map) return storableObject(value, `The collection "${collection}"`, span);
  throw new QueryError('type/document', `A document of the collection "${collection}" must be an object, not ${typeName(value)}.`, {
    span,
  });
}
