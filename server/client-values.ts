// Engine values → a program's values, for a file opened in process: the same as decoding the wire encoding gives, without the text.

import { checkRoom } from '../engines/room.ts';
import { checkValueDepth, Measure } from '../engines/value-size.ts';
import { EdgeValue, NodeValue, type ObjectValue, PathValue, TemporalValue, type Value } from '../engines/value.ts';
import type { ClientEdge, ClientNode, ClientValue } from './protocol/client.ts';
import { GraphEdge, GraphNode, GraphPath, Temporal } from './protocol/decode.ts';

/** What is being turned, how deep in it, and how many of its parts until it is measured: a result may not be larger here than over a socket. */
let depth = 0;
const measure = new Measure();

/**
 * `typed`: integers stay bigint; else those within ±2^53 are numbers. Nodes and edges must be loaded. Throws `limit/depth`, and `limit/text`
 * and `limit/memory` for what is too large.
 */
export function clientValue(value: Value, typed: boolean): ClientValue {
  measure.begin(value);
  depth = 0;
  const made = clientPart(value, typed);
  measure.end();
  return made;
}

/** Of a value in the program's memory. */
const bytesEach = 16;

function countPart(): void {
  checkRoom(bytesEach);
  measure.count();
}

function clientPart(value: Value, typed: boolean): ClientValue {
  countPart();
  switch (typeof value) {
    case 'bigint':
      return !typed && value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value;
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : deeper(value, typed);
    case 'string':
    case 'number':
    case 'boolean':
      return value;
  }
}

type Whole = Exclude<Value, null | undefined | string | number | bigint | boolean>;

function deeper(value: Whole, typed: boolean): ClientValue {
  checkValueDepth(depth++);
  const made = clientObject(value, typed);
  depth--;
  return made;
}

function clientObject(value: Whole, typed: boolean): ClientValue {
  if (Array.isArray(value)) return value.map((item: Value) => clientPart(item, typed));
  if (value instanceof Map) return clientFields(value, typed);
  if (value instanceof TemporalValue) return new Temporal(value.kind, value.text);
  if (value instanceof Uint8Array) return value;
  if (value instanceof NodeValue) return clientNode(value, typed);
  if (value instanceof EdgeValue) return clientEdge(value, typed);
  if (value instanceof PathValue) {
    const nodes = value.nodes.map((node) => clientNode(node, typed));
    return new GraphPath(
      nodes,
      value.edges.map((edge) => clientEdge(edge, typed)),
    );
  }
  throw new Error('a value of an unknown kind');
}

function clientNode(node: NodeValue, typed: boolean): ClientNode {
  return new GraphNode(node.id, [...(node.labels ?? [])], clientFields(node.properties, typed));
}

function clientEdge(edge: EdgeValue, typed: boolean): ClientEdge {
  const { id, type, from, to } = edge;
  return new GraphEdge({ id, type, from, to, properties: clientFields(edge.properties, typed) });
}

/** Keys whose value is MISSING are left out. */
function clientFields(object: ObjectValue | undefined, typed: boolean): { readonly [key: string]: ClientValue } {
  if (object === undefined) return {};
  return Object.fromEntries([...object].filter(([, value]) => value !== undefined).map(([key, value]) => [key, clientPart(value, typed)]));
}
