// Binds the clauses of the pipeline that write: CREATE, SET, REMOVE, DELETE.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindExpression } from './bind-expression.ts';
import { graphInUse } from './bind-graph.ts';
import { noteMissingColon } from './bind-labels.ts';
import type { Expr } from './expression.ts';
import { noteWrittenProperties } from './known-paths.ts';
import type { PatternPath } from './pattern.ts';
import type { CreateElements, SetElementItem } from './writes.ts';
import {
  addItem,
  type BindContext,
  type Builder,
  columnExpr,
  findAlias,
  identifiersIn,
  makeColumn,
  sameName,
  type ScopeItem,
} from './scope.ts';
import type { Column } from './type.ts';

type NewNode = CreateElements['nodes'][number];
type NewEdge = CreateElements['edges'][number];

/** CREATE of nodes and edges: the new variables become names of the scope. */
export function bindCreate(context: BindContext, builder: Builder, clause: Ast.CreateClause): void {
  let rest = clause.patterns;
  while (rest.length > 0) rest = createSome(context, builder, clause, rest);
}

/** Creates up to the first path whose properties read a variable that is made here, as in CREATE (a {id: 1}), ({of: a.id}); returns what is left. */
function createSome(
  context: BindContext,
  builder: Builder,
  clause: Ast.CreateClause,
  patterns: readonly Ast.PathPattern[],
): readonly Ast.PathPattern[] {
  const making = makingOf('CREATE');
  let done = 0;
  for (const path of patterns) {
    if (making.added.length > 0 && readsProperties(path, making.added)) break;
    done++;
    newPath(context, builder, path, making);
  }
  const { nodes, edges, paths } = making;
  builder.plan = { kind: 'createElements', input: builder.plan, nodes, edges, paths, ...graphInUse(context) };
  for (const item of making.added) builder.scope = addItem(builder.scope, item, clause.span);
  return patterns.slice(done);
}

/** The elements of a CREATE or MERGE as they are found in its patterns. */
export interface Making {
  readonly verb: 'CREATE' | 'MERGE';
  readonly nodes: NewNode[];
  readonly edges: NewEdge[];
  readonly paths: PatternPath[];
  /** Nodes with names, by lower-case name. */
  readonly made: Map<string, number>;
  /** The new names. */
  readonly added: ScopeItem[];
}

/** Nothing found yet. */
export function makingOf(verb: Making['verb']): Making {
  return { verb, nodes: [], edges: [], paths: [], made: new Map(), added: [] };
}

/** Adds the elements of a path. */
export function newPath(context: BindContext, builder: Builder, path: Ast.PathPattern, making: Making): void {
  const { verb, added } = making;
  if (path.selector !== 'all' || path.mode)
    throw new QueryError('bind/create-pattern', `${verb} takes plain patterns, not shortest paths.`, { span: path.span });
  const at = path.nodes.map((n) => newNode(context, builder, n, making, path.edges.length > 0));
  const edgesAt = path.edges.map((e, i) => newEdge(context, builder, e, at[i] ?? 0, at[i + 1] ?? 0, making));
  if (!path.variable) return;
  const { text, span } = path.variable;
  if (findAlias(builder.scope, text) || added.some((a) => sameName(a.alias, text)))
    throw new QueryError('bind/variable-kind', `"${text}" exists already; ${verb} cannot make it again.`, { span });
  const column = makeColumn(context, text, 'path');
  added.push({ kind: 'value', alias: text, column });
  making.paths.push({ column, out: true, nodes: at, edges: edgesAt });
}

function readsProperties(path: Ast.PathPattern, added: readonly ScopeItem[]): boolean {
  const names = [...path.nodes, ...path.edges].flatMap((e) => identifiersIn(e.properties));
  return names.some((name) => added.some((a) => sameName(a.alias, name)));
}

function newNode(context: BindContext, builder: Builder, node: Ast.NodePattern, making: Making, inPath: boolean): number {
  const { verb, nodes, made, added } = making;
  const plain = node.labels === undefined && node.properties === undefined;
  if (node.where) throw new QueryError('bind/create-pattern', `${verb} cannot have a WHERE inside the pattern.`, { span: node.span });
  if (node.variable) {
    const seen = made.get(node.variable.text.toLowerCase());
    const item = findAlias(builder.scope, node.variable.text);
    if (seen !== undefined || item) {
      if (!plain || !inPath)
        throw new QueryError('bind/variable-kind', `"${node.variable.text}" exists already; ${verb} cannot make it again.`, {
          span: node.variable.span,
          hint: 'Use another name, or leave out labels and properties to refer to it.',
        });
      if (seen !== undefined) return seen;
      if (item?.kind !== 'value' || !['node', 'any', 'null'].includes(item.column.type))
        throw new QueryError('bind/variable-kind', `"${node.variable.text}" is not a node.`, { span: node.variable.span });
      made.set(node.variable.text.toLowerCase(), nodes.length);
      return nodes.push({ column: item.column, bound: true, out: false, labels: [], span: node.variable.span }) - 1;
    }
  }
  const column = makeColumn(context, node.variable?.text ?? '', 'node');
  const labels = node.labels ? labelNames(node.labels, node.span) : [];
  for (const l of labels) context.made.add(l);
  const properties = node.properties && bindExpression(context, builder, node.properties);
  noteWrittenProperties(context, properties);
  if (node.variable) {
    made.set(node.variable.text.toLowerCase(), nodes.length);
    added.push({ kind: 'value', alias: node.variable.text, column });
    if (!node.labels) noteMissingColon(context, node.variable, 'label');
  }
  return nodes.push({ column, bound: false, out: node.variable !== undefined, labels, properties, span: node.span }) - 1;
}

function newEdge(context: BindContext, builder: Builder, edge: Ast.EdgePattern, before: number, after: number, making: Making): number {
  const { verb, edges, added } = making;
  if (edge.inside) throw new QueryError('bind/create-pattern', `${verb} takes no parenthesised paths.`, { span: edge.span });
  const [type] = edge.types;
  if (!type || edge.types.length > 1 || edge.typeTest)
    throw new QueryError('bind/create-pattern', 'A new edge needs exactly one type.', {
      span: edge.span,
      hint: 'As in (a)-[:KNOWS]->(b).',
    });
  if (edge.direction === 'any' && verb === 'CREATE')
    throw new QueryError('bind/create-pattern', 'A new edge needs a direction.', { span: edge.span, hint: 'Write -[…]-> or <-[…]-.' });
  if (edge.quantifier) throw new QueryError('bind/create-pattern', 'A new edge cannot have a variable length.', { span: edge.span });
  if (edge.where) throw new QueryError('bind/create-pattern', `${verb} cannot have a WHERE inside the pattern.`, { span: edge.span });
  const column = makeColumn(context, edge.variable?.text ?? '', 'edge');
  if (edge.variable) {
    if (findAlias(builder.scope, edge.variable.text) || added.some((a) => sameName(a.alias, edge.variable?.text ?? ''))) {
      throw new QueryError('bind/variable-kind', `"${edge.variable.text}" exists already; ${verb} cannot make it again.`, {
        span: edge.variable.span,
      });
    }
    added.push({ kind: 'value', alias: edge.variable.text, column });
  }
  context.made.add(type.text);
  const properties = edge.properties && bindExpression(context, builder, edge.properties);
  noteWrittenProperties(context, properties);
  const [from, to] = edge.direction === 'left' ? [after, before] : [before, after];
  return edges.push({ column, out: edge.variable !== undefined, type: type.text, from, to, properties, span: edge.span }) - 1;
}

function labelNames(labels: Ast.LabelExpression, span: Span): string[] {
  if (labels.kind === 'label') return [labels.name.text];
  if (labels.kind === 'and') return [...new Set([...labelNames(labels.left, span), ...labelNames(labels.right, span)])];
  throw new QueryError('bind/create-pattern', 'A new node takes plain labels, as in (:Person:Author).', { span });
}

/** SET of properties and labels of nodes and edges. */
export function bindSet(context: BindContext, builder: Builder, clause: Ast.SetClause): void {
  const items = bindSetItems(context, builder, clause.items);
  builder.plan = { kind: 'setElements', input: builder.plan, items };
}

/** What SET does, item by item. */
export function bindSetItems(context: BindContext, builder: Builder, items: readonly Ast.SetItem[]): SetElementItem[] {
  return items.map((i): SetElementItem => {
    switch (i.kind) {
      case 'path': {
        const value = bindExpression(context, builder, i.value);
        const path = steps(i.path);
        if (path.length === 0) return allOf(context, target(builder, i.path.root), value);
        if (typeof path[0] === 'string') context.written.properties.add(path[0]);
        return { kind: 'set', target: target(builder, i.path.root, path.length > 1), path, value };
      }
      case 'place': {
        const { root, path } = bindPlace(context, builder, i.place);
        return { kind: 'set', target: root, path, value: bindExpression(context, builder, i.value) };
      }
      case 'all': {
        return allOf(context, target(builder, i.target), bindExpression(context, builder, i.value), i.merge);
      }
      case 'labels':
        for (const l of i.labels) context.made.add(l.text);
        return { kind: 'addLabels', target: target(builder, i.target), labels: i.labels.map((l) => l.text) };
    }
  });
}

/** All properties at once: `n = {…}`, `(n) = {…}`, `n += {…}`. */
function allOf(context: BindContext, element: Expr, value: Expr, merge = false): SetElementItem {
  noteWrittenProperties(context, value);
  return { kind: 'setAll', target: element, value, merge };
}

function removable(path: readonly unknown[], span: Span | undefined): void {
  if (path.length > 0) return;
  throw new QueryError('bind/remove', 'REMOVE takes a property or a label.', {
    span,
    hint: 'Write n.property or n:Label; DELETE n deletes a node.',
  });
}

/** REMOVE of properties and labels. */
export function bindRemove(context: BindContext, builder: Builder, clause: Ast.RemoveClause): void {
  const items = clause.items.map((i): SetElementItem => {
    switch (i.kind) {
      case 'path':
        removable(i.path.steps, i.path.root.span);
        return { kind: 'remove', target: target(builder, i.path.root, i.path.steps.length > 1), path: steps(i.path) };
      case 'place': {
        const { root, path } = bindPlace(context, builder, i.place);
        return { kind: 'remove', target: root, path };
      }
      case 'labels':
        return { kind: 'removeLabels', target: target(builder, i.target), labels: i.labels.map((l) => l.text) };
    }
  });
  builder.plan = { kind: 'setElements', input: builder.plan, items };
}

/** `root.a[key]` as the node or edge and the steps below it. */
function bindPlace(context: BindContext, builder: Builder, place: Ast.Expression): { root: Expr; path: (string | number | Expr)[] } {
  const path: (string | number | Expr)[] = [];
  let at = place;
  while (at.kind === 'field' || at.kind === 'index') {
    if (at.kind === 'field') path.unshift(at.name.text);
    else path.unshift(stepOf(bindExpression(context, builder, at.index)));
    at = at.value;
  }
  if (typeof path[0] === 'string') context.written.properties.add(path[0]);
  else context.written.any = true;
  const root = bindExpression(context, builder, at);
  // What is in a list or an object is known only at run time.
  const inside = path.length > 1 && (root.type === 'list' || root.type === 'object');
  if (inside || ['node', 'edge', 'any', 'null'].includes(root.type)) return { root, path };
  throw new QueryError('type/not-an-element', `SET and REMOVE change nodes and edges, and this is ${root.type}.`, { span: at.span });
}

function stepOf(key: Expr): string | number | Expr {
  if (key.kind === 'literal' && typeof key.value === 'string') return key.value;
  if (key.kind === 'literal' && typeof key.value === 'bigint') return Number(key.value);
  if (['text', 'integer', 'number', 'any'].includes(key.type)) return key;
  throw new QueryError('type/argument', `A property is named by a text, not by ${key.type}.`, { span: key.span });
}

/** DELETE and DETACH DELETE of nodes, edges and paths. */
export function bindDeleteElements(context: BindContext, builder: Builder, clause: Ast.DeleteClause): void {
  const values = clause.values.map((v) => {
    const value = bindExpression(context, builder, v);
    if (!['node', 'edge', 'path', 'list', 'any', 'null'].includes(value.type)) {
      throw new QueryError('type/not-an-element', `DELETE takes nodes, edges and paths, not ${value.type}.`, { span: v.span });
    }
    return value;
  });
  builder.plan = { kind: 'deleteElements', input: builder.plan, values, detach: clause.detach };
}

/** `inside`: the element may be in a list or an object of this name. */
function target(builder: Builder, name: Ast.Name, inside = false): Expr {
  const item = findAlias(builder.scope, name.text);
  if (!item) throw new QueryError('bind/unknown-name', `There is no variable "${name.text}" here.`, { span: name.span });
  const column: Column | undefined = item.kind === 'value' ? item.column : undefined;
  const types = ['node', 'edge', 'any', 'null', ...(inside ? ['list', 'object'] : [])];
  if (!column || !types.includes(column.type)) {
    throw new QueryError('type/not-an-element', `SET and REMOVE change nodes and edges, and "${name.text}" is neither.`, {
      span: name.span,
      hint: 'Tables and collections are changed by UPDATE.',
    });
  }
  return columnExpr(column, name.span);
}

/** The steps below the path's root, as plans hold them. */
export function steps(path: Ast.Path): (string | number)[] {
  return path.steps.map((s) => {
    if (s.kind !== 'each') return s.kind === 'field' ? s.name.text : s.index;
    throw new QueryError('syntax/not-built', 'A change of all elements of a list by a path is not built yet.', {
      span: s.span,
      hint: 'Set the whole list: SET items = [i IN items | merge(i, {qty: 0})].',
    });
  });
}
