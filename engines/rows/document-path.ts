// Changes at a path inside a document or a property. Nothing is changed in place: the objects and lists along the path are
// copied, the rest is shared.
//
//   setPath({a: {b: 1}}, ['a', 'c'], 2)    {a: {b: 1, c: 2}}        setPath({}, ['a', 'b'], 1)    {a: {b: 1}}
//   setPath({a: [1]}, ['a', 1], 2)         {a: [1, 2]}              unsetPath({a: [1, 2]}, ['a', 0])    {a: [2]}

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { ObjectValue, Value } from '../value.ts';

export type DocumentPath = readonly (string | number)[];

/**
 * The document with `value` at the path. Absent and null steps become objects (before a name) or lists (before an index).
 * MISSING removes what is there. `type/path` if a step goes through another value, or an index is beyond the end by more than one.
 */
export function setPath(doc: ObjectValue, path: DocumentPath, value: Value, span?: Span): ObjectValue {
  if (value === undefined) return unsetPath(doc, path, span);
  return setAt(doc, path, 0, value, span) as ObjectValue;
}

/** The document without what is at the path; the same document if nothing is there. An element of a list goes and the later ones move up. */
export function unsetPath(doc: ObjectValue, path: DocumentPath, span?: Span): ObjectValue {
  return unsetAt(doc, path, 0, span) as ObjectValue;
}

function setAt(target: Value, path: DocumentPath, at: number, value: Value, span: Span | undefined): Value {
  const step = path[at];
  if (step === undefined) return value;
  if (typeof step === 'string') {
    if (target !== null && target !== undefined && !(target instanceof Map)) throw wrongStep(path, at, target, 'an object', span);
    const copy = new Map<string, Value>(target ?? []);
    copy.set(step, setAt(copy.get(step), path, at + 1, value, span));
    return copy;
  }
  if (target !== null && target !== undefined && !Array.isArray(target)) throw wrongStep(path, at, target, 'a list', span);
  const list: Value[] = [...(target ?? [])];
  const index = step < 0 ? list.length + step : step;
  if (index < 0 || index > list.length) {
    throw new QueryError('type/path', `There is no place ${step} in ${pathText(path, at)}, which has ${list.length} elements.`, {
      span,
      hint: `The index ${list.length} appends.`,
    });
  }
  list[index] = setAt(list[index], path, at + 1, value, span);
  return list;
}

function unsetAt(target: Value, path: DocumentPath, at: number, span: Span | undefined): Value {
  const step = path[at];
  if (step === undefined || target === null || target === undefined) return target;
  const last = at === path.length - 1;
  if (typeof step === 'string') {
    if (!(target instanceof Map)) throw wrongStep(path, at, target, 'an object', span);
    const before: Value = target.get(step);
    if (!target.has(step)) return target;
    const after = last ? undefined : unsetAt(before, path, at + 1, span);
    if (!last && after === before) return target;
    const copy = new Map<string, Value>(target);
    if (last) copy.delete(step);
    else copy.set(step, after);
    return copy;
  }
  if (!Array.isArray(target)) throw wrongStep(path, at, target, 'a list', span);
  const index = step < 0 ? target.length + step : step;
  if (index < 0 || index >= target.length) return target;
  const before: Value = target[index];
  const after = last ? undefined : unsetAt(before, path, at + 1, span);
  if (!last && after === before) return target;
  const list: Value[] = [...target];
  if (last) list.splice(index, 1);
  else list[index] = after;
  return list;
}

function wrongStep(path: DocumentPath, at: number, target: Value, wanted: string, span: Span | undefined): QueryError {
  const where = at === 0 ? 'The document' : `The value at ${pathText(path, at)}`;
  return new QueryError(
    'type/path',
    `${where} is ${articled(typeName(target))}, not ${wanted}, so ${pathText(path, at + 1)} cannot be reached.`,
    { span },
  );
}

function articled(type: string): string {
  if (type === 'text' || type === 'bytes') return type;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** The first `length` steps as written: `a.b[0]`. */
function pathText(path: DocumentPath, length: number): string {
  let text = '';
  for (const step of path.slice(0, length)) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text === '' ? 'the document' : text;
}
