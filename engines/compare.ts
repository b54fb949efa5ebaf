// How values relate: the equality of `=`, the comparison of `<`, the one total order of ORDER BY, and the keys by which
// DISTINCT, GROUP BY, UNION and hash joins find equal values. Every engine and operator asks here, so that they agree.
//
//   equals(1n, 1)          true        order(1n, 'a')          1 (text before number)
//   equals([1n, null], …)  null        groupKey(1n)            1, the key of 1.0 too

import { visitsPerLook } from './limits.ts';
import { durationLength } from './temporal/duration.ts';
import { orderText } from './temporal/moment.ts';
import { checkRoom } from './room.ts';
import { checkValueDepth, checkVisits, Measure } from './value-size.ts';
import type { NodeValue, ObjectValue, TemporalKind, Value } from './value.ts';
import { EdgeValue, NodeValue as Node, PathValue, TemporalValue } from './value.ts';

/** The name of a value's type for messages and for the function typeof: 'integer', 'text', 'null', 'missing', 'date', … */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'undefined':
      return 'missing';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'integer';
    case 'number':
      return 'float';
    case 'string':
      return 'text';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'list';
      if (value instanceof Map) return 'object';
      if (value instanceof Node) return 'node';
      if (value instanceof EdgeValue) return 'edge';
      if (value instanceof PathValue) return 'path';
      if (value instanceof TemporalValue) return value.kind;
      return 'bytes';
  }
}

/** Text by code point, which is the order of UTF-8 bytes (UTF-16 order differs above U+FFFF). Negative, 0 or positive. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // A surrogate stands for a code point above every unit that is not one.
      const xHigh = x >= 0xd800 && x <= 0xdfff;
      const yHigh = y >= 0xd800 && y <= 0xdfff;
      return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
    }
  }
  return a.length - b.length;
}

/** Exact across integer and float. NaN if either is NaN. */
function compareNumbers(a: bigint | number, b: bigint | number): number {
  return a < b ? -1 : a > b ? 1 : Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** What the walk under way has visited, and how deep it is: lists and objects nest, and one may stand in many places of another. */
let visits = 0;
let depth = 0;

function visit(): void {
  if ((++visits & (visitsPerLook - 1)) === 0) checkVisits(visits, 0);
}

/** Runs `walk` on two lists or objects as a walk of its own, or as a part of the one that it is within. */
function within<A, B, Result>(walk: (a: A, b: B) => Result, a: A, b: B): Result {
  if (depth === 0) visits = 0;
  checkValueDepth(depth);
  depth++;
  try {
    return walk(a, b);
  } finally {
    depth--;
  }
}

/** The `=` of the language: null if either operand is null or MISSING, or if nulls inside leave it open; values of different types are unequal. */
export function equals(a: Value, b: Value): boolean | null {
  if (a === null || a === undefined || b === null || b === undefined) return null;
  if (typeof a !== 'object') {
    if (typeof a === typeof b) return a === b;
    return (typeof a === 'bigint' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'bigint')
      ? compareNumbers(a, b) === 0
      : false;
  }
  if (typeof b !== 'object') return false;
  if (Array.isArray(a)) return Array.isArray(b) ? within(equalLists, a, b) : false;
  if (a instanceof Map) return b instanceof Map ? within(equalObjects, a, b) : false;
  if (a instanceof TemporalValue) return b instanceof TemporalValue && a.kind === b.kind && temporalKey(a) === temporalKey(b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  return typeName(a) === typeName(b) && order(a, b) === 0;
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean | null {
  if (a.length !== b.length) return false;
  let open = false;
  for (let i = 0; i < a.length; i++) {
    visit();
    const same = equals(a[i], b[i]);
    if (same === false) return false;
    if (same === null) open = true;
  }
  return open ? null : true;
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean | null {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) if (!b.has(key)) return false;
  let open = false;
  for (const [key, value] of a) {
    visit();
    const same = equals(value, b.get(key));
    if (same === false) return false;
    if (same === null) open = true;
  }
  return open ? null : true;
}

/**
 * The comparison behind `<`, `<=`, `>` and `>=`: negative, 0 or positive; null if the two do not compare (a null operand, different types,
 * durations); NaN if an operand is NaN, so that all four operators are false.
 */
export function compare(a: Value, b: Value): number | null {
  switch (typeof a) {
    case 'bigint':
    case 'number':
      return typeof b === 'bigint' || typeof b === 'number' ? compareNumbers(a, b) : null;
    case 'string':
      return typeof b === 'string' ? compareText(a, b) : null;
    case 'boolean':
      return typeof b === 'boolean' ? Number(a) - Number(b) : null;
    case 'undefined':
      return null;
    case 'object':
      if (a === null || b === null || typeof b !== 'object') return null;
      if (a instanceof TemporalValue)
        return b instanceof TemporalValue && a.kind === b.kind && a.kind !== 'duration' ? orderTemporals(a, b) : null;
      if (Array.isArray(a) && Array.isArray(b)) return within(compareLists, a, b);
      if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
      return null;
  }
}

function compareLists(a: readonly Value[], b: readonly Value[]): number | null {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    visit();
    const result = compare(a[i], b[i]);
    if (result !== 0) {
      if (result !== null || equals(a[i], b[i]) !== true) return result;
    }
  }
  return a.length - b.length;
}

// ------------------------------------------------------------------------------------------------ the total order

/** object < node < edge < list < path < text < boolean < number < temporal < bytes < null. */
function rank(value: Value): number {
  switch (typeof value) {
    case 'undefined':
      return 10;
    case 'string':
      return 5;
    case 'boolean':
      return 6;
    case 'bigint':
    case 'number':
      return 7;
    case 'object':
      if (value === null) return 10;
      if (value instanceof Map) return 0;
      if (value instanceof Node) return 1;
      if (value instanceof EdgeValue) return 2;
      if (Array.isArray(value)) return 3;
      if (value instanceof PathValue) return 4;
      if (value instanceof TemporalValue) return 8;
      return 9;
  }
}

/** The one total order, for ORDER BY, min and max: negative, 0 or positive. 0 exactly where DISTINCT sees one value: null and MISSING are one, 1 and 1.0 are one, NaN is itself and the largest number. */
export function order(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) return orderNumbers(a, b);
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return ranks;
  if (a === null || a === undefined || b === null || b === undefined) return 0;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (Array.isArray(a)) return within(orderLists, a, b as readonly Value[]);
  if (a instanceof Map) return within(orderObjects, a, b as ObjectValue);
  if (a instanceof Node || a instanceof EdgeValue) return a.id - (b as NodeValue | EdgeValue).id;
  if (a instanceof PathValue) return orderPaths(a, b as PathValue);
  if (a instanceof TemporalValue) return orderTemporals(a, b as TemporalValue);
  return compareBytes(a as Uint8Array, b as Uint8Array);
}

function orderNumbers(a: bigint | number, b: bigint | number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function orderLists(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    visit();
    const result = order(a[i], b[i]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

/** By the sorted entries: key, then value, entry by entry. */
function orderObjects(a: ObjectValue, b: ObjectValue): number {
  const left = sortedKeys(a);
  const right = sortedKeys(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    visit();
    const key = left[i] as string;
    const result = compareText(key, right[i] as string) || order(a.get(key), b.get(key));
    if (result !== 0) return result;
  }
  return left.length - right.length;
}

function sortedKeys(object: ObjectValue): string[] {
  return [...object.keys()].sort(compareText);
}

function orderPaths(a: PathValue, b: PathValue): number {
  const length = Math.min(a.nodes.length, b.nodes.length);
  for (let i = 0; i < length; i++) {
    const result = (a.nodes[i] as NodeValue).id - (b.nodes[i] as NodeValue).id || (a.edges[i]?.id ?? -1) - (b.edges[i]?.id ?? -1);
    if (result !== 0) return result;
  }
  return a.nodes.length - b.nodes.length;
}

const temporalRank: Readonly<Record<TemporalKind, number>> = { date: 0, localdatetime: 1, datetime: 2, localtime: 3, time: 4, duration: 5 };

/** The same for two values of a kind exactly if they are equal: two datetimes that are one instant, in whatever zones. */
function temporalKey(value: TemporalValue): string {
  return value.kind === 'duration' || value.kind === 'date' ? value.text : orderText(value);
}

function orderTemporals(a: TemporalValue, b: TemporalValue): number {
  if (a.kind !== b.kind) return temporalRank[a.kind] - temporalRank[b.kind];
  if (a.text === b.text) return 0;
  const [x, y] = a.kind === 'duration' ? [durationLength(a), durationLength(b)] : [orderText(a), orderText(b)];
  return x < y ? -1 : x > y ? 1 : a.kind === 'duration' ? compareText(a.text, b.text) : 0;
}

// ------------------------------------------------------------------------------------------------ keys

/** A primitive that a Map or Set finds. */
export type GroupKey = string | number | boolean | null;

/**
 * The key of a value, or of a row of several values: two have the same key exactly if DISTINCT sees them as equal. Text is its own key; whatever else
 * needs a string has one that starts with U+0000.
 */
export function groupKey(value: Value): GroupKey {
  switch (typeof value) {
    case 'string':
      // It is hashed, for which a text that was joined of others is copied into one piece.
      checkRoom(value.length * 2);
      return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
    case 'bigint': {
      const near = Number(value);
      return Number.isSafeInteger(near) ? near : `\0i${value}`;
    }
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? `\0i${BigInt(value)}` : value;
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : keyText(value, 0);
  }
}

/** The key of a row: of its one value, or of all its values together. */
export function rowKey(row: readonly Value[]): GroupKey {
  return row.length === 1 ? groupKey(row[0]) : keyText(row, -1);
}

const measure = new Measure();

/** A row is no list of its own: its values begin at depth 0, the row itself above. */
function keyText(value: Value, depth: number): string {
  measure.begin(value);
  const text = `\0${keyPart(value, depth)}`;
  measure.end();
  checkRoom(text.length * 2);
  return text;
}

function countPart(text: string): string {
  measure.count(1 + (text.length >> 4));
  return text;
}

/** A part of a longer key: says its type first and where it ends, so that no two sequences of parts look alike. */
function keyPart(value: Value, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'bigint':
      return `n${value};`;
    case 'number':
      // An integral float must look as the integer would, whose text has all its digits.
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? `n${BigInt(value)};` : `n${value};`;
    case 'boolean':
      return value ? 't' : 'f';
    case 'undefined':
      return 'z';
    case 'object': {
      if (value === null) return 'z';
      if (Array.isArray(value)) {
        checkValueDepth(depth);
        let key = 'l';
        for (const item of value) key += countPart(keyPart(item, depth + 1));
        return `${key}e`;
      }
      if (value instanceof Map) {
        checkValueDepth(depth);
        let key = 'o';
        for (const name of sortedKeys(value)) key += countPart(`${name.length}:${name}${keyPart(value.get(name), depth + 1)}`);
        return `${key}e`;
      }
      if (value instanceof Node) return `N${value.id};`;
      if (value instanceof EdgeValue) return `E${value.id};`;
      if (value instanceof PathValue) return `P${value.nodes.map((n) => n.id).join(',')}|${value.edges.map((e) => e.id).join(',')};`;
      if (value instanceof TemporalValue) return `T${temporalRank[value.kind]}${temporalKey(value)};`;
      return `B${Buffer.from(value as Uint8Array).toString('hex')};`;
    }
  }
}
