// Runs a traversal program: input rows become frames, the stages extend them, and finished matches become rows. Each input
// batch goes through all stages before the next one is asked for, so frames refer to one batch.

import type { Batches, CompileExpression, RunContext } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import { patternColumns, seenColumns } from '../plan/pattern.ts';
import type { Traverse } from '../plan/plan.ts';
import type { EdgeValue, NodeValue, Row, Value } from '../value.ts';
import { filterStage, prepareFilters } from './filter-stage.ts';
import { findConstant, lookupStage } from './lookup.ts';
import type { Move, Program } from './program.ts';
import { elementsIn, Run, ValueReader } from './run.ts';
import { Frame, Registers } from './state.ts';
import type { TopologyView } from './topology.ts';
import { type Leaf, WalkRunner } from './walk.ts';
import { compileCount, exact } from './weigh.ts';

type Pipe = (input: AsyncIterable<Frame>) => AsyncIterable<Frame>;

/** The rows of a `traverse` node. `catchUp` is called before the topology is first read, after the first rows of the input. */
export async function* traverseRows(
  node: Traverse,
  input: Batches,
  topology: TopologyView,
  storage: GraphStorage,
  compileExpression: CompileExpression,
  context: RunContext,
  catchUp: () => Promise<void>,
): AsyncGenerator<Row[]> {
  const program = node.program as Program;
  let prepared: Prepared | undefined;
  for await (const rows of input) {
    if (rows.length === 0) continue;
    context.check();
    if (!prepared) {
      await catchUp();
      const run = new Run(node, topology, storage, compileExpression, context);
      prepared = await prepare(run);
    }
    prepared.run.rows = rows;
    yield* program.countOnly ? countRows(prepared, rows) : matchRows(prepared, rows);
  }
}

interface Prepared {
  readonly run: Run;
  readonly pipes: readonly Pipe[];
  /** Counts per input row of the batch. */
  readonly counts: { perRow: Float64Array };
  /** Adds a finished match to the counts. */
  readonly add: Leaf;
}

async function prepare(run: Run): Promise<Prepared> {
  const { program } = run;
  const lists = new Map<Move, Uint32Array>();
  for (const stage of program.stages) {
    if (stage.kind !== 'walk') continue;
    for (const move of stage.moves) {
      if (move.kind !== 'list') continue;
      const found = await findConstant(run, move.node, move.access);
      if (found) lists.set(move, found);
    }
  }
  const counts = { perRow: new Float64Array(0) };
  const count = compileCount(run);
  const add: Leaf = (registers) => {
    counts.perRow[registers.row] = exact(counts.perRow[registers.row]! + count(registers));
  };
  const known = new Set<number>();
  const pipes = program.stages.map((stage, index): Pipe => {
    switch (stage.kind) {
      case 'walk': {
        const isLast = program.countOnly && index === program.stages.length - 1;
        const runner = new WalkRunner(run, stage, new Set(known), lists, isLast ? add : undefined);
        for (const move of stage.moves) if ('edge' in move) known.add(move.edge);
        return (input) => runner.stream(input);
      }
      case 'lookup':
        return (input) => lookupStage(run, stage, input);
      case 'filter': {
        const filters = prepareFilters(run, stage.conditions);
        return (input) => filterStage(filters, input);
      }
    }
  });
  return { run, pipes, counts, add };
}

async function* inputFrames(run: Run, rows: readonly Row[]): AsyncGenerator<Frame> {
  const frame = new Frame(run.slots, rows.length);
  for (let i = 0; i < rows.length; i++) frame.rows[i] = i;
  frame.size = rows.length;
  yield frame;
}

function stream(prepared: Prepared, rows: readonly Row[]): AsyncIterable<Frame> {
  let frames: AsyncIterable<Frame> = inputFrames(prepared.run, rows);
  for (const pipe of prepared.pipes) frames = pipe(frames);
  return frames;
}

/** Each input row that matches, with the number of its matches behind it. An optional match of nothing counts once. */
async function* countRows(prepared: Prepared, rows: readonly Row[]): AsyncGenerator<Row[]> {
  const { counts, run } = prepared;
  counts.perRow = new Float64Array(rows.length);
  const registers = new Registers(run.slots);
  for await (const frame of stream(prepared, rows)) {
    for (let at = 0; at < frame.size; at++) {
      frame.load(at, registers);
      prepared.add(registers);
    }
  }
  const out: Row[] = [];
  rows.forEach((row, i) => {
    let count = counts.perRow[i]!;
    if (count === 0 && run.program.match.optional) count = 1;
    if (count > 0) out.push([...row, BigInt(count)]);
  });
  if (out.length > 0) yield out;
}

/** The matches as rows, in the order of the input rows. */
async function* matchRows(prepared: Prepared, rows: readonly Row[]): AsyncGenerator<Row[]> {
  const { run } = prepared;
  const { optional, pattern } = run.program.match;
  const { nodes, edges, paths } = pattern;
  const reader = new ValueReader(run, true);
  const outNodes = nodes.flatMap((n, i) => (n.out && !n.bound ? [i] : []));
  const outEdges = edges.flatMap((e, i) => (e.out && !e.bound ? [i] : []));
  const bodies = edges.flatMap((e, i) => (e.body && seenColumns(e.body).length > 0 ? [i] : []));
  const outPaths = paths.flatMap((p, i) => (p.out ? [i] : []));
  const nulls: Value[] = new Array<null>(patternColumns(pattern).length).fill(null);
  const size = Math.max(1, run.context.batchRows);
  let out: Row[] = [];
  let nextRow = 0;
  const skipTo = (row: number): void => {
    if (optional) for (let i = nextRow; i < row; i++) out.push([...rows[i]!, ...nulls]);
    nextRow = row + 1;
  };
  for await (const frame of stream(prepared, rows)) {
    for (let from = 0; from < frame.size; from += size) {
      const to = Math.min(frame.size, from + size);
      run.context.check();
      const wanted = new Set<NodeValue | EdgeValue>();
      const want = (value: Value): void => {
        for (const element of elementsIn(value)) if (element.properties === undefined) wanted.add(element);
      };
      for (let at = from; at < to; at++) {
        const index = frame.rows[at]!;
        if (index >= nextRow) skipTo(index);
        const row: Row = [...rows[index]!];
        for (const i of outNodes) {
          const value = reader.nodeAt(frame, at, i);
          if (value.properties === undefined && nodes[i]!.needs === 'element') wanted.add(value);
          row.push(value);
        }
        for (const i of outEdges) {
          const value = reader.edgeAt(frame, at, i);
          if (edges[i]!.needs === 'element') want(value);
          row.push(value);
        }
        for (const i of bodies) {
          const { body } = edges[i]!;
          for (const value of body ? reader.seenAt(frame, at, i, body) : []) {
            want(value);
            row.push(value);
          }
        }
        for (const i of outPaths) {
          const value = reader.pathAt(frame, at, i);
          want(value);
          row.push(value);
        }
        out.push(row);
      }
      if (wanted.size > 0) await run.load(wanted);
      run.context.stats.rowsRead += to - from;
      if (out.length >= size) {
        yield out;
        out = [];
      }
    }
  }
  skipTo(rows.length);
  if (out.length > 0) yield out;
}
