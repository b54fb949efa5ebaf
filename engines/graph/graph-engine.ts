// The graph engine's front door (GraphEngine in engines/engine.ts): compiles matches, runs them over the topology, writes
// elements, and answers CALL. One per open database and thread; the session tells it when transactions end.

import type { Catalog, GraphRef } from '../catalog.ts';
import type {
  Batches,
  CompileExpression,
  ElementCache,
  GraphEngine,
  NewEdge,
  NewNode,
  ProcedureInfo,
  RunContext,
  TraversalProgram,
} from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import type { CallProcedure, Match, Traverse } from '../plan/plan.ts';
import type { EdgeValue, NodeValue, Row } from '../value.ts';
import type { SharedBase } from './base.ts';
import { compileMatch } from './compile.ts';
import { StatementElements } from './elements.ts';
import { callProcedure, procedures } from './procedures.ts';
import { TopologyView } from './topology.ts';
import { traverseRows } from './traverse.ts';
import { restoreElements } from './restore.ts';
import { createElements, deleteElements, saveElements, type Writer } from './write.ts';

export interface GraphEngineOptions {
  readonly storage: GraphStorage;
  /** Of elements of any graph: an input row may hold those of others. Default: there is one. */
  readonly storageOf?: (graph: number) => GraphStorage;
  readonly catalog: () => Catalog;
  readonly compileExpression: CompileExpression;
}

/** What the session and the server use besides the operators' interface. */
export interface TopologyGraphEngine extends GraphEngine {
  /** Brings the topology to the storage's snapshot. Traversals do it themselves; calling it early only moves the cost. */
  catchUp(): Promise<void>;
  /** Call when something other than this engine writes nodes or edges in the open transaction. */
  startedWriting(): void;
  /** Call after COMMIT, and after ROLLBACK behind `rolledBack`. */
  transactionEnded(): void;
  /** The newest base without uncommitted changes: shared arrays and numbers, ready to be posted to another thread. */
  exportBase(): SharedBase | undefined;
  /** Takes another thread's base at the next catchUp if it is newer and not newer than the snapshot. */
  adoptBase(shared: SharedBase): void;
}

/** The graph engine over one connection's storage. */
export function createGraphEngine(options: GraphEngineOptions): TopologyGraphEngine {
  const { storage, compileExpression, storageOf = () => storage } = options;
  const topology = new TopologyView();
  const writer: Writer = { storage, topology };
  // A statement sees one snapshot and its own writes, so one look at the change number does for all its traversals until it writes.
  let statement: WeakRef<ElementCache> | undefined;
  const changed = <T>(result: T): T => {
    statement = undefined;
    return result;
  };
  const catchUpOnce = async (context: RunContext): Promise<void> => {
    if (statement?.deref() === context.elements) return;
    await topology.catchUp(storage);
    statement = new WeakRef(context.elements);
  };
  return {
    compile: (match: Match, { countOnly }: { readonly countOnly: boolean }): TraversalProgram =>
      compileMatch(match, countOnly, options.catalog(), (label, path) => storage.indexOn(label, path)),
    traverse: (node: Traverse, input: Batches, context: RunContext): Batches =>
      traverseRows(node, input, topology, storage, compileExpression, context, () => catchUpOnce(context)),
    elements: (work): ElementCache => new StatementElements(storageOf, work),
    createElements: (
      items: readonly NewNode[],
      edges: readonly NewEdge[],
      context: RunContext,
      graph: GraphRef = options.catalog().graph,
    ) => createElements(writer, items, edges, context, graph).finally(() => changed(undefined)),
    restoreElements: (elements, check) => restoreElements(writer, elements, check).finally(() => changed(undefined)),
    saveElements: (elements: readonly (NodeValue | EdgeValue)[], context: RunContext) =>
      saveElements(writer, elements, context).finally(() => changed(undefined)),
    deleteElements: (elements: readonly (NodeValue | EdgeValue)[], detach: boolean, context: RunContext) =>
      deleteElements(writer, elements, detach, context).finally(() => changed(undefined)),
    callProcedure: async (node: CallProcedure, argumentRows: readonly Row[], context: RunContext) => {
      await catchUpOnce(context);
      return callProcedure(node, argumentRows, { topology, storage, context });
    },
    procedures: (): readonly ProcedureInfo[] => procedures,
    rolledBack: () => changed(topology.rolledBack()),
    catchUp: () => topology.catchUp(storage),
    startedWriting: () => changed(topology.startedWriting()),
    transactionEnded: () => changed(topology.transactionEnded()),
    exportBase: () => topology.exportBase(),
    adoptBase: (shared) => topology.adoptBase(shared),
  };
}
