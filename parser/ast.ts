// The syntax tree: what was written, nothing resolved. Plain closed data: every node has a `kind`, every node that an
// error may point at has a `span`. Nodes are named after syntax. The two query forms (SELECT and the clause pipeline)
// stay apart here; the binder gives both one meaning.

import type {
  AlterTable,
  AlterCollection,
  CreateCollection,
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
  IndexTarget,
  Maintain,
  Rename,
} from './ast-definition.ts';
import type { Query } from './ast-query.ts';
import type { UserStatement } from './ast-users.ts';
import type { Delete, Insert, Restore, Update } from './ast-write.ts';
import type { Span } from './error.ts';

export type * from './ast-definition.ts';
export type * from './ast-expression.ts';
export type * from './ast-query.ts';
export type * from './ast-users.ts';
export type * from './ast-write.ts';

/** An identifier as written, quotes removed. */
export interface Name {
  readonly text: string;
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
  | { readonly kind: 'index'; readonly index: number; readonly span: Span }
  /** `[*]`: all elements of a list. Only a key of an index has it. */
  | { readonly kind: 'each'; readonly span: Span };

// ---------------------------------------------------------------------------------------------- statements

export interface Script {
  readonly statements: readonly Statement[];
}

export type Statement =
  | CreateTable
  | DropTable
  | CreateCollection
  | AlterCollection
  | DropCollection
  | CreateView
  | DropView
  | AlterTable
  | Rename
  | CreateGraph
  | DropGraph
  | Maintain
  | CreateIndex
  | DropIndex
  | Reindex
  | UserStatement
  | Insert
  | Update
  | Delete
  | Restore
  | QueryStatement
  | Begin
  | Commit
  | Rollback
  | Savepoint
  | SessionGraph
  | Show
  | Describe
  | Kill
  | Explain
  | ExplainModels
  | Advise
  | CompareQueries
  | CompareQuestion;

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

/** `SAVEPOINT name`, `RELEASE [SAVEPOINT] name`, `ROLLBACK TO [SAVEPOINT] name` */
export interface Savepoint {
  readonly kind: 'savepoint' | 'release' | 'rollbackTo';
  readonly name: Name;
  readonly span: Span;
}

/** `SESSION SET GRAPH name`; without a name `SESSION RESET [GRAPH]`, back to the default graph. */
export interface SessionGraph {
  readonly kind: 'sessionGraph';
  readonly graph?: Name;
  readonly span: Span;
}

/** `SHOW TABLES | VIEWS | COLUMNS | COLLECTIONS | PATHS | DEFINITIONS | INDEXES | GRAPHS | LABELS | EDGE TYPES | PROPERTIES | FUNCTIONS | PROCEDURES | QUESTIONS | USERS | TOKENS`; of a server also `RUNNING | SESSIONS | SETTINGS | LIMITS` */
export interface Show {
  readonly kind: 'show';
  readonly what: Shown;
  /** `USE g` in front; absent: the graph in use. */
  readonly graph?: Name;
  readonly span: Span;
}

export type Shown =
  | 'tables'
  | 'views'
  | 'columns'
  | 'collections'
  | 'paths'
  | 'definitions'
  | 'indexes'
  | 'graphs'
  | 'labels'
  | 'edgeTypes'
  | 'properties'
  | 'functions'
  | 'procedures'
  | 'questions'
  | 'statements'
  | 'users'
  | 'tokens'
  | ShownByServer;

/** What only a server knows. */
export type ShownByServer = 'running' | 'sessions' | 'settings' | 'limits';

/** `KILL id` stops a statement, `KILL SESSION id` ends a session. */
export interface Kill {
  readonly kind: 'kill';
  readonly what: 'statement' | 'session';
  readonly id: bigint;
  readonly span: Span;
}

/** `DESCRIBE name` (a table or a collection) or `DESCRIBE :Label` */
export interface Describe {
  readonly kind: 'describe';
  readonly target: IndexTarget;
  readonly graph?: Name;
  readonly span: Span;
}

/** `EXPLAIN [ANALYZE] statement` */
export interface Explain {
  readonly kind: 'explain';
  readonly analyze: boolean;
  readonly statement: Statement;
  readonly span: Span;
}

/** `EXPLAIN MODELS query`: the same in the other models. */
export interface ExplainModels {
  readonly kind: 'explainModels';
  readonly query: Query;
  readonly span: Span;
}

/** `ADVISE`: what the log of statements suggests. */
export interface Advise {
  readonly kind: 'advise';
  readonly span: Span;
}

/** `COMPARE { RELATIONAL query; DOCUMENT query; GRAPH query }`: any two or three, in any order. */
export interface CompareQueries {
  readonly kind: 'compareQueries';
  readonly forms: readonly ComparedForm[];
  readonly span: Span;
}

/** `GRAPH statement; …; CHECK query`. A form that writes may be several statements, and its CHECK shows what they leave. */
export interface ComparedForm {
  readonly model: Model;
  readonly statements: readonly Statement[];
  readonly check?: Query;
  readonly span: Span;
}

/** `COMPARE 'name'`: a question of the bundled catalogue. */
export interface CompareQuestion {
  readonly kind: 'compareQuestion';
  readonly question: string;
  readonly span: Span;
}

export type Model = 'relational' | 'document' | 'graph';
