// The one value model: what a column, a document field, a node property or a parameter can hold at run time. Every stage
// from the binder down to the wire codec shares it.
//
//   SQL / JSON / graph      here
//   NULL                    null
//   MISSING                 undefined (an absent field; behaves as null, but `IS MISSING` tells them apart)
//   BOOLEAN                 boolean
//   INTEGER (64 bit)        bigint
//   FLOAT (IEEE 754)        number      so 1.0 is not 1
//   TEXT                    string
//   BYTES                   Uint8Array
//   date, datetime, …       TemporalValue
//   list                    array
//   object                  Map (keeps key order)
//   node, edge, path        NodeValue, EdgeValue, PathValue

export type Value =
  | null
  | undefined
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | TemporalValue
  | readonly Value[]
  | ObjectValue
  | NodeValue
  | EdgeValue
  | PathValue
  | JsonText;

export type ObjectValue = ReadonlyMap<string, Value>;

/** One row: values in the order of the plan node's output columns. */
export type Row = Value[];

export type TemporalKind = 'date' | 'time' | 'localtime' | 'datetime' | 'localdatetime' | 'duration';

/** A date or time taken apart: the local day (1970-01-01 is 0), nanoseconds of it, and seconds east of UTC (0 for the kinds without an offset). */
export interface MomentParts {
  readonly days: number;
  readonly nanoseconds: number;
  readonly offset: number;
  /** The name of a zone, of a datetime only. */
  readonly zone: string | undefined;
}

/** A duration taken apart. The groups are never turned into each other, and each has its own sign. */
export interface DurationParts {
  readonly months: number;
  readonly days: number;
  readonly nanoseconds: bigint;
}

/**
 * A temporal value in canonical ISO 8601 text, which is what people and the wire see. `parts` and `order` are kept once they have been
 * worked out, and are no part of the value: see engines/temporal/moment.ts.
 */
export class TemporalValue {
  readonly kind: TemporalKind;
  readonly text: string;
  #parts: MomentParts | DurationParts | undefined;
  #order: string | undefined;
  constructor(kind: TemporalKind, text: string) {
    this.kind = kind;
    this.text = text;
  }

  get parts(): MomentParts | DurationParts | undefined {
    return this.#parts;
  }
  set parts(parts: MomentParts | DurationParts | undefined) {
    this.#parts = parts;
  }

  get order(): string | undefined {
    return this.#order;
  }
  set order(order: string | undefined) {
    this.#order = order;
  }
}

/**
 * A node. One object per node and statement (see ElementCache), so a SET is seen by every row that holds the node.
 * `labels` and `properties` are undefined until the element is loaded; only operators that need them load them.
 */
export class NodeValue {
  readonly id: number;
  labels: readonly string[] | undefined;
  properties: ObjectValue | undefined;
  deleted = false;
  /** The number of its graph. Ids are unique over all graphs of a file. */
  readonly graph: number;
  constructor(id: number, labels?: readonly string[], properties?: ObjectValue, graph = 0) {
    this.id = id;
    this.labels = labels;
    this.properties = properties;
    this.graph = graph;
  }
}

/** An edge. `type`, `from`, `to` are always known; `properties` is undefined until loaded. */
export class EdgeValue {
  readonly id: number;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  properties: ObjectValue | undefined;
  deleted = false;
  /** The number of its graph, which is that of its nodes. */
  readonly graph: number;
  constructor(id: number, type: string, from: number, to: number, properties?: ObjectValue, graph = 0) {
    this.id = id;
    this.type = type;
    this.from = from;
    this.to = to;
    this.properties = properties;
    this.graph = graph;
  }
}

/**
 * JSON text in the storage encoding, not parsed. Only in results that go straight to the wire (RunOptions.rawJson), so that a document is
 * never parsed only to be printed again. No operator and no function ever sees one.
 */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** nodes.length = edges.length + 1; edges[i] joins nodes[i] and nodes[i + 1], in either direction. */
export class PathValue {
  readonly nodes: readonly NodeValue[];
  readonly edges: readonly EdgeValue[];
  constructor(nodes: readonly NodeValue[], edges: readonly EdgeValue[]) {
    this.nodes = nodes;
    this.edges = edges;
  }
}
