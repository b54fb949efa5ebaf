// Binds FROM. Items (bind-from-item.ts) are joined from left to right, comma and JOIN alike; every item sees all to its left. An item
// that refers to the left is a lateral join; a MATCH that shares variables with the left runs over the left's rows.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindCondition } from './bind-expression.ts';
import { bindItem, type SimpleItem } from './bind-from-item.ts';
import { inGraph } from './bind-graph.ts';
import { bindMatch } from './bind-match.ts';
import { inside } from './bind-subquery.ts';
import { sameCollation } from './collation.ts';
import { type Expr, reachesElements } from './expression.ts';
import { freeColumns } from './free-columns.ts';
import { outputColumns, type Plan } from './plan.ts';
import { withReached } from './reached-elements.ts';
import { addItem, type BindContext, type Builder, columnExpr, listNames, makeColumn, sameName, type ScopeItem } from './scope.ts';
import { commonType } from './typing.ts';
import type { Column } from './type.ts';

/** Joins `item` to what `builder` has. */
export function bindFrom(context: BindContext, builder: Builder, item: Ast.FromItem): void {
  if (item.kind === 'join') {
    bindFrom(context, builder, item.left);
    bindJoin(context, builder, item);
  } else {
    joinItem(context, builder, item, 'inner', undefined);
  }
}

function bindJoin(context: BindContext, builder: Builder, join: Ast.FromJoin): void {
  const type = join.type === 'comma' || join.type === 'cross' ? 'inner' : join.type;
  if (join.right.kind === 'join') {
    // Only parentheses build this shape: bind the right side by itself, as one item.
    const right = rightBuilder(builder);
    bindFrom(context, right, join.right);
    attachRight(context, builder, right, type, join, join.right.span);
    return;
  }
  joinItem(context, builder, join.right, type, join);
}

function rightBuilder(builder: Builder): Builder {
  return { plan: { kind: 'one' }, scope: { items: [], form: builder.scope.form, outer: builder.scope }, around: inside(builder) };
}

function joinItem(
  context: BindContext,
  builder: Builder,
  item: SimpleItem,
  type: 'inner' | 'left' | 'right' | 'full',
  join: Ast.FromJoin | undefined,
): void {
  if (item.kind === 'match' && !item.graphTable && matchNeedsLeft(builder, item)) {
    joinMatchOverLeft(context, builder, item, type, join);
    return;
  }
  const right = rightBuilder(builder);
  bindItem(context, right, item);
  attachRight(context, builder, right, type, join, item.span);
}

/** Joins what `right` holds to the left and merges the scopes. */
function attachRight(
  context: BindContext,
  builder: Builder,
  right: Builder,
  type: 'inner' | 'left' | 'right' | 'full',
  join: Ast.FromJoin | undefined,
  span: Span,
): void {
  const left = builder.plan;
  const leftIds = new Set(outputColumns(left).map((c) => c.id));
  const lateral = [...freeColumns(right.plan)].some((id) => leftIds.has(id));
  if (lateral && (type === 'right' || type === 'full')) {
    throw new QueryError('bind/lateral-join', `The right side of a ${type.toUpperCase()} JOIN cannot refer to the left side.`, {
      span: join?.right.span,
    });
  }
  if (left.kind === 'one' && builder.scope.items.length === 0) {
    builder.plan = right.plan;
    builder.scope = { ...builder.scope, items: right.scope.items };
    return;
  }
  const leftItems = builder.scope.items;
  for (const i of right.scope.items) builder.scope = addItem(builder.scope, i, span);
  const merged = join && (join.natural || join.using) ? usingColumns(join, leftItems, right.scope.items) : undefined;
  builder.plan = { kind: 'join', type, left, right: right.plan, on: merged?.on, lateral };
  if (merged) {
    applyUsing(context, builder, merged, type);
    return;
  }
  if (join?.on) bindOn(context, builder, builder.plan, join.on);
}

/** ON. A subquery in it, or an element that only it reaches, stands over the joined rows, so an inner join becomes a filter and an outer one a lateral right side. */
function bindOn(context: BindContext, builder: Builder, plan: Plan & { kind: 'join' }, on: Ast.Expression): void {
  const over: Builder = { plan, scope: builder.scope, around: builder.around };
  const bound = bindCondition(context, over, on);
  const { join, condition } = withReached(context, plan, bound);
  if (over.plan === plan && !reachesElements(condition)) {
    builder.plan = { ...join, on: condition };
    return;
  }
  if (plan.type === 'inner') {
    builder.plan = { kind: 'filter', input: over.plan, predicate: bound };
    return;
  }
  if (plan.type !== 'left') {
    const what = over.plan === plan ? 'startNode or endNode of a computed value' : 'A subquery';
    throw new QueryError('bind/subquery-here', `${what} cannot stand in the ON of a RIGHT or FULL JOIN.`, { span: on.span });
  }
  const inner: Builder = { plan: plan.right, scope: builder.scope, around: builder.around };
  const predicate = bindCondition(context, inner, on);
  builder.plan = { ...plan, right: { kind: 'filter', input: inner.plan, predicate }, lateral: true };
}

interface Using {
  readonly on: Expr | undefined;
  readonly names: readonly { readonly name: string; readonly left: Column; readonly right: Column }[];
}

function usingColumns(join: Ast.FromJoin, left: readonly ScopeItem[], right: readonly ScopeItem[]): Using {
  const columnsOf = (items: readonly ScopeItem[]): { name: string; column: Column }[] =>
    items.flatMap((i) =>
      i.kind === 'row' ? i.columns.filter((c) => !c.hidden).map((c) => ({ name: c.name, column: c.merged ?? c.column })) : [],
    );
  const leftColumns = columnsOf(left);
  const rightColumns = columnsOf(right);
  const wanted = join.using
    ? join.using
    : rightColumns.filter((r) => leftColumns.some((l) => sameName(l.name, r.name))).map((r) => ({ text: r.name, span: join.span }));
  const names = wanted.map((n) => {
    const l = leftColumns.find((c) => sameName(c.name, n.text));
    const r = rightColumns.find((c) => sameName(c.name, n.text));
    if (!l || !r) {
      throw new QueryError('bind/unknown-column', `USING needs a column "${n.text}" on both sides.`, {
        span: n.span,
        hint: `Left has ${listNames(leftColumns.map((c) => c.name))}; right has ${listNames(rightColumns.map((c) => c.name))}.`,
      });
    }
    return { name: n.text, left: l.column, right: r.column };
  });
  const on = names
    .map<Expr>((n) => {
      const [a, b] = sameCollation(columnExpr(n.left), columnExpr(n.right));
      return { kind: 'binary', operator: '=', left: a, right: b, type: 'boolean' };
    })
    .reduce<Expr | undefined>((a, b) => (a ? { kind: 'binary', operator: 'and', left: a, right: b, type: 'boolean' } : b), undefined);
  return { on, names };
}

/** USING leaves one column of each name: the left's, or for RIGHT and FULL the first that is not null. With an alias each side has its own. */
function applyUsing(context: BindContext, builder: Builder, using: Using, type: 'inner' | 'left' | 'right' | 'full'): void {
  const hide = new Set(using.names.map((n) => n.right.id));
  const replaced = new Map<number, Column>();
  if (type === 'right' || type === 'full') {
    const items = outputColumns(builder.plan).map((c) => ({ column: c, value: columnExpr(c) }));
    const extra = using.names.map((n) => {
      const column = makeColumn(context, n.name, commonType([n.left.type, n.right.type]));
      replaced.set(n.left.id, column);
      return {
        column,
        value: { kind: 'call' as const, name: 'coalesce', arguments: [columnExpr(n.left), columnExpr(n.right)], type: column.type },
      };
    });
    builder.plan = { kind: 'project', input: builder.plan, items: [...items, ...extra] };
  }
  builder.scope = {
    ...builder.scope,
    items: builder.scope.items.map((i) =>
      i.kind === 'row'
        ? {
            ...i,
            columns: i.columns.map((c) => {
              const { id } = c.merged ?? c.column;
              const merged = replaced.get(id);
              return hide.has(id) ? { ...c, hidden: true } : merged ? { ...c, merged } : c;
            }),
          }
        : i,
    ),
  };
}

// ------------------------------------------------------------------------------------------------ MATCH over the left

/** Does the pattern share a variable with the left, or refer to it? */
function matchNeedsLeft(builder: Builder, item: Ast.FromMatch): boolean {
  if (builder.scope.items.length === 0) return false;
  const text = JSON.stringify([item.patterns, item.where], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  ).toLowerCase();
  return builder.scope.items.some((i) => i.alias !== '' && text.includes(`"${i.alias.toLowerCase()}"`));
}

/** Has it a pattern or a query inside? */
function hasQuery(syntax: unknown): boolean {
  if (typeof syntax !== 'object' || syntax === null) return false;
  if ('patterns' in syntax || 'query' in syntax || 'pattern' in syntax) return true;
  return Object.values(syntax).some(hasQuery);
}

function joinMatchOverLeft(
  context: BindContext,
  builder: Builder,
  item: Ast.FromMatch,
  type: 'inner' | 'left' | 'right' | 'full',
  join: Ast.FromJoin | undefined,
): void {
  if (type === 'right' || type === 'full') {
    throw new QueryError('bind/lateral-join', `The right side of a ${type.toUpperCase()} JOIN cannot refer to the left side.`, {
      span: item.span,
    });
  }
  const where =
    type === 'left' && join?.on
      ? item.where
        ? { kind: 'binary' as const, operator: 'AND' as const, left: item.where, right: join.on, span: join.on.span }
        : join.on
      : item.where;
  if (item.graph && type === 'left' && join?.on && hasQuery(join.on)) {
    throw new QueryError('bind/lateral-join', 'ON cannot ask a query here: it would be of the graph that the pattern is of.', {
      span: join.on.span,
      hint: 'Ask it in a WHERE behind the join.',
    });
  }
  inGraph(context, item.graph, () => bindMatch(context, builder, item.patterns, where, type === 'left'));
  if (type === 'inner' && join?.on) {
    const condition = bindCondition(context, builder, join.on);
    builder.plan = { kind: 'filter', input: builder.plan, predicate: condition };
  }
}
