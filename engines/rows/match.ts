// The reference implementation of MATCH: reads the stored graph into plain Maps and backtracks. It runs where push-down to the
// graph engine is off, and says what the graph engine must answer. Costs the whole graph once per run.

import { defaultGraph } from '../catalog.ts';
import type { Batches, RunContext } from '../engine.ts';
import { patternColumns, seenColumns, typeFits } from '../plan/pattern.ts';
import { outputColumns, type Match } from '../plan/plan.ts';
import { EdgeValue, NodeValue, PathValue, type Row, type Value } from '../value.ts';
import { type Element, loadElements } from './elements.ts';
import { candidateNodes, readGraph, type StoredGraph } from './match-graph.ts';
import { searchMatches } from './match-search.ts';
import { type PreparedMatch, prepareMatch } from './match-steps.ts';

/** The rows of a match, by search. */
export async function* runMatch(plan: Match, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const prepared = prepareMatch(plan);
  const toOutput = outputOf(prepared);
  const nulls: Row = new Array(patternColumns(plan.pattern).length).fill(null);
  const candidates = new Map<number, readonly number[]>();
  let graph: StoredGraph | undefined;
  let out: Row[] = [];
  for await (const batch of input) {
    context.check();
    // Read after the first pull: a write below is done by then.
    if (!graph) {
      graph = await readGraph(plan, context);
      await loadForFilters(prepared, graph, context);
    }
    await loadElements(batch.flat(), context);
    for (const row of batch) {
      let found = false;
      for await (const matches of finished(prepared, searchMatches(prepared, graph, candidates, row, context), context)) {
        for (const match of matches) {
          found = true;
          out.push(toOutput(match));
          if (out.length < context.batchRows) continue;
          yield out;
          out = [];
        }
      }
      if (!found && plan.optional) out.push([...row, ...nulls]);
      if (out.length >= context.batchRows) {
        yield out;
        out = [];
      }
    }
  }
  if (out.length > 0) yield out;
}

/** From a working row to the output row. */
function outputOf({ plan, layout }: PreparedMatch): (match: Row) => Row {
  const places = [...outputColumns(plan.input), ...patternColumns(plan.pattern)].map((c) => layout.get(c.id) as number);
  return (match) => places.map((place) => match[place]);
}

/** Loads what the filters read while searching: all nodes that the variable can be, all edges. */
async function loadForFilters({ plan, readEarly }: PreparedMatch, graph: StoredGraph, context: RunContext): Promise<void> {
  const wanted = new Set<Element>();
  for (const node of plan.pattern.nodes) {
    if (node.bound || !readEarly.has(node.column.id)) continue;
    for (const id of candidateNodes(graph, node)) wanted.add(context.elements.node(id, plan.graph?.id ?? defaultGraph));
  }
  for (const edge of plan.pattern.edges) {
    if (edge.bound || !(readEarly.has(edge.column.id) || (edge.elementColumn && readEarly.has(edge.elementColumn.id)))) continue;
    for (const one of graph.edges) if (typeFits(edge, one.type)) wanted.add(one);
  }
  // The conditions of a body may read any node on the way.
  if (plan.pattern.edges.some((e) => e.body?.blocks.some((b) => b.filters.length > 0))) {
    for (const id of graph.nodes) wanted.add(context.elements.node(id, plan.graph?.id ?? defaultGraph));
    for (const one of graph.edges) wanted.add(one);
  }
  await loadElements([...wanted], context);
}

/** The matches that pass the final conditions, in chunks, with what later steps want loaded. */
async function* finished(prepared: PreparedMatch, matches: Iterable<Row>, context: RunContext): AsyncGenerator<Row[]> {
  const places = placesToLoad(prepared);
  let chunk: Row[] = [];
  const finish = async (rows: Row[]): Promise<Row[]> => {
    context.check();
    const values: Value[] = [];
    for (const row of rows) for (const place of places) collectElements(row[place], values);
    await loadElements(values, context);
    return rows.filter((row) => prepared.final.every((holds) => holds(row, context)));
  };
  for (const match of matches) {
    chunk.push(match);
    if (chunk.length < context.batchRows) continue;
    yield await finish(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield await finish(chunk);
}

/** Everything if there are final conditions, else what is put out and wanted whole. */
function placesToLoad({ plan, layout, final }: PreparedMatch): number[] {
  const { nodes, edges, paths } = plan.pattern;
  const all = final.length > 0;
  const columns = [...nodes, ...edges].filter((e) => all || (e.needs === 'element' && (e.out || e.bound))).map((e) => e.column);
  for (const { body } of edges) if (body) columns.push(...seenColumns(body));
  for (const path of paths) if (all || path.out) columns.push(path.column);
  return columns.map((c) => layout.get(c.id) as number);
}

function collectElements(value: Value, into: Value[]): void {
  if (value instanceof NodeValue || value instanceof EdgeValue) into.push(value);
  else if (value instanceof PathValue) {
    for (const node of value.nodes) into.push(node);
    for (const edge of value.edges) into.push(edge);
  } else if (Array.isArray(value)) for (const item of value) into.push(item);
}
