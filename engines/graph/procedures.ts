// Graph algorithms as procedures.
import type { GraphStorage, ProcedureInfo, RunContext } from '../engine.ts';
import type { CallProcedure } from '../plan/plan.ts';
import type { Row } from '../value.ts';
import type { TopologyView } from './topology.ts';

export interface ProcedureRun {
  readonly topology: TopologyView;
  readonly storage: GraphStorage;
  readonly context: RunContext;
}

export const procedures: readonly ProcedureInfo[] = [];

export async function callProcedure(_node: CallProcedure, argumentRows: readonly Row[], _run: ProcedureRun): Promise<(readonly Row[])[]> {
  return argumentRows.map(() => []);
}
