// Statements with a plan (queries, INSERT, UPDATE, DELETE) of one session, from the parsed statement to rows: a transaction where none is
// open (session-transaction.ts), the catalogue inside it, a plan, its rows. run-script.ts sends them here.

import type { EnginePool } from './database.ts';
import type { Catalog } from './catalog.ts';
import { catalogOf } from './choose-graph.ts';
import { countingEngine } from './compare/run-form.ts';
import type { Engine } from './engine.ts';
import { cachedTextCharsMax, type ParsedStatement } from './parse-text.ts';
import { type PlannedStatement, statementWrites } from './plan/bind.ts';
import { printPlan } from './plan/print-plan.ts';
import { scannedRows, startsFromMatch } from './plan/scanned-rows.ts';
import { typesOfValues } from './plan/typing.ts';
import { planKey, type PreparedPlan, prepareStatement } from './prepare-statement.ts';
import { closing, fromArray, unseen, withBatches } from './result-batches.ts';
import { runPlan } from './rows/run.ts';
import { failedInSql, orAgain } from './run-again.ts';
import { batchRowsDefault, emptyStats, makeContext, noCheck, tellReached } from './run-context.ts';
import type { RunOptions, StatementResult } from './session.ts';
import type { OnConstraint, SessionTransaction } from './session-transaction.ts';
import type { Row } from './value.ts';

/** A read or write that is ready to give its rows. */
export interface Opened {
  readonly result: Omit<StatementResult, 'batches'>;
  readonly batches: AsyncIterable<Row[]>;
  readonly prepared: PreparedPlan;
}

export class PlannedRuns {
  private readonly pool: EnginePool;
  private readonly transaction: SessionTransaction;
  /** Of the statement that runs: was its plan there already? */
  private planCached: boolean | undefined;

  constructor(pool: EnginePool, transaction: SessionTransaction) {
    this.pool = pool;
    this.transaction = transaction;
  }

  /** Another statement of the session begins. */
  begin(): void {
    this.planCached = undefined;
  }

  /** The plan of a statement; kept by its text where there is one. */
  prepare(
    engine: Engine,
    text: string | undefined,
    statement: PlannedStatement,
    options: RunOptions,
    catalog: Catalog = catalogOf(engine, options),
  ): PreparedPlan {
    const parameters = typesOfValues(options.parameters);
    // A read that is stopped from outside leaves its transaction as it is; a write would lose it, so it looks for itself.
    const stoppedFromOutside = engine.interruptible && options.stopSlot !== undefined && !statementWrites(statement);
    const interruptible = options.check !== undefined && !stoppedFromOutside;
    const by = options.modes?.counting ? countingEngine(engine) : engine;
    const input = { engine: by, catalog, parameters, modes: options.modes ?? {}, interruptible };
    if (text === undefined || text.length > cachedTextCharsMax) return prepareStatement(statement, input);
    let made = false;
    const prepared = this.pool.plansOf(engine).get(planKey(text, input), () => {
      made = true;
      return prepareStatement(statement, input);
    });
    this.planCached ??= !made;
    return prepared;
  }

  /** Runs it in the transaction that is open, or one of its own. */
  async run(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
    if (statementWrites(statement)) return this.runWrite(parsed, statement, options);
    const loan = await this.transaction.lend();
    const { engine } = loan;
    const finish = async (): Promise<void> => {
      engine.setCheck();
      if (loan.free && engine.transactions.inTransaction) await engine.transactions.commit();
      loan.release();
    };
    try {
      engine.setCheck(options);
      const { result, batches: first } = await this.openRead(engine, parsed, statement, options, loan.free);
      const again = (): AsyncIterable<Row[]> =>
        this.open(
          engine,
          catalogOf(engine, options),
          this.prepare(engine, parsed.text, statement, byRows(options)),
          statement.kind,
          options,
        ).batches;
      const batches = orAgain(first, again);
      if (this.pool.buffered) {
        const rows: Row[][] = [];
        for await (const batch of batches) rows.push(batch);
        await finish();
        return withBatches(result, fromArray(rows));
      }
      return withBatches(result, closing(batches, finish));
    } catch (error) {
      await finish();
      throw error;
    }
  }

  /** One SQL statement is a snapshot by itself. Anything else gets a read transaction round it, and is prepared inside that. */
  private async openRead(
    engine: Engine,
    parsed: ParsedStatement,
    statement: PlannedStatement,
    options: RunOptions,
    begin: boolean,
  ): Promise<Opened> {
    if (!begin) return this.openPrepared(engine, parsed, statement, options);
    const catalog = catalogOf(engine, options);
    const prepared = this.prepare(engine, parsed.text, statement, options, catalog);
    if (prepared.single) return this.open(engine, catalog, prepared, statement.kind, options);
    await engine.transactions.beginRead();
    return this.openPrepared(engine, parsed, statement, options);
  }

  /** Inside a transaction. */
  async openPrepared(engine: Engine, parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<Opened> {
    const catalog = catalogOf(engine, options);
    const prepared = this.prepare(engine, parsed.text, statement, options, catalog);
    if (prepared.usesGraph) await engine.catchUp({ check: options.check ?? noCheck, graphs: prepared.graphs });
    return this.open(engine, catalog, prepared, statement.kind, options);
  }

  /** `prepared` in the snapshot that stands, with the topology caught up. */
  open(engine: Engine, catalog: Catalog, prepared: PreparedPlan, kind: string, options: RunOptions): Opened {
    const stats = emptyStats();
    const notices = [...prepared.notices];
    const { progress } = options;
    const walked = progress && { entries: 0, changed: 0 };
    if (walked) progress.begin(this.scanned(engine, prepared), { stats, walked });
    const work = options.modes?.counting ? { entries: 0, changed: 0 } : undefined;
    const context = makeContext({
      engine,
      catalog,
      parameters: options.parameters ?? new Map(),
      batchRows: options.batchRows ?? batchRowsDefault,
      rawJson: options.rawJson === true && prepared.plan.kind === 'sql',
      check: options.check ?? noCheck,
      transactionStart: this.transaction.startedAt,
      stats,
      notices,
      work,
      walked,
      reached: progress && startsFromMatch(prepared.plan) ? tellReached(progress) : undefined,
    });
    const columns = prepared.columns.map((c) => ({ name: c.name, type: c.type }));
    const batches = runPlan(prepared.plan, context);
    const { model, models } = prepared;
    const planned = { model, models, cached: this.planCached ?? false, print: () => printPlan(prepared.plan), work };
    return {
      result: { columns, stats, notices, statement: kind, planned },
      batches: columns.length > 0 ? batches : unseen(batches),
      prepared,
    };
  }

  /** About how many rows it goes through, where that is known. */
  scanned(engine: Engine, { plan }: PreparedPlan): number | undefined {
    return scannedRows(plan, ({ statement }) => engine.scannedBySql(statement));
  }

  private async runWrite(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
    const before = this.transaction.engine;
    try {
      return await this.write(parsed, statement, options);
    } catch (error) {
      if (!failedInSql(error) || this.transaction.engine !== before) throw error;
      return this.write(parsed, statement, byRows(options));
    }
  }

  private async write(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
    return this.transaction.write(
      options,
      async (engine) => {
        const { result, batches } = await this.openPrepared(engine, parsed, statement, options);
        const rows: Row[][] = [];
        for await (const batch of batches) rows.push(batch);
        return withBatches(result, fromArray(rows));
      },
      onConstraintOf(statement),
    );
  }
}

/** As our own operators run it: run-again.ts says for what. */
export function byRows(options: RunOptions): RunOptions {
  return { ...options, modes: { ...options.modes, noPushdown: true } };
}

function onConstraintOf(statement: PlannedStatement): OnConstraint {
  const or = statement.kind === 'insert' || statement.kind === 'update' ? statement.or : undefined;
  return or === 'fail' || or === 'rollback' ? or : 'abort';
}
