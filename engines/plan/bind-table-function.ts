// Functions in FROM: each item of the list that a function gives is a row. UNNEST of several lists puts their items side by side.
//
//   generate_series(1, 3) AS n        UNNEST(a, b) WITH ORDINALITY AS t (x, y, n)

import { didYouMean, plural, QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression, literal } from './bind-expression.ts';
import type { Expr } from './expression.ts';
import { functionNames, lookupFunction } from './functions.ts';
import { addItem, type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import type { Column } from './type.ts';

interface NamedColumn {
  readonly name: string;
  readonly column: Column;
  readonly hidden?: boolean;
}

/** Makes the builder the rows of a function. */
export function bindTableFunction(context: BindContext, builder: Builder, item: Ast.FromCall): void {
  const lists = item.name.text.toLowerCase() === 'unnest' ? item.arguments : [functionCall(item)];
  const bound = lists.map((e) => bindExpression(context, builder, e));
  const names = columnNames(item, bound.length);
  const position = makeColumn(context, 'position', 'integer');
  const made =
    bound.length === 1
      ? oneList(context, builder, bound[0] as Expr, names[0] as string, position)
      : sideBySide(context, builder, bound, names, position);
  const columns: NamedColumn[] = [...made];
  if (item.ordinality) columns.push(counted(context, builder, position, names[bound.length] as string, columns));
  // The column is `value` too, as SQLite calls it.
  const [only] = columns;
  if (columns.length === 1 && only && !item.columns) columns.push({ name: 'value', column: only.column, hidden: true });
  builder.scope = addItem(builder.scope, { kind: 'row', alias: item.alias?.text ?? item.name.text, columns }, item.span);
}

function functionCall(item: Ast.FromCall): Ast.FunctionCall {
  const { name, arguments: args, span } = item;
  if (!lookupFunction(name.text)) {
    const near = didYouMean(name.text, ['unnest', ...functionNames()], (word) => `${word}()`);
    throw new QueryError('bind/unknown-function', `There is no table function "${name.text}".`, {
      span: name.span,
      hint: near ?? 'Lists go in FROM as UNNEST(list) AS alias; procedures as (CALL name(…)).',
    });
  }
  return { kind: 'call', name, distinct: false, arguments: args, span };
}

/** As given, else the alias for a single column, else the function's name and numbers. */
function columnNames(item: Ast.FromCall, lists: number): string[] {
  const count = lists + (item.ordinality ? 1 : 0);
  const given = item.columns ?? [];
  const more = given[count];
  if (more) {
    throw new QueryError('bind/column-count', `${item.name.text}() gives ${plural(count, 'column')} here.`, {
      span: more.span,
    });
  }
  const base = item.alias?.text ?? item.name.text;
  return Array.from({ length: count }, (_, i) => given[i]?.text ?? (i === lists ? 'ordinality' : lists === 1 ? base : `${base}${i + 1}`));
}

function oneList(context: BindContext, builder: Builder, list: Expr, name: string, position: Column): NamedColumn[] {
  const element = makeColumn(context, name, list.kind === 'call' ? itemType(list) : 'any');
  builder.plan = { kind: 'unnest', input: builder.plan, list, element, position, outer: false };
  return [{ name, column: element }];
}

/** What a series of integers holds is known. */
function itemType(list: Expr & { kind: 'call' }): Column['type'] {
  const whole = list.arguments.every((a) => a.type === 'integer');
  return (list.name === 'generate_series' || list.name === 'range') && whole ? 'integer' : 'any';
}

/** As many rows as the longest list has items; where another is at its end there is null. */
function sideBySide(
  context: BindContext,
  builder: Builder,
  lists: readonly Expr[],
  names: readonly string[],
  position: Column,
): NamedColumn[] {
  const held = lists.map((value, i) => ({ column: makeColumn(context, `list${i + 1}`, value.type), value }));
  builder.plan = { kind: 'project', input: builder.plan, items: held };
  const call = (name: string, args: readonly Expr[], type: Expr['type']): Expr => ({ kind: 'call', name, arguments: args, type });
  const sizes = held.map(({ column }) => call('coalesce', [call('array_length', [columnExpr(column)], 'integer'), literal(0n)], 'integer'));
  const last: Expr = { kind: 'binary', operator: '-', left: call('greatest', sizes, 'integer'), right: literal(1n), type: 'integer' };
  const at = makeColumn(context, 'at', 'integer');
  builder.plan = {
    kind: 'unnest',
    input: builder.plan,
    list: call('range', [literal(0n), last], 'list'),
    element: at,
    position,
    outer: false,
  };
  const items = held.map(({ column }, i) => ({
    column: makeColumn(context, names[i] as string, 'any'),
    value: call(
      'coalesce',
      [{ kind: 'index', value: columnExpr(column), index: columnExpr(at), inPath: true, type: 'any' }, literal(null)],
      'any',
    ),
  }));
  builder.plan = { kind: 'project', input: builder.plan, items: [...items, { column: position, value: columnExpr(position) }] };
  return items.map(({ column }) => ({ name: column.name, column }));
}

/** WITH ORDINALITY counts from 1. */
function counted(context: BindContext, builder: Builder, position: Column, name: string, others: readonly NamedColumn[]): NamedColumn {
  const column = makeColumn(context, name, 'integer');
  const value: Expr = { kind: 'binary', operator: '+', left: columnExpr(position), right: literal(1n), type: 'integer' };
  builder.plan = {
    kind: 'project',
    input: builder.plan,
    items: [...others.map((o) => ({ column: o.column, value: columnExpr(o.column) })), { column, value }],
  };
  return { name, column };
}
