// The walk stage: a stack of cursors over the topology. For each match that comes in it tries every way to bind the stage's
// variables, and hands matches on in frames; the last stage of a count only adds them up.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { refuseOtherGraph } from '../other-graph.ts';
import { typeFits } from '../plan/pattern.ts';
import type { Value } from '../value.ts';
import { EdgeValue, NodeValue } from '../value.ts';
import {
  arrive,
  type Arrival,
  ChoiceCursor,
  type Cursor,
  type EdgePlace,
  ExpandCursor,
  isDistinct,
  ListCursor,
  OnceCursor,
} from './cursor.ts';
import { BodyCursor } from './body-cursor.ts';
import { CloseCursor, withOpposite } from './between.ts';
import { elementFilter } from './filter-stage.ts';
import type { ElementFilter } from './element-filter.ts';
import { partsOf } from './neighbours.ts';
import type { IdCheck, Move, MoveOf, Walk, Way } from './program.ts';
import { ReachCursor } from './reach-cursor.ts';
import type { Run } from './run.ts';
import { ShortestCursor } from './shortest-cursor.ts';
import type { Starts } from './starts.ts';
import { Frame, Registers } from './state.ts';
import { TrailsCursor, type VariableLength } from './trails-cursor.ts';

/** Matches in the first frame of a walk, so that the first row comes soon, and in later ones. */
const frameRowsMin = 64;
const frameRowsMax = 4096;
/** Steps of a walk between two looks at whether the statement must stop. */
const stepsPerCheck = 4096;

/** What a walk does with a finished match instead of handing it on. */
export type Leaf = (registers: Registers) => void;

/** One walk stage of one run. */
export class WalkRunner {
  private readonly run: Run;
  private readonly registers: Registers;
  private readonly cursors: readonly Cursor[];
  private readonly filters: ElementFilter[] = [];
  private readonly leaf: Leaf | undefined;
  /** When each node is bound within the stage; those of earlier stages come before all. */
  private readonly order = new Map<number, number>();
  private capacity = frameRowsMin;
  private level = -1;
  private readonly starts: Starts | undefined;

  /** `lists` are the nodes of `list` moves; `before` the edges that earlier stages have bound. */
  constructor(run: Run, walk: Walk, before: ReadonlySet<number>, lists: ReadonlyMap<Move, Uint32Array>, leaf: Leaf | undefined) {
    this.starts = run.context.reached && run.starts;
    this.run = run;
    this.registers = new Registers(run.slots);
    this.leaf = leaf;
    const known = new Set(before);
    for (let node = 0; node < run.slots.nodes; node++) this.order.set(node, -1);
    walk.moves.forEach((move, i) => {
      const node = 'node' in move ? move.node : 'end' in move ? move.end : -1;
      if (node >= 0 && move.kind !== 'close') this.order.set(node, i);
    });
    this.cursors = walk.moves.map((move) => {
      const cursor = this.cursor(move, known, lists);
      if ('edge' in move) known.add(move.edge);
      return cursor;
    });
    const [first] = this.cursors;
    this.starts?.add(this, first instanceof ListCursor ? first : undefined);
  }

  async *stream(input: AsyncIterable<Frame>): AsyncGenerator<Frame> {
    // Another batch: rows are numbered anew.
    for (const filter of this.filters) filter.forget();
    // Another batch: the same row number is another row.
    for (const filter of this.filters) filter.forget();
    this.registers.pending = undefined;
    let out = this.newFrame();
    for await (const frame of input) {
      for (let at = 0; at < frame.size; at++) {
        this.begin(frame, at);
        this.starts?.begin(this, at, frame.size);
        for (;;) {
          const state = this.advance(out);
          if (state === 'done') break;
          if (state === 'pending') await this.load();
          else {
            this.handOn();
            yield out;
            out = this.newFrame();
          }
        }
      }
    }
    this.handOn();
    if (out.size > 0) yield out;
  }

  private newFrame(): Frame {
    if (this.leaf) return new Frame(this.run.slots, 1);
    const frame = new Frame(this.run.slots, this.capacity);
    this.capacity = Math.min(frameRowsMax, this.capacity * 2);
    return frame;
  }

  private begin(frame: Frame, at: number): void {
    const before = this.registers.row;
    frame.load(at, this.registers);
    if (this.registers.row !== before) for (const filter of this.filters) filter.forget();
    this.level = 0;
    this.cursors[0]!.open();
  }

  private async load(): Promise<void> {
    const pending = this.registers.pending;
    this.registers.pending = undefined;
    await pending?.load();
  }

  /** Goes on until the frame is full, something must be loaded, or there is no further match. */
  private advance(out: Frame): 'full' | 'pending' | 'done' {
    const { cursors, registers, leaf } = this;
    const last = cursors.length - 1;
    let level = this.level;
    let steps = 0;
    while (level >= 0) {
      if ((++steps & (stepsPerCheck - 1)) === 0) this.check();
      if (!cursors[level]!.next()) {
        if (registers.pending) {
          this.level = level;
          return 'pending';
        }
        level--;
        continue;
      }
      if (level < last) {
        cursors[++level]!.open();
        continue;
      }
      if (leaf) leaf(registers);
      else {
        out.push(registers);
        if (out.size === out.capacity) {
          this.level = level;
          return 'full';
        }
      }
    }
    this.level = level;
    return 'done';
  }

  private check(): void {
    const { context } = this.run;
    if (context.reached) this.starts?.tell(this, context.reached);
    context.check();
  }

  /** A frame goes to the stages behind. */
  private handOn(): void {
    const { reached } = this.run.context;
    this.starts?.handOn(this);
    if (reached) this.starts?.tell(this, reached);
  }

  // ---------------------------------------------------------------------------------------------- cursors

  private cursor(move: Move, known: ReadonlySet<number>, lists: ReadonlyMap<Move, Uint32Array>): Cursor {
    const { run, registers } = this;
    const checks = compileChecks(move.checks);
    switch (move.kind) {
      case 'bound':
        return this.boundNode(move, checks);
      case 'again':
        return new OnceCursor(() => checks === undefined || checks(registers.ids));
      case 'scan':
      case 'list': {
        const label = move.label === undefined ? undefined : run.storage.labels.id(move.label);
        const all = (): Uint32Array => (move.label !== undefined && label === undefined ? new Uint32Array(0) : run.topology.nodeIds(label));
        return new ListCursor(registers, lists.get(move) ?? all(), this.arrival(move.node, false, checks), run.work);
      }
      case 'boundEdge':
        return this.boundEdge(move, checks);
      case 'expand': {
        const edge = run.program.match.pattern.edges[move.edge]!;
        const parts = partsOf(run.topology, run.typesOf(edge), move.way);
        return new ExpandCursor(
          registers,
          parts,
          move.start,
          this.arrival(move.end, false, checks),
          this.place(move.edge, move.start, known),
          run.work,
        );
      }
      case 'close':
        return this.close(move, checks, known);
      case 'walk': {
        const edge = run.program.match.pattern.edges[move.edge]!;
        const later = run.program.match.pattern.edges.some((_, i) => run.program.distinctFrom[i]?.includes(move.edge));
        return new BodyCursor({
          run,
          registers,
          edge: { ...edge, body: edge.body! },
          start: move.start,
          arrival: this.arrival(move.end, move.closed, checks),
          place: this.place(move.edge, move.start, known),
          forward: move.forward,
          keepTrail: run.program.visible[move.edge]! || later,
        });
      }
      case 'trails':
        return new TrailsCursor(this.variableLength(move, checks, known));
      case 'reach':
        return new ReachCursor(this.variableLength(move, checks, known), run.topology);
      case 'shortest': {
        const all = run.program.match.pattern.edges[move.edge]!.selector === 'allShortest';
        return new ShortestCursor(this.variableLength(move, checks, known), run.topology, all);
      }
    }
  }

  private arrival(node: number, known: boolean, checks: Arrival['checks']): Arrival {
    return { slot: node, known, test: known ? undefined : this.run.nodeTest(node), checks };
  }

  private place(index: number, start: number, known: ReadonlySet<number>): EdgePlace {
    const { nodes, edges } = this.run.slots;
    const pattern = this.run.program.match.pattern.edges;
    const others = (this.run.program.distinctFrom[index] ?? []).filter((e) => known.has(e));
    return {
      edge: index,
      slot: nodes + index,
      metaSlot: nodes + edges + index,
      flip: start === pattern[index]!.from ? 0 : 1,
      distinctSlots: others.filter((e) => !pattern[e]!.quantifier).map((e) => nodes + e),
      distinctTrails: others.filter((e) => pattern[e]!.quantifier),
    };
  }

  private boundNode(move: MoveOf<'bound'>, checks: Arrival['checks']): Cursor {
    const { run, registers } = this;
    const variable = run.program.match.pattern.nodes[move.node]!;
    const position = run.inputPosition(variable.column.id);
    const test = run.nodeTest(move.node);
    return new OnceCursor(() => {
      const value: Value = run.rows[registers.row]![position];
      if (value === null || value === undefined) return false;
      if (!(value instanceof NodeValue)) throw notAnElement('a node', value, variable.span);
      refuseOtherGraph(value, run.storage.graph, variable);
      if (value.deleted || !run.topology.hasNode(value.id)) return false;
      registers.ids[move.node] = value.id;
      return (test === undefined || test(value.id)) && (checks === undefined || checks(registers.ids));
    });
  }

  /** Both orientations of a pattern without direction; a self-loop has one. */
  private boundEdge(move: MoveOf<'boundEdge'>, checks: Arrival['checks']): Cursor {
    const { run, registers } = this;
    const pattern = run.program.match.pattern;
    const edge = pattern.edges[move.edge]!;
    const position = run.inputPosition(edge.column.id);
    const { nodes, edges } = run.slots;
    const known = new Set(pattern.edges.slice(0, move.edge).flatMap((e) => (e.bound ? [e.from, e.to] : [])));
    pattern.nodes.forEach((n, i) => n.bound && known.add(i));
    const from = this.arrival(edge.from, known.has(edge.from), undefined);
    const to = this.arrival(edge.to, known.has(edge.to) || edge.from === edge.to, checks);
    const before = new Set(pattern.edges.flatMap((e, i) => (e.bound && i < move.edge ? [i] : [])));
    const place = this.place(move.edge, edge.from, before);
    const find = (): readonly (readonly [EdgeValue, number])[] => {
      const value: Value = run.rows[registers.row]![position];
      if (value === null || value === undefined) return [];
      if (!(value instanceof EdgeValue)) throw notAnElement('an edge', value, edge.span);
      refuseOtherGraph(value, run.storage.graph, edge);
      if (value.deleted || !typeFits(edge, value.type)) return [];
      return edge.direction === 'any' && value.from !== value.to
        ? [
            [value, 0],
            [value, 1],
          ]
        : [[value, 0]];
    };
    return new ChoiceCursor(find, ([value, flipped]) => {
      if (!isDistinct(registers, place, value.id)) return false;
      registers.ids[nodes + move.edge] = value.id;
      registers.ids[nodes + edges + move.edge] = (run.storage.types.id(value.type) ?? 0) * 2 + flipped;
      const [start, end] = flipped === 0 ? [value.from, value.to] : [value.to, value.from];
      return arrive(registers.ids, from, start) && arrive(registers.ids, to, end);
    });
  }

  private close(move: MoveOf<'close'>, checks: Arrival['checks'], known: ReadonlySet<number>): Cursor {
    const { run, registers } = this;
    const edge = run.program.match.pattern.edges[move.edge]!;
    // Marks pay where the start changes least, so it is the end that was bound first.
    const swap = this.order.get(move.end)! < this.order.get(move.start)!;
    const [start, end] = swap ? [move.end, move.start] : [move.start, move.end];
    const way: Way = !swap || move.way === 'both' ? move.way : move.way === 'out' ? 'in' : 'out';
    const parts = withOpposite(run.topology, partsOf(run.topology, run.typesOf(edge), way));
    const place = this.place(move.edge, start, known);
    return new CloseCursor(registers, run.topology, parts, start, end, this.arrival(end, true, checks), place, run.work);
  }

  private variableLength(
    move: MoveOf<'trails' | 'reach' | 'shortest'>,
    checks: Arrival['checks'],
    known: ReadonlySet<number>,
  ): VariableLength {
    const { run, registers } = this;
    const edge = run.program.match.pattern.edges[move.edge]!;
    const types = run.typesOf(edge);
    const opposite: Way = move.way === 'both' ? 'both' : move.way === 'out' ? 'in' : 'out';
    const filter = elementFilter(run, move.filters, () => run.rows[registers.row]!);
    if (filter && move.filters.some((f) => f.readsInput || f.nodes.size > 0 || f.edges.size > 0)) this.filters.push(filter);
    const later = run.program.match.pattern.edges.some((_, i) => run.program.distinctFrom[i]?.includes(move.edge));
    return {
      registers,
      parts: partsOf(run.topology, types, move.way),
      backParts: partsOf(run.topology, types, opposite),
      start: move.start,
      arrival: this.arrival(move.end, move.closed, checks),
      place: this.place(move.edge, move.start, known),
      min: edge.quantifier?.min ?? 1,
      max: edge.quantifier?.max ?? Number.POSITIVE_INFINITY,
      forward: move.forward,
      filter,
      keepTrail: run.program.visible[move.edge]! || later,
      check: () => run.context.check(),
      work: run.work,
    };
  }
}

/** Null matches nothing; any other value that is not an element is a mistake. */
function notAnElement(wanted: string, value: Value, span: Span | undefined): QueryError {
  return new QueryError('type/not-an-element', `The pattern needs ${wanted} where the bound variable is ${typeName(value)}.`, { span });
}

/** One function for all checks of a move. */
function compileChecks(checks: readonly IdCheck[]): ((ids: Int32Array) => boolean) | undefined {
  if (checks.length === 0) return undefined;
  const tests = checks.map(({ operator, left, right }): ((ids: Int32Array) => boolean) => {
    switch (operator) {
      case '=':
        return (ids) => ids[left] === ids[right];
      case '<>':
        return (ids) => ids[left] !== ids[right];
      case '<':
        return (ids) => ids[left]! < ids[right]!;
      case '<=':
        return (ids) => ids[left]! <= ids[right]!;
      case '>':
        return (ids) => ids[left]! > ids[right]!;
      case '>=':
        return (ids) => ids[left]! >= ids[right]!;
    }
  });
  const [only] = tests;
  return tests.length === 1 ? only : (ids) => tests.every((test) => test(ids));
}
