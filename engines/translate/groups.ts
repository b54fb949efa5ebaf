// The parts of a query that are looked for by themselves, each with its conditions: what must be there, what OPTIONAL MATCH or the far side
// of an outer join adds where there is some, and what queries inside ask. A translation writes each part in the words of its model.

import type * as Ast from '../../parser/ast.ts';
import { isAggregateCall } from '../plan/bind-aggregate.ts';
import type { Tail } from './tail.ts';
import { conjuncts, equal, identifier, mapSyntax, type NestedQuery, type References, replaceReferences, Untranslatable } from './syntax.ts';

export interface Group {
  readonly kind: 'required' | 'optional' | 'exists' | 'count' | 'values';
  /** Conjuncts. Those of the required group may be about optional ones too: they hold of the joined rows. */
  conditions: readonly Ast.Expression[];
  /** Of `values`: what is done with the rows of a query inside, whose values are asked. */
  tail?: Tail;
}

/** The number of what must be there; numbers grow in the order written, and inside is above outside. */
export const required = 0;

export function newGroups(): Group[] {
  return [{ kind: 'required', conditions: [] }];
}

export function addGroup(groups: Group[], kind: Group['kind']): number {
  return groups.push({ kind, conditions: [] }) - 1;
}

export function allConditions(groups: readonly Group[]): Ast.Expression[] {
  return groups.flatMap((g) => g.conditions);
}

/** What queries inside do with their rows. */
export function tailsInside(groups: readonly Group[]): Tail[] {
  return groups.flatMap((g) => g.tail ?? []);
}

/** The numbers of the optional groups, in order. */
export function optionalGroups(groups: readonly Group[]): number[] {
  return groups.flatMap((g, i) => (g.kind === 'optional' ? [i] : []));
}

type Conditions = ReadonlyMap<number, readonly Ast.Expression[]>;

/** The raw conjuncts of ON and WHERE, by group; those of WHERE are of the group `within`. */
export function conditionsOf(from: Pick<Grouped<unknown>, 'on'>, where: Ast.Expression | undefined, within: number): Conditions {
  return new Map([...from.on, [within, [...(from.on.get(within) ?? []), ...conjuncts(where)]]]);
}

/** Puts conditions into their groups, in the words of the translation. */
export function addConditions(groups: readonly Group[], conditions: Conditions, refs: References): void {
  for (const [number, raw] of conditions) {
    const group = groups[number] as Group;
    group.conditions = [...group.conditions, ...replaceReferences(raw.map(inAsExists), refs)];
  }
}

/** What FROM joins, with the group of each, and the conditions of its joins. */
export interface Grouped<T> {
  readonly leaves: readonly { readonly leaf: T; readonly group: number }[];
  /** Raw conjuncts of ON, by group. */
  readonly on: Conditions;
}

/**
 * Takes FROM apart. `leafOf` gives undefined for what the reader does not know; then the whole is undefined. LEFT and RIGHT begin a group for
 * the side that may be absent. `within`: the group of a query inside.
 */
export function readFrom<T>(
  from: Ast.FromItem,
  leafOf: (item: Ast.FromItem) => T | undefined,
  groups: Group[],
  within: number,
): Grouped<T> | undefined {
  const leaves: { leaf: T; group: number }[] = [];
  const on = new Map<number, Ast.Expression[]>();
  const visit = (item: Ast.FromItem, group: number): boolean => {
    if (item.kind !== 'join') {
      const leaf = leafOf(item);
      if (leaf !== undefined) leaves.push({ leaf, group });
      return leaf !== undefined;
    }
    if (item.natural || item.using) throw new Untranslatable('it has NATURAL or USING; write ON');
    if (item.type === 'full') throw new Untranslatable('it has FULL JOIN');
    const outer = item.type === 'left' || item.type === 'right';
    if (outer && group !== within) throw new Untranslatable('it has an outer join inside the side of another that may be absent');
    if (outer && within !== required) throw new Untranslatable('a query inside has an outer join');
    const [kept, other] = item.type === 'right' ? [item.right, item.left] : [item.left, item.right];
    if (!visit(kept, group)) return false;
    const of = outer ? addGroup(groups, 'optional') : group;
    if (!visit(other, of)) return false;
    on.set(of, [...(on.get(of) ?? []), ...conjuncts(item.on).filter((e) => !isTrue(e))]);
    return true;
  };
  return visit(from, within) ? { leaves, on } : undefined;
}

function isTrue(e: Ast.Expression): boolean {
  return e.kind === 'literal' && e.value === true;
}

// ------------------------------------------------------------------------------------------------ queries inside

/** A query inside of which is asked whether, or how often, it has rows, or which values. */
export interface AskedInside {
  readonly kind: 'exists' | 'count' | 'values';
  readonly query: Ast.Query;
}

/** Throws Untranslatable. */
export function askedInside(e: NestedQuery): AskedInside {
  if (e.kind === 'exists') return { kind: 'exists', query: rowsOf(e.query, 'exists') };
  if (e.kind === 'subquery' && e.mode === 'count') return { kind: 'count', query: rowsOf(e.query, 'count') };
  if (e.kind === 'subquery' && e.mode === 'scalar' && e.query.kind === 'select') {
    const [item, more] = e.query.items;
    const counts = item?.kind === 'expression' && item.value.kind === 'countStar' && !item.value.tail && !more;
    if (counts) return { kind: 'count', query: rowsOf({ ...e.query, items: [] }, 'count') };
  }
  const query = queryIn(e);
  if (!query) throw new Untranslatable('it has a list of what a pattern gives; write COLLECT');
  return { kind: 'values', query: knownKind(query) };
}

function queryIn(e: Ast.Expression): Ast.Query | undefined {
  if (e.kind === 'subquery' || e.kind === 'inQuery' || e.kind === 'exists') return e.query;
  return e.kind === 'anyOf' && 'query' in e.of ? e.of.query : undefined;
}

function withQueryIn(e: NestedQuery, query: Ast.Query): NestedQuery {
  return e.kind === 'anyOf' ? { ...e, of: { query } } : ({ ...e, query } as NestedQuery);
}

/** `x IN (SELECT y …)` as EXISTS, which is as true where both are conditions by themselves. Other conditions as they are. */
function inAsExists(e: Ast.Expression): Ast.Expression {
  if (e.kind !== 'inQuery' || e.negated) return e;
  const { operand, query } = e;
  const [item, more] = query.kind === 'select' ? query.items : [];
  const [root, hidden] = [rootOf(operand), query.kind === 'select' ? namesIn(query.from) : undefined];
  if (query.kind !== 'select' || item?.kind !== 'expression' || more || root === undefined || hidden?.has(root.toLowerCase()) !== false)
    return e;
  if (!plainSelect(query, 'exists')) return e;
  const test = equal(item.value, operand);
  const where: Ast.Expression = query.where ? { kind: 'binary', operator: 'AND', left: query.where, right: test, span: e.span } : test;
  return { kind: 'exists', query: { ...query, distinct: false, items: [], where }, braces: false, span: e.span };
}

/** `a` of `a.b`, which no name of the inner query must hide. */
function rootOf(e: Ast.Expression): string | undefined {
  if (e.kind === 'field') return e.value.kind === 'identifier' ? e.value.name : rootOf(e.value);
  return undefined;
}

/** Undefined: they are not told from FROM alone. */
function namesIn(from: Ast.FromItem | undefined): Set<string> | undefined {
  if (from?.kind === 'named') return new Set([(from.alias ?? from.name).text.toLowerCase()]);
  if (from?.kind === 'unnest' && from.alias) return new Set([from.alias.text.toLowerCase()]);
  if (from?.kind !== 'join') return undefined;
  const [left, right] = [namesIn(from.left), namesIn(from.right)];
  return left && right && new Set([...left, ...right]);
}

/** The query itself if its rows are those of its FROM or patterns. */
function rowsOf(query: Ast.Query, kind: AskedInside['kind']): Ast.Query {
  const plain = query.kind === 'select' ? plainSelect(query, kind) : query.kind === 'pipeline' && plainPipeline(query, kind);
  if (!plain) throw new Untranslatable('a query inside, of which only its rows are asked, groups, aggregates or takes a part of them');
  return knownKind(query);
}

function knownKind(query: Ast.Query): Ast.Query {
  if (query.kind !== 'select' && query.kind !== 'pipeline') throw new Untranslatable('it has a query inside of another kind');
  if (query.use) throw new Untranslatable('a query inside is about a graph by name');
  return query;
}

function plainSelect(q: Ast.SelectQuery, kind: AskedInside['kind']): boolean {
  const shaped = q.distinctOn ?? q.lets ?? q.groupAs ?? q.letting ?? q.having ?? q.windows ?? q.qualify ?? q.limit ?? q.offset;
  return shaped === undefined && q.groupBy.length === 0 && (kind === 'exists' || !q.distinct) && !q.items.some(aggregates);
}

function plainPipeline(q: Ast.PipelineQuery, kind: AskedInside['kind']): boolean {
  const last = q.clauses.at(-1);
  if (last?.kind !== 'return') return true;
  const { distinct, items, skip, limit } = last.projection;
  return skip === undefined && limit === undefined && (kind === 'exists' || !distinct) && !items.some(aggregates);
}

function aggregates(item: Ast.SelectItem): boolean {
  let found = false;
  mapSyntax(item, (e) => {
    found ||= e.kind === 'countStar' || (e.kind === 'call' && isAggregateCall(e));
    return undefined;
  });
  return found;
}

// What stands in a condition for a query inside: a name that no text can have, with the number of its group.
const groupName = /^\0group(\d+)$/;

export function groupPlace(group: number): Ast.Expression {
  return identifier(`\0group${group}`);
}

/** The expression with what stands for the query in it, whose values are asked: those of `tail`. What stands before IN is no part of the query, and is replaced by `around`. */
export function valuesPlace(e: NestedQuery, group: Group, number: number, tail: Tail, around: References): Ast.Expression {
  group.tail = tail;
  const { span } = e;
  const item: Ast.SelectItem = { kind: 'expression', value: groupPlace(number), span };
  const outer = e.kind === 'inQuery' ? { ...e, operand: replaceReferences(e.operand, around) } : e;
  return withQueryIn(outer, { kind: 'select', distinct: false, items: [item], groupBy: [], orderBy: [], span });
}

function groupOf(e: Ast.Expression | undefined): number | undefined {
  const number = e?.kind === 'identifier' ? groupName.exec(e.name)?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}

/** The tree with the queries inside written out; one whose values are asked as a subquery. */
export function withQueries<T>(tree: T, written: (group: number) => Ast.Expression): T {
  return mapSyntax(tree, (e) => {
    const query = queryIn(e);
    const [item] = query?.kind === 'select' ? query.items : [];
    const values = item?.kind === 'expression' ? groupOf(item.value) : undefined;
    if (values !== undefined) {
      const put = written(values);
      const around = e.kind === 'inQuery' ? { ...e, operand: withQueries(e.operand, written) } : e;
      return put.kind === 'subquery' ? withQueryIn(around as NestedQuery, put.query) : e;
    }
    const number = groupOf(e);
    return number === undefined ? undefined : written(number);
  });
}

export function hasQuery(tree: unknown): boolean {
  let found = false;
  withQueries(tree, (group) => {
    found = true;
    return groupPlace(group);
  });
  return found;
}
