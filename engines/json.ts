// JSON in both directions, for storage and for the wire. Storage: integers are JSON integers (64 bit), floats always show a point
// or an exponent, and what JSON cannot say is an object with one `$` key; a `$` that begins a key of the user's is doubled. The wire
// writes integers beyond 2^53 as `$int` too, nodes, edges and paths, and wraps objects with such keys in `$map`. Plain string building:
// this is on the way of every document and every row.
//
//   storageJson(new Map([['a', 1n], ['b', 1]]))  {"a":1,"b":1.0}
//   storageJson(new Map([['$ref', 1n]]))         {"$$ref":1}
//   wireJson(9007199254740993n)                  {"$int":"9007199254740993"}

import { QueryError } from '../parser/error.ts';
import { runtimeTextUnitsMax, textUnitsMax } from './limits.ts';
import { storedText } from './temporal/moment.ts';
import { parseTemporal, readStored } from './temporal/parse.ts';
import type { Value } from './value.ts';
import { checkRoom } from './room.ts';
import { checkValueDepth, Measure } from './value-size.ts';
import { EdgeValue, JsonText, NodeValue, type ObjectValue, type PathValue, TemporalValue } from './value.ts';

/** The canonical text of a float, which always shows that it is one: `1.0`, `1e+21`, `0.1`, `NaN`. */
export function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  return `${value}`;
}

/** The storage encoding. Nodes, edges and paths: `type/not-storable`. MISSING is null, and left out of objects. */
export function storageJson(value: Value): string {
  return encodeWhole(value, 'storage');
}

/** The wire encoding. Elements must be loaded. MISSING is null, and left out of objects. */
export function wireJson(value: Value): string {
  return encodeWhole(value, 'wire');
}

/** A row in the wire encoding: a JSON array. */
export function wireRow(row: readonly Value[]): string {
  let text = '[';
  for (let i = 0; i < row.length; i++) text += i === 0 ? encodeWhole(row[i], 'wire') : `,${encodeWhole(row[i], 'wire')}`;
  return `${text}]`;
}

/** JSON as other programs expect it: no `$` objects; temporal values, bytes (base64) and floats that JSON lacks are strings, elements are objects. */
export function plainJson(value: Value): string {
  return encodeWhole(value, 'plain');
}

/**
 * A key that starts with `$`: the user's, doubled or as another program wrote it, or of a time, which storage writes in another form. Those
 * left out mean and look the same in storage and on the wire. Text in the form of a date is taken for one here.
 */
const dollarKey = /"\$(?!(?:float":"(?:NaN|-?Infinity)|bytes":"[+/=\dA-Za-z]*|date":"\d[-\d]*|duration":"[-+.:\dA-Z]*)"\})/;

/**
 * False: storage JSON text is wire JSON as it stands. True: it may hold an integer beyond 2^53 or a key that starts with `$`. A long run of
 * digits or a `$` elsewhere gives true without need.
 */
export function needsWireRewrite(text: string): boolean {
  return /[0-9]{16}/.test(text) || (text.includes('"$') && dollarKey.test(text)) || text.includes('\\u0024');
}

/** The key of an object as storage writes it: `$ref` → `$$ref`. */
export function storageKey(key: string): string {
  return key.charCodeAt(0) === 36 ? `$${key}` : key;
}

type Encoding = 'storage' | 'wire' | 'plain';

const measure = new Measure();

function encodeWhole(value: Value, encoding: Encoding): string {
  if (typeof value !== 'object') return encode(value, encoding, 0);
  measure.begin(value);
  const text = encode(value, encoding, 0);
  measure.end();
  return text;
}

/** Called for each part of a list or an object. */
function countPart(encoding: Encoding): void {
  measure.count(1, encoding === 'plain' ? textUnitsMax : runtimeTextUnitsMax);
}

function encode(value: Value, encoding: Encoding, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'bigint': {
      // Printing a small number is twice as fast as printing a bigint.
      const near = Number(value);
      if (near <= Number.MAX_SAFE_INTEGER && near >= Number.MIN_SAFE_INTEGER) return `${near}`;
      return encoding === 'wire' ? `{"$int":"${value}"}` : `${value}`;
    }
    case 'number':
      if (Number.isFinite(value)) return floatText(value);
      return encoding === 'plain' ? `"${value}"` : `{"$float":"${value}"}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return encodeList(value, encoding, depth);
      if (value instanceof Map) return encodeObject(value, encoding, depth);
      if (value instanceof TemporalValue) return encodeTemporal(value, encoding);
      if (value instanceof Uint8Array) {
        const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
        return encoding === 'plain' ? `"${text}"` : `{"$bytes":"${text}"}`;
      }
      if (value instanceof JsonText) {
        const asItStands = encoding === 'storage' || (encoding === 'wire' && !needsWireRewrite(value.text));
        return asItStands ? value.text : encode(parseJson(value.text), encoding, depth);
      }
      return encodeElement(value as NodeValue | EdgeValue | PathValue, encoding, depth);
  }
}

function encodeTemporal(value: TemporalValue, encoding: Encoding): string {
  if (encoding === 'plain') return `"${value.text}"`;
  return `{"$${value.kind}":"${encoding === 'storage' ? storedText(value) : value.text}"}`;
}

/** A loop beats both a regular expression and JSON.stringify on the short texts that most are. */
function quote(text: string): string {
  if (text.length > 100) {
    // A long text counts as what it takes.
    measure.add(text.length);
    checkRoom(text.length * 4);
    return JSON.stringify(text);
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || unit === 34 || unit === 92 || unit >= 0xd800) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function encodeList(list: readonly Value[], encoding: Encoding, depth: number): string {
  checkValueDepth(depth);
  let text = '[';
  for (let i = 0; i < list.length; i++) {
    countPart(encoding);
    text += i === 0 ? encode(list[i], encoding, depth + 1) : `,${encode(list[i], encoding, depth + 1)}`;
  }
  return `${text}]`;
}

function encodeObject(object: ObjectValue, encoding: Encoding, depth: number): string {
  checkValueDepth(depth);
  let wrap = false;
  if (encoding === 'wire') for (const key of object.keys()) if (key.charCodeAt(0) === 36) wrap = true;
  const inner = wrap ? depth + 2 : depth + 1;
  if (wrap) checkValueDepth(depth + 1);
  let text = '{';
  for (const [key, value] of object) {
    if (value === undefined) continue;
    countPart(encoding);
    const written = encoding === 'storage' ? storageKey(key) : key;
    text += `${text.length === 1 ? '' : ','}${quote(written)}:${encode(value, encoding, inner)}`;
  }
  return wrap ? `{"$map":${text}}}` : `${text}}`;
}

function encodeElement(value: NodeValue | EdgeValue | PathValue, encoding: Encoding, depth: number): string {
  checkValueDepth(depth + 1);
  const each = (items: readonly (NodeValue | EdgeValue)[]): string =>
    items.map((item) => encodeElement(item, encoding, depth + 1)).join(',');
  let name: string;
  let text: string;
  if (value instanceof NodeValue) {
    name = '$node';
    const labels = known(value.labels, value) ?? [];
    text = `{"id":${value.id},"labels":[${labels.map(quote).join(',')}],"properties":${encodeProperties(value, encoding, depth)}}`;
  } else if (value instanceof EdgeValue) {
    name = '$edge';
    text = `{"id":${value.id},"type":${quote(value.type)},"from":${value.from},"to":${value.to},"properties":${encodeProperties(value, encoding, depth)}}`;
  } else {
    name = '$path';
    text = `{"nodes":[${each(value.nodes)}],"edges":[${each(value.edges)}]}`;
  }
  if (encoding === 'storage') {
    throw new QueryError('type/not-storable', `A ${name.slice(1)} cannot be stored in a column, a document or a property.`, {
      hint: 'Store its properties, as in properties(n), or its id.',
    });
  }
  return encoding === 'plain' ? text : `{"${name}":${text}}`;
}

function encodeProperties(element: NodeValue | EdgeValue, encoding: Encoding, depth: number): string {
  const properties = known(element.properties, element);
  return properties === undefined ? '{}' : encodeObject(properties, encoding, depth + 2);
}

/** What is not loaded is a bug of ours, except that a deleted element has nothing left to load. */
function known<T>(part: T | undefined, element: NodeValue | EdgeValue): T | undefined {
  if (part === undefined && !element.deleted) throw new Error(`element ${element.id} is not loaded`);
  return part;
}

// ------------------------------------------------------------------------------------------------ reading

export interface ParseJsonOptions {
  /**
   * What a key that starts with `$` means. `storage` (the default): an object with one known `$` key is what it stands for, `$$` is the `$` of a
   * user's key, and what another program wrote otherwise is an object like any other. `wire`: an object with one `$` key is what it stands for,
   * `type/tag` for an unknown one. `plain`: nothing.
   */
  readonly tags?: Tags;
}

type Tags = 'storage' | 'wire' | 'plain';

/** Reads one JSON value: integers are bigint, or float beyond 64 bits; other numbers are floats. `type/json` if the text is not JSON, `type/tag`, `limit/depth`. */
export function parseJson(text: string, options: ParseJsonOptions = {}): Value {
  return new JsonReader(text, options.tags ?? 'storage').whole();
}

const smallIntegers = Array.from({ length: 1024 }, (_, i) => BigInt(i));

class JsonReader {
  private at = 0;
  private readonly text: string;
  private readonly tags: Tags;

  constructor(text: string, tags: Tags) {
    this.text = text;
    this.tags = tags;
  }

  whole(): Value {
    const value = this.value(0);
    if (!Number.isNaN(this.skip())) this.fail();
    return value;
  }

  /** The next unit that is not white space, not consumed. NaN at the end. */
  private skip(): number {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit > 32 || (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9)) return unit;
      this.at++;
    }
  }

  private value(depth: number): Value {
    switch (this.skip()) {
      case 34:
        return this.string();
      case 123:
        return this.object(depth, this.tags);
      case 91:
        return this.list(depth);
      case 116:
        return this.word('true', true);
      case 102:
        return this.word('false', false);
      case 110:
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word(word: string, value: Value): Value {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  private list(depth: number): Value {
    checkValueDepth(depth);
    this.at++;
    const items: Value[] = [];
    if (this.skip() === 93) {
      this.at++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      const unit = this.skip();
      if (unit !== 44 && unit !== 93) this.fail();
      this.at++;
      if (unit === 93) return items;
    }
  }

  private object(depth: number, tags: Tags): Value {
    checkValueDepth(depth);
    this.at++;
    const object = new Map<string, Value>();
    let dollar = false;
    if (this.skip() === 125) {
      this.at++;
      return object;
    }
    for (;;) {
      if (this.skip() !== 34) this.fail();
      let key = this.string();
      if (key.charCodeAt(0) === 36) {
        if (tags === 'storage' && key.charCodeAt(1) === 36) key = key.slice(1);
        else dollar = true;
      }
      if (this.skip() !== 58) this.fail();
      this.at++;
      object.set(key, key === '$map' && tags === 'wire' && this.skip() === 123 ? this.object(depth + 1, 'plain') : this.value(depth + 1));
      const unit = this.skip();
      if (unit !== 44 && unit !== 125) this.fail();
      this.at++;
      if (unit === 125) return dollar && tags !== 'plain' && object.size === 1 ? decodeTag(object, tags) : object;
      this.skip();
    }
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let at = start; ; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 34) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (unit === 92) return this.escapedString(start, at);
      // Also at the end of the text, where it is NaN.
      if (!(unit >= 32)) {
        this.at = at;
        this.fail();
      }
    }
  }

  private escapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let at = firstEscape;
    for (let unit = text.charCodeAt(at); unit !== 34; unit = text.charCodeAt(at)) {
      if (Number.isNaN(unit)) this.fail();
      at += unit === 92 ? 2 : 1;
    }
    this.at = at + 1;
    try {
      return JSON.parse(text.slice(start - 1, at + 1)) as string;
    } catch {
      this.at = firstEscape;
      return this.fail();
    }
  }

  private number(): Value {
    const { text } = this;
    const start = this.at;
    let at = start;
    let unit = text.charCodeAt(at);
    const negative = unit === 45;
    if (negative) unit = text.charCodeAt(++at);
    const digits = at;
    let sum = 0;
    for (; unit >= 48 && unit <= 57; unit = text.charCodeAt(++at)) sum = sum * 10 + unit - 48;
    if (at === digits || (at > digits + 1 && text.charCodeAt(digits) === 48)) this.fail();
    if (unit === 46 || unit === 69 || unit === 101) return this.float(start);
    this.at = at;
    if (at - digits <= 15) return negative ? BigInt(-sum) : (smallIntegers[sum] ?? BigInt(sum));
    const exact = BigInt(text.slice(start, at));
    return BigInt.asIntN(64, exact) === exact ? exact : Number(exact);
  }

  private float(start: number): number {
    const form = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
    form.lastIndex = start;
    const found = form.exec(this.text)?.[0] ?? '';
    this.at = start + found.length;
    const next = this.text.charCodeAt(this.at);
    if (next === 46 || next === 69 || next === 101) this.fail();
    return Number(found);
  }

  private fail(): never {
    const found =
      this.at < this.text.length ? `"${this.text.slice(this.at, this.at + 12)}" at character ${this.at + 1}` : 'the end of the text';
    throw new QueryError('type/json', `The text is not JSON: ${found} was not expected.`);
  }
}

function decodeTag(object: ReadonlyMap<string, Value>, tags: 'storage' | 'wire'): Value {
  for (const [key, value] of object) {
    const tag = key.slice(1);
    switch (tag) {
      case 'map':
        if (tags === 'wire' && value instanceof Map) return value;
        break;
      case 'int':
        if (
          tags === 'wire' &&
          typeof value === 'string' &&
          /^-?\d{1,19}$/.test(value) &&
          BigInt.asIntN(64, BigInt(value)) === BigInt(value)
        )
          return BigInt(value);
        break;
      case 'float':
        if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
        break;
      case 'bytes':
        if (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return new Uint8Array(Buffer.from(value, 'base64'));
        break;
      case 'date':
      case 'time':
      case 'localtime':
      case 'datetime':
      case 'localdatetime':
      case 'duration': {
        const temporal = typeof value !== 'string' ? undefined : tags === 'storage' ? readStored(tag, value) : parseTemporal(tag, value);
        if (temporal !== undefined) return temporal;
      }
    }
    if (tags === 'storage') return object;
    throw new QueryError('type/tag', `The object {"${key}": …} does not stand for a value.`, {
      hint: 'An object of your own with a key that starts with $ is written {"$map": {…}}.',
    });
  }
  return object;
}
