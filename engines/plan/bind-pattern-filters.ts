// Binds the conditions inside a pattern, once every variable of the match is known: property maps and inline WHERE.
//
//   (a:Person {name: 'Ada'})-[r:KNOWS WHERE r.since > 2000]->(b)

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import type { Building } from './bind-pattern.ts';
import { closeWalk } from './bind-walk.ts';
import { columnsOf, conjuncts, type Expr, reachesElements } from './expression.ts';
import { noteUnknownProperty } from './known-paths.ts';
import { reachedBefore } from './reached-elements.ts';
import { type BindContext, type Builder, columnExpr, sameName } from './scope.ts';
import type { Column } from './type.ts';

/** Property maps and inline WHERE become filters on their node or edge. They may use every variable of the match. */
export function bindFilters(context: BindContext, builder: Builder, building: Building): void {
  for (const { element, kind, index } of building.written) {
    if (kind === 'node') {
      const node = building.nodes[index];
      if (node) building.nodes[index] = { ...node, filters: [...node.filters, ...filtersOf(context, builder, element, node.column)] };
      continue;
    }
    const edge = building.edges[index];
    if (!edge) continue;
    const filters = filtersOf(context, builder, element, edge.elementColumn ?? edge.column);
    if (edge.quantifier) for (const f of filters) refuseOpenVariables(building, f);
    building.edges[index] = { ...edge, filters: [...edge.filters, ...filters] };
  }
  for (const { index, walk } of building.bodies) {
    const edge = building.edges[index];
    const bindOne = (over: Builder, element: Ast.NodePattern | Ast.EdgePattern, column: Column): Expr[] =>
      filtersOf(context, over, element, column);
    const body = closeWalk(context, builder, walk, bindOne, (f) => refuseOpenVariables(building, f));
    if (edge) building.edges[index] = { ...edge, body };
  }
}

/** Nodes at the ends of edges known before the pattern are read before it; those of its own edges are not there yet. */
export function readReached(context: BindContext, builder: Builder, building: Building): void {
  for (const elements of [building.nodes, building.edges] as { filters: readonly Expr[] }[][]) {
    for (const [i, element] of elements.entries()) {
      const { input, conditions } = reachedBefore(context, builder.plan, builder.scope.outer, element.filters);
      const open = conditions.find(reachesElements);
      if (open) {
        throw new QueryError('bind/subquery-here', 'startNode and endNode of an edge cannot stand inside the pattern that brings it.', {
          span: open.span,
          hint: 'Move the condition to the WHERE after MATCH.',
        });
      }
      builder.plan = input;
      elements[i] = { ...element, filters: conditions };
    }
  }
}

/** A filter of a quantified edge is asked while the path is walked, when the other variables of the match may not be known. */
function refuseOpenVariables(building: Building, filter: Expr): void {
  const open = new Set(
    [...building.nodes.filter((n) => !n.bound), ...building.edges.filter((e) => !e.bound), ...building.paths].map((v) => v.column.id),
  );
  for (const item of building.added) if (item.kind === 'value') open.add(item.column.id);
  if (![...columnsOf(filter)].some((id) => open.has(id))) return;
  throw new QueryError(
    'bind/quantified-filter',
    'A condition inside a variable-length pattern cannot read another variable of the same pattern.',
    { span: filter.span, hint: 'Put the condition into WHERE, over the list of edges.' },
  );
}

function filtersOf(context: BindContext, builder: Builder, element: Ast.NodePattern | Ast.EdgePattern, column: Column): Expr[] {
  const filters: Expr[] = [];
  if (element.properties?.kind === 'parameter')
    throw new QueryError('bind/parameter-properties', 'The properties to look for are written out: a parameter may stand for each value.', {
      span: element.properties.span,
      hint: 'As in (n {name: $name}), or WHERE properties(n) = $properties.',
    });
  const properties = element.properties && bindExpression(context, builder, element.properties);
  if (properties?.kind === 'object') {
    const keys = element.properties?.kind === 'object' ? element.properties.entries.map((e) => e.key) : [];
    for (const key of keys) noteUnknownProperty(context, columnExpr(column), key.text, key.span);
    for (const entry of properties.entries) {
      const value: Expr = { kind: 'field', value: columnExpr(column), name: entry.key, type: 'any', span: entry.value.span };
      filters.push({ kind: 'binary', operator: '=', left: value, right: entry.value, type: 'boolean', span: entry.value.span });
    }
  } else if (properties) {
    filters.push({
      kind: 'call',
      name: 'has_properties',
      arguments: [columnExpr(column), properties],
      type: 'boolean',
      span: properties.span,
    });
  }
  if (element.where) {
    const before = builder.plan;
    const own: Builder =
      element.variable && column.type === 'edge'
        ? {
            ...builder,
            scope: {
              ...builder.scope,
              items: [
                ...builder.scope.items.filter((i) => !sameName(i.alias, element.variable?.text ?? '')),
                { kind: 'value', alias: element.variable.text, column },
              ],
            },
          }
        : builder;
    const condition = bindCondition(context, own, element.where);
    if (own.plan !== before)
      throw new QueryError('bind/subquery-here', 'A subquery cannot stand in a WHERE inside a pattern.', {
        span: element.where.span,
        hint: 'Move the condition to the WHERE after MATCH.',
      });
    filters.push(...conjuncts(condition));
  }
  return filters;
}
