// The syntax tree of definitions: CREATE and DROP of tables, collections, views and indexes.

import type { Name, Path } from './ast.ts';
import type { Expression, ObjectLiteral } from './ast-expression.ts';
import type { Query } from './ast-query.ts';
import type { Span } from './error.ts';

/** `CREATE TABLE [IF NOT EXISTS] name (columns, constraints)`, or `… AS query` without columns */
export interface CreateTable {
  readonly kind: 'createTable';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  readonly query?: Query;
  readonly span: Span;
}

export interface ColumnDefinition {
  readonly name: Name;
  /** As written, upper case, without length: `VARCHAR(30)` has type `VARCHAR` and typeArguments [30]. */
  readonly type: string;
  readonly typeArguments: readonly number[];
  readonly typeSpan: Span;
  readonly constraints: readonly ColumnConstraint[];
  readonly span: Span;
}

export type ColumnConstraint =
  | { readonly kind: 'notNull'; readonly span: Span }
  /** `autoincrement`: a number that was given once is never given again. */
  | { readonly kind: 'primaryKey'; readonly autoincrement?: true; readonly span: Span }
  | { readonly kind: 'unique'; readonly span: Span }
  | { readonly kind: 'default'; readonly value: Expression; readonly span: Span }
  | { readonly kind: 'collate'; readonly collation: Name; readonly span: Span }
  /** `[GENERATED ALWAYS] AS (value) [STORED | VIRTUAL]`: computed from the other columns of the row. */
  | { readonly kind: 'generated'; readonly value: Expression; readonly stored: boolean; readonly span: Span }
  /** `GENERATED ALWAYS | BY DEFAULT AS IDENTITY`: numbered; with `always` no other number can be given. */
  | { readonly kind: 'identity'; readonly always: boolean; readonly span: Span }
  | { readonly kind: 'check'; readonly name?: Name; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'references';
      readonly table: Name;
      readonly columns: readonly Name[];
      readonly onDelete?: ReferentialAction;
      readonly onUpdate?: ReferentialAction;
      /** Looked at only at COMMIT. */
      readonly deferred?: true;
      readonly span: Span;
    };

export type TableConstraint =
  | { readonly kind: 'primaryKey'; readonly name?: Name; readonly columns: readonly Name[]; readonly span: Span }
  | { readonly kind: 'unique'; readonly name?: Name; readonly columns: readonly Name[]; readonly span: Span }
  | { readonly kind: 'check'; readonly name?: Name; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'foreignKey';
      readonly name?: Name;
      readonly columns: readonly Name[];
      readonly table: Name;
      /** Empty: the primary key of `table`. */
      readonly references: readonly Name[];
      readonly onDelete?: ReferentialAction;
      readonly onUpdate?: ReferentialAction;
      /** Looked at only at COMMIT. */
      readonly deferred?: true;
      readonly span: Span;
    };

export type ReferentialAction = 'cascade' | 'restrict' | 'setNull' | 'setDefault' | 'noAction';

export interface DropTable {
  readonly kind: 'dropTable';
  readonly name: Name;
  /** `DROP … a, b`: b. */
  readonly also?: readonly Name[];
  readonly ifExists: boolean;
  readonly span: Span;
}

export interface CreateCollection {
  readonly kind: 'createCollection';
  readonly name: Name;
  readonly ifNotExists: boolean;
  /** `VALIDATE WITH {…}`: a JSON Schema written out. */
  readonly schema?: ObjectLiteral;
  readonly span: Span;
}

/** `ALTER COLLECTION name SET SCHEMA {…} [NOT VALIDATED]` or `DROP SCHEMA` */
export interface AlterCollection {
  readonly kind: 'alterCollection';
  readonly name: Name;
  /** Absent: dropped. */
  readonly schema?: ObjectLiteral;
  /** The documents that are there are not looked at. */
  readonly notValidated: boolean;
  readonly span: Span;
}

export interface DropCollection {
  readonly kind: 'dropCollection';
  readonly name: Name;
  /** `DROP … a, b`: b. */
  readonly also?: readonly Name[];
  readonly ifExists: boolean;
  readonly span: Span;
}

/** `CREATE [OR REPLACE] [TEMP] VIEW [IF NOT EXISTS] name [(columns)] AS query` */
export interface CreateView {
  readonly kind: 'createView';
  readonly name: Name;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly columns?: readonly Name[];
  readonly query: Query;
  readonly span: Span;
}

export interface DropView {
  readonly kind: 'dropView';
  readonly name: Name;
  /** `DROP … a, b`: b. */
  readonly also?: readonly Name[];
  readonly ifExists: boolean;
  readonly span: Span;
}

/**
 * `CREATE [UNIQUE] INDEX [IF NOT EXISTS] [name] ON target (keys) [WHERE condition]`. The target is a table or a collection
 * (`ON orders (a.b)`), a label (`ON :Person (name)`, also `FOR (n:Person) ON (n.name)`).
 */
export interface CreateIndex {
  readonly kind: 'createIndex';
  readonly name?: Name;
  readonly ifNotExists: boolean;
  readonly unique: boolean;
  readonly target: IndexTarget;
  /** Of a label: the graph whose nodes have it; absent: the graph in use. */
  readonly graph?: Name;
  readonly keys: readonly IndexKey[];
  /** The rows or documents that are in it; absent: all. */
  readonly where?: Expression;
  readonly span: Span;
}

export type IndexTarget = { readonly kind: 'named'; readonly name: Name } | { readonly kind: 'label'; readonly label: Name };

/** A path (a column, `a.b[0].c`, a property), or `lower(email)`. */
export type IndexKey = PathKey | ExpressionKey;
export interface PathKey {
  readonly path: Path;
  readonly collation?: Name;
  readonly descending: boolean;
}
export interface ExpressionKey {
  readonly expression: Expression;
  readonly collation?: Name;
  readonly descending: boolean;
}

/** Builds indexes anew; without a name all of them. */
export interface Reindex {
  readonly kind: 'reindex';
  /** An index, a table or a collection. */
  readonly name?: Name;
  readonly span: Span;
}

export interface DropIndex {
  readonly kind: 'dropIndex';
  readonly name: Name;
  /** `DROP … a, b`: b. */
  readonly also?: readonly Name[];
  readonly ifExists: boolean;
  readonly span: Span;
}

/** `ALTER TABLE [IF EXISTS] name action, …` */
export interface AlterTable {
  readonly kind: 'alterTable';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly actions: readonly AlterAction[];
  readonly span: Span;
}

export type AlterAction =
  | { readonly kind: 'renameTo'; readonly to: Name; readonly span: Span }
  | { readonly kind: 'renameColumn'; readonly column: Name; readonly to: Name; readonly span: Span }
  | { readonly kind: 'addColumn'; readonly column: ColumnDefinition; readonly ifNotExists: boolean; readonly span: Span }
  | { readonly kind: 'addConstraint'; readonly constraint: TableConstraint; readonly span: Span }
  | DropColumn
  | DropConstraint
  | { readonly kind: 'alterColumn'; readonly column: Name; readonly change: ColumnChange; readonly span: Span };

export interface DropColumn {
  readonly kind: 'dropColumn';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly span: Span;
}
export interface DropConstraint {
  readonly kind: 'dropConstraint';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly span: Span;
}

export type ColumnChange =
  | { readonly kind: 'setDefault'; readonly value: Expression }
  | { readonly kind: 'dropDefault' }
  | { readonly kind: 'setNotNull' }
  | { readonly kind: 'dropNotNull' }
  /** `RESTART [WITH number]`: what the next row gets; without WITH it is 1. */
  | { readonly kind: 'restart'; readonly next?: bigint }
  /** `[SET DATA] TYPE type [USING expression]`; without USING the value is cast. */
  | {
      readonly kind: 'setType';
      readonly type: string;
      readonly typeArguments: readonly number[];
      readonly typeSpan: Span;
      readonly using?: Expression;
    };

/** `ALTER COLLECTION | VIEW | GRAPH [IF EXISTS] name RENAME TO name` */
export interface Rename {
  readonly kind: 'rename';
  readonly what: 'collection' | 'view' | 'graph';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly to: Name;
  readonly span: Span;
}

/** `CREATE GRAPH [IF NOT EXISTS] name` */
export interface CreateGraph {
  readonly kind: 'createGraph';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly span: Span;
}

/** `DROP GRAPH [IF EXISTS] name, …`, with its nodes, edges and indexes */
export interface DropGraph {
  readonly kind: 'dropGraph';
  readonly name: Name;
  readonly also?: readonly Name[];
  readonly ifExists: boolean;
  readonly span: Span;
}

/** `ANALYZE [name]`, `VACUUM` */
export interface Maintain {
  readonly kind: 'analyze' | 'vacuum';
  readonly name?: Name;
  readonly span: Span;
}
