// What a query does with the rows that its FROM or its patterns give: the same in SELECT … GROUP BY … and in RETURN, so a translation
// takes it from one form to the other.

import type * as Ast from '../../parser/ast.ts';
import { printExpression, printName, printOrdering } from '../../parser/print.ts';
import { isAggregateCall } from '../plan/bind-aggregate.ts';
import { andText, mapSyntax, type References, replaceReferences, Untranslatable } from './syntax.ts';

export interface Tail {
  readonly distinct: boolean;
  readonly items: readonly (Ast.SelectItem & { readonly kind: 'expression' })[];
  readonly groupBy: readonly Ast.Expression[];
  /** `groupBy` is what the items without aggregates compute, whatever their names. */
  readonly groupsByItems?: true;
  readonly having?: Ast.Expression | undefined;
  readonly qualify?: Ast.Expression | undefined;
  readonly orderBy: readonly Ast.SortKey[];
  readonly limit?: Ast.Expression | undefined;
  readonly fetch?: Ast.Fetch | undefined;
  readonly offset?: Ast.Expression | undefined;
}

type Items = readonly Ast.SelectItem[];

/** RETURN groups by what is no aggregate; SELECT says so. */
export function tailOfReturn({ projection }: { readonly projection: Ast.Projection }): Tail {
  const items = plainItems(projection.items);
  const grouped = items.some((i) => hasAggregate(i.value));
  const keys = grouped ? items.filter((i) => !hasAggregate(i.value)).map((i) => i.value) : [];
  if (keys.some((k) => k.kind === 'literal' || k.kind === 'parameter')) throw new Untranslatable('it groups by a constant');
  const { distinct, orderBy, skip, limit, fetch } = projection;
  return { distinct, items, groupBy: keys, groupsByItems: true, orderBy, limit, fetch, offset: skip };
}

export function tailOfSelect(query: Ast.SelectQuery, items: Items): Tail {
  if (query.distinctOn || query.value || query.lets || query.groupAs || query.letting || query.windows)
    throw new Untranslatable('it has DISTINCT ON, SELECT VALUE, LET, GROUP AS or WINDOW');
  const groupBy = query.groupBy.map((g) => {
    if (g.kind === 'groupTuple' || g.kind === 'groupingSets') throw new Untranslatable('it groups by several sets of keys');
    return g;
  });
  const { distinct, having, qualify, orderBy, limit, fetch, offset } = query;
  return { distinct, items: plainItems(items), groupBy, having, qualify, orderBy, limit, fetch, offset };
}

function plainItems(items: Items): Tail['items'] {
  return items.map((item) => {
    if (item.kind === 'star') throw new Untranslatable('it returns everything (*); name what is wanted');
    return item;
  });
}

/** The tail with its references replaced. Names of its own items stay where they may stand. */
export function replaceInTail(tail: Tail, refs: References): Tail {
  const names = new Set(tail.items.flatMap((i) => (i.alias ? [i.alias.text.toLowerCase()] : [])));
  const own: References = {
    ...refs,
    alias: (name) => (names.has(name.toLowerCase()) ? undefined : refs.alias(name)),
    other: (e) => (names.has(e.name.toLowerCase()) ? e : (refs.other?.(e) ?? e)),
  };
  const { having, qualify, orderBy, groupBy, ...rest } = tail;
  const items = tail.items.map((i) => ({ ...i, value: replaceReferences(i.value, refs) }));
  const keys =
    rest.groupsByItems && groupBy.length > 0 ? items.filter((_, i) => !hasAggregate(tail.items[i]?.value as Ast.Expression)) : [];
  return {
    ...rest,
    items,
    groupBy: rest.groupsByItems ? keys.map((i) => i.value) : replaceReferences(groupBy, own),
    having: having && replaceReferences(having, own),
    qualify: qualify && replaceReferences(qualify, own),
    orderBy: replaceReferences(orderBy, own),
  };
}

/** `SELECT … FROM … WHERE … GROUP BY …` */
export function selectText(tail: Tail, from: string, where: readonly (Ast.Expression | string)[]): string {
  const text = [
    `SELECT ${tail.distinct ? 'DISTINCT ' : ''}${itemsText(tail)}`,
    `FROM ${from}`,
    ...(where.length > 0 ? [`WHERE ${andText(where)}`] : []),
    ...(tail.groupBy.length > 0 ? [`GROUP BY ${tail.groupBy.map(printExpression).join(', ')}`] : []),
    ...(tail.having ? [`HAVING ${printExpression(tail.having)}`] : []),
    ...(tail.qualify ? [`QUALIFY ${printExpression(tail.qualify)}`] : []),
  ].join(' ');
  return text + endText(tail, 'OFFSET');
}

/** The patterns of a group, each a MATCH of its own. */
export interface MatchedGroup {
  readonly patterns: readonly string[];
  readonly where: readonly Ast.Expression[];
  readonly optional: boolean;
}

/** `MATCH … WHERE … OPTIONAL MATCH … RETURN …` if RETURN can say it, else SELECT over the patterns. `late`: what is asked of the joined rows. */
export function matchText(tail: Tail, groups: readonly MatchedGroup[], late: readonly Ast.Expression[]): string {
  if (!isReturn(tail) || late.length > 0) {
    const from = groups.map(({ patterns, where, optional }) => {
      if (optional) return ` LEFT JOIN (MATCH ${patterns.join(', ')}) ON ${where.length > 0 ? andText(where) : 'TRUE'}`;
      return patterns.map((p) => (patterns.length > 1 || p.includes(', ') ? `(MATCH ${p})` : `MATCH ${p}`)).join(', ');
    });
    const conditions = groups.flatMap(({ where, optional }) => (optional ? [] : where));
    return selectText(tail, from.join(''), [...conditions, ...late]);
  }
  const matches = groups.map(({ patterns, where, optional }) => {
    const clauses = patterns.map((p) => `${optional ? 'OPTIONAL ' : ''}MATCH ${p}`).join(' ');
    return where.length > 0 ? `${clauses} WHERE ${andText(where)}` : clauses;
  });
  return `${matches.join(' ')} RETURN ${tail.distinct ? 'DISTINCT ' : ''}${itemsText(tail)}${endText(tail, 'SKIP')}`;
}

/** Does grouping by what is no aggregate give the same groups? */
function isReturn(tail: Tail): boolean {
  if (tail.having || tail.qualify || tail.items.some((i) => hasWindow(i.value))) return false;
  // RETURN wants a name of its own for each column.
  const columns = tail.items.map((i) => i.alias?.text ?? printExpression(i.value));
  if (new Set(columns).size < columns.length) return false;
  const keys = new Set(tail.groupBy.map((g) => printExpression(expanded(tail, g))));
  const grouped = tail.items.some((i) => hasAggregate(i.value));
  if (!grouped) return keys.size === 0;
  const plain = new Set(tail.items.filter((i) => !hasAggregate(i.value)).map((i) => printExpression(i.value)));
  return keys.size === plain.size && [...keys].every((k) => plain.has(k)) && !(keys.size === 0 && plain.size > 0);
}

/** A group key may be the name of an item. */
function expanded(tail: Tail, key: Ast.Expression): Ast.Expression {
  if (key.kind !== 'identifier') return key;
  return tail.items.find((i) => i.alias?.text.toLowerCase() === key.name.toLowerCase())?.value ?? key;
}

function itemsText({ items }: Tail): string {
  return items.map((i) => `${printExpression(i.value)}${i.alias ? ` AS ${printName(i.alias.text)}` : ''}`).join(', ');
}

/** ` ORDER BY … LIMIT …` */
function endText({ orderBy, limit, offset, fetch }: Tail, skip: 'OFFSET' | 'SKIP'): string {
  return printOrdering(orderBy, limit, offset, skip, fetch);
}

export function hasAggregate(e: Ast.Expression): boolean {
  return some(e, (x) => (x.kind === 'countStar' && !x.tail?.over) || (x.kind === 'call' && !x.tail?.over && isAggregateCall(x)));
}

function hasWindow(e: Ast.Expression): boolean {
  return some(e, (x) => (x.kind === 'countStar' || x.kind === 'call') && x.tail?.over !== undefined);
}

function some(e: Ast.Expression, test: (e: Ast.Expression) => boolean): boolean {
  let found = false;
  mapSyntax(e, (x) => {
    found ||= test(x);
    // What a query inside computes is its own.
    if (x.kind === 'inQuery') found ||= some(x.operand, test);
    return x.kind === 'subquery' || x.kind === 'exists' || x.kind === 'inQuery' || x.kind === 'anyOf' ? x : undefined;
  });
  return found;
}

/** Does it give the same rows however often each of its inputs comes? */
export function ignoresRepeats(tail: Tail): boolean {
  return tail.distinct && !tail.items.some((i) => hasAggregate(i.value)) && tail.groupBy.length === 0;
}
