// An open SQLite file as the rest of Trefoil sees it: the connection with its transactions, the catalogue, the two storages and
// the schema statements. engines/open.ts makes one per connection.

import type {
  AlterTable,
  CreateCollection,
  AlterCollection,
  CreateGraph,
  CreateIndex,
  CreateTable,
  CreateView,
  DropCollection,
  DropGraph,
  DropIndex,
  Reindex,
  DropTable,
  DropView,
  Maintain,
  Rename,
} from '../../../parser/ast.ts';
import { QueryError } from '../../../parser/error.ts';
import { type Catalog, defaultGraph } from '../../catalog.ts';
import type { UserStorage } from '../../engine.ts';
import type { GraphStorage, RowStorage } from '../../storage.ts';
import { type AlterContext, alterTable, rename } from './alter-table.ts';
import { CatalogReader } from './catalog.ts';
import type { CompileDefinitions } from './create-table.ts';
import { alterCollection } from './collection-schema.ts';
import { createCollection, createTable, type DdlOutcome, dropCollection, dropTable } from './ddl.ts';
import { type ConnectionOptions, openConnection, type SqliteConnection } from './driver.ts';
import { createGraph, dropGraph } from './graph-ddl.ts';
import { SqliteGraphStorage } from './graph-storage.ts';
import type { CompileIndex } from './expression-index.ts';
import { createIndex, dropIndex } from './index-ddl.ts';
import { maintain } from './maintain.ts';
import type { Reached } from './label-index.ts';
import { reindex } from './reindex.ts';
import { SqliteRowStorage } from './row-storage.ts';
import { ensureSchema } from './schema.ts';
import { SqliteUserStorage } from './users.ts';
import { createView, dropTemporaryViews, dropView } from './views.ts';

/** Opens or creates a file and brings Trefoil's tables in it up to date. Throws `storage/*`. */
export async function openStorage(file: string, options: ConnectionOptions = {}): Promise<SqliteStorage> {
  const connection = openConnection(file, options);
  try {
    await ensureSchema(connection);
    dropLeftViews(connection, false);
    return new SqliteStorage(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

export class SqliteStorage {
  /** Transactions, and `connection.database` to register functions on. */
  readonly connection: SqliteConnection;
  readonly rows: RowStorage;
  readonly #graphs = new Map<number, GraphStorage>();
  readonly users: UserStorage;
  readonly #reader: CatalogReader;

  constructor(connection: SqliteConnection) {
    this.connection = connection;
    this.#reader = new CatalogReader(connection);
    this.rows = new SqliteRowStorage(connection);
    this.users = new SqliteUserStorage(connection);
  }

  /** The default graph's. */
  get graph(): GraphStorage {
    return this.graphStorage(defaultGraph);
  }

  /** The nodes and edges of a graph that the catalogue knows. */
  graphStorage(graph: number): GraphStorage {
    let storage = this.#graphs.get(graph);
    if (!storage) this.#graphs.set(graph, (storage = new SqliteGraphStorage(this.connection, this.#reader, graph)));
    return storage;
  }

  /** The catalogue as the connection sees it now; the same object until something changes. A few microseconds. */
  catalog(): Catalog {
    return this.#reader.current();
  }

  createTable(statement: CreateTable, compile: CompileDefinitions): Promise<DdlOutcome> {
    return createTable(this.connection, this.#reader, statement, compile);
  }

  dropTable(statement: DropTable): Promise<DdlOutcome> {
    return dropTable(this.connection, this.#reader, statement);
  }

  createCollection(statement: CreateCollection): Promise<DdlOutcome> {
    return createCollection(this.connection, this.#reader, statement);
  }

  alterCollection(statement: AlterCollection): Promise<DdlOutcome> {
    return alterCollection(this.connection, this.#reader, statement);
  }

  dropCollection(statement: DropCollection): Promise<DdlOutcome> {
    return dropCollection(this.connection, this.#reader, statement);
  }

  createView(statement: CreateView): Promise<DdlOutcome> {
    return createView(this.connection, this.#reader, statement);
  }

  dropView(statement: DropView): Promise<DdlOutcome> {
    return dropView(this.connection, this.#reader, statement);
  }

  alterTable(statement: AlterTable, context: Pick<AlterContext, 'compile' | 'query'>): Promise<DdlOutcome> {
    return alterTable({ connection: this.connection, catalog: this.#reader, ...context }, statement);
  }

  maintain(statement: Maintain): Promise<DdlOutcome> {
    return maintain(this.connection, this.#reader, statement);
  }

  rename(statement: Rename): Promise<DdlOutcome> {
    return rename(this.connection, this.#reader, statement);
  }

  createIndex(statement: CreateIndex, compile?: CompileIndex, graph = defaultGraph, reached?: Reached): Promise<DdlOutcome> {
    return createIndex(this.connection, this.#reader, statement, compile, graph, reached);
  }

  createGraph(statement: CreateGraph): Promise<DdlOutcome> {
    return createGraph(this.connection, this.#reader, statement);
  }

  dropGraph(statement: DropGraph): Promise<DdlOutcome> {
    return dropGraph(this.connection, this.#reader, statement);
  }

  dropIndex(statement: DropIndex): Promise<DdlOutcome> {
    return dropIndex(this.connection, this.#reader, statement);
  }

  reindex(statement: Reindex, reached?: Reached): Promise<DdlOutcome> {
    return reindex(this.connection, this.#reader, statement, reached);
  }

  /** Drops this process's temporary views. */
  dropTemporary(): void {
    if (this.connection.open && this.catalog().views.some((view) => view.temporary)) dropLeftViews(this.connection, true);
  }

  close(): void {
    this.connection.close();
  }
}

/** Temporary views are left to the next who opens the file if they cannot be dropped now. */
function dropLeftViews(connection: SqliteConnection, own: boolean): void {
  if (connection.readOnly) return;
  try {
    dropTemporaryViews(connection, own);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
  }
}
