// All graphs of a file as one GraphEngine: an engine with a topology of its own for each graph that a statement has used, and
// every call goes to the one whose graph the plan node or the element names.

import { type Catalog, defaultGraph, type GraphRef } from '../catalog.ts';
import type { CompileExpression, GraphEngine, RunContext } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import { byGraph, StatementElements } from './elements.ts';
import { createGraphEngine, type TopologyGraphEngine } from './graph-engine.ts';
import { procedures } from './procedures.ts';

export interface GraphsOptions {
  storage(graph: number): GraphStorage;
  catalog(): Catalog;
  readonly compileExpression: CompileExpression;
}

/** One per connection. */
export class Graphs implements GraphEngine {
  private readonly options: GraphsOptions;
  private readonly engines = new Map<number, TopologyGraphEngine>();

  constructor(options: GraphsOptions) {
    this.options = options;
  }

  /** The engine of a graph that the catalogue knows. */
  of(graph: number): TopologyGraphEngine {
    const known = this.engines.get(graph);
    if (known) return known;
    const { storage, catalog, compileExpression } = this.options;
    const engine = createGraphEngine({
      storage: storage(graph),
      storageOf: storage,
      catalog: () => catalog().using(graph),
      compileExpression,
    });
    this.engines.set(graph, engine);
    return engine;
  }

  /** Gives up the topologies of graphs that are gone; says which those were. */
  forget({ graphs }: Pick<Catalog, 'graphs'>): readonly number[] {
    const gone = [...this.engines.keys()].filter((id) => !graphs.some((graph) => graph.id === id));
    for (const id of gone) this.engines.delete(id);
    return gone;
  }

  compile: GraphEngine['compile'] = (match, how) => this.of(numberOf(match.graph)).compile(match, how);

  traverse: GraphEngine['traverse'] = (node, input, context) => this.of(numberOf(node.was.graph)).traverse(node, input, context);

  elements: GraphEngine['elements'] = (work) => new StatementElements((graph) => this.options.storage(graph), work);

  restoreElements: GraphEngine['restoreElements'] = (elements, check) => this.of(elements.graph).restoreElements(elements, check);
  createElements: GraphEngine['createElements'] = (items, edges, context, graph = this.options.catalog().using(defaultGraph).graph) =>
    this.of(graph.id).createElements(items, edges, context, graph);

  saveElements: GraphEngine['saveElements'] = async (changed, context) => {
    for (const [graph, elements] of byGraph(changed)) await this.of(graph).saveElements(elements, context);
  };

  deleteElements: GraphEngine['deleteElements'] = async (elements, detach, context) => {
    for (const [graph, some] of byGraph(elements)) await this.of(graph).deleteElements(some, detach, context);
  };

  callProcedure: GraphEngine['callProcedure'] = (node, rows, context: RunContext) =>
    this.of(numberOf(node.graph)).callProcedure(node, rows, context);

  procedures: GraphEngine['procedures'] = () => procedures;

  rolledBack(): void {
    for (const engine of this.engines.values()) engine.rolledBack();
  }

  /** Call after COMMIT, and after ROLLBACK behind `rolledBack`. */
  transactionEnded(): void {
    for (const engine of this.engines.values()) engine.transactionEnded();
  }
}

function numberOf(graph: GraphRef | undefined): number {
  return graph?.id ?? defaultGraph;
}
