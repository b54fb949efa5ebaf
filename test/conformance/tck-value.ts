// The notation in which the TCK writes values, read into a closed tree and compared with the engine's values.
//
//   (:L {a: 1})   [:T {b: 2.0}]   <(:A)-[:T]->(:B)>   {k: [1, 'x', null]}

import { EdgeValue, NodeValue, PathValue, TemporalValue, type ObjectValue, type Value } from '../../engines/value.ts';
import { floatText } from '../../engines/json.ts';

export type Expected =
  | { readonly kind: 'plain'; readonly value: null | boolean | bigint | number | string }
  | { readonly kind: 'list'; readonly items: readonly Expected[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Expected> }
  | ExpectedNode
  | ExpectedEdge
  | ExpectedPath;

interface ExpectedNode {
  readonly kind: 'node';
  readonly labels: readonly string[];
  readonly properties: ReadonlyMap<string, Expected>;
}
interface ExpectedEdge {
  readonly kind: 'edge';
  readonly type: string;
  readonly properties: ReadonlyMap<string, Expected>;
}
interface ExpectedPath {
  readonly kind: 'path';
  readonly nodes: readonly ExpectedNode[];
  /** `forward`: from the node before it to the node behind it. */
  readonly edges: readonly { readonly edge: ExpectedEdge; readonly forward: boolean }[];
}

/** Throws for text that is not in the notation. */
export function readExpected(text: string): Expected {
  const reader = new ValueReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const escapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

class ValueReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) this.fail();
  }

  value(): Expected {
    this.space();
    const c = this.text[this.at];
    if (c === "'") return { kind: 'plain', value: this.string() };
    if (c === '[') return /^\[\s*:/.test(this.text.slice(this.at)) ? this.edge() : this.list();
    if (c === '{') return { kind: 'map', entries: this.map() };
    if (c === '(') return this.node();
    if (c === '<') return this.path();
    return this.word();
  }

  private word(): Expected {
    const word = this.match(/[-+]?(?:\d[\d.]*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\w+/y);
    if (word === 'null') return { kind: 'plain', value: null };
    if (word === 'true' || word === 'false') return { kind: 'plain', value: word === 'true' };
    if (word === 'NaN') return { kind: 'plain', value: Number.NaN };
    if (/^-?Inf(inity)?$/.test(word)) return { kind: 'plain', value: word.startsWith('-') ? -Infinity : Infinity };
    if (/^[-+]?\d+$/.test(word)) return { kind: 'plain', value: BigInt(word) };
    if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) return { kind: 'plain', value: Number(word) };
    return this.fail();
  }

  private string(): string {
    this.take("'");
    let value = '';
    for (;;) {
      const c = this.text[this.at++];
      if (c === undefined) this.fail();
      else if (c === "'") return value;
      else if (c === '\\') {
        const next = this.text[this.at++] ?? '';
        value += escapes.get(next) ?? next;
      } else value += c;
    }
  }

  private list(): Expected {
    this.take('[');
    const items: Expected[] = [];
    while (!this.skip(']')) {
      items.push(this.value());
      if (!this.skip(',')) {
        this.take(']');
        break;
      }
    }
    return { kind: 'list', items };
  }

  private map(): ReadonlyMap<string, Expected> {
    this.take('{');
    const entries = new Map<string, Expected>();
    while (!this.skip('}')) {
      const key = this.name();
      this.take(':');
      entries.set(key, this.value());
      if (!this.skip(',')) {
        this.take('}');
        break;
      }
    }
    return entries;
  }

  private node(): ExpectedNode {
    this.take('(');
    const labels: string[] = [];
    while (this.skip(':')) labels.push(this.name());
    const properties = this.properties();
    this.take(')');
    return { kind: 'node', labels, properties };
  }

  private edge(): ExpectedEdge {
    this.take('[');
    this.take(':');
    const type = this.name();
    const properties = this.properties();
    this.take(']');
    return { kind: 'edge', type, properties };
  }

  private path(): ExpectedPath {
    this.take('<');
    const nodes = [this.node()];
    const edges: { edge: ExpectedEdge; forward: boolean }[] = [];
    while (!this.skip('>')) {
      const backward = this.skip('<');
      this.take('-');
      const edge = this.edge();
      this.take('-');
      if (!backward) this.take('>');
      edges.push({ edge, forward: !backward });
      nodes.push(this.node());
    }
    return { kind: 'path', nodes, edges };
  }

  private properties(): ReadonlyMap<string, Expected> {
    this.space();
    return this.text[this.at] === '{' ? this.map() : new Map();
  }

  private name(): string {
    this.space();
    if (this.text[this.at] === '`') return this.match(/`[^`]*`/y).slice(1, -1);
    return this.match(/[\p{L}\p{N}_$]+/uy);
  }

  private match(form: RegExp): string {
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0];
    if (found === undefined) return this.fail();
    this.at += found.length;
    return found;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private skip(c: string): boolean {
    this.space();
    if (this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private take(c: string): void {
    if (!this.skip(c)) this.fail();
  }

  private fail(): never {
    throw new Error(`The expected value ${this.text} is not understood at ${this.at}.`);
  }
}

/** `bagLists`: the order inside lists does not count. A temporal value is written as its text in quotes. */
export function sameValue(expected: Expected, actual: Value, bagLists: boolean): boolean {
  switch (expected.kind) {
    case 'plain':
      if (actual instanceof TemporalValue) return expected.value === actual.text;
      return typeof expected.value === typeof (actual ?? null) && Object.is(zero(expected.value), zero(actual ?? null));
    case 'list':
      if (!Array.isArray(actual)) return false;
      return bagLists
        ? sameBag(expected.items, actual as readonly Value[], bagLists)
        : sameList(expected.items, actual as readonly Value[], bagLists);
    case 'map':
      return actual instanceof Map && sameEntries(expected.entries, actual as ObjectValue, bagLists);
    case 'node':
      return actual instanceof NodeValue && sameNode(expected, actual, bagLists);
    case 'edge':
      return actual instanceof EdgeValue && sameEdge(expected, actual, bagLists);
    case 'path':
      return actual instanceof PathValue && samePath(expected, actual, bagLists);
  }
}

/** 0.0 and -0.0 are not told apart. */
function zero(value: Value): Value {
  return value === 0 ? 0 : value;
}

function sameList(expected: readonly Expected[], actual: readonly Value[], bagLists: boolean): boolean {
  return expected.length === actual.length && expected.every((e, i) => sameValue(e, actual[i], bagLists));
}

function sameBag(expected: readonly Expected[], actual: readonly Value[], bagLists: boolean): boolean {
  if (expected.length !== actual.length) return false;
  const left = [...actual];
  return expected.every((e) => {
    const at = left.findIndex((v) => sameValue(e, v, bagLists));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameEntries(expected: ReadonlyMap<string, Expected>, actual: ObjectValue | undefined, bagLists: boolean): boolean {
  const present = [...(actual ?? [])].filter(([, value]) => value !== undefined);
  return (
    present.length === expected.size &&
    present.every(([key, value]) => {
      const wanted = expected.get(key);
      return wanted !== undefined && sameValue(wanted, value, bagLists);
    })
  );
}

function sameNode(expected: ExpectedNode, actual: NodeValue, bagLists: boolean): boolean {
  const labels = new Set(actual.labels);
  return (
    labels.size === expected.labels.length &&
    expected.labels.every((l) => labels.has(l)) &&
    sameEntries(expected.properties, actual.properties, bagLists)
  );
}

function sameEdge(expected: ExpectedEdge, actual: EdgeValue, bagLists: boolean): boolean {
  return actual.type === expected.type && sameEntries(expected.properties, actual.properties, bagLists);
}

function samePath(expected: ExpectedPath, actual: PathValue, bagLists: boolean): boolean {
  if (expected.nodes.length !== actual.nodes.length || expected.edges.length !== actual.edges.length) return false;
  const edges = expected.edges.every(({ edge, forward }, i) => {
    const found = actual.edges[i];
    const before = actual.nodes[i];
    const behind = actual.nodes[i + 1];
    if (!found || !before || !behind || !sameEdge(edge, found, bagLists)) return false;
    return forward ? found.from === before.id && found.to === behind.id : found.from === behind.id && found.to === before.id;
  });
  return (
    edges &&
    expected.nodes.every((n, i) => {
      const found = actual.nodes[i];
      return found !== undefined && sameNode(n, found, bagLists);
    })
  );
}

/** A parameter: the notation's values that are no elements. */
export function parameterValue(expected: Expected): Value {
  switch (expected.kind) {
    case 'plain':
      return expected.value;
    case 'list':
      return expected.items.map(parameterValue);
    case 'map':
      return new Map([...expected.entries].map(([key, value]) => [key, parameterValue(value)]));
    case 'node':
    case 'edge':
    case 'path':
      throw new Error('A parameter cannot be a node, an edge or a path.');
  }
}

/** Our value in the notation, for the report. */
export function showValue(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint' || typeof value === 'boolean') return `${value}`;
  if (value instanceof TemporalValue) return `'${value.text}'`;
  if (value instanceof Uint8Array) return `bytes(${Buffer.from(value).toString('hex')})`;
  if (value instanceof NodeValue) return `(${(value.labels ?? []).map((l) => `:${l}`).join('')}${showProperties(value.properties)})`;
  if (value instanceof EdgeValue) return `[:${value.type}${showProperties(value.properties)}]`;
  if (value instanceof PathValue) return showPath(value);
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(showValue).join(', ')}]`;
  return `{${[...(value as ObjectValue)].map(([k, v]) => `${k}: ${showValue(v)}`).join(', ')}}`;
}

function showProperties(properties: ObjectValue | undefined): string {
  return properties === undefined || properties.size === 0 ? '' : ` ${showValue(properties)}`;
}

function showPath(path: PathValue): string {
  const parts = path.nodes.map((node, i) => {
    const edge = path.edges[i - 1];
    if (edge === undefined) return showValue(node);
    return edge.to === node.id ? `-${showValue(edge)}->${showValue(node)}` : `<-${showValue(edge)}-${showValue(node)}`;
  });
  return `<${parts.join('')}>`;
}
