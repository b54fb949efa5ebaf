// Reading parts of values, as closures: fields of objects, elements and temporal values, items and slices of lists, labels.

import { QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Evaluator, Layout } from '../engine.ts';
import type { FieldExpr, IndexExpr, Labels, LabelTestExpr, SliceExpr } from '../plan/expression.ts';
import { temporalField } from '../temporal/fields.ts';
import type { ObjectValue, Value } from '../value.ts';
import { EdgeValue, NodeValue, TemporalValue } from '../value.ts';
import { ElementNotLoaded } from './element-not-loaded.ts';
import type { CompileExpression as Compile } from '../engine.ts';

/** The properties of a loaded element; ElementNotLoaded if it is not. `type/deleted-element` if it was deleted by this statement. */
export function propertiesOf(element: NodeValue | EdgeValue, span: Span | undefined): ObjectValue {
  if (element.deleted) throw deletedElement(element, span);
  if (element.properties === undefined) throw new ElementNotLoaded(element);
  return element.properties;
}

function deletedElement(element: NodeValue | EdgeValue, span: Span | undefined): QueryError {
  return new QueryError(
    'type/deleted-element',
    `This ${typeName(element)} was deleted by the statement and has no properties or labels any more.`,
    {
      span,
      hint: 'Read what you need before DELETE, as in WITH n, n.name AS name DELETE n RETURN name.',
    },
  );
}

/** The labels of a loaded node; ElementNotLoaded if it is not. */
export function labelsOf(node: NodeValue, span: Span | undefined): readonly string[] {
  if (node.deleted) throw deletedElement(node, span);
  if (node.labels === undefined) throw new ElementNotLoaded(node);
  return node.labels;
}

/** `value.name` */
export function compileField(expr: FieldExpr, layout: Layout, compile: Compile): Evaluator {
  const value = compile(expr.value, layout);
  const { name, span } = expr;
  return (row, context) => {
    const from = value(row, context);
    return from instanceof Map ? from.get(name) : readField(from, name, span);
  };
}

function readField(from: Value, name: string, span: Span | undefined): Value {
  if (from instanceof NodeValue || from instanceof EdgeValue) return propertiesOf(from, span).get(name);
  if (from instanceof TemporalValue) return temporalField(from, name);
  // Documents have no schema: a path that leads through a number or a list is absent, like one that the document lacks.
  return undefined;
}

/** `value[index]` */
export function compileIndex(expr: IndexExpr, layout: Layout, compile: Compile): Evaluator {
  const value = compile(expr.value, layout);
  const index = compile(expr.index, layout);
  const { span, inPath } = expr;
  return (row, context) => {
    const from = value(row, context);
    const at = index(row, context);
    if (Array.isArray(from) && typeof at === 'bigint') return from.at(Number(at));
    if (at === null || at === undefined) return null;
    if (typeof at === 'string' && (from instanceof Map || from instanceof NodeValue || from instanceof EdgeValue)) {
      return from instanceof Map ? from.get(at) : propertiesOf(from, span).get(at);
    }
    if (inPath ? typeof at === 'string' || typeof at === 'bigint' : from === null || from === undefined) return undefined;
    throw wrongIndex(from, at, span);
  };
}

function wrongIndex(from: Value, at: Value, span: Span | undefined): QueryError {
  const keyed = from instanceof Map || from instanceof NodeValue || from instanceof EdgeValue;
  if (keyed) return new QueryError('type/operand', `An object is indexed by text, not by ${typeName(at)}.`, { span });
  if (Array.isArray(from) || from === null || from === undefined)
    return new QueryError('type/operand', `A list is indexed by an integer, not by ${typeName(at)}.`, { span });
  return new QueryError('type/operand', `A value of type ${typeName(from)} has no items.`, { span });
}

/** `list[from..to]`; null if an end that is given is null. */
export function compileSlice(expr: SliceExpr, layout: Layout, compile: Compile): Evaluator {
  const value = compile(expr.value, layout);
  const from = expr.from && compile(expr.from, layout);
  const to = expr.to && compile(expr.to, layout);
  const { span } = expr;
  return (row, context) => {
    const list = value(row, context);
    const low = from === undefined ? 0n : from(row, context);
    const high = to === undefined ? undefined : to(row, context);
    if (list === null || list === undefined || low === null || low === undefined) return null;
    if (to !== undefined && (high === null || high === undefined)) return null;
    if (!Array.isArray(list)) throw new QueryError('type/operand', `Only a list has slices, not ${typeName(list)}.`, { span });
    if (typeof low !== 'bigint' || (high !== undefined && typeof high !== 'bigint')) {
      throw new QueryError('type/operand', `The ends of a slice must be integers, not ${typeName(typeof low === 'bigint' ? high : low)}.`, {
        span,
      });
    }
    return list.slice(Number(low), high === undefined ? undefined : Number(high));
  };
}

/** Does a label expression hold for these labels? For an edge they are its one type. */
function labelsMatch(labels: Labels, has: readonly string[]): boolean {
  switch (labels.kind) {
    case 'label':
      return has.includes(labels.name);
    case 'not':
      return !labelsMatch(labels.operand, has);
    case 'and':
      return labelsMatch(labels.left, has) && labelsMatch(labels.right, has);
    case 'or':
      return labelsMatch(labels.left, has) || labelsMatch(labels.right, has);
    case 'any':
      return has.length > 0;
  }
}

/** `operand:Label` */
export function compileLabelTest(expr: LabelTestExpr, layout: Layout, compile: Compile): Evaluator {
  const operand = compile(expr.operand, layout);
  const { labels, span } = expr;
  return (row, context) => {
    const value = operand(row, context);
    if (value === null || value === undefined) return null;
    if (value instanceof NodeValue) return labelsMatch(labels, labelsOf(value, span));
    if (value instanceof EdgeValue) return labelsMatch(labels, [value.type]);
    throw new QueryError('type/operand', `Only a node or an edge has labels, not ${typeName(value)}.`, { span });
  };
}
