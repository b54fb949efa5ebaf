// Functions of JSON. They take values and, as SQLite's, JSON in text: a text is read first. json and to_json are in functions-value.ts.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { parseJson, plainJson } from '../json.ts';
import { TemporalValue, type Value } from '../value.ts';
import type { CallSite, Implementation } from './functions.ts';
import { Walk } from '../value-size.ts';
import { checkGrowing, checkItems, TextBuilder } from './growing.ts';
import { changedAt, type JsonChange, type JsonStep, pathBelow, readPath, valueAt } from './json-path.ts';

const isNothing = (value: Value): boolean => value === null || value === undefined;

/** The value that a JSON text says, with the place of the call in its failure; other values as they are. */
function read(value: Value, site: CallSite): Value {
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value, { tags: 'plain' });
  } catch (error) {
    if (error instanceof QueryError) throw new QueryError(error.code, error.message, { span: site.span, hint: error.hint });
    throw error;
  }
}

function isJson(value: Value): boolean {
  if (typeof value !== 'string') return true;
  try {
    parseJson(value, { tags: 'plain' });
    return true;
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
}

/** SQLite's name of a type. What JSON has not stands as text there. */
function jsonType(value: Value): string | null {
  if (value === undefined) return null;
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return 'real';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' || value instanceof TemporalValue || value instanceof Uint8Array ? 'text' : 'object';
}

const isContainer = (value: Value): boolean => Array.isArray(value) || value instanceof Map;

/** `->`: a key, a position (negative from the end), or a path that starts with $. */
function get(value: Value, step: Value, site: CallSite): Value {
  const inside = read(value, site);
  if (typeof step === 'bigint') return valueAt(inside, [step < 0n ? { fromEnd: Number(-step) } : Number(step)]);
  return valueAt(inside, (step as string).startsWith('$') ? readPath(step as string, site) : [step as string]);
}

function extract([x, ...paths]: readonly Value[], site: CallSite): Value {
  const value = read(x, site);
  const found = paths.map((path) => valueAt(value, readPath(path as string, site)));
  return found.length === 1 ? found[0] : found.map((item) => item ?? null);
}

/** A position may come as text too, as in PostgreSQL. */
function extractSteps([x, ...steps]: readonly Value[], site: CallSite): Value {
  let here = read(x, site);
  for (const given of steps) {
    if (typeof given !== 'string' && typeof given !== 'bigint')
      throw new QueryError('type/argument', `A step of ${site.name} must be text or integer, not ${typeName(given)}.`, { span: site.span });
    const number = Array.isArray(here) && /^-?\d+$/.test(String(given)) ? Number(given) : undefined;
    const step: JsonStep = number === undefined ? String(given) : number < 0 ? { fromEnd: -number } : number;
    here = valueAt(here, [step]);
  }
  return here;
}

const change = (kind: Exclude<JsonChange, 'remove'>): Implementation => {
  return ([x, ...pairs], site) => {
    if (isNothing(x)) return null;
    if (pairs.length % 2 === 1) throw new QueryError('bind/arguments', `${site.name} needs a value for each path.`, { span: site.span });
    let value = read(x, site);
    for (let i = 0; i < pairs.length; i += 2) {
      const path = pairs[i];
      if (typeof path !== 'string') {
        if (isNothing(path)) return null;
        throw new QueryError('type/argument', `A path of ${site.name} must be text, not ${typeName(path)}.`, { span: site.span });
      }
      value = changedAt(value, readPath(path, site), kind, pairs[i + 1]);
    }
    return value;
  };
};

function objectOf(pairs: readonly Value[], site: CallSite): Value {
  if (pairs.length % 2 === 1) throw new QueryError('bind/arguments', 'json_object needs a value for each key.', { span: site.span });
  const made = new Map<string, Value>();
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i];
    if (typeof key !== 'string')
      throw new QueryError('type/argument', `A key of json_object must be text, not ${typeName(key)}.`, { span: site.span });
    if (pairs[i + 1] !== undefined) made.set(key, pairs[i + 1]);
  }
  return made;
}

function entries(value: Value): readonly (readonly [string | number, Value])[] {
  if (Array.isArray(value)) return (value as readonly Value[]).map((item, i) => [i, item]);
  return value instanceof Map ? [...(value as ReadonlyMap<string, Value>)] : [];
}

function row(key: string | number | null, value: Value, path?: string): Value {
  const made = new Map<string, Value>([
    ['key', typeof key === 'number' ? BigInt(key) : key],
    ['value', value],
    ['type', jsonType(value)],
  ]);
  return path === undefined ? made : made.set('path', path);
}

function tree(value: Value, site: CallSite): Value[] {
  const rows: Value[] = [];
  const walk = new Walk(400);
  const add = (item: Value, key: string | number | null, path: string, depth: number): void => {
    walk.visit(depth);
    checkGrowing(rows.push(row(key, item, path)), site);
    for (const [k, inner] of entries(item)) add(inner, k, pathBelow(path, k), depth + 1);
  };
  add(value, null, '$', 0);
  checkItems(rows.length, site);
  return rows;
}

function pretty(value: Value, site: CallSite): string {
  const made = new TextBuilder(site);
  const walk = new Walk(0);
  const add = (item: Value, indent: string, depth: number): void => {
    walk.visit(depth);
    const items = entries(item);
    if (items.length === 0) return made.add(plainJson(item));
    const named = item instanceof Map;
    made.add(named ? '{' : '[');
    for (const [i, [key, inner]] of items.entries()) {
      made.add(`${i === 0 ? '' : ','}\n${indent}    ${named ? `${JSON.stringify(key)}: ` : ''}`);
      add(inner, `${indent}    `, depth + 1);
    }
    made.add(`\n${indent}${named ? '}' : ']'}`);
  };
  add(value, '', 0);
  return made.text();
}

export const jsonFunctions: Readonly<Record<string, Implementation>> = {
  json_pretty: ([x], site) => pretty(read(x, site), site),
  json_valid: ([x]) => isJson(x),
  json_type: ([x, path], site) => jsonType(valueAt(read(x, site), path === undefined ? [] : readPath(path as string, site))),
  json_extract: extract,
  json_extract_path: extractSteps,
  json_get: ([x, step], site) => get(x, step, site),
  json_get_text: ([x, step], site) => {
    const value = get(x, step, site);
    return isContainer(value) ? plainJson(value) : value;
  },
  json_array: (values) => values.map((value) => value ?? null),
  json_object: objectOf,
  json_array_length: ([x, path], site) => {
    const value = valueAt(read(x, site), path === undefined ? [] : readPath(path as string, site));
    return value === undefined ? null : Array.isArray(value) ? BigInt(value.length) : 0n;
  },
  json_set: change('set'),
  json_insert: change('insert'),
  json_replace: change('replace'),
  json_remove: ([x, ...paths], site) =>
    paths.reduce((value, path) => changedAt(value, readPath(path as string, site), 'remove', undefined), read(x, site)),
  json_each: ([x], site) => {
    const rows: Value[] = [];
    for (const [key, item] of entries(read(x, site))) checkGrowing(rows.push(row(key, item)), site, 400);
    return rows;
  },
  json_tree: ([x], site) => tree(read(x, site), site),
};
