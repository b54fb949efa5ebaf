// Runs texts: the Session of engines/session.ts. Parses the whole text, then takes statement by statement: a transaction where
// none is open (session-transaction.ts), the catalogue inside it, a plan, its rows. Writes run to their end and commit before
// their first row is handed out; reads stream from a snapshot.

import { QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import { compareQueries, compareQuestion } from './compare-models.ts';
import { type Catalog, defaultGraph } from './catalog.ts';
import { catalogInGraph, namedGraph } from './choose-graph.ts';
import { classifyText } from './classify.ts';
import type { Comparison } from './compare/form.ts';
import type { EnginePool } from './database.ts';
import type { Engine, Notice, RunStats, SchemaContext, SchemaStatement } from './engine.ts';
import { explain } from './explain.ts';
import { graphForIndex, type IndexOf, indexGraph, viewInGraph } from './graph-of-statement.ts';
import { isShownByServer, kill, refusePartialLog, showByServer } from './host.ts';
import { advise } from './advise/advise.ts';
import { countingEngine } from './compare/run-form.ts';
import { showStatements, type StatementLog, StatementRun } from './statement-log.ts';
import { explainModels } from './explain-models.ts';
import { openScratch } from './scratch.ts';
import { cachedTextCharsMax, parseText, type ParsedStatement } from './parse-text.ts';
import { isPlanned, type PlannedStatement, refuseWrite, statementWrites } from './plan/bind.ts';
import { typesOfValues } from './plan/typing.ts';
import { indexedRows, scannedRows } from './plan/scanned-rows.ts';
import { printPlan } from './plan/print-plan.ts';
import { planKey, type PreparedPlan, prepareStatement } from './prepare-statement.ts';
import { runRestore } from './run-restore.ts';
import { failedInSql, orAgain } from './run-again.ts';
import { batchRowsDefault, emptyStats, makeContext } from './run-context.ts';
import { runPlan } from './rows/run.ts';
import { changeUsers, passwordHash } from './users/change-users.ts';
import { checkRights } from './users/rights.ts';
import { closing, fromArray, unseen, withBatches } from './result-batches.ts';
import type { Classification, RunOptions, Session, StatementResult } from './session.ts';
import { type OnConstraint, SessionTransaction } from './session-transaction.ts';
import { describe, show, type TableOfRows } from './show.ts';
import { namedTextLimit } from './text-too-long.ts';
import { tableFor } from './table-for-query.ts';
import type { Row } from './value.ts';

const noCheck = (): void => {};

/** A read or write that is ready to give its rows. */
interface Opened {
  readonly result: Omit<StatementResult, 'batches'>;
  readonly batches: AsyncIterable<Row[]>;
  readonly prepared: PreparedPlan;
}

/** One connection's statements. */
export class ScriptSession implements Session {
  private readonly pool: EnginePool;
  private readonly transaction: SessionTransaction;
  /** The session's graph; null: the default one. */
  private graph: string | null = null;
  /** Of the statement that runs: was its plan there already? */
  private planCached: boolean | undefined;

  constructor(pool: EnginePool) {
    this.pool = pool;
    this.transaction = new SessionTransaction(pool);
  }

  get inTransaction(): boolean {
    return this.transaction.engine !== undefined;
  }

  get transactionLost(): boolean {
    return this.transaction.lost;
  }

  async *run(text: string, options: RunOptions = {}): AsyncGenerator<StatementResult> {
    const statements = parseText(text, options.modes?.reprint ?? false);
    this.transaction.lost = false;
    const kept = options.graph === undefined;
    let graph = options.graph ?? this.graph;
    for (const parsed of statements) {
      const run = new StatementRun(this.pool.log, parsed, { parameters: typesOfValues(options.parameters), graph });
      const modes = run.counts ? { ...options.modes, counting: true } : options.modes;
      const result = await run.watch(() => this.runStatement(parsed, { ...options, graph, modes }).catch(throwNamed));
      if (result.graph !== undefined) graph = result.graph;
      if (kept) this.graph = graph;
      const batches = result.batches[Symbol.asyncIterator]();
      try {
        yield withBatches(result, { [Symbol.asyncIterator]: () => batches });
      } finally {
        await batches.return?.();
      }
    }
  }

  classify(text: string): Classification {
    return classifyText(text, this.pool.catalog());
  }

  async close(): Promise<void> {
    await this.transaction.rollBack();
  }

  // ---------------------------------------------------------------------------------------------- statements

  private async runStatement(parsed: ParsedStatement, options: RunOptions): Promise<StatementResult> {
    const { statement } = parsed;
    this.planCached = undefined;
    options.check?.();
    if (options.principal) checkRights(statement, options.principal, this.transaction.engine?.catalog() ?? this.pool.newestCatalog());
    if (options.readOnly || this.transaction.readOnly) refuseWrite(statement);
    switch (statement.kind) {
      case 'begin':
        await this.transaction.begin(statement, options);
        return nothing(statement.kind);
      case 'commit':
      case 'rollback':
        await this.transaction.end(statement, options);
        return nothing(statement.kind);
      case 'vacuum':
        await this.transaction.vacuum(statement, options);
        return nothing(statement.kind);
      case 'savepoint':
      case 'release':
      case 'rollbackTo':
        await this.transaction.savepoint(statement, options);
        return nothing(statement.kind);
      case 'query':
      case 'insert':
      case 'update':
      case 'delete':
        return this.runPlanned(parsed, statement, options);
      case 'createTable':
        if (statement.query) return this.createTableAs(statement, statement.query, options);
        return this.changeSchema(statement, options);
      case 'dropTable':
      case 'createCollection':
      case 'alterCollection':
      case 'dropCollection':
      case 'createView':
      case 'dropView':
      case 'alterTable':
      case 'rename':
      case 'reindex':
      case 'analyze':
      case 'createGraph':
      case 'dropGraph':
      case 'createIndex':
      case 'dropIndex':
        return this.changeSchema(statement, options);
      case 'sessionGraph':
        return this.chooseGraph(statement, options);
      case 'restore':
        return this.restore(statement, options);
      case 'show': {
        const { what, span } = statement;
        if (what === 'statements') {
          return small('show', showStatements(this.wholeLog(statement, options)));
        }
        if (isShownByServer(what)) return small('show', showByServer(what, span, options.host));
        return this.inside(false, options, 'show', async (engine) =>
          show({ ...statement, what }, engine, catalogOf(engine, options), options.principal),
        );
      }
      case 'advise':
        return this.advise(statement, options);
      case 'kill':
        kill(statement, options.host);
        return nothing(statement.kind);
      case 'createUser':
      case 'alterUser':
      case 'dropUser':
      case 'grant':
      case 'revoke':
      case 'createToken':
      case 'dropToken':
        return this.changeUsers(statement, options);
      case 'describe':
        return this.inside(false, options, 'describe', async (engine) => describe(statement, engine, catalogOf(engine, options)));
      case 'explain':
        return this.runExplain(parsed, statement, options);
      case 'explainModels':
        return this.inside(false, options, 'explainModels', async (engine, notices) =>
          explainModels(statement, this.comparison(engine, options, notices), () => openScratch(this.pool)),
        );
      case 'compareQueries':
        return this.inside(statementWrites(statement), options, 'compare', async (engine, notices) =>
          compareQueries(statement, this.comparison(engine, options, notices)),
        );
      case 'compareQuestion':
        return this.inside(statementWrites(statement), options, 'compare', async (engine, notices) =>
          compareQuestion(statement, this.comparison(engine, options, notices)),
        );
    }
  }

  private async advise(statement: Ast.Advise, options: RunOptions): Promise<StatementResult> {
    const log = this.wholeLog(statement, options);
    const { check = noCheck } = options;
    return this.inside(false, options, statement.kind, (engine) =>
      advise({ log, engine, check, openScratch: () => this.pool.openScratch() }),
    );
  }

  private wholeLog(statement: Ast.Statement, { log = this.pool.log }: RunOptions): StatementLog {
    refusePartialLog(statement, log.partial);
    return log;
  }

  private async chooseGraph({ kind, graph: name }: Ast.SessionGraph, options: RunOptions): Promise<StatementResult> {
    let graph: string | null = null;
    const result = await this.inside(false, options, kind, async (engine) => {
      if (name) graph = namedGraph(engine.catalog(), name).name;
      return { columns: [], rows: [] };
    });
    return { ...result, graph };
  }

  private changeSchema(statement: SchemaStatement, options: RunOptions): Promise<StatementResult> {
    return this.inside(true, options, statement.kind, async (engine, notices) => {
      const change = statement.kind === 'createView' ? viewInGraph(statement, options.graph) : statement;
      options.progress?.begin(statement.kind === 'createIndex' ? indexedRows(statement, catalogOf(engine, options)) : undefined, undefined);
      const context = { ...this.schemaContext(engine, options, indexGraph(statement)), reached: tellReached(options) };
      notices.push(...(await engine.schema.change(change, context)));
      return { columns: [], rows: [] };
    });
  }

  private async changeUsers(statement: Ast.UserStatement, options: RunOptions): Promise<StatementResult> {
    const hash = await passwordHash(statement, options.parameters);
    return this.inside(true, options, statement.kind, (engine, notices) => {
      const { principal, usersNeeded = false } = options;
      return changeUsers(statement, { users: engine.users, catalog: engine.catalog(), notices, principal, usersNeeded, hash });
    });
  }

  private restore(statement: Ast.Restore, options: RunOptions): Promise<StatementResult> {
    return this.inside(true, options, statement.kind, async (engine, _notices, stats) => {
      await runRestore(statement, engine, catalogOf(engine, options), stats, options.check ?? noCheck);
      return { columns: [], rows: [] };
    });
  }

  /** The table gets the columns of the query, and then its rows. */
  private async createTableAs(statement: Ast.CreateTable, query: Ast.Query, options: RunOptions): Promise<StatementResult> {
    try {
      return await this.createAndFill(statement, query, options);
    } catch (error) {
      if (!failedInSql(error) || options.modes?.noPushdown) throw error;
      return this.createAndFill(statement, query, byRows(options));
    }
  }

  private createAndFill(statement: Ast.CreateTable, query: Ast.Query, options: RunOptions): Promise<StatementResult> {
    return this.transaction.write(options, async (engine) => {
      const { span, name } = statement;
      const source: PlannedStatement = { kind: 'query', query, span };
      const { columns } = this.prepare(engine, undefined, source, options);
      const notices = await engine.schema.change(tableFor(statement, columns), this.schemaContext(engine, options));
      if (notices.length > 0) return { ...nothing(statement.kind), notices: [...notices] };
      const insert: PlannedStatement = { kind: 'insert', into: name, source: { kind: 'query', query }, onConflict: [], span };
      const prepared = this.prepare(engine, undefined, insert, options);
      if (prepared.usesGraph) await engine.catchUp({ check: options.check ?? noCheck, graphs: prepared.graphs });
      const { result, batches } = this.open(engine, catalogOf(engine, options), prepared, statement.kind, options);
      for await (const batch of batches) void batch;
      return { ...result, columns: [], batches: fromArray([]) };
    });
  }

  private schemaContext(engine: Engine, options: RunOptions, of?: IndexOf): SchemaContext {
    const query = async (text: string): Promise<Row[]> => {
      const [parsed] = parseText(text, false);
      if (parsed?.statement.kind !== 'query') throw new Error(`${text} is no query`);
      const { batches } = await this.openPrepared(engine, parsed, parsed.statement, options);
      const rows: Row[] = [];
      for await (const batch of batches) for (const row of batch) rows.push(row);
      return rows;
    };
    const graph = of ? graphForIndex(catalogOf(engine, options), of.graph) : defaultGraph;
    return { catalog: engine.catalog(), graph, check: options.check ?? noCheck, query };
  }

  private comparison(engine: Engine, options: RunOptions, notices: Notice[]): Comparison {
    const change = async (statement: SchemaStatement, by: Engine): Promise<void> => {
      await by.schema.change(statement, this.schemaContext(by, options, indexGraph(statement)));
    };
    const prepare: Comparison['prepare'] = (s, by, rows = false) => this.prepare(by, undefined, s, rows ? byRows(options) : options);
    return { engine, options, notices, change, prepare };
  }

  private async runExplain(parsed: ParsedStatement, statement: Ast.Explain, options: RunOptions): Promise<StatementResult> {
    const inner = statement.statement;
    if (!isPlanned(inner)) throw new QueryError('bind/explain', 'EXPLAIN takes a query, INSERT, UPDATE or DELETE.', { span: inner.span });
    const writes = statement.analyze && statementWrites(inner);
    return this.inside(writes, options, 'explain', async (engine, notices) => {
      // What is only shown carries no check for cancelling: the plan reads the same wherever it is asked for.
      const { check: _, ...shown } = options;
      const prepared = this.prepare(engine, parsed.text, inner, statement.analyze ? options : shown);
      await engine.catchUp({ check: options.check ?? noCheck, graphs: prepared.graphs });
      notices.push(...prepared.notices);
      return explain(prepared, statement.analyze, { engine, options, notices });
    });
  }

  private prepare(
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

  private async runPlanned(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
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
  private async openPrepared(engine: Engine, parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<Opened> {
    const catalog = catalogOf(engine, options);
    const prepared = this.prepare(engine, parsed.text, statement, options, catalog);
    if (prepared.usesGraph) await engine.catchUp({ check: options.check ?? noCheck, graphs: prepared.graphs });
    return this.open(engine, catalog, prepared, statement.kind, options);
  }

  private open(engine: Engine, catalog: Catalog, prepared: PreparedPlan, kind: string, options: RunOptions): Opened {
    const stats = emptyStats();
    const notices = [...prepared.notices];
    options.progress?.begin(
      scannedRows(prepared.plan, ({ statement }) => engine.scannedBySql(statement)),
      stats,
    );
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

  /** Runs something short that gives a small table. */
  private async inside(
    writes: boolean,
    options: RunOptions,
    kind: string,
    work: (engine: Engine, notices: Notice[], stats: RunStats) => Promise<TableOfRows>,
  ): Promise<StatementResult> {
    const notices: Notice[] = [];
    const stats = emptyStats();
    const run = async (engine: Engine): Promise<StatementResult> => ({
      ...small(kind, await work(engine, notices, stats)),
      notices,
      stats,
    });
    if (writes) return this.transaction.write(options, run);
    const loan = await this.transaction.lend();
    const { engine } = loan;
    try {
      engine.setCheck(options);
      if (loan.free) await engine.transactions.beginRead();
      return await run(engine);
    } finally {
      engine.setCheck();
      if (loan.free && engine.transactions.inTransaction) await engine.transactions.commit();
      loan.release();
    }
  }
}

function catalogOf(engine: Engine, { graph }: RunOptions): Catalog {
  return catalogInGraph(engine.catalog(), graph ?? undefined);
}

function onConstraintOf(statement: PlannedStatement): OnConstraint {
  const or = statement.kind === 'insert' || statement.kind === 'update' ? statement.or : undefined;
  return or === 'fail' || or === 'rollback' ? or : 'abort';
}

function throwNamed(error: unknown): never {
  throw namedTextLimit(error);
}

/** What goes through rows by itself says so, and may be stopped there. */
function tellReached({ progress, check = noCheck }: RunOptions): NonNullable<SchemaContext['reached']> {
  const stats = emptyStats();
  let total: number | undefined;
  return (rows, of) => {
    stats.rowsRead = rows;
    if (of !== total) progress?.begin(of, stats, 'inStats');
    total = of;
    check();
  };
}

function byRows(options: RunOptions): RunOptions {
  return { ...options, modes: { ...options.modes, noPushdown: true } };
}

function small(statement: string, { columns, rows }: TableOfRows): StatementResult {
  return { columns, batches: fromArray(rows.length > 0 ? [[...rows]] : []), stats: emptyStats(), notices: [], statement };
}

function nothing(statement: string): StatementResult {
  return { columns: [], batches: fromArray([]), stats: emptyStats(), notices: [], statement };
}
