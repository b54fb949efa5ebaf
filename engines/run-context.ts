// Makes the context that one statement's operators share.

import type { Catalog } from './catalog.ts';
import { cut } from './cut.ts';
import type { Engine, Notice, RunContext, RunStats, Work } from './engine.ts';
import type { Plan } from './plan/plan.ts';
import type { Progress } from './session.ts';
import type { Value } from './value.ts';

export const batchRowsDefault = 1024;

/** The check of a statement that nothing stops. */
export const noCheck = (): void => {};

export function emptyStats(): RunStats {
  return {
    rowsRead: 0,
    rowsInserted: 0,
    rowsUpdated: 0,
    rowsDeleted: 0,
    nodesCreated: 0,
    nodesDeleted: 0,
    edgesCreated: 0,
    edgesDeleted: 0,
    labelsAdded: 0,
    labelsRemoved: 0,
    propertiesSet: 0,
    propertiesRemoved: 0,
  };
}

/** The counters of a statement, of which most are zero. */
export const counterNames = Object.keys(emptyStats()) as readonly (keyof RunStats)[];

/** What goes through rows by itself says so to whoever follows the statement. */
export function tellReached(progress: Progress): (rows: number, of: number) => void {
  const stats = emptyStats();
  let total: number | undefined;
  return (rows, of) => {
    stats.rowsRead = rows;
    if (of !== total) progress.begin(of, { stats, inStats: true });
    total = of;
  };
}

export interface ContextInput {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly batchRows: number;
  readonly rawJson?: boolean;
  readonly check: () => void;
  /** When the open transaction began; absent outside of one. */
  readonly transactionStart?: Date | undefined;
  readonly stats: RunStats;
  readonly work?: Work | undefined;
  readonly walked?: RunContext['walked'];
  readonly reached?: RunContext['reached'];
  readonly notices: Notice[];
  readonly profile?: Map<Plan, { rows: number; timeMs: number; calls: number }>;
}

export function makeContext(input: ContextInput): RunContext {
  const { compileSql, graph } = input.engine;
  const cutAnew = new Map<Plan, Plan>();
  return {
    byRows(plan) {
      const known = cutAnew.get(plan) ?? cut(plan.was, { compileSql, graph, catalog: input.catalog, pushdown: false, interruptible: true });
      cutAnew.set(plan, known);
      return known;
    },
    catalog: input.catalog,
    rows: input.engine.rows,
    graph: input.engine.graph,
    procedures: input.engine.procedures,
    graphStorage: (graph) => input.engine.graphStorage(graph),
    elements: input.engine.graph.elements(input.work),
    parameters: input.parameters,
    outer: new Map(),
    keys: new Map(),
    working: new Map(),
    batchRows: input.batchRows,
    now: new Date(),
    transactionStart: input.transactionStart,
    rawJson: input.rawJson,
    check: input.check,
    stats: input.stats,
    work: input.work,
    walked: input.walked,
    reached: input.reached,
    notices: input.notices,
    profile: input.profile,
  };
}
