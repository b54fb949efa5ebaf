// Binds MERGE. The values of the pattern's properties are computed once, before; the pattern is then looked for with them, and where it is
// not found its elements are made with them.

import type * as Ast from '../../parser/ast.ts';
import { QueryError } from '../../parser/error.ts';
import { bindSetItems, type Making, makingOf, newPath } from './bind-graph-write.ts';
import { boundColumn } from './bind-pattern.ts';
import { graphInUse } from './bind-graph.ts';
import type { Expr, Labels } from './expression.ts';
import type { Pattern } from './pattern.ts';
import { outputColumns, type ScanWorking } from './plan.ts';
import { addItem, type BindContext, type Builder, columnExpr, makeColumn } from './scope.ts';
import type { Column } from './type.ts';
import type { MergeElements, SetElementItem } from './writes.ts';

type Key = MergeElements['keys'][number];

/** MERGE of one path: what it brings becomes names of the scope. */
export function bindMerge(context: BindContext, builder: Builder, clause: Ast.MergeClause): void {
  for (const { properties } of [...clause.pattern.nodes, ...clause.pattern.edges]) if (properties) refuseWhole(properties);
  const making = makingOf('MERGE');
  newPath(context, builder, clause.pattern, making);
  for (const [i, node] of making.nodes.entries()) {
    const { name } = node.column;
    const column = node.bound && boundColumn(context, builder, { text: name, span: node.span ?? clause.span }, 'node');
    if (column) making.nodes[i] = { ...node, column };
  }
  const keys = takeKeys(context, builder, making);
  const position = makeColumn(context, '', 'integer');
  const working: ScanWorking = {
    kind: 'scanWorking',
    recursion: context.nextRecursion++,
    columns: [...making.nodes.filter((n) => n.bound).map((n) => n.column), ...keys.map((k) => k.column), position].filter(
      (column, i, all) => all.findIndex((c) => c.id === column.id) === i,
    ),
  };
  const pattern = patternOf(making, clause.pattern);
  const found = [...pattern.edges, ...pattern.nodes].find((e) => !e.bound)?.column ?? position;
  for (const item of making.added) builder.scope = addItem(builder.scope, item, clause.span);
  const onCreate = bindActions(context, builder, clause, 'create');
  const onMatch = bindActions(context, builder, clause, 'match');
  const { nodes, edges, paths } = making;
  const [edge, ...more] = pattern.edges;
  const symmetric = edge?.direction === 'any';
  const graph = graphInUse(context);
  builder.plan = {
    kind: 'mergeElements',
    input: builder.plan,
    match: { kind: 'match', input: working, pattern, optional: true, growing: true, ...graph },
    working,
    position,
    found,
    keys,
    nodes,
    edges,
    paths,
    onCreate,
    onMatch,
    independent: more.length === 0 && !(symmetric && nodes.some((n) => !n.bound)) && !changesKeys(making, [...onCreate, ...onMatch]),
    symmetric,
    ...graph,
  };
}

function refuseWhole(properties: Ast.Expression): void {
  if (properties.kind === 'object') return;
  throw new QueryError('bind/parameter-properties', 'MERGE takes its properties one by one, not all from one value.', {
    span: properties.span,
    hint: 'Write {name: $map.name}, so that it is known what has to match.',
  });
}

/** Puts columns for the values of all properties; the properties are then those columns. */
function takeKeys(context: BindContext, builder: Builder, making: Making): Key[] {
  const keys: Key[] = [];
  const items: { column: Column; value: Expr }[] = [];
  const take = (properties: Expr): Expr => {
    if (properties.kind !== 'object') return properties;
    const entries = properties.entries.map(({ key, value }) => {
      const column = makeColumn(context, '', value.type);
      items.push({ column, value });
      keys.push({ column, property: key, span: value.span });
      return { key, value: columnExpr(column, value.span) };
    });
    return { ...properties, entries };
  };
  for (const elements of [making.nodes, making.edges] as { properties?: Expr | undefined }[][])
    for (const [i, element] of elements.entries())
      if (element.properties) elements[i] = { ...element, properties: take(element.properties) };
  if (items.length > 0) {
    const kept = outputColumns(builder.plan).map((column) => ({ column, value: columnExpr(column) }));
    builder.plan = { kind: 'project', input: builder.plan, items: [...kept, ...items] };
  }
  return keys;
}

/** What is looked for. */
function patternOf(making: Making, path: Ast.PathPattern): Pattern {
  return {
    nodes: making.nodes.map((n) => ({
      column: n.column,
      bound: n.bound,
      out: !n.bound,
      labels: n.labels.map((name): Labels => ({ kind: 'label', name })).reduce<Labels | undefined>(both, undefined),
      filters: filtersOf(n.column, n.properties),
      needs: 'element',
      span: n.span,
    })),
    edges: making.edges.map((e, i) => ({
      column: e.column,
      bound: false,
      out: true,
      from: e.from,
      to: e.to,
      direction: path.edges[i]?.direction === 'any' ? 'any' : 'forward',
      types: [e.type],
      filters: filtersOf(e.column, e.properties),
      needs: 'element',
      reversed: path.edges[i]?.direction === 'left',
      selector: 'all',
    })),
    paths: making.paths,
  };
}

function both(left: Labels | undefined, right: Labels): Labels {
  return left ? { kind: 'and', left, right } : right;
}

function filtersOf(column: Column, properties: Expr | undefined): Expr[] {
  if (properties?.kind !== 'object') return [];
  return properties.entries.map(({ key, value }) => {
    const left: Expr = { kind: 'field', value: columnExpr(column), name: key, type: 'any', span: value.span };
    return { kind: 'binary', operator: '=', left, right: value, type: 'boolean', span: value.span };
  });
}

function bindActions(context: BindContext, builder: Builder, clause: Ast.MergeClause, on: 'create' | 'match'): SetElementItem[] {
  const over: Builder = { plan: { kind: 'one' }, scope: builder.scope, around: builder.around };
  const items = clause.actions.filter((a) => a.on === on).flatMap((a) => bindSetItems(context, over, a.items));
  if (over.plan.kind !== 'one') {
    throw new QueryError('bind/subquery-here', `A subquery cannot stand in ON ${on.toUpperCase()} SET.`, {
      span: clause.span,
      hint: 'Compute its value in a WITH before MERGE.',
    });
  }
  return items;
}

/** Can what is set decide whether a later row matches? */
function changesKeys(making: Making, items: readonly SetElementItem[]): boolean {
  const labels = new Set(making.nodes.flatMap((n) => n.labels));
  const properties = new Set(
    [...making.nodes, ...making.edges].flatMap((e) => (e.properties?.kind === 'object' ? e.properties.entries.map((p) => p.key) : [])),
  );
  return items.some((item) => {
    switch (item.kind) {
      case 'set':
      case 'remove':
        return typeof item.path[0] === 'object' || properties.has(String(item.path[0]));
      case 'setAll':
        if (properties.size === 0) return false;
        return !item.merge || item.value.kind !== 'object' || item.value.entries.some((e) => properties.has(e.key));
      case 'addLabels':
      case 'removeLabels':
        return item.labels.some((l) => labels.has(l));
    }
  });
}
