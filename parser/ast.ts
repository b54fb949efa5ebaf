// The syntax tree: what was written, nothing resolved. Plain closed data: every node has a `kind`, every node that an
// error may point at has a `span`. Nodes are named after syntax. The two query forms (SELECT and the clause pipeline)
// stay apart here; the binder gives both one meaning.

import type { Span } from './error.ts';

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

// ---------------------------------------------------------------------------------------------- queries

export type Query = SelectQuery | PipelineQuery | SetQuery | ValuesQuery | WithQuery;

/** `WITH [RECURSIVE] name [(columns)] AS (query), … body` */
export interface WithQuery {
  readonly kind: 'withQuery';
  readonly recursive: boolean;
  readonly tables: readonly CommonTable[];
  readonly body: Query;
  readonly span: Span;
}

export interface CommonTable {
  readonly name: Name;
  readonly columns?: readonly Name[];
  readonly query: Query;
}

export interface SelectQuery {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: FromItem;
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly having?: Expression;
  readonly orderBy: readonly SortKey[];
  readonly limit?: Expression;
  readonly offset?: Expression;
  readonly span: Span;
}

/** `left UNION [ALL] right …`; ORDER BY and LIMIT here belong to the whole. Left-associative. Operands have none of their own unless in parentheses. */
export interface SetQuery {
  readonly kind: 'set';
  readonly operator: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: Query;
  readonly right: Query;
  readonly orderBy: readonly SortKey[];
  readonly limit?: Expression;
  readonly offset?: Expression;
  readonly span: Span;
}

/** `VALUES (1, 'a'), (2, 'b')`: the columns are column1, column2, … */
export interface ValuesQuery {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
  readonly span: Span;
}

export type SelectItem =
  | { readonly kind: 'star'; readonly of?: Name; readonly span: Span }
  | { readonly kind: 'expression'; readonly value: Expression; readonly alias?: Name; readonly span: Span };

export interface SortKey {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nulls?: 'first' | 'last';
}

/** What may stand in FROM. Comma and JOIN build the same left-deep tree. */
export type FromItem = FromNamed | FromPath | FromQuery | FromMatch | FromJoin | FromCall;

/** A table, a collection or a common table expression: `customer AS c`. */
export interface FromNamed {
  readonly kind: 'named';
  readonly name: Name;
  readonly alias?: Name;
  readonly span: Span;
}

/** An array inside an earlier item or any expression: `o.items AS i`, `UNNEST(expression) AS i [AT n]` / `WITH ORDINALITY` is not built. */
export interface FromPath {
  readonly kind: 'unnest';
  readonly value: Expression;
  readonly alias?: Name;
  /** `AT n`: the 0-based position. */
  readonly position?: Name;
  /** Written as UNNEST(…); else as a bare path. */
  readonly keyword: boolean;
  readonly span: Span;
}

/** `(query) AS alias [(columns)]` */
export interface FromQuery {
  readonly kind: 'query';
  readonly query: Query;
  readonly alias?: Name;
  readonly columns?: readonly Name[];
  readonly span: Span;
}

/** `MATCH pattern, … [WHERE …]` as a FROM item (one pattern without parentheres round it; several or a WHERE need `(MATCH …)`), also `GRAPH_TABLE (g MATCH … [WHERE …] COLUMNS (…)) [AS alias]`. */
export interface FromMatch {
  readonly kind: 'match';
  readonly patterns: readonly PathPattern[];
  readonly where?: Expression;
  /** Only GRAPH_TABLE: the graph's name as written and its columns. */
  readonly graphTable?: { readonly graph: Name; readonly columns: readonly SelectItem[] };
  readonly alias?: Name;
  readonly span: Span;
}

/** `CALL procedure(…) [YIELD …]` as a FROM item is written `(CALL … )`, so it is a FromQuery; this is for a table function `name(args) AS alias`. */
export interface FromCall {
  readonly kind: 'call';
  readonly name: Name;
  readonly arguments: readonly Expression[];
  readonly alias?: Name;
  readonly span: Span;
}

export interface FromJoin {
  readonly kind: 'join';
  /** `comma` and `cross` mean the same. */
  readonly type: 'comma' | 'cross' | 'inner' | 'left' | 'right' | 'full';
  readonly natural: boolean;
  readonly left: FromItem;
  readonly right: FromItem;
  readonly on?: Expression;
  readonly using?: readonly Name[];
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------- the pipeline form

/** `MATCH … WHERE … WITH … RETURN …`: clauses in the order written. It gives rows only if it ends in RETURN (or a CALL that stands alone). */
export interface PipelineQuery {
  readonly kind: 'pipeline';
  readonly clauses: readonly Clause[];
  readonly span: Span;
}

export type Clause =
  | MatchClause
  | FromClause
  | WhereClause
  | UnwindClause
  | WithClause
  | ReturnClause
  | CallClause
  | CreateClause
  | SetClause
  | RemoveClause
  | DeleteClause;

export interface MatchClause {
  readonly kind: 'match';
  readonly optional: boolean;
  readonly patterns: readonly PathPattern[];
  readonly where?: Expression;
  readonly span: Span;
}
/** `FROM items` as a clause: joins rows to those so far. */
export interface FromClause {
  readonly kind: 'from';
  readonly item: FromItem;
  readonly span: Span;
}
/** A WHERE that follows FROM, UNWIND or CALL (after MATCH and WITH it belongs to that clause). */
export interface WhereClause {
  readonly kind: 'where';
  readonly condition: Expression;
  readonly span: Span;
}
/** `UNWIND expression AS name`. `UNWIND (SELECT …) AS row` has a subquery expression as value; the binder makes each row an object. */
export interface UnwindClause {
  readonly kind: 'unwind';
  readonly value: Expression;
  readonly alias: Name;
  readonly span: Span;
}
export interface WithClause {
  readonly kind: 'with';
  readonly projection: Projection;
  readonly where?: Expression;
  readonly span: Span;
}
export interface ReturnClause {
  readonly kind: 'return';
  readonly projection: Projection;
  readonly span: Span;
}
export interface Projection {
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly orderBy: readonly SortKey[];
  readonly skip?: Expression;
  readonly limit?: Expression;
}
/** `CALL name(args) [YIELD column [AS alias], …]` */
export interface CallClause {
  readonly kind: 'call';
  /** Dotted: `algo.pagerank`. */
  readonly procedure: Name;
  readonly arguments: readonly Expression[];
  readonly yields?: readonly { readonly column: Name; readonly alias?: Name }[];
  readonly span: Span;
}
export interface CreateClause {
  readonly kind: 'create';
  readonly patterns: readonly PathPattern[];
  readonly span: Span;
}
export interface SetClause {
  readonly kind: 'set';
  readonly items: readonly SetItem[];
  readonly span: Span;
}
export type SetItem =
  /** `SET n.a.b = value` */
  | { readonly kind: 'path'; readonly path: Path; readonly value: Expression }
  /** `SET n = {…}` or `SET n += {…}` */
  | { readonly kind: 'all'; readonly target: Name; readonly value: Expression; readonly merge: boolean }
  /** `SET n:A:B` */
  | { readonly kind: 'labels'; readonly target: Name; readonly labels: readonly Name[] };
export interface RemoveClause {
  readonly kind: 'remove';
  readonly items: readonly (
    | { readonly kind: 'path'; readonly path: Path }
    | { readonly kind: 'labels'; readonly target: Name; readonly labels: readonly Name[] }
  )[];
  readonly span: Span;
}
export interface DeleteClause {
  readonly kind: 'deleteElements';
  readonly detach: boolean;
  readonly values: readonly Expression[];
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------- patterns

/** `[p =] [ANY SHORTEST | ALL SHORTEST] (a)-[e]->(b)…`, also `shortestPath((a)-[*]->(b))`. */
export interface PathPattern {
  readonly variable?: Name;
  readonly selector: PathSelector;
  /** nodes.length = edges.length + 1; edges[i] joins nodes[i] and nodes[i + 1]. */
  readonly nodes: readonly NodePattern[];
  readonly edges: readonly EdgePattern[];
  readonly span: Span;
}

export type PathSelector = 'all' | 'anyShortest' | 'allShortest' | 'shortestPath' | 'allShortestPaths';

export interface NodePattern {
  readonly variable?: Name;
  readonly labels?: LabelExpression;
  /** An object literal or a parameter. */
  readonly properties?: Expression;
  /** `(n WHERE n.age > 3)` */
  readonly where?: Expression;
  readonly span: Span;
}

export interface EdgePattern {
  readonly variable?: Name;
  /** `right` for `-[]->`, `left` for `<-[]-`, `any` for `-[]-` (also `<-[]->`). */
  readonly direction: 'right' | 'left' | 'any';
  /** Empty: any type. `:A|B` has two. */
  readonly types: readonly Name[];
  readonly properties?: Expression;
  readonly where?: Expression;
  /** Absent: exactly one edge. */
  readonly quantifier?: Quantifier;
  readonly span: Span;
}

/** `*`, `*2`, `*1..3`, `*..3` inside the brackets, or `{0,}`, `{2}`, `{1,3}`, `*`, `+`, `?` after the arrow. */
export interface Quantifier {
  readonly min: number;
  /** Absent: no upper bound. */
  readonly max?: number;
  readonly notation: 'star' | 'braces';
  readonly span: Span;
}

export type LabelExpression =
  | { readonly kind: 'label'; readonly name: Name }
  | { readonly kind: 'not'; readonly operand: LabelExpression }
  /** `:A:B` and `:A&B` */
  | { readonly kind: 'and'; readonly left: LabelExpression; readonly right: LabelExpression }
  /** `:A|B` */
  | { readonly kind: 'or'; readonly left: LabelExpression; readonly right: LabelExpression }
  /** `%`: any label at all */
  | { readonly kind: 'any'; readonly span: Span };

// ---------------------------------------------------------------------------------------------- expressions

export type Expression =
  | Literal
  | Parameter
  | Identifier
  | FieldAccess
  | IndexAccess
  | SliceAccess
  | Unary
  | Binary
  | IsTest
  | Between
  | InList
  | InQuery
  | Like
  | Case
  | Cast
  | FunctionCall
  | CountStar
  | Exists
  | Subquery
  | ListLiteral
  | ObjectLiteral
  | ListComprehension
  | Quantified
  | LabelTest
  | PatternTest;

/** Integers are bigint, floats are number, as in engines/value.ts. `MISSING` is the keyword. */
export interface Literal {
  readonly kind: 'literal';
  readonly value: null | boolean | bigint | number | string | Uint8Array;
  /** True for the keyword MISSING, whose value is null here. */
  readonly missing?: true;
  readonly span: Span;
}
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly span: Span;
}
export interface Identifier {
  readonly kind: 'identifier';
  readonly name: string;
  readonly span: Span;
}
export interface FieldAccess {
  readonly kind: 'field';
  readonly value: Expression;
  readonly name: Name;
  readonly span: Span;
}
export interface IndexAccess {
  readonly kind: 'index';
  readonly value: Expression;
  readonly index: Expression;
  readonly span: Span;
}
/** `list[from..to]`, either end optional. */
export interface SliceAccess {
  readonly kind: 'slice';
  readonly value: Expression;
  readonly from?: Expression;
  readonly to?: Expression;
  readonly span: Span;
}
export interface Unary {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'NOT';
  readonly operand: Expression;
  readonly span: Span;
}
export type BinaryOperator =
  | 'OR'
  | 'XOR'
  | 'AND'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | '||'
  | 'STARTS WITH'
  | 'ENDS WITH'
  | 'CONTAINS'
  | '=~';
/** `!=` is `<>` and `==` is `=`. */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}
/** `x IS [NOT] NULL | MISSING | TRUE | FALSE` */
export interface IsTest {
  readonly kind: 'is';
  readonly operand: Expression;
  readonly test: 'null' | 'missing' | 'true' | 'false';
  readonly negated: boolean;
  readonly span: Span;
}
export interface Between {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
  readonly span: Span;
}
/** `x IN list`; `x IN (1, 2)` has a ListLiteral with `parenthesised`. */
export interface InList {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly list: Expression;
  readonly negated: boolean;
  readonly span: Span;
}
export interface InQuery {
  readonly kind: 'inQuery';
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
  readonly span: Span;
}
export interface Like {
  readonly kind: 'like';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
  readonly negated: boolean;
  readonly span: Span;
}
export interface Case {
  readonly kind: 'case';
  readonly operand?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
  readonly span: Span;
}
/** `CAST(x AS type)`; the type is in upper case. */
export interface Cast {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: string;
  readonly typeSpan: Span;
  readonly span: Span;
}
/** Also aggregates. `count(*)` is CountStar. */
export interface FunctionCall {
  readonly kind: 'call';
  /** Dotted names allowed; `text` is as written. */
  readonly name: Name;
  readonly distinct: boolean;
  readonly arguments: readonly Expression[];
  readonly span: Span;
}
export interface CountStar {
  readonly kind: 'countStar';
  readonly span: Span;
}
/** `EXISTS (query)`, `EXISTS { MATCH … }`, `EXISTS { (a)-->(b) WHERE … }` (the last as a pipeline that has only a match clause). */
export interface Exists {
  readonly kind: 'exists';
  readonly query: Query;
  readonly braces: boolean;
  readonly span: Span;
}
/** A query in parentheses as a value; `COUNT { … }` and `COLLECT { … }` too. */
export interface Subquery {
  readonly kind: 'subquery';
  readonly query: Query;
  readonly mode: 'scalar' | 'count' | 'collect';
  readonly span: Span;
}
export interface ListLiteral {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  /** Written `(1, 2)` after IN. */
  readonly parenthesised: boolean;
  readonly span: Span;
}
export interface ObjectLiteral {
  readonly kind: 'object';
  readonly entries: readonly { readonly key: Name; readonly value: Expression }[];
  readonly span: Span;
}
/** `[x IN list WHERE condition | result]` */
export interface ListComprehension {
  readonly kind: 'comprehension';
  readonly variable: Name;
  readonly list: Expression;
  readonly where?: Expression;
  readonly result?: Expression;
  readonly span: Span;
}
/** `all(x IN list WHERE condition)` */
export interface Quantified {
  readonly kind: 'quantified';
  readonly quantifier: 'all' | 'any' | 'none' | 'single';
  readonly variable: Name;
  readonly list: Expression;
  readonly condition: Expression;
  readonly span: Span;
}
/** `n:Person` as a truth value. */
export interface LabelTest {
  readonly kind: 'labelTest';
  readonly operand: Expression;
  readonly labels: LabelExpression;
  readonly span: Span;
}
/** A pattern as a truth value: `(a)-[:KNOWS]->(b)`. It has at least one edge. */
export interface PatternTest {
  readonly kind: 'patternTest';
  readonly pattern: PathPattern;
  readonly span: Span;
}
