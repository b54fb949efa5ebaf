// Bound expressions: names resolved to column ids, types checked as far as they are known. Plain closed data; evaluated by
// engines/rows/evaluate.ts and rendered to SQL by engines/relational and engines/document. Subqueries are not expressions
// any more: the binder turns each into an `apply` plan node that adds a column. Aggregates live in the `aggregate` node.

import type { Span } from '../../parser/error.ts';
import type { Value } from '../value.ts';
import type { Collation, ColumnId, Type } from './type.ts';

interface Typed {
  readonly type: Type;
  /** How text is compared: said by COLLATE, or that of a column. Absent: exactly. The binder looks at it; comparisons in the plan are exact. */
  readonly collation?: Collation | undefined;
  readonly span?: Span | undefined;
}

export type Expr =
  | LiteralExpr
  | ParameterExpr
  | ColumnExpr
  | FieldExpr
  | IndexExpr
  | SliceExpr
  | EachExpr
  | UnaryExpr
  | BinaryExpr
  | IsExpr
  | LikeExpr
  | InExpr
  | InKeysExpr
  | CaseExpr
  | CastExpr
  | CallExpr
  | ListExpr
  | ObjectExpr
  | ComprehensionExpr
  | QuantifiedExpr
  | ReduceExpr
  | LabelTestExpr;

export interface LiteralExpr extends Typed {
  readonly kind: 'literal';
  readonly value: Value;
}
/** `$name`. Parameters are given as a Map at run time; an absent one is refused before the statement runs. */
export interface ParameterExpr extends Typed {
  readonly kind: 'parameter';
  readonly name: string;
}
/** A column of the input, or (if the input does not put it out) of an outer row: see RunContext.outer. */
export interface ColumnExpr extends Typed {
  readonly kind: 'column';
  readonly id: ColumnId;
  /** For people. */
  readonly name: string;
}
/** `value.name` of an object, node, edge or temporal value. MISSING if the value lacks it or is null or of a type without fields: absent is not an error. */
export interface FieldExpr extends Typed {
  readonly kind: 'field';
  readonly value: Expr;
  readonly name: string;
}
/** `list[integer]` (0-based, negative from the end) or `object[text]`; MISSING beyond the ends and for a key that is not there. */
export interface IndexExpr extends Typed {
  readonly kind: 'index';
  readonly value: Expr;
  readonly index: Expr;
  /** A step of a path through a document, an element or an object: also MISSING where the value has no such items. Else that is an error. */
  readonly inPath: boolean;
}
/** `list[from..to]`, to exclusive, either end absent, negative from the end. */
export interface SliceExpr extends Typed {
  readonly kind: 'slice';
  readonly value: Expr;
  readonly from?: Expr | undefined;
  readonly to?: Expr | undefined;
}
/**
 * `result` for each item of a list (what is no list counts as its own only item), or for each value of an object, as one list. Results that are
 * MISSING are left out; `flatten`: a result is a list itself and its items are put out. MISSING for MISSING, null for null.
 */
export interface EachExpr extends Typed {
  readonly kind: 'each';
  readonly value: Expr;
  readonly of: 'items' | 'values';
  readonly variable: ColumnId;
  readonly result: Expr;
  readonly flatten: boolean;
}
export interface UnaryExpr extends Typed {
  readonly kind: 'unary';
  readonly operator: 'negate' | 'not';
  readonly operand: Expr;
}
export type BinaryOperator =
  | 'or'
  | 'xor'
  | 'and'
  | '='
  | '<>'
  /** Null is the same as null: never null itself. */
  | 'is same'
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
  | 'starts with'
  | 'ends with'
  | 'contains'
  | '=~';
export interface BinaryExpr extends Typed {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}
export interface IsExpr extends Typed {
  readonly kind: 'is';
  readonly operand: Expr;
  readonly test: 'null' | 'missing' | 'true' | 'false';
  readonly negated: boolean;
}
/** `%` any run, `_` one character; ASCII letters match without regard to case, as in SQLite. */
export interface LikeExpr extends Typed {
  readonly kind: 'like';
  readonly operand: Expr;
  readonly pattern: Expr;
  readonly escape?: Expr | undefined;
}
/** Membership with null logic: null if not found and the list holds a null. A null list gives null. */
export interface InExpr extends Typed {
  readonly kind: 'in';
  readonly operand: Expr;
  readonly list: Expr;
}
/** True if the operand is one of the keys that a join put into RunContext.keys[slot] at run time; true for all when the slot is empty (keys not pushed). Made by the cut, never by the binder. */
export interface InKeysExpr extends Typed {
  readonly kind: 'inKeys';
  readonly operand: Expr;
  readonly slot: number;
}
/** The searched form; the binder rewrites the simple form to `=` conditions. */
export interface CaseExpr extends Typed {
  readonly kind: 'case';
  readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise?: Expr | undefined;
}
export interface CastExpr extends Typed {
  readonly kind: 'cast';
  readonly operand: Expr;
  readonly to: Type;
  /** TRY_CAST: null where CAST fails. */
  readonly orNull?: true;
}
/** A scalar function of engines/plan/functions.ts. `name` is canonical (lower case). */
export interface CallExpr extends Typed {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expr[];
}
export interface ListExpr extends Typed {
  readonly kind: 'list';
  readonly items: readonly Expr[];
}
/** An entry whose value is MISSING is left out. */
export interface ObjectExpr extends Typed {
  readonly kind: 'object';
  readonly entries: readonly { readonly key: string; readonly value: Expr }[];
}
/** `[x IN list WHERE condition | result]`; the variable is a column id that only `where` and `result` see. */
export interface ComprehensionExpr extends Typed {
  readonly kind: 'comprehension';
  readonly variable: ColumnId;
  readonly list: Expr;
  readonly where?: Expr | undefined;
  readonly result?: Expr | undefined;
}
export interface QuantifiedExpr extends Typed {
  readonly kind: 'quantified';
  readonly quantifier: 'all' | 'any' | 'none' | 'single';
  readonly variable: ColumnId;
  readonly list: Expr;
  readonly condition: Expr;
}
/** The list's items taken into one value from left to right; only `result` sees the two variables. A null list gives null. */
export interface ReduceExpr extends Typed {
  readonly kind: 'reduce';
  readonly accumulator: ColumnId;
  readonly initial: Expr;
  readonly variable: ColumnId;
  readonly list: Expr;
  readonly result: Expr;
}
export interface LabelTestExpr extends Typed {
  readonly kind: 'labelTest';
  readonly operand: Expr;
  readonly labels: Labels;
}

/** A label expression, names only. For an edge a label is its type. */
export type Labels =
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'not'; readonly operand: Labels }
  | { readonly kind: 'and'; readonly left: Labels; readonly right: Labels }
  | { readonly kind: 'or'; readonly left: Labels; readonly right: Labels }
  | { readonly kind: 'any' };

/** The same expression with `change` applied to each direct child. The identity if nothing changed is not guaranteed. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'literal':
    case 'parameter':
    case 'column':
      return expr;
    case 'field':
      return { ...expr, value: change(expr.value) };
    case 'index':
      return { ...expr, value: change(expr.value), index: change(expr.index) };
    case 'slice':
      return { ...expr, value: change(expr.value), from: expr.from && change(expr.from), to: expr.to && change(expr.to) };
    case 'each':
      return { ...expr, value: change(expr.value), result: change(expr.result) };
    case 'unary':
    case 'is':
    case 'inKeys':
    case 'cast':
    case 'labelTest':
      return { ...expr, operand: change(expr.operand) };
    case 'binary':
      return { ...expr, left: change(expr.left), right: change(expr.right) };
    case 'like':
      return { ...expr, operand: change(expr.operand), pattern: change(expr.pattern), escape: expr.escape && change(expr.escape) };
    case 'in':
      return { ...expr, operand: change(expr.operand), list: change(expr.list) };
    case 'case':
      return {
        ...expr,
        branches: expr.branches.map((b) => ({ when: change(b.when), then: change(b.then) })),
        otherwise: expr.otherwise && change(expr.otherwise),
      };
    case 'call':
      return { ...expr, arguments: expr.arguments.map(change) };
    case 'list':
      return { ...expr, items: expr.items.map(change) };
    case 'object':
      return { ...expr, entries: expr.entries.map((e) => ({ key: e.key, value: change(e.value) })) };
    case 'comprehension':
      return { ...expr, list: change(expr.list), where: expr.where && change(expr.where), result: expr.result && change(expr.result) };
    case 'quantified':
      return { ...expr, list: change(expr.list), condition: change(expr.condition) };
    case 'reduce':
      return { ...expr, initial: change(expr.initial), list: change(expr.list), result: change(expr.result) };
  }
}

/** Calls `visit` on the expression and everything below it. */
export function walk(expr: Expr, visit: (e: Expr) => void): void {
  visit(expr);
  mapChildren(expr, (child) => {
    walk(child, visit);
    return child;
  });
}

/** Does it reach elements that are neither variables nor in values of the row, so that nobody has loaded them before it runs? */
export function reachesElements(expr: Expr): boolean {
  let reaches = false;
  walk(expr, (e) => {
    if (e.kind === 'call' && (e.name === 'startnode' || e.name === 'endnode')) reaches = true;
  });
  return reaches;
}

/** The columns that the expression itself brings for its parts. */
export function variablesOf(expr: Expr): readonly ColumnId[] {
  if (expr.kind === 'each' || expr.kind === 'comprehension' || expr.kind === 'quantified') return [expr.variable];
  return expr.kind === 'reduce' ? [expr.accumulator, expr.variable] : [];
}

/** The ids of all columns that the expression reads, not counting variables it binds itself. */
export function columnsOf(expr: Expr, into: Set<ColumnId> = new Set()): Set<ColumnId> {
  const own = new Set<ColumnId>();
  walk(expr, (e) => {
    for (const id of variablesOf(e)) own.add(id);
    if (e.kind === 'column' && !own.has(e.id)) into.add(e.id);
  });
  return into;
}

/** The conjuncts of a condition, in order. */
export function conjuncts(expr: Expr): Expr[] {
  return expr.kind === 'binary' && expr.operator === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];
}

/** All of the conditions as one; undefined for none. */
export function allOf(exprs: readonly Expr[]): Expr | undefined {
  const [first, ...rest] = exprs;
  if (!first) return undefined;
  return rest.reduce<Expr>((left, right) => ({ kind: 'binary', operator: 'and', left, right, type: 'boolean', span: left.span }), first);
}
