// Syntax tree to text: expressions and patterns. The text is canonical (keywords in upper case, strings in single quotes,
// names in backquotes where they need quotes, the fewest parentheses) and parses to the same tree, spans apart.

import type * as ast from './ast.ts';
import { needsBackquotes } from './keywords.ts';
import { BINARY_LEVEL, LEVEL } from './precedence.ts';
import { printLabels, printPath } from './print-pattern.ts';
import { printOrderBy, printQuery } from './print-query.ts';
import { printCallTail } from './print-window.ts';
import { CALL_WORDS } from './worded-call.ts';

/** The canonical text of an expression. */
export function printExpression(expression: ast.Expression): string {
  return print(expression, 0);
}

/** The text of an expression where only operators of at least `level` may stand bare. */
export function printAtLevel(expression: ast.Expression, level: number): string {
  return print(expression, level);
}

/** A name, in backquotes if it needs them. */
export function printName(name: string): string {
  return needsBackquotes(name) ? quoteName(name) : name;
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A name after `.` or `:` or as a key, where every word is allowed. */
export function printAnyName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quoteName(name);
}

/** A text in single quotes, as the parser reads it back. */
export function printString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Expressions with commas between. */
export function printList(expressions: readonly ast.Expression[]): string {
  return expressions.map(printExpression).join(', ');
}

/** How tightly the outermost operator of an expression binds. */
function levelOf(expression: ast.Expression): number {
  switch (expression.kind) {
    case 'binary':
      // A bare | would end the list of [x IN list | …], so it always stands in parentheses.
      return expression.operator === '|' ? -1 : BINARY_LEVEL[expression.operator];
    case 'unary':
      return expression.operator === 'NOT' ? LEVEL.not : LEVEL.unary;
    case 'chain':
    case 'is':
    case 'between':
    case 'in':
    case 'inQuery':
    case 'like':
    case 'distinctFrom':
      return LEVEL.comparison;
    case 'literal':
      return isNegative(expression) ? LEVEL.unary : LEVEL.postfix;
    case 'parameter':
    case 'identifier':
    case 'field':
    case 'index':
    case 'slice':
    case 'wildcard':
    case 'case':
    case 'cast':
    case 'call':
    case 'countStar':
    case 'exists':
    case 'subquery':
    case 'list':
    case 'row':
    case 'object':
    case 'comprehension':
    case 'patternComprehension':
    case 'quantified':
    case 'reduce':
    case 'mapProjection':
    case 'labelTest':
    case 'anyOf':
    case 'collate':
      return LEVEL.postfix;
    case 'patternTest':
      // What follows a pattern could be read as one more edge: `(a)-->(b) - [1]`.
      return LEVEL.not;
  }
}

function isNegative({ value }: ast.Literal): boolean {
  return (typeof value === 'bigint' && value < 0n) || (typeof value === 'number' && (value < 0 || Object.is(value, -0)));
}

function print(expression: ast.Expression, level: number): string {
  const text = printBare(expression);
  return levelOf(expression) < level ? `(${text})` : text;
}

function printBare(expression: ast.Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'parameter':
      return `$${/^[A-Za-z0-9_]+$/.test(expression.name) ? expression.name : `\`${expression.name}\``}`;
    case 'identifier':
      return printName(expression.name);
    case 'field':
      return `${printBase(expression.value)}.${printAnyName(expression.name.text)}`;
    case 'index':
      return `${printBase(expression.value)}[${printBetween(expression.index)}]`;
    case 'slice':
      return printBase(expression.value) + printSlice(expression);
    case 'wildcard':
      return printWildcard(expression);
    case 'collate':
      return `${printBase(expression.operand)} COLLATE ${printName(expression.collation.text)}`;
    case 'labelTest':
      return `${printBase(expression.operand)}:${printLabels(expression.labels, 'test')}`;
    case 'unary':
      return printUnary(expression);
    case 'binary':
      return printBinary(expression);
    case 'chain': {
      const operand = (e: ast.Expression): string => print(e, LEVEL.comparison + 1);
      return operand(expression.first) + expression.rest.map((r) => ` ${r.operator} ${operand(r.operand)}`).join('');
    }
    case 'is':
    case 'between':
    case 'in':
    case 'inQuery':
    case 'like':
    case 'distinctFrom':
      return printTest(expression);
    case 'anyOf': {
      const inside = 'query' in expression.of ? printQuery(expression.of.query) : printExpression(expression.of.list);
      return `${expression.quantifier.toUpperCase()} (${inside})`;
    }
    case 'row':
      return `(${printList(expression.items)})`;
    case 'case':
      return printCase(expression);
    case 'cast':
      return `${expression.orNull ? 'TRY_CAST' : 'CAST'}(${printExpression(expression.operand)} AS ${expression.type})`;
    case 'call':
      return printCall(expression);
    case 'countStar':
      return `count(*)${printCallTail(expression.tail)}`;
    case 'exists':
      return expression.braces ? `EXISTS { ${printQuery(expression.query)} }` : `EXISTS (${printQuery(expression.query)})`;
    case 'subquery':
      return expression.mode === 'scalar'
        ? `(${printQuery(expression.query)})`
        : `${expression.mode.toUpperCase()} { ${printQuery(expression.query)} }`;
    case 'list':
      return expression.parenthesised ? `(${printList(expression.items)})` : `[${printItems(expression.items)}]`;
    case 'object':
      return `{${expression.entries.map(({ key, value }) => `${printAnyName(key.text)}: ${printExpression(value)}`).join(', ')}}`;
    case 'comprehension':
      return printComprehension(expression);
    case 'quantified': {
      const { quantifier, variable, list, condition } = expression;
      return `${quantifier}(${printName(variable.text)} IN ${printExpression(list)} WHERE ${printExpression(condition)})`;
    }
    case 'patternTest':
      return printPath(expression.pattern);
    case 'patternComprehension': {
      const { pattern, where, result } = expression;
      return `[${printPath(pattern)}${where ? ` WHERE ${printExpression(where)}` : ''} | ${printExpression(result)}]`;
    }
    case 'reduce': {
      const { accumulator, initial, variable, list, result } = expression;
      const start = `${printName(accumulator.text)} = ${printExpression(initial)}`;
      return `reduce(${start}, ${printName(variable.text)} IN ${printExpression(list)} | ${printExpression(result)})`;
    }
    case 'mapProjection':
      return `${printProjected(expression.value.name)} {${expression.items.map(printMapItem).join(', ')}}`;
  }
}

/** Bare, `count {` would open a query, and behind SELECT `value {` is a SELECT VALUE. */
function printProjected(name: string): string {
  return /^(?:exists|count|collect|all|value|raw|element)$/i.test(name) ? quoteName(name) : printName(name);
}

function printMapItem(item: ast.MapProjectionItem): string {
  switch (item.kind) {
    case 'field':
      return `.${printAnyName(item.name.text)}`;
    case 'all':
      return '.*';
    case 'entry':
      return `${printAnyName(item.key.text)}: ${printExpression(item.value)}`;
    case 'variable':
      return printName(item.name.text);
  }
}

function printLiteral({ value, missing }: ast.Literal): string {
  if (missing) return 'MISSING';
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string') return printString(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return printFloat(value);
  return `x'${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
}

function printFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`;
}

/** What a postfix follows. A number needs parentheses (`1.a`), and so do labels (`a:B.c`). */
function printBase(value: ast.Expression): string {
  const bare = print(value, LEVEL.postfix);
  if (value.kind === 'labelTest' || value.kind === 'wildcard' || value.kind === 'collate') return `(${bare})`;
  return value.kind === 'literal' && typeof value.value !== 'string' && levelOf(value) === LEVEL.postfix ? `(${bare})` : bare;
}

function printSlice({ from, to }: Pick<ast.SliceAccess, 'from' | 'to'>): string {
  return `[${from ? printBetween(from) : ''}..${to ? printBetween(to) : ''}]`;
}

/** Between brackets a colon that starts a label would be that of a slice. */
function printBetween(expression: ast.Expression): string {
  const text = printExpression(expression);
  return text.includes(':') ? `(${text})` : text;
}

// `t.*` alone is an item of SELECT, so the values of a name stand behind parentheses.
function printWildcard({ value, of, steps }: ast.Wildcard): string {
  const base = printBase(value);
  const path = value.kind === 'field' || value.kind === 'index' || value.kind === 'slice';
  const start = of === 'items' ? `${base}[*]` : path ? `${base}.*` : `${base.startsWith('(') ? base : `(${base})`}.*`;
  return start + steps.map(printWildcardStep).join('');
}

function printWildcardStep(step: ast.WildcardStep): string {
  switch (step.kind) {
    case 'field':
      return `.${printAnyName(step.name.text)}`;
    case 'index':
      return `[${printBetween(step.index)}]`;
    case 'slice':
      return printSlice(step);
    case 'each':
      return step.of === 'items' ? '[*]' : '.*';
  }
}

// `--` starts a comment, and a minus before a bare number would become part of the number.
function printUnary({ operator, operand }: ast.Unary): string {
  if (operator === 'NOT') return `NOT ${print(operand, LEVEL.not)}`;
  const text = print(operand, LEVEL.unary);
  return /^[-+\d.]/.test(text) ? `${operator}(${text})` : operator + text;
}

function printBinary({ operator, left, right }: ast.Binary): string {
  const level = BINARY_LEVEL[operator];
  // A comparison of a comparison would read as a chain, so both sides of one need parentheses where they are comparisons themselves.
  const leftLevel = level === LEVEL.comparison ? level + 1 : level;
  // `a:B & c` is a label expression.
  const leftText = (operator === '&' || operator === '|') && endsInLabel(left) ? `(${printBare(left)})` : print(left, leftLevel);
  return `${leftText} ${operator} ${print(right, level + 1)}`;
}

function endsInLabel(expression: ast.Expression): boolean {
  if (expression.kind === 'labelTest') return true;
  if (expression.kind === 'unary') return endsInLabel(expression.operand);
  return expression.kind === 'binary' && endsInLabel(expression.right);
}

function printTest(test: ast.IsTest | ast.Between | ast.InList | ast.InQuery | ast.Like | ast.DistinctFrom): string {
  const operand = print(test.kind === 'distinctFrom' ? test.left : test.operand, LEVEL.comparison + 1);
  const not = test.negated ? 'NOT ' : '';
  switch (test.kind) {
    case 'is':
      return `${operand} IS ${not}${test.test.toUpperCase()}`;
    case 'distinctFrom':
      return `${operand} IS ${not}DISTINCT FROM ${print(test.right, LEVEL.additive)}`;
    case 'between':
      return `${operand} ${not}BETWEEN ${test.symmetric ? 'SYMMETRIC ' : ''}${print(test.low, LEVEL.additive)} AND ${print(test.high, LEVEL.additive)}`;
    case 'in':
      return `${operand} ${not}IN ${print(test.list, LEVEL.additive)}`;
    case 'inQuery':
      return `${operand} ${not}IN (${printQuery(test.query)})`;
    case 'like':
      return `${operand} ${not}LIKE ${print(test.pattern, LEVEL.additive)}${test.escape ? ` ESCAPE ${print(test.escape, LEVEL.additive)}` : ''}`;
  }
}

function printCase({ operand, branches, otherwise }: ast.Case): string {
  const head = operand ? `CASE ${printExpression(operand)}` : 'CASE';
  const body = branches.map(({ when, then }) => ` WHEN ${printExpression(when)} THEN ${printExpression(then)}`).join('');
  return `${head}${body}${otherwise ? ` ELSE ${printExpression(otherwise)}` : ''} END`;
}

function printComprehension({ variable, list, where, result }: ast.ListComprehension): string {
  const head = `${printName(variable.text)} IN ${printExpression(list)}`;
  return `[${head}${where ? ` WHERE ${printExpression(where)}` : ''}${result ? ` | ${printExpression(result)}` : ''}]`;
}

/** `[x IN y]` is a comprehension, so a first item that reads like one stands in parentheses. */
function printItems(items: readonly ast.Expression[]): string {
  const texts = items.map(printExpression);
  const first = texts[0];
  if (first !== undefined && /^(?:[A-Za-z_]\w*|`(?:[^`]|``)*`) IN /.test(first)) texts[0] = `(${first})`;
  return texts.join(', ');
}

/** Words that start syntax of their own when a parenthesis follows. */
const SPECIAL_CALLS: ReadonlySet<string> = new Set([
  'all',
  'any',
  'array',
  'cast',
  'element',
  'exists',
  'none',
  'raw',
  'reduce',
  'single',
  'try_cast',
  'value',
]);

function printCall(call: ast.FunctionCall): string {
  const order = call.orderBy ? ` ${printOrderBy(call.orderBy)}` : '';
  const inside = `${call.distinct ? 'DISTINCT ' : ''}${printList(call.arguments)}${order}`;
  // `trim(a IS DISTINCT FROM b)` would be SQL's trim(… FROM …).
  const worded = CALL_WORDS.has(call.name.text.toLowerCase()) && /\b(?:FROM|FOR|PLACING)\b/i.test(inside);
  return `${worded ? quoteName(call.name.text) : printFunctionName(call)}(${inside})${printCallTail(call.tail)}`;
}

function printFunctionName({ name, arguments: values }: ast.FunctionCall): string {
  const special = SPECIAL_CALLS.has(name.text.toLowerCase()) && !(name.text.toLowerCase() === 'exists' && values[0]?.kind !== 'subquery');
  return special ? quoteName(name.text) : printDottedName(name);
}

/** `algo.pagerank`: only the first word may not be reserved. */
export function printDottedName(name: ast.Name): string {
  if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(name.text)) return quoteName(name.text);
  const dot = name.text.indexOf('.');
  const first = dot < 0 ? name.text : name.text.slice(0, dot);
  return printName(first) + (dot < 0 ? '' : name.text.slice(dot));
}
