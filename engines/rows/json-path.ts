// SQLite's JSON paths over values: `$`, `.key`, `."a key"`, `[0]`, `[#]` (behind the last item), `[#-1]`.

import { QueryError } from '../../parser/error.ts';
import type { Value } from '../value.ts';
import type { CallSite } from './functions.ts';

/** A key, a position from the start, or one from the end: `[#-1]` is {fromEnd: 1}. */
export type JsonStep = string | number | { readonly fromEnd: number };

const kept = new Map<string, readonly JsonStep[]>();
const keptMax = 256;

/** The steps of a path. `type/argument` if it is none. */
export function readPath(path: string, site: CallSite): readonly JsonStep[] {
  const found = kept.get(path);
  if (found) return found;
  const steps: JsonStep[] = [];
  const step = /\.(?:"((?:[^"\\]|\\.)*)"|([^.[\]"]+))|\[(?:(\d+)|#(?:-(\d+))?)\]/gsy;
  let at = path.startsWith('$') ? 1 : -1;
  while (at >= 0 && at < path.length) {
    step.lastIndex = at;
    const match = step.exec(path);
    if (!match) at = -1;
    else {
      const [all, quoted, key, index, fromEnd] = match;
      steps.push(
        quoted !== undefined
          ? unescaped(quoted)
          : key !== undefined
            ? key
            : index !== undefined
              ? Number(index)
              : { fromEnd: Number(fromEnd ?? 0) },
      );
      at += all.length;
    }
  }
  if (at < 0)
    throw new QueryError('type/argument', `'${path}' is not a JSON path.`, {
      span: site.span,
      hint: `Paths look like '$.key', '$."a key"', '$[0]' and '$.list[#-1]'.`,
    });
  if (kept.size >= keptMax) kept.clear();
  kept.set(path, steps);
  return steps;
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted;
  }
}

function positionIn(list: readonly Value[], step: Exclude<JsonStep, string>): number {
  return typeof step === 'number' ? step : list.length - step.fromEnd;
}

/** What stands there; MISSING if nothing does. */
export function valueAt(value: Value, steps: readonly JsonStep[]): Value {
  let here = value;
  for (const step of steps) {
    if (typeof step === 'string') here = here instanceof Map ? (here as ReadonlyMap<string, Value>).get(step) : undefined;
    else here = Array.isArray(here) ? (here as readonly Value[])[positionIn(here, step)] : undefined;
  }
  return here;
}

/** Set: always; insert: only where nothing is; replace: only where something is; remove takes away. */
export type JsonChange = 'set' | 'insert' | 'replace' | 'remove';

/** The value with a change at the place; the value itself where the place cannot be. A new key or item needs its container, as in SQLite. */
export function changedAt(value: Value, steps: readonly JsonStep[], change: JsonChange, to: Value): Value {
  const [step, ...rest] = steps;
  if (step === undefined) return change === 'remove' ? null : change === 'insert' ? value : to;
  if (typeof step === 'string') return value instanceof Map ? changedKey(value, step, rest, change, to) : value;
  return Array.isArray(value) ? changedItem(value, positionIn(value, step), rest, change, to) : value;
}

function changedKey(object: ReadonlyMap<string, Value>, key: string, rest: readonly JsonStep[], change: JsonChange, to: Value): Value {
  const made = new Map(object);
  const present = object.has(key);
  if (rest.length > 0) {
    // A step into what is not there makes it, if what it shall be is known.
    const inner = present ? object.get(key) : change === 'set' || change === 'insert' ? emptyFor(rest[0]) : undefined;
    if (inner === undefined) return object;
    made.set(key, changedAt(inner, rest, change, to));
  } else if (change === 'remove') made.delete(key);
  else if (present ? change !== 'insert' : change !== 'replace') made.set(key, to ?? null);
  return made;
}

function changedItem(list: readonly Value[], at: number, rest: readonly JsonStep[], change: JsonChange, to: Value): Value {
  if (at < 0 || at > list.length) return list;
  const present = at < list.length;
  const made = [...list];
  if (rest.length > 0) {
    const inner = present ? list[at] : change === 'set' || change === 'insert' ? emptyFor(rest[0]) : undefined;
    if (inner === undefined) return list;
    made[at] = changedAt(inner, rest, change, to);
  } else if (change === 'remove') made.splice(at, 1);
  else if (present ? change !== 'insert' : change !== 'replace') made[at] = to ?? null;
  return made;
}

function emptyFor(step: JsonStep | undefined): Value {
  return typeof step === 'string' ? new Map() : [];
}

/** The path of a step below another, as `$.a[0]`. */
export function pathBelow(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `${path}.${step}` : `${path}.${JSON.stringify(step)}`;
}
