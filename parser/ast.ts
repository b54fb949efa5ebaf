// The syntax tree: what was written, nothing resolved. Plain closed data: every node has a `kind`, every node that an
// error may point at has a `span`. Nodes are named after syntax. The two query forms (SELECT and the clause pipeline)
// stay apart here; the binder gives both one meaning.

import type { Expression } from './ast-expression.ts';
import type { Query, SelectItem } from './ast-query.ts';
import type { Span } from './error.ts';

export type * from './ast-expression.ts';
export type * from './ast-query.ts';

/** An identifier as written, quotes removed. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------- statements

export interface Script {
  readonly statements: readonly Statement[];
}

export type Statement =
  | CreateTable
  | DropTable
  | CreateCollection
  | DropCollection
  | CreateIndex
  | DropIndex
  | Insert
  | Update
  | Delete
  | QueryStatement
  | Begin
  | Commit
  | Rollback
  | Show
  | Describe
  | Explain
  | CompareQueries
  | CompareQuestion;

/** `CREATE TABLE [IF NOT EXISTS] name (columns, constraints)` */
export interface CreateTable {
  readonly kind: 'createTable';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
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
  | { readonly kind: 'primaryKey'; readonly span: Span }
  | { readonly kind: 'unique'; readonly span: Span }
  | { readonly kind: 'default'; readonly value: Expression; readonly span: Span }
  | { readonly kind: 'check'; readonly name?: Name; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'references';
      readonly table: Name;
      readonly columns: readonly Name[];
      readonly onDelete?: ReferentialAction;
      readonly onUpdate?: ReferentialAction;
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
      readonly span: Span;
    };

export type ReferentialAction = 'cascade' | 'restrict' | 'setNull' | 'setDefault' | 'noAction';

export interface DropTable {
  readonly kind: 'dropTable';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly span: Span;
}

export interface CreateCollection {
  readonly kind: 'createCollection';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly span: Span;
}

export interface DropCollection {
  readonly kind: 'dropCollection';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly span: Span;
}

/**
 * `CREATE [UNIQUE] INDEX [IF NOT EXISTS] [name] ON target (keys)`. The target is a table or a collection
 * (`ON orders (a.b)`), a label (`ON :Person (name)`, also `FOR (n:Person) ON (n.name)`).
 */
export interface CreateIndex {
  readonly kind: 'createIndex';
  readonly name?: Name;
  readonly ifNotExists: boolean;
  readonly unique: boolean;
  readonly target: IndexTarget;
  /** Each key is a path: a column, `a.b[0].c`, or a property. */
  readonly keys: readonly IndexKey[];
  readonly span: Span;
}

export type IndexTarget = { readonly kind: 'named'; readonly name: Name } | { readonly kind: 'label'; readonly label: Name };

export interface IndexKey {
  readonly path: Path;
  readonly descending: boolean;
}

export interface DropIndex {
  readonly kind: 'dropIndex';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly span: Span;
}

/** A name and the steps below it: `a`, `a.b[0].c`. Used where only a path may stand (SET, UNSET, index keys). */
export interface Path {
  readonly root: Name;
  readonly steps: readonly PathStep[];
  readonly span: Span;
}

export type PathStep =
  | { readonly kind: 'field'; readonly name: Name }
  | { readonly kind: 'index'; readonly index: number; readonly span: Span };

/** `INSERT INTO name [(columns)] source [RETURNING items]` */
export interface Insert {
  readonly kind: 'insert';
  readonly into: Name;
  readonly columns?: readonly Name[];
  readonly source: InsertSource;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export type InsertSource =
  | { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] }
  /** `INSERT INTO orders {…}, $doc` */
  | { readonly kind: 'documents'; readonly documents: readonly Expression[] }
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'defaultValues' };

/** `UPDATE name [AS alias] SET path = value, … [UNSET path, …] [WHERE …] [RETURNING …]` */
export interface Update {
  readonly kind: 'update';
  readonly target: Name;
  readonly alias?: Name;
  readonly set: readonly { readonly path: Path; readonly value: Expression }[];
  readonly unset: readonly Path[];
  readonly where?: Expression;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

/** `DELETE FROM name [AS alias] [WHERE …] [RETURNING …]` */
export interface Delete {
  readonly kind: 'delete';
  readonly from: Name;
  readonly alias?: Name;
  readonly where?: Expression;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export interface QueryStatement {
  readonly kind: 'query';
  readonly query: Query;
  readonly span: Span;
}

/** `BEGIN [TRANSACTION] [READ ONLY]` */
export interface Begin {
  readonly kind: 'begin';
  readonly readOnly: boolean;
  readonly span: Span;
}
export interface Commit {
  readonly kind: 'commit';
  readonly span: Span;
}
export interface Rollback {
  readonly kind: 'rollback';
  readonly span: Span;
}

/** `SHOW TABLES | COLLECTIONS | INDEXES | LABELS | EDGE TYPES | FUNCTIONS | PROCEDURES | QUESTIONS` */
export interface Show {
  readonly kind: 'show';
  readonly what: 'tables' | 'collections' | 'indexes' | 'labels' | 'edgeTypes' | 'functions' | 'procedures' | 'questions';
  readonly span: Span;
}

/** `DESCRIBE name` (a table or a collection) or `DESCRIBE :Label` */
export interface Describe {
  readonly kind: 'describe';
  readonly target: IndexTarget;
  readonly span: Span;
}

/** `EXPLAIN [ANALYZE] statement` */
export interface Explain {
  readonly kind: 'explain';
  readonly analyze: boolean;
  readonly statement: Statement;
  readonly span: Span;
}

/** `COMPARE { RELATIONAL query; DOCUMENT query; GRAPH query }`: any two or three, in any order. */
export interface CompareQueries {
  readonly kind: 'compareQueries';
  readonly forms: readonly { readonly model: Model; readonly query: Query; readonly span: Span }[];
  readonly span: Span;
}

/** `COMPARE 'name'`: a question of the bundled catalogue. */
export interface CompareQuestion {
  readonly kind: 'compareQuestion';
  readonly question: string;
  readonly span: Span;
}

export type Model = 'relational' | 'document' | 'graph';
