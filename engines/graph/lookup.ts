// Finding nodes by value: constant accesses once per run, others for a whole batch of matches with one query to storage.

import { groupKey, type GroupKey } from '../compare.ts';
import type { PropertyTest } from '../storage.ts';
import { columnsOf } from '../plan/expression.ts';
import type { Row, Value } from '../value.ts';
import { filterStage, prepareFilters } from './filter-stage.ts';
import type { Access, AccessValue, Lookup } from './program.ts';
import { groupByValue, nodesByValue } from './property-hash.ts';
import { elementsIn, type Run, ValueReader } from './run.ts';
import { Frame, Registers } from './state.ts';

type IndexAccess = Access & { readonly kind: 'index' };

/** Nodes for an access that reads neither the row nor another variable. Undefined: no restriction (keys were not pushed). */
export async function findConstant(run: Run, node: number, access: Access): Promise<Uint32Array | undefined> {
  const { value } = access;
  const evaluate = (expr: Parameters<Run['compileInput']>[0]): Value => run.compileInput(expr)(run.emptyRow, run.context);
  if (value.kind === 'range') {
    if (access.kind !== 'index') return undefined;
    const bound = (b: typeof value.low): { value: Value; inclusive: boolean } | undefined =>
      b && { value: evaluate(b.value), inclusive: b.inclusive };
    const low = bound(value.low);
    const high = bound(value.high);
    if ((low && isNull(low.value)) || (high && isNull(high.value))) return new Uint32Array(0);
    return find(run, node, access, { kind: 'range', ...(low && { low }), ...(high && { high }) });
  }
  if (value.kind === 'prefix') {
    if (access.kind !== 'index') return undefined;
    const text = evaluate(value.value);
    return typeof text === 'string' ? find(run, node, access, { kind: 'prefix', text }) : new Uint32Array(0);
  }
  const values = valuesOf(run, value, evaluate);
  if (values === undefined) return undefined;
  if (access.kind === 'hash') return hashed(run, access, values);
  return access.kind === 'ids' ? existing(run, values) : find(run, node, access, { kind: 'equal', values: distinct(values) });
}

function valuesOf(
  run: Run,
  value: AccessValue,
  evaluate: (expr: Parameters<Run['compileInput']>[0]) => Value,
): readonly Value[] | undefined {
  switch (value.kind) {
    case 'equal':
      return [evaluate(value.value)];
    case 'in': {
      const list = evaluate(value.list);
      return Array.isArray(list) ? list : isNull(list) ? [] : [list];
    }
    case 'keys':
      return run.context.keys.get(value.slot);
    case 'range':
    case 'prefix':
      return [];
  }
}

function isNull(value: Value): boolean {
  return value === null || value === undefined;
}

function distinct(values: readonly Value[]): Value[] {
  const byKey = new Map<GroupKey, Value>();
  for (const value of values) if (!isNull(value)) byKey.set(groupKey(value), value);
  return [...byKey.values()];
}

async function hashed(run: Run, access: Access & { kind: 'hash' }, values: readonly Value[]): Promise<Uint32Array> {
  const nodes = await nodesByValue(run, access.label, access.path);
  return Uint32Array.from(distinct(values).flatMap((value) => nodes.get(groupKey(value)) ?? [])).sort();
}

/** The nodes that have these ids. */
function existing(run: Run, values: readonly Value[]): Uint32Array {
  const ids = new Set<number>();
  for (const value of values) {
    const id = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : -1;
    if (Number.isInteger(id) && id >= 0 && id < run.topology.nodeLimit && run.topology.hasNode(id)) ids.add(id);
  }
  return Uint32Array.from(ids).sort();
}

async function find(run: Run, node: number, access: IndexAccess, test: PropertyTest): Promise<Uint32Array> {
  if (test.kind === 'equal' && test.values.length === 0) return new Uint32Array(0);
  const label = run.storage.labels.id(access.label);
  if (label === undefined) return new Uint32Array(0);
  const found = await run.storage.findNodes(label, access.path, test);
  return found ?? scanFor(run, node, label, access);
}

/** Without the index after all: every node of the label is asked. */
async function scanFor(run: Run, node: number, label: number, access: IndexAccess): Promise<Uint32Array> {
  const ids = run.topology.nodeIds(label);
  const kept: number[] = [];
  run.work.entries += ids.length;
  async function* frames(): AsyncGenerator<Frame> {
    for (let at = 0; at < ids.length; at += 1024) {
      const frame = new Frame(run.slots, 1024);
      for (const id of ids.subarray(at, at + 1024)) frame.columns[node]![frame.size++] = id;
      yield frame;
    }
  }
  for await (const frame of filterStage(prepareFilters(run, access.conditions), frames())) {
    for (let at = 0; at < frame.size; at++) kept.push(frame.columns[node]![at]!);
  }
  return Uint32Array.from(kept);
}

/** For each match of the input, the same match with each node found for it. */
export async function* lookupStage(run: Run, stage: Lookup, input: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  const { node, access } = stage;
  const test = run.nodeTest(node);
  const registers = new Registers(run.slots);
  for await (const frame of input) {
    run.context.check();
    run.forgetOld();
    const values = await rowValues(run, access, frame);
    const nodesOf = await candidates(run, stage, values.flat());
    let out = new Frame(run.slots, 1024);
    for (let at = 0; at < frame.size; at++) {
      const seen = new Set<number>();
      for (const value of values[at]!) {
        for (const id of nodesOf(value)) {
          run.work.entries++;
          if (seen.has(id) || (test && !test(id))) continue;
          seen.add(id);
          frame.load(at, registers);
          registers.ids[node] = id;
          out.push(registers);
          if (out.size < out.capacity) continue;
          yield out;
          out = new Frame(run.slots, 1024);
        }
      }
    }
    if (out.size > 0) yield out;
  }
}

/** Per entry of the frame, the values to look for. */
async function rowValues(run: Run, access: Access, frame: Frame): Promise<Value[][]> {
  const expr = access.value.kind === 'equal' ? access.value.value : access.value.kind === 'in' ? access.value.list : undefined;
  if (!expr) return Array.from({ length: frame.size }, () => []);
  const { nodes } = run.program.match.pattern;
  const reads = columnsOf(expr);
  const columns = nodes.flatMap((n) => (!n.bound && reads.has(n.column.id) ? [n.column.id] : []));
  const evaluate = run.compileOver(expr, columns);
  const reader = new ValueReader(run, false);
  const own: Value[][] = [];
  for (let at = 0; at < frame.size; at++) own.push(columns.map((c) => reader.valueAt(frame, at, c)));
  const rows = new Set<Row>();
  for (let at = 0; at < frame.size; at++) rows.add(run.rows[frame.rows[at]!]!);
  await run.load([...run.inputElements(reads, rows), ...own.flatMap((values) => values.flatMap((v) => [...elementsIn(v)]))]);
  return own.map((values, at) => {
    const value = evaluate([...run.rows[frame.rows[at]!]!, ...values], run.context);
    if (isNull(value)) return [];
    return access.value.kind === 'in' ? (Array.isArray(value) ? [...value] : [value]) : [value];
  });
}

/** One look-up for all values; then the nodes of each. The condition itself is checked again behind the stage. */
async function candidates(run: Run, stage: Lookup, values: readonly Value[]): Promise<(value: Value) => readonly number[]> {
  const { access } = stage;
  if (access.kind === 'ids') return (value) => [...existing(run, [value])];
  if (access.kind === 'hash') {
    const nodes = await nodesByValue(run, access.label, access.path);
    return (value) => nodes.get(groupKey(value)) ?? [];
  }
  const wanted = distinct(values);
  const label = run.storage.labels.id(access.label);
  if (wanted.length === 0 || label === undefined) return () => [];
  const found = (await run.storage.findNodes(label, access.path, { kind: 'equal', values: wanted })) ?? run.topology.nodeIds(label);
  if (wanted.length === 1) {
    const ids = [...found];
    return () => ids;
  }
  const byKey = await groupByValue(run, found, access.path);
  return (value) => byKey.get(groupKey(value)) ?? [];
}
