// Runs texts: the Session of engines/session.ts. Parses the whole text, then sends statement by statement where it is run: those with a
// plan to planned-runs.ts, changes of the schema to schema-runs.ts; what gives a small table is here. Writes run to their end and commit
// before their first row is handed out; reads stream from a snapshot.

import { QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import { advise } from './advise/advise.ts';
import { catalogOf, namedGraph } from './choose-graph.ts';
import { classifyText } from './classify.ts';
import type { Comparison } from './compare/form.ts';
import { compareQueries, compareQuestion } from './compare-models.ts';
import type { EnginePool } from './database.ts';
import type { Engine, Notice, SchemaStatement } from './engine.ts';
import { explain } from './explain.ts';
import { explainModels } from './explain-models.ts';
import { indexGraph } from './graph-of-statement.ts';
import { isShownByServer, kill, refusePartialLog, showByServer } from './host.ts';
import { parseText, type ParsedStatement } from './parse-text.ts';
import { isPlanned, refuseWrite, statementWrites } from './plan/bind.ts';
import { typesOfValues } from './plan/typing.ts';
import { byRows, PlannedRuns } from './planned-runs.ts';
import { withBatches } from './result-batches.ts';
import { noCheck } from './run-context.ts';
import { runRestore } from './run-restore.ts';
import { nothing, runSmall, small, type SmallRun } from './run-small.ts';
import { SchemaRuns } from './schema-runs.ts';
import { openScratch } from './scratch.ts';
import type { Classification, RunOptions, Session, StatementResult } from './session.ts';
import { SessionTransaction } from './session-transaction.ts';
import { describe, show } from './show.ts';
import { showStatements, type StatementLog, StatementRun } from './statement-log.ts';
import { namedTextLimit } from './text-too-long.ts';
import { changeUsers, passwordHash } from './users/change-users.ts';
import { checkRights } from './users/rights.ts';

/** One connection's statements. */
export class ScriptSession implements Session {
  private readonly pool: EnginePool;
  private readonly transaction: SessionTransaction;
  private readonly planned: PlannedRuns;
  private readonly schema: SchemaRuns;
  /** The session's graph; null: the default one. */
  private graph: string | null = null;

  constructor(pool: EnginePool) {
    this.pool = pool;
    this.transaction = new SessionTransaction(pool);
    this.planned = new PlannedRuns(pool, this.transaction);
    this.schema = new SchemaRuns(this.transaction, this.planned);
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
      const chosen = graph === options.graph ? options : { ...options, graph };
      const counted = run.counts ? { ...chosen, modes: { ...chosen.modes, counting: true } } : chosen;
      const result = await run.watch(() => this.runStatement(parsed, counted).catch(throwNamed));
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
    this.planned.begin();
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
        return this.planned.run(parsed, statement, options);
      case 'createTable':
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
        return this.schema.run(statement, options);
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

  private comparison(engine: Engine, options: RunOptions, notices: Notice[]): Comparison {
    const change = async (statement: SchemaStatement, by: Engine): Promise<void> => {
      await by.schema.change(statement, this.schema.context(by, options, indexGraph(statement)));
    };
    const prepare: Comparison['prepare'] = (s, by, rows = false) =>
      this.planned.prepare(by, undefined, s, rows ? byRows(options) : options);
    return { engine, options, notices, change, prepare };
  }

  private async runExplain(parsed: ParsedStatement, statement: Ast.Explain, options: RunOptions): Promise<StatementResult> {
    const inner = statement.statement;
    if (!isPlanned(inner)) throw new QueryError('bind/explain', 'EXPLAIN takes a query, INSERT, UPDATE or DELETE.', { span: inner.span });
    const writes = statement.analyze && statementWrites(inner);
    return this.inside(writes, options, 'explain', async (engine, notices) => {
      // What is only shown carries no check for cancelling: the plan reads the same wherever it is asked for.
      const { check: _, ...shown } = options;
      const prepared = this.planned.prepare(engine, parsed.text, inner, statement.analyze ? options : shown);
      await engine.catchUp({ check: options.check ?? noCheck, graphs: prepared.graphs });
      notices.push(...prepared.notices);
      if (statement.analyze) options.progress?.begin(this.planned.scanned(engine, prepared));
      return explain(prepared, statement.analyze, { engine, options, notices });
    });
  }

  private inside(writes: boolean, options: RunOptions, kind: string, work: SmallRun['work']): Promise<StatementResult> {
    return runSmall(this.transaction, options, { writes, kind, work });
  }
}

function throwNamed(error: unknown): never {
  throw namedTextLimit(error);
}
