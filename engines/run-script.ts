// Runs texts: the Session of engines/session.ts. Parses the whole text, then takes statement by statement: a transaction where
// none is open, the catalogue inside it, a plan, its rows. Writes run to their end and commit before their first row is
// handed out; reads stream from a snapshot.

import { QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import { compareQueries, compareQuestion } from './compare-models.ts';
import type { Catalog } from './catalog.ts';
import type { EnginePool } from './database.ts';
import type { Engine, Notice } from './engine.ts';
import { explain } from './explain.ts';
import { isLight } from './light.ts';
import { parseText, type ParsedStatement } from './parse-text.ts';
import { isPlanned, type PlannedStatement, refuseWrite, statementWrites } from './plan/bind.ts';
import { typeOfValue } from './plan/typing.ts';
import { planKey, type PreparedPlan, prepareStatement } from './prepare-statement.ts';
import { failedInSql, orAgain } from './run-again.ts';
import { batchRowsDefault, emptyStats, makeContext } from './run-context.ts';
import { runPlan } from './rows/run.ts';
import type { Classification, RunOptions, Session, StatementResult } from './session.ts';
import { describe, show, type TableOfRows } from './show.ts';
import type { Row } from './value.ts';

const noCheck = (): void => {};

/** By parsed text, which is cached by text. */
const classified = new WeakMap<readonly ParsedStatement[], { readonly version: number; readonly classification: Classification }>();

/** One connection's statements and its transaction. */
export class ScriptSession implements Session {
  private readonly pool: EnginePool;
  /** The engine that holds this session's open transaction. */
  private pinned: { readonly engine: Engine; readonly readOnly: boolean } | undefined;
  private savepoints = 0;

  constructor(pool: EnginePool) {
    this.pool = pool;
  }

  get inTransaction(): boolean {
    return this.pinned !== undefined;
  }

  async *run(text: string, options: RunOptions = {}): AsyncGenerator<StatementResult> {
    const statements = parseText(text, options.modes?.reprint ?? false);
    for (const parsed of statements) {
      const result = await this.runStatement(parsed, options);
      const batches = result.batches[Symbol.asyncIterator]();
      try {
        yield { ...result, batches: { [Symbol.asyncIterator]: () => batches } };
      } finally {
        await batches.return?.();
      }
    }
  }

  classify(text: string): Classification {
    const nothing = { writes: false, light: false, controlsTransaction: false, beginsReadOnly: false };
    let statements: readonly ParsedStatement[];
    try {
      statements = parseText(text, false);
    } catch (error) {
      if (error instanceof QueryError) return { ...nothing, light: true };
      throw error;
    }
    const { version } = this.pool.catalog();
    const known = classified.get(statements);
    if (known?.version === version) return known.classification;
    const classification = this.classifyParsed(statements);
    classified.set(statements, { version, classification });
    return classification;
  }

  private classifyParsed(statements: readonly ParsedStatement[]): Classification {
    const kinds = statements.map((s) => s.statement);
    const controls = kinds.some((k) => k.kind === 'begin' || k.kind === 'commit' || k.kind === 'rollback');
    const writes = kinds.some(statementWrites);
    return {
      writes,
      controlsTransaction: controls,
      beginsReadOnly: kinds.some((k) => k.kind === 'begin' && k.readOnly),
      light: !writes && !controls && kinds.every((k) => isLight(k, this.pool.catalog())),
    };
  }

  async close(): Promise<void> {
    if (this.pinned) await this.end('rollback');
  }

  // ---------------------------------------------------------------------------------------------- statements

  private async runStatement(parsed: ParsedStatement, options: RunOptions): Promise<StatementResult> {
    const { statement } = parsed;
    options.check?.();
    if (options.readOnly || this.pinned?.readOnly) refuseWrite(statement);
    switch (statement.kind) {
      case 'begin':
        return this.begin(statement);
      case 'commit':
      case 'rollback':
        return this.endStatement(statement);
      case 'query':
      case 'insert':
      case 'update':
      case 'delete':
        return this.runPlanned(parsed, statement, options);
      case 'createTable':
      case 'dropTable':
      case 'createCollection':
      case 'dropCollection':
      case 'createIndex':
      case 'dropIndex': {
        const schema = statement;
        return this.inside(true, options, statement.kind, async (engine, notices) => {
          notices.push(...(await engine.schema.change(schema, { catalog: engine.catalog(), check: options.check ?? noCheck })));
          return { columns: [], rows: [] };
        });
      }
      case 'show':
        return this.inside(false, options, 'show', async (engine) => show(statement.what, engine));
      case 'describe':
        return this.inside(false, options, 'describe', async (engine) => describe(statement.target, engine));
      case 'explain':
        return this.runExplain(parsed, statement, options);
      case 'compareQueries':
        return this.inside(false, options, 'compare', async (engine, notices) => compareQueries(statement, this.comparison(engine, options, notices)));
      case 'compareQuestion':
        return this.inside(false, options, 'compare', async (engine, notices) => compareQuestion(statement, this.comparison(engine, options, notices)));
    }
  }

  private comparison(engine: Engine, options: RunOptions, notices: Notice[]): { engine: Engine; options: RunOptions; notices: Notice[]; prepare: (s: PlannedStatement, engine: Engine) => PreparedPlan } {
    return { engine, options, notices, prepare: (s, by) => this.prepare(by, undefined, s, options) };
  }

  private async runExplain(parsed: ParsedStatement, statement: Ast.Explain, options: RunOptions): Promise<StatementResult> {
    const inner = statement.statement;
    if (!isPlanned(inner)) throw new QueryError('bind/explain', 'EXPLAIN takes a query, INSERT, UPDATE or DELETE.', { span: inner.span });
    const writes = statement.analyze && statementWrites(inner);
    return this.inside(writes, options, 'explain', async (engine, notices) => {
      await engine.catchUp({ check: options.check ?? noCheck });
      const prepared = this.prepare(engine, parsed.text, inner, options);
      notices.push(...prepared.notices);
      return explain(prepared, statement.analyze, { engine, options, notices });
    });
  }

  private prepare(engine: Engine, text: string | undefined, statement: PlannedStatement, options: RunOptions, catalog: Catalog = engine.catalog()): PreparedPlan {
    const parameters = new Map([...(options.parameters ?? [])].map(([name, value]) => [name, typeOfValue(value)]));
    const input = { engine, catalog, parameters, modes: options.modes ?? {}, interruptible: options.check !== undefined };
    if (text === undefined) return prepareStatement(statement, input);
    return this.pool.plansOf(engine).get(planKey(text, input), () => prepareStatement(statement, input));
  }

  private async runPlanned(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
    if (statementWrites(statement)) return this.runWrite(parsed, statement, options);
    const lease = this.pinned ? undefined : await this.pool.acquire();
    const engine = this.pinned?.engine ?? lease?.engine;
    if (!engine) throw new Error('no engine');
    const finish = async (): Promise<void> => {
      engine.setCheck(undefined);
      if (lease && engine.transactions.inTransaction) await engine.transactions.commit();
      lease?.release();
    };
    try {
      engine.setCheck(options.check);
      const { result, batches: first } = await this.openRead(engine, parsed, statement, options, lease !== undefined);
      const again = (): AsyncIterable<Row[]> => this.open(engine, engine.catalog(), this.prepare(engine, parsed.text, statement, byRows(options)), statement.kind, options).batches;
      const batches = orAgain(first, again);
      if (this.pool.buffered) {
        const rows: Row[][] = [];
        for await (const batch of batches) rows.push(batch);
        await finish();
        return { ...result, batches: fromArray(rows) };
      }
      return { ...result, batches: closing(batches, finish) };
    } catch (error) {
      await finish();
      throw error;
    }
  }

  /** One SQL statement is a snapshot by itself. Anything else gets a read transaction round it, and is prepared inside that. */
  private async openRead(engine: Engine, parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions, begin: boolean): ReturnType<ScriptSession['openPrepared']> {
    if (!begin) return this.openPrepared(engine, parsed, statement, options);
    const catalog = engine.catalog();
    const prepared = this.prepare(engine, parsed.text, statement, options, catalog);
    if (prepared.single) return this.open(engine, catalog, prepared, statement.kind, options);
    await engine.transactions.beginRead();
    return this.openPrepared(engine, parsed, statement, options);
  }

  /** Inside a transaction. */
  private async openPrepared(engine: Engine, parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<{ result: Omit<StatementResult, 'batches'>; batches: AsyncIterable<Row[]>; prepared: PreparedPlan }> {
    const catalog = engine.catalog();
    const prepared = this.prepare(engine, parsed.text, statement, options, catalog);
    if (prepared.usesGraph) await engine.catchUp({ check: options.check ?? noCheck });
    return this.open(engine, catalog, prepared, statement.kind, options);
  }

  private open(
    engine: Engine,
    catalog: Catalog,
    prepared: PreparedPlan,
    kind: string,
    options: RunOptions,
  ): { result: Omit<StatementResult, 'batches'>; batches: AsyncIterable<Row[]>; prepared: PreparedPlan } {
    const stats = emptyStats();
    const notices = [...prepared.notices];
    const context = makeContext({
      engine,
      catalog,
      parameters: options.parameters ?? new Map(),
      batchRows: options.batchRows ?? batchRowsDefault,
      rawJson: options.rawJson === true && prepared.plan.kind === 'sql',
      check: options.check ?? noCheck,
      stats,
      notices,
    });
    const columns = prepared.columns.map((c) => ({ name: c.name, type: c.type }));
    return { result: { columns, stats, notices, statement: kind }, batches: runPlan(prepared.plan, context), prepared };
  }

  private async runWrite(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
    const { pinned } = this;
    try {
      return await this.write(parsed, statement, options);
    } catch (error) {
      if (!failedInSql(error) || this.pinned !== pinned) throw error;
      return this.write(parsed, statement, byRows(options));
    }
  }

  private async write(parsed: ParsedStatement, statement: PlannedStatement, options: RunOptions): Promise<StatementResult> {
    return this.inWriteTransaction(options, async (engine) => {
      const { result, batches, prepared } = await this.openPrepared(engine, parsed, statement, options);
      const rows: Row[][] = [];
      for await (const batch of batches) if (prepared.columns.length > 0) rows.push(batch);
      return { ...result, batches: fromArray(rows) };
    });
  }

  /** Runs something short that gives a small table. */
  private async inside(writes: boolean, options: RunOptions, kind: string, work: (engine: Engine, notices: Notice[]) => Promise<TableOfRows>): Promise<StatementResult> {
    const notices: Notice[] = [];
    const run = async (engine: Engine): Promise<StatementResult> => {
      const table = await work(engine, notices);
      return { columns: table.columns, batches: fromArray(table.rows.length > 0 ? [[...table.rows]] : []), stats: emptyStats(), notices, statement: kind };
    };
    if (writes) return this.inWriteTransaction(options, run);
    const lease = this.pinned ? undefined : await this.pool.acquire();
    const engine = this.pinned?.engine ?? lease?.engine;
    if (!engine) throw new Error('no engine');
    const opened = !engine.transactions.inTransaction;
    try {
      engine.setCheck(options.check);
      if (opened) await engine.transactions.beginRead();
      return await run(engine);
    } finally {
      engine.setCheck(undefined);
      if (opened && engine.transactions.inTransaction) await engine.transactions.commit();
      lease?.release();
    }
  }

  // ---------------------------------------------------------------------------------------------- transactions

  /** A transaction of its own; in the session's transaction or in a group, a savepoint, so that a failure undoes this statement alone. */
  private async inWriteTransaction<T>(options: RunOptions, work: (engine: Engine) => Promise<T>): Promise<T> {
    const group = this.pinned ? undefined : this.pool.group;
    if (this.pinned || group) return this.inSavepoint(this.pinned?.engine ?? (group as Engine), options, work);
    const lease = await this.pool.acquire({ alone: true });
    const { engine } = lease;
    try {
      await engine.transactions.begin();
      engine.setCheck(options.check);
      const result = await work(engine);
      options.check?.();
      await engine.transactions.commit();
      return result;
    } catch (error) {
      await engine.transactions.rollback();
      throw error;
    } finally {
      engine.setCheck(undefined);
      lease.release();
    }
  }

  private async inSavepoint<T>(engine: Engine, options: RunOptions, work: (engine: Engine) => Promise<T>): Promise<T> {
    const name = `trefoil_${++this.savepoints}`;
    await engine.transactions.savepoint(name);
    try {
      engine.setCheck(options.check);
      const result = await work(engine);
      options.check?.();
      await engine.transactions.release(name);
      return result;
    } catch (error) {
      if (engine.transactions.inTransaction) {
        await engine.transactions.rollbackTo(name);
        await engine.transactions.release(name);
      } else {
        // SQLite ended the transaction itself, as it does when the disk is full.
        await engine.transactions.rollback();
      }
      if (!engine.transactions.inTransaction && this.pinned?.engine === engine) this.unpin();
      throw error;
    } finally {
      engine.setCheck(undefined);
    }
  }

  private releasePinned: (() => void) | undefined;

  private async begin(statement: Ast.Begin): Promise<StatementResult> {
    if (this.pinned) {
      throw new QueryError('bind/transaction', 'A transaction is open already.', { span: statement.span, hint: 'COMMIT or ROLLBACK it first; transactions do not nest.' });
    }
    const lease = await this.pool.acquire({ alone: true });
    try {
      if (statement.readOnly) await lease.engine.transactions.beginRead();
      else await lease.engine.transactions.begin();
      // The first read fixes the snapshot.
      lease.engine.catalog();
    } catch (error) {
      if (lease.engine.transactions.inTransaction) await lease.engine.transactions.rollback();
      lease.release();
      throw error;
    }
    this.pinned = { engine: lease.engine, readOnly: statement.readOnly };
    this.releasePinned = lease.release;
    return nothing('begin');
  }

  private async endStatement(statement: Ast.Commit | Ast.Rollback): Promise<StatementResult> {
    if (!this.pinned) {
      throw new QueryError('bind/transaction', `There is no transaction to ${statement.kind === 'commit' ? 'commit' : 'roll back'}.`, { span: statement.span, hint: 'Start one with BEGIN.' });
    }
    await this.end(statement.kind);
    return nothing(statement.kind);
  }

  private async end(how: 'commit' | 'rollback'): Promise<void> {
    const engine = this.pinned?.engine;
    if (!engine) return;
    if (how === 'commit') {
      await engine.transactions.commit(); // if this fails the transaction stays open, to be tried again or rolled back
      this.unpin();
      return;
    }
    try {
      await engine.transactions.rollback();
    } finally {
      this.unpin();
    }
  }

  private unpin(): void {
    this.pinned = undefined;
    this.releasePinned?.();
    this.releasePinned = undefined;
  }
}

function byRows(options: RunOptions): RunOptions {
  return { ...options, modes: { ...options.modes, noPushdown: true } };
}

function nothing(statement: string): StatementResult {
  return { columns: [], batches: fromArray([]), stats: emptyStats(), notices: [], statement };
}

async function* fromArray(batches: readonly Row[][]): AsyncGenerator<Row[]> {
  yield* batches;
}

/** Calls `finish` once, when the rows end, fail, or are no longer wanted. */
function closing(batches: AsyncIterable<Row[]>, finish: () => Promise<void>): AsyncIterable<Row[]> {
  const inner = batches[Symbol.asyncIterator]();
  let finished = false;
  const once = async (): Promise<void> => {
    if (finished) return;
    finished = true;
    await finish();
  };
  const iterator: AsyncIterator<Row[]> = {
    async next() {
      if (finished) return { done: true, value: undefined };
      try {
        const step = await inner.next();
        if (step.done) await once();
        return step;
      } catch (error) {
        await once();
        throw error;
      }
    },
    async return() {
      try {
        await inner.return?.();
      } finally {
        await once();
      }
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
