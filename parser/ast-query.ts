// The syntax tree of queries: SELECT, the clause pipeline, FROM items and graph patterns. Part of ast.ts.

import type { Expression, WindowSpec } from './ast-expression.ts';
import type { Name, Path } from './ast.ts';
import type { Span } from './error.ts';

export type Query = SelectQuery | PipelineQuery | SetQuery | ValuesQuery | WithQuery;

/** `WITH [RECURSIVE] name [(columns)] AS (query), … body` */
export interface WithQuery {
  readonly kind: 'withQuery';
  readonly use?: Name;
  readonly recursive: boolean;
  readonly tables: readonly CommonTable[];
  readonly body: Query;
  readonly span: Span;
}

/** `WITH [RECURSIVE] name AS (query), …` before INSERT, UPDATE or DELETE. */
export interface WithTables {
  readonly recursive: boolean;
  readonly tables: readonly CommonTable[];
}

export interface CommonTable {
  readonly name: Name;
  readonly columns?: readonly Name[];
  readonly query: Query;
}

export interface SelectQuery {
  readonly kind: 'select';
  /** `USE g` in front: the graph that it and the queries inside it read. */
  readonly use?: Name;
  readonly distinct: boolean;
  /** `DISTINCT ON (…)`; `distinct` is false then. */
  readonly distinctOn?: readonly Expression[];
  /** `SELECT VALUE expression`: one item, and as a value inside an expression the query is a list. */
  readonly value?: true;
  readonly items: readonly SelectItem[];
  readonly from?: FromItem;
  /** `LET name = expression, …` after FROM: names for the rest of the query. */
  readonly lets?: readonly Let[];
  readonly where?: Expression;
  readonly groupBy: readonly GroupItem[];
  /** `GROUP AS g`: the rows of a group as a list of objects, one key for each variable. */
  readonly groupAs?: Name;
  /** `LETTING name = expression` after GROUP BY: over the groups. */
  readonly letting?: readonly Let[];
  readonly having?: Expression;
  /** `WINDOW w AS (…), …` */
  readonly windows?: readonly NamedWindow[];
  readonly qualify?: Expression;
  readonly orderBy: readonly SortKey[];
  readonly limit?: Expression;
  readonly fetch?: Fetch;
  readonly offset?: Expression;
  readonly span: Span;
}

/** How FETCH reads the number in `limit`; absent: as LIMIT does. */
export interface Fetch {
  /** The rows that are equal to the last one in the order come too. */
  readonly ties: boolean;
  /** Of all rows. */
  readonly percent: boolean;
}

export interface NamedWindow {
  readonly name: Name;
  readonly window: WindowSpec;
}

/** What GROUP BY lists. */
export type GroupItem = Expression | GroupTuple | GroupingSets;

/** `(a, b)` or `()`: several keys, or none, that belong together. */
export interface GroupTuple {
  readonly kind: 'groupTuple';
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `GROUPING SETS (…)`, `ROLLUP (…)`, `CUBE (…)`; only GROUPING SETS has others of its kind inside. */
export interface GroupingSets {
  readonly kind: 'groupingSets';
  readonly operator: 'sets' | 'rollup' | 'cube';
  readonly items: readonly GroupItem[];
  readonly span: Span;
}

export interface Let {
  readonly name: Name;
  readonly value: Expression;
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
  readonly fetch?: Fetch;
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
  | {
      readonly kind: 'expression';
      readonly value: Expression;
      readonly alias?: Name;
      /** The text in a pipeline, which names the column there, if it differs from the canonical text. */
      readonly written?: string;
      readonly span: Span;
    };

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
  /** `t AS a (x, y)`: other names for the first columns. */
  readonly columns?: readonly Name[];
  /** `INDEXED BY name`; null: `NOT INDEXED`. */
  readonly indexedBy?: Name | null;
  readonly span: Span;
}

/** An array inside an earlier item or any expression: `o.items AS i`, `UNNEST(expression) AS i [AT n]`. */
export interface FromPath {
  readonly kind: 'unnest';
  readonly value: Expression;
  readonly alias?: Name;
  /** `AT n`: the 0-based position. */
  readonly position?: Name;
  /** Written as UNNEST(…); else as a bare path. */
  readonly keyword: boolean;
  /** `UNPIVOT o AS v AT k`: the values of an object and their keys. */
  readonly unpivot?: true;
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
  /** `GRAPH g MATCH …`; absent: the graph in use. */
  readonly graph?: Name;
  readonly alias?: Name;
  readonly span: Span;
}

/**
 * A function that gives a list: `name(args) [WITH ORDINALITY] [AS] alias [(columns)]`. Also UNNEST of several lists, with ORDINALITY or with columns.
 * (`CALL procedure(…) [YIELD …]` as a FROM item is written `(CALL …)`, so it is a FromQuery.)
 */
export interface FromCall {
  readonly kind: 'call';
  readonly name: Name;
  readonly arguments: readonly Expression[];
  /** A last column that counts the rows from 1. */
  readonly ordinality?: true;
  readonly alias?: Name;
  readonly columns?: readonly Name[];
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
  /** `USE g` in front: the graph that its clauses and the queries inside it read and write. */
  readonly use?: Name;
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
  | CallQueryClause
  | CreateClause
  | MergeClause
  | ForeachClause
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
  readonly fetch?: Fetch;
}
/** `[OPTIONAL] CALL name(args) [YIELD column [AS alias], … [WHERE …]]` */
export interface CallClause {
  readonly kind: 'call';
  readonly optional: boolean;
  /** Dotted: `algo.pagerank`. */
  readonly procedure: Name;
  /** Absent: no parentheses; the arguments are the parameters of the same names. */
  readonly arguments?: readonly Expression[];
  readonly yields?: readonly YieldItem[] | '*';
  /** Only behind YIELD. */
  readonly where?: Expression;
  readonly span: Span;
}
export interface YieldItem {
  readonly column: Name;
  readonly alias?: Name;
}
/** `[OPTIONAL] CALL [(a, b)] { query }`: the query once for each row so far. Without a RETURN it only writes. */
export interface CallQueryClause {
  readonly kind: 'callQuery';
  readonly optional: boolean;
  /** `CALL (a, b) {`, `CALL (*) {`. Absent: a WITH at the start of the query says what it takes in. */
  readonly imports?: readonly Name[] | '*';
  readonly query: Query;
  readonly span: Span;
}
export interface CreateClause {
  readonly kind: 'create';
  readonly patterns: readonly PathPattern[];
  readonly span: Span;
}
/** `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]` */
export interface MergeClause {
  readonly kind: 'merge';
  readonly pattern: PathPattern;
  readonly actions: readonly { readonly on: 'create' | 'match'; readonly items: readonly SetItem[] }[];
  readonly span: Span;
}
/** `FOREACH (x IN list | clauses)`; the clauses are those that write. */
export interface ForeachClause {
  readonly kind: 'foreach';
  readonly variable: Name;
  readonly list: Expression;
  readonly clauses: readonly Clause[];
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
  /** `SET n[$key] = value`, `SET (CASE … END).x = value`: a field or an element of an expression. */
  | { readonly kind: 'place'; readonly place: Expression; readonly value: Expression }
  /** `SET n = {…}` or `SET n += {…}` */
  | { readonly kind: 'all'; readonly target: Name; readonly value: Expression; readonly merge: boolean }
  /** `SET n:A:B` */
  | { readonly kind: 'labels'; readonly target: Name; readonly labels: readonly Name[] };
export interface RemoveClause {
  readonly kind: 'remove';
  readonly items: readonly (
    | { readonly kind: 'path'; readonly path: Path }
    | { readonly kind: 'place'; readonly place: Expression }
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

/** `[p =] [ANY SHORTEST | SHORTEST 2 | …] [TRAIL | …] (a)-[e]->(b)…`, also `shortestPath((a)-[*]->(b))`. */
export interface PathPattern {
  readonly variable?: Name;
  readonly selector: PathSelector;
  /** `ANY k`, `SHORTEST k`, `SHORTEST k GROUPS`; absent: 1. */
  readonly count?: number;
  /** Absent: edges are distinct. */
  readonly mode?: PathMode;
  /** nodes.length = edges.length + 1; edges[i] joins nodes[i] and nodes[i + 1]. */
  readonly nodes: readonly NodePattern[];
  readonly edges: readonly EdgePattern[];
  readonly span: Span;
}

export type PathSelector =
  | 'all'
  | 'any'
  | 'anyShortest'
  | 'allShortest'
  | 'shortest'
  | 'shortestGroups'
  | 'shortestPath'
  | 'allShortestPaths';

export type PathMode = 'walk' | 'trail' | 'acyclic' | 'simple';

/** `((a)-[:R]->(b) WHERE a.x < b.x)`, which stands where an edge stands, mostly with a quantifier. */
export interface InnerPath {
  readonly nodes: readonly NodePattern[];
  readonly edges: readonly EdgePattern[];
  readonly where?: Expression;
}

export interface NodePattern {
  readonly variable?: Name;
  readonly labels?: LabelExpression;
  /** An object literal or a parameter. */
  readonly properties?: Expression;
  /** `(n WHERE n.age > 3)` */
  readonly where?: Expression;
  /** Not written: it stands between a parenthesised path and what has no node of its own there. */
  readonly implied?: true;
  readonly span: Span;
}

export interface EdgePattern {
  readonly variable?: Name;
  /** `right` for `-[]->`, `left` for `<-[]-`, `any` for `-[]-` (also `<-[]->`). */
  readonly direction: 'right' | 'left' | 'any';
  /** Empty: any type. `:A|B` has two. */
  readonly types: readonly Name[];
  /** A label expression that is more than alternatives, as in `-[:!A]->`; `types` is empty then. */
  readonly typeTest?: LabelExpression;
  readonly properties?: Expression;
  readonly where?: Expression;
  /** A parenthesised path instead of one edge; direction is `right`, and all else but the quantifier is absent. */
  readonly inside?: InnerPath;
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
