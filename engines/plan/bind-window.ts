// Window functions. All calls with OVER of a query are bound before its items, each set of calls with the same partitions and order becomes
// a `window` node, and where a call is met again its column stands for it.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { byCollation, readNumbers, sameExpr } from './bind-aggregate.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { sortItem } from './bind-query.ts';
import { ownKey } from './collation.ts';
import { columnsOf, type Expr } from './expression.ts';
import { checkCall, lookupAggregate, lookupWindow } from './functions.ts';
import type { Frame, FrameBound, Plan, SortItem, WindowItem } from './plan.ts';
import { type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import type { WindowCall } from './syntax-children.ts';
import { checkBinary } from './typing.ts';

/** The window functions of a query: what each call stands for, and the nodes that compute them. */
export interface BoundWindows {
  readonly columns: ReadonlyMap<Ast.Expression, Expr>;
  /** The plan with the window nodes over it; `change` rewrites their expressions, to those over a grouping for instance. */
  over(plan: Plan, change?: (e: Expr) => Expr): Plan;
}

interface Group {
  readonly partition: readonly Expr[];
  readonly order: readonly SortItem[];
  readonly functions: WindowItem[];
}

/** Binds the calls over `builder`, which may hold aggregates. */
export function bindWindows(
  context: BindContext,
  builder: Builder,
  calls: readonly WindowCall[],
  named: readonly Ast.NamedWindow[],
): BoundWindows {
  const definitions = define(named);
  const groups: Group[] = [];
  const columns = new Map<Ast.Expression, Expr>();
  for (const { window } of named) bindSpec(context, builder, resolve(window, definitions));
  for (const call of calls) {
    const spec = resolve(call.tail.over, definitions);
    const { partition, order } = bindSpec(context, builder, spec);
    const item = bindCall(context, builder, call, spec, order);
    const group = groups.find((g) => sameWindow(g, partition, order));
    if (group) group.functions.push(item);
    else groups.push({ partition, order, functions: [item] });
    columns.set(call, columnExpr(item.column, call.span));
  }
  return { columns, over: (plan, change = (e) => e) => stack(groups, plan, change) };
}

/** The first window that is written is the last one computed, so that its order is the order of the rows. */
function stack(groups: readonly Group[], plan: Plan, change: (e: Expr) => Expr): Plan {
  return groups.reduceRight<Plan>(
    (input, { partition, order, functions }) => ({
      kind: 'window',
      input,
      partition: partition.map(change),
      order: order.map((k) => ({ ...k, value: change(k.value) })),
      functions: functions.map((f) => ({ ...f, arguments: f.arguments.map(change), ...(f.filter && { filter: change(f.filter) }) })),
    }),
    plan,
  );
}

function sameWindow(group: Group, partition: readonly Expr[], order: readonly SortItem[]): boolean {
  return (
    group.partition.length === partition.length &&
    group.order.length === order.length &&
    group.partition.every((e, i) => sameExpr(e, partition[i] as Expr)) &&
    group.order.every((k, i) => {
      const other = order[i] as SortItem;
      return k.descending === other.descending && k.nulls === other.nulls && sameExpr(k.value, other.value);
    })
  );
}

// ------------------------------------------------------------------------------------------------ names

type Definitions = ReadonlyMap<string, Ast.WindowSpec>;

/** A window may build on those before it. */
function define(named: readonly Ast.NamedWindow[]): Definitions {
  const known = new Map<string, Ast.WindowSpec>();
  for (const { name, window } of named) {
    const key = name.text.toLowerCase();
    if (known.has(key)) {
      throw new QueryError('bind/duplicate-alias', `The window "${name.text}" is defined twice.`, { span: name.span });
    }
    known.set(key, resolve(window, known));
  }
  return known;
}

/** The window with what it takes from the one it names. */
function resolve(spec: Ast.WindowSpec, known: Definitions): Ast.WindowSpec {
  const { base } = spec;
  if (!base) return spec;
  const from = known.get(base.text.toLowerCase());
  if (!from) {
    const near = didYouMean(base.text, known.keys());
    throw new QueryError('bind/unknown-window', `There is no window "${base.text}".`, {
      span: base.span,
      hint: near ?? 'Define it with WINDOW name AS (…), or write OVER (…).',
    });
  }
  if (spec.bare) return from;
  const clash =
    spec.partitionBy.length > 0
      ? 'another PARTITION BY'
      : spec.orderBy.length > 0 && from.orderBy.length > 0
        ? 'another ORDER BY'
        : from.frame
          ? 'anything, because it has a frame'
          : undefined;
  if (clash !== undefined) {
    throw new QueryError('bind/window', `The window "${base.text}" cannot be given ${clash}.`, {
      span: spec.span,
      hint: from.frame ? `Write OVER ${base.text} without parentheses, or define the window without a frame.` : undefined,
    });
  }
  const orderBy = spec.orderBy.length > 0 ? spec.orderBy : from.orderBy;
  return { bare: false, partitionBy: from.partitionBy, orderBy, ...(spec.frame && { frame: spec.frame }), span: spec.span };
}

// ------------------------------------------------------------------------------------------------ windows and frames

function bindSpec(context: BindContext, builder: Builder, spec: Ast.WindowSpec): { partition: Expr[]; order: SortItem[] } {
  const inside: Builder = { ...builder, insideWindow: true };
  const bind = (e: Ast.Expression): Expr => bindExpression(context, inside, e);
  const partition = spec.partitionBy.map((e) => ownKey(bind(e)));
  const order = spec.orderBy.map((k) => sortItem(k, bind(k.value)));
  builder.plan = inside.plan;
  return { partition, order };
}

const wholePartition: Frame = { unit: 'range', start: { kind: 'preceding' }, end: { kind: 'current' }, exclude: 'nothing' };

function bindFrame(context: BindContext, builder: Builder, frame: Ast.WindowFrame | undefined, order: readonly SortItem[]): Frame {
  if (!frame) return wholePartition;
  const end = frame.end ?? { kind: 'current', span: frame.span };
  checkBounds(frame.start, end);
  const bound = ({ kind, offset, span }: Ast.FrameBound): FrameBound =>
    offset ? { kind, offset: bindOffset(context, builder, frame.unit, order, offset, span) } : { kind };
  return { unit: frame.unit, start: bound(frame.start), end: bound(end), exclude: frame.exclude };
}

function checkBounds(start: Ast.FrameBound, end: Ast.FrameBound): void {
  const complain = (message: string, span: Span): never => {
    throw new QueryError('bind/frame', message, { span });
  };
  const side = { preceding: 0, current: 1, following: 2 };
  if (start.kind === 'following' && !start.offset) complain('A frame cannot start at UNBOUNDED FOLLOWING.', start.span);
  if (end.kind === 'preceding' && !end.offset) complain('A frame cannot end at UNBOUNDED PRECEDING.', end.span);
  if (side[start.kind] > side[end.kind]) complain('The frame ends before it starts.', { start: start.span.start, end: end.span.end });
}

function bindOffset(
  context: BindContext,
  builder: Builder,
  unit: Frame['unit'],
  order: readonly SortItem[],
  offset: Ast.Expression,
  span: Span,
): Expr {
  const outside: Builder = { ...builder, scope: { items: [], form: builder.scope.form, outer: builder.scope }, insideWindow: true };
  const value = bindExpression(context, outside, offset);
  if (outside.plan !== builder.plan || columnsOf(value).size > 0) {
    throw new QueryError('bind/frame', 'The offset of a frame must be the same for all rows.', {
      span: offset.span,
      hint: 'Use a number or a parameter.',
    });
  }
  const key = order[0];
  if (unit === 'range') {
    if (!key || order.length > 1) {
      throw new QueryError(
        'bind/frame',
        `RANGE with an offset needs exactly one ORDER BY key, and there ${order.length === 0 ? 'is none' : `are ${order.length}`}.`,
        {
          span,
          hint: 'ROWS and GROUPS count instead.',
        },
      );
    }
    checkRange(key.value, value, span);
  } else if (value.type !== 'integer' && value.type !== 'any' && value.type !== 'number') {
    throw new QueryError('type/frame', `The offset of ${unit.toUpperCase()} must be an integer, not ${value.type}.`, { span: offset.span });
  }
  const negative = value.kind === 'literal' && (typeof value.value === 'bigint' || typeof value.value === 'number') && value.value < 0;
  if (negative) throw new QueryError('type/frame', 'The offset of a frame cannot be negative.', { span: offset.span });
  return value;
}

/** A number is added to numbers, a duration to dates. */
function checkRange(key: Expr, offset: Expr, span: Span): void {
  const numbers = ['integer', 'float', 'number', 'any', 'null'];
  const moments = ['date', 'datetime', 'localdatetime', 'time', 'localtime', 'duration', 'any', 'null'];
  const fits =
    (numbers.includes(key.type) && numbers.includes(offset.type)) ||
    (moments.includes(key.type) && (offset.type === 'duration' || offset.type === 'any'));
  if (!fits) {
    throw new QueryError('type/frame', `RANGE cannot add an offset of type ${offset.type} to a key of type ${key.type}.`, {
      span,
      hint: 'A number goes with numbers, a duration with dates. ROWS and GROUPS count instead.',
    });
  }
  checkBinary('-', key.type, offset.type, span);
}

// ------------------------------------------------------------------------------------------------ calls

function bindCall(context: BindContext, builder: Builder, call: WindowCall, spec: Ast.WindowSpec, order: readonly SortItem[]): WindowItem {
  const name = call.kind === 'countStar' ? 'count' : call.name.text;
  const info = lookupWindow(name) ?? lookupAggregate(name);
  if (!info) {
    throw new QueryError('bind/window', `${name}() is neither a window function nor an aggregate.`, {
      span: call.span,
      hint: 'SHOW FUNCTIONS lists them.',
    });
  }
  refuseParts(call, info);
  const inside: Builder = { ...builder, insideWindow: true };
  const { values, sorted } = givenTo(call, info, (e) => bindExpression(context, inside, e));
  const distinct = call.kind === 'call' && call.distinct;
  const args = readNumbers(inside, info.name, values);
  const filter = call.tail.filter && bindCondition(context, inside, call.tail.filter);
  builder.plan = inside.plan;
  const type = checkCall(
    info,
    args.map((a) => a.type),
    call.span,
  );
  const frame = bindFrame(context, builder, spec.frame, order);
  const ignoreNulls = call.tail.nulls === 'ignore';
  const column = makeColumn(context, info.name, type);
  const more = { ...(distinct && { distinct: true as const }), ...(sorted && { sorted }), ...(filter && { filter }) };
  const called = info.kind === 'aggregate' ? byCollation(info.name, args, distinct) : { name: info.name, arguments: args };
  return { column, ...called, ...more, ignoreNulls, frame };
}

type Called = NonNullable<ReturnType<typeof lookupWindow> | ReturnType<typeof lookupAggregate>>;

/** The arguments; `f(p) WITHIN GROUP (ORDER BY x)` is `f(x, p)`, which sees the values of its frame in the order of x. */
function givenTo(
  call: WindowCall,
  info: Called,
  bind: (e: Ast.Expression) => Expr,
): { readonly values: readonly Expr[]; readonly sorted?: WindowItem['sorted'] } {
  const values = call.kind === 'call' ? call.arguments.map(bind) : [];
  if (info.kind !== 'aggregate' || !info.ordered) return { values };
  const within = call.tail.withinGroup;
  if (!within) return { values, sorted: { descending: false, nulls: 'last' } };
  const [key, more] = within;
  if (!key || more) throw new QueryError('bind/window', `${info.name}() takes one key in WITHIN GROUP.`, { span: call.span });
  const { value, ...sorted } = sortItem(key, bind(key.value));
  return { values: [value, ...values], sorted };
}

function refuseParts(call: WindowCall, info: Called): void {
  const refuse = (what: string, hint?: string): never => {
    throw new QueryError('bind/window', what, { span: call.span, hint });
  };
  const { tail } = call;
  const name = `${info.name}()`;
  if (call.kind === 'call' && call.distinct && info.kind === 'window') refuse(`DISTINCT goes with aggregates, and ${name} is none.`);
  if (call.kind === 'call' && call.orderBy)
    refuse(`ORDER BY inside ${name} does not go with OVER.`, 'The window has an ORDER BY of its own.');
  if (tail.withinGroup && !(info.kind === 'aggregate' && info.ordered)) refuse(`${name} does not take WITHIN GROUP.`);
  if (tail.withinGroup && call.kind === 'call' && call.distinct) refuse('DISTINCT does not go with WITHIN GROUP.');
  if (tail.filter && info.kind === 'window') refuse(`FILTER goes with aggregates, and ${name} is none.`);
  if (tail.nulls && !(info.kind === 'window' && info.skipsNulls))
    refuse(`${name} does not take ${tail.nulls.toUpperCase()} NULLS.`, 'lag, lead, first_value, last_value and nth_value do.');
}

/** The column of a call with OVER; an error where none may stand. */
export function windowColumn(builder: Builder, call: WindowCall): Expr {
  const column = builder.windows?.get(call);
  if (column && !builder.insideWindow) return column;
  throw misplaced(builder.insideWindow === true, call.span);
}

/** The refusal of a window function where none may stand. */
export function misplaced(nested: boolean, span: Span | undefined): QueryError {
  if (nested) {
    return new QueryError('bind/window-here', 'A window function cannot stand inside another one.', {
      span,
      hint: 'Compute the inner one in a query in FROM.',
    });
  }
  return new QueryError('bind/window-here', 'A window function cannot stand here.', {
    span,
    hint: 'Use it in the select list, ORDER BY, QUALIFY, RETURN or WITH; to filter by it, write QUALIFY or a query in FROM.',
  });
}
