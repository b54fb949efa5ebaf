// Opens a Database: the one file that names a dialect. Puts SQLite's storage, the graph engine and the compilers behind the
// interfaces of engine.ts, once per connection.

import type * as Ast from '../parser/ast.ts';
import type { DropCollection, DropGraph, DropIndex, DropTable, DropView } from '../parser/ast.ts';
import type { Catalog, ColumnInfo } from './catalog.ts';
import { sqlCompiler } from './compile-sql.ts';
import { EngineDatabase } from './database.ts';
import type { Engine, HostProcedure, Notice, ProcedureInfo, SchemaContext, SchemaStatement, Transactions } from './engine.ts';
import type { CheckResult } from './file-check.ts';
import { Graphs } from './graph/graphs.ts';
import { bindDefinition } from './plan/bind-definition.ts';
import { type BoundIndexPart, bindIndexPart, type IndexSubject } from './plan/bind-index.ts';
import type { CompileIndex } from './sql/sqlite/expression-index.ts';
import { compileIndexCondition, compileIndexKey } from './sql/sqlite/index-expression.ts';
import { columnsOf } from './plan/expression.ts';
import { checkView, refuseBrokenViews, usableViews } from './plan/bind-view.ts';
import type { BindInput } from './plan/scope.ts';
import { makeProcedures } from './procedures.ts';
import { compileExpression, foldExpression } from './rows/evaluate.ts';
import { applyPure } from './rows/functions.ts';
import { ShareBase } from './share-base.ts';
import { backupFile, type BackupOptions } from './sql/sqlite/backup.ts';
import { checkFile } from './sql/sqlite/check/check-file.ts';
import { compileCheck, compileDefault } from './sql/sqlite/definition.ts';
import { compileGenerated } from './sql/sqlite/generated-column.ts';
import type { StatementLog } from './statement-log.ts';
import { sqliteDialect } from './sql/sqlite/dialect.ts';
import { readDefinitions } from './sql/sqlite/definitions.ts';
import { type FunctionState, registerFunctions } from './sql/sqlite/functions.ts';
import type { Durability } from './sql/sqlite/driver.ts';
import { scanTotal } from './sql/sqlite/scan-total.ts';
import { openStorage, type SqliteStorage } from './sql/sqlite/storage.ts';

export { type Interrupter, interruptSlots, openInterrupter } from './sql/sqlite/interrupt.ts';
export type { Durability };

export interface OpenOptions {
  /** `:memory:` is a database of its own that is gone when closed. */
  readonly file: string;
  readonly readOnly?: boolean;
  /** The graph's base as other threads have it, and the way to tell them of ours. Default: this Database by itself. */
  readonly shareBase?: ShareBase;
  /** Another thread may stop its statements: RunOptions.stopSlot. */
  readonly watched?: boolean;
  /** How sure a commit is when it returns; default `full`. */
  readonly durability?: Durability;
  /** Where what is run is noted. Default: a log of its own. */
  readonly log?: StatementLog;
  /** The program's own. Their names are checked by who takes them in. */
  readonly procedures?: readonly HostProcedure[];
}

/** Opens or creates a file. Throws `storage/*`. */
export async function openDatabase(options: OpenOptions): Promise<EngineDatabase> {
  const shared = options.shareBase ?? new ShareBase();
  const openEngine = (): Promise<Engine> => makeEngine(options, shared);
  return new EngineDatabase(options.file, await openEngine(), openEngine, () => openDatabase({ file: ':memory:' }), options.log);
}

async function makeEngine(options: OpenOptions, shared: ShareBase): Promise<Engine> {
  const { watched = false, durability = 'full' } = options;
  const storage = await openStorage(options.file, { readOnly: options.readOnly ?? false, watched, durability });
  const state: FunctionState = { visit: (item) => storage.connection.visits?.add(item), apply: applyPure };
  registerFunctions(storage.connection.database, state);
  const graph = new Graphs({ storage: (id) => storage.graphStorage(id), catalog: () => storage.catalog(), compileExpression });
  const procedures = makeProcedures(graph, options.procedures ?? []);
  return {
    catalog: () => storage.catalog(),
    transactions: withTopology(storage, graph),
    rows: storage.rows,
    graphStorage: (id) => storage.graphStorage(id),
    users: storage.users,
    graph,
    procedures,
    schema: {
      change: (statement, context) => changeSchema(storage, statement, context, procedures.list()),
      definitions: () => readDefinitions(storage.connection, storage.catalog(), definitions(storage.catalog())),
      dropTemporary: () => storage.dropTemporary(),
      vacuum: () => storage.connection.run('VACUUM'),
    },
    compileSql: sqlCompiler(sqliteDialect),
    explainSql: (statement) => explainSql(storage, statement.text),
    scannedBySql: ({ text }) => scanTotal(explainSql(storage, text), text, (table) => rowsOf(storage.catalog(), table)),
    interruptible: storage.connection.interruptible,
    setCheck: ({ check, stopSlot, progress } = {}) => {
      if (progress?.slot !== undefined) storage.connection.allowWatching();
      storage.connection.watch(stopSlot ?? progress?.slot, progress !== undefined);
      state.check = check;
    },
    async catchUp({ check, graphs }) {
      // New labels first: a topology keeps a set of nodes for each.
      shared.forget(graph.forget(storage.catalog()));
      for (const id of graphs) await shared.catchUp(id, graph.of(id), check);
    },
    close: () => storage.close(),
  };
}

/** Checks a whole file, reading only: a result per check. Throws `storage/*` if it cannot be opened. */
export function checkDatabase(file: string): AsyncIterable<CheckResult> {
  return checkFile(file, (connection) => registerFunctions(connection.database, { apply: applyPure }));
}

/** Copies a file that may be in use, as one snapshot, and gives the copy's size in bytes. Throws `storage/*`. */
export function backupDatabase(file: string, destination: string, options: BackupOptions): Promise<number> {
  return backupFile(file, destination, options);
}

/** Keeps the topology in step with the transactions: what is undone is forgotten, what is committed may be shared. */
function withTopology({ connection }: SqliteStorage, graph: Graphs): Transactions {
  return {
    get inTransaction() {
      return connection.inTransaction;
    },
    begin: (check) => connection.begin(check),
    beginRead: () => connection.beginRead(),
    async commit() {
      await connection.commit();
      graph.transactionEnded();
    },
    async rollback() {
      await connection.rollback();
      graph.rolledBack();
      graph.transactionEnded();
    },
    savepoint: (name) => connection.savepoint(name),
    release: (name) => connection.release(name),
    async rollbackTo(name) {
      await connection.rollbackTo(name);
      graph.rolledBack();
    },
  };
}

async function changeSchema(
  storage: SqliteStorage,
  statement: SchemaStatement,
  context: SchemaContext,
  procedures: readonly ProcedureInfo[],
): Promise<readonly Notice[]> {
  const inputOf = (catalog: Catalog): BindInput => ({ catalog, parameters: new Map(), procedures });
  const found = statement.kind === 'createView' ? checkView(inputOf(context.catalog), statement) : [];
  const renames = statement.kind === 'alterTable' || statement.kind === 'rename';
  const usable = renames ? usableViews(inputOf(context.catalog)) : [];
  const outcome = await runSchemaStatement(storage, statement, context);
  if (renames) refuseBrokenViews(inputOf(storage.catalog()), usable, statement.span);
  return outcome.kind === 'skipped' ? [{ code: 'notice/skipped', message: outcome.message }] : found;
}

function runSchemaStatement(
  storage: SqliteStorage,
  statement: SchemaStatement,
  context: SchemaContext,
): ReturnType<SqliteStorage['createTable']> {
  switch (statement.kind) {
    case 'createTable':
      return storage.createTable(statement, definitions(context.catalog));
    case 'dropTable':
      return eachName(statement, (one) => storage.dropTable(one));
    case 'createCollection':
      return storage.createCollection(statement);
    case 'alterCollection':
      return storage.alterCollection(statement);
    case 'dropCollection':
      return eachName(statement, (one) => storage.dropCollection(one));
    case 'createView':
      return storage.createView(statement);
    case 'dropView':
      return eachName(statement, (one) => storage.dropView(one));
    case 'alterTable':
      return storage.alterTable(statement, { compile: definitions(context.catalog), query: context.query });
    case 'rename':
      return storage.rename(statement);
    case 'analyze':
    case 'vacuum':
      return storage.maintain(statement);
    case 'createGraph':
      return storage.createGraph(statement);
    case 'dropGraph':
      return eachName(statement, (one) => storage.dropGraph(one));
    case 'createIndex':
      return storage.createIndex(statement, indexParts(context.catalog), context.graph, context.reached);
    case 'dropIndex':
      return eachName(statement, (one) => storage.dropIndex(one));
    case 'reindex':
      return storage.reindex(statement, context.reached);
  }
}

/** `DROP … a, b` */
async function eachName<T extends DropTable | DropCollection | DropView | DropIndex | DropGraph>(
  statement: T,
  drop: (one: T) => ReturnType<SqliteStorage['dropTable']>,
): ReturnType<SqliteStorage['dropTable']> {
  const messages: string[] = [];
  for (const name of [statement.name, ...(statement.also ?? [])]) {
    const outcome = await drop({ ...statement, name });
    if (outcome.kind === 'skipped') messages.push(outcome.message);
  }
  return messages.length > 0 ? { kind: 'skipped', message: messages.join(' ') } : { kind: 'done' };
}

function definitions(catalog: Catalog): Parameters<SqliteStorage['createTable']>[1] {
  return {
    check: (condition: Ast.Expression, columns: readonly ColumnInfo[]) => {
      const bound = bindDefinition(condition, columns, catalog, 'condition');
      return compileCheck(bound.expr, bound.columns);
    },
    generated: (value: Ast.Expression, columns: readonly ColumnInfo[], column: ColumnInfo) => {
      const { expr, columns: bound } = bindDefinition(value, columns, catalog, 'value');
      const ids = columnsOf(expr);
      const names = bound.filter((c) => ids.has(c.id)).map((c) => c.name);
      return { sql: compileGenerated(foldExpression(expr), bound, column), names };
    },
    default: (value: Ast.Expression, column: ColumnInfo) =>
      compileDefault(foldExpression(bindDefinition(value, [], catalog, 'value').expr), column),
  };
}

function indexParts(catalog: Catalog): CompileIndex {
  const bound = (expression: Ast.Expression, subject: IndexSubject, as: 'condition' | 'value'): BoundIndexPart => {
    const part = bindIndexPart(expression, subject, catalog, as);
    return { ...part, expr: foldExpression(part.expr) };
  };
  return {
    key: (expression, subject) => compileIndexKey(bound(expression, subject, 'value')),
    condition: (expression, subject) => compileIndexCondition(bound(expression, subject, 'condition')),
  };
}

/** EXPLAIN QUERY PLAN, as depth and words. */
function explainSql(storage: SqliteStorage, text: string): { depth: number; detail: string }[] {
  const rows = storage.connection.explain(text, nulls(text));
  const depths = new Map<number, number>([[0, -1]]);
  return rows.map((row) => {
    const [id, parent, , detail] = row as [number, number, number, string];
    const depth = (depths.get(parent) ?? -1) + 1;
    depths.set(id, depth);
    return { depth, detail };
  });
}

/** Of a table of the file, which may hold a collection. */
function rowsOf(catalog: Catalog, table: string): number | undefined {
  return catalog.table(table)?.rows ?? catalog.collections.find((collection) => collection.table === table)?.rows;
}

function nulls(text: string): null[] {
  return [...text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '').matchAll(/\?/g)].map(() => null);
}
