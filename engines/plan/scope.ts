// Scopes: which names an expression may use, and what they stand for. The binder's symbol table; nothing of it survives
// into the plan, where only column ids stand.
//
//   FROM customer AS c JOIN orders AS o …      c: a row of columns, o: one document
//   MATCH (p)-[e]->(q)                         p, e, q: one value each

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type { Expression, Name } from '../../parser/ast.ts';
import type { Catalog, ColumnInfo } from '../catalog.ts';
import type { Notice, ProcedureInfo } from '../engine.ts';
import type { Expr } from './expression.ts';
import type { DocumentPlace } from './known-paths.ts';
import type { AggregateItem, Plan } from './plan.ts';
import type { Column, ColumnId, Type } from './type.ts';

/** One name that a FROM item, a pattern or a projection brings. */
export type ScopeItem =
  /**
   * Its columns can be named with and without the alias. `hidden` columns (merged by USING) only with it; `merged` is what the name without
   * the alias stands for after USING of a right or full join.
   */
  | {
      readonly kind: 'row';
      readonly alias: string;
      readonly columns: readonly {
        readonly name: string;
        readonly column: Column;
        readonly info?: ColumnInfo;
        readonly hidden?: boolean;
        readonly merged?: Column;
      }[];
      readonly key?: Column | undefined;
    }
  /** A document: its fields can be named without the alias where that is not ambiguous. */
  | { readonly kind: 'document'; readonly alias: string; readonly column: Column; readonly key?: Column | undefined }
  | { readonly kind: 'value'; readonly alias: string; readonly column: Column };

export type QueryForm = 'select' | 'pipeline';

export interface Scope {
  readonly items: readonly ScopeItem[];
  readonly form: QueryForm;
  /** What the projection names, by lower-case name: ORDER BY and HAVING may use it inside expressions. */
  readonly aliases?: ReadonlyMap<string, Expr> | undefined;
  /** The scope of the query round this one. */
  readonly outer?: Scope | undefined;
}

/** A common table expression in force: each reference binds it anew. */
export interface CommonTableBinding {
  bind(): { readonly plan: Plan; readonly columns: readonly Column[]; readonly value?: boolean };
}

/** Where a query stands: common tables in force and the scope round it. */
export interface Surroundings {
  readonly tables: ReadonlyMap<string, CommonTableBinding>;
  readonly outer?: Scope | undefined;
  /** Of a query in CALL { … }: what a WITH at its start may take in. */
  readonly imports?: Scope | undefined;
}

/** What one statement's binding shares. */
export interface BindContext {
  /** With the graph in use: bind-graph.ts changes it round what has another. */
  catalog: Catalog;
  readonly parameters: ReadonlyMap<string, Type>;
  readonly notices: Notice[];
  readonly procedures: ReadonlyMap<string, ProcedureInfo>;
  /** Columns that hold documents of a collection or parts of them. */
  readonly documents: Map<ColumnId, DocumentPlace>;
  /** The graphs whose nodes and edges columns hold, by number: those of patterns. */
  readonly elementGraphs: Map<ColumnId, number>;
  /** The views inside whose queries the binder is, by lower-case name, and how many it has bound. */
  readonly views: { readonly stack: string[]; bound: number };
  /** How many times common tables were bound. */
  commonTablesBound: number;
  /** Labels and edge types that clauses bound so far make: later clauses may find them. */
  readonly made: Set<string>;
  /** Properties that clauses bound so far write; `any`: an object whose keys are not known was written. */
  readonly written: { readonly properties: Set<string>; any: boolean };
  /** The common tables before INSERT, UPDATE or DELETE. */
  tables: ReadonlyMap<string, CommonTableBinding>;
  nextColumn: ColumnId;
  nextRecursion: number;
}

/** What a statement is bound against. */
export interface BindInput {
  readonly catalog: Catalog;
  readonly parameters: ReadonlyMap<string, Type>;
  readonly procedures: readonly ProcedureInfo[];
}

/** The context of a statement of which nothing is bound yet. */
export function newContext(input: BindInput, notices: Notice[]): BindContext {
  return {
    catalog: input.catalog,
    parameters: input.parameters,
    notices,
    procedures: new Map(input.procedures.map((p) => [p.name.toLowerCase(), p])),
    documents: new Map(),
    elementGraphs: new Map(),
    made: new Set(),
    views: { stack: [], bound: 0 },
    commonTablesBound: 0,
    written: { properties: new Set(), any: false },
    tables: new Map(),
    nextColumn: 1,
    nextRecursion: 1,
  };
}

/** A column with a new id. */
export function makeColumn(context: BindContext, name: string, type: Type): Column {
  return { id: context.nextColumn++, name, type };
}

/** A column with a new id that holds what the table's column holds, and is compared as that is. */
export function makeTableColumn(context: BindContext, info: ColumnInfo): Column {
  const column = makeColumn(context, info.name, info.type);
  return info.collation ? { ...column, collation: { name: info.collation, explicit: false } } : column;
}

/** A reference to a column. */
export function columnExpr(column: Column, span?: Span): Expr {
  const { id, name, type, collation } = column;
  return { kind: 'column', id, name, type, ...(collation && { collation }), span };
}

/** The calls of grouping() in a query; what the binder made of each. */
export interface GroupingCalls {
  add(keys: readonly Expr[], span: Span): Expr;
}

/** A plan under construction and the names it offers. Binding a subquery inside an expression wraps `plan` in an `apply`. */
export interface Builder {
  plan: Plan;
  scope: Scope;
  readonly around: Surroundings;
  /** What calls with OVER stand for. Absent where none may stand. */
  windows?: ReadonlyMap<Expression, Expr> | undefined;
  /** While the arguments and the window of such a call are bound. */
  readonly insideWindow?: boolean | undefined;
  /** Present while items of a grouping query are bound: aggregate calls are collected here. */
  aggregates?:
    | {
        readonly items: AggregateItem[];
        readonly input: Builder;
        readonly subqueries: ((plan: Plan) => Plan)[];
        readonly groupings?: GroupingCalls | undefined;
      }
    | undefined;
}

/** Every identifier written in a piece of syntax, those of queries inside it too. */
export function identifiersIn(syntax: unknown): string[] {
  if (Array.isArray(syntax)) return syntax.flatMap(identifiersIn);
  if (typeof syntax !== 'object' || syntax === null) return [];
  if ('kind' in syntax && syntax.kind === 'identifier' && 'name' in syntax && typeof syntax.name === 'string') return [syntax.name];
  return Object.values(syntax).flatMap(identifiersIn);
}

/** Names match without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** The item with this alias in this scope or one round it. */
export function findAlias(scope: Scope | undefined, name: string): ScopeItem | undefined {
  for (let s = scope; s; s = s.outer) {
    const item = s.items.find((i) => sameName(i.alias, name));
    if (item) return item;
  }
  return undefined;
}

/** Is the name that of a column, an alias or an output of the query or one around it? A field that a document may have does not count. */
export function isNamed(scope: Scope, name: string): boolean {
  for (let s: Scope | undefined = scope; s; s = s.outer) {
    if (s.aliases?.has(name.toLowerCase())) return true;
    for (const i of s.items)
      if (sameName(i.alias, name) || (i.kind === 'row' && i.columns.some((c) => !c.hidden && sameName(c.name, name)))) return true;
  }
  return false;
}

/** An unqualified name: an alias, a column of one row item, or a field of the only document. Inner scopes first. */
export function resolveName(scope: Scope, name: string, span: Span): Expr | { readonly row: Extract<ScopeItem, { kind: 'row' }> } {
  for (let s: Scope | undefined = scope; s; s = s.outer) {
    // A column wins over an output name in SELECT form, as in SQL; in the pipeline the projection comes first.
    const projected = s.aliases?.get(name.toLowerCase());
    if (projected && s.form === 'pipeline') return projected;
    const columns = s.items.flatMap((i) =>
      i.kind === 'row'
        ? i.columns.filter((c) => !c.hidden && sameName(c.name, name)).map((c) => ({ item: i, column: c.merged ?? c.column }))
        : [],
    );
    if (columns.length > 1) {
      const aliases = columns.map((c) => `${c.item.alias}.${name}`).join(' or ');
      throw new QueryError('bind/ambiguous-name', `The name "${name}" is ambiguous.`, { span, hint: `Write ${aliases}.` });
    }
    const item = s.items.find((i) => sameName(i.alias, name));
    if (columns[0] && !(item && item.kind !== 'row')) return columnExpr(columns[0].column, span);
    if (item) return item.kind === 'row' ? { row: item } : columnExpr(item.column, span);
    if (projected) return projected;
    // An alias of a query outside names something for certain; a field of a document only may.
    const outside = findAlias(s.outer, name);
    if (outside) return outside.kind === 'row' ? { row: outside } : columnExpr(outside.column, span);
    const hidden = s.items.flatMap((i) => (i.kind === 'row' ? i.columns.filter((c) => c.hidden && sameName(c.name, name)) : []));
    if (hidden.length === 1 && hidden[0]) return columnExpr(hidden[0].column, span);
    const documents = s.items.filter((i) => i.kind === 'document');
    if (documents.length > 1 && s.form === 'select') {
      throw new QueryError('bind/ambiguous-name', `"${name}" could be a field of several documents.`, {
        span,
        hint: `Write ${documents.map((d) => `${d.alias}.${name}`).join(' or ')}.`,
      });
    }
    const document = documents[0];
    if (document && s.form === 'select') return { kind: 'field', value: columnExpr(document.column, span), name, type: 'any', span };
  }
  throw unknownName(scope, name, span);
}

function unknownName(scope: Scope, name: string, span: Span): QueryError {
  const known: string[] = [];
  for (let s: Scope | undefined = scope; s; s = s.outer) {
    for (const i of s.items) {
      known.push(i.alias);
      if (i.kind === 'row') known.push(...i.columns.map((c) => c.name));
    }
  }
  const names = [...new Set(known.filter((k) => k !== ''))];
  const near = didYouMean(name, names);
  const what = scope.form === 'select' ? 'column or alias' : 'variable';
  // In quotes the place is two characters longer than the name.
  const quoted = scope.form === 'select' && span.end - span.start === name.length + 2;
  const otherwise = quoted ? `In the SELECT form "…" is a name. A text stands in single quotes: '${name}'.` : undefined;
  const all = names.length > 0 ? `There ${names.length === 1 ? 'is' : 'are'} ${listNames(names)}.` : undefined;
  return new QueryError('bind/unknown-name', `There is no ${what} "${name}" here.`, {
    span,
    hint: near ?? otherwise ?? all,
  });
}

/** A column of a row item by name; unknown is an error with the nearest name. */
export function columnOfRow(item: Extract<ScopeItem, { kind: 'row' }>, name: Name): Expr {
  const found = item.columns.find((c) => sameName(c.name, name.text));
  if (found) return columnExpr(found.column, name.span);
  const near = didYouMean(
    name.text,
    item.columns.map((c) => c.name),
  );
  throw new QueryError('bind/unknown-column', `"${item.alias}" has no column "${name.text}".`, {
    span: name.span,
    hint: near ?? `It has ${listNames(item.columns.map((c) => c.name))}.`,
  });
}

/** Some names for a message, with commas between; beyond eight an ellipsis. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  if (names.length > 8) return `${names.slice(0, 8).join(', ')}, …`;
  return names.join(', ');
}

/** `a.b` written as an expression, if it is a bare identifier or one followed by fields; used for column names of results. */
export function nameOfExpression(e: Expression): string | undefined {
  if (e.kind === 'identifier') return e.name;
  if (e.kind === 'field') return e.name.text;
  return undefined;
}

/** The scope with one more item; `bind/duplicate-alias` if its alias is taken. */
export function addItem(scope: Scope, item: ScopeItem, span: Span): Scope {
  if (item.alias !== '' && scope.items.some((i) => sameName(i.alias, item.alias))) {
    throw new QueryError('bind/duplicate-alias', `The name "${item.alias}" is used twice in this FROM.`, {
      span,
      hint: 'Give one of them another alias with AS.',
    });
  }
  return { ...scope, items: [...scope.items, item] };
}
