// Changes of the schema: tables, collections, indexes, labels. CREATE TABLE AS makes its table of the columns of a query, and fills it.

import type * as Ast from '../parser/ast.ts';
import { defaultGraph } from './catalog.ts';
import { catalogOf } from './choose-graph.ts';
import type { Engine, SchemaContext, SchemaStatement } from './engine.ts';
import { graphForIndex, type IndexOf, indexGraph, viewInGraph } from './graph-of-statement.ts';
import { parseText } from './parse-text.ts';
import type { PlannedStatement } from './plan/bind.ts';
import { indexedRows } from './plan/scanned-rows.ts';
import { byRows, type PlannedRuns } from './planned-runs.ts';
import { fromArray } from './result-batches.ts';
import { failedInSql } from './run-again.ts';
import { noCheck, tellReached } from './run-context.ts';
import { nothing, runSmall } from './run-small.ts';
import type { RunOptions, StatementResult } from './session.ts';
import type { SessionTransaction } from './session-transaction.ts';
import { tableFor } from './table-for-query.ts';
import type { Row } from './value.ts';

export class SchemaRuns {
  private readonly transaction: SessionTransaction;
  private readonly planned: PlannedRuns;

  constructor(transaction: SessionTransaction, planned: PlannedRuns) {
    this.transaction = transaction;
    this.planned = planned;
  }

  /** Runs it in the transaction that is open, or in one of its own. */
  run(statement: SchemaStatement, options: RunOptions): Promise<StatementResult> {
    if (statement.kind === 'createTable' && statement.query) return this.createTableAs(statement, statement.query, options);
    return runSmall(this.transaction, options, {
      writes: true,
      kind: statement.kind,
      work: async (engine, notices) => {
        const change = statement.kind === 'createView' ? viewInGraph(statement, options.graph) : statement;
        options.progress?.begin(statement.kind === 'createIndex' ? indexedRows(statement, catalogOf(engine, options)) : undefined);
        const context = { ...this.context(engine, options, indexGraph(statement)), reached: reached(options) };
        notices.push(...(await engine.schema.change(change, context)));
        return { columns: [], rows: [] };
      },
    });
  }

  /** What a change may ask of the session while it goes on. */
  context(engine: Engine, options: RunOptions, of?: IndexOf): SchemaContext {
    const query = async (text: string): Promise<Row[]> => {
      const [parsed] = parseText(text, false);
      if (parsed?.statement.kind !== 'query') throw new Error(`${text} is no query`);
      const { batches } = await this.planned.openPrepared(engine, parsed, parsed.statement, options);
      const rows: Row[] = [];
      for await (const batch of batches) for (const row of batch) rows.push(row);
      return rows;
    };
    const graph = of ? graphForIndex(catalogOf(engine, options), of.graph) : defaultGraph;
    return { catalog: engine.catalog(), graph, check: options.check ?? noCheck, query };
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
      const { columns } = this.planned.prepare(engine, undefined, source, options);
      const notices = await engine.schema.change(tableFor(statement, columns), this.context(engine, options));
      if (notices.length > 0) return { ...nothing(statement.kind), notices: [...notices] };
      const insert: PlannedStatement = { kind: 'insert', into: name, source: { kind: 'query', query }, onConflict: [], span };
      const prepared = this.planned.prepare(engine, undefined, insert, options);
      if (prepared.usesGraph) await engine.catchUp({ check: options.check ?? noCheck, graphs: prepared.graphs });
      const { result, batches } = this.planned.open(engine, catalogOf(engine, options), prepared, statement.kind, options);
      for await (const batch of batches) void batch;
      return { ...result, columns: [], batches: fromArray([]) };
    });
  }
}

/** What goes through rows by itself says so, and may be stopped there. */
function reached({ progress, check = noCheck }: RunOptions): NonNullable<SchemaContext['reached']> {
  const tell = progress && tellReached(progress);
  return (rows, of) => {
    tell?.(rows, of);
    check();
  };
}
