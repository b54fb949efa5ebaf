// The syntax tree of expressions. Part of ast.ts.

import type { LabelExpression, PathPattern, Query, SortKey } from './ast-query.ts';
import type { Name } from './ast.ts';
import type { Span } from './error.ts';

export type Expression =
  | Literal
  | Parameter
  | Identifier
  | FieldAccess
  | IndexAccess
  | SliceAccess
  | Wildcard
  | Unary
  | Binary
  | ComparisonChain
  | IsTest
  | Between
  | InList
  | InQuery
  | AnyOf
  | Collate
  | DistinctFrom
  | Like
  | Case
  | Cast
  | FunctionCall
  | CountStar
  | Exists
  | Subquery
  | ListLiteral
  | RowValue
  | ObjectLiteral
  | ListComprehension
  | PatternComprehension
  | Quantified
  | Reduce
  | MapProjection
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
/** `items[*].price`, `address.*`: what the steps give for each item (or each value of an object), as one list. */
export interface Wildcard {
  readonly kind: 'wildcard';
  readonly value: Expression;
  readonly of: 'items' | 'values';
  /** What follows, further wildcards too; parentheses round a wildcard end it. */
  readonly steps: readonly WildcardStep[];
  readonly span: Span;
}
export type WildcardStep =
  | { readonly kind: 'field'; readonly name: Name }
  | { readonly kind: 'index'; readonly index: Expression }
  | { readonly kind: 'slice'; readonly from?: Expression; readonly to?: Expression }
  | { readonly kind: 'each'; readonly of: Wildcard['of'] };
export interface Unary {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | '~' | 'NOT';
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
  | '&'
  | '|'
  | '#'
  | '<<'
  | '>>'
  | '->'
  | '->>'
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
/** `a < b <= c` in a pipeline: each comparison holds. It has at least two. */
export interface ComparisonChain {
  readonly kind: 'chain';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: ComparisonOperator; readonly operand: Expression }[];
  readonly span: Span;
}
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
/** `x IS [NOT] NULL | MISSING | TRUE | FALSE` */
export interface IsTest {
  readonly kind: 'is';
  readonly operand: Expression;
  readonly test: 'null' | 'missing' | 'true' | 'false';
  readonly negated: boolean;
  readonly span: Span;
}
/** `symmetric`: the bounds may stand in either order. */
export interface Between {
  readonly kind: 'between';
  readonly symmetric?: true;
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
/** `x COLLATE NOCASE` */
export interface Collate {
  readonly kind: 'collate';
  readonly operand: Expression;
  readonly collation: Name;
  readonly span: Span;
}
/** `ANY (…)` and `ALL (…)` on the right of a comparison: of a query's rows or of a list's items. `SOME` is `ANY`. */
export interface AnyOf {
  readonly kind: 'anyOf';
  readonly quantifier: 'any' | 'all';
  readonly of: { readonly query: Query } | { readonly list: Expression };
  readonly span: Span;
}
/** `a IS [NOT] DISTINCT FROM b`: null is equal to null. */
export interface DistinctFrom {
  readonly kind: 'distinctFrom';
  readonly left: Expression;
  readonly right: Expression;
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
/** `CAST(x AS type)`, `x::type`; the type is in upper case. `orNull`: TRY_CAST, which gives null instead of failing. */
export interface Cast {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: string;
  readonly orNull?: true;
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
  /** `array_agg(x ORDER BY y)` */
  readonly orderBy?: readonly SortKey[];
  readonly tail?: CallTail;
  readonly span: Span;
}
export interface CountStar {
  readonly kind: 'countStar';
  readonly tail?: CallTail;
  readonly span: Span;
}
/** What follows the parentheses of an aggregate or a window function, in this order. */
export interface CallTail {
  /** `WITHIN GROUP (ORDER BY …)` */
  readonly withinGroup?: readonly SortKey[];
  /** `FILTER (WHERE …)` */
  readonly filter?: Expression;
  /** `IGNORE NULLS`, `RESPECT NULLS` */
  readonly nulls?: 'ignore' | 'respect';
  readonly over?: WindowSpec;
}
/** `OVER w`, or `OVER ([w] [PARTITION BY …] [ORDER BY …] [frame])`. */
export interface WindowSpec {
  readonly base?: Name;
  /** Written without parentheses: the named window as it is. */
  readonly bare: boolean;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: WindowFrame;
  readonly span: Span;
}
/** `ROWS BETWEEN start AND end EXCLUDE …`; without BETWEEN the end is the current row. */
export interface WindowFrame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end?: FrameBound;
  readonly exclude: 'nothing' | 'row' | 'group' | 'ties';
  readonly span: Span;
}
export interface FrameBound {
  readonly kind: 'preceding' | 'current' | 'following';
  /** Absent: unbounded, or the current row. */
  readonly offset?: Expression;
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
/** `(a, b)`: something to compare with another, at least two. */
export interface RowValue {
  readonly kind: 'row';
  readonly items: readonly Expression[];
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
/** `[p = (a)-->(b) WHERE condition | result]`; the pattern has at least one edge. */
export interface PatternComprehension {
  readonly kind: 'patternComprehension';
  readonly pattern: PathPattern;
  readonly where?: Expression;
  readonly result: Expression;
  readonly span: Span;
}
/** `reduce(accumulator = initial, variable IN list | result)` */
export interface Reduce {
  readonly kind: 'reduce';
  readonly accumulator: Name;
  readonly initial: Expression;
  readonly variable: Name;
  readonly list: Expression;
  readonly result: Expression;
  readonly span: Span;
}
/** `n {.name, .*, age: 3, other}` */
export interface MapProjection {
  readonly kind: 'mapProjection';
  readonly value: Identifier;
  readonly items: readonly MapProjectionItem[];
  readonly span: Span;
}
export type MapProjectionItem =
  | { readonly kind: 'field'; readonly name: Name }
  | { readonly kind: 'all'; readonly span: Span }
  | { readonly kind: 'entry'; readonly key: Name; readonly value: Expression }
  | { readonly kind: 'variable'; readonly name: Name };
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
