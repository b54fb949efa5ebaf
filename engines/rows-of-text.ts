// Runs a query of our own, written as text, for statements that look at the data themselves: ADVISE and EXPLAIN MODELS.

import type * as Ast from '../parser/ast.ts';
import { parse } from '../parser/parse.ts';
import type { Engine } from './engine.ts';
import { type PreparedPlan, prepareStatement } from './prepare-statement.ts';
import { batchRowsDefault, emptyStats, makeContext } from './run-context.ts';
import { runPlan } from './rows/run.ts';
import type { Row } from './value.ts';

export interface RowsOfText {
  /** Default: with the engine's own catalogue. */
  readonly prepare?: (statement: Ast.QueryStatement) => PreparedPlan;
  readonly check?: (() => void) | undefined;
  readonly batchRows?: number | undefined;
}

/** The rows, in the snapshot of the engine. */
export async function* rowsOfText(text: string, engine: Engine, options: RowsOfText = {}): AsyncGenerator<Row[]> {
  const { prepare = ownPlan(engine), check = () => {}, batchRows = batchRowsDefault } = options;
  const prepared = prepare(queryOf(text));
  await engine.catchUp({ check, graphs: prepared.graphs });
  const context = makeContext({
    engine,
    catalog: engine.catalog(),
    parameters: new Map(),
    batchRows,
    check,
    stats: emptyStats(),
    notices: [],
  });
  for await (const batch of runPlan(prepared.plan, context)) {
    check();
    yield batch;
  }
}

function ownPlan(engine: Engine): (statement: Ast.QueryStatement) => PreparedPlan {
  const input = { engine, catalog: engine.catalog(), parameters: new Map(), modes: {}, interruptible: false };
  return (statement) => prepareStatement(statement, input);
}

/** A query of our own making. */
export function queryOf(text: string): Ast.QueryStatement {
  const [statement] = parse(text).statements;
  if (statement?.kind !== 'query') throw new Error(`${text} is no query`);
  return statement;
}
