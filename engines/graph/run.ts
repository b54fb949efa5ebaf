// One run of a traversal program: the topology it sees, the layout of the rows that conditions are evaluated on, and the
// values of pattern variables. Values used only by conditions are made apart from the statement's elements, so that a filter
// over many nodes holds none of them.

import type { CompileExpression, Evaluator, Layout, RunContext, Work } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import type { Expr, Labels } from '../plan/expression.ts';
import { type PatternEdge, seenColumns, typeFits, type WalkBody } from '../plan/pattern.ts';
import { outputColumns, type Traverse } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { checkRoomForItems } from '../room.ts';
import { truthOf } from '../truth.ts';
import { EdgeValue, NodeValue, PathValue, type Row, type Value } from '../value.ts';
import { seenPlaces } from '../walk-body.ts';
import type { NodeTest } from './cursor.ts';
import { StatementElements } from './elements.ts';
import type { Condition, Program } from './program.ts';
import { Starts } from './starts.ts';
import { type Frame, type Slots, slotsOf, type Trail } from './state.ts';
import type { TopologyView } from './topology.ts';

/** Elements that conditions have loaded and the run remembers. */
const rememberedMax = 20_000;

/** Lives for one run of one program. */
export class Run {
  readonly program: Program;
  readonly topology: TopologyView;
  readonly storage: GraphStorage;
  readonly context: RunContext;
  readonly slots: Slots;
  readonly work: Work;
  readonly starts = new Starts();
  /** The input batch that frames refer to. */
  rows: readonly Row[] = [];
  private readonly compileExpression: CompileExpression;
  private readonly inputLayout: Map<ColumnId, number>;
  private readonly width: number;
  /** Stands for the input row where none of it is read. */
  readonly emptyRow: Row;
  private readonly nodes = new Map<number, NodeValue>();
  private readonly edges = new Map<number, EdgeValue>();

  constructor(node: Traverse, topology: TopologyView, storage: GraphStorage, compileExpression: CompileExpression, context: RunContext) {
    this.program = node.program as Program;
    this.topology = topology;
    this.storage = storage;
    this.context = context;
    this.work = context.work ?? context.walked ?? { entries: 0, changed: 0 };
    this.compileExpression = compileExpression;
    const columns = outputColumns(node.input);
    this.inputLayout = new Map(columns.map((c, i) => [c.id, i]));
    this.width = columns.length;
    this.emptyRow = columns.map(() => null);
    const { nodes, edges } = this.program.match.pattern;
    this.slots = slotsOf(nodes.length, edges.length);
  }

  /** Where the input has a column. */
  inputPosition(column: ColumnId): number {
    return this.inputLayout.get(column) ?? -1;
  }

  /** The elements that input rows hold in some columns: what bound variables stand for. */
  *inputElements(columns: Iterable<ColumnId>, rows: Iterable<Row>): Generator<NodeValue | EdgeValue> {
    const positions = [...columns].flatMap((c) => this.inputLayout.get(c) ?? []);
    if (positions.length === 0) return;
    for (const row of rows) for (const position of positions) yield* elementsIn(row[position]);
  }

  // ---------------------------------------------------------------------------------------------- labels and types

  nodeTest(node: number): NodeTest | undefined {
    const labels = this.program.labels[node];
    return labels && this.labelTest(labels);
  }

  labelTest(labels: Labels): NodeTest {
    switch (labels.kind) {
      case 'label': {
        const id = this.storage.labels.id(labels.name);
        return id === undefined ? () => false : this.topology.labelTest(id);
      }
      case 'any': {
        const tests = this.topology.labelsInUse().map((l) => this.topology.labelTest(l));
        return (node) => tests.some((test) => test(node));
      }
      case 'not': {
        const operand = this.labelTest(labels.operand);
        return (node) => !operand(node);
      }
      case 'and': {
        const left = this.labelTest(labels.left);
        const right = this.labelTest(labels.right);
        return (node) => left(node) && right(node);
      }
      case 'or': {
        const left = this.labelTest(labels.left);
        const right = this.labelTest(labels.right);
        return (node) => left(node) || right(node);
      }
    }
  }

  /** Undefined: all types. */
  typesOf(edge: Pick<PatternEdge, 'types' | 'typeTest'>): number[] | undefined {
    if (edge.typeTest) return this.topology.typesInUse().filter((type) => typeFits(edge, this.storage.types.name(type)));
    if (edge.types.length === 0) return undefined;
    return [...new Set(edge.types)].flatMap((name) => this.storage.types.id(name) ?? []);
  }

  // ---------------------------------------------------------------------------------------------- expressions

  /** An evaluator over the input row alone. */
  compileInput(expr: Expr): Evaluator {
    return this.compileExpression(expr, this.inputLayout);
  }

  /** An evaluator over an input row with the values of `columns` behind it. */
  compileOver(expr: Expr, columns: readonly ColumnId[]): Evaluator {
    const layout: Layout = new Map([...this.inputLayout, ...columns.map((id, i) => [id, this.width + i] as const)]);
    return this.compileExpression(expr, layout);
  }

  /** A condition over an input row with the values of `columns` behind it: true or not. A value that is no truth value is `type/operand`. */
  conditionOver(expr: Expr, columns: readonly ColumnId[]): (row: Row) => boolean {
    const evaluate = this.compileOver(expr, columns);
    return (row) => truthOf(evaluate(row, this.context), 'A condition', expr.span) === true;
  }

  /** The pattern's own columns that a condition reads and the input does not have. */
  ownColumns(condition: Condition): ColumnId[] {
    const { nodes, edges, paths } = this.program.match.pattern;
    const own: ColumnId[] = [];
    for (const i of condition.nodes) if (!nodes[i]!.bound) own.push(nodes[i]!.column.id);
    for (const i of condition.edges) {
      if (!edges[i]!.bound) own.push(edges[i]!.column.id);
      const { body } = edges[i]!;
      if (body) own.push(...seenColumns(body).map((c) => c.id));
    }
    for (const path of paths) if (condition.edges.size > 0 || path.edges.length === 0) own.push(path.column.id);
    return own;
  }

  // ---------------------------------------------------------------------------------------------- values for conditions

  /** A node for a condition: the statement's own if it has it. Not loaded unless it was before. */
  conditionNode = (id: number): NodeValue => {
    const elements = this.context.elements;
    const known = elements instanceof StatementElements ? elements.knownNode(id) : undefined;
    if (known) return known;
    let node = this.nodes.get(id);
    if (!node) this.nodes.set(id, (node = new NodeValue(id, undefined, undefined, this.storage.graph)));
    return node;
  };

  conditionEdge = (id: number, meta: number, from: number, to: number): EdgeValue => {
    const elements = this.context.elements;
    const known = elements instanceof StatementElements ? elements.knownEdge(id) : undefined;
    if (known) return known;
    let edge = this.edges.get(id);
    if (!edge)
      this.edges.set(
        id,
        (edge = makeEdge((edge, type, a, b, graph) => new EdgeValue(edge, type, a, b, undefined, graph), this.storage, id, meta, from, to)),
      );
    return edge;
  };

  /** Call before a batch of condition values is made. */
  forgetOld(): void {
    if (this.nodes.size > rememberedMax) this.nodes.clear();
    if (this.edges.size > rememberedMax) this.edges.clear();
  }

  async load(elements: Iterable<NodeValue | EdgeValue>): Promise<void> {
    await this.context.elements.load([...elements]);
  }

  // ---------------------------------------------------------------------------------------------- values for rows

  /** The statement's own node; takes over what a condition has loaded. */
  rowNode = (id: number): NodeValue => {
    const node = this.context.elements.node(id, this.storage.graph);
    if (node.properties === undefined) {
      const loaded = this.nodes.get(id);
      if (loaded?.properties !== undefined) {
        node.properties = loaded.properties;
        node.labels = loaded.labels;
      }
    }
    return node;
  };

  rowEdge = (id: number, meta: number, from: number, to: number): EdgeValue => {
    const edge = makeEdge((...a) => this.context.elements.edge(...a), this.storage, id, meta, from, to);
    if (edge.properties === undefined) {
      const loaded = this.edges.get(id)?.properties;
      if (loaded !== undefined) edge.properties = loaded;
    }
    return edge;
  };
}

function makeEdge(
  make: (id: number, type: string, from: number, to: number, graph: number) => EdgeValue,
  storage: GraphStorage,
  id: number,
  meta: number,
  from: number,
  to: number,
): EdgeValue {
  const type = storage.types.name(meta >>> 1);
  return (meta & 1) === 1 ? make(id, type, to, from, storage.graph) : make(id, type, from, to, storage.graph);
}

/** Makes values of pattern variables out of a frame. `node` and `edge` say which objects are used. */
export class ValueReader {
  private readonly run: Run;
  private readonly node: (id: number) => NodeValue;
  private readonly edge: (id: number, meta: number, from: number, to: number) => EdgeValue;

  constructor(run: Run, forRows: boolean) {
    this.run = run;
    this.node = forRows ? run.rowNode : run.conditionNode;
    this.edge = forRows ? run.rowEdge : run.conditionEdge;
  }

  nodeAt(frame: Frame, at: number, index: number): NodeValue {
    return this.node(frame.columns[index]![at]!);
  }

  /** An edge, or the list of edges in the order in which the text walks them. */
  edgeAt(frame: Frame, at: number, index: number): EdgeValue | EdgeValue[] {
    const { nodes, edges } = this.run.slots;
    const pattern = this.run.program.match.pattern.edges[index]!;
    if (pattern.quantifier) {
      const list = this.trailEdges(frame.trails[index]![at]!);
      return pattern.reversed ? list.reverse() : list;
    }
    const columns = frame.columns;
    const meta = columns[nodes + edges + index]![at]!;
    return this.edge(columns[nodes + index]![at]!, meta, columns[pattern.from]![at]!, columns[pattern.to]![at]!);
  }

  pathAt(frame: Frame, at: number, index: number): PathValue {
    const path = this.run.program.match.pattern.paths[index]!;
    const nodes: NodeValue[] = [this.nodeAt(frame, at, path.nodes[0]!)];
    const edges: EdgeValue[] = [];
    path.edges.forEach((edge, k) => {
      const pattern = this.run.program.match.pattern.edges[edge]!;
      if (pattern.quantifier) {
        const trail = frame.trails[edge]![at]!;
        const inner = trail.nodes.map(this.node);
        const walked = this.trailEdges(trail);
        // A trail runs from `from` to `to`; the text may have walked it the other way.
        const backwards = pattern.reversed || (pattern.from !== pattern.to && pattern.from !== path.nodes[k]);
        if (backwards) {
          inner.reverse();
          walked.reverse();
        }
        for (let i = 1; i < inner.length; i++) nodes.push(inner[i]!);
        for (const one of walked) edges.push(one);
        return;
      }
      edges.push(this.edgeAt(frame, at, edge) as EdgeValue);
      nodes.push(this.nodeAt(frame, at, path.nodes[k + 1]!));
    });
    return new PathValue(nodes, edges);
  }

  /** The values of a walk's own variables, in the order of seenColumns. */
  seenAt(frame: Frame, at: number, index: number, body: WalkBody): Value[] {
    const trail = frame.trails[index]![at]!;
    const edges = this.trailEdges(trail);
    return seenPlaces(body, trail.marks ?? []).map(({ of, places, list }): Value => {
      const values = places.map((i) => (of === 'nodes' ? this.node(trail.nodes[i]!) : edges[i]!));
      return list ? values : values[0];
    });
  }

  private trailEdges(trail: Trail): EdgeValue[] {
    return trail.edges.map((id, i) => this.edge(id, trail.metas[i]!, trail.nodes[i]!, trail.nodes[i + 1]!));
  }

  /** The value of a pattern column, for conditions. */
  valueAt(frame: Frame, at: number, column: ColumnId): Value {
    const { nodes, edges, paths } = this.run.program.match.pattern;
    const node = nodes.findIndex((n) => n.column.id === column);
    if (node >= 0) return this.nodeAt(frame, at, node);
    const edge = edges.findIndex((e) => e.column.id === column);
    if (edge >= 0) return this.edgeAt(frame, at, edge);
    const walk = edges.findIndex((e) => e.body && seenColumns(e.body).some((c) => c.id === column));
    const { body } = edges[walk] ?? {};
    if (body) return this.seenAt(frame, at, walk, body)[seenColumns(body).findIndex((c) => c.id === column)];
    return this.pathAt(
      frame,
      at,
      paths.findIndex((p) => p.column.id === column),
    );
  }
}

/** Every element inside a value. A list that stands there several times is gone through once. */
export function* elementsIn(value: Value): Generator<NodeValue | EdgeValue> {
  if (!Array.isArray(value)) return yield* elementsOf(value);
  const lists = new Set<readonly Value[]>([value]);
  for (const list of lists) {
    for (const item of list) {
      if (Array.isArray(item)) checkRoomForItems(lists.add(item).size, 40);
      else yield* elementsOf(item);
    }
  }
}

function* elementsOf(value: Value): Generator<NodeValue | EdgeValue> {
  if (value instanceof NodeValue || value instanceof EdgeValue) yield value;
  else if (value instanceof PathValue) {
    yield* value.nodes;
    yield* value.edges;
  }
}
