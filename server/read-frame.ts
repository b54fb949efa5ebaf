// A client frame's text → a checked frame. Query parameters become engine values here; a frame that cannot hide a float or a
// big integer is read by JSON.parse alone, every other by the engine's JSON reader, which keeps 1 and 1.0 apart.

import type { Value } from '../engines/value.ts';
import { QueryError } from '../parser/error.ts';
import { decodeParameterMap } from './parameters.ts';
import type { QueryRequest } from './query.ts';

export type ReadFrame =
  | { readonly type: 'hello'; readonly client: string; readonly version: number; readonly auth: unknown }
  | { readonly type: 'query'; readonly id: number; readonly request: QueryRequest }
  | { readonly type: 'pull'; readonly id: number; readonly rows: number }
  | { readonly type: 'discard' | 'cancel'; readonly id: number }
  | { readonly type: 'ping' };

/** A frame that is wrong. With `id` only that query fails; without, the connection does. */
export class FrameError extends QueryError {
  readonly id: number | undefined;
  constructor(code: string, message: string, hint?: string, id?: number) {
    super(code, message, hint === undefined ? {} : { hint });
    this.id = id;
  }
}

/** Throws FrameError. */
export function readFrame(text: string): ReadFrame {
  const fields = readObject(text);
  const { type } = fields;
  switch (type) {
    case 'hello':
      return { type, client: textField(fields, 'client'), version: numberField(fields, 'version', 1), auth: fields['auth'] };
    case 'query': {
      const id = numberField(fields, 'id', 0);
      try {
        return { type, id, request: readRequest(fields, text) };
      } catch (error) {
        if (error instanceof QueryError) throw new FrameError(error.code, error.message, error.hint, id);
        throw error;
      }
    }
    case 'pull':
      return { type, id: numberField(fields, 'id', 0), rows: numberField(fields, 'rows', 1) };
    case 'discard':
    case 'cancel':
      return { type, id: numberField(fields, 'id', 0) };
    case 'ping':
      return { type };
  }
  if (typeof type !== 'string') throw new FrameError('protocol/bad-frame', 'The frame has no "type".');
  throw new FrameError('protocol/unknown-type', `There is no frame type ${JSON.stringify(type.slice(0, 40))}.`);
}

type Fields = { readonly [name: string]: unknown };

export function readObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FrameError('protocol/bad-json', `The frame is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new FrameError('protocol/bad-frame', 'The frame is not a JSON object.');
}

/** The fields of a query, from a frame or from the body of POST /query; `source` is the text that they were read from. */
export function readRequest(fields: Fields, source: string): QueryRequest {
  const text = textField(fields, 'text');
  const { params, readOnly } = fields;
  if (readOnly !== undefined && typeof readOnly !== 'boolean') throw badField('readOnly', 'true or false');
  return {
    text,
    ...(params === undefined || params === null ? {} : { parameters: readParameters(params, source) }),
    ...(fields['window'] === undefined ? {} : { windowRows: numberField(fields, 'window', 1) }),
    ...(fields['timeoutMs'] === undefined ? {} : { timeoutMs: numberField(fields, 'timeoutMs', 1) }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(fields['progressMs'] === undefined ? {} : { progressMs: numberField(fields, 'progressMs', 1) }),
  };
}

/** What JSON.parse would not tell apart, or not read to the last digit, or what stands for another value. */
const needsCare = /[0-9][.eE]|[0-9]{16}|"\$/;

function readParameters(params: unknown, source: string): ReadonlyMap<string, Value> {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) throw badField('params', 'an object');
  if (!needsCare.test(source)) {
    return new Map(Object.entries(params).map(([name, value]) => [name, plainValue(value)]));
  }
  // As an object of its own so that no `$` key of the frame is taken for a tag.
  const frame = decodeParameterMap(source);
  const found = frame.get('params');
  if (found instanceof Map) return found;
  // A single parameter whose name starts with `$` looks like a tag: read it by its own text.
  return decodeParameterMap(JSON.stringify(params));
}

function plainValue(value: unknown): Value {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
  return value as string | boolean | null;
}

function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw badField(name, 'a text');
}

function numberField(fields: Fields, name: string, least: number): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw badField(name, `an integer from ${least}`);
}

function badField(name: string, wanted: string): FrameError {
  return new FrameError('protocol/bad-field', `The field "${name}" must be ${wanted}.`);
}
