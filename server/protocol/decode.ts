// Wire values → a program's values. Row frames whose text has no `"$` need no work at all; in typed mode the text is read by
// a small JSON parser of our own, because JSON.parse cannot tell 1 from 1.0.
//
//   decodeRows('[[1,{"$date":"2024-01-02"}]]', false) → [[1, Temporal date 2024-01-02]]

import type { ClientEdge, ClientNode, ClientPath, ClientTemporal, ClientValue, TemporalKind } from './client.ts';
import { clientError } from './error.ts';

/** Tells values of ours from a document that has the same fields. Registered, so that it is one also where a program holds this file twice. */
export const kindMark = Symbol.for('trefoil.kind');

/** A date, time or duration as ISO 8601 text. */
export class Temporal implements ClientTemporal {
  readonly $type = 'temporal';
  readonly kind: TemporalKind;
  readonly text: string;
  constructor(kind: TemporalKind, text: string) {
    this.kind = kind;
    this.text = text;
  }
  get [kindMark](): string {
    return this.$type;
  }
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return this.text;
  }
}

export class GraphNode implements ClientNode {
  readonly $type = 'node';
  readonly id: number;
  readonly labels: readonly string[];
  readonly properties: ClientNode['properties'];
  constructor(id: number, labels: readonly string[], properties: ClientNode['properties']) {
    this.id = id;
    this.labels = labels;
    this.properties = properties;
  }
  get [kindMark](): string {
    return this.$type;
  }
}

export class GraphEdge implements ClientEdge {
  readonly $type = 'edge';
  readonly id: number;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly properties: ClientEdge['properties'];
  constructor({ id, type, from, to, properties }: Omit<ClientEdge, '$type'>) {
    this.id = id;
    this.type = type;
    this.from = from;
    this.to = to;
    this.properties = properties;
  }
  get [kindMark](): string {
    return this.$type;
  }
}

export class GraphPath implements ClientPath {
  readonly $type = 'path';
  readonly nodes: readonly ClientNode[];
  readonly edges: readonly ClientEdge[];
  constructor(nodes: readonly ClientNode[], edges: readonly ClientEdge[]) {
    this.nodes = nodes;
    this.edges = edges;
  }
  get [kindMark](): string {
    return this.$type;
  }
}

/** JSON of a frame as parsed: in typed mode integers are bigint. */
type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** The rows of a `rows` frame's `rows` text. `typed`: integers are bigint, floats number. */
export function decodeRows(text: string, typed: boolean): ClientValue[][] {
  const parsed = typed ? new TypedReader(text).read() : (JSON.parse(text) as Json);
  return decodeRowList(parsed, text);
}

/** The rows of a whole frame; `parsed` is what JSON.parse gave for `frameText`. */
export function decodeRowsFrame(frameText: string, parsed: unknown, typed: boolean): ClientValue[][] {
  if (!typed) return decodeRowList(parsed as Json, frameText);
  const frame = new TypedReader(frameText).read();
  return decodeRowList(isObject(frame) ? (frame['rows'] ?? null) : null, frameText);
}

function decodeRowList(rows: Json, text: string): ClientValue[][] {
  if (!Array.isArray(rows)) throw bad('rows is not a list');
  if (!text.includes('"$')) return rows as unknown as ClientValue[][];
  return rows.map((row: Json) => {
    if (!Array.isArray(row)) throw bad('a row is not a list');
    return row.map(decodeValue);
  });
}

export function decodeValue(value: Json): ClientValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decodeValue);
  const fields = value as { readonly [key: string]: Json };
  const keys = Object.keys(fields);
  const only = keys.length === 1 ? keys[0] : undefined;
  return only?.startsWith('$') ? decodeWrapped(only, fields[only] ?? null) : decodeFields(fields);
}

function decodeFields(fields: { readonly [key: string]: Json }): { readonly [key: string]: ClientValue } {
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, decodeValue(item)]));
}

function decodeWrapped(key: string, inner: Json): ClientValue {
  switch (key) {
    case '$int':
      return BigInt(textOf(inner));
    case '$float':
      return Number(textOf(inner));
    case '$bytes':
      return bytesOf(textOf(inner));
    case '$date':
    case '$time':
    case '$localtime':
    case '$datetime':
    case '$localdatetime':
    case '$duration':
      return new Temporal(key.slice(1) as TemporalKind, textOf(inner));
    case '$node':
      return decodeNode(inner);
    case '$edge':
      return decodeEdge(inner);
    case '$path':
      return decodePath(inner);
    case '$map':
      return decodeFields(objectOf(inner));
    default:
      throw bad(`there is no value kind ${key}`);
  }
}

function decodeNode(value: Json): ClientNode {
  const node = objectOf(unwrap(value, '$node'));
  const labels = node['labels'];
  return new GraphNode(Number(node['id']), Array.isArray(labels) ? labels.map(textOf) : [], propertiesOf(node['properties']));
}

function decodeEdge(value: Json): ClientEdge {
  const edge = objectOf(unwrap(value, '$edge'));
  return new GraphEdge({
    id: Number(edge['id']),
    type: textOf(edge['type'] ?? null),
    from: Number(edge['from']),
    to: Number(edge['to']),
    properties: propertiesOf(edge['properties']),
  });
}

function decodePath(value: Json): ClientPath {
  const path = objectOf(value);
  const nodes = path['nodes'];
  const edges = path['edges'];
  return new GraphPath(Array.isArray(nodes) ? nodes.map(decodeNode) : [], Array.isArray(edges) ? edges.map(decodeEdge) : []);
}

/** Properties may be wrapped in `$map` when a key starts with `$`. */
function propertiesOf(value: Json | undefined): { readonly [key: string]: ClientValue } {
  return value === undefined || value === null ? {} : decodeFields(objectOf(unwrap(value, '$map')));
}

function unwrap(value: Json, key: string): Json {
  return isObject(value) && key in value ? (value[key] ?? null) : value;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function objectOf(value: Json): { readonly [key: string]: Json } {
  if (!isObject(value)) throw bad('an object is missing');
  return value;
}

function textOf(value: Json): string {
  if (typeof value !== 'string') throw bad('a text is missing');
  return value;
}

function bytesOf(text: string): Uint8Array {
  if (typeof Buffer !== 'undefined') return new Uint8Array(Buffer.from(text, 'base64'));
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function bad(what: string): Error {
  return clientError('protocol/bad-value', `The server sent a value that this client cannot read: ${what}.`);
}

// ------------------------------------------------------------------------------------------------ typed JSON

const numberPattern = /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

/** Reads JSON that a server wrote (so it is trusted to be JSON); numbers without point and exponent are bigint. */
class TypedReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): Json {
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) throw bad(`unexpected text at ${this.at}`);
    return value;
  }

  private space(): void {
    while (this.text.charCodeAt(this.at) <= 32) this.at++;
  }

  private value(): Json {
    this.space();
    switch (this.text[this.at]) {
      case '[':
        return this.list();
      case '{':
        return this.object();
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word(word: string, value: boolean | null): Json {
    if (!this.text.startsWith(word, this.at)) throw bad(`unexpected text at ${this.at}`);
    this.at += word.length;
    return value;
  }

  private number(): Json {
    numberPattern.lastIndex = this.at;
    const found = numberPattern.exec(this.text);
    if (found === null) throw bad(`unexpected text at ${this.at}`);
    this.at = numberPattern.lastIndex;
    return found[1] === undefined && found[2] === undefined ? BigInt(found[0]) : Number(found[0]);
  }

  private string(): string {
    const start = this.at;
    for (;;) {
      this.at = this.text.indexOf('"', this.at + 1);
      if (this.at < 0) throw bad('a text has no end');
      let slashes = 0;
      while (this.text[this.at - 1 - slashes] === '\\') slashes++;
      if (slashes % 2 === 0) break;
    }
    this.at++;
    const inner = this.text.slice(start + 1, this.at - 1);
    return inner.includes('\\') ? (JSON.parse(this.text.slice(start, this.at)) as string) : inner;
  }

  /** After `[` or `{`: calls `item` for each until `close`. */
  private items(close: string, item: () => void): void {
    this.at++;
    this.space();
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.space();
      const next = this.text[this.at++];
      if (next === close) return;
      if (next !== ',') throw bad(`unexpected text at ${this.at - 1}`);
    }
  }

  private list(): Json {
    const list: Json[] = [];
    this.items(']', () => {
      list.push(this.value());
    });
    return list;
  }

  private object(): Json {
    const entries: [string, Json][] = [];
    this.items('}', () => {
      this.space();
      const key = this.string();
      this.space();
      if (this.text[this.at++] !== ':') throw bad(`unexpected text at ${this.at - 1}`);
      entries.push([key, this.value()]);
    });
    return Object.fromEntries(entries);
  }
}
