// Syntax tree to text: queries of both forms and FROM items.

import type * as ast from './ast.ts';
import { LEVEL } from './precedence.ts';
import { printAtLevel, printDottedName, printExpression, printList, printName } from './print-expression.ts';
import { printPath } from './print-pattern.ts';
import { printClause } from './print-pipeline.ts';
import { printWindow } from './print-window.ts';

/** The canonical text of a query. */
export function printQuery(query: ast.Query): string {
  switch (query.kind) {
    case 'select':
      return printSelect(query);
    case 'values':
      return `VALUES ${printRows(query.rows)}`;
    case 'set':
      return printSet(query);
    case 'withQuery':
      return printWith(query);
    case 'pipeline':
      return printUse(query.use) + query.clauses.map(printClause).join(' ');
  }
}

/** `USE g ` with a space behind, or nothing. */
export function printUse(graph: ast.Name | undefined): string {
  return graph ? `USE ${printName(graph.text)} ` : '';
}

function printSelect(query: ast.SelectQuery): string {
  const distinct = query.distinctOn ? `DISTINCT ON (${printList(query.distinctOn)}) ` : query.distinct ? 'DISTINCT ' : '';
  const items = query.value ? printValueItem(query.items) : printSelectItems(query.items);
  const parts = [`${printUse(query.use)}SELECT ${distinct}${items}`];
  if (query.from) parts.push(`FROM ${printFrom(query.from)}`);
  if (query.lets) parts.push(`LET ${printLets(query.lets)}`);
  if (query.where) parts.push(`WHERE ${printExpression(query.where)}`);
  if (query.groupBy.length > 0) parts.push(`GROUP BY ${query.groupBy.map(printGroupItem).join(', ')}`);
  if (query.groupAs) parts.push(`GROUP AS ${printName(query.groupAs.text)}`);
  if (query.letting) parts.push(`LETTING ${printLets(query.letting)}`);
  if (query.having) parts.push(`HAVING ${printExpression(query.having)}`);
  if (query.windows) {
    parts.push(`WINDOW ${query.windows.map(({ name, window }) => `${printName(name.text)} AS ${printWindow(window)}`).join(', ')}`);
  }
  if (query.qualify) parts.push(`QUALIFY ${printExpression(query.qualify)}`);
  return parts.join(' ') + printOrdering(query.orderBy, query.limit, query.offset, 'OFFSET', query.fetch);
}

function printGroupItem(item: ast.GroupItem): string {
  switch (item.kind) {
    case 'groupTuple':
      return item.items.length === 1 ? printList(item.items) : `(${printList(item.items)})`;
    case 'groupingSets': {
      const word = item.operator === 'sets' ? 'GROUPING SETS' : item.operator.toUpperCase();
      return `${word} (${item.items.map(printGroupItem).join(', ')})`;
    }
    default:
      // `(a, b).c` would be a tuple of keys and something behind it.
      return startsWithRow(item) ? `(${printExpression(item)})` : printExpression(item);
  }
}

function startsWithRow(expression: ast.Expression): boolean {
  switch (expression.kind) {
    case 'row':
      return true;
    case 'field':
    case 'index':
    case 'slice':
    case 'wildcard':
      return startsWithRow(expression.value);
    case 'binary':
    case 'distinctFrom':
      return startsWithRow(expression.left);
    case 'collate':
    case 'labelTest':
    case 'is':
    case 'between':
    case 'in':
    case 'inQuery':
    case 'like':
      return startsWithRow(expression.operand);
    default:
      return false;
  }
}

/** What could be an operator behind a column called value stands in parentheses. */
function printValueItem([item]: readonly ast.SelectItem[]): string {
  if (item?.kind !== 'expression') return '';
  const text = printExpression(item.value);
  return `VALUE ${/^(?:[-+]|NOT )/.test(text) ? `(${text})` : text}${printAlias(item.alias)}`;
}

function printLets(lets: readonly ast.Let[]): string {
  return lets.map(({ name, value }) => `${printName(name.text)} = ${printExpression(value)}`).join(', ');
}

/** ` ORDER BY … LIMIT … OFFSET …` with a space in front, or nothing. */
export function printOrdering(
  orderBy: readonly ast.SortKey[],
  limit: ast.Expression | undefined,
  offset: ast.Expression | undefined,
  word: 'OFFSET' | 'SKIP',
  fetch?: ast.Fetch,
): string {
  const order = orderBy.length > 0 ? ` ${printOrderBy(orderBy)}` : '';
  const skip = offset ? ` ${word} ${printExpression(offset)}` : '';
  if (fetch && limit) return `${order}${skip} ${printFetch(limit, fetch)}`;
  const most = limit ? ` LIMIT ${printLimit(limit)}` : '';
  return order + (word === 'SKIP' ? skip + most : most + skip);
}

/** The number in parentheses is never taken for the words behind it. */
function printFetch(limit: ast.Expression, { ties, percent }: ast.Fetch): string {
  return `FETCH FIRST (${printExpression(limit)})${percent ? ' PERCENT' : ''} ROWS ${ties ? 'WITH TIES' : 'ONLY'}`;
}

/** LIMIT ALL is no limit. */
function printLimit(limit: ast.Expression): string {
  return printExpression(limit).replace(/^all\b(?!\()/i, '`$&`');
}

/** `ORDER BY …` */
export function printOrderBy(keys: readonly ast.SortKey[]): string {
  return `ORDER BY ${keys.map(printSortKey).join(', ')}`;
}

function printSortKey({ value, descending, nulls }: ast.SortKey): string {
  return `${printExpression(value)}${descending ? ' DESC' : ''}${nulls ? ` NULLS ${nulls.toUpperCase()}` : ''}`;
}

/** The items of SELECT, RETURN, WITH and RETURNING. */
export function printSelectItems(items: readonly ast.SelectItem[]): string {
  return items.map(printSelectItem).join(', ');
}

function printSelectItem(item: ast.SelectItem): string {
  if (item.kind === 'star') return item.of ? `${printName(item.of.text)}.*` : '*';
  return (item.written ?? printExpression(item.value)) + printAlias(item.alias);
}

function printIndexedBy(name: ast.Name | null | undefined): string {
  return name === undefined ? '' : name === null ? ' NOT INDEXED' : ` INDEXED BY ${printName(name.text)}`;
}

/** ` AS name`, or nothing. */
export function printAlias(alias: ast.Name | undefined): string {
  return alias ? ` AS ${printName(alias.text)}` : '';
}

/** Names with commas between, in backquotes where they need them. */
export function printNames(names: readonly ast.Name[]): string {
  return `(${names.map(({ text }) => printName(text)).join(', ')})`;
}

/** The rows of VALUES. */
export function printRows(rows: readonly (readonly ast.Expression[])[]): string {
  return rows.map((row) => `(${printList(row)})`).join(', ');
}

function printWith({ use, body, ...tables }: ast.WithQuery): string {
  const text = printQuery(body);
  return `${printUse(use)}${printWithTables(tables)}${body.kind === 'withQuery' ? `(${text})` : text}`;
}

/** `WITH t AS (…) ` */
export function printWithTables({ recursive, tables }: ast.WithTables): string {
  const list = tables.map(
    ({ name, columns, query }) => `${printName(name.text)}${columns ? ` ${printNames(columns)}` : ''} AS (${printQuery(query)})`,
  );
  return `WITH ${recursive ? 'RECURSIVE ' : ''}${list.join(', ')} `;
}

// ---------------------------------------------------------------------------------------------- set queries

function printSet(query: ast.SetQuery): string {
  const { operator, all, left, right, orderBy, limit, offset, fetch } = query;
  const level = setLevel(query);
  const text = `${printOperand(left, level)} ${operator.toUpperCase()}${all ? ' ALL' : ''} ${printOperand(right, level + 1)}`;
  return text + printOrdering(orderBy, limit, offset, 'OFFSET', fetch);
}

function setLevel(query: ast.SetQuery): number {
  return query.operator === 'intersect' ? 2 : 1;
}

function printOperand(query: ast.Query, level: number): string {
  const text = printQuery(query);
  return operandNeedsParentheses(query, level) ? `(${text})` : text;
}

function operandNeedsParentheses(query: ast.Query, level: number): boolean {
  switch (query.kind) {
    case 'withQuery':
      return true;
    case 'values':
      return false;
    case 'select':
      return query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined;
    case 'set':
      return setLevel(query) < level || query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined;
    case 'pipeline': {
      // A RETURN with an order, and a last WITH, would take the order of the whole for their own.
      const last = query.clauses.at(-1);
      if (last?.kind === 'with') return true;
      const projection = last?.kind === 'return' ? last.projection : undefined;
      return projection !== undefined && (projection.orderBy.length > 0 || projection.limit !== undefined || projection.skip !== undefined);
    }
  }
}

// ---------------------------------------------------------------------------------------------- FROM

/** The canonical text of what stands in FROM. */
export function printFrom(item: ast.FromItem): string {
  switch (item.kind) {
    case 'named':
      return printName(item.name.text) + printAlias(item.alias) + printColumns(item.columns) + printIndexedBy(item.indexedBy);
    case 'unnest': {
      if (item.unpivot) return `UNPIVOT ${printAtLevel(item.value, LEVEL.postfix)}${printAlias(item.alias)}${printPosition(item.position)}`;
      const value = item.keyword ? `UNNEST(${printExpression(item.value)})` : printAtLevel(item.value, LEVEL.postfix);
      return value + printAlias(item.alias) + printPosition(item.position);
    }
    case 'query':
      return `(${printQuery(item.query)})${printAlias(item.alias)}${printColumns(item.columns)}`;
    case 'match':
      return printMatch(item);
    case 'call':
      return printFromCall(item);
    case 'join':
      return printJoin(item);
  }
}

function printPosition(position: ast.Name | undefined): string {
  return position ? ` AT ${printName(position.text)}` : '';
}

function printColumns(columns: readonly ast.Name[] | undefined): string {
  return columns ? ` ${printNames(columns)}` : '';
}

function printFromCall(item: ast.FromCall): string {
  const call = `${printDottedName(item.name)}(${printList(item.arguments)})${item.ordinality ? ' WITH ORDINALITY' : ''}`;
  return call + printAlias(item.alias) + printColumns(item.columns);
}

function printMatch({ patterns, where, graphTable, graph, alias }: ast.FromMatch): string {
  const text = `MATCH ${patterns.map(printPath).join(', ')}${where ? ` WHERE ${printExpression(where)}` : ''}`;
  if (graphTable) {
    return `GRAPH_TABLE (${printName(graphTable.graph.text)} ${text} COLUMNS (${printSelectItems(graphTable.columns)}))${printAlias(alias)}`;
  }
  if (patterns.length > 1 || where || alias) return `(${printUse(graph)}${text})${printAlias(alias)}`;
  return graph ? `GRAPH ${printName(graph.text)} ${text}` : text;
}

const JOIN_WORDS = { comma: ',', cross: 'CROSS JOIN', inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN' } as const;

function printJoin({ type, natural, left, right, on, using }: ast.FromJoin): string {
  const rightText = right.kind === 'join' ? `(${printFrom(right)})` : printFrom(right);
  const operator = type === 'comma' ? ', ' : ` ${natural ? 'NATURAL ' : ''}${JOIN_WORDS[type]} `;
  const condition = on ? ` ON ${printExpression(on)}` : using ? ` USING ${printNames(using)}` : '';
  return printFrom(left) + operator + rightText + condition;
}
