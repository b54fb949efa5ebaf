// The errors for elements of one graph where those of another are needed. Edges join nodes of one graph, and a pattern is looked
// for in one: a node of another graph would silently match nothing.

import { QueryError, type Span } from '../parser/error.ts';
import type { GraphRef } from './catalog.ts';
import { EdgeValue, NodeValue } from './value.ts';

/** Refuses a variable of a pattern that stands for an element of another graph. */
export function refuseOtherGraph(
  element: NodeValue | EdgeValue,
  graph: number,
  variable: { readonly column: { readonly name: string }; readonly span?: Span | undefined },
): void {
  if (element.graph === graph) return;
  const what = element instanceof EdgeValue ? 'edge' : 'node';
  const { name } = variable.column;
  throw new QueryError('constraint/other-graph', `The ${what} that "${name}" stands for is of another graph than the one in use here.`, {
    span: variable.span,
    hint: 'USE the graph that it is of, or compare properties: (b:Person {name: a.name}).',
  });
}

/** Refuses a new edge whose end is a node of another graph. */
export function refuseOtherEnd(end: NodeValue | number, graph: GraphRef): void {
  if (!(end instanceof NodeValue) || end.graph === graph.id) return;
  throw new QueryError(
    'constraint/other-graph',
    `An edge of the graph "${graph.name}" needs two nodes of it; the node ${end.id} is of another graph.`,
    {
      hint: 'USE in front of the clauses chooses the graph. A node with the same properties can be made in it.',
    },
  );
}
