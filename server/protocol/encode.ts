// A program's values → JSON text of the wire encoding, for the `params` of a query frame and for the in-process client.
//
//   encodeParameters({ id: 1, ratio: float(1), at: new Date(0) })
//   → {"id":1,"ratio":1.0,"at":{"$datetime":"1970-01-01T00:00:00.000Z"}}

import type { ClientEdge, ClientNode, ClientPath, ClientTemporal, Parameters } from './client.ts';
import { kindMark } from './decode.ts';
import { clientError } from './error.ts';

/** A number that is a float even when it is integral. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Sends a number as a float: `float(1)` is 1.0, where plain `1` is the integer. */
export function float(value: number): Float {
  return new Float(value);
}

const depthMax = 1000;
const integerMax = 2n ** 63n - 1n;

/**
 * JSON text of an object of parameters. An integral number is an integer, unless `typed`: then every number is a float and
 * only bigint is an integer. Refuses with `protocol/parameter` what has no place in the value model.
 */
export function encodeParameters(parameters: Parameters, typed = false): string {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(parameters)) fields.push(`${JSON.stringify(name)}:${encodeValue(value, typed, name, 0)}`);
  return `{${fields.join(',')}}`;
}

function encodeValue(value: unknown, typed: boolean, path: string, depth: number): string {
  if (depth > depthMax) throw refuse(path, `is nested deeper than ${depthMax} levels, or holds itself`);
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return !typed && Number.isSafeInteger(value) ? String(Math.trunc(value) + 0) : floatText(value);
    case 'bigint':
      return integerText(value, path);
    case 'string':
      return JSON.stringify(value);
    case 'object':
      return encodeObject(value, typed, path, depth);
  }
  throw value === undefined ? refuse(path, 'is undefined', 'Pass null for "no value".') : refuse(path, `is a ${typeof value}`);
}

function encodeObject(value: object, typed: boolean, path: string, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((item, i) => encodeValue(item, typed, `${path}[${i}]`, depth + 1)).join(',')}]`;
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Uint8Array) return `{"$bytes":"${base64(value)}"}`;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refuse(path, 'is an invalid Date');
    return `{"$datetime":"${value.toISOString()}"}`;
  }
  if (value instanceof Map) return encodeFields([...value], typed, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (isOurs(value)) {
    if (value.$type === 'temporal') return `{"$${value.kind}":${JSON.stringify(value.text)}}`;
    throw refuse(path, `is a ${value.$type}`, 'Pass its id, and look it up with id(x) = $id.');
  }
  if (prototype !== Object.prototype && prototype !== null) {
    throw refuse(path, `is a ${value.constructor?.name ?? 'object of a class'}`, 'Pass plain objects, arrays, Date or Uint8Array.');
  }
  return encodeFields(Object.entries(value), typed, path, depth);
}

function encodeFields(entries: readonly (readonly [unknown, unknown])[], typed: boolean, path: string, depth: number): string {
  let wrapped = false;
  const fields: string[] = [];
  for (const [key, value] of entries) {
    if (typeof key !== 'string') throw refuse(path, 'has a key that is not a string');
    if (key.startsWith('$')) wrapped = true;
    fields.push(`${JSON.stringify(key)}:${encodeValue(value, typed, `${path}.${key}`, depth + 1)}`);
  }
  const text = `{${fields.join(',')}}`;
  return wrapped ? `{"$map":${text}}` : text;
}

/** A program's own object may have the same fields, also `$type`; it has no mark, and is an object. */
function isOurs(value: object): value is ClientTemporal | ClientNode | ClientEdge | ClientPath {
  return kindMark in value;
}

function integerText(value: bigint, path: string): string {
  if (value > integerMax || value < -integerMax - 1n) throw refuse(path, 'is an integer beyond 64 bits');
  const exact = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
  return exact ? value.toString() : `{"$int":"${value}"}`;
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return `{"$float":"${value}"}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function base64(bytes: Uint8Array): string {
  if (typeof Buffer !== 'undefined') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function refuse(path: string, what: string, hint?: string): Error {
  return clientError('protocol/parameter', `Parameter $${path} ${what}.`, hint);
}
