// Binds expressions: identifiers become column ids, operators get types, subqueries become `apply` nodes on the plan that the
// expression stands over. One switch over the syntax tree's expression kinds.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { temporalFields } from '../temporal/fields.ts';
import type { TemporalKind, Value } from '../value.ts';
import {
  bindBetween,
  bindChain,
  bindComparison,
  bindDistinct,
  bindRowInList,
  isComparison,
  operation,
  rowAsValue,
} from './bind-compare.ts';
import { bindOverList, bindPatternComprehension, bindReduce } from './bind-list.ts';
import { bindMapProjection } from './bind-map-projection.ts';
import { bindSubquery, patternAsValue, rowsOfTable } from './bind-subquery.ts';
import { callOf, lazyChoice, operatorFunctions, unknownFunction } from './scalar-call.ts';
import { bindAggregateCall, bindGroupingCall, isAggregateCall } from './bind-aggregate.ts';
import { collationNamed, collationOf, isCollated, keyed, sameCollation } from './collation.ts';
import { bindAnyOf } from './bind-quantified.ts';
import { clockWord, withNow } from './bind-clock.ts';
import { windowColumn } from './bind-window.ts';
import { isWindowCall } from './syntax-children.ts';
import { bindWildcard, itemName } from './bind-wildcard.ts';
import { noteUnknownPath, noteUnknownProperty } from './known-paths.ts';
import type { BinaryOperator, Expr, Labels } from './expression.ts';
import { lookupFunction, lookupWindow } from './functions.ts';
import { type BindContext, type Builder, columnExpr, columnOfRow, findAlias, makeColumn, resolveName, type ScopeItem } from './scope.ts';
import { commonType, typeFromDeclared, typeOfValue, unknownType } from './typing.ts';
import type { Collation, Type } from './type.ts';

/** Binds one expression over `builder`; may wrap `builder.plan` in applies. */
export function bindExpression(context: BindContext, builder: Builder, e: Ast.Expression): Expr {
  const bind = (x: Ast.Expression): Expr => bindExpression(context, builder, x);
  switch (e.kind) {
    case 'literal':
      if (e.missing && builder.scope.form === 'pipeline') throw missingInPipeline(e.span);
      return literal(e.missing ? undefined : e.value, e.span);
    case 'parameter':
      return parameter(context, e);
    case 'identifier':
      return identifier(context, builder, e);
    case 'field':
      return field(context, builder, e);
    case 'index': {
      const value = bind(e.value);
      if (e.index.kind === 'literal' && typeof e.index.value === 'string') noteUnknownProperty(context, value, e.index.value, e.index.span);
      return { kind: 'index', value, index: bind(e.index), inPath: isPath(context, builder, e.value, value), type: 'any', span: e.span };
    }
    case 'slice':
      return { kind: 'slice', value: bind(e.value), from: e.from && bind(e.from), to: e.to && bind(e.to), type: 'list', span: e.span };
    case 'wildcard':
      return bindWildcard(context, builder, e);
    case 'unary':
      if (e.operator === 'NOT') return negate(bindCondition(context, builder, e.operand), true, e.span);
      return unary(e, bind(e.operand));
    case 'binary':
      if (e.right.kind === 'anyOf') return bindAnyOf(context, builder, e, e.right);
      return binary(context, builder, e);
    case 'chain':
      return bindChain(context, builder, e);
    case 'collate': {
      const operand = bind(e.operand);
      return { ...operand, collation: { name: collationNamed(e.collation), explicit: true }, span: e.span };
    }
    case 'anyOf':
      throw new QueryError('bind/quantified-comparison', `${e.quantifier.toUpperCase()} (…) stands on the right of a comparison.`, {
        span: e.span,
        hint: 'Write x = ANY (…) or x > ALL (…).',
      });
    case 'distinctFrom':
      return bindDistinct(context, builder, e);
    case 'is':
      return {
        kind: 'is',
        operand: testedTruth(builder, e, bind(e.operand)),
        test: e.test,
        negated: e.negated,
        type: 'boolean',
        span: e.span,
      };
    case 'between':
      return bindBetween(context, builder, e);
    case 'in':
      return inList(context, builder, e);
    case 'like':
      return negate(
        {
          kind: 'like',
          operand: bind(e.operand),
          pattern: bind(e.pattern),
          escape: e.escape && bind(e.escape),
          type: 'boolean',
          span: e.span,
        },
        e.negated,
      );
    case 'case':
      return caseOf(context, builder, e);
    case 'cast':
      return cast(e, bind(e.operand));
    case 'call':
      return call(context, builder, e);
    case 'countStar':
      return isWindowCall(e) ? windowColumn(builder, e) : bindAggregateCall(context, builder, e);
    case 'list':
      return { kind: 'list', items: e.items.map(bind), type: 'list', span: e.span };
    case 'row':
      throw rowAsValue(e);
    case 'object':
      return { kind: 'object', entries: e.entries.map((x) => ({ key: x.key.text, value: bind(x.value) })), type: 'object', span: e.span };
    case 'comprehension':
    case 'quantified':
      return bindOverList(context, builder, e);
    case 'reduce':
      return bindReduce(context, builder, e);
    case 'patternComprehension':
      return bindPatternComprehension(context, builder, e);
    case 'mapProjection':
      return bindMapProjection(context, builder, e);
    case 'labelTest':
      return { kind: 'labelTest', operand: bind(e.operand), labels: bindLabels(e.labels), type: 'boolean', span: e.span };
    case 'inQuery':
    case 'exists':
    case 'subquery':
      return bindSubquery(context, builder, e);
    case 'patternTest':
      throw patternAsValue(e);
  }
}

/** Binds what stands where only true or false can: there a pattern may stand too. */
export function bindCondition(context: BindContext, builder: Builder, e: Ast.Expression): Expr {
  return asTruth(builder, e.kind === 'patternTest' ? bindSubquery(context, builder, e) : bindExpression(context, builder, e));
}

/**
 * Is an index of the value a step of a path? Paths start at documents, at columns of tables, and at fields of anything; where a path leads
 * nowhere it is MISSING. What a pipeline names, and what a call or a list literal gives, must be a list or have keys.
 */
function isPath(context: BindContext, builder: Builder, e: Ast.Expression, value: Expr): boolean {
  if (value.kind === 'field') return true;
  if (value.kind === 'each') return true;
  if (value.kind === 'index') return value.inPath || value.index.type === 'text';
  if (value.kind !== 'column') return false;
  return (
    context.documents.has(value.id) || e.kind !== 'identifier' || e.name === itemName || findAlias(builder.scope, e.name)?.kind !== 'value'
  );
}

/** openCypher has no such literal, and there the word can only be meant as a name. */
function missingInPipeline(span: Span): QueryError {
  return new QueryError('bind/unknown-name', 'There is no variable "missing" here.', {
    span,
    hint: 'IS MISSING asks for what is absent; the literal MISSING stands only in the SELECT form.',
  });
}

/** A constant of the value's own type. */
export function literal(value: Value, span?: Span): Expr {
  return { kind: 'literal', value, type: typeOfValue(value), span };
}

/** `NOT expr` where the text says so: NOT IN, NOT LIKE and the like. */
export function negate(expr: Expr, negated: boolean, span = expr.span): Expr {
  return negated ? { kind: 'unary', operator: 'not', operand: expr, type: 'boolean', span } : expr;
}

/** IS TRUE of a number asks for its truth in the SELECT form, as in SQLite. */
function testedTruth(builder: Builder, e: Ast.IsTest, operand: Expr): Expr {
  const isNumber = operand.type === 'integer' || operand.type === 'float' || operand.type === 'number';
  return isNumber && (e.test === 'true' || e.test === 'false') && builder.scope.form === 'select' ? asTruth(builder, operand) : operand;
}

function parameter(context: BindContext, e: Ast.Parameter): Expr {
  const type = context.parameters.get(e.name);
  if (type === undefined) {
    const near = didYouMean(e.name, context.parameters.keys(), (word) => `$${word}`);
    const hint = near ?? 'Send a value for it with the query.';
    throw new QueryError('bind/unknown-parameter', `The parameter $${e.name} was not given a value.`, { span: e.span, hint });
  }
  return { kind: 'parameter', name: e.name, type, span: e.span };
}

function identifier(context: BindContext, builder: Builder, e: Ast.Identifier): Expr {
  const clock = clockWord(builder.scope, e);
  if (clock) return call(context, builder, clock);
  const found = resolveName(builder.scope, e.name, e.span);
  if ('row' in found) return rowAsObject(found.row, e.span);
  noteUnknownPath(context, found, e.span);
  return found;
}

/** A whole table row as a value: an object with its columns. */
function rowAsObject(item: Extract<ScopeItem, { kind: 'row' }>, span?: Span): Expr {
  return { kind: 'object', entries: item.columns.map((c) => ({ key: c.name, value: columnExpr(c.column, span) })), type: 'object', span };
}

function field(context: BindContext, builder: Builder, e: Ast.FieldAccess): Expr {
  if (e.value.kind === 'identifier') {
    const item = findAlias(builder.scope, e.value.name);
    if (item?.kind === 'row') return { ...columnOfRow(item, e.name), span: e.span };
  }
  if (e.value.kind === 'call' && e.value.name.text.toLowerCase() === 'meta' && e.name.text === 'id')
    return bindExpression(context, builder, { ...e.value, name: { ...e.value.name, text: 'id' } });
  const value = bindExpression(context, builder, e.value);
  if (
    !['any', 'null', 'object', 'node', 'edge', 'date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration'].includes(value.type)
  ) {
    throw new QueryError('type/no-field', `A value of type ${value.type} has no field "${e.name.text}".`, { span: e.name.span });
  }
  if (isTemporalType(value.type)) checkTemporalField(value.type, e.name);
  const expr: Expr = { kind: 'field', value, name: e.name.text, type: 'any', span: e.span };
  noteUnknownPath(context, expr, e.name.span);
  noteUnknownProperty(context, value, e.name.text, e.name.span);
  return expr;
}

/** Where the type is known only at run time, a field that the value lacks is MISSING. */
function checkTemporalField(kind: TemporalKind, { text, span }: Ast.Name): void {
  const names = temporalFields(kind);
  if (names.includes(text)) return;
  const near = didYouMean(text, names);
  throw new QueryError('type/no-field', `A ${kind} has no field "${text}".`, {
    span,
    hint: near ?? `It has ${names.join(', ')}.`,
  });
}

/** A sign. Plus leaves every value as it is, as in SQLite. */
function unary(e: Ast.Unary, operand: Expr): Expr {
  if (e.operator === '+') return operand;
  if (e.operator === '~') return callOf('bitnot', [operand], e.span);
  const numeric =
    operand.type === 'any' ||
    operand.type === 'null' ||
    operand.type === 'integer' ||
    operand.type === 'float' ||
    operand.type === 'number';
  if (!numeric && operand.type !== 'duration') {
    throw new QueryError('type/operand', `The operator ${e.operator} needs a number, not ${operand.type}.`, { span: e.span });
  }
  if (operand.kind === 'literal' && typeof operand.value === 'number') return literal(-operand.value, e.span);
  if (operand.kind === 'literal' && typeof operand.value === 'bigint' && operand.value !== -(2n ** 63n))
    return literal(-operand.value, e.span);
  return { kind: 'unary', operator: 'negate', operand, type: operand.type, span: e.span };
}

const temporalKinds: readonly Type[] = ['date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration'];

function isTemporalType(type: Type): type is TemporalKind {
  return temporalKinds.includes(type);
}

function binary(context: BindContext, builder: Builder, e: Ast.Binary): Expr {
  const operator = e.operator.toLowerCase() as BinaryOperator;
  if (operator === 'and' || operator === 'or' || operator === 'xor') {
    const left = bindCondition(context, builder, e.left);
    return { kind: 'binary', operator, left, right: bindCondition(context, builder, e.right), type: 'boolean', span: e.span };
  }
  const { operator: written } = e;
  if (isComparison(written)) return bindComparison(context, builder, { ...e, operator: written });
  const left = bindExpression(context, builder, e.left);
  const right = bindExpression(context, builder, e.right);
  const named = operatorFunctions.get(e.operator);
  return named ? callOf(named, [left, right], e.span) : operation(operator, left, right, e.span);
}

/** A condition. SELECT form takes a number for a truth value, as SQLite does; pipeline form does not. */
export function asTruth(builder: Builder, expr: Expr): Expr {
  if (expr.type === 'boolean' || expr.type === 'null') return expr;
  if (
    builder.scope.form === 'select' &&
    (expr.type === 'any' || expr.type === 'integer' || expr.type === 'float' || expr.type === 'number')
  ) {
    return { kind: 'call', name: 'truth', arguments: [expr], type: 'boolean', span: expr.span };
  }
  if (expr.type === 'any') return expr;
  throw new QueryError('type/condition', `A condition must be true or false, not ${expr.type}.`, {
    span: expr.span,
    hint: 'Compare it with something, as in x > 0.',
  });
}

function inList(context: BindContext, builder: Builder, e: Ast.InList): Expr {
  const table = rowsOfTable(context, builder, e.list);
  if (table) return bindSubquery(context, builder, { kind: 'inQuery', operand: e.operand, query: table, negated: e.negated, span: e.span });
  if (e.operand.kind === 'row') return bindRowInList(context, builder, { ...e, operand: e.operand });
  const operand = bindExpression(context, builder, e.operand);
  const list = bindExpression(context, builder, e.list);
  if (list.type !== 'list' && list.type !== 'any' && list.type !== 'null') {
    throw new QueryError('type/operand', `IN needs a list on its right, not ${list.type}.`, { span: list.span ?? e.span });
  }
  return membership(context, operand, list, e.negated, e.span);
}

/** Is the operand one of the items, by its collation? */
export function membership(context: BindContext, operand: Expr, list: Expr, negated: boolean, span: Span): Expr {
  const collation = collationOf(operand)?.name;
  const among = isCollated(operand) ? keyedList(context, list, collation) : list;
  return negate({ kind: 'in', operand: keyed(operand, collation), list: among, type: 'boolean', span }, negated);
}

/** The list with the key of each item. */
function keyedList(context: BindContext, list: Expr, collation: Collation['name'] | undefined): Expr {
  if (list.kind === 'list') return { ...list, items: list.items.map((item) => keyed(item, collation)) };
  const item = makeColumn(context, 'item', 'any');
  return { kind: 'comprehension', variable: item.id, list, result: keyed(columnExpr(item), collation), type: 'list', span: list.span };
}

function caseOf(context: BindContext, builder: Builder, e: Ast.Case): Expr {
  const operand = e.operand && bindExpression(context, builder, e.operand);
  const branches = e.branches.map((b) => {
    const when = operand && bindExpression(context, builder, b.when);
    const [left, right] = operand && when ? sameCollation(operand, when) : [];
    const test: Expr =
      left && right
        ? { kind: 'binary', operator: '=', left, right, type: 'boolean', span: b.when.span }
        : bindCondition(context, builder, b.when);
    return { when: test, then: bindExpression(context, builder, b.then) };
  });
  const otherwise = e.otherwise && bindExpression(context, builder, e.otherwise);
  const type = commonType([...branches.map((b) => b.then.type), ...(otherwise ? [otherwise.type] : [])]);
  return { kind: 'case', branches, otherwise, type, span: e.span };
}

function cast(e: Ast.Cast, operand: Expr): Expr {
  const to = typeFromDeclared(e.type);
  if (to === undefined) throw unknownType(e.type, e.typeSpan);
  return { kind: 'cast', operand, to, type: to, ...(e.orNull && { orNull: true as const }), span: e.span };
}

function call(context: BindContext, builder: Builder, e: Ast.FunctionCall): Expr {
  const name = e.name.text;
  if (isWindowCall(e)) return windowColumn(builder, e);
  if (isAggregateCall(e)) return bindAggregateCall(context, builder, e);
  if (name.toLowerCase() === 'grouping') return bindGroupingCall(context, builder, e);
  refuseTail(e);
  if (e.distinct) throw new QueryError('bind/distinct', `DISTINCT belongs in an aggregate, and "${name}" is none.`, { span: e.span });
  const special = specialCall(context, builder, e);
  if (special) return special;
  const fn = lookupFunction(name);
  if (!fn) throw unknownFunction(e.name);
  return callOf(
    fn.name,
    withNow(e).arguments.map((a) => bindExpression(context, builder, a)),
    e.span,
  );
}

/** What goes with aggregates and window functions only. */
function refuseTail(e: Ast.FunctionCall): void {
  const name = e.name.text;
  if (lookupWindow(name)) {
    throw new QueryError('bind/window', `${name}() is a window function and needs OVER.`, {
      span: e.span,
      hint: `Write ${name}(…) OVER (ORDER BY …).`,
    });
  }
  const { withinGroup, filter, nulls } = e.tail ?? {};
  const what = e.orderBy
    ? 'ORDER BY'
    : withinGroup
      ? 'WITHIN GROUP'
      : filter
        ? 'FILTER'
        : nulls
          ? `${nulls.toUpperCase()} NULLS`
          : undefined;
  if (what === undefined) return;
  throw new QueryError('bind/aggregate', `${what} belongs to an aggregate, and "${name}" is none.`, { span: e.span });
}

/** `id(alias)` of a table row or document is its key, `meta(alias)` an object that holds it, as SQL++ has it; `exists(x.y)` is `x.y IS NOT NULL`. */
function specialCall(context: BindContext, builder: Builder, e: Ast.FunctionCall): Expr | undefined {
  const only = e.arguments.length === 1 ? e.arguments[0] : undefined;
  const name = e.name.text.toLowerCase();
  if (name === 'property_exists' && e.arguments.length === 2) return propertyExists(context, builder, e);
  if ((name === 'id' || name === 'meta') && only?.kind === 'identifier') {
    const item = findAlias(builder.scope, only.name);
    if (item && item.kind !== 'value') {
      const key = item.key && columnExpr(item.key, e.span);
      if (key && name === 'meta') return { kind: 'object', entries: [{ key: 'id', value: key }], type: 'object', span: e.span };
      if (key) return key;
      throw new QueryError('bind/no-key', `"${only.name}" has no row id.`, { span: e.span });
    }
  }
  if (name === 'exists' && only?.kind === 'patternTest') return bindSubquery(context, builder, only);
  if (name === 'nvl2' || name === 'decode') {
    const choice = lazyChoice(
      name,
      e.arguments.map((a) => bindExpression(context, builder, a)),
      e.span,
    );
    if (choice) return choice;
  }
  if (name === 'exists' && only)
    return { kind: 'is', operand: bindExpression(context, builder, only), test: 'null', negated: true, type: 'boolean', span: e.span };
  // SQL's position(search IN text) reads like one argument.
  if (name === 'position' && only?.kind === 'in' && !only.negated) {
    const { list } = only;
    const text = list.kind === 'list' && list.parenthesised && list.items.length === 1 && list.items[0] ? list.items[0] : list;
    return callOf(
      'instr',
      [text, only.operand].map((x) => bindExpression(context, builder, x)),
      e.span,
    );
  }
  return undefined;
}

/** GQL writes the property's name bare: `PROPERTY_EXISTS(n, born)`. */
function propertyExists(context: BindContext, builder: Builder, e: Ast.FunctionCall): Expr | undefined {
  const [element, name] = e.arguments;
  if (!element || name?.kind !== 'identifier') return undefined;
  const value = bindExpression(context, builder, element);
  const call = callOf('property_exists', [value, literal(name.name, name.span)], e.span);
  noteUnknownProperty(context, value, name.name, name.span);
  return call;
}

/** A label expression with the names' spans left behind. */
export function bindLabels(labels: Ast.LabelExpression): Labels {
  switch (labels.kind) {
    case 'label':
      return { kind: 'label', name: labels.name.text };
    case 'not':
      return { kind: 'not', operand: bindLabels(labels.operand) };
    case 'and':
    case 'or':
      return { kind: labels.kind, left: bindLabels(labels.left), right: bindLabels(labels.right) };
    case 'any':
      return { kind: 'any' };
  }
}
