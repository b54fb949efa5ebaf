// CREATE: per input row, new nodes and edges. The whole input is read first; then the graph engine gets the elements of many
// rows in one call, in which an edge names a new node by its place in the call.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Batches, Evaluator, NewEdge, NewNode, RunContext } from '../engine.ts';
import { inPlace, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import type { CreateElements } from '../plan/writes.ts';
import { type EdgeValue, NodeValue, PathValue, type Row } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { propertiesOf } from './elements.ts';
import { columnReader, layoutOf, prepare } from './prepare.ts';

/** Where a row's elements are in the call: a bound node, or an index among the new ones. */
export interface RowElements {
  readonly row: Row;
  readonly nodes: readonly (NodeValue | number)[];
  readonly firstEdge: number;
}

/** The input's rows with the new elements behind them. */
export async function* runCreateElements(plan: CreateElements, input: Batches, context: RunContext): AsyncGenerator<Row[]> {
  const creator = prepareCreate(plan);
  const span = spanOver([...plan.nodes.filter((n) => !n.bound), ...plan.edges].map((element) => element.span));
  const out: Row[] = [];
  for (const batch of chunks(await drain(input, context), { batchRows: writeBatchRows })) {
    context.check();
    const nodes: NewNode[] = [];
    const edges: NewEdge[] = [];
    const places = batch.map((row) => creator(row, nodes, edges, context));
    const made = await inPlace(span, context.graph.createElements(nodes, edges, context, plan.graph));
    for (const place of places) {
      const rowNodes = place.nodes.map((n) => (typeof n === 'number' ? (made.nodes[n] as NodeValue) : n));
      out.push(outputRow(plan, place.row, rowNodes, made.edges.slice(place.firstEdge, place.firstEdge + plan.edges.length)));
    }
  }
  yield* chunks(out, context);
}

/** The part of a plan that says what a row's new elements are. */
export type Creation = Pick<CreateElements, 'input' | 'nodes' | 'edges' | 'paths'>;

/** Makes what adds a row's new elements to those of one call. */
export function prepareCreate(plan: Creation) {
  const layout = layoutOf(plan.input);
  const evaluators = (items: readonly { readonly properties?: CreateElements['nodes'][number]['properties'] }[]) =>
    items.map((item): Evaluator | undefined => item.properties && prepare(item.properties, layout));
  const nodeProperties = evaluators(plan.nodes);
  const edgeProperties = evaluators(plan.edges);
  const boundNodes = plan.nodes.map((n) => (n.bound ? columnReader(n.column.id, layout) : undefined));
  return (row: Row, nodes: NewNode[], edges: NewEdge[], context: RunContext): RowElements => {
    const rowNodes = plan.nodes.map((node, i) => {
      const bound = boundNodes[i];
      if (bound) return boundNode(bound(row, context), node);
      const properties = propertiesOf(nodeProperties[i]?.(row, context), node.properties?.span);
      return nodes.push({ labels: node.labels, properties }) - 1;
    });
    const firstEdge = edges.length;
    for (const [i, edge] of plan.edges.entries()) {
      const properties = propertiesOf(edgeProperties[i]?.(row, context), edge.properties?.span);
      edges.push({
        type: edge.type,
        from: rowNodes[edge.from] as NodeValue | number,
        to: rowNodes[edge.to] as NodeValue | number,
        properties,
      });
    }
    return { row, nodes: rowNodes, firstEdge };
  };
}

function boundNode(value: Row[number], { column: { name }, span }: CreateElements['nodes'][number]): NodeValue {
  if (!(value instanceof NodeValue))
    throw new QueryError('type/not-an-element', `An edge needs a node at each end, and "${name}" is ${typeName(value)}.`, { span });
  if (value.deleted)
    throw new QueryError('constraint/deleted', `The node ${value.id} ("${name}") was deleted by this statement.`, { span });
  return value;
}

/** The row with the new elements behind it. */
export function outputRow(plan: Creation, row: Row, nodes: readonly NodeValue[], edges: readonly EdgeValue[]): Row {
  const out = [...row];
  for (const [i, node] of plan.nodes.entries()) if (node.out && !node.bound) out.push(nodes[i]);
  for (const [i, edge] of plan.edges.entries()) if (edge.out) out.push(edges[i]);
  for (const path of plan.paths) {
    if (!path.out) continue;
    out.push(
      new PathValue(
        path.nodes.map((n) => nodes[n] as NodeValue),
        path.edges.map((e) => edges[e] as EdgeValue),
      ),
    );
  }
  return out;
}
